"""What happens in the registry that other apps want to know."""

from django.dispatch import Signal

# A contact was deactivated: whatever it does elsewhere stops. Arguments: contact, actor.
contact_deactivated = Signal()

# A deactivated contact is back. Arguments: contact, actor.
contact_reactivated = Signal()
