"""Details of the organisations in the demo: branches, themes, languages, addresses, logos."""

import random
from collections.abc import Sequence
from datetime import date
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from common.dates import add_months
from partners import actions
from partners.actions import AddressDetails, WebAddressDetails
from partners.duplicates.actions import dismiss_duplicate
from partners.enums import Consent
from partners.merging.actions import merge_organisations
from partners.models import Organisation

THEMES = ("laaggeletterdheid", "schulden", "eenzaamheid", "digitale vaardigheden", "inburgering", "opgroeien")
LANGUAGES = ("ar", "tr", "pl", "uk", "en", "ti")
COLOURS = ("#1f6f6b", "#b5532b", "#4a5a9a", "#7a3e73", "#3d7a3a")


def enrich_registry(*, actor: User, partners: Sequence[Organisation], chance: random.Random) -> None:
    """Add the details through the actions, as people would."""
    today = timezone.localdate()
    for organisation in partners:
        actions.change_organisation(
            actor=actor,
            organisation=organisation,
            name=organisation.name,
            themes=chance.sample(THEMES, chance.randint(1, 3)),
            languages=["nl", *chance.sample(LANGUAGES, chance.randint(0, 2))],
        )
        for contact in organisation.contacts.active():
            actions.change_contact(
                actor=actor,
                contact=contact,
                name=contact.name,
                email=contact.email,
                phone=contact.phone,
                position=contact.position,
                language=contact.language,
                spoken_languages=["nl", *chance.sample(LANGUAGES, chance.randint(0, 1))],
                consent=Consent.GIVEN if chance.random() < 0.7 else Consent.UNKNOWN,
                consent_on=add_months(today, -chance.randint(1, 20)),
            )
    for organisation in partners[:5]:
        picture = Image.new("RGB", (128, 128), chance.choice(COLOURS))
        ImageDraw.Draw(picture).text((64, 64), organisation.name[0], fill="white", anchor="mm", font_size=72)
        out = BytesIO()
        picture.save(out, "PNG")
        actions.set_logo(actor=actor, organisation=organisation, data=out.getvalue())
    whole = partners[0]
    for city in ("Haren", "Winsum"):
        name = f"{whole.name}, {city}"
        actions.add_organisation(
            actor=actor, name=name, kind=whole.kind, status=whole.status, parent=whole, city=city, country=whole.country
        )
    whole.refresh_from_db()
    actions.change_addresses(
        actor=actor,
        organisation=whole,
        addresses=[AddressDetails("postal", street="Postbus 100", city=whole.city, country=whole.country)],
        web_addresses=[WebAddressDetails("https://jaarverslag.example", label="Jaarverslag")],
    )


def merge_double(*, actor: User, organisation: Organisation) -> None:
    """Add an organisation a second time under another name, and merge the two."""
    known = organisation.contacts.active().exclude(email="").order_by("pk")[0]
    double = actions.add_organisation(
        actor=actor,
        name=f"Stichting {organisation.name}",
        kind=organisation.kind,
        city=organisation.city,
        country=organisation.country,
        external_id="D-1042",
        tags=["taal"],
    )
    actions.add_contact(actor=actor, organisation=double, name=known.name, email=known.email, phone="06 12345678")
    merge_organisations(actor=actor, survivor=organisation, duplicate=double)


def leave_doubles(*, actor: User) -> None:
    """Add two organisations a second time, and two that only look like another one."""
    humanitas = Organisation.objects.get(name="Humanitas Taalmaatjes")
    library = Organisation.objects.get(name="Bibliotheek Rijnoever")
    actions.add_organisation(
        actor=actor, name="Stichting Humanitas taalmaatjes", city=humanitas.city, country="NL", external_id="D-2077"
    )
    school = actions.add_organisation(
        actor=actor, name="Leerhuis Rijnoever", city=library.city, country="NL", website=library.website
    )
    dismiss_duplicate(actor=actor, one=library, other=school)


def move_somebody(*, actor: User, day: date) -> None:
    """Let a contact of one organisation move to another one."""
    old, new = Organisation.objects.get(name="Taalhuis De Brug"), Organisation.objects.get(name="Bibliotheek Rijnoever")
    with_us = actions.add_contact(
        actor=actor, organisation=old, name="Jolanda Verkerk", email="jolanda@taalhuisdebrug.example", language="nl"
    )
    actions.move_contact(
        actor=actor,
        contact=with_us,
        organisation=new,
        day=day,
        position="Teamleider",
        email="jolanda@bibliotheekrijnoever.example",
    )
