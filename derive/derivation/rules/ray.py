"""An iteration on an invariant ray: theta_t = theta_0 + c_t d, and the scalar law of its residual.

With loss phi(w^T theta), gradient -h w and increment c h |h|^(q-1) d, the residual r = b - w^T theta
follows r' = r - rho(r) w^T d. Two laws are closed here:

    linear:  rho = k r          r' = (1 - k w^T d) r
    sign:    rho = k sign(r)    r' = r - k w^T d sign(r)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from derive.derivation.letters import fresh
from derive.derivation.rules.force import Force, force
from derive.derivation.rules.linear_form import LinearForm, Refused, linear_form
from derive.derivation.rules.response import Response, Signs, response
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.monomials import EMPTY, build, constant_of
from derive.problem.model import Problem
from derive.problem.nouns.iteration import Iteration


@dataclass(frozen=True)
class Ray:
    """The scalar law of an iteration on theta_0 + span(d).

    theta, step: symbols; w, b: the equation w^T theta = b of the minimisers; d: the direction;
    reach: w^T d > 0; gain: k w^T d, so that r' = (1 - gain) r ('linear') or r' = r - gain sign(r)
    ('sign'); k: the factor of the increment; residual: the symbol r; also the parts it came from.
    """

    iteration: Iteration
    signs: Signs
    theta: Expr
    step: Expr
    residual: Expr
    w: Expr
    b: Expr
    d: Expr
    reach: Expr
    law: str
    k: Expr
    gain: Expr
    form: LinearForm
    force: Force
    response: Response

    @property
    def rho(self) -> Expr:
        """The increment is rho d: k r or k sign(r)."""
        r = self.residual
        return E.mul(self.k, r if self.law == "linear" else E.fn("sign", r))

    @property
    def multiplier(self) -> Expr | None:
        """lambda with r' = lambda r, or None for the sign law."""
        return E.sub(E.ONE, self.gain) if self.law == "linear" else None

    @property
    def next_residual(self) -> Expr:
        """F(r): the residual after one step."""
        r = self.residual
        if self.law == "linear":
            return E.mul(E.sub(E.ONE, self.gain), r)
        return E.sub(r, E.mul(self.gain, E.fn("sign", r)))

    @property
    def lowers(self) -> bool:
        """Whether a step surely goes down the loss: k > 0."""
        n = self.signs.normal(self.k)
        return bool(n) and self.signs.never_negative(n or {})

    @property
    def proportional(self) -> bool:
        """Whether k is a multiple of the step: then steps that sum to infinity make gains that do."""
        n = self.signs.normal(self.k)
        return bool(n) and all(constant_of(dict(dict(scalars).get(self.step, ()))) == 1 for scalars, _ in n or {})

    def limit(self) -> Expr:
        """theta_0 + d (b - w^T theta_0) / (w^T d): the point of the ray that solves w^T theta = b."""
        start = self.iteration.start
        gap = self.signs.simplify(E.sub(self.b, E.dot(self.w, start)))
        moved = self.d if E.is_number(gap, 1) else E.mul(gap, self.d)
        moved = moved if E.is_number(self.reach, 1) else E.div(moved, self.reach)
        return moved if start.op == "zeros" else E.add(start, moved)


def ray_of(problem: Problem) -> Ray:
    """The invariant ray of a plain iteration. Raises Refused with the reason where there is none."""
    if problem.iteration is None:
        raise Refused("the problem has no iteration")
    it, literals = _named_literals(problem.iteration)
    signs = Signs.of(problem.symbols).with_positive(it.step)
    signs = replace(signs, nonzero=signs.nonzero | {n.data for n, v in literals.items() if signs.no_zero(v)})
    theta = E.sym(it.over, problem.symbols[it.over].shape)
    if len(theta.shape) != 1:
        raise Refused("the unknown is not a vector")
    form = linear_form(it.loss, theta)
    w = signs.simplify(form.w)
    push = force(form, signs)
    answer = response(it, theta, w, signs)
    law, k = _law(push, answer, signs)
    reach = weight(w, answer.d, signs)
    if theta in E.walk(it.start):
        raise Refused("the start depends on the unknown")
    residual = _residual_symbol(problem, it, E.sub(push.b, E.dot(w, theta)), signs)
    ray = Ray(it, signs, theta, E.sym(it.step), residual, w, push.b, answer.d, reach, law, k,
              signs.simplify(E.mul(k, reach)), form, push, answer)
    return _put_back(ray, literals)


