import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override

from common.templatetags import ui

TODAY = date(2026, 3, 10)


def render(source: str, language: str = "en", **context: Any) -> str:
    with override(language):
        return Template("{% load ui %}" + source).render(Context(context)).strip()


def render_for(request: HttpRequest, source: str, **context: Any) -> str:
    with override("en"):
        return Template("{% load ui %}" + source).render(RequestContext(request, context)).strip()


def request_for(path: str, view_name: str = "") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.resolver_match = SimpleNamespace(view_name=view_name) if view_name else None  # type: ignore[assignment]
    return request


def test_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "list" %}')
    assert 'role="img" aria-label="Menu &lt;3"' in render('{% icon "list" label=label %}', label="Menu <3")


def test_band_pill_has_colour_number_and_word() -> None:
    assert render("{% band_pill band score %}", band="act", score=2.8) == (
        '<span class="pill pill-act"><b>2.8</b> Work on this</span>'
    )


def test_band_pill_without_score_has_only_the_word() -> None:
    assert render("{% band_pill band %}", band="strong") == '<span class="pill pill-strong">Strong</span>'


def test_band_pill_without_band_says_so() -> None:
    assert render("{% band_pill None %}") == '<span class="pill">No number</span>'
    assert render("{% band_pill None none=none %}", none="<i>") == '<span class="pill">&lt;i&gt;</span>'


def test_heat_cells_follow_the_language() -> None:
    source, cells = "{% heat_cells cells %}", [{"name": "Trust", "band": "strong", "score": 4.2}]
    assert "4,2<" in render(source, "nl", cells=cells)
    assert "4.2<" in render(source, "en", cells=cells)


def test_heat_cells_mark_the_first_lowest_for_phones() -> None:
    cells = [
        {"name": "Trust", "band": "strong", "score": 4.2},
        {"name": "Aims", "band": "act", "score": 2.1},
        {"name": "Roles", "band": "act", "score": 2.1},
        {"name": "Experience", "band": None, "score": None},
    ]
    html = render("{% heat_cells cells %}", cells=cells)
    assert re.findall(r'class="worst" data-label="(\w+)"', html) == ["Aims"]


def test_heat_cell_without_number_says_so() -> None:
    cells = [{"name": "Trust", "band": None, "score": None}]
    assert "No number" in render("{% heat_cells cells %}", cells=cells)


def test_gap_text_has_figure_and_words() -> None:
    text = render("{% gap_text value label %}", value=1.2, label="clear")
    assert '<b class="num">1.2</b> <span class="text-nowrap">clear difference</span>' in text
    assert 'class="gap-text gap-clear"' in text


@pytest.mark.parametrize(("value", "label"), [(0.3, None), (None, None), (None, "ask")])
def test_gap_text_is_empty_without_a_difference(value: float | None, label: str | None) -> None:
    assert render("{% gap_text value label %}", value=value, label=label) == ""


@pytest.mark.parametrize(
    ("value", "css"), [("active", "pill pill-brand"), ("failed", "pill pill-act"), ("other", "pill")]
)
def test_status_pill_has_the_tone_of_its_value(value: str, css: str) -> None:
    assert render('{% status_pill value "Word" %}', value=value) == f'<span class="{css}">Word</span>'


def test_due_and_due_pill_agree() -> None:
    late = TODAY - timedelta(31)
    assert render("{{ day|due:today }}", day=late, today=TODAY) == "31 days late"
    assert render("{% due_pill day today=today %}", day=late, today=TODAY) == (
        '<span class="pill pill-act">31 days late</span>'
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (TODAY + timedelta(3), '<span class="pill pill-discuss">in 3 days</span>'),
        (TODAY + timedelta(240), "in 8 months"),
        (None, "—"),
    ],
)
def test_due_pill_is_plain_when_far(day: date | None, expected: str) -> None:
    assert render("{% due_pill day today=today %}", day=day, today=TODAY) == expected


def test_breadcrumb_ends_with_this_page() -> None:
    html = render('{% breadcrumb "Partners" "/partners/" name %}', name="A & B")
    assert '<a href="/partners/">Partners</a>' in html
    assert '<li class="breadcrumb-item active" aria-current="page">A &amp; B</li>' in html


