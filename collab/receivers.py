from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from collab.actions import end_roles_of, refresh_missing_roles
from collab.models import ActionItem, Collaboration
from partners.models import Contact, Organisation
from partners.signals import contact_deactivated, contact_moved, contact_reactivated


@receiver([contact_deactivated, contact_reactivated])
def count_roles_anew(sender: type[Contact], contact: Contact, **kwargs: Any) -> None:
    """Roles of a deactivated contact stay on record, but nobody fills them: the collaborations show it at once."""
    refresh_missing_roles(
        collaborations=Collaboration.objects.filter(participations__roles__contact=contact).distinct()
    )


@receiver(contact_moved)
def stop_for_the_old_organisation(
    sender: type[Contact], contact: Contact, old: Organisation, day: date, actor: User | None, **kwargs: Any
) -> list[str]:
    """Roles for the old organisation end; open actions stay until somebody gives them another owner."""
    ended = end_roles_of(actor=actor, contact=contact, organisation=old, day=day)
    roles = [
        _("Ended: %(role)s in %(collaboration)s.")
        % {"role": role.get_role_display().lower(), "collaboration": role.participation.collaboration}
        for role in ended
    ]
    items = ActionItem.objects.open().filter(owner=contact).select_related("collaboration").order_by("pk")
    return roles + [
        _("The action “%(title)s” in %(collaboration)s needs another owner.")
        % {"title": item.title, "collaboration": item.collaboration}
        for item in items
    ]
