"""The letters that a rule brings in mean nothing else: over every spec, renamed to the very letters that its derivation brings in."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.derivation.letters import KINDS, LETTERS, fresh, lettered
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation, NotDerived, Step
from derive.maths import expr as E
from derive.maths.read import read_expr
from derive.maths.write import latex
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.reports.function import formulas
from tests.conftest import SPECS, half
from tests.test_restatements import instances, numbers

FILES = sorted(SPECS.rglob("*.toml"))
COUNTED = {"schedules", "tensors", "operations", "variants"}  # whose derivations count, and bring no letter in
BROUGHT = {x for kind in KINDS for x in kind} | set(LETTERS)
NOTATION = {"e", "I", "F", "t", "U", "V", "Q", "sigma", "lambda"}  # e_i, the identity, Frobenius, the number of a step, factors of a matrix
TEXTS = {"let", "is", "value", "multiple_of", "gradient", "within"}
NAMED = {"over", "asked", "minimize", "maximize", "subject_to", "when", "norm", "at", "observe", "prior", "choose", "function", "upstream", "until", "eigenvalues"}
SAID = {"steps", "order", "rescale", "flow"}
_LETTER = re.compile(r"\\([A-Za-z]+)|([A-Za-z])")
_WORDS = re.compile(r"\\(?:text|operatorname|mathrm|mathbf|mathbb|begin|end)\s*(?:\{[^{}$]*\}|\w)")


def counted(d: Derivation) -> Counter[str]:
    """How often each letter stands in the formulas of the steps."""
    out: Counter[str] = Counter()
    for s in d.steps:
        for formula in (s.before, s.after, *re.findall(r"\$([^$]*)\$", s.says)):
            out.update(a or b for a, b in _LETTER.findall(_WORDS.sub(" ", formula)))
    return out


def declared(problem: Problem) -> dict[str, str]:
    """The symbols that are one letter, by how it is written."""
    found = {n: re.fullmatch(r"\\?([A-Za-z]+)", latex(E.sym(n))) for n in (*problem.symbols, *problem.dims)}
    return {n: m[1] for n, m in found.items() if m}


def stated(file: Path) -> dict[str, Any]:
    """The data of a spec, without other notations and what speaks of answers."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    data["symbols"] = {n: {k: v for k, v in raw.items() if k != "aliases"} for n, raw in data.get("symbols", {}).items()}
    data["parts"] = [{k: v for k, v in p.items() if k not in ("published", "aliases")} for p in data["parts"]]
    return {k: v for k, v in data.items() if k not in ("misconceptions", "cues")}


def renamed(data: dict[str, Any], to: dict[str, str]) -> Problem:
    """The spec with its names changed, in every formula."""
    pattern = re.compile(r"(?<![A-Za-z0-9\\])(" + "|".join(map(re.escape, sorted(to, key=len, reverse=True))) + r")(?![A-Za-z0-9(])")

    def text(v: Any) -> Any:
        if isinstance(v, str):
            return pattern.sub(lambda m: m[1] if m[1] == "T" and m.string[: m.start()].endswith("^") else to[m[1]], v)
        if isinstance(v, dict):
            return {to.get(k, k): text(x) for k, x in v.items()}
        return [text(x) for x in v] if isinstance(v, list) else v

    symbols = {}
    for n, raw in data["symbols"].items():
        symbols[to.get(n, n)] = {k: text(v) if k in TEXTS else v for k, v in raw.items()} | {
            "type": re.sub(r"function\((\w+)\)", lambda m: f"function({to.get(m[1], m[1])})", raw["type"])}
    parts = [{k: text(v) if k in NAMED else v for k, v in p.items()} for p in data["parts"]]
    out = {**data, "symbols": symbols, "parts": parts}
    if "iteration" in data:
        out["iteration"] = {k: v if k in SAID else text(v) for k, v in data["iteration"].items()}
    return from_data(out, "renamed")


