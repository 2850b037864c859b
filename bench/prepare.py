"""``python -m bench.prepare SIZE SEED``: fill the database of the environment, print the pages to ask as JSON."""

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
    """Fill the database unless an earlier run has kept it filled; print the pages."""
    django.setup()
    from bench.pages import pages
    from bench.seed.people import sign_in_visitors
    from notifications.models import Heartbeat

    compile_catalogues()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Heartbeat.objects.exists():
        from bench.seed import seed

        started = time.monotonic()
        seed(size=size, today=date.today(), number=number)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"Filled {size:,} in {time.monotonic() - started:.0f} s.", file=sys.stderr)
    sign_in_visitors()
    print(json.dumps([asdict(page) for page in pages()]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
