"""The key as a function: source of `def answer(...)` on NumPy arrays, for people to use.

Its arguments are the parameters of the part by name, in the order of their declaration, then the dimensions that no
parameter's shape shows. A parameter is a symbol that the part's statement uses and gives: not an unknown, nothing that
is defined or has a value, nothing that means something inside an iteration only (its states, its noise, the number of
the step, the curvature of a mode, what may be chosen), and not a step size that the answer does not depend on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.worlds import definition_order
from derive.maths.write import python
from derive.maths.writing.python import Python
from derive.problem.model import Part, Problem

_INTEGERS = frozenset(("count", "integer"))
_NOT_STATED = frozenset(("published", "problem", "cache", "data"))


def function_source(problem: Problem, d: Derivation) -> str | None:
    """`def answer(...)`: a float, an array, or a tuple of them where several things are asked. None where no formula is."""
    answers = formulas(d)
    if not answers:
        return None
    names = parameters(problem, d.part, answers)
    dims = _dimensions(problem, d.part, names, answers)
    shown = {x for n in names for x in problem.symbols[n].shape}
    free = [k for k in dims if k not in shown]
    style = Python()
    taken = frozenset(style.name(n) for n in (*problem.symbols, *dims))
    lines = [f"    {style.name(n)} = {_converted(problem.symbols[n], style.name(n))}" for n in names]
    lines += [f"    {style.name(s.name)} = {python(e, taken)}" for s, e in _locals(problem, answers, names)]
    written = [_returned(e, taken) for e in answers]
    words = set(re.findall(r"\w+", " ".join((*lines, *written))))
    lines = [*(f"    {style.name(k)} = {_size_of(k, problem, names)}" for k in dims if k in shown and style.name(k) in words), *lines]
    returned = f"np.array([{', '.join(written)}])" if d.part.stacked else f"({', '.join(written)})" if len(written) > 1 else written[0]
    arguments = ", ".join(style.name(n) for n in (*names, *free))
    imports = ["import math"] if "math" in words else []
    return "\n".join([*imports, "import numpy as np", "", f"def answer({arguments}):", *lines, f"    return {returned}", ""])


def formulas(d: Derivation) -> tuple[Expr, ...]:
    """What is answered, in order: the outputs, the answer, or the cells of a table row by row."""
    if d.outputs:
        return tuple(e for _, e in d.outputs)
    if d.kind == "table":
        return tuple(d.extra["cells"][(r, c)] for r in d.part.rows for c in d.part.columns)
    return () if d.answer is None or d.kind == "name" else (d.answer,)


def parameters(problem: Problem, part: Part, answers: tuple[Expr, ...]) -> list[str]:
    """The parameters of a part by name, in the order of their declaration."""
    used = set().union(*(E.symbols_in(e) for e in answers))
    stated = {n for e in _stated(problem, part) for n in E.symbols_in(e)} | _named_in(problem, part)
    steps = {problem.iteration.step} if problem.iteration is not None else set()
    names = _with_definitions(problem, (stated - _unknowns(problem, part) - steps) | used)
    return [s.name for s in problem.symbols.values()
            if s.name in names and s.kind == "value" and s.let is None and s.given is None]


def _stated(problem: Problem, part: Part) -> Iterator[Expr]:
    """Every formula of the statement of a part."""
    base = problem.base(part)
    yield from _formulas_in(part)
    yield from _formulas_in(base)
    schedules = {n for n in (part.schedule, *part.rows) if n}
    for s in problem.schedules:
        if s.id in schedules:
            yield from _formulas_in(s)
    if base.program is None and not schedules and problem.iteration is not None:
        yield from _formulas_in(problem.iteration)


def _formulas_in(x: Any) -> Iterator[Expr]:
    if isinstance(x, Expr):
        yield x
    elif isinstance(x, (tuple, list)):
        for y in x:
            yield from _formulas_in(y)
    elif isinstance(x, dict):
        for y in x.values():
            yield from _formulas_in(y)
    elif is_dataclass(x):
        for f in fields(x):
            if f.name not in _NOT_STATED:
                yield from _formulas_in(getattr(x, f.name))


def _named_in(problem: Problem, part: Part) -> set[str]:
    """Symbols that a statement names without a formula: workers and parameters of a schedule, the argument of a norm."""
    names = {part.at} if part.at else set()
    for s in problem.schedules:
        if s.id in (part.schedule, *part.rows):
            names |= {s.workers, s.parameters}
    return names & problem.symbols.keys()


def _unknowns(problem: Problem, part: Part) -> set[str]:
    base, it = problem.base(part), problem.iteration
    names: set[str] = set(base.program.over) if base.program is not None else set()
    if part.norm is not None:
        names |= E.symbols_in(part.norm)
    if it is not None:
        names |= it.internal | set(part.choose) | ({it.modes.symbol} if it.modes is not None else set())
        names |= {it.residual[0]} if it.residual is not None else set()
        names |= {it.features} if it.features is not None and it.features != it.over and base.program is None else set()
    return names


def _with_definitions(problem: Problem, names: set[str]) -> set[str]:
    """The names with those that define them."""
    out, pending = set(names), list(names)
    while pending:
        s = problem.symbols.get(pending.pop())
        if s is None:
            continue
        more = (E.symbols_in(s.let) if s.let is not None else set()) | ({s.gradient} if s.gradient else set())
        pending += more - out
        out |= more
    return out


def _dimensions(problem: Problem, part: Part, names: list[str], answers: tuple[Expr, ...]) -> list[str]:
    """The open dimensions that the answer uses, and those of the statement that no parameter's shape shows."""
    nodes = [x for e in answers for x in E.walk(e)]
    for s, e in _locals(problem, answers, names):
        nodes += [E.sym(s.name, s.shape), *E.walk(e)]
    used = {y for x in nodes for k in (*x.shape, *([x.data] if x.op == "dim" else [])) for y in E.inside_least(k) if isinstance(y, str)}
    stated = {y for e in _stated(problem, part) for x in E.walk(e) for k in (*x.shape, *([x.data] if x.op == "dim" else [])) for y in E.inside_least(k)
              if isinstance(y, str)}
    shown = {k for n in names for k in problem.symbols[n].shape}
    order = list(problem.symbols)
    return sorted(used | (stated - shown), key=lambda k: (order.index(k) if k in order else len(order), k))


