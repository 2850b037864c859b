"""Which organisations take part, and what each wants and brings."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.enums import Stage
from collab.models import Collaboration, Participation
from collab.signals import participation_leaves
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from partners.models import Organisation


def add_participation(
    *,
    actor: User | None,
    collaboration: Collaboration,
    organisation: Organisation,
    goal: str = "",
    motive: str = "",
    contribution: str = "",
) -> Participation:
    """Let an organisation take part. Its people then see what is shared of the collaboration.

    Refuses when it takes part already, and when the collaboration has ended. Sends nothing.
    """
    require(actor, "collab.change_collaboration", collaboration)
    with recording(actor, "collab.participation_added"):
        current = lock(collaboration)
        if current.stage == Stage.ENDED:
            raise ActionRefused(_("This collaboration has ended."))
        with refusing_violations(Participation, field="organisation"):
            return Participation.objects.create(
                collaboration=current, organisation=organisation, goal=goal, motive=motive, contribution=contribution
            )


def change_participation(
    *, actor: User | None, participation: Participation, goal: str, motive: str, contribution: str
) -> None:
    """Change what an organisation wants, why, and what it brings; the organisation itself may. Sends nothing."""
    require(actor, "collab.change_participation", participation)
    with recording(actor, "collab.participation_changed"):
        current = lock(participation)
        current.goal, current.motive, current.contribution = goal, motive, contribution
        current.save(update_fields=["goal", "motive", "contribution", "updated_at"])


def remove_participation(*, actor: User | None, participation: Participation) -> None:
    """Take an organisation off a collaboration that it was put on by mistake.

    Refuses for the host, and for an organisation that has left traces: somebody in a role now or before, an action,
    a decision, or what other apps know of (they refuse when told by ``participation_leaves``).
    """
    require(actor, "collab.change_collaboration", participation.collaboration)
    with recording(actor, "collab.participation_removed"):
        lock(participation.collaboration)
        current = lock(participation)
        _refuse_traces(current)
        participation_leaves.send(sender=Participation, participation=current, actor=actor)
        current.delete()


def _refuse_traces(participation: Participation) -> None:
    organisation, collaboration = participation.organisation, participation.collaboration
    if organisation.is_host:
        raise ActionRefused(_("Our own organisation always takes part."))
    if participation.roles.exists():
        raise ActionRefused(
            _("%(organisation)s has, or had, people in a role here. That stays on record.")
            % {"organisation": organisation}
        )
    if collaboration.action_items.filter(owner__organisation=organisation).exists():
        raise ActionRefused(
            _("%(organisation)s has agreed actions here. That stays on record.") % {"organisation": organisation}
        )
    if collaboration.decisions.filter(decided_by__organisation=organisation).exists():
        raise ActionRefused(
            _("%(organisation)s has decided things here. That stays on record.") % {"organisation": organisation}
        )
