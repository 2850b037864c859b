from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import OrganisationFactory


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is said outside requests is said in English."""
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
