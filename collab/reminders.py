"""Remind people of agreed actions that are late, on the days that the alert ``ActionsOverdue`` declares.

Finds actions late *up to* the day, so that a missed day is caught up with one mail.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from collab.alerts.escalation import latest_steps
from collab.alerts.kinds import MailStep
from collab.alerts.own import ACTION_OVERDUE, OWNER, ActionsOverdue
from collab.enums import RoleKind, Visibility
from collab.models import ActionItem, Participation, RoleAssignment
from collab.senders import own_leads
from notifications import kinds
from notifications.recipients import number_in
from notifications.reminders import DueReminder, finder, way_to
from partners.models import Contact
from partners.recipients import of_contact

MOST_TOLD = 3

kinds.register(ACTION_OVERDUE, _("Action is late"))


@finder(ACTION_OVERDUE)
def overdue_actions(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the reminders of the alert ``ActionsOverdue``: to owners, and later also to who leads.

    Only people who are active, have an address and work at an organisation that takes part; of an internal action
    only people of the host.
    """
    alert = ActionsOverdue()
    late = alert.rows(today, None)
    if subject:
        late = late.filter(pk=number_in(subject))
    leads = RoleAssignment.objects.current(today).filter(role=RoleKind.LEAD).select_related("contact__organisation")
    in_role: Prefetch[Any, Any, Any] = Prefetch("roles", queryset=leads, to_attr="leads")
    parts = Participation.objects.prefetch_related(in_role)
    late = late.select_related("owner__organisation", "owner__user", "collaboration").prefetch_related(
        Prefetch("collaboration__participations", queryset=parts)
    )
    for item in late.order_by("pk").iterator(chunk_size=500):
        for step in latest_steps(alert.mail_steps, item.due_on, today):
            people = [item.owner] if step.role == OWNER and _may_hear(item, item.owner) else []
            people = list(_leads(item)) if step.role == RoleKind.LEAD else people
            yield from (_reminder(item, person, step, today) for person in people)


def _leads(item: ActionItem) -> Iterable[Contact]:
    """Return the leads on the owner's side, or else on any other side; leave out the owner."""
    held = [role for part in item.collaboration.participations.all() for role in part.leads]  # type: ignore[attr-defined]
    contacts = [role.contact for role in held if role.contact_id != item.owner_id and _may_hear(item, role.contact)]
    own_side = [contact for contact in contacts if contact.organisation_id == item.owner.organisation_id]
    return own_side or contacts


def _may_hear(item: ActionItem, contact: Contact) -> bool:
    shared = item.visibility == Visibility.SHARED or contact.organisation.is_host
    parts = item.collaboration.participations.all()
    takes_part = any(part.organisation_id == contact.organisation_id for part in parts)
    return shared and takes_part and contact.is_available and bool(contact.email)


def _reminder(item: ActionItem, contact: Contact, step: MailStep, today: date) -> DueReminder:
    """Make the reminder: with a button for a person who can sign in, else with the name of the person to tell."""
    path = reverse("collab:collaboration-detail", args=[item.collaboration_id]) + "#actions"
    # The owner who cannot sign in gets a link to answer instead (``collab.by_link``).
    by_link = contact == item.owner and not (contact.user and contact.user.is_active)
    tick, look = (ActionsOverdue.settled_with, item, path), ("collab.view_actionitem", item, path)
    return DueReminder(
        kind=ACTION_OVERDUE,
        subject=f"{ActionsOverdue.mail_about}:{item.pk}",
        recipient=of_contact(contact),
        occurrence=f"{item.due_on.isoformat()}/{step.role}{step.days:+d}",
        context={
            "title": item.title,
            "collaboration": item.collaboration.name,
            "owner": item.owner.name,
            "due_on": item.due_on,
            "days_late": (today - item.due_on).days,
            "role": str(step.role),
            "name": contact.name,
            "by_link": by_link,
        },
        link=(ACTION_OVERDUE, str(item.pk)) if by_link else None,
        way=lambda user: way_to(user, tick, look=look, helpers=lambda: _whom_to_tell(item, contact)),
        senders=partial(own_leads, item.collaboration_id),
    )


def _whom_to_tell(item: ActionItem, contact: Contact) -> list[str]:
    """Return the names of those who lead, else of those who keep the records; not the reader again."""
    leads = [lead.name for lead in _leads(item) if lead.pk != contact.pk]
    return leads or [user.name for user in User.objects.record_keepers()[:MOST_TOLD] if user.pk != contact.user_id]
