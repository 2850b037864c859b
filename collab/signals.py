"""Signals about collaborations that other apps receive."""

from django.dispatch import Signal

# The stage changed. Arguments: collaboration, previous (stage), actor, today, and answers: how what was still going on
# is to be settled, by the key of the question (collab.stage_questions).
stage_changed = Signal()

# An organisation is about to be taken off a collaboration: whoever keeps something of it there raises ActionRefused.
# Arguments: participation, actor.
participation_leaves = Signal()
