import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.cycle_format import (
    Cycle,
    CycleFormatError,
    CycleOrganisation,
    CycleResponse,
    build_cycle,
    dump_cycle,
    parse_cycle,
    printable,
)
from assessments.instruments import load_content, parse_instrument
from tests.assessments.cycles import INSTRUMENT, cycle, cycle_data, data, flat

GOOD = """{
  "format": "samenspel-cycle/1",
  "mode": "confidential",
  "instrument": {"key": "seven_factors", "version": 1},
  "organisations": [{"key": "org-1", "name": "Bibliotheek A", "side": "host", "invited": 6},
                    {"key": "org-2", "name": "Gemeente B", "side": "partner", "invited": 4}],
  "responses": [
    {"organisation": "org-1",
     "answers": {"experience_use_lessons": 4, "experience_solve_problems": null, "overall_worth_it": 5},
     "comments": {"keep": "…", "low:experience_use_lessons": "…"}}
  ]
}"""


def test_parse_cycle_reads_the_documented_example() -> None:
    assert parse_cycle(GOOD) == Cycle(
        mode="confidential",
        instrument_key="seven_factors",
        instrument_version=1,
        organisations=(
            CycleOrganisation("org-1", "Bibliotheek A", "host", 6),
            CycleOrganisation("org-2", "Gemeente B", "partner", 4),
        ),
        responses=(
            CycleResponse(
                "org-1",
                {"experience_use_lessons": 4, "experience_solve_problems": None, "overall_worth_it": 5},
                {"keep": "…", "low:experience_use_lessons": "…"},
            ),
        ),
    )


def test_parse_cycle_reads_bytes_with_or_without_a_byte_order_mark() -> None:
    assert parse_cycle(GOOD.encode()) == parse_cycle(GOOD.encode("utf-8-sig")) == parse_cycle(GOOD)


def test_parse_cycle_takes_an_empty_comment_for_none_at_all() -> None:
    raw = json.loads(GOOD)
    raw["responses"][0]["comments"] = {"keep": None, "change_first": ""}
    assert build_cycle(raw).responses[0].comments == {"change_first": ""}


def test_parse_cycle_ignores_fields_it_does_not_know() -> None:
    raw = json.loads(GOOD)
    raw["written_by"] = raw["responses"][0]["note"] = {"version": 1.5}
    assert build_cycle(raw) == parse_cycle(GOOD)


def _with(path: str, value: Any) -> str:
    """Return the good example with ``value`` at the dotted path."""
    raw = json.loads(GOOD)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    inner: Any = raw
    for step in steps:
        inner = inner[step]
    inner[last] = value
    return json.dumps(raw)


def _without(path: str) -> str:
    raw = json.loads(GOOD)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    inner: Any = raw
    for step in steps:
        inner = inner[step]
    del inner[last]
    return json.dumps(raw)


