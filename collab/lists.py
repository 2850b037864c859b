"""Partners and leads that lists show beside collaborations, read for a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from collab.enums import RoleKind
from collab.fields import COLLABORATION_FIELDS
from collab.models import Collaboration, Participation, RoleAssignment
from common.prepared import Prepared, given_day, one_of
from partners.querysets import own_organisation_id

COLUMNS = {field.key: field for field in COLLABORATION_FIELDS.in_list}
# The list says where nobody leads as well.
SHOWN = ("pk", *(field.name for field in COLUMNS.values()), "lead_missing_since")
MOST_NAMED = 2


@dataclass(frozen=True)
class ListRow:
    """A collaboration as a list shows it: its partners (the first names and the number of others), and its leads."""

    collaboration: Collaboration
    partners: str
    leads: str


def list_rows(collaborations: Iterable[Collaboration], user: User, today: date) -> list[ListRow]:
    """Return the collaborations with partners and leads, in two queries; leave out the reader's own side."""
    rows = list(collaborations)
    keys = [row.pk for row in rows]
    own = None if user.is_colleague else own_organisation_id(user)
    others: dict[int, list[str]] = {}
    for key, organisation_id, name, is_host in _PARTIES.rows(keys=keys):
        if not (is_host if own is None else organisation_id == own):
            others.setdefault(key, []).append(name)
    leads = leads_of(keys, today)
    return [ListRow(row, _first_names(others.get(row.pk, [])), _first_names(leads.get(row.pk, []))) for row in rows]


def leads_of(keys: Sequence[int], today: date) -> dict[int, list[str]]:
    """Return the names of the leads of each collaboration on a day, those of the host first."""
    leads: dict[int, list[str]] = {}
    for key, name in _LEADS.rows(keys=keys, today=today):
        leads.setdefault(key, []).append(name)
    return leads


def _first_names(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return _("%(names)s and %(count)d more") % {"names": shown, "count": more} if more > 0 else shown


# Both run for every page of every list, and save 8 and 14 % of its processor time: see bench/README.md.
_PARTIES = Prepared(
    lambda: (
        Participation.objects.filter(one_of("collaboration", "keys"))
        .order_by("pk")
        .values_list("collaboration_id", "organisation_id", "organisation__name", "organisation__is_host")
    )
)
_LEADS = Prepared(
    lambda: (
        RoleAssignment.objects.current(given_day("today"))
        .filter(one_of("participation__collaboration", "keys"), role=RoleKind.LEAD)
        .order_by("-participation__organisation__is_host", "pk")
        .values_list("participation__collaboration_id", "contact__name")
    )
)