def test_breadcrumb_may_end_with_a_link() -> None:
    assert "aria-current" not in render('{% breadcrumb "Partners" "/partners/" %}')


@pytest.mark.parametrize(
    ("view_name", "expected"),
    [
        ("accounts:preferences", ' aria-current="page"'),
        ("accounts:colleague-list", ' aria-current="true"'),
        ("collab:collaboration-list", ""),
        ("", ""),
    ],
)
def test_nav_item_marks_its_section(view_name: str, expected: str) -> None:
    html = render_for(request_for("/", view_name), '{% nav_item "accounts:preferences" "Account" %}')
    assert html == f'<li><a href="/account/"{expected}>Account</a></li>'


def test_nav_item_section_can_be_narrower() -> None:
    request = request_for("/", "accounts:preferences")
    html = render_for(request, '{% nav_item "accounts:colleague-list" "Colleagues" section="accounts:colleague" %}')
    assert "aria-current" not in html


@pytest.mark.parametrize("view_name", ["collab:collaboration-detail", "assessments:cycle-results"])
def test_nav_item_may_stand_for_several_sections(view_name: str) -> None:
    source = '{% nav_item "collab:collaboration-list" "Ours" section="collab: assessments:" %}'
    assert 'aria-current="true"' in render_for(request_for("/", view_name), source)


def test_nav_item_shows_a_count_above_zero() -> None:
    source = '{% nav_item "accounts:preferences" "Account" count=count %}'
    assert '<span class="nav-count">5</span>' in render_for(request_for("/"), source, count=5)
    assert "nav-count" not in render_for(request_for("/"), source, count=0)


@pytest.mark.parametrize(
    ("account", "cookie", "expected"),
    [
        (None, None, ""),
        (None, "dark", "dark"),
        (None, '"><script>', ""),
        ("light", "dark", "light"),
        ("system", "dark", ""),
    ],
)
def test_theme_follows_the_account_and_then_the_cookie(account: str | None, cookie: str | None, expected: str) -> None:
    request = request_for("/")
    if account:
        request.user = SimpleNamespace(appearance=account)  # type: ignore[assignment]
    if cookie:
        request.COOKIES["appearance"] = cookie
    assert render_for(request, "{% chosen_theme %}") == expected


def sort_header(query: str, **context: Any) -> str:
    return render_for(request_for(f"/partners/?{query}"), '{% sort_header "name" "Name" %}', **context)


def test_sort_header_sorts_and_keeps_the_filters_but_not_the_page() -> None:
    html = sort_header("q=a%26b&page=3")
    assert 'href="/partners/?q=a%26b&amp;sort=name"' in html
    assert "aria-sort" not in html


@pytest.mark.parametrize(
    ("query", "order", "turn"), [("sort=name", "ascending", "-name"), ("sort=-name", "descending", "name")]
)
def test_sort_header_turns_the_order_round(query: str, order: str, turn: str) -> None:
    html = sort_header(query)
    assert f'aria-sort="{order}"' in html
    assert f'href="/partners/?sort={turn}"' in html


def test_sort_header_believes_the_view_about_the_order() -> None:
    assert 'aria-sort="ascending"' in sort_header("", sort="name")


def test_sort_header_may_start_downwards() -> None:
    html = render_for(request_for("/x/"), '{% sort_header "n" "Number" first="-" num=True %}')
    assert 'href="/x/?sort=-n"' in html
    assert 'class="num"' in html


def test_filters_is_a_form_that_works_by_itself() -> None:
    html = render_for(request_for("/partners/?q=x"), "{% filters %}<input name=q>{% endfilters %}")
    html = " ".join(html.split())
    assert '<form class="filter-bar" id="filters" method="get" action="/partners/"' in html
    assert "<input name=q>" in html
    assert "<button" in html


def test_query_replaces_all_values_of_a_key() -> None:
    assert ui._query(RequestFactory().get("/?a=1&a=2&b=3").GET, a="4", b=None) == "a=4"


def test_long_addresses_break_where_people_would_break_them() -> None:
    assert ui.breakable("https://www.x.nl/<a>") == "https://<wbr>www<wbr>.x<wbr>.nl/<wbr>&lt;a&gt;"
    assert ui.breakable("jan.de@x.nl") == "jan<wbr>.de@<wbr>x<wbr>.nl"
