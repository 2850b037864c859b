"""What a database holds, in the words of those who run it: shown when a backup is made and when it is restored."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

KINDS = {
    "organisations": "partners_organisation",
    "contacts": "partners_contact",
    "collaborations": "collab_collaboration",
    "evaluation rounds": "assessments_evaluationcycle",
    "answers": "assessments_response",
    "mails": "notifications_outgoingmail",
    "accounts": "accounts_user",
}


def counts(reading: "psycopg.Connection[Any]") -> dict[str, int]:
    """Return the number of rows of each kind, as the connection sees them."""
    found = {}
    for kind, table in KINDS.items():
        row = reading.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
        found[kind] = row[0] if row else 0
    return found


def as_text(found: Mapping[str, int]) -> str:
    """Return the counts in one line per kind."""
    return "\n".join(f"  {kind}: {count:,}" for kind, count in found.items())
