"""Writing who one is: for whom, with versions, without losing what somebody else wrote."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from common.actions import ActionRefused
from common.edits import EditConflict, Seen
from identity.actions import identity_to_write_on, write_identity
from identity.models import IdentityProfile
from partners.actions import deactivate_contact, give_access
from partners.history import entries_of
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.identity import IdentityProfileFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return CoordinatorFactory(name="Anna")


def publish(actor: User | None, organisation: Organisation, **content: object) -> IdentityProfile:
    return write_identity(actor=actor, organisation=organisation, publish=True, **content)  # type: ignore[arg-type]


def test_versions_are_numbered_and_earlier_ones_stay_as_they_were(anna: User) -> None:
    host = HostFactory()

    first = publish(anna, host, who_we_are="We read.", trust_control=2)
    second = publish(anna, host, who_we_are="We read together.", trust_control=2)

    assert [(row.version, row.who_we_are) for row in host.profiles.order_by("version")] == [
        (1, "We read."),
        (2, "We read together."),
    ]
    assert IdentityProfile.objects.current().get() == second
    assert first.is_on_behalf is False
    assert first.written_by == anna


def test_draft_is_kept_apart_until_it_is_published(anna: User) -> None:
    host = HostFactory()
    publish(anna, host, who_we_are="We read.")

    draft = write_identity(actor=anna, organisation=host, publish=False, who_we_are="We think about it.")
    assert (draft.version, draft.is_draft) == (None, True)
    assert IdentityProfile.objects.current().get().who_we_are == "We read."
    assert identity_to_write_on(host, on_behalf=False) == draft

    published = publish(anna, host, who_we_are="We thought about it.")
    assert (published.pk, published.version) == (draft.pk, 2)


def test_colleague_writes_for_a_partner_that_cannot_sign_in_and_it_is_marked(anna: User, noord: Organisation) -> None:
    assert publish(anna, noord, who_we_are="They lend books.").is_on_behalf is True
    assert publish(ManagerFactory(), noord, who_we_are="They lend many books.").version == 2


def test_partner_with_access_writes_itself_and_colleagues_only_read(anna: User, noord: Organisation) -> None:
    publish(anna, noord, who_we_are="They lend books.")
    contact = ContactFactory(organisation=noord)
    give_access(actor=None, contact=contact)

    with pytest.raises(PermissionDenied):
        publish(anna, noord, who_we_are="They lend many books.")

    own = publish(contact.user, noord, who_we_are="They lend books.")
    assert (own.version, own.is_on_behalf) == (2, False)


def test_colleagues_write_again_when_nobody_there_can_sign_in_any_more(anna: User, noord: Organisation) -> None:
    contact = ContactFactory(organisation=noord)
    give_access(actor=None, contact=contact)
    deactivate_contact(actor=None, contact=contact)

    assert publish(anna, noord, who_we_are="They lend books.").is_on_behalf is True


def test_superuser_does_not_speak_for_a_partner_that_can(noord: Organisation) -> None:
    PartnerUserFactory(organisation=noord)
    root = User.objects.create_superuser("root@example.org")

    with pytest.raises(PermissionDenied):
        publish(root, noord, who_we_are="They lend books.")


@pytest.mark.parametrize("who", ["outsider", "left", "nobody"])
def test_others_do_not_write(who: str, noord: Organisation) -> None:
    left = PartnerUserFactory(organisation=noord)
    deactivate_contact(actor=None, contact=left.contact)
    people = {"outsider": PartnerUserFactory(), "left": User.objects.get(pk=left.pk), "nobody": UserFactory()}

    with pytest.raises(PermissionDenied):
        publish(people[who], noord, who_we_are="They lend books.")


def test_partner_does_not_write_for_the_host() -> None:
    with pytest.raises(PermissionDenied):
        publish(PartnerUserFactory(), HostFactory(), who_we_are="They are slow.")


def test_nothing_to_say_is_not_published(anna: User) -> None:
    with pytest.raises(ActionRefused, match="own words"):
        publish(anna, HostFactory(), who_we_are="  ")


def test_same_again_is_no_new_version(anna: User) -> None:
    host = HostFactory()
    publish(anna, host, who_we_are="We read.")

    with pytest.raises(ActionRefused, match="since version 1"):
        publish(anna, host, who_we_are="We read. ")
    assert host.profiles.count() == 1


def test_somebody_elses_words_are_not_overwritten_unseen(anna: User) -> None:
    host = HostFactory()
    seen = Seen.of({"who_we_are": "", "what_matters": ""})
    write_identity(actor=ManagerFactory(name="Mia"), organisation=host, publish=False, who_we_are="Mine.")

    with pytest.raises(EditConflict) as refusal:
        write_identity(actor=anna, organisation=host, publish=True, seen=seen, who_we_are="No, mine.")
    assert (refusal.value.fields, refusal.value.stored["who_we_are"]) == (["who_we_are"], "Mine.")
    assert refusal.value.authors["who_we_are"].name == "Mia"
    assert host.profiles.get().who_we_are == "Mine."

    write_identity(actor=anna, organisation=host, publish=True, seen=seen, who_we_are="", what_matters="Ours.")
    assert (host.profiles.get().who_we_are, host.profiles.get().what_matters) == ("Mine.", "Ours.")


def test_history_tells_of_versions_and_not_of_a_partners_draft(noord: Organisation) -> None:
    partner = PartnerUserFactory(name="Petra", organisation=noord)
    write_identity(actor=partner, organisation=noord, publish=False, who_we_are="Hm.")
    assert [entry for entry in entries_of(noord, 20) if entry.who == "Petra"] == []

    publish(partner, noord, who_we_are="We lend books.")
    (entry,) = [entry for entry in entries_of(noord, 20) if entry.who == "Petra"]
    assert (entry.what, [part.name for part in entry.parts]) == ("Identity published", ["Version 1"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"trust_control": 0},
        {"trust_control": 6},
        {"version": None},
        {"version": 0},
        {"published_at": None},
    ],
)
def test_database_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityProfileFactory(**wrong)


def test_database_holds_one_draft_a_side_and_one_of_each_version(noord: Organisation) -> None:
    IdentityProfileFactory(organisation=noord, draft=True)
    IdentityProfileFactory(organisation=noord, draft=True, is_on_behalf=True)
    IdentityProfileFactory(organisation=noord)
    IdentityProfileFactory(organisation=OrganisationFactory())

    for again in ({"draft": True}, {"draft": True, "is_on_behalf": True}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityProfileFactory(organisation=noord, **again)
