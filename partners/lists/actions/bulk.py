"""Change many organisations in one transaction: all of them, or none."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Field, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.context import recording
from common import numbers
from common.actions import ActionRefused, require
from common.edits import Seen, mark
from common.numbers import EMPTY
from partners.actions.organisations import tags_named
from partners.enums import OrganisationStatus
from partners.models import Organisation, OrganisationTag, Tag
from partners.querysets import OrganisationQuerySet
from partners.signals import organisations_archived

MOST_AT_ONCE = 5000
_MOST_TOLD = 5


@dataclass
class BulkOutcome:
    """The number of changed and unchanged organisations, and the refused ones with their reasons."""

    changed: int = 0
    same: int = 0
    refused: list[str] = field(default_factory=list)


def tag_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, tags: Iterable[str]) -> BulkOutcome:
    """Give all of them these tags, besides those they have; make tags that do not exist yet.

    Refuses another number of organisations than was confirmed, none, and more than ``MOST_AT_ONCE``, as do the other
    actions here.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_tagged"):
        keys = _gathered(chosen, expected)
        pairs = {(key, tag.pk) for tag in tags_named(tags) for key in keys}
        there = OrganisationTag.objects.filter(organisation__in=keys)
        missing = pairs - set(there.values_list("organisation", "tag"))
        OrganisationTag.objects.bulk_create(
            [OrganisationTag(organisation_id=key, tag_id=tag) for key, tag in sorted(missing)], batch_size=1000
        )
        return _touched({key for key, _tag in missing}, keys)


def untag_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, tag: Tag) -> BulkOutcome:
    """Remove a tag from all of them."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_untagged"):
        keys = _gathered(chosen, expected)
        pairs = OrganisationTag.objects.filter(organisation__in=keys, tag=tag)
        having = set(pairs.values_list("organisation", flat=True))
        pairs.delete()
        return _touched(having, keys)


def set_owner_of_many(
    *,
    actor: User | None,
    chosen: OrganisationQuerySet,
    expected: int,
    owner: User | None,
    seen: Seen | None = None,
) -> BulkOutcome:
    """Make this colleague the relation owner of all of them; None removes the owner.

    Refuses when another person changed the owner of one of them since the page had ``seen`` them.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_given"):
        keys = _gathered(chosen, expected)
        _refuse_changed(keys, "relation_owner", seen)
        others = Organisation.objects.filter(pk__in=keys).exclude(relation_owner=owner)
        return _changed(others, keys, relation_owner=owner)


def set_status_of_many(
    *,
    actor: User | None,
    chosen: OrganisationQuerySet,
    expected: int,
    status: str,
    seen: Seen | None = None,
) -> BulkOutcome:
    """Give all of them this status; of the host, refuse to archive it and change the others.

    Refuses when another person changed the status of one of them since the page had ``seen`` them.
    """
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_got_status"):
        keys = _gathered(chosen, expected)
        _refuse_changed(keys, "status", seen)
        others = Organisation.objects.filter(pk__in=keys).exclude(status=status)
        refused: list[str] = []
        if status == OrganisationStatus.ARCHIVED:
            refused = [
                _("%(name)s is your own organisation and cannot be archived.") % {"name": name}
                for name in others.filter(is_host=True).values_list("name", flat=True)
            ]
            others = others.exclude(is_host=True)
        archiving = status == OrganisationStatus.ARCHIVED
        crossing = others if archiving else others.filter(status=OrganisationStatus.ARCHIVED)
        crossed = list(crossing.values_list("pk", flat=True))
        outcome = _changed(others, keys, status=status, status_since=timezone.localdate())
        if crossed:
            organisations_archived.send(sender=Organisation, keys=crossed, actor=actor)
        outcome.refused, outcome.same = refused, outcome.same - len(refused)
        return outcome


def values_before(rows: QuerySet[Organisation], field: str) -> str:
    """Return what each of the organisations has in a field, as one text to compare."""
    pairs = rows.order_by("pk").values_list("pk", field)[: MOST_AT_ONCE + 1]
    return " ".join(f"{key}:{value}" for key, value in pairs)


def _refuse_changed(keys: list[int], field: str, seen: Seen | None) -> None:
    rows = Organisation.objects.filter(pk__in=keys)
    if seen is None or seen.marks.get("before") == mark(values_before(rows, field)):
        return
    label = str(cast(Field, Organisation._meta.get_field(field)).verbose_name)
    shown = [getattr(row, f"get_{field}_display", lambda row=row: getattr(row, field))() for row in rows]
    counted = Counter(str(value or EMPTY) for value in shown).most_common(_MOST_TOLD)
    now = ", ".join(f"{value} ({number})" for value, number in counted)
    message = _("Somebody else changed this for one of them meanwhile. %(field)s now: %(now)s. Look again.")
    raise ActionRefused(message % {"field": capfirst(label), "now": now}, field="value")


def _gathered(chosen: OrganisationQuerySet, expected: int) -> list[int]:
    """Return the keys of the chosen organisations, locked. Refuses a number not confirmed, none, and too many."""
    rows = Organisation.objects.filter(pk__in=chosen.order_by().values("pk")).order_by("pk")
    keys = list(rows.select_for_update(no_key=True).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not keys:
        raise ActionRefused(_("There is no organisation to change."))
    if len(keys) > MOST_AT_ONCE:
        most = numbers.whole(MOST_AT_ONCE)
        raise ActionRefused(
            _("At most %(most)s organisations can be changed at once. Narrow the list.") % {"most": most}
        )
    if len(keys) != expected:
        now = ngettext("there is %(number)d organisation now", "there are %(number)d organisations now", len(keys))
        message = _("The registry changed meanwhile: %(now)s. Nothing was done; look again.")
        raise ActionRefused(message % {"now": now % {"number": len(keys)}}, field="expected")
    return keys


def _changed(rows: QuerySet[Organisation], keys: list[int], **values: Any) -> BulkOutcome:
    number = rows.update(updated_at=timezone.now(), **values)
    return BulkOutcome(number, len(keys) - number)


def _touched(changed: set[int], keys: list[int]) -> BulkOutcome:
    """Set the time of the change, so that a person who has one of these open in a form hears of it."""
    return _changed(Organisation.objects.filter(pk__in=changed), keys)
