"""WCAG 2.2 contrast of the tokens, light and dark: 4.5 for text, 3 for what must be seen to be used or understood."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface", "sunken", "hover")),
    *(("brand", ground) for ground in ("paper", "surface", "sunken", "hover", "brand-soft")),
    *((band, f"{band}-soft") for band in ("strong", "discuss", "act")),
    *((band, "surface") for band in ("strong", "discuss", "act")),
    ("brand-ink", "brand"),
    ("brand-ink", "brand-hover"),
    ("act-ink", "act"),
    ("act-ink", "act-hover"),
    ("brand-hover", "surface"),
    ("act", "sunken"),
]
SHAPES = [
    *(("line-field", ground) for ground in ("paper", "surface")),
    *(("focus", ground) for ground in ("paper", "surface", "sunken")),
    *((f"org-{n}", ground) for n in range(1, 5) for ground in ("surface", "strong-soft", "discuss-soft", "act-soft")),
    ("ink-2", "act-soft"),
]


def tokens(theme: str) -> dict[str, str]:
    css = Path(settings.BASE_DIR / "static/css/tokens.css").read_text()
    blocks = re.findall(r"^([^{}/]+)\{([^}]*)\}", css, re.MULTILINE)
    found: dict[str, str] = {}
    for selector, body in blocks:
        names = {name.strip() for name in selector.split(",")}
        if names == {":root"} or (theme == "dark" and names == {'[data-bs-theme="dark"]'}):
            found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance, 0–1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return (lighter + 0.05) ÷ (darker + 0.05): 1–21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme: str, shape: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[shape], colours[ground]) >= 3


def test_dark_changes_every_colour_that_light_sets() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert [name for name in light if light[name] == dark[name]] == []
