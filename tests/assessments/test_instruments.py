import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from assessments.instruments import (
    InstrumentError,
    Text,
    UnknownInstrument,
    load_content,
    load_instrument,
    parse_instrument,
)

CONTENT = load_content("seven_factors", 1)
INSTRUMENT = load_instrument("seven_factors", 1)


def test_load_instrument_has_seven_factors_of_four_items_in_order() -> None:
    assert [factor.key for factor in INSTRUMENT.factors] == [
        "experience",
        "management_maturity",
        "strategic_fit",
        "partner_and_culture",
        "customer_value",
        "long_term_commitment",
        "evaluation_and_adjustment",
    ]
    assert all(
        [item.view for item in factor.items] == ["joint", "joint", "own", "partner"] for factor in INSTRUMENT.factors
    )
    assert [item.key for item in INSTRUMENT.overall_items] == ["overall_worth_it", "overall_continue"]
    assert [question.key for question in INSTRUMENT.open_questions] == ["keep", "change_first"]


def test_load_instrument_holds_both_languages() -> None:
    item = INSTRUMENT.items["experience_use_lessons"]
    assert item.text.get("nl") == "In deze samenwerking gebruiken we wat ieder van ons eerder heeft geleerd."
    assert item.text.get("en") == "In this collaboration we use what each of us has learned before."


def test_load_instrument_is_cached() -> None:
    assert load_instrument("seven_factors", 1) is INSTRUMENT


@pytest.mark.parametrize(("key", "version"), [("seven_factors", 2), ("eight_factors", 1), ("../seven_factors", 1)])
def test_load_instrument_refuses_what_is_not_there(key: str, version: int) -> None:
    with pytest.raises(UnknownInstrument, match=f"{key} version {version} is not known"):
        load_instrument(key, version)


def test_load_content_gives_every_caller_a_copy() -> None:
    load_content("seven_factors", 1)["factors"].clear()
    assert len(load_content("seven_factors", 1)["factors"]) == 7


def test_parse_instrument_reads_the_same_from_stored_json() -> None:
    stored = json.loads(json.dumps(CONTENT, sort_keys=True))
    assert parse_instrument(stored) == INSTRUMENT
    assert parse_instrument({"instrument": stored}) == INSTRUMENT


@pytest.mark.parametrize(("lang", "word"), [("nl", "wij"), ("nl-be", "wij"), ("NL", "wij"), ("en", "we"), ("fr", "we")])
def test_text_get_falls_back_on_english(lang: str, word: str) -> None:
    assert Text(en="we", nl="wij").get(lang) == word


def test_items_of_an_instrument_are_found_by_key_overall_items_last() -> None:
    assert len(INSTRUMENT.items) == 30
    assert list(INSTRUMENT.items)[-2:] == ["overall_worth_it", "overall_continue"]


def test_own_item_and_partner_item_of_a_factor_mirror_each_other() -> None:
    pairs = [(factor.own_item, factor.partner_item) for factor in INSTRUMENT.factors]
    assert [(own.key, partner.key) for own, partner in pairs][:2] == [
        ("experience_own_people", "experience_partner_people"),
        ("management_own_lets_go", "management_partner_lets_go"),
    ]
    assert all((own.mirror, partner.mirror) == (partner.key, own.key) for own, partner in pairs)


def test_scale_ends_with_i_dont_know() -> None:
    assert [option.value for option in INSTRUMENT.options] == [1, 2, 3, 4, 5, None]


def test_comment_keys_are_open_questions_and_low_answers() -> None:
    assert INSTRUMENT.comment_keys[:3] == ("keep", "change_first", "low:experience_use_lessons")
    assert len(INSTRUMENT.comment_keys) == 32


def test_scoring_thresholds_are_exact() -> None:
    scoring = INSTRUMENT.scoring
    assert (scoring.views_differ_sd, scoring.gap_ask, scoring.gap_clear) == (1, Fraction(1, 2), 1)
    assert scoring.bands[1].highest == Fraction(39, 10)


@pytest.mark.parametrize(
    ("score", "band"),
    [("5.0", "strong"), ("4.0", "strong"), ("3.9", "discuss"), ("3.0", "discuss"), ("2.9", "act"), ("1.0", "act")],
)
def test_scoring_band_covers_every_rounded_score(score: str, band: str) -> None:
    assert INSTRUMENT.scoring.band(Fraction(score)).key == band


def test_notice_fills_in_the_smallest_group() -> None:
    assert "results of 3 or more people together" in INSTRUMENT.notice("confidential", "en")
    assert "resultaten van 3 of meer mensen samen" in INSTRUMENT.notice("confidential", "nl")
    assert INSTRUMENT.notice("open", "nl").startswith("Je antwoorden zijn open.")


def _changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("factors"), "not a questionnaire: KeyError: 'factors'"),
        (lambda c: c.update(factors=None), "not a questionnaire: TypeError"),
        (lambda c: c["title"].pop("nl"), "not a questionnaire: KeyError: 'nl'"),
        (lambda c: c["notices"].pop("open"), "a notice is missing"),
        (lambda c: c["overall_items"].append(c["overall_items"][0]), "a key stands twice"),
        (lambda c: c["factors"].append(c["factors"][0]), "a key stands twice"),
        (lambda c: c["factors"][0]["items"].pop(), "experience needs one own and one partner item"),
        (
            lambda c: c["factors"][0]["items"][2].update(mirror="x"),
            "experience: the own and partner items do not mirror",
        ),
        (
            lambda c: c["scoring"]["confidential_mode"].update(min_group_scores=2),
            "min_group_scores may be raised, not lowered below 3",
        ),
        (
            lambda c: c["scoring"]["confidential_mode"].update(small_organisations="hidden"),
            "small organisations are counted together",
        ),
        (lambda c: c["scoring"].update(min_answered_items_per_factor=0), "a score needs at least one answer"),
    ],
)
def test_parse_instrument_refuses_content_that_cannot_be_asked_or_scored(
    change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    with pytest.raises(InstrumentError, match=message):
        parse_instrument(_changed(change))


def test_parse_instrument_lets_the_minima_be_raised() -> None:
    raised = _changed(lambda c: c["scoring"]["confidential_mode"].update(min_group_scores=4))
    assert parse_instrument(raised).scoring.min_group_scores == 4


def test_content_without_short_names_and_hint_is_read_as_well() -> None:
    def leave_out(content: dict[str, Any]) -> None:
        del content["partners_differ_hint"]
        del content["factors"][0]["short_name"]

    parsed = parse_instrument(_changed(leave_out))
    assert (parsed.partners_differ_hint.nl, parsed.factors[0].short_name) == ("", parsed.factors[0].name)


def test_parse_instrument_passes_over_what_it_does_not_know() -> None:
    def add(content: dict[str, Any]) -> None:
        content["scoring"]["confidential_mode"]["hidden_groups_min_total"] = 3

    assert parse_instrument(_changed(add)) == INSTRUMENT
