"""What happens when people merge, and add things, at the very same moment: one is first, and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.actions import plan_cycle
from collab.actions import add_participation
from collab.models import Collaboration, Participation
from partners.actions import add_contact, change_contact, change_organisation, record_affiliation
from partners.merging.actions import merge_organisations
from partners.models import Contact, MergedOrganisation, Organisation
from tests.assessments.test_at_the_same_moment import Act, at_once
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def merging(survivor: Organisation, duplicate: Organisation) -> Act:
    return lambda: merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)


def test_two_people_merge_the_same_two() -> None:
    survivor, duplicate = OrganisationFactory.create_batch(2)
    ContactFactory.create_batch(3, organisation=duplicate)
    assert sorted(at_once(merging(survivor, duplicate), merging(survivor, duplicate))) == ["done", "refused"]
    assert (Organisation.objects.get(), Contact.objects.filter(organisation=survivor).count()) == (survivor, 3)


@pytest.mark.parametrize("people", [0, 2])
def test_two_people_merge_crosswise(people: int) -> None:
    one, duplicate = OrganisationFactory.create_batch(2)
    for organisation in (one, duplicate):
        ContactFactory.create_batch(people, organisation=organisation)
    assert sorted(at_once(merging(one, duplicate), merging(duplicate, one))) == ["done", "refused"]
    left = Organisation.objects.get()
    assert MergedOrganisation.objects.get().into == left
    assert Contact.objects.filter(organisation=left).count() == 2 * people


def test_a_chain_is_merged_at_once_and_ends_at_one() -> None:
    first, second, third = OrganisationFactory.create_batch(3)
    ContactFactory(organisation=first)
    outcomes = at_once(merging(second, first), merging(third, second))
    assert set(outcomes) <= {"done", "refused"}
    assert "done" in outcomes
    assert Organisation.objects.count() == 3 - outcomes.count("done")
    gone = set(MergedOrganisation.objects.values_list("key", flat=True))
    assert gone.isdisjoint(Organisation.objects.values_list("pk", flat=True))
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_what_is_added_meanwhile_is_there_or_was_refused(turn: int) -> None:
    survivor, duplicate = OrganisationFactory.create_batch(2)
    person = ContactFactory(organisation=OrganisationFactory())
    known = ContactFactory(organisation=duplicate)
    collaboration = CollaborationFactory()
    details = {"phone": "06 1", "position": "", "language": "nl"}
    acts: list[Act] = [
        lambda: add_contact(actor=None, organisation=duplicate, name="Ann"),
        lambda: record_affiliation(actor=None, contact=person, organisation=duplicate),
        lambda: add_participation(actor=None, collaboration=collaboration, organisation=duplicate),
        lambda: change_contact(actor=None, contact=known, name="Bob", email="bob@n.example", **details),
        lambda: change_organisation(actor=None, organisation=duplicate, name="New", parent=person.organisation),
    ]
    merge, *outcomes = at_once(merging(survivor, duplicate), *acts)
    assert {merge, *outcomes} <= {"done", "refused"}
    left = survivor if merge == "done" else duplicate
    assert Organisation.objects.filter(pk=duplicate.pk).exists() == (merge == "refused")
    added = [
        Contact.objects.filter(name="Ann", organisation=left).exists(),
        person.affiliations.filter(organisation=left).exists(),
        Participation.objects.filter(collaboration=collaboration, organisation=left).exists(),
        Contact.objects.filter(name="Bob", organisation=left).exists(),
    ]
    assert added == [outcome == "done" for outcome in outcomes[:4]]


@pytest.mark.parametrize("turn", range(3))
def test_round_that_is_planned_meanwhile_has_no_organisation_twice(turn: int) -> None:
    survivor, duplicate = OrganisationFactory.create_batch(2)
    collaboration: Collaboration = CollaborationFactory(stage="active", partners=[survivor, duplicate])
    people = [ContactFactory(organisation=row.organisation) for row in collaboration.participations.all()]
    today = timezone.localdate()
    days = {"opens_on": today, "closes_on": today + timedelta(days=9)}
    merged, planned = at_once(
        merging(survivor, duplicate),
        lambda: plan_cycle(actor=None, collaboration=collaboration, contacts=people, **days),
    )
    assert {merged, planned} <= {"done", "refused"}
    assert "done" in (merged, planned)
    for cycle in collaboration.cycles.all():
        sides = list(cycle.parties.values_list("organisation", flat=True))
        assert len(sides) == len(set(sides))
        assert set(sides) == set(collaboration.participations.values_list("organisation", flat=True))
