"""History of what is told as having happened in the past."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from audit.context import as_of
from audit.past import date_history
from audit.timeline import entries_for
from partners.actions import add_organisation, change_organisation

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2023, 5, 1, 10, tzinfo=UTC)
LATER = datetime(2024, 6, 1, 10, tzinfo=UTC)


def test_history_has_the_moment_at_which_it_is_told() -> None:
    with as_of(LONG_AGO):
        organisation = add_organisation(actor=None, name="Bibliotheek Noord")
    with as_of(LATER):
        change_organisation(actor=None, organisation=organisation, name="Bibliotheek Oost")
    date_history()
    assert [(entry.at, entry.parts[0].event) for entry in entries_for(organisation)] == [
        (LATER, "update"),
        (LONG_AGO, "insert"),
    ]


def test_other_history_keeps_its_moment() -> None:
    before = timezone.now()
    organisation = add_organisation(actor=None, name="Bibliotheek Noord")
    made = organisation.events.get().pgh_created_at
    date_history()
    assert organisation.events.get().pgh_created_at == made
    assert before.year <= made.year
