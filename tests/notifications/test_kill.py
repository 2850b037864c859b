"""``kill -9`` in the middle of sending, and several runs side by side, as processes of their own on committed data."""

import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from email.message import EmailMessage

import pytest
from django.utils import timezone

from assessments.models import PersonalLink
from assessments.personal_links import find_invitation
from notifications.actions import retry_mail
from notifications.delivery import NO_ANSWER, deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail, Reminder
from tests.factories.assessments import opened_cycle
from tests.factories.collab import ActionItemFactory, CollaborationFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.mail_server import MailServer
from tests.processes import AT_ANY_HOUR, database_url, kill, python, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
COMMAND = ("manage.py", "run_due", "--format", "json")


def environment(server: MailServer) -> Mapping[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": server.url,
        "MAIL_LEASE_SECONDS": "2",
        **AT_ANY_HOUR,
    }


def test_killed_run_loses_no_mail_and_leaves_only_the_one_in_flight_in_doubt() -> None:
    OutgoingMailFactory.create_batch(60)

    with MailServer(seconds=0.02, unanswered=20) as server:
        with python(*COMMAND, environment=environment(server)) as process:
            wait_until(lambda: len(server.received) == 20, "the mail that is not answered")
            kill(process)
        in_flight = OutgoingMail.objects.get(status=MailStatus.SENDING)
        wait_until(lambda: _run(server) == 0, "the lease of the killed run")

    assert sorted(server.message_ids) == sorted(OutgoingMail.objects.values_list("message_id", flat=True))
    in_doubt = OutgoingMail.objects.get(status=MailStatus.UNKNOWN)
    assert (in_doubt, in_doubt.last_error) == (in_flight, NO_ANSWER)
    assert OutgoingMail.objects.filter(status=MailStatus.SENT).count() == 59


def test_mail_of_a_run_killed_before_it_was_handed_over_is_sent_by_the_next() -> None:
    """Kill a run before it handed its mail over: the lease ends, and the next run sends the mail."""
    mail = OutgoingMailFactory(status=MailStatus.SENDING, leased_until=timezone.now(), attempts=1)

    with MailServer() as server:
        assert _run(server) == 0

    assert server.message_ids == [mail.message_id]


def test_late_answer_to_one_worker_makes_no_other_send_the_mail() -> None:
    """Let the server answer long after the lease would have ended, while another worker looks for mail."""
    mail = OutgoingMailFactory()

    with MailServer(seconds=6) as server, ExitStack() as stack:
        late = {**environment(server), "MAIL_LEASE_SECONDS": "1"}
        process = stack.enter_context(python(*COMMAND, environment=late))
        wait_until(lambda: len(server.received) == 1, "the mail")
        while process.poll() is None:
            deliver_due()
            time.sleep(0.2)

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, server.message_ids) == (MailStatus.SENT, 1, [mail.message_id])


def _run(server: MailServer) -> int:
    """Run the command to its end; return the number of mails that still wait."""
    with python(*COMMAND, environment=environment(server)) as process:
        output, _errors = process.communicate()
    assert process.returncode == 0
    return json.loads(output)["mails"]["waiting"]


def test_copies_of_the_mail_in_flight_are_the_same_mail_with_the_same_link() -> None:
    """Kill a worker that sends invitations: the copy that is sent by hand opens the same page as the first one."""
    cycle = opened_cycle(per_side=6)
    with MailServer(seconds=0.02, unanswered=5) as server:
        with python(*COMMAND, environment=environment(server)) as process:
            wait_until(lambda: len(server.received) == 5, "the mail that is not answered")
            kill(process)
        in_flight = OutgoingMail.objects.get(status=MailStatus.SENDING)
        wait_until(lambda: _run(server) == 0, "the lease of the killed run")
        in_flight.refresh_from_db()
        retry_mail(actor=None, mail=in_flight)
        assert _run(server) == 0

    first, second = [message for _address, message in server.received if message["Message-ID"] == in_flight.message_id]
    assert what_it_says(first) == what_it_says(second)
    (token,) = set(re.findall(r"/e/([^/\s\"]+)/", what_it_says(second)))
    assert find_invitation(token) == cycle.invitations.get(pk=in_flight.link_to)
    assert PersonalLink.objects.count() == cycle.invitations.count() == 12
    tokens = [re.findall(r"/e/([^/\s\"]+)/", what_it_says(message)) for _address, message in server.received]
    assert len({token for found in tokens for token in found}) == 12


def what_it_says(message: EmailMessage) -> str:
    """Return every header and text of a mail, without its time and the boundaries between its parts."""
    headers = {name: value for name, value in message.items() if name not in ("Content-Type", "Date")}
    return json.dumps([headers, *(part.get_content() for part in message.iter_parts())])


def test_runs_beside_each_other_send_every_mail_once() -> None:
    OutgoingMailFactory.create_batch(60)

    with MailServer(seconds=0.02) as server:
        one = python(*COMMAND, environment=environment(server))
        other = python(*COMMAND, environment=environment(server))
        with one as first, other as second:
            reports = [json.loads(process.communicate()[0])["mails"] for process in (first, second)]

    assert sum(report["sent"] for report in reports) == 60
    assert [report["failed"] for report in reports] == [0, 0]
    assert sorted(server.message_ids) == sorted(OutgoingMail.objects.values_list("message_id", flat=True))


def test_runs_beside_each_other_remind_everybody_once() -> None:
    items = ActionItemFactory.create_batch(20, collaboration=CollaborationFactory(), due_on=date(2026, 3, 1))
    today = ("--today", "2026-03-03")

    with MailServer() as server, ExitStack() as stack:
        runs = [stack.enter_context(python(*COMMAND, *today, environment=environment(server))) for _ in range(3)]
        reports = [json.loads(process.communicate()[0]) for process in runs]

    assert sum(report["reminders"] for report in reports) == 20
    assert sum(report["mails"]["sent"] for report in reports) == 20
    assert server.recipients == Counter(item.owner.email for item in items)
    assert sorted(Reminder.objects.values_list("subject", flat=True)) == sorted(f"action:{item.pk}" for item in items)
