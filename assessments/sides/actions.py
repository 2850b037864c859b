"""Let the lead of a side change the list of people who are asked there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.actions.invitations import refuse_contact
from assessments.actions.passing_on import refuse_other_side
from assessments.enums import CycleStatus, InvitationStatus
from assessments.models import CycleParty, EvaluationCycle, Invitation
from assessments.sides.reading import leads_of
from audit.context import record_about, recording
from common.actions import ActionRefused
from common.edits import Seen, merge
from partners.actions import add_contact
from partners.models import Contact


@dataclass(frozen=True)
class Newcomer:
    """A person of the side who is not in the registry yet."""

    name: str
    email: str


def choose_people(
    *,
    lead: Contact,
    party: CycleParty,
    contacts: Sequence[Contact],
    newcomers: Sequence[Newcomer] = (),
    seen: Seen | None = None,
    today: date | None = None,
) -> None:
    """Set the people who are asked on one side of a planned round, by the lead of that side.

    From then on the planner of the round leaves that list alone. Newcomers become contacts of the organisation. A
    person added or taken away meanwhile stays so: ``seen`` holds the people who were on the page. Sends nothing.

    Refuses a contact who does not lead this side (any more), a round that is not planned (any more), a person of
    another organisation, without an address or not active, a newcomer with the address of a person of another side, and
    an empty list.
    """
    with recording(lead.user, "assessments.side_chosen"):
        cycle = EvaluationCycle.objects.select_for_update(of=["self"]).get(pk=party.cycle_id)
        if cycle.status != CycleStatus.PLANNED:
            raise ActionRefused(_("This round has opened. Ask the coordinator to change who is asked."))
        party = cycle.parties.select_related("organisation", "cycle").get(pk=party.pk)
        if leads_of([party], today).get(party.pk) != lead:
            raise ActionRefused(_("Only the lead of your organisation can change this list."))
        added, side = [], party.organisation
        for new in newcomers:
            refuse_other_side(party.cycle, side, new.email)
            there = side.contacts.filter(email__iexact=new.email).first()
            added.append(there or add_contact(actor=None, organisation=side, name=new.name, email=new.email))
        # A proposed person who has left or lost the address stays listed, for the planner to see.
        reachable = party.invitations.reachable()
        stored = [row.contact for row in reachable.select_related("contact")]
        chosen = merge(None, {"contacts": list(contacts)}, seen, {"contacts": stored})["contacts"]
        wanted = {contact.pk: contact for contact in [*chosen, *added]}
        if not wanted:
            raise ActionRefused(_("Choose at least one person."), field="contacts")
        for contact in wanted.values():
            refuse_contact(contact, {party.organisation_id})
        reachable.exclude(contact__in=wanted).delete()
        known = set(party.invitations.values_list("contact", flat=True))
        Invitation.objects.bulk_create(
            Invitation(cycle=cycle, party=party, contact=contact, status=InvitationStatus.INVITED)
            for pk, contact in wanted.items()
            if pk not in known
        )
        party.people_chosen_by, party.people_chosen_at = lead, timezone.now()
        party.save(update_fields=["people_chosen_by", "people_chosen_at"])
        record_about(cycle)
