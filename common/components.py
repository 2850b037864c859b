"""Render components of the design system from Python, for tags that are asked for in every row of a list."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def rendered(component: str, **values: Any) -> SafeString:
    """Return a component of ``templates/components`` without the white space around it."""
    return mark_safe(render_to_string(f"components/{component}.html", values).strip())
