"""What rows do: how they find their organisation and contact, what they change, and how it is taken back."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from audit.timeline import entries_for
from common.actions import ActionRefused
from common.progress import progress_of, report_progress
from imports import actions
from imports.enums import ImportStatus, RowOutcome
from imports.mapping.fields import FIELDS, KEYS, NEEDED
from imports.models import FileImport, ImportMapping, ImportRow
from imports.reading.opening import read_preview
from imports.reports.refusals import FileRefused, in_words
from imports.reports.refused import refused_rows
from imports.reports.report import ImportReport
from imports.writing import journal
from partners import actions as registry
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import CandidateFactory
from tests.factories.partners import (
    ContactFactory,
    HostFactory,
    OrganisationFactory,
    PartnerUserFactory,
    TagFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def previewed(
    text: str | bytes, fields: str, key: str = "name_city", *, repair: bool = False, by: User | None = None
) -> FileImport:
    """Return a file with its preview; ``fields`` are those of its columns, “-” for one that is left out."""
    actor = by or CoordinatorFactory()
    data = text.encode() if isinstance(text, str) else text
    upload = actions.upload_import(actor=actor, file_name="partners.csv", data=data)
    chosen = ["" if field == "-" else field for field in fields.split()]
    actions.read_import(upload_id=upload.pk)
    actions.map_import(actor=actor, upload=upload, fields=chosen, key=key)
    actions.check_import(upload_id=upload.pk)
    if repair:
        actions.repair_import(actor=actor, upload=upload, repair=True)
        actions.check_import(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def imported(text: str | bytes, fields: str, key: str = "name_city", **options: bool) -> FileImport:
    upload = previewed(text, fields, key, **options)
    assert upload.owner is not None
    actions.confirm_import(actor=upload.owner, upload=upload)
    actions.run_import(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.status == ImportStatus.DONE
    return upload


def taken_back(upload: FileImport) -> list[str]:
    """Undo the import and return the sentences about what stayed."""
    assert upload.owner is not None
    actions.undo_import(actor=upload.owner, upload=upload)
    actions.run_undo(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.status == ImportStatus.UNDONE
    return ImportReport.restored(upload.report).stayed


def outcomes(upload: FileImport) -> list[tuple[int, str]]:
    return list(upload.rows.values_list("line", "outcome"))


def remarks(upload: FileImport) -> dict[int, str]:
    return {remark["line"]: remark["message"] for remark in upload.report["warnings"]}


def reasons(upload: FileImport) -> dict[int, str]:
    return dict(upload.rows.filter(outcome=RowOutcome.REFUSED).values_list("line", "reason"))


# Finding the organisation


def test_name_and_city_are_compared_without_capitals_and_accents() -> None:
    noord = OrganisationFactory(name="Café Noord", city="Assen")
    OrganisationFactory(name="Café Noord", city="Breda")

    upload = imported("naam;plaats;tel\nCAFE NOORD;assen;0592 123456\nCafé Noord;Utrecht;\n", "name city phone")

    assert outcomes(upload) == [(2, "updated"), (3, "created")]
    noord.refresh_from_db()
    assert (noord.name, noord.city, noord.phone) == ("CAFE NOORD", "assen", "0592 123456")


def test_row_that_can_be_several_organisations_is_refused_with_their_names() -> None:
    first, second = OrganisationFactory.create_batch(2, name="Noord", city="Assen")

    upload = previewed("name,city\nNoord,Assen\n", "name city")

    assert reasons(upload) == {2: f"This can be any of 2: Noord (Assen, #{first.pk}), Noord (Assen, #{second.pk})."}


def test_number_is_compared_within_its_country_without_spaces_and_dots() -> None:
    noord = OrganisationFactory(name="Noord", registration_number="12345678", country="NL")
    text = "kvk,name,country\n1234.56 78,Noord BV,Nederland\n12345678,Nord,Duitsland\n1234567,Zuid,NL\n"

    upload = imported(text, "registration_number name country", "number")

    assert outcomes(upload) == [(2, "updated"), (3, "created"), (4, "created")]
    noord.refresh_from_db()
    assert noord.name == "Noord BV"
    assert Organisation.objects.get(name="Zuid").registration_number == "01234567"


def test_number_that_belongs_to_another_organisation_is_left_out_with_a_remark() -> None:
    OrganisationFactory(name="Noord", external_id="7", registration_number="12345678", country="NL")
    text = "name,id,kvk,country\nZuid,7,,NL\nWest,8,12345678,NL\nOost,9,,NL\nMidden,9,,NL\n"

    upload = previewed(text, "name external_id registration_number country")

    assert reasons(upload) == {}
    assert remarks(upload) == {
        2: "id: 7 belongs to “Noord” already. It was left out.",
        3: "kvk: 12345678 belongs to “Noord” already. It was left out.",
        5: "id: 9 belongs to “Oost” already. It was left out.",
    }


def test_same_organisation_twice_is_refused_the_second_time() -> None:
    upload = previewed("name,city\nNoord,Assen\nNOORD,assen\n", "name city")

    assert reasons(upload) == {3: "This organisation is on line 2 already."}


# What values mean


def test_values_come_from_a_file_as_people_write_them() -> None:
    owner = CoordinatorFactory(email="anna@samen.example")
    values = {
        "name": "Noord",
        "short_name": "NRD",
        "kind": "Bibliotheek",
        "status": "Actief",
        "street": "Weg 1",
        "postal_code": "9401 AA",
        "city": "Assen",
        "country": "Netherlands",
        "website": "www.noord.example",
        "email": "Info@Noord.example",
        "phone": "0592 123456",
        "registration_number": "12345678",
        "external_id": "77",
        "tags": '"taal, jeugd"',
        "themes": "Werk",
        "relation_owner": "ANNA@samen.example",
        "contact_name": "Piet",
        "contact_email": "Piet@noord.example",
        "contact_phone": "06 12345678",
        "contact_position": "directeur",
        "contact_language": "Engels",
    }

    imported(f"{','.join(values)}\n{','.join(values.values())}\n", " ".join(values), "external_id")

    noord = Organisation.objects.get()
    assert (noord.kind, noord.status, noord.country, noord.website) == (
        "library",
        "active",
        "NL",
        "https://www.noord.example",
    )
    assert (noord.email, noord.phone, noord.registration_number) == ("info@noord.example", "0592 123456", "12345678")
    assert (noord.relation_owner, [tag.name for tag in noord.tags.all()]) == (owner, ["jeugd", "taal"])
    assert noord.themes.get().name == "Werk"
    piet = Contact.objects.get()
    assert (piet.organisation, piet.name, piet.email) == (noord, "Piet", "piet@noord.example")
    assert (piet.phone, piet.position, piet.language) == ("06 12345678", "directeur", "en")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("kind", "spaceship", "“spaceship” is not known here; known are Company, Foundation or association,"),
        ("status", "gone", "“gone” is not known here; known are Prospect, Active, Former, Archived."),
        ("country", "Atlantis", "“Atlantis” is not a country: write its name, or a code such as NL."),
        ("website", "no site", "“no site” is not a web address."),
        ("email", "nobody", "“nobody” is not an e-mail address."),
        ("phone", "ask Piet", "“ask Piet” is not a phone number."),
        ("registration_number", "!", "“!” is not a registration number."),
        ("relation_owner", "x@y.example", "“x@y.example” is not the address of a colleague."),
        ("tags", "t" * 61, "“ttttttt"),
        ("themes", "a;" + "t" * 61, "“" + "t" * 39 + "…” is too long; at most 60 characters fit."),
        ("contact_email", "piet@", "“piet@” is not an e-mail address."),
        ("contact_email", "piet@noord.example", "The contact has no name, and nobody there has this e-mail address."),
        ("contact_phone", "06 12345678", "The contact has neither a name nor an e-mail address."),
        ("contact_language", "Latin", "“Latin” is not known here; known are Nederlands, English."),
        ("city", "c" * 121, "121 characters are too long; at most 120 fit."),
    ],
)
def test_value_that_cannot_be_read_is_left_out_with_the_reason(field: str, value: str, reason: str) -> None:
    upload = previewed(f"name,x\nNoord,{value}\n", f"name {field}")

    assert outcomes(upload) == [(2, "created")]
    assert reason in remarks(upload)[2]
    assert "left out." in remarks(upload)[2]


def test_number_of_the_chamber_of_commerce_has_eight_figures() -> None:
    upload = previewed("name,kvk,country\nNoord,12,NL\nNord,12,DE\n", "name registration_number country")

    assert remarks(upload) == {2: "kvk: “12” is not a KvK number; it has 8 figures. It was left out."}


def test_our_own_organisation_is_not_archived() -> None:
    HostFactory(name="Samen", city="Utrecht")

    assert reasons(previewed("name,city,status\nSamen,Utrecht,archived\n", "name city status")) == {
        2: "Your own organisation cannot be archived."
    }


def test_apostrophe_before_a_formula_is_taken_off_again() -> None:
    imported("name\n'=Noord\n's-Gravenhage\n'+31\n", "name")

    assert set(Organisation.objects.values_list("name", flat=True)) == {"=Noord", "'s-Gravenhage", "+31"}


def test_status_of_a_file_brings_its_day_or_holds_from_today_on() -> None:
    today, since = timezone.localdate(), date(2020, 1, 2)
    for name in ("Noord", "Oost", "Zuid", "West"):
        OrganisationFactory(name=name, status="active", status_since=since)
    text = "name,status,since\nNoord,former,\nOost,former,2024-03-01\nZuid,active,\nWest,,2024-03-01\nNieuw,active,\n"

    upload = imported(text, "name status status_since")

    days = dict(Organisation.objects.values_list("name", "status_since"))
    given = date(2024, 3, 1)
    assert days == {"Noord": today, "Oost": given, "Zuid": since, "West": given, "Nieuw": today}
    assert taken_back(upload) == []
    assert set(Organisation.objects.values_list("status", "status_since")) == {("active", since)}


@pytest.mark.parametrize(("field", "factory"), [("tags", TagFactory), ("themes", ThemeFactory)])
def test_tags_and_themes_are_added_and_never_taken_off(field: str, factory: Any) -> None:
    words = getattr(OrganisationFactory(name="Noord"), field)
    words.add(factory(name="Taal"))

    upload = imported(f"name,{field}\nNoord,taal; jeugd\n", f"name {field}")

    assert {word.name for word in words.all()} == {"jeugd", "Taal"}
    assert upload.rows.get().changes == [[field, [], ["jeugd"]]]
    assert outcomes(imported(f"name,{field}\nNoord,taal\n", f"name {field}")) == [(2, "unchanged")]


# Contacts


def test_several_rows_of_one_organisation_bring_several_contacts() -> None:
    text = "name,city,contact,mail\nNoord,Assen,Piet,piet@noord.example\nNoord,Assen,Marie,\nZuid,Breda,,\n"
    fields = "name city contact_name contact_email"

    assert outcomes(imported(text, fields)) == [(2, "created"), (3, "updated"), (4, "created")]
    assert list(Contact.objects.values_list("organisation__name", "name")) == [("Noord", "Marie"), ("Noord", "Piet")]
    assert outcomes(imported(text, fields)) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]


def test_contact_is_known_by_address_else_by_name() -> None:
    noord = OrganisationFactory(name="Noord")
    by_address = ContactFactory(organisation=noord, name="P. Bos", email="piet@noord.example")
    by_name = ContactFactory(organisation=noord, name="Márie", email="")
    text = "name,contact,mail,tel\nNoord,Piet Bos,PIET@noord.example,06 12345678\nNoord,marie,m@noord.example,\n"

    imported(text, "name contact_name contact_email contact_phone")

    by_address.refresh_from_db()
    by_name.refresh_from_db()
    assert (by_address.name, by_address.phone) == ("Piet Bos", "06 12345678")
    assert (by_name.name, by_name.email) == ("marie", "m@noord.example")
    assert Contact.objects.count() == 2


def test_rows_of_one_organisation_that_contradict_each_other_are_refused() -> None:
    text = "name,phone,contact\nNoord,0592 123456,Piet\nNoord,0592 654321,Marie\nNoord,,Piet\nNoord,,\n"

    assert reasons(previewed(text, "name phone contact_name")) == {
        3: "Line 2 says something else about this organisation: phone.",
        4: "This contact is on line 2 already.",
        5: "This organisation is on line 2 already.",
    }


def test_contact_who_can_sign_in_keeps_name_and_address() -> None:
    PartnerUserFactory(name="Piet", email="piet@noord.example", organisation=OrganisationFactory(name="Noord"))

    upload = previewed("name,contact,mail\nNoord,Pieter,piet@noord.example\n", "name contact_name contact_email")
    imported("name,mail,functie\nNoord,piet@noord.example,baas\n", "name contact_email contact_position")

    message = (
        "Piet can sign in; change name, address and language on the page of the contact. The contact was left out."
    )
    assert remarks(upload) == {2: message}
    assert Contact.objects.values_list("name", "position").get() == ("Piet", "baas")


# Repair, refused rows, memory of columns, progress


def test_repair_is_offered_and_made_only_after_a_yes() -> None:
    text = "name,city\nESPA√ëOLA,Assen\n"

    upload = previewed(text, "name city")
    assert [(r.line, r.column, r.old, r.new) for r in ImportReport.restored(upload.report).repairs] == [
        (2, "name", "ESPA√ëOLA", "ESPAÑOLA")
    ]
    imported(text, "name city")
    assert Organisation.objects.get().name == "ESPA√ëOLA"

    imported(text, "name city", repair=True)
    assert Organisation.objects.filter(name="ESPAÑOLA").count() == 1


def test_refused_rows_come_back_as_a_file_that_can_be_uploaded_again() -> None:
    upload = previewed('name;city;web\n;Assen;-no-\nZuid;Ede;;1\n=West;Ede;\n"x;', "name city website")

    lines = refused_rows(upload).decode("utf-8-sig").splitlines()

    assert lines == [
        "line,reason,name,city,web",
        "2,name is empty.,,Assen,'-no-",
        "3,The row has too many columns: 4 instead of 3.,Zuid,Ede,,1",
        '5,The quotation marks in this row do not match.,"""x;"',
    ]
    again = read_preview(refused_rows(upload)).sheet()
    assert again.header == ["line", "reason", "name", "city", "web"]


