from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Switch messages outside of a page to English; pages follow the person they are for."""
    with translation.override("en"):
        yield