@pytest.mark.parametrize("file", half(FILES), ids=lambda f: f.stem if isinstance(f, Path) else None)
def test_what_is_declared_is_not_brought_in(file: Path) -> None:
    """The key of the renamed spec is the renamed key, and a name stands in its steps as often as before: each time for what is declared."""
    data = stated(file)
    if COUNTED & data.keys():
        return
    problem = from_data(data, file.stem)
    letters = declared(problem)
    for part in problem.parts:
        d = solve(problem, part)
        if not isinstance(d, Derivation):
            continue
        before = counted(d)
        indexed = {latex(E.sym(n)).lstrip("\\").partition("_")[0] for n in problem.symbols if n not in letters}  # x beside x_0
        own = sorted((x for x in before if x in BROUGHT - NOTATION - indexed and x not in letters.values()), key=lambda x: -before[x])
        names = sorted((n for n, x in letters.items() if problem.symbols[n].kind == "value" and x not in NOTATION | indexed), key=lambda n: -before[letters[n]])
        to = dict(zip(names, own, strict=False))
        if not to:
            continue
        other = renamed(data, to)
        e = solve(other, other.part(part.id))
        assert isinstance(e, Derivation), f"{to}: {e.reason}"
        after = counted(e)
        for n, x in to.items():
            assert after[x] == before[letters[n]], f"{part.id}, {n} -> {x}:\n" + "\n".join(s.after for s in e.steps)
        for values, dims in instances(problem):
            moved = {to.get(n, n): v for n, v in values.items()}
            for x, y in zip(numbers(formulas(d), values, dims), numbers(formulas(e), moved, dims), strict=True):
                assert np.allclose(x, y, rtol=1e-9, atol=1e-10, equal_nan=True)


SHORT = {"schema": 1, "id": "short", "title": "short"}


def _problem(minimize: str, symbols: dict[str, str], over: str = "x", subject_to: tuple[str, ...] = ()) -> Problem:
    part = {"id": "a", "ask": "argmin", "over": over, "minimize": minimize} | ({"subject_to": list(subject_to)} if subject_to else {})
    return from_data({**SHORT, "symbols": {n: {"type": t} for n, t in symbols.items()}, "parts": [part]}, "short")


@pytest.mark.parametrize(("norm", "key"), [("inf", "norm(g, 1)*sign(g)"), ("2", "g")])
@pytest.mark.parametrize("weight", ["w", "m", "r", "s", "t", "d", "S"])
def test_a_weight_is_no_length(norm: str, key: str, weight: str) -> None:
    """min g^T x + w ||x||^2 has the minimiser -1/(2 w) times the attaining direction of g, whatever the weight is called."""
    problem = _problem(f"g^T x + {weight}*norm(x, {norm})^2", {"n": "dimension", weight: "positive", "g": "vector(n)", "x": "vector(n)"})
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation) and d.answer is not None
    wanted = read_expr(f"-1/(2*{weight})*{key}", problem.scope(problem.parts[0]))
    for values, dims in instances(problem):
        assert np.allclose(*numbers((d.answer, wanted), values, dims))


def test_a_total_is_no_multiplier() -> None:
    problem = _problem("norm(x - d, 2)^2", {"n": "dimension", "nu": "real", "d": "vector(n)", "x": "vector(n)"}, subject_to=("sum(x) = nu",))
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation)
    assert any(r"2 x - 2 d = \lambda\, \mathbf{1}" in s.after for s in d.steps)
    assert not any(r"= \nu\, \mathbf" in s.after or s.after.startswith(r"\nu =") for s in d.steps)


def test_the_same_letter_keeps_its_meaning_through_a_derivation() -> None:
    """What stands in the steps of an inner derivation is taken, too."""
    problem = _problem("norm(x, 2)^2", {"n": "dimension", "x": "vector(n)"})
    steps = (Step("r", "Name $«\\nu»$ it.", r"«\nu» = \mu", before="«J»^* = J"), Step("r", "The $«m»$.", "«m»^* = 1", requires=("«m» > 0",)))
    out = lettered(NotDerived(problem, problem.parts[0], "«m» is open", steps))
    assert isinstance(out, NotDerived)
    assert [s.after for s in out.steps] == [r"\nu = \mu", "m^* = 1"]
    assert (out.steps[0].before, out.steps[1].requires, out.reason) == ("J^* = J", ("m > 0",), "m is open")
    again = lettered(NotDerived(problem, problem.parts[0], "", (*out.steps, *steps)))
    assert [s.after for s in again.steps] == [r"\nu = \mu", "m^* = 1", r"\lambda = \mu", r"\ell^* = 1"]


def test_other_notations_are_declared_names() -> None:
    data = {**SHORT, "symbols": {"n": {"type": "dimension"}, "x": {"type": "vector(n)", "aliases": ["z", r"\xi"]}},
            "parts": [{"id": "a", "ask": "argmin", "over": "x", "minimize": "norm(x, 2)^2"}]}
    problem = from_data(data, "short")
    assert fresh(problem, "z", "xi", "n", "h") == "h"
    assert fresh(problem, "z") not in ("z", "x", "n", "xi")


@pytest.mark.parametrize("weight", ["w", "k", "l"])
def test_a_weight_is_no_place(weight: str) -> None:
    problem = _problem(f"g^T x + {weight}*norm(x, 1)^2", {"n": "dimension", weight: "positive", "g": "vector(n)", "x": "vector(n)"})
    d = solve(problem, problem.parts[0])
    assert isinstance(d, Derivation) and "is any index of a largest" in d.says[0] and f"${weight}$" not in d.says[0]