ANSWER = "responses/0/answers/fit_know_goals"
AT_ANSWER = "responses[0].answers.fit_know_goals"


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (_with(ANSWER, 7), AT_ANSWER, "7 is not 1–5"),
        (_with(ANSWER, 0), AT_ANSWER, "0 is not 1–5"),
        (_with(ANSWER, -1), AT_ANSWER, "-1 is not 1–5"),
        (_with(ANSWER, True), AT_ANSWER, "true is not 1–5"),
        (_with(ANSWER, False), AT_ANSWER, "false is not 1–5"),
        (_with(ANSWER, 3.0), AT_ANSWER, "3.0 is not 1–5"),
        (_with(ANSWER, 3.5), AT_ANSWER, "3.5 is not 1–5"),
        (_with(ANSWER, "4"), AT_ANSWER, '"4" is not 1–5'),
        (_with(ANSWER, ""), AT_ANSWER, '"" is not 1–5'),
        (_with(ANSWER, [4]), AT_ANSWER, "a list is not 1–5"),
        (_with(ANSWER, {}), AT_ANSWER, "an object is not 1–5"),
        (_with(ANSWER, "x" * 99), AT_ANSWER, '"' + "x" * 59 + "… is not 1–5"),
        (_with(ANSWER, float("nan")), AT_ANSWER, "NaN is not a JSON number"),
        (_with(ANSWER, float("inf")), AT_ANSWER, "Infinity is not a JSON number"),
        (_with("responses/0/answers/fun", 4), "responses[0].answers.fun", "is not an item of seven_factors version 1"),
        (
            _with("responses/0/answers/fun", None),
            "responses[0].answers.fun",
            "is not an item of seven_factors version 1",
        ),
        (
            _with("responses/0/answers/a\nb", 4),
            'responses[0].answers["a\\nb"]',
            "is not an item of seven_factors version 1",
        ),
        (_with("responses/0/answers", None), "responses[0].answers", "null is not an object"),
        (_with("responses/0/answers", []), "responses[0].answers", "a list is not an object"),
        (
            _with("responses/0/comments/nice", "x"),
            "responses[0].comments.nice",
            "is not a question that takes a comment",
        ),
        (
            _with("responses/0/comments/low:keep", None),
            "responses[0].comments.low:keep",
            "is not a question that takes a comment",
        ),
        (_with("responses/0/comments/keep", 4), "responses[0].comments.keep", "4 is not text"),
        (
            _with("responses/0/comments/keep", "\ud800"),
            "responses[0].comments.keep",
            "holds half a character (a lone surrogate)",
        ),
        (
            _with("responses/0/organisation", "org-9"),
            "responses[0].organisation",
            '"org-9" is not an organisation of this cycle',
        ),
        (_with("responses/0/organisation", None), "responses[0].organisation", "null is not text"),
        (_with("responses/0", "x"), "responses[0]", '"x" is not an object'),
        (_with("responses", {}), "responses", "an object is not a list"),
        (_with("organisations", None), "organisations", "null is not a list"),
        (_with("organisations/1/key", "org-1"), "organisations[1].key", '"org-1" stands twice'),
        (_with("organisations/1/key", 2), "organisations[1].key", "2 is not text"),
        (_with("organisations/1/side", "both"), "organisations[1].side", '"both" is not host or partner'),
        (
            _with("organisations/1/invited", -1),
            "organisations[1].invited",
            "-1 is not a whole number from 0 to 1000000",
        ),
        (
            _with("organisations/1/invited", 4.0),
            "organisations[1].invited",
            "4.0 is not a whole number from 0 to 1000000",
        ),
        (
            _with("organisations/1/invited", True),
            "organisations[1].invited",
            "true is not a whole number from 0 to 1000000",
        ),
        (
            _with("organisations/1/invited", None),
            "organisations[1].invited",
            "null is not a whole number from 0 to 1000000",
        ),
        (_with("format", "samenspel-cycle/2"), "format", '"samenspel-cycle/2" is not samenspel-cycle/1'),
        (_with("format", 1), "format", "1 is not samenspel-cycle/1"),
        (_with("mode", "anonymous"), "mode", '"anonymous" is not confidential or open'),
        (_with("mode", ["open"]), "mode", "a list is not confidential or open"),
        (_with("instrument", "seven_factors"), "instrument", '"seven_factors" is not an object'),
        (_with("instrument/key", "eight_factors"), "instrument", '"eight_factors" version 1 is not known'),
        (_with("instrument/key", None), "instrument.key", "null is not text"),
        (_with("instrument/version", 2), "instrument", '"seven_factors" version 2 is not known'),
        (_with("instrument/version", "1"), "instrument.version", '"1" is not a whole number from 0 to 1000000'),
        (_with("instrument/version", True), "instrument.version", "true is not a whole number from 0 to 1000000"),
        *(
            (_without(path), path.replace("/0/", "[0]/").replace("/", "."), "is missing")
            for path in (
                "format",
                "mode",
                "instrument",
                "organisations",
                "responses",
                "instrument/key",
                "instrument/version",
                "organisations/0/key",
                "organisations/0/name",
                "organisations/0/side",
                "organisations/0/invited",
                "responses/0/organisation",
                "responses/0/answers",
                "responses/0/comments",
            )
        ),
        (GOOD.replace('"mode"', '"mode": "open", "mode"'), "mode", "stands twice"),
        (
            GOOD.replace('"overall_worth_it": 5', '"overall_worth_it": 5, "overall_worth_it": 5'),
            "responses[0].answers.overall_worth_it",
            "stands twice",
        ),
        ("", "file", "is empty"),
        (" \n", "file", "is empty"),
        ("[]", "file", "a list is not an object"),
        ("null", "file", "null is not an object"),
        ("NaN", "file", "NaN is not a JSON number"),
        ("{", "file", "is not JSON (line 1, column 2)"),
        ('{"format":\n}', "file", "is not JSON (line 2, column 1)"),
        ("<html>", "file", "is not JSON (line 1, column 1)"),
        ("9" * 5000, "file", "holds a number with too many digits"),
        ("[" * 100_000, "file", "is nested too deeply"),
        ('{"a":' * 100_000, "file", "is nested too deeply"),
        (GOOD[:-1] + ', "x": ' + "[" * 50 + "]" * 50 + "}", "file", "is nested too deeply"),
    ],
)
def test_parse_cycle_refuses_and_says_where(text: str, where: str, message: str) -> None:
    with pytest.raises(CycleFormatError) as caught:
        parse_cycle(text)
    assert (caught.value.where, caught.value.message) == (where, message)
    assert str(caught.value) == f"{where}: {message}"


