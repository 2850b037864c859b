"""Preview of the rows of collaborations that a merge of two organisations changes."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.merging.moves import clashes, move_collaborations, roles_of
from collab.models import Participation
from partners.merging.handlers import MergeHandler, MergeNote, MergePair, MergePreview, register

HANDLES = frozenset(
    {
        "collab.ActionAnswer.contact",
        "collab.ActionItem.owner",
        "collab.ActionLink.contact",
        "collab.Candidate.organisation",
        "collab.Decision.decided_by",
        "collab.Participation.organisation",
        "collab.RoleAssignment.contact",
    }
)


def preview(pair: MergePair) -> MergePreview:
    rows = Participation.objects.filter(organisation__in=pair.keys).select_related("collaboration")
    parts = list(rows.annotate(roles_in_it=Count("roles")).order_by("collaboration__sort_name", "pk"))
    ours = {row.collaboration_id: row for row in parts if row.organisation_id == pair.survivor.pk}
    theirs = [row for row in parts if row.organisation_id == pair.duplicate.pk]
    both = {row.pk: row for row in theirs if row.collaboration_id in ours}
    moved, solved = [], []
    if theirs:
        number, roles = len(theirs), sum(row.roles_in_it for row in theirs)  # type: ignore[attr-defined]
        text = ngettext("%(number)d collaboration", "%(number)d collaborations", number) % {"number": number}
        if roles:
            text += " " + ngettext("with %(number)d role", "with %(number)d roles", roles) % {"number": roles}
        moved.append(MergeNote(text, ("collaborations", number, roles)))
    if number := pair.number("collab.Candidate.organisation"):
        text = ngettext("%(number)d place on a shortlist", "%(number)d places on shortlists", number)
        moved.append(MergeNote(text % {"number": number}, ("shortlists", number)))
    for row in both.values():
        text = _("Both take part in %(collaboration)s. Their goals, motives and contributions come under each other.")
        solved.append(MergeNote(text % {"collaboration": row.collaboration}, ("part", row.pk)))
    solved += _clashes(both, [ours[row.collaboration_id] for row in both.values()], pair)
    return MergePreview(moved=moved, solved=solved)


def _clashes(theirs: dict[int, Participation], ours: list[Participation], pair: MergePair) -> Iterator[MergeNote]:
    for clash in clashes(roles_of(theirs, ours), pair) if theirs else ():
        continuing, ending = clash.continuing, clash.ending
        is_merged = {continuing.contact_id, ending.contact_id} in [
            {survivor.pk, duplicate.pk} for survivor, duplicate in pair.people
        ]
        if ending.is_past(pair.today) or clash.is_one_person or is_merged:
            continue
        names = {
            "continuing": continuing.contact,
            "ending": ending.contact,
            "role": continuing.get_role_display().lower(),
            "collaboration": continuing.participation.collaboration,
        }
        text = (
            _("%(collaboration)s keeps one %(role)s here: %(continuing)s. For %(ending)s the role ends today.") % names
        )
        yield MergeNote(text, ("role", continuing.pk, ending.pk))


register(MergeHandler(HANDLES, preview=preview, apply=move_collaborations))
