"""Sentences of Django and allauth that lack plain Dutch, listed here so that our catalogue translates them."""

from django.utils.translation import gettext_noop, ngettext_lazy

DJANGO_SENTENCES = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
)
SIGN_IN_SENTENCES = (
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Incorrect code."),
)
