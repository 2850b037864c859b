"""The mails of an evaluation round; each carries the personal link of its reader."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from assessments.enums import CycleStatus, InvitationStatus, NotSent
from assessments.mailboxes import masked
from assessments.models import EvaluationCycle, Invitation, LinkReaddressed, PassOnRequest
from assessments.personal_links import TO_ANSWER, TO_BE_REMINDED, TO_SEE_RESULTS
from assessments.senders import senders_of
from notifications.actions import queue_mail
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail, RefusedAddress
from notifications.quoting import quoted_lines, unlinked
from notifications.recipients import Recipient, number_in, of_user
from partners.recipients import of_contact

EXTENDED = "evaluation_extended"
INVITATIONS = ("evaluation_invitation", "evaluation_passed_on")


def send_invitation(invitation: Invitation, *, at_once: bool = False) -> None:
    """Ask the person to answer, in the person's language; ``at_once`` also at night."""
    if invitation.mail_waits:
        invitation.mail_waits = False
        type(invitation).objects.filter(pk=invitation.pk).update(mail_waits=False)
    _send(invitation, "evaluation_invitation", at_once=at_once)


def send_passed_on(invitation: Invitation, first: Invitation, words: str) -> None:
    """Ask the colleague who was named to answer instead; the mail leaves immediately, for the two are in touch.

    Names and ``words`` were typed by people without an account: they stand after our own text, without clickable links.
    """
    _send(
        invitation,
        "evaluation_passed_on",
        at_once=True,
        colleague=unlinked(first.contact.name),
        organisation=first.party.name,
        words=quoted_lines(words),
    )


def send_ask_to_pass_on(request: PassOnRequest) -> None:
    """Ask the planner of the round, or else the coordinators, about an address that no organisation is known by."""
    invitation = request.invitation
    context = {
        "collaboration": invitation.cycle.collaboration.name,
        "person": unlinked(invitation.contact.name),
        "organisation": invitation.party.name,
        "colleague": unlinked(request.name),
        "address": unlinked(request.email),
    }
    planner = invitation.cycle.planned_by
    if planner is not None and planner.is_active and planner.has_perm("assessments.manage_cycle"):
        deciding = [planner]
    else:
        deciding = list(User.objects.filter(is_active=True, groups__name=Role.COORDINATOR).order_by("pk"))
    for user in deciding:
        queue_mail(
            kind="evaluation_pass_on_request",
            to=of_user(user),
            context={**context, "name": user.name},
            path=reverse("assessments:cycle-detail", args=[invitation.cycle_id]),
            about=about(invitation),
            senders=senders_of(invitation.cycle),
        )


def send_pass_on_refused(invitation: Invitation) -> None:
    """Tell the person that the colleague was not asked, with the link to answer or to name another colleague."""
    _send(invitation, "evaluation_pass_on_refused", at_once=True)


def reason_not_to_ask(mail: OutgoingMail, today: date) -> str:
    """Return why a question about an address is settled: it was decided, taken back, or the round is over."""
    waiting = PassOnRequest.objects.filter(invitation=number_in(mail.about), invitation__cycle__status=CycleStatus.OPEN)
    return "" if waiting.exists() else StopReason.SETTLED


def send_longer(invitation: Invitation) -> None:
    """Tell the person, who has not sent the answers, that the round closes later."""
    _send(invitation, EXTENDED, TO_BE_REMINDED, occurrence=invitation.cycle.closes_on.isoformat())


def renew_waiting_mails(cycle: EvaluationCycle) -> set[int]:
    """Make the waiting mails of an open round anew, with its present dates and promise; return their invitations.

    The former mails are not sent any more: invitations give way to the later one, reminders are found again.
    """
    people = {
        about(row): row
        for row in cycle.invitations.unfinished().reachable().filter(mail_waits=False).select_related("contact")
    }
    waiting = OutgoingMail.objects.filter(about__in=people, status=MailStatus.QUEUED)
    invited = waiting.filter(kind="evaluation_invitation")
    renewed = {people[mail.about] for mail in invited.only("about")}
    longer = {people[mail.about] for mail in waiting.filter(kind=EXTENDED).only("about")} - renewed
    promising = waiting.filter(kind__in=[*INVITATIONS[:1], EXTENDED, "evaluation_reminder"])
    promising.update(status=MailStatus.CANCELLED, stopped_because=StopReason.SUPERSEDED)
    for row in renewed:
        row.cycle = cycle
        send_invitation(row)
    for row in longer:
        row.cycle = cycle
        send_longer(row)
    return {row.pk for row in renewed | longer}


def send_results(invitation: Invitation) -> None:
    """Tell the person that the round has closed and the results can be seen."""
    _send(invitation, "evaluation_results", TO_SEE_RESULTS)


