"""Planning, opening and steering an evaluation round."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.questionnaires import load_questionnaire
from assessments.enums import CycleStatus, InvitationStatus, Mode
from assessments.mails import send_invitation
from assessments.models import CycleParty, EvaluationCycle, Invitation
from assessments.personal_links import revoke_links
from audit.context import recording
from collab.actions import note_evaluation_opened
from collab.enums import Stage
from collab.models import Collaboration, Participation
from common.actions import ActionRefused, require
from partners.models import Contact


def plan_cycle(
    *,
    actor: User | None,
    collaboration: Collaboration,
    opens_on: date,
    closes_on: date,
    contacts: Sequence[Contact],
    mode: str = Mode.CONFIDENTIAL,
) -> EvaluationCycle:
    """Plan the next round of a collaboration, with who is asked. Nobody is mailed before it opens.

    Refuses when the collaboration has ended, a round is already planned or open, an organisation that takes part
    has nobody to ask, somebody has no e-mail address, or the dates do not follow each other.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_planned"):
        collaboration = Collaboration.objects.select_for_update().get(pk=collaboration.pk)
        _refuse_unplannable(collaboration)
        _refuse_dates(opens_on, closes_on)
        cycle = EvaluationCycle.objects.create(
            collaboration=collaboration,
            number=(collaboration.cycles.aggregate(last=Max("number"))["last"] or 0) + 1,
            instrument=load_questionnaire(),
            mode=mode,
            opens_on=opens_on,
            closes_on=closes_on,
            planned_by=actor,
        )
        _add_parties(cycle)
        _choose(cycle, contacts)
        _refuse_silent_party(cycle)
    return cycle


def change_cycle(
    *,
    actor: User | None,
    cycle: EvaluationCycle,
    opens_on: date,
    closes_on: date,
    contacts: Sequence[Contact],
    mode: str,
) -> None:
    """Change a planned round: dates, mode, people. Refuses like ``plan_cycle``, and once the round was opened."""
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_changed"):
        cycle = _locked(cycle, CycleStatus.PLANNED)
        _refuse_dates(opens_on, closes_on)
        cycle.opens_on, cycle.closes_on, cycle.mode = opens_on, closes_on, mode
        cycle.save(update_fields=["opens_on", "closes_on", "mode", "updated_at"])
        _add_parties(cycle)
        cycle.invitations.exclude(contact__in=contacts).delete()
        _choose(cycle, contacts)
        _refuse_silent_party(cycle)


def open_cycle(
    *, actor: User | None, cycle: EvaluationCycle, today: date | None = None, only_if_due: bool = False
) -> None:
    """Open a planned round: everybody asked gets an invitation, and the next evaluation moves one interval on.

    Who left since, or has no address any more, is left out. Refuses when it is not planned any more (somebody else
    opened or cancelled it), when its last day is past, when the collaboration has ended, when an organisation has
    nobody left to ask, and with ``only_if_due`` when its first day has not come (any more).
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_opened"):
        cycle = _locked(cycle, CycleStatus.PLANNED)
        if only_if_due and cycle.opens_on > today:
            raise ActionRefused(_("The first day of this round has not come yet."))
        _refuse_ended(cycle.collaboration)
        _add_parties(cycle)
        cycle.invitations.exclude(pk__in=cycle.invitations.reachable().values("pk")).delete()
        _refuse_silent_party(cycle)
        if cycle.closes_on < today:
            raise ActionRefused(_("The last day of this round is past. Choose a later day first."), field="closes_on")
        cycle.status, cycle.opened_at, cycle.opens_on = CycleStatus.OPEN, timezone.now(), min(cycle.opens_on, today)
        cycle.save(update_fields=["status", "opened_at", "opens_on", "updated_at"])
        note_evaluation_opened(collaboration=cycle.collaboration, today=today)
        cycle.invitations.update(invited_on=today)
        for invitation in cycle.invitations.select_related("contact", "cycle__collaboration"):
            send_invitation(invitation)


def invite(
    *, actor: User | None, cycle: EvaluationCycle, contacts: Sequence[Contact], today: date | None = None
) -> list[Invitation]:
    """Ask more people in an open round; they are mailed at once.

    Who was asked already is left alone, who was withdrawn is asked again.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.people_invited"):
        cycle = _locked(cycle, CycleStatus.OPEN)
        invitations = _choose(cycle, contacts)
        for invitation in invitations:
            invitation.invited_on = today or timezone.localdate()
            invitation.save(update_fields=["invited_on"])
            send_invitation(invitation)
    return invitations


