"""The organisations of the demo and the people who work there."""

import random
from datetime import date

from accounts.actions import add_colleague
from accounts.models import User
from collab.models import Participation
from partners import actions as partners
from partners.enums import OrganisationStatus
from partners.models import Contact, Organisation
from portfolio.demo import COLLEAGUES, PARTNER, PASSWORD
from portfolio.demo import content as text
from portfolio.demo.world import Demo, level_of

PEOPLE_PER_ORGANISATION = 5


def start(chance: random.Random, today: date) -> Demo:
    host = partners.ensure_host(actor=None, name=text.HOST[0], city=text.HOST[1], country="NL")
    users = [
        add_colleague(actor=None, email=email, name=name, roles=roles, language=language, password=PASSWORD)
        for email, name, roles, language in COLLEAGUES
    ]
    demo = Demo(chance, today, users[0], host)
    for number in range(PEOPLE_PER_ORGANISATION + 2):
        add_person(demo, host, number, "taalkracht.example")
    return demo


def add_organisations(demo: Demo, copy: int) -> list[Organisation]:
    suffix = f" {copy + 1}" if copy else ""
    organisations = []
    for name, kind, city in text.ORGANISATIONS:
        domain = f"{''.join(c for c in name.lower() if c.isalnum())}{copy or ''}.example"
        abroad = city in ("Brussels", "Leuven")
        organisation = partners.add_organisation(
            actor=demo.coordinator,
            name=name + suffix,
            kind=kind,
            status=OrganisationStatus.ACTIVE,
            city=city,
            country="BE" if abroad else "NL",
            website=f"https://www.{domain}",
            email=f"info@{domain}",
            phone=f"0{demo.chance.randint(10, 79)} {demo.chance.randint(1000000, 9999999)}",
            registration_number=_unused_number(demo.chance),
            relation_owner=demo.coordinator,
            tags=[demo.chance.choice(["taal", "digitaal", "ouders", "werk", "gezondheid"])],
        )
        for number in range(PEOPLE_PER_ORGANISATION):
            add_person(demo, organisation, number, domain, english=abroad)
        organisations.append(organisation)
    return organisations


def _unused_number(chance: random.Random) -> str:
    """Return a KvK number that no other organisation of the demo has."""
    while True:
        number = str(chance.randint(10_000_000, 79_999_999))
        if not Organisation.objects.filter(registration_number=number).exists():
            return number


def add_person(demo: Demo, organisation: Organisation, number: int, domain: str, *, english: bool = False) -> Contact:
    name = f"{demo.chance.choice(text.FIRST_NAMES)} {demo.chance.choice(text.LAST_NAMES)}"
    if english:
        name = text.ENGLISH_NAMES[(number + len(domain)) % len(text.ENGLISH_NAMES)]
    return partners.add_contact(
        actor=None,
        organisation=organisation,
        name=name,
        email=f"{name.split()[0].lower()}.{number + 1}@{domain}",
        position=demo.chance.choice(text.POSITIONS),
        language="en" if english else "nl",
    )


def open_partner_access(demo: Demo) -> None:
    """Add a contact of the first partner who can sign in, with a code and in the demo with a password too."""
    email, name = PARTNER
    organisation = Organisation.objects.get(name=text.ORGANISATIONS[0][0])
    contact = partners.add_contact(actor=demo.coordinator, organisation=organisation, name=name, email=email)
    partners.give_access(actor=demo.coordinator, contact=contact)
    account = User.objects.get(email=email)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])


def people_of(participation: Participation) -> list[Contact]:
    """Return the people of an organisation, in another order for every collaboration, so that each may lead one."""
    people = list(participation.organisation.contacts.active().exclude(email="").order_by("pk"))
    turn = int(level_of(participation.collaboration.name) * len(people))
    return people[turn:] + people[:turn]
