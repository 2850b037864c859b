"""What merging two organisations would do: the preview, and what the merge itself goes by."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from accounts.models import User
from partners.merging.details import Difference, differences, stored
from partners.merging.registry import Findings, Note, Obstacle, Pair, count_references, movers
from partners.models import Contact, Organisation


@dataclass(frozen=True)
class Plan:
    """A merge that was thought through, and not done."""

    pair: Pair
    findings: Findings

    @property
    def moved(self) -> list[Note]:
        return self.findings.moved

    @property
    def solved(self) -> list[Note]:
        return self.findings.solved

    @property
    def obstacles(self) -> list[Obstacle]:
        return self.findings.obstacles

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(self.pair.kept, self.pair.other)

    @cached_property
    def fingerprint(self) -> str:
        """The same for whoever would read the same preview, in whatever language."""
        pair = self.pair
        notes = [note.about for note in (*self.moved, *self.solved)]
        facts = (pair.keys, stored(pair.kept), stored(pair.other), notes, len(self.obstacles))
        return hashlib.sha256(repr(facts).encode(errors="replace")).hexdigest()


def plan_merge(kept: Organisation, other: Organisation, *, actor: User | None, today: date) -> Plan:
    """What merging ``other`` into ``kept`` would do today. Changes nothing."""
    keys = [kept.pk, other.pk]
    pair = Pair(kept, other, actor, today, _same_people(kept, other), count_references(keys))
    findings = Findings()
    for mover in movers():
        found = mover.look(pair)
        findings.moved += found.moved
        findings.solved += found.solved
        findings.obstacles += found.obstacles
        findings.apart |= found.apart
    return Plan(pair, findings)


def which_stays(organisations: Collection[Organisation]) -> Organisation:
    """Our own organisation; else the one to which most points, and of equals the one that was there first."""
    counts = count_references(row.pk for row in organisations)
    return max(organisations, key=lambda row: (row.is_host, sum(counts[row.pk].values()), -row.pk))


def _same_people(kept: Organisation, other: Organisation) -> tuple[tuple[Contact, Contact], ...]:
    """Who has the same e-mail address on both sides: the contact that stays, and the one that goes."""
    both = Contact.objects.filter(organisation__in=[kept.pk, other.pk]).exclude(email="").alias(address=Lower("email"))
    twins = both.filter(address=Lower(OuterRef("email"))).exclude(organisation=OuterRef("organisation"))
    known = list(both.filter(Exists(twins)).select_related("user").order_by("pk"))
    there = {row.email.lower(): row for row in known if row.organisation_id == kept.pk}
    return tuple((there[row.email.lower()], row) for row in known if row.organisation_id == other.pk)
