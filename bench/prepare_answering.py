"""``python -m bench.prepare_answering PEOPLE TURNS``: make a round per turn in the database of the environment.

Prints the requests as JSON: per turn the floor's submissions, then those of the questionnaire.
"""

import json
import sys
from dataclasses import asdict

import django
from django.core.management import call_command
from django.db import connection

from config.messages import compile_catalogues


def main(people: int, turns: int) -> None:
    """Fill the database, and print the pages."""
    django.setup()
    from assessments.actions import load_questionnaire
    from bench.answering import form
    from bench.client import FLOOR, Ask, Page
    from bench.rounds import add_rounds, token_of

    compile_catalogues()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    items = list(load_questionnaire().definition.items)
    floors, rounds = [], []
    for turn in range(turns):
        name = f"turn{turn}"
        asked = add_rounds(name, rounds=1, people=people)
        forms = [form(items, invitation.contact.email) for invitation in asked]
        floors.append(Page(FLOOR, [Ask("/floor/submission/", text) for text in forms]))
        paths = [f"/e/{token_of(name, number)}/" for number in range(people)]
        rounds.append(Page("send", [Ask(path, text) for path, text in zip(paths, forms, strict=True)]))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps([asdict(page) for page in (*floors, *rounds)]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
