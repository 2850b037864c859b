"""The history of a round, for colleagues."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle, LinkReaddressed, ReviewAttendee, ReviewMeeting
from assessments.querysets import CycleQuerySet
from audit.timeline import Entry, Source, all_events, entries_for, events_of, register

register(
    {
        "assessments.cycle_planned": _("Round planned"),
        "assessments.cycle_changed": _("Planned round changed"),
        "assessments.cycle_opened": _("Round opened"),
        "assessments.invitations_made": _("Invitations made"),
        "assessments.mode_changed": _("Changed who sees the answers"),
        "assessments.cycle_extended": _("More time given"),
        "assessments.cycle_cancelled": _("Round called off"),
        "assessments.cycle_closed": _("Round closed"),
        "assessments.people_invited": _("More people asked"),
        "assessments.people_reminded": _("People reminded by hand"),
        "assessments.link_sent_anew": _("New personal link sent"),
        "assessments.invitation_withdrawn": _("Invitation withdrawn"),
        "assessments.passing_on_agreed": _("Agreed to an address to pass on to"),
        "assessments.passing_on_refused": _("Did not agree to an address to pass on to"),
        "assessments.link_readdressed": _("Personal link sent to another address"),
        "assessments.review_recorded": _("Results discussed"),
        "assessments.review_corrected": _("Review meeting corrected"),
    }
)

register({"assessments.side_chosen": _("Chosen who is asked on one side")}, by_link=True)

_DERIVED = frozenset(
    {
        *("collaboration", "number", "instrument", "opened_at", "closed_at", "planned_by"),
        *("due_before", "due_after", "anchor_before", "anchor_after"),
        *("word_by", "word_language"),
    }
)


def sources_of(cycles: CycleQuerySet, user: User) -> list[Source]:
    """Return the events of rounds and review meetings for the history of their collaboration.

    Partners do not read that a round was planned, moved or called off, which is the host's own. Who was asked stands in
    the history of each round. A personal word is for those who were asked.
    """
    events, left_out = events_of(cycles).exclude(pgh_label="note"), _DERIVED
    if not user.is_colleague:
        left_out |= {"word"}
        events = events.exclude(status__in=[CycleStatus.PLANNED, CycleStatus.CANCELLED])
    reviews = events_of(ReviewMeeting.objects.filter(cycle__in=cycles))
    return [Source(events, left_out), Source(reviews, frozenset({"cycle"})), _attendees(cycles)]


def entries_of(cycle: EvaluationCycle, limit: int = 50) -> list[Entry]:
    """Return the changes of a round with their authors, newest first; no history has the times of answering."""
    return entries_for(
        Source(events_of(cycle), _DERIVED, is_named=False),
        Source(all_events(LinkReaddressed).filter(invitation__cycle=cycle), frozenset({"invitation"})),
        Source(events_of(ReviewMeeting.objects.filter(cycle=cycle)), frozenset({"cycle"}), is_named=False),
        _attendees(EvaluationCycle.objects.filter(pk=cycle.pk)),
        limit=limit,
    )


def _attendees(cycles: CycleQuerySet) -> Source:
    """Return the events of the attendees of these rounds' meetings; a person taken off has events and no row."""
    events = all_events(ReviewAttendee).filter(reviewmeeting__cycle__in=cycles)
    return Source(events, frozenset({"reviewmeeting"}))
