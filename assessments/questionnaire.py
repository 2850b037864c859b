"""The questionnaire as one page shows it, and the answers as one page sends them.

Pure: plain dictionaries in and out. The template renders it by hand, which is five times as quick as form widgets.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assessments.instruments import LOW_PREFIX, Factor, Instrument, Item, Option

DONT_KNOW = "dont_know"
COMMENT_FIELD = "comment:"
SHOWN_FIELD = "shown"
MODE_FIELD = "mode"


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    is_chosen: bool
    is_dont_know: bool

    @property
    def attribute(self) -> str:
        return " checked" if self.is_chosen else ""


@dataclass(frozen=True)
class Question:
    """One item with its choices; ``low_comment`` is what was written after a low answer."""

    number: int
    key: str
    text: str
    view: str
    choices: tuple[Choice, ...]
    is_answered: bool
    is_low: bool
    low_key: str
    low_comment: str


@dataclass(frozen=True)
class Section:
    key: str
    name: str
    description: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class OpenQuestion:
    field: str
    text: str
    value: str


@dataclass(frozen=True)
class Questionnaire:
    sections: tuple[Section, ...]
    overall: tuple[Question, ...]
    open_questions: tuple[OpenQuestion, ...]

    @property
    def questions(self) -> list[Question]:
        return [*(question for section in self.sections for question in section.questions), *self.overall]

    @property
    def skipped(self) -> list[Question]:
        return [question for question in self.questions if not question.is_answered]


def build(
    instrument: Instrument, language: str, answers: Mapping[str, int | None], comments: Mapping[str, str]
) -> Questionnaire:
    """The whole page in one language, with what was answered so far."""
    numbers = {key: number for number, key in enumerate(instrument.items, start=1)}

    def question(item: Item) -> Question:
        answered = item.key in answers
        value = answers.get(item.key)
        return Question(
            number=numbers[item.key],
            key=item.key,
            text=item.text.get(language),
            view=instrument.item_views[item.view].get(language),
            choices=tuple(_choice(option, language, answered, value) for option in instrument.options),
            is_answered=answered,
            is_low=value is not None and value <= 2,
            low_key=COMMENT_FIELD + LOW_PREFIX + item.key,
            low_comment=comments.get(LOW_PREFIX + item.key, ""),
        )

    def section(factor: Factor) -> Section:
        return Section(
            key=factor.key,
            name=factor.name.get(language),
            description=factor.description.get(language),
            questions=tuple(question(item) for item in factor.items),
        )

    return Questionnaire(
        sections=tuple(section(factor) for factor in instrument.factors),
        overall=tuple(question(item) for item in instrument.overall_items),
        open_questions=tuple(
            OpenQuestion(COMMENT_FIELD + row.key, row.text.get(language), comments.get(row.key, ""))
            for row in instrument.open_questions
        ),
    )


def _choice(option: Option, language: str, answered: bool, value: int | None) -> Choice:
    return Choice(
        value=DONT_KNOW if option.value is None else str(option.value),
        text=option.text.get(language),
        is_chosen=answered and option.value == value,
        is_dont_know=option.value is None,
    )


class Shown(NamedTuple):
    """What a page showed before anybody typed: it comes back with the answers, so that only what was typed counts."""

    answers: Mapping[str, int | None]
    comments: Mapping[str, str]


def read_answers(instrument: Instrument, posted: Mapping[str, str]) -> tuple[dict[str, int | None], dict[str, str]]:
    """Answers and comments among the posted fields; questions that were not posted are left out.

    A value that is no answer comes through as 0, which the action refuses beside its question.
    """
    answers = {key: _value(posted[key]) for key in instrument.items if key in posted}
    fields = {key: COMMENT_FIELD + key for key in instrument.comment_keys}
    comments = {key: _text(posted[field]) for key, field in fields.items() if field in posted}
    return answers, comments


def dump_shown(answers: Mapping[str, int | None], comments: Mapping[str, str]) -> str:
    """What a page shows, as it travels along in the page."""
    return json.dumps([answers, comments], ensure_ascii=False)


def read_shown(posted: Mapping[str, str]) -> Shown | None:
    """What the page had shown; None where it does not say so, as when one question saves itself."""
    try:
        answers, comments = json.loads(posted[SHOWN_FIELD])
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    return Shown(answers, comments) if _is_mapping(answers) and _is_mapping(comments) else None


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _value(text: str) -> int | None:
    if text == DONT_KNOW:
        return None
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


def _text(posted: str) -> str:
    """The comment with line ends as it was typed and counted, whatever the browser made of them; no NUL, which the
    database cannot keep."""
    return posted.replace("\r\n", "\n").replace("\0", "")
