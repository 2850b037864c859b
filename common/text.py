"""Text made comparable."""

import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark.
_FOLDS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def fold(text: str) -> str:
    """Lower case, without accents, words separated by single spaces: what search compares."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_FOLDS)
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
