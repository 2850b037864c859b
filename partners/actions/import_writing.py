"""Writing what rows of a file bring: a few statements for a thousand rows."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.db.models.functions import Lower

from partners.importer.matching import Settled
from partners.models import Contact, Organisation, Tag

M = TypeVar("M", bound=models.Model)
_ORGANISATION = [
    *("external_id", "name", "short_name", "kind", "status", "street", "postal_code", "city", "country", "website"),
    *("email", "phone", "registration_number", "relation_owner", "updated_at"),
    *("sort_name", "sort_city", "search_text", "plain_name", "website_host", "number_key"),
]
_CONTACT = ["name", "email", "phone", "position", "language", "updated_at"]


def write(rows: list[Settled]) -> None:
    """Write the organisations, tags and contacts that these rows make or change."""
    write_organisations(row.organisation for row in rows if row.writes_organisation and row.organisation)
    _write_tags([(row.organisation, row.new_tags) for row in rows if row.new_tags and row.organisation])
    write_contacts(row.contact for row in rows if row.writes_contact and row.contact)


def write_organisations(organisations: Iterable[Organisation]) -> None:
    _write(Organisation, organisations, _ORGANISATION)


def write_contacts(contacts: Iterable[Contact]) -> None:
    """Their organisations are found by them from then on."""
    written = list(contacts)
    _write(Contact, written, _CONTACT)
    Organisation.objects.keep_people_text({contact.organisation_id for contact in written})


def _write(model: type[M], rows: Iterable[M], fields: list[str]) -> None:
    """New rows are those without a key; they come last, for they may have a number that another row gave up.

    One statement for all that changed; bulk_update would write a CASE per field with a branch per row.
    """
    once = list({id(row): row for row in rows}.values())
    manager = model._default_manager
    changed = [row for row in once if row.pk is not None]
    new = [row for row in once if row.pk is None]
    manager.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    manager.bulk_create(new)


def _write_tags(given: list[tuple[Organisation, list[str]]]) -> None:
    """A word that differs only in capitals is the same tag."""
    words = {word.lower(): word for _organisation, names in given for word in names}
    if not words:
        return
    Tag.objects.bulk_create([Tag(name=word) for word in words.values()], ignore_conflicts=True)
    found = Tag.objects.alias(lower=Lower("name")).filter(lower__in=words)
    tags = {tag.name.lower(): tag for tag in found}
    through = Organisation.tags.through
    links = [through(organisation=row, tag=tags[word.lower()]) for row, names in given for word in names]
    through._default_manager.bulk_create(links, ignore_conflicts=True)
