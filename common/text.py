"""Fold texts so that they can be compared."""

import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark.
_FOLDS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def fold(text: str) -> str:
    """Return the text in lower case without accents, words separated by single spaces, as search compares it."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_FOLDS)
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


# Control and format characters (zero-width ones among them) and the separators: invisible on a page.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp"}
# Invisible characters of other categories: joiners, fillers, variation selectors, tags, the empty braille pattern.
_INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2065, 0x2065),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
        (0xE0000, 0xE0FFF),
    )
    for code in range(first, last + 1)
)


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: it is empty, or all of it is white space and invisible characters."""
    return all(c in _INVISIBLE or unicodedata.category(c) in _INVISIBLE_CATEGORIES for c in text)


def address_key(email: str) -> str:
    """Return the address as it is compared: without space around it and in lower case."""
    return email.strip().lower()
