"""What of evaluation rounds points to two organisations that become one."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.actions.merging import UNFINISHED_ROUNDS, asked_twice, move_rounds
from assessments.models import CycleParty, EvaluationCycle
from partners.merging.registry import Findings, Mover, Note, Obstacle, Pair, register

HANDLES = frozenset(
    {
        "assessments.CycleParty.organisation",
        "assessments.Invitation.contact",
        "assessments.ReviewMeeting_attendees.contact",
    }
)


def look(pair: Pair) -> Findings:
    rows = CycleParty.objects.filter(organisation__in=pair.keys).select_related("cycle__collaboration")
    sides = list(rows.defer("cycle__result").order_by("cycle__collaboration__sort_name", "cycle", "pk"))
    ours = {side.cycle_id for side in sides if side.organisation_id == pair.kept.pk}
    theirs = {side.cycle_id: side.cycle for side in sides if side.organisation_id == pair.other.pk}
    findings = Findings()
    if number := len(theirs):
        text = ngettext("%(number)d evaluation round", "%(number)d evaluation rounds", number)
        findings.moved.append(Note(text % {"number": number}, ("rounds", number)))
    for cycle in (cycle for key, cycle in theirs.items() if key in ours):
        if cycle.status in UNFINISHED_ROUNDS:
            findings.obstacles.append(_unfinished(cycle))
        else:
            text = _("In %(round)s both were a side. The results stay as they are, with two sides.")
            findings.solved.append(Note(text % {"round": cycle}, ("round", cycle.pk)))
    _look_at_people(pair, findings)
    return findings


def _unfinished(cycle: EvaluationCycle) -> Obstacle:
    text = _("Both are a side of %(round)s, which is %(status)s. Close or cancel that round first.") % {
        "round": cycle,
        "status": cycle.get_status_display().lower(),
    }
    return Obstacle(text, reverse("assessments:cycle-detail", args=[cycle.pk]), _("Look at the round"))


def _look_at_people(pair: Pair, findings: Findings) -> None:
    for goes, invitations in asked_twice(pair):
        findings.apart.add(goes)
        for row in invitations:
            names = {"name": row.contact, "round": row.cycle}
            if row.cycle.status in UNFINISHED_ROUNDS:
                text = _("%(name)s is asked twice in %(round)s. Close or cancel that round first.") % names
                url = reverse("assessments:cycle-detail", args=[row.cycle_id])
                findings.obstacles.append(Obstacle(text, url, _("Look at the round")))
            else:
                text = _("%(name)s was asked for both sides in %(round)s: that second time stays as a former contact.")
                findings.solved.append(Note(text % names, ("asked twice", row.pk)))


register(Mover(HANDLES, look, move_rounds))
