import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.answers import collect
from assessments.cycle_format import dump_cycle
from assessments.models import EvaluationCycle


class Command(BaseCommand):
    """Command that writes one closed round as ``samenspel-cycle/1`` (docs/scoring.md), for ``score_cycle`` to read."""

    help = "Write one closed evaluation round as JSON. It holds the raw answers: for administrators only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="number of the round, as in the address of its page")
        parser.add_argument("--output", type=Path, help="file to write; standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = EvaluationCycle.objects.select_related("instrument").filter(pk=options["id"]).first()
        if cycle is None:
            raise CommandError(f"there is no evaluation round {options['id']}")
        if not cycle.has_results:
            raise CommandError(f"evaluation round {cycle.pk} is {cycle.status}: only a closed round can be exported")
        text = dump_cycle(collect(cycle, cycle.instrument.definition))
        if cycle.is_confidential:
            sys.stderr.write("This file holds the raw answers of a confidential round: for administrators only.\n")
        output = options["output"]
        if output is None:
            sys.stdout.write(text)
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
