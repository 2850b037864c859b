"""The figures as a table in Markdown, each page against the floor of the same run."""

import os
import platform
from datetime import date

from bench.client import FLOOR, Measured

MOST_TIMES_FLOOR = 2.5
MOST_QUERIES = 12
MOST_GROWTH = 1.3


def table(measured: Measured) -> str:
    """Return per page the queries, p50 and p95 in ms, p50 ÷ the floor's p50, and growth of p50 with size."""
    sizes = sorted(measured)
    columns = ["page", "queries", *(title for size in sizes for title in [f"{size:,} p50", "p95", "× floor"])]
    columns += ["growth"] if len(sizes) > 1 else []
    lines = [_row(columns), _row(["---"] + ["--:"] * (len(columns) - 1))]
    lines += [_row(_cells(name, measured, sizes)) for name in measured[sizes[0]]]
    names = [name for name in measured[sizes[0]] if name != FLOOR]
    slow = [
        f"{name} at {size:,}"
        for size in sizes
        for name in names
        if _times_floor(measured, size, name) > MOST_TIMES_FLOOR
    ]
    chatty = [name for name in names if max(measured[size][name].queries for size in sizes) > MOST_QUERIES]
    grown = [name for name in names if len(sizes) > 1 and _growth(measured, sizes, name) > MOST_GROWTH]
    return "\n".join(
        [
            *lines,
            "",
            *(
                [
                    f"Above {MOST_TIMES_FLOOR} × the floor: {', '.join(slow) or 'none'}.",
                    f"More than {MOST_QUERIES} queries: {', '.join(chatty) or 'none'}.",
                    f"Grew more than {MOST_GROWTH} ×: {', '.join(grown) or 'none'}.",
                ]
            ),
        ]
    )


def circumstances(requests: int, postgres: str) -> str:
    """Return a line with the day, the machine and the versions of the measurement."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{date.today():%-d %B %Y}; {os.cpu_count()} processors, {memory:.0f} GB; Python {platform.python_version()}, "
        f"PostgreSQL {postgres}; {requests} requests per page and size, one at a time; times in milliseconds."
    )


def _cells(name: str, measured: Measured, sizes: list[int]) -> list[str]:
    cells = [name, str(max(measured[size][name].queries for size in sizes))]
    for size in sizes:
        timings = measured[size][name]
        cells += [f"{timings.p50:.1f}", f"{timings.p95:.1f}", f"{_times_floor(measured, size, name):.2f}"]
    return cells + ([f"{_growth(measured, sizes, name):.2f}"] if len(sizes) > 1 else [])


def _times_floor(measured: Measured, size: int, name: str) -> float:
    return measured[size][name].p50 / measured[size][FLOOR].p50


def _growth(measured: Measured, sizes: list[int], name: str) -> float:
    """Return p50 at the largest size ÷ p50 at the smallest; sizes are asked in turn, so that noise hits both."""
    return measured[sizes[-1]][name].p50 / measured[sizes[0]][name].p50


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
