from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import get_language
from pytest_django import Settings

from common.actions import ActionRefused
from notifications.actions import queue_mail, record_heartbeat, retry_mail
from notifications.enums import MailStatus
from notifications.links import MARK
from notifications.models import Heartbeat, OutgoingMail
from notifications.recipients import Recipient, of_user
from tests.factories.accounts import CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.notifications import OutgoingMailFactory

pytestmark = pytest.mark.django_db

JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")
JANE = Recipient(email="jane@example.org", name="Jane", language="en", key="contact:2")
NOTE = {"title": "Tea & <cake>", "day": date(2026, 3, 31)}


def test_recipient_of_a_user_keeps_its_key_and_language() -> None:
    user = UserFactory(email="ada@example.org", name="Ada", language="en")

    assert of_user(user) == Recipient(email="ada@example.org", name="Ada", language="en", key=f"user:{user.pk}")


def test_queued_mail_is_in_the_language_of_the_recipient() -> None:
    before = get_language()
    dutch = queue_mail(kind="note", to=JAN, context=NOTE)
    english = queue_mail(kind="note", to=JANE, context=NOTE)

    assert (dutch.language, dutch.subject) == ("nl", "nl: Tea & <cake>")
    assert (english.language, english.subject) == ("en", "en: Tea & <cake>")
    assert dutch.body_text == "Jan: Tea & <cake> (31 maart 2026)\n"
    assert english.body_text == "Jane: Tea & <cake> (31 March 2026)\n"
    assert get_language() == before


def test_queued_mail_escapes_only_its_html() -> None:
    mail = queue_mail(kind="note", to=JANE, context=NOTE)

    assert "Jane: <bdi>Tea &amp; &lt;cake&gt;</bdi> (31 March 2026)" in mail.body_html


def test_queued_mail_is_ready_to_leave_and_kept_whole() -> None:
    mail = queue_mail(kind="note", to=JAN, context=NOTE)

    kept = OutgoingMail.objects.get()
    assert kept == mail
    assert (kept.kind, kept.to_email, kept.to_name) == ("note", "jan@example.org", "Jan")
    assert (kept.status, kept.attempts, kept.last_error) == (MailStatus.QUEUED, 0, "")
    assert kept.next_attempt_at <= timezone.now()
    assert kept.message_id.endswith("@testserver>")


def test_button_leads_to_a_page_of_this_site(settings: Settings) -> None:
    settings.SITE_URL = "https://samenspel.example"
    mail = queue_mail(kind="note", to=JAN, context=NOTE, path="/collaborations/7/")

    assert mail.body_text.endswith("\nhttps://samenspel.example/collaborations/7/\n")
    assert '<a href="https://samenspel.example/collaborations/7/">https://samenspel.example</a>' in mail.body_html
    assert (mail.link_kind, mail.link_to) == ("", "")
    assert mail.message_id.endswith("@samenspel.example>")


def test_personal_link_is_only_a_mark_while_the_mail_waits() -> None:
    mail = queue_mail(kind="note", to=JAN, context=NOTE, link=("invitation", "12"))

    assert (mail.link_kind, mail.link_to) == ("invitation", "12")
    assert mail.body_text.endswith(f"\n{MARK}\n")
    assert f'<a href="{MARK}">' in mail.body_html


def test_subject_becomes_one_line_that_fits() -> None:
    mail = queue_mail(kind="note", to=JAN, context={"title": "two\r\nBcc: all@example.org\n" + "x" * 400})

    assert mail.subject.startswith("nl: two Bcc: all@example.org xxx")
    assert len(mail.subject) == 300


def test_lazy_words_are_read_in_the_language_of_the_recipient() -> None:
    mail = queue_mail(kind="note", to=JANE, context={"title": lazystr("lazy")})

    assert mail.subject == "en: lazy"


def test_plain_text_has_one_empty_line_between_paragraphs() -> None:
    mail = queue_mail(kind="note", to=JAN, context={"title": "one\n \n\n\ntwo\nthree"})

    assert mail.body_text == "Jan: one\n\ntwo\nthree ()\n"


def test_every_mail_has_a_message_id_of_its_own() -> None:
    ids = {queue_mail(kind="note", to=JAN, context=NOTE).message_id for _ in range(3)}

    assert len(ids) == 3


def test_queueing_refuses_a_recipient_without_an_address() -> None:
    nobody = Recipient(email="", name="Piet", language="en", key="contact:3")

    with pytest.raises(ActionRefused, match="Piet"):
        queue_mail(kind="note", to=nobody, context=NOTE)
    assert not OutgoingMail.objects.exists()


def test_retry_puts_a_failed_mail_back_with_all_its_attempts() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    mail = OutgoingMailFactory(failed=True, attempts=6, next_attempt_at=tomorrow)

    retry_mail(actor=CoordinatorFactory(), mail=mail)

    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.QUEUED, 0)
    assert mail.next_attempt_at <= timezone.now()


@pytest.mark.parametrize("fields", [{}, {"sent": True}])
def test_retry_refuses_a_mail_that_was_not_stopped(fields: dict[str, bool]) -> None:
    mail = OutgoingMailFactory(**fields)
    status = mail.status

    with pytest.raises(ActionRefused):
        retry_mail(actor=CoordinatorFactory(), mail=mail)
    mail.refresh_from_db()
    assert mail.status == status


def test_retry_is_not_for_managers() -> None:
    mail = OutgoingMailFactory(failed=True)

    with pytest.raises(PermissionDenied):
        retry_mail(actor=ManagerFactory(), mail=mail)
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


def test_heartbeat_is_one_row_that_moves() -> None:
    record_heartbeat()
    first = Heartbeat.objects.get(name="beat").beat_at
    record_heartbeat()

    assert Heartbeat.objects.get().beat_at > first
