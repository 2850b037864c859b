"""Compare two texts word by word; plain Python."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True)
class Piece:
    """Hold some words, and whether they stayed, were added or were removed."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return ``old`` and ``new`` as one text, in which removed words stand before those that replaced them."""
    before, after = (re.findall(r"\S+\s*|\s+", text) for text in (old, new))
    pieces = []
    for _kind, start, stop, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = "".join(before[start:stop]), "".join(after[first:last])
        pieces += [Piece(SAME, added)] if removed == added else replacement(removed, added)
    return pieces


def replacement(old: str, new: str) -> list[Piece]:
    """Return ``new`` in the place of ``old``, each as a whole; either may be empty."""
    return [piece for piece in (Piece(REMOVED, old), Piece(ADDED, new)) if piece.text]
