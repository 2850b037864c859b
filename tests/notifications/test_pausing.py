"""A restored copy of an installation sends no mail and no reminder until somebody says so."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from notifications.delivery import claim, deliver_due
from notifications.enums import MailStatus, StopReason
from notifications.models import MailPause, OutgoingMail, Reminder
from notifications.pausing import mail_pause, pause_mail, possibly_sent, resume_mail
from notifications.reminders import send_due_by_kind
from notifications.tasks import deliver_mail
from tests.accounts.signing_in import ask_code
from tests.clock import TODAY
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.notifications.test_run_due import due

pytestmark = pytest.mark.django_db
__all__ = ["due"]


def resume(*arguments: str) -> str:
    output = StringIO()
    call_command("resume_mail", *arguments, stdout=output)
    return output.getvalue()


def status_of(mail: OutgoingMail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.status, mail.stopped_because


def test_no_mail_leaves_a_restored_copy(mailoutbox: list[EmailMessage]) -> None:
    OutgoingMailFactory()
    pause_mail(backup_made_at=None)

    deliver_mail()
    call_command("run_due", stdout=StringIO())

    assert claim() is None
    assert deliver_due() == {}
    assert mailoutbox == []
    assert OutgoingMail.objects.get().status == MailStatus.QUEUED


def test_a_mail_that_is_claimed_when_the_pause_comes_is_the_last(mailoutbox: list[EmailMessage]) -> None:
    OutgoingMailFactory.create_batch(2)
    assert claim() is not None
    pause_mail(backup_made_at=None)

    assert claim() is None


@pytest.mark.usefixtures("due")
def test_no_reminder_is_made_and_a_dry_run_says_what_would_follow() -> None:
    pause_mail(backup_made_at=None)

    assert send_due_by_kind(TODAY) == {}
    assert send_due_by_kind(TODAY, dry_run=True) == {"note": 2}
    assert Reminder.objects.count() == 0


@pytest.mark.usefixtures("due")
def test_what_is_due_follows_once_mail_may_leave() -> None:
    pause_mail(backup_made_at=None)
    send_due_by_kind(TODAY)

    assert resume() == "Mail and reminders leave from now on.\n"

    assert send_due_by_kind(TODAY) == {"note": 2}


def test_a_code_to_sign_in_is_sent_to_the_person_who_asks_for_it(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = UserFactory()
    pause_mail(backup_made_at=None)

    ask_code(client, user.email)

    assert [message.to for message in mailoutbox] == [[user.email]]


def test_only_mails_that_the_original_may_have_sent_are_in_doubt() -> None:
    now = timezone.now()
    waited = OutgoingMailFactory(created_at=now - timedelta(hours=9), next_attempt_at=now - timedelta(hours=8))
    OutgoingMailFactory(created_at=now - timedelta(hours=9), next_attempt_at=now + timedelta(hours=1))
    OutgoingMailFactory(sent=True, created_at=now - timedelta(hours=9))
    pause_mail(backup_made_at=now - timedelta(hours=2))
    OutgoingMailFactory(created_at=timezone.now() + timedelta(minutes=1))

    pause = mail_pause()

    assert pause is not None
    assert list(possibly_sent(pause)) == [waited]


def test_resuming_asks_what_becomes_of_mails_in_doubt(mailoutbox: list[EmailMessage]) -> None:
    mail = OutgoingMailFactory()
    pause_mail(backup_made_at=None)

    with pytest.raises(CommandError, match=r"may have left since: 1\. Add --send-waiting or --cancel-waiting"):
        resume()

    assert mail_pause() is not None
    assert resume("--send-waiting") == "Mail and reminders leave from now on.\n"
    assert deliver_due() == {MailStatus.SENT: 1}
    assert status_of(mail) == (MailStatus.SENT, "")


def test_mails_in_doubt_are_cancelled_with_the_reason() -> None:
    mail = OutgoingMailFactory()
    pause_mail(backup_made_at=None)

    assert "Cancelled, because they may have left before: 1." in resume("--cancel-waiting")

    assert status_of(mail) == (MailStatus.CANCELLED, StopReason.RESTORED)
    assert deliver_due() == {}


def test_resuming_twice_changes_nothing() -> None:
    OutgoingMailFactory()

    assert resume("--cancel-waiting") == "Mail and reminders leave already: nothing was changed.\n"
    assert resume_mail(cancel_possibly_sent=True) == 0
    assert OutgoingMail.objects.get().status == MailStatus.QUEUED


def test_a_copy_of_a_copy_is_paused_from_its_own_moment_on() -> None:
    earlier = timezone.now() - timedelta(days=3)
    MailPause.objects.create(since=earlier, backup_made_at=earlier)

    pause_mail(backup_made_at=None)

    pause = MailPause.objects.get()
    assert pause.since > earlier
    assert pause.backup_made_at is None


def test_there_is_one_pause_at_most() -> None:
    pause_mail(backup_made_at=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        MailPause.objects.create(pk=2, since=timezone.now())


@pytest.mark.parametrize(("role", "is_told"), [(role, role == Role.ADMINISTRATOR) for role in Role])
def test_administrators_read_it_on_every_page(client: Client, role: Role, is_told: bool) -> None:
    client.force_login(UserFactory(roles=[role]))
    pause_mail(backup_made_at=timezone.now())

    for page in ("portfolio:dashboard", "partners:organisation-list"):
        assert ("manage.py resume_mail" in client.get(reverse(page)).content.decode()) is is_told


def test_there_is_nothing_to_read_where_mail_leaves(client: Client) -> None:
    client.force_login(AdministratorFactory())

    assert "resume_mail" not in client.get(reverse("portfolio:dashboard")).content.decode()
