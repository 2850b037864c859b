"""``make mutate``: change the code in one place at a time, and tell which changes no test notices.

``ARGS="assessments/rules.py collab/rules.py"`` names the modules; ``--every 4`` takes each fourth change. Works in a
copy of the repository, so that a run that is broken off leaves nothing behind.
"""

import argparse
import ast
import copy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "staticfiles", ".*_cache", "__pycache__")
WALLS = [
    "tests/test_who_may.py",
    "tests/test_visibility.py",
    "tests/test_permissions.py::test_collaboration_of_others_is_not_there_for_a_partner",
    "tests/test_permissions.py::test_permission_asked_without_a_row_is_none_to_a_row",
]
GENERIC = ["tests/test_visibility.py", "tests/test_permissions.py", "tests/test_alerts_agree.py"]
# The tests that are asked first about a change in each module; what they do not notice, those of the whole app may.
TESTS = {
    "assessments/rules.py": [
        "tests/test_who_may.py",
        "tests/assessments/test_rules.py",
        "tests/assessments/test_cycle_views.py",
        *WALLS,
    ],
    "assessments/querysets.py": ["tests/assessments", "tests/test_alerts_agree.py", *WALLS],
    "assessments/disclosure.py": ["tests/assessments/test_disclosure.py", "tests/assessments/test_scoring.py"],
    "assessments/scoring.py": ["tests/assessments/test_scoring.py", "tests/assessments/test_disclosure.py"],
    "assessments/reminders.py": [
        "tests/assessments/test_reminders.py",
        "tests/assessments/test_mail_that_does_not_arrive.py",
        "tests/assessments/test_mails_at_delivery.py",
        "tests/test_alerts_agree.py",
    ],
    "assessments/actions/closing.py": [
        "tests/assessments/test_closing.py",
        "tests/assessments/test_actions.py",
        "tests/assessments/test_reminders.py",
    ],
    "collab/rules.py": [*WALLS, "tests/collab/test_visibility.py"],
    "collab/querysets.py": ["tests/collab", "tests/test_alerts_agree.py", *WALLS],
    "collab/reminders.py": ["tests/collab/test_reminders.py", "tests/test_alerts_agree.py"],
    "identity/rules.py": [*WALLS, "tests/identity"],
    "identity/querysets.py": ["tests/identity", *WALLS],
    "partners/rules.py": [*WALLS, "tests/partners"],
}
COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COMBINED = {
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
# What pytest ends with when tests failed, or when a module cannot be imported any more.
NOTICED = (1, 2)
LEFT_ALONE = ("annotation", "returns", "decorator_list")
NARROWING = ("filter", "exclude", "order_by", "distinct")
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the node with one thing changed, for each change that we know."""
    if isinstance(node, ast.Call):
        yield from variants_of_call(node)
    if isinstance(node, ast.If):
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand
    yield from variants_of_operator(node)


def variants_of_operator(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a comparison or combination with another operator, or without one of its sides."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        yield ast.Compare(node.left, [COMPARED[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        yield from (ast.BoolOp(node.op, node.values[:n] + node.values[n + 1 :]) for n in range(len(node.values)))
    if isinstance(node, ast.BinOp) and type(node.op) in COMBINED:
        yield ast.BinOp(node.left, COMBINED[type(node.op)](), node.right)
        yield from (node.left, node.right) if isinstance(node.op, ast.BitOr | ast.BitAnd) else ()


def variants_of_call(node: ast.Call) -> Iterator[ast.AST]:
    """Yield a query that is narrowed less, or the opposite of a function."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in NARROWING:
        yield node.func.value
        for number in range(len(node.keywords) if len(node.keywords) + len(node.args) > 1 else 0):
            yield ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1 :])
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield ast.Call(ast.Name(SWAPPED[node.func.id], ast.Load()), node.args, node.keywords)


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed, and the whole module with that change."""
    tree = ast.parse(source)
    unnoticed = {id(part) for whole in ast.walk(tree) for part in left_alone_in(whole)}
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if id(parent) in unnoticed or field in LEFT_ALONE:
                continue
            for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                for variant in variants(node) if isinstance(node, ast.AST) else ():
                    put(parent, field, place, variant)
                    said = f"line {getattr(node, 'lineno', 0)}: {short(node)}  →  {short(variant)}"
                    yield said, ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
                    put(parent, field, place, node)


def left_alone_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield each part of the types and decorators of a node: whether data is frozen, say, is for mypy to notice."""
    for field in LEFT_ALONE:
        declared = getattr(node, field, None)
        for part in declared if isinstance(declared, list) else [declared]:
            if isinstance(part, ast.AST):
                yield from ast.walk(part)


def put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    """Set one child of a node."""
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def short(node: ast.AST) -> str:
    """Return the first line of the code of a node."""
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()[0][:90]


def survivors(place: Path, module: str, every: int) -> tuple[int, list[str]]:
    """Return how many changes of a module were tried in the copy at ``place``, and those with which its tests pass."""
    target = place / module
    source = target.read_text()
    pytest = ["nice", "-n", "10", sys.executable, "-m", "pytest", "-q", "-x", "--failed-first", "--reuse-db"]
    command = [*pytest, *TESTS[module]]
    wider = [*pytest, f"tests/{module.partition('/')[0]}", "tests/notifications", *GENERIC]
    tried, left = 0, list[str]()
    began = time.monotonic()
    unchanged = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    # A change can make a loop endless, which is noticed as well.
    patience = 60 + 10 * (time.monotonic() - began)
    if unchanged.returncode:
        sys.exit(f"{unchanged.stdout}\nThese tests fail without any change: they would notice every change.")
    try:
        for number, (said, changed) in enumerate(mutants(source)):
            if number % every:
                continue
            target.write_text(changed)
            tried += 1
            if not is_noticed(command, place, patience) and not is_noticed(wider, place, patience=3600):
                left.append(said)
                print(f"  survived  {module} {said}", flush=True)
    finally:
        target.write_text(source)
    return tried, left


def is_noticed(command: list[str], place: Path, patience: float) -> bool:
    """Run the tests in ``place``; return whether any failed, or they did not end within ``patience`` seconds."""
    try:
        return (
            subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=patience).returncode in NOTICED
        )
    except subprocess.TimeoutExpired:
        return True


def main() -> None:
    """Change the modules that were named, or all of ``TESTS``, and fail below 95 %."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("modules", nargs="*", help=", ".join(TESTS))
    parser.add_argument("--every", type=int, default=1, help="take one change of so many")
    options = parser.parse_args()
    tried, left = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "copy"
        shutil.copytree(ROOT, place, ignore=LEFT_OUT)
        (place / "node_modules").symlink_to(ROOT / "node_modules")  # icons are read from there
        for module in options.modules or TESTS:
            number, found = survivors(place, module, options.every)
            print(f"{module}: {number - len(found)} of {number} noticed", flush=True)
            tried, left = tried + number, left + len(found)
    sys.exit(left > 0.05 * tried)


if __name__ == "__main__":
    main()
