"""Registration numbers: one way to write each, so that the same number is seen to be the same."""

import re


def normal_number(country: str, number: str) -> str:
    """A Dutch number without the spaces and dots that people put in it; others as they are written there."""
    return re.sub(r"[\s.]", "", number) if country == "NL" else " ".join(number.split())
