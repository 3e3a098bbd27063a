"""An iteration made explicit: every next state as a formula in the old states, gradients taken, implicit steps solved.

Sequential updates and quantities worked out before them are substituted, so that all updates see the old states;
defined parameters are replaced by their definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.response import Signs
from derive.derivation.rules.worked import tex
from derive.derivation.steps import NotDerived, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.problem.nouns.iteration import Iteration, State


@dataclass(frozen=True)
class System:
    """states: symbols; start, update: by state, in the old states; output: in the states; opening: the lines so far."""

    problem: Problem
    iteration: Iteration
    states: tuple[Expr, ...]
    start: dict[Expr, Expr]
    update: dict[Expr, Expr]
    output: Expr
    opening: tuple[Step, ...] = ()
    positive: frozenset[str] = field(default_factory=frozenset)

    @property
    def scalar(self) -> bool:
        """Whether every state is a number."""
        return all(not s.shape for s in self.states)

    @property
    def step(self) -> Expr | None:
        """The step size where it is free: small, constant and positive."""
        it = self.iteration
        if not it.step or self.problem.symbols[it.step].let is not None or self.problem.symbols[it.step].given is not None:
            return None
        return E.sym(it.step)


Gradient = Callable[[Expr, Expr], Expr]


def system_of(problem: Problem, part: Part, solve: Solve, slope: Gradient = gradient) -> System:
    """The explicit system of a problem's iteration; slope takes gradients. Raises Refused with the reason where a step cannot be made explicit."""
    it = problem.iteration
    if it is None:
        raise Refused("the problem has no iteration")
    if it.rescale is not None:
        raise Refused("rescaled features are another rule's")
    if it.steps != "constant":
        raise Refused("the step sizes change from step to step")
    states = it.states or (State(it.over, it.start, it.update),)
    symbols = {s.name: E.sym(s.name, problem.symbols[s.name].shape) for s in states}
    lines: list[Step] = []
    known = definitions(problem, it.internal)
    seen: dict[Expr, Expr] = {}
    for name, e in it.before:
        seen[E.sym(name, problem.symbols[name].shape)] = E.replace(_explicit(e, known, slope), seen)
    update: dict[Expr, Expr] = {}
    for s in states:
        raw = _implicit(problem, part, s, solve, lines) if s.program else s.update
        update[symbols[s.name]] = new = E.replace(_explicit(raw, known, slope), seen)
        if it.order == "sequential" and len(states) > 1:
            seen = {k: v for k, v in seen.items() if k != symbols[s.name]} | {symbols[s.name]: new}
    signs, inside = Signs.of(problem.symbols), frozenset(symbols.values())
    update = {s: settled(e, signs, inside) for s, e in update.items()}
    start = {symbols[s.name]: settled(E.replace(s.start, known), signs) for s in states}
    output = settled(E.replace(it.asked, known), signs, inside)
    return System(problem, it, tuple(symbols.values()), start, update, output, (*lines, *_lines(problem, it, update)), positive_names(problem))


_ENTRYWISE = frozenset(("mul", "div", "pow", "fn", "neg", "ones"))


