"""Put pictures of the bootstrap-icons sprite into the page itself: no request, no flash, one colour."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

SPRITE = "vendor/bootstrap-icons/bootstrap-icons.svg"


@cache
def icon_paths(name: str) -> str:
    """Return the inside of the icon's 16 × 16 picture; raise KeyError for a name that the sprite does not have."""
    # In node_modules, or among collected static files.
    sprite = Path(finders.find(SPRITE) or Path(settings.STATIC_ROOT) / SPRITE).read_text()
    match = re.search(rf'<symbol[^>]* id="{re.escape(name)}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    if match is None:
        raise KeyError(f"There is no icon called {name}.")
    return " ".join(match[1].split())
