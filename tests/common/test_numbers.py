from decimal import Decimal

import pytest
from django.utils.translation import override

from common import numbers


@pytest.mark.parametrize(("language", "expected"), [("nl", "3,9"), ("en", "3.9")])
def test_score_follows_the_language(language: str, expected: str) -> None:
    with override(language):
        assert numbers.score(3.9) == expected


def test_score_without_a_value_is_a_dash() -> None:
    assert numbers.score(None) == "—"


@pytest.mark.parametrize(("value", "expected"), [(3.25, "3.3"), (3.95, "4.0"), (Decimal("2.85"), "2.9"), (4, "4.0")])
def test_score_rounds_half_up(value: numbers.Number, expected: str) -> None:
    with override("en"):
        assert numbers.score(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-0.6, "−0.6"),
        (0.5, "+0.5"),
        (1, "+1.0"),
        (0.44, "about the same"),
        (0.45, "+0.5"),
        (-0.4, "about the same"),
        (None, "—"),
    ],
)
def test_change_has_a_sign_from_half_a_point(value: float | None, expected: str) -> None:
    with override("en"):
        assert numbers.change(value) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.13, "13%"), (0.125, "13%"), (1, "100%"), (None, "—")])
def test_percentage_is_whole(share: float | None, expected: str) -> None:
    assert numbers.percentage(share) == expected
