import gc
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from config.messages import compile_catalogues
from tests.data.real_file import real_file
from tests.data.registry_file import RegistryFile, registry_file

if TYPE_CHECKING:
    from tests.world import World

# Hundreds of processes are started, which need not compile the same modules every time, here and in `make` alike.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# The browser library keeps an event loop running in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations as they are now."""
    compile_catalogues()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests first: they take longest, and short ones fill the end of the run evenly."""
    items.sort(key=lambda item: "/e2e/" not in item.path.as_posix())


def pytest_collection_finish() -> None:
    """Have Python look for garbage as seldom as the web process does: what was loaded by now stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(
    params=[
        pytest.param(registry_file, id="made-up"),
        pytest.param(real_file, id="real", marks=pytest.mark.real_data),
    ]
)
def published_list(request: pytest.FixtureRequest) -> RegistryFile:
    """Return a list with every oddity of a register; a real one as well where ``-m real_data`` asks for it."""
    file: RegistryFile = request.param()
    return file


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Forget how often other tests asked for what may be asked only a few times."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test begin at noon, so that the suite says the same at every hour, also when midnight falls into it.

    Tests that really commit share the time with browsers and processes of their own: they run at the time of the day.
    """
    from tests.clock import NOON

    database = request.node.get_closest_marker("django_db")
    if request.node.get_closest_marker("e2e") or (database and database.kwargs.get("transaction")):
        yield
        return
    with time_machine.travel(NOON):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_test_environment: None, django_db_blocker: Any
) -> None:
    """Let the test database of this process begin as a copy of one that is migrated already."""
    from django.db import connection

    from tests.tables.migrated import migrated_database

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keep what the migrations made, for after the tests that really commit."""
    from tests.tables.copies import MIGRATED, take_copy

    with django_db_blocker.unblock():
        MIGRATED.update(take_copy())


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> "Iterator[World]":
    """Return ``tests.world``, built at noon, once for a module; undo the writes of a test after it."""
    from tests.clock import NOON
    from tests.world import copy_world, undone

    with django_db_blocker.unblock(), undone():
        with time_machine.travel(NOON):
            world = copy_world()
        yield world