def test_columns_are_remembered_for_files_with_the_same_names() -> None:
    previewed("Naam;Iets\nNoord;Assen\n", "name city")

    known = ImportMapping.objects.of_header(["iets", "NAAM"])
    assert known is not None
    assert (known.fields, known.key) == ({"Naam": "name", "Iets": "city"}, "name_city")
    previewed("Naam;Iets\nNoord;Assen\n", "name -")
    assert ImportMapping.objects.get().fields == {"Naam": "name", "Iets": ""}


def test_progress_of_a_transaction_is_seen_while_it_runs() -> None:
    report_progress("import 7", 2000, 16592)

    assert progress_of("import 7") == (2000, 16592)
    assert progress_of("import 70") is None


def test_spreadsheet_that_turns_out_damaged_says_so() -> None:
    upload = previewed("name\nNoord\n", "name")
    FileImport.objects.update(status=ImportStatus.CHECKING, data=b"PK\x03\x04 what is this")

    actions.check_import(upload_id=upload.pk)

    upload.refresh_from_db()
    assert upload.status == ImportStatus.FAILED
    assert in_words(upload.problem).startswith("This file cannot be opened as XLSX.")
    assert not upload.rows.exists()


def test_database_knows_at_once_of_the_rows_of_a_file() -> None:
    """Else it plans for a small registry, and taking back 16,592 rows reads them 16,592 times."""
    lines = "".join(f"Partner {number},Assen,Person {number}\n" for number in range(60))

    upload = previewed(f"name,city,contact\n{lines}", "name city contact_name")
    assert rows_that_are_planned_for(ImportRow) == 60

    assert upload.owner is not None
    actions.confirm_import(actor=upload.owner, upload=upload)
    actions.run_import(upload_id=upload.pk)
    assert [rows_that_are_planned_for(model) for model in (Organisation, Contact, ImportRow)] == [60, 60, 60]


