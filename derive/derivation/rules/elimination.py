"""Several unknowns: one is eliminated, the others are found from the smaller program, and it is read off.

    inf over (x, y) of f(x, y)  =  inf over x of ( inf over y of f(x, y) )

An unknown goes in one of three ways: an equation of the statement gives it (substitution); for fixed others it has an
optimum of its own (partial minimisation); or it stands only in linear inequalities, which leave bounds for it
(Fourier-Motzkin). Accepts a program over two or more unknowns; obligation: the smaller programs derive.
Source: Boyd and Vandenberghe, Convex Optimization, section 4.1.3; Ziegler, Lectures on Polytopes, section 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, cancelled, program_of
from derive.derivation.rules.fourier_motzkin import Bounds, bounds_of, projected
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "elimination"


@dataclass(frozen=True)
class Reduced:
    """A smaller program, the eliminated unknown as a formula of the others, and how it was done.

    closes: whether the formula is the only choice for the unknown at the optimum of the others.
    """

    name: str
    program: Program
    formula: Expr
    steps: tuple[Step, ...]
    closes: Bounds | str


def accepts(problem: Problem, part: Part) -> bool:
    """A program over several unknowns."""
    program = program_of(problem, part)
    return part.ask in ("argmin", "argmax") and program is not None and len(program.over) > 1


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The optimum of the program, one unknown after the other."""
    program = program_of(problem, part)
    assert program is not None
    reasons: list[str] = []
    for r in _reductions(problem, part, program, solve, reasons):
        smaller = replace(part, id=f"{part.id}|{r.name}{len(reasons)}", of=None, asked=(), program=r.program)
        rest = solve(problem, smaller)
        if isinstance(rest, NotDerived):
            reasons.append(f"without {r.name}: {rest.reason}")
            continue
        if rest.value is not None and rest.kind == "point":
            return _joined(problem, part, program, r, rest)
    tight = _tight(problem, part, program)
    if tight is not None:
        smaller = replace(part, id=f"{part.id}|tight", of=None, program=replace(program, constraints=tuple(tight[1] if c is tight[0] else c for c in program.constraints)))
        rest = solve(problem, smaller)
        if isinstance(rest, Derivation) and rest.kind == "point":
            step = Step("tight-constraint", "Where this inequality is strict, one unknown can be moved against it and the objective improves: it is an equation at the optimum.",
                        latex(tight[1]), before=latex(tight[0]), relation=Relation.REDUCES)
            return replace(rest, part=part, steps=(step, *rest.steps))
        reasons.append(rest.reason if isinstance(rest, NotDerived) else "")
    return NotDerived(problem, part, "; ".join(dict.fromkeys(reasons)) or "no unknown can be eliminated.")


def _joined(problem: Problem, part: Part, program: Program, r: Reduced, rest: Derivation) -> Derivation:
    """The way back: the eliminated unknown at the optimum of the others."""
    put = {E.sym(n, problem.symbols[n].shape): e for n, e in rest.point.items()}
    own = _tidied(problem, part, E.replace(r.formula, put))
    found = {**rest.point, r.name: own}
    unknowns = tuple((n, found[n]) for n in program.over)
    given = tuple((n, found[n]) for n in part.asked or program.over)
    assert rest.value is not None
    unique = rest.unique
    if isinstance(r.closes, Bounds):
        unique = r.closes.unique_at(problem, part, put, unique)
    elif r.closes != "always":
        unique = r.closes if rest.unique == "always" else rest.unique
    symbol = latex(E.sym(r.name, problem.symbols[r.name].shape))
    back = Step(NAME, f"Put this into the formula for ${symbol}$.", rf"{symbol} = {latex(r.formula)} = {latex(own)}" if r.formula != own
                else rf"{symbol} = {latex(own)}", relation=Relation.REDUCES)
    return Derivation(problem, part, "point", (*r.steps, *rest.steps, back), given[0][1], rest.value, unique,
                      outputs=given if len(given) > 1 else (), extra={"unknowns": unknowns})


def _tidied(problem: Problem, part: Part, e: Expr) -> Expr:
    words = Words(Facts.of(problem, part))
    try:
        tidy = words.scalar(e) if not e.shape else words.normal(e)
    except (TooLong, E.ShapeError):
        return simplify(e)
    return cancelled(tidy if _size(tidy) <= _size(e) else e)


def _size(e: Expr) -> int:
    return sum(1 for _ in E.walk(e))


