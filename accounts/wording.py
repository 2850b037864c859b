"""Sentences of Django that say “u” to a Dutch reader: named here, so that our catalogue can say “je”."""

from django.utils.translation import gettext_noop, ngettext_lazy

DJANGO_SENTENCES = (
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
)
