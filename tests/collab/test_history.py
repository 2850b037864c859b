from datetime import date

import pytest

from accounts.models import User
from audit.timeline import Entry
from collab.actions import (
    add_action_item,
    add_participation,
    assign_role,
    change_action_item,
    change_stage,
    finish_action_item,
    plan_next_evaluation,
    record_decision,
    remove_participation,
    start_collaboration,
)
from collab.enums import RoleKind, Stage, Visibility
from collab.history import entries_of
from collab.models import ActionItem, Collaboration
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


@pytest.fixture
def actor() -> User:
    return CoordinatorFactory(name="Anna")


@pytest.fixture
def partner() -> User:
    return PartnerUserFactory()


@pytest.fixture
def collaboration(actor: User, partner: User) -> Collaboration:
    HostFactory()
    return start_collaboration(
        actor=actor, name="Reading", partners=[partner.contact.organisation], is_important=True, today=TODAY
    )


def told(entries: list[Entry]) -> str:
    """Return all words of the entries, in one text."""
    return "\n".join(
        " ".join([entry.what, *(f"{part.name} {part.changes}" for part in entry.parts)]) for entry in entries
    )


def test_every_action_has_a_sentence_and_its_actor(actor: User, collaboration: Collaboration) -> None:
    host = collaboration.participations.get(organisation__is_host=True)
    decider = ContactFactory(organisation=host.organisation)
    assign_role(actor=actor, participation=host, contact=decider, role=RoleKind.DECIDER, starts_on=TODAY, today=TODAY)
    change_stage(
        actor=actor, collaboration=collaboration, to=Stage.DESIGNING, decided_by=decider, why="We fit.", today=TODAY
    )
    plan_next_evaluation(actor=actor, collaboration=collaboration, on=date(2027, 1, 31))
    item = add_action_item(actor=actor, collaboration=collaboration, title="Flyer", owner=decider, due_on=TODAY)
    finish_action_item(actor=actor, item=item, today=TODAY)
    mistake = add_participation(actor=actor, collaboration=collaboration, organisation=OrganisationFactory())
    remove_participation(actor=actor, participation=mistake)

    entries = entries_of(collaboration, actor)

    assert {entry.who for entry in entries} == {"Anna"}
    assert sorted(entry.what for entry in entries) == sorted(
        [
            "Organisation removed",
            "Organisation added",
            "Action done",
            "Action agreed",
            "Next evaluation agreed",
            "Stage changed",
            "Role filled",
            "Collaboration started",
        ]
    )


def test_dates_that_follow_from_others_are_not_told(actor: User, collaboration: Collaboration) -> None:
    text = told(entries_of(collaboration, actor))

    assert "missing" not in text
    assert "anchor" not in text


def test_nothing_internal_reaches_a_partner(actor: User, partner: User, collaboration: Collaboration) -> None:
    own = ContactFactory(organisation=HostFactory())
    add_action_item(
        actor=actor,
        collaboration=collaboration,
        title="Secret action",
        owner=own,
        due_on=TODAY,
        visibility=Visibility.INTERNAL,
    )
    record_decision(
        actor=actor,
        collaboration=collaboration,
        what="Secret decision",
        decided_by=own,
        decided_on=TODAY,
        visibility=Visibility.INTERNAL,
        today=TODAY,
    )

    assert "Secret action" in told(entries_of(collaboration, actor))
    assert "Secret decision" in told(entries_of(collaboration, actor))
    assert [entry.what for entry in entries_of(collaboration, partner)] == ["Collaboration started"]


def change(item: ActionItem, actor: User, **changes: object) -> None:
    fields = {name: getattr(item, name) for name in ("title", "owner", "due_on", "visibility")} | changes
    change_action_item(actor=actor, item=item, **fields)  # type: ignore[arg-type]
    item.refresh_from_db()


def test_what_was_internal_before_stays_untold(actor: User, partner: User, collaboration: Collaboration) -> None:
    item = add_action_item(
        actor=actor,
        collaboration=collaboration,
        title="Secret title",
        owner=ContactFactory(organisation=HostFactory()),
        due_on=TODAY,
        visibility=Visibility.INTERNAL,
    )
    change(item, actor, title="Shared title", visibility=Visibility.SHARED)

    text = told(entries_of(collaboration, partner))

    assert "Shared title" in text
    assert "Secret title" not in text


def test_what_turned_internal_is_gone_for_a_partner(actor: User, partner: User, collaboration: Collaboration) -> None:
    item = add_action_item(
        actor=actor,
        collaboration=collaboration,
        title="Now secret",
        owner=ContactFactory(organisation=HostFactory()),
        due_on=TODAY,
    )
    change(item, actor, visibility=Visibility.INTERNAL)

    assert "Now secret" not in told(entries_of(collaboration, partner))


def test_what_the_host_finds_important_is_its_own_affair(
    actor: User, partner: User, collaboration: Collaboration
) -> None:
    Collaboration.objects.filter(pk=collaboration.pk).update(is_important=False)

    assert "important" in told(entries_of(collaboration, actor))
    assert "important" not in told(entries_of(collaboration, partner))
