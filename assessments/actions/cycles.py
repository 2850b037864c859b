"""Plan, open and steer an evaluation round."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.invitations import MOST_AT_ONCE, add_invitations, lock_cycle, make_invitations
from assessments.actions.questionnaires import load_questionnaire
from assessments.enums import CycleStatus, InvitationStatus, Mode
from assessments.mails import renew_waiting_mails, send_longer
from assessments.models import CycleParty, EvaluationCycle, PassOnRequest
from assessments.models.cycles import WORD_LENGTH
from assessments.obstacles import obstacles
from assessments.sides.reading import chosen_by, leads_of
from assessments.stages import why_not_planned
from audit.context import recording
from collab.actions import DateMove, EvaluationDates, record_evaluation_opened, restore_evaluation_dates
from collab.models import Collaboration
from common.actions import ActionRefused, require
from common.edits import Seen, merge
from common.locking import lock
from partners.models import Contact

MOVED = ("due_before", "anchor_before", "due_after", "anchor_after")


def plan_cycle(
    *,
    actor: User | None,
    collaboration: Collaboration,
    opens_on: date,
    closes_on: date,
    contacts: Sequence[Contact],
    mode: str = Mode.CONFIDENTIAL,
    is_extra: bool = False,
    word: str = "",
) -> EvaluationCycle:
    """Plan the next round of a collaboration, with the people to ask. No mail leaves before it opens.

    An extra round stands beside the evaluation that is due: the date of that one stays. ``word`` is a personal word to
    all who are asked, in the language of the actor.

    Refuses when the collaboration has ended or is paused, a round is already planned or open, an organisation that
    takes part has no person to ask, a person has no e-mail address, the dates do not follow each other, or the word is
    longer than ``WORD_LENGTH``.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_planned"):
        collaboration = Collaboration.objects.select_for_update().get(pk=collaboration.pk)
        if reason := why_not_planned(collaboration):
            raise ActionRefused(reason)
        if collaboration.cycles.filter(status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]).exists():
            raise ActionRefused(_("This collaboration already has a round that is planned or open."))
        if collaboration.participations.count() < 2:
            raise ActionRefused(_("Add a partner to the collaboration first: an evaluation is held by both sides."))
        _refuse_dates(opens_on, closes_on)
        cycle = EvaluationCycle.objects.create(
            collaboration=collaboration,
            number=(collaboration.cycles.aggregate(last=Max("number"))["last"] or 0) + 1,
            instrument=load_questionnaire(),
            mode=mode,
            is_extra=is_extra,
            opens_on=opens_on,
            closes_on=closes_on,
            planned_by=actor,
            **_written(word, actor),
        )
        _add_parties(cycle)
        add_invitations(cycle, contacts)
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
    is_extra: bool | None = None,
    word: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Change a planned round: dates, mode, people, and unless None whether it is an extra one and the personal word.

    People are merged one by one: a person added since the page had ``seen`` them stays. A side whose own lead has
    chosen its people keeps those. Refuses like ``plan_cycle``, once the round was opened, a date or mode that another
    person changed meanwhile (``common.edits.merge``), and another person of a side that its lead has chosen.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_changed"):
        cycle = lock_cycle(cycle, CycleStatus.PLANNED)
        typed = {"opens_on": opens_on, "closes_on": closes_on, "mode": mode, "contacts": list(contacts)}
        typed["is_extra"] = cycle.is_extra if is_extra is None else is_extra
        typed["word"] = cycle.word if word is None else _lines(word)
        asked = [row.contact for row in cycle.invitations.select_related("contact")]
        values = merge(cycle, typed, seen, {"contacts": asked})
        contacts = values.pop("contacts")
        _refuse_dates(values["opens_on"], values["closes_on"])
        _refuse_mode(cycle, values["mode"])
        if values["word"] != cycle.word:
            values.update(_written(values["word"], actor))
        for name, value in values.items():
            setattr(cycle, name, value)
        cycle.save(update_fields=list(values))
        _add_parties(cycle)
        # People who cannot be asked any more stay on the list, with the reason; the form does not offer them.
        left_alone = _left_to_their_leads(cycle, contacts)
        cycle.invitations.reachable().exclude(contact__in=contacts).exclude(party__in=left_alone).delete()
        add_invitations(cycle, contacts)
        _refuse_silent_party(cycle)


