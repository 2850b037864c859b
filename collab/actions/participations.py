"""Actions on the organisations that take part, with their goals, motives and contributions."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.enums import Stage
from collab.models import Collaboration, Participation
from collab.signals import participation_leaves
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, apply_edits, refuse_unseen
from common.locking import lock
from partners.enums import OrganisationStatus
from partners.models import Organisation

PARTICIPATION_TEXTS = ("goal", "motive", "contribution")


def add_participation(
    *,
    actor: User | None,
    collaboration: Collaboration,
    organisation: Organisation,
    goal: str = "",
    motive: str = "",
    contribution: str = "",
) -> Participation:
    """Add an organisation to a collaboration; its people then see the shared parts.

    Refuses when it takes part already or is archived, and when the collaboration has ended. Sends nothing.
    """
    require(actor, "collab.change_collaboration", collaboration)
    with recording(actor, "collab.participation_added"):
        current = lock(collaboration)
        if current.stage == Stage.ENDED:
            raise ActionRefused(_("This collaboration has ended."))
        if organisation.status == OrganisationStatus.ARCHIVED:
            raise ActionRefused(_("%(name)s is archived.") % {"name": organisation}, field="organisation")
        with refusing_violations(Participation, field="organisation"):
            return Participation.objects.create(
                collaboration=current, organisation=organisation, goal=goal, motive=motive, contribution=contribution
            )


def change_participation(
    *,
    actor: User | None,
    participation: Participation,
    goal: str,
    motive: str,
    contribution: str,
    seen: Seen | None = None,
) -> None:
    """Change the goal, motive and contribution of an organisation, which may do so itself. Sends nothing.

    Refuses a text that another person changed since the page had ``seen`` it (``common.edits.merge``).
    """
    require(actor, "collab.change_participation", participation)
    with recording(actor, "collab.participation_changed"):
        current = lock(participation)
        apply_edits(current, {"goal": goal, "motive": motive, "contribution": contribution}, seen)
        current.save(update_fields=["goal", "motive", "contribution"])


def remove_participation(*, actor: User | None, participation: Participation, seen: Seen | None = None) -> None:
    """Take an organisation off a collaboration that it was added to by mistake.

    Refuses the host, an organisation whose goals or contribution were written since the page had ``seen`` them, and one
    that has left traces: a role now or before, an action, a decision, or traces in other apps, whose receivers of
    ``participation_leaves`` refuse.
    """
    require(actor, "collab.change_collaboration", participation.collaboration)
    with recording(actor, "collab.participation_removed"):
        lock(participation.collaboration)
        current = lock(participation)
        organisation, collaboration = current.organisation, current.collaboration
        if organisation.is_host:
            raise ActionRefused(_("Our own organisation always takes part."))
        if current.roles.exists():
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
        refuse_unseen(current, PARTICIPATION_TEXTS, seen)
        participation_leaves.send(sender=Participation, participation=current, actor=actor)
        current.delete()
