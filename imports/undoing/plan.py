"""Plan what undoing an import does: its rows beside the registry as it is now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import pghistory.models
from django.db.models import Model, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from accounts.models import User
from imports.enums import RowOutcome
from imports.mapping.fields import FIELDS, OWNER
from imports.models import FileImport, ImportRow
from partners.models import WORD_LINKS, Contact, MergedOrganisation, Organisation

M = TypeVar("M", bound=Organisation | Contact)
BATCH = 500
_NUMBERS = ("external_id", "registration_number")
_OF_ACCOUNT = ("name", "email", "language")


@dataclass
class UndoBatch:
    """The rows that undoing changes or deletes for one batch of the import; changed in memory only."""

    organisations: dict[int, Organisation] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    words: list[tuple[str, int, list[str]]] = field(default_factory=list)
    remove_organisations: list[int] = field(default_factory=list)
    remove_contacts: list[int] = field(default_factory=list)


class UndoPlan:
    """Plan to undo an import, whose rows are read from the last to the first.

    An organisation or contact that the import created is deleted, unless it was changed since or something refers
    to it. A value that the import changed is restored where it still is the imported one. ``stayed`` lists in words the
    rows and values that are not undone.
    """

    def __init__(self, upload: FileImport, *, for_update: bool = False) -> None:
        self.upload = upload
        self.for_update = for_update
        self.organisations = 0
        self.contacts: set[int] = set()
        self.changed: set[int] = set()
        self.done = 0
        self.stayed: list[str] = []

    def batches(self) -> Iterator[UndoBatch]:
        rows = self.upload.rows.filter(outcome__in=[RowOutcome.CREATED, RowOutcome.UPDATED]).order_by("-line")
        line = None
        while some := list((rows.filter(line__lt=line) if line is not None else rows)[:BATCH]):
            yield self._batch(some)
            line, self.done = some[-1].line, self.done + len(some)

    @property
    def has_work(self) -> bool:
        """Return whether anything goes or changes back; known once ``count`` went through all rows."""
        return bool(self.organisations or self.contacts or self.changed)

    def count(self) -> "UndoPlan":
        """Go through all rows, changing nothing, so that the counts and ``stayed`` are complete."""
        for _batch in self.batches():
            pass
        return self

    def _batch(self, rows: list[ImportRow]) -> UndoBatch:
        batch = UndoBatch()
        organisations = self._read(
            Organisation.objects.select_related("relation_owner"), (r.organisation_id for r in rows)
        )
        contacts = self._read(Contact.objects.all(), (r.contact_id for r in rows))
        done_at = self.upload.finished_at or self.upload.created_at
        since = MergedOrganisation.objects.filter(into__in={row.organisation_id for row in rows}, merged_at__gt=done_at)
        merged = set(since.values_list("into", flat=True))
        # An organisation that was merged since holds the values of two, and stays.
        for row in (row for row in rows if row.organisation_id in merged):
            text = _("“%(name)s” stays as it is: it was merged with another organisation since.")
            self.stayed.append(text % {"name": row.name})
        rows = [row for row in rows if row.organisation_id not in merged]
        for row in rows:
            self._take_back_contact(row, contacts, batch)
            if row.outcome == RowOutcome.UPDATED:
                self._take_back_changes(row, organisations, batch)
        new = [row.contact_id or 0 for row in rows if any(change[0] == "contact" for change in row.changes)]
        new_contacts = [contacts[key] for key in new if key in contacts]
        used = _uses(Contact, [contact.pk for contact in new_contacts])
        for contact in new_contacts:
            is_touched = self._is_touched(contact.updated_at) or contact.user_id or contact.deactivated_at
            if is_touched or contact.pk in used:
                self._say_stays(contact.name, used.get(contact.pk))
            else:
                batch.remove_contacts.append(contact.pk)
        self.contacts.update(batch.remove_contacts)
        made = [row for row in rows if row.outcome == RowOutcome.CREATED]
        used = _uses(Organisation, [row.organisation_id for row in made if row.organisation_id], besides=self.contacts)
        for row in made:
            organisation = organisations.get(row.organisation_id or 0)
            if organisation is None:
                self._say_gone(row.name)
            elif self._is_touched(organisation.updated_at) or organisation.is_host or organisation.pk in used:
                self._say_stays(organisation.name, used.get(organisation.pk))
            else:
                batch.remove_organisations.append(organisation.pk)
        self.organisations += len(batch.remove_organisations)
        self.changed |= batch.organisations.keys()
        return batch

    def _read(self, rows: QuerySet[M], pks: Iterable[int | None]) -> dict[int, M]:
        rows = rows.filter(pk__in={pk for pk in pks if pk is not None}).order_by("pk")
        return {row.pk: row for row in (rows.select_for_update(of=("self",)) if self.for_update else rows)}

    def _take_back_changes(self, row: ImportRow, organisations: dict[int, Organisation], batch: UndoBatch) -> None:
        organisation = organisations.get(row.organisation_id or 0)
        changes = [c for c in row.changes if c[0] != "contact" and not c[0].startswith("contact_")]
        if organisation is None:
            if changes:
                self._say_gone(row.name)
            return
        for name, old, new in changes:
            if name in WORD_LINKS:
                batch.words.append((name, organisation.pk, new))
                self.changed.add(organisation.pk)
            elif (now := FIELDS[name].plain(organisation)) != new or _is_taken(organisation, name, old):
                self._say_kept(organisation.name, name, now)
            else:
                if name == OWNER:
                    organisation.relation_owner = User.objects.filter(email__iexact=old).first() if old else None
                else:
                    FIELDS[name].set_plain(organisation, old)
                organisation.fold_texts()
                batch.organisations[organisation.pk] = organisation

    def _take_back_contact(self, row: ImportRow, contacts: dict[int, Contact], batch: UndoBatch) -> None:
        changes = [change for change in row.changes if change[0].startswith("contact_")]
        contact = contacts.get(row.contact_id or 0)
        if contact is None:
            if changes:
                self._say_gone(row.name)
            return
        for label, old, new in changes:
            name = label.removeprefix("contact_")
            current = FIELDS[label].plain(contact)
            if current != new or (contact.user_id and name in _OF_ACCOUNT):
                self._say_kept(contact.name, label, current)
            else:
                FIELDS[label].set_plain(contact, old)
                batch.contacts[contact.pk] = contact
                self.changed.add(contact.organisation_id)

    def _is_touched(self, updated_at: datetime) -> bool:
        return self.upload.finished_at is None or updated_at > self.upload.finished_at

    def _say_stays(self, name: str, use: str | None) -> None:
        if use:
            self.stayed.append(_("“%(name)s” stays: it is in use (%(use)s).") % {"name": name, "use": use})
        else:
            self.stayed.append(_("“%(name)s” stays: somebody changed it since.") % {"name": name})

    def _say_kept(self, name: str, label: str, value: Any) -> None:
        texts = {"name": name, "field": FIELDS[label].label, "value": FIELDS[label].plain_in_words(value) or "—"}
        self.stayed.append(_("“%(name)s” keeps “%(value)s” (%(field)s): somebody changed it since.") % texts)

    def _say_gone(self, name: str) -> None:
        self.stayed.append(_("“%(name)s” is not there any more.") % {"name": name})


def taken_off(batch: UndoBatch, name: str) -> list[int]:
    """Return the keys of the links between organisations and the tags, or the themes, that are taken back."""
    words = {pk: {text.lower() for text in texts} for of, pk, texts in batch.words if of == name}
    links, to = WORD_LINKS[name]
    rows = links._default_manager.filter(organisation__in=words).values_list("pk", "organisation", f"{to}__name")
    return [link for link, pk, text in rows if text.lower() in words[pk]]


def _is_taken(organisation: Organisation, name: str, value: str) -> bool:
    """Return whether a number that would come back belongs to another organisation by now."""
    if name not in _NUMBERS or not value:
        return False
    return Organisation.objects.filter(**{name: value}).exclude(pk=organisation.pk).exists()


def _uses(model: type[Model], pks: list[int], besides: Iterable[int] = ()) -> dict[int, str]:
    """Return, by key of the rows that are referred to, a thing that refers to it, in words; ``besides`` these contacts.

    Not counted are history, the rows of imports, and links of the row's own, such as tags.
    """
    queries = []
    for relation in model._meta.get_fields(include_hidden=True) if pks else ():
        related: Any = relation.related_model
        if (
            not relation.auto_created
            or relation.concrete
            or (related is ImportRow or related._meta.auto_created or issubclass(related, pghistory.models.Event))
        ):
            continue
        name = relation.field.name  # type: ignore[union-attr]
        rows = related._base_manager.filter(**{f"{name}__in": pks}).order_by()
        if related is Contact:
            rows = rows.exclude(pk__in=besides)
        use = Value(str(related._meta.verbose_name), output_field=TextField())
        queries.append(rows.annotate(use_in_words=use).values_list(name, "use_in_words"))
    return dict(queries[0].union(*queries[1:])) if queries else {}
