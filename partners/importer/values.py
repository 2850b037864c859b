"""What a value of a file means for a field; raises RowRefused with the reason where it means nothing."""

import re
from collections.abc import Callable
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator, validate_email
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.languages import Language
from common.text import fold
from partners.countries import country_by_name, iso_country
from partners.enums import OrganisationKind, OrganisationStatus
from partners.importer.mapping import KINDS
from partners.models import LONGEST_WORD
from partners.validators import phone_number, registration_number

_LANGUAGES = ("en", "nl")
_LANGUAGE_WORDS = {
    "en": {"english", "engels", "eng"},
    "nl": {"dutch", "nederlands", "nl nl", "ned", "nld"},
}


class RowRefused(Exception):
    """This row stays out; the message says why."""


def country(value: str) -> str:
    """The code of a country, from its code or its name in Dutch or English."""
    code = iso_country(value) or country_by_name(value)
    if value and code is None:
        raise RowRefused(
            _("“%(code)s” is not a country: write its name, or a code such as NL.") % {"code": short(value)}
        )
    return code or ""


def activity_type(value: str) -> str:
    """The kind for an activity type; “other” says nothing, so that it never replaces what people found out."""
    kind = KINDS.get(value.upper()) if value else KINDS["OTH"]
    if kind is None:
        codes = {"code": short(value), "known": ", ".join(KINDS)}
        raise RowRefused(_("“%(code)s” is not an activity type; known are %(known)s.") % codes)
    return kind


def kind(value: str) -> str:
    """The kind of organisation, as it is called in Dutch or English, or by its activity type."""
    return KINDS.get(value.upper(), "") or _choice(value, OrganisationKind, OrganisationKind.OTHER)


def status(value: str) -> str:
    return _choice(value, OrganisationStatus, "")


def language(value: str) -> str:
    """The code of a language of the application."""
    word = fold(value)
    found = next((code for code in Language.values if word == code or word in _LANGUAGE_WORDS.get(code, ())), "")
    if value and not found:
        raise _not_among(value, [str(label) for label in Language.labels])
    return found


def website(value: str) -> str:
    """A web address; its beginning may be left out."""
    if not value:
        return ""
    try:
        field = forms.URLField(assume_scheme="https")
        field.validators = [URLValidator(schemes=["http", "https"])]
        return str(field.clean(value))
    except ValidationError as error:
        raise RowRefused(_("“%(value)s” is not a web address.") % {"value": short(value)}) from error


def email(value: str) -> str:
    try:
        if value:
            validate_email(value)
    except ValidationError as error:
        raise RowRefused(_("“%(value)s” is not an e-mail address.") % {"value": short(value)}) from error
    return value.lower()


def colleague(value: str) -> str:
    """The address of a colleague, or the name as it is."""
    return email(value) if "@" in value else value


def phone(value: str) -> str:
    return _checked(value, phone_number, _("“%(value)s” is not a phone number."))


def number(value: str) -> str:
    """A registration number."""
    return _checked(value, registration_number, _("“%(value)s” is not a registration number."))


def dutch_number(value: str) -> str:
    """A number of the Dutch Chamber of Commerce, without the spaces and dots that people put in it."""
    figures = re.sub(r"[ .]", "", value)
    # Spreadsheets take the noughts before a number away.
    figures = figures.zfill(8) if re.fullmatch(r"[0-9]{7}", figures) else figures
    if value and not re.fullmatch(r"[0-9]{8}", figures):
        raise RowRefused(_("“%(value)s” is not a KvK number; it has 8 figures.") % {"value": short(value)})
    return figures


def words(value: str) -> list[str]:
    """Words separated by commas or semicolons, each once."""
    found = {word.lower(): word for word in (" ".join(part.split()) for part in re.split("[,;]", value)) if word}
    if too_long := next((word for word in found.values() if len(word) > LONGEST_WORD), None):
        texts = {"value": short(too_long), "limit": LONGEST_WORD}
        raise RowRefused(_("“%(value)s” is too long; at most %(limit)d characters fit.") % texts)
    return list(found.values())


def short(text: str) -> str:
    return Truncator(text).chars(40)


PARSERS: dict[str, Callable[[str], str]] = {
    "kind": kind,
    "status": status,
    "country": country,
    "website": website,
    "email": email,
    "phone": phone,
    "registration_number": number,
    "relation_owner": colleague,
    "contact_email": email,
    "contact_phone": phone,
    "contact_language": language,
}


def _checked(value: str, validator: RegexValidator, message: str) -> str:
    try:
        if value:
            validator(value)
    except ValidationError as error:
        raise RowRefused(message % {"value": short(value)}) from error
    return value


def _choice(value: str, choices: type[OrganisationKind] | type[OrganisationStatus], empty: str) -> str:
    if not value:
        return empty
    found = _words(choices).get(fold(value))
    if found is None:
        raise _not_among(value, [str(label) for label in choices.labels])
    return found


def _not_among(value: str, labels: list[str]) -> RowRefused:
    texts = {"value": short(value), "known": ", ".join(labels)}
    return RowRefused(_("“%(value)s” is not known here; known are %(known)s.") % texts)


@cache
def _words(choices: type[OrganisationKind] | type[OrganisationStatus]) -> dict[str, str]:
    words = {fold(value): str(value) for value in choices.values}
    for code in _LANGUAGES:
        with override(code):
            words |= {fold(str(label)): str(value) for value, label in choices.choices}
    return words
