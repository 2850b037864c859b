"""The contacts that rows of a file are about: found by e-mail address, else by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from partners.importer.registry import name_key
from partners.importer.values import RowRefused
from partners.models import Contact, Organisation

_OF_ACCOUNT = ("name", "email", "language")


@dataclass
class ContactPlan:
    """What a row does to a contact; nothing is set yet. Without ``changes`` nothing."""

    contact: Contact
    values: dict[str, str]
    changes: list[tuple[str, Any, Any]]
    is_new: bool


class People:
    """The contacts of the organisations met so far, by organisation in memory."""

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

    def plan(self, organisation: Organisation | None, values: dict[str, str], line: int) -> ContactPlan:
        """What becomes of the contact of a row. Refuses the row when it could be several people, or has no name."""
        there = self.by_organisation.get(id(organisation), []) if organisation is not None else []
        contact = _found(there, values)
        if contact is None:
            plan = _new(values)
        elif (first := self.lines.get(id(contact))) is not None:
            raise RowRefused(_("This contact is on line %(line)d already.") % {"line": first})
        else:
            plan = _changed(contact, values)
        self.lines[id(plan.contact)] = line
        return plan

    def carry_out(self, plan: ContactPlan, organisation: Organisation) -> None:
        """Set what differs."""
        for name, value in plan.values.items():
            setattr(plan.contact, name, value)
        if plan.is_new:
            plan.contact.organisation = organisation
            self.by_organisation.setdefault(id(organisation), []).append(plan.contact)


def _found(there: list[Contact], values: dict[str, str]) -> Contact | None:
    email, name = values.get("email", ""), name_key(values.get("name", ""))
    same = [contact for contact in there if email and contact.email.lower() == email]
    if not same and name:
        same = [c for c in there if name_key(c.name) == name and not (email and c.email)]
    if len(same) > 1:
        names = {"name": same[0].name, "count": len(same)}
        raise RowRefused(_("%(count)d contacts there are called “%(name)s”; an e-mail address says who.") % names)
    return same[0] if same else None


def _new(values: dict[str, str]) -> ContactPlan:
    if not values.get("name"):
        raise RowRefused(_("The contact has no name, and nobody there has this e-mail address."))
    who = f"{values['name']} <{values['email']}>" if values.get("email") else values["name"]
    return ContactPlan(Contact(**values), {}, [("contact", "", who)], is_new=True)


def _changed(contact: Contact, values: dict[str, str]) -> ContactPlan:
    differs = {name: value for name, value in values.items() if getattr(contact, name) != value}
    if contact.email.lower() == values.get("email"):
        differs.pop("email", None)
    if contact.user_id and any(name in differs for name in _OF_ACCOUNT):
        raise RowRefused(
            _("%(name)s can sign in; change name, address and language on the page of the contact.")
            % {"name": contact.name}
        )
    changes = [(f"contact_{name}", getattr(contact, name), value) for name, value in differs.items()]
    return ContactPlan(contact, differs, changes, is_new=False)
