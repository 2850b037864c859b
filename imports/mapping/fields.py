"""The fields that a column can be, of an organisation and of a contact, and how one is recognised by them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.fields import Field
from common.text import fold
from partners.fields import CONTACT_FIELDS, ORGANISATION_FIELDS, WordsType

EXTERNAL_ID, NUMBER, NAME_AND_CITY = "external_id", "number", "name_city"
KEYS = {
    EXTERNAL_ID: _("The number in the source"),
    NUMBER: _("The registration number"),
    NAME_AND_CITY: _("Name and city"),
}
# Without this column nothing can be recognised by that key.
NEEDED = {EXTERNAL_ID: "external_id", NUMBER: "registration_number", NAME_AND_CITY: "name"}
OWNER = "relation_owner"
_CONTACT = "contact_"


# By the name of a column in our own words; those of the contact begin with “contact_”.
OF_CONTACT: dict[str, Field] = {
    f"{_CONTACT}{field.name}": replace(field, label=format_lazy("{}: {}", _("Contact"), field.model_field.verbose_name))
    for field in CONTACT_FIELDS.in_file
}
FIELDS: dict[str, Field] = {
    field.name: replace(field, label=format_lazy("{} ({})", field.label, field.type.hint)) if field.type.hint else field
    for field in ORGANISATION_FIELDS.in_file
} | OF_CONTACT
# Of the organisation itself, without the rows that it is linked to.
OF_ORGANISATION: dict[str, Field] = {
    field.name: field
    for field in ORGANISATION_FIELDS.in_file
    if field.name != OWNER and not isinstance(field.type, WordsType)
}


def guessed(header: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str]:
    """Return the field of each column, “” for those to leave out: as remembered, else by the name of the column.

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
    """Return the kind of matching key that the form offers first, for a file with these fields.

    The number in the source is surest. A row without a registration number would be refused, and many have none: where
    there is a city, name and city go before it.
    """
    if NEEDED[EXTERNAL_ID] in fields:
        return EXTERNAL_ID
    return NUMBER if NEEDED[NUMBER] in fields and "city" not in fields else NAME_AND_CITY
