"""Mail alerts to the people that the declaration of each kind names, after the days that it names."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial

from accounts.models import User
from collab.alerts.kinds import AlertKind, AlertRow, MailStep, kinds_of_mail
from collab.alerts.people import names_of_helpers
from collab.senders import own_leads
from notifications.recipients import number_in
from notifications.reminders import DueReminder, Way, way_to

CHUNK = 500


def reminders_of(mail: str, day: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the reminders of the kinds of alert that ``mail`` tells of, due up to and including ``day``."""
    for kind in kinds_of_mail(mail):
        rows = kind.found(day, None)
        if subject:
            rows = rows.filter(pk=number_in(subject))
        for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
            yield from _of_row(kind, AlertRow(*row), day)


def latest_steps(steps: Iterable[MailStep], since: date, day: date) -> list[MailStep]:
    """Return for every role the latest step that has come: a person who was missed hears once, not three times."""
    return list({step.role: step for step in steps if since + timedelta(days=step.days) <= day}.values())


def _of_row(kind: AlertKind, row: AlertRow, day: date) -> Iterator[DueReminder]:
    assert row.since is not None
    facts = kind.mail_facts(row, day)
    for step in latest_steps(kind.mail_steps, row.since, day):
        for person in kind.people(step, row, day):
            yield DueReminder(
                kind=kind.mail,
                subject=f"{kind.mail_about}:{row.subject}",
                recipient=person,
                occurrence=f"{row.since.isoformat()}/{step.days:+d}",
                context={
                    "collaboration": row.name,
                    "due_on": row.since,
                    "days_late": (day - row.since).days,
                    "role": str(step.role),
                    "name": person.name,
                    **facts,
                },
                way=partial(_way, kind, row, day),
                senders=partial(own_leads, row.collaboration),
            )


def _way(kind: AlertKind, row: AlertRow, day: date, user: User | None) -> Way:
    """Return the button for ``user``: to the step, else to where the alert can be looked at, with who can settle it."""
    subject = kind.rows(day, None).model.objects.get(pk=row.subject)
    return way_to(
        user,
        (kind.settled_with, subject, kind.mail_step(row).url),
        look=(kind.seen_with, subject, kind.place(row)),
        helpers=lambda: names_of_helpers(row.collaboration, kind.settled_with, subject, day),
    )
