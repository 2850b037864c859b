import pytest

from imports.enums import ImportStatus
from imports.models import FileImport
from tests.factories.accounts import CoordinatorFactory
from tests.factories.imports import FileImportFactory
from tests.partners.test_querysets import EVERYBODY, Make, former_partner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [*EVERYBODY, former_partner])
def test_who_may_import_is_who_sees_imports(make: Make) -> None:
    FileImportFactory()
    user = make()

    assert FileImport.objects.visible_to(user).exists() is user.has_perm("imports.import_organisations")


def test_imports_wait_for_a_job_or_are_listed() -> None:
    preview = FileImportFactory()
    reading, confirmed, done = [
        FileImportFactory(status=s) for s in (ImportStatus.READING, ImportStatus.CONFIRMED, ImportStatus.DONE)
    ]

    imports = FileImport.objects
    assert set(imports.waiting()) == {reading, confirmed}
    assert set(imports.being_read()) == {reading}
    assert set(imports.unconfirmed()) == {preview, reading}
    assert list(imports.listed_for(CoordinatorFactory())) == [done, confirmed]
    assert list(imports.listed_for(preview.owner)) == [done, confirmed, preview]
