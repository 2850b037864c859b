"""Permissions to change the list of a side."""

import rules

from accounts.models import User
from accounts.rules import Visitor
from assessments.models import EvaluationCycle
from assessments.sides.reading import party_led_by


@rules.predicate
def leads_a_side(user: Visitor, cycle: EvaluationCycle | None) -> bool:
    """Return whether the user leads one of the organisations of a planned round."""
    return cycle is not None and isinstance(user, User) and party_led_by(user, cycle) is not None


rules.add_perm("assessments.choose_people", leads_a_side)
