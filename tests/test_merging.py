"""Two organisations of a rich world become one: nothing that pointed to either is lost, or left behind."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection
from django.db.models import ForeignKey

from assessments.actions import close_cycle
from notifications.models import Reminder
from partners.actions import merge_organisations
from partners.merging.registry import count_references, movers, relations_to
from partners.models import Contact, MergedOrganisation, Organisation
from partners.recipients import key_of_contact
from tests.factories.notifications import ReminderFactory
from tests.source_messages import sources
from tests.world import World

pytestmark = pytest.mark.django_db
Pointing = dict[tuple[str, Any], Any]


def pointing_to(model: type[Any]) -> Pointing:
    """To which row of a model every row points, by relation and key of the row."""
    return {
        (name, pk): target
        for name, column in relations_to(model).items()
        for pk, target in column.model._base_manager.values_list("pk", column.attname)
        if target is not None
    }


def sided(pointing: Pointing) -> Pointing:
    """Without the pairs that were told apart: in these the lower key stands first, whoever it is."""
    return {row: target for row, target in pointing.items() if not row[0].startswith("partners.Distinction.")}


def test_every_relation_has_a_mover_and_every_mover_a_relation() -> None:
    """Whoever adds a field that points to an organisation or a contact says here what a merge does with it."""
    handled = [relation for mover in movers() for relation in mover.handles]
    assert sorted(handled) == sorted(relations_to(Organisation).keys() | relations_to(Contact).keys())


def test_relations_are_all_that_django_knows_of() -> None:
    """Many-to-many fields stand there as the table between."""
    for model in (Organisation, Contact):
        tables = {column.model for column in relations_to(model).values()}
        for relation in model._meta.related_objects:
            table = relation.related_model if not relation.many_to_many else relation.through
            is_history = table.__name__.endswith("Event")
            assert is_history or table in tables, relation


def test_nothing_points_to_rows_without_the_database_knowing() -> None:
    """No generic foreign keys; of keys in words there are those of recipients of reminders, which move as well."""
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
    """Such as ``contact:7``: the database does not see to whom these belong. Only that of a contact has to move."""
    made = {kind for path in sources(".py") for kind in re.findall(r'f"([a-z]+):\{', path.read_text())}
    rows_of_their_own = {"action", "collaboration", "cycle", "invitation", "user"}
    assert made - {"low"} == {"contact", *rows_of_their_own}


@pytest.mark.parametrize(("kept", "other"), [("noord", "west"), ("west", "noord"), ("elsewhere", "noord")])
def test_all_that_pointed_to_the_other_points_to_the_one_that_stays(world: World, kept: str, other: str) -> None:
    close_cycle(actor=None, cycle=world.open_cycle)
    stays, goes = getattr(world, kept), getattr(world, other)
    before, people = sided(pointing_to(Organisation)), pointing_to(Contact)

    merge_organisations(actor=world.users["coordinator"], kept=stays, other=goes)

    after = sided(pointing_to(Organisation))
    # What both had is there once; nothing else is missing.
    gone = {name for name, pk in before.keys() - after.keys()}
    assert gone <= {"collab.Participation.organisation", "partners.IdentityProfile.organisation"}
    assert {name for name, pk in after.keys() - before.keys()} == {"partners.MergedOrganisation.into"}
    for row in before.keys() & after.keys():
        assert after[row] == (stays.pk if before[row] == goes.pk else before[row]), row
    assert pointing_to(Contact) == people
    assert not Organisation.objects.filter(pk=goes.pk).exists()
    connection.check_constraints()


def test_parts_in_one_collaboration_become_one_with_all_roles(world: World) -> None:
    close_cycle(actor=None, cycle=world.open_cycle)
    roles = world.taalhuis.participations.exclude(organisation=world.host)
    number = sum(part.roles.count() for part in roles)
    merge_organisations(actor=None, kept=world.noord, other=world.west)
    part = world.taalhuis.participations.get(organisation=world.noord)
    assert part.roles.count() == number
    assert world.taalhuis.participations.count() == 2


def test_people_known_at_both_leave_no_reference_behind(world: World) -> None:
    """Every kind of reference to the contact that goes, keys in words included."""
    petra = world.contact("partner")
    twin = Contact.objects.create(organisation=world.elsewhere, name="Petra P.", email=petra.email.upper())
    ReminderFactory(recipient=key_of_contact(petra.pk), subject="action:1")
    before = pointing_to(Contact)

    merge_organisations(actor=None, kept=world.elsewhere, other=world.noord)

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
    """The columns of text anywhere in the database that hold a key."""
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
    assert counts[world.noord.pk]["collab.Participation.organisation"] == 4
    assert counts[world.west.pk]["partners.Contact.organisation"] == 2
