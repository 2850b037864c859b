"""What of evaluation rounds goes along when two organisations become one. Part of a merge, whose permission holds."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assessments.enums import CycleStatus
from assessments.models import CycleParty, Invitation, ReviewMeeting
from common.actions import ActionRefused
from partners.actions.merge_moves import pointed_on
from partners.merging.registry import Pair

UNFINISHED_ROUNDS = (CycleStatus.PLANNED, CycleStatus.OPEN)


def move_rounds(pair: Pair) -> None:
    """Sides of rounds, invitations and those who were at a review point on; no result is made anew.

    A round of which both were a side keeps its two sides. A side of a round that is still to be answered is called as
    the organisation is called from now on. Somebody who was asked for both sides keeps both invitations: see
    ``asked_twice``.
    """
    sides = CycleParty.objects.filter(organisation=pair.other)
    ours = CycleParty.objects.filter(organisation=pair.kept, cycle=OuterRef("cycle"), is_merged=False)
    # One that was planned since the merge was thought out.
    if sides.filter(Exists(ours), cycle__status__in=UNFINISHED_ROUNDS).exists():
        raise ActionRefused(_("Somebody else changed one of the two at the same moment. Look again."))
    sides.filter(Exists(ours)).update(is_merged=True)
    sides.filter(cycle__status__in=UNFINISHED_ROUNDS).update(name=pair.kept.name)
    sides.update(organisation=pair.kept)
    apart = {goes for goes, _rows in asked_twice(pair)}
    attendees = ReviewMeeting.attendees.through._default_manager.all()
    for stays, goes in pair.people:
        pointed_on(attendees, "contact", goes, stays, once_per="reviewmeeting")
        if goes.pk not in apart:
            Invitation.objects.filter(contact=goes).update(contact=stays)


def asked_twice(pair: Pair) -> Iterable[tuple[int, list[Invitation]]]:
    """Who was asked as a contact of both in one round: the key of the contact that goes, and those invitations of it.

    Both answers count where they were given, so that the two invitations cannot become one.
    """
    if not pair.people:
        return []
    stays_for = {goes.pk: stays.pk for stays, goes in pair.people}
    rows = Invitation.objects.filter(contact__in=[*stays_for, *stays_for.values()]).select_related(
        "cycle__collaboration", "contact"
    )
    by_contact: dict[int, list[Invitation]] = defaultdict(list)
    for row in rows.defer("cycle__result").order_by("pk"):
        by_contact[row.contact_id].append(row)
    found = []
    for goes, stays in stays_for.items():
        rounds = {row.cycle_id for row in by_contact[stays]}
        if twice := [row for row in by_contact[goes] if row.cycle_id in rounds]:
            found.append((goes, twice))
    return found
