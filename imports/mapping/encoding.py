"""Notice text that went through the wrong encoding once, such as “J√∂ckel” for “Jöckel”, and repair it."""

import re

# The two bytes of ö read as Mac OS Roman are √∂, read as Windows-1252 they are Ã¶. Looked for are the first bytes of
# Latin, Greek and Cyrillic letters and of ligatures and quotation marks, each followed by bytes that continue them.
_FIRST_OF_TWO = (*range(0xC2, 0xC6), 0xCE)
_FIRST_OF_THREE = (0xE1, 0xE2)
_CONTINUE = range(0x80, 0xC0)
_CYRILLIC = (0xD0, 0xD1)
# The Romanian Ș ș Ț ț; more would find fault with »Ökonomie«.
_COMMA_BELOW = (0xC8,), range(0x98, 0x9C)
_ENCODINGS = ("mac_roman", "cp1252", "latin_1")


def _characters(numbers: range | tuple[int, ...], encoding: str) -> str:
    text = bytes(numbers).decode(encoding, errors="ignore")
    return f"[{re.escape(text)}]"


def _pattern(encoding: str) -> str:
    more = _characters(_CONTINUE, encoding)
    two, three = _characters(_FIRST_OF_TWO, encoding), _characters(_FIRST_OF_THREE, encoding)
    # A dash before an accented letter looks like one Cyrillic letter; two in a row are no accident.
    cyrillic = f"(?:{_characters(_CYRILLIC, encoding)}{more}){{2}}"
    comma_below = "".join(_characters(numbers, encoding) for numbers in _COMMA_BELOW)
    return f"{two}{more}|{three}{more}{{2}}|{cyrillic}|{comma_below}"


_SIGNS = {encoding: re.compile(_pattern(encoding)) for encoding in _ENCODINGS}
_BROKEN = re.compile("|".join(["\ufffd", *(signs.pattern for signs in _SIGNS.values())]))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Text that was broken twice is mended twice.
_ROUNDS = 3


def looks_broken(text: str) -> bool:
    """Return whether the text holds signs of a wrong encoding; plain accented letters are none."""
    return not text.isascii() and _BROKEN.search(text) is not None


def repaired(text: str) -> str | None:
    """Return the text as it was before it was broken; None where it was not, or where no repair is sure.

    Each run of foreign characters is turned back into the bytes it was read from, and these are read as UTF-8. A
    repair counts only when no sign of a wrong encoding is left.
    """
    mended = text
    for _round in range(_ROUNDS):
        if not looks_broken(mended):
            break
        mended = _NOT_ASCII.sub(lambda run: _mended(run.group()), mended)
    return mended if mended != text and not looks_broken(mended) and mended.isprintable() else None


def _mended(run: str) -> str:
    for encoding, signs in _SIGNS.items():
        if not signs.search(run):
            continue
        try:
            return run.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return run
