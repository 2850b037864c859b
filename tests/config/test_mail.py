from email import message_from_bytes
from email.policy import default
from pathlib import Path

from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings


def test_every_mail_becomes_a_file_that_a_mail_program_opens(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path / "mail"
    mails = [EmailMultiAlternatives(f"Vraag {n}", "één", "a@example.org", ["b@example.org"]) for n in (1, 2)]
    for mail in mails:
        mail.attach_alternative("<p>één</p>", "text/html")

    assert get_connection("config.mail.EmlBackend").send_messages(mails) == 2

    read = [message_from_bytes(path.read_bytes(), policy=default) for path in settings.MAIL_DIR.glob("*.eml")]
    assert sorted(message["Subject"] for message in read) == ["Vraag 1", "Vraag 2"]
    body = read[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "één"
