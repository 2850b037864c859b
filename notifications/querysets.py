from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Min, Q

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
        """Return the mails that wait and are due, and those claimed by a worker that died before it handed them over.

        Outside daytime only mails that may leave at any hour. ``next_attempt_at`` already respects daytime; the
        condition is repeated here for workers that stood still and resume at night.
        """
        left = Q(status=MailStatus.SENDING, leased_until__lte=now, handed_over_at=None)
        due = self.filter(Q(status=MailStatus.QUEUED, next_attempt_at__lte=now) | left)
        return due if is_daytime(now) else due.filter(daytime_only=False)

    def abandoned(self, now: datetime) -> "OutgoingMailQuerySet":
        """Return the mails that were handed to the mail server by a worker that died before the answer came."""
        return self.filter(status=MailStatus.SENDING, leased_until__lte=now, handed_over_at__isnull=False)

    def waiting(self) -> "OutgoingMailQuerySet":
        """Return the mails that are neither sent nor given up."""
        return self.filter(status__in=[MailStatus.QUEUED, MailStatus.SENDING])

    def health(self, now: datetime) -> dict[str, int]:
        """Return for a monitor how long the oldest mail waits, in seconds, and how many failed or are perhaps sent.

        A mail that is not due yet does not wait, unless an attempt to send it went wrong: then it waits since it was
        made.
        """
        tried = Q(status=MailStatus.QUEUED) & ~Q(last_error="")
        tried_since = self.filter(tried).aggregate(first=Min("created_at"))["first"]
        due_since = self.deliverable(now).aggregate(first=Min("next_attempt_at"))["first"]
        oldest = min((since for since in (tried_since, due_since) if since is not None), default=now)
        lately = Count("pk", filter=Q(next_attempt_at__gt=now - timedelta(days=1)))
        counts = self.filter(status__in=[MailStatus.FAILED, MailStatus.UNKNOWN]).order_by().values("status")
        found = {row["status"]: row for row in counts.annotate(all=Count("pk"), lately=lately)}
        none = {"all": 0, "lately": 0}
        failed, unknown = found.get(MailStatus.FAILED, none), found.get(MailStatus.UNKNOWN, none)
        return {
            "waiting": self.waiting().count(),
            "oldest_waiting_seconds": max(int((now - oldest).total_seconds()), 0),
            "failed": failed["all"],
            "failed_last_day": failed["lately"],
            "perhaps_sent": unknown["all"],
            "perhaps_sent_last_day": unknown["lately"],
        }

    def matching(self, text: str) -> "OutgoingMailQuerySet":
        """Return the mails in which, for every word of ``text``, a word in address, name or subject starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self
