"""Read the keys of rows from what a request brings."""

from collections.abc import Iterable


def is_key(text: str) -> bool:
    """Return whether a text can be the key of a row: up to 18 digits, so that every key fits into its column."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def keys_in(texts: Iterable[str]) -> list[int]:
    """Return the keys in these texts, each once, in their order; leave out what cannot be the key of a row."""
    return list(dict.fromkeys(int(text) for text in texts if is_key(text)))
