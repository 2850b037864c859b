"""Pass an invitation on to a colleague, take it back, and ask a coordinator first."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.answering import lock_open, set_status
from assessments.enums import InvitationStatus
from assessments.mailboxes import SHARED_DOMAINS, domain_of, is_within
from assessments.mails import send_ask_to_pass_on, send_pass_on_refused, send_passed_on
from assessments.models import EvaluationCycle, Invitation, PassOnRequest
from assessments.personal_links import revoke_links
from assessments.querysets import NOT_STARTED
from audit.context import record_about, recording
from common.actions import ActionRefused, require
from partners.actions import add_contact
from partners.models import Contact, Organisation

# Each passing on mails another person: the limit keeps a link from mailing many.
MOST_TIMES = 5
WORDS_LENGTH = 500


def pass_on(*, invitation: Invitation, name: str, email: str, words: str = "") -> Invitation | None:
    """Let a colleague answer instead; the colleague is mailed a link of their own, with ``words`` as a quotation.

    A colleague who is not known yet becomes a contact of the same organisation. An address that no organisation of the
    round is known by waits for a coordinator, who is mailed; then this returns None, and nothing goes to that address.
    A draft is kept until the colleague starts. Refuses once answers were sent, when the round is not open, when the
    colleague was asked already, has left or is of another organisation of the round, and after five times.
    """
    name = " ".join(name.split())
    if len(words) > WORDS_LENGTH:
        raise ActionRefused(_("Use at most %(length)d characters.") % {"length": WORDS_LENGTH}, field="words")
    with transaction.atomic():
        _one_at_a_time(invitation)
        invitation, cycle = lock_open(invitation)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("You have sent your answers already. You can still change them."))
        if invitation.times_passed_on >= MOST_TIMES:
            raise ActionRefused(_("You have passed this on five times. Ask the coordinator to invite your colleague."))
        refuse_other_side(cycle, invitation.contact.organisation, email)
        _refuse_colleague(invitation, email)
        invitation.times_passed_on += 1
        invitation.save(update_fields=["times_passed_on"])
        if _is_known(cycle, email):
            return _hand_over(invitation, cycle, name, email, words)
        set_status(invitation, InvitationStatus.TO_CONFIRM)
        waiting = PassOnRequest.objects.create(invitation=invitation, name=name, email=email, words=words)
        send_ask_to_pass_on(waiting)
    return None


def take_back(*, invitation: Invitation) -> None:
    """Take a passing on back: stop the colleague's links and waiting mail, and restore the draft.

    Refuses once the colleague has started or passed it on, and when the round is not open.
    """
    with transaction.atomic():
        given = (InvitationStatus.PASSED_ON, InvitationStatus.TO_CONFIRM)
        invitation, _cycle = lock_open(invitation, statuses=given)
        PassOnRequest.objects.filter(invitation=invitation).delete()
        colleague = Invitation.objects.select_for_update(of=["self"]).filter(passed_on_by=invitation).first()
        if colleague is not None:
            if colleague.status not in NOT_STARTED:
                raise ActionRefused(_("Your colleague has started already."))
            revoke_links(colleague)
            colleague.responses.all().delete()
            colleague.status, colleague.passed_on_by = InvitationStatus.REVOKED, None
            colleague.save(update_fields=["status", "passed_on_by"])
        _give_back(invitation)


def agree_to_pass_on(*, actor: User | None, invitation: Invitation) -> Invitation:
    """Agree to an address outside the organisations that take part: now the colleague is mailed.

    Refuses when the request is gone (taken back, or decided already), when the round is not open, and when the
    colleague was asked meanwhile, has left or is of another organisation of the round.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.passing_on_agreed"):
        invitation, cycle, waiting = _waiting(invitation)
        refuse_other_side(cycle, invitation.contact.organisation, waiting.email)
        _refuse_colleague(invitation, waiting.email)
        waiting.delete()
        record_about(cycle)
        return _hand_over(invitation, cycle, waiting.name, waiting.email, waiting.words)


