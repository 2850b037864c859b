from copy import copy
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from common.edits import EditConflict, Seen
from partners.actions import change_organisation
from partners.enums import OrganisationStatus
from partners.forms.contacts import ContactForm, ContactUpdateForm
from partners.forms.logos import LogoForm
from partners.forms.organisations import OrganisationForm, OrganisationUpdateForm
from partners.lists.filters import OrganisationFilter
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.partners import (
    ContactFactory,
    HostFactory,
    OrganisationFactory,
    PartnerUserFactory,
    TagFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def organisation_form(**data: Any) -> OrganisationForm:
    return OrganisationForm({"name": "Noord", "kind": "library", "status": "active", "country": "NL", **data})


def errors(form: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in form.errors.items()}


def test_name_kind_and_status_are_enough() -> None:
    form = organisation_form(country="")

    assert errors(form) == {}
    assert (form.cleaned_data["name"], form.cleaned_data["tags"]) == ("Noord", [])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.noord.example", "https://www.noord.example"),
        ("noord.example/over", "https://noord.example/over"),
        ("http://noord.example", "http://noord.example"),
        ("", ""),
    ],
)
def test_beginning_of_a_web_address_may_be_left_out(typed: str, kept: str) -> None:
    form = organisation_form(website=typed)

    assert errors(form) == {}
    assert form.cleaned_data["website"] == kept


@pytest.mark.parametrize("phone", ["050 123 45 67", "+31 (0)50-1234567", "050/123.45.67", "0501234567 tst. 12", ""])
def test_phone_is_written_as_people_do(phone: str) -> None:
    assert errors(organisation_form(phone=phone)) == {}


@pytest.mark.parametrize(
    ("typed", "kept"), [("12345678", "12345678"), ("1234 5678", "12345678"), ("12.34.56.78", "12345678"), ("", "")]
)
def test_dutch_registration_number_is_kept_as_eight_figures(typed: str, kept: str) -> None:
    form = organisation_form(registration_number=typed)

    assert errors(form) == {}
    assert form.cleaned_data["registration_number"] == kept


def test_registration_number_elsewhere_is_free() -> None:
    form = organisation_form(country="BE", registration_number="BE 0123.456.789")

    assert errors(form) == {}
    assert form.cleaned_data["registration_number"] == "BE 0123.456.789"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "  ", "This field is required."),
        ("name", "x" * 301, "Ensure this value has at most 300 characters (it has 301)."),
        ("email", "info@", "Enter a valid email address."),
        ("website", "not a site", "Write a web address such as www.example.org."),
        ("website", "javascript:alert(1)", "Write a web address such as www.example.org."),
        ("website", "ftp://noord.example", "Write a web address such as www.example.org."),
        ("phone", "call me", "Enter a phone number, such as 030 123 45 67 or +31 30 123 45 67."),
        ("phone", "123", "Enter a phone number, such as 030 123 45 67 or +31 30 123 45 67."),
        ("registration_number", "1234567", "A KvK number has 8 figures."),
        (
            "registration_number",
            "<12345678>",
            "A registration number has letters, figures, spaces, dots, dashes and slashes only.",
        ),
        ("country", "QQ", "Select a valid choice. QQ is not one of the available choices."),
        ("kind", "club", "Select a valid choice. club is not one of the available choices."),
        ("status", "archived", "Select a valid choice. archived is not one of the available choices."),
        ("relation_owner", "999999", "Select a valid choice. That choice is not one of the available choices."),
        ("tags", "x" * 61, "The tag “" + "x" * 61 + "” is too long."),
        ("tags", ",".join(f"tag{n}" for n in range(21)), "At most 20 tags fit."),
        ("city", "Gro\0ningen", "This holds a character that cannot be stored. Type it again."),
    ],
)
def test_mistake_is_explained_beside_its_field(field: str, typed: str, message: str) -> None:
    assert errors(organisation_form(**{field: typed})) == {field: [message]}


