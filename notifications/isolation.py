"""Keep names from right to left from moving the words around them, in mails of both kinds of text."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9).
OPEN, CLOSE = "\u2068", "\u2069"
_FROM_THE_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class Isolated(str):
    """A text that stands in HTML in an element of its own direction; compared and searched it is the text itself."""

    __slots__ = ()

    def __html__(self) -> SafeString:
        return format_html("<bdi>{}</bdi>", str(self))


def in_html(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of a mail, in which every text is ``Isolated``."""
    return {name: _each(value, Isolated) for name, value in context.items()}


def in_text(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of a mail, in which every text with letters from the right is between isolates.

    Other texts stay as they are: some programs show the two marks as boxes.
    """
    return {name: _each(value, isolated) for name, value in context.items()}


def isolated(text: str) -> str:
    """Return a text between isolates when it has letters from right to left; else unchanged."""
    runs_back = any(unicodedata.bidirectional(letter) in _FROM_THE_RIGHT for letter in text)
    return f"{OPEN}{text}{CLOSE}" if runs_back else text


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """Return the value with every text in it changed; one that is HTML already stays."""
    if isinstance(value, str) and not isinstance(value, SafeString):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _each(inner, change) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_each(inner, change) for inner in value]
    return value
