"""The mails of an evaluation round; each carries the personal link of its reader."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.models import EvaluationCycle, Invitation
from assessments.personal_links import TO_ANSWER, TO_SEE_RESULTS
from notifications.actions import queue_mail
from partners.recipients import of_contact

KINDS = {
    "evaluation_invitation": _("Invitation to an evaluation"),
    "evaluation_passed_on": _("Invitation passed on by a colleague"),
    "evaluation_reminder": _("Reminder to answer"),
    "evaluation_results": _("Results of an evaluation"),
    "evaluation_due": _("Evaluation due"),
    "review_due": _("Results not discussed yet"),
}


def send_invitation(invitation: Invitation) -> None:
    """Ask the person to answer, in the person's language."""
    _send(invitation, "evaluation_invitation")


def send_passed_on(invitation: Invitation, colleague: str) -> None:
    """Ask the person whom ``colleague`` named instead of answering."""
    _send(invitation, "evaluation_passed_on", colleague=colleague)


def send_results(invitation: Invitation) -> None:
    """Tell the person that the round has closed and the results can be seen."""
    _send(invitation, "evaluation_results", TO_SEE_RESULTS)


def cycle_context(cycle: EvaluationCycle) -> dict[str, Any]:
    """What every mail of a round tells: plain values, so that the mail reads the same later."""
    instrument = cycle.instrument.definition
    return {
        "collaboration": cycle.collaboration.name,
        "organisations": [party.name for party in cycle.parties.all()],
        "number": cycle.number,
        "closes_on": cycle.closes_on,
        "is_confidential": cycle.is_confidential,
        "minutes": instrument.estimated_minutes,
        "min_group": instrument.scoring.min_group_scores,
    }


def _send(invitation: Invitation, kind: str, purpose: str = TO_ANSWER, **more: Any) -> None:
    queue_mail(
        kind=kind,
        to=of_contact(invitation.contact),
        context={**cycle_context(invitation.cycle), "name": invitation.contact.name, **more},
        link=(purpose, str(invitation.pk)),
    )
