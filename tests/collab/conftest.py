from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Messages outside of a page are read in English; pages follow the account, which speaks it as well."""
    with translation.override("en"):
        yield
