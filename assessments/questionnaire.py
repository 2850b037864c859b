"""The questionnaire as one page shows it, and the answers as one page sends them.

Pure: plain dictionaries in and out. The template renders it by hand, which is five times as quick as form widgets.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from assessments.drafts import Fields, SentPage, Value, read_typed
from assessments.instruments import LOW_PREFIX, Factor, Instrument, Item

DONT_KNOW = "dont_know"
Answers = Mapping[str, int | None]
Comments = Mapping[str, str]
COMMENT_FIELD = "comment:"
SHOWN_FIELD = "shown"
MODE_FIELD = "mode"
TYPED_FIELD = "typed"


PART_FIELD = "part"


@dataclass(frozen=True)
class ScaleChoice:
    value: str
    text: str
    is_chosen: bool
    is_dont_know: bool

    @property
    def attribute(self) -> str:
        return " checked" if self.is_chosen else ""


@dataclass(frozen=True)
class Question:
    """One item with its choices; ``low_comment`` is the comment on a low answer.

    ``words`` is the text in pieces, each with whether it names a side and so stands out. ``part`` is the number of the
    part that it is asked in; ``hint`` a remark above it.
    """

    number: int
    part: int
    key: str
    text: str
    words: tuple[tuple[str, bool], ...]
    hint: str
    view: str
    choices: tuple[ScaleChoice, ...]
    is_answered: bool
    low_key: str
    low_comment: str


@dataclass(frozen=True)
class Section:
    """The questions of one factor, under its short name."""

    key: str
    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class OpenQuestion:
    field: str
    text: str
    value: str


@dataclass(frozen=True)
class Questionnaire:
    """The questionnaire as a whole. Each section is a part, and so are the last questions."""

    sections: tuple[Section, ...]
    overall: tuple[Question, ...]
    open_questions: tuple[OpenQuestion, ...]

    @property
    def questions(self) -> list[Question]:
        return [*(question for section in self.sections for question in section.questions), *self.overall]

    @property
    def parts(self) -> int:
        return len(self.sections) + 1

    def only(self, part: int) -> "Questionnaire":
        """Return one part, 1 to ``parts``."""
        is_last = part == self.parts
        return replace(
            self,
            sections=self.sections[part - 1 : part],
            overall=self.overall if is_last else (),
            open_questions=self.open_questions if is_last else (),
        )

    @property
    def skipped(self) -> list[Question]:
        return [question for question in self.questions if not question.is_answered]


def build(
    instrument: Instrument, language: str, answers: Answers, comments: Comments, *, partners_can_differ: bool = False
) -> Questionnaire:
    """Return the whole page in one language, with the answers given so far.

    ``partners_can_differ`` says that a side has several partners: the first question about them then has a hint.
    """
    numbers = {key: number for number, key in enumerate(instrument.items, start=1)}
    sides = [term.get(language) for term in instrument.side_terms]
    about_partners = next(item.key for item in instrument.items.values() if item.view == "partner")
    hint = instrument.partners_differ_hint.get(language) if partners_can_differ else ""

    def question(item: Item, part: int) -> Question:
        answered = item.key in answers
        value = answers.get(item.key)
        return Question(
            number=numbers[item.key],
            part=part,
            key=item.key,
            text=item.text.get(language),
            words=words_of(item.text.get(language), sides),
            hint=hint if item.key == about_partners else "",
            view=instrument.item_views[item.view].get(language),
            choices=tuple(
                ScaleChoice(
                    value=DONT_KNOW if option.value is None else str(option.value),
                    text=option.text.get(language),
                    is_chosen=answered and option.value == value,
                    is_dont_know=option.value is None,
                )
                for option in instrument.options
            ),
            is_answered=answered,
            low_key=COMMENT_FIELD + LOW_PREFIX + item.key,
            low_comment=comments.get(LOW_PREFIX + item.key, ""),
        )

    def section(factor: Factor, part: int) -> Section:
        questions = tuple(question(item, part) for item in factor.items)
        return Section(key=factor.key, name=factor.short_name.get(language), questions=questions)

    last = len(instrument.factors) + 1
    return Questionnaire(
        sections=tuple(section(factor, part) for part, factor in enumerate(instrument.factors, start=1)),
        overall=tuple(question(item, last) for item in instrument.overall_items),
        open_questions=tuple(
            OpenQuestion(COMMENT_FIELD + row.key, row.text.get(language), comments.get(row.key, ""))
            for row in instrument.open_questions
        ),
    )


def words_of(text: str, terms: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, in their order, each with whether it is one of the terms, with or without a capital."""
    pieces = re.split(f"({'|'.join(map(re.escape, terms))})", text, flags=re.IGNORECASE)
    # A pattern with one group gives what it found at every second place.
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece)


