"""Take the pictures of the README from a running demo: ``make run``, then ``python -m tests.e2e.readme_pictures``.

The address of the demo can be given; by default it is http://localhost:8000. Writes ``docs/pictures/*.png``.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from portfolio.demo import PASSWORD
from tests.e2e import chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
READER = "administrator@taalkracht.example"  # reads English
SIZE = {"width": 1280, "height": 860}


def take(page: Page, address: str) -> None:
    """Sign in, and take a picture of the portfolio and of the results of a round that several sides answered."""
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", READER)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.get_by_role("heading", name="What needs attention").wait_for()
    page.screenshot(path=FOLDER / "portfolio.png")
    page.get_by_role("link", name="Taalhuis Noord").first.click()
    page.get_by_role("link", name="Results").first.click()
    page.get_by_role("heading", name="The seven success factors").wait_for()
    page.screenshot(path=FOLDER / "results.png")


def main() -> None:
    """Take both pictures."""
    address = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://localhost:8000"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        take(browser.new_page(viewport=SIZE), address)


if __name__ == "__main__":
    main()
