"""What a column can be: the fields of an organisation and of a contact, and what files call them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.text import fold

EXTERNAL_ID, NUMBER, NAME_AND_CITY = "external_id", "number", "name_city"
KEYS = {
    EXTERNAL_ID: _("The number in the source"),
    NUMBER: _("The registration number"),
    NAME_AND_CITY: _("Name and city"),
}
# Without this column nothing can be recognised by that key.
NEEDED = {EXTERNAL_ID: "external_id", NUMBER: "registration_number", NAME_AND_CITY: "name"}


@dataclass(frozen=True)
class Field:
    """``headers`` are names of columns in Dutch, English and those of CORDIS, folded."""

    label: str | Promise
    headers: tuple[str, ...]


ORGANISATION_FIELDS = {
    "name": Field(
        _("Name"),
        ("name", "naam", "organisation", "organisatie", "organization", "organisatienaam", "company", "bedrijf"),
    ),
    "short_name": Field(_("Short name"), ("short name", "shortname", "korte naam", "afkorting", "acronym")),
    "kind": Field(_("Kind"), ("kind", "soort", "type", "activitytype", "activity type", "soort organisatie")),
    "status": Field(_("Status"), ("status",)),
    "street": Field(
        _("Street and number"), ("street", "straat", "straat en nummer", "street and number", "adres", "address")
    ),
    "postal_code": Field(_("Postal code"), ("postal code", "postcode", "zip", "zip code")),
    "city": Field(_("City"), ("city", "plaats", "stad", "woonplaats", "vestigingsplaats", "town")),
    "country": Field(_("Country"), ("country", "land", "landcode", "country code")),
    "website": Field(_("Website"), ("website", "web", "url", "internet", "webadres")),
    "email": Field(_("E-mail address"), ("e mail", "email", "mail", "e mail address", "e mailadres", "emailadres")),
    "phone": Field(_("Phone"), ("phone", "telefoon", "tel", "telephone", "telefoonnummer", "phone number")),
    "registration_number": Field(
        _("Registration number"), ("registration number", "kvk", "kvk nummer", "registratienummer", "inschrijfnummer")
    ),
    "external_id": Field(
        _("Number in the source"),
        ("orgid", "external id", "externe id", "id", "number in the source", "nummer in de bron", "relatienummer"),
    ),
    "tags": Field(_("Tags"), ("tags", "tag", "labels", "label", "trefwoorden")),
    "themes": Field(_("Themes"), ("themes", "theme", "themas", "thema", "thema s")),
    "relation_owner": Field(
        _("Our relation owner (e-mail address or name)"),
        ("relation owner", "our relation owner", "relatiebeheerder", "onze relatiebeheerder", "owner", "eigenaar"),
    ),
}
CONTACT_FIELDS = {
    "contact_name": Field(_("Contact: name"), ("contact", "contactpersoon", "contact name", "naam contactpersoon")),
    "contact_email": Field(
        _("Contact: e-mail address"),
        ("contact email", "contact e mail", "e mail contactpersoon", "email contactpersoon", "contact e mail address"),
    ),
    "contact_phone": Field(
        _("Contact: phone"), ("contact phone", "telefoon contactpersoon", "contact telefoon", "phone contact")
    ),
    "contact_position": Field(
        _("Contact: position"), ("position", "functie", "contact position", "functie contactpersoon", "job title")
    ),
    "contact_language": Field(_("Contact: language"), ("language", "taal", "contact language", "taal contactpersoon")),
}
FIELDS = ORGANISATION_FIELDS | CONTACT_FIELDS
_BY_HEADER = {header: name for name, field in FIELDS.items() for header in field.headers}


def guessed(header: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str]:
    """The field of each column, “” for those to leave out: as remembered, else by what the column is called."""
    fields: list[str] = []
    for name in header:
        field = remembered.get(name, "") if remembered is not None else _BY_HEADER.get(fold(name), "")
        fields.append("" if field in fields or field not in FIELDS else field)
    return fields


def usual_key(fields: Sequence[str]) -> str:
    """By what an organisation is recognised unless somebody says otherwise.

    The number in the source is surest. A registration number is often missing, and then keeps the row out: name and
    city go before it.
    """
    if NEEDED[EXTERNAL_ID] in fields:
        return EXTERNAL_ID
    return NUMBER if NEEDED[NUMBER] in fields and "city" not in fields else NAME_AND_CITY
