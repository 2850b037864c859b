"""Questionnaires as frozen data: read from the content files, or from the same content kept as JSON.

Plain data in, plain data out, without the database. docs/scoring.md explains the scoring block.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

CONTENT = Path(__file__).parent / "content"
LOW_PREFIX = "low:"
NO_WORDS = {"en": "", "nl": ""}
SIDE_TERMS = ("own_organisation", "our_partners")

# The smallest groups the promise of confidentiality allows; content may ask for more, never for less.
_LOWEST_MINIMA = {
    "min_group_scores": 3,
    "min_group_distribution": 5,
    "min_group_comments": 5,
}

T = TypeVar("T")
View = Literal["joint", "own", "partner"]


class InstrumentError(ValueError):
    """The content is not a questionnaire that can be asked and scored; the message gives the reason."""


class UnknownInstrument(LookupError):
    """No content file holds this key and version."""


@dataclass(frozen=True)
class Text:
    """One wording in both languages."""

    en: str
    nl: str

    def get(self, lang: str) -> str:
        """Return the wording in ``lang`` (``nl``, ``nl-be``, …); English for every other language."""
        return self.nl if lang.lower().startswith("nl") else self.en


@dataclass(frozen=True)
class Named:
    """A key with its wording: an open question, a suggested action."""

    key: str
    text: Text


@dataclass(frozen=True)
class Term:
    key: str
    term: Text
    meaning: Text


@dataclass(frozen=True)
class Option:
    """One choice on the scale; ``value`` is None for "I don't know"."""

    value: int | None
    key: str
    text: Text


@dataclass(frozen=True)
class Item:
    key: str
    view: View
    text: Text
    mirror: str | None = None


@dataclass(frozen=True)
class Factor:
    """A success factor: two joint items, an own item about one's organisation and its mirror about the partners.

    ``short_name`` stands on the form, in pictures and in tables; ``name`` and ``description`` on the results, never
    above the questions, which they would lead.
    """

    key: str
    order: int
    name: Text
    short_name: Text
    description: Text
    items: tuple[Item, ...]
    discussion_question: Text
    suggested_actions: tuple[Named, ...]

    @cached_property
    def own_item(self) -> Item:
        return next(item for item in self.items if item.view == "own")

    @cached_property
    def partner_item(self) -> Item:
        return next(item for item in self.items if item.view == "partner")


@dataclass(frozen=True)
class Band:
    """A stretch of the 1–5 line, from its lowest rounded score upwards."""

    key: str
    lowest: Fraction
    highest: Fraction
    name: Text


@dataclass(frozen=True)
class Scoring:
    """The thresholds of the content's ``scoring`` block, exact; docs/scoring.md explains each."""

    lowest: int
    highest: int
    min_answered_items: int
    bands: tuple[Band, ...]  # highest first
    views_differ_sd: Fraction
    gap_ask: Fraction
    gap_clear: Fraction
    trend_changed: Fraction
    min_group_scores: int
    min_group_distribution: int
    min_group_comments: int
    labels: Mapping[str, Text]

    def band(self, score: Fraction) -> Band:
        """Return the band of a score that is already rounded to one decimal."""
        return next((band for band in self.bands if score >= band.lowest), self.bands[-1])


