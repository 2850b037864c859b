"""Identity conversations, and how organisations see each other after one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common.actions import ActionRefused
from common.edits import Seen
from common.enums import Visibility
from identity.actions import answer_view, change_conversation, record_conversation, write_view
from identity.models import IdentityConversation, IdentityView
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.identity import IdentityConversationFactory, IdentityViewFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return CoordinatorFactory(name="Anna")


@pytest.fixture
def petra(noord: Organisation) -> User:
    return PartnerUserFactory(name="Petra", organisation=noord)


@pytest.fixture
def talk(noord: Organisation) -> IdentityConversation:
    return IdentityConversationFactory(organisations=[HostFactory(), noord])


def test_conversation_is_noted_with_who_was_there(anna: User, noord: Organisation) -> None:
    piet = ContactFactory(organisation=noord)

    talk = record_conversation(
        actor=anna,
        organisations=[HostFactory(), noord],
        held_on=timezone.localdate(),
        people=[piet],
        learned="They need time.",
    )

    assert set(talk.organisations.all()) == {HostFactory(), noord}
    assert (list(talk.people.all()), talk.learned, talk.noted_by, talk.is_shared) == (
        [piet],
        "They need time.",
        anna,
        True,
    )


def test_impossible_conversations_are_refused(anna: User, noord: Organisation) -> None:
    host, today = HostFactory(), timezone.localdate()

    with pytest.raises(ActionRefused, match="two organisations"):
        record_conversation(actor=anna, organisations=[noord, noord], held_on=today)
    with pytest.raises(ActionRefused) as refusal:
        record_conversation(actor=anna, organisations=[host, noord], held_on=today + timedelta(days=1))
    assert refusal.value.field == "held_on"
    with pytest.raises(ActionRefused) as refusal:
        record_conversation(actor=anna, organisations=[host, noord], held_on=today, people=[ContactFactory()])
    assert refusal.value.field == "people"
    assert not IdentityConversation.objects.exists()


def test_partner_does_not_note_conversations(petra: User, noord: Organisation) -> None:
    with pytest.raises(PermissionDenied):
        record_conversation(actor=petra, organisations=[HostFactory(), noord], held_on=timezone.localdate())


def test_what_was_noted_can_be_changed_unless_somebody_else_just_did(anna: User, talk: IdentityConversation) -> None:
    seen = Seen.of({"held_on": talk.held_on, "visibility": Visibility.SHARED, "learned": talk.learned, "people": []})
    typed = {"held_on": talk.held_on, "people": [], "visibility": Visibility.SHARED}

    change_conversation(actor=anna, conversation=talk, learned="More.", seen=seen, **typed)
    with pytest.raises(ActionRefused) as refusal:
        change_conversation(actor=anna, conversation=talk, learned="Less.", seen=seen, **typed)

    assert refusal.value.field == "learned"
    talk.refresh_from_db()
    assert talk.learned == "More."


def test_conversation_with_one_organisation_left_after_a_merge_can_be_changed(anna: User, noord: Organisation) -> None:
    talk = IdentityConversationFactory(organisations=[noord])
    typed = {"held_on": talk.held_on, "people": [], "visibility": Visibility.SHARED}

    change_conversation(actor=anna, conversation=talk, learned="More.", **typed)

    talk.refresh_from_db()
    assert talk.learned == "More."


def test_conversation_in_which_organisations_wrote_stays_shared(anna: User, talk: IdentityConversation) -> None:
    typed = {"held_on": talk.held_on, "people": [], "learned": ""}
    change_conversation(actor=anna, conversation=talk, visibility=Visibility.INTERNAL, **typed)
    change_conversation(actor=anna, conversation=talk, visibility=Visibility.SHARED, **typed)
    noord = talk.organisations.get(is_host=False)
    IdentityViewFactory(conversation=talk, by=noord, about=HostFactory())

    with pytest.raises(ActionRefused) as refusal:
        change_conversation(actor=anna, conversation=talk, visibility=Visibility.INTERNAL, **typed)
    assert refusal.value.field == "visibility"


def test_view_is_for_ones_own_side_until_it_is_shared_and_then_answered(
    anna: User, petra: User, talk: IdentityConversation, noord: Organisation
) -> None:
    host = HostFactory()
    seen = {"conversation": talk, "by": host, "about": noord}

    view = write_view(actor=anna, text="You are kind.", **seen)
    assert not IdentityView.objects.visible_to(petra).exists()
    with pytest.raises(PermissionDenied):
        answer_view(actor=petra, view=view, answer="yes")

    write_view(actor=anna, text="You are very kind.", visibility=Visibility.SHARED, **seen)
    view = IdentityView.objects.visible_to(petra).get()
    answer_view(actor=petra, view=view, answer="partly", word="On Mondays.")

    assert (view.text, view.answer, view.answer_word, view.answered_by) == (
        "You are very kind.",
        "partly",
        "On Mondays.",
        petra,
    )
    with pytest.raises(ActionRefused, match="answered already"):
        write_view(actor=anna, text="You are cross.", visibility=Visibility.SHARED, **seen)


def test_partner_writes_and_the_host_answers(
    anna: User, petra: User, talk: IdentityConversation, noord: Organisation
) -> None:
    seen = {"conversation": talk, "by": noord, "about": HostFactory()}

    view = write_view(actor=petra, text="You hurry.", **seen)
    assert not IdentityView.objects.visible_to(anna).exists()

    view = write_view(actor=petra, text="You hurry.", visibility=Visibility.SHARED, **seen)
    answer_view(actor=anna, view=view, answer="yes")
    assert IdentityView.objects.visible_to(anna).get().answer == "yes"


def test_nobody_speaks_for_another_side(
    anna: User, petra: User, talk: IdentityConversation, noord: Organisation
) -> None:
    host = HostFactory()

    with pytest.raises(ActionRefused, match="your own"):
        write_view(actor=anna, conversation=talk, by=noord, about=host, text="We are fine.")
    with pytest.raises(ActionRefused, match="your own"):
        write_view(actor=petra, conversation=talk, by=host, about=noord, text="They are fine.")
    with pytest.raises(ActionRefused, match="in this conversation"):
        write_view(actor=anna, conversation=talk, by=host, about=OrganisationFactory(), text="Hello.")
    with pytest.raises(PermissionDenied):
        write_view(actor=PartnerUserFactory(), conversation=talk, by=noord, about=host, text="Hello.")


def test_own_side_does_not_answer_itself(anna: User) -> None:
    with pytest.raises(PermissionDenied):
        answer_view(actor=anna, view=IdentityViewFactory(), answer="yes")


def test_view_is_not_shared_through_a_conversation_that_is_internal(anna: User, noord: Organisation) -> None:
    host = HostFactory()
    talk = IdentityConversationFactory(organisations=[host, noord], visibility=Visibility.INTERNAL)

    with pytest.raises(ActionRefused) as refusal:
        write_view(actor=anna, conversation=talk, by=host, about=noord, text="Kind.", visibility=Visibility.SHARED)
    assert refusal.value.field == "visibility"


def test_what_was_shared_is_not_taken_back(anna: User, noord: Organisation) -> None:
    view = IdentityViewFactory(about=noord)

    with pytest.raises(ActionRefused, match="shared already"):
        write_view(actor=anna, conversation=view.conversation, by=view.by, about=noord, text="Hm.")


def test_third_party_reads_no_view_of_two_others(talk: IdentityConversation, noord: Organisation) -> None:
    west = OrganisationFactory()
    talk.organisations.add(west)
    IdentityViewFactory(conversation=talk, about=noord)

    assert not IdentityView.objects.visible_to(PartnerUserFactory(organisation=west)).exists()
    assert IdentityView.objects.visible_to(PartnerUserFactory(organisation=noord)).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"answer": "yes"},
        {"answered_at": timezone.now()},
        {"answer": "maybe", "answered_at": timezone.now()},
        {"answer": "yes", "answered_at": timezone.now(), "visibility": Visibility.INTERNAL},
    ],
)
def test_database_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityViewFactory(**wrong)


def test_database_refuses_a_view_of_oneself_and_a_second_one(noord: Organisation) -> None:
    view = IdentityViewFactory(about=noord)
    for by in (noord, view.by):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityViewFactory(conversation=view.conversation, by=by, about=noord)


def test_last_conversation_of_a_pair_is_found_and_others_do_not_count() -> None:
    host, noord, west, east = HostFactory(), *OrganisationFactory.create_batch(3)
    today = timezone.localdate()
    for days, organisations in ((400, [host, noord]), (30, [host, noord, west]), (10, [west, east])):
        IdentityConversationFactory(organisations=organisations, held_on=today - timedelta(days=days))

    ids = [row.pk for row in (host, noord, west, east)]
    assert IdentityConversation.objects.last_with(host.pk, ids[1:]) == {
        noord.pk: today - timedelta(days=30),
        west.pk: today - timedelta(days=30),
    }
    between = IdentityConversation.objects.last_between(ids)
    assert between[west.pk, east.pk] == between[east.pk, west.pk] == today - timedelta(days=10)
    assert (host.pk, east.pk) not in between
