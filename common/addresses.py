"""Addresses of rows: for a list of them, looking each up costs more than reading the rows."""

from functools import cache

from django.urls import reverse

_KEY = 404_404_404


def address_of(url_name: str, key: int | None) -> str:
    """As ``reverse(url_name, args=[key])`` of an address with one number in it; looked up once per process."""
    before, after = _pattern(url_name)
    return f"{before}{key}{after}"


@cache
def _pattern(url_name: str) -> tuple[str, str]:
    before, _key, after = reverse(url_name, args=[_KEY]).partition(str(_KEY))
    return before, after
