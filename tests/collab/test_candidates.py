"""The shortlist and the choice: effects and refusals of the actions, and constraints of the database."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from collab.actions import (
    ChosenCandidate,
    add_candidates,
    change_candidate,
    choose_partners,
    remove_candidate,
)
from collab.actions.candidates import MOST_CANDIDATES
from collab.enums import CandidateState, RoleKind, Stage, Visibility
from collab.merging.candidates import move_candidates
from collab.models import Candidate, Collaboration, Decision
from common.actions import ActionRefused
from common.edits import Seen
from notifications.models import OutgoingMail
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import (
    CandidateFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def actor() -> User:
    return CoordinatorFactory(name="Anna")


@pytest.fixture
def exploring() -> Collaboration:
    return CollaborationFactory(name="Reading together")


@pytest.fixture
def north() -> Organisation:
    return OrganisationFactory(name="Library North", short_name="LN")


@pytest.fixture
def west() -> Organisation:
    return OrganisationFactory(name="Care West")


@pytest.fixture
def decider(exploring: Collaboration) -> Contact:
    host = exploring.participations.get(organisation__is_host=True)
    return RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER).contact


def states(collaboration: Collaboration) -> dict[str, str]:
    return dict(collaboration.candidates.values_list("organisation__name", "state"))


class TestConstraints:
    def test_an_organisation_is_a_candidate_once(self, exploring: Collaboration, north: Organisation) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        with pytest.raises(IntegrityError, match="candidate_once"), transaction.atomic():
            CandidateFactory(collaboration=exploring, organisation=north)

    @pytest.mark.parametrize("state", CandidateState)
    @pytest.mark.parametrize("decided", [True, False])
    def test_who_is_settled_has_a_decision_and_nobody_else(self, state: str, decided: bool) -> None:
        fits = decided == (state != CandidateState.CONSIDERED)
        candidate = CandidateFactory()
        decision = DecisionFactory(collaboration=candidate.collaboration) if decided else None
        change = Candidate.objects.filter(pk=candidate.pk)
        if fits:
            assert change.update(state=state, decision=decision) == 1
        else:
            with pytest.raises(IntegrityError, match="candidate_settled_by_decision"), transaction.atomic():
                change.update(state=state, decision=decision)

    def test_collaboration_takes_its_shortlist_and_decisions_with_it(self) -> None:
        candidate = CandidateFactory(chosen=True)
        candidate.collaboration.participations.all().delete()
        candidate.collaboration.delete()
        assert (Candidate.objects.count(), Decision.objects.count()) == (0, 0)


class TestAdding:
    def test_several_are_added_at_once_and_who_did_it_is_kept(
        self, actor: User, exploring: Collaboration, north: Organisation, west: Organisation
    ) -> None:
        add_candidates(actor=actor, collaboration=exploring, organisations=[north, west, north])

        assert states(exploring) == {"Library North": "considered", "Care West": "considered"}
        assert {row.added_by for row in exploring.candidates.all()} == {actor}
        assert exploring.participations.count() == 1

    def test_who_is_there_already_stays_as_it_is(
        self, actor: User, exploring: Collaboration, north: Organisation, west: Organisation
    ) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        added = add_candidates(actor=actor, collaboration=exploring, organisations=[north, west])
        assert [row.organisation for row in added] == [west]

    def test_who_was_not_chosen_is_considered_again_with_all_that_was_written(
        self, actor: User, exploring: Collaboration, north: Organisation
    ) -> None:
        candidate = CandidateFactory(collaboration=exploring, organisation=north, not_chosen=True)
        add_candidates(actor=actor, collaboration=exploring, organisations=[north])
        candidate.refresh_from_db()
        assert (candidate.state, candidate.decision, candidate.notes) == ("considered", None, "Do they have time?")

    @pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.EXPLORING])
    def test_only_while_exploring(self, actor: User, north: Organisation, stage: str) -> None:
        collaboration = CollaborationFactory(stage=stage)
        with pytest.raises(ActionRefused, match="The shortlist is closed"):
            add_candidates(actor=actor, collaboration=collaboration, organisations=[north])

    def test_refuses_who_cannot_be_a_partner_here(self, actor: User, exploring: Collaboration) -> None:
        there = ParticipationFactory(collaboration=exploring, organisation__name="There").organisation
        archived = OrganisationFactory(name="Gone", status=OrganisationStatus.ARCHIVED)
        for organisation, reason in (
            (HostFactory(), "Our own organisation always takes part."),
            (there, "There takes part already."),
            (archived, "Gone is archived."),
        ):
            with pytest.raises(ActionRefused) as refused:
                add_candidates(actor=actor, collaboration=exploring, organisations=[organisation])
            assert (refused.value.message, refused.value.field) == (reason, "partners")
        assert not exploring.candidates.exists()

    def test_refuses_nobody_new_and_more_than_fit(
        self, actor: User, exploring: Collaboration, north: Organisation
    ) -> None:
        CandidateFactory(collaboration=exploring, organisation=north)
        with pytest.raises(ActionRefused, match="not on the shortlist yet"):
            add_candidates(actor=actor, collaboration=exploring, organisations=[north])
        rest = OrganisationFactory.create_batch(MOST_CANDIDATES)
        with pytest.raises(ActionRefused, match="room for 20 candidates"):
            add_candidates(actor=actor, collaboration=exploring, organisations=rest)
        assert len(add_candidates(actor=actor, collaboration=exploring, organisations=rest[1:])) == 19


class TestKeeping:
    def test_texts_are_kept(self, actor: User) -> None:
        candidate = CandidateFactory()
        texts = {"offer": "People.", "need": "Money.", "notes": "Slow."}
        change_candidate(actor=actor, candidate=candidate, **texts)
        candidate.refresh_from_db()
        assert (candidate.offer, candidate.need, candidate.notes) == ("People.", "Money.", "Slow.")

    def test_nobody_undoes_what_somebody_else_just_wrote(self, actor: User) -> None:
        candidate = CandidateFactory()
        texts = {"offer": "", "need": "", "notes": "First"}
        seen = Seen.of({name: getattr(candidate, name) for name in texts})
        change_candidate(actor=actor, candidate=candidate, seen=seen, **texts)
        with pytest.raises(ActionRefused) as refused:
            change_candidate(actor=actor, candidate=candidate, seen=seen, **{**texts, "notes": "Second"})
        assert refused.value.field == "notes"

    def test_is_taken_off(self, actor: User) -> None:
        remove_candidate(actor=actor, candidate=CandidateFactory())
        assert not Candidate.objects.exists()

    @pytest.mark.parametrize("settled", ["chosen", "not_chosen"])
    def test_who_was_decided_about_stays_on_record(self, actor: User, settled: str) -> None:
        candidate = CandidateFactory(**{settled: True}, organisation__name="North")
        with pytest.raises(ActionRefused, match="A decision was made about North"):
            remove_candidate(actor=actor, candidate=candidate)

    def test_nothing_changes_after_exploring(self, actor: User) -> None:
        candidate = CandidateFactory(collaboration__stage=Stage.DESIGNING)
        texts = {"offer": "", "need": "", "notes": ""}
        for act in (
            lambda: change_candidate(actor=actor, candidate=candidate, **texts),
            lambda: remove_candidate(actor=actor, candidate=candidate),
        ):
            with pytest.raises(ActionRefused, match="The shortlist is closed"):
                act()

    @pytest.mark.parametrize("who", [ManagerFactory, PartnerUserFactory])
    def test_is_for_who_keeps_the_records(self, who: Any, north: Organisation) -> None:
        candidate, user = CandidateFactory(), who()
        texts = {"offer": "", "need": "", "notes": ""}
        for act in (
            lambda: add_candidates(actor=user, collaboration=candidate.collaboration, organisations=[north]),
            lambda: change_candidate(actor=user, candidate=candidate, **texts),
            lambda: remove_candidate(actor=user, candidate=candidate),
            lambda: choice(user, candidate.collaboration, [candidate], Contact()),
        ):
            with pytest.raises(PermissionDenied):
                act()


def choice(
    actor: User, collaboration: Collaboration, chosen: list[Candidate | ChosenCandidate], decider: Contact, **other: Any
) -> Decision:
    choices = [row if isinstance(row, ChosenCandidate) else ChosenCandidate(row) for row in chosen]
    considered = list(collaboration.candidates.considered().values_list("pk", flat=True))
    asked = {"why": "They are near.", "decided_by": decider, "decided_on": TODAY, "today": TODAY}
    return choose_partners(
        actor=actor, collaboration=collaboration, chosen=choices, **{"considered": considered, **asked, **other}
    )


class TestChoosing:
    @pytest.fixture
    def candidates(self, exploring: Collaboration, north: Organisation, west: Organisation) -> list[Candidate]:
        return [CandidateFactory(collaboration=exploring, organisation=row) for row in (north, west)]

    def test_the_chosen_take_part_and_the_others_do_not(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        decision = choice(actor, exploring, candidates[:1], decider)

        assert states(exploring) == {"Library North": "chosen", "Care West": "not_chosen"}
        assert {row.decision for row in exploring.candidates.all()} == {decision}
        assert (decision.what, decision.chosen, decision.why) == ("", ["Library North"], "They are near.")
        assert str(decision) == "Partners chosen: Library North"
        assert (decision.decided_by, decision.decided_on) == (decider, TODAY)
        assert decision.visibility == Visibility.INTERNAL
        part = exploring.participations.get(organisation__name="Library North")
        assert (part.goal, part.motive, part.contribution) == ("", "", "")
        assert not exploring.participations.filter(organisation__name="Care West").exists()
        assert not OutgoingMail.objects.exists()

    def test_only_what_is_given_is_written_down_for_partners(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        chosen = [
            ChosenCandidate(candidates[0], goal="Visitors", contribution="A room"),
            ChosenCandidate(candidates[1]),
        ]
        choice(actor, exploring, chosen, decider)
        parts = exploring.participations.filter(organisation__is_host=False).order_by("pk")
        assert [(part.goal, part.contribution) for part in parts] == [("Visitors", "A room"), ("", "")]

    def test_decision_with_very_long_names_fits(self, actor: User, exploring: Collaboration, decider: Contact) -> None:
        long = [CandidateFactory(collaboration=exploring, organisation__name=letter * 300) for letter in "ab"]
        assert choice(actor, exploring, long, decider).chosen == ["a" * 300, "b" * 300]

    @pytest.mark.parametrize(
        ("other", "field", "reason"),
        [
            ({"why": "  "}, "why", "Say why you choose them"),
            ({"decided_on": date(2026, 6, 16)}, "decided_on", "cannot be in the future"),
            ({"decided_on": date(2024, 6, 1)}, "decided_by", "did not decide for us on 1 June 2024"),
            ({"considered": []}, None, "The shortlist changed meanwhile"),
        ],
    )
    def test_refusals_change_nothing(
        self,
        actor: User,
        exploring: Collaboration,
        candidates: list[Candidate],
        decider: Contact,
        other: dict[str, Any],
        field: str | None,
        reason: str,
    ) -> None:
        with pytest.raises(ActionRefused, match=reason) as refused:
            choice(actor, exploring, candidates[:1], decider, **other)
        assert refused.value.field == field
        assert set(states(exploring).values()) == {"considered"}
        assert (exploring.participations.count(), Decision.objects.count()) == (1, 0)

    def test_somebody_has_to_be_chosen(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        with pytest.raises(ActionRefused, match="Choose at least one candidate") as refused:
            choice(actor, exploring, [], decider)
        assert refused.value.field == "chosen"

    def test_decider_of_a_partner_does_not_choose_for_us(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate]
    ) -> None:
        theirs = RoleAssignmentFactory(
            participation=ParticipationFactory(collaboration=exploring), role=RoleKind.DECIDER
        ).contact
        with pytest.raises(ActionRefused, match="did not decide for us"):
            choice(actor, exploring, candidates[:1], theirs)

    def test_same_choice_is_not_made_twice(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        seen = [row.pk for row in candidates]
        choice(actor, exploring, candidates[:1], decider)
        with pytest.raises(ActionRefused, match="or a choice was made"):
            choice(actor, exploring, candidates[:1], decider, considered=seen)
        assert Decision.objects.count() == 1

    def test_who_came_on_the_list_unseen_is_not_turned_down(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        seen = [row.pk for row in candidates]
        CandidateFactory(collaboration=exploring)
        with pytest.raises(ActionRefused, match="The shortlist changed meanwhile"):
            choice(actor, exploring, candidates[:1], decider, considered=seen)

    def test_only_while_exploring(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        Collaboration.objects.update(stage=Stage.DESIGNING)
        with pytest.raises(ActionRefused, match="The shortlist is closed"):
            choice(actor, exploring, candidates[:1], decider)

    def test_candidate_who_was_added_as_a_partner_meanwhile(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        ParticipationFactory(collaboration=exploring, organisation=candidates[0].organisation)
        with pytest.raises(ActionRefused, match="Library North takes part already"):
            choice(actor, exploring, candidates[:1], decider)

    def test_later_choice_leaves_the_earlier_one_alone(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        first = choice(actor, exploring, candidates[:1], decider)
        later = CandidateFactory(collaboration=exploring, organisation__name="School East")
        second = choice(actor, exploring, [later], decider)
        found = dict(exploring.candidates.values_list("organisation__name", "decision"))
        assert found == {"Library North": first.pk, "Care West": first.pk, "School East": second.pk}


class TestNamesOfOthers:
    """Texts for partners that name a candidate who was not chosen."""

    @pytest.fixture
    def candidates(self, exploring: Collaboration, north: Organisation, west: Organisation) -> list[Candidate]:
        return [CandidateFactory(collaboration=exploring, organisation=row) for row in (west, north)]

    @pytest.mark.parametrize("why", ["Nearer than LIBRARY-NORTH.", "The library  north is far", "LN has no time"])
    def test_shared_reason_does_not_name_them(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact, why: str
    ) -> None:
        with pytest.raises(ActionRefused, match="was not chosen, and all partners would read this") as refused:
            choice(actor, exploring, candidates[:1], decider, why=why, visibility=Visibility.SHARED)
        assert refused.value.field == "why"
        assert choice(actor, exploring, candidates[:1], decider, why=why).why == why

    def test_shared_reason_may_name_who_was_chosen_and_use_common_words(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        why = "Care West is near, north of the libraries; sullns"
        assert choice(actor, exploring, candidates[:1], decider, why=why, visibility=Visibility.SHARED).why == why

    def test_what_is_carried_over_does_not_name_them(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        chosen = [ChosenCandidate(candidates[0], contribution="More rooms than Library North")]
        with pytest.raises(ActionRefused, match="“Library North” was not chosen") as refused:
            choice(actor, exploring, chosen, decider)
        assert refused.value.field == "chosen"

    def test_who_was_turned_down_before_is_not_named_either(
        self, actor: User, exploring: Collaboration, candidates: list[Candidate], decider: Contact
    ) -> None:
        choice(actor, exploring, candidates[:1], decider)
        later = CandidateFactory(collaboration=exploring)
        with pytest.raises(ActionRefused, match="“Library North” was not chosen"):
            choice(actor, exploring, [later], decider, why="As Library North said no", visibility=Visibility.SHARED)


class TestMerging:
    """Two organisations turned out to be one."""

    def test_candidacies_follow(self, north: Organisation, west: Organisation) -> None:
        candidate = CandidateFactory(organisation=west)
        move_candidates(survivor=north, duplicate=west)
        candidate.refresh_from_db()
        assert candidate.organisation == north
        assert not west.candidacies.exists()

    def test_texts_of_the_same_shortlist_are_joined(
        self, exploring: Collaboration, north: Organisation, west: Organisation
    ) -> None:
        kept = CandidateFactory(collaboration=exploring, organisation=north, notes="Slow.", offer="")
        CandidateFactory(collaboration=exploring, organisation=west, notes="Kind.", offer="A bus.")
        other = CandidateFactory(collaboration=exploring)
        move_candidates(survivor=north, duplicate=west)
        kept.refresh_from_db()
        assert (kept.notes, kept.offer, kept.need) == ("Slow.\n\nKind.", "A bus.", "More visitors.")
        assert set(exploring.candidates.all()) == {kept, other}

    @pytest.mark.parametrize(
        ("kept", "gone", "state"),
        [
            ({}, {"chosen": True}, "chosen"),
            ({"not_chosen": True}, {}, "considered"),
            ({"chosen": True}, {"not_chosen": True}, "chosen"),
            ({"not_chosen": True}, {"not_chosen": True}, "not_chosen"),
        ],
    )
    def test_chosen_outweighs_considered_and_that_not_chosen(
        self,
        exploring: Collaboration,
        north: Organisation,
        west: Organisation,
        kept: dict[str, bool],
        gone: dict[str, bool],
        state: str,
    ) -> None:
        candidate = CandidateFactory(collaboration=exploring, organisation=north, **kept)
        CandidateFactory(collaboration=exploring, organisation=west, **gone)
        move_candidates(survivor=north, duplicate=west)
        candidate.refresh_from_db()
        assert (candidate.state, candidate.decision is None) == (state, state == "considered")
