"""Signals about accounts that other apps receive."""

from django.dispatch import Signal

# A person of the host organisation got an account or its details changed. Argument: user.
colleague_saved = Signal()

# Somebody chose another language or appearance. Argument: user.
preferences_changed = Signal()

# The address with which somebody signs in changed. Arguments: user, old (the address before), actor (None: the system).
address_changed = Signal()

# A colleague became administrator. Arguments: user, actor (None: the system).
made_administrator = Signal()
