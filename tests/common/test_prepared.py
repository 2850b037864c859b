from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from assessments.models import EvaluationCycle
from collab.models import ActionItem
from common.prepared import Prepared, given_day, one_of
from tests.factories.assessments import closed_cycle
from tests.factories.collab import ActionItemFactory, CollaborationFactory

pytestmark = pytest.mark.django_db


def test_query_is_built_once_and_run_with_other_values() -> None:
    built: list[QuerySet[Any]] = []

    def build() -> QuerySet[Any]:
        built.append(ActionItem.objects.overdue(given_day("today")).order_by("pk").values_list("title", "due_on"))
        return built[-1]

    query = Prepared(build)
    ActionItemFactory(title="Find a room", due_on=date(2026, 3, 1))
    ActionItemFactory(title="Call the school", due_on=date(2026, 5, 1))

    assert query.rows(today=date(2026, 4, 1)) == [("Find a room", date(2026, 3, 1))]
    assert query.rows(today=date(2026, 6, 1)) == [
        ("Find a room", date(2026, 3, 1)),
        ("Call the school", date(2026, 5, 1)),
    ]
    assert len(built) == 1


def test_keys_are_given_as_a_list() -> None:
    first, second, _ = (CollaborationFactory(name=name) for name in ("Noord", "Oost", "Zuid"))
    for collaboration in (first, second):
        ActionItemFactory(collaboration=collaboration, title="Call")
    wanted = ActionItem.objects.filter(one_of("collaboration", "keys")).order_by("collaboration__name")
    query = Prepared(lambda: wanted.values_list("collaboration__name", "title"))

    with CaptureQueriesContext(connection) as queries:
        found = query.rows(keys=[first.pk, second.pk, 0])

    assert found == [("Noord", "Call"), ("Oost", "Call")]
    assert len(queries) == 1
    assert query.rows(keys=[]) == []


def test_values_come_as_the_model_has_them() -> None:
    cycle = closed_cycle()

    query = Prepared(lambda: EvaluationCycle.objects.filter(one_of("pk", "keys")).values_list("summary", "closed_at"))

    assert query.rows(keys=[cycle.pk]) == [(cycle.summary, cycle.closed_at)]
