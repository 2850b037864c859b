"""Report the progress of a long transaction while it runs.

Rows that a transaction writes become visible when it ends. The name of its connection is visible immediately, and
disappears with the transaction, also when the worker dies.
"""

from django.db import connection


def report_progress(job: str, done: int, total: int) -> None:
    """Report how far ``job`` is, inside its transaction; ``total`` is 0 when it is not known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"{job} {done}/{total}"])


def progress_of(job: str) -> tuple[int, int] | None:
    """Return how far a job is: done and total; None when it does not run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s LIMIT 1",
            [f"{job} %/%"],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    done, total = row[0].rsplit(" ", 1)[1].split("/")
    return int(done), int(total)
