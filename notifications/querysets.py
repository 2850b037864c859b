from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from common.search import word_starts
from notifications.daytime import is_daytime
from notifications.enums import MailStatus

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import OutgoingMail, RefusedAddress  # noqa: F401  (ruff overlooks the quoted names below)


class RefusedAddressQuerySet(models.QuerySet["RefusedAddress"]):
    """Queries on refused addresses."""

    def words_by_address(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return the words of the mail server for those of ``addresses`` that it refused, by address in lower case."""
        rows = self.filter(email__in={address.lower() for address in addresses})
        return dict(rows.values_list("email", "words"))


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Queries on the outbox."""

    def visible_to(self, user: "User | AnonymousUser") -> "OutgoingMailQuerySet":
        """Return the mails a user may see: all of them for colleagues, none for others, who read their own mailbox."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()

    def deliverable(self, now: datetime) -> "OutgoingMailQuerySet":
        """Return the mails that wait and are due, and those claimed by a worker whose lease has run out.

        Outside daytime only mails that may leave at any hour. ``next_attempt_at`` already respects daytime; the
        condition is repeated here for workers that stood still and resume at night.
        """
        due = self.filter(
            Q(status=MailStatus.QUEUED, next_attempt_at__lte=now) | Q(status=MailStatus.SENDING, leased_until__lte=now)
        )
        return due if is_daytime(now) else due.filter(daytime_only=False)

    def waiting(self) -> "OutgoingMailQuerySet":
        """Return the mails that are neither sent nor given up."""
        return self.filter(status__in=[MailStatus.QUEUED, MailStatus.SENDING])

    def matching(self, text: str) -> "OutgoingMailQuerySet":
        """Return the mails in which, for every word of ``text``, a word in address, name or subject starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self
