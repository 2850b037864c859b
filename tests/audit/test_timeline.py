from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from accounts.models import User
from audit import timeline
from audit.context import recording
from audit.timeline import Change, Source, entries_for, events_of
from collab.models import ActionItem, Participation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import ActionItemFactory, CollaborationFactory, ParticipationFactory
from tests.factories.partners import ContactFactory, HostFactory

pytestmark = pytest.mark.django_db

LEAVE_OUT = frozenset({"collaboration"})


@pytest.fixture
def actor() -> User:
    return CoordinatorFactory(name="Anna")


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timeline, "_sentences", {})
    monkeypatch.setattr(timeline, "_internal", {})
    timeline.register({"test.changed": "Something changed"})
    timeline.register({"test.secret": "The secret was changed"}, internal=True)
    with translation.override("en"):
        yield


def made(actor: User | None, **fields: object) -> ActionItem:
    collaboration, owner = CollaborationFactory(), ContactFactory(organisation=HostFactory(), name="Bea")
    with recording(actor, "test.made"):
        return ActionItemFactory(collaboration=collaboration, owner=owner, title="Old", **fields)


def change(actor: User | None, item: ActionItem, label: str = "test.changed", **fields: object) -> None:
    with recording(actor, label):
        for name, value in fields.items():
            setattr(item, name, value)
        item.save()


def test_an_entry_says_who_did_what(actor: User) -> None:
    item = made(actor)
    change(actor, item, title="New", due_on=date(2026, 1, 2), owner=ContactFactory(name="Chris"))

    changed, added = entries_for(item)

    assert (changed.who, changed.what) == ("Anna", "Something changed")
    (part,) = changed.parts
    assert (part.name, part.event) == ("New", "update")
    assert part.changes == (
        Change("what will be done", "Old", "New"),
        Change("who does it", "Bea", "Chris"),
        Change("ready on", "1 June 2025", "2 January 2026"),
    )
    assert (added.who, added.what) == ("Anna", "Added")
    assert [(part.name, part.event, part.changes) for part in added.parts] == [("Old", "insert", ())]


def test_choices_and_empty_values_read_as_words(actor: User) -> None:
    item = made(actor)
    change(actor, item, status="done", finished_on=date(2026, 1, 2))

    (part,) = entries_for(item)[0].parts

    assert part.changes == (Change("status", "Open", "Done"), Change("finished", "—", "2 January 2026"))


def test_what_one_action_did_is_one_entry(actor: User) -> None:
    with recording(actor, "test.changed"):
        items = ActionItemFactory.create_batch(2, collaboration=CollaborationFactory())

    (entry,) = entries_for(ActionItem.objects.all())

    assert [part.name for part in entry.parts] == [item.title for item in items]


def test_an_action_within_an_action_belongs_to_it(actor: User) -> None:
    item = made(actor)
    with recording(actor, "test.changed"):
        change(None, item, "test.inner", title="New")

    entry = entries_for(item)[0]
    assert (entry.who, entry.what) == ("Anna", "Something changed")


def test_what_happens_by_itself_says_so() -> None:
    item = made(None)

    assert entries_for(item)[0].who == "Automatically"


def test_somebody_who_was_removed_is_still_somebody(actor: User) -> None:
    item = made(actor)
    actor.delete()

    assert entries_for(item)[0].who == "Somebody whose account was removed"


def test_changes_of_fields_that_tell_nothing_are_left_out(actor: User) -> None:
    item = made(actor)
    change(actor, item, title="New")
    source = Source(events_of(item), LEAVE_OUT | {"title"})

    assert [entry.what for entry in entries_for(source)] == ["Added"]


def test_the_newest_come_first_and_know_what_was_before(actor: User) -> None:
    item = made(actor)
    for title in ("One", "Two", "Three"):
        change(actor, item, title=title)

    entries = entries_for(item, limit=2)

    assert [entry.parts[0].changes for entry in entries] == [
        (Change("what will be done", "Two", "Three"),),
        (Change("what will be done", "One", "Two"),),
    ]


def test_a_removed_row_is_remembered(actor: User) -> None:
    participation = ParticipationFactory()
    organisation = participation.organisation
    source = Source(timeline.all_events(Participation).filter(organisation=organisation), LEAVE_OUT)
    with recording(actor, "test.gone"):
        participation.delete()

    removed = entries_for(source)[0]

    assert (removed.what, [(part.name, part.event) for part in removed.parts]) == (
        "Removed",
        [(organisation.name, "delete")],
    )


def test_partners_read_no_internal_labels(actor: User) -> None:
    item = made(actor)
    change(actor, item, "test.secret", title="New")

    assert entries_for(item)[0].what == "The secret was changed"
    assert entries_for(item, for_partner=True)[0].what == "Changed"


def test_partners_read_other_words_where_these_would_tell_too_much(actor: User) -> None:
    timeline.register({"test.chosen": "Chosen out of five"}, internal=True, instead="Added to the team")
    item = made(actor)
    change(actor, item, "test.chosen", title="New")

    assert entries_for(item)[0].what == "Chosen out of five"
    assert entries_for(item, for_partner=True)[0].what == "Added to the team"


def test_values_that_the_reader_may_not_see_are_not_compared_with(actor: User) -> None:
    """Give a source without the first events: the first that may be seen counts as new."""
    item = made(actor, visibility="internal")
    change(actor, item, title="Shared title", visibility="shared")

    (entry,) = entries_for(Source(events_of(item).filter(visibility="shared"), LEAVE_OUT))

    assert [(part.name, part.event, part.changes) for part in entry.parts] == [("Shared title", "insert", ())]


def test_long_texts_are_cut(actor: User) -> None:
    participation = ParticipationFactory(goal="")
    with recording(actor, "test.changed"):
        participation.goal = "x" * 500
        participation.save()

    (part,) = entries_for(participation)[0].parts
    assert part.changes == (Change("goal", "—", "x" * 159 + "…"),)
