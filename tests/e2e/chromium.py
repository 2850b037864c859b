"""Finds a Chromium for the browser tests; ``python -m tests.e2e.chromium`` installs one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The program named by CHROMIUM, or the one on the path, or the one Playwright installed."""
    if named := os.environ.get("CHROMIUM"):
        return named
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or playwrights_own()


def playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """By the system's own packages where we may, else by Playwright, which needs no rights for the browser itself."""
    if os.geteuid() == 0 and shutil.which("apt-get") and install_package():
        return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def install_package() -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return all(subprocess.run(["apt-get", *step], env=quiet).returncode == 0 for step in steps)


def main() -> int:
    if find() is None:
        print("No Chromium found for the browser tests; installing one.")
        install()
    if (path := find()) is None:
        print("No Chromium could be installed. Install one, or name it: make test CHROMIUM=/path/to/chromium")
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