def refuse_to_pass_on(*, actor: User | None, invitation: Invitation) -> None:
    """Decline an address outside the organisations that take part; the first person is asked again by mail.

    Refuses when the request is gone (taken back, or decided already), and when the round is not open.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.passing_on_refused"):
        invitation, cycle, waiting = _waiting(invitation)
        waiting.delete()
        record_about(cycle)
        _give_back(invitation)
        if Invitation.objects.reachable().filter(pk=invitation.pk).exists():
            send_pass_on_refused(invitation)


def _one_at_a_time(invitation: Invitation) -> None:
    """Lock the round against a second passing on at the same moment; people who answer do not wait for it."""
    EvaluationCycle.objects.select_for_update(of=["self"], no_key=True).only("pk").get(pk=invitation.cycle_id)


def _waiting(invitation: Invitation) -> tuple[Invitation, EvaluationCycle, PassOnRequest]:
    """Return the invitation, its open cycle and the waiting request, locked."""
    _one_at_a_time(invitation)
    invitation, cycle = lock_open(invitation, statuses=InvitationStatus.values)
    waiting = PassOnRequest.objects.select_for_update().filter(invitation=invitation).first()
    if waiting is None:
        raise ActionRefused(_("This was decided or taken back already."))
    return invitation, cycle, waiting


def _give_back(invitation: Invitation) -> None:
    has_draft = invitation.responses.exists()
    set_status(invitation, InvitationStatus.STARTED if has_draft else InvitationStatus.INVITED)


def _hand_over(invitation: Invitation, cycle: EvaluationCycle, name: str, email: str, words: str) -> Invitation:
    """Ask the colleague in place of the person; ask a colleague again whose invitation was withdrawn."""
    organisation = invitation.contact.organisation
    colleague = organisation.contacts.filter(email__iexact=email).first() or add_contact(
        actor=None, organisation=organisation, name=name, email=email, language=invitation.contact.language
    )
    set_status(invitation, InvitationStatus.PASSED_ON)
    values = {
        "party": invitation.party,
        "status": InvitationStatus.INVITED,
        "passed_on_by": invitation,
        "invited_on": timezone.localdate(),
        "not_asked_because": "",
    }
    passed_on, _made = Invitation.objects.update_or_create(cycle=cycle, contact=colleague, defaults=values)
    send_passed_on(passed_on, invitation, words)
    return passed_on


def _refuse_colleague(invitation: Invitation, email: str) -> None:
    """Refuse a colleague who has left, who is asked already, or who is the person.

    The colleague is locked: one who leaves at the same moment is refused, or finds the invitation and withdraws it.
    """
    colleagues = invitation.contact.organisation.contacts.filter(email__iexact=email)
    known = colleagues.select_for_update(of=("self",), no_key=True).first()
    if known is None:
        return
    if not known.is_active:
        raise ActionRefused(_("%(person)s is not active any more.") % {"person": known}, field="email")
    asked = Invitation.objects.filter(cycle=invitation.cycle_id, contact=known)
    if asked.exclude(status__in=[InvitationStatus.REVOKED, InvitationStatus.NOT_ASKED]).exists():
        raise ActionRefused(_("This colleague has an invitation already."), field="email")


def refuse_other_side(cycle: EvaluationCycle, organisation: Organisation, email: str) -> None:
    """Refuse the address of a person of another organisation of the round, who would speak for ``organisation``.

    A person who is a contact of both may speak for both.
    """
    people = Contact.objects.filter(email__iexact=email, deactivated_at=None)
    of_round = people.filter(organisation__in=cycle.parties.values("organisation"))
    sides = set(of_round.values_list("organisation", flat=True))
    if sides and organisation.pk not in sides:
        message = _(
            "%(email)s belongs to another organisation in this round. Choose somebody of your own organisation."
        )
        raise ActionRefused(message % {"email": email}, field="email")


def _is_known(cycle: EvaluationCycle, email: str) -> bool:
    """Return whether an organisation of the round is known by this address, or by addresses or a website like it.

    A public mail domain, such as gmail.com, says nothing about an organisation.
    """
    organisations = Organisation.objects.filter(pk__in=cycle.parties.values("organisation"))
    people = Contact.objects.filter(organisation__in=organisations).exclude(email="")
    if people.filter(email__iexact=email).exists():
        return True
    addresses = [*people.values_list("email", flat=True), *organisations.values_list("email", flat=True)]
    domains = {domain_of(address) for address in addresses} | set(organisations.values_list("website_host", flat=True))
    return is_within(domain_of(email), domains - SHARED_DOMAINS - {""})
