"""Ask people in a round, mail them another link, and withdraw invitations."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.addresses import record_address
from assessments.enums import CycleStatus, InvitationStatus
from assessments.mails import send_invitation
from assessments.models import EvaluationCycle, Invitation, PassOnRequest
from assessments.personal_links import revoke_links
from assessments.querysets import CAN_BE_ASKED_AGAIN
from audit.context import record_about, recording
from common.actions import ActionRefused, require
from partners.models import Contact

# The mails of so many people are made while a browser waits; more take seconds.
MOST_AT_ONCE = 50


def invite(
    *, actor: User | None, cycle: EvaluationCycle, contacts: Sequence[Contact], today: date | None = None
) -> list[Invitation]:
    """Ask more people in an open round; they are mailed, and marked as added later for all who are asked.

    People asked already are left alone; those withdrawn, left out, or who passed it on are asked again.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.people_invited"):
        cycle = lock_cycle(cycle, CycleStatus.OPEN)
        invitations = add_invitations(cycle, contacts)
        for invitation in invitations:
            invitation.invited_on, invitation.is_added_later = today or timezone.localdate(), True
            invitation.save(update_fields=["invited_on", "is_added_later"])
            revoke_links(invitation, save_those_to=invitation.contact.email)
            record_address(actor=actor, invitation=invitation, email=invitation.contact.email, links_stopped=True)
            send_invitation(invitation)
        if invitations:
            record_about(cycle)
    return invitations


def send_waiting_invitations(*, cycle: EvaluationCycle | None = None) -> int:
    """Make the mails of people who are asked in a large round that was opened, of one or of all; return their number.

    Each transaction makes ``MOST_AT_ONCE`` of them, under a lock on the round: safe to run twice, side by side, and
    after a worker was killed.
    """
    made = 0
    cycles = EvaluationCycle.objects.filter(status=CycleStatus.OPEN, invitations__mail_waits=True).distinct()
    for row in cycles.order_by("pk") if cycle is None else [cycle]:
        while count := _next_invitations(row):
            made += count
    return made


def _next_invitations(cycle: EvaluationCycle) -> int:
    """Make the next mails of a round in a transaction of their own; none when it is not open any more."""
    with recording(None, "assessments.invitations_made"):
        # Who closes the round or changes its last day waits for the batch, and so does another worker.
        rows = EvaluationCycle.objects.filter(pk=cycle.pk, status=CycleStatus.OPEN).select_related("collaboration")
        current = rows.select_for_update(of=["self"], no_key=True).first()
        made = make_invitations(current, MOST_AT_ONCE) if current else 0
        if current and made:
            record_about(current)
        return made


def make_invitations(cycle: EvaluationCycle, most: int) -> int:
    """Make the mails of up to ``most`` people whose invitation waits, as a part of a larger action; return the number.

    People who cannot be reached any more are left out: they have an address again, or another mail, by another action.
    """
    waiting = cycle.invitations.filter(mail_waits=True).order_by("pk")
    rows = list(waiting.select_for_update(of=["self"])[:most])
    keys = [row.pk for row in rows]
    cycle.invitations.filter(pk__in=keys).update(mail_waits=False)
    prefetch_related_objects([cycle], "parties")
    to_ask = cycle.invitations.filter(pk__in=keys).unfinished().reachable()
    for invitation in to_ask.select_related("contact").order_by("pk"):
        invitation.cycle = cycle
        send_invitation(invitation)
    return len(keys)


