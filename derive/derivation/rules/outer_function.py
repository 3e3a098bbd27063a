"""A function of one linear form: what the function does with a number decides which end of the range of the form is best.

min or max phi(a^T u) over any feasible set. If phi rises, the optimum of phi stands where a^T u is optimal; if phi is convex its
maximum over an interval stands at an end. Both leave programs with the linear objective a^T u. Losses of a linear
classifier under attack, powers of linear forms. Source: monotone transformations; maximum principle of convex functions (Rockafellar 1970, section 32).
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.letters import own
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused, U, linear_form
from derive.derivation.rules.one_direction import with_signs
from derive.derivation.rules.scalar_signs import Signs, curvature
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "outer-function"
_RISING = frozenset(("relu", "exp", "log", "sqrt", "maximum", "minimum", "sigmoid", "tanh"))
_STRICTLY = frozenset(("exp", "log", "sqrt", "sigmoid", "tanh"))


def _matched(problem: Problem, part: Part) -> tuple[Program, Expr, Expr, Expr] | None:
    """(program, u, a, phi in U) of an objective phi(a^T u) that is not affine."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or not asked[0].constraints:
        return None
    program, u = asked
    try:
        form = linear_form(program.objective, u)
    except (Refused, E.ShapeError):
        return None
    a, phi, _ = with_signs(problem, form.w, form.phi, ())
    return (program, u, a, phi) if any(x.op in ("fn", "pow", "div") and U in set(E.walk(x)) for x in E.walk(phi)) else None


def accepts(problem: Problem, part: Part) -> bool:
    """An objective that sees a vector through one linear form, under constraints."""
    return _matched(problem, part) is not None


def _way(e: Expr, signs: Signs) -> int:
    """2, -2 where e strictly rises or falls in U, 1, -1 where it does so weakly, 0 where that is not known."""
    if e == U:
        return 2
    mine = [x for x in e.args if U in set(E.walk(x))]
    if e.op == "add":
        ways = [_way(x, signs) for x in mine]
        side = 1 if ways[0] > 0 else -1
        return side * max(side * w for w in ways) if all(side * w > 0 for w in ways) else 0
    if e.op == "neg":
        return -_way(mine[0], signs)
    if e.op in ("mul", "div") and len(mine) == 1 and (e.op == "mul" or mine[0] == e.args[0]):
        other = e.args[1] if mine[0] == e.args[0] else e.args[0]
        s = signs.sign(signs.sympy(other))
        return 0 if not s else s * _way(mine[0], signs)
    if e.op == "fn" and e.data in _RISING:
        ways = [_way(x, signs) for x in mine]
        side = 1 if ways[0] > 0 else -1
        if any(side * w <= 0 for w in ways):
            return 0
        return ways[0] if e.data in _STRICTLY else side
    return 0


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The optimum of the linear form in the direction that phi asks for, or the better of both."""
    found = _matched(problem, part)
    assert found is not None
    program, u, a, phi = found
    signs = Signs(problem.symbols, str(U.data))
    way = _way(phi, signs)
    turned = phi if program.sense == "max" else E.neg(phi)  # to maximise
    form = E.dot(a, u)
    s, letter = own("s"), latex(own("s"))
    head = Step(NAME, "The objective sees the unknown only through one linear form.", rf"{letter} = {latex(form)},\quad «J» = {latex(E.replace(phi, {U: s}))}",
                before=latex(program.objective), relation=Relation.DEFINES)

    def at_end(sense: str) -> Derivation | NotDerived:
        along = replace(program, sense=sense, objective=form)
        return solve(problem, replace(part, id=f"{part.id}|{sense}", ask="argmin" if sense == "min" else "argmax", of=None, program=along))

    if way:
        sense = program.sense if way > 0 else ("min" if program.sense == "max" else "max")
        inner = at_end(sense)
        if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
            return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the linear form has no closed form there.")
        value = _put(problem, part, phi, inner.value)
        says = "rises" if way > 0 else "falls"
        steps = (
            head,
            Step("monotone", f"It {says} with ${letter}$, so ${letter}$ is to be made as {'large' if sense == 'max' else 'small'} as possible.",
                 rf"\{sense}\ {latex(form)}", relation=Relation.REDUCES),
            *inner.steps,
            Step(NAME, "Put the optimal value of the form into the function.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
        )
        return Derivation(problem, part, "point", steps, inner.answer, value, inner.unique if abs(way) == 2 else "")
    if curvature(turned, U, signs) != "convex":
        return NotDerived(problem, part, "The function of the linear form is neither known to be monotone nor known to have its optimum at an end.")
    low, high = at_end("min"), at_end("max")
    for inner in (low, high):
        if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
            return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the linear form has no closed form there.")
    assert isinstance(low, Derivation) and isinstance(high, Derivation) and low.value is not None and high.value is not None
    assert low.answer is not None and high.answer is not None
    below, above = (_put(problem, part, phi, d.value) for d in (low, high) if d.value is not None)
    first, second = (above, below) if program.sense == "max" else (below, above)
    better = E.rel(">=", above, below) if program.sense == "max" else E.rel("<=", above, below)
    answer = _chosen(better, high.answer, low.answer)
    value = E.fn("maximum" if program.sense == "max" else "minimum", first, second)
    steps = (
        head,
        Step("maximum-principle", f"As a function of ${letter}$ it is {'convex' if program.sense == 'max' else 'concave'}, so over the interval of values that ${letter}$ takes "
             "its optimum stands at an end.", rf"\min\ {latex(form)}, \quad \max\ {latex(form)}", relation=Relation.REDUCES),
        *low.steps, *high.steps,
        Step(NAME, "The better of the two.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "")


def _chosen(better: Expr, high: Expr, low: Expr) -> Expr:
    """high where the condition holds, else low, with the condition beside every entry."""
    weight = E.cases(((E.ONE, better),), E.ZERO)
    return E.add(low, E.mul(weight, E.sub(high, low)))


def _put(problem: Problem, part: Part, phi: Expr, value: Expr) -> Expr:
    """phi at an optimal value of the form, without double signs."""
    words = Words(Facts.of(problem, part))
    return _plain(E.replace(phi, {U: words.scalar(E.replace(value, words.units))}))


def _plain(e: Expr) -> Expr:
    e = E.rebuild(e, tuple(_plain(a) for a in e.args)) if e.args else e
    if e.op == "mul" and E.is_number(e.args[0], -1):
        e = E.neg(e.args[1])
    if e.op == "neg" and e.args[0].op == "neg":
        return e.args[0].args[0]
    if e.op == "neg" and e.args[0].op == "add":
        return E.add(*(_plain(E.neg(a)) for a in e.args[0].args))
    return e
