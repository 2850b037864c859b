"""Declare each field of organisations and of contacts once, with the types that only the registry has."""

from partners.fields.contacts import CONTACT_FIELDS
from partners.fields.organisations import ACTIVITY_TYPES, ORGANISATION_FIELDS, OrganisationDetails
from partners.fields.types import (
    ColleagueType,
    CountryType,
    EmailType,
    LanguagesType,
    OrganisationType,
    PatternType,
    PhoneType,
    WebAddressType,
    WordsType,
)

__all__ = [
    "ACTIVITY_TYPES",
    "CONTACT_FIELDS",
    "ORGANISATION_FIELDS",
    "ColleagueType",
    "CountryType",
    "EmailType",
    "LanguagesType",
    "OrganisationDetails",
    "OrganisationType",
    "PatternType",
    "PhoneType",
    "WebAddressType",
    "WordsType",
]