def test_tags_are_words_between_commas_each_once() -> None:
    form = organisation_form(tags=" vrijwilligers, Taal,taal ,, nieuw   woord")

    assert errors(form) == {}
    assert form.cleaned_data["tags"] == ["nieuw woord", "taal", "vrijwilligers"]


@pytest.mark.parametrize(("language", "name"), [("nl", "Duitsland"), ("en", "Germany")])
def test_countries_are_offered_by_name_in_the_language_of_the_reader(language: str, name: str) -> None:
    with translation.override(language):
        choices = dict(OrganisationForm().fields["country"].choices)  # type: ignore[attr-defined]

    assert choices["DE"] == name
    assert list(choices)[:2] == ["", "AF"]


def test_relation_owner_is_a_colleague_who_can_sign_in_or_who_it_is_now() -> None:
    anna, gone = CoordinatorFactory(name="Anna"), ManagerFactory(name="Gone", is_active=False)
    PartnerUserFactory()
    ManagerFactory(is_active=False)
    organisation = OrganisationFactory(relation_owner=gone)

    def offered(form: OrganisationForm) -> list[str]:
        return [user.name for user in form.fields["relation_owner"].queryset]  # type: ignore[attr-defined]

    assert offered(OrganisationForm()) == [anna.name]
    assert offered(OrganisationForm(instance=organisation)) == ["Anna", "Gone"]


def test_archived_organisation_can_be_taken_out_again() -> None:
    archived = OrganisationFactory(status=OrganisationStatus.ARCHIVED)

    def offered(form: OrganisationForm) -> list[str]:
        return [value for value, _label in form.fields["status"].choices]  # type: ignore[attr-defined]

    assert offered(OrganisationForm()) == ["prospect", "active", "former"]
    assert offered(OrganisationForm(instance=archived)) == ["prospect", "active", "former", "archived"]


def typed(organisation: Organisation, **changes: str) -> QueryDict:
    """Return a form as the browser sends it, with some fields changed."""
    form = OrganisationUpdateForm(instance=organisation)
    data = QueryDict(mutable=True)
    data.update({field.name: str(field.value() or "") for field in form} | changes)
    return data


def test_form_carries_what_it_has_shown() -> None:
    organisation = OrganisationFactory(name="Noord", languages=["nl", "tr"])
    organisation.tags.add(TagFactory(name="Taal"))

    form = OrganisationUpdateForm(typed(organisation), instance=organisation)

    assert errors(form) == {}
    shown = {"name": "Noord", "languages": ["tr", "nl"], "tags": ["taal"]}
    assert {name: form.cleaned_data["seen"].marks[name] for name in shown} == Seen.of(shown).marks


@pytest.mark.parametrize("carried", ["yesterday", "", "[1]", '{"name": 3}', "[" * 100_000])
def test_form_that_carries_nonsense_has_seen_nothing(carried: str) -> None:
    organisation = OrganisationFactory()
    form = OrganisationUpdateForm(typed(organisation, seen=carried), instance=organisation)
    assert (errors(form), form.cleaned_data["seen"]) == ({}, Seen())


def test_what_is_stored_by_now_is_told_in_words() -> None:
    organisation = OrganisationFactory(name="Noord", country="NL", city="Groningen")
    form = OrganisationUpdateForm(
        typed(organisation, name="Zuid", country="BE", status="prospect"), instance=copy(organisation)
    )
    assert form.is_valid()
    change_organisation(
        actor=None, organisation=organisation, name="Oost", country="DE", city="Haren", status=OrganisationStatus.FORMER
    )

    with pytest.raises(EditConflict) as conflict:
        change_organisation(actor=None, organisation=organisation, **form.cleaned_data)
    form.show_conflict(conflict.value)

    now = {name: field.stored_now.text for name, field in form.fields.items() if hasattr(field, "stored_now")}
    assert now == {"name": "Oost", "country": "Germany", "status": "Former"}
    assert (form["name"].value(), form["country"].value(), form["city"].value()) == ("Zuid", "BE", "Haren")
    assert set(form.errors) == {"name", "country", "status"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"name": ["This field is required."]}),
        ({"name": "Piet", "email": "piet"}, {"email": ["Enter a valid email address."]}),
        (
            {"name": "Piet", "phone": "?"},
            {"phone": ["Enter a phone number, such as 030 123 45 67 or +31 30 123 45 67."]},
        ),
        ({"name": "Piet"}, {}),
    ],
)
def test_contact_has_a_name_and_what_else_is_right(data: dict[str, str], expected: dict[str, list[str]]) -> None:
    assert errors(ContactForm({"language": "nl", **data})) == expected


