"""One instance in numbers: the key's answer there, and what CVXPY finds of the same program."""

from __future__ import annotations

from typing import Any

from derive.derivation.steps import Derivation
from derive.derivation.truth import NotConvex, optimum
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten, to_mpf
from derive.maths.worlds import show_number, world_sets
from derive.maths.write import latex
from derive.problem.model import Problem
from derive.reports.statement import short

LARGE = 1000  # numbers past it, or below its inverse, are no example
APART = 1e-4  # of the value and the optimum, times 1 + its size: past it they differ
ENTRIES = 9  # of what is shown


def example_line(problem: Problem, d: Derivation, gives: str = "the answer is", apart: bool = False) -> str:
    """'For example, at g = ..., alpha = ... the answer is ...; CVXPY finds ...', or '' where an instance has nothing to show.

    apart: only of an instance at which the value and the optimum that CVXPY finds differ.
    """
    if d.kind not in ("point", "expression") or d.answer is None or d.outputs or d.part.model is not None:
        return ""
    program = d.part.program or problem.base(d.part).program
    free = sorted(n for n in _behind(problem, d.answer) if n in problem.symbols and problem.symbols[n].given is None)
    if not free:
        return ""
    for w in _instances(problem):
        try:
            if program is not None and not all(exact(c, w) is True for c in program.when):
                continue
            value = exact(d.answer, w)
            at = [(n, w.values[n] if n in w.values else w.dims[n]) for n in free if n in w.values or n in w.dims]
        except (Undefined, NotEvaluable, ArithmeticError):
            continue
        if len(flatten(value)) > ENTRIES or any(isinstance(v, list) and len(flatten(v)) > ENTRIES for _, v in at):
            return ""
        out = "For example, at " + ", ".join(f"${short(latex(E.sym(n)), problem)} = {_shown(v)}$" for n, v in at) + f" {gives} ${_shown(value)}$"
        best = value if d.kind == "expression" else _best(d, w)
        if program is None or d.part.ask not in ("argmin", "argmax", "value") or best is None:
            return "" if apart else out + "."
        try:
            found = optimum(program, w, {n: problem.symbols[n].shape for n in program.over})
        except (NotConvex, NotEvaluable):
            return "" if apart else out + "."
        if found.status != "optimal":
            return "" if apart else out + "."
        if apart and abs(float(to_mpf(best)) - found.value) <= APART * (1 + abs(found.value)):
            continue
        what = "" if d.kind == "expression" else f", with the value ${_shown(best)}$"
        return f"{out}{what}; the optimal value that CVXPY finds is ${found.value:.9g}$."
    return ""


def _behind(problem: Problem, e: E.Expr) -> frozenset[str]:
    """The symbols that a formula is worked out from: definitions opened, unknowns of the program left out."""
    pending, out = list(E.symbols_in(e)), set()
    while pending:
        n = pending.pop()
        s = problem.symbols.get(n)
        if s is not None and s.let is not None and n not in out:
            pending += [x for x in E.symbols_in(s.let) if x != n]
        out.add(n)
    return frozenset(n for n in out if n in problem.symbols and problem.symbols[n].let is None and problem.symbols[n].kind == "value")


def _instances(problem: Problem) -> list[World]:
    """Instances of two entries in numbers of ordinary size; counts of about three first, since at one there is little to see."""
    found = [w for ws in world_sets(problem.symbols, ("generic",), (2,), 6) for w in ws.worlds
             if all(abs(to_mpf(x)) <= LARGE and (x == 0 or abs(to_mpf(x)) * LARGE >= 1) for v in w.values.values() for x in flatten(v))]
    counts = [n for n, s in problem.symbols.items() if s.domain == "count" and s.kind == "value" and s.let is None]
    return sorted(found, key=lambda w: sum(abs(w.values[n] - 3) for n in counts if n in w.values and w.values[n] < 3))


def _best(d: Derivation, w: World) -> Any:
    """The value at the answer."""
    if d.value is None:
        return None
    try:
        return exact(d.value, w)
    except (Undefined, NotEvaluable):
        return None


def _shown(v: Any) -> str:
    if isinstance(v, list) and v and isinstance(v[0], list):
        rows = r" \\ ".join(" & ".join(_number(x) for x in row) for row in v)
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
    if isinstance(v, list):
        return "(" + ", ".join(map(_number, v)) + ")"
    return str(v) if isinstance(v, int) else _number(v)


def _number(v: Any) -> str:
    """A short fraction, or six digits."""
    text = show_number(v)
    return text if isinstance(v, bool) or (len(text) <= 12 and "e" not in text and (len(text) <= 9 or "/" in text)) else f"{float(to_mpf(v)):.6g}"
