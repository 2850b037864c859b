"""Choosing organisations, with and without JavaScript."""

import re
from typing import Any

import pytest
from django.test import Client

from collab.models import Collaboration
from tests.collab.pages import browser, page
from tests.factories.accounts import ManagerFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


class TestPicker:
    @pytest.fixture(autouse=True)
    def organisations(self) -> None:
        HostFactory()
        for name in ("Library North", "Library South", "Town of Weesp"):
            OrganisationFactory(name=name)
        OrganisationFactory(name="Library Gone", status="archived")

    def names(self, response: Any, *, ticked: bool = False) -> list[str]:
        """Return the organisations that are offered, or those that are ticked already."""
        boxes = re.findall(
            r'<input class="form-check-input"[^>]*?( checked)?>\s*<label[^>]*>([^<]+?)\s*<', response.text
        )
        return [name for checked, name in boxes if bool(checked) == ticked]

    @pytest.mark.parametrize(
        ("search", "names"),
        [
            ("", ["Library North", "Library South", "Town of Weesp"]),
            ("libr", ["Library North", "Library South"]),
            ("south li", ["Library South"]),
            ("nothing", []),
            ("'&|!:*", ["Library North", "Library South", "Town of Weesp"]),
        ],
    )
    def test_it_finds_partners_by_the_starts_of_words(self, coordinator: Client, search: str, names: list[str]) -> None:
        response = coordinator.get(page("organisation-picker"), {"name": "partners", "partners_search": search})

        assert self.names(response) == names
        assert "<html" not in response.text

    def test_what_was_ticked_stays_while_searching_on(self, coordinator: Client) -> None:
        town = OrganisationFactory(name="Town of Muiden")
        query = {"name": "partners", "many": "1", "partners": str(town.pk), "partners_search": "lib"}

        response = coordinator.get(page("organisation-picker"), query)

        assert self.names(response, ticked=True) == ["Town of Muiden"]
        assert self.names(response) == ["Library North", "Library South"]

    def test_many_results_ask_for_more_letters(self, coordinator: Client) -> None:
        OrganisationFactory.create_batch(20, city="Ede")

        response = coordinator.get(page("organisation-picker"), {"name": "partners", "partners_search": "ede"})

        assert len(self.names(response)) == 12
        assert "Type a few more letters" in response.text

    def test_who_takes_part_already_is_not_offered(self, coordinator: Client, collaboration: Collaboration) -> None:
        query = {"name": "organisation", "organisation_search": "library north", "collaboration": collaboration.pk}

        assert self.names(coordinator.get(page("organisation-picker"), query)) == ["Library North"]
        other = coordinator.get(page("organisation-picker"), {k: v for k, v in query.items() if k != "collaboration"})
        assert self.names(other) == ["Library North", "Library North"]

    @pytest.mark.parametrize("button", [{"find": "partners"}, {"enter": "1"}])
    def test_without_javascript_the_search_button_keeps_what_was_typed(
        self, coordinator: Client, button: dict[str, str]
    ) -> None:
        typed = {"name": "Reading", "starts_on": "not a day", "partners_search": "weesp", **button}

        response = coordinator.post(page("collaboration-create"), typed)

        assert response.status_code == 200
        assert not response.context["form"].errors
        assert self.names(response) == ["Town of Weesp"]
        text = response.text
        assert 'value="Reading"' in text
        assert "not a day" in text
        assert not Collaboration.objects.exists()

    def test_enter_saves_once_the_search_has_been_answered(self, coordinator: Client) -> None:
        typed = {"name": "Reading", "partners_search": "weesp", "partners_searched": "weesp", "enter": "1"}

        assert coordinator.post(page("collaboration-create"), typed).status_code == 302
        assert Collaboration.objects.get().name == "Reading"

    def test_nonsense_leads_to_the_page_it_belongs_to(self, coordinator: Client) -> None:
        response = coordinator.get(page("organisation-picker"), {"name": "<script>"})

        assert response.headers["Location"] == page("collaboration-create")

    def test_managers_and_partners_do_not_search_the_registry_here(self) -> None:
        for user in (ManagerFactory(), PartnerUserFactory()):
            assert browser(user).get(page("organisation-picker"), {"name": "partners"}).status_code == 403
