"""Find the organisations that rows of a file are about, by the chosen key."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace, Upper
from django.utils.translation import gettext as _

from common.text import fold
from imports.mapping.columns import Columns
from imports.mapping.fields import EXTERNAL_ID, NUMBER
from imports.mapping.keys import MatchingKey, plain_number
from imports.mapping.values import RowRefused
from partners.models import SORT_LENGTH, WORD_LINKS, MergedOrganisation, Organisation

_SHOWN = 3


class OrganisationFinder:
    """Finds organisations of the registry, and those that the file has brought so far.

    With contacts in the file an organisation may be on many rows: then each one met is kept, so that a row sees what
    the rows before it changed, whether or not that was written. A number of an organisation that was merged into
    another finds that other, which keeps the number it has.
    """

    def __init__(self, columns: Columns, *, for_update: bool) -> None:
        self.columns = columns
        self.for_update = for_update
        self.keeps = columns.with_contacts or columns.key != EXTERNAL_ID
        self.by_key: dict[MatchingKey, list[Organisation]] = {}
        self.by_pk: dict[int, Organisation] = {}
        self.kept: dict[MatchingKey, Organisation] = {}
        self.holders: dict[tuple[str, str, str], Organisation] = {}
        self.words: dict[tuple[str, int], set[str]] = {}
        self.merged: dict[str, int] = {}

    @property
    def known_in_batch(self) -> list[Organisation]:
        """Return the organisations of the batch that are in the registry."""
        return [row for rows in self.by_key.values() for row in rows]

    def load(self, batch: list[Mapping[str, Any]]) -> None:
        """Read the organisations that the rows of a batch may be about, in a few queries for all rows."""
        self.by_key = {}
        if not self.keeps:
            self.by_pk, self.words = {}, {}
        if not batch:
            return
        rows: QuerySet[Organisation] = Organisation.objects.all()
        if self.columns.key == EXTERNAL_ID:
            rows = rows.filter(external_id__in=[values["external_id"] for values in batch])
        elif self.columns.key == NUMBER:
            rows = _with_numbers(rows, {plain_number(values["registration_number"]) for values in batch})
        else:
            rows = rows.filter(sort_name__in={fold(values["name"])[:SORT_LENGTH] for values in batch})
        for row in self._read(rows):
            values = {
                name: getattr(row, name) for name in ("external_id", "registration_number", "country", "name", "city")
            }
            self.by_key.setdefault(MatchingKey.of(values, self.columns), []).append(row)
        self._load_holders(batch)
        self._load_merged(batch)
        for name, (links, word) in WORD_LINKS.items():
            if name in self.columns.places:
                known = {row.pk: row for row in self.known_in_batch if (name, id(row)) not in self.words}
                self.words |= {(name, id(row)): set() for row in known.values()}
                given = links._default_manager.filter(organisation__in=known)
                for pk, text in given.values_list("organisation", f"{word}__name"):
                    self.words[name, id(known[pk])].add(text.lower())

    def find(self, values: Mapping[str, Any]) -> Organisation | None:
        """Return the organisation of a row, None for a new one. Raises RowRefused when it could be several."""
        key = MatchingKey.of(values, self.columns)
        if key in self.kept:
            return self.kept[key]
        found = self.by_key.get(key, [])
        if len(found) > 1:
            names = ", ".join(f"{row.name} ({row.city or '—'}, #{row.pk})" for row in found[:_SHOWN])
            raise RowRefused(_("This can be any of %(count)d: %(names)s.") % {"count": len(found), "names": names})
        return found[0] if found else None

    def remember(self, values: Mapping[str, Any], organisation: Organisation) -> None:
        """Let later rows find the organisation that this row is about."""
        if self.keeps:
            self.kept[MatchingKey.of(values, self.columns)] = organisation
        for name in ("external_id", "registration_number"):
            for value in filter(None, {values.get(name), getattr(organisation, name)}):
                self.holders[_holder_key(name, value, organisation.country)] = organisation

    def holder(self, name: str, value: str, country: str) -> Organisation | None:
        """Return the organisation that has this number already."""
        other = self.holders.get(_holder_key(name, value, country))
        if other is None or (name == "external_id" and self.is_merged(value, other)):
            return other
        moved = name == "registration_number" and other.country != country
        return other if not moved and plain_number(getattr(other, name)) == plain_number(value) else None

    def add_words(self, organisation: Organisation, name: str, words: Iterable[str]) -> list[str]:
        """Note the tags or themes of a row as given; return those that the organisation did not have."""
        has = self.words.setdefault((name, id(organisation)), set())
        new = [word for word in words if word.lower() not in has]
        has.update(word.lower() for word in new)
        return new

    def _load_holders(self, batch: list[Mapping[str, Any]]) -> None:
        """Read the organisations with the numbers that the file gives, besides the number that is the key."""
        if self.columns.key != EXTERNAL_ID and "external_id" in self.columns.places:
            given = {values["external_id"] for values in batch} - {""}
            for row in self._read(Organisation.objects.filter(external_id__in=given)):
                self.holders.setdefault(_holder_key("external_id", row.external_id, ""), row)
        if self.columns.key != NUMBER:
            # An organisation that gets another country takes its number along.
            given = {plain_number(str(values.get("registration_number", ""))) for values in batch}
            if "country" in self.columns.places:
                given |= {plain_number(row.registration_number) for row in self.known_in_batch}
            given -= {""}
        if self.columns.key != NUMBER and given:
            for row in self._read(_with_numbers(Organisation.objects.all(), given)):
                self.holders.setdefault(_holder_key("registration_number", row.registration_number, row.country), row)

    def _load_merged(self, batch: list[Mapping[str, Any]]) -> None:
        """Read where organisations with numbers of the file were merged into, unless another has that number now."""
        given = {number for values in batch if (number := values.get("external_id")) and not self._is_held(number)}
        found = MergedOrganisation.objects.filter(external_id__in=given).values_list("external_id", "into")
        if not (merged := dict(found)):
            return
        self.merged |= merged
        rows = {row.pk: row for row in self._read(Organisation.objects.filter(pk__in=merged.values()))}
        for number, pk in merged.items():
            if self.columns.key == EXTERNAL_ID:
                self.by_key.setdefault(MatchingKey(number), [rows[pk]])
            self.holders.setdefault(_holder_key("external_id", number, ""), rows[pk])

    def _is_held(self, number: str) -> bool:
        is_key = self.columns.key == EXTERNAL_ID and MatchingKey(number) in self.by_key
        return is_key or _holder_key("external_id", number, "") in self.holders

    def is_merged(self, number: str, organisation: Organisation) -> bool:
        """Return whether a number in the source is that of an organisation that was merged into this one."""
        return organisation.external_id != number and self.merged.get(number, 0) == organisation.pk

    def _read(self, rows: QuerySet[Organisation]) -> list[Organisation]:
        """Return the rows, each as the object that it was first read as: changes in memory stay on it."""
        rows = rows.order_by("pk")
        if "relation_owner" in self.columns.places:
            rows = rows.select_related("relation_owner")
        if self.for_update:
            rows = rows.select_for_update(of=("self",), no_key=True)
        return [self.by_pk.setdefault(row.pk, row) for row in rows]


def _holder_key(name: str, value: str, country: str) -> tuple[str, str, str]:
    return (name, value, "") if name == "external_id" else (name, plain_number(value), country)


def _with_numbers(rows: QuerySet[Organisation], numbers: Iterable[str]) -> QuerySet[Organisation]:
    plain = Replace(Replace(Upper(F("registration_number")), Value(" "), Value("")), Value("."), Value(""))
    return rows.filter(~Q(registration_number="")).alias(plain_number=plain).filter(plain_number__in=list(numbers))
