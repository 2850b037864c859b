"""Word-start search over a folded text, with nothing but core PostgreSQL."""

from django.contrib.postgres.search import SearchQuery

from common.text import fold


def word_starts(text: str) -> SearchQuery | None:
    """A query for rows with, for every word of ``text``, a word that starts with it; None when there is no word."""
    words = fold(text).split()
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
