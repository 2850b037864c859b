"""What of collaborations points to two organisations that become one."""

from collections.abc import Iterable, Iterator

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.actions.merging import clashes, move_collaborations, roles_of
from collab.models import Participation
from partners.merging.registry import Findings, Mover, Note, Pair, register

HANDLES = frozenset(
    {
        "collab.ActionItem.owner",
        "collab.Candidate.organisation",
        "collab.Decision.decided_by",
        "collab.Participation.organisation",
        "collab.RoleAssignment.contact",
    }
)


def look(pair: Pair) -> Findings:
    rows = Participation.objects.filter(organisation__in=pair.keys).select_related("collaboration")
    parts = list(rows.annotate(roles_in_it=Count("roles")).order_by("collaboration__sort_name", "pk"))
    ours = {row.collaboration_id: row for row in parts if row.organisation_id == pair.kept.pk}
    theirs = [row for row in parts if row.organisation_id == pair.other.pk]
    both = {row.pk: row for row in theirs if row.collaboration_id in ours}
    solved = [*_joined(both.values()), *_clashes(both, [ours[row.collaboration_id] for row in both.values()], pair)]
    return Findings(moved=[*_moved(theirs), *_shortlists(pair)], solved=solved)


def _moved(theirs: list[Participation]) -> Iterator[Note]:
    number, roles = len(theirs), sum(row.roles_in_it for row in theirs)  # type: ignore[attr-defined]
    if not number:
        return
    text = ngettext("%(number)d collaboration", "%(number)d collaborations", number) % {"number": number}
    if roles:
        text += " " + ngettext("with %(number)d role", "with %(number)d roles", roles) % {"number": roles}
    yield Note(text, ("collaborations", number, roles))


def _shortlists(pair: Pair) -> Iterator[Note]:
    if number := pair.number("collab.Candidate.organisation"):
        text = ngettext("%(number)d place on a shortlist", "%(number)d places on shortlists", number)
        yield Note(text % {"number": number}, ("shortlists", number))


def _joined(both: Iterable[Participation]) -> Iterator[Note]:
    for row in both:
        text = _("Both take part in %(collaboration)s. Their goals, motives and contributions come under each other.")
        yield Note(text % {"collaboration": row.collaboration}, ("part", row.pk))


def _clashes(theirs: dict[int, Participation], ours: list[Participation], pair: Pair) -> Iterator[Note]:
    for clash in clashes(roles_of(theirs, ours), pair) if theirs else ():
        stays, goes = clash.stays, clash.goes
        if goes.is_past(pair.today) or clash.is_one_person or _is_one_person(stays.contact_id, goes.contact_id, pair):
            continue
        names = {
            "stays": stays.contact,
            "goes": goes.contact,
            "role": stays.get_role_display().lower(),
            "collaboration": stays.participation.collaboration,
        }
        text = _("%(collaboration)s keeps one %(role)s here: %(stays)s. For %(goes)s the role ends today.") % names
        yield Note(text, ("role", stays.pk, goes.pk))


def _is_one_person(one: int, two: int, pair: Pair) -> bool:
    return {one, two} in [{stays.pk, goes.pk} for stays, goes in pair.people]


register(Mover(HANDLES, look, move_collaborations))
