import factory

from imports.enums import ImportStatus, RowOutcome
from imports.models import FileImport, ImportRow
from imports.reports.preview import FilePreview, SheetPreview
from imports.reports.report import ImportReport
from tests.factories.accounts import CoordinatorFactory


class ImportRowFactory(factory.django.DjangoModelFactory[ImportRow]):
    """A row that would bring in one organisation."""

    line = 2
    outcome = RowOutcome.CREATED
    name = "Aurora"
    values = factory.LazyFunction(lambda: {"external_id": "1", "name": "Aurora"})
    original = factory.LazyFunction(lambda: ["1", "Aurora"])

    class Meta:
        model = ImportRow


class FileImportFactory(factory.django.DjangoModelFactory[FileImport]):
    """An uploaded file that would bring in one organisation, with its preview."""

    owner = factory.SubFactory(CoordinatorFactory)
    file_name = "partners.csv"
    data = b"orgId,name\n1,Aurora\n"
    header = factory.LazyFunction(lambda: ["orgId", "name"])
    file_preview = factory.LazyAttribute(
        lambda upload: FilePreview([SheetPreview("", upload.header, [[] for _name in upload.header])]).stored()
    )
    fields = factory.LazyFunction(lambda: ["external_id", "name"])
    key = "external_id"
    status = ImportStatus.PREVIEW
    report = factory.LazyFunction(lambda: ImportReport(created=1).stored())
    row = factory.RelatedFactory(ImportRowFactory, factory_related_name="upload")

    class Meta:
        model = FileImport
        skip_postgeneration_save = True
