"""The candidates of a collaboration side by side, with all that is known of each, in a fixed number of queries.

Only for colleagues. The results of earlier collaborations come from the app of evaluations, as a panel.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from collab.enums import CandidateState, RoleKind, Stage
from collab.load import HOST_CARRIES, LEAD_CARRIES, MOST_COUNTED, PARTNER_CARRIES, Burden, LoadRemark, remarks
from collab.models import Candidate, Collaboration, Participation, RoleAssignment
from collab.querysets import RUNNING
from common.prepared import Prepared, given_day, one_of
from identity.comparison.organisations import ComparisonSide, compare, compared_scales
from identity.culture.words import CLOSENESS_WORDS, Text
from partners.models import Organisation

_ORDER: list[str] = [CandidateState.CONSIDERED, CandidateState.CHOSEN, CandidateState.NOT_CHOSEN]

_SHOWN = (
    *("collaboration", "offer", "need", "notes", "state", "decision__decided_on", "decision__why"),
    *(f"organisation__{name}" for name in ("name", "sort_name", "kind", "city", "status", "is_host")),
    *("organisation__relation_owner__name", "organisation__relation_owner__email"),
)


class Shared(NamedTuple):
    """A collaboration that an organisation takes part in."""

    pk: int
    name: str
    stage: str
    starts_on: date | None
    ends_on: date | None

    @property
    def is_running(self) -> bool:
        return self.stage in RUNNING

    @property
    def is_ended(self) -> bool:
        return self.stage == Stage.ENDED

    @property
    def stage_word(self) -> str:
        return str(Stage(self.stage).label)


@dataclass(frozen=True)
class CandidateColumn:
    """One candidate as the page shows it.

    ``culture`` are the scales on which it and the host are alike, complementary or far apart, by that word.
    """

    candidate: Candidate
    takes_part: bool
    common_themes: list[str]
    other_themes: list[str]
    culture: list[tuple[Text, str]]
    is_silent: bool
    last_talk: date | None
    compare_url: str
    together: list[Shared]

    @property
    def organisation(self) -> Organisation:
        return self.candidate.organisation

    @property
    def burden(self) -> Burden:
        return Burden(str(self.candidate), sum(row.is_running for row in self.together), PARTNER_CARRIES)

    @property
    def now(self) -> list[Shared]:
        """Return the collaborations that have not ended, the active ones first."""
        return sorted((row for row in self.together if not row.is_ended), key=lambda row: not row.is_running)

    @property
    def before(self) -> list[Shared]:
        return [row for row in self.together if row.is_ended]


@dataclass(frozen=True)
class Shortlist:
    """All candidates of a collaboration, the considered ones first, with the exceeded limits and the host's load."""

    host: Organisation
    host_is_silent: bool
    columns: list[CandidateColumn]
    parties: int
    lead: Burden | None
    ours: Burden

    @property
    def considered(self) -> list[Candidate]:
        return [column.candidate for column in self.columns if column.candidate.is_considered]

    @property
    def remarks(self) -> list[LoadRemark]:
        weighed = [column for column in self.columns if column.candidate.is_considered]
        return remarks(
            candidates=len(weighed),
            parties=self.parties,
            partners=[column.burden for column in weighed],
            lead=self.lead,
            host=self.ours,
        )


def shortlist(collaboration: Collaboration, user: User, today: date) -> Shortlist:
    """Return the shortlist of a collaboration for a colleague."""
    named = collaboration.participations.select_related("organisation")
    parts = list(named.only("collaboration", "organisation__name", "organisation__is_host"))
    host = next((part.organisation for part in parts if part.organisation.is_host), None)
    host = host or Organisation.objects.get(is_host=True)
    rows = collaboration.candidates.visible_to(user).select_related("organisation__relation_owner", "decision")
    candidates = sorted(
        rows.only(*_SHOWN), key=lambda row: (_ORDER.index(row.state), row.organisation.sort_name, row.pk)
    )
    organisations = [candidate.organisation for candidate in candidates]
    prefetch_related_objects([host, *organisations], "themes")
    comparison = compare([host, *organisations], user)
    ours, *sides = comparison.sides
    talks = {row.other.pk: row.held_on for row in comparison.last_conversations if row.one.pk == host.pk}
    together: dict[int, list[Shared]] = {}
    for organisation_id, *fields in _TOGETHER.rows(keys=[row.pk for row in organisations]):
        shared = Shared(*fields)
        if shared.pk != collaboration.pk:
            together.setdefault(organisation_id, []).append(shared)
    there = {part.organisation_id for part in parts}
    compare_url = reverse("identity:compare")
    columns = [
        CandidateColumn(
            candidate=candidate,
            takes_part=side.organisation.pk in there,
            common_themes=_themes(side.organisation, host, common=True),
            other_themes=_themes(side.organisation, host, common=False),
            culture=_culture(ours, side),
            is_silent=side.profile is None,
            last_talk=talks[side.organisation.pk],
            compare_url=f"{compare_url}?{urlencode([('organisation', row.pk) for row in (host, side.organisation)])}",
            together=together.get(side.organisation.pk, []),
        )
        for candidate, side in zip(candidates, sides, strict=True)
    ]
    running = Collaboration.objects.running().order_by().values("pk")
    all_of_ours = Burden("", running[: MOST_COUNTED + 1].count(), HOST_CARRIES)
    return Shortlist(host, ours.profile is None, columns, len(parts), _lead(collaboration, today), all_of_ours)


def _themes(organisation: Organisation, host: Organisation, *, common: bool) -> list[str]:
    own = {theme.pk for theme in host.themes.all()}
    return [theme.name for theme in organisation.themes.all() if (theme.pk in own) == common]


def _culture(ours: ComparisonSide, theirs: ComparisonSide) -> list[tuple[Text, str]]:
    found: dict[str, list[str]] = {}
    for line in compared_scales([ours, theirs]):
        if kind := line.closeness:
            found.setdefault(kind, []).append(str(line.scale))
    return [(word, ", ".join(found[kind])) for kind, word in CLOSENESS_WORDS.items() if kind in found]


def _lead(collaboration: Collaboration, today: date) -> Burden | None:
    """Return the host's lead of this collaboration with the number of active ones; None without a lead."""
    lead = next(iter(_LEAD.rows(keys=[collaboration.pk], today=today)), None)
    if lead is None:
        return None
    contact, name = lead
    held = RoleAssignment.objects.current(today).filter(contact=contact, role=RoleKind.LEAD).order_by().values("pk")
    led = held.filter(participation__collaboration__stage__in=RUNNING)
    return Burden(name, led[: MOST_COUNTED + 1].count(), LEAD_CARRIES)


# Each saves 4 to 7 % of the processor time of the page: see bench/README.md.
_TOGETHER = Prepared(
    lambda: (
        Participation.objects.filter(one_of("organisation", "keys"))
        .order_by("-collaboration__ends_on", "collaboration__sort_name", "collaboration")
        .values_list("organisation", *(f"collaboration__{name}" for name in Shared._fields))
    )
)
_LEAD = Prepared(
    lambda: (
        RoleAssignment.objects.current(given_day("today"))
        .filter(one_of("participation__collaboration", "keys"), role=RoleKind.LEAD)
        .filter(participation__organisation__is_host=True)
        .values_list("contact", "contact__name")
    )
)
