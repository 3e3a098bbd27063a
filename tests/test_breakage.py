"""A broken rule never yields a certified wrong key: every registered rule is broken in turn, in several ways.

The ways are local edits of what the rule derived: a factor dropped, a sign flipped, another norm, another function, a
term left out, an inverse or a transposition lost. The value goes with the edit or stays. An edit that happens to be right
(equal in all worlds, or another optimum of the same value) may be certified; nothing else may.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import chain
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.derivation import solve as solving
from derive.derivation.certify import certify
from derive.derivation.certify_worlds import program_stated, sampled, satisfies
from derive.derivation.optimizers import catalogue
from derive.derivation.solve import RULES, solve
from derive.derivation.steps import Derivation, NotDerived
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Equal, agree, same_exactly
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.problem.load import from_data, load_all
from derive.problem.model import Part, Problem
from tests import keys
from tests.conftest import SPECS

FEW = 2  # wrong edits of a rule in every run
EDITS = 6  # of each formula, different kinds first
SLOW = 3  # where each is refused by running an iteration

# Problems of rules that no spec needs.
def _invented(symbols: str, over: str, objective: str, *constraints: str, sense: str = "minimize", when: str = "") -> str:
    declared = "".join(f'{name.strip()} = {{ type = "{kind.strip()}" }}\n' for name, kind in (s.split(":") for s in symbols.split(";")))
    said = "".join(f'"{c}", ' for c in constraints)
    return (f'[symbols]\nn = {{ type = "dimension" }}\n{declared}[[parts]]\nid = "a"\nask = "arg{sense[:3]}"\nover = "{over}"\n'
            f'{sense} = "{objective}"\nsubject_to = [{said}]\n' + (f'when = ["{when}"]\n' if when else ""))


# Problems of rules that no spec needs.
INVENTED = {
    "monotone": _invented("a: nonzero vector(n); u: vector(n)", "u", "3*norm(u, 2) + 1", "a^T u = 1"),
    "redundant": _invented("v: vector(n); x: vector(n)", "x", "norm(x - v, 2)^2", "sum_i x_i = 1", "norm(x, 2) + 1 >= 0"),
    "tight_constraint": _invented("a: positive vector(n); c: positive vector(n); B: positive; x: positive vector(n)", "x", "sum_i a_i*log(x_i)", "c^T x <= B", sense="maximize"),
    "log_objective": _invented("c: positive; x: positive vector(n)", "x", "(prod_{i=1}^n x_i)^(1/n)", "sum(x) <= c", sense="maximize"),
    "two_rows": _invented("S: spd matrix(n, n); e: vector(n); r: real; w: vector(n)", "w", "w^T S w", "sum(w) = 1", "e^T w = r", when="norm(e - mean(e)) > 0"),
    "minimax": _invented("z: vector(n); x: real", "x", "norm(x*ones(n) - z, inf)"),
    "sparse_group": _invented("v: vector(n); t: positive; r: positive; x: vector(n)", "x", "t*norm(x, 1) + r*norm(x, 2) + (1/2)*norm(x - v, 2)^2"),
    "top_eigenvectors": _invented("S: symmetric matrix(n, n); x: vector(n)", "x", "x^T S x", "norm(x, 2) = 1", sense="maximize"),
    "dual_of_structure": ('[symbols]\nm = { type = "dimension" }\nn = { type = "dimension" }\ng = { type = "matrix(m, n)" }\nw = { type = "matrix(m, n)" }\n'
                          '[[parts]]\nid = "a"\nask = "dual"\nnorm = "norm(w, 2)"\nat = "g"\n'),
    "scalar_fixed_point": ('[symbols]\na = { type = "positive" }\nx = { type = "real" }\n[iteration]\nover = "x"\nstart = "1"\nupdate = "(x + a/x)/2"\n'
                           '[[parts]]\nid = "a"\nask = "limit"\n'),
    "one_direction": _invented("w0: vector(n); x: nonzero vector(n); y: sign; C: positive; w: vector(n)", "w", "(1/2)*norm(w - w0, 2)^2 + C*max(0, 1 - y*(w^T x))"),
    "outer_function": _invented("w: nonzero vector(n); x: vector(n); b: real; r: positive; d: vector(n)", "d", "max(0, b + w^T (x + d))", "norm(d, inf) <= r", sense="maximize"),
    "two_sided": _invented("G: matrix(n, n); L: spd matrix(n, n); R: spd matrix(n, n); X: matrix(n, n)", "X", "tr(G^T X) + (1/2)*tr(X^T L X R)"),
    "sphere": _invented("v: nonzero vector(n); r: positive; x: vector(n)", "x", "norm(x - v, 2)^2", "norm(x, 2) = r"),
    "procrustes": _invented("M: fullrank matrix(n, n); Q: matrix(n, n)", "Q", "tr(Q^T M)", "Q^T Q = eye(n)", sense="maximize"),
    "matrix_halfspace": _invented("A: nonzero matrix(n, n); b: real; M: matrix(n, n); X: matrix(n, n)", "X", "norm_fro(X - M)^2", "tr(A^T X) <= b"),
    "max_proximal": _invented("v: vector(n); c: positive; x: vector(n)", "x", "c*max(x) + (1/2)*norm(x - v, 2)^2"),
    "water_filling": _invented("N: positive vector(n); P: positive; x: nonnegative vector(n)", "x", "sum_i log(1 + x_i/N_i)", "sum(x) = P", sense="maximize"),
    "orthant_support": _invented("c: vector(n); r: positive; x: vector(n)", "x", "c^T x", "norm(x, 2) <= r", "x >= 0"),
    "squared_one_norm": _invented("v: vector(n); t: positive; x: vector(n)", "x", "t*norm(x, 1)^2 + (1/2)*norm(x - v, 2)^2"),
    "capped_simplex": _invented("v: vector(n); s: positive; x: vector(n)", "x", "norm(x - v, 2)^2", "x >= 0", "sum(x) <= s"),
    "second_order_cone": _invented("v: vector(n); s: real; x: vector(n); t: real", "x", "norm(x - v, 2)^2 + (t - s)^2", "norm(x, 2) <= t").replace('over = "x"', 'over = ["x", "t"]'),
    "log_sum_exp": _invented("c: simplex vector(n); x: vector(n)", "x", "c^T x - log(sum_i exp(x_i))", sense="maximize"),
    "recession": _invented("c: vector(n); x: vector(n)", "x", "c^T x", "x >= 0").replace('"argmin"', '"status"'),
    "feasibility": _invented("a: nonzero vector(n); b: real; r: positive; x: vector(n)", "x", "norm(x, 1)", "norm(x, 2) <= r", "a^T x >= b").replace('"argmin"', '"status"'),
    "bounded_scalar": _invented("a: real; b: positive; x: real", "x", "b*(x - a)^2", "x >= 1", "x <= 2"),
}


@cache
def problems() -> tuple[Problem, ...]:
    invented = (from_data(tomllib.loads(f'schema = 1\nid = "{n}"\ntitle = "{n}"\n{text}'), n) for n, text in INVENTED.items())
    return (*invented, *load_all([SPECS]))


def name_of(rule: ModuleType) -> str:
    return rule.__name__.rsplit(".", 1)[-1]


@cache
def derived_by(name: str) -> Derivation | None:
    """The first part of a spec that this rule derives and that is certified; else a smaller part that other rules made of one."""
    rule = next(r for r in RULES if name_of(r) == name)
    stated = ((problem, part) for problem in problems() for part in problem.parts)
    for problem, part in chain(stated, smaller_parts()):
        if rule.accepts(problem, part):
            out = rule.derive(problem, part, solve)
            if isinstance(out, Derivation) and certified(out):
                return out
    return None


def certified(d: Derivation) -> bool:
    """Whether a derivation is certified; where it is the key of its part, the certificate of the run tells."""
    own = keys.solve(d.problem, d.part)
    return keys.certify(own).holds if own == d and isinstance(own, Derivation) else certify(d, stop_at_failure=True).holds


def smaller_parts() -> Iterator[tuple[Problem, Part]]:
    """Parts that rules make of parts of several unknowns and of models, as they derive them."""
    for problem in problems():
        if any(p.program is not None and (len(p.program.over) > 1 or p.model is not None) for p in problem.parts):
            own = {p.id for p in problem.parts}
            for part in problem.parts:
                solve(problem, part)
            for found in list(problem.cache.values()):
                if isinstance(found, (Derivation, NotDerived)) and found.part.id not in own:
                    yield found.problem, found.part


# ------------------------------------------------------------------------------------------ edits of a formula

_OTHER = {"abs": "relu", "relu": "abs", "sign": "abs", "exp": "sqrt", "log": "exp", "sqrt": "abs", "maximum": "minimum", "minimum": "maximum"}


def edits_here(e: Expr) -> Iterator[tuple[str, Expr]]:
    """Another formula in place of one node, and what was done."""
    if e.op == "mul":
        for kept in e.args:
            if kept.shape == e.shape:
                yield "a factor dropped", kept
    if e.op == "div" and e.args[0].shape == e.shape:
        yield "a divisor dropped", e.args[0]
    if e.op == "neg":
        yield "a sign flipped", e.args[0]
    if e.op == "add":
        yield "a sign flipped", E.add(e.args[0], *(E.neg(a) for a in e.args[1:]))
        yield "a term left out", E.add(*e.args[:-1])
    if e.op == "norm" and e.data == "p":
        for p in (E.ONE, E.TWO, E.INF):
            if p != e.args[1]:
                yield "another norm", E.norm(e.args[0], p)
    if e.op == "norm" and e.data in ("fro", "nuc", "op"):
        yield "another norm", E.norm(e.args[0], kind="fro" if e.data != "fro" else "nuc")
    if e.op == "fn" and e.data in _OTHER:
        yield "another function", E.fn(_OTHER[e.data], *e.args)
    if e.op == "reduceall":
        yield "another function", E.reduce_all("min" if e.data == "max" else "max", e.args[0])
    if e.op == "inv":
        yield "an inverse lost", e.args[0]
    if e.op == "T" and len(e.shape) == 2 and e.shape == e.args[0].shape:
        yield "a transposition lost", e.args[0]
    if e.op == "pow":
        yield "a power lost", e.args[0]
    if e.op == "num" and e.data not in (0, 1):
        yield "another number", E.num(e.data + 1)
    if e.op == "cases" and len(e.args) >= 3:
        yield "a case taken for another", e._replace(args=(e.args[-1], *e.args[1:-1], e.args[0])) if len(e.args) % 2 else e


def edits(e: Expr) -> Iterator[tuple[str, Expr]]:
    """Every edit at every node, the outermost first."""
    if e.op not in E.CONDITIONS and e.op not in E.COLLECTIONS:
        yield "a sign flipped", E.neg(e)
        yield "a factor of 2", E.mul(E.TWO, e)
    yield from edits_here(e)
    for i, a in enumerate(e.args):
        for what, other in edits(a) if a.args or a.op == "num" else ():
            try:
                whole = E.rebuild(e, (*e.args[:i], other, *e.args[i + 1 :]))
            except (E.ShapeError, IndexError):
                continue
            if whole.shape == e.shape:
                yield what, whole


def chosen(e: Expr) -> list[tuple[str, Expr]]:
    """A few edits: the last of each kind (the innermost), then others spread over the formula."""
    found = list(dict.fromkeys((w, x) for w, x in edits(e) if x != e))
    first = dict(found)
    rest = [f for f in found if f not in first.items()]
    return [*first.items(), *(rest[i] for i in np.linspace(0, len(rest) - 1, EDITS, dtype=int) if rest)][:EDITS]


# ------------------------------------------------------------------------------------------ what may pass

def equal(a: Expr, b: Expr, problem: Problem) -> bool:
    return isinstance(agree(a, b, sampled(problem)), Equal)


def another_optimum(d: Derivation, key: Derivation) -> bool:
    """Whether the point is feasible with the optimal value wherever that is defined."""
    program = program_stated(key)
    seen = 0
    for ws in sampled(key.problem):
        for w in ws.worlds:
            if not satisfies(w, program.when):
                continue
            try:
                at = World({**w.values, **{n: exact(e, w) for n, e in d.point.items()}}, w.dims, w.kind)
                if not same_exactly(exact(program.objective, at), exact(key.value, w)) or not satisfies(at, program.constraints):  # type: ignore[arg-type]
                    return False
                seen += 1
            except (Undefined, NotEvaluable):
                continue
    return seen > 0


def broken_points(d: Derivation) -> Iterator[tuple[str, Derivation, bool]]:
    """Points with an edit, their value kept and their value worked out; whether they are right all the same."""
    program = program_stated(d)
    names = tuple(d.point)
    for name in names:
        for what, other in chosen(d.point[name]):
            point = {**d.point, name: other}
            put = {E.sym(n, d.problem.symbols[n].shape): e for n, e in point.items()}
            value = E.replace(program.objective, put)
            extra = {**d.extra, **({"unknowns": tuple(point.items())} if "unknowns" in d.extra else {})}
            asked = d.part.asked or program.over
            outputs = tuple((n, point.get(n, e)) for n, e in d.outputs)
            answer = other if asked[0] == name or len(names) == 1 else d.answer
            kept = replace(d, answer=answer, outputs=outputs, extra=extra)
            right = another_optimum(kept, d)
            yield f"{name}: {what}, the value kept", kept, right
            yield f"{name}: {what}, the value worked out", replace(kept, value=value), right


def broken_status(d: Derivation) -> Iterator[tuple[str, Derivation, bool]]:
    """A condition with an edited side, another ray, another infimum, other ends of a row, the word of another status."""
    assert d.answer is not None
    extra = d.extra
    other = {"bounded": "feasible", "feasible": "bounded", "attained": "bounded"}[extra["property"]]
    yield "another status", replace(d, extra={**extra, "property": other}), d.answer == E.truth(True)
    for k, side in enumerate(d.answer.args if d.answer.op == "rel" else ()):
        for what, changed in chosen(side):
            moved = E.rel(d.answer.data, *(changed if i == k else a for i, a in enumerate(d.answer.args)))
            same = [E.cases(((E.ONE, c),), E.ZERO) for c in (moved, d.answer)]
            yield f"a side of the condition: {what}", replace(d, answer=moved), equal(*same, d.problem)
    if isinstance(extra.get("ray"), Expr):
        yield "the ray turned round", replace(d, extra={**extra, "ray": E.neg(extra["ray"])}), d.answer == E.truth(True)
    if isinstance(extra.get("infimum"), Expr):
        yield "another infimum", replace(d, extra={**extra, "infimum": E.add(extra["infimum"], E.ONE)}), False
    for sense, point, value in extra.get("ends", ()):
        yield "another end of the row", replace(d, extra={**extra, "ends": ((sense, point, E.mul(E.TWO, value)),)}), E.is_number(value, 0)


def broken(d: Derivation) -> Iterator[tuple[str, Derivation, bool]]:
    """Edited derivations, and whether each is right all the same."""
    if d.kind == "point":
        yield from broken_points(d)
        return
    if d.kind == "name":
        fits = {n for n, _, _ in d.extra["fits"]}
        other = next(n for n in catalogue() if n not in fits)
        yield "another optimizer", replace(d, extra={**d.extra, "optimizer": other}), False
        first, *rest = d.extra["fits"]
        for step in (E.neg(first[1]), E.mul(E.TWO, first[1])):
            yield "another step", replace(d, extra={**d.extra, "step": step, "fits": [(first[0], step, first[2]), *rest]}), False
        return
    if d.kind == "table":
        for cell, e in d.extra["cells"].items():
            for what, other in chosen(e)[:3]:
                yield f"{cell}: {what}", replace(d, extra={**d.extra, "cells": {**d.extra["cells"], cell: other}}), equal(other, e, d.problem)
        return
    assert d.answer is not None
    if d.kind == "condition":
        for k in (Fraction(1001, 1000), Fraction(1, 2)):
            if isinstance(d.extra.get("upper"), Expr) and d.extra["upper"] != E.INF:
                upper = E.mul(E.num(k), d.extra["upper"])
                yield "another end", replace(d, extra={**d.extra, "upper": upper}), False
                moved = E.replace(d.answer, {d.extra["upper"]: upper})
                yield "another range", replace(d, answer=moved, extra={**d.extra, "upper": upper}), False
        yield "the opposite", replace(d, answer=E.Expr("not", (d.answer,))), False
        if "property" in d.extra:
            yield from broken_status(d)
        return
    for what, other in chosen(d.answer)[: SLOW if d.part.ask == "limit" else EDITS]:
        right = equal(E.as_column(other), d.answer, d.problem)
        if d.kind == "norm" and what == "a factor of 2":  # twice a norm is least at the same solution
            right = True
        yield what, replace(d, answer=other), right
    if d.part.ask == "value" and "unknowns" in d.extra:
        point = Derivation(d.problem, d.part, "point", (), d.extra["unknowns"][0][1], d.answer, extra=d.extra)
        for what, edited, right in list(broken_points(point))[: 2 * SLOW]:
            if what.endswith("worked out"):
                extra = {**d.extra, "unknowns": tuple(edited.point.items())}
                yield f"the point: {what}", replace(d, answer=edited.value, extra=extra), right


# ------------------------------------------------------------------------------------------ the tests

LONG_RULES = frozenset(("two_sided", "conserved_flow", "spectral_cone", "best_rate", "outer_function", "procrustes", "step_range"))


@pytest.mark.parametrize("name", [pytest.param(name_of(r), marks=pytest.mark.long if name_of(r) in LONG_RULES else ()) for r in RULES])
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, request: pytest.FixtureRequest) -> None:
    """The first wrong edits of what each rule derives; all of them with --long."""
    d = derived_by(name)
    assert d is not None, f"no spec has a part that {name} derives"
    tried = 0
    for what, edited, right in broken(d):
        if right:
            continue
        tried += 1
        if tried > FEW and not request.config.getoption("--long"):
            break
        assert not certify(edited, stop_at_failure=True).holds, f"{d.problem.id}#{d.part.id}: {what}: {edited.answer}"
    assert tried >= 2, f"{d.problem.id}#{d.part.id}: only {tried} edits were wrong"


@pytest.mark.parametrize(("spec", "part"), [("bank/pli_l2", "value"), ("cs182-hw2/penalty-l1", "optimizer"), ("cs182-hw2/limit-rescaled", "norm")])
def test_what_rests_on_a_broken_rule_is_not_certified_either(spec: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value, the name and the norm of a part whose own rule halves what it derives."""
    path, _, own = spec.partition("/")

    def halved(rule: ModuleType) -> ModuleType:
        out = ModuleType(rule.__name__)

        def derive(problem: Problem, asked: Any, solve: Any) -> Any:
            found = rule.derive(problem, asked, solve)
            if not isinstance(found, Derivation) or found.answer is None or asked.ask not in ("argmin", "limit"):
                return found
            answer = E.mul(E.HALF, found.answer)
            program = problem.base(asked).program
            value = E.replace(program.objective, {E.sym(program.over[0], answer.shape): answer}) if program is not None else None
            return replace(found, answer=answer, value=value)

        out.NAME, out.accepts, out.derive = rule.NAME, rule.accepts, derive  # type: ignore[attr-defined]
        return out

    monkeypatch.setattr(solving, "RULES", tuple(map(halved, RULES)))
    problem = load_all([SPECS / path / f"{own}.toml"])[0]
    outcome = solve(problem, problem.part(part))
    assert not isinstance(outcome, Derivation) or not certify(outcome).holds


@pytest.mark.parametrize(("name", "old", "new"), [
    ("ls_ridge", "lam*norm", "2*lam*norm"), ("kkt_eq_qp", "q^T x", "2*q^T x"), ("prox_l1", "norm(x, 1)", "norm(x, 2)"), ("proj_ball", "<= r", "<= 2*r"),
])
def test_a_right_answer_is_not_certified_for_another_statement(name: str, old: str, new: str) -> None:
    problem = load_all([SPECS / "bank" / f"{name}.toml"])[0]
    d = solve(problem, problem.part("answer"))
    assert isinstance(d, Derivation)
    text = json.dumps(problem.data)
    assert old in text
    changed = from_data(json.loads(text.replace(old, new)), "changed")
    assert not certify(replace(d, problem=changed, part=changed.part("answer"))).holds
