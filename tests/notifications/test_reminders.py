import threading
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection

from notifications.models import OutgoingMail, Reminder
from notifications.recipients import Recipient
from notifications.reminders import DueReminder, finder, send_due, send_due_by_kind

TODAY = date(2026, 3, 1)
JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")
JANE = Recipient(email="jane@example.org", name="Jane", language="en", key="contact:2")


def due(recipient: Recipient = JAN, kind: str = "note", subject: str = "note:1", occurrence: str = "1") -> DueReminder:
    return DueReminder(
        kind=kind, subject=subject, recipient=recipient, occurrence=occurrence, context={"title": "Hello"}, path="/n/1/"
    )


def register(*reminders: DueReminder) -> None:
    @finder()
    def find(today: date, subject: str = "") -> Iterator[DueReminder]:
        yield from reminders


@pytest.mark.django_db
def test_due_reminder_becomes_a_row_and_a_mail_in_the_language_of_its_reader() -> None:
    register(due(JAN), due(JANE))

    assert send_due(TODAY) == 2

    rows = Reminder.objects.order_by("pk").values_list("kind", "subject", "recipient", "occurrence", "day")
    assert list(rows) == [
        ("note", "note:1", "contact:1", "1", TODAY),
        ("note", "note:1", "contact:2", "1", TODAY),
    ]
    mails = OutgoingMail.objects.order_by("pk").values_list("reminder__recipient", "to_email", "subject")
    assert list(mails) == [
        ("contact:1", "jan@example.org", "nl: Hello"),
        ("contact:2", "jane@example.org", "en: Hello"),
    ]
    assert "http://testserver/n/1/" in OutgoingMail.objects.earliest("pk").body_text


@pytest.mark.django_db
def test_running_again_sends_nothing_again() -> None:
    register(due())

    assert [send_due(TODAY), send_due(TODAY), send_due(date(2026, 3, 9))] == [1, 0, 0]
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_twice_in_one_run_is_one_reminder() -> None:
    register(due(), due())

    assert send_due(TODAY) == 1
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        due(recipient=JANE),
        due(kind="other_note"),
        due(subject="note:2"),
        due(occurrence="2"),
    ],
)
def test_every_part_of_the_key_makes_another_reminder(other: DueReminder) -> None:
    sent = Reminder.objects.create(kind="note", subject="note:1", recipient="contact:1", occurrence="1", day=TODAY)
    register(due(), other)

    assert send_due_by_kind(TODAY, dry_run=True) == {other.kind: 1}
    assert Reminder.objects.get() == sent


@pytest.mark.django_db
def test_who_changed_address_is_not_reminded_again() -> None:
    register(due())
    send_due(TODAY)
    register(due(Recipient(email="new@example.org", name="Jan", language="en", key="contact:1")))

    assert send_due(TODAY) == 0


@pytest.mark.django_db
def test_who_has_no_address_is_reminded_once_there_is_one() -> None:
    register(due(Recipient(email="", name="Jan", language="nl", key="contact:1")))
    assert send_due(TODAY) == 0
    assert not Reminder.objects.exists()

    register(due(JAN))
    assert send_due(TODAY) == 1


@pytest.mark.django_db
def test_dry_run_counts_and_changes_nothing() -> None:
    register(due(JAN), due(JANE), due(JANE, subject="note:2"))

    assert send_due(TODAY, dry_run=True) == 3
    assert (Reminder.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_one_reminder_that_cannot_be_written_stops_no_other() -> None:
    register(due(kind="kind_without_texts"), due(JANE))
    failures: list[str] = []

    assert send_due_by_kind(TODAY, failures=failures) == {"note": 1}
    assert failures == ["reminder kind_without_texts/note:1/contact:1/1: emails/kind_without_texts/subject.txt"]
    assert list(Reminder.objects.values_list("recipient", flat=True)) == ["contact:2"]


@pytest.mark.django_db
def test_one_finder_that_fails_stops_no_other() -> None:
    @finder()
    def broken(today: date, subject: str = "") -> Iterator[DueReminder]:
        yield due(JAN)
        raise ValueError("no such day")

    register(due(JANE))
    failures: list[str] = []

    assert send_due_by_kind(TODAY, failures=failures)["note"] >= 1
    assert failures == [f"reminders of {__name__}: no such day"]
    assert "contact:2" in Reminder.objects.values_list("recipient", flat=True)


@pytest.mark.django_db
def test_many_that_were_sent_cost_few_queries(django_assert_max_num_queries) -> None:  # noqa: ANN001
    register(*(due(subject=f"note:{n}") for n in range(1200)))
    Reminder.objects.bulk_create(
        Reminder(kind="note", subject=f"note:{n}", recipient="contact:1", occurrence="1", day=TODAY)
        for n in range(1200)
    )

    # One for each chunk, and whether any may leave.
    with django_assert_max_num_queries(4):
        assert send_due(TODAY) == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_reminders_in_parallel_go_out_once() -> None:
    reminders = [due(subject=f"note:{n}") for n in range(20)]
    start = threading.Barrier(4)
    counts: list[int] = []

    @finder()
    def find(today: date, subject: str = "") -> Iterator[DueReminder]:
        start.wait()  # all four have looked before one has sent
        yield from reminders

    def run() -> None:
        counts.append(send_due(TODAY))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 20
    assert Reminder.objects.count() == 20
    assert OutgoingMail.objects.count() == 20
    assert not Reminder.objects.filter(mail=None).exists()
