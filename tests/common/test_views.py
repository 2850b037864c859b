"""A refusal is shown in one way: beside its field where there is a form, in a message where there is a button."""

import re
from contextlib import AbstractContextManager

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from common.actions import ActionRefused
from common.views import refusals_in, refusals_said
from tests.config.test_repository import ROOT, tracked

# Views that answer a refusal in another way, with the reason.
OTHERWISE = {
    "assessments/views/answering.py",  # the questionnaire has no Django form
    "collab/views/candidates.py",  # a candidate that is settled meanwhile leads back to the list; a field of a form
    "imports/views.py",  # two people at once see the page again, any other refusal is said
    "partners/views/addresses.py",  # both variants of a list are shown as rows
    "partners/merging/views.py",  # the plan is made anew
}


class DayForm(forms.Form):
    day = forms.CharField()


@pytest.mark.parametrize(
    ("field", "errors"),
    [
        pytest.param("day", {"day": ["Choose another day."]}, id="beside its field"),
        pytest.param("hour", {"__all__": ["Choose another day."]}, id="above a form without that field"),
        pytest.param(None, {"__all__": ["Choose another day."]}, id="above the form"),
    ],
)
def test_refusal_is_shown_in_the_form(field: str | None, errors: dict[str, list[str]]) -> None:
    form = DayForm({"day": "Monday"})
    done = []

    with refusals_in(form):
        refuse(field)
        done.append("redirect")

    assert form.errors == errors
    assert done == []


def test_refusal_of_a_button_is_said_in_a_message() -> None:
    request = HttpRequest()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]

    with refusals_said(request):
        refuse(None)

    assert [(message.level_tag, message.message) for message in get_messages(request)] == [
        ("warning", "Choose another day.")
    ]


@pytest.mark.parametrize("shown", [refusals_in(DayForm()), refusals_said(HttpRequest())], ids=["form", "button"])
def test_other_errors_go_on(shown: AbstractContextManager[None]) -> None:
    with pytest.raises(ValueError, match="broken"), shown:
        raise ValueError("broken")


def test_views_show_refusals_in_no_way_of_their_own() -> None:
    own = set()
    for path in tracked("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if re.search(r"/views(/|\.py)", name) and not name.startswith(("common/", "tests/")):
            own |= {name} if "except ActionRefused" in path.read_text() else set()

    assert own - OTHERWISE == set()


def refuse(field: str | None) -> None:
    raise ActionRefused("Choose another day.", field=field)
