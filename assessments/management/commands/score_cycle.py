"""``manage.py score_cycle FILE…``: reproduce the figures of an exported cycle, without a database."""

import io
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.cycle_format import CycleFormatError, parse_cycle, printable
from assessments.disclosure import disclosed_result
from assessments.instruments import load_instrument

REFUSED = 2
# Line ends that JSON leaves alone; escaped, so that a file stays one line for whoever splits the output.
_LINE_ENDS = str.maketrans({"\x85": r"\u0085", "\u2028": r"\u2028", "\u2029": r"\u2029"})


class Command(BaseCommand):
    help = "Read exported evaluation cycles and print what may be shown of each: one line of JSON per file."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file that export_cycle wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one result per good file; a bad one costs a line on standard error and exit status 2 at the end."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        refused = False
        for name in options["files"]:
            try:
                line = score_line(name)
            except CycleFormatError as error:
                self.stderr.write(f"{printable(name)}: {error}")
                refused = True
            else:
                self.stdout.write(line)
        if refused:
            sys.exit(REFUSED)


def score_line(name: str) -> str:
    """Return the disclosed result of one file as a line of JSON; raise CycleFormatError, for an unreadable file too."""
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise CycleFormatError("file", error.strerror or type(error).__name__) from error
    except ValueError as error:
        raise CycleFormatError("file", str(error)) from error
    cycle = parse_cycle(content)
    instrument = load_instrument(cycle.instrument_key, cycle.instrument_version)
    return json.dumps(disclosed_result(cycle, instrument), ensure_ascii=False).translate(_LINE_ENDS)
