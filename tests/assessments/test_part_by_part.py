"""The questionnaire one factor at a time: pages that each save, beside the one page that has all questions."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.enums import InvitationStatus
from assessments.instruments import load_instrument
from assessments.models import Invitation, Response
from assessments.questionnaire import words_of
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle, same_answer, token_for
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db
INSTRUMENT = load_instrument("seven_factors", 1)
EXPERIENCE = [item.key for item in INSTRUMENT.factors[0].items]


@pytest.fixture
def invitation() -> Invitation:
    return opened_cycle().invitations.select_related("contact").order_by("pk").last()


@pytest.fixture
def url(invitation: Invitation) -> str:
    return reverse("assessments:answer", args=[token_for(invitation)])


def asked_on(page: str) -> list[str]:
    """Return the questions on a page, in their order."""
    return list(dict.fromkeys(re.findall(r'<input type="radio"\s+name="(\w+)"', page)))


def go(client: Client, url: str, to: str, **more: str) -> str:
    """Press a button that leads to another part; return the page that follows."""
    response = client.post(url, {"to": to, **more})
    assert response.status_code == 302
    return client.get(response["Location"]).text


def test_one_page_offers_the_parts(client: Client, url: str) -> None:
    page = client.get(url).text
    assert len(asked_on(page)) == 30
    assert re.search(r'name="to"\s+value="1"', page)


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        pytest.param("1", EXPERIENCE, id="first factor"),
        pytest.param("7", [item.key for item in INSTRUMENT.factors[6].items], id="last factor"),
        pytest.param("8", [item.key for item in INSTRUMENT.overall_items], id="all in all"),
    ],
)
def test_part_has_its_questions_only(client: Client, url: str, part: str, asked: list[str]) -> None:
    page = client.get(url, {"part": part}).text
    assert asked_on(page) == asked
    assert ("comment:keep" in page) is (part == "8")


@pytest.mark.parametrize("part", ["0", "9", "-1", "x", "٣", "1e9", "9" * 50])
def test_part_that_is_not_there_is_the_whole_page(client: Client, url: str, part: str) -> None:
    assert len(asked_on(client.get(url, {"part": part}).text)) == 30


def test_next_part_keeps_the_answers_of_this_one(client: Client, url: str) -> None:
    page = go(client, url, "2", part="1", **dict.fromkeys(EXPERIENCE, "4"))
    assert Response.objects.get().answers == dict.fromkeys(EXPERIENCE, 4)
    assert asked_on(page) == [item.key for item in INSTRUMENT.factors[1].items]


def test_previous_part_shows_what_was_answered(client: Client, url: str) -> None:
    go(client, url, "2", part="1", **dict.fromkeys(EXPERIENCE, "4"))
    page = go(client, url, "1", part="2")
    assert len(re.findall(r'value="4" checked', page)) == len(EXPERIENCE)


def test_enter_in_a_part_leads_to_the_next_and_sends_nothing(client: Client, url: str, invitation: Invitation) -> None:
    response = client.post(url, {"part": "1", EXPERIENCE[0]: "4"})
    assert response["Location"] == f"{url}?part=2"
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.STARTED


def test_link_opens_the_first_part_that_was_not_answered(client: Client, url: str) -> None:
    go(client, url, "2", part="1", **dict.fromkeys(EXPERIENCE, "4"))
    assert asked_on(client.get(url).text) == [item.key for item in INSTRUMENT.factors[1].items]


def test_link_opens_the_last_part_where_all_is_answered(client: Client, url: str) -> None:
    client.post(url, {"to": "8", **dict.fromkeys(same_answer(None), "4")})
    assert asked_on(client.get(url).text) == [item.key for item in INSTRUMENT.overall_items]


def test_going_back_to_one_page_is_kept(client: Client, url: str) -> None:
    go(client, url, "1")
    assert len(asked_on(go(client, url, "all", part="1"))) == 30
    assert len(asked_on(client.get(url).text)) == 30


def test_sending_leads_to_the_first_part_with_a_skipped_question(client: Client, url: str) -> None:
    go(client, url, "2", part="1", **dict.fromkeys(EXPERIENCE, "4"))
    response = client.post(url, {"part": "8", "overall_continue": "5"})
    assert response.status_code == 200
    assert asked_on(response.text) == [item.key for item in INSTRUMENT.factors[1].items]
    # Questions of other parts lead to those.
    assert '<a href="#q-management_timely_decisions">' in response.text
    assert '<a href="?part=3#q-fit_know_goals">' in response.text


def test_sending_anyway_from_any_part_sends(client: Client, url: str, invitation: Invitation) -> None:
    response = client.post(url, {"part": "2", "management_timely_decisions": "4", "anyway": "1"})
    assert response["Location"] == reverse("assessments:answer-sent", args=[url.split("/")[2]])
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SUBMITTED


def test_language_switch_stays_on_the_part_and_keeps_what_was_ticked(client: Client, url: str) -> None:
    response = client.post(url, {"part": "3", "switch_to": "en", "fit_know_goals": "2"})
    assert response["Location"] == f"{url}?part=3"
    page = client.get(response["Location"]).text
    assert ("Part 3 of 8" in page, Response.objects.get().answers) == (True, {"fit_know_goals": 2})


def test_part_by_part_takes_no_more_queries_than_one_page(client: Client, url: str) -> None:
    asked = []
    for data in ({}, {"part": "4"}):
        with CaptureQueriesContext(connection) as queries:
            client.get(url, data)
        asked.append(len(queries))
    assert asked[1] == asked[0]


def test_words_that_name_a_side_stand_out() -> None:
    terms = ["our own organisation", "our partners"]
    assert words_of("Our partners help our own organisation to reach its goals.", terms) == (
        ("Our partners", True),
        (" help ", False),
        ("our own organisation", True),
        (" to reach its goals.", False),
    )


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_question_about_one_side_names_it(language: str) -> None:
    terms = [term.get(language) for term in INSTRUMENT.side_terms]
    about_one_side = [item for item in INSTRUMENT.items.values() if item.view != "joint"]
    named = {
        item.key: any(is_side for _words, is_side in words_of(item.text.get(language), terms))
        for item in about_one_side
    }
    assert named == {item.key: True for item in about_one_side}


@pytest.mark.parametrize(
    ("partners", "hints"), [pytest.param(1, 0, id="one partner"), pytest.param(2, 1, id="two partners")]
)
def test_hint_about_partners_who_differ_stands_once_where_there_are_several(
    client: Client, partners: int, hints: int
) -> None:
    collaboration = collaboration_with(*(OrganisationFactory() for _number in range(partners)))
    token = token_for(opened_cycle(collaboration).invitations.earliest("pk"))
    page = client.get(reverse("assessments:answer", args=[token])).text
    hint = INSTRUMENT.partners_differ_hint
    assert page.count(hint.nl) + page.count(hint.en) == hints


def test_descriptions_of_factors_stand_on_the_results_and_not_above_the_questions(client: Client, url: str) -> None:
    asked = unescape(client.get(url).text)
    invitation = closed_cycle().invitations.earliest("pk")
    results = unescape(client.get(reverse("assessments:answer-results", args=[token_for(invitation)])).text)
    for factor in INSTRUMENT.factors:
        texts = (factor.description.en, factor.description.nl)
        assert (any(text in asked for text in texts), any(text in results for text in texts)) == (False, True)
