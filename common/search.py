"""Search by the beginnings of words in a folded text, with core PostgreSQL only."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from common.text import fold

# Nobody types more to find something; PostgreSQL gives up on many thousands of words.
MOST_WORDS, LONGEST_WORD = 30, 100


def word_starts(text: str) -> SearchQuery | None:
    """Return a query for rows in which every word of ``text`` starts a word; None when there is no word.

    Of an e-mail address only the part that is being typed counts as a beginning, and the part after its last dot is
    ignored: thousands of addresses begin alike, and gathering them all would cost more than the rest of the page.
    """
    terms = [term for typed in text.split()[:MOST_WORDS] for term in _terms(typed)][:MOST_WORDS]
    return SearchQuery(" & ".join(terms), config="simple", search_type="raw") if terms else None


def _terms(typed: str) -> list[str]:
    person, _at, domain = typed.rpartition("@")
    if not (fold(person) and fold(domain)):
        return [f"{word[:LONGEST_WORD]}:*" for word in fold(typed).split()]
    host, _dot, _ending = domain.rpartition(".")
    whole = fold(f"{person} {host}" if host else person).split()
    begun = [] if host else [f"{word[:LONGEST_WORD]}:*" for word in fold(domain).split()]
    return [word[:LONGEST_WORD] for word in whole] + begun


def begins_with(field: str, text: str) -> Q | None:
    """Return the condition that a folded field begins with the first word of ``text``; None when there is none."""
    words = fold(text).split()
    return Q(**{f"{field}__startswith": words[0]}) if words else None
