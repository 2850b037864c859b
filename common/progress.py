"""How far a long transaction is, told while it is under way.

What a transaction writes, nobody else sees before it ends. The name of the connection is seen at once by everybody,
and is gone with the transaction, also when the worker dies.
"""

from django.db import connection


def tell(job: str, done: int, total: int) -> None:
    """Say how far ``job`` is, inside its transaction; ``total`` is 0 when nobody knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"{job} {done}/{total}"])


def told(job: str) -> tuple[int, int] | None:
    """How far the job is: done and total; None when it does not run."""
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
