"""Find the rounds that are affected when a person leaves or an organisation is archived."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import CycleParty, EvaluationCycle, Invitation
from common.belongings import Belonging, belongings_finder
from partners.models import Contact, Organisation


@belongings_finder(Contact)
def of_people(contacts: Sequence[Contact], today: date) -> Iterable[Belonging]:
    """Return the planned and open rounds in which they are asked, and say whether their side has others."""
    asked = Invitation.objects.unfinished().filter(contact__in=contacts, cycle__in=EvaluationCycle.objects.running())
    for invitation in asked.select_related("cycle__collaboration", "party").order_by("pk"):
        others = invitation.party.invitations.asked().reachable().exclude(pk=invitation.pk)
        text = (
            _("Is asked in %(round)s")
            if others.exists()
            else _("Is asked in %(round)s, as the last one of %(organisation)s")
        )
        facts = {"round": invitation.cycle, "organisation": invitation.party}
        yield Belonging(text % facts, reverse("assessments:cycle-detail", args=[invitation.cycle_id]))


@belongings_finder(Organisation)
def of_organisations(organisations: Sequence[Organisation], today: date) -> Iterable[Belonging]:
    """Find the planned and open rounds of which they are a side."""
    sides = CycleParty.objects.filter(organisation__in=organisations, cycle__in=EvaluationCycle.objects.running())
    for side in sides.select_related("cycle__collaboration").order_by("pk"):
        facts = {"organisation": side, "round": side.cycle, "status": side.cycle.get_status_display().lower()}
        text = _("%(organisation)s is a side of %(round)s (%(status)s)") % facts
        yield Belonging(text, reverse("assessments:cycle-detail", args=[side.cycle_id]))
