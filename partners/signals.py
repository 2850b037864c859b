"""What happens in the registry that other apps want to know."""

from django.dispatch import Signal

# A contact was deactivated: whatever it does elsewhere stops. Arguments: contact, actor.
contact_deactivated = Signal()

# A deactivated contact is back. Arguments: contact, actor.
contact_reactivated = Signal()

# A contact works at another organisation since a day. Arguments: contact (already there), old, day, actor.
# A receiver may return sentences that say what stopped by it.
contact_moved = Signal()
