"""Alerts: each kind is declared once, and read by the page, the dashboard, lists and reminders."""

from collab.alerts import own

# Loaded with the package, so that these kinds come before those of the apps above, which Django loads earlier.
__all__ = ["own"]
