from datetime import date

import pytest

from notifications.jobs import run_due_jobs
from tests.factories.collab import CollaborationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


def test_the_regular_jobs_notice_roles_that_ran_out() -> None:
    collaboration = CollaborationFactory()
    host = collaboration.participations.get()
    RoleAssignmentFactory(participation=host, role="lead", ends_on=TODAY)
    RoleAssignmentFactory(participation=host, role="decider")

    assert run_due_jobs(TODAY, dry_run=True)["roles_refreshed"] == 1
    assert [run_due_jobs(TODAY)["roles_refreshed"] for _ in range(2)] == [1, 0]
    collaboration.refresh_from_db()
    assert collaboration.lead_missing_since == TODAY
