from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.contents import as_text
from config.backups.making import make
from config.backups.programs import BackupError, in_one_line


class Command(BaseCommand):
    """Command that writes a backup: everything that people entered is in the database."""

    help = "Write a backup of the database to a new file, while people go on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a new file, or - for the standard output")

    def handle(self, *, file: str, **options: Any) -> None:
        """Print the contents of the backup, on standard error where the backup itself goes to standard output."""
        try:
            with in_one_line():
                made = make(None if file == "-" else Path(file))
        except BackupError as error:
            raise CommandError(str(error)) from error
        told = self.stderr if file == "-" else self.stdout
        told.style_func = None
        of = f"Samenspel {made.version}" if made.version else "a database that waits for migrations"
        told.write(f"Backup of {of}, on PostgreSQL {made.server}:\n{as_text(made.counts)}")
