"""Plan the merge of two organisations: the page shows the plan, and the action follows it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from accounts.models import User
from partners.merging.details import Difference, differences, stored
from partners.merging.handlers import (
    MergeNote,
    MergeObstacle,
    MergePair,
    MergePreview,
    count_references,
    merge_handlers,
)
from partners.models import Contact, Organisation


@dataclass(frozen=True)
class MergePlan:
    """A planned merge, with its preview. Reading it changes nothing.

    The page and the action each make the plan by themselves, from the same handlers: a stored plan would be of
    yesterday. The action makes it under locks, and ``fingerprint`` tells whether it is still what the person has read.
    """

    pair: MergePair
    preview: MergePreview

    @property
    def moved(self) -> list[MergeNote]:
        return self.preview.moved

    @property
    def solved(self) -> list[MergeNote]:
        return self.preview.solved

    @property
    def obstacles(self) -> list[MergeObstacle]:
        return self.preview.obstacles

    @property
    def deleted_contacts(self) -> list[int]:
        """Return the keys of the duplicate contacts that are not kept as former contacts."""
        return [
            duplicate.pk
            for _survivor, duplicate in self.pair.people
            if duplicate.pk not in self.preview.former_contacts
        ]

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(self.pair.survivor, self.pair.duplicate)

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of the facts in the preview, the same in every language."""
        pair = self.pair
        # By what the notes are about: their sentences are in the language of the reader.
        notes = [note.about for note in (*self.moved, *self.solved)]
        facts = (pair.keys, stored(pair.survivor), stored(pair.duplicate), notes, len(self.obstacles))
        return hashlib.sha256(repr(facts).encode(errors="replace")).hexdigest()


def plan_merge(survivor: Organisation, duplicate: Organisation, *, actor: User | None, today: date) -> MergePlan:
    """Return the plan for merging ``duplicate`` into ``survivor`` today. Changes nothing."""
    keys = [survivor.pk, duplicate.pk]
    # The contacts of both with the same address.
    both = Contact.objects.filter(organisation__in=keys).exclude(email="").alias(address=Lower("email"))
    twins = both.filter(address=Lower(OuterRef("email"))).exclude(organisation=OuterRef("organisation"))
    known = list(both.filter(Exists(twins)).select_related("user").order_by("pk"))
    there = {row.email.lower(): row for row in known if row.organisation_id == survivor.pk}
    people = tuple((there[row.email.lower()], row) for row in known if row.organisation_id == duplicate.pk)
    pair = MergePair(survivor, duplicate, actor, today, people, count_references(keys))
    preview = MergePreview()
    for handler in merge_handlers():
        found = handler.preview(pair)
        preview.moved += found.moved
        preview.solved += found.solved
        preview.obstacles += found.obstacles
        preview.former_contacts |= found.former_contacts
    return MergePlan(pair, preview)


def choose_survivor(organisations: Collection[Organisation]) -> Organisation:
    """Return our own organisation; else the one with the most references, and of equals the older one."""
    counts = count_references(row.pk for row in organisations)
    return max(organisations, key=lambda row: (row.is_host, sum(counts[row.pk].values()), -row.pk))
