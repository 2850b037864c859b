"""``make bench``: fill a database per size, serve each as in production, measure them together, print the table."""

import argparse
import sys
import time
from contextlib import ExitStack

from bench import report
from bench.client import Client, measure
from bench.databases import ROOT, database, server
from bench.serving import WORKERS, site

SIZES = [10_000, 100_000]
REQUESTS = 150


def main() -> None:
    """Serve all sizes at the same time, measure them in turn, print the table and drop the databases."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the pages people use most.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="organisations and collaborations")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of every page, at every size")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other names and another order")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use those that were kept")
    options = parser.parse_args()
    on, started = server(), time.monotonic()
    with ExitStack() as stack:
        addresses = {size: stack.enter_context(database(on, size, keep=options.keep)) for size in sorted(options.sizes)}
        sites = {size: stack.enter_context(site(url, size, options.seed)) for size, url in addresses.items()}
        pages = {size: place.pages for size, place in sites.items()}
        clients = {size: Client(place.port, WORKERS, place.pages[0]) for size, place in sites.items()}
        figures = measure(clients, pages, options.requests, options.seed)
    text = f"{report.table(figures)}\n\n{report.circumstances(options.requests, on.version())}\n"
    path = ROOT / "var" / "bench" / "latest.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(text)
    print(f"Took {time.monotonic() - started:.0f} s.", file=sys.stderr)


if __name__ == "__main__":
    main()
