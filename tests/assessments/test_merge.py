"""Evaluation rounds of two organisations that are merged: disclosed results stay as they were."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import cancel_cycle, close_cycle
from assessments.enums import InvitationStatus, Mode
from assessments.models import CycleParty, EvaluationCycle, Invitation, Response
from assessments.reminders import unfinished_people
from common.actions import ActionRefused
from partners.merging.actions import merge_organisations
from partners.merging.plan import MergePlan, plan_merge
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import answer, collaboration_with, opened_cycle, planned_cycle
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Noord")


@pytest.fixture
def double() -> Organisation:
    return OrganisationFactory(name="Bieb Noord")


def closed_with(*partners: Organisation, per_side: int = 3, mode: str = Mode.CONFIDENTIAL) -> EvaluationCycle:
    """Return a closed round in which the sides answered 2, 3, 4 and so on."""
    cycle = opened_cycle(collaboration_with(*partners), per_side=per_side, mode=mode)
    for value, party in enumerate(cycle.parties.order_by("pk"), start=2):
        for invitation in party.invitations.order_by("pk"):
            answer(invitation, value, keep=f"From {party.name}")
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return cycle


def merged(survivor: Organisation, duplicate: Organisation) -> None:
    merge_organisations(actor=None, survivor=survivor, duplicate=duplicate)


def planned(survivor: Organisation, duplicate: Organisation) -> MergePlan:
    return plan_merge(survivor, duplicate, actor=None, today=timezone.localdate())


@pytest.mark.parametrize("make", [planned_cycle, opened_cycle])
def test_both_in_a_round_that_is_not_over_is_refused_with_the_way_to_it(
    noord: Organisation, double: Organisation, make: Callable[..., EvaluationCycle]
) -> None:
    cycle = make(collaboration_with(noord, double, name="Reading"))
    (obstacle,) = planned(noord, double).obstacles
    assert obstacle.url == reverse("assessments:cycle-detail", args=[cycle.pk])
    with pytest.raises(ActionRefused, match=r"^Both are a side of Reading, round 1, which is (planned|open)\. Close"):
        merged(noord, double)
    cancel_cycle(actor=None, cycle=cycle)
    merged(noord, double)
    assert sorted(CycleParty.objects.filter(organisation=noord).values_list("is_merged", flat=True)) == [False, True]


@pytest.mark.parametrize("mode", Mode.values)
def test_closed_round_of_both_keeps_its_two_sides_and_its_results(
    noord: Organisation, double: Organisation, mode: str
) -> None:
    cycle = closed_with(noord, double, mode=mode)
    viewer = CoordinatorFactory(language="en")
    client = Client()
    client.force_login(viewer)
    url = reverse("assessments:cycle-results", args=[cycle.pk])
    before, result = client.get(url), deepcopy(cycle.result)
    answers = sorted(Response.objects.values_list("party", "answers__value_clear_goal"))

    merged(noord, double)

    after = client.get(url)
    cycle.refresh_from_db()
    assert cycle.result == result
    assert sorted(Response.objects.values_list("party", "answers__value_clear_goal")) == answers
    assert after.status_code == 200
    names = [(party.name, party.mark) for party in after.context["parties"]]
    assert names == [("Stichting Samen", 1), ("Noord", 2), ("Bieb Noord", 3)]
    assert [row.organisations for row in after.context["factors"]] == [
        row.organisations for row in before.context["factors"]
    ]


def test_people_of_both_still_see_the_results_once(noord: Organisation, double: Organisation) -> None:
    user = PartnerUserFactory(organisation=double)
    cycle = closed_with(noord, double)
    merged(noord, double)
    user = type(user).objects.get(pk=user.pk)
    assert list(EvaluationCycle.objects.visible_to(user)) == [cycle]
    client = Client()
    client.force_login(user)
    assert client.get(reverse("assessments:cycle-results", args=[cycle.pk])).status_code == 200
    panel = client.get(reverse("assessments:organisation-panel", args=[noord.pk]))
    assert [due.what for due in panel.context["due"]].count("Results of round 1 to discuss") == 1


def test_what_too_few_said_stays_hidden(noord: Organisation, double: Organisation) -> None:
    """Merge two sides of two answers each: together they are four, but were promised to stay hidden as two."""
    cycle = opened_cycle(collaboration_with(noord, double), per_side=2)
    for invitation in cycle.invitations.all():
        answer(invitation, 2)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    hidden = deepcopy(cycle.result)
    assert {row["score"] for row in hidden["factors"][0]["organisations"]} == {None}
    merged(noord, double)
    cycle.refresh_from_db()
    assert cycle.result == hidden


def test_open_round_of_the_other_goes_on_for_the_one_that_stays(noord: Organisation, double: Organisation) -> None:
    cycle = opened_cycle(collaboration_with(double), per_side=1)
    person = cycle.invitations.get(contact__organisation=double)
    merged(noord, double)
    party = cycle.parties.get(organisation=noord)
    assert (party.name, party.key, party.is_merged) == ("Noord", "org-2", False)
    assert person in Invitation.objects.still_there()
    answer(person, 4)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert [row["respondents"] for row in cycle.result["organisations"]] == [0, 1]
    assert list(unfinished_people(cycle.opens_on)) == []


def twins(noord: Organisation, double: Organisation) -> tuple[Contact, Contact]:
    one, duplicate = noord.contacts.order_by("pk")[0], double.contacts.order_by("pk")[0]
    Contact.objects.filter(pk__in=[one.pk, duplicate.pk]).update(email="ann@n.example", name="Ann")
    return one, duplicate


@pytest.mark.parametrize("mode", Mode.values)
def test_who_was_asked_for_both_sides_stays_as_a_former_contact_and_no_answer_is_lost(
    noord: Organisation, double: Organisation, mode: str
) -> None:
    cycle = closed_with(noord, double, mode=mode)
    survivor, duplicate = twins(noord, double)
    responses = Response.objects.count()
    notes = [note.text for note in planned(noord, double).solved]
    assert f"Ann was asked for both sides in {cycle}: that second time stays as a former contact." in notes

    merged(noord, double)

    duplicate.refresh_from_db()
    assert (duplicate.organisation, duplicate.email, duplicate.is_active) == (noord, "", False)
    assert (survivor.invitations.count(), duplicate.invitations.count(), Response.objects.count()) == (1, 1, responses)


def test_who_was_asked_once_is_one_contact(noord: Organisation, double: Organisation) -> None:
    cycle = closed_with(double)
    survivor = Contact.objects.create(organisation=noord, name="Ann", email="ann@n.example")
    duplicate = double.contacts.order_by("pk")[0]
    Contact.objects.filter(pk=duplicate.pk).update(email="Ann@n.example")
    merged(noord, double)
    assert not Contact.objects.filter(pk=duplicate.pk).exists()
    assert cycle.invitations.get(contact=survivor).status == InvitationStatus.SUBMITTED


def test_who_is_asked_twice_in_one_open_round_stands_in_the_way(noord: Organisation, double: Organisation) -> None:
    """Ask a person for Noord, move them to the duplicate, and ask the same address at Noord again."""
    cycle = opened_cycle(collaboration_with(noord), per_side=2)
    survivor, duplicate = noord.contacts.order_by("pk")
    Contact.objects.filter(pk=duplicate.pk).update(organisation=double)
    Contact.objects.filter(pk__in=[survivor.pk, duplicate.pk]).update(name="Ann")
    Contact.objects.filter(pk=duplicate.pk).update(email=survivor.email)
    with pytest.raises(ActionRefused, match=r"^Ann is asked twice in Taalhuis Noord, round 1"):
        merged(noord, double)
    close_cycle(actor=None, cycle=cycle)
    merged(noord, double)
    assert cycle.invitations.count() == 4


def test_our_own_organisation_can_take_in_a_side_of_a_closed_round(double: Organisation) -> None:
    cycle = closed_with(double)
    merged(HostFactory(), double)
    cycle.refresh_from_db()
    sides = cycle.parties.order_by("pk").values_list("name", "is_host", "is_merged")
    assert list(sides) == [("Stichting Samen", True, False), ("Bieb Noord", False, True)]


def test_a_third_one_can_join(noord: Organisation, double: Organisation) -> None:
    third = OrganisationFactory(name="Third")
    cycle = closed_with(noord, double, third)
    merged(noord, double)
    merged(third, noord)
    assert list(cycle.parties.filter(organisation=third).order_by("pk").values_list("name", "is_merged")) == [
        ("Noord", True),
        ("Bieb Noord", True),
        ("Third", False),
    ]
