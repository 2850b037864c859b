"""Name the possible matches of an organisation and the likely duplicates of the registry, with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.paging import CappedPaginator
from partners.duplicates.queries import duplicate_pairs, with_same_keys
from partners.matching_keys import Reason, number_key, plain_name
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet

PER_PAGE = 15
MOST_OFFERED = 6
# Shorter beginnings of a name would bring up half of the registry.
FEWEST_LETTERS = 4
_SHOWN = (
    *("name", "city", "country", "status", "kind", "external_id", "registration_number", "website"),
    *("plain_name", "website_host", "number_key", "sort_city"),
)
_TYPED = {"name": "name", "website": "website", "number": "registration_number", "country": "country"}


@dataclass(frozen=True)
class PossibleMatch:
    """An organisation that may be the same as the one in a form, and the reason in words."""

    organisation: Organisation
    why: str


def possible_matches(rows: OrganisationQuerySet, data: Mapping[str, Any], besides: int = 0) -> list[PossibleMatch]:
    """Return the organisations with the name, website or number typed, without the one with the key ``besides``."""
    typed = _typed(data)
    found = with_same_keys(rows, **typed).exclude(pk=besides).only(*_SHOWN)
    return [PossibleMatch(row, _why(row, typed)) for row in found[:MOST_OFFERED]]


def possible_matches_while_typing(
    rows: OrganisationQuerySet, data: Mapping[str, Any], besides: int = 0
) -> list[PossibleMatch]:
    """Return the possible matches, followed by organisations whose name begins with the letters typed so far."""
    matches = possible_matches(rows, data, besides)
    plain = plain_name(_typed(data)["name"])
    if len(matches) == MOST_OFFERED or len(plain) < FEWEST_LETTERS:
        return matches
    known = [match.organisation.pk for match in matches]
    begun = rows.filter(plain_name__startswith=plain).exclude(pk__in=[*known, besides])
    begun = begun.order_by("plain_name", "pk").only(*_SHOWN)[: MOST_OFFERED - len(matches)]
    return [*matches, *(PossibleMatch(row, _("The name begins alike")) for row in begun)]


def _typed(data: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(data.get(name) or "").replace("\0", "")[:300] for key, name in _TYPED.items()}


def _why(row: Organisation, typed: Mapping[str, str]) -> str:
    if row.number_key and row.number_key == number_key(typed["number"]):
        return _("The same registration number")
    if row.plain_name == plain_name(typed["name"]):
        return _("The same name")
    return _("The same website")


@dataclass(frozen=True)
class DuplicatePair:
    """Two organisations that may be the same, with the reasons."""

    first: Organisation
    second: Organisation
    reasons: tuple[str, ...]

    @property
    def merge_url(self) -> str:
        return f"{reverse('partners:merge')}?organisation={self.first.pk}&organisation={self.second.pk}"

    @property
    def why(self) -> list[str]:
        if self.first.country != self.second.country:
            same_name = _("The same name, in another country")
        elif self.first.sort_city != self.second.sort_city:
            same_name = _("The same name, in another city")
        else:
            same_name = _("The same name in the same city")
        words = {
            Reason.NUMBER: _("The same registration number"),
            Reason.NAME: same_name,
            Reason.WEBSITE: _("The same website"),
        }
        return [words[reason] for reason in Reason if reason in self.reasons]


class DuplicatePairs(CappedPaginator):
    """Pages of pairs, the likeliest first; for colleagues, who see the whole registry."""

    def __init__(self, reason: str) -> None:
        super().__init__([], PER_PAGE)
        self.reason = reason

    @cached_property
    def _first_keys(self) -> list[tuple[int, int, list[str]]]:
        return duplicate_pairs(self.reason, self.cap + 1)

    @cached_property
    def _counted(self) -> int:
        return len(self._first_keys)

    def _between(self, start: int, stop: int) -> list[DuplicatePair]:
        pairs = self._first_keys[start:stop]
        if self.is_capped and stop > self.cap:
            pairs = duplicate_pairs(self.reason, stop - start, start)
        rows = Organisation.objects.only(*_SHOWN).in_bulk(
            {key for first, second, _why in pairs for key in (first, second)}
        )
        return [DuplicatePair(rows[first], rows[second], tuple(reasons)) for first, second, reasons in pairs]
