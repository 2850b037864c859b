"""Actions on action items: agreed to-dos, owned on either side."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.people import refuse_stranger
from collab.enums import ActionStatus, Visibility
from collab.models import ActionItem, Collaboration
from common.actions import ActionRefused, require
from common.edits import Seen, apply_edits
from common.locking import lock
from partners.models import Contact


def add_action_item(
    *,
    actor: User | None,
    collaboration: Collaboration,
    title: str,
    owner: Contact,
    due_on: date,
    visibility: str = Visibility.SHARED,
) -> ActionItem:
    """Add an agreed to-do with an owner of either side and a day; the owner is reminded once it is late.

    Refuses an owner whose organisation does not take part or who was deactivated, and an internal action owned by a
    partner.
    """
    require(actor, "collab.add_actionitem", collaboration)
    with recording(actor, "collab.action_item_added"):
        refuse_stranger(collaboration, owner, visibility, field="owner")
        return collaboration.action_items.create(title=title, owner=owner, due_on=due_on, visibility=visibility)


def change_action_item(
    *,
    actor: User | None,
    item: ActionItem,
    title: str,
    owner: Contact,
    due_on: date,
    visibility: str,
    seen: Seen | None = None,
) -> None:
    """Change an open action item; with another day the reminders start anew.

    Refuses one that is finished or dropped, an owner as ``add_action_item`` does, and fields that another person
    changed since the page had ``seen`` them (``common.edits.merge``).
    """
    require(actor, "collab.change_actionitem", item)
    with recording(actor, "collab.action_item_changed"):
        current = lock(item)
        _refuse_unless(current, ActionStatus.OPEN)
        typed = {"title": title, "owner": owner, "due_on": due_on, "visibility": visibility}
        apply_edits(current, typed, seen)
        refuse_stranger(current.collaboration, current.owner, current.visibility, field="owner")
        current.save(update_fields=["title", "owner", "due_on", "visibility"])


def finish_action_item(*, actor: User | None, item: ActionItem, today: date | None = None) -> None:
    """Mark an open action item as done; the owner's own organisation may do so. Refuses one that is not open."""
    require(actor, "collab.finish_actionitem", item)
    with recording(actor, "collab.action_item_finished"):
        _set_status(item, ActionStatus.DONE, today or timezone.localdate(), before=[ActionStatus.OPEN])


def drop_action_item(*, actor: User | None, item: ActionItem, today: date | None = None) -> None:
    """Mark an open action item as dropped. Refuses one that is not open."""
    require(actor, "collab.change_actionitem", item)
    with recording(actor, "collab.action_item_dropped"):
        _set_status(item, ActionStatus.DROPPED, today or timezone.localdate(), before=[ActionStatus.OPEN])


def reopen_action_item(*, actor: User | None, item: ActionItem) -> None:
    """Open a finished or dropped action item again, with the permission to finish it. Refuses an open one."""
    require(actor, "collab.finish_actionitem", item)
    with recording(actor, "collab.action_item_reopened"):
        _set_status(item, ActionStatus.OPEN, None, before=[ActionStatus.DONE, ActionStatus.DROPPED])


def _set_status(
    item: ActionItem, status: ActionStatus, finished_on: date | None, *, before: Collection[ActionStatus]
) -> None:
    current = lock(item)
    _refuse_unless(current, *before)
    current.status, current.finished_on = status, finished_on
    current.save(update_fields=["status", "finished_on"])


def _refuse_unless(item: ActionItem, *statuses: ActionStatus) -> None:
    if item.status not in statuses:
        raise ActionRefused(_("This action is “%(status)s” already.") % {"status": item.get_status_display()})
