"""The Dutch catalogue is complete, and holds no text that the sources no longer use."""

import re
from collections import Counter

import polib
import pytest

from tests.source_messages import ROOT, Message, all_messages, in_python, in_template

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+")


@pytest.fixture(scope="module")
def dutch() -> dict[Message, polib.POEntry]:
    catalogue = polib.pofile(str(ROOT / "locale/nl/LC_MESSAGES/django.po"))
    return {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def test_every_text_is_in_the_dutch_catalogue(dutch: dict[Message, polib.POEntry]) -> None:
    assert {message: place for message, place in all_messages().items() if message not in dutch} == {}


def test_every_entry_has_a_dutch_text(dutch: dict[Message, polib.POEntry]) -> None:
    assert [entry.msgid for entry in dutch.values() if not all(texts(entry))] == []


def test_no_entry_is_a_guess(dutch: dict[Message, polib.POEntry]) -> None:
    assert [entry.msgid for entry in dutch.values() if entry.fuzzy] == []


def test_no_entry_is_left_over(dutch: dict[Message, polib.POEntry]) -> None:
    used = all_messages()

    assert [entry.msgid for message, entry in dutch.items() if message not in used] == []


def test_references_name_files_that_exist(dutch: dict[Message, polib.POEntry]) -> None:
    named = {place for entry in dutch.values() for place, _line in entry.occurrences}
    assert sorted(place for place in named if not (ROOT / place).is_file()) == []


def test_dutch_text_fills_in_the_same_values(dutch: dict[Message, polib.POEntry]) -> None:
    def values(text: str) -> set[str]:
        return set(PLACEHOLDER.findall(text))

    wrong = [
        entry.msgid
        for entry in dutch.values()
        if any(values(text) - values(entry.msgid + entry.msgid_plural) for text in texts(entry))
        or values(entry.msgid_plural or entry.msgid) - values(texts(entry)[-1])
    ]
    assert wrong == []


def test_dutch_text_has_the_same_markup(dutch: dict[Message, polib.POEntry]) -> None:
    wrong = [
        entry.msgid
        for entry in dutch.values()
        if not entry.msgid_plural and Counter(TAG.findall(entry.msgid)) != Counter(TAG.findall(entry.msgstr))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        (r"inschrijfnummer", "registratienummer"),
        (r"\bbijdrage", "inbreng"),
        (r"\bstadi(um|a)\b", "fase"),
        (r"\b(hooguit|ten hoogste|maximum)\b", "hoogstens"),
        (r"\b(haar|zij (heeft|is|doet|brengt|wil))\b", "die, or the name: an organisation is no woman"),
        (r"\b(portfolio|relatiebeheerder|concept|pixels|bytes?)\b", "a word that a volunteer knows"),
        (r"\bin de bron\b", "in het bestand"),
        (r"\w'\w|\"", "curly quotes"),
    ],
)
def test_words_that_we_do_not_use_in_dutch(word: str, instead: str, dutch: dict[Message, polib.POEntry]) -> None:
    shown = [PLACEHOLDER.sub("", text) for entry in dutch.values() if entry.msgid for text in texts(entry)]
    assert [text for text in shown if re.search(word, re.sub(r"<[^>]*>", "", text), re.IGNORECASE)] == [], (
        f"say {instead}"
    )


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        (r"^whom\b|\bwhom (do|does|you|we)\b", "who"),
        (r"\b(this|that) is much\b", "a lot"),
        (r"\bone \w+ less\b", "fewer"),
        (r"\bthrown away\b", "deleted"),
        (r"\btake off\b", "remove"),
    ],
)
def test_words_that_we_do_not_use_in_english(word: str, instead: str, dutch: dict[Message, polib.POEntry]) -> None:
    shown = [entry.msgid for entry in dutch.values() if re.search(word, entry.msgid, re.IGNORECASE)]
    assert shown == [], f"say {instead}"


def test_one_dutch_word_for_saving(dutch: dict[Message, polib.POEntry]) -> None:
    """Allow “Opslaan als” only where spreadsheets call it so."""
    other = re.compile(r"\b(opslaan(?! als\b)|opgeslagen|slaan? [^.]*\bop\b)", re.IGNORECASE)

    assert [text for entry in dutch.values() for text in texts(entry) if other.search(text)] == []


def test_texts_in_python_are_found_under_any_name() -> None:
    source = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy as p
_("one")
print(_("two" "three"), ngettext("a day", "%(n)s days", n), p("verb", "lead"))
other("no")
"""
    assert set(in_python(source)) == {(None, "one"), (None, "twothree"), (None, "a day"), ("verb", "lead")}


def test_texts_in_templates_are_found() -> None:
    source = """{% load i18n %}<p title="{% translate 'It\\'s "one"' %}">{% translate "lead" context "verb" %}
{% blocktranslate trimmed with name=person.name %}
  Dear
  {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=days %}a day{% plural %}{{ n }} days{% endblocktranslate %}{{ _("short") }}
"""
    found = set(in_template(source))

    assert {("verb", "lead"), (None, "Dear %(name)s"), (None, "a day"), (None, "short")} <= found
    assert len(found) == 5
