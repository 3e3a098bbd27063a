"""Answers in words: a norm by its names, an optimizer by its names with what is said of its step.

Whether a norm is minimised by the limit is settled by CVXPY, whether an update is an optimizer by
NumPy directions written out here.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from derive.derivation.steps import Derivation
from derive.grading.stress import envelopes
from derive.grading.stress import optimum as optima
from derive.grading.stress.envelopes import Equation
from derive.grading.stress.forms import HANDS, SHARES, Form
from derive.grading.stress.instances import instances
from derive.grading.stress.rewrites import rewritten
from derive.grading.stress.subject import SEED, seeded
from derive.grading.stress.values import Instance, Unvalued, defined, value
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.nouns.program import Program

NORM_NAMES: dict[str, tuple[str, ...]] = {
    "1": (
        "L1 norm",
        "$L_1$ norm",
        "$\\ell_1$ norm",
        "1-norm",
        "ℓ₁ norm",
        "l1-norm",
        "L^1 norm",
        "Manhattan norm",
        "taxicab norm",
        "$\\ell^1$-norm",
        "one-norm",
        "L₁ norm",
    ),
    "2": (
        "L2 norm",
        "$L_2$ norm",
        "$\\ell_2$ norm",
        "2-norm",
        "ℓ₂ norm",
        "l2-norm",
        "L^2 norm",
        "Euclidean norm",
        "euclidean norm",
        "$\\ell^2$-norm",
        "two-norm",
        "L₂ norm",
        "$L^2$ norm",
        "standard Euclidean norm",
    ),
    "inf": (
        "L-infinity norm",
        "$L_\\infty$ norm",
        "$\\ell_\\infty$ norm",
        "infinity norm",
        "ℓ∞ norm",
        "∞-norm",
        "max norm",
        "maximum norm",
        "sup norm",
        "Chebyshev norm",
        "L∞ norm",
        "L_inf norm",
        "$\\ell^\\infty$-norm",
        "infinity-norm",
        "uniform norm",
        "l_inf norm",
    ),
}
NORM_SENTENCES = (
    "{f}",
    "the {f}",
    "It minimizes the {f}.",
    "The limit is the minimum {f} solution.",
    "**{f}**",
    "Answer: {f}",
    "the solution of smallest {f}",
    "It has minimal {f}.",
    "The implicit bias is towards the minimum-{f} solution",
    "{f} (among all solutions)",
    "Among all solutions it has the smallest {f}.",
)
FORMULA_SENTENCES = ("{f}", "It minimizes {f}.", "The norm is {f}", "**Answer:** {f}", "The limit minimises {f} among all solutions.")
WEIGHTS: tuple[Callable[[Expr], Expr | None], ...] = (
    # Bars round a vector could be its length, so |a| is no weight here.
    lambda a: None,
    lambda a: a,
    lambda a: E.div(E.ONE, a),
    lambda a: E.power(a, E.TWO),
)
FAILS = 1e-4  # times 1 + |optimum|: far above what CVXPY errs by
POWERS = {"1": E.ONE, "2": E.TWO, "inf": E.INF}


@dataclass(frozen=True)
class Candidate:
    """A norm of the limit's unknown: plain ones have names, weighted ones are written."""

    expr: Expr
    p: str
    plain: bool


def norm_candidates(d: Derivation) -> tuple[list[Candidate], list[Candidate]]:
    """The norms that the limit minimises among the solutions, and those that it does not, by CVXPY."""
    theta, (a, b), limit = d.extra["theta"], d.extra["constraint"], d.extra["limit"]
    unknown = E.sym(theta, d.problem.symbols[theta].shape)
    own = [one for one in instances(d.problem.symbols, SEED) if not one.kind][:2]
    free = [one for one in instances(d.problem.symbols, SEED, given=False) if not one.kind][:6]
    right, wrong = [], []
    for p, power in POWERS.items():
        for weigh in WEIGHTS:
            w = weigh(a)
            e = E.norm(unknown if w is None else E.mul(w, unknown), power)
            program = Program((theta,), "min", e, (E.rel("=", E.dot(a, unknown), b),))
            shapes = {theta: unknown.shape}

            def gap(one: Instance, program: Program = program, shapes: dict[str, Any] = shapes) -> float:
                return optima.gap(program, value(limit, one), one, optima.optimum(program, one, shapes))

            candidate = Candidate(e, p, w is None)
            if max(gap(one) for one in own) > FAILS:
                wrong.append(candidate)
            elif max(abs(gap(one)) for one in (*own, *free)) < optima.ATTAINED:
                right.append(candidate)
    return right, wrong