def _locals(problem: Problem, answers: tuple[Expr, ...], names: list[str]) -> list[tuple[Symbol, Expr]]:
    """Symbols of the answer that are defined or have a value, each after those it needs."""
    needed = _with_definitions(problem, set().union(*(E.symbols_in(e) for e in answers)))
    indices = {x.data for e in answers for x in E.walk(e) if x.op == "idx"}
    given = [(s, s.given) for s in problem.symbols.values() if s.name in needed and s.given is not None]
    defined = [(s, s.let) for s in definition_order(problem.symbols) if s.name in needed and s.let is not None and s.given is None]
    picked = [(s, s.let) for s in problem.symbols.values() if s.kind == "index" and s.name in indices and s.let is not None]
    return [*given, *defined, *picked]


def _size_of(d: str, problem: Problem, names: list[str]) -> str:
    n = next(n for n in names if d in problem.symbols[n].shape)
    return f"np.shape({Python().name(n)})[{problem.symbols[n].shape.index(d)}]"


def _converted(s: Symbol, name: str) -> str:
    # Counts stay whole numbers, so that powers and products of them are exact.
    return f"int({name})" if not s.shape and s.domain in _INTEGERS else f"np.asarray({name}, dtype=float)"


def _returned(e: Expr, taken: frozenset[str]) -> str:
    text = python(E.as_column(e), taken)
    if e.op in E.CONDITIONS:
        return f"bool(np.all({text}))"
    if e.op in E.COLLECTIONS:
        return text
    return f"np.asarray({text}, dtype=float)" if e.shape else f"float({text})"
