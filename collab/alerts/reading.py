"""Read the alerts: of one collaboration, across all, with one partner, and for the filter of the list."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, cast

from django.db.models import BigIntegerField, QuerySet

from accounts.models import User
from collab.alerts.kinds import TONES, Alert, AlertKind, AlertRow, Need, all_kinds, reader_of
from collab.models import Collaboration
from collab.querysets import CollaborationQuerySet
from common.prepared import Given, Prepared, given_day, one_of

PER_KIND = 3
# A collaboration may have several late actions and is named once.
REPEATED = 4
DAYS_OF_MONTH, MONTHS_THAT_RANK = 30, 2


def alerts_of(collaboration: Collaboration, user: User, day: date) -> list[Alert]:
    """Return the alerts of a collaboration that ``user`` may know of, the most pressing first, in one query.

    Read the collaboration with ``with_people()``: then the words and permissions ask for nothing more. A collaboration
    that has ended has none.
    """
    if collaboration.is_ended:
        return []
    reader = reader_of(user)
    possible = tuple(
        kind.key for kind in all_kinds(reader) if kind.is_possible(collaboration, day) and not kind.is_idle()
    )
    if not possible:
        return []
    found = _of_one(possible, is_host=reader is None).rows(keys=[collaboration.pk], day=day, reader=reader)
    by_kind = _by_kind(AlertRow(*row) for row in found)
    alerts = [
        alert
        for kind in all_kinds(reader)
        if kind.key in by_kind and by_kind.keys().isdisjoint(kind.gives_way_to)
        for alert in kind.told(by_kind[kind.key], day, collaboration)
    ]
    return sorted(alerts, key=lambda alert: TONES.index(alert.tone))


def first_of_each_kind(day: date) -> list[AlertRow]:
    """Return for the dashboard the oldest alerts of each kind, of at most 3 collaborations, in one query.

    Alerts that are months late come first, the latest of them at the top. Only for readers who see every collaboration.
    """
    kept: list[AlertRow] = []
    keys = tuple(kind.key for kind in _on_dashboard() if not kind.is_idle())
    by_kind = _by_kind(AlertRow(*row) for row in _first_of(keys).rows(day=day))
    for kind in _on_dashboard():
        rows: dict[int, AlertRow] = {}
        for row in by_kind.get(kind.key, []):
            if len(rows) < PER_KIND:
                rows.setdefault(row.collaboration, row)
        kept += rows.values()
    return sorted(kept, key=lambda row: _months_late(row, day), reverse=True)


def _months_late(row: AlertRow, day: date) -> int:
    """Return for how many whole months, from two, an alert has waited; 0 below that: order sorts the rest by kind."""
    months = 0 if row.since is None else (day - row.since).days // DAYS_OF_MONTH
    return months if months >= MONTHS_THAT_RANK else 0


def alerts_within(collaborations: CollaborationQuerySet, user: User, day: date, most: int) -> list[AlertRow]:
    """Return for the page of a partner the oldest alerts within ``collaborations``, at most ``most`` of each kind."""
    reader, keys = reader_of(user), collaborations.order_by().values("pk")
    arms = [
        kind.found(day, reader, is_brief=True)
        .filter(**{f"{kind.collaboration_field}__in": keys})
        .order_by(*kind.oldest_first)[:most]
        for kind in all_kinds(reader)
        if kind.with_partner
    ]
    return [AlertRow(*row) for row in _together(arms)]


def needing(need: str, collaborations: CollaborationQuerySet, user: User, day: date) -> CollaborationQuerySet:
    """Return those of ``collaborations`` that have an alert with this need that ``user`` may know of."""
    reader = reader_of(user)
    kinds = [kind for kind in all_kinds(reader) if kind.need and kind.need.key == need]
    if len(kinds) == 1 and not kinds[0].model_path:
        # As conditions on the list itself: PostgreSQL then walks along its order, and stops when the page is full.
        return collaborations & cast(CollaborationQuerySet, kinds[0].rows(day, reader))
    return collaborations.filter(pk__in=_together([kind.collaborations(day, reader) for kind in kinds]))


def needs() -> list[tuple[str, Any]]:
    """Return the choices of the filter "Needs", each once."""
    declared: dict[str, Need] = {kind.need.key: kind.need for kind in all_kinds() if kind.need}
    return [(need.key, need.label) for need in declared.values()]


def _by_kind(rows: Iterable[AlertRow]) -> dict[str, list[AlertRow]]:
    """Return the rows of each kind, the oldest first."""
    ordered = sorted(rows, key=lambda row: (row.kind, row.since or date.min, row.subject))
    return {kind: list(found) for kind, found in groupby(ordered, key=lambda row: row.kind)}


@cache
def _on_dashboard() -> list[AlertKind]:
    return sorted((kind for kind in all_kinds() if kind.dashboard), key=lambda kind: kind.dashboard or 0)


def _together(arms: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    return arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]


@lru_cache(maxsize=500)
def _of_one(possible: tuple[str, ...], *, is_host: bool) -> Prepared:
    """Return the query for the alerts of these kinds, prepared once for each combination that pages come to.

    One union over the kinds: Django takes 25 ms to build it, 40 % of the processor time of the page of a collaboration
    (``bench/README.md``). A query per kind would be as much to build and would add a round trip for each.
    """
    reader = None if is_host else cast(int, Given("reader", BigIntegerField()))
    kinds = [kind for kind in all_kinds(reader) if kind.key in possible]
    day = given_day("day")
    return Prepared(
        lambda: _together([kind.found(day, reader).filter(one_of(kind.collaboration_field, "keys")) for kind in kinds])
    )


@cache
def _first_of(keys: tuple[str, ...]) -> Prepared:
    """Return the query for the oldest rows of these kinds, for the dashboard.

    Building it anew would take 60 % of the processor time of the dashboard (``bench/README.md``).
    """

    def build() -> QuerySet[Any, Any]:
        return _together(
            [
                kind.found(given_day("day"), None, is_brief=True).order_by(*kind.oldest_first)[
                    : PER_KIND * (REPEATED if kind.repeats else 1)
                ]
                for kind in _on_dashboard()
                if kind.key in keys
            ]
        )

    return Prepared(build)
