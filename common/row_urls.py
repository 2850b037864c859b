"""Make the URLs of the rows of a list, without the cost of looking each one up."""

from functools import cache

from django.urls import reverse

_KEY = 404_404_404


def row_url(url_name: str, key: int | None) -> str:
    """Return ``reverse(url_name, args=[key])`` of a URL with one number in it; it is looked up once per process."""
    before, after = _pattern(url_name)
    return f"{before}{key}{after}"


@cache
def _pattern(url_name: str) -> tuple[str, str]:
    before, _key, after = reverse(url_name, args=[_KEY]).partition(str(_KEY))
    return before, after
