"""Fill the roles of a collaboration in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.authors import authors_of
from audit.context import recording
from collab.actions.roles import give_role, refresh_missing_roles
from collab.enums import ONE_AT_A_TIME, RoleKind
from collab.models import Collaboration
from collab.role_cells import RoleCell, role_cells
from common.actions import ActionRefused, require
from common.edits import EditConflict, Seen, is_collection, merge
from common.locking import lock
from partners.models import Contact


@dataclass(frozen=True)
class Replacement:
    """A role that went from ``former`` to ``contact``."""

    role: RoleKind
    former: Contact
    contact: Contact


def fill_roles(
    *,
    actor: User | None,
    collaboration: Collaboration,
    holders: Mapping[str, Any],
    day: date,
    today: date | None = None,
    seen: Seen | None = None,
) -> list[Replacement]:
    """Give the roles of a collaboration to these people from ``day`` on; return who replaced another person.

    ``holders`` gives by cell (``collab.role_cells``) the key of a contact, or the keys of several. A role of today's
    holder who is not named ends on ``day``. A new decider or lead stays until one who was to begin later begins.

    Refuses, for all cells at once, a contact of another organisation or one who is not active, a day before the role of
    a holder began, and what another person changed since the page had ``seen`` it. Sends nothing.
    """
    require(actor, "collab.change_collaboration", collaboration)
    today = today or timezone.localdate()
    with recording(actor, "collab.roles_filled"):
        current = lock(collaboration)
        parts = Collaboration.objects.with_people().get(pk=current.pk).participations.all()
        cells = {cell.name: cell for cell in role_cells(parts, today)}
        if holders.keys() - cells.keys():
            raise ActionRefused(_("Somebody else changed this at the same moment. Look at it again."))
        try:
            merged = merge(current, holders, seen, {name: cells[name].value for name in holders})
        except EditConflict as conflict:
            for name in conflict.fields:
                rows = (role for role in cells[name].participation.roles.all() if role.role == cells[name].role)
                known = [one for row in rows for one in authors_of(row, ("contact", "ends_on"), actor).values()]
                if known:
                    conflict.authors = {**conflict.authors, name: max(known, key=lambda author: author.at)}
            raise
        chosen = {name: set(value if is_collection(value) else filter(None, [value])) for name, value in merged.items()}
        contacts = Contact.objects.select_related("organisation").in_bulk(set().union(*chosen.values()))
        refusals, replaced = [], []
        for name, keys in chosen.items():
            try:
                replaced += change_holders(cells[name], [contacts[key] for key in keys if key in contacts], day)
            except ActionRefused as refusal:
                refusals.append(ActionRefused(refusal.message, field=name))
        if refusals:
            first, *others = refusals
            raise ActionRefused(first.message, field=first.field, also=others)
        refresh_missing_roles(collaborations=[current], today=today)
    return replaced


def change_holders(cell: RoleCell, chosen: list[Contact], day: date) -> list[Replacement]:
    """End the roles in a cell of people who are not ``chosen``, and give it to those who did not hold it."""
    left = [role for role in cell.held if role.contact not in chosen]
    for role in left:
        if role.starts_on > day:
            raise ActionRefused(
                _("%(person)s has this role since %(day)s. Choose that day or a later one.")
                % {"person": role.contact, "day": date_format(role.starts_on)}
            )
        if role.ends_on is None or role.ends_on > day:
            role.ends_on = day
            role.save(update_fields=["ends_on"])
    before = [role.contact for role in cell.held]
    came = [contact for contact in chosen if contact not in before]
    for contact in came:
        nexts = [
            role.starts_on
            for role in cell.later
            if role.starts_on > day and (cell.role in ONE_AT_A_TIME or role.contact == contact)
        ]
        give_role(cell.participation, contact, cell.role, day, min(nexts, default=None))
    if cell.role in ONE_AT_A_TIME:
        return [Replacement(cell.role, role.contact, contact) for role in left for contact in came]
    return []
