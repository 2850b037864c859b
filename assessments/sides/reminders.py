"""Ask the lead of each side to look at the list of its people, before the round opens."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from django.urls import reverse
from django.utils import timezone

from assessments.mails import cycle_context
from assessments.models import CycleParty
from assessments.senders import senders_of
from assessments.sides.links import TO_CHOOSE_PEOPLE
from assessments.sides.reading import chosen_by, is_planner, leads_of, parties_to_choose
from collab.querysets import AWAKE
from notifications.recipients import number_in
from notifications.reminders import DueReminder, finder
from partners.models import Contact
from partners.recipients import of_contact

KIND = "side_list"
AGAIN_BEFORE = timedelta(days=2)


@finder(KIND)
def lists_to_look_at(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield for each side of a planned round its lead, until that lead has looked at the list of people.

    Once when the round is planned, and once more two days before it opens. The planner of the round is left out.
    """
    parties = (
        parties_to_choose()
        .filter(cycle__collaboration__stage__in=AWAKE, cycle__opens_on__gt=today)
        .select_related("cycle__collaboration", "cycle__instrument")
    )
    if subject:
        parties = parties.filter(pk=number_in(subject))
    found = list(parties.order_by("pk"))
    leads = leads_of(found, today)
    for party in found:
        lead = leads.get(party.pk)
        if lead is None or chosen_by(party, lead) or is_planner(party.cycle, lead):
            continue
        yield _reminder(party, lead, "asked")
        planned_on = timezone.localdate(party.cycle.created_at)
        if planned_on < party.cycle.opens_on - AGAIN_BEFORE <= today:
            yield _reminder(party, lead, "again")


def _reminder(party: CycleParty, lead: Contact, occurrence: str) -> DueReminder:
    has_account = lead.user is not None and lead.user.is_active
    return DueReminder(
        kind=KIND,
        subject=f"party:{party.pk}",
        recipient=of_contact(lead),
        occurrence=occurrence,
        context={
            **cycle_context(party.cycle),
            "name": lead.name,
            "organisation": party.name,
            "opens_on": party.cycle.opens_on,
            "people": [row.contact.name for row in party.invitations.select_related("contact").by_side()],
        },
        path=reverse("assessments:side-people", args=[party.cycle_id]) if has_account else "",
        link=None if has_account else (TO_CHOOSE_PEOPLE, str(party.pk)),
        leave_by=party.cycle.opens_on,
        senders=partial(senders_of, party.cycle),
    )
