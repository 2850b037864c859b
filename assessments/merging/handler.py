"""Preview of the rows of evaluation rounds that a merge of two organisations changes."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.merging.moves import UNFINISHED_ROUNDS, asked_twice, move_rounds
from assessments.models import CycleParty
from partners.merging.handlers import MergeHandler, MergeNote, MergeObstacle, MergePair, MergePreview, register

HANDLES = frozenset(
    {
        "assessments.CycleParty.organisation",
        "assessments.CycleParty.people_chosen_by",
        "assessments.Invitation.contact",
        "assessments.ReviewMeeting_attendees.contact",
        "assessments.SideLink.contact",
    }
)


def preview(pair: MergePair) -> MergePreview:
    rows = CycleParty.objects.filter(organisation__in=pair.keys).select_related("cycle__collaboration")
    sides = list(rows.defer("cycle__result").order_by("cycle__collaboration__sort_name", "cycle", "pk"))
    ours = {side.cycle_id for side in sides if side.organisation_id == pair.survivor.pk}
    theirs = {side.cycle_id: side.cycle for side in sides if side.organisation_id == pair.duplicate.pk}
    preview = MergePreview()
    if number := len(theirs):
        text = ngettext("%(number)d evaluation round", "%(number)d evaluation rounds", number)
        preview.moved.append(MergeNote(text % {"number": number}, ("rounds", number)))
    for cycle in (cycle for key, cycle in theirs.items() if key in ours):
        if cycle.status in UNFINISHED_ROUNDS:
            text = _("Both are a side of %(round)s, which is %(status)s. Close or cancel that round first.")
            names = {"round": cycle, "status": cycle.get_status_display().lower()}
            url = reverse("assessments:cycle-detail", args=[cycle.pk])
            preview.obstacles.append(MergeObstacle(text % names, url, _("Look at the round")))
        else:
            text = _("In %(round)s both were a side. The results stay as they are, with two sides.")
            preview.solved.append(MergeNote(text % {"round": cycle}, ("round", cycle.pk)))
    for duplicate, invitations in asked_twice(pair):
        preview.former_contacts.add(duplicate)
        for row in invitations:
            names = {"name": row.contact, "round": row.cycle}
            if row.cycle.status in UNFINISHED_ROUNDS:
                text = _("%(name)s is asked twice in %(round)s. Close or cancel that round first.") % names
                url = reverse("assessments:cycle-detail", args=[row.cycle_id])
                preview.obstacles.append(MergeObstacle(text, url, _("Look at the round")))
            else:
                text = _("%(name)s was asked for both sides in %(round)s: that second time stays as a former contact.")
                preview.solved.append(MergeNote(text % names, ("asked twice", row.pk)))
    return preview


register(MergeHandler(HANDLES, preview=preview, apply=move_rounds))
