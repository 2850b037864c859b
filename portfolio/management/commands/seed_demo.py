from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.actions import ActionRefused
from portfolio.demo import accounts_in_words
from portfolio.demo.build import build


def _times(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 100:
        raise ArgumentTypeError("a whole number from 1 to 100")
    return int(value)


class Command(BaseCommand):
    """Command that fills an empty database with the demo; the same seed and day give the same data."""

    help = "Fill an empty database with demo data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="what chance starts from")
        parser.add_argument("--scale", type=_times, default=1, help="so many times as large")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            build(seed=options["seed"], scale=options["scale"])
        except ActionRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("\n".join(["The demo is there.", *accounts_in_words()]))
