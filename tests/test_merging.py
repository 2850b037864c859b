"""Two organisations of a rich world are merged: no reference to either is lost, or left behind."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection
from django.db.models import ForeignKey

from assessments.actions import close_cycle
from collab.alerts.kinds import all_kinds
from notifications.models import Reminder
from partners.merging.actions import merge_organisations
from partners.merging.handlers import count_references, merge_handlers, relations_to
from partners.models import Contact, MergedOrganisation, Organisation
from partners.recipients import key_of_contact
from tests.factories.notifications import ReminderFactory
from tests.source_messages import sources
from tests.world import World

pytestmark = pytest.mark.django_db
Pointing = dict[tuple[str, Any], Any]


def pointing_to(model: type[Any]) -> Pointing:
    """Return the row of a model to which every row points, by relation and key of the row."""
    return {
        (name, pk): target
        for name, column in relations_to(model).items()
        for pk, target in column.model._base_manager.values_list("pk", column.attname)
        if target is not None
    }


def sided(pointing: Pointing) -> Pointing:
    """Leave out the pairs of dismissed duplicates: in these the lower key stands first, on either side."""
    return {row: target for row, target in pointing.items() if not row[0].startswith("partners.NotDuplicate.")}


def test_every_relation_has_a_handler_and_every_handler_a_relation() -> None:
    """Fail for a new field that points to an organisation or a contact until a merge handles it."""
    handled = [relation for handler in merge_handlers() for relation in handler.handles]
    assert sorted(handled) == sorted(relations_to(Organisation).keys() | relations_to(Contact).keys())


def test_relations_are_all_that_django_knows_of() -> None:
    """Compare with Django's relations; of many-to-many fields the table between is listed."""
    for model in (Organisation, Contact):
        tables = {column.model for column in relations_to(model).values()}
        for relation in model._meta.related_objects:
            table = relation.related_model if not relation.many_to_many else relation.through
            is_history = table.__name__.endswith("Event")
            assert is_history or table in tables, relation


def test_nothing_points_to_rows_without_the_database_knowing() -> None:
    """Refuse generic foreign keys; the only keys in words are those of recipients of reminders, which move as well."""
    generic = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
    assert generic == []
    loose = [
        column
        for model in (Organisation, Contact)
        for column in relations_to(model).values()
        if isinstance(column, ForeignKey) and not column.db_constraint
    ]
    assert loose == []


def test_no_other_keys_in_words_are_made_than_those_we_know() -> None:
    """Look for keys such as ``contact:7``, which the database does not check. Only those of a contact have to move."""
    made = {kind for path in sources(".py") for kind in re.findall(r'f"([a-z]+):\{', path.read_text())}
    made |= {kind.mail_about for kind in all_kinds()}
    rows_of_their_own = {"action", "collaboration", "cycle", "invitation", "party", "user"}
    # Comments of a questionnaire and entries of the cache are no keys of rows.
    assert made - {"low", "health"} == {"contact", *rows_of_their_own}


@pytest.mark.parametrize(
    ("survivor_name", "duplicate_name"), [("noord", "west"), ("west", "noord"), ("elsewhere", "noord")]
)
def test_references_to_the_duplicate_point_to_the_survivor(
    world: World, survivor_name: str, duplicate_name: str
) -> None:
    close_cycle(actor=None, cycle=world.open_cycle)
    survivor, duplicate = getattr(world, survivor_name), getattr(world, duplicate_name)
    before, people = sided(pointing_to(Organisation)), pointing_to(Contact)

    merge_organisations(actor=world.users["coordinator"], survivor=survivor, duplicate=duplicate)

    after = sided(pointing_to(Organisation))
    # What both had is there once; nothing else is missing.
    gone = {name for name, pk in before.keys() - after.keys()}
    assert gone <= {"collab.Participation.organisation", "identity.IdentityProfile.organisation"}
    assert {name for name, pk in after.keys() - before.keys()} == {"partners.MergedOrganisation.into"}
    for row in before.keys() & after.keys():
        assert after[row] == (survivor.pk if before[row] == duplicate.pk else before[row]), row
    assert pointing_to(Contact) == people
    assert not Organisation.objects.filter(pk=duplicate.pk).exists()
    connection.check_constraints()


def test_parts_in_one_collaboration_become_one_with_all_roles(world: World) -> None:
    close_cycle(actor=None, cycle=world.open_cycle)
    roles = world.taalhuis.participations.exclude(organisation=world.host)
    number = sum(part.roles.count() for part in roles)
    merge_organisations(actor=None, survivor=world.noord, duplicate=world.west)
    part = world.taalhuis.participations.get(organisation=world.noord)
    assert part.roles.count() == number
    assert world.taalhuis.participations.count() == 2


def test_people_known_at_both_leave_no_reference_behind(world: World) -> None:
    """Look for every kind of reference to the contact that goes, keys in words included."""
    petra = world.contact("partner")
    twin = Contact.objects.create(organisation=world.elsewhere, name="Petra P.", email=petra.email.upper())
    ReminderFactory(recipient=key_of_contact(petra.pk), subject="action:1")
    before = pointing_to(Contact)

    merge_organisations(actor=None, survivor=world.elsewhere, duplicate=world.noord)

    after = pointing_to(Contact)
    assert before.keys() == after.keys()
    assert {before[row]: after[row] for row in before if before[row] != after[row]} == {petra.pk: twin.pk}
    assert not Contact.objects.filter(pk=petra.pk).exists()
    assert [row.recipient for row in Reminder.objects.filter(subject="action:1")] == [key_of_contact(twin.pk)]
    assert everything_in_words(f"contact:{petra.pk}") == []
    twin.refresh_from_db()
    assert twin.user == world.users["partner"]
    assert MergedOrganisation.objects.get(key=world.noord.pk).contacts == [petra.pk]


def everything_in_words(key: str) -> list[str]:
    """Return the columns of text anywhere in the database that hold a key."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('character varying', 'text', 'jsonb')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text = %s', [key])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_counting_takes_one_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        counts = count_references([world.noord.pk, world.west.pk])
    assert counts[world.noord.pk]["collab.Participation.organisation"] == 5
    assert counts[world.west.pk]["partners.Contact.organisation"] == 2
