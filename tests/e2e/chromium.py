"""Find a Chromium for the browser tests; ``python -m tests.e2e.chromium`` installs one where there is none.

The headless shell comes first: Chromium without windows. It draws the same pages, and takes a fifth of the time of a
browser that draws its own windows, menus and tabs around every page although nobody looks at them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the program named by CHROMIUM, or a headless shell, or a whole browser: on the path, or Playwright's."""
    return os.environ.get("CHROMIUM") or on_path(SHELLS) or playwrights_own() or on_path(BROWSERS)


def on_path(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def playwrights_own() -> str | None:
    """Return the program that Playwright installed: its headless shell, which lies beside its browser."""
    with sync_playwright() as playwright:
        browser = Path(playwright.chromium.executable_path)
    folders = browser.parents[2]
    shells = [path for name in SHELLS for path in folders.glob(f"chromium_headless_shell-*/*/{name}")]
    return next((str(path) for path in (*shells, browser) if path.exists()), None)


def install() -> None:
    """Install by the system's own packages where we may, else by Playwright, which needs no rights for the browser."""
    if os.geteuid() == 0 and shutil.which("apt-get") and any(map(install_package, (SHELLS[0], BROWSERS[0]))):
        return
    if on_path(BROWSERS) is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], check=True)


def install_package(name: str) -> bool:
    """Install a package, from new lists where those of this machine do not lead to it; return whether it is there."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--no-remove", name]
    steps = (wanted, ["apt-get", "update", "-qq"], wanted)
    return any(subprocess.run(step, env=quiet).returncode == 0 and shutil.which(name) for step in steps)


def main() -> int:
    if "CHROMIUM" not in os.environ and on_path(SHELLS) is None and playwrights_own() is None:
        print("No headless Chromium found for the browser tests; installing one.")
        install()
    if (path := find()) is None:
        print("No Chromium could be installed. Install one, or name it: make test CHROMIUM=/path/to/chromium")
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
