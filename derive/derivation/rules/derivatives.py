"""Gradients, Jacobians and Hessians: the chain rule, backward through named intermediate quantities.

The function is cut into elementary operations u_1, u_2, ...; each passes its adjoint d f / d u_k on to what it is
made of. A Hessian is the forward differential of the gradient. Source: reverse accumulation; matrix differentials.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.derivation.letters import fresh
from derive.derivation.rules.common import Solve
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, Pull, lifted, sweep
from derive.maths.expr import Expr
from derive.maths.jacobians import hessian, jacobian
from derive.maths.neat import neat
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Derivative

NAME = "chain rule"

_SAYS = {
    "matmul": "A product passes an adjoint on by the transposed factor",
    "dot": "An inner product passes on the other vector",
    "norm": "A norm has the direction of its argument as its gradient (its dual direction)",
    "fn": "An entrywise function multiplies by its derivative, entry by entry",
    "total": "A sum passes its adjoint on to every entry",
    "mean": "A mean passes the n-th part of its adjoint on to every entry",
    "inv": "By d(V^{-1}) = -V^{-1} dV V^{-1} an inverse passes on -V^{-T} (adjoint) V^{-T}",
    "det": "By Jacobi's formula d det V = det(V) tr(V^{-1} dV)",
    "trace": "A trace passes its adjoint on to the diagonal",
    "pow": "A power passes on its derivative, entry by entry",
    "mul": "Each factor takes the adjoint times the other factor",
    "div": "A quotient passes on the reciprocal of its denominator, and to the denominator minus itself over the denominator",
    "add": "Every term of a sum takes the same adjoint",
    "diag": "A diagonal matrix passes on the diagonal of its adjoint",
    "cases": "Each case passes the adjoint on where it applies",
    "reduceall": "An extremum passes its adjoint to the entry that attains it",
    "at": "An entry passes its adjoint to its own place",
}
_KINKS = {"abs", "relu", "maximum", "minimum"}


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that ask for a derivative."""
    return part.derivative is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The derivative as an expression of its point.

    Returns a Derivation of kind 'expression', or NotDerived with the operation that has no rule.
    """
    d = part.derivative
    assert d is not None
    x = E.sym(d.over, problem.symbols[d.over].shape)
    tidy = _tidy(problem)
    f = expanded(d.function, problem, d.over)
    steps: list[Step] = []
    try:
        if part.ask == "jacobian":
            answer = tidy(jacobian(f, x))
            steps.append(Step("differential", "Differentiate entry by entry: an entrywise function contributes the diagonal matrix of its "
                              "derivative, a constant factor stays in front.", rf"\mathrm{{d}}\left({latex(f)}\right) = «J»\, \mathrm{{d}}{latex(x)},\quad «J» = {latex(answer)}",
                              latex(f)))
        else:
            seed = E.ONE if d.upstream is None else E.sym(d.upstream, problem.symbols[d.upstream].shape)
            pulls = sweep(tidy(lifted(f, x)), seed, x, tidy)
            steps += _chain(pulls, d, x, problem)
            answer = pulls[-1].adjoint
            if part.ask == "hessian":
                steps.append(Step("gradient", "The gradient:", rf"\nabla «f» = {latex(answer)}"))
                answer = hessian(tidy(lifted(f, x)), x, tidy)
                steps.append(Step("differential", "Differentiate the gradient once more: its differential is the Hessian times the increment.",
                                  rf"\mathrm{{d}}\,\nabla «f» = «H»\, \mathrm{{d}}{latex(x)},\quad «H» = {latex(answer)}"))
    except (NotDifferentiable, E.ShapeError) as err:
        return NotDerived(problem, part, f"{err}.", tuple(steps))
    if d.at is not None:
        before = answer
        answer = tidy(E.replace(answer, {x: d.at}))
        steps.append(Step("at the point", f"At {plain(x)} = {plain(d.at)}:", latex(answer), latex(before)))
    kinks = [k for k in (f,) if has_kinks(k, x)]
    says = ("Where the function has a kink it has no gradient; there the formula is a convention.",) if kinks else ()
    return Derivation(problem, part, "expression", tuple(steps), answer, says=says, extra={"kinks": bool(kinks)})


def _tidy(problem: Problem) -> Callable[[Expr], Expr]:
    symmetric = frozenset(n for n, s in problem.symbols.items() if s.domain in ("spd", "symmetric"))
    units = frozenset(n for n, s in problem.symbols.items() if s.domain == "sign")
    return lambda e: neat(e, symmetric, units)


def expanded(e: Expr, problem: Problem, over: str) -> Expr:
    """Names whose definitions hold the variable, replaced by their definitions; other names stay."""
    for _ in range(8):
        moving = {E.sym(n, s.shape): s.let for n, s in problem.symbols.items()
                  if s.let is not None and s.kind == "value" and n in E.symbols_in(e) and _holds(n, over, problem)}
        if not moving:
            return e
        e = E.replace(e, moving)
    return e


def _holds(name: str, over: str, problem: Problem, seen: frozenset[str] = frozenset()) -> bool:
    let = problem.symbols[name].let if name in problem.symbols else None
    if let is None or name in seen:
        return False
    return any(n == over or _holds(n, over, problem, seen | {name}) for n in E.symbols_in(let))


def has_kinks(e: Expr, x: Expr) -> bool:
    """Whether e is differentiable only off a set where entries vanish, tie or change sign."""
    for n in E.walk(e):
        if x not in set(E.walk(n)):
            continue
        if (n.op == "fn" and n.data in _KINKS | {"sign", "floor", "ceil"}) or n.op in ("cases", "reduceall", "argopt"):
            return True
        if (n.op == "norm" and n.data == "p" and not _smooth(n.args[1])) or (n.op == "norm" and n.data in ("op", "nuc")):
            return True
        if n.op == "reduce" and n.data[0] in ("max", "min", "prod"):
            return True
    return False


def _smooth(p: Expr) -> bool:
    v = E.number_value(p)
    return v is not None and v > 1


# ------------------------------------------------------------------------------------------ the worked lines

def _chain(pulls: list[Pull], d: Derivative, x: Expr, problem: Problem) -> list[Step]:
    """The intermediate quantities by name, and the adjoint of each from the last to the variable."""
    letter = fresh(problem, *"uvhaq")
    tidy = _tidy(problem)
    declared = {tidy(lifted(expanded(s.let, problem, d.over), x)): E.sym(s.name, s.shape) for s in problem.symbols.values()
                if s.kind == "value" and s.let is not None and _holds(s.name, d.over, problem)}
    named: dict[Expr, Expr] = {}
    lines: list[str] = []
    inner = [p for p in pulls[1:-1] if p.node.op not in ("neg", "T", "comp", "reduce") and (not _scaled(p.node) or p.node in declared)]
    for p in reversed(inner):
        own = sum(str(e.data).startswith(f"{letter}_") for e in named.values())
        name = declared.get(p.node) or E.sym(f"{letter}_{own + 1}", p.node.shape)
        lines.append(f"{latex(name)} = {latex(E.replace(p.node, named))}")
        named = {**named, p.node: name}

    def short(e: Expr) -> Expr:
        return E.replace(e, named)

    top = "«f»" if d.upstream is None else "«L»"
    root = rf"«f» = {latex(short(pulls[0].node))}"
    upstream = "" if d.upstream is None else rf",\qquad \frac{{\partial {top}}}{{\partial «f»}} = {latex(E.sym(d.upstream))}\ \text{{(given)}}"
    steps = [Step("elementary operations", "Name the parts of the function, from the inside to the outside.",
                  r",\quad ".join([*lines, root]) + upstream, latex(pulls[0].node), Relation.DEFINES)]
    shown = {p.node for p in inner} | {x}
    for p in pulls[1:]:
        if p.node not in shown:
            continue
        user = next((q.node for q in pulls if p.node in q.node.args), pulls[0].node)
        says = _SAYS.get(user.op, "The chain rule")
        steps.append(Step("chain rule", f"{says}.", rf"\frac{{\partial {top}}}{{\partial {latex(short(p.node) if p.node != x else x)}}} = {latex(short(p.adjoint))}"))
    steps.append(Step("put together", "With the names put back:", rf"\nabla_{{{latex(x)}}} {top} = {latex(pulls[-1].adjoint)}"))
    return steps


def _scaled(e: Expr) -> bool:
    """Whether a node is only a number times something."""
    return e.op in ("mul", "div") and any(E.number_value(a) is not None for a in e.args)
