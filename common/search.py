"""Word-start search over a folded text, with nothing but core PostgreSQL."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from common.text import fold

# Nobody types more to find something; PostgreSQL gives up on many thousands of words.
MOST_WORDS, LONGEST_WORD = 30, 100


def word_starts(text: str) -> SearchQuery | None:
    """A query for rows with, for every word of ``text``, a word that starts with it; None when there is no word."""
    words = [word[:LONGEST_WORD] for word in fold(text).split()[:MOST_WORDS]]
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")


def begins_with(field: str, text: str) -> Q | None:
    """Whether a folded field begins with the first word of ``text``: those are what people look for first."""
    words = fold(text).split()
    return Q(**{f"{field}__startswith": words[0]}) if words else None
