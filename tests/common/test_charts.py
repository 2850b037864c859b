import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils.translation import override

from common.charts import TOGETHER, mark_shape

LIBRARY = {"name": "Library", "score": 4.1}
COUNCIL = {"name": "Council", "score": 2.9}


def render(source: str, **context: object) -> str:
    with override("en"):
        return Template("{% load ui %}" + source).render(Context(context)).strip()


def factor_line(*organisations: dict[str, object], gap: dict[str, object] | None = None, label: str = "Trust") -> str:
    return render("{% factor_line rows gap=gap label=label %}", rows=organisations, gap=gap, label=label)


def line(*organisations: dict[str, object], gap: dict[str, object] | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(factor_line(*organisations, gap=gap, label="Experience"))


def classes(svg: ElementTree.Element) -> list[str]:
    return [element.get("class", "") for element in svg.iter()]


def test_factor_line_places_marks_along_the_line() -> None:
    places = [(e.get("x"), e.get("y")) for e in line(LIBRARY, COUNCIL).iter() if e.get("class") == "mark-place"]
    assert places == [("77.5%", "17"), ("47.5%", "17")]


def test_factor_line_ends_lie_at_one_and_five() -> None:
    svg = line({"name": "A", "score": 1}, {"name": "B", "score": 5})
    assert [e.get("x") for e in svg.iter() if e.get("class") == "mark-place"] == ["0%", "100%"]


def test_factor_line_says_everything_in_words() -> None:
    svg = line(LIBRARY, COUNCIL, {"name": "Care", "score": None}, gap={"value": 1.2, "label": "clear"})
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Experience. Library: 4.1; Council: 2.9; Care: no number; clear difference: 1.2"


def test_factor_line_hides_nothing_behind_an_equal_mark() -> None:
    svg = line(*({"name": name, "score": 3.5} for name in "ABC"))
    assert [e.get("y") for e in svg.iter() if e.get("class") == "mark-place"] == ["17", "7", "27"]


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(None, "gap"), ({"value": 0.6, "label": "ask"}, "gap"), ({"value": 1, "label": "clear"}, "gap gap-clear")],
)
def test_factor_line_draws_a_clear_gap_thicker(gap: dict[str, object] | None, expected: str) -> None:
    assert expected in classes(line(LIBRARY, COUNCIL, gap=gap))


def test_factor_line_of_one_organisation_has_no_gap() -> None:
    assert "gap" not in classes(line(LIBRARY, {"name": "Council", "score": None}))


def test_factor_line_marks_several_together_with_a_shape_of_their_own() -> None:
    svg = line(LIBRARY, {"name": "Council and Care, counted together", "score": 3.2, "mark": TOGETHER})
    assert "mark mark-together" in classes(svg)
    assert "mark mark-2" not in classes(svg)
    assert svg.get("aria-label") == "Experience. Library: 4.1; Council and Care, counted together: 3.2"
    assert [element.text for element in svg.iter() if element.tag == "title"][1] == (
        "Council and Care, counted together: 3.2"
    )


def test_factor_line_takes_the_mark_that_an_organisation_has() -> None:
    assert "mark mark-3" in classes(line(LIBRARY, {"name": "Council", "score": 2.9, "mark": 3}))


def test_factor_line_keeps_the_mark_of_a_place() -> None:
    svg = line({"name": "Hidden", "score": None}, COUNCIL)
    assert "mark mark-2" in classes(svg)
    assert "mark mark-1" not in classes(svg)


def test_factor_line_escapes_names() -> None:
    assert "<script>" not in factor_line({"name": "<script>", "score": 3}, label="<b>")


def test_factor_line_has_no_inline_style() -> None:
    assert "style=" not in factor_line(LIBRARY, COUNCIL)


def test_organisation_marks_differ_in_colour_and_shape_and_then_become_hollow() -> None:
    shapes = [mark_shape(number) for number in range(1, 9)]
    assert len(set(shapes)) == 8
    assert ["mark-hollow" in shape for shape in shapes] == [False] * 4 + [True] * 4
    assert [re.findall(r"mark-\d", shape) for shape in shapes] == [[f"mark-{n}"] for n in (1, 2, 3, 4, 1, 2, 3, 4)]


def test_organisation_mark_is_decoration() -> None:
    assert ElementTree.fromstring(render("{% organisation_mark 2 %}")).get("aria-hidden") == "true"


def test_factor_scale_numbers_the_line() -> None:
    texts = [(e.get("x"), e.text) for e in ElementTree.fromstring(render("{% factor_scale %}"))]
    assert texts == [("0%", "1"), ("25%", "2"), ("50%", "3"), ("75%", "4"), ("100%", "5")]
