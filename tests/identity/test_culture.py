"""How far apart organisations are on a scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.culture.scales import ALIKE, COMPLEMENTARY, FAR_APART, HIGHEST, LOWEST, SCALES, closeness, spread
from identity.culture.words import CLOSENESS_MEANS, CLOSENESS_WORDS, PROMPTS, SCALE_WORDS, prompt

places = st.integers(LOWEST, HIGHEST)
maybe = st.none() | places
ORDER = [ALIKE, COMPLEMENTARY, FAR_APART]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 3], ALIKE),
        ([3, 4], ALIKE),
        ([2, 4], COMPLEMENTARY),
        ([1, 4], FAR_APART),
        ([1, 5], FAR_APART),
        ([2, 3, 4], COMPLEMENTARY),
        ([2, None, 3], ALIKE),
        ([4], None),
        ([4, None], None),
        ([], None),
    ],
)
def test_closeness_follows_the_spread(values: list[int | None], expected: str | None) -> None:
    assert closeness(values) == expected


@given(st.lists(maybe, max_size=6))
def test_closeness_has_nothing_to_say_exactly_when_fewer_than_two_are_known(values: list[int | None]) -> None:
    known = [value for value in values if value is not None]

    assert (closeness(values) is None) == (len(known) < 2)
    assert closeness(values) == closeness(known)


@given(st.lists(places, min_size=2, max_size=6), st.randoms())
def test_order_does_not_matter(values: list[int], chance: object) -> None:
    shuffled = values.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert closeness(shuffled) == closeness(values)


@given(st.lists(places, min_size=2, max_size=6))
def test_turning_the_scale_round_changes_nothing(values: list[int]) -> None:
    assert closeness([LOWEST + HIGHEST - value for value in values]) == closeness(values)


@given(st.lists(places, min_size=2, max_size=5), places)
def test_one_more_organisation_never_brings_others_nearer(values: list[int], another: int) -> None:
    before, after = closeness(values), closeness([*values, another])

    assert ORDER.index(after or "") >= ORDER.index(before or "")


@given(st.lists(places, min_size=2, max_size=6))
def test_spread_is_the_largest_difference_of_any_two(values: list[int]) -> None:
    assert spread(values) == max(abs(one - other) for one in values for other in values)


def test_every_scale_and_every_class_has_a_question_of_its_own() -> None:
    assert set(SCALE_WORDS) == set(SCALES)
    assert set(CLOSENESS_WORDS) == set(CLOSENESS_MEANS) == set(ORDER)
    questions = {str(prompt(scale, word)) for scale in SCALES for word in ORDER}
    assert len(questions) == len(PROMPTS) == 18
    assert all("?" in question for question in questions)
