"""Collect every translatable text of the sources, without gettext's own programs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {".venv", "node_modules", "tests", "bench", "var", "staticfiles", ".git"}

# For each function: how many of its first arguments are texts, and whether a context comes before them.
FUNCTIONS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
    "npgettext": (2, True),
    "npgettext_lazy": (2, True),
}
STRING = r"""[uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# What templatize makes of a template tag: a call of one of the functions with literal texts.
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.DOTALL)

# Context (or None) and text, as they identify an entry of a catalogue.
Message = tuple[str | None, str]


def sources(suffix: str) -> list[Path]:
    return [path for path in sorted(ROOT.rglob(f"*{suffix}")) if not NOT_OURS & set(path.relative_to(ROOT).parts)]


def message(function: str, texts: list[str]) -> Message:
    _, with_context = FUNCTIONS[function]
    return (texts[0], texts[1]) if with_context else (None, texts[0])


def in_python(source: str) -> Iterator[Message]:
    """Return the texts in calls of the translation functions, under any name by which they were imported."""
    tree = ast.parse(source)
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if texts:
                yield message(names[node.func.id], texts)


def imported_names(tree: ast.AST) -> dict[str, str]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name: alias.name
        for node in imports
        if node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }


def in_template(source: str) -> Iterator[Message]:
    for call in CALL.finditer(templatize(source)):
        yield message(call[1], [ast.literal_eval(text) for text in re.findall(STRING, call[2])])


def all_messages() -> dict[Message, str]:
    """Return every message, with one place where it is used."""
    found: dict[Message, str] = {}
    for suffix, reader in ((".py", in_python), (".html", in_template), (".txt", in_template)):
        for path in sources(suffix):
            if suffix != ".txt" or "templates" in path.parts:
                for each in reader(path.read_text()):
                    found.setdefault(each, str(path.relative_to(ROOT)))
    return found
