from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.pausing import mail_pause, possibly_sent, resume_mail


class Command(BaseCommand):
    """Command that lets a restored copy send mail and reminders again."""

    help = "Let mail and reminders leave again, which a restored copy keeps back until it takes the place of the other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--send-waiting", action="store_true", help="send what waited when the backup was made")
        choice.add_argument("--cancel-waiting", action="store_true", help="cancel that: it may have left since")

    def handle(self, *, send_waiting: bool, cancel_waiting: bool, **options: Any) -> None:
        """Refuse to choose for the caller where mails may have left from the original already."""
        pause = mail_pause()
        if pause is None:
            self.stdout.write("Mail and reminders leave already: nothing was changed.")
            return
        in_doubt = possibly_sent(pause).count()
        if in_doubt and not send_waiting and not cancel_waiting:
            raise CommandError(
                f"mails that waited when the backup was made, and may have left since: {in_doubt}."
                " Add --send-waiting or --cancel-waiting."
            )
        cancelled = resume_mail(cancel_possibly_sent=cancel_waiting)
        self.stdout.write("Mail and reminders leave from now on.")
        if cancel_waiting:
            self.stdout.write(f"Cancelled, because they may have left before: {cancelled}.")
