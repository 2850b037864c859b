"""A search finds no row by a text that its reader may not read.

A hit reveals the searched text: typing a number and finding an organisation confirms the number. So every search vector
is declared here with its content and its readers, and every box of every page is tried with texts that its reader must
not see.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from collab.models import Collaboration
from common.search import word_starts
from common.text import fold
from notifications.models import OutgoingMail
from partners.models import Contact, Organisation
from tests.factories.collab import CollaborationFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.partners import ContactFactory, OrganisationFactory
from tests.permission_table import TABLE
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db
COLLEAGUES, EVERYBODY = "colleagues", "colleagues and partners"
PEOPLE = {"name of a contact", "email of a contact"}
# What each search vector holds, and who searches in it. Partners read names of organisations, and name and goal of
# their own collaborations; more must not be in a vector that they search.
VECTORS: dict[tuple[type[models.Model], str], tuple[set[str], str]] = {
    (Organisation, "search_names"): ({"name", "short_name"}, EVERYBODY),
    (Organisation, "search"): (
        {"name", "short_name", "city", "registration_number", "external_id", "email"},
        COLLEAGUES,
    ),
    (Organisation, "search_with_people"): (
        {"name", "short_name", "city", "registration_number", "external_id", "email", *PEOPLE},
        COLLEAGUES,
    ),
    (Collaboration, "search"): ({"name", "shared_goal"}, EVERYBODY),
    (OutgoingMail, "search"): ({"to_name", "to_email", "subject"}, COLLEAGUES),
}
PARTNERS_READ = {Organisation: {"name", "short_name"}, Collaboration: {"name", "shared_goal"}}
# A word that is nowhere, as long as every marker.
NONSENSE = "qqzzzzzz"
BOX = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(type|name)="([^"]*)"')
# What pages give anew each time, the address of the page itself, and the words that are tried.
VARIES = re.compile(
    r'name="(csrfmiddlewaretoken|next)" value="[^"]*"|hx-headers=\'[^\']*\'|"X-CSRFToken": "[^"]*"'
    rf"|{NONSENSE}|\b(og|co|pe|ml|el|o\d|p\d)\d\d[x]+\b"
)


def vectors() -> set[tuple[type[models.Model], str]]:
    fields = ((model, field) for model in apps.get_models() for field in model._meta.get_fields())
    return {
        (model, field.name)
        for model, field in fields
        if isinstance(field, SearchVectorField) or isinstance(getattr(field, "output_field", None), SearchVectorField)
    }


def texts_of(model: type[models.Model]) -> dict[str, "models.Field[Any, Any]"]:
    """Return the fields in which people write words of their own."""
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.editable
    }


def planted(model: type[models.Model], prefix: str, **fixed: Any) -> dict[str, Any]:
    """Return a value for every text field, each with a marker of its own."""
    values: dict[str, Any] = {}
    for number, (name, field) in enumerate(texts_of(model).items()):
        marker = f"{prefix}{number:02}".ljust(len(NONSENSE), "x")
        if isinstance(field, models.EmailField):
            values[name] = f"{marker}@planted.example"
        elif isinstance(field, models.URLField):
            values[name] = f"https://{marker}.example"
        elif (field.max_length or 99) >= len(marker):
            values[name] = marker
    return values | fixed


def marker_in(value: str) -> str:
    return re.sub(r"^https://|@.*|\.example$", "", value)


def make(model: type[models.Model]) -> tuple[models.Model, dict[str, str]]:
    """Return a row with a marker in each text field, and the marker by field."""
    if model is OutgoingMail:
        values = planted(model, "ml")
        return OutgoingMailFactory(**values), {name: marker_in(value) for name, value in values.items()}
    if model is Collaboration:
        values = planted(model, "co")
        return CollaborationFactory(**values), {name: marker_in(value) for name, value in values.items()}
    values = planted(model, "og")
    row = OrganisationFactory(**values)
    person = planted(Contact, "pe")
    ContactFactory(organisation=row, **person)
    markers = {name: marker_in(value) for name, value in values.items()}
    return row, markers | {f"{name} of a contact": marker_in(value) for name, value in person.items()}


def test_every_vector_is_known_here() -> None:
    assert vectors() == set(VECTORS)


@pytest.mark.parametrize(("model", "vector"), VECTORS)
def test_vector_holds_what_it_says(model: type[models.Model], vector: str) -> None:
    row, markers = make(model)
    rows = model._default_manager.filter(pk=row.pk)

    found = {name for name, marker in markers.items() if rows.filter(**{vector: word_starts(marker)}).exists()}
    assert found == VECTORS[model, vector][0]


def test_what_partners_search_holds_only_what_they_may_read() -> None:
    for (model, vector), (holds, searched_by) in VECTORS.items():
        if searched_by == EVERYBODY:
            assert holds <= PARTNERS_READ[model], vector


def text_boxes(html: str) -> Iterator[str]:
    """Return the names of the inputs of a page that take words."""
    for box in BOX.findall(html):
        attributes = dict(ATTRIBUTE.findall(box))
        if attributes.get("type", "text") in ("text", "search") and attributes.get("name"):
            yield attributes["name"]


def plain(html: str) -> str:
    return VARIES.sub("…", html)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages_of(role: str, world: World) -> dict[str, Client]:
    """Return every address that this reader opens."""
    may = {name: dict(zip(ROLES, row.get.split(), strict=True))[role] for name, row in TABLE.items()}
    client = client_of(world.users[role])
    urls = [
        reverse(name, args=TABLE[name].args(world))
        for name, outcome in may.items()
        if outcome == "200" and not TABLE[name].personal and not name.startswith("account_")
    ]
    return {url: client for url in urls if client.get(url)["Content-Type"].startswith("text/html")}


def hidden_from_partners(world: World) -> set[str]:
    """Plant markers in all texts on organisations, their people and mails that partners do not read."""
    markers = set()
    for number, row in enumerate((world.host, world.noord, world.west, world.elsewhere)):
        row.refresh_from_db()
        values = planted(Organisation, f"o{number}")
        for name in PARTNERS_READ[Organisation]:
            values.pop(name)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        person = planted(Contact, f"p{number}")
        ContactFactory(organisation=row, **person)
        markers |= {marker_in(value) for value in (*values.values(), *person.values())}
    mail = planted(OutgoingMail, "ml")
    OutgoingMailFactory(**mail)
    elsewhere = planted(Collaboration, "el")
    Collaboration.objects.filter(pk=world.sunflower.pk).update(
        **elsewhere, search_text=fold(f"{elsewhere['name']} {elsewhere['shared_goal']}")
    )
    return markers | {marker_in(value) for value in (*mail.values(), *elsewhere.values())}


def test_partner_finds_nothing_by_what_a_partner_may_not_read(world: World) -> None:
    markers = sorted(hidden_from_partners(world))
    assert {len(marker) for marker in markers} == {len(NONSENSE)}
    known = {"q", "partner", "search", "organisation_search", "partners_search"}
    tried = set()
    for url, client in pages_of("partner", world).items():
        boxes = set(text_boxes(client.get(url).text)) | known
        for box in sorted(boxes):
            nothing = plain(client.get(f"{url}?{urlencode({box: NONSENSE})}").text)
            if nothing == plain(client.get(url).text):
                continue  # This page does not search by that.
            tried.add((url, box))
            for marker in markers:
                found = plain(client.get(f"{url}?{urlencode({box: marker})}").text)
                assert found == nothing, f"{url} finds by {box}={marker}"
    assert {box for _url, box in tried} >= {"q", "partner"}


@pytest.mark.parametrize("role", ["coordinator", "manager", "administrator"])
def test_colleague_finds_by_all_of_it(world: World, role: str) -> None:
    """Check that colleagues find every marker: otherwise the test for partners would prove nothing."""
    hidden_from_partners(world)
    client = client_of(world.users[role])
    url = reverse("partners:organisation-list")

    for field in ("registration_number", "external_id", "email", "city"):
        marker = marker_in(getattr(world.west, field))
        assert world.west.name in client.get(f"{url}?q={marker}").text
        found = client.get(reverse("collab:collaboration-list"), {"partner": marker}).text
        assert world.taalhuis.pk in {int(pk) for pk in re.findall(r"/collaborations/(\d+)/", found)}


def test_partner_finds_by_the_names_of_co_partners(world: World) -> None:
    world.west.short_name = "BiWest"
    world.west.save()
    client = client_of(world.users["partner"])

    for word in ("bibliotheek", "biwest"):
        found = client.get(reverse("collab:collaboration-list"), {"partner": word}).text
        assert f"/collaborations/{world.taalhuis.pk}/" in found
