"""Sentences whose values keep their own direction, in templates and where Python fills them in.

An Arabic or Hebrew name would otherwise turn the figures and brackets around it.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def isolated(value: Any) -> Any:
    """Return a text with letters from right to left so that it does not turn what stands around it in a sentence.

    The signs around it (FSI and PDI) are what ``<bdi>`` is in HTML; they hold in attributes, titles and mails too.
    Any other value comes back as it is.
    """
    if isinstance(value, int | float | type(None)) or not _RIGHT_TO_LEFT.search(str(value)):
        return value
    if isinstance(value, SafeString):
        return mark_safe(f"\u2068{value}\u2069")
    return f"\u2068{value}\u2069"


class Sentence(str):
    """A translated sentence: ``%`` isolates names from right to left that it puts into it."""

    def __mod__(self, values: Any) -> str:
        if isinstance(values, Mapping):
            return super().__mod__({name: isolated(value) for name, value in values.items()})
        if isinstance(values, tuple):
            return super().__mod__(tuple(isolated(value) for value in values))
        return super().__mod__(isolated(values))


def install() -> None:
    """Let Django's ``gettext`` and ``ngettext``, and so ``{% blocktranslate %}``, isolate the values in a sentence.

    Here and not at each import: a sentence that forgot it would look right until somebody has an Arabic name.
    """
    functions = translation._trans  # type: ignore[attr-defined]
    one, many = functions.gettext, functions.ngettext

    def gettext(message: str) -> str:
        return _sentence(one(message))

    def ngettext(singular: str, plural: str, number: float) -> str:
        return _sentence(many(singular, plural, number))

    functions.gettext, functions.ngettext = gettext, ngettext


def _sentence(text: str) -> str:
    return Sentence(text) if type(text) is str and "%(" in text else text
