"""Signals about the registry that other apps receive."""

from django.dispatch import Signal

# A contact was deactivated: whatever it does elsewhere stops. Arguments: contact, actor.
contact_deactivated = Signal()

# A deactivated contact is back. Arguments: contact, actor.
contact_reactivated = Signal()

# The timeline of an organisation is being read. Arguments: organisation, keys (its own and those of what was merged
# into it). A receiver returns the ``audit.timeline.Source``s that it adds.
organisation_history_read = Signal()

# Organisations were archived, or came back from the archive. Arguments: keys, actor.
organisations_archived = Signal()

# A contact works at another organisation since a day. Arguments: contact (already there), old, day, actor.
# A receiver may return sentences that say what stopped by it.
contact_moved = Signal()
