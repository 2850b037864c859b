from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is said outside requests is said in English."""
    with translation.override("en"):
        yield
