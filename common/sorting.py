"""Sort names as people do, under any collation of the database."""

from django.db.models import Func, TextField, Value
from django.utils.deconstruct import deconstructible

from common.text import fold

# Latin, Greek and Cyrillic letters; Latin ones with two marks.
_LETTERS = [
    chr(code) for first, last in ((0x41, 0x24F), (0x370, 0x52F), (0x1E00, 0x1EFF)) for code in range(first, last)
]
_PLAIN = {letter: fold(letter)[:1] for letter in _LETTERS if letter.isalpha() and fold(letter)}
_CHANGED = {letter: plain for letter, plain in _PLAIN.items() if letter != plain}
# Joining marks and accents that stand apart from their letter, which have no counterpart and so are left out.
_IGNORED = "'’‘`´-‐‑." + "".join(map(chr, range(0x300, 0x370)))


@deconstructible(path="common.sorting.NameOrder")
class NameOrder(Func):
    """Order by a name without its capitals, accents, apostrophes and hyphens: Émile comes after Elise.

    PostgreSQL may be without ICU, and every database has a collation: so the letters are made plain, and then compared
    by their numbers. For lists of some hundreds; larger ones have a column with an index.
    """

    function = "TRANSLATE"
    template = '(%(function)s(%(expressions)s) COLLATE "C")'

    def __init__(self, name: str) -> None:
        """Order by the field ``name`` of the model, or of a related one (``contact__name``)."""
        before, after = "".join(_CHANGED) + _IGNORED, "".join(_CHANGED.values())
        super().__init__(name, Value(before), Value(after), output_field=TextField())
