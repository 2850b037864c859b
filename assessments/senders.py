"""The person in whose name the mails of a round leave, and who answers questions about it."""

from collections.abc import Iterator

from assessments.models import EvaluationCycle
from collab.senders import own_leads
from notifications.senders import Sender, choose_sender, of_colleague


def senders_of(cycle: EvaluationCycle) -> Iterator[Sender]:
    """Yield the lead of the collaboration on our side, and then the planner of the round, while that account works."""
    yield from own_leads(cycle.collaboration_id)
    planner = cycle.planned_by
    if planner is not None and planner.is_active and planner.has_perm("assessments.manage_cycle"):
        yield of_colleague(planner)


def person_to_ask(cycle: EvaluationCycle, *, reader: str) -> Sender | None:
    """Return the person to ask about a round, other than the ``reader`` (an address); None when there is none."""
    return choose_sender(senders_of(cycle), reader=reader)
