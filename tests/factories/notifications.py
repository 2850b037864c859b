import factory
from django.utils import timezone

from notifications.enums import MailStatus
from notifications.models import OutgoingMail, Reminder


class OutgoingMailFactory(factory.django.DjangoModelFactory[OutgoingMail]):
    """A mail that waits; ``sent`` and ``failed`` make the other two ends."""

    class Meta:
        model = OutgoingMail

    class Params:
        sent = factory.Trait(status=MailStatus.SENT, sent_at=factory.LazyFunction(timezone.now), attempts=1)
        failed = factory.Trait(status=MailStatus.FAILED, last_error="550 No such user", attempts=1)

    message_id = factory.Sequence(lambda n: f"<{n}@testserver>")
    kind = "note"
    to_email = factory.Sequence(lambda n: f"person{n}@example.org")
    to_name = factory.Sequence(lambda n: f"Person {n}")
    language = "nl"
    subject = factory.Sequence(lambda n: f"Note {n}")
    body_text = "A note.\n"
    body_html = "<p>A note.</p>"


class ReminderFactory(factory.django.DjangoModelFactory[Reminder]):
    """A record that a person was reminded of an action, today."""

    class Meta:
        model = Reminder

    kind = "action_overdue"
    subject = factory.Sequence(lambda n: f"action:{n}")
    recipient = "contact:0"
    occurrence = "2026-03-01/overdue-7"
    day = factory.LazyFunction(timezone.localdate)
