"""Record where people work and worked."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, apply_edits, merge, refuse_unseen
from common.locking import lock
from partners.actions.contacts import sync_account
from partners.enums import OrganisationStatus
from partners.models import Affiliation, Contact, Organisation
from partners.signals import contact_moved


def move_contact(
    *,
    actor: User | None,
    contact: Contact,
    organisation: Organisation,
    day: date,
    position: str = "",
    email: str | None = None,
    today: date | None = None,
    seen: Seen | None = None,
) -> list[str]:
    """Record that a contact works at another organisation since ``day``; return in sentences what ends with it.

    Ends the present place of work and begins the next. What the contact may see follows the new organisation
    immediately. Sends ``contact_moved``, by which other apps end what the contact did for the old organisation. Refuses
    a day to come or before the present place began, our own organisation on either side, a deactivated contact, an
    archived organisation, an address that is taken, and a contact who was moved, or got another address, since the page
    had ``seen`` it.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.contact_moved"), refusing_violations(Contact, field="email"):
        current = lock(contact)
        old = current.organisation
        typed = {"organisation": organisation} | ({} if email is None else {"email": email.lower()})
        values = merge(current, typed, seen)
        organisation = values["organisation"]
        _refuse_move(current, organisation, day, today or timezone.localdate())
        present, _made = Affiliation.objects.select_for_update().get_or_create(
            contact=current, organisation=current.organisation, ends_on=None, defaults={"position": current.position}
        )
        if present.starts_on is not None and present.starts_on >= day:
            began = {"name": current, "organisation": current.organisation, "day": date_format(present.starts_on)}
            message = _("%(name)s began at %(organisation)s on %(day)s: choose a later day.")
            raise ActionRefused(message % began, field="day")
        present.position, present.ends_on = current.position, day
        present.save()
        # Whoever worked there already beside the main place of work keeps that first day.
        following, made = Affiliation.objects.select_for_update().get_or_create(
            contact=current, organisation=organisation, ends_on=None, defaults={"position": position, "starts_on": day}
        )
        if not made:
            following.position = position
            following.save()
        current.organisation, current.position = organisation, position
        current.email = values.get("email", current.email)
        sync_account(actor, current)
        current.save()
        Organisation.objects.sync_people_text([old.pk])
        heard = contact_moved.send(sender=Contact, contact=current, old=old, day=day, actor=actor)
    contact.refresh_from_db()
    return [sentence for _receiver, sentences in heard for sentence in sentences or ()]


def record_affiliation(
    *,
    actor: User | None,
    contact: Contact,
    organisation: Organisation,
    position: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Affiliation:
    """Record another place of work beside the main one, present or past; give no access and no roles.

    Refuses an end that is not after the start, and a place where this person works already.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.affiliation_noted"), refusing_violations(Affiliation, field="organisation"):
        lock(contact)
        _refuse_period(starts_on, ends_on)
        return Affiliation.objects.create(
            contact=contact, organisation=organisation, position=position, starts_on=starts_on, ends_on=ends_on
        )


def change_affiliation(
    *,
    actor: User | None,
    affiliation: Affiliation,
    position: str,
    starts_on: date | None,
    ends_on: date | None,
    seen: Seen | None = None,
) -> None:
    """Correct the details of a place of work.

    Refuses to end the present main place, which only moving the contact does, and details that another person changed
    since the page had ``seen`` it (``common.edits.merge``).
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.affiliation_changed"), refusing_violations(Affiliation, field="ends_on"):
        contact = lock(affiliation.contact)
        current = lock(affiliation)
        is_main = current.ends_on is None and current.organisation_id == contact.organisation_id
        apply_edits(current, {"position": position, "starts_on": starts_on, "ends_on": ends_on}, seen)
        _refuse_period(current.starts_on, current.ends_on)
        if is_main and current.ends_on is not None:
            message = _("This is where %(name)s works now. Move the contact to another organisation instead.")
            raise ActionRefused(message % {"name": contact}, field="ends_on")
        current.save()
        if is_main and contact.position != current.position:
            contact.position = current.position
            contact.save(update_fields=["position"])


def remove_affiliation(*, actor: User | None, affiliation: Affiliation, seen: Seen | None = None) -> None:
    """Remove a place of work that was noted by mistake. Where the contact works stays as it is.

    Refuses when another person changed it since the page had ``seen`` it.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.affiliation_removed"):
        current = lock(affiliation)
        refuse_unseen(current, ("position", "starts_on", "ends_on"), seen)
        current.delete()


def _refuse_move(contact: Contact, organisation: Organisation, day: date, today: date) -> None:
    if contact.organisation_id == organisation.pk:
        message = _("%(name)s works there already.") % {"name": contact}
        raise ActionRefused(message, field="organisation")
    if contact.organisation.is_host or organisation.is_host:
        raise ActionRefused(_("Who works at our own organisation is kept at Colleagues."), field="organisation")
    if organisation.status == OrganisationStatus.ARCHIVED:
        raise ActionRefused(_("%(name)s is archived.") % {"name": organisation}, field="organisation")
    if not contact.is_active:
        raise ActionRefused(_("%(name)s was deactivated.") % {"name": contact})
    if day > today:
        raise ActionRefused(_("Move the contact on the day itself or after it."), field="day")


def _refuse_period(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        raise ActionRefused(_("The end must be after the start."), field="ends_on")
