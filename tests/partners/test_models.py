import pytest
from django.db import IntegrityError
from django.utils import translation

from partners.models import Contact, Organisation, Tag
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, TagFactory

pytestmark = pytest.mark.django_db


def test_there_is_one_host() -> None:
    HostFactory()

    with pytest.raises(IntegrityError, match="organisation_one_host"):
        OrganisationFactory(is_host=True)


def test_number_in_the_source_is_unique_and_may_be_missing() -> None:
    OrganisationFactory.create_batch(2, external_id="")
    OrganisationFactory(external_id="7")

    with pytest.raises(IntegrityError, match="organisation_external_id_unique"):
        OrganisationFactory(external_id="7")


def test_organisation_has_a_name() -> None:
    with pytest.raises(IntegrityError, match="organisation_named"):
        OrganisationFactory(name="")


def test_address_of_a_contact_is_unique_at_the_organisation_only() -> None:
    contact = ContactFactory(email="piet@example.org")
    ContactFactory(email="piet@example.org")
    ContactFactory.create_batch(2, organisation=contact.organisation, email="")

    with pytest.raises(IntegrityError, match="contact_email_unique"):
        ContactFactory(organisation=contact.organisation, email="PIET@example.org")


def test_tags_differ_in_more_than_capitals() -> None:
    TagFactory(name="Taal")

    with pytest.raises(IntegrityError, match="tag_name_unique"):
        TagFactory(name="taal")


def test_lists_sort_without_capitals_and_accents() -> None:
    for name in ("zuid", "Östliche Bibliothek", "Oost", "ABC", "abd"):
        OrganisationFactory(name=name)

    assert [o.name for o in Organisation.objects.all()] == ["ABC", "abd", "Oost", "Östliche Bibliothek", "zuid"]


def test_what_is_sorted_and_searched_follows_every_save() -> None:
    organisation = OrganisationFactory(name="Århus", city="Ødeby", email="info@aarhus.example")
    organisation.name = "Berg"
    organisation.save()

    organisation.refresh_from_db()
    assert (organisation.sort_name, organisation.sort_city) == ("berg", "odeby")
    assert organisation.search_text == "berg odeby info aarhus example"


def test_longest_name_can_be_stored() -> None:
    assert OrganisationFactory(name="Æ" * 300).sort_name == "ae" * 50


@pytest.mark.parametrize(("language", "name"), [("nl", "Duitsland"), ("en", "Germany")])
def test_country_has_a_name_in_the_language_of_the_reader(language: str, name: str) -> None:
    with translation.override(language):
        assert OrganisationFactory.build(country="DE").country_name == name


def test_country_without_a_name_stands_for_itself() -> None:
    assert OrganisationFactory.build(country="").country_name == ""
    assert OrganisationFactory.build(country="QQ").country_name == "QQ"


def test_things_call_themselves_by_their_name() -> None:
    assert str(Organisation(name="Noord")) == "Noord"
    assert str(Contact(name="Piet")) == "Piet"
    assert str(Tag(name="taal")) == "taal"
