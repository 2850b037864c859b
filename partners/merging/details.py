"""What two organisations say differently about themselves, and what stays of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from partners.enums import OrganisationKind
from partners.models import Organisation

KEPT, OTHER = "kept", "other"
SIDES = (KEPT, OTHER)
FIELDS = (
    *("name", "short_name", "kind", "status", "parent", "street", "postal_code", "city", "country", "website"),
    *("email", "phone", "registration_number", "external_id", "relation_owner", "logo_at"),
)


@dataclass(frozen=True)
class Difference:
    """A field with two values, as people read them; ``default`` is the side whose value stays unless one chooses."""

    field: str
    label: str
    kept: str
    other: str
    default: str


def differences(kept: Organisation, other: Organisation) -> list[Difference]:
    """The fields in which the two differ. Our own organisation keeps its status; neither is part of the other."""
    found = []
    for name in FIELDS:
        mine, theirs = (_value(row, name, (kept.pk, other.pk)) for row in (kept, other))
        if mine == theirs or (kept.is_host and name == "status"):
            continue
        label = str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        default = OTHER if not mine or (name == "kind" and mine == OrganisationKind.OTHER) else KEPT
        found.append(Difference(name, label, _text(kept, name, mine), _text(other, name, theirs), default))
    return found


def chosen_values(kept: Organisation, other: Organisation, choices: Mapping[str, str]) -> dict[str, Any]:
    """What the organisation that stays takes over, by field; without a choice the default of the field holds."""
    values = {
        row.field: _value(other, row.field, (kept.pk, other.pk))
        for row in differences(kept, other)
        if choices.get(row.field, row.default) == OTHER
    }
    values["languages"] = list(dict.fromkeys([*kept.languages, *other.languages]))
    if kept.parent_id == other.pk:
        values.setdefault("parent", None)
    return values


def allowed_parent(kept: Organisation, other: Organisation, chosen: Organisation | None) -> Organisation | None:
    """What the one organisation is part of; nothing where that is itself part of one of the two, however far."""
    if chosen is None or {kept.pk, other.pk} & set(Organisation.objects.chain_from(chosen.pk)):
        return None
    return chosen


def stored(organisation: Organisation) -> tuple[Any, ...]:
    """All that the page tells of an organisation, to know it again."""
    return (*(str(getattr(organisation, name)) for name in FIELDS), *organisation.languages)


def _value(organisation: Organisation, name: str, pair: tuple[int, int]) -> Any:
    if name == "parent":
        return None if organisation.parent_id in pair else organisation.parent
    return getattr(organisation, name)


def _text(organisation: Organisation, name: str, value: Any) -> str:
    if name == "logo_at":
        return _("the logo of %(name)s") % {"name": organisation} if value else ""
    if name == "country":
        return organisation.country_name
    if name in ("kind", "status"):
        value = getattr(organisation, f"get_{name}_display")()
    return str(value or "")
