"""Preview of the identities and conversations that a merge of two organisations changes."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.enums import Visibility
from identity.merging.moves import move_identity
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from partners.merging.handlers import MergeHandler, MergeNote, MergePair, MergePreview, register

HANDLES = frozenset(
    {
        "identity.IdentityConversation_organisations.organisation",
        "identity.IdentityConversation_people.contact",
        "identity.IdentityProfile.organisation",
        "identity.IdentityView.about",
        "identity.IdentityView.by",
    }
)


def preview(pair: MergePair) -> MergePreview:
    """Return the notes about the rows that move, and about those that both have, which are joined or deleted."""
    moved, solved = [], [*_profiles(pair), *_conversations(pair)]
    if number := pair.number("identity.IdentityConversation_organisations.organisation"):
        text = ngettext("%(number)d identity conversation", "%(number)d identity conversations", number)
        moved.append(MergeNote(text % {"number": number}, ("identity conversations", number)))
    # Said whether there are drafts or not: otherwise the sentence would tell colleagues that there are.
    if pair.survivor.is_host:
        text = _(
            "What %(duplicate)s wrote for itself only, such as a draft of its identity, goes: it is not ours to read."
        )
        solved.append(MergeNote(text % {"duplicate": pair.duplicate}, ("own words",)))
    return MergePreview(moved=moved, solved=solved)


def _profiles(pair: MergePair) -> Iterator[MergeNote]:
    if not pair.number("identity.IdentityProfile.organisation"):
        return
    versions = list(
        IdentityProfile.objects.published().filter(organisation__in=pair.keys).values_list("organisation", flat=True)
    )
    theirs = versions.count(pair.duplicate.pk)
    if not theirs:
        return
    names = {"survivor": pair.survivor, "duplicate": pair.duplicate, "number": theirs}
    if pair.survivor.pk in versions:
        text = _(
            "The identity of %(survivor)s holds. What %(duplicate)s published (%(number)d) is kept as earlier versions."
        )
    else:
        text = _("The identity that %(duplicate)s published becomes that of %(survivor)s.")
    yield MergeNote(text % names, ("identity", len(versions), theirs))


def _conversations(pair: MergePair) -> Iterator[MergeNote]:
    if not pair.number("identity.IdentityConversation_organisations.organisation"):
        return
    both = IdentityConversation.objects.filter(organisations=pair.survivor).filter(organisations=pair.duplicate)
    number = both.count()
    if not number:
        return
    text = ngettext(
        "%(number)d conversation between the two stays, with one organisation fewer.",
        "%(number)d conversations between the two stay, with one organisation fewer.",
        number,
    )
    yield MergeNote(text % {"number": number}, ("conversations", number))
    # Views that a partner did not share are not counted: their number alone would tell colleagues that they exist.
    told = Q(visibility=Visibility.SHARED) | Q(by__is_host=True)
    if views := IdentityView.objects.filter(told, by__in=pair.keys, about__in=pair.keys).count():
        text = _("What the two wrote about each other (%(number)d) goes: nobody sees itself as another.")
        yield MergeNote(text % {"number": views}, ("views", views))


register(MergeHandler(HANDLES, preview=preview, apply=move_identity))
