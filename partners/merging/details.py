"""Compare the details of two organisations, and choose the values of the survivor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.fields import Field, Merge
from partners.fields import ORGANISATION_FIELDS
from partners.merging.moves import together
from partners.models import Organisation

SURVIVOR, DUPLICATE = "survivor", "duplicate"
SIDES = (SURVIVOR, DUPLICATE)


@dataclass(frozen=True)
class Difference:
    """A field with two values, as people read them; ``default`` is the side that is used without a choice."""

    field: str
    label: str
    survivor: str
    duplicate: str
    default: str


def differences(survivor: Organisation, duplicate: Organisation) -> list[Difference]:
    """Return the fields with different values, without the host's status and a parent within the pair."""
    found = []
    for field in ORGANISATION_FIELDS.merged_by(Merge.CHOICE):
        mine, theirs = (_value(row, field.name, (survivor.pk, duplicate.pk)) for row in (survivor, duplicate))
        if mine == theirs or (survivor.is_host and field.name == "status"):
            continue
        default = DUPLICATE if field.type.is_empty(mine) else SURVIVOR
        texts = _text(survivor, field, mine), _text(duplicate, field, theirs)
        found.append(Difference(field.name, str(field.label), *texts, default))
    return found


def chosen_values(survivor: Organisation, duplicate: Organisation, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that the survivor takes over, by field; without a choice by the default of the field."""
    values = {
        row.field: _value(duplicate, row.field, (survivor.pk, duplicate.pk))
        for row in differences(survivor, duplicate)
        if choices.get(row.field, row.default) == DUPLICATE
    }
    values |= together(ORGANISATION_FIELDS, survivor, duplicate)
    if survivor.parent_id == duplicate.pk:
        values.setdefault("parent", None)
    return values


def allowed_parent(survivor: Organisation, duplicate: Organisation, chosen: Organisation | None) -> Organisation | None:
    """Return the chosen parent; None where it is part of one of the two, directly or indirectly."""
    if chosen is None or {survivor.pk, duplicate.pk} & set(Organisation.objects.chain_from(chosen.pk)):
        return None
    return chosen


def stored(organisation: Organisation) -> tuple[str, ...]:
    """Return all values of an organisation between which its merge decides, for the fingerprint of the plan."""
    decided = [*ORGANISATION_FIELDS.merged_by(Merge.CHOICE), *ORGANISATION_FIELDS.merged_by(Merge.TOGETHER)]
    return tuple(str(getattr(organisation, row.name)) for row in decided if not row.model_field.many_to_many)


def _value(organisation: Organisation, name: str, pair: tuple[int, int]) -> Any:
    if name == "parent":
        return None if organisation.parent_id in pair else organisation.parent
    return getattr(organisation, name)


def _text(organisation: Organisation, field: Field, value: Any) -> str:
    if field.name == "logo_at" and value:
        return _("the logo of %(name)s") % {"name": organisation}
    return field.in_words(value)
