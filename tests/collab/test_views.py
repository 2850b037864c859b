"""The pages: who gets in, what they show, and that nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from collab.enums import ActionStatus, RoleKind, Stage, Visibility
from collab.models import ActionItem, Collaboration, Decision, Participation, RoleAssignment
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

PEOPLE: dict[str, Callable[[], User]] = {
    "outsider": PartnerUserFactory,
    "partner": PartnerUserFactory,
    "coordinator": CoordinatorFactory,
    "manager": ManagerFactory,
    "administrator": AdministratorFactory,
}
KEEPERS = {"coordinator", "administrator"}
COLLEAGUES = KEEPERS | {"manager"}
EVERYBODY = COLLEAGUES | {"partner"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def coordinator() -> Client:
    return browser(CoordinatorFactory())


@pytest.fixture
def collaboration() -> Collaboration:
    return CollaborationFactory(name="Reading together", partners=[OrganisationFactory(name="Library North")])


def page(name: str, row: Any = None, query: str = "") -> str:
    return reverse(f"collab:{name}", args=[row.pk] if row else []) + query


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


class TestWhoGetsIn:
    """Per page: who may open it. Outsiders find nothing, others learn that it is not for them."""

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


class TestList:
    def shown(self, client: Client, query: str = "") -> list[str]:
        rows = client.get(page("collaboration-list", query=query)).context["page"].object_list
        return [row.collaboration.name for row in rows]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Ash", "Birch", "Chêne"]),
            ("?q=chen", ["Chêne"]),
            ("?q=read", ["Birch"]),
            ("?partner=north", ["Ash"]),
            ("?partner=nowhere", []),
            ("?stage=active", ["Birch", "Chêne"]),
            ("?needs=lead", ["Ash"]),
            ("?needs=decider", []),
            ("?needs=evaluation", ["Birch"]),
            ("?q=birch&stage=exploring", []),
            ("?sort=-name", ["Chêne", "Birch", "Ash"]),
            ("?sort=next", ["Birch", "Chêne", "Ash"]),
            ("?sort=-next", ["Chêne", "Birch", "Ash"]),
            ("?sort=stage", ["Birch", "Chêne", "Ash"]),
            ("?sort=nonsense&stage=nonsense&page=99", ["Ash", "Birch", "Chêne"]),
        ],
    )
    def test_it_is_searched_narrowed_and_sorted(self, coordinator: Client, query: str, names: list[str]) -> None:
        today = timezone.localdate()
        CollaborationFactory(name="Ash", partners=[OrganisationFactory(name="Library North")], lead_missing_since=today)
        CollaborationFactory(
            name="Birch", stage=Stage.ACTIVE, shared_goal="Reading", next_evaluation_on=today - timedelta(days=1)
        )
        CollaborationFactory(
            name="Chêne", stage=Stage.ACTIVE, shared_goal="", next_evaluation_on=today + timedelta(days=90)
        )
        Collaboration.objects.filter(name="Ash").update(shared_goal="", search_text="ash")

        assert self.shown(coordinator, query) == names

    def test_a_row_names_stage_partners_lead_and_next_evaluation(self, coordinator: Client) -> None:
        partners = [OrganisationFactory(name=name) for name in ("Alpha", "Beta", "Gamma", "Delta")]
        collaboration = CollaborationFactory(
            partners=partners, stage=Stage.ACTIVE, next_evaluation_on=timezone.localdate() + timedelta(days=5)
        )
        host = collaboration.participations.first()
        RoleAssignmentFactory(participation=host, contact__name="Anna")
        RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER, contact__name="Bea")

        response = coordinator.get(page("collaboration-list"))

        (row,) = response.context["page"].object_list
        assert (row.partners, row.leads) == ("Alpha, Beta and 2 more", "Anna")
        text = response.text
        assert "in 5 days" in text
        assert "Bea" not in text

    def test_partners_see_their_own_and_the_other_side(self) -> None:
        user = PartnerUserFactory()
        CollaborationFactory(name="Theirs")
        CollaborationFactory(name="Ours", partners=[user.contact.organisation, OrganisationFactory(name="Alpha")])

        (row,) = browser(user).get(page("collaboration-list")).context["page"].object_list

        assert (row.collaboration.name, row.partners) == ("Ours", "Stichting Samen, Alpha")

    def test_htmx_gets_the_rows_only(self, coordinator: Client, collaboration: Collaboration) -> None:
        text = coordinator.get(page("collaboration-list"), headers={"HX-Request": "true"}).text

        assert "Reading together" in text
        assert "<html" not in text

    def test_pages_have_25_rows(self, coordinator: Client) -> None:
        for number in range(27):
            CollaborationFactory(name=f"Collaboration {number:02}")

        assert len(self.shown(coordinator)) == 25
        assert self.shown(coordinator, "?page=2") == ["Collaboration 25", "Collaboration 26"]

    def test_an_empty_list_offers_to_start(self, coordinator: Client) -> None:
        text = coordinator.get(page("collaboration-list")).text

        assert text.count(page("collaboration-create")) == 2

    @pytest.mark.parametrize("who", ["coordinator", "partner"])
    def test_queries_do_not_grow_with_the_rows(
        self, who: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = PEOPLE[who]()
        own = [user.contact.organisation] if who == "partner" else []
        client, count = browser(user), 7 if who == "partner" else 6
        for rows in (1, 3):
            while Collaboration.objects.count() < rows:
                full_collaboration(own)
            with django_assert_num_queries(count):
                assert len(self.shown(client)) == rows


def full_collaboration(own: list[Any] | None = None) -> Collaboration:
    """One with everything in it."""
    collaboration = CollaborationFactory(
        stage=Stage.ACTIVE, next_evaluation_on=date(2025, 1, 1), partners=[OrganisationFactory(), *(own or [])]
    )
    for part in collaboration.participations.all():
        for role in RoleKind:
            RoleAssignmentFactory(participation=part, role=role)
        contact = ContactFactory(organisation=part.organisation)
        ActionItemFactory(collaboration=collaboration, owner=contact)
        ActionItemFactory(collaboration=collaboration, owner=contact, status=ActionStatus.DONE)
        DecisionFactory(collaboration=collaboration, decided_by=contact)
    return collaboration


class TestDetail:
    @pytest.mark.parametrize("who", ["coordinator", "partner"])
    @pytest.mark.parametrize("name", ["collaboration-detail", "collaboration-history"])
    def test_queries_do_not_grow_with_what_is_in_it(
        self, who: str, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = PEOPLE[who]()
        own = [user.contact.organisation] if who == "partner" else []
        client, collaboration = browser(user), full_collaboration(own)
        counts = []
        for _round in range(2):
            with django_assert_max_num_queries(12) as queries:
                assert client.get(page(name, collaboration)).status_code == 200
            counts.append(len(queries))
            for part in [ParticipationFactory(collaboration=collaboration) for _ in range(2)]:
                contact = RoleAssignmentFactory(participation=part).contact
                ActionItemFactory(collaboration=collaboration, owner=contact)
                DecisionFactory(collaboration=collaboration, decided_by=contact)
        assert counts[0] == counts[1]

    def test_it_opens_on_what_now(self, coordinator: Client) -> None:
        collaboration = full_collaboration()
        text = coordinator.get(page("collaboration-detail", collaboration)).text

        assert text.index("What now") < text.index("Where it stands") < text.index("Agreed actions")
        assert reverse("assessments:cycle-plan", args=[collaboration.pk]) in text
        assert f'hx-get="{reverse("assessments:collaboration-panel", args=[collaboration.pk])}"' in text

    def test_there_is_one_primary_button(self, coordinator: Client) -> None:
        text = coordinator.get(page("collaboration-detail", full_collaboration())).text

        assert text.count("btn-primary") == 1

    def test_nothing_internal_is_on_a_partners_page(self) -> None:
        user = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])
        ActionItemFactory(collaboration=collaboration, title="Secret action", visibility=Visibility.INTERNAL)
        DecisionFactory(collaboration=collaboration, what="Secret decision", visibility=Visibility.INTERNAL)
        ActionItemFactory(collaboration=collaboration, title="Shared action")

        response = browser(user).get(page("collaboration-detail", collaboration))

        assert [line.item.title for line in response.context["open_actions"]] == ["Shared action"]
        assert "Secret" not in response.text

    def test_a_partner_is_offered_what_it_can_do(self) -> None:
        user = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])
        collaboration.participations.update(goal="")
        own = collaboration.participations.get(organisation=user.contact.organisation)
        item = ActionItemFactory(collaboration=collaboration, owner=user.contact)
        other = ActionItemFactory(collaboration=collaboration)

        response = browser(user).get(page("collaboration-detail", collaboration))

        assert [finding.url for finding in response.context["findings"] if finding.url][-1] == page(
            "participation-update", own
        )
        text = response.text
        assert page("actionitem-finish", item) in text
        for url in (
            page("actionitem-finish", other),
            page("actionitem-update", item),
            page("collaboration-update", collaboration),
            page("role-create", collaboration),
            page("stage-change", collaboration),
        ):
            assert url not in text

    def test_the_history_is_a_page_and_a_fragment(self, coordinator: Client, collaboration: Collaboration) -> None:
        url = page("collaboration-history", collaboration)

        assert "<html" in coordinator.get(url).text
        assert "<html" not in coordinator.get(url, headers={"HX-Request": "true"}).text


class TestOrganisationPanel:
    def test_it_shows_what_we_do_now_and_did_before(self, coordinator: Client) -> None:
        organisation = OrganisationFactory()
        CollaborationFactory(name="Now", partners=[organisation])
        CollaborationFactory(name="Then", partners=[organisation], stage=Stage.ENDED, ends_on=date(2025, 1, 1))
        CollaborationFactory(name="Elsewhere")

        context = coordinator.get(page("organisation-panel", organisation)).context

        assert [row.name for row in context["now"]] == ["Now"]
        assert [row.name for row in context["before"]] == ["Then"]

    def test_queries_do_not_grow_with_the_rows(
        self, coordinator: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        organisation = OrganisationFactory()
        for _round in range(2):
            CollaborationFactory(partners=[organisation])
            CollaborationFactory(partners=[organisation], stage=Stage.ENDED)
            with django_assert_num_queries(6):
                coordinator.get(page("organisation-panel", organisation), headers={"HX-Request": "true"})


class TestCreating:
    def test_a_collaboration_starts_with_the_partners_chosen(self, coordinator: Client) -> None:
        host, partner = HostFactory(), OrganisationFactory()

        response = coordinator.post(page("collaboration-create"), {"name": "Reading", "partners": [partner.pk]})

        collaboration = Collaboration.objects.get()
        assert response.headers["Location"] == page("collaboration-detail", collaboration)
        assert [part.organisation for part in collaboration.participations.all()] == [host, partner]

    def test_what_was_typed_stays_when_something_is_wrong(self, coordinator: Client) -> None:
        HostFactory()
        partner = OrganisationFactory()
        typed = {
            "name": "",
            "purpose": "To reach more people",
            "partners": [partner.pk],
            "starts_on": "2026-02-01",
            "ends_on": "2026-01-01",
            "evaluation_interval_months": "0",
        }

        response = coordinator.post(page("collaboration-create"), typed)

        assert set(errors(response)) == {"name", "ends_on", "evaluation_interval_months"}
        assert "To reach more people" in response.text
        assert response.context["picker"].chosen == [partner]
        assert not Collaboration.objects.exists()

    @pytest.mark.parametrize("partners", [["x"], ["999999"], ["99999999999999999999"]])
    def test_an_organisation_that_does_not_exist_is_refused(self, coordinator: Client, partners: list[str]) -> None:
        HostFactory()

        response = coordinator.post(page("collaboration-create"), {"name": "Reading", "partners": partners})

        assert set(errors(response)) == {"partners"}

    def test_without_a_host_one_learns_why(self, coordinator: Client) -> None:
        assert set(errors(coordinator.post(page("collaboration-create"), {"name": "Reading"}))) == {"__all__"}

    def test_a_partner_can_be_given_along(self, coordinator: Client) -> None:
        partner = OrganisationFactory()

        response = coordinator.get(page("collaboration-create", query=f"?partners={partner.pk}"))

        assert response.context["picker"].chosen == [partner]


class TestPicker:
    @pytest.fixture(autouse=True)
    def organisations(self) -> None:
        HostFactory()
        for name in ("Library North", "Library South", "Town of Weesp"):
            OrganisationFactory(name=name)
        OrganisationFactory(name="Library Gone", status="archived")

    def names(self, response: Any, *, ticked: bool = False) -> list[str]:
        """The organisations that are offered, or those that are ticked already."""
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


class TestUpdating:
    def post(self, client: Client, collaboration: Collaboration, **changes: str) -> Any:
        seen_at = changes.pop("seen_at", collaboration.updated_at.isoformat())
        return client.post(
            page("collaboration-update", collaboration), {"name": "Typed", "seen_at": seen_at, **changes}
        )

    def test_the_description_changes(self, coordinator: Client, collaboration: Collaboration) -> None:
        response = self.post(coordinator, collaboration, shared_goal="More readers")

        collaboration.refresh_from_db()
        assert response.headers["Location"] == page("collaboration-detail", collaboration)
        assert (collaboration.name, collaboration.shared_goal) == ("Typed", "More readers")

    def test_who_was_overtaken_keeps_the_text_and_sees_the_other(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        seen_at = collaboration.updated_at.isoformat()
        self.post(coordinator, collaboration, name="Somebody else's")
        collaboration.refresh_from_db()

        response = self.post(coordinator, collaboration, seen_at=seen_at)

        assert errors(response)["__all__" if "__all__" in response.context["form"].errors else "seen_at"]
        text = response.text
        assert 'value="Typed"' in text
        assert "Somebody else&#x27;s" in text
        assert collaboration.updated_at.isoformat() in text
        again = self.post(coordinator, collaboration, seen_at=response.context["form"].data["seen_at"])
        assert again.status_code == 302
        collaboration.refresh_from_db()
        assert collaboration.name == "Typed"

    def test_a_broken_form_is_not_a_broken_page(self, coordinator: Client, collaboration: Collaboration) -> None:
        assert "seen_at" in errors(self.post(coordinator, collaboration, seen_at="yesterday"))

    def test_the_next_evaluation_is_set(self, coordinator: Client, collaboration: Collaboration) -> None:
        on = timezone.localdate() + timedelta(days=40)
        coordinator.post(page("evaluation-update", collaboration), {"on": on.isoformat()})

        collaboration.refresh_from_db()
        assert collaboration.next_evaluation_on == on

    @pytest.mark.parametrize("on", ["", "2020-01-01", "soon"])
    def test_the_next_evaluation_lies_ahead(self, coordinator: Client, collaboration: Collaboration, on: str) -> None:
        assert set(errors(coordinator.post(page("evaluation-update", collaboration), {"on": on}))) == {"on"}


class TestParticipations:
    def test_an_organisation_is_added(self, coordinator: Client, collaboration: Collaboration) -> None:
        organisation = OrganisationFactory()
        data = {"organisation": organisation.pk, "goal": "More readers"}

        response = coordinator.post(page("participation-create", collaboration), data)

        assert response.headers["Location"].endswith("#organisations")
        assert collaboration.participations.get(organisation=organisation).goal == "More readers"

    def test_an_organisation_has_to_be_chosen(self, coordinator: Client, collaboration: Collaboration) -> None:
        response = coordinator.post(page("participation-create", collaboration), {"goal": "More readers"})

        assert set(errors(response)) == {"organisation"}
        assert "More readers" in response.text

    def test_who_takes_part_already_is_refused_beside_the_field(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        organisation = collaboration.participations.last().organisation

        response = coordinator.post(page("participation-create", collaboration), {"organisation": organisation.pk})

        assert errors(response) == {"organisation": ["This organisation already takes part."]}

    def test_a_partner_writes_down_its_own_goal(self) -> None:
        user = PartnerUserFactory()
        part = ParticipationFactory(organisation=user.contact.organisation)

        browser(user).post(page("participation-update", part), {"goal": "Ours"})

        part.refresh_from_db()
        assert part.goal == "Ours"

    def test_a_mistake_is_taken_off_after_a_question(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        assert coordinator.get(page("participation-delete", part)).status_code == 200
        assert Participation.objects.filter(pk=part.pk).exists()

        assert coordinator.post(page("participation-delete", part)).status_code == 302
        assert not Participation.objects.filter(pk=part.pk).exists()

    def test_what_left_traces_stays(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        RoleAssignmentFactory(participation=part)

        response = coordinator.post(page("participation-delete", part))

        assert response.status_code == 422
        assert "Library North has, or had, people in a role here." in response.text
        assert Participation.objects.filter(pk=part.pk).exists()


class TestRoles:
    def test_a_role_is_filled(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        contact = ContactFactory(organisation=part.organisation)
        data = {"role": RoleKind.LEAD, "contact": contact.pk, "starts_on": "2026-01-01"}

        response = coordinator.post(page("role-create", collaboration), data)

        role = RoleAssignment.objects.get()
        assert response.headers["Location"].endswith("#roles")
        assert (role.participation, role.contact, role.role, role.ends_on) == (part, contact, RoleKind.LEAD, None)

    def test_people_are_listed_by_organisation(self, coordinator: Client, collaboration: Collaboration) -> None:
        for part in collaboration.participations.all():
            ContactFactory(organisation=part.organisation, name=f"At {part.organisation}")
        ContactFactory(organisation=part.organisation, name="Gone", deactivated_at=timezone.now())
        ContactFactory(name="Elsewhere")

        choices = list(coordinator.get(page("role-create", collaboration)).context["form"].fields["contact"].choices)

        assert [(group, [str(name) for _key, name in people]) for group, people in choices[1:]] == [
            ("Stichting Samen", ["At Stichting Samen"]),
            ("Library North", ["At Library North"]),
        ]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"role": "boss"}, "role"),
            ({"contact": "0"}, "contact"),
            ({"starts_on": "31-31-2026"}, "starts_on"),
            ({"ends_on": "2025-12-31"}, "ends_on"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(
        self, coordinator: Client, collaboration: Collaboration, changes: dict[str, str], field: str
    ) -> None:
        contact = ContactFactory(organisation=HostFactory())
        data = {"role": "lead", "contact": contact.pk, "starts_on": "2026-01-01", **changes}

        assert set(errors(coordinator.post(page("role-create", collaboration), data))) == {field}
        assert not RoleAssignment.objects.exists()

    def test_a_later_holder_is_named(self, coordinator: Client, collaboration: Collaboration) -> None:
        host = collaboration.participations.first()
        RoleAssignmentFactory(participation=host, contact__name="Anna", starts_on=date(2026, 6, 1))
        contact = ContactFactory(organisation=host.organisation)
        data = {"role": "lead", "contact": contact.pk, "starts_on": "2026-01-01"}

        (message,) = errors(coordinator.post(page("role-create", collaboration), data))["ends_on"]

        assert message == "Anna takes over this role on 1 June 2026. Choose an end on or before that day."

    def test_a_role_ends(self, coordinator: Client) -> None:
        role = RoleAssignmentFactory()
        coordinator.post(page("role-end", role), {"ends_on": "2026-01-01"})

        role.refresh_from_db()
        assert role.ends_on == date(2026, 1, 1)

    def test_a_role_does_not_end_before_it_began(self, coordinator: Client) -> None:
        response = coordinator.post(page("role-end", RoleAssignmentFactory()), {"ends_on": "2020-01-01"})

        assert errors(response) == {"ends_on": ["The end cannot be before the start."]}


class TestStages:
    @pytest.fixture
    def decider(self, collaboration: Collaboration) -> Any:
        part = collaboration.participations.last()
        return RoleAssignmentFactory(participation=part, role=RoleKind.DECIDER).contact

    def test_the_next_stage_is_a_decision(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        data = {"to": Stage.DESIGNING, "decided_by": decider.pk, "why": "We fit."}
        coordinator.post(page("stage-change", collaboration), data)

        collaboration.refresh_from_db()
        assert collaboration.stage == Stage.DESIGNING
        assert collaboration.decisions.get().why == "We fit."

    def test_only_steps_that_are_possible_are_offered(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        choices = coordinator.get(page("stage-change", collaboration)).context["form"].fields["to"].choices

        assert [value for value, _label in choices] == [Stage.DESIGNING, Stage.ENDED]
        data = {"to": Stage.ACTIVE, "decided_by": decider.pk}
        assert set(errors(coordinator.post(page("stage-change", collaboration), data))) == {"to"}

    def test_an_end_asks_for_reason_and_lessons(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        data = {"to": Stage.ENDED, "decided_by": decider.pk, "why": "The money stopped."}

        response = coordinator.post(page("stage-change", collaboration), data)

        assert set(errors(response)) == {"lessons"}
        assert "The money stopped." in response.text

    def test_somebody_who_does_not_decide_is_refused(self, coordinator: Client, collaboration: Collaboration) -> None:
        contact = ContactFactory(organisation=HostFactory())
        data = {"to": Stage.DESIGNING, "decided_by": contact.pk}

        assert set(errors(coordinator.post(page("stage-change", collaboration), data))) == {"decided_by"}

    def test_without_a_decider_one_is_sent_to_name_one(self, coordinator: Client, collaboration: Collaboration) -> None:
        text = coordinator.get(page("stage-change", collaboration)).text

        assert page("role-create", collaboration, "?role=decider") in text

    def test_what_has_ended_stays_as_it_is(self, coordinator: Client) -> None:
        ended = CollaborationFactory(stage=Stage.ENDED)

        assert coordinator.get(page("stage-change", ended)).status_code == 200
        assert coordinator.post(page("stage-change", ended), {"to": Stage.ACTIVE}).status_code in (200, 422)
        ended.refresh_from_db()
        assert ended.stage == Stage.ENDED


class TestAgreements:
    def test_an_action_is_agreed(self, coordinator: Client, collaboration: Collaboration) -> None:
        owner = ContactFactory(organisation=collaboration.participations.last().organisation)
        data = {"title": "Flyer", "owner": owner.pk, "due_on": "2026-09-01", "visibility": Visibility.SHARED}

        response = coordinator.post(page("actionitem-create", collaboration), data)

        item = ActionItem.objects.get()
        assert response.headers["Location"].endswith("#actions")
        assert (item.title, item.owner, item.due_on) == ("Flyer", owner, date(2026, 9, 1))

    def test_an_internal_action_of_a_partner_is_refused_beside_the_owner(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        owner = ContactFactory(organisation=collaboration.participations.last().organisation)
        data = {"title": "Flyer", "owner": owner.pk, "due_on": "2026-09-01", "visibility": Visibility.INTERNAL}

        assert set(errors(coordinator.post(page("actionitem-create", collaboration), data))) == {"owner"}
        assert not ActionItem.objects.exists()

    def test_an_action_changes(self, coordinator: Client) -> None:
        item = ActionItemFactory()
        data = {"title": "Other", "owner": item.owner_id, "due_on": "2026-09-01", "visibility": Visibility.SHARED}
        coordinator.post(page("actionitem-update", item), data)

        item.refresh_from_db()
        assert (item.title, item.due_on) == ("Other", date(2026, 9, 1))

    @pytest.mark.parametrize(
        ("name", "before", "after"),
        [
            ("actionitem-finish", ActionStatus.OPEN, ActionStatus.DONE),
            ("actionitem-drop", ActionStatus.OPEN, ActionStatus.DROPPED),
            ("actionitem-reopen", ActionStatus.DONE, ActionStatus.OPEN),
        ],
    )
    def test_buttons_settle_an_action(self, coordinator: Client, name: str, before: str, after: str) -> None:
        item = ActionItemFactory(status=before)
        coordinator.post(page(name, item))

        item.refresh_from_db()
        assert item.status == after

    def test_pressing_twice_is_pressing_once(self, coordinator: Client) -> None:
        item = ActionItemFactory()
        for _press in range(2):
            response = coordinator.post(page("actionitem-finish", item), follow=True)

        assert [message.level_tag for message in response.context["messages"]] == ["warning"]
        item.refresh_from_db()
        assert item.status == ActionStatus.DONE

    def test_a_decision_is_recorded(self, coordinator: Client, collaboration: Collaboration) -> None:
        decider = ContactFactory(organisation=HostFactory())
        data = {
            "what": "One newsletter",
            "decided_by": decider.pk,
            "decided_on": "2026-01-01",
            "visibility": Visibility.INTERNAL,
        }
        coordinator.post(page("decision-create", collaboration), data)

        decision = Decision.objects.get()
        assert (decision.what, decision.decided_by, decision.visibility) == (
            "One newsletter",
            decider,
            Visibility.INTERNAL,
        )

    def test_a_decision_in_the_future_is_refused(self, coordinator: Client, collaboration: Collaboration) -> None:
        decider = ContactFactory(organisation=HostFactory())
        tomorrow = timezone.localdate() + timedelta(days=1)
        data = {"what": "A", "decided_by": decider.pk, "decided_on": tomorrow.isoformat(), "visibility": "shared"}

        assert set(errors(coordinator.post(page("decision-create", collaboration), data))) == {"decided_on"}
