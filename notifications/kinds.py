"""The kinds of mail, each with its name on screen; every app registers its own."""

from django.utils.functional import Promise

from common.text import fold

_labels: dict[str, str | Promise] = {}


def register(kind: str, label: str | Promise) -> None:
    """Register a kind of mail with its name; the folder ``templates/emails/<kind>`` holds its texts."""
    _labels[kind] = label


def label(kind: str) -> str:
    return str(_labels.get(kind, kind))


def choices() -> list[tuple[str, str]]:
    """Return every registered kind, sorted by its name in the language of the reader."""
    return sorted(((kind, str(name)) for kind, name in _labels.items()), key=lambda choice: fold(choice[1]))
