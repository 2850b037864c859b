"""The dashboard reads along indexes, however many collaborations there are."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions import load_questionnaire
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from collab.enums import Stage
from collab.models import ActionItem, Collaboration
from common.text import fold
from tests.factories.accounts import ManagerFactory
from tests.factories.partners import ContactFactory

pytestmark = pytest.mark.django_db

MANY = 4000
START = date(2026, 1, 1)
LARGE = ("collab_collaboration", "collab_actionitem", "assessments_evaluationcycle")


@pytest.fixture
def crowd() -> None:
    """Add collaborations with a discussed round and an action each, and now and then an alert."""
    collaborations = Collaboration.objects.bulk_create(
        Collaboration(
            name=name_of(number),
            sort_name=fold(name_of(number)),
            search_text=fold(name_of(number)),
            stage=Stage.ACTIVE if number % 3 else Stage.ENDED,
            next_evaluation_on=START + timedelta(days=number % 700),
            lead_missing_since=None if number % 100 else START,
            decider_missing_since=None if number % 150 else START,
        )
        for number in range(MANY)
    )
    instrument = load_questionnaire()
    EvaluationCycle.objects.bulk_create(
        EvaluationCycle(
            collaboration=collaboration,
            number=1,
            instrument=instrument,
            status=CycleStatus.DISCUSSED if number % 50 else CycleStatus.CLOSED,
            opens_on=START,
            closes_on=START + timedelta(days=14),
            closed_at=datetime(2026, 1, 16, tzinfo=UTC),
            result={},
            summary=[{"key": "trust", "score": 2.0, "band": "act", "gap": None}] if number % 9 == 0 else [],
        )
        for number, collaboration in enumerate(collaborations)
    )
    owner = ContactFactory()
    ActionItem.objects.bulk_create(
        ActionItem(collaboration=row, title="Call", owner=owner, due_on=START + timedelta(days=number % 700))
        for number, row in enumerate(collaborations)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def name_of(number: int) -> str:
    return f"{'Taalhuis' if number % 20 else 'Leescafé'} {number}"


def plans(client: Client, query: str) -> Iterator[str]:
    """Return PostgreSQL's plan of each query of the page."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("portfolio:dashboard") + query).status_code == 200
    with connection.cursor() as cursor:
        for captured in queries.captured_queries:
            if re.match(r"\W*SELECT", captured["sql"]):
                cursor.execute("EXPLAIN " + captured["sql"])
                yield "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    "query", ["", "?sort=name", "?sort=lowest", "?sort=change", "?stage=active", "?q=leescafe", "?q=3999&sort=-name"]
)
def test_dashboard_never_reads_a_whole_table(client: Client, query: str) -> None:
    client.force_login(ManagerFactory())

    found = list(plans(client, query))

    counts_to_a_limit = [plan for plan in found if plan.startswith("Aggregate")]
    for plan in found:
        if plan not in counts_to_a_limit:
            assert not [name for name in LARGE if f"Seq Scan on {name}" in plan], plan
    assert len(found) <= 12