def read_part(posted: Mapping[str, str], instrument: Instrument) -> int | None:
    """Return the part that was asked for or sent, 1 to the number of factors and one; None for the whole page."""
    number = posted.get(PART_FIELD, "")
    parts = len(instrument.factors) + 1
    return int(number) if re.fullmatch("[0-9]{1,3}", number) and 1 <= int(number) <= parts else None


def read_answers(instrument: Instrument, posted: Mapping[str, str]) -> tuple[dict[str, int | None], dict[str, str]]:
    """Return answers and comments among the posted fields; questions that were not posted are left out.

    A value that is no answer is returned as 0, which the action refuses beside its question.
    """
    values = {DONT_KNOW: None, **{str(value): value for value in range(1, 6)}}
    answers = {key: values.get(posted[key], 0) for key in instrument.items if key in posted}
    fields = {key: COMMENT_FIELD + key for key in instrument.comment_keys}
    # Browsers send line ends as \r\n: stored is the text as it was typed and counted.
    comments = {key: posted[field].replace("\r\n", "\n") for key, field in fields.items() if field in posted}
    return answers, comments


def dump_shown(answers: Mapping[str, int | None], comments: Mapping[str, str]) -> str:
    """Return the values that a page shows, in the form in which the page sends them back."""
    return json.dumps([answers, comments], ensure_ascii=False)


def read_sent(posted: Mapping[str, str], answers: Answers, comments: Comments, now: int) -> SentPage:
    """Return the answers as a page sends them, with the times of typing and the values that it had shown before.

    A page without JavaScript sends no times, one that saves itself no shown values. ``now`` in milliseconds.
    """
    typed = read_typed(_json(posted, TYPED_FIELD), now)
    data = _json(posted, SHOWN_FIELD)
    is_pair = isinstance(data, list) and len(data) == 2 and all(isinstance(part, dict) for part in data)
    return SentPage(as_fields(answers, comments), typed, as_fields(*data) if is_pair else None)


def as_fields(answers: Answers, comments: Comments) -> dict[str, Value]:
    """Return answers and comments under the names that they have in the form."""
    return {**answers, **{COMMENT_FIELD + key: text for key, text in comments.items()}}


def from_fields(fields: Fields) -> tuple[dict[str, int | None], dict[str, str]]:
    """Return the answers and the comments among fields of the form."""
    answers: dict[str, int | None] = {}
    comments = {}
    for key, value in fields.items():
        if key.startswith(COMMENT_FIELD):
            comments[key.removeprefix(COMMENT_FIELD)] = str(value)
        else:
            answers[key] = cast("int | None", value)
    return answers, comments


def _json(posted: Mapping[str, str], name: str) -> Any:
    """Return the value of a field that holds JSON; None where it is missing or broken."""
    try:
        return json.loads(posted[name])
    except (KeyError, ValueError, RecursionError):
        return None


def in_words(instrument: Instrument, language: str, posted: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the posted fields as questions and answers in words, in the order of the form; leave out empty fields."""
    answers, comments = read_answers(instrument, posted)
    chosen = {option.value: option.text.get(language) for option in instrument.options}
    prompt = instrument.low_answer_prompt.get(language)
    rows = []
    for key, item in instrument.items.items():
        text = item.text.get(language)
        if key in answers:
            rows.append((text, chosen.get(answers[key], "")))
        rows.append((f"{text} {prompt}", comments.get(LOW_PREFIX + key, "")))
    rows += [(question.text.get(language), comments.get(question.key, "")) for question in instrument.open_questions]
    return [row for row in rows if row[1]]


def newer_fields(answers: Answers, comments: Comments, kept_answers: Answers, kept_comments: Comments) -> str:
    """Return as JSON the stored fields that differ from those just saved, as the form holds them."""
    newer: dict[str, str] = {}
    for key, value in answers.items():
        kept = kept_answers.get(key, value)
        if kept != value:
            newer[key] = DONT_KNOW if kept is None else str(kept)
    for key, text in comments.items():
        if kept_comments.get(key, "") != text.strip():
            newer[COMMENT_FIELD + key] = kept_comments.get(key, "")
    return json.dumps(newer, ensure_ascii=False)
