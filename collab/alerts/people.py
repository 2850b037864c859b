"""Find the people who are told of an alert by mail, and those who can settle it."""

from datetime import date

from django.db.models import Model

from accounts.enums import Role
from accounts.models import User
from collab.enums import RoleKind
from collab.models import RoleAssignment
from notifications.models import RefusedAddress
from notifications.recipients import Recipient, of_user
from partners.recipients import of_contact

MOST_HELPERS = 3


def people_for(collaboration_id: int, role: RoleKind | Role, day: date, *, ours: bool = False) -> list[Recipient]:
    """Return the people in a role: its holders in the collaboration, or the colleagues with it.

    Coordinators stand in for a role without holders in the collaboration, so that no alert is lost. With ``ours``
    people of partners do not count.
    """
    if not isinstance(role, RoleKind):
        return colleagues(role)
    # A person whose address is refused hears nothing, and so does not count here.
    held = list(
        RoleAssignment.objects.current(day)
        .filter(participation__collaboration=collaboration_id, role=role)
        .exclude(contact__email="")
        .exclude(contact__email__in=RefusedAddress.objects.values("email"))
        .select_related("contact", "participation__organisation")
        .order_by("pk")
    )
    own = [of_contact(row.contact) for row in held if row.participation.organisation.is_host]
    theirs = [] if ours else [of_contact(row.contact) for row in held]
    return own or theirs or colleagues(Role.COORDINATOR)


def colleagues(role: Role) -> list[Recipient]:
    """Return the colleagues with a role who can sign in."""
    return [of_user(user) for user in User.objects.filter(is_active=True, groups__name=role).order_by("pk")]


def names_of_helpers(collaboration_id: int, perm: str, subject: Model, day: date) -> list[str]:
    """Return the names of those who can settle an alert: the leads with the permission, else the record keepers."""
    leads = RoleAssignment.objects.current(day).filter(
        role=RoleKind.LEAD, participation__collaboration=collaboration_id, contact__user__is_active=True
    )
    held = [row.contact for row in leads.select_related("contact__user").order_by("pk")]
    names = [contact.name for contact in held if contact.user and contact.user.has_perm(perm, subject)]
    return names or [user.name for user in User.objects.record_keepers()[:MOST_HELPERS]]
