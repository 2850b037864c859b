"""The results page: groups in words, picture and table, and the rounds that are compared."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import close_cycle, load_questionnaire
from assessments.enums import Mode
from assessments.models import EvaluationCycle
from collab.models import Collaboration
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import answer, closed_cycle, collaboration_with, opened_cycle, token_for
from tests.factories.collab import ParticipationFactory
from tests.factories.partners import OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

GUESS = "In a group of three, one person can work out the average of the other two."


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(CoordinatorFactory())
    return client


@pytest.fixture
def three() -> Collaboration:
    return collaboration_with(OrganisationFactory(name="Council"), OrganisationFactory(name="Care"))


def page_of(client: Client, cycle: EvaluationCycle) -> str:
    text = client.get(reverse("assessments:cycle-results", args=[cycle.pk])).content.decode()
    return re.sub(r"\s+", " ", text)


def test_organisations_counted_together_are_said_once_and_have_a_mark_and_a_column(
    coordinator: Client, three: Collaboration
) -> None:
    cycle = closed_cycle(three, host=(4, 4, 4), partner=(3, 3), others=[(2, 2)])
    page = page_of(coordinator, cycle)
    sentence = "Organisations Council and Care are counted together: each has fewer than three answers."
    assert page.count(sentence) == 1
    assert page.count('class="mark mark-together"') == 8  # the legend and seven lines
    assert "Council and Care, counted together: 2.5" in page
    assert "no number" not in page
    assert '<th scope="col" class="num">Counted together: Council and Care</th>' in page
    assert page.count(">2.5</td>") == 7
    assert page.count('<span class="quiet small">together</span>') == 14
    for score in ("3.0", "2.0"):
        assert f"Council: {score}" not in page
        assert f"Care: {score}" not in page


def test_table_names_who_is_counted_together_where_that_differs_by_factor(
    coordinator: Client, three: Collaboration
) -> None:
    cycle = opened_cycle(three, per_side=3)
    items = load_questionnaire().definition.items
    for number, invitation in enumerate(cycle.invitations.order_by("pk")):
        unknown = "experience_" if number in (3, 6) else "fit_" if number in (0, 6) else "none"
        answer(invitation, {key: None if key.startswith(unknown) else 4 for key in items})
    close_cycle(actor=None, cycle=cycle)
    page = page_of(coordinator, cycle)
    assert '<th scope="col" class="num">Counted together</th>' in page
    assert page.count('>4.0 <span class="quiet small">Council and Care</span></td>') == 1
    assert page.count("This holds for: ") == 2


def test_nothing_is_shown_of_fewer_than_three(coordinator: Client) -> None:
    page = page_of(coordinator, closed_cycle(host=(4,), partner=(2,)))
    assert "Fewer than three people answered these questions, so there are no scores to show." in page
    assert "mark-together" not in page
    assert "Counted together" not in page


def test_gap_between_groups_is_not_called_one_between_organisations(coordinator: Client, three: Collaboration) -> None:
    cycle = closed_cycle(three, host=(4, 4, 4), partner=(3, 3), others=[(2, 2)])
    assert "Widest gap: the groups are 1.5 apart." in page_of(coordinator, cycle)


@pytest.mark.parametrize("mode", [Mode.CONFIDENTIAL, Mode.OPEN])
def test_what_others_can_find_out_is_one_click_away(coordinator: Client, mode: str) -> None:
    cycle = opened_cycle(mode=mode)
    form = coordinator.get(reverse("assessments:answer", args=[token_for(cycle.invitations.first())])).text
    results = page_of(coordinator, closed_cycle(mode=mode))
    confidential = mode == Mode.CONFIDENTIAL
    for page in (re.sub(r"\s+", " ", form), results):
        assert (GUESS in page) is confidential
        assert ("<summary>What can others find out about my answers?</summary>" in page) is confidential


# Compared with the round before


def test_changed_groups_are_not_compared(coordinator: Client, three: Collaboration) -> None:
    closed_cycle(three, host=(4, 4, 4), partner=(3, 3), others=[(2, 2)])
    later = closed_cycle(three, host=(4, 4, 4), partner=(3, 3, 3), others=[(2, 2, 2)])
    page = page_of(coordinator, later)
    assert "Changed groups: not compared" in page
    assert "We do not compare 7 factors, because the organisations were counted in other groups last time." in page
    assert page.count("changed groups: not compared") == 9  # seven factors, two questions on all in all
    assert "0 higher" not in page
    assert "about the same" not in page


def test_same_groups_are_compared_though_they_are_counted_together(coordinator: Client, three: Collaboration) -> None:
    closed_cycle(three, host=(4, 4, 4), partner=(3, 3), others=[(2, 2)])
    later = closed_cycle(three, host=(5, 5, 5), partner=(4, 4), others=[(3, 3)])
    page = coordinator.get(reverse("assessments:cycle-results", args=[later.pk]))
    assert page.context["changes"] == {"up": 7, "down": 0, "same": 0, "regrouped": 0}


def test_rounds_of_different_modes_are_not_compared(coordinator: Client) -> None:
    first = closed_cycle(mode=Mode.OPEN)
    later = closed_cycle(first.collaboration)
    page = page_of(coordinator, later)
    assert "In one of the two rounds everyone could see names and answers, in the other not." in page
    assert "about the same" not in page


def test_keys_that_moved_do_not_make_other_groups(coordinator: Client, three: Collaboration) -> None:
    closed_cycle(three, host=(4, 4, 4), partner=(3, 3, 3), others=[(2, 2, 2)])
    later = closed_cycle(three, host=(4, 4, 4), partner=(3, 3, 3), others=[(2, 2, 2)])
    council, care = later.parties.filter(is_host=False).order_by("pk")
    council.key, care.key, between = care.key, council.key, council.key
    type(council).objects.filter(pk=council.pk).update(key="between")
    type(care).objects.filter(pk=care.pk).update(key=between)
    type(council).objects.filter(pk=council.pk).update(key=council.key)
    page = coordinator.get(reverse("assessments:cycle-results", args=[later.pk]))
    assert page.context["changes"] == {"up": 0, "down": 0, "same": 7, "regrouped": 0}


def test_side_that_was_merged_into_another_is_no_group_of_a_later_round(
    coordinator: Client, three: Collaboration
) -> None:
    """Merge two sides of the earlier round: the later people of that organisation are not those of one side."""
    earlier = closed_cycle(three, host=(4, 4, 4), partner=(3, 3, 3), others=[(2, 2, 2)])
    council, care = earlier.parties.filter(is_host=False).order_by("pk")
    type(care).objects.filter(pk=care.pk).update(organisation=council.organisation, is_merged=True)
    three.participations.filter(organisation=care.organisation).delete()
    later = closed_cycle(three, host=(4, 4, 4), partner=(3, 3, 3))
    page = coordinator.get(reverse("assessments:cycle-results", args=[later.pk]))
    assert page.context["changes"] == {"up": 0, "down": 0, "same": 0, "regrouped": 7}


def joined_later(collaboration: Collaboration) -> tuple[Organisation, EvaluationCycle]:
    """Return the second of two rounds, and an organisation that takes part from it on, without a valid answer.

    In open mode it is no group then, so that both rounds have the same groups.
    """
    closed_cycle(collaboration, mode=Mode.OPEN, host=(3, 3), partner=(3, 3))
    newcomer = OrganisationFactory(name="Newcomer")
    ParticipationFactory(collaboration=collaboration, organisation=newcomer)
    cycle = opened_cycle(collaboration, per_side=2, mode=Mode.OPEN)
    items = load_questionnaire().definition.items
    for invitation in cycle.invitations.select_related("party"):
        is_new = invitation.party.organisation_id == newcomer.pk
        answer(invitation, {"overall_worth_it": 4} if is_new else dict.fromkeys(items, 4))
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    return newcomer, cycle


def test_who_joined_later_sees_no_change_since_a_round_without_them(client: Client) -> None:
    newcomer, cycle = joined_later(collaboration_with())
    client.force_login(CoordinatorFactory())
    assert "7 higher" in page_of(client, cycle)
    client.force_login(PartnerUserFactory(organisation=newcomer))
    page = page_of(client, cycle)
    assert "Your organisation did not take part in that round." in page
    assert "higher" not in page
    assert "+1.0" not in page


def test_personal_link_of_who_joined_later_shows_no_change_either(client: Client) -> None:
    newcomer, cycle = joined_later(collaboration_with())
    for invitation in cycle.invitations.select_related("party"):
        page = client.get(reverse("assessments:answer-results", args=[token_for(invitation)])).text
        assert ("+1.0" in page) is (invitation.party.organisation_id != newcomer.pk)


# Words that were taken back


def test_open_round_shows_no_comment_on_an_answer_that_was_raised(coordinator: Client) -> None:
    cycle = opened_cycle(mode=Mode.OPEN, per_side=1)
    first, second = cycle.invitations.all()
    item = next(iter(load_questionnaire().definition.items))
    answer(first, 2, **{f"low:{item}": "Anna never answers"})
    answer(first, 5, **{f"low:{item}": "Anna never answers"})
    answer(second, 2, **{f"low:{item}": "We miss each other"})
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    page = page_of(coordinator, cycle)
    assert "We miss each other" in page
    assert "Anna never answers" not in page


# Kept by an earlier version


def test_round_scored_by_an_earlier_rule_says_so(coordinator: Client) -> None:
    cycle = closed_cycle(host=(4, 4, 4, 4, 4, 4), partner=(2,))
    later = closed_cycle(cycle.collaboration, host=(4, 4, 4, 4, 4, 4), partner=(2,))
    factors = [{key: value for key, value in row.items() if key != "together"} for row in cycle.result["factors"]]
    earlier = cycle.result | {"format": "samenspel-result/1", "factors": factors}
    EvaluationCycle.objects.filter(pk=cycle.pk).update(result=earlier, exact_means={"experience": "3"})
    page = page_of(coordinator, cycle)
    assert "This round was scored by an earlier rule" in page
    assert "counted together" not in page
    assert 'class="pill pill-discuss"><b>' not in page
    assert "not compared" not in page_of(coordinator, later)