def change_mode(*, actor: User | None, cycle: EvaluationCycle, mode: str) -> None:
    """Make an open round confidential or open. Refuses once the first answer came in: a promise was made."""
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.mode_changed"):
        cycle = _locked(cycle, CycleStatus.PLANNED, CycleStatus.OPEN)
        if cycle.mode != mode and cycle.responses.exists():
            raise ActionRefused(_("Somebody has answered already, so this can no longer change."), field="mode")
        cycle.mode = mode
        cycle.save(update_fields=["mode", "updated_at"])


def extend_cycle(*, actor: User | None, cycle: EvaluationCycle, closes_on: date, today: date | None = None) -> None:
    """Give people longer to answer. Refuses a day that is not later than the present last day, or is past."""
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_extended"):
        cycle = _locked(cycle, CycleStatus.OPEN)
        if closes_on <= cycle.closes_on:
            raise ActionRefused(_("Choose a day after the present last day."), field="closes_on")
        if closes_on < today:
            raise ActionRefused(_("Choose a day that is not past."), field="closes_on")
        cycle.closes_on = closes_on
        cycle.save(update_fields=["closes_on", "updated_at"])


def cancel_cycle(*, actor: User | None, cycle: EvaluationCycle) -> None:
    """Call off a round that is planned or open; drafts are thrown away, personal links say that it was called off.

    Refuses once anybody has sent answers: those are kept and shown.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_cancelled"):
        cycle = _locked(cycle, CycleStatus.PLANNED, CycleStatus.OPEN)
        if cycle.responses.exclude(submitted_at=None).exists():
            raise ActionRefused(_("People have answered already. Close the round instead."))
        cycle.status = CycleStatus.CANCELLED
        cycle.save(update_fields=["status", "updated_at"])
        cycle.responses.all().delete()


def resend_link(*, actor: User | None, invitation: Invitation) -> None:
    """Make the person's earlier links useless and mail a new one. Refuses for who is not asked any more or has left."""
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.link_sent_anew"):
        _locked(invitation.cycle, CycleStatus.OPEN)
        asked = Invitation.objects.asked().still_there()
        if not asked.filter(pk=invitation.pk).exists():
            raise ActionRefused(_("This person is not asked any more."))
        revoke_links(invitation)
        send_invitation(invitation)


