"""Identity profiles and identity conversations of the demo."""

import random
from datetime import timedelta
from typing import Any

from accounts.models import User
from collab.enums import Stage
from collab.models import Collaboration
from common.dates import add_months
from common.enums import Visibility
from identity import actions
from identity.culture.scales import SCALES
from partners.enums import OrganisationKind as Kind
from partners.models import Contact, Organisation
from portfolio.demo.world import Demo, on

OURS = {
    "who_we_are": "Wij zijn twaalf mensen en tachtig vrijwilligers. Wij leren volwassenen lezen, schrijven en rekenen.",
    "what_matters": "Dat iemand zich niet hoeft te schamen. We beginnen bij wat iemand wel kan.",
    "how_we_decide": "In het team, op dinsdag. Gaat het om meer dan 5.000 euro, dan beslist de directeur.",
    "how_we_work": "Liever bellen dan mailen. We proberen iets uit en praten er daarna over.",
    "good_to_know": "We zeggen vaak te snel ja. Vraag gerust of we er echt tijd voor hebben.",
}
WORDS: dict[str, dict[str, str]] = {
    Kind.LIBRARY: {
        "who_we_are": "Wij zijn een bibliotheek waar iedereen binnenloopt: om te lezen, te leren of warm te zitten.",
        "what_matters": "Dat de deur open is, ook voor wie geen pasje heeft.",
        "how_we_decide": "De teamleider beslist over het programma. Over geld beslist het bestuur, vier keer per jaar.",
        "how_we_work": "Graag een vaste afspraak in de week en een mail met wat we hebben afgesproken.",
        "good_to_know": "In juli en augustus zijn we met de helft van de mensen.",
    },
    Kind.PUBLIC_BODY: {
        "who_we_are": "Wij zorgen dat inwoners kunnen meedoen, en dat het geld daarvoor eerlijk wordt verdeeld.",
        "what_matters": "Dat we kunnen uitleggen waarom de een iets krijgt en de ander niet.",
        "how_we_decide": "Eerst het college, dan de raad. Reken op drie maanden.",
        "how_we_work": "Met een plan op papier. Wat niet op papier staat, kunnen wij niet betalen.",
        "good_to_know": "Na verkiezingen begint een deel van het gesprek opnieuw.",
    },
    Kind.EDUCATION: {
        "who_we_are": "Wij geven onderwijs aan jongeren en volwassenen, van taal tot een vak.",
        "what_matters": "Dat iemand een diploma haalt waar hij iets aan heeft.",
        "how_we_decide": "Het schoolteam doet een voorstel, de directie beslist voor de zomer.",
        "how_we_work": "In schooljaren en lesuren. Overdag zijn we slecht bereikbaar.",
        "good_to_know": "Wat in mei niet is geregeld, kan pas in september.",
    },
}
OTHERS = {
    "who_we_are": "Wij zijn een kleine club met veel vrijwilligers, dicht bij de mensen in de buurt.",
    "what_matters": "Dat mensen elkaar kennen en elkaar helpen.",
    "how_we_decide": "Aan de keukentafel, met wie er is.",
    "how_we_work": "Zoals het komt. Bel ons, of loop binnen.",
    "good_to_know": "Vergaderen doen we liever wandelend.",
}
LEARNED = (
    "Zij hebben drie maanden nodig voor een besluit. Dat is geen onwil: de raad moet het goedvinden.",
    "Wij bellen graag, zij willen het op papier. Afspraak: eerst bellen, daarna een korte mail.",
    "Ze willen graag iets nieuws proberen, zolang er niemand de dupe van wordt.",
    "We bleken allebei te wachten tot de ander begon.",
)
VIEWS = (
    "Jullie zijn warm en snel. Soms zo snel dat wij nog niet weten waar we ja op zeggen.",
    "Wij zien een club die zijn mensen kent. Wat op papier staat, klopt bij jullie altijd.",
    "Jullie vragen door. Dat is soms lastig, en we worden er beter van.",
)


