"""What taking back an import would do: its rows beside the registry as it is now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import pghistory.models
from django.db.models import Model, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from accounts.models import User
from partners.enums import RowOutcome
from partners.importer.fields import FIELDS
from partners.importer.matching import shown
from partners.models import (
    WORD_LINKS,
    Contact,
    ImportRow,
    MergedOrganisation,
    Organisation,
    OrganisationImport,
)

M = TypeVar("M", bound=Organisation | Contact)
BATCH = 500
_NUMBERS = ("external_id", "registration_number")
_OF_ACCOUNT = ("name", "email", "language")


@dataclass
class Step:
    """What becomes of the rows of one batch; changed in memory only."""

    organisations: dict[int, Organisation] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    words: list[tuple[str, int, list[str]]] = field(default_factory=list)
    remove_organisations: list[int] = field(default_factory=list)
    remove_contacts: list[int] = field(default_factory=list)


class Undoing:
    """Goes through the rows of an import, the last one first.

    What it made goes when nobody touched it since and nothing refers to it. What it changed goes back where it still
    has the imported value. ``stayed`` says in words what stays.
    """

    def __init__(self, upload: OrganisationImport, *, for_update: bool = False) -> None:
        self.upload = upload
        self.for_update = for_update
        self.organisations = 0
        self.contacts: set[int] = set()
        self.changed: set[int] = set()
        self.done = 0
        self.stayed: list[str] = []

    def steps(self) -> Iterator[Step]:
        rows = self.upload.rows.filter(outcome__in=[RowOutcome.CREATED, RowOutcome.UPDATED]).order_by("-line")
        line = None
        while batch := list((rows.filter(line__lt=line) if line is not None else rows)[:BATCH]):
            yield self._step(batch)
            line, self.done = batch[-1].line, self.done + len(batch)

    def count(self) -> "Undoing":
        """Go through everything and change nothing."""
        for _step in self.steps():
            pass
        return self

    def _step(self, rows: list[ImportRow]) -> Step:
        step = Step()
        organisations = self._read(
            Organisation.objects.select_related("relation_owner"), (r.organisation_id for r in rows)
        )
        contacts = self._read(Contact.objects.all(), (r.contact_id for r in rows))
        rows = list(self._without_merged(rows))
        for row in rows:
            self._take_back_contact(row, contacts, step)
            if row.outcome == RowOutcome.UPDATED:
                self._take_back_changes(row, organisations, step)
        self._remove_contacts(rows, contacts, step)
        made = [row for row in rows if row.outcome == RowOutcome.CREATED]
        self._remove_organisations(made, organisations, step)
        self.changed |= step.organisations.keys()
        return step

    def _without_merged(self, rows: list[ImportRow]) -> Iterator[ImportRow]:
        """What was merged since holds the values of two organisations: nothing of it can be taken back."""
        keys = {row.organisation_id for row in rows}
        done_at = self.upload.finished_at or self.upload.created_at
        since = MergedOrganisation.objects.filter(into__in=keys, merged_at__gt=done_at)
        merged = set(since.values_list("into", flat=True))
        for row in rows:
            if row.organisation_id not in merged:
                yield row
                continue
            text = _("“%(name)s” stays as it is: it was merged with another organisation since.")
            self.stayed.append(text % {"name": row.name})

    def _read(self, rows: QuerySet[M], pks: Iterable[int | None]) -> dict[int, M]:
        rows = rows.filter(pk__in={pk for pk in pks if pk is not None}).order_by("pk")
        return {row.pk: row for row in (rows.select_for_update(of=("self",)) if self.for_update else rows)}

    def _take_back_changes(self, row: ImportRow, organisations: dict[int, Organisation], step: Step) -> None:
        organisation = organisations.get(row.organisation_id or 0)
        changes = [c for c in row.changes if c[0] != "contact" and not c[0].startswith("contact_")]
        if organisation is None:
            if changes:
                self._say_gone(row.name)
            return
        for name, old, new in changes:
            if name in WORD_LINKS:
                step.words.append((name, organisation.pk, new))
                self.changed.add(organisation.pk)
            elif _value(organisation, name) != new or _is_taken(organisation, name, old):
                self._say_kept(organisation.name, name, _value(organisation, name))
            else:
                _set(organisation, name, old)
                step.organisations[organisation.pk] = organisation

    def _take_back_contact(self, row: ImportRow, contacts: dict[int, Contact], step: Step) -> None:
        changes = [change for change in row.changes if change[0].startswith("contact_")]
        contact = contacts.get(row.contact_id or 0)
        if contact is None:
            if changes:
                self._say_gone(row.name)
            return
        for label, old, new in changes:
            name = label.removeprefix("contact_")
            current = getattr(contact, name)
            if current != new or (contact.user_id and name in _OF_ACCOUNT):
                self._say_kept(contact.name, label, current)
            else:
                setattr(contact, name, old)
                step.contacts[contact.pk] = contact
                self.changed.add(contact.organisation_id)

    def _remove_contacts(self, rows: list[ImportRow], contacts: dict[int, Contact], step: Step) -> None:
        made = [
            c for row in rows if any(c[0] == "contact" for c in row.changes) if (c := contacts.get(row.contact_id or 0))
        ]
        used = _uses(Contact, [contact.pk for contact in made])
        for contact in made:
            is_touched = self._is_touched(contact.updated_at) or contact.user_id or contact.deactivated_at
            if is_touched or contact.pk in used:
                self._say_stays(contact.name, used.get(contact.pk))
            else:
                step.remove_contacts.append(contact.pk)
        self.contacts.update(step.remove_contacts)

    def _remove_organisations(self, rows: list[ImportRow], organisations: dict[int, Organisation], step: Step) -> None:
        used = _uses(Organisation, [row.organisation_id for row in rows if row.organisation_id], besides=self.contacts)
        for row in rows:
            organisation = organisations.get(row.organisation_id or 0)
            if organisation is None:
                self._say_gone(row.name)
            elif self._is_touched(organisation.updated_at) or organisation.is_host or organisation.pk in used:
                self._say_stays(organisation.name, used.get(organisation.pk))
            else:
                step.remove_organisations.append(organisation.pk)
        self.organisations += len(step.remove_organisations)

    def _is_touched(self, updated_at: datetime) -> bool:
        return self.upload.finished_at is None or updated_at > self.upload.finished_at

    def _say_stays(self, name: str, use: str | None) -> None:
        if use:
            self.stayed.append(_("“%(name)s” stays: it is in use (%(use)s).") % {"name": name, "use": use})
        else:
            self.stayed.append(_("“%(name)s” stays: somebody changed it since.") % {"name": name})

    def _say_kept(self, name: str, label: str, value: Any) -> None:
        texts = {"name": name, "field": FIELDS[label].label, "value": shown(label, value) or "—"}
        self.stayed.append(_("“%(name)s” keeps “%(value)s” (%(field)s): somebody changed it since.") % texts)

    def _say_gone(self, name: str) -> None:
        self.stayed.append(_("“%(name)s” is not there any more.") % {"name": name})


def taken_off(step: Step, name: str) -> list[int]:
    """The links between organisations and the tags, or the themes, that are taken back."""
    words = {pk: {text.lower() for text in texts} for of, pk, texts in step.words if of == name}
    links, to = WORD_LINKS[name]
    rows = links._default_manager.filter(organisation__in=words).values_list("pk", "organisation", f"{to}__name")
    return [link for link, pk, text in rows if text.lower() in words[pk]]


def _value(organisation: Organisation, name: str) -> str:
    if name == "relation_owner":
        return organisation.relation_owner.email if organisation.relation_owner else ""
    return str(getattr(organisation, name))


def _set(organisation: Organisation, name: str, value: str) -> None:
    if name == "relation_owner":
        organisation.relation_owner = User.objects.filter(email__iexact=value).first() if value else None
    else:
        setattr(organisation, name, value)
    organisation.fold_texts()


def _is_taken(organisation: Organisation, name: str, value: str) -> bool:
    """Whether a number that would come back belongs to another organisation by now."""
    if name not in _NUMBERS or not value:
        return False
    return Organisation.objects.filter(**{name: value}).exclude(pk=organisation.pk).exists()


def _uses(model: type[Model], pks: list[int], besides: Iterable[int] = ()) -> dict[int, str]:
    """What refers to rows of a model, in words, by key; ``besides`` these contacts.

    Not counted are history, the rows of imports, and links of the row's own, such as tags.
    """
    queries = []
    for relation in model._meta.get_fields(include_hidden=True) if pks else ():
        related: Any = relation.related_model
        if not relation.auto_created or relation.concrete or _is_no_use(related):
            continue
        name = relation.field.name  # type: ignore[union-attr]
        rows = related._base_manager.filter(**{f"{name}__in": pks}).order_by()
        if related is Contact:
            rows = rows.exclude(pk__in=besides)
        use = Value(str(related._meta.verbose_name), output_field=TextField())
        queries.append(rows.annotate(use_in_words=use).values_list(name, "use_in_words"))
    return dict(queries[0].union(*queries[1:])) if queries else {}


def _is_no_use(model: Any) -> bool:
    return model is ImportRow or model._meta.auto_created or issubclass(model, pghistory.models.Event)
