"""``python -m bench.prepared``: tell for every prepared query which part of the pages that run it is saved by it.

A page is asked in this process with the query as it is and with the query built anew, in turn and in a random order,
and its processor time is compared: that says the same on a machine that does other things as well.
"""

import argparse
import os
import time
from collections import defaultdict
from random import Random
from statistics import quantiles
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.client import CSRF, FLOOR, Page
from bench.databases import database, server
from bench.serving import prepared_pages, production

if TYPE_CHECKING:
    from django.test import Client

    from common.prepared import Prepared

SIZE, ROUNDS = 10_000, 60
WARM_UP = 6


def main() -> None:
    """Measure the pages with prepared queries on a filled database that is kept for the next run."""
    parser = argparse.ArgumentParser(prog="python -m bench.prepared", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of every page and query")
    parser.add_argument("--seed", type=int, default=1, help="another number gives another order")
    parser.add_argument("pages", nargs="*", help="names of pages; all without any")
    options = parser.parse_args()
    with database(server(), SIZE, keep=True) as address:
        environment = production(address, 8000)
        pages = prepared_pages(environment, "bench.prepare", SIZE, options.seed)
        os.environ.update(environment)
        import django

        django.setup()
        for page in pages:
            is_read = page.name != FLOOR and not page.asks[0].form
            if is_read and (page.name in options.pages or not options.pages):
                _measure(page, options.rounds, Random(options.seed))


def _measure(page: Page, rounds: int, random: Random) -> None:
    """Print the processor time of a page, and what each of its prepared queries saves; nothing without any."""
    from django.test import Client

    from common.prepared import Prepared

    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="nl")
    client.cookies.load({"sessionid": page.session, "csrftoken": CSRF})
    anew, run, rows = "", set[str](), Prepared.rows

    def counted(self: "Prepared", **given: Any) -> list[Any]:
        name = f"{self.build.__module__}:{self.build.__code__.co_firstlineno}"
        run.add(name)
        if name == anew:
            self.__dict__.pop("_statement", None)
        return rows(self, **given)

    times = defaultdict[str, list[float]](list)
    with patch.object(Prepared, "rows", counted):
        for number in range(WARM_UP):
            _seconds(client, page, number)
        for number in range(rounds if run else 0):
            for anew in random.sample(["", *sorted(run)], len(run) + 1):
                times[anew].append(_seconds(client, page, number))
    # The lowest fifth: whatever else the machine does only adds to a time.
    lowest = {name: quantiles(found, n=5)[0] * 1000 for name, found in times.items()}
    for name in sorted(run):
        saved = lowest[name] - lowest[""]
        print(f"{page.name}: {lowest['']:.1f} ms, {name} saves {saved:.1f} ms, {saved / lowest[name]:.0%}", flush=True)


def _seconds(client: "Client", page: Page, number: int) -> float:
    """Return the seconds of processor time that one request takes in this process."""
    started = time.process_time()
    headers = {"HX-Request": "true"} if page.is_fragment else {}
    response = client.get(page.asks[number % len(page.asks)].path, secure=True, headers=headers)
    assert response.status_code == 200, (page.name, response.status_code)
    return time.process_time() - started


if __name__ == "__main__":
    main()
