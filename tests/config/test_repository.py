"""Contents that the repository must not hold."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together here, so that this file does not hold them.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"))]
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*> | <style\b | \sstyle\s*=\s*["'] | \son[a-z]+\s*=\s*["'] | javascript:""",
    re.VERBOSE | re.IGNORECASE,
)


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def lines_with(pattern: "re.Pattern[str]", paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"


@pytest.mark.parametrize("registry", REGISTRIES)
def test_repository_names_no_package_registry(registry: str) -> None:
    assert list(lines_with(re.compile(re.escape(registry)), tracked())) == []


def test_lock_file_holds_no_address_of_a_package() -> None:
    assert list(lines_with(re.compile('"resolved"'), [ROOT / "package-lock.json"])) == []


def test_every_pinned_package_has_a_hash() -> None:
    for path in tracked("requirements/*.txt"):
        pins = re.split(r"\n(?=[a-z])", path.read_text())
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_pages_have_no_inline_script_style_or_handler() -> None:
    pages = [path for path in tracked("*.html") if not {"email", "emails"} & set(path.parts)]

    assert list(lines_with(INLINE, pages)) == []


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script>",
        "<script nonce='x'>",
        "<style>",
        '<p style="color: red">',
        "<a onclick='go()'>",
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_recognised(line: str) -> None:
    assert INLINE.search(line)


@pytest.mark.parametrize("line", ['<script src="/app.js" defer></script>', '<div data-on="x">', "<b>style = on</b>"])
def test_ordinary_markup_is_not_taken_for_inline_code(line: str) -> None:
    assert not INLINE.search(line)


def test_no_file_of_others_is_committed() -> None:
    assert tracked("node_modules", "*.min.js", "*.min.css", "*.woff2") == []
