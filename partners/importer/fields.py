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
    """``headers``: what its column is called in Dutch, English and CORDIS, folded, without spaces, the surest first."""

    label: str | Promise
    headers: tuple[str, ...]


ORGANISATION_FIELDS = {
    "name": Field(
        _("Name"),
        ("name", "naam", "organisation", "organisatie", "organization", "organisatienaam", "company", "bedrijf"),
    ),
    "short_name": Field(_("Short name"), ("shortname", "kortenaam", "afkorting", "acronym")),
    "kind": Field(_("Kind"), ("kind", "soort", "type", "activitytype", "soortorganisatie")),
    "status": Field(_("Status"), ("status",)),
    "street": Field(
        _("Street and number"), ("street", "straat", "straatennummer", "streetandnumber", "adres", "address")
    ),
    "postal_code": Field(_("Postal code"), ("postalcode", "postcode", "zip", "zipcode")),
    "city": Field(_("City"), ("city", "plaats", "stad", "woonplaats", "vestigingsplaats", "town")),
    "country": Field(_("Country"), ("country", "land", "landcode", "countrycode")),
    "website": Field(_("Website"), ("website", "web", "url", "internet", "webadres", "organizationurl")),
    "email": Field(_("E-mail address"), ("email", "mail", "emailaddress", "emailadres")),
    "phone": Field(_("Phone"), ("phone", "telefoon", "tel", "telephone", "telefoonnummer", "phonenumber")),
    "registration_number": Field(
        _("Registration number"), ("registrationnumber", "kvk", "kvknummer", "registratienummer", "inschrijfnummer")
    ),
    "external_id": Field(
        _("Number in the source"),
        (
            "orgid",
            "organisationid",
            "externalid",
            "externeid",
            "id",
            "numberinthesource",
            "nummerindebron",
            "relatienummer",
        ),
    ),
    "tags": Field(_("Tags"), ("tags", "tag", "labels", "label", "trefwoorden")),
    "themes": Field(_("Themes"), ("themes", "theme", "themas", "thema")),
    "relation_owner": Field(
        _("Our relation owner (e-mail address or name)"),
        ("relationowner", "ourrelationowner", "relatiebeheerder", "onzerelatiebeheerder", "owner", "eigenaar"),
    ),
}
CONTACT_FIELDS = {
    "contact_name": Field(_("Contact: name"), ("contact", "contactpersoon", "contactname", "naamcontactpersoon")),
    "contact_email": Field(
        _("Contact: e-mail address"),
        ("contactemail", "emailcontactpersoon", "contactemailaddress"),
    ),
    "contact_phone": Field(
        _("Contact: phone"), ("contactphone", "telefooncontactpersoon", "contacttelefoon", "phonecontact")
    ),
    "contact_position": Field(
        _("Contact: position"), ("position", "functie", "contactposition", "functiecontactpersoon", "jobtitle")
    ),
    "contact_language": Field(_("Contact: language"), ("language", "taal", "contactlanguage", "taalcontactpersoon")),
}
FIELDS = ORGANISATION_FIELDS | CONTACT_FIELDS


def guessed(header: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str]:
    """The field of each column, “” for those to leave out: as remembered, else by what the column is called.

    Of several columns that could be one field, the name that stands first with the field wins.
    """
    fields = [""] * len(header)
    names = [fold(name).replace(" ", "") for name in header]
    for field, known in FIELDS.items():
        if remembered is None:
            places = [names.index(name) for name in known.headers if name in names]
        else:
            places = [place for place, name in enumerate(header) if remembered.get(name) == field]
        if places:
            fields[places[0]] = field
    return fields


def usual_key(fields: Sequence[str]) -> str:
    """By what an organisation is recognised unless somebody says otherwise.

    The number in the source is surest. A registration number is often missing, and then keeps the row out: name and
    city go before it.
    """
    if NEEDED[EXTERNAL_ID] in fields:
        return EXTERNAL_ID
    return NUMBER if NEEDED[NUMBER] in fields and "city" not in fields else NAME_AND_CITY
