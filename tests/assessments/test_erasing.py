"""Closing a confidential round cuts the tie on disk too: read in the very files of the table and of its indexes."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from assessments.actions import close_cycle, erase_cut_ties, erasing
from assessments.enums import Mode
from assessments.models import EvaluationCycle, PendingErasure, Response
from notifications.jobs import run_due_jobs
from tests.factories.assessments import answer, opened_cycle

pytestmark = pytest.mark.django_db(transaction=True)
RELATIONS = """
    SELECT pg_relation_filepath(oid) FROM pg_class
     WHERE oid = 'assessments_response'::regclass
        OR oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'assessments_response'::regclass)
        OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'assessments_response'::regclass)
"""


def answered(mode: str = Mode.CONFIDENTIAL) -> tuple[EvaluationCycle, list[bytes]]:
    """Return a round in which all sent answers, and the old keys and addresses that would link them on disk."""
    cycle = opened_cycle(mode=mode)
    for row in cycle.invitations.all():
        answer(row, 3, keep="A word of mine")
    ties = [part for row in Response.objects.all() for part in (row.pk.bytes, row.email.encode())]
    return cycle, ties


def on_disk(parts: list[bytes]) -> int:
    """Return how many of the parts stand in a file of the table, its indexes or its long values."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(RELATIONS)
        paths = [row[0] for row in cursor.fetchall()]
        content = b""
        for path in paths:
            cursor.execute("SELECT pg_read_binary_file(%s)", [path])
            content += bytes(cursor.fetchone()[0])
    return sum(part in content for part in parts)


@pytest.fixture
def other_database() -> Iterator[Callable[[str], None]]:
    """Run a query in a transaction of another database of the server, which stays open during the test."""
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "NAME": "postgres"}
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        yield lambda query: cursor.execute(query)
    other.close()


@pytest.fixture(autouse=True)
def may_read_files() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone()[0], "these tests read the files of the embedded server"


def test_closed_round_leaves_no_tie_in_the_files() -> None:
    cycle, ties = answered()
    assert on_disk(ties) == len(ties) == 12
    close_cycle(actor=None, cycle=cycle)
    assert on_disk(ties) == len(ties)  # deleted, and still there: what this is about
    assert PendingErasure.objects.get().cycle == cycle
    assert erase_cut_ties() == 1
    assert on_disk(ties) == 0
    assert PendingErasure.objects.count() == 0
    assert Response.objects.filter(comments__keep="A word of mine").count() == 6


def test_plain_vacuum_would_not_do() -> None:
    """Show why the table is written anew: a vacuum frees the room of dead rows and leaves their content there."""
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM assessments_response")
    assert on_disk(ties) > 0


def test_due_jobs_erase_what_was_left() -> None:
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    assert run_due_jobs(cycle.closes_on, dry_run=True)["ties_erased"] == 1
    assert run_due_jobs(cycle.closes_on)["ties_erased"] == 1
    assert on_disk(ties) == 0
    assert run_due_jobs(cycle.closes_on)["ties_erased"] == 0


def test_open_round_has_nothing_to_erase() -> None:
    cycle, _ties = answered(Mode.OPEN)
    close_cycle(actor=None, cycle=cycle)
    assert PendingErasure.objects.count() == 0


def test_inside_a_transaction_nothing_is_tried() -> None:
    cycle, _ties = answered()
    close_cycle(actor=None, cycle=cycle)
    with transaction.atomic():
        assert erase_cut_ties() == 0
    assert PendingErasure.objects.count() == 1


@pytest.fixture
def reader() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Open another session with a snapshot from before the closing, as a backup has, until it is told to end."""
    ready, end = threading.Event(), threading.Event()

    def read() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM assessments_evaluationcycle")
            ready.set()
            end.wait(60)
        connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    ready.wait(60)
    yield ready, end
    end.set()
    thread.join()


def test_it_waits_for_who_can_still_read_the_old_rows(reader: tuple[threading.Event, threading.Event]) -> None:
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    assert erase_cut_ties() == 0
    assert PendingErasure.objects.count() == 1
    reader[1].set()
    for _attempt in range(100):
        if erase_cut_ties():
            break
    assert on_disk(ties) == 0


def test_it_gives_way_to_people_who_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the table in a transaction: the erasing gives up after its wait, and succeeds the next time."""
    monkeypatch.setattr(erasing, "LONGEST_WAIT", "200ms")
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    held, end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE assessments_response IN ROW EXCLUSIVE MODE")
            held.set()
            end.wait(60)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    assert erase_cut_ties() == 0
    end.set()
    thread.join()
    assert erase_cut_ties() == 1
    assert on_disk(ties) == 0


def test_large_table_is_vacuumed_without_a_lock_that_answers_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "MOST_BYTES_WRITTEN_ANEW", 0)
    cycle, _ties = answered()
    close_cycle(actor=None, cycle=cycle)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filepath('assessments_response')")
        before = cursor.fetchone()
        assert erase_cut_ties() == 1
        cursor.execute("SELECT pg_relation_filepath('assessments_response')")
        assert cursor.fetchone() == before


def test_backup_that_began_after_the_closing_holds_every_answer() -> None:
    """Take a snapshot between closing and erasing, as pg_dump has before it comes to the answers: it finds them all."""
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    backup = connection.copy()
    try:
        with backup.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM assessments_evaluationcycle")
            erase_cut_ties()
            cursor.execute("SELECT count(*) FROM assessments_response")
            assert cursor.fetchone() == (6,)
            cursor.execute("ROLLBACK")
    finally:
        backup.close()
    erase_cut_ties()
    assert on_disk(ties) == 0


def test_transaction_of_another_database_keeps_no_tie(other_database: Callable[[str], None]) -> None:
    """Hold an older transaction elsewhere on the server: VACUUM FULL by itself would take the dead rows along."""
    other_database("SELECT pg_current_xact_id()")
    cycle, ties = answered()
    close_cycle(actor=None, cycle=cycle)
    assert erase_cut_ties() == 1
    assert on_disk(ties) == 0


def test_older_transaction_that_reads_nothing_is_waited_for() -> None:
    """Hold an older transaction, whose number alone keeps VACUUM from taking the dead rows away."""
    cycle, ties = answered()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            close_cycle(actor=None, cycle=cycle)
            assert erase_cut_ties() == 0
            assert PendingErasure.objects.count() == 1
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert erase_cut_ties() == 1
    assert on_disk(ties) == 0
