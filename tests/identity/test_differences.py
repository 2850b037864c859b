"""Two texts word by word."""

from hypothesis import given
from hypothesis import strategies as st

from identity.comparison.versions import ADDED, REMOVED, SAME, Piece, differences


def test_what_went_stands_before_what_came() -> None:
    assert differences("We like to plan ahead.", "We like to try ahead.") == [
        Piece(SAME, "We like to "),
        Piece(REMOVED, "plan "),
        Piece(ADDED, "try "),
        Piece(SAME, "ahead."),
    ]


@given(st.text(), st.text())
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    pieces = differences(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new
