"""Move identities and conversations in a merge of two organisations; the permission of that merge holds."""

from common.enums import Visibility
from identity.culture.scales import SCALES
from identity.models import WORDS, IdentityConversation, IdentityView
from partners.merging.handlers import MergePair
from partners.merging.moves import join_texts, repoint


def move_identity(pair: MergePair) -> None:
    """Move profiles, views and conversations to the survivor, and their people to the surviving contacts.

    Deletes the views of the two about each other.
    """
    _move_profiles(pair)
    IdentityView.objects.filter(by__in=pair.keys, about__in=pair.keys).delete()
    if pair.survivor.is_host:
        IdentityView.objects.filter(by=pair.duplicate, visibility=Visibility.INTERNAL).delete()
    # Of two views of the same organisation after one conversation, the answered one stays, else the shared one.
    for column, beside in (("by", "about"), ("about", "by")):
        for view in IdentityView.objects.filter(**{column: pair.duplicate}).select_for_update():
            twins = IdentityView.objects.filter(conversation=view.conversation_id)
            twin = twins.filter(**{column: pair.survivor, beside: getattr(view, f"{beside}_id")}).first()
            stays = view if twin is None else _join_views(twin, view)
            setattr(stays, column, pair.survivor)
            stays.save()
    parties = IdentityConversation.organisations.through._default_manager.all()
    repoint(parties, "organisation", pair.duplicate, pair.survivor, once_per="identityconversation")
    people = IdentityConversation.people.through._default_manager.all()
    for survivor, duplicate in pair.people:
        repoint(people, "contact", duplicate, survivor, once_per="identityconversation")


def _move_profiles(pair: MergePair) -> None:
    """Put the versions of the duplicate before those of the survivor, whose newest version holds if it has one.

    Two drafts of the same side are joined. Our own organisation reads no draft of a partner.
    """
    theirs = list(pair.duplicate.profiles.published().order_by("version"))
    # From the newest down: at every step the next number is free.
    for profile in pair.survivor.profiles.published().order_by("-version") if theirs else ():
        profile.version = (profile.version or 0) + len(theirs)
        profile.save(update_fields=["version"])
    for number, profile in enumerate(theirs, start=1):
        profile.organisation, profile.version = pair.survivor, number
        profile.save(update_fields=["organisation", "version"])
    if pair.survivor.is_host:
        pair.duplicate.profiles.filter(published_at=None, is_on_behalf=False).delete()
    for draft in pair.duplicate.profiles.filter(published_at=None):
        there = pair.survivor.profiles.filter(published_at=None, is_on_behalf=draft.is_on_behalf).first()
        if there is None:
            draft.organisation = pair.survivor
            draft.save(update_fields=["organisation"])
        else:
            for name in WORDS:
                setattr(there, name, join_texts(getattr(there, name), getattr(draft, name)))
            for scale in SCALES:
                if getattr(there, scale) is None:
                    setattr(there, scale, getattr(draft, scale))
            draft.delete()
            there.save()


def _join_views(one: IdentityView, other: IdentityView) -> IdentityView:
    """Delete one of two views; its words go under the other's where that was not answered and has the same readers."""
    survivor, duplicate = sorted((one, other), key=lambda view: (view.is_answered, view.is_shared), reverse=True)
    if not survivor.is_answered and survivor.visibility == duplicate.visibility:
        survivor.text = join_texts(survivor.text, duplicate.text)
    duplicate.delete()
    return survivor
