"""What happens to collaborations that other apps want to know."""

from django.dispatch import Signal

# The stage changed. Arguments: collaboration, previous (stage), actor.
stage_changed = Signal()

# An organisation is about to be taken off a collaboration: whoever keeps something of it there raises ActionRefused.
# Arguments: participation, actor.
participation_leaves = Signal()
