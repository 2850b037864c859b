"""Find the contacts that rows of a file are about: by e-mail address, else by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from imports.mapping.keys import name_key
from imports.mapping.values import RowRefused
from partners.fields import CONTACT_FIELDS
from partners.models import Contact, Organisation

_OF_ACCOUNT = ("name", "email", "language")


@dataclass
class ContactPlan:
    """The changes of a row to a contact, as plain data, set once the plan is carried out."""

    contact: Contact
    values: dict[str, Any]
    changes: list[tuple[str, Any, Any]]
    is_new: bool


class ContactFinder:
    """Finds contacts of the organisations met so far; these are told apart by their ``id()`` in memory."""

    def __init__(self, *, for_update: bool) -> None:
        self.for_update = for_update
        self.by_organisation: dict[int, list[Contact]] = {}
        self.lines: dict[int, int] = {}

    def load(self, organisations: Iterable[Organisation]) -> None:
        """Read the contacts of organisations that were not met before."""
        new = {row.pk: row for row in organisations if id(row) not in self.by_organisation}
        for row in new.values():
            self.by_organisation[id(row)] = []
        rows = Contact.objects.filter(organisation__in=new).order_by("pk")
        for contact in rows.select_for_update(no_key=True) if self.for_update else rows:
            self.by_organisation[id(new[contact.organisation_id])].append(contact)

    def plan(self, organisation: Organisation | None, values: dict[str, Any], line: int) -> ContactPlan:
        """Plan what a row changes of a contact. Raises RowRefused for one that could be several, or has no name."""
        there = self.by_organisation.get(id(organisation), []) if organisation is not None else []
        email, name = values.get("email", ""), name_key(values.get("name", ""))
        same = [contact for contact in there if email and contact.email.lower() == email]
        if not same and name:
            same = [c for c in there if name_key(c.name) == name and not (email and c.email)]
        if len(same) > 1:
            names = {"name": same[0].name, "count": len(same)}
            raise RowRefused(_("%(count)d contacts there are called “%(name)s”; an e-mail address says who.") % names)
        contact = same[0] if same else None
        if contact is None:
            if not values.get("name"):
                raise RowRefused(_("The contact has no name, and nobody there has this e-mail address."))
            who = f"{values['name']} <{values['email']}>" if values.get("email") else values["name"]
            plan = ContactPlan(Contact(), {}, [("contact", "", who)], is_new=True)
            _set(plan.contact, values)
        elif (first := self.lines.get(id(contact))) is not None:
            raise RowRefused(_("This contact is on line %(line)d already.") % {"line": first})
        else:
            now = {name: CONTACT_FIELDS[name].plain(contact) for name in values}
            differs = {name: value for name, value in values.items() if now[name] != value}
            if contact.email.lower() == values.get("email"):
                differs.pop("email", None)
            if contact.user_id and any(name in differs for name in _OF_ACCOUNT):
                raise RowRefused(
                    _("%(name)s can sign in; change name, address and language on the page of the contact.")
                    % {"name": contact.name}
                )
            changes = [(f"contact_{name}", now[name], value) for name, value in differs.items()]
            plan = ContactPlan(contact, differs, changes, is_new=False)
        self.lines[id(plan.contact)] = line
        return plan

    def carry_out(self, plan: ContactPlan, organisation: Organisation) -> None:
        """Set in memory what differs."""
        _set(plan.contact, plan.values)
        if plan.is_new:
            plan.contact.organisation = organisation
            self.by_organisation.setdefault(id(organisation), []).append(plan.contact)


def _set(contact: Contact, values: dict[str, Any]) -> None:
    for name, value in values.items():
        CONTACT_FIELDS[name].set_plain(contact, value)
