"""Access to each page by person: outsiders get 404, others 403 where it is not for them."""

from typing import Any

import pytest
from django.test import Client

from collab.enums import ActionStatus, Visibility
from collab.models import Collaboration
from tests.collab.pages import COLLEAGUES, EVERYBODY, KEEPERS, PEOPLE, browser, page
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


class TestWhoGetsIn:
    """Access to each page by person: outsiders get 404, others 403 where it is not for them."""

    PAGES = [
        ("collaboration-detail", EVERYBODY, "collaboration"),
        ("collaboration-history", EVERYBODY, "collaboration"),
        ("collaboration-update", KEEPERS, "collaboration"),
        ("evaluation-update", COLLEAGUES, "collaboration"),
        ("stage-change", COLLEAGUES, "collaboration"),
        ("participation-create", KEEPERS, "collaboration"),
        ("role-create", KEEPERS, "collaboration"),
        ("actionitem-create", COLLEAGUES, "collaboration"),
        ("decision-create", COLLEAGUES, "collaboration"),
        ("participation-update", KEEPERS | {"partner"}, "own participation"),
        ("participation-update", KEEPERS, "participation"),
        ("participation-delete", KEEPERS, "participation"),
        ("role-end", KEEPERS, "role"),
        ("actionitem-update", COLLEAGUES, "action"),
        ("organisation-panel", EVERYBODY, "organisation"),
    ]

    @pytest.mark.parametrize("who", PEOPLE)
    @pytest.mark.parametrize(("name", "allowed", "what"), PAGES)
    def test_pages_open_for_whom_they_are(self, who: str, name: str, allowed: set[str], what: str) -> None:
        user = PEOPLE[who]()
        own = user.contact.organisation if who == "partner" else OrganisationFactory()
        collaboration = CollaborationFactory(partners=[own, OrganisationFactory()])
        rows = self.rows(collaboration, own)

        status = browser(user).get(page(name, rows[what])).status_code

        assert status == (200 if who in allowed else 404 if who == "outsider" else 403)

    @staticmethod
    def rows(collaboration: Collaboration, own: Any) -> dict[str, Any]:
        part = collaboration.participations.exclude(organisation=own).last()
        return {
            "collaboration": collaboration,
            "organisation": own,
            "own participation": collaboration.participations.get(organisation=own),
            "participation": part,
            "role": RoleAssignmentFactory(participation=part),
            "action": ActionItemFactory(collaboration=collaboration),
        }

    @pytest.mark.parametrize("who", PEOPLE)
    @pytest.mark.parametrize(
        ("name", "allowed"),
        [
            ("collaboration-list", set(PEOPLE)),
            ("collaboration-create", KEEPERS),
        ],
    )
    def test_pages_without_a_row(self, who: str, name: str, allowed: set[str]) -> None:
        assert browser(PEOPLE[who]()).get(page(name)).status_code == (200 if who in allowed else 403)

    @pytest.mark.parametrize("who", PEOPLE)
    @pytest.mark.parametrize(
        ("name", "owner", "allowed"),
        [
            ("actionitem-finish", "own", EVERYBODY),
            ("actionitem-finish", "host", COLLEAGUES),
            ("actionitem-reopen", "own", EVERYBODY),
            ("actionitem-drop", "own", COLLEAGUES),
        ],
    )
    def test_buttons_work_for_whom_they_are(self, who: str, name: str, owner: str, allowed: set[str]) -> None:
        user = PEOPLE[who]()
        own = user.contact.organisation if who == "partner" else OrganisationFactory()
        item = ActionItemFactory(
            collaboration=CollaborationFactory(partners=[own]),
            owner=ContactFactory(organisation=own if owner == "own" else HostFactory()),
            status=ActionStatus.DONE if name == "actionitem-reopen" else ActionStatus.OPEN,
        )

        status = browser(user).post(page(name, item)).status_code

        assert status == (302 if who in allowed else 404 if who == "outsider" else 403)

    def test_nothing_opens_without_signing_in(self, client: Client, collaboration: Collaboration) -> None:
        for url in (page("collaboration-list"), page("collaboration-detail", collaboration)):
            assert client.get(url).headers["Location"] == f"/accounts/login/?next={url}"

    def test_an_internal_action_is_not_there_for_a_partner(self) -> None:
        user = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])
        item = ActionItemFactory(collaboration=collaboration, visibility=Visibility.INTERNAL)

        assert browser(user).post(page("actionitem-finish", item)).status_code == 404

    @pytest.mark.parametrize("name", ["actionitem-finish", "actionitem-reopen", "actionitem-drop"])
    def test_a_link_changes_nothing(self, coordinator: Client, name: str) -> None:
        assert coordinator.get(page(name, ActionItemFactory())).status_code == 405
