"""Signals about collaborations that other apps receive."""

from django.dispatch import Signal

# The stage changed. Arguments: collaboration, previous (stage), actor, today, and answers: how what was still going on
# is to be settled, by the key of the question (collab.stage_questions).
stage_changed = Signal()

# The history of a collaboration is read. Arguments: collaboration, user. Receivers return the sources that the user may
# read (audit.timeline.Source).
collaboration_history_read = Signal()

# An organisation is about to be taken off a collaboration: whoever keeps something of it there raises ActionRefused.
# Arguments: participation, actor.
participation_leaves = Signal()
