"""The history of a collaboration, limited to the rows that the reader may see."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.timeline import Entry, Source, all_events, entries_for, events_of, register
from collab.enums import Visibility
from collab.models import ActionAnswer, ActionItem, Candidate, Collaboration, Decision, Participation, RoleAssignment
from collab.signals import collaboration_history_read

register(
    {
        "collab.started": _("Collaboration started"),
        "collab.changed": _("Description changed"),
        "collab.stage_changed": _("Stage changed"),
        "collab.evaluation_planned": _("Next evaluation agreed"),
        "collab.evaluation_opened": _("Evaluation opened"),
        "collab.evaluation_called_off": _("Evaluation called off: the earlier date holds again"),
        "collab.participation_added": _("Organisation added"),
        "collab.participation_changed": _("Goal or contribution changed"),
        "collab.participation_removed": _("Organisation removed"),
        "collab.role_assigned": _("Role filled"),
        "collab.role_ended": _("Role ended"),
        "collab.roles_filled": _("Roles filled"),
        "collab.decision_recorded": _("Decision recorded"),
        "collab.action_item_added": _("Action agreed"),
        "collab.action_item_changed": _("Action changed"),
        "collab.action_item_finished": _("Action done"),
        "collab.action_item_dropped": _("Action dropped"),
        "collab.action_item_reopened": _("Action opened again"),
    }
)
register({"collab.action_item_answered": _("Action answered")}, by_link=True)

register(
    {
        "collab.candidates_added": _("Put on the shortlist"),
        "collab.candidate_changed": _("Shortlist changed"),
        "collab.candidate_removed": _("Removed from the shortlist"),
        "collab.candidates_moved": _("Shortlist joined"),
    },
    internal=True,
)
# Who was chosen takes part, and that is all that partners read: not that there was a choice.
register({"collab.partners_chosen": _("Partners chosen")}, internal=True, instead=_("Organisation added"))

# What follows from other fields, and what a line says already.
_DERIVED = frozenset({"lead_missing_since", "decider_missing_since", "evaluation_anchor_on"})
_OWN_AFFAIRS = frozenset({"is_important", "evaluation_interval_months"})
_PARENT = frozenset({"collaboration"})


def entries_of(collaboration: Collaboration, user: User, limit: int = 50) -> list[Entry]:
    """Return the changes of the collaboration and all its rows, newest first.

    A partner reads rows that were shared at the time and are shared now; other rows leave no trace.
    """
    partner = not user.is_colleague
    shortlist = all_events(Candidate).filter(collaboration=collaboration)
    roles = RoleAssignment.objects.filter(participation__collaboration=collaboration)
    # By the collaboration in the event itself: a participation that was removed has no row any more.
    parts = all_events(Participation).filter(collaboration=collaboration)
    told: Sequence[tuple[object, Any]] = collaboration_history_read.send(
        Collaboration, collaboration=collaboration, user=user
    )
    return entries_for(
        Source(events_of(collaboration), _DERIVED | _OWN_AFFAIRS if partner else _DERIVED, is_named=False),
        Source(parts, _PARENT),
        Source(events_of(roles), frozenset({"participation"})),
        Source(_agreements(ActionItem, collaboration, user), _PARENT | {"finished_on"}),
        Source(_answers(collaboration, user), frozenset({"item", "visibility"})),
        # A change of stage is told by the collaboration itself.
        Source(_agreements(Decision, collaboration, user).filter(new_stage=""), _PARENT),
        *(() if partner else (Source(shortlist, _PARENT | {"decision", "added_by"}),)),
        *(source for _receiver, sources in told for source in sources),
        limit=limit,
        for_partner=partner,
    )


def _answers(collaboration: Collaboration, user: User) -> QuerySet[Any]:
    """Return what owners of visible actions said by a link; what was said of an internal one stays internal."""
    items = ActionItem.objects.visible_to(user).filter(collaboration=collaboration)
    events = all_events(ActionAnswer).filter(item__in=items)
    return events if user.is_colleague else events.filter(visibility=Visibility.SHARED)


def _agreements(model: type[ActionItem] | type[Decision], collaboration: Collaboration, user: User) -> QuerySet[Any]:
    events = events_of(model.objects.visible_to(user).filter(collaboration=collaboration))
    if not user.is_colleague:
        events = events.filter(visibility=Visibility.SHARED)
    return events
