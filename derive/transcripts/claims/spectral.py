"""Families of worlds of a problem about the eigenvalues of an update: its states, its eigenvalues where they are real and where they are a pair, and the best parameters.

real      both eigenvalues are real: each has a value, with its modulus and the larger modulus as the rate; the first is the larger one
turned    the same with the smaller one as the first: a text numbers them as it likes
complex   they are a pair: only the modulus has a value
optimum   the parameters that may be chosen are the best ones, or the step is the one that is asked for
Source: the matrix is that of the derivation (rules.update_matrix); its eigenvalues are worked out here from trace and determinant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.system import system_of
from derive.derivation.rules.update_matrix import matrix_of
from derive.derivation.solve import solve
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, compare, exact, to_mpf, value_at
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.problem.model import Part, Problem
from derive.transcripts.claims.eigenvalue_names import MODULUS, PRODUCT, RADIUS, SUM
from derive.transcripts.claims.families import Family, Moment
from derive.transcripts.claims.several_states import followed, state_families

ASKS = ("stability", "best-rate", "best-step", "eigenvalues", "critical-step", "rate")
MOST = 4  # worlds of the parameters, each with several step sizes
_STRETCHES = (1, Fraction(1, 512), Fraction(1, 64), Fraction(1, 8), Fraction(1, 2), 8)  # of the step size, among which real and complex pairs are looked for


@dataclass(frozen=True)
class Spectrum:
    """Trace and determinant of the update (of one state the factor, and nothing), for every mode of ends; names: of an eigenvalue, of the first and the second; rate: of the rate."""

    modes: tuple[tuple[Expr, Expr | None], ...]
    ends: tuple[Expr, ...]
    mode: str
    names: tuple[str, ...]
    rate: str


def spectrum_of(problem: Problem, part: Part) -> tuple[Problem, Spectrum] | None:
    """A problem with names for its eigenvalues and its rate, and what these are; None where that is not known."""
    if part.ask not in ASKS or problem.iteration is None:
        return None
    try:
        m = matrix_of(system_of(problem, part, solve), part)
    except Refused:
        return None
    if m.matrix.rows > 2:
        return None
    back = m.field.back_to
    ends: list[Any] = [None] if m.modes is None else [m.modes.low, m.modes.high]
    at = [{} if end is None else {m.modes.h: end} for end in ends] if m.modes is not None else [{}]
    modes = tuple((back(m.trace.subs(put)), back(m.det.subs(put)) if m.matrix.rows == 2 else None) for put in at)
    declared = problem.iteration.modes
    problem, names = _named(problem, part, m.matrix.rows)
    problem, rate = _added(problem, "rho", ("\\rho",), "the largest modulus of an eigenvalue")
    ended = tuple(back(end) for end in ends if end is not None)
    return problem, Spectrum(modes, ended, declared.symbol if declared is not None else "", names, rate)


def _named(problem: Problem, part: Part, rows: int) -> tuple[Problem, tuple[str, ...]]:
    if rows < 2:
        return problem, ()
    if part.eigenvalues:
        return problem, tuple(part.eigenvalues)
    names = []
    for name, written in (("lam", "\\lambda"), ("lam_1", "\\lambda_1"), ("lam_2", "\\lambda_2")):
        problem, own = _added(problem, name, (written,), "an eigenvalue of the update")
        names.append(own)
    return problem, tuple(names) if all(names) else ()


def _added(problem: Problem, name: str, aliases: tuple[str, ...], says: str) -> tuple[Problem, str]:
    """A problem with one more symbol; without it, and with no name, where its notation stands for something else."""
    taken = {t for s in problem.symbols.values() for t in (s.name, f"\\{s.name}", *s.aliases)}
    if {name, *aliases} & taken:
        return problem, ""
    return replace(problem, symbols={**problem.symbols, name: Symbol(name, aliases=aliases, says=says)}, cache={}), name


def spectral_families(key: Key, spectrum: Spectrum, worlds: Sequence[World]) -> tuple[Family, ...]:
    """The families of such a problem; worlds: those of the parameters."""
    it = key.problem.iteration
    assert it is not None
    gone = {*spectrum.names, spectrum.rate}
    bare = [World({n: v for n, v in w.values.items() if n not in gone}, w.dims, w.kind) for w in worlds]
    moving = state_families(key, bare[:2]) if followed(it) else ()
    real: list[Moment] = []
    turned: list[Moment] = []
    pair: list[Moment] = []
    for w in bare[:MOST]:
        for by in _STRETCHES if it.step and key.problem.symbols[it.step].let is None else (1,):
            there = World({**w.values, it.step: w.values[it.step] * by}, w.dims, w.kind) if it.step else w
            try:
                found, is_real = _with_eigenvalues(there, spectrum)
            except (Undefined, NotEvaluable, TypeError, KeyError):
                continue
            if not is_real:
                pair += map(Moment, found)
                continue
            real.append(Moment(found[0]))
            turned += map(Moment, found[1:])
    out = [*(f for f in moving if f.name in ("free", "along"))]
    out += [Family(name, says, tuple(moments)) for name, says, moments in (
        ("real", "where the eigenvalues are real", real), ("turned", "where the eigenvalues are real", turned), ("complex", "where the eigenvalues are a complex pair", pair)) if moments]
    best = [Moment(there) for w in bare[:MOST] for there in _at_best(w, key, spectrum)]
    return (*out, Family("optimum", "at the step that is asked for" if key.part.ask in ("stability", "critical-step") else "at the best parameters", tuple(best))) if best else tuple(out)


def _with_eigenvalues(w: World, spectrum: Spectrum) -> tuple[list[World], bool]:
    """A world with the eigenvalues of its mode, or with the rate of the worst one: once for each eigenvalue that may be meant; and whether they are real."""
    values: dict[str, Value] = {}
    rates: list[Any] = []
    real = True
    out: list[dict[str, Value]] = [{}]
    for trace, det in spectrum.modes:
        t = exact(trace, w)
        if det is None:
            rates.append(abs(t))
            continue
        gap = exact(E.sub(E.power(trace, E.TWO), E.mul(E.num(4), det)), w)
        here = compare(gap, Fraction(0)) >= 0
        real = real and here
        if not here:
            rates.append(exact(E.fn("sqrt", det), w))
            out = [{**{n + MODULUS: rates[-1] for n in spectrum.names}, **_of_both(spectrum, t, exact(det, w))}]
            continue
        root = exact(E.fn("sqrt", E.sub(E.power(trace, E.TWO), E.mul(E.num(4), det))), w)
        low, high = (to_mpf(t) - to_mpf(root)) / 2, (to_mpf(t) + to_mpf(root)) / 2
        rates.append(max(abs(low), abs(high)))
        out = [{**own, **_of_both(spectrum, t, exact(det, w))} for own in _numbered(spectrum.names, low, high)]
    values[RADIUS] = max(rates)
    if spectrum.rate:
        values[spectrum.rate] = max(rates)
    several = len(spectrum.modes) > 1  # of several modes the rate is that of the worst, and an eigenvalue of none
    return [World({**w.values, **values, **({} if several else own)}, w.dims, w.kind) for own in (out[:1] if several else out)], real


def _of_both(spectrum: Spectrum, total: Value, product: Value) -> dict[str, Value]:
    return {spectrum.names[0] + SUM: total, spectrum.names[0] + PRODUCT: product} if spectrum.names else {}


def _numbered(names: Sequence[str], low: Value, high: Value) -> list[dict[str, Value]]:
    """Both orders of two eigenvalues; the first is the one that is meant where there is no number."""
    if not names:
        return [{}]
    out = []
    for first, second in ((high, low), (low, high)):
        values = dict(zip(names, (first, first, second), strict=True))
        out.append({**values, **{n + MODULUS: abs(v) for n, v in values.items()}})
    return out


def _at_best(w: World, key: Key, spectrum: Spectrum) -> list[World]:
    """The best parameters with the rate that they give, for each end of the range of modes; or the step that is asked for."""
    it = key.problem.iteration
    if key.part.ask in ("stability", "critical-step") and it is not None and key.derivation.answer is not None:
        bound = value_at(key.derivation.answer, w)
        return [World({**w.values, it.step: bound}, w.dims, w.kind)] if bound is not None else []
    best, rate = key.derivation.extra.get("best"), key.derivation.extra.get("rate")
    if not best or rate is None:
        return []
    try:
        chosen = dict(zip(key.part.choose, (exact(e, w) for e in best), strict=True))
        there = {**w.values, **chosen, **({spectrum.rate: exact(rate, w)} if spectrum.rate else {})}
        ends = [{spectrum.mode: exact(e, w)} for e in spectrum.ends] if spectrum.mode else [{}]
    except (Undefined, NotEvaluable, ValueError):
        return []
    return [World({**there, **end}, w.dims, w.kind) for end in ends]
