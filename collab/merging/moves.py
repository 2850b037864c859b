"""Move participations, roles, decisions and actions when two organisations are merged; part of a merge."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from collab.actions.roles import refresh_missing_roles
from collab.enums import ONE_AT_A_TIME
from collab.merging.candidates import move_candidates
from collab.models import ActionAnswer, ActionItem, ActionLink, Collaboration, Decision, Participation, RoleAssignment
from partners.merging.handlers import MergePair
from partners.merging.moves import join_texts


@dataclass(frozen=True)
class Clash:
    """Two holders of a role of which only one can keep it: before the merge each held it for another organisation."""

    continuing: RoleAssignment
    ending: RoleAssignment

    @property
    def is_one_person(self) -> bool:
        return bool(self.continuing.contact_id == self.ending.contact_id)


def clashes(roles: Iterable[RoleAssignment], pair: MergePair) -> list[Clash]:
    """Return the roles of both organisations in one collaboration that cannot stand beside each other.

    An organisation has one current decider and one current lead, and a person has a role once. An active contact goes
    before a deactivated one, then the contact of the survivor.
    """
    same = {duplicate.pk: survivor.pk for survivor, duplicate in pair.people}
    groups: dict[tuple[int, str], list[RoleAssignment]] = defaultdict(list)
    for role in roles:
        if not role.superseded_by_merge and role.starts_on != role.ends_on:
            groups[role.participation.collaboration_id, role.role].append(role)
    found: list[Clash] = []
    for (_collaboration, kind), group in groups.items():
        gone: set[int] = set()
        for one, two in combinations(sorted(group, key=lambda row: _rank(row, pair)), 2):
            is_twice = same.get(one.contact_id, one.contact_id) == same.get(two.contact_id, two.contact_id)
            sides = {one.participation.organisation_id, two.participation.organisation_id}
            overlap = one.starts_on < (two.ends_on or date.max) and two.starts_on < (one.ends_on or date.max)
            if len(sides) < 2 or {one.pk, two.pk} & gone or not overlap:
                continue
            if kind in ONE_AT_A_TIME or (is_twice and not two.is_past(pair.today)):
                found.append(Clash(one, two))
                gone.add(two.pk)
    return found


def move_collaborations(pair: MergePair) -> None:
    """Move participations, roles, decisions, actions and candidacies to the survivor.

    Where both take part in one collaboration, their texts are put under each other; a role that cannot stand beside
    another ends today, and its past stays on record.
    """
    # Lock the collaborations, by key: an action that plans a round or changes roles waits here until the merge is done.
    parts_of_both = Participation.objects.filter(organisation__in=pair.keys)
    with_them = Collaboration.objects.filter(pk__in=parts_of_both.values("collaboration"))
    list(with_them.order_by("pk").select_for_update(no_key=True).values("pk"))
    for survivor, duplicate in pair.people:
        RoleAssignment.objects.filter(contact=duplicate).update(contact=survivor)
        Decision.objects.filter(decided_by=duplicate).update(decided_by=survivor)
        ActionItem.objects.filter(owner=duplicate).update(owner=survivor)
        ActionAnswer.objects.filter(contact=duplicate).update(contact=survivor)
        ActionLink.objects.filter(contact=duplicate).update(contact=survivor)
    parts = {row.collaboration_id: row for row in Participation.objects.filter(organisation=pair.survivor)}
    theirs = list(Participation.objects.filter(organisation=pair.duplicate).order_by("pk"))
    both = {row.pk: parts[row.collaboration_id] for row in theirs if row.collaboration_id in parts}
    for clash in clashes(roles_of(both, both.values()), pair):
        role = clash.ending
        if not role.is_past(pair.today):
            role.ends_on = max(pair.today, role.starts_on)
        # So marked, the periods of two deciders or leads may overlap in the database.
        role.superseded_by_merge = role.role in ONE_AT_A_TIME
        role.save(update_fields=["ends_on", "superseded_by_merge"])
    for row in theirs:
        if row.pk in both:
            kept = both[row.pk]
            row.roles.update(participation=kept)
            for name in ("goal", "motive", "contribution"):
                setattr(kept, name, join_texts(getattr(kept, name), getattr(row, name)))
            row.delete()
            kept.save()
    Participation.objects.filter(organisation=pair.duplicate).update(organisation=pair.survivor)
    move_candidates(survivor=pair.survivor, duplicate=pair.duplicate)
    people = [survivor.pk for survivor, _duplicate in pair.people]
    touched = Collaboration.objects.filter(participations__roles__contact__in=people).distinct()
    refresh_missing_roles(collaborations=[*touched, *(row.collaboration for row in both.values())], today=pair.today)


def roles_of(theirs: Mapping[int, object], ours: Iterable[Participation]) -> list[RoleAssignment]:
    """Return the roles in participations that become one, the earliest first."""
    rows = RoleAssignment.objects.filter(participation__in=[*theirs, *(row.pk for row in ours)])
    return list(rows.select_related("contact", "participation__collaboration").order_by("starts_on", "pk"))


def _rank(role: RoleAssignment, pair: MergePair) -> tuple[bool, bool, date, int]:
    """Return the sort key by which the holder who keeps the role comes first."""
    is_held = role.is_current(pair.today) and role.contact.is_active
    return not is_held, role.participation.organisation_id != pair.survivor.pk, role.starts_on, role.pk
