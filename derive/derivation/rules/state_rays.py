"""Adaptive methods on one equation: every state stays a number times a fixed vector.

The gradient of phi(w^T theta) is -h w. If a state is q e with a fixed vector e before a step, and again after it, and the
increment of theta is a number times a fixed d, then theta_inf = theta_0 + d (b - w^T theta_0)/(w^T d) where it converges.
AdaGrad: v = q w^2, d = sign(w). Source: Wilson et al., The Marginal Value of Adaptive Gradient Methods, 2017, lemma 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.derivation.rules.common import Solve
from derive.derivation.rules.force import force
from derive.derivation.rules.linear_form import LinearForm, Refused, linear_form, only_term
from derive.derivation.rules.ray import weight
from derive.derivation.rules.response import Signs
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.vector_modes import modes_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.monomials import build
from derive.problem.model import Part, Problem

NAME = "fixed directions"
H = E.sym("_h")  # the gradient is -h w


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of an iteration with several vector states that all have one shape."""
    it = problem.iteration
    if part.ask != "limit" or it is None or it.flow or it.noise or it.rescale is not None or it.steps != "constant":
        return False
    return (len(it.states) > 1 or bool(it.before)) and len({problem.symbols[s.name].shape for s in it.states}) == 1 and len(
        problem.symbols[it.over].shape) == 1


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit; that it is reached at all is measured by the certificate."""
    steps: list[Step] = []
    try:
        theta = _unknown(problem)
        form, signs = _form(problem, theta), Signs.of(problem.symbols)
        w = signs.simplify(form.w)
        system = system_of(problem, part, solve, lambda f, x: _slope(problem, f, x, form, w))
        if _is_linear(problem, part, solve):
            raise Refused("the update is linear: its modes decide whether it converges")
        b = force(form, signs).b
        found = _Directions(signs, system, theta)
        mirror = _mirror(problem, system, theta)
        d = found.increment() if mirror is None else found.of_map(mirror)
        reach = weight(w, d, signs)
        start = system.start[theta] if mirror is None else E.zeros(*theta.shape)
        if theta in E.walk(start):
            raise Refused("the start depends on the unknown")
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    gap = signs.simplify(E.sub(b, E.dot(w, start))) if start.op != "zeros" else b
    moved = d if E.is_number(gap, 1) else E.mul(gap, d)
    moved = moved if E.is_number(reach, 1) else E.div(moved, reach)
    answer = moved if start.op == "zeros" else E.add(start, moved)
    steps += _lines(start, theta, w, found, d, reach, gap)
    name = tex(E.sym(f"{theta.data}@limit", theta.shape))
    steps.append(Step("limit", "The point of the ray that solves the equation:", f"{name} = {tex(answer)}"))
    steps += number_line(answer, problem, name)
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always",
                      says=("where the iteration converges, as for a small step",), extra={"constraint": (w, b)})


def _unknown(problem: Problem) -> Expr:
    """What gradients are taken with respect to: a state, or a quantity that is worked out from the states (a mirror map)."""
    it = problem.iteration
    assert it is not None
    found = {x.args[1] for e in (*(s.update for s in it.states), *(e for _, e in it.before)) for x in E.walk(e) if x.op == "grad"}
    if len(found) != 1:
        raise Refused("the updates use gradients with respect to several things, or to none")
    return found.pop()


def _mirror(problem: Problem, system: System, theta: Expr) -> Expr | None:
    """The map from the states to the unknown, where the unknown is no state; it must be what is asked for."""
    it = problem.iteration
    assert it is not None
    if theta in system.states:
        if system.output != theta:
            raise Refused("another state than the unknown is asked for")
        return None
    formula = next((e for n, e in it.before if n == theta.data), None)
    if formula is None or it.output != formula:
        raise Refused("the output is not the point at which gradients are taken")
    return formula


def _form(problem: Problem, theta: Expr) -> LinearForm:
    """The loss whose gradient the updates use, through one linear form."""
    it = problem.iteration
    assert it is not None
    losses = {x.args[0] for e in (*(s.update for s in it.states), *(e for _, e in it.before)) for x in E.walk(e) if x.op == "grad" and x.args[1] == theta}
    if len(losses) != 1:
        raise Refused("the updates use the gradients of several functions, or of none")
    return linear_form(losses.pop(), theta)


def _is_linear(problem: Problem, part: Part, solve: Solve) -> bool:
    try:
        modes_of(system_of(problem, part, solve), part)
    except Refused:
        return False
    return True


def _slope(problem: Problem, f: Expr, x: Expr, form: LinearForm, w: Expr) -> Expr:
    if linear_form(f, x) != form:
        raise Refused("a gradient with respect to something else than the unknown")
    return E.neg(E.mul(H, w))


@dataclass
class _Directions:
    """The fixed vectors of the states, found from one step and confirmed by another."""

    signs: Signs
    system: System
    theta: Expr
    of: dict[Expr, Expr] = field(default_factory=dict)
    hidden: dict[Expr, Expr] = field(default_factory=dict)

    def increment(self) -> Expr:
        """The direction d of the increment of theta. Raises Refused where a direction changes."""
        others = [s for s in self.system.states if s != self.theta]
        for s in others:
            if self.system.start[s].op != "zeros":
                raise Refused(f"{s.data} does not start at 0")
        here = {s: self.system.start[s] for s in others}
        for s in others:
            self.of[s] = self._term(self.system.update[s], here, s)[1]
        sizes = {s: E.mul(E.sym(f"_q{k}"), self.of[s]) for k, s in enumerate(others)}
        for k in range(len(others)):
            self.signs = self.signs.with_positive(f"_q{k}") if self._never_negative(others[k]) else self.signs
        for s in others:
            if self._term(self.system.update[s], sizes, s)[1] != self.of[s]:
                raise Refused(f"the direction of {s.data} changes from step to step")
        first = self._term(E.sub(self.system.update[self.theta], self.theta), here, self.theta)[1]
        _, d = self._term(E.sub(self.system.update[self.theta], self.theta), sizes, self.theta)
        if d != first:
            raise Refused("the direction of the increment changes from step to step")
        return d

    def of_map(self, mirror: Expr) -> Expr:
        """The direction of mirror(states) where every state keeps its own. Raises Refused where it turns, or is not 0 at the start."""
        start = {s: self.system.start[s] for s in self.system.states}
        if self.signs.normal(E.replace(_quotients(mirror), start)):
            raise Refused("the mirror map does not start at 0")
        for s in self.system.states:
            if start[s].op != "zeros":
                raise Refused(f"{s.data} does not start at 0")
            self.of[s] = self._term(self.system.update[s], start, s)[1]
        sizes = {s: E.mul(E.sym(f"_q{k}"), self.of[s]) for k, s in enumerate(self.system.states)}
        for s in self.system.states:
            if self._term(self.system.update[s], sizes, s)[1] != self.of[s]:
                raise Refused(f"the direction of {s.data} changes from step to step")
        d = self._term(mirror, sizes, self.theta)[1]
        signs = [x for x in E.walk(d) if x.op == "fn" and x.data == "sign" and any(str(y.data).startswith("_q") for y in E.walk(x) if y.op == "sym")]
        if signs:
            raise Refused("the direction of the point changes with the sign of a state")
        return d

    def _never_negative(self, s: Expr) -> bool:
        """Whether the factor of a state is a sum of squares: then it never turns negative."""
        scale, _ = self._term(self.system.update[s], {x: E.mul(E.sym(f"_q{k}"), self.of[x]) for k, x in enumerate(self.of)}, s)
        own = E.sym(f"_q{list(self.of).index(s)}")
        n = self.signs.with_positive(str(own.data)).normal(scale)
        return bool(n) and self.signs.with_positive(str(own.data)).never_negative(n or {})

    def _term(self, e: Expr, values: dict[Expr, Expr], s: Expr) -> tuple[Expr, Expr]:
        """(factor, vector) of an expression whose entries share one factor."""
        pulled = self._pulled(E.replace(_quotients(e), values))
        n = self.signs.normal(pulled)
        if not n:
            raise Refused(f"{s.data} does not move")
        if any(self.theta in E.walk(a) for key in n for group in key for a, _ in group):
            raise Refused("an update depends on the unknown itself, not through its gradient alone")
        term = only_term(n)
        if term is None:
            raise Refused(f"the coordinates of {s.data} do not share one factor: there is no fixed direction")
        vector = self.signs.simplify(build(term[1], e.shape))
        if H in E.walk(vector) or any(str(x.data).startswith(("_q", "_k")) for x in E.walk(vector) if x.op == "sym"):
            raise Refused(f"the direction of {s.data} changes with the size of the gradient")
        return build(term[0], E.SCALAR), vector

    def _pulled(self, e: Expr) -> Expr:
        """Sums of multiples of one vector as one multiple, so that roots and quotients of them split."""
        if not e.args or not e.shape:
            return e
        e = E.rebuild(e, tuple(self._pulled(a) for a in e.args))
        if e.op != "add":
            return e
        n = self.signs.normal(e)
        term = only_term(n) if n else None
        if term is None or len(term[0]) == 1:
            return e
        name = E.sym(f"_k{len(self.hidden)}")
        self.hidden[name] = build(term[0], E.SCALAR)
        if self.signs.never_negative(term[0]):
            self.signs = self.signs.with_positive(str(name.data))
        return E.mul(name, build(term[1], e.shape))


def _quotients(e: Expr) -> Expr:
    """0/0 that counts as 0 is met only where an entry of the gradient is 0; elsewhere it is the quotient."""
    if not e.args:
        return e
    args = tuple(_quotients(a) for a in e.args)
    return E.div(*args) if e.op == "fn" and e.data == "divide_or_zero" else E.rebuild(e, args)


def _lines(start: Expr, theta: Expr, w: Expr, found: _Directions, d: Expr, reach: Expr, gap: Expr) -> list[Step]:
    others = r",\quad ".join(rf"{tex(s)}_t \in \operatorname{{span}}\left({tex(e)}\right)" for s, e in found.of.items())
    origin = "" if start.op == "zeros" else tex(start) + " + "
    return [
        Step("gradient along one direction", "The loss depends on the unknown through one linear form, so its gradient is a multiple of one vector.",
             rf"\nabla «loss»({tex(theta)}_t) = -«h»_t\, {tex(w)}", relation=Relation.DEFINES),
        Step("fixed directions", "If a state is a multiple of a fixed vector before a step, it is one after it; the first step makes it one.",
             others, relation=Relation.REDUCES),
        Step("invariant ray", "So every increment of the unknown has one direction.",
             rf"{tex(theta)}_t \in {origin}\operatorname{{span}}\left({tex(d)}\right)", relation=Relation.REDUCES),
        Step("fixed point", "Where it converges to a solution, one multiple of the direction is left.",
             f"«c» = {tex(E.div(gap, reach))}", requires=("the iteration converges to a solution",)),
    ]