def open_cycle(
    *, actor: User | None, cycle: EvaluationCycle, today: date | None = None, only_if_due: bool = False
) -> None:
    """Open a planned round: all people asked get an invitation, and the next evaluation moves one interval on.

    The mails of more than ``MOST_AT_ONCE`` people are made afterwards (``send_waiting_invitations``): a thousand take
    longer than a browser waits.

    That date stays when the round is an extra one, or opens long before it (``record_evaluation_opened``). People who
    left since, or have no address any more, are kept as not asked, with the reason. Refuses when it is not planned any
    more (opened or cancelled meanwhile), when something is in its way (``assessments.obstacles``), and with
    ``only_if_due`` when its first day has not come (any more).
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_opened"):
        lock(cycle.collaboration)
        cycle = lock_cycle(cycle, CycleStatus.PLANNED)
        if only_if_due and cycle.opens_on > today:
            raise ActionRefused(_("The first day of this round has not come yet."))
        for obstacle in obstacles(cycle, today):
            raise ActionRefused(obstacle.refusal, field=obstacle.field)
        _add_parties(cycle)
        for invitation in cycle.invitations.unreachable().select_related("contact__organisation", "party"):
            invitation.status, invitation.not_asked_because = InvitationStatus.NOT_ASKED, invitation.reason_unreachable
            invitation.save(update_fields=["status", "not_asked_because"])
        cycle.status, cycle.opened_at, cycle.opens_on = CycleStatus.OPEN, timezone.now(), min(cycle.opens_on, today)
        if not cycle.is_extra and (move := record_evaluation_opened(collaboration=cycle.collaboration, today=today)):
            cycle.due_before, cycle.anchor_before = move.before.next_on, move.before.anchor_on
            cycle.due_after, cycle.anchor_after = move.after.next_on, move.after.anchor_on
        cycle.save(update_fields=["status", "opened_at", "opens_on", *MOVED])
        asked = cycle.invitations.asked()
        asked.update(invited_on=today, mail_waits=True)
        if asked.count() <= MOST_AT_ONCE:
            make_invitations(cycle, MOST_AT_ONCE)


def change_mode(*, actor: User | None, cycle: EvaluationCycle, mode: str) -> None:
    """Make an open round confidential or open. Refuses once a first answer came in, even one taken back since."""
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.mode_changed"):
        cycle = lock_cycle(cycle, CycleStatus.PLANNED, CycleStatus.OPEN)
        _refuse_mode(cycle, mode)
        cycle.mode = mode
        cycle.save(update_fields=["mode"])
        if cycle.status == CycleStatus.OPEN:
            renew_waiting_mails(cycle)


def extend_cycle(
    *,
    actor: User | None,
    cycle: EvaluationCycle,
    closes_on: date,
    today: date | None = None,
    seen: Seen | None = None,
) -> None:
    """Give people longer to answer, and tell those who have not sent their answers; an invitation that waits says so.

    Refuses a day that is not later than the present last day, or is past, and another day than another person set since
    the page had ``seen`` the last one.
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_extended"):
        cycle = lock_cycle(cycle, CycleStatus.OPEN)
        closes_on = merge(cycle, {"closes_on": closes_on}, seen)["closes_on"]
        if closes_on <= cycle.closes_on:
            raise ActionRefused(_("Choose a day after the present last day."), field="closes_on")
        if closes_on < today:
            raise ActionRefused(_("Choose a day that is not past."), field="closes_on")
        cycle.closes_on = closes_on
        cycle.save(update_fields=["closes_on"])
        waiting = cycle.invitations.unfinished().reachable().exclude(pk__in=renew_waiting_mails(cycle))
        # Whose invitation is still to be made reads the new day there.
        waiting = waiting.filter(mail_waits=False)
        for invitation in waiting.select_related("contact", "cycle__collaboration", "cycle__instrument"):
            send_longer(invitation)


