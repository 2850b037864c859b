import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from config.messages import compile_catalogues

if TYPE_CHECKING:
    from tests.world import World

# The browser library keeps an event loop running in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    """Tests read the translations as they are now."""
    compile_catalogues()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> "Iterator[World]":
    """``tests.world``, built once for a module; what a test writes in it is taken back after the test."""
    from tests.world import build_world, undone

    with django_db_blocker.unblock(), undone():
        yield build_world()
