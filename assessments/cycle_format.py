"""The file format ``samenspel-cycle/1``: one evaluation cycle as plain data, read with suspicion, written exactly.

``parse_cycle`` and ``build_cycle`` accept only data that the scoring can handle, and name the place of a fault.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from assessments.instruments import Instrument, UnknownInstrument, load_instrument

FORMAT = "samenspel-cycle/1"
MODES = ("confidential", "open")
SIDES = ("host", "partner")
HIGHEST = 1_000_000  # no cycle invites more people; sums stay small
_SHOWN_LENGTH = 60
_DEEPEST = 50
_TOO_DEEP = "is nested too deeply"

Mode = Literal["confidential", "open"]
Json = dict[str, Any] | list[Any] | str | float | bool | None


class CycleFormatError(Exception):
    """The data is not a cycle: ``where`` is the place in the file, ``message`` the fault there, each on one line."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


@dataclass(frozen=True)
class CycleOrganisation:
    key: str
    name: str
    side: str
    invited: int


@dataclass(frozen=True)
class CycleResponse:
    """The answers of one person; None, like an absent key, is "I don't know"."""

    organisation: str
    answers: Mapping[str, int | None]
    comments: Mapping[str, str]


@dataclass(frozen=True)
class Cycle:
    """One evaluation cycle, without any data that identifies a respondent."""

    mode: Mode
    instrument_key: str
    instrument_version: int
    organisations: tuple[CycleOrganisation, ...]
    responses: tuple[CycleResponse, ...]

    @property
    def confidential(self) -> bool:
        return self.mode == "confidential"


class _Object(dict[str, Any]):
    """A JSON object that remembers a key it was given twice."""

    repeated: str | None = None


