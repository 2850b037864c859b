"""Where people work and worked."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from partners.actions.contacts import keep_account
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
) -> list[str]:
    """Note that somebody works at another organisation since ``day``; what stops by that, in sentences.

    Ends the present place of work and begins the next. What the contact may see follows the new organisation at once.
    Other apps hear of it (``contact_moved``) and end what the contact did for the old organisation. Refuses a day to
    come or before the present place began, our own organisation on either side, somebody who was deactivated, an
    archived organisation, and an address that is taken.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.contact_moved"), refusing_violations(Contact, field="email"):
        current = lock(contact)
        old = current.organisation
        _refuse_move(current, organisation, day, today or timezone.localdate())
        _end_present(current, day)
        _begin_next(current, organisation, position, day)
        current.organisation, current.position = organisation, position
        if email is not None:
            current.email = email.lower()
        keep_account(actor, current)
        current.save()
        Organisation.objects.keep_people_text([old.pk])
        heard = contact_moved.send(sender=Contact, contact=current, old=old, day=day, actor=actor)
    contact.refresh_from_db()
    return [sentence for _receiver, sentences in heard for sentence in sentences or ()]


def note_affiliation(
    *,
    actor: User | None,
    contact: Contact,
    organisation: Organisation,
    position: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Affiliation:
    """Note another place of work beside the main one, of now or of before; gives no access and no roles.

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
    *, actor: User | None, affiliation: Affiliation, position: str, starts_on: date | None, ends_on: date | None
) -> None:
    """Correct what is noted about a place of work. The main place of now ends by moving the contact only."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.affiliation_changed"), refusing_violations(Affiliation, field="ends_on"):
        contact = lock(affiliation.contact)
        current = lock(affiliation)
        _refuse_period(starts_on, ends_on)
        is_main = current.ends_on is None and current.organisation_id == contact.organisation_id
        if is_main and ends_on is not None:
            message = _("This is where %(name)s works now. Move the contact to another organisation instead.")
            raise ActionRefused(message % {"name": contact}, field="ends_on")
        current.position, current.starts_on, current.ends_on = position, starts_on, ends_on
        current.save()
        if is_main and contact.position != position:
            contact.position = position
            contact.save(update_fields=["position", "updated_at"])


def remove_affiliation(*, actor: User | None, affiliation: Affiliation) -> None:
    """Take away what was noted by mistake. Where the contact works stays as it is."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.affiliation_removed"):
        lock(affiliation).delete()


def _end_present(contact: Contact, day: date) -> None:
    present, _made = Affiliation.objects.select_for_update().get_or_create(
        contact=contact, organisation=contact.organisation, ends_on=None, defaults={"position": contact.position}
    )
    if present.starts_on is not None and present.starts_on >= day:
        began = {"name": contact, "organisation": contact.organisation, "day": date_format(present.starts_on)}
        message = _("%(name)s began at %(organisation)s on %(day)s: choose a later day.")
        raise ActionRefused(message % began, field="day")
    present.position, present.ends_on = contact.position, day
    present.save()


def _begin_next(contact: Contact, organisation: Organisation, position: str, day: date) -> None:
    """Whoever worked there already beside the main place keeps the first day."""
    following, made = Affiliation.objects.select_for_update().get_or_create(
        contact=contact, organisation=organisation, ends_on=None, defaults={"position": position, "starts_on": day}
    )
    if not made:
        following.position = position
        following.save()


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
