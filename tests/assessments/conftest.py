from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Messages outside of a page are read in English; pages follow the person they are for."""
    with translation.override("en"):
        yield