def parse_cycle(source: str | bytes, instrument: Instrument | None = None) -> Cycle:
    """Return the cycle in a JSON text (bytes: UTF-8); raise CycleFormatError for any other text.

    Without ``instrument`` the cycle's own is looked up among the content files.
    """
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        if not text.strip():
            raise CycleFormatError("file", "is empty")
        data = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise CycleFormatError("file", f"is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise CycleFormatError("file", f"is not JSON (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise CycleFormatError("file", _TOO_DEEP) from error
    except ValueError as error:  # Python reads no whole number of more than some thousands of digits
        raise CycleFormatError("file", "holds a number with too many digits") from error
    return build_cycle(data, instrument)


def build_cycle(data: Json, instrument: Instrument | None = None) -> Cycle:
    """Return the cycle in plain data of the documented shape; raise CycleFormatError for other data."""
    _refuse_unsound(data, "", _DEEPEST)
    cycle = _fields(data, "", ("format", "mode", "instrument", "organisations", "responses"))
    if cycle["format"] != FORMAT:
        raise CycleFormatError("format", f"{_shown(cycle['format'])} is not {FORMAT}")
    mode = cast(Mode, _one_of(MODES, cycle["mode"], "mode"))
    named = _fields(cycle["instrument"], "instrument", ("key", "version"))
    key, version = _string(named["key"], "instrument.key"), _whole(named["version"], "instrument.version")
    if instrument is not None and (instrument.key, instrument.version) != (key, version):
        raise CycleFormatError("instrument", f"{_shown(key)} version {version} is not the one given")
    try:
        instrument = instrument or load_instrument(key, version)
    except UnknownInstrument as error:
        raise CycleFormatError("instrument", f"{_shown(key)} version {version} is not known") from error
    found: dict[str, CycleOrganisation] = {}
    for where, given in _rows(cycle["organisations"], "organisations"):
        row = _fields(given, where, ("key", "name", "side", "invited"))
        organisation = CycleOrganisation(
            key=_string(row["key"], f"{where}.key"),
            name=_string(row["name"], f"{where}.name"),
            side=_one_of(SIDES, row["side"], f"{where}.side"),
            invited=_whole(row["invited"], f"{where}.invited"),
        )
        if organisation.key in found:
            raise CycleFormatError(f"{where}.key", f"{_shown(organisation.key)} stands twice")
        found[organisation.key] = organisation
    organisations = tuple(found.values())
    keys = frozenset(organisation.key for organisation in organisations)
    responses = tuple(_response(row, where, keys, instrument) for where, row in _rows(cycle["responses"], "responses"))
    return Cycle(mode, instrument.key, instrument.version, organisations, responses)


def dump_cycle(cycle: Cycle) -> str:
    """Return the JSON text of a cycle; ``parse_cycle`` reads back exactly the same cycle."""
    return json.dumps(cycle_data(cycle), ensure_ascii=False, indent=2) + "\n"


def cycle_data(cycle: Cycle) -> dict[str, Any]:
    """Return the cycle as plain data in the documented shape and order."""
    return {
        "format": FORMAT,
        "mode": cycle.mode,
        "instrument": {"key": cycle.instrument_key, "version": cycle.instrument_version},
        "organisations": [
            {"key": row.key, "name": row.name, "side": row.side, "invited": row.invited} for row in cycle.organisations
        ],
        "responses": [
            {"organisation": row.organisation, "answers": dict(row.answers), "comments": dict(row.comments)}
            for row in cycle.responses
        ],
    }


def printable(text: str) -> str:
    """Return the text on one line, with escapes for characters that a terminal cannot show."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object()
    for key, value in pairs:
        if key in found and found.repeated is None:
            found.repeated = key
        found[key] = value
    return found


def _refuse_unsound(value: Json, where: str, depth: int) -> None:
    """Refuse, anywhere in the data, values that are not JSON or can be read in more than one way."""
    match value:
        case dict() | list() if not depth:
            raise CycleFormatError("file", _TOO_DEEP)
        case dict():
            if isinstance(value, _Object) and value.repeated is not None:
                raise CycleFormatError(_at(where, value.repeated), "stands twice")
            for key, inner in value.items():
                _refuse_unsound(key, where, depth)
                _refuse_unsound(inner, _at(where, key), depth - 1)
        case list():
            for number, inner in enumerate(value):
                _refuse_unsound(inner, f"{where}[{number}]", depth - 1)
        case str() if any("\ud800" <= c <= "\udfff" for c in value):
            raise CycleFormatError(where or "file", "holds half a character (a lone surrogate)")
        case float() if not math.isfinite(value):
            raise CycleFormatError(where or "file", f"{_shown(value)} is not a JSON number")


def _response(data: Json, where: str, organisations: frozenset[str], instrument: Instrument) -> CycleResponse:
    row = _fields(data, where, ("organisation", "answers", "comments"))
    organisation = _string(row["organisation"], f"{where}.organisation")
    if organisation not in organisations:
        message = f"{_shown(organisation)} is not an organisation of this cycle"
        raise CycleFormatError(f"{where}.organisation", message)
    place = f"{where}.answers"
    answers = _mapping(row["answers"], place)
    lowest, highest = instrument.scoring.lowest, instrument.scoring.highest
    for key, value in answers.items():
        if key not in instrument.items:
            raise CycleFormatError(_at(place, key), f"is not an item of {instrument.key} version {instrument.version}")
        if value is not None and not (type(value) is int and lowest <= value <= highest):
            raise CycleFormatError(_at(place, key), f"{_shown(value)} is not {lowest}–{highest}")
    place = f"{where}.comments"
    comments = _mapping(row["comments"], place)
    for key in comments:
        if key not in instrument.comment_keys:
            raise CycleFormatError(_at(place, key), "is not a question that takes a comment")
    written = {key: _string(value, _at(place, key)) for key, value in comments.items() if value is not None}
    return CycleResponse(organisation, dict(answers), written)


def _fields(data: Json, where: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    row = _mapping(data, where)
    for name in names:
        if name not in row:
            raise CycleFormatError(_at(where, name), "is missing")
    return row


def _mapping(value: Json, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CycleFormatError(where or "file", f"{_shown(value)} is not an object")
    return value


def _rows(value: Json, where: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, list):
        raise CycleFormatError(where, f"{_shown(value)} is not a list")
    return ((f"{where}[{number}]", row) for number, row in enumerate(value))


def _string(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise CycleFormatError(where, f"{_shown(value)} is not text")
    return value


def _whole(value: Json, where: str) -> int:
    if type(value) is not int or not 0 <= value <= HIGHEST:
        raise CycleFormatError(where, f"{_shown(value)} is not a whole number from 0 to {HIGHEST}")
    return value


def _one_of(choices: tuple[str, ...], value: Json, where: str) -> str:
    if value not in choices:
        raise CycleFormatError(where, f"{_shown(value)} is not {' or '.join(choices)}")
    return cast(str, value)


def _at(where: str, key: str) -> str:
    plain = key.replace("_", "").replace(":", "").replace("-", "").isalnum() and len(key) <= _SHOWN_LENGTH
    step = f".{key}" if plain else f"[{_shown(key)}]"
    return (where + step).removeprefix(".")


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
