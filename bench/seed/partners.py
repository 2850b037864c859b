"""The registry: organisations, their tags and their people."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from bench.copying import copy_rows
from bench.seed import words
from bench.seed.world import HOST, PARTNER, World, weighted
from common.text import fold
from partners.enums import OrganisationStatus
from partners.matching_keys import plain_name
from partners.models import SORT_LENGTH, Contact, Organisation, OrganisationTag, OrganisationTheme, Tag, Theme

MODELS = [Organisation, OrganisationTag, OrganisationTheme, Contact]
HOST_PEOPLE = 60
STATUSES = {
    OrganisationStatus.ACTIVE.value: 70,
    OrganisationStatus.PROSPECT.value: 15,
    OrganisationStatus.FORMER.value: 10,
    OrganisationStatus.ARCHIVED.value: 5,
}
ORGANISATION = (
    "id",
    "name",
    "kind",
    "status",
    "street",
    "postal_code",
    "city",
    "country",
    "website",
    "email",
    "registration_number",
    "external_id",
    "relation_owner_id",
    "is_host",
    "sort_name",
    "sort_city",
    "plain_name",
    "website_host",
    "number_key",
    "search_text",
    "names_text",
)


def add_partners(world: World) -> None:
    """Add the organisations, of which the host has key 1, and their contacts, tags and themes."""
    tags = Tag.objects.bulk_create(Tag(name=name) for name in words.TAGS)
    themes = Theme.objects.bulk_create(Theme(name=name) for name in words.THEMES)
    names = ("id", "organisation_id", "name", "email", "position", "language", "user_id", "deactivated_at")
    people = list(_contacts(world))
    # By organisation the names and addresses of its present contacts, by which it is found.
    said: dict[int, list[str]] = {}
    for row in people:
        if row[-1] is None:
            said.setdefault(row[1], []).append(fold(f"{row[2]} {row[3]}"))
    texts = {key: " ".join(found) for key, found in said.items()}
    rows = ((*row, texts.get(row[0], "")) for row in _organisations(world))
    copy_rows(Organisation, (*ORGANISATION, "people_text"), rows)
    copy_rows(OrganisationTag, ("organisation_id", "tag_id"), _tags(world, [tag.pk for tag in tags]))
    copy_rows(OrganisationTheme, ("organisation_id", "theme_id"), _themes(world, [theme.pk for theme in themes]))
    copy_rows(Contact, names, people)


def _organisations(world: World) -> Iterator[tuple[Any, ...]]:
    kinds, statuses, countries = list(words.KINDS.items()), weighted(STATUSES), weighted(words.COUNTRIES)
    invented = words.invented(world.random, 4000)
    for key in range(1, world.size + 1):
        word, kind = world.one_of(kinds)
        city = world.one_of(words.CITIES).replace("_", " ")
        rare = words.RARE if words.is_rare(key - 1, world.size) else world.one_of(invented)
        name = "Stichting Samen" if key == HOST else f"{word} {rare} {world.one_of(invented)}"
        world.names[key] = name
        number, source = str(10_000_000 + key), f"9{key:08}" if world.happens(0.8) else ""
        email = f"info@org{key}.example"
        status = "active" if key in (HOST, PARTNER) else world.one_of(statuses)
        owner = world.one_of(world.colleagues) if world.happens(0.5) else None
        yield (
            key,
            name,
            kind,
            status,
            f"Dorpsstraat {key % 300 + 1}",
            f"{1000 + key % 9000} AB",
            city,
            world.one_of(countries),
            f"https://org{key}.example",
            email,
            number,
            source,
            owner,
            key == HOST,
            fold(name)[:SORT_LENGTH],
            fold(city),
            plain_name(name),
            f"org{key}.example",
            number,
            fold(f"{name} {city} {number} {source} {email}"),
            fold(name),
        )


def _tags(world: World, tags: list[int]) -> Iterator[tuple[int, int]]:
    for key in range(1, world.size + 1):
        if world.happens(0.4):
            for tag in {tags[int(world.random.random() ** 2 * len(tags))] for _ in range(2)}:
                yield key, tag


def _themes(world: World, themes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield one theme for every second organisation."""
    for key in range(1, world.size + 1, 2):
        yield key, world.one_of(themes)


def _contacts(world: World) -> Iterator[tuple[Any, ...]]:
    """Yield 1 to 3 contacts per partner and 60 of the host, of which the first have an account; 1 in 25 has left."""
    surnames, contact, left = words.invented(world.random, 500), 0, timezone.now()
    for organisation in range(1, world.size + 1):
        people = HOST_PEOPLE if organisation == HOST else 1 + int(world.random.random() * 3)
        world.contacts[organisation] = []
        for place in range(people):
            contact += 1
            gone = place > 0 and organisation != HOST and world.happens(0.04)
            if not gone:
                world.contacts[organisation].append(contact)
            name = f"{world.one_of(words.FIRST_NAMES)} {world.one_of(surnames)}"
            user = world.colleagues[place] if organisation == HOST and place < len(world.colleagues) else None
            email, language = f"contact{contact}@example.org", "en" if world.happens(0.2) else "nl"
            yield contact, organisation, name, email, "projectleider", language, user, left if gone else None
