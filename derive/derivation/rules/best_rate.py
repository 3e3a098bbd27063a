"""The best rate over step sizes and momenta: minimise the largest modulus of an eigenvalue over a range of modes.

One state: |M(h)| is largest at an end, and where M falls in the parameter at both ends the best one makes M(low) = -M(high).
Two states: all roots of z^2 - t(h) z + d(h) lie within radius $«r»$ exactly if |t| <= r + d/r and |d| <= r^2 (Jury, scaled); at
the best parameters as many of these hold with equality at the two ends as there are unknowns. Every such choice is solved,
and of those that keep all conditions the one of the smallest radius is proposed; a global search certifies it.
Source: Polyak 1964, theorem 9; Lessard, Recht and Packard 2016, proposition 1.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.spectrum import matrix_lines
from derive.derivation.rules.system import system_of
from derive.derivation.rules.update_matrix import Range, UpdateMatrix, matrix_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.problem.model import Part, Problem

NAME = "best rate"
SLACK = 1e-7  # by which a condition may fail in a sample, from rounding


def accepts(problem: Problem, part: Part) -> bool:
    """The best rate, or the parameters that attain it."""
    it = problem.iteration
    return part.ask in ("best-rate", "best-step") and it is not None and bool(it.states) and not it.flow and it.steps == "constant"


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The rate, or the parameters (one, or a vector of them in the order in which they may be chosen)."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        m = matrix_of(system, part)
        steps += matrix_lines(m)
        if m.modes is None:
            raise Refused("there is one mode only: say over which range of curvatures the rate is the worst")
        chosen = [m.field.to(E.sym(name)) for name in part.choose]
        if m.matrix.rows == 1 and len(chosen) == 1:
            rate, values = _one(m, m.modes, chosen[0], steps)
        elif m.matrix.rows == 2:
            rate, values = _two(m, m.modes, chosen, steps)
        else:
            raise Refused(f"{m.matrix.rows} states and {len(chosen)} parameters to choose")
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    named = [m.field.back_to(v) for v in values]
    rate_e = m.field.back_to(rate)
    best = ",\\quad ".join(f"{tex(E.sym(n))} = {tex(v)}" for n, v in zip(part.choose, named, strict=True))
    steps.append(Step("best parameters", "They are:", best))
    steps.append(Step("best rate", "The factor per step that they give in the worst mode:", rf"«\rho» = {tex(rate_e)}"))
    answer = rate_e if part.ask == "best-rate" else named[0] if len(named) == 1 else E.vec(tuple(named))
    steps += number_line(answer, problem, "")
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", extra={"rate": rate_e, "best": tuple(named)})


def _one(m: UpdateMatrix, modes: Range, p: Any, steps: list[Step]) -> tuple[Any, list[Any]]:
    """M(low) = -M(high)."""
    import sympy as sp

    entry = sp.expand(m.matrix[0, 0])
    if sp.Poly(entry, modes.h).degree() > 1:
        raise Refused("the factor of a mode is not affine in its curvature")
    low, high = (entry.subs(modes.h, x) for x in (modes.low, modes.high))
    for x in (low, high):
        if m.field.sign(sp.diff(x, p)) != -1 or m.field.sign(sp.cancel(x.subs(p, 0))) != 1:
            raise Refused("the factor of a mode does not fall from a positive value as the parameter grows")
    roots = sp.solve(low + high, p)
    if len(roots) != 1:
        raise Refused("the parameter that balances the two ends is not unique")
    back = m.field.back_to
    steps.append(Step("balance", "The modulus is largest at an end of the range; the two ends move oppositely, so the best parameter balances them.",
                      f"{tex(back(low))} = -\\left({tex(back(high))}\\right)", relation=Relation.EQUIVALENT))
    best = sp.factor(roots[0])
    return sp.factor(sp.cancel(low.subs(p, best))), [best]


def _two(m: UpdateMatrix, modes: Range, chosen: list[Any], steps: list[Step]) -> tuple[Any, list[Any]]:
    """The proposal of the smallest radius among the choices of active conditions."""
    import sympy as sp

    r, a, c = (sp.Symbol(x, positive=True) for x in ("_r", "_root_low", "_root_high"))
    ends = [{modes.h: a**2}, {modes.h: c**2}]  # roots of the ends make the roots of the conditions rational
    t, d = ([sp.expand(x.subs(end)) for end in ends] for x in (m.trace, m.det))
    conditions = {}
    for k, name in enumerate(("low", "high")):
        conditions[f"$«p»(«r») = 0$ at the {name} end"] = r**2 - t[k] * r + d[k]
        conditions[f"$«p»(-«r») = 0$ at the {name} end"] = r**2 + t[k] * r + d[k]
        conditions[f"$\\det «M» = «r»^2$ at the {name} end"] = d[k] - r**2
    found: list[tuple[float, Any, list[Any], tuple[str, ...]]] = []
    samples = _end_samples(m, modes, chosen, a, c)
    seen = set()
    for names in combinations(conditions, len(chosen) + 1):
        active = tuple(sp.expand(conditions[n]) for n in names)
        if len(set(active)) < len(active) or active in seen:
            continue
        seen.add(active)
        for solved in _solutions(active, chosen, r):
            values = dict(solved)
            radius = values.pop(r)
            size = _admitted(radius, [values[x] for x in chosen], chosen, t, d, samples, m)
            if size is not None:
                found.append((size, radius, [values[x] for x in chosen], names))
    if not found:
        raise Refused("no choice of active conditions gives the best parameters in closed form")
    _, best, parameters, names = min(found, key=lambda x: (round(x[0], 9), len(str(x[1]))))
    steps.append(Step("scaled Jury conditions", "Both roots of the characteristic polynomial lie within radius $«r»$ exactly if these hold.",
                      r"|\operatorname{tr} «M»| \le «r» + \frac{\det «M»}{«r»},\qquad |\det «M»| \le «r»^2", relation=Relation.EQUIVALENT))
    steps.append(Step("active conditions", f"At the best parameters these hold with equality: {'; '.join(names)}.",
                      r"«p»(«z») = «z»^2 - (\operatorname{tr} «M») «z» + \det «M» = 0", relation=Relation.REDUCES,
                      requires=("no other parameters do better: measured by a global search",)))
    back = {a: sp.sqrt(modes.low), c: sp.sqrt(modes.high)}
    return sp.factor(best.subs(back)), [sp.factor(v).subs(back) for v in parameters]


def _solutions(active: tuple[Any, ...], chosen: list[Any], r: Any) -> list[dict[Any, Any]]:
    """All values of the parameters and of r, by elimination: where an equation is linear in a parameter it is solved for it,
    else two of them are replaced by their resultant. Equations are split into their factors.
    """
    import sympy as sp

    if not chosen:
        return [{r: z} for z in _roots(active[0], r)]
    for i, e in enumerate(active):
        for x in chosen:
            p = sp.Poly(e, x)
            if p.degree() != 1:
                continue
            value = sp.cancel(-p.coeff_monomial(1) / p.coeff_monomial(x))
            rest = [sp.factor_list(sp.fraction(sp.together(o.subs(x, value)))[0]) for j, o in enumerate(active) if j != i]
            out = []
            for branch in product(*([f for f, _ in factors if f.has(r, *chosen)] for _, factors in rest)):
                for found in _solutions(tuple(branch), [y for y in chosen if y != x], r):
                    own = sp.factor(sp.cancel(value.subs(found)))
                    if own.is_finite is not False:
                        out.append({**found, x: own})
            return out
    return []


def _roots(e: Any, r: Any) -> list[Any]:
    """Roots of the factors of degree 1 and 2 in r."""
    import sympy as sp

    out = []
    for factor, _ in sp.factor_list(e, r)[1] if e.has(r) else []:
        p = sp.Poly(factor, r)
        if p.degree() <= 2 and factor != r:
            out += [sp.factor(z) for z in sp.roots(p)]
    return out


def _end_samples(m: UpdateMatrix, modes: Range, chosen: list[Any], a: Any, c: Any) -> list[dict[Any, Any]]:
    """Values of the ends and of the other parameters, ends in order."""
    out = []
    others = sorted((m.trace.free_symbols | m.det.free_symbols) - {modes.h, *chosen}, key=str)
    import sympy as sp

    for at in m.field.samples([*others, sp.Integer(1)]) or [{}]:
        for low, high in ((sp.Rational(1, 2), sp.Rational(3, 2)), (sp.Rational(1, 3), sp.Integer(3)), (sp.Rational(4, 5), sp.Integer(1))):
            out.append({**{x: at[x] for x in others}, a: low, c: high})
    return out[:4]


def _admitted(radius: Any, values: list[Any], chosen: list[Any], t: list[Any], d: list[Any], samples: list[dict[Any, Any]], m: UpdateMatrix) -> float | None:
    """The mean radius over samples; None where some sample breaks a condition or a domain."""
    sizes = []
    for at in samples:
        try:
            rho = complex(radius.subs(at))
            params = [complex(v.subs(at)) for v in values]
        except TypeError:
            return None
        if abs(rho.imag) > SLACK or any(abs(p.imag) > SLACK for p in params) or not 0 < rho.real < 1:
            return None
        for p, x in zip(params, chosen, strict=True):
            e = m.field.back[x]
            domain = m.field.problem.symbols[str(e.data)].domain
            if (domain in ("positive", "unit") and p.real <= 0) or (domain == "unit" and p.real >= 1):
                return None
        put = {**at, **{x: p.real for x, p in zip(chosen, params, strict=True)}}
        for tk, dk in zip(t, d, strict=True):
            trace, det = float(tk.subs(put)), float(dk.subs(put))
            if abs(trace) > rho.real + det / rho.real + SLACK or abs(det) > rho.real**2 + SLACK:
                return None
        sizes.append(rho.real)
    return sum(sizes) / len(sizes)

