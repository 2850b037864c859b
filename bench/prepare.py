"""``python -m bench.prepare SIZE SEED``: fills the database of the environment, prints the pages to ask as JSON."""

import json
import sys
import time
from dataclasses import asdict
from datetime import date

import django
from django.core.management import call_command
from django.db import connection

from config.messages import compile_catalogues


def main(size: int, number: int) -> None:
    """Nothing is filled twice: a database that was kept is used as it is."""
    django.setup()
    from bench.pages import pages
    from notifications.models import Heartbeat

    compile_catalogues()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Heartbeat.objects.exists():
        _fill(size, number)
    print(json.dumps([asdict(page) for page in pages()]))


def _fill(size: int, number: int) -> None:
    from bench.seed import seed

    started = time.monotonic()
    seed(size=size, today=date.today(), number=number)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"Filled {size:,} in {time.monotonic() - started:.0f} s.", file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
