"""Every file of ours, and every name in one, that the documentation mentions between backticks exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
# Such as `collab/urls.py`, `tests/e2e/`, or `collab/views/agreements.py: actionitem_update`.
IN_FOLDER = re.compile(r"(?P<path>[\w.-]+(?:/[\w.-]*)+)(?:: (?P<name>\w+))?")
# Such as `audit.context.recording(actor, label)` or `CycleQuerySet.stuck`.
DOTTED = re.compile(r"(?P<names>\w+(?:\.\w+)+)(?:\(.*\))?")


def folders() -> set[str]:
    """Return the folders of our own that hold Python code or templates."""
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"docs", "static", "templates"}


@cache
def defined_in(path: Path) -> set[str]:
    """Return the names that a module or package defines or imports, those inside its classes included."""
    files = sorted(path.glob("*.py")) if path.is_dir() else [path]
    found = {file.stem for file in files} | {file.name for file in path.glob("*/")}
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found


@cache
def classes() -> dict[str, Path]:
    """Return the module of each class of ours."""
    modules = [path for folder in folders() for path in (ROOT / folder).rglob("*.py")]
    return {
        node.name: path
        for path in modules
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }


def is_file(path: str, name: str | None) -> bool:
    """Return whether a file or folder exists, from the root or among the templates, and holds ``name`` if given."""
    found = next((at / path for at in (ROOT, ROOT / "templates") if (at / path).exists()), None)
    return found is not None and (name is None or name in defined_in(found))


def is_name(dotted: str) -> bool:
    """Return whether a class defines the attribute, or the modules on the way exist and the last defines the rest."""
    first, *names = dotted.split(".")
    if first in classes():
        return names[0] in defined_in(classes()[first])
    path = ROOT / first
    while names and path.is_dir() and ((path / names[0]).is_dir() or (path / f"{names[0]}.py").is_file()):
        path = path / names[0] if (path / names[0]).is_dir() else path / f"{names[0]}.py"
        names.pop(0)
    return defined_in(path).issuperset(names)


def is_permission(dotted: str) -> bool:
    app = dotted.partition(".")[0]
    return any(f'"{dotted}"' in path.read_text() for path in (ROOT / app).rglob("rules.py"))


def exists(code: str) -> bool:
    """Return whether a file or name exists; True for what is neither, or not ours."""
    if found := IN_FOLDER.fullmatch(code):
        return found["path"].split("/")[0] not in folders() or is_file(found["path"], found["name"])
    if found := DOTTED.fullmatch(code):
        is_ours = found["names"].split(".")[0] in folders() | classes().keys()
        return not is_ours or is_name(found["names"]) or is_permission(found["names"])
    return True


def unknown(text: str) -> list[str]:
    """Return the files and names of ours in a text that do not exist."""
    return [code for code in re.findall(r"`([^`]+)`", FENCED.sub("", text)) if not exists(code)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_the_documentation_names_exists(page: Path) -> None:
    assert unknown(page.read_text()) == []


@pytest.mark.parametrize(
    "code",
    [
        "collab/url.py",
        "collab/views/agreements.py: actionitem_destroy",
        "audit.context.writing(actor, label)",
        "audit.contexts.recording",
        "collab.burn_actionitem",
        "CycleQuerySet.lost",
        "assessments/gone.html",
    ],
)
def test_what_is_gone_is_noticed(code: str) -> None:
    assert unknown(f"Look at `{code}`.") == [code]
