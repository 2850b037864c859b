"""Every piece in templates/components renders, says what it should, and keeps to the content security policy."""

import re
from pathlib import Path
from typing import Any

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from common.paging import CappedPaginator

TEMPLATES = Path(settings.BASE_DIR / "templates")


class ExampleForm(forms.Form):
    q = forms.CharField(label="Search", required=False)
    name = forms.CharField(label="Name", help_text="As people say it.")
    motive = forms.CharField(label="Motive", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), ("a", "Library"), ("b", "Council")])
    mode = forms.ChoiceField(label="Mode", choices=[("c", "Confidential"), ("o", "Open")], widget=forms.RadioSelect)


def component(name: str, path: str = "/list/", **context: Any) -> str:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    with override("en"):
        return " ".join(render_to_string(f"components/{name}.html", context, request).split())


def test_empty_offers_to_make_what_belongs_there() -> None:
    html = component(
        "empty", icon="people", title="No partners yet", text="They go here.", url="/new/", label="Add one"
    )
    assert "<h2>No partners yet</h2> <p>They go here.</p>" in html
    assert '<a class="btn btn-primary" href="/new/">Add one</a>' in html


def test_what_now_has_one_button() -> None:
    html = component("what_now", title="Discuss round 3", url="/r/", label="Prepare", tone="act")
    assert "what-now-act" in html
    assert html.count("btn") == 2


def test_progress_is_a_progress_element_with_words() -> None:
    html = component("progress", value=14, total=17, label="Answers")
    assert '<progress value="14" max="17" aria-label="Answers"></progress>' in html
    assert "14 of 17" in html


def test_progress_of_nothing_is_valid() -> None:
    assert 'value="0" max="1"' in component("progress", value=0, total=0, label="Answers")


def test_response_progress_has_a_row_per_organisation() -> None:
    html = component("response_progress", rows=[{"name": "Library", "responded": 8, "invited": 9, "mark": 1}])
    assert "8 of 9 answered" in html
    assert "mark-1" in html


def test_stepper_marks_the_current_step() -> None:
    steps = [{"label": "People", "state": "done", "url": "/p/"}, {"label": "Check", "state": "current"}]
    html = component("stepper", steps=steps)
    assert '<a href="/p/">People</a> <span class="visually-hidden">(done)</span>' in html
    assert '<li class="is-current" aria-current="step"> <span>Check</span>' in html


def test_tabs_mark_the_current_one() -> None:
    tabs = [{"label": "Overview", "url": "/o/", "current": True}, {"label": "Actions", "url": "/a/", "count": 0}]
    html = component("tabs", tabs=tabs, label="Parts")
    assert '<a href="/o/" aria-current="page"> Overview </a>' in html
    assert '<span class="num">0</span>' in html


def test_copy_link_can_be_copied_by_hand() -> None:
    html = component("copy_link", url="https://example.org/q/1", label="Link", id="link")
    assert '<input class="form-control" id="link" value="https://example.org/q/1" readonly>' in html


def test_pagination_keeps_the_query() -> None:
    page = CappedPaginator(list(range(60)), 25).get_page(2)
    html = component("pagination", "/list/?q=a&sort=-name&page=2", page=page)
    assert "26–50 of 60" in html
    assert 'rel="prev" href="/list/?q=a&amp;sort=-name&amp;page=1"' in html
    assert 'rel="next" href="/list/?q=a&amp;sort=-name&amp;page=3"' in html
    assert '<input type="hidden" name="sort" value="-name" form="filters">' in html


def test_pagination_of_a_single_page_is_silent() -> None:
    assert component("pagination", page=CappedPaginator([1], 25).get_page(1)) == ""


def test_pagination_of_a_very_long_list_says_more_than() -> None:
    assert "1–25 of more than 1,000" in component("pagination", page=CappedPaginator(list(range(5000)), 25).get_page(1))


def test_form_errors_lead_to_the_fields() -> None:
    form = ExampleForm({"name": ""})
    form.add_error(None, "This cannot be.")
    html = component("form_errors", form=form)
    assert "4 things need your attention" in html
    assert "<li>This cannot be.</li>" in html
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert '<a href="#id_mode">Mode</a>' in html


def test_form_without_errors_has_no_summary() -> None:
    assert component("form_errors", form=ExampleForm()) == ""


def test_filter_select_keeps_the_choice() -> None:
    html = component("filter_select", field=ExampleForm({"kind": "b"})["kind"])
    assert '<option value="b" selected>Council</option>' in html
    assert html.count("selected") == 1


def test_filter_search_keeps_what_was_typed() -> None:
    assert 'value="a &amp; &quot;b"' in component("filter_search", field=ExampleForm({"q": 'a & "b'})["q"])


def test_form_field_ties_help_and_error_to_the_input() -> None:
    with override("en"):
        html = " ".join(as_crispy_form(ExampleForm({"name": ""}), "bootstrap5").split())
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<div class="form-text" id="id_name_helptext">As people say it.</div>' in html
    assert '<div class="invalid-feedback" id="id_name_error"> <p>This field is required.</p> </div>' in html
    assert 'Motive <span class="optional">(optional)</span>' in html
    assert '<fieldset class="field" id="id_mode" tabindex="-1" aria-describedby="id_mode_error">' in html


def test_messages_speak_up_by_their_weight() -> None:
    class Message:
        def __init__(self, level_tag: str) -> None:
            self.level_tag = level_tag

    html = component("messages", messages=[Message("error"), Message("success"), Message("info")])
    assert re.findall(r'alert-(\w+)" role="(\w+)"', html) == [
        ("danger", "alert"),
        ("success", "status"),
        ("info", "status"),
    ]


def html_templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def is_mail(name: str) -> bool:
    return name.startswith("emails/") or "/email/" in name


@pytest.mark.parametrize("name", [name for name in html_templates() if not is_mail(name)])
def test_template_keeps_to_the_content_security_policy(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert re.findall(r"""\sstyle=["']|<style|\son\w+=["']|<script(?![^>]*\ssrc=)|hx-on|//cdn""", source) == []


@pytest.mark.parametrize("name", [name for name in html_templates() if not is_mail(name)])
def test_template_with_a_form_shows_what_is_wrong(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    if re.search(r"\|crispy|{% crispy ", source):
        assert "components/form_errors.html" in source
