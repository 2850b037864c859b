"""Whose identity an organisation may read beside its own; apps above say so.

``partners`` knows no collaborations. Whoever does registers a finder: given the key of an organisation, a queryset of
the keys of those that it works with now.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet

Finder = Callable[[int], "QuerySet"]
_finders: list[Finder] = []


def finder(find: Finder) -> Finder:
    """Register who an organisation works with."""
    _finders.append(find)
    return find


def known_to(organisation_id: int, path: str) -> Q:
    """Condition: the organisation at ``path`` is this one, or one that it works with."""
    known = Q(**{path: organisation_id})
    for find in _finders:
        known |= Q(**{f"{path}__in": find(organisation_id)})
    return known
