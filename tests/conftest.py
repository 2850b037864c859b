import os

import pytest

from config.messages import compile_catalogues

# The browser library keeps an event loop running in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    """Tests read the translations as they are now."""
    compile_catalogues()