def test_parse_cycle_refuses_what_is_not_utf_8() -> None:
    with pytest.raises(CycleFormatError, match=r"^file: is not UTF-8 \(byte 3\)$"):
        parse_cycle(b'{"\xff')


def test_build_cycle_checks_against_the_instrument_it_is_given() -> None:
    content = load_content("seven_factors", 1) | {"version": 2}
    content["open_questions"] = []
    instrument = parse_instrument(content)
    raw = json.loads(GOOD) | {"instrument": {"key": "seven_factors", "version": 2}}
    with pytest.raises(CycleFormatError, match=r"comments\.keep: is not a question"):
        build_cycle(raw, instrument)
    with pytest.raises(CycleFormatError, match=r'^instrument: "seven_factors" version 1 is not the one given$'):
        build_cycle(json.loads(GOOD), instrument)


def test_dump_cycle_writes_the_documented_shape_in_order() -> None:
    found = cycle("confidential", {"é": [flat(4)]}, [{"keep": "goed"}])
    text = dump_cycle(found)
    assert json.loads(text) == data("confidential", {"é": [flat(4)]}, [{"keep": "goed"}])
    assert list(json.loads(text)) == ["format", "mode", "instrument", "organisations", "responses"]
    assert '"é"' in text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("één twee", "één twee"),
        ("a\nb", "a\\nb"),
        ("a\u2028b\x85", "a\\u2028b\\x85"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable_keeps_to_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown


# Properties


@settings(deadline=None, max_examples=60)
@given(cycle_data())
def test_dump_and_parse_give_the_same_cycle_again(raw: dict[str, Any]) -> None:
    found = build_cycle(raw)
    assert parse_cycle(dump_cycle(found)) == found
    assert dump_cycle(parse_cycle(dump_cycle(found))) == dump_cycle(found)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["org-1", "keep", 1, 5]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(list(INSTRUMENT.items)), inner)
    ),
    max_leaves=8,
)


def _refused_or_read(source: str | bytes) -> None:
    """Expect either a cycle, or one complaint of one line; any other exception fails the test."""
    complaint = _complaint(source)
    assert complaint is None or [complaint] == complaint.splitlines()


def _complaint(source: str | bytes) -> str | None:
    try:
        parse_cycle(source)
    except CycleFormatError as error:
        return str(error)
    return None


@settings(deadline=None, max_examples=200)
@given(st.text() | st.binary() | junk.map(json.dumps))
def test_parse_cycle_never_crashes_on_junk(source: str | bytes) -> None:
    _refused_or_read(source)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_parse_cycle_never_crashes_on_a_damaged_cycle(choice: st.DataObject) -> None:
    raw = json.loads(GOOD)
    inner: Any = raw
    while True:
        key = choice.draw(st.sampled_from(list(inner) if isinstance(inner, dict) else range(len(inner))))
        if not isinstance(inner[key], dict | list) or not inner[key] or choice.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = choice.draw(junk)
    _refused_or_read(json.dumps(raw))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(GOOD.encode())), st.binary(max_size=4), st.integers(0, 8))
def test_parse_cycle_never_crashes_on_damaged_bytes(at: int, extra: bytes, gone: int) -> None:
    _refused_or_read(GOOD.encode()[:at] + extra + GOOD.encode()[at + gone :])