def _reductions(problem: Problem, part: Part, program: Program, solve: Solve, reasons: list[str]) -> Iterator[Reduced]:
    for c in program.constraints:
        yield from _by_equation(problem, part, program, c)
    for name in _order(problem, program):
        u = E.sym(name, problem.symbols[name].shape)
        mine = [c for c in program.constraints if u in set(E.walk(c))]
        if u not in set(E.walk(program.objective)):
            yield from _by_bounds(problem, part, program, u)
        elif (pushed := _at_bound(problem, part, program, u)) is not None:
            yield pushed
        elif all(not (E.symbols_in(c) & (set(program.over) - {name})) for c in mine):
            yield from _by_partial_optimum(problem, part, program, u, tuple(mine), solve, reasons)


def _order(problem: Problem, program: Program) -> list[str]:
    """Scalars first: what they leave is still a program in vectors."""
    return sorted(program.over, key=lambda n: len(problem.symbols[n].shape))


def _without(program: Program, name: str) -> tuple[str, ...]:
    return tuple(n for n in program.over if n != name)


def _by_equation(problem: Problem, part: Part, program: Program, c: Expr) -> Iterator[Reduced]:
    """An equation u = formula of the other unknowns, or one that is linear in a scalar unknown.

    A nonnegative u leaves its bound among the constraints; that the optimum keeps a positive one positive is for the certificate.
    """
    if c.op != "rel" or c.data != "=":
        return
    for left, right in (c.args, c.args[::-1], *_solved(problem, part, program, c)):
        if left.op != "sym" or left.data not in program.over or left in set(E.walk(right)) or problem.symbols[str(left.data)].domain not in ("real", "positive", "nonnegative"):
            continue
        formula = right if right.shape == left.shape else E.mul(right, E.ones(*left.shape))
        others = tuple(E.replace(x, {left: formula}) for x in program.constraints if x is not c)
        objective = E.replace(program.objective, {left: formula})
        smaller = replace(program, over=_without(program, str(left.data)), objective=objective, constraints=others)
        step = Step("substitution", f"The equation gives ${latex(left)}$, so it is put into the objective.",
                    rf"{_opt(program)}_{{{', '.join(latex(E.sym(n)) for n in smaller.over)}}}\ {latex(objective)}", before=latex(program.objective))
        yield Reduced(str(left.data), smaller, formula, (step,), "always")


