from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from collab.models import Collaboration
from tests.collab.pages import browser
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import OrganisationFactory


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Switch messages outside of a page to English; pages follow the account, which is English as well."""
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator() -> Client:
    return browser(CoordinatorFactory())


@pytest.fixture
def collaboration() -> Collaboration:
    return CollaborationFactory(name="Reading together", partners=[OrganisationFactory(name="Library North")])
