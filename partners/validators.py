"""Check and normalise numbers as people and files write them."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

phone_number = RegexValidator(
    r"^\+?[\d\s()./-]{5,}(\s*(x|ext\.?|tst\.?)\s*\d+)?$",
    gettext_lazy("Enter a phone number, such as 030 123 45 67 or +31 30 123 45 67."),
)
registration_number = RegexValidator(
    r"^\w[\w ./-]*$",
    gettext_lazy("A registration number has letters, figures, spaces, dots, dashes and slashes only."),
)


def normal_number(country: str, number: str) -> str:
    """Return a Dutch number without spaces and dots, any other with single spaces: equal ones compare equal."""
    return re.sub(r"[\s.]", "", number) if country == "NL" else " ".join(number.split())
