from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import User
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import OrganisationFactory


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Activate English for texts outside requests."""
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator(client: Client) -> User:
    """Anna, signed in."""
    user = CoordinatorFactory(name="Anna")
    client.force_login(user)
    return user


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Noord", kind="library", city="Groningen")


@pytest.fixture
def crowd() -> None:
    """Enough organisations for the planner to look for an index."""
    kinds, codes = ("company", "library", "other"), ("NL", "DE", "BE", "FR")
    rows = [
        Organisation(
            name=f"{'Stichting' if n % 2 else 'Bureau'} Nummer {n}",
            # The planner knows how common a beginning is once it has seen a hundred words.
            city=f"Plaats{n % 150}",
            kind=kinds[n % 3],
            status="archived" if n % 10 == 0 else "active",
            country=codes[n % 4],
        )
        for n in range(4000)
    ]
    for organisation in rows:
        organisation.fold_texts()
    Organisation.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partners_organisation")