def settled(e: Expr, signs: Signs, inside: frozenset[Expr] = frozenset()) -> Expr:
    """e with entrywise products and quotients of vectors of parameters in normal form: (1/a) a is the vector of ones."""
    nodes = set(E.walk(e)) if len(e.shape) == 1 and e.op in _ENTRYWISE else set()
    if nodes and nodes.isdisjoint(inside) and all(x.op in _ENTRYWISE or not x.args or not x.shape for x in nodes) and len(
            [x for x in nodes if len(x.shape) == 1 and x.op in ("sym", "vec", "ones")]) > 1:
        return signs.simplify(e)
    if not e.args:
        return e
    args = tuple(settled(a, signs, inside) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


def without_diagonals(e: Expr) -> Expr:
    """diag(v) x as the entrywise product of v and x."""
    if not e.args:
        return e
    e = E.rebuild(e, tuple(without_diagonals(a) for a in e.args))
    if e.op == "matmul" and len(e.shape) == 1 and e.args[0].op == "diag" and len(e.args[0].args[0].shape) == 1:
        return E.mul(e.args[0].args[0], e.args[1])
    return e


def definitions(problem: Problem, internal: frozenset[str] = frozenset()) -> dict[Expr, Expr]:
    """Defined parameters and what they are, definitions inside definitions opened."""
    out: dict[Expr, Expr] = {}
    for s in problem.symbols.values():
        if s.let is not None and s.kind == "value" and s.name not in internal and not E.symbols_in(s.let) & internal:
            out[E.sym(s.name, s.shape)] = s.let
    for _ in out:
        out = {k: E.replace(v, out) for k, v in out.items()}
    return out


def _explicit(e: Expr, known: dict[Expr, Expr], slope: Gradient) -> Expr:
    """Gradients taken, definitions opened."""
    if e.op == "grad":
        try:
            return E.replace(slope(*e.args), known)
        except NotDifferentiable as why:
            raise Refused(f"a gradient cannot be taken: {why}") from None
    if not e.args:
        return E.replace(e, known)
    args = tuple(_explicit(a, known, slope) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


def _implicit(problem: Problem, part: Part, s: State, solve: Solve, lines: list[Step]) -> Expr:
    """The minimiser that a state becomes, from the rules for programs."""
    assert s.program is not None
    ask = "argmin" if s.program.sense == "min" else "argmax"
    inner = replace(part, id=f"{part.id}/step of {s.name}", ask=ask, program=s.program, of=None)
    found = solve(replace(problem, id=f"{problem.id}/implicit", iteration=None, parts=(inner,), cache={}, digest=""), inner)
    if isinstance(found, NotDerived) or found.answer is None:
        raise Refused(f"the implicit step has no closed form: {getattr(found, 'reason', '')}")
    if found.unique != "always":
        raise Refused("the implicit step has several minimisers")
    lines += [Step("implicit step", f"The next {s.name} is a minimiser. {found.steps[0].says}", found.steps[0].after, relation=Relation.DEFINES)]
    lines.append(Step("implicit step", "The objective is strictly convex: its stationary point is the next value.",
                      f"{tex(E.sym(s.name + '@next', found.answer.shape))} = {tex(found.answer)}"))
    return found.answer


def in_order(e: Expr, positive: frozenset[str]) -> Expr:
    """An update as a person writes it: factors 1 and signs in order, sums multiplied out where that is no longer."""
    plain_form = _without_ones(e)
    short = simplify(plain_form, positive)
    return short if sum(1 for _ in E.walk(short)) <= sum(1 for _ in E.walk(plain_form)) else plain_form


def _without_ones(e: Expr) -> Expr:
    if not e.args or e.op in ("reduce", "comp", "cases", "rel", "argopt"):
        return e
    args = tuple(_without_ones(a) for a in e.args)
    if e.op == "mul":
        for a, b in (args, args[::-1]):
            if E.is_number(a, 1) and b.shape == e.shape:
                return b
        if args[0].op == "neg":
            return E.neg(_without_ones(E.mul(args[0].args[0], args[1])))
        if args[1].op == "neg":
            return E.neg(_without_ones(E.mul(args[0], args[1].args[0])))
    if e.op == "neg" and args[0].op == "neg":
        return args[0].args[0]
    return E.rebuild(e, args)


def _lines(problem: Problem, it: Iteration, update: dict[Expr, Expr]) -> list[Step]:
    """The updates in the old states, where something was substituted."""
    said = "One step in the old states" + (", the new values put in where an update uses them" if it.order == "sequential" else "")
    marks = {s: E.sym(f"{s.data}@t", s.shape) for s in update}
    short = {s: in_order(e, positive_names(problem)) for s, e in update.items()}
    text = r",\qquad ".join(f"{tex(E.sym(f'{s.data}@next', s.shape))} = {tex(E.replace(e, marks))}" for s, e in short.items())
    if it.flow:
        text = r",\qquad ".join(rf"\dot{{{tex(s)}}} = {tex(e)}" for s, e in short.items())
        said = "The velocities"
    return [Step("update", f"{said}:", text, relation=Relation.DEFINES)]
