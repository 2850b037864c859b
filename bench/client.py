"""A closed-loop client: one request at a time, floor, pages and sizes in turn, so that noise hits all of them alike."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from random import Random
from statistics import median, quantiles
from typing import Any, Self

from bench.counting import HEADER

FLOOR = "floor"
CSRF = "b" * 32
WARM_UP = 8
# In every round the floor is asked once for so many pages: all else is divided by it.
PAGES_PER_FLOOR = 4


@dataclass(frozen=True)
class Ask:
    """One request: ``form`` makes it a POST."""

    path: str
    form: str = ""


@dataclass(frozen=True)
class Page:
    """A page with some of its addresses, taken in turn; ``session`` is the key of the signed-in session."""

    name: str
    asks: Sequence[Ask]
    session: str = ""
    is_fragment: bool = False

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        return cls(**{**row, "asks": [Ask(**ask) for ask in row["asks"]]})


class PageFailed(Exception):
    """A page answered with an unexpected status."""


@dataclass
class Timings:
    """Milliseconds per request of one page, and the most queries it took."""

    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[-1] if len(self.milliseconds) > 1 else self.p50


class Client:
    """HTTP client with a connection to every worker of a site, used in turn."""

    def __init__(self, port: int, workers: int, floor: Page) -> None:
        self.port = port
        self.turn = 0
        # Opened until each worker has one: the server hands them out as it likes.
        found: dict[str, HTTPConnection] = {}
        for _ in range(200):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            response, _body = self._answer(connection, floor, floor.asks[0])
            if found.setdefault(response.headers["X-Worker"], connection) is not connection:
                connection.close()
            if len(found) == workers:
                break
        self.connections = list(found.values())

    def ask(self, page: Page, number: int) -> tuple[float, int]:
        """Return milliseconds and queries of the ``number``-th request of a page."""
        self.turn = (self.turn + 1) % len(self.connections)
        ask = page.asks[number % len(page.asks)]
        started = time.perf_counter()
        response, body = self._answer(self.connections[self.turn], page, ask)
        milliseconds = (time.perf_counter() - started) * 1000
        if response.status != (302 if ask.form and not page.is_fragment else 200):
            raise PageFailed(f"{page.name} ({ask.path}): {response.status} {body[:300]!r}")
        return milliseconds, int(response.headers[HEADER])

    def _answer(self, connection: HTTPConnection, page: Page, ask: Ask) -> tuple[HTTPResponse, bytes]:
        method, body = ("POST", ask.form.encode()) if ask.form else ("GET", None)
        headers = {
            "Host": f"localhost:{self.port}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "127.0.0.1",
            "Accept-Language": "nl",
            "Cookie": f"csrftoken={CSRF}" + (f"; sessionid={page.session}" if page.session else ""),
        }
        if page.is_fragment:
            headers["HX-Request"] = "true"
        if ask.form:
            headers["Origin"] = f"https://localhost:{self.port}"
            headers |= {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, ask.path, body=body, headers=headers)
        response = connection.getresponse()
        return response, response.read()


def measure(clients: Mapping[int, Client], pages: Mapping[int, Sequence[Page]], rounds: int, seed: int) -> "Measured":
    """Ask every page of every size ``rounds`` times, in an order shuffled anew each round; the first rounds warm up."""
    measured = {size: {page.name: Timings() for page in asked} for size, asked in pages.items()}
    random = Random(seed)
    for number in range(-WARM_UP, rounds):
        turns = [
            (size, page)
            for size, asked in pages.items()
            for page in asked
            for _ in range(len(asked) // PAGES_PER_FLOOR if page.name == FLOOR else 1)
        ]
        random.shuffle(turns)
        for size, page in turns:
            milliseconds, queries = clients[size].ask(page, number)
            timings = measured[size][page.name]
            timings.queries = max(timings.queries, queries)
            if number >= 0:
                timings.milliseconds.append(milliseconds)
    return measured


Measured = dict[int, dict[str, Timings]]