def resend_link(*, actor: User | None, invitation: Invitation) -> None:
    """Make the person's earlier links useless and mail a new one; tell an earlier address.

    Refuses for a person who is not asked any more or has left, and when answers were sent from another address than the
    contact has now: a new link would open another person's answers.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.link_sent_anew"):
        record_about(lock_cycle(invitation.cycle, CycleStatus.OPEN))
        asked = Invitation.objects.asked().still_there().select_related("contact", "cycle__collaboration")
        current = asked.filter(pk=invitation.pk).first()
        if current is None:
            raise ActionRefused(_("This person is not asked any more."))
        if not asked.open_to(current.contact.email).filter(pk=current.pk).exists():
            raise ActionRefused(_("The answers were sent from another address. Only that address can get a new link."))
        revoke_links(current)
        record_address(actor=actor, invitation=current, email=current.contact.email, links_stopped=True)
        send_invitation(current, at_once=True)


def withdraw_invitation(*, actor: User | None, invitation: Invitation) -> None:
    """Take an invitation back: its links stop working, and a draft is thrown away.

    Refuses after answers were sent, and for a person who is not asked (any more).
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.invitation_withdrawn"):
        record_about(lock_cycle(invitation.cycle, CycleStatus.OPEN))
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("This person has sent answers already."))
        if invitation.status in (InvitationStatus.PASSED_ON, InvitationStatus.NOT_ASKED):
            raise ActionRefused(_("This person is not asked any more."))
        invitation.status = InvitationStatus.REVOKED
        invitation.save(update_fields=["status"])
        revoke_links(invitation)
        invitation.cycle.responses.filter(invitation=invitation).delete()
        PassOnRequest.objects.filter(invitation=invitation).delete()


def add_invitations(cycle: EvaluationCycle, contacts: Sequence[Contact]) -> list[Invitation]:
    """Return invitations for the ``contacts`` not yet asked in this cycle; a withdrawn invitation is used again.

    Refuses a contact who cannot be asked (``refuse_contact``), read under a lock: one who leaves at the same moment is
    either refused here, or finds the invitation and withdraws it.
    """
    parties = {party.organisation_id: party for party in cycle.parties.all()}
    known = {invitation.contact_id: invitation for invitation in cycle.invitations.all()}
    keys = [row.pk for row in contacts if row.pk not in known or known[row.pk].status in CAN_BE_ASKED_AGAIN]
    people = Contact.objects.filter(pk__in=keys).select_related("organisation").order_by("pk")
    now = {row.pk: row for row in people.select_for_update(of=("self",), no_key=True)}
    chosen = [now[key] for key in dict.fromkeys(keys) if key in now]
    for contact in chosen:
        refuse_contact(contact, parties)
    asked = []
    for contact in chosen:
        if contact.pk in known:
            # The person answers again: the colleague to whom it was passed on goes on beside.
            Invitation.objects.filter(passed_on_by=known[contact.pk]).update(passed_on_by=None)
        party = parties[contact.organisation_id]
        values = {"party": party, "status": InvitationStatus.INVITED, "not_asked_because": ""}
        invitation, _made = Invitation.objects.update_or_create(cycle=cycle, contact=contact, defaults=values)
        asked.append(invitation)
    return asked


def refuse_contact(contact: Contact, organisations: Collection[int]) -> None:
    """Refuse a contact of another organisation than these, without an address, or not active any more."""
    if contact.organisation_id not in organisations:
        message = _("%(person)s is not of an organisation that takes part.")
    elif not contact.is_active:
        message = _("%(person)s is not active any more.")
    elif not contact.is_available:
        message = _("The organisation of %(person)s is archived.")
    elif not contact.email:
        message = _("%(person)s has no e-mail address.")
    else:
        return
    raise ActionRefused(message % {"person": contact.name}, field="contacts")


def lock_cycle(cycle: EvaluationCycle, *statuses: CycleStatus) -> EvaluationCycle:
    """Return the cycle as it is now, locked until the transaction ends; refuse unless its status is one of these."""
    cycle = EvaluationCycle.objects.select_for_update(of=["self"]).select_related("collaboration").get(pk=cycle.pk)
    if cycle.status not in statuses:
        raise ActionRefused(
            _("This round is %(status)s by now. Look at its page first.")
            % {"status": cycle.get_status_display().lower()}
        )
    return cycle
