"""The pages on which partners are weighed and chosen, of which partners must read nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from collab.actions import (
    ChosenCandidate,
    add_candidates,
    assign_role,
    change_candidate,
    choose_partners,
    remove_candidate,
    start_collaboration,
)
from collab.enums import RoleKind, Stage, Visibility
from collab.history import entries_of
from collab.load import LEAD_CARRIES, PARTNER_CARRIES
from collab.models import Candidate, Collaboration, Decision
from collab.shortlist import CandidateColumn, Shortlist, shortlist
from notifications.models import OutgoingMail
from partners.models import Organisation, Theme
from tests.collab.pages import browser, errors, page
from tests.edits import seen_on
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import (
    CandidateFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.identity import IdentityConversationFactory, IdentityProfileFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def exploring() -> Collaboration:
    return CollaborationFactory(name="Reading together", shared_goal="Everybody reads.")


@pytest.fixture
def north() -> Organisation:
    return OrganisationFactory(name="Library North")


def looked_at(collaboration: Collaboration) -> Shortlist:
    return shortlist(collaboration, CoordinatorFactory(), TODAY)


def column(collaboration: Collaboration) -> CandidateColumn:
    (only,) = looked_at(collaboration).columns
    return only


class TestReading:
    def test_themes_that_we_share_and_others(self, exploring: Collaboration, north: Organisation) -> None:
        reading, money = (Theme.objects.create(name=name) for name in ("Reading", "Money"))
        HostFactory().themes.set([reading])
        north.themes.set([reading, money])
        CandidateFactory(collaboration=exploring, organisation=north)

        assert (column(exploring).common_themes, column(exploring).other_themes) == (["Reading"], ["Money"])

    def test_culture_beside_ours(self, exploring: Collaboration, north: Organisation) -> None:
        IdentityProfileFactory(organisation=HostFactory(), ideas_execution=1, trust_control=1, fast_careful=1)
        IdentityProfileFactory(organisation=north, ideas_execution=5, trust_control=2, fast_careful=None)
        CandidateFactory(collaboration=exploring, organisation=north)

        found = [(str(word), scales) for word, scales in column(exploring).culture]
        assert found == [("Alike", "trust ↔ control"), ("Far apart", "ideas ↔ execution")]

    def test_draft_of_a_partner_is_not_compared(self, exploring: Collaboration, north: Organisation) -> None:
        IdentityProfileFactory(organisation=HostFactory())
        IdentityProfileFactory(organisation=north, draft=True)
        CandidateFactory(collaboration=exploring, organisation=north)
        assert (column(exploring).culture, column(exploring).is_silent) == ([], True)

    def test_what_we_do_together_now_and_did_before(self, exploring: Collaboration, north: Organisation) -> None:
        CollaborationFactory(name="Designed", partners=[north], stage=Stage.DESIGNING)
        CollaborationFactory(name="Runs", partners=[north], stage=Stage.ACTIVE)
        CollaborationFactory(name="Long ago", partners=[north], stage=Stage.ENDED, ends_on=date(2020, 1, 1))
        CollaborationFactory(name="Last year", partners=[north], stage=Stage.ENDED, ends_on=date(2025, 1, 1))
        CollaborationFactory(name="Elsewhere", stage=Stage.ACTIVE, partners=[OrganisationFactory()])
        CandidateFactory(collaboration=exploring, organisation=north)

        found = column(exploring)
        assert [row.name for row in found.now] == ["Runs", "Designed"]
        assert [row.name for row in found.before] == ["Last year", "Long ago"]
        assert (found.burden.count, found.burden.is_full) == (1, False)

    def test_last_conversation_is_the_one_with_us(self, exploring: Collaboration, north: Organisation) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        IdentityConversationFactory(organisations=[north, OrganisationFactory()], held_on=date(2026, 5, 1))
        assert column(exploring).last_talk is None
        IdentityConversationFactory(organisations=[HostFactory(), north], held_on=date(2026, 4, 1))
        assert column(exploring).last_talk == date(2026, 4, 1)

    def test_considered_come_first_then_chosen(self, exploring: Collaboration) -> None:
        for name, state in (("A", {"not_chosen": True}), ("B", {"chosen": True}), ("D", {}), ("C", {})):
            CandidateFactory(collaboration=exploring, organisation__name=name, **state)
        assert [str(row.organisation) for row in looked_at(exploring).columns] == ["C", "D", "B", "A"]

    def test_collaboration_of_another_host_than_now(self, exploring: Collaboration, north: Organisation) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        Organisation.objects.filter(is_host=True).update(is_host=False)
        host = OrganisationFactory(name="New host", is_host=True)
        assert looked_at(exploring).host == host


class TestTooMuch:
    def test_load_of_partner_and_lead_is_said_out_loud(self, exploring: Collaboration, north: Organisation) -> None:
        host = exploring.participations.get(organisation__is_host=True)
        anna = RoleAssignmentFactory(participation=host, contact__name="Anna").contact
        for number in range(LEAD_CARRIES):
            partners = [north] if number < PARTNER_CARRIES else []
            running = CollaborationFactory(stage=Stage.ACTIVE, partners=partners)
            part = running.participations.get(organisation__is_host=True)
            RoleAssignmentFactory(participation=part, contact=anna)
        CandidateFactory(collaboration=exploring, organisation=north)

        found = looked_at(exploring)

        assert [remark.what for remark in found.remarks] == [
            "Library North is in 3 active collaborations with us already; 3 is our limit.",
            "Anna leads 5 active collaborations already; 5 is our limit.",
        ]
        assert found.ours.count == LEAD_CARRIES

    def test_who_was_settled_is_no_load_any_more(self, exploring: Collaboration, north: Organisation) -> None:
        for _number in range(PARTNER_CARRIES):
            CollaborationFactory(stage=Stage.ACTIVE, partners=[north])
        CandidateFactory(collaboration=exploring, organisation=north, not_chosen=True)
        CandidateFactory.create_batch(6, collaboration=exploring, not_chosen=True)
        assert looked_at(exploring).remarks == []

    def test_page_says_it_with_what_to_do(self, exploring: Collaboration, coordinator: Client) -> None:
        CandidateFactory.create_batch(6, collaboration=exploring)
        ParticipationFactory.create_batch(6, collaboration=exploring)
        text = coordinator.get(page("shortlist", exploring)).text
        assert "There are 6 candidates." in text
        assert "Remove the ones you are least sure about." in text
        assert "7 organisations take part." in text


class TestPage:
    def test_shows_all_that_we_know(self, exploring: Collaboration, north: Organisation, coordinator: Client) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        CollaborationFactory(name="Runs", partners=[north], stage=Stage.ACTIVE)
        north.relation_owner = CoordinatorFactory(name="Rosa")
        north.save()

        text = coordinator.get(page("shortlist", exploring)).text

        for words in (
            "Everybody reads.",
            "A room in the centre.",
            "More visitors.",
            "Do they have time?",
            "Runs",
            "Relation owner: Rosa",
            "Prepare the conversation",
            reverse("assessments:organisation-results", args=[north.pk]),
            page("candidate-choose", exploring),
        ):
            assert words in text, words
        assert text.count("btn-primary") == 1

    def test_is_empty_at_first(self, exploring: Collaboration, coordinator: Client) -> None:
        text = coordinator.get(page("shortlist", exploring)).text
        assert "Nobody is considered yet" in text
        assert page("candidate-create", exploring) in text
        assert page("candidate-choose", exploring) not in text

    def test_is_only_read_after_exploring(self, exploring: Collaboration, coordinator: Client) -> None:
        candidate = CandidateFactory(collaboration=exploring, chosen=True)
        Collaboration.objects.update(stage=Stage.DESIGNING)
        text = coordinator.get(page("shortlist", exploring)).text
        assert "They are near." in text
        for url in (page("candidate-update", candidate), page("candidate-create", exploring)):
            assert url not in text

    def test_manager_reads_and_changes_nothing(self, exploring: Collaboration) -> None:
        candidate = CandidateFactory(collaboration=exploring)
        manager = browser(ManagerFactory())
        text = manager.get(page("shortlist", exploring)).text
        assert "Do they have time?" in text
        assert page("candidate-update", candidate) not in text
        assert manager.get(page("candidate-choose", exploring)).status_code == 403

    def test_texts_are_shown_as_typed(self, exploring: Collaboration, coordinator: Client) -> None:
        CandidateFactory(collaboration=exploring, notes="<script>alert(1)</script>\nsecond")
        text = coordinator.get(page("shortlist", exploring)).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>second" in text

    @pytest.mark.parametrize("name", ["shortlist", "candidate-choose"])
    def test_queries_do_not_grow_with_the_candidates(
        self, exploring: Collaboration, coordinator: Client, name: str
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert coordinator.get(page(name, exploring)).status_code == 200
            return len(captured)

        IdentityProfileFactory(organisation=HostFactory())
        host = exploring.participations.get(organisation__is_host=True)
        for role in (RoleKind.LEAD, RoleKind.DECIDER):
            RoleAssignmentFactory(participation=host, role=role)
        full_candidate(exploring)
        one = queries()
        for _number in range(2):
            full_candidate(exploring)
            ParticipationFactory(collaboration=exploring)
        assert queries() == one <= 12


def full_candidate(collaboration: Collaboration) -> None:
    organisation = OrganisationFactory(relation_owner=CoordinatorFactory())
    organisation.themes.add(Theme.objects.create(name=f"Theme of {organisation}"))
    IdentityProfileFactory(organisation=organisation)
    IdentityConversationFactory(organisations=[HostFactory(), organisation])
    for stage in Stage:
        CollaborationFactory(stage=stage, partners=[organisation])
    CandidateFactory(collaboration=collaboration, organisation=organisation)
    CandidateFactory(collaboration=collaboration, not_chosen=True)


class TestAdding:
    def test_several_are_picked(self, exploring: Collaboration, north: Organisation, coordinator: Client) -> None:
        west = OrganisationFactory(name="West")
        answer = coordinator.post(page("candidate-create", exploring), {"partners": [north.pk, west.pk]})
        assert answer["Location"] == page("shortlist", exploring)
        assert {row.organisation for row in exploring.candidates.all()} == {north, west}

    def test_who_takes_part_is_not_offered(self, exploring: Collaboration, coordinator: Client) -> None:
        there = ParticipationFactory(collaboration=exploring).organisation
        response = coordinator.post(page("candidate-create", exploring), {"partners": [there.pk]})
        assert list(errors(response)) == ["partners"]

    def test_search_without_javascript_keeps_what_was_ticked(
        self, exploring: Collaboration, north: Organisation, coordinator: Client
    ) -> None:
        west = OrganisationFactory(name="West")
        typed = {"partners": [west.pk], "partners_search": "north", "find": "partners"}
        picker = coordinator.post(page("candidate-create", exploring), typed).context["picker"]
        assert (picker.chosen, picker.found) == ([west], [north])
        assert not exploring.candidates.exists()

    def test_who_was_not_chosen_is_considered_again_from_the_page(
        self, exploring: Collaboration, north: Organisation, coordinator: Client
    ) -> None:
        candidate = CandidateFactory(collaboration=exploring, organisation=north, not_chosen=True)
        assert "Consider again" in coordinator.get(page("shortlist", exploring)).text
        coordinator.post(page("candidate-create", exploring), {"partners": north.pk})
        candidate.refresh_from_db()
        assert candidate.is_considered

    def test_from_the_page_of_an_organisation(
        self, exploring: Collaboration, north: Organisation, coordinator: Client
    ) -> None:
        CollaborationFactory(name="Runs", stage=Stage.ACTIVE)
        CollaborationFactory(name="With them already", partners=[north])
        panel = coordinator.get(page("organisation-panel", north)).text
        assert page("organisation-consider", north) in panel
        response = coordinator.get(page("organisation-consider", north))
        assert [row.name for row in response.context["found"]] == ["Reading together"]

        answer = coordinator.post(page("organisation-consider", north), {"collaboration": exploring.pk})
        assert answer["Location"] == page("shortlist", exploring)
        again = coordinator.post(page("organisation-consider", north), {"collaboration": exploring.pk})
        assert errors(again) == {"collaboration": ["Choose somebody who is not on the shortlist yet."]}

    def test_collaboration_that_runs_is_refused_there(self, north: Organisation, coordinator: Client) -> None:
        CollaborationFactory()
        runs = CollaborationFactory(stage=Stage.ACTIVE)
        response = coordinator.post(page("organisation-consider", north), {"collaboration": runs.pk})
        assert list(errors(response)) == ["collaboration"]

    def test_one_is_found_among_many(self, north: Organisation, coordinator: Client) -> None:
        for number in range(14):
            CollaborationFactory(name=f"Café {number:02}")
        url = page("organisation-consider", north)
        shown = coordinator.get(url).context
        assert (len(shown["found"]), shown["has_more"]) == (12, True)
        assert [row.name for row in coordinator.get(url + "?q=cafe+13").context["found"]] == ["Café 13"]
        assert "Nothing found" in coordinator.get(url + "?q=zzz").text

    def test_our_own_organisation_is_never_considered(self, coordinator: Client) -> None:
        assert coordinator.get(page("organisation-consider", HostFactory())).status_code == 404
        assert "consider" not in coordinator.get(page("organisation-panel", HostFactory())).text


class TestChanging:
    def test_text_of_somebody_else_is_shown_and_ours_kept(self, coordinator: Client) -> None:
        candidate = CandidateFactory(notes="Old")
        seen = seen_on(coordinator, page("candidate-update", candidate))
        typed = {"offer": candidate.offer, "need": candidate.need, "notes": "Ours", "seen": seen}
        change_candidate(actor=None, candidate=candidate, offer="Books", need=candidate.need, notes="Theirs")

        response = coordinator.post(page("candidate-update", candidate), typed)

        assert response.status_code == 422
        assert response.context["form"].fields["notes"].stored_now.text == "Theirs"
        assert response.context["form"]["offer"].value() == "Books"
        assert response.context["form"]["notes"].value() == "Ours"
        newer = dict(response.context["form"].data.items())
        assert coordinator.post(page("candidate-update", candidate), newer).status_code == 302
        candidate.refresh_from_db()
        assert (candidate.notes, candidate.offer) == ("Ours", "Books")

    def test_what_was_written_meanwhile_is_not_taken_off_unread(self, coordinator: Client) -> None:
        candidate = CandidateFactory(notes="Old")
        url = page("candidate-delete", candidate)
        seen = seen_on(coordinator, url)
        change_candidate(actor=None, candidate=candidate, offer="", need="", notes="Meanwhile a good idea")

        refused = coordinator.post(url, {"seen": seen})

        assert (refused.status_code, "Meanwhile a good idea" in refused.text) == (422, True)
        assert Candidate.objects.exists()
        coordinator.post(url, {"seen": refused.context["form"]["seen"].value()})
        assert not Candidate.objects.exists()

    def test_is_taken_off_after_a_question(self, coordinator: Client) -> None:
        candidate = CandidateFactory(organisation__name="Library North")
        assert "Take Library North off the shortlist?" in coordinator.get(page("candidate-delete", candidate)).text
        assert Candidate.objects.exists()
        url = page("candidate-delete", candidate)
        answer = coordinator.post(url, {"seen": seen_on(coordinator, url)})
        assert answer["Location"] == page("shortlist", candidate.collaboration)
        assert not Candidate.objects.exists()

    def test_refusal_to_take_off_is_told(self, coordinator: Client) -> None:
        candidate = CandidateFactory(chosen=True)
        response = coordinator.post(page("candidate-delete", candidate), follow=True)
        assert "That stays on record." in response.text
        assert Candidate.objects.exists()


class TestChoosing:
    @pytest.fixture
    def candidates(self, exploring: Collaboration, north: Organisation) -> list[Candidate]:
        host = exploring.participations.get(organisation__is_host=True)
        RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER, contact__name="Dora")
        return [
            CandidateFactory(collaboration=exploring, organisation=north),
            CandidateFactory(collaboration=exploring, organisation__name="West"),
        ]

    def typed(self, exploring: Collaboration, chosen: list[Candidate], **other: Any) -> dict[str, Any]:
        decider = exploring.participations.get(organisation__is_host=True).roles.get(role=RoleKind.DECIDER).contact
        return {
            "considered": ",".join(str(row.pk) for row in exploring.candidates.all()),
            "chosen": [row.pk for row in chosen],
            "why": "They are near.",
            "decided_by": decider.pk,
            "decided_on": timezone.localdate().isoformat(),
            "visibility": "internal",
            **other,
        }

    def test_form_holds_what_can_be_carried_over(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        context = coordinator.get(page("candidate-choose", exploring)).context
        carried = {str(row.candidate): (row["goal"].value(), row["contribution"].value()) for row in context["carried"]}
        assert carried["Library North"] == ("More visitors.", "A room in the centre.")
        assert not any(row["carry"].value() for row in context["carried"])
        assert context["form"]["visibility"].value() == "internal"

    def test_only_what_was_ticked_is_carried_over(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        first, second = (row.pk for row in candidates)
        texts = {
            f"candidate{first}-goal": "Visitors",
            f"candidate{first}-contribution": "A room",
            f"candidate{first}-carry": "on",
            f"candidate{second}-goal": "Said in confidence",
        }
        typed = self.typed(exploring, candidates, **texts)
        answer = coordinator.post(page("candidate-choose", exploring), typed)

        assert answer["Location"] == page("collaboration-detail", exploring) + "#decisions"
        parts = exploring.participations.filter(organisation__is_host=False).order_by("pk")
        assert [(part.goal, part.contribution) for part in parts] == [("Visitors", "A room"), ("", "")]

    def test_decision_is_on_the_page_of_the_collaboration(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        coordinator.post(page("candidate-choose", exploring), self.typed(exploring, candidates[:1]))
        text = coordinator.get(page("collaboration-detail", exploring)).text
        assert "Partners chosen: Library North" in text
        assert "They are near." in text

    def test_errors_stand_beside_their_fields_and_what_was_typed_stays(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        ahead = (timezone.localdate() + timedelta(days=1)).isoformat()
        texts = {f"candidate{candidates[0].pk}-goal": "Typed here"}
        response = coordinator.post(
            page("candidate-choose", exploring), self.typed(exploring, candidates[:1], decided_on=ahead, **texts)
        )
        assert errors(response) == {"decided_on": ["A decision cannot be in the future."]}
        assert "Typed here" in response.text
        nobody = coordinator.post(page("candidate-choose", exploring), self.typed(exploring, [], why=""))
        assert sorted(errors(nobody)) == ["chosen", "why"]
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("considered", ["x", "1,x", "9" * 5000, "", "1"])
    def test_page_of_before_is_refused(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client, considered: str
    ) -> None:
        typed = self.typed(exploring, candidates[:1], considered=considered)
        assert coordinator.post(page("candidate-choose", exploring), typed).status_code == 422
        assert not Decision.objects.exists()

    def test_page_that_comes_back_shows_who_is_considered_now(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        typed = self.typed(exploring, candidates[:1])
        CandidateFactory(collaboration=exploring, organisation__name="Latecomer")

        response = coordinator.post(page("candidate-choose", exploring), typed)

        assert errors(response) == {
            "__all__": ["The shortlist changed meanwhile, or a choice was made. Look at it again."]
        }
        assert "Latecomer" in response.text
        again = {**typed, "considered": response.context["form"].shown}
        assert coordinator.post(page("candidate-choose", exploring), again).status_code == 302

    def test_what_cannot_be_kept_is_told_beside_its_field(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        texts = {f"candidate{candidates[1].pk}-goal": "a\0b"}
        response = coordinator.post(page("candidate-choose", exploring), self.typed(exploring, candidates, **texts))
        assert list(errors(response)) == ["__all__"]
        assert [bool(row.errors) for row in response.context["carried"]] == [False, True]
        assert not Decision.objects.exists()

    def test_too_many_partners_after_the_choice_are_said_out_loud(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        ParticipationFactory.create_batch(4, collaboration=exploring)
        typed = self.typed(exploring, candidates)
        text = coordinator.post(page("candidate-choose", exploring), typed, follow=True).text
        assert "7 organisations take part. With more than 6, deciding together gets slow." in text

    def test_second_choice_finds_nobody_left(
        self, exploring: Collaboration, candidates: list[Candidate], coordinator: Client
    ) -> None:
        typed = self.typed(exploring, candidates[:1])
        coordinator.post(page("candidate-choose", exploring), typed)
        answer = coordinator.post(page("candidate-choose", exploring), typed)
        assert answer["Location"] == page("shortlist", exploring)
        assert Decision.objects.count() == 1

    def test_first_a_decider_is_needed(self, exploring: Collaboration, coordinator: Client) -> None:
        CandidateFactory(collaboration=exploring)
        text = coordinator.get(page("candidate-choose", exploring)).text
        assert "Nobody decides for us yet" in text
        assert f"{page('role-create', exploring)}?role=decider" in text


class TestWayThere:
    def test_page_leads_there_while_exploring_and_wherever_there_is_one(
        self, exploring: Collaboration, coordinator: Client
    ) -> None:
        def leads_there() -> bool:
            return page("shortlist", exploring) in coordinator.get(page("collaboration-detail", exploring)).text

        ParticipationFactory(collaboration=exploring)
        assert leads_there()
        Collaboration.objects.update(stage=Stage.ACTIVE)
        assert not leads_there()
        CandidateFactory(collaboration=exploring)
        assert leads_there()


SECRETS = (
    "Quietly offers",
    "Quietly needs",
    "Quietly doubted",
    "Turned Down",
    "Runner-up Ltd",
    "because they are best",
)


class TestNothingReachesAPartner:
    """Pages read by contacts of a partner that takes part, of one that is chosen, and of one that is not."""

    @pytest.fixture
    def people(self) -> dict[str, User]:
        HostFactory()
        return {
            "takes part": PartnerUserFactory(organisation=OrganisationFactory(name="There")),
            "chosen": PartnerUserFactory(organisation=OrganisationFactory(name="Winner")),
            "not chosen": PartnerUserFactory(organisation=OrganisationFactory(name="Turned Down")),
        }

    @pytest.fixture
    def collaboration(self, people: dict[str, User]) -> Collaboration:
        return start_collaboration(
            actor=CoordinatorFactory(), name="Reading", partners=[people["takes part"].contact.organisation]
        )

    def weigh(self, collaboration: Collaboration, people: dict[str, User]) -> list[Candidate]:
        actor = CoordinatorFactory()
        organisations = [people[who].contact.organisation for who in ("chosen", "not chosen")]
        organisations.append(OrganisationFactory(name="Runner-up Ltd"))
        add_candidates(actor=actor, collaboration=collaboration, organisations=organisations)
        candidates = list(collaboration.candidates.order_by("pk"))
        for row in candidates:
            texts = {"offer": "Quietly offers", "need": "Quietly needs", "notes": "Quietly doubted"}
            change_candidate(actor=actor, candidate=row, **texts)
        remove_candidate(actor=actor, candidate=candidates.pop())
        return candidates

    def choose(self, collaboration: Collaboration, candidates: list[Candidate]) -> None:
        host, today = collaboration.participations.get(organisation__is_host=True), timezone.localdate()
        decider = ContactFactory(organisation=host.organisation)
        assign_role(actor=None, participation=host, contact=decider, role=RoleKind.DECIDER, starts_on=today)
        choose_partners(
            actor=CoordinatorFactory(),
            collaboration=collaboration,
            chosen=[ChosenCandidate(candidates[0], goal="Said aloud")],
            considered=[row.pk for row in candidates],
            why="because they are best",
            decided_by=decider,
            decided_on=today,
        )

    def read(self, user: User, collaboration: Collaboration) -> str:
        """Return the text of all pages that are open to a partner."""
        own = user.contact.organisation
        urls = [
            page("collaboration-list"),
            page("collaboration-list") + "?q=quietly",
            page("collaboration-list") + "?partner=runner",
            page("collaboration-detail", collaboration),
            page("collaboration-history", collaboration),
            page("organisation-panel", own),
            reverse("assessments:organisation-panel", args=[own.pk]),
            reverse("assessments:organisation-results", args=[own.pk]),
            reverse("partners:organisation-detail", args=[own.pk]),
            reverse("partners:organisation-history", args=[own.pk]),
            reverse("identity:organisation-panel", args=[own.pk]),
            reverse("identity:compare") + "?q=runner",
        ]
        client = browser(user)
        return "".join(client.get(url).text for url in urls)

    def without_own_name(self, user: User) -> list[str]:
        return [words for words in SECRETS if words not in user.contact.organisation.name]

    def test_while_it_is_weighed(self, collaboration: Collaboration, people: dict[str, User]) -> None:
        self.weigh(collaboration, people)
        for who, user in people.items():
            text = self.read(user, collaboration)
            assert [words for words in self.without_own_name(user) if words in text] == [], who
            assert "hortlist" not in text, who
            assert ("Reading" in text) == (who == "takes part"), who
        assert "Winner" not in self.read(people["takes part"], collaboration)

    def test_after_the_choice(self, collaboration: Collaboration, people: dict[str, User]) -> None:
        self.choose(collaboration, self.weigh(collaboration, people))
        for who, user in people.items():
            text = self.read(user, collaboration)
            assert [words for words in self.without_own_name(user) if words in text] == [], who
            assert ("Reading" in text) == (who != "not chosen"), who
            assert ("Said aloud" in text) == (who != "not chosen"), who
            for words in ("hortlist", "Partners chosen", "Chosen"):
                assert words not in text, who
        assert not OutgoingMail.objects.exists()

    def test_history_of_partners_tells_of_the_partner_and_not_of_the_choice(
        self, collaboration: Collaboration, people: dict[str, User]
    ) -> None:
        self.choose(collaboration, self.weigh(collaboration, people))

        read = {entry.what: entry.parts for entry in entries_of(collaboration, people["takes part"])}
        assert set(read) == {"Collaboration started", "Role filled", "Organisation added"}
        assert [part.name for part in read["Organisation added"]] == ["Winner"]
        told = {entry.what for entry in entries_of(collaboration, CoordinatorFactory())}
        assert told - set(read) == {
            "Partners chosen",
            "Put on the shortlist",
            "Shortlist changed",
            "Removed from the shortlist",
        }

    def test_staff_reads_in_the_history_what_was_written(
        self, collaboration: Collaboration, people: dict[str, User]
    ) -> None:
        self.choose(collaboration, self.weigh(collaboration, people))
        found = entries_of(collaboration, CoordinatorFactory())
        (chosen,) = (entry for entry in found if entry.what == "Partners chosen")
        changes = {part.name: [(change.label, change.new) for change in part.changes] for part in chosen.parts}
        assert changes["Turned Down"] == [("choice", "Not chosen")]
        assert ("notes", "Quietly doubted") in [
            (change.label, change.new) for entry in found for part in entry.parts for change in part.changes
        ]

    def test_what_is_shared_of_the_choice_is_read_with_the_reason(
        self, collaboration: Collaboration, people: dict[str, User]
    ) -> None:
        DecisionFactory(collaboration=collaboration, what="Partners chosen: Winner", visibility=Visibility.SHARED)
        assert "Partners chosen: Winner" in self.read(people["takes part"], collaboration)

    def test_pages_are_not_there(self, collaboration: Collaboration, people: dict[str, User]) -> None:
        candidate = self.weigh(collaboration, people)[0]
        own = people["takes part"].contact.organisation
        for user in people.values():
            client = browser(user)
            assert client.get(page("shortlist", collaboration)).status_code == 404
            for name, row in (
                ("candidate-create", collaboration),
                ("candidate-choose", collaboration),
                ("candidate-update", candidate),
                ("candidate-delete", candidate),
                ("organisation-consider", own),
                ("organisation-consider", user.contact.organisation),
            ):
                assert [client.get(page(name, row)).status_code, client.post(page(name, row)).status_code] == [404, 404]
