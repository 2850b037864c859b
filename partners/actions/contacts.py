"""Keep the people at organisations, and the accounts that some of them have."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import change_partner_account, close_account, open_partner_account, reopen_account
from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, apply_edits
from common.enums import Language
from common.locking import lock
from notifications.actions import queue_mail
from notifications.senders import of_colleague
from partners.enums import Consent
from partners.models import Contact, Organisation
from partners.recipients import key_of_contact, of_contact
from partners.signals import contact_deactivated, contact_reactivated


def add_contact(
    *,
    actor: User | None,
    organisation: Organisation,
    name: str,
    email: str = "",
    phone: str = "",
    position: str = "",
    language: str = Language.DUTCH,
    spoken_languages: Sequence[str] = (),
    consent: str = Consent.UNKNOWN,
    consent_on: date | None = None,
    starts_on: date | None = None,
) -> Contact:
    """Add a person at an organisation, working there since ``starts_on``. Sends nothing.

    Consent without a day was given or refused today. Refuses an address that another contact there has.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.contact_added"), refusing_violations(Contact, field="email"):
        contact = Contact.objects.create(
            organisation=organisation,
            name=name.strip(),
            email=email.lower(),
            phone=phone,
            position=position,
            language=language,
            spoken_languages=list(spoken_languages),
            consent=consent,
            consent_on=_consent_day(consent, consent_on),
        )
        if starts_on is not None:
            contact.affiliations.create(organisation=organisation, position=position, starts_on=starts_on)
    return contact


def change_contact(
    *,
    actor: User | None,
    contact: Contact,
    name: str,
    email: str,
    phone: str,
    position: str,
    language: str,
    spoken_languages: Sequence[str] | None = None,
    consent: str | None = None,
    consent_on: date | None = None,
    seen: Seen | None = None,
) -> None:
    """Change a contact's details; the account of a partner's contact follows in name, address and language.

    Spoken languages and consent stay when they are not given. Refuses what another person changed since the page had
    ``seen`` it (``common.edits.merge``), an address that another contact there or another account has, no address for a
    contact with an account, and another name, address or language for a colleague: those are kept with the colleague's
    account.
    """
    require(actor, "partners.change_registry")
    _refuse_nameless(name)
    with recording(actor, "partners.contact_changed"), refusing_violations(Contact, field="email"):
        current = lock(contact)
        typed: dict[str, Any] = {
            "name": name.strip(),
            "email": email.lower(),
            "language": language,
            "phone": phone,
            "position": position,
        }
        if spoken_languages is not None:
            typed["spoken_languages"] = list(spoken_languages)
        if consent is not None:
            typed |= {"consent": consent, "consent_on": consent_on}
        apply_edits(current, typed, seen)
        if consent is not None:
            current.consent_on = _consent_day(current.consent, current.consent_on)
        sync_account(actor, current)
        current.save()
        # The present place of work says the same.
        for place in current.affiliations.filter(organisation=current.organisation_id, ends_on=None):
            place.position = current.position
            place.save()


def deactivate_contact(*, actor: User | None, contact: Contact) -> None:
    """Record that a person has left; close the account of a partner's contact.

    A deactivated contact is not asked or mailed again. Sends ``contact_deactivated``. Refuses a colleague whose account
    still works. Changes nothing for a contact who is deactivated already.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.contact_deactivated"):
        current = lock(contact)
        if current.user is not None and current.user.is_colleague:
            raise ActionRefused(_("This is a colleague: switch off the account at Colleagues."))
        _deactivate(current, actor)
    contact.refresh_from_db()


def reactivate_contact(*, actor: User | None, contact: Contact) -> None:
    """Record that a person is back. The account stays closed until access is given again.

    Sends ``contact_reactivated``. Changes nothing for an active contact.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.contact_reactivated"):
        _reactivate(lock(contact), actor)
    contact.refresh_from_db()


