"""Whom the host considers for a collaboration, and the choice. Nothing here reaches a partner, save who was chosen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.decisions import record_decision
from collab.actions.participations import add_participation
from collab.enums import CandidateState, RoleKind, Stage, Visibility
from collab.models import Candidate, Collaboration, Decision, RoleAssignment
from common.actions import ActionRefused, require
from common.locking import lock
from common.text import fold
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation

# More than anybody can compare on one page; a finding says much earlier that it is too many.
MOST_CANDIDATES = 20
LONGEST_DECISION = 300
_JOINED = ("offer", "need", "notes")


@dataclass(frozen=True)
class Choice:
    """A candidate that is chosen, with what is written down for it where all partners read it."""

    candidate: Candidate
    goal: str = ""
    contribution: str = ""


def add_candidates(
    *, actor: User | None, collaboration: Collaboration, organisations: Sequence[Organisation]
) -> list[Candidate]:
    """Put organisations on the shortlist; who was settled earlier is considered again. Returns whom that changed.

    Refuses when the collaboration is not being explored, an organisation that is ours, archived or takes part
    already, when all of them are considered already, and more than ``MOST_CANDIDATES``. Sends nothing.
    """
    require(actor, "collab.keep_shortlist", collaboration)
    with recording(actor, "collab.candidates_added"):
        current = _explored(collaboration)
        known = {row.organisation_id: row for row in _locked(current)}
        added = []
        for organisation in dict.fromkeys(organisations):
            _refuse_unfit(current, organisation)
            candidate = known.get(organisation.pk) or Candidate(
                collaboration=current, organisation=organisation, added_by=actor
            )
            if candidate.pk is None or not candidate.is_considered:
                added.append(candidate)
        _refuse_none_or_many(added, known.values())
        for candidate in added:
            _settle(candidate, CandidateState.CONSIDERED, None)
    return added


def change_candidate(
    *, actor: User | None, candidate: Candidate, seen_at: datetime, offer: str, need: str, notes: str
) -> None:
    """Change what is written about a candidate; ``seen_at`` is the ``updated_at`` that the actor looked at.

    Refuses when somebody else changed it since (field ``seen_at``), and when the collaboration is not being explored.
    """
    require(actor, "collab.keep_shortlist", candidate.collaboration)
    with recording(actor, "collab.candidate_changed"):
        _explored(candidate.collaboration)
        current = lock(candidate)
        if current.updated_at != seen_at:
            raise ActionRefused(_("Somebody else changed this while you were writing."), field="seen_at")
        current.offer, current.need, current.notes = offer, need, notes
        current.save(update_fields=["offer", "need", "notes", "updated_at"])


def remove_candidate(*, actor: User | None, candidate: Candidate) -> None:
    """Take an organisation off the shortlist, with all that was written about it.

    Refuses when it was chosen or not chosen, which stays on record, and when the collaboration is not being explored.
    """
    require(actor, "collab.keep_shortlist", candidate.collaboration)
    with recording(actor, "collab.candidate_removed"):
        _explored(candidate.collaboration)
        current = lock(candidate)
        if not current.is_considered:
            raise ActionRefused(
                _("A decision was made about %(organisation)s. That stays on record.")
                % {"organisation": current.organisation}
            )
        current.delete()


def choose_partners(
    *,
    actor: User | None,
    collaboration: Collaboration,
    chosen: Sequence[Choice],
    considered: Collection[int],
    why: str,
    decided_by: Contact,
    decided_on: date,
    visibility: str = Visibility.INTERNAL,
    today: date | None = None,
) -> Decision:
    """Choose among those who are considered: the chosen take part from now on, all others are not chosen.

    ``considered`` are the keys of the candidates that were weighed. The decision names only who was chosen, and is
    the host's own unless it is shared. Refuses when the collaboration is not being explored, when the shortlist is
    not what was weighed (any more), when nobody is chosen, without a reason, a day in the future, somebody who did
    not decide for the host on that day, and words for partners in which somebody is named who was not chosen.
    """
    require(actor, "collab.keep_shortlist", collaboration)
    with recording(actor, "collab.partners_chosen"):
        current = _explored(collaboration)
        rows = [row for row in _locked(current) if row.is_considered]
        keys = {choice.candidate.pk for choice in chosen}
        if {row.pk for row in rows} != set(considered) or not keys <= set(considered):
            raise ActionRefused(_("The shortlist changed meanwhile, or a choice was made. Look at it again."))
        if not keys:
            raise ActionRefused(_("Choose at least one candidate."), field="chosen")
        if not why.strip():
            raise ActionRefused(_("Say why you choose them: it is what you will want to know later."), field="why")
        winners = [row for row in rows if row.pk in keys]
        _refuse_taking_part(current, winners)
        _refuse_not_decider(current, decided_by, decided_on)
        _refuse_naming_others(current, keys, _read_by_partners(chosen, why, visibility))
        decision = record_decision(
            actor=actor,
            collaboration=current,
            what=_decided(winners),
            why=why,
            decided_by=decided_by,
            decided_on=decided_on,
            visibility=visibility,
            today=today,
        )
        for choice in chosen:
            add_participation(
                actor=actor,
                collaboration=current,
                organisation=choice.candidate.organisation,
                goal=choice.goal,
                contribution=choice.contribution,
            )
        for row in rows:
            _settle(row, CandidateState.CHOSEN if row.pk in keys else CandidateState.NOT_CHOSEN, decision)
    return decision


def move_candidates(*, keep: Organisation, gone: Organisation) -> None:
    """Let ``keep`` stand wherever ``gone`` is a candidate, because the two turned out to be one.

    Where both are candidates of the same collaboration their texts are joined; who was chosen stays chosen, and who
    is considered stays considered. We ourselves are nobody's candidate: who is weighed goes when ``keep`` is the host.
    Part of a merge, whose permission and transaction hold.
    """
    touched = Collaboration.objects.filter(candidates__organisation=gone).order_by("pk")
    list(touched.select_for_update(of=("self",), no_key=True))
    kept = {row.collaboration_id: row for row in Candidate.objects.filter(organisation=keep)}
    for row in Candidate.objects.filter(organisation=gone).order_by("pk"):
        if keep.is_host and row.state == CandidateState.CONSIDERED:
            row.delete()
        elif other := kept.get(row.collaboration_id):
            _join(other, row)
        else:
            row.organisation = keep
            row.save(update_fields=["organisation", "updated_at"])


def _explored(collaboration: Collaboration) -> Collaboration:
    """The collaboration as it is now, locked. Refuses when its partners are known by now."""
    current = lock(collaboration)
    if current.stage != Stage.EXPLORING:
        raise ActionRefused(_("The shortlist is closed: this collaboration is not being explored any more."))
    return current


def _locked(collaboration: Collaboration) -> list[Candidate]:
    rows = collaboration.candidates.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return list(rows.order_by("pk"))


def _refuse_unfit(collaboration: Collaboration, organisation: Organisation) -> None:
    name = {"organisation": organisation}
    if organisation.is_host:
        raise ActionRefused(_("Our own organisation always takes part."), field="partners")
    if organisation.status == OrganisationStatus.ARCHIVED:
        raise ActionRefused(_("%(organisation)s is archived.") % name, field="partners")
    if collaboration.participations.filter(organisation=organisation).exists():
        raise ActionRefused(_("%(organisation)s takes part already.") % name, field="partners")


def _refuse_none_or_many(added: Sequence[Candidate], known: Collection[Candidate]) -> None:
    if not added:
        raise ActionRefused(_("Choose somebody who is not on the shortlist yet."), field="partners")
    if len(known) + sum(candidate.pk is None for candidate in added) > MOST_CANDIDATES:
        raise ActionRefused(
            _("A shortlist has room for %(most)d candidates. First take off some of them.") % {"most": MOST_CANDIDATES},
            field="partners",
        )


def _refuse_taking_part(collaboration: Collaboration, winners: Sequence[Candidate]) -> None:
    there = set(collaboration.participations.values_list("organisation", flat=True))
    for candidate in winners:
        if candidate.organisation_id in there:
            raise ActionRefused(
                _("%(organisation)s takes part already. Take it off the shortlist.") % {"organisation": candidate},
                field="chosen",
            )


def _refuse_not_decider(collaboration: Collaboration, contact: Contact, day: date) -> None:
    deciders = RoleAssignment.objects.current(day).filter(
        participation__collaboration=collaboration, participation__organisation__is_host=True, role=RoleKind.DECIDER
    )
    if not deciders.filter(contact=contact).exists():
        raise ActionRefused(
            _("%(person)s did not decide for us on %(day)s.") % {"person": contact, "day": date_format(day)},
            field="decided_by",
        )


def _read_by_partners(chosen: Iterable[Choice], why: str, visibility: str) -> list[tuple[str, str]]:
    """Field and text of all that partners will read of a choice."""
    texts = [("chosen", f"{choice.goal} {choice.contribution}") for choice in chosen]
    return [*texts, ("why", why)] if visibility == Visibility.SHARED else texts


def _refuse_naming_others(collaboration: Collaboration, chosen: set[int], texts: Iterable[tuple[str, str]]) -> None:
    there = collaboration.participations.values("organisation")
    others = collaboration.candidates.exclude(pk__in=chosen).exclude(organisation__in=there)
    names = {name for row in others.values_list("organisation__name", "organisation__short_name") for name in row}
    for field, text in texts:
        for name in sorted(filter(fold, names)):
            if f" {fold(name)} " in f" {fold(text)} ":
                raise ActionRefused(
                    _("“%(name)s” was not chosen, and all partners would read this. Leave the name out.")
                    % {"name": name},
                    field=field,
                )


def _decided(winners: Sequence[Candidate]) -> str:
    names = ", ".join(str(candidate) for candidate in winners)
    return Truncator(_("Partners chosen: %(names)s") % {"names": names}).chars(LONGEST_DECISION)


def _settle(candidate: Candidate, state: str, decision: Decision | None) -> None:
    candidate.state, candidate.decision = state, decision
    candidate.save()


def _join(kept: Candidate, gone: Candidate) -> None:
    for name in _JOINED:
        texts = dict.fromkeys(filter(str.strip, (getattr(kept, name), getattr(gone, name))))
        setattr(kept, name, "\n\n".join(texts))
    if _WEIGHT[gone.state] > _WEIGHT[kept.state]:
        kept.state, kept.decision = gone.state, gone.decision
    gone.delete()
    kept.save()


# Of two candidates that are one, the state that stays.
_WEIGHT: dict[str, int] = {CandidateState.NOT_CHOSEN: 0, CandidateState.CONSIDERED: 1, CandidateState.CHOSEN: 2}
