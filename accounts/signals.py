"""What happens to accounts that other apps want to know."""

from django.dispatch import Signal

# A person of the host organisation got an account or its details changed. Argument: user.
colleague_saved = Signal()

# Somebody chose another language or appearance. Argument: user.
preferences_changed = Signal()
