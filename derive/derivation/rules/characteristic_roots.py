"""Roots of characteristic polynomials, closed forms of linear recurrences, and when they settle."""

from __future__ import annotations

from typing import Any

from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.output_sequence import Sequence
from derive.derivation.rules.scalar_fields import Field


def roots_of(polynomial: Any, z: Any, field: Field) -> list[tuple[Any, int]]:
    """(root, multiplicity) over the reals. Raises Refused where roots may be complex, or have no formula that helps."""
    import sympy as sp

    numerator = sp.fraction(sp.together(polynomial))[0]
    out: list[tuple[Any, int]] = []
    for factor, power in sp.factor_list(numerator, z)[1]:
        p = sp.Poly(factor, z)
        if p.degree() == 1:
            a, b = p.all_coeffs()
            out.append((sp.factor(-b / a), power))
        elif p.degree() == 2:
            a, b, c = p.all_coeffs()
            discriminant = sp.factor(b**2 - 4 * a * c)
            if field.sign(discriminant) != 1:
                raise Refused("the roots of the characteristic polynomial may be complex: there is no closed form in real powers")
            out += [(sp.simplify((-b + s * sp.sqrt(discriminant)) / (2 * a)), power) for s in (1, -1)]
        elif p.degree() > 2:
            raise Refused(f"a factor of degree {p.degree()} of the characteristic polynomial has no root that helps")
    return out


def with_a_pair(polynomial: Any, z: Any, field: Field) -> tuple[list[tuple[Any, int]], tuple[Any, Any]]:
    """The real roots, and (r, cos phi) of the one pair r e^{+-i phi} whose discriminant is negative. Raises Refused otherwise."""
    import sympy as sp

    numerator = sp.fraction(sp.together(polynomial))[0]
    real: list[tuple[Any, int]] = []
    pair: tuple[Any, Any] | None = None
    for factor, power in sp.factor_list(numerator, z)[1]:
        p = sp.Poly(factor, z)
        if p.degree() == 2 and power == 1 and pair is None:
            a, b, c = p.all_coeffs()
            if field.sign(sp.factor(b**2 - 4 * a * c)) == -1:
                r = sp.sqrt(sp.factor(c / a))
                pair = (r, sp.simplify(-b / (2 * a * r)))
                continue
        real += roots_of(factor**power, z, field)
    if pair is None:
        raise Refused("there is no single complex pair")
    return real, pair


def closed_form_with_a_pair(seq: Sequence, time: Any) -> Any:
    """r^t (A cos(phi t) + B sin(phi t)) plus powers of the real roots, through the first values."""
    import sympy as sp

    real, (r, cosine) = with_a_pair(seq.polynomial, seq.z, seq.field)
    sine = sp.sqrt(sp.factor(1 - cosine**2))
    # cos(phi t) and sin(phi t) at whole t by de Moivre's formula: no inverse function is needed for the first values.
    turns = [(sp.Integer(1), sp.Integer(0))]
    for _ in range(seq.order):
        c, s = turns[-1]
        turns.append((sp.expand(c * cosine - s * sine), sp.expand(s * cosine + c * sine)))
    phi = sp.acos(cosine)
    terms = [(b, j) for b, m in real for j in range(m)]
    rows = [[b**t * sp.Integer(t) ** j for b, j in terms] + [r**t * turns[t][0], r**t * turns[t][1]] for t in range(seq.order)]
    weights = sp.Matrix(rows).LUsolve(sp.Matrix(seq.first))
    shapes = [b**time * (time**j if j else 1) for b, j in terms] + [r**time * sp.cos(phi * time), r**time * sp.sin(phi * time)]
    return sp.Add(*(sp.factor(sp.simplify(w)) * shape for w, shape in zip(weights, shapes, strict=True) if sp.simplify(w) != 0))


def closed_form(seq: Sequence, roots: list[tuple[Any, int]], time: Any) -> Any:
    """sum over roots of (polynomial in t) root^t that takes the first values. A root 0 counts for t = 0 only: refused."""
    import sympy as sp

    if any(r == 0 for r, _ in roots):
        raise Refused("a root 0 of the characteristic polynomial: the form holds from some step on only")
    terms = [(r, j) for r, m in roots for j in range(m)]
    unknown = [sp.Dummy(f"c{i}") for i in range(len(terms))]
    equations = [sum((c * sp.Integer(t) ** j * r**t for c, (r, j) in zip(unknown, terms, strict=True)), 0) - seq.first[t]
                 for t in range(seq.order)]
    found = sp.solve(equations, unknown, dict=True)
    if len(found) != 1 or len(found[0]) != len(unknown):
        raise Refused("the first values do not fix the closed form")
    groups: dict[Any, Any] = {}
    for c, (r, j) in zip(unknown, terms, strict=True):
        share = sp.factor(sp.simplify(found[0][c])) * (time**j if j else 1)
        if share != 0:
            groups[r] = groups.get(r, 0) + share
    return _joined(groups, time)


