import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.timeline import entries_for
from imports.actions import import_organisations
from imports.reports.refusals import FileRefused
from imports.reports.report import ImportReport, Refusal, Remark
from imports.writing import batches
from partners.enums import OrganisationKind, OrganisationStatus
from partners.models import Organisation
from tests.data.registry_file import RegistryFile
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import OrganisationFactory, PartnerUserFactory
from tests.imports.files import csv, row

pytestmark = pytest.mark.django_db
NOT_KEPT = Remark(1, "Column numProjects is not imported.")


def imported(*rows: str) -> ImportReport:
    return import_organisations(actor=None, data=csv(*rows))


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


def test_new_organisation_is_created_with_everything_the_file_gives() -> None:
    report = imported(row())

    assert counts(report) == (1, 0, 0, 0)
    organisation = Organisation.objects.get()
    assert (organisation.external_id, organisation.name, organisation.short_name) == ("1", "AURORA AS", "AUR")
    assert (organisation.kind, organisation.status) == (OrganisationKind.COMPANY, OrganisationStatus.PROSPECT)
    assert (organisation.street, organisation.city, organisation.country) == ("Storgata 1", "OSLO", "NO")


def test_imported_organisation_is_found_and_sorted_like_any_other() -> None:
    OrganisationFactory(name="zuid")
    imported(row(name="Århus", city="Ødeby"))

    assert [found.name for found in Organisation.objects.matching("arhus odeb")] == ["Århus"]
    assert [found.name for found in Organisation.objects.all()] == ["Århus", "zuid"]


def test_second_import_creates_and_changes_nothing() -> None:
    imported(row(), row(orgId="2", name="Berg"))
    before = list(Organisation.objects.values())

    assert counts(imported(row(), row(orgId="2", name="Berg"))) == (0, 0, 2, 0)
    assert list(Organisation.objects.values()) == before


def test_changed_row_changes_the_organisation_and_its_search() -> None:
    imported(row(), row(orgId="2", name="Berg"))
    made = Organisation.objects.get(external_id="1")

    report = imported(row(name="Borealis"), row(orgId="2", name="Berg"))

    assert counts(report) == (0, 1, 1, 0)
    changed = Organisation.objects.get(external_id="1")
    assert (changed.pk, changed.name, changed.sort_name) == (made.pk, "Borealis", "borealis")
    assert changed.created_at == made.created_at
    assert changed.updated_at > made.updated_at
    assert list(Organisation.objects.matching("borea")) == [changed]
    assert not Organisation.objects.matching("aurora").exists()


def test_import_leaves_alone_what_the_file_has_no_column_for() -> None:
    owner = CoordinatorFactory()
    kept = {"status": "active", "email": "a@aurora.example", "postal_code": "0150", "relation_owner": owner}
    OrganisationFactory(external_id="1", name="Old", city="Bergen", street="Kai 2", **kept)

    import_organisations(actor=None, data=b"orgId,name\n1,New\n")

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.city, organisation.street) == ("New", "Bergen", "Kai 2")
    assert {field: getattr(organisation, field) for field in kept} == kept


def test_empty_value_and_kind_other_leave_what_people_filled_in() -> None:
    OrganisationFactory(external_id="1", name="AURORA AS", short_name="AUR", kind="library", city="Oslo", country="NO")

    report = imported(row(shortName="", activityType="OTH", street="-", city=".", country=""))

    assert counts(report) == (0, 0, 1, 0)
    assert Organisation.objects.get().kind == "library"


def test_same_name_with_another_number_is_another_organisation_and_is_remarked_upon() -> None:
    report = imported(row(name="THE OPEN UNIVERSITY"), row(orgId="2"), row(orgId="3", name="The Open  University"))

    assert counts(report) == (3, 0, 0, 0)
    assert report.warnings == [
        NOT_KEPT,
        Remark(2, "“THE OPEN UNIVERSITY” is on lines 2, 4 with different numbers; each is an organisation of its own."),
    ]


def test_number_that_comes_back_is_refused_the_second_time() -> None:
    report = imported(row(), row(name="Berg"))

    assert counts(report) == (1, 0, 0, 1)
    assert report.refused == [Refusal(3, "Number 1 is on line 2 already.")]
    assert Organisation.objects.get().name == "AURORA AS"


def test_number_of_a_refused_row_is_still_free() -> None:
    report = imported(row(name=""), row(name="Berg"))

    assert [refusal.line for refusal in report.refused] == [2]
    assert Organisation.objects.get().name == "Berg"


def test_rows_that_cannot_be_read_stay_out_and_the_others_go_in() -> None:
    report = imported(
        row(),
        row(orgId="2", country="QQ"),
        "3,too few",
        row(orgId="", name="Nobody"),
        row(orgId="5", name="Nul\0"),
        row(orgId="6", name="x" * 301),
        '7,"Open,OPN,PRC,Kade 1,Delft,NL,1',
        row(orgId="8", name="Berg"),
    )

    assert counts(report) == (5, 0, 0, 3)
    assert [refusal.line for refusal in report.refused] == [5, 7, 8]
    assert [remark.line for remark in report.warnings] == [1, 2, 3, 6]
    assert sorted(Organisation.objects.values_list("external_id", flat=True)) == ["1", "2", "3", "5", "8"]


def test_broken_encoding_goes_in_as_it_is_with_a_remark() -> None:
    report = imported(row(name="J√∂ckel AS"))

    assert Organisation.objects.get().name == "J√∂ckel AS"
    assert report.warnings == [
        NOT_KEPT,
        Remark(2, "name “J√∂ckel AS” seems to have a broken encoding; it goes in as it is."),
    ]


