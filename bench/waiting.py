"""``python -m bench.waiting``: measure whether people who answer in one round wait for each other.

Forty people save answers together, first all in one round, then two in each of twenty rounds. Meanwhile a second
connection counts, every few milliseconds, the sessions that wait for a lock (``pg_stat_activity``). Bounded: forty
connections, a fixed number of saves.
"""

import os
import threading
import time
from statistics import mean

import django

from bench.databases import Server, database, server
from bench.serving import production

PEOPLE = 40
ROUNDS = 20
SAVES = 25
EVERY = 0.003
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def main() -> None:
    """Print the mean and the most sessions that waited, per way of spreading."""
    on = server()
    with database(on, PEOPLE, keep=False) as address:
        os.environ.update(production(address, port=0), DATABASE_POOL_SIZE=str(PEOPLE + 2))
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for name, rounds in (("one", 1), ("spread", ROUNDS), ("one again", 1), ("spread again", ROUNDS)):
            print(f"{PEOPLE} people in {rounds} round(s): {measured(on, name, rounds)}")
        from django.db import connections

        connections.close_all()


def measured(on: Server, name: str, rounds: int) -> str:
    """Let all people save, and sample the waiting sessions meanwhile."""
    from bench.rounds import add_rounds

    invitations = add_rounds(name, rounds=rounds, people=PEOPLE)
    people = [threading.Thread(target=save, args=(invitation.pk,)) for invitation in invitations]
    samples: list[int] = []
    started = time.perf_counter()
    with on.connect(PEOPLE) as watching:
        for person in people:
            person.start()
        while any(person.is_alive() for person in people):
            row = watching.execute(WAITING).fetchone()
            samples.append(int(row[0]) if row else 0)
            time.sleep(EVERY)
    rate = PEOPLE * SAVES / (time.perf_counter() - started)
    waited = f"waiting {mean(samples):.2f} on average, {max(samples)} at most ({len(samples)} samples)"
    return f"{waited}; {rate:.0f} saves/s"


def save(pk: int) -> None:
    """Save one answer after the other, as one person does."""
    from django.db import connection

    from assessments.actions import save_answers
    from assessments.models import Invitation

    invitation = Invitation.objects.select_related("cycle__instrument", "contact", "party").get(pk=pk)
    items = list(invitation.cycle.instrument.definition.items)
    for number in range(SAVES):
        save_answers(invitation=invitation, answers={items[number % len(items)]: 4}, comments={})
    connection.close()


if __name__ == "__main__":
    main()