def closed_form_of_flow(seq: Sequence, roots: list[tuple[Any, int]], time: Any) -> Any:
    """sum over roots of (polynomial in t) exp(root t) that has the first derivatives."""
    import sympy as sp

    t = sp.Symbol("_t", positive=True)
    terms = [t**j * sp.exp(r * t) if r != 0 else t**j for r, m in roots for j in range(m)]
    rows = [[sp.diff(f, t, k).subs(t, 0) for f in terms] for k in range(seq.order)]
    weights = [sp.factor(sp.simplify(w)) for w in sp.Matrix(rows).LUsolve(sp.Matrix(seq.first))]
    constant = [k for k, f in enumerate(terms) if f == 1]
    if len(terms) == 2 and len(constant) == 1 and sp.simplify(weights[0] + weights[1]) == 0:
        k = constant[0]
        return sp.Mul(weights[k], 1 - terms[1 - k].subs(t, time), evaluate=False)
    return sp.factor_terms(sp.Add(*(w * f.subs(t, time) for w, f in zip(weights, terms, strict=True))))


def _joined(groups: dict[Any, Any], time: Any) -> Any:
    """c (1 - r^t) in place of c - c r^t."""
    import sympy as sp

    one = sp.Integer(1)
    if len(groups) == 2 and one in groups:
        r = next(k for k in groups if k != one)
        if sp.simplify(groups[one] + groups[r]) == 0:
            return sp.Mul(groups[one], 1 - sp.Pow(r, time), evaluate=False)
    return sp.factor_terms(sp.Add(*(c if r == one else sp.Mul(c, sp.Pow(r, time)) for r, c in groups.items())))


def settles(polynomial: Any, z: Any, field: Field, step: Any | None) -> str:
    """Why every root lies inside the unit disc (for all small steps > 0, where there is one). Raises Refused otherwise."""
    import sympy as sp

    p = sp.fraction(sp.together(polynomial))[0]
    if sp.Poly(p, z).degree() == 0:
        return "nothing is left to decay"
    if step is None or not p.has(step):
        _inside(p, z, field)
        return "every root lies inside the unit disc"
    at_rest = p.subs(step, 0)
    if sp.Poly(at_rest, z).degree() < sp.Poly(p, z).degree():
        raise Refused("a root escapes as the step tends to 0")
    for factor, power in sp.factor_list(sp.fraction(sp.together(at_rest))[0], z)[1]:
        if sp.Poly(factor, z).degree() == 0:
            continue
        if sp.expand(factor - (z - 1)) == 0 or sp.expand(factor + (z - 1)) == 0:
            if power > 1:
                raise Refused("several roots tend to 1 with the step: small steps do not decide")
            speed = sp.cancel(-(sp.diff(p, step) / sp.diff(p, z)).subs({step: 0, z: 1}))
            if field.sign(speed) != -1:
                raise Refused("it is not certain that small steps contract")
        else:
            _inside(factor, z, field)
    return "for small steps every root lies inside the unit disc: the one that starts at 1 moves inward"


def _inside(p: Any, z: Any, field: Field) -> None:
    """Jury's conditions for degree 1 and 2. Raises Refused where they are not proved."""
    import sympy as sp

    for factor, _ in sp.factor_list(sp.fraction(sp.together(p))[0], z)[1]:
        q = sp.Poly(factor, z)
        if q.degree() == 0:
            continue
        if q.degree() > 2:
            raise Refused(f"a factor of degree {q.degree()} whose roots are not located")
        lead = q.LC()
        at = [sp.cancel(q(1) / lead), sp.cancel((-1) ** q.degree() * q(-1) / lead)]
        if q.degree() == 2:
            at.append(sp.cancel(1 - q.TC() / lead))
        if any(field.sign(x) != 1 for x in at):
            raise Refused("it is not certain that every root lies inside the unit disc")
