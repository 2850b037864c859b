"""Every field of organisations, contacts and collaborations is declared once, and stands where it says.

The tests walk over the declarations in ``partners/fields/`` and ``collab/fields.py``: a new field of a type that is
known here needs no test of its own.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

import pytest
from django.db.models.expressions import OrderBy
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from collab.fields import COLLABORATION_FIELDS
from common.fields import (
    ChoiceType,
    DayType,
    Field,
    FieldType,
    Merge,
    ModelFields,
    MomentType,
    TextType,
    ValueRefused,
    WholeNumberType,
    YearType,
    YesNoType,
)
from common.text import fold
from imports.mapping.fields import FIELDS, OF_CONTACT, guessed
from partners import actions
from partners.fields import (
    CONTACT_FIELDS,
    ORGANISATION_FIELDS,
    ColleagueType,
    CountryType,
    EmailType,
    LanguagesType,
    OrganisationDetails,
    OrganisationType,
    PatternType,
    PhoneType,
    WebAddressType,
    WordsType,
)
from partners.lists.columns import COLUMNS, as_cells, as_html
from partners.merging.actions import merge_organisations
from partners.merging.details import DUPLICATE, differences
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import ContactFactory, OrganisationFactory, TagFactory, ThemeFactory
from tests.imports.files import xlsx
from tests.imports.test_rows import imported, previewed, reasons, taken_back

MODELS = [ORGANISATION_FIELDS, CONTACT_FIELDS, COLLABORATION_FIELDS]
# Values of each type, which differ from those of the factories and from each other.
SAMPLES: dict[type[FieldType], tuple[Any, Any]] = {
    TextType: ("Some words", "Other words"),
    EmailType: ("one@noord.example", "two@noord.example"),
    WebAddressType: ("https://one.example", "https://two.example"),
    PhoneType: ("030 123 45 01", "+31 30 123 45 02"),
    PatternType: ("HRB 1234", "HRB 5678"),
    CountryType: ("DE", "BE"),
    LanguagesType: (["tr"], ["ar", "tr"]),
    WholeNumberType: (7, 9),
    YearType: (1987, 1899),
    DayType: (date(2024, 3, 31), date(2019, 12, 1)),
    MomentType: (datetime(2024, 3, 31, 23, 30, tzinfo=timezone.get_default_timezone()),) * 2,
    YesNoType: (True, False),
}
# Not shown on the page of an organisation, or not as a text.
NOT_ON_PAGE = {
    "status": "in lists; an archived one is seen by what its page does not offer",
    "status_since": "in lists and in the history",
    "relation_owner": "in lists, where colleagues look for theirs",
    "logo_at": "the picture itself",
    "updated_at": "the history tells all changes",
}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator(client: Client) -> User:
    user = CoordinatorFactory(name="Anna", email="anna@samen.example")
    client.force_login(user)
    return user


def each(fields: Iterable[Field]) -> Any:
    return pytest.mark.parametrize(
        "field", [pytest.param(field, id=f"{field.model._meta.model_name}.{field.name}") for field in fields]
    )


def samples(field: Field) -> tuple[Any, Any]:
    """Return two values of a field whose values need no other row."""
    if isinstance(field.type, ChoiceType):
        first, second, *_others = field.type.choices.values
        return first, second
    return SAMPLES[type(field.type)]


def give(row: Organisation | Contact, field: Field, number: int = 0) -> Any:
    """Give a row a sample value of a field; return it as a list reads it."""
    if isinstance(field.type, WordsType):
        word = {"tags": TagFactory, "themes": ThemeFactory}[field.name](name=("jeugd", "taal")[number])
        getattr(row, field.name).set([word])
        return [word.name]
    if isinstance(field.type, ColleagueType):
        user = CoordinatorFactory(name=("Sanne Visser", "Jan Jansen")[number])
        setattr(row, field.name, user)
        row.save()
        return user.name
    if isinstance(field.type, OrganisationType):
        value = OrganisationFactory(name=("Above", "Higher")[number])
    else:
        value = samples(field)[number]
    # Past save, which sets some values itself.
    type(row)._default_manager.filter(pk=row.pk).update(**{field.name: value})
    row.refresh_from_db()
    return value


# Declared


@pytest.mark.parametrize("fields", MODELS, ids=lambda fields: fields.model.__name__)
def test_every_field_of_a_model_is_declared_or_left_out_with_a_reason(fields: ModelFields) -> None:
    meta = fields.model._meta
    known = {field.name for field in [*meta.concrete_fields, *meta.many_to_many]}

    assert known - fields.keys() - fields.left_out.keys() == set(), "declare it in fields.py, or say there why not"
    assert fields.left_out.keys() - known == set()
    assert fields.keys() & fields.left_out.keys() == set()
    assert [name for name, reason in fields.left_out.items() if not reason.strip()] == []


@pytest.mark.parametrize("fields", MODELS, ids=lambda fields: fields.model.__name__)
def test_every_field_says_why_it_stands_in_a_place_not(fields: ModelFields) -> None:
    assert [f.name for f in fields.values() if not all(reason.strip() for reason in f.without.values())] == []
    keys = [field.key for field in fields.in_list]
    assert len(keys) == len(set(keys))


def test_field_without_names_for_its_column_is_refused() -> None:
    with pytest.raises(ValueError, match="name: say how files call it"):
        ModelFields(Organisation, Field(name="name", type=TextType()), left_out={})


def test_action_takes_the_fields_of_the_form() -> None:
    words = {name for name, field in ORGANISATION_FIELDS.items() if isinstance(field.type, WordsType)}
    taken = {*ORGANISATION_FIELDS.in_form, "external_id"} - words - {"name"}
    assert set(OrganisationDetails.__annotations__) == taken


# In files


def test_no_two_fields_are_called_the_same_in_files() -> None:
    for fields in (FIELDS.values(), COLLABORATION_FIELDS.in_file):
        headers = [header for field in fields for header in field.headers]
        assert [header for header in headers if headers.count(header) > 1] == []
        assert [header for header in headers if header != fold(header).replace(" ", "")] == []


@pytest.mark.parametrize("language", ["en", "nl"])
@each([*ORGANISATION_FIELDS.in_file, *COLLABORATION_FIELDS.in_file])
def test_heading_of_a_column_is_known_in_files(field: Field, language: str) -> None:
    with translation.override(language):
        assert fold(str(field.label)).replace(" ", "") in field.headers


@each(FIELDS.values())
def test_column_is_recognised_by_each_of_its_names(field: Field) -> None:
    name = f"contact_{field.name}" if field.model is Contact else field.name
    assert [guessed([header]) for header in field.headers] == [[name]] * len(field.headers)


def by_itself(fields: Iterable[Field]) -> list[Field]:
    """Return the fields whose values need no other row."""
    return [f for f in fields if not isinstance(f.type, WordsType | ColleagueType | OrganisationType)]


@pytest.mark.parametrize("language", ["en", "nl"])
@each(by_itself([*FIELDS.values(), *COLLABORATION_FIELDS.in_file]))
def test_value_that_a_file_holds_is_read_back(field: Field, language: str) -> None:
    with translation.override(language):
        for value in samples(field):
            assert field.parse(str(field.type.for_file()(value))) == value
            assert field.type.from_plain(field.type.to_plain(value)) == value
            assert field.plain_in_words(field.type.to_plain(value)) == field.type.for_page()(value)
        assert field.type.is_empty(field.parse(""))


@pytest.mark.django_db
@each(by_itself(ORGANISATION_FIELDS.in_file))
def test_value_comes_from_a_file_and_goes_back(field: Field) -> None:
    row = OrganisationFactory(name="Noord", external_id="7", country="NL")
    before = Organisation.objects.values().get()
    value = samples(field)[0]
    column = "-" if field.name in ("name", "external_id") else field.name
    cells = ["7", value if field.name == "name" else "Noord", field.type.for_file()(value)]

    upload = imported(xlsx(["id", "name", "x"], cells), f"external_id name {column}", "external_id")

    row.refresh_from_db()
    if column != "-":
        assert field.plain(row) == field.type.to_plain(value)
        # A status brings its day along.
        assert upload.rows.get().changes[0] == [
            field.name,
            field.type.to_plain(before[field.name]),
            field.type.to_plain(value),
        ]
    assert taken_back(upload) == []
    assert Organisation.objects.values().get() | {"updated_at": before["updated_at"]} == before


@pytest.mark.django_db
@each(OF_CONTACT.values())
def test_value_of_a_contact_comes_from_a_file_and_goes_back(field: Field) -> None:
    contact = ContactFactory(organisation=OrganisationFactory(name="Noord"), name="Piet", language="en")
    value = samples(field)[0]
    if field.name in ("name", "email"):
        value = getattr(contact, field.name)
    text = f"Noord,{contact.email},{field.type.for_file()(value)}\n"
    column = "-" if field.name == "email" else f"contact_{field.name}"

    upload = imported(f"name,mail,x\n{text}", f"name contact_email {column}")

    assert reasons(upload) == {}
    contact.refresh_from_db()
    assert field.plain(contact) == field.type.to_plain(value)
    assert taken_back(upload) == []


# In lists and exports


@pytest.mark.django_db
@each(ORGANISATION_FIELDS.in_list)
def test_value_stands_in_the_list_and_in_its_files(client: Client, coordinator: User, field: Field) -> None:
    value = give(row := OrganisationFactory(), field)
    row.refresh_from_db()
    query = {"columns": ["name", field.key], "status": "all"}
    cell = field.type.for_file()(value)

    page = client.get(reverse("partners:organisation-list"), query).text
    lines = b"".join(client.get(reverse("partners:organisation-export"), query)).decode("utf-8-sig")
    book = b"".join(client.get(reverse("partners:organisation-export"), query | {"format": "xlsx"}))

    place = -1 if field.name != "name" else 0
    heading, line = list(csv.reader(io.StringIO(lines)))
    assert (heading[place], line[place].lstrip("'")) == (str(field.label), str(cell))
    assert escape(str(field.label)) in page
    (_heading, (*rest, last)) = load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    in_book = [*rest, last][place]
    assert (in_book.date() if isinstance(in_book, datetime) else in_book) == cell


def test_list_has_every_declared_column_the_most_wanted_first() -> None:
    first = ["name", "city", "country", "kind", "status", "owner", "tags", "themes"]
    declared = [field.key for field in ORGANISATION_FIELDS.in_list]
    assert list(COLUMNS) == first + [key for key in declared if key not in first]


@pytest.mark.parametrize(("value", "shown"), [(None, "—"), (0, "0"), (1987, "1987")])
def test_nought_is_a_value_in_lists_and_files(value: int | None, shown: str) -> None:
    column = ORGANISATION_FIELDS["founded_in"]
    rows = [{"pk": 1, "founded_in": value}]
    assert as_html(rows, [column])[0]["cells"].endswith(f">{shown}</td>")
    assert list(as_cells(rows, [column])) == [["" if value is None else value]]


SORTED = [field for field in [*ORGANISATION_FIELDS.in_list, *COLLABORATION_FIELDS.in_list] if field.order]


def directions(order: Iterable[Any]) -> list[tuple[str, bool, bool]]:
    """Return name, whether it goes down, and whether rows without a value come last, of each column of an order."""
    found = []
    for column in order:
        if isinstance(column, OrderBy):
            found.append((column.expression.name, column.descending, bool(column.nulls_last)))
        else:
            name = column.removeprefix("-")
            found.append(("id" if name == "pk" else name, column.startswith("-"), not column.startswith("-")))
    return found


@pytest.mark.parametrize("down", ["", "-"])
@each(SORTED)
def test_list_is_sorted_along_an_index(field: Field, down: str) -> None:
    fields = ORGANISATION_FIELDS if field.model is Organisation else COLLABORATION_FIELDS
    _sort, order = fields.order_of(f"{down}{field.key}")
    wanted = directions(order)
    backwards = [(name, not is_down, not last) for name, is_down, last in wanted]
    # Without empty values it makes no difference where they come.
    width = 3 if field.model_field.null else 2
    orders = [[row[:width] for row in rows] for rows in (wanted, backwards)]

    known = [directions(index.expressions or index.fields) for index in field.model._meta.indexes]
    assert any([row[:width] for row in rows] in orders for rows in known)


@pytest.mark.django_db
@each([field for field in SORTED if field.model_field.null])
def test_rows_without_a_value_come_last_in_both_directions(client: Client, coordinator: User, field: Field) -> None:
    is_organisation = field.model is Organisation
    factory, name = (
        (OrganisationFactory, "partners:organisation")
        if is_organisation
        else (CollaborationFactory, "collab:collaboration")
    )
    for at, row_name in enumerate(("Two", "One", "None")):
        row = factory(name=row_name)
        if at < 2:
            field.model._default_manager.filter(pk=row.pk).update(**{field.name: sorted(samples(field))[1 - at]})

    def names(sort: str) -> list[str]:
        rows = client.get(reverse(f"{name}-list"), {"sort": sort}).context["page"].object_list
        return [row["name"] if is_organisation else row.collaboration.name for row in rows]

    assert names(field.key) == ["One", "Two", "None"]
    assert names(f"-{field.key}") == ["Two", "One", "None"]


@pytest.mark.django_db
@each(COLLABORATION_FIELDS.in_list)
def test_list_of_collaborations_has_the_column(client: Client, coordinator: User, field: Field) -> None:
    value = samples(field)[0]
    row = CollaborationFactory(stage="exploring")
    type(row).objects.filter(pk=row.pk).update(**{field.name: value})

    html = client.get(reverse("collab:collaboration-list")).text

    assert f'id="sort-{field.key}"' in html
    assert str(field.label) in html
    assert field.type.for_page()(value) in html


# On pages and in forms


@pytest.mark.django_db
@each([field for field in ORGANISATION_FIELDS.values() if field.name not in NOT_ON_PAGE])
def test_value_stands_on_the_page_of_an_organisation(client: Client, coordinator: User, field: Field) -> None:
    value = give(row := OrganisationFactory(), field)

    html = client.get(reverse("partners:organisation-detail", args=[row.pk])).text

    text = value.name if isinstance(value, Organisation) else field.type.for_page()(value)
    assert escape(text) in html.replace("<wbr>", "")


def pages_with_forms() -> Iterable[tuple[str, Field]]:
    for fields, names in (
        (ORGANISATION_FIELDS, ("partners:organisation-create", "partners:organisation-update")),
        (CONTACT_FIELDS, ("partners:contact-create", "partners:contact-update")),
        (COLLABORATION_FIELDS, ("collab:collaboration-create", "collab:collaboration-update")),
    ):
        yield from ((name, fields[field]) for name in names for field in fields.in_form)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "field"), [pytest.param(name, field, id=f"{name} {field.name}") for name, field in pages_with_forms()]
)
def test_form_asks_for_the_field(client: Client, coordinator: User, page: str, field: Field) -> None:
    organisation = OrganisationFactory()
    args = {
        "partners:organisation-update": [organisation.pk],
        "partners:contact-create": [organisation.pk],
        "partners:contact-update": [ContactFactory().pk] if page == "partners:contact-update" else [],
        "collab:collaboration-update": [CollaborationFactory().pk] if page == "collab:collaboration-update" else [],
    }

    html = client.get(reverse(page, args=args.get(page, []))).text

    assert f'name="{field.name}"' in html


@pytest.mark.django_db
@each(ORGANISATION_FIELDS[name] for name in ORGANISATION_FIELDS.in_form)
def test_action_stores_the_field(field: Field) -> None:
    row = OrganisationFactory(country="FR")
    if isinstance(field.type, WordsType):
        value: Any = ["jeugd"]
    elif isinstance(field.type, ColleagueType):
        value = CoordinatorFactory()
    else:
        value = OrganisationFactory() if isinstance(field.type, OrganisationType) else samples(field)[0]

    actions.change_organisation(actor=None, organisation=row, **({"name": row.name} | {field.name: value}))

    row.refresh_from_db()
    assert field.plain(row) == field.type.to_plain(value)


# In merges


def two(field: Field, *numbers: int) -> tuple[Organisation, Organisation]:
    """Return two organisations of which those with these numbers have a sample value of the field."""
    rows = [OrganisationFactory(name="Same", country="FR") for _number in range(2)]
    for number in numbers:
        give(rows[number], field, number)
    return rows[0], rows[1]


@pytest.mark.django_db
@each(ORGANISATION_FIELDS.merged_by(Merge.CHOICE))
def test_survivor_gets_the_chosen_value(field: Field) -> None:
    survivor, duplicate = two(field, 0, 1) if not isinstance(field.type, MomentType) else two(field, 1)
    wanted = field.plain(duplicate)

    (difference,) = [row for row in differences(survivor, duplicate) if row.field == field.name]
    assert difference.label == str(field.label)
    assert all((difference.survivor, difference.duplicate)) != isinstance(field.type, MomentType)
    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate, choices={field.name: DUPLICATE})

    survivor.refresh_from_db()
    assert field.plain(survivor) == wanted


@pytest.mark.django_db
@each(field for field in ORGANISATION_FIELDS.merged_by(Merge.CHOICE) if field.name not in ("name", "status"))
def test_survivor_without_a_value_takes_over_the_other(field: Field) -> None:
    survivor, duplicate = two(field, 1)
    if field.name in ("city", "country"):
        Organisation.objects.filter(pk=survivor.pk).update(**{field.name: ""})
    wanted = field.plain(duplicate)

    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)

    survivor.refresh_from_db()
    assert field.plain(survivor) == wanted


@pytest.mark.django_db
@each(ORGANISATION_FIELDS.merged_by(Merge.TOGETHER))
def test_survivor_gets_the_values_of_both(field: Field) -> None:
    survivor, duplicate = two(field, 0, 1)
    both = {*field.plain(survivor), *field.plain(duplicate)}

    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)

    survivor.refresh_from_db()
    assert sorted(field.plain(survivor)) == sorted(both)


@pytest.mark.django_db
@each([*CONTACT_FIELDS.merged_by(Merge.FILL), *CONTACT_FIELDS.merged_by(Merge.TOGETHER)])
def test_contact_of_both_gets_what_the_other_knew(field: Field) -> None:
    survivor, duplicate = (ContactFactory(email="piet@noord.example") for _number in range(2))
    value = give(duplicate, field)

    merge_organisations(actor=None, survivor=survivor.organisation, duplicate=duplicate.organisation)

    survivor.refresh_from_db()
    assert getattr(survivor, field.name) == value


# There and back


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_brings_every_value_back(client: Client, kind: str, language: str) -> None:
    user = CoordinatorFactory(name="Anna", language=language)
    client.force_login(user)
    row = OrganisationFactory()
    fields = [field for field in ORGANISATION_FIELDS.in_file if field.in_list]
    for field in fields:
        give(row, field)
    row.refresh_from_db()
    before = {field.name: field.plain(row) for field in fields}
    query = {"columns": list(COLUMNS), "status": "all", "format": kind}
    data = b"".join(client.get(reverse("partners:organisation-export"), query))
    row.delete()

    with translation.override(language):
        columns = [column or "-" for column in guessed([str(column.label) for column in COLUMNS.values()])]
        upload = imported(data, " ".join(columns))

    assert reasons(upload) == {}
    again = Organisation.objects.get()
    assert {field.name: field.plain(again) for field in fields} == before


# Days, years, numbers


DAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-03-01", "2024-3-1", "2024/03/01", "20240301", "2024-03-01 00:00:00", "2024-03-01T00:00:00Z"),
        *("01-03-2024", "1-3-2024", "1/3/2024", "1.3.2024", "01-03-2024 0:00"),
        *("1 maart 2024", "1 mrt 2024", "1 mrt. 2024", "vrijdag 1 maart 2024", "vr 1 mrt. 2024", "1e maart 2024"),
        *("1 March 2024", "March 1, 2024", "Mar 1st, 2024", "Friday, March 1, 2024"),
    ],
)
def test_day_is_read_as_people_write_it(text: str) -> None:
    assert DayType().parse(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["3/31/2024", "31-02-2024", "01-03-24", "1 maart", "maart 2024", "2024", "soon", "45352", "1 brumaire 2024"],
)
def test_day_that_cannot_be_read_for_certain_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match=f"^“{text}” is not a day: write 2024-03-31 or 31 March 2024.$"):
        DayType().parse(text)


@pytest.mark.parametrize(
    ("text", "year"),
    [("1987", 1987), ("1987.0", 1987), ("1987-05-01", 1987), ("mei 1987", 1987), ("1 May 1987", 1987), ("", None)],
)
def test_year_is_read_from_a_day_as_well(text: str, year: int | None) -> None:
    assert YearType().parse(text) == year


@pytest.mark.parametrize("text", ["around 1987", "1987?", "1.987", "nineteen"])
def test_year_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match=r"is not a year: write four figures, such as 1987\.$"):
        YearType().parse(text)


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("12,0", 12), ("12.00", 12), ("-3", -3), ("", None)])
def test_whole_number_is_read(text: str, number: int | None) -> None:
    assert WholeNumberType().parse(text) == number


@pytest.mark.parametrize("text", ["12.5", "1.000", "twelve", "1" * 19])
def test_number_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match=r"is not a whole number\.$"):
        WholeNumberType().parse(text)


@each(
    field
    for field in [*FIELDS.values(), *COLLABORATION_FIELDS.in_file]
    if isinstance(field.type, WholeNumberType | DayType)
)
def test_value_out_of_range_is_refused_with_the_range(field: Field) -> None:
    least, most = field.limits()
    one = timedelta(days=1) if isinstance(least, date) else 1
    words = field.type.for_page()

    assert (field.parse(str(least)), field.parse(str(most))) == (least, most)
    for value in (least - one, most + one):
        with pytest.raises(ValueRefused) as refused:
            field.parse(str(value))
        assert str(refused.value) == f"“{value}” is not possible: from {words(least)} up to {words(most)}."


def test_range_is_that_of_the_model() -> None:
    assert COLLABORATION_FIELDS["evaluation_interval_months"].limits() == (1, 60)
    years = [field for fields in MODELS for field in fields.values() if isinstance(field.type, YearType)]
    assert {field.limits() for field in years} == {(1000, timezone.localdate().year)}, "give the model validators"


@pytest.mark.parametrize(("text", "value"), [("Ja", True), ("no", False), ("x", True), ("WAAR", True), ("", None)])
def test_yes_and_no_are_read_in_both_languages(text: str, value: bool | None) -> None:
    assert YesNoType().parse(text) is value


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ValueRefused, match=r"“perhaps” is neither yes nor no\."):
        YesNoType().parse("perhaps")


@pytest.mark.django_db
def test_years_of_a_spreadsheet_are_read_and_wrong_ones_come_back_with_the_reason() -> None:
    year = timezone.localdate().year
    rows: list[list[object]] = [
        ["Naam", "Opgericht in"],
        *(["Noord", 1987], ["Oost", 1987.0], ["Zuid", date(1987, 5, 1)], ["Ver", "mei 1987"]),
        *(["West", year + 1], ["Midden", 87], ["Hier", "rond 1987"]),
    ]

    upload = imported(xlsx(*rows), "name founded_in")

    found = dict(Organisation.objects.values_list("name", "founded_in"))
    assert found == dict.fromkeys(("Noord", "Oost", "Zuid", "Ver"), 1987) | dict.fromkeys(("West", "Midden", "Hier"))
    assert [(remark["line"], remark["message"]) for remark in upload.report["warnings"]] == [
        (6, f"Opgericht in: “{year + 1}” is not possible: from 1000 up to {year}. It was left out."),
        (7, f"Opgericht in: “87” is not possible: from 1000 up to {year}. It was left out."),
        (8, "Opgericht in: “rond 1987” is not a year: write four figures, such as 1987. It was left out."),
    ]


@pytest.mark.django_db
def test_days_of_a_spreadsheet_are_read_and_wrong_ones_come_back_with_the_reason() -> None:
    rows: list[list[object]] = [
        ["Naam", "Status sinds"],
        ["Noord", date(2024, 3, 1)],
        ["Oost", datetime(2024, 3, 1, 12, 30)],
        ["Zuid", "1 maart 2024"],
        ["West", "1-3-0204"],
        ["Midden", "ooit"],
    ]

    upload = imported(xlsx(*rows), "name status_since")

    found = Organisation.objects.filter(status_since=DAY).values_list("name", flat=True)
    assert sorted(found) == ["Noord", "Oost", "Zuid"]
    with translation.override("nl"):
        again = previewed(xlsx(*rows), "name status_since")
    why = "“1-3-0204” is not possible: from 1 January 1900 up to 31 December 2199."
    assert [(remark["line"], remark["message"]) for remark in upload.report["warnings"]] == [
        (5, f"Status sinds: {why} It was left out."),
        (6, "Status sinds: “ooit” is not a day: write 2024-03-31 or 31 March 2024. It was left out."),
    ]
    assert again.rows.filter(outcome="unchanged").count() == 5


def test_label_of_a_field_can_be_its_own() -> None:
    fields = ModelFields(Organisation, replace(ORGANISATION_FIELDS["name"], label="Called"), left_out={})
    assert str(fields["name"].label) == "Called"
