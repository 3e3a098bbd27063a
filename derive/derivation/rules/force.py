"""The force along the one direction of a loss phi(u): h = -phi'(u), and what it does round its zero b.

    (b - u)^2      h = 2 (b - u)        linear, strength 2
    |b - u|        h = sign(b - u)      sign, strength 1
    log cosh(b-u)  h = tanh(b - u)      monotone: only its sign is sign(b - u)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from derive.derivation.rules.linear_form import LinearForm, Refused, U
from derive.derivation.rules.response import Signs
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import from_sympy, to_sympy


@dataclass(frozen=True)
class Force:
    """h(u) = -phi'(u) and its only zero.

    b: the zero; law: 'linear' (h = strength (b - u)), 'sign' (h = strength sign(b - u)) or
    'monotone' (only sign h = sign(b - u) is known); strength: positive scalar, or None.
    """

    b: Expr
    law: str
    strength: Expr | None


def symbol_table(exprs: Iterable[Expr], signs: Signs) -> dict[Expr, Any]:
    """SymPy symbols for the scalar symbols, norms and dimensions in some expressions, with their signs."""
    import sympy as sp

    table: dict[Expr, Any] = {}
    for e in exprs:
        for x in E.walk(e):
            if x.shape or x in table:
                continue
            if x.op == "sym":
                known = {"positive": True} if x.data in signs.positive else {"real": True}
                table[x] = sp.Symbol(str(x.data), **known)
            elif x.op in ("norm", "dim"):
                # Norms of nonzero vectors: their arguments are coefficients of the problem.
                table[x] = sp.Symbol(f"N{len(table)}", positive=True)
    return table


def force(form: LinearForm, signs: Signs) -> Force:
    """The force of a loss phi(u) and its zero.

    Raises Refused where phi has no minimiser, several, or one that cannot be found.
    """
    import sympy as sp

    u = sp.Symbol("u", real=True)
    phi, back = to_sympy(form.phi, {**symbol_table([form.phi], signs), U: u})
    slope = sp.diff(phi, u)
    if slope.has(sp.Derivative) or not slope.has(u):
        raise Refused("the loss has no minimiser along its one direction")
    signed = slope.atoms(sp.sign)
    core = slope / next(iter(signed)) if len(signed) == 1 else None
    if not signed:
        slope = sp.simplify(slope)
    if core is not None and not core.has(u):
        inner = next(iter(signed)).args[0]
        b, tilt = _zero(inner, u, sp), sp.diff(inner, u)
        strength = sp.simplify(core * sp.sign(tilt))
        return Force(from_sympy(b, back), "sign", _positive(strength, back))
    b = _zero(slope, u, sp)
    curvature = sp.simplify(sp.diff(slope, u))
    if not curvature.has(u):
        return Force(from_sympy(b, back), "linear", _positive(curvature, back))
    above, below = (sp.simplify(slope.subs(u, b + t)) for t in (1, -1))
    if not (above.is_positive and below.is_negative):
        raise Refused("the zero of the loss's slope is not known to be a minimum")
    # A continuous slope with one zero keeps its sign on either side of it.
    return Force(from_sympy(b, back), "monotone", None)


def _zero(slope: Any, u: Any, sp: Any) -> Any:
    try:
        zeros = [z for z in sp.solve(slope, u) if z.is_real is not False]
    except NotImplementedError:
        zeros = []
    if len(set(zeros)) != 1:
        raise Refused(f"the loss's slope has {len(set(zeros)) or 'no'} zeros that can be found, where one is needed")
    return sp.nsimplify(zeros[0]) if zeros[0].is_Float else zeros[0]


def _positive(strength: Any, back: dict[Any, Expr]) -> Expr:
    if not strength.is_positive:
        raise Refused("the loss is not known to grow away from its stationary point")
    return from_sympy(strength, back)
