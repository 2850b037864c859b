"""What a collaboration asks of people today: pure reading, for its own page, lists and dashboards.

Read with ``with_people()`` and ``with_agreements(user)``: then nothing here asks the database, and a partner hears
only of actions that it may see. Apps above add what they know of by ``contributor``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from collab.enums import ActionStatus, RoleKind, Stage
from collab.models import ActionItem, Collaboration, Participation, RoleAssignment
from common.dueness import SOON_DAYS, due_text

Tone = Literal["act", "discuss", "quiet"]
_TONES: tuple[Tone, ...] = ("act", "discuss", "quiet")
MOST_NAMED = 2


@dataclass(frozen=True)
class Attention:
    """One thing that needs somebody, and the one step that settles it.

    Whoever holds ``perm`` on ``subject`` can take the step. ``code`` tells findings apart; ``settles`` names the
    codes of others that this one makes superfluous. Who lacks ``known_to`` on ``subject`` does not hear of it. A nudge
    stands beside the next step, not in its place.
    """

    code: str
    tone: Tone
    message: str
    offer: str
    perm: str
    subject: Model
    url_name: str
    args: tuple[int, ...]
    after_url: str = ""
    settles: tuple[str, ...] = ()
    known_to: str = ""
    is_nudge: bool = False

    def is_known_to(self, user: User) -> bool:
        return not self.known_to or user.has_perm(self.known_to, self.subject)

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args) + self.after_url


Contributor = Callable[[Collaboration, date], Iterable[Attention]]
_contributors: list[Contributor] = []


def contributor(find: Contributor) -> Contributor:
    """Register what finds more of a collaboration that has not ended."""
    _contributors.append(find)
    return find


def what_now(collaboration: Collaboration, today: date, user: User | None = None) -> list[Attention]:
    """What needs attention, the most pressing first; nothing once the collaboration has ended.

    For ``user`` only what that person may know of: what is not known settles nothing either.
    """
    if collaboration.is_ended:
        return []
    found = [
        *_missing_roles(collaboration, today),
        *_evaluation(collaboration, today),
        *_actions(collaboration, today),
        *_parties(collaboration),
        *(finding for find in _contributors for finding in find(collaboration, today)),
    ]
    if user is not None:
        found = [finding for finding in found if finding.is_known_to(user)]
    settled = {code for finding in found for code in finding.settles}
    return sorted((finding for finding in found if finding.code not in settled), key=lambda f: _TONES.index(f.tone))


def next_step(collaboration: Collaboration, today: date) -> Attention:
    """What comes next when nothing is wrong."""
    message, offer = _NEXT[Stage(collaboration.stage)](collaboration, today)
    return Attention(
        code="next_step",
        tone="quiet",
        message=message,
        offer=offer,
        perm="collab.change_stage",
        subject=collaboration,
        url_name="collab:stage-change",
        args=(collaboration.pk,),
    )


_NEXT = {
    Stage.EXPLORING: lambda collaboration, today: (
        _("You are getting to know each other. Is it clear what you want together? Then design how you will work."),
        _("Go to designing"),
    ),
    Stage.DESIGNING: lambda collaboration, today: (
        _("You are agreeing on how to work together. All agreed? Then start."),
        _("Start working"),
    ),
    Stage.ACTIVE: lambda collaboration, today: (_all_is_well(collaboration, today), ""),
    Stage.PAUSED: lambda collaboration, today: (_("This collaboration is paused."), _("Go on, or end it")),
    Stage.ENDED: lambda collaboration, today: (_("This collaboration has ended."), ""),
}


def _all_is_well(collaboration: Collaboration, today: date) -> str:
    if collaboration.next_evaluation_on is None:
        return _("Nothing needs doing now.")
    return _("Nothing needs doing now. You look back together %(when)s, on %(day)s.") % {
        "when": due_text(collaboration.next_evaluation_on, today),
        "day": date_format(collaboration.next_evaluation_on),
    }


def _missing_roles(collaboration: Collaboration, today: date) -> Iterator[Attention]:
    decider, lead = collaboration.decider_missing_since, collaboration.lead_missing_since
    if decider:
        nobody = _("Since %(day)s nobody decides.") % {"day": date_format(decider)}
        yield _role(collaboration, RoleKind.DECIDER, nobody, _("Name a decider"), today)
    if lead:
        nobody = _("Since %(day)s nobody leads.") % {"day": date_format(lead)}
        yield _role(collaboration, RoleKind.LEAD, nobody, _("Name a lead"), today)


def _role(collaboration: Collaboration, role: RoleKind, nobody: str, offer: str, today: date) -> Attention:
    gone = _gone(collaboration, role, today)
    left = _("%(person)s is not active any more.") % {"person": gone.contact} if gone else ""
    return Attention(
        code=f"{role.value}_gone" if gone else f"no_{role.value}",
        tone="act",
        message=f"{left} {nobody}".strip(),
        offer=offer,
        perm="collab.change_collaboration",
        subject=collaboration,
        url_name="collab:role-create",
        args=(collaboration.pk,),
        after_url=f"?role={role.value}",
    )


def _gone(collaboration: Collaboration, role: RoleKind, today: date) -> RoleAssignment | None:
    """Who holds the role on paper but was deactivated."""
    for participation in collaboration.participations.all():
        for held in participation.roles.all():
            if held.role == role and held.is_current(today) and not held.contact.is_active:
                return held
    return None


def _evaluation(collaboration: Collaboration, today: date) -> Iterator[Attention]:
    if not collaboration.is_running:
        return
    on = collaboration.next_evaluation_on
    if on is None:
        yield _undated(collaboration)
    elif (on - today).days <= SOON_DAYS:
        yield _due(collaboration, on, today)


def _undated(collaboration: Collaboration) -> Attention:
    return Attention(
        code="evaluation_undated",
        tone="discuss",
        message=_("No day has been agreed to look back together."),
        offer=_("Agree on a day"),
        perm="collab.plan_evaluation",
        subject=collaboration,
        url_name="collab:evaluation-update",
        args=(collaboration.pk,),
    )


def _due(collaboration: Collaboration, on: date, today: date) -> Attention:
    late = on < today
    message = (
        _("Looking back together was due on %(day)s: %(when)s.")
        if late
        else _("Looking back together is due %(when)s, on %(day)s.")
    )
    return Attention(
        code="evaluation_overdue" if late else "evaluation_soon",
        tone="act" if late else "discuss",
        message=message % {"day": date_format(on), "when": due_text(on, today)},
        offer=_("Plan the evaluation"),
        perm="assessments.manage_cycle",
        subject=collaboration,
        url_name="assessments:cycle-plan",
        args=(collaboration.pk,),
    )


def _actions(collaboration: Collaboration, today: date) -> Iterator[Attention]:
    late = overdue_items(collaboration, today)
    if not late:
        return
    first = late[0]
    message = ngettext(
        "An action is %(late)s: “%(title)s” (%(owner)s).",
        "%(count)d actions are late. The oldest, %(late)s: “%(title)s” (%(owner)s).",
        len(late),
    ) % {"count": len(late), "late": due_text(first.due_on, today), "title": first.title, "owner": first.owner}
    yield Attention(
        code="actions_overdue",
        tone="act",
        message=message,
        offer=_("Look at the actions"),
        perm="collab.view_collaboration",
        subject=collaboration,
        url_name="collab:collaboration-detail",
        args=(collaboration.pk,),
        after_url="#actions",
    )


def overdue_items(collaboration: Collaboration, today: date) -> list[ActionItem]:
    """Open actions whose day is past, the oldest first."""
    late = [i for i in collaboration.action_items.all() if i.status == ActionStatus.OPEN and i.due_on < today]
    return sorted(late, key=lambda item: item.due_on)


def _parties(collaboration: Collaboration) -> Iterator[Attention]:
    parties = list(collaboration.participations.all())
    if len(parties) < 2:
        yield _alone(collaboration)
    silent = [party for party in parties if not party.goal.strip()]
    if len(silent) > MOST_NAMED:
        yield _many_silent(collaboration, len(silent))
    else:
        yield from (_silent(party) for party in silent)


def _alone(collaboration: Collaboration) -> Attention:
    exploring = collaboration.stage == Stage.EXPLORING
    return Attention(
        code="alone",
        tone="discuss",
        message=_("No partner takes part yet."),
        offer=_("Choose partners") if exploring else _("Add a partner"),
        perm="collab.keep_shortlist" if exploring else "collab.change_collaboration",
        subject=collaboration,
        url_name="collab:shortlist" if exploring else "collab:participation-create",
        args=(collaboration.pk,),
    )


def _silent(party: Participation) -> Attention:
    return Attention(
        code="goal_missing",
        tone="discuss",
        message=_("What %(organisation)s wants to reach is not written down yet.")
        % {"organisation": party.organisation},
        offer=_("Write it down"),
        perm="collab.change_participation",
        subject=party,
        url_name="collab:participation-update",
        args=(party.pk,),
    )


def _many_silent(collaboration: Collaboration, count: int) -> Attention:
    return Attention(
        code="goal_missing",
        tone="discuss",
        message=_("What %(count)d organisations want to reach is not written down yet.") % {"count": count},
        offer=_("Look at who takes part"),
        perm="collab.change_collaboration",
        subject=collaboration,
        url_name="collab:collaboration-detail",
        args=(collaboration.pk,),
        after_url="#organisations",
    )