def give_access(*, actor: User | None, contact: Contact) -> None:
    """Let a partner's contact sign in with an e-mailed code, and send the mail that says so.

    Opens an account, or opens the closed one again. Refuses a contact of our own organisation, a contact who was
    deactivated, has no address or has access, and an address that belongs to another account.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.access_given"):
        current = lock(contact)
        name = {"name": current.name}
        if current.organisation.is_host:
            raise ActionRefused(_("Colleagues get their account at Colleagues."))
        if not current.is_active:
            raise ActionRefused(_("%(name)s was deactivated.") % name)
        if not current.is_available:
            raise ActionRefused(_("%(name)s is archived.") % {"name": current.organisation})
        if not current.email:
            raise ActionRefused(_("%(name)s has no e-mail address.") % name)
        if current.user is not None and current.user.is_active:
            raise ActionRefused(_("%(name)s can sign in already.") % name)
        if current.user is None:
            current.user = open_partner_account(
                actor=actor, email=current.email, name=current.name, language=current.language
            )
            current.save(update_fields=["user"])
        else:
            reopen_account(actor=actor, user=current.user)
        queue_mail(
            kind="partner_access",
            to=of_contact(current),
            context={"name": current.name, "organisation": current.organisation.name},
            path=reverse("account_request_login_code"),
            about=key_of_contact(current.pk),
            at_once=True,
            senders=[of_colleague(actor)] if actor else (),
        )
    contact.refresh_from_db()


def sync_colleague_contact(*, user: User) -> Contact | None:
    """Make a colleague a contact of the host, with the details of the account; return None without a host.

    A switched-off account deactivates the contact, an account that is switched on again activates it; both are
    signalled to other apps.
    """
    host = Organisation.objects.host()
    if host is None:
        return None
    with recording(None, "partners.colleague_kept"):
        with_account = Contact.objects.filter(user=user).first()
        same_address = Contact.objects.filter(organisation=host, user=None, email__iexact=user.email).first()
        contact = with_account or same_address or Contact(organisation=host)
        contact.user, contact.name, contact.email, contact.language = user, user.name, user.email, user.language
        contact.save()
        if user.is_active:
            _reactivate(contact, None)
        else:
            _deactivate(contact, None)
    return contact


def sync_contact_language(*, user: User) -> None:
    """Let the contact follow the language that its account chose."""
    with recording(user, "partners.contact_changed"):
        for contact in Contact.objects.filter(user=user).exclude(language=user.language):
            contact.language = user.language
            contact.save(update_fields=["language"])


def _deactivate(contact: Contact, actor: User | None) -> None:
    if not contact.is_active:
        return
    contact.deactivated_at = timezone.now()
    contact.save(update_fields=["deactivated_at"])
    if contact.user is not None and not contact.user.is_colleague:
        close_account(actor=actor, user=contact.user)
    contact_deactivated.send(sender=Contact, contact=contact, actor=actor)


def _reactivate(contact: Contact, actor: User | None) -> None:
    if contact.is_active:
        return
    contact.deactivated_at = None
    contact.save(update_fields=["deactivated_at"])
    contact_reactivated.send(sender=Contact, contact=contact, actor=actor)


def sync_account(actor: User | None, contact: Contact) -> None:
    """Let a partner's account follow its contact in name, address and language. Part of a larger action."""
    user = contact.user
    if user is None or (user.name, user.email, user.language) == (contact.name, contact.email, contact.language):
        return
    if contact.organisation.is_host:
        raise ActionRefused(_("This is a colleague: change name, address and language at Colleagues."))
    if not contact.email:
        raise ActionRefused(_("Somebody who can sign in needs an e-mail address."), field="email")
    change_partner_account(actor=actor, user=user, email=contact.email, name=contact.name, language=contact.language)


def _consent_day(consent: str, day: date | None) -> date | None:
    return None if consent == Consent.UNKNOWN else day or timezone.localdate()


def _refuse_nameless(name: str) -> None:
    if not name.strip():
        raise ActionRefused(_("Give the contact a name."), field="name")
