"""Render the conversation guide as an accessible PDF (PDF/UA-1).

What people wrote goes to typst as data (JSON in ``sys.inputs``) and never becomes part of its source.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.charts import COLOURS
from identity.comparison.organisations import ComparedScale, ComparedText, Comparison
from identity.culture.scales import SCALES

SOURCE = Path(__file__).parent / "layout.typ"
QUESTIONS = {
    "who_we_are": gettext_lazy("What are you proud of? When would you be missed?"),
    "what_matters": gettext_lazy("When did you last do something that was not easy, because it mattered?"),
    "how_we_decide": gettext_lazy("Take a decision of last month. How did it come about, and who had to agree?"),
    "how_we_work": gettext_lazy("What does a good week of working together look like to you?"),
    "good_to_know": gettext_lazy("What do people only find out about you after a year?"),
}


def render_guide(comparison: Comparison, language: str) -> bytes:
    """Return the guide for these organisations, in this language, as a PDF."""
    with override(language):
        data = guide_content(comparison, language)
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    inputs: dict[str, Any] = {"input": SOURCE.read_bytes(), "sys_inputs": {"data": json.dumps(data)}}
    try:
        return cast(bytes, compiler.compile(**inputs, format="pdf", pdf_standards=["ua-1"]))
    except typst.TypstError:
        # A script that no letters here can show (Japanese, say) breaks that standard; better a guide without the label.
        return cast(bytes, compiler.compile(**inputs, format="pdf", pdf_standards=[]))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in settings.PDF_FONTS])


def guide_content(comparison: Comparison, language: str) -> dict[str, Any]:
    """Return everything that the guide says, in words, for its layout."""
    names = [side.name for side in comparison.sides]
    return {
        "language": language,
        "title": _("Getting to know each other"),
        "subtitle": _("A guide for an identity conversation"),
        "between": " · ".join(names),
        "made_on": date_format(timezone.localdate()),
        "page": _("page"),
        "organisations": [{"mark": _mark(side.mark), "name": side.name} for side in comparison.sides],
        "purpose": {
            "title": _("Why this conversation?"),
            "text": [
                _("What counts is not how much you differ, but how much energy you put into understanding each other."),
                _(
                    "Take an hour and a half. Sit at one table, without a screen. You need not agree on anything:"
                    " it is enough to understand why the other does what it does."
                ),
            ],
        },
        "rules": {
            "title": _("Ground rules"),
            "items": [
                _("Everyone speaks for their own organisation, not for the other."),
                _("Ask first, and only then say what you think."),
                _("Give an example: what happened, and what did you do?"),
                _("Different is not wrong. There are no good or bad scores."),
                _("Agree beforehand what stays between you."),
            ],
        },
        "words": {
            "title": _("In our own words"),
            "intro": _("Each of you tells in a few minutes. The others listen and then ask one question."),
            "nothing": _("Not written down yet. Tell each other."),
            "room": _("What we heard"),
            "themes": [_text(text) for text in comparison.texts],
        },
        "scales": {
            "title": _("Where we differ, and where we do not"),
            "intro": _(
                "Put your own mark on a line that is still empty. Then look at each line together: do you recognise it?"
            ),
            "empty": _("Not everybody filled this in yet."),
            "not_filled_in": _("not filled in"),
            "room": _("What we say about it"),
            "lines": [_scale(line) for line in comparison.scales],
        },
        "agreements": {
            "title": _("What we agree on"),
            "intro": _("Few and clear. Who does what, and when do you look back at it?"),
            "columns": [_("What"), _("Who"), _("When")],
            "rows": 5,
            "surprise": _("What surprised us most"),
            "again": _("We have the next identity conversation on"),
        },
    }


def _mark(number: int) -> dict[str, Any]:
    """Return colour and shape as on the screen; from the fifth on hollow."""
    return {"shape": (number - 1) % COLOURS, "hollow": number > COLOURS}


def _text(compared: ComparedText) -> dict[str, Any]:
    return {
        "label": compared.label,
        "question": str(QUESTIONS[compared.field]),
        "said": [{"mark": _mark(side.mark), "name": side.name, "text": text} for side, text in compared.said],
    }


def _scale(line: ComparedScale) -> dict[str, Any]:
    return {
        "number": SCALES.index(line.key) + 1,
        "low": str(line.scale.low),
        "high": str(line.scale.high),
        "word": str(line.word),
        "meaning": str(line.meaning),
        "prompt": str(line.prompt),
        "places": [{"mark": _mark(place.mark), "name": place.name, "value": place.value} for place in line.places],
    }
