"""Read, keep and show the types of values that only the registry has (``common.fields`` has the others)."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from common.fields import FieldType, FileType, TextType, ValueRefused, short
from common.spreadsheets import Cell
from common.text import fold
from partners.countries import country_by_name, country_names, iso_country
from partners.fields.as_written import email_in, phone_in, web_address_in
from partners.languages import language_names
from partners.models import LONGEST_WORD
from partners.validators import phone_number


class WebAddressType(TextType):
    """A web address; its beginning may be left out."""

    def find(self, text: str) -> tuple[str, str]:
        return web_address_in(text)

    def parse(self, text: str) -> str:
        if not text:
            return ""
        try:
            field = forms.URLField(assume_scheme="https")
            field.validators = [URLValidator(schemes=["http", "https"])]
            return str(field.clean(text))
        except ValidationError as error:
            raise ValueRefused(_("“%(value)s” is not a web address.") % {"value": short(text)}) from error


class PatternType(TextType):
    """A text that a validator accepts; ``refusal`` is the sentence for another."""

    def __init__(self, validator: Callable[[str], None], refusal: Any) -> None:
        super().__init__()
        self.validator, self.refusal = validator, refusal

    def parse(self, text: str) -> str:
        try:
            if text:
                self.validator(text)
        except ValidationError as error:
            raise ValueRefused(self.refusal % {"value": short(text)}) from error
        return text


class EmailType(PatternType):
    """An e-mail address, in small letters."""

    def __init__(self) -> None:
        super().__init__(validate_email, gettext_lazy("“%(value)s” is not an e-mail address."))

    def find(self, text: str) -> tuple[str, str]:
        return email_in(text)

    def parse(self, text: str) -> str:
        return super().parse(text).lower()


class PhoneType(PatternType):
    """A phone number, as people write it."""

    def __init__(self) -> None:
        super().__init__(phone_number, gettext_lazy("“%(value)s” is not a phone number."))

    def find(self, text: str) -> tuple[str, str]:
        return phone_in(text)


class CountryType(TextType):
    """A country, by its code; a file may say its name in Dutch or English as well."""

    def parse(self, text: str) -> str:
        code = iso_country(text) or country_by_name(text)
        if text and code is None:
            texts = {"code": short(text)}
            raise ValueRefused(_("“%(code)s” is not a country: write its name, or a code such as NL.") % texts)
        return code or ""

    def for_file(self) -> Callable[[Any], Cell]:
        return str

    def for_page(self) -> Callable[[Any], str]:
        names = country_names(get_language() or "en")
        return lambda code: names.get(code, code)


class LanguagesType(FieldType):
    """The languages that people speak, by their codes."""

    def for_page(self) -> Callable[[Any], str]:
        names = language_names(get_language() or "en")
        return lambda codes: ", ".join(names.get(code, code) for code in codes)


class WordsType(FileType):
    """Tags or themes: words of the host, each a row of its own; in lists and as plain data their names."""

    def parse(self, text: str) -> list[str]:
        """Return words separated by commas or semicolons, each once."""
        found = {word.lower(): word for word in (" ".join(part.split()) for part in re.split("[,;]", text)) if word}
        if too_long := next((word for word in found.values() if len(word) > LONGEST_WORD), None):
            texts = {"value": short(too_long), "limit": LONGEST_WORD}
            raise ValueRefused(_("“%(value)s” is too long; at most %(limit)d characters fit.") % texts)
        return list(found.values())

    def for_page(self) -> Callable[[Any], str]:
        return ", ".join

    def to_plain(self, value: Any) -> list[str]:
        return list(value) if isinstance(value, list) else sorted((word.name for word in value.all()), key=fold)


class ColleagueType(FileType):
    """A colleague: in files the e-mail address or the name, in lists the name, as plain data the address.

    The importer finds the colleague; it reads all of them once.
    """

    hint = gettext_lazy("e-mail address or name")

    def parse(self, text: str) -> str:
        return EmailType().parse(text) if "@" in text else text

    def to_plain(self, value: Any) -> str:
        return value.email if isinstance(value, User) else value or ""


class OrganisationType(FieldType):
    """Another organisation."""

    def to_plain(self, value: Any) -> int | None:
        return value.pk if value else None
