"""The production settings with one page more: the floor against which all pages are measured."""

from pathlib import Path

from config.settings.production import *  # noqa: F403
from config.settings.production import MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
MIDDLEWARE = ["bench.counting.count_queries", *MIDDLEWARE]
