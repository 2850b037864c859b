"""One change to many organisations at once: all of it in one transaction, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.context import recording
from common import numbers
from common.actions import ActionRefused, require
from partners.actions.organisations import tags_named
from partners.enums import OrganisationStatus
from partners.models import Organisation, OrganisationTag, Tag
from partners.querysets import OrganisationQuerySet

MOST_AT_ONCE = 5000


@dataclass
class Outcome:
    """How many changed, how many were so already, and whom it does not hold for, with the reason."""

    changed: int = 0
    same: int = 0
    refused: list[str] = field(default_factory=list)


def tag_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, tags: Iterable[str]) -> Outcome:
    """Give all of them these tags, besides those they have; new ones are made.

    Refuses another number of organisations than was confirmed, none at all, and too many, as do the others here.
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


def untag_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, tag: Tag) -> Outcome:
    """Take a tag off all of them."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_untagged"):
        keys = _gathered(chosen, expected)
        pairs = OrganisationTag.objects.filter(organisation__in=keys, tag=tag)
        having = set(pairs.values_list("organisation", flat=True))
        pairs.delete()
        return _touched(having, keys)


def give_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, owner: User | None) -> Outcome:
    """Make this colleague the relation owner of all of them; None takes the owner away."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_given"):
        keys = _gathered(chosen, expected)
        others = Organisation.objects.filter(pk__in=keys).exclude(relation_owner=owner)
        return _changed(others, keys, relation_owner=owner)


def set_status_of_many(*, actor: User | None, chosen: OrganisationQuerySet, expected: int, status: str) -> Outcome:
    """Give all of them this status. Does not archive the host: says so and does the others."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.many_got_status"):
        keys = _gathered(chosen, expected)
        others = Organisation.objects.filter(pk__in=keys).exclude(status=status)
        refused: list[str] = []
        if status == OrganisationStatus.ARCHIVED:
            refused = [
                _("%(name)s is your own organisation and cannot be archived.") % {"name": name}
                for name in others.filter(is_host=True).values_list("name", flat=True)
            ]
            others = others.exclude(is_host=True)
        outcome = _changed(others, keys, status=status, status_since=timezone.localdate())
        outcome.refused, outcome.same = refused, outcome.same - len(refused)
        return outcome


def _gathered(chosen: OrganisationQuerySet, expected: int) -> list[int]:
    """The keys of the chosen organisations, locked. Refuses another number than was confirmed, none, and too many."""
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


def _changed(rows: QuerySet[Organisation], keys: list[int], **values: Any) -> Outcome:
    number = rows.update(updated_at=timezone.now(), **values)
    return Outcome(number, len(keys) - number)


def _touched(changed: set[int], keys: list[int]) -> Outcome:
    """Whoever is changing one of these by hand hears of it."""
    return _changed(Organisation.objects.filter(pk__in=changed), keys)
