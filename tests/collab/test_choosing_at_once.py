"""Two people who choose, or who fill the shortlist, at the very same moment."""

import pytest
from django.utils import timezone

from collab.actions import ChosenCandidate, add_candidates, choose_partners
from collab.enums import RoleKind
from collab.models import Candidate, Decision
from tests.assessments.test_at_the_same_moment import at_once
from tests.factories.collab import CandidateFactory, CollaborationFactory, RoleAssignmentFactory
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_one_of_two_choices_is_made() -> None:
    collaboration = CollaborationFactory()
    host = collaboration.participations.get(organisation__is_host=True)
    decider = RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER).contact
    candidates = CandidateFactory.create_batch(2, collaboration=collaboration)

    def choose(candidate: Candidate) -> None:
        choose_partners(
            actor=None,
            collaboration=collaboration,
            chosen=[ChosenCandidate(candidate)],
            considered=[row.pk for row in candidates],
            why="They are near.",
            decided_by=decider,
            decided_on=timezone.localdate(),
        )

    outcomes = at_once(lambda: choose(candidates[0]), lambda: choose(candidates[1]))

    assert sorted(outcomes) == ["done", "refused"]
    assert (Decision.objects.count(), collaboration.participations.count()) == (1, 2)
    assert sorted(Candidate.objects.values_list("state", flat=True)) == ["chosen", "not_chosen"]


def test_same_candidate_comes_on_the_list_once() -> None:
    collaboration, organisation = CollaborationFactory(), OrganisationFactory()

    def add() -> None:
        add_candidates(actor=None, collaboration=collaboration, organisations=[organisation])

    assert sorted(at_once(add, add)) == ["done", "refused"]
    assert Candidate.objects.count() == 1