def cancel_cycle(*, actor: User | None, cycle: EvaluationCycle) -> None:
    """Call off a round that is planned or open; drafts are thrown away, personal links say that it was called off.

    The next evaluation is due again on the day before opening moved it, unless another day was agreed on since. Refuses
    once answers were sent: those are kept and shown.
    """
    require(actor, "assessments.manage_cycle")
    with recording(actor, "assessments.cycle_cancelled"):
        lock(cycle.collaboration)
        cycle = lock_cycle(cycle, CycleStatus.PLANNED, CycleStatus.OPEN)
        if cycle.responses.exclude(submitted_at=None).exists():
            raise ActionRefused(_("People have answered already. Close the round instead."))
        cycle.status = CycleStatus.CANCELLED
        cycle.save(update_fields=["status"])
        cycle.responses.all().delete()
        PassOnRequest.objects.filter(invitation__cycle=cycle).delete()
        if cycle.due_after is not None:
            before = EvaluationDates(cycle.due_before, cycle.anchor_before)
            move = DateMove(before, EvaluationDates(cycle.due_after, cycle.anchor_after))
            restore_evaluation_dates(collaboration=cycle.collaboration, move=move)


def _lines(word: str) -> str:
    """Return a typed text with one kind of line ends, and without empty space around it."""
    return "\n".join(word.splitlines()).strip()


def _written(word: str, actor: User | None) -> dict[str, Any]:
    """Return the columns of a personal word, with its author and language; refuse one that is too long."""
    word = _lines(word)
    if len(word) > WORD_LENGTH:
        raise ActionRefused(_("Use at most %(length)d characters.") % {"length": WORD_LENGTH}, field="word")
    author = actor if word else None
    return {"word": word, "word_by": author, "word_language": author.language if author else ""}


def _refuse_dates(opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise ActionRefused(_("A round cannot close before it opens."), field="closes_on")


def _refuse_mode(cycle: EvaluationCycle, mode: str) -> None:
    """Refuse another mode once an answer came in, also when that answer was taken back since."""
    if cycle.mode != mode and cycle.mode_is_fixed:
        raise ActionRefused(_("Somebody has answered already, so this can no longer change."), field="mode")


def _add_parties(cycle: EvaluationCycle) -> None:
    """Bring the organisations of the round in line with those that take part now; the host is ``org-1``."""
    participations = list(cycle.collaboration.participations.select_related("organisation"))
    participations.sort(key=lambda row: (not row.organisation.is_host, row.pk))
    cycle.parties.exclude(organisation__in=[row.organisation_id for row in participations]).delete()
    known = set(cycle.parties.values_list("organisation_id", flat=True))
    if known != {row.organisation_id for row in participations} or not known:
        kept = {party.organisation_id: party for party in cycle.parties.all()}
        for party in kept.values():
            party.key = f"moved-{party.pk}"
            party.save(update_fields=["key"])
        for number, row in enumerate(participations, start=1):
            party = kept.get(row.organisation_id) or CycleParty(cycle=cycle, organisation=row.organisation)
            party.key, party.name, party.is_host = f"org-{number}", row.organisation.name, row.organisation.is_host
            party.save()


def _left_to_their_leads(cycle: EvaluationCycle, contacts: Sequence[Contact]) -> list[CycleParty]:
    """Return the sides whose own lead has chosen the people; refuse other people of those sides."""
    parties = list(cycle.parties.select_related("cycle"))
    leads = leads_of(parties)
    chosen = {party.organisation_id: party for party in parties if chosen_by(party, leads.get(party.pk))}
    asked = set(cycle.invitations.filter(party__in=chosen.values()).values_list("contact", flat=True))
    for contact in contacts:
        if contact.organisation_id in chosen and contact.pk not in asked:
            message = _("The lead of %(organisation)s has chosen who is asked there, so %(person)s was not added.")
            names = {"organisation": chosen[contact.organisation_id].name, "person": contact.name}
            raise ActionRefused(message % names, field="contacts")
    return list(chosen.values())


def _refuse_silent_party(cycle: EvaluationCycle) -> None:
    asked = cycle.invitations.reachable().filter(status=InvitationStatus.INVITED)
    silent = cycle.parties.exclude(pk__in=asked.values("party")).values_list("name", flat=True)
    if silent:
        raise ActionRefused(
            _("Choose at least one person of %(organisations)s.") % {"organisations": ", ".join(silent)},
            field="contacts",
        )
