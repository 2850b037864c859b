"""Compute the keys by which organisations are compared: plain name, website host, number. Pure."""

from enum import StrEnum
from urllib.parse import urlsplit

from common.text import fold

LONGEST = 100
# Written apart or with dots a legal form folds into these words.
LEGAL_FORMS = (
    *("bv", "b v", "nv", "n v", "vof", "v o f", "cv", "stichting", "vereniging", "cooperatie", "cooperatief", "u a"),
    *("gmbh", "mbh", "ag", "kg", "ohg", "e v", "ev", "eg", "ug", "stiftung", "verein"),
    *("ltd", "limited", "plc", "llp", "llc", "inc", "incorporated", "corp", "co", "cic"),
    *("sa", "s a", "sas", "s a s", "sarl", "s a r l", "sarl", "srl", "s r l", "spa", "s p a", "sl", "s l", "slu"),
    *("sprl", "bvba", "asbl", "vzw", "aisbl", "ivzw", "scrl", "cvba", "snc"),
    *("oy", "oyj", "ab", "as", "a s", "aps", "a p s", "asa", "ba", "ry", "hf", "ehf"),
    *("sp z o o", "sp zoo", "spzoo", "s r o", "sro", "spol s r o", "kft", "zrt", "nyrt", "doo", "d o o", "dd", "d d"),
    *("ou", "uab", "sia", "eood", "ood", "ead", "ad", "lda", "ltda", "ae", "epe", "ike"),
)
# Those that stand before a name; as a first word the others are more often part of it.
FORMS_BEFORE = frozenset(
    {
        *("stichting", "vereniging", "cooperatie", "cooperatief", "stiftung", "verein", "vzw", "asbl", "bvba"),
        *("ab", "oy", "uab", "sia"),
    }
)
_LONGEST_FORM = max(len(form.split()) for form in LEGAL_FORMS)
_FORMS = frozenset(LEGAL_FORMS)
_AND = frozenset({"and", "en", "und", "et"})
# Addresses that many share: what stands behind them says nothing of who somebody is.
SHARED_HOSTS = frozenset(
    {
        *("facebook.com", "linkedin.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "linktr.ee"),
        *("sites.google.com", "docs.google.com", "google.com", "wordpress.com", "blogspot.com", "github.io"),
        *("wixsite.com", "jimdo.com", "weebly.com", "t.me", "bit.ly", "meetup.com", "nl.linkedin.com"),
    }
)


class Reason(StrEnum):
    """The reasons to think two organisations the same, the strongest first."""

    NUMBER = "number"
    NAME = "name"
    WEBSITE = "website"


def plain_name(name: str) -> str:
    """Return the folded name without legal forms at its beginning and end and without "and"; at most 100 characters.

    Never empty for a name with a letter or figure in it: a name of nothing but legal forms stays as it is.
    """
    words = [word for word in fold(name).split() if word not in _AND] or fold(name).split()
    while shorter := _without_form(words):
        words = shorter
    return " ".join(words)[:LONGEST].strip()


def _without_form(words: list[str]) -> list[str]:
    """Return the words without one legal form; none where there is no form, or nothing besides it."""
    for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if " ".join(words[-size:]) in _FORMS:
            return words[:-size]
    return words[1:] if len(words) > 1 and words[0] in FORMS_BEFORE else []


def website_host(url: str) -> str:
    """Return the host without "www." and port, in lower case; "" for a shared host or for no address."""
    try:
        host = urlsplit(url.strip() if "//" in url else f"//{url.strip()}").hostname or ""
    except ValueError:
        return ""
    host = host.removeprefix("www.").rstrip(".")
    return "" if host in SHARED_HOSTS or "." not in host else host[:LONGEST]


def number_key(number: str) -> str:
    """Return the letters and figures of a number, in capitals."""
    return "".join(character for character in number.upper() if character.isalnum())[:LONGEST]
