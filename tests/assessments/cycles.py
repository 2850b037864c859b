"""Cycles to test with: written out by hand for the examples, drawn at random for the properties."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from assessments.cycle_format import Cycle, build_cycle
from assessments.instruments import load_instrument

INSTRUMENT = load_instrument("seven_factors", 1)
EXPERIENCE = [item.key for item in INSTRUMENT.factors[0].items]  # joint, joint, own, partner
FIT = [item.key for item in INSTRUMENT.factors[2].items]
ASKED = [*EXPERIENCE, *FIT, "overall_worth_it"]

Answers = dict[str, int | None]
People = Mapping[str, Sequence[Mapping[str, int | None]]]  # per organisation


def answers(*values: int | None) -> Answers:
    """Return answers to the four items on experience."""
    return dict(zip(EXPERIENCE, values, strict=True))


def flat(value: int) -> Answers:
    """Return the same answer to all four items on experience, and so a factor score of exactly that."""
    return answers(value, value, value, value)


def data(mode: str, people: People, comments: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return a cycle as plain data: per organisation the answers of its people; comments go to them in turn."""
    rows = [(key, given) for key, everybody in people.items() for given in everybody]
    written = comments or []
    return {
        "format": "samenspel-cycle/1",
        "mode": mode,
        "instrument": {"key": "seven_factors", "version": 1},
        "organisations": [
            {"key": key, "name": f"Organisation {key}", "side": "partner" if number else "host", "invited": 9}
            for number, key in enumerate(people)
        ],
        "responses": [
            {"organisation": key, "answers": dict(given), "comments": written[n] if n < len(written) else {}}
            for n, (key, given) in enumerate(rows)
        ],
    }


def cycle(mode: str, people: People, comments: list[dict[str, str]] | None = None) -> Cycle:
    return build_cycle(data(mode, people, comments))


_values = st.sampled_from([None, 1, 2, 3, 4, 5])
_answers = st.lists(_values, min_size=len(ASKED), max_size=len(ASKED)).map(
    lambda values: dict(zip(ASKED, values, strict=True))
)
_sparse = st.dictionaries(st.sampled_from(ASKED), _values, max_size=3)
_texts = st.sampled_from(
    ["", " ", "b", "a", "é", "A", " a\n", None, "\u200b", "\ufeff \u2800", "\u3164", "\u200bb", "❤\ufe0f"]
)
_comments = st.dictionaries(st.sampled_from(["keep", "change_first", f"low:{EXPERIENCE[0]}"]), _texts)
_people = st.one_of(_answers, _answers, _answers, _sparse)
_small = st.sampled_from([3, 4, 5, 2, 1, 0, 8])
_large = st.sampled_from([6, 5, 4, 3])
_keys = st.permutations(["a", "b", "c", "Z", "é", "org-1", "org-10", "org-2"])


@st.composite
def cycle_data(draw: st.DrawFn, modes: tuple[str, ...] = ("confidential", "open")) -> dict[str, Any]:
    """Draw a random good cycle: two larger organisations, or one to five, most of them small and some silent."""
    large = draw(st.booleans())
    count, sizes = (2, _large) if large else (draw(st.integers(1, 5)), _small)
    people = {key: draw(st.lists(_people, min_size=(n := draw(sizes)), max_size=n)) for key in draw(_keys)[:count]}
    found = data(draw(st.sampled_from(modes)), people)
    for response in found["responses"]:
        response["comments"] = draw(_comments)
    for organisation in found["organisations"]:
        organisation["invited"] = draw(st.integers(0, 12))
    return found
