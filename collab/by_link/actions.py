"""Answer an action as its owner, who came by a personal link: done, another day, or a remark."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from audit.context import recording
from collab.alerts.people import colleagues, people_for
from collab.by_link.links import may_answer
from collab.enums import ActionStatus, AnswerKind, RoleKind, Visibility
from collab.models import ActionItem
from collab.models.answers import WORDS_LENGTH
from common.actions import ActionRefused
from common.locking import lock
from notifications.actions import queue_mail
from notifications.quoting import quoted_lines, unlinked
from notifications.recipients import can_resolve, resolve
from notifications.reminders import way_to
from partners.models import Contact
from partners.recipients import as_sender

ANSWERED = "action_answered"
# Each answer mails the lead: the limit keeps a link from mailing on and on.
MOST_A_DAY = 10
A_DAY = timedelta(days=1)
LATEST = timedelta(days=366)


def finish_by_link(*, owner: Contact, item: ActionItem, words: str = "", today: date | None = None) -> None:
    """Mark an open action as done, as its owner; the lead is mailed. Refuses as ``remark_by_link``."""
    today = today or timezone.localdate()
    with recording(owner.user, "collab.action_item_finished", owner.name):
        current = _owned(item, owner)
        current.status, current.finished_on = ActionStatus.DONE, today
        current.save(update_fields=["status", "finished_on"])
        _answer(current, owner, AnswerKind.DONE, words)


def move_by_link(*, owner: Contact, item: ActionItem, due_on: date, words: str = "", today: date | None = None) -> None:
    """Move an open action to a later day, as its owner; the reminders start anew, and the lead is mailed.

    Refuses a day that has come or is more than a year ahead, and as ``remark_by_link``.
    """
    today = today or timezone.localdate()
    with recording(owner.user, "collab.action_item_changed", owner.name):
        current = _owned(item, owner)
        if due_on <= today:
            raise ActionRefused(_("Choose a day that is still to come."), field="due_on")
        if due_on > today + LATEST:
            raise ActionRefused(_("Choose a day within a year."), field="due_on")
        if due_on == current.due_on:
            return
        before, current.due_on = current.due_on, due_on
        current.save(update_fields=["due_on"])
        _answer(current, owner, AnswerKind.MOVED, words, before=before)


def remark_by_link(*, owner: Contact, item: ActionItem, words: str) -> None:
    """Keep a remark of the owner with an open action; the lead is mailed. The same remark again changes nothing.

    Refuses an action that is not open or belongs to another person, one that was answered ten times within a day, an
    empty remark, and one that is too long.
    """
    with recording(owner.user, "collab.action_item_answered", owner.name):
        current = _owned(item, owner)
        words = _lines(words)
        if not words:
            raise ActionRefused(_("Write what you want to say."), field="words")
        last = current.answers.last()
        if last is None or (last.kind, last.words) != (AnswerKind.REMARK, words):
            _answer(current, owner, AnswerKind.REMARK, words)


def _lines(words: str) -> str:
    return "\n".join(words.splitlines()).strip()


def _owned(item: ActionItem, owner: Contact) -> ActionItem:
    """Return the action as it is now, locked; refuse unless this person owns it, it is open, and there is room."""
    current = lock(item)
    if not may_answer(current, owner):
        raise ActionRefused(_("This action does not have your name on it any more."))
    if current.status != ActionStatus.OPEN:
        raise ActionRefused(_("This action is “%(status)s” already.") % {"status": current.get_status_display()})
    if current.answers.filter(created_at__gt=timezone.now() - A_DAY).count() >= MOST_A_DAY:
        raise ActionRefused(_("You have answered this action ten times today. Write to the person below instead."))
    return current


def _answer(item: ActionItem, owner: Contact, kind: AnswerKind, words: str, before: date | None = None) -> None:
    words = _lines(words)
    if len(words) > WORDS_LENGTH:
        raise ActionRefused(_("Use at most %(length)d characters.") % {"length": WORDS_LENGTH}, field="words")
    due_on = item.due_on if kind == AnswerKind.MOVED else None
    item.answers.create(contact=owner, kind=kind, due_on=due_on, words=words, visibility=item.visibility)
    page = reverse("collab:collaboration-detail", args=[item.collaboration_id]) + "#actions"
    is_internal = item.visibility == Visibility.INTERNAL
    leads = people_for(item.collaboration_id, RoleKind.LEAD, timezone.localdate(), ours=is_internal)
    others = [person for person in leads if person.email.lower() != owner.email.lower()]
    # The owner may be the lead: then the coordinators hear.
    for person in others or colleagues(Role.COORDINATOR):
        reader = resolve(person.key) if can_resolve(person.key) else None
        look = ("collab.view_actionitem", item, page)
        way = way_to(reader.user if reader else None, look, look=look, helpers=list)
        queue_mail(
            kind=ANSWERED,
            to=person,
            context={
                "name": person.name,
                "answer": str(kind),
                "owner": unlinked(owner.name),
                "organisation": owner.organisation.name,
                "collaboration": item.collaboration.name,
                "title": item.title,
                "due_before": before,
                "due_on": due_on,
                "words": quoted_lines(words),
            },
            path=way.path,
            about=f"action:{item.pk}",
            senders=[as_sender(owner)],
        )
