"""A closed-loop client: one request at a time, pages in turn, so that noise hits the floor and every page alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median, quantiles

from bench.counting import HEADER

FLOOR = "floor"
CSRF = "b" * 32
WARM_UP = 5
CONNECTIONS = 4


@dataclass(frozen=True)
class Page:
    """One request: ``form`` makes it a POST, ``session`` is the key of who is signed in."""

    name: str
    path: str
    session: str = ""
    form: str = ""


class PageFailed(Exception):
    """A page did not answer as it should."""


@dataclass
class Timings:
    """Milliseconds per request of one page, and the queries it took."""

    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[-1] if len(self.milliseconds) > 1 else self.p50


def measure(port: int, pages: Sequence[Page], rounds: int) -> dict[str, Timings]:
    """Ask every page ``rounds`` times, in turn; the first few rounds warm up and do not count."""
    timings = {page.name: Timings() for page in pages}
    connections = [HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(CONNECTIONS)]
    for number in range(WARM_UP + rounds):
        for page in pages:
            milliseconds, queries = _ask(connections[number % CONNECTIONS], port, page)
            if number >= WARM_UP:
                timings[page.name].milliseconds.append(milliseconds)
                timings[page.name].queries = max(timings[page.name].queries, queries)
    return timings


def _ask(connection: HTTPConnection, port: int, page: Page) -> tuple[float, int]:
    headers = {
        "Host": f"localhost:{port}",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "Referer": f"https://localhost:{port}/",
        "Accept-Language": "nl",
        "Cookie": f"csrftoken={CSRF}" + (f"; sessionid={page.session}" if page.session else ""),
    }
    if page.form:
        headers |= {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    connection.request("POST" if page.form else "GET", page.path, body=page.form or None, headers=headers)
    response = connection.getresponse()
    body = response.read()
    milliseconds = (time.perf_counter() - started) * 1000
    if response.status not in ((200, 302) if page.form else (200,)):
        raise PageFailed(f"{page.name} ({page.path}): {response.status} {body[:200]!r}")
    return milliseconds, int(response.headers.get(HEADER, 0))
