"""The accessibility checker axe-core, run inside an open page."""

from django.conf import settings
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 AA on the page as it is now: rule, then where."""
    page.evaluate((settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text())
    # Only what is wrong is worked out in full, which is four times as quick.
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [f"{rule['id']}: {node['target']}" for rule in result["violations"] for node in rule["nodes"]]
