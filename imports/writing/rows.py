"""Write what rows of a file bring to the registry: a few statements for a thousand rows."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.functions import Lower

from imports.mapping.fields import OF_CONTACT, OF_ORGANISATION, OWNER
from imports.matching.rows import RowResult
from partners.models import WORD_LINKS, Contact, Organisation

M = TypeVar("M", bound=models.Model)
# Any number, as long as no other lock has it: two imports wait for each other.
_IMPORT_LOCK = 7_301_642
_ORGANISATION = [
    *(*OF_ORGANISATION, OWNER, "updated_at"),
    *("sort_name", "sort_city", "search_text", "names_text", "plain_name", "website_host", "number_key"),
]
_CONTACT = [*(field.name for field in OF_CONTACT.values()), "updated_at"]


def wait_for_other_imports() -> None:
    """Wait until no other import, or undoing of one, writes; until the transaction ends others wait for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def write(rows: list[RowResult]) -> None:
    """Write the organisations, tags, themes and contacts that these rows make or change."""
    write_organisations(row.organisation for row in rows if row.writes_organisation and row.organisation)
    for name, (links, to) in WORD_LINKS.items():
        given = [(row.organisation, row.new_words[name]) for row in rows if name in row.new_words]
        # A word that differs only in capitals is the same.
        words = {word.lower(): word for _organisation, texts in given for word in texts}
        if words:
            model: Any = links._meta.get_field(to).related_model
            model.objects.bulk_create([model(name=word) for word in words.values()], ignore_conflicts=True)
            stored = model.objects.alias(lower=Lower("name")).filter(lower__in=words)
            known = {word.name.lower(): word for word in stored}
            new = [links(organisation=row, **{to: known[text.lower()]}) for row, texts in given for text in texts]
            links._default_manager.bulk_create(new, ignore_conflicts=True)
    write_contacts(row.contact for row in rows if row.writes_contact and row.contact)


def renew_statistics(*written: type[models.Model]) -> None:
    """Renew PostgreSQL's statistics of tables that a file filled, as it does by itself a while later.

    Until then it plans for the rows that were there before: what deletes organisations would read all rows of imports
    for each of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in written)}")


def write_organisations(organisations: Iterable[Organisation]) -> None:
    """Write organisations, new and changed ones."""
    _write(Organisation, organisations, _ORGANISATION)


def write_contacts(contacts: Iterable[Contact]) -> None:
    """Write contacts; their organisations are found by their names from then on."""
    written = list(contacts)
    _write(Contact, written, _CONTACT)
    Organisation.objects.sync_people_text({contact.organisation_id for contact in written})


def _write(model: type[M], rows: Iterable[M], fields: list[str]) -> None:
    """Write rows, new ones last: one without a key may have a number that another row gave up.

    One statement for all that changed; bulk_update would write a CASE per field with a branch per row.
    """
    once = list({id(row): row for row in rows}.values())
    manager = model._default_manager
    changed = [row for row in once if row.pk is not None]
    new = [row for row in once if row.pk is None]
    manager.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    manager.bulk_create(new)
