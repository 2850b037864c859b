"""What happens to collaborations that other apps want to know."""

from django.dispatch import Signal

# The stage changed. Arguments: collaboration, previous (stage), actor.
stage_changed = Signal()
