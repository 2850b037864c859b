"""Read the people who are asked on each side of a round, and who may change that list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from assessments.enums import CycleStatus, InvitationStatus
from assessments.models import CycleParty, EvaluationCycle, Invitation
from collab.enums import RoleKind
from collab.models import RoleAssignment
from common.sorting import NameOrder
from partners.models import Contact


@dataclass(frozen=True)
class Side:
    """One organisation of a round, the people who are asked there, and its lead (its decider where it has none)."""

    party: CycleParty
    people: list[Invitation]
    lead: Contact | None = None

    @property
    def is_chosen_by_lead(self) -> bool:
        """Return whether the present lead has looked at the list: from then on it is the lead's to change."""
        return chosen_by(self.party, self.lead)


def chosen_by(party: CycleParty, lead: Contact | None) -> bool:
    """Return whether ``lead``, who leads this side at present, has looked at the list of its people."""
    return lead is not None and party.people_chosen_by_id == lead.pk


def asked_by_side(cycle: EvaluationCycle) -> list[Side]:
    """Return the sides of a round with the people who are asked there, the host first; one query."""
    sides: dict[int, Side] = {}
    for invitation in cycle.invitations.asked().select_related("contact", "party").by_side():
        side = sides.setdefault(invitation.party_id, Side(invitation.party, []))
        side.people.append(invitation)
    return list(sides.values())


def sides_shown_to(lead: Contact, party: CycleParty) -> list[Side]:
    """Return the sides that the lead of ``party`` may see: all when the lead is asked too, else ``party`` alone."""
    is_asked = party.cycle.invitations.asked().filter(contact=lead).exists()
    return [side for side in asked_by_side(party.cycle) if is_asked or side.party == party]


def sides_with_leads(cycle: EvaluationCycle, today: date | None = None) -> list[Side]:
    """Return every side of a planned round with the people proposed and the lead; three queries."""
    parties = list(cycle.parties.select_related("organisation").order_by("-is_host", NameOrder("name"), "pk"))
    proposed = cycle.invitations.filter(status=InvitationStatus.INVITED).select_related("contact").by_side()
    people: dict[int, list[Invitation]] = {party.pk: [] for party in parties}
    for invitation in proposed:
        people[invitation.party_id].append(invitation)
    leads = leads_of(parties, today)
    return [Side(party, people[party.pk], leads.get(party.pk)) for party in parties]


def unseen_sides(sides: Iterable[Side], cycle: EvaluationCycle) -> list[Side]:
    """Return the sides with a lead who can be mailed, did not plan the round, and has not looked at the list."""
    return [
        side
        for side in sides
        if side.lead and side.lead.email and not side.is_chosen_by_lead and not is_planner(cycle, side.lead)
    ]


def is_planner(cycle: EvaluationCycle, lead: Contact) -> bool:
    """Return whether the lead planned the round, and so chose the list already."""
    return lead.user_id is not None and lead.user_id == cycle.planned_by_id


def leads_of(parties: Iterable[CycleParty], today: date | None = None) -> dict[int, Contact]:
    """Return by party the contact who leads the collaboration for that organisation; without one, its decider.

    A contact who has left leads nothing. The parties come with ``cycle``; one query.
    """
    places = {(party.cycle.collaboration_id, party.organisation_id): party.pk for party in parties}
    collaborations = {collaboration for collaboration, _organisation in places}
    found: dict[int, Contact] = {}
    # Only people who can do the work: a lead or decider who left the organisation still has the role until it ends.
    roles = (
        RoleAssignment.objects.current(today or timezone.localdate())
        .filter(participation__collaboration__in=collaborations, role__in=[RoleKind.LEAD, RoleKind.DECIDER])
        .filter(contact__deactivated_at=None, contact__organisation=F("participation__organisation"))
        .select_related("contact__user", "participation")
        .order_by("pk")
    )
    for role in roles:
        place = (role.participation.collaboration_id, role.participation.organisation_id)
        if place in places and (role.role == RoleKind.LEAD or places[place] not in found):
            found[places[place]] = role.contact
    return found


def party_led_by(user: User, cycle: EvaluationCycle) -> CycleParty | None:
    """Return the side of a planned round that the user leads; None for all others."""
    if cycle.status != CycleStatus.PLANNED:
        return None
    contact = Contact.objects.filter(user=user, deactivated_at=None).first()
    if contact is None:
        return None
    party = cycle.parties.filter(organisation=contact.organisation_id).select_related("cycle").first()
    return party if party is not None and leads_of([party]).get(party.pk) == contact else None


def parties_to_choose(collaboration_id: int | None = None) -> QuerySet[CycleParty]:
    """Return the sides of planned rounds, of one collaboration or of all, with their round."""
    parties = CycleParty.objects.filter(cycle__status=CycleStatus.PLANNED).select_related("cycle__collaboration")
    return parties if collaboration_id is None else parties.filter(cycle__collaboration=collaboration_id)
