"""A shortlist can be read along indexes, however many collaborations there are."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collab.enums import RoleKind, Stage
from collab.models import Collaboration, Participation, RoleAssignment
from common.text import fold
from tests.collab.pages import page
from tests.factories.collab import CandidateFactory, CollaborationFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
MANY, PEOPLE = 1000, 50
LARGE = ("collab_collaboration", "collab_participation", "collab_roleassignment", "collab_candidate")


@pytest.fixture
def exploring() -> Collaboration:
    """Return a collaboration that is being explored, with two candidates, among many active ones."""
    host, partners = HostFactory(), OrganisationFactory.create_batch(PEOPLE)
    people = ContactFactory.create_batch(PEOPLE, organisation=host)
    rows = Collaboration.objects.bulk_create(
        Collaboration(name=f"Taalhuis {number}", sort_name=fold(f"Taalhuis {number}"), stage=Stage.ACTIVE)
        for number in range(MANY)
    )
    ours = Participation.objects.bulk_create(Participation(collaboration=row, organisation=host) for row in rows)
    Participation.objects.bulk_create(
        Participation(collaboration=row, organisation=partners[number % PEOPLE]) for number, row in enumerate(rows)
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            participation=part, contact=people[number % PEOPLE], role=RoleKind.LEAD, starts_on=date(2025, 1, 1)
        )
        for number, part in enumerate(ours)
    )
    exploring = CollaborationFactory()
    host_part = exploring.participations.get(organisation=host)
    RoleAssignmentFactory(participation=host_part, contact=people[0])
    for candidate in CandidateFactory.create_batch(2, collaboration=exploring):
        for row in rows[:3]:
            Participation.objects.create(collaboration=row, organisation=candidate.organisation)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return exploring


def plans(client: Client, url: str) -> Iterator[str]:
    """Return PostgreSQL's plan of each query of the page, with whole-table reads discouraged."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for captured in queries.captured_queries:
            if re.match(r"\W*SELECT", captured["sql"]):
                cursor.execute("EXPLAIN " + captured["sql"])
                yield "\n".join(line for (line,) in cursor.fetchall())


def test_no_table_is_read_whole(exploring: Collaboration, coordinator: Client) -> None:
    found = list(plans(coordinator, page("shortlist", exploring)))
    for plan in found:
        assert not [name for name in LARGE if f"Seq Scan on {name} " in plan], plan
    assert len(found) == 12
