"""Two texts word by word; plain Python."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they stayed, came or went."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """``old`` and ``new`` as one text; what went stands before what came in its place."""
    before, after = (re.findall(r"\S+\s*|\s+", text) for text in (old, new))
    pieces = []
    for _kind, start, stop, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[start:stop]), "".join(after[first:last])
        if gone == come:
            pieces.append(Piece(SAME, come))
            continue
        pieces += replacement(gone, come)
    return pieces


def replacement(old: str, new: str) -> list[Piece]:
    """``new`` in the place of ``old``, as a whole; either may be empty."""
    return [piece for piece in (Piece(REMOVED, old), Piece(ADDED, new)) if piece.text]
