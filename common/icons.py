"""Pictures out of the bootstrap-icons sprite, put into the page itself: no request, no flash, one colour."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

SPRITE = "vendor/bootstrap-icons/bootstrap-icons.svg"


@cache
def icon_paths(name: str) -> str:
    """The inside of the icon's 16 × 16 picture; KeyError for a name that the sprite does not know."""
    match = re.search(rf'<symbol[^>]* id="{re.escape(name)}"[^>]*>(.*?)</symbol>', _sprite().read_text(), re.DOTALL)
    if match is None:
        raise KeyError(f"There is no icon called {name}.")
    return " ".join(match[1].split())


def _sprite() -> Path:
    """Where the sprite is: in node_modules, or collected where only the static files were installed."""
    found = finders.find(SPRITE)
    return Path(found) if found else Path(settings.STATIC_ROOT) / SPRITE
