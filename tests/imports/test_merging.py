"""Files after a merge: the number of the one that is gone finds the one that stayed, and undoing stays sane."""

import pytest
from django.utils import timezone

from imports import actions
from imports.actions import import_organisations
from imports.reports.report import ImportReport
from partners.merging.actions import merge_organisations
from partners.models import Contact, MergedOrganisation, Organisation
from tests.factories.partners import OrganisationFactory
from tests.imports.test_rows import imported, previewed, taken_back

pytestmark = pytest.mark.django_db
OLD, NEW = "A1", "B7"


@pytest.fixture
def noord() -> Organisation:
    """Noord with number A1, into which the one with number B7 was merged."""
    noord = OrganisationFactory(name="Noord", city="Assen", external_id=OLD)
    duplicate = OrganisationFactory(name="Bieb Noord", city="Haren", external_id=NEW)
    return merge_organisations(actor=None, survivor=noord, duplicate=duplicate)


def by_command(text: str) -> ImportReport:
    return import_organisations(actor=None, data=text.encode())


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in report.refused]


def test_number_of_the_one_that_is_gone_finds_the_one_that_stayed(noord: Organisation) -> None:
    report = by_command(f"orgId,name,city\n{NEW},Noord,Haren\n")
    noord.refresh_from_db()
    assert (report.created, report.updated, report.refused) == (0, 1, [])
    assert (noord.external_id, noord.city) == (OLD, "Haren")


def test_the_same_in_the_browser_where_it_changes_nothing_twice(noord: Organisation) -> None:
    for outcome in ("updated", "unchanged"):
        upload = imported(f"nr,name,city\n{NEW},Noord,Haren\n", "external_id name city", "external_id")
        assert list(upload.rows.values_list("outcome", "organisation")) == [(outcome, noord.pk)]
    noord.refresh_from_db()
    assert noord.external_id == OLD


@pytest.mark.parametrize("numbers", [(OLD, NEW), (NEW, OLD)])
def test_both_numbers_in_one_file_are_not_written_over_each_other(
    noord: Organisation, numbers: tuple[str, str]
) -> None:
    first, second = numbers
    report = by_command(f"orgId,name,city\n{first},Noord,First\n{second},Noord,Second\n")
    noord.refresh_from_db()
    assert reasons(report) == [(3, "Line 2 is about “Noord” as well: the two were merged.")]
    assert (noord.city, Organisation.objects.count()) == ("First", 1)


def test_contacts_of_both_numbers_come_in(noord: Organisation) -> None:
    text = f"nr,name,who,mail\n{OLD},Noord,Ann,a@n.example\n{NEW},Noord,Bob,b@n.example\n"
    imported(text, "external_id name contact_name contact_email", "external_id")
    assert sorted(Contact.objects.values_list("name", "organisation")) == [("Ann", noord.pk), ("Bob", noord.pk)]


def test_remembered_number_is_no_change_where_the_name_is_the_key(noord: Organisation) -> None:
    imported(f"name,city,nr\nNoord,Assen,{NEW}\n", "name city external_id")
    noord.refresh_from_db()
    assert noord.external_id == OLD


def test_remembered_number_belongs_to_nobody_else(noord: Organisation) -> None:
    upload = imported(f"name,city,nr\nWest,Ede,{NEW}\n", "name city external_id")
    message = f"nr: {NEW} belongs to “Noord” already. It was left out."
    assert [remark["message"] for remark in upload.report["warnings"]] == [message]
    assert Organisation.objects.get(name="West").external_id == ""


def test_who_has_the_number_now_goes_before_who_is_remembered(noord: Organisation) -> None:
    west = OrganisationFactory(name="West", external_id=NEW)
    by_command(f"orgId,name\n{NEW},Far West\n")
    west.refresh_from_db()
    assert west.name == "Far West"


def test_remembered_numbers_go_along_with_the_next_merge(noord: Organisation) -> None:
    last = OrganisationFactory(name="Last", external_id="C3")
    merge_organisations(actor=None, survivor=last, duplicate=noord)
    assert dict(MergedOrganisation.objects.values_list("external_id", "into")) == {OLD: last.pk, NEW: last.pk}
    assert by_command(f"orgId,name\n{NEW},Last\n").unchanged == 1


def test_undo_leaves_alone_what_was_merged_since_and_says_so() -> None:
    text = "name,city,who\nBieb Noord,Haren,Ann\nWest,Ede,Bob\n"
    survivor = OrganisationFactory(name="Noord", city="Haren")
    upload = imported(text, "name city contact_name")
    made = Organisation.objects.get(name="Bieb Noord")
    merge_organisations(actor=None, survivor=survivor, duplicate=made)
    assert taken_back(upload) == ["“Bieb Noord” stays as it is: it was merged with another organisation since."]
    assert [row.name for row in Organisation.objects.all()] == ["Noord"]
    assert [row.name for row in Contact.objects.all()] == ["Ann"]


def test_undo_does_not_give_the_one_that_stayed_what_the_other_had() -> None:
    """The import changed the city of the other; the one that stayed happens to have that city too."""
    duplicate = OrganisationFactory(name="Bieb Noord", city="Assen", external_id=NEW)
    upload = imported(f"nr,name,city\n{NEW},Bieb Noord,Haren\n", "external_id name city", "external_id")
    survivor = OrganisationFactory(name="Noord", city="Haren")
    duplicate.refresh_from_db()
    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)
    assert taken_back(upload) == ["“Bieb Noord” stays as it is: it was merged with another organisation since."]
    survivor.refresh_from_db()
    assert survivor.city == "Haren"


def test_undo_takes_back_what_an_earlier_merge_has_nothing_to_do_with(noord: Organisation) -> None:
    MergedOrganisation.objects.update(merged_at=timezone.now())
    upload = imported(f"nr,name,city\n{OLD},Noord,Haren\n", "external_id name city", "external_id")
    assert taken_back(upload) == []
    noord.refresh_from_db()
    assert noord.city == "Assen"


def test_preview_made_before_the_merge_is_looked_at_anew() -> None:
    noord = OrganisationFactory(name="Noord", external_id=OLD)
    duplicate = OrganisationFactory(name="Bieb Noord", external_id=NEW)
    upload = previewed(f"nr,name\n{NEW},Noord\n", "external_id name", "external_id")
    merge_organisations(actor=None, survivor=noord, duplicate=duplicate)
    assert upload.owner is not None
    actions.confirm_import(actor=upload.owner, upload=upload)
    actions.run_import(upload_id=upload.pk)
    assert [row.name for row in Organisation.objects.all()] == ["Noord"]
