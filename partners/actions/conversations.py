"""Identity conversations, and how organisations see each other after one."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.locking import lock
from common.visibility import Visibility
from partners.enums import ViewAnswer
from partners.models import Contact, IdentityConversation, IdentityView, Organisation
from partners.rules import is_asked_by_view, side_of


def record_conversation(
    *,
    actor: User | None,
    organisations: Collection[Organisation],
    held_on: date,
    people: Collection[Contact] = (),
    learned: str = "",
    visibility: str = Visibility.SHARED,
) -> IdentityConversation:
    """Note that organisations talked about who they are. Sends nothing.

    Refuses fewer than two organisations, a day that is still to come, and people who are not of them.
    """
    require(actor, "partners.record_conversation")
    if len({organisation.pk for organisation in organisations}) < 2:
        raise ActionRefused(_("A conversation takes two organisations at least."))
    _refuse_impossible(organisations, held_on, people)
    with recording(actor, "partners.conversation_recorded"):
        conversation = IdentityConversation.objects.create(
            held_on=held_on, learned=learned.strip(), visibility=visibility, noted_by=actor
        )
        conversation.organisations.set(organisations)
        conversation.people.set(people)
    return conversation


def change_conversation(
    *,
    actor: User | None,
    conversation: IdentityConversation,
    held_on: date,
    people: Collection[Contact],
    learned: str,
    visibility: str,
    seen_at: datetime | None = None,
) -> None:
    """Change what was noted of a conversation; its organisations stay, also when a merge left only one.

    ``seen_at`` is the ``updated_at`` that the actor looked at: refuses when somebody changed it since (field
    ``seen_at``). Refuses a day that is still to come, people who are not of its organisations, and to make internal
    what organisations wrote in already.
    """
    require(actor, "partners.record_conversation")
    _refuse_impossible(conversation.organisations.all(), held_on, people)
    with recording(actor, "partners.conversation_changed"):
        current = lock(conversation)
        if seen_at is not None and current.updated_at != seen_at:
            raise ActionRefused(_("Somebody else changed this conversation while you were writing."), field="seen_at")
        if visibility == Visibility.INTERNAL and current.is_shared and _is_in_use(current):
            raise ActionRefused(
                _("Organisations wrote here how they see each other already. So it stays shared."), field="visibility"
            )
        current.held_on, current.learned, current.visibility = held_on, learned.strip(), visibility
        current.save()
        current.people.set(people)


def write_view(
    *,
    actor: User | None,
    conversation: IdentityConversation,
    by: Organisation,
    about: Organisation,
    text: str,
    visibility: str = Visibility.INTERNAL,
) -> IdentityView:
    """Write how one organisation sees another after a conversation, or change it. Sends nothing.

    Refuses to speak for another organisation than one's own, and about one that was not there; to share it where the
    conversation itself is internal; to change it once it was answered, and to take it back once it was shared.
    """
    require(actor, "partners.write_identityview", conversation)
    _refuse_other_voice(actor, conversation, by, about)
    if not text.strip():
        raise ActionRefused(_("Write how you see them."), field="text")
    if visibility == Visibility.SHARED and not conversation.is_shared:
        raise ActionRefused(_("Share the conversation first: it is internal now."), field="visibility")
    with recording(actor, "partners.view_written"), refusing_violations(IdentityView):
        lock(conversation)
        view = conversation.views.filter(by=by, about=about).first()
        if view is None:
            view = IdentityView(conversation=conversation, by=by, about=about)
        _refuse_settled(view, visibility)
        view.text, view.visibility, view.written_by = text.strip(), visibility, actor
        view.save()
    return view


def answer_view(*, actor: User | None, view: IdentityView, answer: str, word: str = "") -> None:
    """Say whether one recognises oneself: yes, partly or not yet, with a word about it where one likes.

    An answer can be changed. Refuses a view that was not shared. Sends nothing.
    """
    if actor is not None and not is_asked_by_view(actor, view):
        raise PermissionDenied("partners.answer_identityview")
    if answer not in ViewAnswer.values:
        raise ActionRefused(_("Choose an answer."), field="answer")
    with recording(actor, "partners.view_answered"):
        current = lock(view)
        if not current.is_shared:
            raise ActionRefused(_("This was not shared yet."))
        current.answer, current.answer_word = answer, word.strip()
        current.answered_by, current.answered_at = actor, timezone.now()
        current.save()
    view.refresh_from_db()


def _refuse_impossible(organisations: Iterable[Organisation], held_on: date, people: Collection[Contact]) -> None:
    ids = {organisation.pk for organisation in organisations}
    if held_on > timezone.localdate():
        raise ActionRefused(_("This day is still to come. Note the conversation when it was held."), field="held_on")
    if any(person.organisation_id not in ids for person in people):
        raise ActionRefused(_("Choose people of these organisations."), field="people")


def _is_in_use(conversation: IdentityConversation) -> bool:
    return conversation.views.exists()


def _refuse_other_voice(
    actor: User | None, conversation: IdentityConversation, by: Organisation, about: Organisation
) -> None:
    there = {organisation.pk for organisation in conversation.organisations.all()}
    if by.pk not in there or about.pk not in there or by == about:
        raise ActionRefused(_("Choose an organisation that was in this conversation."))
    if actor is not None and side_of(actor, conversation) != by:
        raise ActionRefused(_("You can only write for your own organisation."))


def _refuse_settled(view: IdentityView, visibility: str) -> None:
    if view.is_answered:
        raise ActionRefused(_("This was answered already, so it stays as it is."))
    if view.pk and view.is_shared and visibility == Visibility.INTERNAL:
        raise ActionRefused(_("This was shared already."), field="visibility")
