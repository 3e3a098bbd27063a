"""Imports go downward only; heavy libraries are imported where they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import derive
from tests.conftest import source_trees

PACKAGE = Path(derive.__file__).parent
FLOORS = ["patterns", "errors", "store", "files", "maths", "problem", "derivation", "grading", "transcripts", "course", "reports", "rewards", "integrations", "commands", "cli"]
FACADE = {"__init__", "__main__"}  # they open the door to every floor
# Modules of a floor that stand above the rest of it would be a floor of their own.


def _floor(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "derive" or len(parts) < 2:
        return None
    return FLOORS.index(parts[1]) if parts[1] in FLOORS else None


def _module(file: Path) -> str:
    return ".".join(("derive", *file.relative_to(PACKAGE).with_suffix("").parts))


def test_imports_go_downward() -> None:
    wrong = []
    for file, tree in source_trees():
        module = _module(file)
        if module.split(".")[1] in FACADE:
            continue
        own = _floor(module)
        assert own is not None, f"{module} stands on no floor"
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                floor = _floor(name)
                if floor is not None and floor > own:
                    wrong.append(f"{module} imports {name}")
    assert not wrong


def test_cvxpy_is_imported_in_few_places() -> None:
    users = {_module(f) for f in PACKAGE.rglob("*.py") if "import cvxpy" in f.read_text(encoding="utf-8")}
    assert users <= {"derive.derivation.truth", "derive.derivation.lowering", "derive.grading.stress.truth", "derive.grading.stress.optimum"}


def test_import_is_light() -> None:
    code = "import sys, derive, derive.cli, derive.grading.grade; print([m for m in ('sympy', 'cvxpy', 'scipy', 'matplotlib') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_every_rule_is_registered() -> None:
    """A rule file that is not in RULES does not exist: forgetting it must fail."""
    from derive.derivation.solve import RULES

    registered = {r.__name__.rsplit(".", 1)[1] for r in RULES}
    for file in (PACKAGE / "derivation" / "rules").glob("*.py"):
        names = {n.name for n in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef)}
        if {"accepts", "derive"} <= names:
            assert file.stem in registered, f"{file.name} is a rule but not registered"


def test_no_name_of_a_module_is_given_twice() -> None:
    """A pattern or function that a later one of its name replaces is dead, and what used it reads the other."""
    twice = []
    for file, tree in source_trees():
        seen: set[str] = set()
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            names = [t.id for t in targets if isinstance(t, ast.Name)] + ([node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else [])
            twice += [f"{_module(file)}.{n}" for n in names if n in seen]
            seen.update(names)
    assert not twice