def test_name_and_address_of_a_colleague_are_not_typed_here() -> None:
    contact = ContactFactory(organisation=HostFactory(), user=CoordinatorFactory(), name="Anna", email="a@example.org")
    data = QueryDict(mutable=True)
    data.update({"name": "Other", "email": "x@example.org", "language": "nl", "position": "Directeur"})

    form = ContactUpdateForm(data, instance=contact)

    assert errors(form) == {}
    assert (form.cleaned_data["name"], form.cleaned_data["email"]) == ("Anna", "a@example.org")
    assert form.cleaned_data["position"] == "Directeur"


# The filter of the list


def found(**query: Any) -> list[str]:
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in query.items()})
    return [row.name for row in OrganisationFilter(data, Organisation.objects.all()).qs]


@pytest.fixture
def registry() -> dict[str, Any]:
    anna, taal, jeugd = CoordinatorFactory(name="Anna"), TagFactory(name="taal"), ThemeFactory(name="Jeugd")
    noord = OrganisationFactory(name="Noord", kind="library", status="active", country="NL", relation_owner=anna)
    noord.tags.add(taal)
    noord.themes.add(jeugd)
    OrganisationFactory(name="Ost", kind="company", status="prospect", country="DE", city="Berlin")
    OrganisationFactory(name="Old", kind="library", status="archived", country="NL")
    return {"owner": anna.pk, "tag": taal.pk, "theme": jeugd.pk}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Noord", "Ost"]),
        ({"q": "berl"}, ["Ost"]),
        ({"kind": "library"}, ["Noord"]),
        ({"status": "prospect"}, ["Ost"]),
        ({"status": "archived"}, ["Old"]),
        ({"status": "all"}, ["Noord", "Old", "Ost"]),
        ({"country": "NL", "status": "all"}, ["Noord", "Old"]),
        ({"kind": "library", "country": "DE"}, []),
    ],
)
def test_list_is_narrowed(registry: dict[str, Any], query: dict[str, str], names: list[str]) -> None:
    assert found(**query) == names


@pytest.mark.parametrize("name", ["owner", "tag", "theme"])
def test_list_is_narrowed_to_an_owner_a_tag_or_a_theme(registry: dict[str, Any], name: str) -> None:
    assert found(**{name: registry[name]}) == ["Noord"]


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "club"},
        {"country": "QQ"},
        {"tag": "x"},
        {"tag": "99999"},
        {"theme": "x"},
        {"owner": "0"},
        {"q": "a\0b"},
    ],
)
def test_nonsense_in_the_address_narrows_nothing(registry: dict[str, Any], query: dict[str, str]) -> None:
    assert found(**query) == ["Noord", "Ost"]


def test_only_what_is_in_use_is_offered(registry: dict[str, Any]) -> None:
    form = OrganisationFilter(QueryDict(), Organisation.objects.all()).form
    offered = {name: [text for _value, text in form[name].field.choices] for name in ("country", "theme", "owner")}

    assert offered == {
        "country": ["All", "Germany", "Netherlands"],
        "theme": ["All", "Jeugd"],
        "owner": ["All", "Anna"],
    }


@pytest.mark.parametrize(("language", "words"), [("en", "at most 2 MB"), ("nl", "hoogstens 2 MB")])
def test_what_fits_as_a_logo_is_said_in_the_language_of_the_reader(language: str, words: str) -> None:
    with translation.override(language):
        assert words in LogoForm(organisation=Organisation()).as_p()
