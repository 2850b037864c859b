"""No action stores a sentence of the application: facts are stored, and said in the language of each reader.

Every text that the application says gets marks around it while the world is built and every page is sent; a mark in
the database is a sentence that was stored.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.permission_table import TABLE
from tests.tables.copies import MIGRATED, put_back
from tests.world import ROLES, build_world, undone

pytestmark = pytest.mark.django_db
OPENS, CLOSES = "\u27e6", "\u27e7"
# Where sentences are kept on purpose, with the reason.
KEPT = {
    "notifications_outgoingmail": "a mail is kept as it was sent, in the language of its recipient",
    "django_session": "a message waits for the next page of the same reader",
    "imports_fileimport": "the report of a file is for its owner, and says what was said to them",
    "imports_importrow": "the reason stands in the file of refused rows, which its owner gets",
}


@contextmanager
def marking_sentences() -> Iterator[None]:
    """Put marks around every text that is translated."""

    def marked(text: str) -> str:
        return f"{OPENS}{text}{CLOSES}" if text else text

    def plural(one: str, many: str, number: float) -> str:
        return marked(one if number == 1 else many)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation._trans, "gettext", marked, raising=False)
        patch.setattr(translation._trans, "pgettext", lambda context, text: marked(text), raising=False)
        patch.setattr(translation._trans, "ngettext", plural, raising=False)
        patch.setattr(translation._trans, "npgettext", lambda context, *texts: plural(*texts), raising=False)
        yield


def stored_sentences() -> set[str]:
    """Return table, column and text of every mark in the database."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in KEPT:
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT to_jsonb(r) FROM {name} AS r WHERE r::text LIKE %s LIMIT 5", [f"%{OPENS}%"])
            for (row,) in cursor.fetchall():
                found |= {f"{table}.{column}: {value}" for column, value in as_dict(row).items() if OPENS in str(value)}
    return found


def as_dict(row: Any) -> dict[str, Any]:
    return dict(json.loads(row) if isinstance(row, str) else row)


def test_mark_is_found_where_it_is_stored() -> None:
    with marking_sentences(), undone(), connection.cursor() as cursor:
        said = translation.gettext("Stage changed")
        cursor.execute("INSERT INTO partners_tag (name) VALUES (%s)", [said])
        assert f"partners_tag.name: {said}" in stored_sentences()


def test_no_action_stores_a_sentence() -> None:
    found: set[str] = set()
    with undone():
        put_back(MIGRATED)
        with marking_sentences():
            world = build_world()
            found |= stored_sentences()
            for name, row in TABLE.items():
                may = [
                    role
                    for role, outcome in zip(ROLES, row.post.split(), strict=True)
                    if outcome not in ("login", "403", "404", "405")
                ]
                for role in sorted(may, key=lambda role: role == "anonymous")[:1]:
                    with undone():
                        client = Client()
                        if role != "anonymous":
                            client.force_login(world.users[role])
                        client.post(reverse(name, args=row.args(world)), row.data(world))
                        found |= stored_sentences()
    assert found == set()
