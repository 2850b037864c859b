"""The registry of the demo: the host with its colleagues, and the partners with their people."""

from dataclasses import dataclass, field
from random import Random
from typing import TypedDict

from accounts.actions import add_colleague, choose_password
from accounts.models import User
from partners.actions import (
    add_contact,
    add_organisation,
    change_contact,
    ensure_host,
    give_access,
)
from partners.models import Contact, Organisation
from portfolio.demo import ACCOUNTS, PARTNER, Account
from portfolio.demo.people import Names, address, positions, speaks
from portfolio.demo.texts import HOST, OrganisationText, content, host, partners


class Details(TypedDict):
    """What is written about every organisation of the demo."""

    short_name: str
    kind: str
    status: str
    street: str
    postal_code: str
    city: str
    country: str
    website: str
    email: str
    phone: str
    registration_number: str


@dataclass
class Network:
    """Who there is: ``people`` of every organisation by key, who decides first; the host's is ``host``.

    ``coordinators`` are the accounts of colleagues who keep the records.
    """

    chance: Random
    names: Names
    coordinators: list[User] = field(default_factory=list)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, list[Contact]] = field(default_factory=dict)

    def coordinator(self, number: int) -> User:
        """Work is divided: each collaboration and organisation has its coordinator."""
        return self.coordinators[number % len(self.coordinators)]


def start_network(chance: Random) -> Network:
    """The host organisation and its people."""
    network, text = Network(chance, Names(chance, [])), host()
    organisation = ensure_host(actor=None, name=text.name, **_details(text, text.domain, text.city, chance))
    for account in ACCOUNTS:
        if account.role != PARTNER:
            _add_colleague(network, account, account.password)
    for row in content("organisations")["colleagues"]:
        account = Account(address(row["name"], text.domain), row["name"], row["role"], row["position"])
        _add_colleague(network, account, None)
    for row in content("organisations")["contacts"]:
        add_contact(actor=None, organisation=organisation, email=address(row["name"], text.domain), **row)
    network.organisations[HOST], network.people[HOST] = organisation, _host_people(organisation)
    return network


def add_partners(network: Network, place: str = "") -> None:
    """Every partner with its people. ``place`` tells copies of the network apart."""
    taken = [*(contact.name for contact in network.people[HOST]), *(account.name for account in ACCOUNTS)]
    network.names = Names(network.chance, taken)
    for number, text in enumerate(partners()):
        network.organisations[text.key] = organisation = _add_partner(network, text, number, place)
        network.people[text.key] = _add_people(network, text, organisation, place)


def let_partners_in(network: Network) -> None:
    """The partner accounts: they open with an e-mailed code, and in the demo with a password too."""
    for account in ACCOUNTS:
        if account.role == PARTNER:
            contact = next(row for row in network.people[account.organisation] if row.email == account.email)
            give_access(actor=network.coordinator(0), contact=contact)
            user = contact.user
            assert user is not None
            choose_password(actor=None, user=user, password=account.password)


def _add_colleague(network: Network, account: Account, password: str | None) -> None:
    user = add_colleague(
        actor=None,
        email=account.email,
        name=account.name,
        roles=[account.role],
        language=account.language,
        password=password,
    )
    contact = Contact.objects.get(user=user)
    change_contact(
        actor=None,
        contact=contact,
        name=account.name,
        email=account.email,
        phone="",
        position=account.position,
        language=account.language,
    )
    if user.is_coordinator:
        network.coordinators.append(user)


def _host_people(host: Organisation) -> list[Contact]:
    """Managers first: they decide."""
    everybody = host.contacts.select_related("user").order_by("pk")
    return sorted(everybody, key=lambda contact: not (contact.user and contact.user.is_manager))


def _add_partner(network: Network, text: OrganisationText, number: int, place: str) -> Organisation:
    coordinator = network.coordinator(number)
    return add_organisation(
        actor=coordinator,
        name=f"{text.name}, {place}" if place else text.name,
        tags=text.tags,
        relation_owner=coordinator,
        **_details(text, _domain(text, place), place or text.city, network.chance),
    )


def _add_people(network: Network, text: OrganisationText, organisation: Organisation, place: str) -> list[Contact]:
    jobs = positions(text)
    accounts = {} if place else {row.position: row for row in ACCOUNTS if row.organisation == text.key}
    return [
        _add_person(network, text, organisation, jobs[number % len(jobs)], accounts, place)
        for number in range(text.people)
    ]


def _add_person(
    network: Network,
    text: OrganisationText,
    organisation: Organisation,
    position: str,
    accounts: dict[str, Account],
    place: str,
) -> Contact:
    account = accounts.get(position)
    name = account.name if account else network.names.draw(text.names)
    return add_contact(
        actor=organisation.relation_owner,
        organisation=organisation,
        name=name,
        email=account.email if account else address(name, _domain(text, place)),
        phone=_phone(network.chance) if network.chance.random() < 0.4 else "",
        position=position,
        language=speaks(text),
    )


def _domain(text: OrganisationText, place: str) -> str:
    return f"{text.domain}-{place.lower().replace(' ', '-')}" if place else text.domain


def _details(text: OrganisationText, domain: str, city: str, chance: Random) -> Details:
    """Addresses and numbers that nobody has."""
    return Details(
        short_name=text.short_name,
        kind=text.kind,
        status=text.status,
        street=text.street,
        postal_code=text.postal,
        city=city,
        country=text.country,
        website=f"https://www.{domain}.example",
        email=f"info@{domain}.example",
        phone=_phone(chance),
        registration_number=f"00{chance.randrange(1_000_000):06}",
    )


def _phone(chance: Random) -> str:
    return f"085 000 {chance.randrange(100):02} {chance.randrange(100):02}"
