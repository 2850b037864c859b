"""Makes the demo through the actions, from the first talk of years ago until today. The same seed, the same data."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from assessments.actions import load_questionnaire
from assessments.enums import CycleStatus
from assessments.models import Invitation
from assessments.personal_links import LINK_KIND
from audit.past import date_history
from collab.models import Collaboration
from common.actions import ActionRefused
from notifications.actions import settle_past_mails
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from portfolio.demo.calendar import Calendar, Steps
from portfolio.demo.network import Network, add_partners, let_partners_in, start_network
from portfolio.demo.tale import Tale
from portfolio.demo.telling import tell
from portfolio.demo.texts import content, stories

FOUNDED = 1300
REMINDED_FOR = 45


@transaction.atomic
def build(*, seed: int, scale: int = 1) -> None:
    """Fill an empty database with the demo, ``scale`` times as large. Refuses when collaborations are there already.

    Either all of it is there afterwards or nothing. Mails of the past count as sent; those of the round that is open
    now wait to be delivered.
    """
    if Collaboration.objects.exists():
        raise ActionRefused("there are collaborations in this database already; the demo goes into an empty one")
    load_questionnaire()
    calendar = Calendar(timezone.localdate())
    calendar.add(_found(calendar, str(seed), scale))
    calendar.add(_remind(calendar.today))
    calendar.run()
    date_history()
    settle_past_mails(before=timezone.now(), but=_invitations_of_now())


def _found(calendar: Calendar, seed: str, scale: int) -> Steps:
    """The network as it was before anything happened; then every story begins."""
    yield calendar.today - timedelta(days=FOUNDED)
    chance = Random(seed)
    network = start_network(chance)
    for place in _places(scale):
        add_partners(network, place)
        if not place:
            let_partners_in(network)
        for tale in _tales(calendar, network, seed, place):
            calendar.add(tell(tale))


def _places(scale: int) -> list[str]:
    """The network itself, and the towns that its copies stand in."""
    return ["", *content("places")[: scale - 1]]


def _tales(calendar: Calendar, network: Network, seed: str, place: str) -> Iterator[Tale]:
    """The copies share the host's people; each has partners of its own."""
    own = Network(
        network.chance, network.names, network.coordinators, dict(network.organisations), dict(network.people)
    )
    for number, story in enumerate(stories()):
        chance = Random(f"{seed}/{place}/{story.name}")
        yield Tale(story, f"{seed}/{place}", number, place, own, calendar, chance, network.coordinator(number))


def _remind(today: date) -> Steps:
    """What the jobs sent in the last weeks; those of today are for the jobs of today."""
    for ago in range(REMINDED_FOR, 0, -1):
        day = today - timedelta(days=ago)
        yield day
        send_due(day)


def _invitations_of_now() -> list[int]:
    """The mails with a personal link to the round that is open."""
    asked = Invitation.objects.filter(cycle__status=CycleStatus.OPEN).values_list("pk", flat=True)
    mails = OutgoingMail.objects.filter(link_kind=LINK_KIND, link_to__in=[str(pk) for pk in asked])
    return list(mails.exclude(kind="evaluation_reminder").values_list("pk", flat=True))
