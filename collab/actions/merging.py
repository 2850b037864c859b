"""What of collaborations goes along when two organisations become one. Part of a merge, whose permission holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from collab.actions.candidates import move_candidates
from collab.actions.roles import refresh_missing_roles
from collab.enums import ONE_AT_A_TIME
from collab.models import ActionItem, Collaboration, Decision, Participation, RoleAssignment
from partners.actions.merge_moves import joined
from partners.merging.registry import Pair


@dataclass(frozen=True)
class Clash:
    """Two holders of a role of which one stays: until the merge each held it for an organisation of its own."""

    stays: RoleAssignment
    goes: RoleAssignment

    @property
    def is_one_person(self) -> bool:
        return bool(self.stays.contact_id == self.goes.contact_id)


def clashes(roles: Iterable[RoleAssignment], pair: Pair) -> list[Clash]:
    """Where the roles of both organisations in one collaboration do not fit beside each other.

    One current decider and one current lead can be of an organisation, and nobody has a role twice. Who is active
    goes before who is not, then who was there for the organisation that stays.
    """
    same = {goes.pk: stays.pk for stays, goes in pair.people}
    groups: dict[tuple[int, str], list[RoleAssignment]] = defaultdict(list)
    for role in roles:
        if not role.before_merge and role.starts_on != role.ends_on:
            groups[role.participation.collaboration_id, role.role].append(role)
    found: list[Clash] = []
    for (_collaboration, kind), group in groups.items():
        gone: set[int] = set()
        for one, two in combinations(sorted(group, key=lambda row: _rank(row, pair)), 2):
            is_twice = same.get(one.contact_id, one.contact_id) == same.get(two.contact_id, two.contact_id)
            sides = {one.participation.organisation_id, two.participation.organisation_id}
            if len(sides) < 2 or {one.pk, two.pk} & gone or not _overlap(one, two):
                continue
            if kind in ONE_AT_A_TIME or (is_twice and not two.is_past(pair.today)):
                found.append(Clash(one, two))
                gone.add(two.pk)
    return found


def move_collaborations(pair: Pair) -> None:
    """Parts in collaborations, roles, decisions and actions point on.

    Of two parts in one collaboration the texts go under each other; who cannot keep a role beside another ends today,
    and what was before that stays on record.
    """
    # Who plans a round or changes roles waits here.
    parts_of_both = Participation.objects.filter(organisation__in=pair.keys)
    with_them = Collaboration.objects.filter(pk__in=parts_of_both.values("collaboration"))
    list(with_them.order_by("pk").select_for_update(no_key=True).values("pk"))
    for stays, goes in pair.people:
        RoleAssignment.objects.filter(contact=goes).update(contact=stays)
        Decision.objects.filter(decided_by=goes).update(decided_by=stays)
        ActionItem.objects.filter(owner=goes).update(owner=stays)
    parts = {row.collaboration_id: row for row in Participation.objects.filter(organisation=pair.kept)}
    theirs = list(Participation.objects.filter(organisation=pair.other).order_by("pk"))
    both = {row.pk: parts[row.collaboration_id] for row in theirs if row.collaboration_id in parts}
    for clash in clashes(roles_of(both, both.values()), pair):
        _end(clash.goes, pair.today)
    for row in theirs:
        if row.pk in both:
            _join(both[row.pk], row)
    Participation.objects.filter(organisation=pair.other).update(organisation=pair.kept)
    move_candidates(keep=pair.kept, gone=pair.other)
    people = [stays.pk for stays, _goes in pair.people]
    touched = Collaboration.objects.filter(participations__roles__contact__in=people).distinct()
    refresh_missing_roles(collaborations=[*touched, *(row.collaboration for row in both.values())], today=pair.today)


def roles_of(theirs: Mapping[int, object], ours: Iterable[Participation]) -> list[RoleAssignment]:
    """The roles in parts that become one, the first one first."""
    rows = RoleAssignment.objects.filter(participation__in=[*theirs, *(row.pk for row in ours)])
    return list(rows.select_related("contact", "participation__collaboration").order_by("starts_on", "pk"))


def _join(stays: Participation, goes: Participation) -> None:
    goes.roles.update(participation=stays)
    for name in ("goal", "motive", "contribution"):
        setattr(stays, name, joined(getattr(stays, name), getattr(goes, name)))
    goes.delete()
    stays.save()


def _end(role: RoleAssignment, today: date) -> None:
    """A decider or lead who goes is marked, so that the two periods may stand beside each other."""
    if not role.is_past(today):
        role.ends_on = max(today, role.starts_on)
    role.before_merge = role.role in ONE_AT_A_TIME
    role.save(update_fields=["ends_on", "before_merge", "updated_at"])


def _overlap(one: RoleAssignment, two: RoleAssignment) -> bool:
    return one.starts_on < (two.ends_on or date.max) and two.starts_on < (one.ends_on or date.max)


def _rank(role: RoleAssignment, pair: Pair) -> tuple[bool, bool, date, int]:
    """Who comes first stays."""
    is_held = role.is_current(pair.today) and role.contact.is_active
    return not is_held, role.participation.organisation_id != pair.kept.pk, role.starts_on, role.pk