def norm_forms(d: Derivation, pool: list[Candidate], seed: int, strict: bool) -> Iterator[Form]:
    """Norms of a pool, named or written, without end."""
    rng = seeded(seed, "norms", d.problem.id, strict)
    while pool:
        c = rng.choice(pool)
        if c.plain and rng.random() < 0.6:
            yield Form(rng.choice(NORM_SENTENCES).format(f=rng.choice(NORM_NAMES[c.p])), "words", "named")
            continue
        medium = rng.choice(SHARES)
        hand = HANDS[medium](rng, d.problem.symbols, strict)
        try:
            e = c.expr if strict or rng.random() < 0.5 else rewritten(c.expr, rng, 0.6)
            text = hand.text(c.expr if any(x.op == "argopt" for x in E.walk(e)) else e)
        except (NotImplementedError, Unvalued):
            continue
        prose = rng.random() < 0.3
        said = envelopes.stated(Equation("", text), medium, rng, prose)
        yield Form(rng.choice(FORMULA_SENTENCES).format(f=said) if prose else said, medium, "written")


# ------------------------------------------------------------------------------------------ optimizers


def _largest(g: Any) -> Any:
    out = np.zeros_like(g)
    k = int(np.argmax(np.abs(g)))
    out[k] = g[k]
    return out


DIRECTIONS: dict[str, Callable[[Any], Any]] = {
    "gradient-descent": lambda g: -g,
    "sign-descent": lambda g: -np.sign(g),
    "normalized-gradient-descent": lambda g: -g / np.linalg.norm(g),
    "greedy-coordinate-descent": lambda g: -_largest(g),
    "greedy-sign-coordinate-descent": lambda g: -np.sign(_largest(g)),
    "cyclic-coordinate-descent": lambda g: -np.eye(len(g))[0] * g[0],
    "gradient-ascent": lambda g: g,
    "sign-ascent": np.sign,
}
LEAD = (
    "{f}",
    "{f}",
    "This recovers {f}.",
    "It is {f}.",
    "**{f}**",
    "The update is {f}",
    "This is exactly {f}.",
    "Answer: {f}",
    "We recover {f}",
    "the optimizer is {f}",
    "It corresponds to {f}.",
    "{f}.",
    "So this gives {f}",
)
STEPS = (
    " with step size {s}",
    " with learning rate {s}",
    " with a step size of {s}",
    " with step size $\\eta$ = {s}",
    ", with learning rate {s}",
    " (step size {s})",
)
SCALED = (
    " scaled by the {n} of the gradient",
    " with a step size proportional to the {n} of the gradient",
    ", with a step proportional to the {n} of g",
)


@dataclass(frozen=True)
class Named:
    """How the update of a part stands to the declared optimizers."""

    exact: tuple[str, ...]
    variants: tuple[str, ...]
    others: tuple[str, ...]


def spellings(pattern: str) -> list[str]:
    """'[sign|signed] descent' written out."""
    return [" ".join(s.split()) for s in _spelled(pattern)]


def _spelled(pattern: str) -> list[str]:
    head, bracket, rest = pattern.partition("[")
    if not bracket:
        return [pattern]
    inside, _, tail = rest.partition("]")
    return [head + option + t for option in inside.split("|") for t in _spelled(tail)]


def declared() -> dict[str, tuple[str, ...]]:
    """Names and aliases of the standard optimizers, from their declaration."""
    data = tomllib.loads(files("derive.derivation").joinpath("optimizers.toml").read_text(encoding="utf-8"))
    out = {}
    for o in data["optimizers"]:
        if o.get("standing", "standard") == "standard":
            out[o["id"]] = tuple(dict.fromkeys(s for a in (o["name"], *o["aliases"]) for s in spellings(a)))
    return out