def add_identities(demo: Demo) -> None:
    """Profiles of the host and of most partners, and conversations with some of them, a few over a year ago."""
    chance = random.Random("identities")
    with on(add_months(demo.today, -30)):
        _publish(demo.coordinator, demo.host, OURS, (2, 2, 1, 1, 4, 4))
    rows = Organisation.objects.filter(is_host=False).order_by("pk")
    for number, organisation in enumerate(rows[:24]):
        with on(add_months(demo.today, -chance.randint(6, 28))):
            places = tuple(chance.randint(1, 5) for _scale in SCALES)
            _publish(None, organisation, WORDS.get(organisation.kind, OTHERS), places)
        if number % 3 != 2:
            held_on = add_months(demo.today, -chance.choice([2, 5, 9, 15, 20]))
            people = [
                *demo.host.contacts.active().order_by("pk")[:1],
                *organisation.contacts.active().order_by("pk")[:2],
            ]
            with on(held_on + timedelta(days=1)):
                conversation = actions.record_conversation(
                    actor=demo.coordinator,
                    organisations=[demo.host, organisation],
                    held_on=held_on,
                    people=people,
                    learned=chance.choice(LEARNED),
                )
                seen: dict[str, Any] = {"conversation": conversation, "text": chance.choice(VIEWS)}
                if chance.random() < 0.6:
                    view = actions.write_view(
                        actor=None, by=organisation, about=demo.host, visibility=Visibility.SHARED, **seen
                    )
                    if chance.random() < 0.6:
                        actions.answer_view(
                            actor=demo.coordinator, view=view, answer="partly", word="Het tempo herkennen we."
                        )
    _keeps_its_own(demo)


def _publish(actor: User | None, organisation: Organisation, words: dict[str, str], places: tuple[int, ...]) -> None:
    content: dict[str, Any] = {**words, **dict(zip(SCALES, places, strict=True))}
    actions.write_identity(actor=actor, organisation=organisation, publish=True, **content)


def _keeps_its_own(demo: Demo) -> None:
    """Let the partner that can sign in write its own profile, and give it a view of the host to answer."""
    contact = Contact.objects.filter(user__isnull=False, organisation__is_host=False).select_related("user").get()
    words = {**WORDS[Kind.LIBRARY], "who_we_are": "Wij zijn Bibliotheek Noord: elf vestigingen en één huiskamer."}
    with on(add_months(demo.today, -3)):
        _publish(contact.user, contact.organisation, words, (3, 4, 4, 3, 2, 2))
        conversation = actions.record_conversation(
            actor=demo.coordinator,
            organisations=[demo.host, contact.organisation],
            held_on=add_months(demo.today, -3),
            people=[contact],
            learned="Zij willen alles op papier, wij niets. Nu maken we om de beurt een verslag van tien regels.",
        )
        actions.write_view(
            actor=demo.coordinator,
            conversation=conversation,
            by=demo.host,
            about=contact.organisation,
            text="Jullie zijn zorgvuldig en gastvrij. Wij vragen ons af of jullie vaker iets durven te proberen.",
            visibility=Visibility.SHARED,
        )
    _kept_to_ourselves(demo)


def _kept_to_ourselves(demo: Demo) -> None:
    """Add an internal conversation with the first partner of a collaboration that is being explored."""
    exploring = Collaboration.objects.filter(stage=Stage.EXPLORING).order_by("pk").first()
    if exploring is None:
        return
    partner = exploring.participations.filter(organisation__is_host=False).order_by("pk")[0].organisation
    with on(demo.today - timedelta(days=20)):
        actions.record_conversation(
            actor=demo.coordinator,
            organisations=[demo.host, partner],
            held_on=demo.today - timedelta(days=21),
            learned="Voor onszelf: kunnen wij hun tempo aan?",
            visibility=Visibility.INTERNAL,
        )