def test_dry_run_reports_the_same_and_writes_nothing() -> None:
    imported(row(), row(orgId="2", name="Berg"))
    before = list(Organisation.objects.values())
    data = csv(row(), row(orgId="2", name="Dal"), row(orgId="3", name="Elv"), row(orgId="4", name=""))

    dry = import_organisations(actor=None, data=data, dry_run=True)

    assert counts(dry) == (1, 1, 1, 1)
    assert list(Organisation.objects.values()) == before
    assert import_organisations(actor=None, data=data).stored() == dry.stored()


def test_report_is_the_same_after_it_was_kept() -> None:
    imported(row())
    report = imported(row(city="BERGEN"), row(orgId="2", country="QQ"))

    assert ImportReport.restored(json.loads(json.dumps(report.stored()))) == report


def test_history_knows_who_imported() -> None:
    coordinator = CoordinatorFactory(name="Anna")
    import_organisations(actor=coordinator, data=csv(row()))
    import_organisations(actor=coordinator, data=csv(row(city="BERGEN")))

    entries = entries_for(Organisation.objects.get())
    assert [(entry.who, entry.what) for entry in entries] == [("Anna", "Imported from a file")] * 2
    assert [(change.label, change.old, change.new) for change in entries[0].parts[0].changes] == [
        ("city", "OSLO", "BERGEN")
    ]


def test_import_that_breaks_off_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second batch fails: the first one is gone with it."""
    monkeypatch.setattr(batches, "BATCH", 2)
    data = csv(*[row(orgId=str(number)) for number in range(5)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partners_organisation ADD CONSTRAINT no_three CHECK (external_id <> '3')")

    with pytest.raises(Exception, match="no_three"), transaction.atomic():
        import_organisations(actor=None, data=data)

    assert not Organisation.objects.exists()


def test_batches_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    rows = [row(orgId=str(number), name=f"Org {number}") for number in range(5)]
    imported(*rows[:3])

    report = imported(row(orgId="0", name="Other"), *rows[1:], rows[0])

    assert counts(report) == (2, 1, 2, 1)
    assert report.refused == [Refusal(7, "Number 0 is on line 2 already.")]


def test_queries_do_not_grow_with_the_rows() -> None:
    def queries(numbers: range) -> int:
        with CaptureQueriesContext(connection) as captured:
            imported(*[row(orgId=str(number)) for number in numbers])
        return len(captured)

    assert queries(range(1)) == queries(range(100, 400))


@pytest.mark.parametrize("factory", [CoordinatorFactory, AdministratorFactory])
def test_who_keeps_the_registry_imports(factory: type) -> None:
    assert import_organisations(actor=factory(), data=csv(row())).created == 1


@pytest.mark.parametrize("factory", [ManagerFactory, PartnerUserFactory])
def test_others_do_not_import_and_do_not_try_either(factory: type) -> None:
    with pytest.raises(PermissionDenied):
        import_organisations(actor=factory(), data=csv(row()), dry_run=True)


def test_published_list_goes_in_whole_and_only_once(published_list: RegistryFile) -> None:
    """All rows go in with their oddities, but the one without a number to recognise it by."""
    first = import_organisations(actor=None, data=published_list.data)

    assert counts(first) == (published_list.imported, 0, 0, 1)
    assert [refusal.line for refusal in first.refused] == [published_list.line_without_number]
    assert len(first.warnings) == published_list.remarks
    assert counts(import_organisations(actor=None, data=published_list.data)) == (0, 0, published_list.imported, 1)
    assert Organisation.objects.count() == published_list.imported
    assert Organisation.objects.filter(name=published_list.twins).count() == 2
    assert not Organisation.objects.filter(country__in=["UK", "EL"]).exists()
    assert Organisation.objects.filter(country="GB").count() == published_list.in_britain
    assert Organisation.objects.filter(country="XK").count() == published_list.in_kosovo
    assert not Organisation.objects.filter(street__in=[".", "-"]).exists()
    line, column, value, number = published_list.broken
    assert Organisation.objects.get(external_id=number).short_name == value
    message = f"{column} “{value}” seems to have a broken encoding; it goes in as it is."
    assert Remark(line, message) in first.warnings
    number, street = published_list.over_two_lines
    assert Organisation.objects.get(external_id=number).street == street


VALUES = st.one_of(
    st.sampled_from(
        ["", "1", "2", "NL", "UK", "QQ", "PRC", "ABC", "Aurora", ".", "J√∂ckel", '"', '""', "a,b", "\n", "\0"]
    ),
    st.text(max_size=5),
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Something between a clean file and noise."""
    header = draw(st.sampled_from(["orgId,name,country", "name,orgId", "orgId,name,activityType,x", "orgId", ""]))
    rows = draw(st.lists(st.lists(VALUES, min_size=1, max_size=5).map(",".join), max_size=8))
    noise = draw(st.one_of(st.just(b""), st.binary(max_size=8)))
    return "\n".join([header, *rows]).encode() + noise


class AnyFile(TestCase):
    """Hypothesis needs a transaction of its own around each example."""

    @given(st.one_of(files(), st.binary(max_size=200)))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def test_any_file_is_imported_or_refused_and_the_totals_add_up(self, data: bytes) -> None:
        try:
            dry = import_organisations(actor=None, data=data, dry_run=True)
        except FileRefused:
            with pytest.raises(FileRefused):
                import_organisations(actor=None, data=data)
            assert not Organisation.objects.exists()
            return
        assert not Organisation.objects.exists()
        report = import_organisations(actor=None, data=data)
        assert report == dry
        assert Organisation.objects.count() == report.created
        assert report.updated == report.unchanged == 0
        lines = [refusal.line for refusal in report.refused]
        assert lines == sorted(set(lines))
        again = import_organisations(actor=None, data=data)
        assert counts(again) == (0, 0, report.created, len(report.refused))
