"""The accessibility checker axe-core, run inside an open page."""

from functools import cache

from django.conf import settings
from playwright.sync_api import Page

# Part of WCAG 2.2 AA (2.5.8), and not asked unless by name.
OFTEN_OFF = {"target-size": {"enabled": True}}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def checker() -> str:
    return (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()


def violations(page: Page, *rules: str) -> list[str]:
    """Return the violations of WCAG 2.2 AA on the page as it is now, or only of these ``rules``: rule and place."""
    # A letter that comes in late moves everything while it is being measured.
    page.evaluate("document.fonts.ready.then(() => true)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(checker())
    # Only what is wrong is worked out in full, which is four times as quick.
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": asked, "resultTypes": ["violations"], "preload": False, "rules": {} if rules else OFTEN_OFF}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [f"{rule['id']}: {node['target']}" for rule in result["violations"] for node in rule["nodes"]]