def named(d: Derivation) -> Named:
    """Which optimizers the update is, by NumPy: with a step that does not, or does, depend on the gradient."""
    update, gradient = d.extra["update"], d.extra["gradient"]
    found = [one for one in instances(d.problem.symbols, SEED) if not one.kind and len(np.atleast_1d(value(gradient, one))) > 1]
    scalars = {s.name: found[0].values[s.name] for s in d.problem.symbols.values() if s.kind == "value" and not s.shape and s.name in found[0].values}
    found = [one.with_values(**scalars) for one in found]
    exact, variants, others = [], [], []
    for name in declared():
        direction = DIRECTIONS.get(name)
        if direction is None:
            others.append(name)
            continue
        steps = [_step(value(update, one), direction(np.asarray(value(gradient, one)))) for one in found]
        if any(s is None or s <= 0 for s in steps):
            others.append(name)
        elif max(s or 0 for s in steps) - min(s or 0 for s in steps) < 1e-9:
            exact.append(name)
        else:
            variants.append(name)
    return Named(tuple(exact), tuple(variants), tuple(others))


def _step(u: Any, direction: Any) -> float | None:
    """The t with u = t * direction, if there is one."""
    if not defined(direction) or not np.any(direction):
        return None
    t = float(np.dot(u, direction) / np.dot(direction, direction))
    return t if np.allclose(u, t * direction, rtol=1e-10, atol=1e-12) else None


def name_forms(d: Derivation, seed: int, right: bool) -> Iterator[Form]:
    """Right names, or wrong ones, without end."""
    rng = seeded(seed, "names", d.problem.id, right)
    found, known, step = named(d), declared(), d.extra["step"]
    while True:
        say = _right_name(d, found, known, step, rng) if right else _wrong_name(d, found, known, step, rng)
        if say is not None:
            text, how = say
            yield Form(rng.choice(LEAD).format(f=text), "words", how)


def _amount(d: Derivation, e: Expr, rng: random.Random) -> str:
    medium = rng.choice(("latex", "latex", "unicode", "plain"))
    text = HANDS[medium](rng, d.problem.symbols, True).text(e)
    return f"${text}$" if medium == "latex" else text


def _right_name(d: Derivation, found: Named, known: dict[str, tuple[str, ...]], step: Expr, rng: random.Random) -> tuple[str, str] | None:
    if found.exact:
        name = rng.choice(known[rng.choice(found.exact)])
        plain = "step" not in name and " with" not in name and rng.random() < 0.5
        own = d.extra["optimizer"] in found.exact and name in known[d.extra["optimizer"]]
        return (name + rng.choice(STEPS).format(s=_amount(d, step, rng)), "with its step") if plain and own else (name, "named")
    if d.extra["optimizer"] not in found.variants:
        return None
    name = rng.choice([n for n in known[d.extra["optimizer"]] if " with" not in n and "step" not in n])
    sizes = {x.args[1]: x for x in E.walk(step) if x.op == "norm"}
    if len(sizes) == 1 and rng.random() < 0.5:
        p = next(k for k, v in POWERS.items() if v == next(iter(sizes)))
        return name + rng.choice(SCALED).format(n=rng.choice(NORM_NAMES[p])), "scaled"
    return name + rng.choice(STEPS).format(s=_amount(d, step, rng)), "with its step"


def _wrong_name(d: Derivation, found: Named, known: dict[str, tuple[str, ...]], step: Expr, rng: random.Random) -> tuple[str, str] | None:
    other = rng.choice(known[rng.choice(found.others)])
    true_names = known.get(d.extra["optimizer"], ())
    how = rng.choice(("other", "other", "bare variant", "wrong step", "denied", "other step"))
    if how == "bare variant" and found.variants:
        return rng.choice(known[rng.choice(found.variants)]), how
    if how == "wrong step" and found.exact:
        name = rng.choice([n for n in true_names if " with" not in n and "step" not in n])
        wrong = E.mul(E.num(rng.choice((2, 3, 4))), step) if rng.random() < 0.7 else E.div(E.ONE, step)
        return name + rng.choice(STEPS).format(s=_amount(d, wrong, rng)), how
    if how == "denied":
        return rng.choice(
            (f"not {rng.choice(true_names)}", f"{other}, not {rng.choice(true_names)}", f"{other} rather than {rng.choice(true_names)}")
        ), how
    if how == "other step" and " with" not in other:
        return other + rng.choice(STEPS).format(s=_amount(d, step, rng)), how
    return other, "another optimizer"