def rows_that_are_planned_for(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return int(cursor.fetchone()[0])


# Taking back


def test_what_was_made_goes_and_what_was_changed_goes_back() -> None:
    owner = CoordinatorFactory(email="anna@samen.example")
    noord = OrganisationFactory(name="Noord", phone="", city="Assen", sort_city="")
    piet = ContactFactory(organisation=noord, name="Piet", email="", phone="")
    before = Organisation.objects.values().get()
    text = (
        "name,city,tel,tags,themes,owner,contact,ctel\n"
        "Noord,ASSEN,0592 123456,taal,werk,anna@samen.example,Piet,06 12345678\n"
        "Noord,,,,,,Marie,\n"
        "Zuid,Breda,,taal,werk,,Jan,\n"
    )
    upload = imported(text, "name city phone tags themes relation_owner contact_name contact_phone", "name_city")
    assert reasons(upload) == {}

    assert taken_back(upload) == []

    after = Organisation.objects.values().get()
    assert after | {"updated_at": before["updated_at"]} == before
    assert (noord.tags.exists(), noord.themes.exists()) == (False, False)
    assert list(Contact.objects.values_list("name", "phone")) == [("Piet", "")]
    assert owner.organisations.count() == 0
    assert piet.organisation == noord


def test_what_was_touched_or_is_in_use_stays_and_is_told() -> None:
    known = OrganisationFactory(name="Noord", phone="", email="")
    text = "name,tel,mail\nNoord,0592 123456,a@noord.example\nZuid,,\nWest,,\nOost,,\n"
    upload = imported(text, "name phone email")
    changed = Organisation.objects.get(name="Zuid")
    registry.change_organisation(actor=None, organisation=changed, name="Zuid", city="Breda")
    registry.add_contact(actor=None, organisation=Organisation.objects.get(name="West"), name="Marie")
    registry.change_organisation(actor=None, organisation=known, name="Noord", phone="0592 999999")

    stayed = taken_back(upload)

    assert sorted(stayed) == [
        "“Noord” keeps “0592 999999” (Phone): somebody changed it since.",
        "“West” stays: it is in use (contact).",
        "“Zuid” stays: somebody changed it since.",
    ]
    known.refresh_from_db()
    assert (known.phone, known.email) == ("0592 999999", "")
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Noord", "Zuid", "West"}


def test_organisation_that_is_considered_for_a_collaboration_stays() -> None:
    upload = imported("name\nOost\n", "name")
    CandidateFactory(organisation=Organisation.objects.get())

    assert taken_back(upload) == ["“Oost” stays: it is in use (candidate)."]


def test_contact_with_access_stays_and_so_does_the_organisation() -> None:
    upload = imported("name,contact,mail\nNoord,Piet,piet@noord.example\n", "name contact_name contact_email")
    registry.give_access(actor=None, contact=Contact.objects.get())

    assert sorted(taken_back(upload)) == [
        "“Noord” stays: it is in use (contact).",
        "“Piet” stays: somebody changed it since.",
    ]


def test_only_the_last_import_is_taken_back_and_only_once() -> None:
    first = imported("name\nNoord\n", "name")
    second = imported("name\nZuid\n", "name")
    assert first.owner is not None

    with pytest.raises(ActionRefused, match="Only the last import"):
        actions.undo_import(actor=first.owner, upload=first)
    taken_back(second)
    actions.undo_import(actor=first.owner, upload=second)
    assert actions.run_undo(upload_id=second.pk) is False
    with pytest.raises(ActionRefused, match="Only the last import"):
        actions.undo_import(actor=first.owner, upload=first)
    assert Organisation.objects.get().name == "Noord"


def test_manager_matches_repairs_and_takes_back_nothing() -> None:
    upload, manager = imported("name\nNoord\n", "name"), ManagerFactory()

    with pytest.raises(PermissionDenied):
        actions.undo_import(actor=manager, upload=upload)
    with pytest.raises(PermissionDenied):
        actions.repair_import(actor=manager, upload=upload, repair=True)
    with pytest.raises(PermissionDenied):
        actions.map_import(actor=manager, upload=upload, fields=["name"], key="name_city")


def test_undo_that_breaks_off_leaves_everything_and_can_be_tried_again() -> None:
    upload = imported("name\nNoord\nZuid\n", "name")
    assert upload.owner is not None
    actions.undo_import(actor=upload.owner, upload=upload)

    actions.fail_import(upload_id=upload.pk)

    assert actions.run_undo(upload_id=upload.pk) is False
    assert Organisation.objects.count() == 2
    assert taken_back(upload) == []


def test_history_tells_of_the_import_and_of_taking_it_back() -> None:
    noord = OrganisationFactory(name="Noord", phone="")
    taken_back(imported("name,tel\nNoord,0592 123456\n", "name phone"))

    assert [entry.what for entry in entries_for(noord)][:2] == ["Import taken back", "Imported from a file"]


def test_rows_are_kept_of_the_last_imports_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "IMPORTS_WITH_ROWS", 2)
    uploads = [imported(f"name\nOrg {number}\n", "name") for number in range(3)]

    assert [upload.rows.count() for upload in uploads] == [0, 1, 1]
    assert ImportRow.objects.filter(values={}).count() == 2