def _solved(problem: Problem, part: Part, program: Program, c: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A scalar equation solved for each scalar unknown in which it is linear with a known slope."""
    if c.args[0].shape != c.args[1].shape or len(c.args[0].shape) > 1:
        return
    gap = E.sub(*c.args)
    if gap.shape:
        yield from _solved_vector(program, gap)
        return
    for name in program.over:
        u = E.sym(name, problem.symbols[name].shape)
        if u.shape or u not in set(E.walk(gap)):
            continue
        try:
            slope = simplify(gradient(gap, u))
        except NotDifferentiable:
            continue
        known = slope.op == "sym" and problem.symbols[str(slope.data)].domain in ("positive", "nonzero", "negative", "unit", "count")
        if u not in set(E.walk(slope)) and (E.number_value(slope) or known or sign(problem, part, slope) == 2 or sign(problem, part, E.neg(slope)) == 2):
            yield u, simplify(E.div(E.neg(E.replace(gap, {u: E.ZERO})), slope))


def _solved_vector(program: Program, gap: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A x + k y - b = 0 solved for a vector y that stands in one term alone, with a number k."""
    terms = gap.args if gap.op == "add" else (gap,)
    for i, t in enumerate(terms):
        factor, core = E.ONE, t
        while core.op == "neg" or (core.op == "mul" and E.number_value(core.args[0])):
            factor, core = (E.neg(factor), core.args[0]) if core.op == "neg" else (E.mul(core.args[0], factor), core.args[1])
        others = terms[:i] + terms[i + 1 :]
        if core.op == "sym" and core.data in program.over and others and all(core not in set(E.walk(o)) for o in others):
            yield core, simplify(E.div(E.neg(E.add(*others)), factor))


def _opt(program: Program) -> str:
    return r"\min" if program.sense == "min" else r"\max"


def _by_partial_optimum(problem: Problem, part: Part, program: Program, u: Expr, mine: tuple[Expr, ...], solve: Solve,
                        reasons: list[str]) -> Iterator[Reduced]:
    """The optimum over u with the others held fixed, put back into the objective."""
    name = str(u.data)
    inner_part = replace(part, id=f"{part.id}|over {name}", of=None, asked=(), program=replace(program, over=(name,), constraints=mine))
    inner = solve(problem, inner_part)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        reasons.append(f"over {name} alone: {inner.reason if isinstance(inner, NotDerived) else 'no closed form.'}")
        return
    formula = simplify(inner.answer)
    rest = tuple(c for c in program.constraints if c not in mine)
    others = ", ".join(latex(E.sym(n)) for n in _without(program, name))
    head = Step("partial-optimisation", f"The optimum may be taken one unknown after the other: first over ${latex(u)}$, with ${others}$ held fixed.",
                rf"{_opt(program)}_{{{others}}}\ {_opt(program)}_{{{latex(u)}}}\ {latex(program.objective)}", before=latex(program.objective))
    put = E.replace(program.objective, {u: formula})
    for objective in dict.fromkeys((simplify(inner.value), put)):
        smaller = replace(program, over=_without(program, name), objective=objective, constraints=rest)
        yield Reduced(name, smaller, formula, (head, *inner.steps), inner.unique)


def _at_bound(problem: Problem, part: Part, program: Program, u: Expr) -> Reduced | None:
    """A slack variable: the objective rises in u at a constant rate, and only lower bounds hold it (or falls, under upper bounds)."""
    found = bounds_of(problem, part, program, u)
    if found is None or bool(found.lower) == bool(found.upper):
        return None
    try:
        rate = simplify(gradient(program.objective if program.sense == "min" else E.neg(program.objective), u))
    except NotDifferentiable:
        return None
    if E.symbols_in(rate) & set(program.over) or sign(problem, part, rate if found.lower else E.neg(rate)) < 2:
        return None
    formula = found.choice()
    formula = E.fn("relu", formula.args[1]) if formula.op == "fn" and formula.data == "maximum" and E.is_number(formula.args[0], 0) else formula
    objective = E.replace(program.objective, {u: formula})
    kept = tuple(c for c in program.constraints if u not in set(E.walk(c)))
    smaller = replace(program, over=_without(program, str(u.data)), objective=objective, constraints=kept)
    way, end = ("rises", "smallest") if found.lower else ("falls", "largest")
    step = Step("slack-variable", f"The objective {way} with ${latex(u)}$, so it is the {end} number that its bounds allow.", rf"{latex(u)} = {latex(formula)}",
                before=latex(program.objective), relation=Relation.REDUCES)
    return Reduced(str(u.data), smaller, formula, (step,), "always")


def _tight(problem: Problem, part: Part, program: Program) -> tuple[Expr, Expr] | None:
    """(an inequality, the same as an equation) against which the objective pushes in some scalar unknown, whatever the others are."""
    objective = program.objective if program.sense == "min" else E.neg(program.objective)
    for c in program.constraints:
        if c.op != "rel" or c.data not in ("<=", ">=") or c.args[0].shape or c.args[1].shape:
            continue
        slack = E.sub(*(c.args if c.data == ">=" else c.args[::-1]))
        for name in program.over:
            u = E.sym(name, problem.symbols[name].shape)
            if u.shape or u not in set(E.walk(slack)) or any(u in set(E.walk(k)) for k in program.constraints if k is not c):
                continue
            try:
                pull, room = simplify(gradient(objective, u)), simplify(gradient(slack, u))
            except NotDifferentiable:
                continue
            # A step up in u improves the objective and uses up the slack; a step down would have to stay in the domain.
            up = sign(problem, part, E.neg(pull)) == 2 and sign(problem, part, E.neg(room)) == 2
            down = problem.symbols[name].domain == "real" and sign(problem, part, pull) == 2 and sign(problem, part, room) == 2
            if up or down:
                return c, E.rel("=", *c.args)
    return None


def _by_bounds(problem: Problem, part: Part, program: Program, u: Expr) -> Iterator[Reduced]:
    """An unknown that only linear inequalities hold: it exists iff each lower bound is at most each upper bound."""
    found = bounds_of(problem, part, program, u)
    if found is None:
        return
    smaller = replace(program, over=_without(program, str(u.data)), constraints=projected(program, u, found))
    lower, upper = (", ".join(latex(b) for b in side) for side in (found.lower, found.upper))
    others = r",\ ".join(latex(c) for c in smaller.constraints)
    step = Step("fourier-motzkin", f"${latex(u)}$ does not stand in the objective. It can be chosen exactly where each of its lower bounds is at "
                "most each of its upper bounds.", rf"\max({lower}) \le {latex(u)} \le \min({upper}) \iff {others}", relation=Relation.EQUIVALENT)
    yield Reduced(str(u.data), smaller, found.choice(), (step,), found)
