"""A new partner with its first people on one form, and people of the same name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partners.actions import deactivate_contact
from partners.models import Contact, Organisation
from tests.edits import seen_on
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
NEW = reverse("partners:organisation-create")


@pytest.fixture
def coordinator(client: Client) -> Client:
    HostFactory()
    client.force_login(CoordinatorFactory(language="en"))
    return client


def partner(*people: dict[str, str], **more: str) -> dict[str, str]:
    rows = {
        f"people-{place}-{name}": value
        for place, person in enumerate(people)
        for name, value in ({"language": "nl"} | person).items()
    }
    counts = {"people-TOTAL_FORMS": str(len(people)), "people-INITIAL_FORMS": "0"}
    return {"name": "Library North", "kind": "library", "status": "prospect", "country": "NL"} | counts | rows | more


ANN, BEN = {"name": "Ann", "email": "ann@north.example"}, {"name": "Ben", "position": "Director"}


def test_form_offers_two_empty_rows(coordinator: Client) -> None:
    page = coordinator.get(NEW)

    assert len(page.context["people"].forms) == 2
    assert page.text.count("Person 1") == page.text.count("Person 2") == 1


def test_partner_is_added_with_two_people(coordinator: Client) -> None:
    assert coordinator.post(NEW, partner(ANN, BEN)).status_code == 302

    library = Organisation.objects.get(name="Library North")
    assert sorted(library.contacts.values_list("name", "email", "position")) == [
        ("Ann", "ann@north.example", ""),
        ("Ben", "", "Director"),
    ]


@pytest.mark.parametrize(("rows", "names"), [(({}, {}), []), (({}, BEN), ["Ben"])])
def test_empty_rows_are_ignored(coordinator: Client, rows: tuple[dict[str, str], ...], names: list[str]) -> None:
    assert coordinator.post(NEW, partner(*rows)).status_code == 302

    assert list(Organisation.objects.get(name="Library North").contacts.values_list("name", flat=True)) == names


@pytest.mark.parametrize(
    "wrong",
    [
        partner(ANN, {"email": "nobody@north.example"}),
        partner(ANN, {"name": "Ann's boss", "email": "ANN@north.example"}),
        partner(ANN, {"name": "Ben", "phone": "call me"}),
        partner(ANN, BEN, name=""),
    ],
)
def test_error_keeps_all_that_was_typed_and_stores_nothing(coordinator: Client, wrong: dict[str, str]) -> None:
    before = Organisation.objects.count()

    refused = coordinator.post(NEW, wrong)

    assert refused.status_code == 422
    assert (Organisation.objects.count(), Contact.objects.filter(name="Ann").count()) == (before, 0)
    rows = refused.context["people"].forms
    shown = [(row["name"].value() or "", row["email"].value() or "") for row in rows]
    assert shown == [(wrong.get(f"people-{n}-name", ""), wrong.get(f"people-{n}-email", "")) for n in (0, 1)]


def test_another_row_is_added_without_saving_or_complaining(coordinator: Client) -> None:
    before = Organisation.objects.count()

    page = coordinator.post(NEW, partner(ANN, {"email": "not yet"}, add_person="1", name="Half a na"))

    assert (page.status_code, Organisation.objects.count()) == (200, before)
    assert [row["name"].value() for row in page.context["people"].forms] == ["Ann", "", None]
    assert page.context["form"]["name"].value() == "Half a na"
    assert "invalid-feedback" not in page.text


def test_name_filled_in_twice_is_pointed_out(coordinator: Client) -> None:
    twice = partner(ANN, {"name": "ann"})

    assert "You filled in ann more than once." in coordinator.post(NEW, twice).text
    assert coordinator.post(NEW, twice | {"same_person": "no"}).status_code == 302
    assert Contact.objects.filter(name__iexact="ann").count() == 2


class TestSameName:
    def send(self, client: Client, organisation: Organisation, **typed: Any) -> Any:
        url = reverse("partners:contact-create", args=[organisation.pk])
        return client.post(url, {"name": "rené de boer", "language": "nl", **typed})

    @pytest.mark.parametrize("has_left", [False, True])
    def test_it_is_pointed_out_with_a_link_and_saved_anyway(self, coordinator: Client, has_left: bool) -> None:
        known = ContactFactory(name="Rene de Boer")
        if has_left:
            deactivate_contact(actor=None, contact=known)

        asked = self.send(coordinator, known.organisation)

        assert asked.status_code == 422
        assert f'href="{reverse("partners:contact-update", args=[known.pk])}"' in asked.text
        assert ("not active any more" in asked.text) == has_left
        assert self.send(coordinator, known.organisation, same_person="no").status_code == 302
        assert known.organisation.contacts.count() == 2

    def test_somebody_elsewhere_is_another_person(self, coordinator: Client) -> None:
        ContactFactory(name="Rene de Boer")

        assert self.send(coordinator, OrganisationFactory()).status_code == 302

    def test_it_is_pointed_out_when_somebody_is_renamed(self, coordinator: Client) -> None:
        known = ContactFactory(name="Rene de Boer")
        other = ContactFactory(name="R. de Boer", organisation=known.organisation)
        url = reverse("partners:contact-update", args=[other.pk])
        typed = {"name": "Rene de Boer", "language": "nl", "seen": seen_on(coordinator, url)}

        assert coordinator.post(url, typed).status_code == 422
        assert coordinator.post(url, typed | {"same_person": "no"}).status_code == 302
        assert coordinator.post(url, typed | {"seen": seen_on(coordinator, url)}).status_code == 302
