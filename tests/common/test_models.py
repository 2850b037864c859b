"""The time of a change is kept on every way of saving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from collab.models import Collaboration
from tests.factories.collab import CollaborationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fields", [None, ["name"], ("name", "updated_at")], ids=["whole", "one field", "named itself"])
def test_saving_notes_the_time_of_the_change(fields: list[str] | None) -> None:
    row = CollaborationFactory()
    long_ago = timezone.now() - timedelta(days=9)
    Collaboration.objects.filter(pk=row.pk).update(updated_at=long_ago)
    row.name = "Renamed"
    row.save(update_fields=fields)
    row.refresh_from_db()
    assert row.name == "Renamed"
    assert row.updated_at > long_ago


def test_saving_no_field_saves_nothing() -> None:
    row = CollaborationFactory()
    before = row.updated_at
    row.save(update_fields=[])
    row.refresh_from_db()
    assert row.updated_at == before
