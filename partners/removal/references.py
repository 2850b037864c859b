"""Find what refers to an organisation, or to one of its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from partners.merging.handlers import count_references, relations_to
from partners.models import Contact, Organisation

# What belongs to an organisation or its people and goes with them, and what imports keep of a row that has gone.
GOES_ALONG = frozenset(
    {
        *("partners.Organisation_tags.organisation", "partners.Organisation_themes.organisation"),
        *("partners.OrganisationAddress.organisation", "partners.OrganisationWebAddress.organisation"),
        *("partners.Logo.organisation", "partners.NotDuplicate.first", "partners.NotDuplicate.second"),
        *("imports.ImportRow.organisation", "imports.ImportRow.contact"),
        # People are looked at one by one.
        "partners.Contact.organisation",
    }
)


@dataclass(frozen=True)
class References:
    """The people who would go with an organisation, and in words what refers to it or to them."""

    people: list[Contact]
    said: list[str]


def references_to(organisation: Organisation) -> References:
    """Return what refers to an organisation: nothing is missed, as the database names every relation."""
    said: list[str] = []
    if organisation.is_host:
        said.append(_("It is your own organisation."))
    numbers = count_references([organisation.pk])[organisation.pk]
    places = organisation.affiliations.exclude(contact__organisation=organisation).count()
    numbers["partners.Affiliation.organisation"] = places
    columns = relations_to(Organisation)
    said += [f"{_label(columns[name])}: {number}" for name, number in numbers.items() if number and _counts(name)]
    people = list(organisation.contacts.order_by("pk"))
    for contact in people:
        said += references_to_person(contact, organisation)
    return References(people, said)


def references_to_person(contact: Contact, organisation: Organisation) -> Iterable[str]:
    """Name the rows that refer to a contact, except the contact's place of work at the organisation."""
    if contact.user_id:
        yield _("%(name)s has, or had, an account.") % {"name": contact}
    for name, column in relations_to(Contact).items():
        rows = column.model._base_manager.filter(**{column.name: contact.pk})
        if name == "partners.Affiliation.contact":
            rows = rows.exclude(organisation=organisation)
        if _counts(name) and (number := rows.count()):
            yield f"{contact}: {_label(column)} ({number})"


def _counts(name: str) -> bool:
    return name not in GOES_ALONG


def _label(column: ForeignKey[Any, Any]) -> str:
    """Return the plural name of the rows of a relation; of a table between two models, that of the owning one."""
    between = column.model._meta.auto_created
    model: type[Model] = between if isinstance(between, type) else column.model
    return str(model._meta.verbose_name_plural)
