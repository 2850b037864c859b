"""Move evaluation rounds when two organisations are merged; part of a merge, whose permission holds."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assessments.enums import CycleStatus
from assessments.models import CycleParty, Invitation, ReviewMeeting, SideLink
from assessments.standing import refresh_standings
from common.actions import ActionRefused
from partners.merging.handlers import MergePair
from partners.merging.moves import repoint

UNFINISHED_ROUNDS = (CycleStatus.PLANNED, CycleStatus.OPEN)


def move_rounds(pair: MergePair) -> None:
    """Move sides of rounds, invitations and attendees of reviews to the survivor; renew no result.

    A round in which both were a side keeps its two sides. A side of a round that is still to be answered gets the name
    of the survivor. A person who was asked for both sides keeps both invitations: see ``asked_twice``.
    """
    sides = CycleParty.objects.filter(organisation=pair.duplicate)
    compared = set(sides.values_list("cycle__collaboration_id", flat=True))
    ours = CycleParty.objects.filter(organisation=pair.survivor, cycle=OuterRef("cycle"), is_merged=False)
    # One that was planned since the merge was thought out.
    if sides.filter(Exists(ours), cycle__status__in=UNFINISHED_ROUNDS).exists():
        raise ActionRefused(_("Somebody else changed one of the two at the same moment. Look again."))
    sides.filter(Exists(ours)).update(is_merged=True)
    sides.filter(cycle__status__in=UNFINISHED_ROUNDS).update(name=pair.survivor.name)
    sides.update(organisation=pair.survivor)
    apart = {duplicate for duplicate, _rows in asked_twice(pair)}
    attendees = ReviewMeeting.attendees.through._default_manager.all()
    for survivor, duplicate in pair.people:
        repoint(attendees, "contact", duplicate, survivor, once_per="reviewmeeting")
        if duplicate.pk not in apart:
            Invitation.objects.filter(contact=duplicate).update(contact=survivor)
        CycleParty.objects.filter(people_chosen_by=duplicate).update(people_chosen_by=survivor)
        SideLink.objects.filter(contact=duplicate).update(contact=survivor)
    # Other groups than before may be the same in two rounds, or not any more.
    refresh_standings(compared)


def asked_twice(pair: MergePair) -> Iterable[tuple[int, list[Invitation]]]:
    """Return the contacts who were asked for both sides of one round.

    Gives the key of the duplicate contact and its invitations. Both answers count on the side where they were given, so
    that the two invitations cannot become one.
    """
    if not pair.people:
        return []
    survivor_of = {duplicate.pk: survivor.pk for survivor, duplicate in pair.people}
    rows = Invitation.objects.filter(contact__in=[*survivor_of, *survivor_of.values()]).select_related(
        "cycle__collaboration", "contact"
    )
    by_contact: dict[int, list[Invitation]] = defaultdict(list)
    for row in rows.defer("cycle__result").order_by("pk"):
        by_contact[row.contact_id].append(row)
    found = []
    for duplicate, survivor in survivor_of.items():
        rounds = {row.cycle_id for row in by_contact[survivor]}
        if twice := [row for row in by_contact[duplicate] if row.cycle_id in rounds]:
            found.append((duplicate, twice))
    return found
