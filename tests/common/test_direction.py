"""What people write stands in the direction of its own letters: Arabic and Hebrew from right to left."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if "emails" not in path.parts]
# The element around a text in several lines, which is always one that a person wrote.
IN_DIRECTION = re.compile(r"""(dir="auto">|<bdi>)\s*(\{% if [^%]*%\})?\{\{ [^}]*\|linebreaks(br)? \}\}""")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_text_that_people_wrote_has_its_own_direction(path: Path) -> None:
    text = path.read_text()
    assert len(re.findall(r"\|linebreaks(?:br)? \}\}", text)) == len(IN_DIRECTION.findall(text))


@pytest.mark.parametrize(
    ("field", "has_direction"),
    [
        pytest.param(forms.CharField(), True, id="line"),
        pytest.param(forms.CharField(widget=forms.Textarea), True, id="text"),
        pytest.param(forms.EmailField(), False, id="address"),
        pytest.param(forms.IntegerField(), False, id="number"),
    ],
)
def test_field_takes_the_direction_of_what_is_typed(field: forms.Field, has_direction: bool) -> None:
    html = field.get_bound_field(forms.Form(), "field").as_widget()
    assert ('dir="auto"' in html) is has_direction