# Whatever comes in

WORDS = st.sampled_from(
    [
        "",
        "1",
        "2",
        "NL",
        "Noord",
        "noord",
        "Zuid",
        "Assen",
        "a@b.example",
        "06 12345678",
        "J√∂ckel",
        "taal;jeugd",
        "'=x",
    ]
)
VALUE = st.one_of(WORDS, st.text(max_size=4))


@st.composite
def matched_files(draw: st.DrawFn) -> tuple[bytes, list[str], str]:
    """Draw a file of any shape, with any fields for its columns."""
    fields = draw(st.lists(st.sampled_from([*FIELDS, ""]), min_size=1, max_size=5))
    fields = ["name", *dict.fromkeys(field for field in fields if field and field != "name"), ""]
    key = draw(st.sampled_from([key for key in KEYS if NEEDED[key] in fields]))
    separator = draw(st.sampled_from(",;\t"))
    rows = draw(st.lists(st.lists(VALUE, min_size=1, max_size=len(fields) + 1), max_size=8))
    lines = [[f"c{place}" for place in range(len(fields))], *rows]
    text = "\n".join(separator.join(line) for line in lines)
    data = text.encode(draw(st.sampled_from(["utf-8", "utf-16", "cp1252"])), errors="ignore")
    return data + draw(st.one_of(st.just(b""), st.binary(max_size=4))), fields, key


class AnyFile(TestCase):
    """Hypothesis needs a transaction of its own around each example."""

    # Somebody whose name is nothing but a sign.
    @example((b"c0,c1,c2\n1,:,", ["name", "contact_name", ""], "name_city"))
    @given(matched_files())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def test_any_file_goes_in_whole_or_not_once_and_out_again(self, file: tuple[bytes, list[str], str]) -> None:
        data, fields, key = file
        try:
            header = read_preview(data).sheet().header
        except FileRefused:
            return
        chosen = " ".join(field or "-" for field in (fields + [""] * len(header))[: len(header)])
        preview = ImportReport.restored(previewed(data, chosen, key).report)
        assert not Organisation.objects.exists()

        first = imported(data, chosen, key)

        report = ImportReport.restored(first.report)
        assert (report.created, report.updated, len(report.refused)) == (
            *(preview.created, preview.updated, len(preview.refused)),
        )
        assert Organisation.objects.count() == report.created
        assert report.rows == first.rows.count()
        again = ImportReport.restored(previewed(data, chosen, key).report)
        assert (again.created, again.updated, again.unchanged) == (0, 0, report.created + report.updated)
        assert taken_back(first) == []
        assert not Organisation.objects.exists()
        assert not Contact.objects.exists()
