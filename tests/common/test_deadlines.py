from datetime import date, timedelta

import pytest
from django.utils.translation import override

from common.deadlines import due_text, tone

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, "31 days late"),
        (-1, "1 day late"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (14, "in 14 days"),
        (15, "in 2 weeks"),
        (59, "in 8 weeks"),
        (60, "in 2 months"),
        (365, "in 12 months"),
        (729, "in 24 months"),
        (731, "in 2 years"),
    ],
)
def test_due_text_uses_the_unit_people_use(days: int, expected: str) -> None:
    with override("en"):
        assert due_text(TODAY + timedelta(days), TODAY) == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, "act"), (0, "discuss"), (14, "discuss"), (15, "")])
def test_tone_warns_two_weeks_ahead(days: int, expected: str) -> None:
    assert tone(TODAY + timedelta(days), TODAY) == expected
