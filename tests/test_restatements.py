"""The same problem stated otherwise has the same key: over every spec, from its data.

Scaled objectives, renamed symbols, permuted coordinates, constraints that say nothing. What is derived must be the key
of the original up to the restatement, and where nothing is derived the rule says why.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.derivation.steps import Derivation, NotDerived
from derive.maths import expr as E
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.expr import Expr
from derive.maths.worlds import world_sets
from derive.problem.load import from_data, load
from derive.problem.model import Part, Problem
from derive.reports.function import formulas
from tests.conftest import SPECS
from tests.keys import certify, solve

FILES = sorted(SPECS.rglob("*.toml"))


def spread(first: int) -> list[Any]:
    """Every spec; three in four only with --long, others for every restatement."""
    return [pytest.param(f, id=f.stem, marks=() if i % 4 == first else pytest.mark.long) for i, f in enumerate(FILES)]


FRESH = ("kappa", "xi", "zeta", "nu", "chi", "psi", "omega", "upsilon", "phi", "iota", "Gamma", "Omega", "Psi", "Phi")


@cache
def stated(file: Path) -> Problem:
    return load(file)


def derived(problem: Problem, part: Part) -> Derivation:
    out = solve(problem, part)
    assert isinstance(out, Derivation), f"{part.id}: {out.reason}"
    return out


def programs(file: Path) -> Iterator[tuple[Part, Derivation]]:
    """The parts that state a program and are derived."""
    problem = stated(file)
    for part in problem.parts:
        if part.program is not None and part.ask in ("argmin", "argmax", "value"):
            d = solve(problem, part)
            if isinstance(d, Derivation):
                yield part, d


def restated(file: Path, change: Any) -> Problem:
    data = copy.deepcopy(dict(stated(file).data))
    for raw in data["parts"]:
        change(raw)
    data.pop("misconceptions", None)
    return from_data(data, f"{file.stem} restated")


def numbers(exprs: tuple[Expr, ...], values: dict[str, Any], dims: dict[str, int]) -> list[Any]:
    return [np.asarray(evaluate(E.as_column(e), Batch(values, dims, 1))[0]) for e in exprs]


def instances(problem: Problem) -> Iterator[tuple[dict[str, Any], dict[str, int]]]:
    for ws in world_sets(problem.symbols, count=2, seed=77)[1:4] or world_sets(problem.symbols, count=2, seed=77):
        yield {n: v[:1] for n, v in ws.batch.values.items()}, dict(ws.batch.dims)


def same(a: Derivation, b: Derivation, problem: Problem, factor: float = 1) -> None:
    """Equal answers in random instances; a value is `factor` times the other."""
    for values, dims in instances(problem):
        for x, y in zip(numbers(formulas(a), values, dims), numbers(formulas(b), values, dims), strict=True):
            assert np.allclose(factor * x, y, rtol=1e-8, atol=1e-9, equal_nan=True), (a.answer, b.answer)


# ------------------------------------------------------------------------------------------ scale the objective

@pytest.mark.parametrize("file", spread(0))
def test_a_scaled_objective_has_the_same_optimum(file: Path) -> None:
    def change(raw: dict[str, Any]) -> None:
        for key in ("minimize", "maximize"):
            if key in raw:
                raw[key] = f"3*({raw[key]})"

    parts = [(p, d) for p, d in programs(file) if not p.also]
    if parts:
        other = restated(file, change)
        for part, d in parts:
            same(d, derived(other, other.part(part.id)), stated(file), 3 if part.ask == "value" else 1)


# ------------------------------------------------------------------------------------------ turn the sense

@pytest.mark.parametrize("file", spread(1))
def test_minimising_is_maximising_the_negative(file: Path) -> None:
    def change(raw: dict[str, Any]) -> None:
        key, other = ("minimize", "maximize") if "minimize" in raw else ("maximize", "minimize")
        if key in raw:
            raw[other] = f"-({raw.pop(key)})"
            raw["ask"] = {"argmin": "argmax", "argmax": "argmin"}.get(raw["ask"], raw["ask"])

    parts = [(p, d) for p, d in programs(file) if not p.also]
    if parts:
        other = restated(file, change)
        for part, d in parts:
            same(d, derived(other, other.part(part.id)), stated(file), -1 if part.ask == "value" else 1)


# ------------------------------------------------------------------------------------------ rename

def renamed(file: Path) -> tuple[Problem, dict[str, str]] | None:
    """The spec with every symbol that its formulas use under another name; None where letters are short."""
    problem = stated(file)
    data = copy.deepcopy(dict(problem.data))
    names = [n for n, s in problem.symbols.items() if s.kind == "value"]
    free = [g for g in FRESH if g not in problem.symbols and not any(g in a for s in problem.symbols.values() for a in s.aliases)]
    if len(free) < len(names):
        return None
    to = dict(zip(names, free, strict=False))
    # A transposition is no symbol, and neither is a letter of a longer name.
    pattern = re.compile("|".join(rf"(?<![A-Za-z0-9\\]){re.escape(n)}(?![A-Za-z0-9(])" for n in sorted(to, key=len, reverse=True)))

    def text(v: Any) -> Any:
        if isinstance(v, str):
            return pattern.sub(lambda m: m.group() if m.string[: m.start()].endswith("^") and m.group() == "T" else to[m.group()], v)
        return [text(x) for x in v] if isinstance(v, list) else v

    symbols = {to.get(n, n): {k: text(v) if k in ("let", "is", "value", "multiple_of", "gradient") else v for k, v in raw.items() if k != "aliases"}
               for n, raw in data["symbols"].items()}
    for raw in symbols.values():
        raw["type"] = re.sub(r"function\((\w+)\)", lambda m: f"function({to.get(m[1], m[1])})", raw["type"])
    parts = [{k: text(v) if k in ("over", "asked", "minimize", "maximize", "subject_to", "when", "norm", "at") else v for k, v in raw.items() if k != "published"}
             for raw in data["parts"]]
    kept = {k: v for k, v in data.items() if k not in ("misconceptions", "iteration", "schedules")}
    return from_data({**kept, "symbols": symbols, "parts": [p for p in parts if p["ask"] in ("argmin", "argmax", "value")]}, "renamed"), to


@pytest.mark.parametrize("file", spread(2))
def test_names_mean_nothing(file: Path) -> None:
    problem = stated(file)
    parts = [(p, d) for p, d in programs(file) if p.of is None]
    found = renamed(file) if parts and problem.iteration is None and not problem.schedules else None
    if found is None:
        return
    other, to = found
    for part, d in parts:
        e = derived(other, other.part(part.id))
        for values, dims in instances(problem):
            moved = {to.get(n, n): v for n, v in values.items()}
            for x, y in zip(numbers(formulas(d), values, dims), numbers(formulas(e), moved, dims), strict=True):
                assert np.allclose(x, y, rtol=1e-9, atol=1e-10, equal_nan=True)


# ------------------------------------------------------------------------------------------ permute

@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_permuted_coordinates_permute_the_key(file: Path) -> None:
    """Turn every axis of one dimension round, in all parameters: the key turns with them, unless an index has a number."""
    problem = stated(file)
    for part, d in programs(file):
        program = part.program
        assert program is not None
        stated_nodes = [x for e in (program.objective, *program.constraints, *program.when) for x in E.walk(e)]
        if any(x.op in ("basis", "vec", "mat", "argopt") or (x.op == "at" and any(i.op != "idx" for i in x.args[1:])) for x in stated_nodes):
            continue
        for dim in sorted(problem.dims):
            for values, dims in instances(problem):
                turned = {n: flipped(v, (None, *problem.symbols[n].shape), dim) for n, v in values.items()}
                for e, x, y in zip(formulas(d), numbers(formulas(d), values, dims), numbers(formulas(d), turned, dims), strict=True):
                    assert np.allclose(flipped(x, E.as_column(e).shape, dim), y, rtol=1e-8, atol=1e-9, equal_nan=True), (part.id, dim)


def flipped(v: Any, shape: tuple[Any, ...], dim: str) -> Any:
    return np.flip(v, axis=tuple(i for i, k in enumerate(shape) if k == dim)) if dim in shape else v


# ------------------------------------------------------------------------------------------ constraints that say nothing

@pytest.mark.parametrize("file", spread(1))
def test_a_redundant_constraint_changes_nothing(file: Path) -> None:
    """Something that always holds, and every constraint twice."""
    parts = [(p, d) for p, d in programs(file)]
    if not parts:
        return

    def change(raw: dict[str, Any]) -> None:
        if "minimize" in raw or "maximize" in raw:
            own = raw.get("subject_to", [])
            raw["subject_to"] = [*([own] if isinstance(own, str) else own) * 2, "1 <= 2"]

    other = restated(file, change)
    for part, d in parts:
        e = derived(other, other.part(part.id))
        same(d, e, stated(file))
        assert any(s.rule == "redundant-constraints" for s in e.steps)


BOX = '''
schema = 1
id = "x"
title = "x"
[symbols]
n = {{ type = "dimension" }}
m = {{ type = "dimension" }}
A = {{ type = "frr matrix(m, n)" }}
b = {{ type = "vector(m)" }}
v = {{ type = "vector(n)" }}
c = {{ type = "positive" }}
x = {{ type = "vector(n)" }}
[[parts]]
id = "a"
ask = "argmin"
over = "x"
minimize = "norm(x - v, 2)^2"
subject_to = [{constraints}]
'''


def projected(*constraints: str) -> Problem:
    return from_data(tomllib.loads(BOX.format(constraints=", ".join(f'"{c}"' for c in constraints))), "x")


@pytest.mark.parametrize(("constraints", "without"), [
    (("A x = b", "3*A x - 3*b = 0"), ("A x = b",)), (("sum_i x_i = c", "norm(x, 2) >= 0"), ("sum_i x_i = c",)),
    (("norm(x - v, 2)^2 + c >= 0",), ()), (("sum_i x_i = c", "2*sum_i x_i - 2*c <= 0"), ("sum_i x_i = c",)),
    (("sum_i x_i >= 2", "sum_i x_i >= 1"), ("sum_i x_i >= 2",)), (("sum_i x_i >= 1", "sum_i x_i >= 2"), ("sum_i x_i >= 2",)),
    (("sum_i x_i <= c", "3*sum_i x_i <= 4*c"), ("sum_i x_i <= c",)), (("A x = b", "b = A x", "1 <= 2"), ("A x = b",)),
])
def test_what_says_nothing_is_left_out_and_the_rest_is_not(constraints: tuple[str, ...], without: tuple[str, ...]) -> None:
    problem, other = projected(*constraints), projected(*without) if without else projected("1 <= 2")
    d, e = derived(problem, problem.parts[0]), derived(other, other.parts[0])
    assert certify(d).holds
    same(d, e, problem)


@pytest.mark.parametrize("constraints", [
    ("sum_i x_i = 1", "sum_i x_i = 2"), ("sum_i x_i >= 1", "sum_i x_i <= 2"), ("sum_i x_i >= c", "sum_i x_i >= v^T v"), ("sum_i x_i = c", "sum_i x_i >= 2*c"),
    ("norm(x, 2) <= 0", "norm(x, 2) >= 0"),
])
def test_what_says_something_stays(constraints: tuple[str, ...]) -> None:
    """A near miss: contradictions, two sides, an order that is not known."""
    problem = projected(*constraints)
    out = solve(problem, problem.parts[0])
    if isinstance(out, NotDerived):
        return
    kept = [s for s in out.steps if s.rule == "redundant-constraints"]
    assert (constraints == ("norm(x, 2) <= 0", "norm(x, 2) >= 0")) == bool(kept)
