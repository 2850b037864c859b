from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from collab.actions import end_roles_of, refresh_missing_roles
from collab.models import ActionItem, Collaboration, Participation
from collab.querysets import NOT_ENDED
from identity.signals import acquaintances_read
from partners.models import Contact, Organisation
from partners.signals import contact_deactivated, contact_moved, contact_reactivated, organisations_archived


@receiver([contact_deactivated, contact_reactivated])
def count_roles_anew(sender: type[Contact], contact: Contact, **kwargs: Any) -> None:
    """Count the roles of a deactivated contact as unfilled; they stay on record."""
    refresh_missing_roles(
        collaborations=Collaboration.objects.filter(participations__roles__contact=contact).distinct()
    )


@receiver(organisations_archived)
def count_roles_of_archived(sender: type[Organisation], keys: list[int], **kwargs: Any) -> None:
    """Count the roles of an archived organisation as unfilled: its collaborations ask for others immediately."""
    refresh_missing_roles(collaborations=Collaboration.objects.filter(participations__organisation__in=keys).distinct())


@receiver(contact_moved)
def stop_for_the_old_organisation(
    sender: type[Contact], contact: Contact, old: Organisation, day: date, actor: User | None, **kwargs: Any
) -> list[str]:
    """End the roles for the old organisation; return the sentences about these and the open actions.

    The open actions keep their owner until another one is chosen.
    """
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


@receiver(acquaintances_read)
def partners_of(sender: None, organisation_id: int, **kwargs: Any) -> QuerySet:
    """Return the keys of all that take part in a collaboration with this organisation, until it has ended."""
    together = Participation.objects.filter(
        collaboration__stage__in=NOT_ENDED, collaboration__participations__organisation=organisation_id
    )
    return together.values("organisation")
