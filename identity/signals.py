"""Signals with which identities ask the apps above."""

from django.dispatch import Signal

# The identities that a partner may read are being looked up. Arguments: organisation_id. A receiver returns a queryset
# of the keys of organisations whose identity this one may read beside its own, as it works with them now.
acquaintances_read = Signal()
