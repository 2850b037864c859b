"""Actions that start a collaboration and change its description."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.roles import refresh_missing_roles
from collab.models import Collaboration, Participation
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, apply_edits
from common.locking import lock
from partners.models import Organisation


def start_collaboration(
    *,
    actor: User | None,
    name: str,
    partners: Sequence[Organisation],
    purpose: str = "",
    people_served: str = "",
    shared_goal: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    is_important: bool = False,
    evaluation_interval_months: int | None = None,
    next_evaluation_on: date | None = None,
    today: date | None = None,
) -> Collaboration:
    """Start exploring a collaboration of the host, which always takes part, with ``partners``.

    A date for the next evaluation is its anchor as well. Refuses an empty name, an end before the start, and an
    installation without a host organisation. Sends nothing.
    """
    require(actor, "collab.add_collaboration")
    host = Organisation.objects.filter(is_host=True).first()
    if host is None:
        raise ActionRefused(_("First say which organisation you are: there is no host organisation yet."))
    with recording(actor, "collab.started"), refusing_violations(Collaboration, field="ends_on"):
        _refuse_nameless(name)
        collaboration = Collaboration.objects.create(
            name=name.strip(),
            purpose=purpose,
            people_served=people_served,
            shared_goal=shared_goal,
            starts_on=starts_on,
            ends_on=ends_on,
            is_important=is_important,
            evaluation_interval_months=evaluation_interval_months,
            next_evaluation_on=next_evaluation_on,
            evaluation_anchor_on=next_evaluation_on,
        )
        for organisation in dict.fromkeys([host, *partners]):
            Participation.objects.create(collaboration=collaboration, organisation=organisation)
        refresh_missing_roles(collaborations=[collaboration], today=today)
        collaboration.refresh_from_db()
    return collaboration


def change_collaboration(
    *,
    actor: User | None,
    collaboration: Collaboration,
    name: str,
    purpose: str,
    people_served: str,
    shared_goal: str,
    starts_on: date | None,
    ends_on: date | None,
    is_important: bool,
    evaluation_interval_months: int | None,
    seen: Seen | None = None,
) -> None:
    """Change the texts and dates of a collaboration, except the date of the next evaluation.

    Refuses an empty name, an end before the start, and fields that another person changed since the page had ``seen``
    them (``common.edits.merge``). Sends nothing.
    """
    require(actor, "collab.change_collaboration", collaboration)
    with recording(actor, "collab.changed"), refusing_violations(Collaboration, field="ends_on"):
        current = lock(collaboration)
        _refuse_nameless(name)
        typed = {
            "name": name.strip(),
            "purpose": purpose,
            "people_served": people_served,
            "shared_goal": shared_goal,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "is_important": is_important,
            "evaluation_interval_months": evaluation_interval_months,
        }
        apply_edits(current, typed, seen)
        current.save()


def _refuse_nameless(name: str) -> None:
    if not name.strip():
        raise ActionRefused(_("Give the collaboration a name."), field="name")
