"""Merging two organisations: what becomes of their identities, conversations and views."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.enums import Visibility
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from partners.merging.actions import merge_organisations
from partners.merging.plan import plan_merge
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.identity import IdentityConversationFactory, IdentityProfileFactory, IdentityViewFactory
from tests.factories.partners import HostFactory, OrganisationFactory
from tests.partners.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def double() -> Organisation:
    """Noord once more."""
    return OrganisationFactory(name="Bieb Noord", kind="other", city="Haren")


def merged(survivor: Organisation, duplicate: Organisation) -> Organisation:
    return merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)


def told(survivor: Organisation, duplicate: Organisation) -> list[str]:
    """Return what the preview says of what both have."""
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=timezone.localdate()).solved]


def moving(survivor: Organisation, duplicate: Organisation) -> list[str]:
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=timezone.localdate()).moved]


def versions(organisation: Organisation) -> list[tuple[int, str]]:
    rows = organisation.profiles.published().order_by("version")
    return [(row.version, row.who_we_are) for row in rows]


def test_identity_of_the_one_that_stays_holds_and_the_other_is_before_it(
    noord: Organisation, double: Organisation
) -> None:
    for organisation, numbers in ((noord, (1, 2)), (double, (1, 2, 3))):
        for number in numbers:
            text = f"{organisation.name} {number}"
            IdentityProfileFactory(organisation=organisation, version=number, who_we_are=text)
    assert "What Bieb Noord published (3) is kept as earlier versions." in told(noord, double)[0]
    merged(noord, double)
    assert versions(noord) == [
        (1, "Bieb Noord 1"),
        (2, "Bieb Noord 2"),
        (3, "Bieb Noord 3"),
        (4, "Noord 1"),
        (5, "Noord 2"),
    ]


def test_only_identity_becomes_that_of_the_one_that_stays(noord: Organisation, double: Organisation) -> None:
    IdentityProfileFactory(organisation=double, who_we_are="We read")
    assert told(noord, double) == ["The identity that Bieb Noord published becomes that of Noord."]
    merged(noord, double)
    assert versions(noord) == [(1, "We read")]


def test_two_drafts_become_one_and_the_preview_is_silent_about_them(noord: Organisation, double: Organisation) -> None:
    IdentityProfileFactory(organisation=noord, draft=True, who_we_are="We", ideas_execution=None)
    IdentityProfileFactory(organisation=double, draft=True, who_we_are="They", ideas_execution=4)
    assert (moving(noord, double), told(noord, double)) == ([], [])
    merged(noord, double)
    draft = IdentityProfile.objects.get()
    assert (draft.organisation, draft.who_we_are, draft.ideas_execution) == (noord, "We\n\nThey", 4)


def test_conversation_of_the_two_stays_with_one_organisation_less(noord: Organisation, double: Organisation) -> None:
    host = HostFactory()
    talk = IdentityConversationFactory(organisations=[host, noord, double], learned="A lot")
    IdentityViewFactory(conversation=talk, by=noord, about=double, text="Shared", visibility=Visibility.SHARED)
    IdentityViewFactory(conversation=talk, by=double, about=noord, text="Kept in", visibility=Visibility.INTERNAL)
    assert told(noord, double) == [
        "1 conversation between the two stays, with one organisation fewer.",
        "What the two wrote about each other (1) goes: nobody sees itself as another.",
    ]
    merged(noord, double)
    assert set(talk.organisations.all()) == {host, noord}
    assert IdentityConversation.objects.get().learned == "A lot"
    assert not IdentityView.objects.exists()


SHARED, INTERNAL = Visibility.SHARED, Visibility.INTERNAL


@pytest.mark.parametrize(
    ("mine", "theirs", "text"),
    [
        ({"visibility": SHARED}, {"visibility": SHARED}, "Mine\n\nTheirs"),
        ({"visibility": INTERNAL}, {"visibility": INTERNAL}, "Mine\n\nTheirs"),
        ({"visibility": SHARED}, {"visibility": INTERNAL}, "Mine"),
        ({"visibility": INTERNAL}, {"visibility": SHARED}, "Theirs"),
        (
            {"visibility": SHARED},
            {"visibility": SHARED, "answer": "yes", "answered_at": timezone.now()},
            "Theirs",
        ),
    ],
    ids=["both shared", "both internal", "mine shared", "theirs shared", "theirs answered"],
)
@pytest.mark.parametrize("side", ["by", "about"])
def test_of_two_views_of_the_same_nothing_internal_is_shared_and_no_answer_gets_other_words(
    noord: Organisation, double: Organisation, mine: dict[str, Any], theirs: dict[str, Any], text: str, side: str
) -> None:
    host = HostFactory()
    talk = IdentityConversationFactory(organisations=[host, noord, double])
    beside = "about" if side == "by" else "by"
    IdentityViewFactory(conversation=talk, **{side: noord, beside: host}, text="Mine", **mine)
    IdentityViewFactory(conversation=talk, **{side: double, beside: host}, text="Theirs", **theirs)
    merged(noord, double)
    view = IdentityView.objects.get()
    assert (getattr(view, side), view.text) == (noord, text)


def test_own_words_of_a_partner_never_come_to_us(double: Organisation) -> None:
    """Neither in our pages, nor in the preview: that there are any is nobody's business either."""
    host = HostFactory()
    sentence = "What Bieb Noord wrote for itself only"
    assert sentence in told(host, double)[0]
    third = OrganisationFactory()
    IdentityProfileFactory(organisation=double, draft=True, who_we_are="Murmur")
    talk = IdentityConversationFactory(organisations=[double, third])
    IdentityViewFactory(conversation=talk, by=double, about=third, text="Murmur", visibility=Visibility.INTERNAL)
    assert [sentence in note for note in told(host, double)] == [True]

    merged(host, double)

    colleague = CoordinatorFactory()
    assert not IdentityProfile.objects.visible_to(colleague).exists()
    assert not IdentityView.objects.visible_to(colleague).exists()


def test_conversation_of_the_two_alone_can_still_be_read(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    talk = IdentityConversationFactory(organisations=[noord, double], learned="We are one")
    merge_organisations(actor=None, survivor=noord, duplicate=double)
    body = text(client.get(reverse("identity:conversation-detail", args=[talk.pk])))
    assert "We are one" in body
    assert client.get(reverse("identity:conversation-update", args=[talk.pk])).status_code == 200
    assert "Identity conversation" in text(client.get(reverse("identity:organisation-panel", args=[noord.pk])))
