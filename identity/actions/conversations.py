"""Record identity conversations, and how organisations see each other after one."""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.constraints import refusing_violations
from common.edits import Seen, merge
from common.enums import Visibility
from common.locking import lock
from identity.enums import ViewAnswer
from identity.models import IdentityConversation, IdentityView
from identity.rules import is_asked_by_view, side_of
from partners.models import Contact, Organisation


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
    require(actor, "identity.record_conversation")
    if len({organisation.pk for organisation in organisations}) < 2:
        raise ActionRefused(_("A conversation takes two organisations at least."))
    _refuse_impossible(organisations, held_on, people)
    with recording(actor, "identity.conversation_recorded"):
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
    seen: Seen | None = None,
) -> None:
    """Change the notes of a conversation; its organisations stay, also when a merge left only one.

    Refuses what another person changed since the page had ``seen`` it (``common.edits.merge``), a day that is still to
    come, people who are not of its organisations, and to make internal what organisations wrote in already.
    """
    require(actor, "identity.record_conversation")
    _refuse_impossible(conversation.organisations.all(), held_on, people)
    with recording(actor, "identity.conversation_changed"):
        current = lock(conversation)
        typed = {"held_on": held_on, "learned": learned.strip(), "visibility": visibility, "people": list(people)}
        values = merge(current, typed, seen)
        if values["visibility"] == Visibility.INTERNAL and current.is_shared and current.views.exists():
            raise ActionRefused(
                _("Organisations wrote here how they see each other already. So it stays shared."), field="visibility"
            )
        current.people.set(values.pop("people"))
        for name, value in values.items():
            setattr(current, name, value)
        current.save()


def write_view(
    *,
    actor: User | None,
    conversation: IdentityConversation,
    by: Organisation,
    about: Organisation,
    text: str,
    visibility: str = Visibility.INTERNAL,
    seen: Seen | None = None,
) -> IdentityView:
    """Write how one organisation sees another after a conversation, or change it. Sends nothing.

    Refuses to speak for another organisation than the actor's, and about one that was not there; to share it where the
    conversation itself is internal; to change it once it was answered, to take it back once it was shared, and to
    replace what a colleague wrote since the page had ``seen`` it (``common.edits.merge``).
    """
    require(actor, "identity.write_identityview", conversation)
    there = {organisation.pk for organisation in conversation.organisations.all()}
    if by.pk not in there or about.pk not in there or by == about:
        raise ActionRefused(_("Choose an organisation that was in this conversation."))
    if actor is not None and side_of(actor, conversation) != by:
        raise ActionRefused(_("You can only write for your own organisation."))
    if not text.strip():
        raise ActionRefused(_("Write how you see them."), field="text")
    if visibility == Visibility.SHARED and not conversation.is_shared:
        raise ActionRefused(_("Share the conversation first: it is internal now."), field="visibility")
    with recording(actor, "identity.view_written"), refusing_violations(IdentityView):
        lock(conversation)
        view = conversation.views.filter(by=by, about=about).first()
        if view is None:
            view = IdentityView(conversation=conversation, by=by, about=about)
        typed = {"text": text.strip(), "visibility": visibility}
        values = merge(view, typed, seen if view.pk else None)
        if view.is_answered:
            raise ActionRefused(_("This was answered already, so it stays as it is."))
        if view.pk and view.is_shared and values["visibility"] == Visibility.INTERNAL:
            raise ActionRefused(_("This was shared already."), field="visibility")
        view.text, view.visibility, view.written_by = values["text"], values["visibility"], actor
        view.save()
    return view


def answer_view(
    *, actor: User | None, view: IdentityView, answer: str, word: str = "", seen: Seen | None = None
) -> None:
    """Record whether the organisation that a view is about recognises itself in it, with a remark if it has one.

    An answer can be changed. Refuses a view that was not shared, and to replace what a colleague answered since the
    page had ``seen`` it (``common.edits.merge``). Sends nothing.
    """
    if actor is not None and not is_asked_by_view(actor, view):
        raise PermissionDenied("identity.answer_identityview")
    if answer not in ViewAnswer.values:
        raise ActionRefused(_("Choose an answer."), field="answer")
    with recording(actor, "identity.view_answered"):
        current = lock(view)
        if not current.is_shared:
            raise ActionRefused(_("This was not shared yet."))
        typed, stored = {"answer": answer, "word": word.strip()}, {"word": current.answer_word}
        values = merge(current, typed, seen, stored)
        current.answer, current.answer_word = values["answer"], values["word"]
        current.answered_by, current.answered_at = actor, timezone.now()
        current.save()
    view.refresh_from_db()


def _refuse_impossible(organisations: Iterable[Organisation], held_on: date, people: Collection[Contact]) -> None:
    ids = {organisation.pk for organisation in organisations}
    if held_on > timezone.localdate():
        raise ActionRefused(_("This day is still to come. Note the conversation when it was held."), field="held_on")
    if any(person.organisation_id not in ids for person in people):
        raise ActionRefused(_("Choose people of these organisations."), field="people")
