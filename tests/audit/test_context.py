"""Actions whose row is deleted at the same moment, or that wait for each other's locks."""

import threading
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection
from django.utils import translation

from audit.context import recording
from common.actions import ActionRefused
from partners.models import Contact, Organisation
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_what_belongs_to_something_that_is_gone_is_refused_in_words() -> None:
    """Delete the parent meanwhile: the database finds that out at the end of the transaction."""
    with pytest.raises(ActionRefused, match="at the same moment"), recording(None, "x.added"):
        Contact.objects.bulk_create([Contact(organisation_id=999_999, name="Ann")])
    assert not Contact.objects.exists()


def test_other_mistakes_stay_mistakes() -> None:
    OrganisationFactory(external_id="1")
    with pytest.raises(IntegrityError), recording(None, "x.added"):
        OrganisationFactory(external_id="1")


def test_of_two_that_wait_for_each_other_one_is_told_to_look_again() -> None:
    keys = [row.pk for row in OrganisationFactory.create_batch(2)]
    both_hold_one, outcomes = threading.Barrier(2), []

    def change(first: int, second: int) -> None:
        try:
            with recording(None, "x.changed"):
                Organisation.objects.filter(pk=first).update(phone="1")
                both_hold_one.wait()
                Organisation.objects.filter(pk=second).update(phone="1")
            outcomes.append("done")
        except ActionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=pair) for pair in (keys, keys[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
