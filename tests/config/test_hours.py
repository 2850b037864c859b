import pytest
from django.core.exceptions import ImproperlyConfigured

from config.hours import parse_hours


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("8-20", (480, 1200)), ("08:30-17:05", (510, 1025)), ("0-24", (0, 1440)), (" 7 - 8 ", (420, 480))],
)
def test_part_of_a_day_is_read(text: str, minutes: tuple[int, int]) -> None:
    assert parse_hours(text) == minutes


@pytest.mark.parametrize("text", ["", "8", "20-8", "8-8", "8-25", "8:60-9", "8-24:01", "early-late", "8-20-22", "٨-20"])
def test_what_is_no_part_of_a_day_is_refused_by_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_HOURS"):
        parse_hours(text)
