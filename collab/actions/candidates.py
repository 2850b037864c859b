"""Actions on the shortlist of a collaboration. Partners never read it, except the names of the chosen ones."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.decisions import record_decision
from collab.actions.participations import add_participation
from collab.enums import CandidateState, RoleKind, Stage, Visibility
from collab.models import Candidate, Collaboration, Decision, RoleAssignment
from common.actions import ActionRefused, require
from common.edits import Seen, apply_edits, refuse_unseen
from common.locking import lock
from common.text import fold
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation

# More than anybody can compare on one page; a finding says much earlier that it is too many.
MOST_CANDIDATES = 20
CANDIDATE_TEXTS = ("offer", "need", "notes")


@dataclass(frozen=True)
class ChosenCandidate:
    """A chosen candidate, with the goal and contribution that all partners will read."""

    candidate: Candidate
    goal: str = ""
    contribution: str = ""


def add_candidates(
    *, actor: User | None, collaboration: Collaboration, organisations: Sequence[Organisation]
) -> list[Candidate]:
    """Put organisations on the shortlist, and consider those again that were settled earlier; return the changed rows.

    Refuses when the collaboration is not being explored, an organisation that is ours, archived or takes part already,
    when all of them are considered already, and more than ``MOST_CANDIDATES``. Sends nothing.
    """
    require(actor, "collab.keep_shortlist", collaboration)
    with recording(actor, "collab.candidates_added"):
        current = _explored(collaboration)
        known = {row.organisation_id: row for row in _locked(current)}
        added = []
        for organisation in dict.fromkeys(organisations):
            name = {"organisation": organisation}
            if organisation.is_host:
                raise ActionRefused(_("Our own organisation always takes part."), field="partners")
            if organisation.status == OrganisationStatus.ARCHIVED:
                raise ActionRefused(_("%(organisation)s is archived.") % name, field="partners")
            if current.participations.filter(organisation=organisation).exists():
                raise ActionRefused(_("%(organisation)s takes part already.") % name, field="partners")
            candidate = known.get(organisation.pk) or Candidate(
                collaboration=current, organisation=organisation, added_by=actor
            )
            if candidate.pk is None or not candidate.is_considered:
                added.append(candidate)
        if not added:
            raise ActionRefused(_("Choose somebody who is not on the shortlist yet."), field="partners")
        if len(known) + sum(candidate.pk is None for candidate in added) > MOST_CANDIDATES:
            raise ActionRefused(
                _("A shortlist has room for %(most)d candidates. Remove some first.") % {"most": MOST_CANDIDATES},
                field="partners",
            )
        for candidate in added:
            candidate.state, candidate.decision = CandidateState.CONSIDERED, None
            candidate.save()
    return added


def change_candidate(
    *, actor: User | None, candidate: Candidate, offer: str, need: str, notes: str, seen: Seen | None = None
) -> None:
    """Change the texts about a candidate.

    Refuses a text that another person changed since the page had ``seen`` it (``common.edits.merge``), and when the
    collaboration is not being explored.
    """
    require(actor, "collab.keep_shortlist", candidate.collaboration)
    with recording(actor, "collab.candidate_changed"):
        _explored(candidate.collaboration)
        current = lock(candidate)
        apply_edits(current, {"offer": offer, "need": need, "notes": notes}, seen)
        current.save(update_fields=["offer", "need", "notes"])


def remove_candidate(*, actor: User | None, candidate: Candidate, seen: Seen | None = None) -> None:
    """Take an organisation off the shortlist, with all texts about it.

    Refuses when it was chosen or not chosen, which stays on record, when the collaboration is not being explored, and
    when a text about it was written since the page had ``seen`` the texts.
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
        refuse_unseen(current, CANDIDATE_TEXTS, seen)
        current.delete()


def choose_partners(
    *,
    actor: User | None,
    collaboration: Collaboration,
    chosen: Sequence[ChosenCandidate],
    considered: Collection[int],
    why: str,
    decided_by: Contact,
    decided_on: date,
    visibility: str = Visibility.INTERNAL,
    today: date | None = None,
) -> Decision:
    """Choose among the considered candidates: the chosen take part from now on, all others are not chosen.

    ``considered`` are the keys of the candidates that were weighed. The decision names only the chosen, and is the
    host's own unless it is shared. Refuses when the collaboration is not being explored, when the shortlist has changed
    since it was weighed, an empty choice, an empty reason, a day in the future, a person who did not decide for the
    host on that day, and a text for partners that names a candidate who was not chosen.
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
        read_by_partners = [("chosen", f"{choice.goal} {choice.contribution}") for choice in chosen]
        if visibility == Visibility.SHARED:
            read_by_partners.append(("why", why))
        _refuse_naming_others(current, keys, read_by_partners)
        decision = record_decision(
            actor=actor,
            collaboration=current,
            what="",
            chosen=[str(candidate) for candidate in winners],
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
            row.state = CandidateState.CHOSEN if row.pk in keys else CandidateState.NOT_CHOSEN
            row.decision = decision
            row.save()
    return decision


def _explored(collaboration: Collaboration) -> Collaboration:
    """Return the present collaboration, locked. Refuses when it is not being explored any more."""
    current = lock(collaboration)
    if current.stage != Stage.EXPLORING:
        raise ActionRefused(_("The shortlist is closed: this collaboration is not being explored any more."))
    return current


def _locked(collaboration: Collaboration) -> list[Candidate]:
    rows = collaboration.candidates.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return list(rows.order_by("pk"))


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
