"""The history of a round, for colleagues."""

from django.utils.translation import gettext_lazy as _

from assessments.models import EvaluationCycle, LinkReaddressed, ReviewMeeting
from audit.timeline import Entry, Source, all_events, entries_for, events_of, register

register(
    {
        "assessments.cycle_planned": _("Round planned"),
        "assessments.cycle_changed": _("Planned round changed"),
        "assessments.cycle_opened": _("Round opened"),
        "assessments.mode_changed": _("Changed who sees the answers"),
        "assessments.cycle_extended": _("More time given"),
        "assessments.cycle_cancelled": _("Round called off"),
        "assessments.cycle_closed": _("Round closed"),
        "assessments.people_invited": _("More people asked"),
        "assessments.link_sent_anew": _("New personal link sent"),
        "assessments.invitation_withdrawn": _("Invitation withdrawn"),
        "assessments.passing_on_agreed": _("Agreed to an address to pass on to"),
        "assessments.passing_on_refused": _("Did not agree to an address to pass on to"),
        "assessments.link_readdressed": _("Personal link sent to another address"),
        "assessments.review_recorded": _("Results discussed"),
    }
)

register({"assessments.side_chosen": _("Chosen who is asked on one side")}, by_link=True)

_DERIVED = frozenset(
    {
        *("collaboration", "number", "instrument", "opened_at", "closed_at", "planned_by"),
        *("due_before", "due_after", "anchor_before", "anchor_after"),
    }
)


def entries_of(cycle: EvaluationCycle, limit: int = 50) -> list[Entry]:
    """Return the changes of a round with their authors, newest first; no history has the times of answering."""
    return entries_for(
        Source(events_of(cycle), _DERIVED, is_named=False),
        Source(all_events(LinkReaddressed).filter(invitation__cycle=cycle), frozenset({"invitation"})),
        Source(events_of(ReviewMeeting.objects.filter(cycle=cycle)), frozenset({"cycle"}), is_named=False),
        limit=limit,
    )
