"""Results kept by version 1 of the rules are made again, or cut back where their answers are gone."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.answers import collect
from assessments.cycle_format import dump_cycle
from assessments.disclosure import disclosed_result, summarise
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from assessments.renewal import renew_results
from collab.models import Collaboration
from tests.assessments.earlier_reference import earlier_result
from tests.factories.assessments import closed_cycle, opened_cycle

pytestmark = pytest.mark.django_db


def scored_before(cycle: EvaluationCycle) -> EvaluationCycle:
    """Keep the result of a closed round as version 1 of the rules made it."""
    instrument = cycle.instrument.definition
    result = earlier_result(json.loads(dump_cycle(collect(cycle, instrument))), instrument)
    rows = [*result["factors"], *result["overall"]]
    means = {row["key"]: str(row["score"]) for row in rows if row["score"] is not None}
    kept = {"result": result, "exact_means": means, "summary": summarise(result)}
    EvaluationCycle.objects.filter(pk=cycle.pk).update(**kept)
    cycle.refresh_from_db()
    return cycle


@pytest.mark.parametrize("mode", ["confidential", "open"])
def test_result_is_made_again_from_the_answers(mode: str) -> None:
    cycle = closed_cycle(host=(4, 4, 5, 3, 4, 4), partner=(2,), mode=mode)
    made, means, summary = cycle.result, cycle.exact_means, cycle.summary
    scored_before(cycle)
    assert cycle.result["format"] == "samenspel-result/1"

    assert renew_results(EvaluationCycle.objects.all()) == 1

    cycle.refresh_from_db()
    assert (cycle.result, cycle.exact_means, cycle.summary) == (made, means, summary)
    instrument = cycle.instrument.definition
    assert cycle.result == disclosed_result(collect(cycle, instrument), instrument)


def test_result_without_its_answers_is_cut_back() -> None:
    cycle = scored_before(closed_cycle(host=(4, 4, 5, 3, 4, 4), partner=(2,)))
    assert cycle.summary[0]["score"] == 3.0  # (4 + 2) ÷ 2: the one partner follows from it
    cycle.responses.all().delete()

    assert renew_results(EvaluationCycle.objects.all()) == 1

    cycle.refresh_from_db()
    assert {row["score"] for row in cycle.summary} == {None}
    assert cycle.exact_means == {}
    assert cycle.result["format"] == "samenspel-result/1"


def test_result_is_cut_back_when_one_of_the_answers_is_gone() -> None:
    cycle = scored_before(closed_cycle(host=(4, 4, 5, 3, 4, 4), partner=(2, 2, 2)))
    cycle.responses.filter(party__is_host=True).first().delete()
    renew_results(EvaluationCycle.objects.all())
    cycle.refresh_from_db()
    assert cycle.result["format"] == "samenspel-result/1"
    assert cycle.summary[0]["score"] == 3.0
    assert cycle.exact_means["experience"] == {"mean": "3.0", "groups": [["org-1"], ["org-2"]]}


def test_renewing_twice_changes_nothing_and_leaves_other_rounds_alone() -> None:
    gone, opened = scored_before(closed_cycle()), opened_cycle()
    gone.responses.all().delete()
    scored_before(closed_cycle())
    renew_results(EvaluationCycle.objects.all())
    kept = list(EvaluationCycle.objects.order_by("pk").values("result", "exact_means", "summary", "updated_at"))
    renew_results(EvaluationCycle.objects.all())
    again = list(EvaluationCycle.objects.order_by("pk").values("result", "exact_means", "summary", "updated_at"))
    assert again == kept
    opened.refresh_from_db()
    assert (opened.status, opened.result) == (CycleStatus.OPEN, None)


def test_rounds_are_renewed_in_batches_each_in_its_own_transaction() -> None:
    cycles = [scored_before(closed_cycle()) for _ in range(5)]
    with CaptureQueriesContext(connection) as captured:
        assert renew_results(EvaluationCycle.objects.all(), batch=2) == 5
    assert sum("FOR UPDATE OF" in query["sql"] for query in captured) == 3
    formats = EvaluationCycle.objects.filter(pk__in=[row.pk for row in cycles]).values_list("result__format", flat=True)
    assert set(formats) == {"samenspel-result/2"}


def test_upgrade_renews_what_an_earlier_version_kept() -> None:
    cycle = closed_cycle(host=(4, 4, 5, 3, 4, 4), partner=(2,))
    made = cycle.result
    scored_before(cycle)
    Collaboration.objects.update(lowest_score=None)

    call_command("migrate", verbosity=0)

    cycle.refresh_from_db()
    assert cycle.result == made
    assert cycle.collaboration.lowest_score == Decimal("3.7")
