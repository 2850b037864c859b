"""What an installation states about its accessibility, as settings give it."""

from datetime import date

from django.core.exceptions import ImproperlyConfigured


def parse_status(text: str) -> str:
    """Return the letter of a status, A to E, or an empty text; raises ImproperlyConfigured for anything else."""
    letter = text.strip().upper()
    if letter in ("", "A", "B", "C", "D", "E"):
        return letter
    raise ImproperlyConfigured(f"ACCESSIBILITY_STATUS: {text!r} is not a letter from A to E")


def parse_day(text: str) -> date | None:
    """Return a day written as 2026-12-31, None for an empty text; raises ImproperlyConfigured for anything else."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise ImproperlyConfigured(f"ACCESSIBILITY_DATE: {text!r} is not a day such as 2026-12-31") from error
