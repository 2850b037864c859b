from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from common.search import word_starts
from notifications.enums import MailStatus

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import OutgoingMail  # noqa: F401  (ruff overlooks the quoted name below)


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, user: "User | AnonymousUser") -> "OutgoingMailQuerySet":
        """Colleagues read what was sent; partners read their own mailbox."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()

    def deliverable(self, now: datetime) -> "OutgoingMailQuerySet":
        """Waiting and due, or claimed by a worker whose lease has run out."""
        return self.filter(
            Q(status=MailStatus.QUEUED, next_attempt_at__lte=now) | Q(status=MailStatus.SENDING, leased_until__lte=now)
        )

    def waiting(self) -> "OutgoingMailQuerySet":
        """Not sent yet, and not given up either."""
        return self.filter(status__in=[MailStatus.QUEUED, MailStatus.SENDING])

    def matching(self, text: str) -> "OutgoingMailQuerySet":
        """Mails with, for every word of ``text``, a word in address, name or subject that starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self