def _named_literals(it: Iteration) -> tuple[Iteration, dict[Expr, Expr]]:
    """Vectors of numbers in an iteration as symbols, so that signs and moduli of their entries are seen."""
    names: dict[Expr, Expr] = {}
    for e in (it.loss, it.update, it.start, *((it.residual[1],) if it.residual else ())):
        for x in E.walk(e):
            if x.op == "vec" and x not in names and all(E.number_value(a) is not None for a in x.args):
                names[x] = E.sym(f"_v{len(names)}", x.shape)
    return (_put_back(it, names), {s: x for x, s in names.items()}) if names else (it, {})


T = TypeVar("T")


def _put_back(x: T, mapping: Mapping[Expr, Expr]) -> T:
    """x with subtrees replaced in every expression that it holds."""

    def go(v: Any) -> Any:
        if isinstance(v, Expr):
            return E.replace(v, mapping)
        if isinstance(v, tuple):
            return tuple(go(y) for y in v)
        if is_dataclass(v) and not isinstance(v, (type, Signs)):
            return replace(v, **{f.name: go(getattr(v, f.name)) for f in fields(v)})
        return v

    out: T = go(x) if mapping else x
    return out


def _law(push: Force, answer: Response, signs: Signs) -> tuple[str, Expr]:
    """Which scalar law a force and a response make together, and its factor k."""
    strength = push.strength
    if answer.order == 0:
        return "sign", answer.scale
    if push.law == "sign" and strength is not None:
        return "sign", signs.simplify(E.mul(answer.scale, E.power(strength, E.num(answer.order))))
    if push.law == "linear" and answer.order == 1 and strength is not None:
        return "linear", signs.simplify(E.mul(answer.scale, strength))
    if answer.order == 1:
        raise Refused("the gradient is not linear in the residual: whether this converges depends on the start")
    raise Refused(f"the increment grows like the power {answer.order} of the gradient; powers 0 and 1 are covered")


def weight(w: Expr, d: Expr, signs: Signs) -> Expr:
    """w^T d, which must be positive: a step along d lowers the loss.

    sum_i |a_i|^k is written as a power of a norm. Raises Refused where the sign is not known.
    """
    product = signs.normal(E.mul(w, d))
    if product is not None and all(not vectors for _, vectors in product):
        reach = E.mul(build(product, E.SCALAR), E.dim(w.shape[0]))
    elif product is not None and len(product) == 1 and all(a.op == "basis" for _, v in product for a, _ in v):
        ((scalars, _), c), = product.items()
        reach = build({(scalars, EMPTY[1]): c}, E.SCALAR)
    elif product is not None and signs.never_negative(product):
        reach = E.total(build(product, w.shape))
    else:
        reach = E.dot(w, d)
        n = signs.normal(reach)
        if n is None or not signs.never_negative(n):
            raise Refused("it is not certain that a step along the direction lowers the loss (w^T d > 0)")
    return signs.simplify(reach)


def _residual_symbol(problem: Problem, it: Iteration, gap: Expr, signs: Signs) -> Expr:
    """The symbol for b - w^T theta: the declared residual's name if that is what it means, else a free name."""
    if it.residual is not None and signs.simplify(E.sub(it.residual[1], gap)) == E.ZERO:
        return E.sym(it.residual[0])
    return E.sym(fresh(problem, "r", "rho", "delta"))
