"""``python -m bench.answering``: hundreds of people send their answers together, in one round, to two web processes.

The load is bounded: every person sends once, over the loopback only, and a person who gets no answer in a minute stops.
"""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from statistics import median, quantiles
from urllib.parse import urlencode

from bench.client import Ask, Page
from bench.databases import Server, database, server
from bench.serving import site

PEOPLE = 500
MOST_PEOPLE = 2000
SECONDS = 60
TURNS = 3


@dataclass
class Sent:
    """Result of one crowd: seconds it took in all, milliseconds per person, and the failed requests."""

    seconds: float
    milliseconds: list[float]
    failures: list[str]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[-1]


def main() -> None:
    """Run the floor and the questionnaire in turn, so that a busy machine slows both; then look up every answer."""
    parser = argparse.ArgumentParser(prog="python -m bench.answering", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"who send at once, at most {MOST_PEOPLE}")
    people = max(2, min(parser.parse_args().people, MOST_PEOPLE))
    on = server()
    with database(on, people, keep=False) as address:
        with site(address, people, TURNS, prepare="bench.prepare_answering") as place:
            floors, rounds = place.pages[:TURNS], place.pages[TURNS:]
            crowds = [
                (send(place.port, floor), send(place.port, page)) for floor, page in zip(floors, rounds, strict=True)
            ]
        lost = lost_answers(on, people)
    for floor, sent in crowds:
        print(f"{len(sent.milliseconds)} people: {_told(sent)}; floor: {_told(floor)}")
    ratio = median(sent.per_second / floor.per_second for floor, sent in crowds)
    failures = [failure for crowd in crowds for sent in crowd for failure in sent.failures]
    print(f"Not answered well: {len(failures)} {failures[:3] or ''}. Lost: {lost} of {people * TURNS}.")
    print(f"Submissions per second: {ratio:.2f} of the floor's (median of {TURNS}).")
    sys.exit(bool(failures or lost))


def _told(sent: Sent) -> str:
    return f"{sent.per_second:.0f} per second, p50 {median(sent.milliseconds):.0f} ms, p95 {sent.p95:.0f} ms"


def send(port: int, page: Page) -> Sent:
    """Send all answers at the same moment, each over its own connection; end when all have a response."""
    gate = threading.Barrier(len(page.asks) + 1)
    milliseconds, failures = [0.0] * len(page.asks), []

    def person(number: int, ask: Ask) -> None:
        gate.wait()
        started = time.perf_counter()
        try:
            status = _post(port, ask)
        except (OSError, HTTPException) as error:
            status = f"{type(error).__name__}: {error}"
        milliseconds[number] = (time.perf_counter() - started) * 1000
        if status != "302":
            failures.append(status)

    crowd = [threading.Thread(target=person, args=pair) for pair in enumerate(page.asks)]
    for thread in crowd:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in crowd:
        thread.join()
    return Sent(time.perf_counter() - started, milliseconds, failures)


def _post(port: int, ask: Ask) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    headers = {
        "Host": f"localhost:{port}",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "Origin": f"https://localhost:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", ask.path, body=ask.form.encode(), headers=headers)
        response = connection.getresponse()
        response.read()
        return str(response.status)
    finally:
        connection.close()


def lost_answers(on: Server, people: int) -> int:
    """Return the number of forms that are not stored as they were sent: 30 answers and the person's own comment."""
    query = """
        SELECT count(*) FROM assessments_response AS response
        JOIN assessments_invitation AS invitation ON invitation.id = response.invitation_id
        JOIN partners_contact AS contact ON contact.id = invitation.contact_id
        WHERE response.submitted_at IS NOT NULL AND invitation.status = 'submitted'
        AND response.comments ->> 'keep' = contact.email
        AND (SELECT count(*) FROM jsonb_each(response.answers)) = 30
    """
    with on.connect(people) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return people * TURNS - int(row[0])


def form(items: Sequence[str], email: str) -> str:
    """Return the form of one person: every question answered, and a comment that no other person has."""
    return urlencode({**dict.fromkeys(items, "4"), "comment:keep": email})


if __name__ == "__main__":
    main()
