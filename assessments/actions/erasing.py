"""Erase from disk which person gave which answers, after a confidential round has closed.

A row that is deleted stays in the file of its table as a dead row. Closing leaves a ``PendingErasure``; the table is
written anew after the commit, by the worker or by the next ``run_due``.
"""

import logging

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from assessments.models import PendingErasure, Response

logger = logging.getLogger(__name__)

# A table up to this size is written anew within seconds, during which answers wait; a larger one is only vacuumed.
MOST_BYTES_WRITTEN_ANEW = 256 * 1024 * 1024
LONGEST_WAIT = "3s"

# PostgreSQL keeps a dead row as long as an older transaction could still read it. The row of a pending erasure was made
# by the transaction that cut the tie, so a snapshot from before it can still read the old rows; and while an older
# transaction of this database goes on, VACUUM takes nothing away.
_NOBODY_CAN_READ_OLD_ROWS = """
    SELECT pending.id FROM assessments_pendingerasure pending
     WHERE NOT EXISTS (
        SELECT 1 FROM (
            SELECT unnest(ARRAY[backend_xmin, backend_xid]) AS oldest FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
            UNION ALL SELECT xmin FROM pg_replication_slots
            UNION ALL SELECT transaction FROM pg_prepared_xacts
        ) reader WHERE reader.oldest IS NOT NULL AND age(reader.oldest) >= age(pending.xmin))
"""


def erase_cut_ties() -> int:
    """Write the table of answers anew without the dead rows of closed rounds; return the number of rounds.

    Does nothing while a snapshot from before the closing is read (such as by a backup), and gives way to people who
    answer: it waits three seconds at most for the table. The next run tries again. Runs outside of a transaction, as
    VACUUM has to; inside of one it does nothing.
    """
    if connection.in_atomic_block or not PendingErasure.objects.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NOBODY_CAN_READ_OLD_ROWS)
        erasable = [row[0] for row in cursor.fetchall()]
        if not erasable:
            return 0
        try:
            if not _write_anew(cursor):
                return 0
        except OperationalError as error:
            logger.warning("Answers of closed rounds are erased from disk later: %s", error)
            return 0
    done, _by_model = PendingErasure.objects.filter(pk__in=erasable).delete()
    return done


def _write_anew(cursor: CursorWrapper) -> bool:
    """Take dead rows out of the table and write the others anew; return False when dead rows had to stay."""
    name = Response._meta.db_table
    table = connection.ops.quote_name(name)
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [name])
    is_small = cursor.fetchone()[0] <= MOST_BYTES_WRITTEN_ANEW
    cursor.execute("SELECT set_config('lock_timeout', %s, false), pg_stat_force_next_flush()", [LONGEST_WAIT])
    try:
        # VACUUM FULL alone takes dead rows along while any transaction of the server is older, one of another database
        # too; plain VACUUM does not mind those, and leaves the bytes where they are. Other ways to write a table anew
        # (ALTER TABLE, TRUNCATE) make it look empty to a backup that has begun but has not come to it.
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {table}")
        cursor.execute("SELECT pg_stat_get_dead_tuples(%s::regclass)", [name])
        if cursor.fetchone()[0]:
            return False
        if is_small:
            cursor.execute(f"VACUUM (FULL) {table}")
    finally:
        cursor.execute("RESET lock_timeout")
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        # The write-ahead log holds the old rows too, until the server has no use for that part of it.
        cursor.execute("SELECT pg_switch_wal()")
        cursor.execute("CHECKPOINT")
    return True
