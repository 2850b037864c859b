"""Cut results of version 1 back to the figures of version 2, for rounds whose answers are no longer there.

Version 1 showed the mean of organisations' means beside figures of all together, from which a side of one or two people
followed. Figures that version 2 might not show are taken out. docs/scoring.md has the rules.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessments.disclosure import MANY_DONT_KNOW, Result
from assessments.instruments import LOW_PREFIX, Factor, Instrument
from assessments.scoring import KeptMean
from common.text import is_blank

EARLIER_FORMAT = "samenspel-result/1"
FEWEST, FEWEST_COUNTED = 3, 5  # the minima that version 1 promised, for groups and for counts

_NOTHING = {"score": None, "n": None}
_NO_JOINT = {"score": None, "band": None, "n": None, "sd": None, "views_differ": False}


def is_earlier(result: Mapping[str, Any]) -> bool:
    """Return whether the result was made by version 1 of the rules."""
    return bool(result.get("format") == EARLIER_FORMAT)


def cut_back(
    result: Mapping[str, Any], means: Mapping[str, Any], confidential: bool, instrument: Instrument
) -> tuple[Result, dict[str, KeptMean]]:
    """Return the result and its exact means without the figures that version 2 would not show.

    The format stays that of version 1, so that pages can say so. Cutting back what was cut back changes nothing.
    """
    if all("together" in row for row in result["factors"]):
        return dict(result), dict(means)
    people = {row["key"]: row["respondents"] for row in result["organisations"]}
    factors = [_factor(row, people, confidential, instrument) for row in result["factors"]]
    unknown = {row["key"] for row in factors if row["dont_know"] is not None and row["dont_know"] >= MANY_DONT_KNOW}
    # The score of an overall item stays where each organisation surely gave enough answers to it.
    overall = [
        dict(row) if not confidential or _fewest_given(row, people) >= FEWEST else {"key": row["key"], **_NOTHING}
        for row in result["overall"]
    ]
    # Without comments that show nothing, and those on low answers, which may have been withdrawn.
    comments = {
        key: [text for text in texts if not is_blank(text)]
        for key, texts in result["comments"].items()
        if not key.startswith(LOW_PREFIX)
    }
    fewest = FEWEST_COUNTED if confidential else 1
    cut = {
        **result,
        "factors": factors,
        "overall": overall,
        "comments": {key: texts for key, texts in comments.items() if len(texts) >= fewest},
        "warnings": [row for row in result["warnings"] if row["code"] != "many_dont_know" or row["factor"] in unknown],
    }
    groups = {
        row["key"]: [[o["key"]] for o in row["organisations"] if o["score"] is not None]
        for row in factors
        if row["score"] is not None
    }
    groups |= {row["key"]: [[key] for key in people] for row in overall if _fewest_given(row, people) >= 1}
    return cut, {key: {"mean": means[key], "groups": found} for key, found in groups.items() if key in means}


def _fewest_given(row: Result, people: Mapping[str, int]) -> int:
    """Return how many answers each organisation surely gave to an overall item; 0 where its score is not shown."""
    return 0 if row["score"] is None else min(people.values()) - (sum(people.values()) - row["n"])


def _factor(row: Result, people: Mapping[str, int], confidential: bool, instrument: Instrument) -> Result:
    """Cut one factor back: joint figures stay where each organisation that answered was shown by itself."""
    factor = instrument.factors_by_key[row["key"]]
    all_valid = row["n"] is not None and row["n"] == sum(people.values())
    cut = {**row, "together": None}
    if confidential:
        cut["organisations"] = _still_shown(row, people)
        hidden = [o["key"] for o in cut["organisations"] if o["score"] is None and people[o["key"]]]
        if hidden:
            cut |= {**_NO_JOINT, "gap": None}
        # Rounded to the one decimal that version 2 shows; left out where two decimals do not settle that.
        hundredths = 0 if cut["sd"] is None else int(Decimal(str(cut["sd"])) * 100)
        if cut["sd"] is None or hundredths % 10 == 5:
            cut |= {"sd": None, "views_differ": False}
        else:
            cut["sd"] = (hundredths + 5) // 10 / 10
    # A mirror stays when it is of valid people only; in confidential mode also of two groups, with both rows.
    is_of_two_groups = len(row["mirror"]) == 2 and all(o["score"] is not None for o in cut["organisations"])
    cut["mirror"] = row["mirror"] if all_valid and (is_of_two_groups or not confidential) else []
    cut["distribution"] = _distribution(cut, factor, people, confidential) if all_valid else []
    partly = 0 < len(cut["distribution"]) < len(factor.items)
    if confidential and (cut["score"] is None or partly or not all_valid):
        cut["dont_know"] = None
    return {key: cut[key] for key in _KEYS}


_KEYS = (
    "key", "score", "band", "n", "sd", "views_differ", "dont_know", "gap", "organisations", "together",
    "distribution", "mirror",
)  # fmt: skip


def _still_shown(row: Result, people: Mapping[str, int]) -> list[Result]:
    """Hide, beside what version 1 hid, the organisation that version 2 would put together with the hidden ones.

    When the hidden ones are known to hold three people or more they need no other. When it is not known, or when
    none of them gave a valid answer, the smallest of the others (ties: the smallest key) joins them.
    """
    shown = [o for o in row["organisations"] if o["score"] is not None]
    hidden = [o for o in row["organisations"] if o["score"] is None and people[o["key"]]]
    held = 0 if row["n"] is None else row["n"] - sum(o["n"] for o in shown)
    if not hidden or not shown or held >= FEWEST:
        return list(row["organisations"])
    joins = min(shown, key=lambda o: (o["n"], o["key"]))
    return [{"key": o["key"], **_NOTHING} if o is joins else o for o in row["organisations"]]


def _distribution(row: Result, factor: Factor, people: Mapping[str, int], confidential: bool) -> list[Result]:
    """Leave out both mirrored items beside a mirror, unless each side surely gave five answers to both."""
    mirrored = {factor.own_item.key, factor.partner_item.key}
    counted = [entry for entry in row["distribution"] if not confidential or entry["n"] >= FEWEST_COUNTED]
    if not confidential or not row["mirror"]:
        return counted
    missing = [entry["dont_know"] for entry in counted if entry["item"] in mirrored]
    if len(missing) == 2 and min(people.values()) - max(missing) >= FEWEST_COUNTED:
        return counted
    return [entry for entry in counted if entry["item"] not in mirrored]
