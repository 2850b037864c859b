"""Django's ``flush``, for the test database only: it is called after each test that really commits."""

from typing import Any

from django.core.management.commands import flush

from tests.tables.copies import MIGRATED, put_back


class Command(flush.Command):
    """Leave what the migrations made, and nothing else.

    Django would truncate every table and announce a migration to every app, whatever the test wrote.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        put_back(MIGRATED)
