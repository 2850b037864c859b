import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backups.contents import as_text
from config.backups.programs import BackupError, in_one_line
from config.backups.reading import Backup, read
from config.backups.restoring import Restored, restore


class Command(BaseCommand):
    """Command that restores a backup beside the present data, and never over it."""

    help = "Restore a backup into a new database, or into the empty one of DATABASE_URL, and say what it holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="made by manage.py backup; - for the standard input")
        parser.add_argument("--database", metavar="NAME", default="", help="of a new database on the same server")

    def handle(self, *, file: str, database: str, **options: Any) -> None:
        try:
            with in_one_line(), at_hand(file) as path:
                backup = read(path)
                restored = restore(backup, database)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report(backup, restored))


@contextmanager
def at_hand(file: str) -> Iterator[Path]:
    """Give the path of a file, or of one with all of the standard input: it is read several times."""
    if file != "-":
        yield Path(file)
        return
    with tempfile.NamedTemporaryFile(prefix="samenspel-", suffix=".dump") as whole:
        shutil.copyfileobj(sys.stdin.buffer, whole)
        whole.flush()
        yield Path(whole.name)


def report(backup: Backup, restored: Restored) -> str:
    """Return the restored contents and the steps that remain, in words."""
    made = f"{timezone.localtime(backup.made_at):%Y-%m-%d %H:%M}" if backup.made_at else "an unknown moment"
    version = f"Samenspel {backup.version}" if backup.version else "a version that did not say so"
    left = [".".join(key) for key in restored.waiting]
    return "\n".join(
        [
            f"Restored into the database {restored.database}, from the backup of {made} by {version}:",
            as_text(restored.counts),
            f"Migrations to run: {', '.join(left)} (manage.py migrate)" if left else "Migrations to run: none",
            "No mail and no reminder leaves this copy until manage.py resume_mail.",
        ]
    )
