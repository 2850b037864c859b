"""Open rounds with many people who answer at the same time, made once in an empty database."""

from datetime import date, timedelta

from assessments.actions import load_questionnaire
from assessments.models import CycleParty, EvaluationCycle, Invitation, PersonalLink
from collab.models import Collaboration, Participation
from notifications.tokens import hash_token
from partners.models import Contact, Organisation


def token_of(round_name: str, number: int) -> str:
    """Return the token in the personal link of a person in a round."""
    return f"bench-{round_name}-{number:030}"


def add_rounds(name: str, *, rounds: int, people: int) -> list[Invitation]:
    """Open ``rounds`` rounds of the host and one partner each, with ``people`` people in all, spread evenly."""
    host = Organisation.objects.filter(is_host=True).first() or _organisation("Host", is_host=True)
    invitations = []
    for number in range(rounds):
        cycle, parties = _open_round(f"{name} {number}", host)
        places = range(number, people, rounds)
        contacts = Contact.objects.bulk_create(
            Contact(
                organisation=parties[place % 2].organisation,
                name=f"Person {place}",
                email=f"{name}{place}@bench.example",
            )
            for place in places
        )
        invitations += Invitation.objects.bulk_create(
            Invitation(cycle=cycle, party=parties[place % 2], contact=contact)
            for place, contact in zip(places, contacts, strict=True)
        )
    PersonalLink.objects.bulk_create(
        PersonalLink(invitation=invitation, token_hash=hash_token(token_of(name, number)))
        for number, invitation in enumerate(invitations)
    )
    return invitations


def _organisation(name: str, *, is_host: bool = False) -> Organisation:
    return Organisation.objects.create(name=name, is_host=is_host, kind="library")


def _open_round(name: str, host: Organisation) -> tuple[EvaluationCycle, list[CycleParty]]:
    collaboration = Collaboration.objects.create(name=name, stage="active")
    sides = [host, _organisation(name)]
    today = date.today()
    cycle = EvaluationCycle.objects.create(
        collaboration=collaboration,
        number=1,
        instrument=load_questionnaire(),
        status="open",
        opens_on=today,
        closes_on=today + timedelta(days=21),
    )
    for side in sides:
        Participation.objects.create(collaboration=collaboration, organisation=side)
    parties = [
        CycleParty.objects.create(cycle=cycle, organisation=side, key=f"org-{place}", name=name, is_host=side.is_host)
        for place, side in enumerate(sides, start=1)
    ]
    return cycle, parties
