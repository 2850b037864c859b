"""Whom to remind of agreed actions that are late: the owner on the day after, the lead after a week.

Looks at what is late *up to* the day, so that a missed day is caught up with one mail.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.enums import RoleKind, Stage, Visibility
from collab.models import ActionItem, Participation, RoleAssignment
from notifications import kinds
from notifications.reminders import DueReminder, finder
from partners.models import Contact
from partners.recipients import of_contact

ACTION_OVERDUE = "action_overdue"
OWNER_AFTER = timedelta(days=1)
LEAD_AFTER = timedelta(days=7)

kinds.register(ACTION_OVERDUE, _("Action is late"))


@finder
def overdue_actions(today: date) -> Iterator[DueReminder]:
    """Open actions of collaborations that have not ended: their owners, and after a week also their leads.

    Only people who are active, have an address and work at an organisation that takes part; of an internal action
    only people of the host.
    """
    late = ActionItem.objects.open().filter(due_on__lte=today - OWNER_AFTER).exclude(collaboration__stage=Stage.ENDED)
    leads = RoleAssignment.objects.current(today).filter(role=RoleKind.LEAD).select_related("contact__organisation")
    in_role: Prefetch[Any, Any, Any] = Prefetch("roles", queryset=leads, to_attr="leads")
    parts = Participation.objects.prefetch_related(in_role)
    late = late.select_related("owner__organisation", "collaboration").prefetch_related(
        Prefetch("collaboration__participations", queryset=parts)
    )
    for item in late.order_by("pk").iterator(chunk_size=500):
        if _may_hear(item, item.owner):
            yield _reminder(item, item.owner, "owner", OWNER_AFTER, today)
        if item.due_on + LEAD_AFTER <= today:
            yield from (_reminder(item, lead, "lead", LEAD_AFTER, today) for lead in _leads(item))


def _leads(item: ActionItem) -> Iterable[Contact]:
    """Who leads on the owner's side; where nobody does, who leads on any other side. Not the owner again."""
    held = [role for part in item.collaboration.participations.all() for role in part.leads]  # type: ignore[attr-defined]
    contacts = [role.contact for role in held if role.contact_id != item.owner_id and _may_hear(item, role.contact)]
    own_side = [contact for contact in contacts if contact.organisation_id == item.owner.organisation_id]
    return own_side or contacts


def _may_hear(item: ActionItem, contact: Contact) -> bool:
    shared = item.visibility == Visibility.SHARED or contact.organisation.is_host
    parts = item.collaboration.participations.all()
    takes_part = any(part.organisation_id == contact.organisation_id for part in parts)
    return shared and takes_part and contact.is_active and bool(contact.email)


def _reminder(item: ActionItem, contact: Contact, role: str, after: timedelta, today: date) -> DueReminder:
    """The button is for who can sign in; others read what to do."""
    page = reverse("collab:collaboration-detail", args=[item.collaboration_id]) + "#actions"
    return DueReminder(
        kind=ACTION_OVERDUE,
        subject=f"action:{item.pk}",
        recipient=of_contact(contact),
        occurrence=f"{item.due_on.isoformat()}/{role}+{after.days}",
        context={
            "title": item.title,
            "collaboration": item.collaboration.name,
            "owner": item.owner.name,
            "due_on": item.due_on,
            "days_late": (today - item.due_on).days,
            "role": role,
            "name": contact.name,
        },
        path=page if contact.user_id else "",
    )
