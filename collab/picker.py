"""Choose organisations out of thousands: search, tick, search again; with and without JavaScript.

A page puts a ``Picker`` in its form with ``collab/organisation_picker.html``. Without JavaScript its search button
posts the whole form, and the page shows it again as typed (``is_search``). With htmx only the choices change.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from collab.models import Collaboration
from common.row_keys import keys_in
from partners.enums import OrganisationStatus
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet

MOST_FOUND = 12


@dataclass(frozen=True)
class Picker:
    """The present choices: ``chosen`` stay ticked during a further search; ``has_more`` asks for more letters."""

    name: str
    many: bool
    collaboration_id: int | None
    search: str
    chosen: list[Organisation]
    found: list[Organisation]
    has_more: bool

    @property
    def url(self) -> str:
        query: dict[str, str | int] = {"name": self.name, "many": int(self.many)}
        if self.collaboration_id:
            query["collaboration"] = self.collaboration_id
        return f"{reverse('collab:organisation-picker')}?{urlencode(query)}"


def candidates(user: User, collaboration: Collaboration | None = None) -> OrganisationQuerySet:
    """Return the organisations that can be chosen: partners in the registry, without those that take part already."""
    rows = Organisation.objects.visible_to(user).filter(is_host=False)
    rows = rows.exclude(status=OrganisationStatus.ARCHIVED)
    return rows.exclude(participations__collaboration=collaboration) if collaboration else rows


def pick(user: User, data: QueryDict, name: str, *, many: bool, collaboration: Collaboration | None = None) -> Picker:
    """Return the choices to show for the text and the ticks so far."""
    rows = candidates(user, collaboration)
    search = data.get(f"{name}_search", "").strip()
    ids = keys_in(data.getlist(name))
    chosen = list(rows.filter(pk__in=ids))
    found = list(rows.matching(search).exclude(pk__in=ids).order_by("sort_name", "pk")[: MOST_FOUND + 1])
    return Picker(
        name=name,
        many=many,
        collaboration_id=collaboration.pk if collaboration else None,
        search=search,
        chosen=chosen,
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
    )


def is_search(data: QueryDict, name: str) -> bool:
    """Return whether the form was sent to search: by the search button, or by Enter after other letters were typed.

    Enter presses the first button of a form, which is called ``enter``.
    """
    typed = data.get(f"{name}_search", "").strip()
    return "find" in data or ("enter" in data and typed != data.get(f"{name}_searched", ""))
