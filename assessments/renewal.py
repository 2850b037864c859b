"""Bring kept results of an earlier version of the rules up to date: made again from the answers, or cut back.

Works on the models as a migration has them, so that it asks for no column that is yet to come.
"""

from collections import Counter
from typing import Any

from django.apps.registry import Apps
from django.db import transaction
from django.db.models import Model, QuerySet

from assessments.answers import collect
from assessments.disclosure import FORMAT, disclose, summarise
from assessments.earlier_results import cut_back
from assessments.instruments import parse_instrument
from assessments.querysets import ENDED
from assessments.standing import refresh_standings

BATCH = 100


def renew_after_migrating(sender: object, apps: Apps, **kwargs: Any) -> None:
    """Renew kept results at the end of every ``migrate``: an upgrade that brings new rules leaves no older result."""
    try:
        model = apps.get_model("assessments", "EvaluationCycle")
    except LookupError:  # migrated back to nothing
        return
    ended = model._default_manager.filter(status__in=ENDED)
    renewed = set(ended.exclude(result__format=FORMAT).values_list("collaboration_id", flat=True))
    renew_results(model._default_manager.all())
    # Where only earlier migrations have run, the columns of a standing are missing.
    if "lowest_score" in {field.name for field in apps.get_model("collab", "Collaboration")._meta.get_fields()}:
        unknown = ended.filter(collaboration__lowest_score=None).values_list("collaboration_id", flat=True)
        refresh_standings(renewed.union(unknown))


def renew_results(cycles: QuerySet[Any], batch: int = BATCH) -> int:
    """Renew the results of the closed rounds among ``cycles`` that an earlier version made; return how many it saw.

    Each batch is a transaction of its own, which locks its rounds only: interrupted, it goes on where it was, and a
    second run changes nothing.
    """
    seen, last, found = 0, 0, batch
    while found == batch:
        with transaction.atomic():
            due = cycles.filter(status__in=ENDED, pk__gt=last).exclude(result__format=FORMAT)
            rows = list(due.select_for_update(of=("self",)).select_related("instrument").order_by("pk")[:batch])
            for row in rows:
                _renew(row)
        found = len(rows)
        last = rows[-1].pk if rows else last
        seen += found
    return seen


def _renew(cycle: Any) -> None:
    instrument = parse_instrument(cycle.instrument.content)
    answered = collect(cycle, instrument)
    given = Counter(row.organisation for row in answered.responses)
    if all(given[row["key"]] == row["respondents"] for row in cycle.result["organisations"]):
        disclosure = disclose(answered, instrument)
        result, means = disclosure.result, disclosure.means
    else:
        confidential = cycle.mode == "confidential"
        result, means = cut_back(cycle.result, cycle.exact_means, confidential, instrument)
    kept = {"result": result, "exact_means": means, "summary": summarise(result)}
    model: type[Model] = type(cycle)
    model._default_manager.filter(pk=cycle.pk).update(**kept)