@dataclass(frozen=True)
class Instrument:
    key: str
    version: int
    status: str
    estimated_minutes: int
    title: Text
    intro: Text
    terms: tuple[Term, ...]
    notices: Mapping[str, Text]  # by mode
    options: tuple[Option, ...]  # the scale, "I don't know" included
    item_views: Mapping[str, Text]
    low_answer_prompt: Text
    partners_differ_hint: Text
    factors: tuple[Factor, ...]
    overall_items: tuple[Item, ...]
    open_questions: tuple[Named, ...]
    scoring: Scoring

    @cached_property
    def factors_by_key(self) -> Mapping[str, Factor]:
        return {factor.key: factor for factor in self.factors}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Return every item by key, in the order of asking; the overall items last."""
        asked = [item for factor in self.factors for item in factor.items]
        return {item.key: item for item in (*asked, *self.overall_items)}

    @cached_property
    def side_terms(self) -> tuple[Text, ...]:
        """Return the words that say which side a question is about, such as “our own organisation”."""
        return tuple(row.term for row in self.terms if row.key in SIDE_TERMS)

    @cached_property
    def comment_keys(self) -> tuple[str, ...]:
        """Return the keys to which a comment may belong: the open questions, then ``low:<item>`` for every item."""
        return (*(question.key for question in self.open_questions), *(LOW_PREFIX + key for key in self.items))

    def notice(self, mode: str, lang: str) -> str:
        """Return the promise to the people who answer, with the size of the smallest group filled in."""
        return self.notices[mode].get(lang).format(min_group=self.scoring.min_group_scores)


def load_content(key: str, version: int) -> dict[str, Any]:
    """Return the content of one version as plain data (a fresh copy), as it may be kept in the database."""
    for data in _contents():
        if (data["key"], data["version"]) == (key, version):
            return deepcopy(data)
    raise UnknownInstrument(f"{key} version {version} is not known")


@lru_cache
def _contents() -> tuple[dict[str, Any], ...]:
    """Read the content files, once per process."""
    paths = sorted(CONTENT.glob("*.yaml"))
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["instrument"] for path in paths)


@lru_cache
def load_instrument(key: str, version: int) -> Instrument:
    """Return the questionnaire of a content file; raise UnknownInstrument."""
    return parse_instrument(load_content(key, version))


def newest_instrument() -> Instrument:
    """Return the questionnaire of the newest content file."""
    newest = max(_contents(), key=lambda data: data["version"])
    return load_instrument(newest["key"], newest["version"])


def parse_instrument(data: Mapping[str, Any]) -> Instrument:
    """Return the questionnaire in plain content, bare or under ``instrument``; raise InstrumentError."""
    content = data.get("instrument", data)
    try:
        block = content["scoring"]
        lowest, highest = block["item_range"]
        if block["confidential_mode"].get("small_organisations", "together") != "together":
            raise ValueError("small organisations are counted together")
        bands = _many(block["bands"], lambda row: Band(row["key"], _exact(row["from"]), _exact(row["to"]), _text(row)))
        instrument = Instrument(
            key=content["key"],
            version=content["version"],
            status=content["status"],
            estimated_minutes=content["estimated_minutes"],
            title=_text(content["title"]),
            intro=_text(content["intro"]),
            terms=_many(content["terms"], lambda row: Term(row["key"], _text(row["term"]), _text(row["meaning"]))),
            notices=_texts(content["notices"]),
            options=_many(content["scale"]["options"], lambda row: Option(row["value"], row["key"], _text(row))),
            item_views=_texts(content["item_views"]),
            low_answer_prompt=_text(content["low_answer_prompt"]),
            partners_differ_hint=_text(content.get("partners_differ_hint", NO_WORDS)),
            factors=tuple(sorted(_many(content["factors"], _factor), key=lambda factor: factor.order)),
            overall_items=_many(content["overall_items"], _item),
            open_questions=_many(content["open_questions"], _named),
            scoring=Scoring(
                lowest=lowest,
                highest=highest,
                min_answered_items=block["min_answered_items_per_factor"],
                bands=tuple(sorted(bands, key=lambda band: band.lowest, reverse=True)),
                views_differ_sd=_exact(block["views_differ_sd"]),
                gap_ask=_exact(block["gap_ask"]),
                gap_clear=_exact(block["gap_clear"]),
                trend_changed=_exact(block["trend_changed"]),
                labels=_texts(block["labels"]),
                **{name: block["confidential_mode"][name] for name in _LOWEST_MINIMA},
            ),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InstrumentError(f"not a questionnaire: {type(error).__name__}: {error}") from error
    _check(instrument)
    return instrument


def _factor(row: Mapping[str, Any]) -> Factor:
    return Factor(
        key=row["key"],
        order=row["order"],
        name=_text(row["name"]),
        short_name=_text(row.get("short_name", row["name"])),
        description=_text(row["description"]),
        items=_many(row["items"], _item),
        discussion_question=_text(row["discussion_question"]),
        suggested_actions=_many(row["suggested_actions"], _named),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(row["key"], row["view"], _text(row), row.get("mirror"))


def _named(row: Mapping[str, Any]) -> Named:
    return Named(row["key"], _text(row))


def _exact(number: float) -> Fraction:
    """Return the number as written: 0.1, not the nearest binary float."""
    return Fraction(str(number))


def _text(row: Mapping[str, Any]) -> Text:
    return Text(en=row["en"], nl=row["nl"])


def _texts(rows: Mapping[str, Any]) -> Mapping[str, Text]:
    return {key: _text(row) for key, row in rows.items()}


def _many(rows: list[Any], make: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(make(row) for row in rows)


def _check(instrument: Instrument) -> None:
    keys = [item.key for factor in instrument.factors for item in factor.items]
    keys += [item.key for item in instrument.overall_items]
    if len(set(keys)) < len(keys) or len(instrument.factors_by_key) < len(instrument.factors):
        raise InstrumentError("a key stands twice")
    for factor in instrument.factors:
        mirrored = [item for item in factor.items if item.view != "joint"]
        views = {item.view: item for item in mirrored}
        if len(mirrored) != 2 or views.keys() != {"own", "partner"}:
            raise InstrumentError(f"{factor.key} needs one own and one partner item")
        if (views["own"].mirror, views["partner"].mirror) != (views["partner"].key, views["own"].key):
            raise InstrumentError(f"{factor.key}: the own and partner items do not mirror each other")
    if not {"open", "confidential"} <= instrument.notices.keys():
        raise InstrumentError("a notice is missing")
    if instrument.scoring.min_answered_items < 1:
        raise InstrumentError("a score needs at least one answer")
    for name, lowest in _LOWEST_MINIMA.items():
        if getattr(instrument.scoring, name) < lowest:
            raise InstrumentError(f"{name} may be raised, not lowered below {lowest}")