def send_readdressed(change: LinkReaddressed, *, asked_by: str, is_by_hand: bool, links_stopped: bool) -> None:
    """Tell the address of the last link that a new one goes to another address, and who asked for that.

    It leaves immediately, for exactly this address. The new address is masked: the old one may be a mistake, and then a
    stranger reads this.
    """
    contact, cycle = change.invitation.contact, change.invitation.cycle
    host = next((party.name for party in cycle.parties.all() if party.is_host), "")
    queue_mail(
        kind="evaluation_other_address",
        to=Recipient(email=change.old_email, name=change.name, language=contact.language, key=""),
        context={
            "name": change.name,
            "collaboration": cycle.collaboration.name,
            "host": host,
            "new_address": masked(change.new_email),
            "asked_by": asked_by,
            "is_by_hand": is_by_hand,
            "links_stopped": links_stopped,
        },
        about=about(change.invitation),
        at_once=True,
        senders=senders_of(cycle),
    )


def cycle_context(cycle: EvaluationCycle) -> dict[str, Any]:
    """Return the context that every mail of a round shares: plain values, so that the mail reads the same later."""
    instrument = cycle.instrument.definition
    return {
        "collaboration": cycle.collaboration.name,
        "organisations": [party.name for party in cycle.parties.all()],
        "number": cycle.number,
        "closes_on": cycle.closes_on,
        "is_confidential": cycle.is_confidential,
        "minutes": instrument.estimated_minutes,
        "min_group": instrument.scoring.min_group_scores,
        "word": [line for line in cycle.word.splitlines() if line.strip()],
        "word_by": cycle.word_by.name if cycle.word_by else "",
        "word_language": cycle.word_language,
    }


def _send(
    invitation: Invitation,
    kind: str,
    purpose: str = TO_ANSWER,
    *,
    at_once: bool = False,
    occurrence: str = "",
    **more: Any,
) -> None:
    queue_mail(
        kind=kind,
        to=of_contact(invitation.contact),
        context={**cycle_context(invitation.cycle), "name": invitation.contact.name, **more},
        link=(purpose, str(invitation.pk)),
        about=about(invitation),
        occurrence=occurrence,
        at_once=at_once,
        leave_by=None if purpose == TO_SEE_RESULTS else invitation.cycle.closes_on,
        senders=senders_of(invitation.cycle),
    )


def about(invitation: Invitation) -> str:
    """Return the name by which mails and reminders refer to an invitation."""
    return f"invitation:{invitation.pk}"


def reason_not_to_send(mail: OutgoingMail, today: date) -> str:
    """Return why a mail with a personal link does not leave any more; the empty string when it does."""
    people = Invitation.objects.select_related("cycle__collaboration")
    invitation = people.filter(pk=mail.link_to).first()
    if invitation is None or not people.still_there().asked().filter(pk=invitation.pk).exists():
        return NotSent.NOT_ASKED
    if invitation.cycle.collaboration.is_ended:
        return NotSent.COLLABORATION_ENDED
    if mail.link_kind == TO_SEE_RESULTS:
        return "" if invitation.status != InvitationStatus.DECLINED else NotSent.NOT_ASKED
    if invitation.cycle.status != CycleStatus.OPEN:
        return NotSent.ROUND_OVER
    if mail.link_kind == TO_BE_REMINDED and not invitation.is_unfinished:
        return NotSent.ANSWERED
    if mail.kind == EXTENDED and mail.occurrence != invitation.cycle.closes_on.isoformat():
        return StopReason.SUPERSEDED
    later = OutgoingMail.objects.filter(about=mail.about, kind__in=INVITATIONS, pk__gt=mail.pk)
    if mail.kind in INVITATIONS and later.exclude(status__in=[MailStatus.FAILED, MailStatus.CANCELLED]).exists():
        return StopReason.SUPERSEDED
    return ""


def delivery_problems(invitations: Sequence[Invitation]) -> dict[int, str]:
    """Return the reason why mail does not arrive, in the words of the mail server, by the key of the invitation.

    Either the present address was refused, or the last mail about the invitation failed there.
    """
    refused = RefusedAddress.objects.words_by_address(row.contact.email for row in invitations)
    with_link = OutgoingMail.objects.exclude(link_kind="").filter(about__in=[about(row) for row in invitations])
    last = with_link.order_by("about", "-pk")
    failed = {
        (mail.about, mail.to_email.lower()): mail.last_error
        for mail in last.distinct("about").only("about", "status", "to_email", "last_error")
        if mail.status == MailStatus.FAILED
    }
    found = {}
    for row in invitations:
        address = row.contact.email.lower()
        if words := refused.get(address) or failed.get((about(row), address)):
            found[row.pk] = words
    return found
