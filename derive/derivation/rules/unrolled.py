"""A given small number of steps, written out: the updates put into each other, entry by entry.

Accepts updates that act on every coordinate alike (Adam, sign methods, momentum with a given gradient) and scalar states.
Source: substitution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "unrolled steps"
MAX_STEPS = 6
_ENTRYWISE = frozenset(("add", "neg", "mul", "div", "pow", "fn"))


def accepts(problem: Problem, part: Part) -> bool:
    """The output after a number of steps that is given as a small number."""
    it = problem.iteration
    if part.ask != "iterate" or it is None or it.flow or it.noise or it.count is None:
        return False
    k = E.number_value(it.count)
    return k is not None and k <= MAX_STEPS


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The output after these steps."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        count = E.number_value(system.iteration.count or E.ZERO)
        assert count is not None
        field = Field(problem)
        here = dict(system.start)
        for t in range(1, int(count) + 1):
            clock = {E.sym(system.iteration.clock): E.num(t)} if system.iteration.clock else {}
            here = {s: _simplified(E.replace(E.replace(e, clock), here), field) for s, e in system.update.items()}
            text = r",\qquad ".join(f"{tex(s)}_{{{t}}} = {tex(e)}" for s, e in here.items())
            steps.append(Step("one step", f"Step {t}, with the values before it put in:", text, relation=Relation.EQUIVALENT))
        answer = _simplified(E.replace(system.output, here), field)
        if system.output.op != "sym":
            steps.append(Step("output", "What is asked for:", f"{tex(system.output)} = {tex(answer)}"))
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps += number_line(answer, problem, _left(system))
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always")


def _left(system: System) -> str:
    return tex(system.output)


def entry_of(system: System) -> tuple[System, Callable[[Expr], Expr]]:
    """The system of one entry where every entry evolves alike, and the way back. Raises Refused where entries mix."""
    vectors: dict[Expr, Expr] = {}

    def down(e: Expr) -> Expr:
        found = _entry(e, vectors)
        if found is None:
            raise Refused("the update mixes the entries of a vector")
        return found

    states = tuple(down(s) for s in system.states)
    start, update = ({down(s): down(e) for s, e in table.items()} for table in (system.start, system.update))
    inner = replace(system, states=states, start=start, update=update, output=down(system.output))
    back = {v: k for k, v in vectors.items()}
    return inner, lambda e: _lifted(e, back, system.output.shape)


def _simplified(e: Expr, field: Field) -> Expr:
    """An expression that acts on every entry alike, simplified as a formula of one entry."""
    import sympy as sp

    if not e.shape:
        return field.back_to(sp.factor(sp.simplify(field.to(e))))
    vectors: dict[Expr, Expr] = {}
    scalar = _entry(e, vectors)
    if scalar is None:
        return e
    short = field.back_to(sp.simplify(field.to(scalar)))
    return _lifted(short, {v: k for k, v in vectors.items()}, e.shape)


def _entry(e: Expr, vectors: dict[Expr, Expr]) -> Expr | None:
    """The formula of one entry, vectors as numbers of the same name; None where entries mix."""
    if not e.shape:
        return e
    if e.op == "sym":
        return vectors.setdefault(e, E.sym(str(e.data)))
    if e.op in ("ones", "zeros"):
        return E.ONE if e.op == "ones" else E.ZERO
    if e.op not in _ENTRYWISE:
        return None
    args = [_entry(a, vectors) for a in e.args]
    known = tuple(a for a in args if a is not None)
    return E.rebuild(e, known) if len(known) == len(args) else None


def _lifted(e: Expr, back: dict[Expr, Expr], shape: E.Shape) -> Expr:
    """A formula of one entry as one of vectors; a number beside a vector in a sum is the same in every entry."""
    def go(x: Expr) -> Expr:
        if x in back:
            return back[x]
        if not x.args:
            return x
        args = [go(a) for a in x.args]
        if x.op == "add" and any(a.shape for a in args):
            args = [a if a.shape else E.ones(*shape) if E.is_number(a, 1) else E.mul(a, E.ones(*shape)) for a in args]
        return E.rebuild(x, tuple(args))

    out = go(e)
    return out if out.shape else E.zeros(*shape) if E.is_number(out, 0) else E.mul(out, E.ones(*shape))