def withdraw_invitation(*, actor: User | None, invitation: Invitation) -> None:
    """Take an invitation back: its links stop working, and a draft is thrown away.

    Refuses after answers were sent, and for an invitation that was passed on.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.invitation_withdrawn"):
        _locked(invitation.cycle, CycleStatus.OPEN)
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("This person has sent answers already."))
        if invitation.status == InvitationStatus.PASSED_ON:
            raise ActionRefused(_("This person is not asked any more."))
        invitation.status = InvitationStatus.REVOKED
        invitation.save(update_fields=["status", "updated_at"])
        revoke_links(invitation)
        invitation.cycle.responses.filter(invitation=invitation).delete()


def _locked(cycle: EvaluationCycle, *statuses: CycleStatus) -> EvaluationCycle:
    """The cycle as it is now, for us alone until the transaction ends; refused unless its status is one of these."""
    cycle = EvaluationCycle.objects.select_for_update(of=["self"]).select_related("collaboration").get(pk=cycle.pk)
    if cycle.status not in statuses:
        raise ActionRefused(
            _("This round is %(status)s by now. Look at its page first.")
            % {"status": cycle.get_status_display().lower()}
        )
    return cycle


def _refuse_ended(collaboration: Collaboration) -> None:
    if collaboration.stage == Stage.ENDED:
        raise ActionRefused(_("This collaboration has ended."))


def _refuse_unplannable(collaboration: Collaboration) -> None:
    _refuse_ended(collaboration)
    if collaboration.cycles.filter(status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]).exists():
        raise ActionRefused(_("This collaboration already has a round that is planned or open."))
    if collaboration.participations.count() < 2:
        raise ActionRefused(_("Add a partner to the collaboration first: an evaluation is held by both sides."))


def _refuse_dates(opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise ActionRefused(_("A round cannot close before it opens."), field="closes_on")


def _add_parties(cycle: EvaluationCycle) -> None:
    """Bring the organisations of the round in line with those that take part now; the host is ``org-1``."""
    participations = list(cycle.collaboration.participations.select_related("organisation"))
    participations.sort(key=lambda row: (not row.organisation.is_host, row.pk))
    cycle.parties.exclude(organisation__in=[row.organisation_id for row in participations]).delete()
    known = set(cycle.parties.values_list("organisation_id", flat=True))
    if known != {row.organisation_id for row in participations} or not known:
        _renumber(cycle, participations)


def _renumber(cycle: EvaluationCycle, participations: list[Participation]) -> None:
    kept = {party.organisation_id: party for party in cycle.parties.all()}
    for party in kept.values():
        party.key = f"moved-{party.pk}"
        party.save(update_fields=["key"])
    for number, row in enumerate(participations, start=1):
        party = kept.get(row.organisation_id) or CycleParty(cycle=cycle, organisation=row.organisation)
        party.key, party.name, party.is_host = f"org-{number}", row.organisation.name, row.organisation.is_host
        party.save()


def _choose(cycle: EvaluationCycle, contacts: Sequence[Contact]) -> list[Invitation]:
    """Invitations for those of ``contacts`` who are not asked in this cycle; one that was withdrawn holds again."""
    parties = {party.organisation_id: party for party in cycle.parties.all()}
    known = {invitation.contact_id: invitation for invitation in cycle.invitations.all()}
    chosen = [contact for contact in contacts if _is_to_be_asked(known.get(contact.pk))]
    for contact in chosen:
        _refuse_contact(contact, parties)
    return [_asked(cycle, contact, parties[contact.organisation_id]) for contact in chosen]


def _is_to_be_asked(invitation: Invitation | None) -> bool:
    return invitation is None or invitation.status == InvitationStatus.REVOKED


def _asked(cycle: EvaluationCycle, contact: Contact, party: CycleParty) -> Invitation:
    values = {"party": party, "status": InvitationStatus.INVITED}
    invitation, _made = Invitation.objects.update_or_create(cycle=cycle, contact=contact, defaults=values)
    return invitation


def _refuse_contact(contact: Contact, parties: dict[int, CycleParty]) -> None:
    if contact.organisation_id not in parties:
        message = _("%(person)s is not of an organisation that takes part.")
    elif not contact.is_active:
        message = _("%(person)s is not active any more.")
    elif not contact.email:
        message = _("%(person)s has no e-mail address.")
    else:
        return
    raise ActionRefused(message % {"person": contact.name}, field="contacts")


def _refuse_silent_party(cycle: EvaluationCycle) -> None:
    silent = cycle.parties.exclude(invitations__status__in=[InvitationStatus.INVITED]).values_list("name", flat=True)
    if silent:
        raise ActionRefused(
            _("Choose at least one person of %(organisations)s.") % {"organisations": ", ".join(silent)},
            field="contacts",
        )
