"""What is tested: a part with its key, instances of its problem, and the truth about any other expression."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from derive.derivation.steps import Derivation
from derive.grading.stress import optimum as optima
from derive.grading.stress import values
from derive.grading.stress.instances import boundaries, instances
from derive.grading.stress.searched import height, searched
from derive.grading.stress.values import Instance, Misfit, Unvalued, defined, same, value
from derive.maths import expr as E
from derive.maths.expr import Expr, Shape
from derive.maths.symbols import Symbol
from derive.problem.likelihood import Model
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

SEED = 7
FEW = 12  # instances where the optimum must be searched for
JOINT = "joint"  # several outputs as one expression: their values, and their names as its data
VALUE = "value"  # the output that is the optimal value

RIGHT, WRONG, UNSURE = "right", "wrong", "unsure"


@dataclass(frozen=True)
class Subject:
    """A derived part under test. The truth about an expression is settled in plain NumPy and CVXPY."""

    derivation: Derivation
    cache: dict[Expr, str] = field(default_factory=dict, compare=False, repr=False)
    kept: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.derivation.problem

    @property
    def part(self) -> Part:
        """The part."""
        return self.derivation.part

    @property
    def kind(self) -> str:
        """What its answer is."""
        return self.derivation.kind

    @property
    def key(self) -> Expr:
        """The derived answer; of several outputs all of them, as one expression."""
        outputs = getattr(self.derivation, "outputs", ())
        if outputs:
            return Expr(JOINT, tuple(e for _, e in outputs), (), tuple(n for n, _ in outputs))
        assert self.derivation.answer is not None
        return self.derivation.answer

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        """The declared symbols."""
        return self.problem.symbols

    @cached_property
    def written(self) -> frozenset[str]:
        """Every declared name and other notation: letters that mean something already."""
        return frozenset(self.symbols) | {a for s in self.symbols.values() for a in s.aliases}

    @cached_property
    def program(self) -> Program | None:
        """The program that the part is about."""
        return self.part.program or self.problem.base(self.part).program

    @property
    def asked(self) -> str:
        """The unknown that the answer gives, '' for a value."""
        if self.kind == "point" and self.program is not None:
            return self.unknown
        it = self.problem.iteration
        if self.part.ask == "recurrence" and it is not None and it.residual is not None:
            return it.residual[0]
        return (self.problem.asked_name(self.part) or "") if self.part.ask in ("limit", "iterate") else ""

    @property
    def model(self) -> Model | None:
        """The declared distributions, of a likelihood."""
        return self.part.model or self.problem.base(self.part).model

    @cached_property
    def unknown(self) -> str:
        """The unknown of a program that the answer is the value of."""
        assert self.program is not None
        point = dict(self.derivation.point)
        return next((n for n in self.program.over if point.get(n) == self.derivation.answer), self.program.over[0])

    def everything(self, e: Expr, at: Instance) -> dict[str, Any]:
        """The value of every unknown where the answer is e: what it does not give is as in the key."""
        assert self.program is not None
        given = dict(zip(e.data, e.args, strict=True)) if e.op == JOINT else {self.unknown: e}
        point = {**dict(self.derivation.point), **given}
        return {n: value(point[n], at) for n in self.program.over if n in point}

    @cached_property
    def instances(self) -> list[Instance]:
        """Instances of the problem that meet the conditions of the part."""
        own = instances(self.symbols, SEED, when=self.program.when if self.program else self.problem.iteration.assume if self.problem.iteration else ())
        if self.by_search(own):
            own = own[:: max(1, len(own) // FEW)]
        return own + (boundaries(self.key, self.symbols, own) if self.kind == "condition" else [])

    def by_search(self, at: Sequence[Instance]) -> bool:
        """Whether the optimum is searched for because CVXPY does not take the program: told at the first instance."""
        if self.program is None or self.kind not in ("point", "expression") or (self.kind == "expression" and self.part.ask != "value"):
            return False
        if self.model is not None:
            return True
        key = f"stress:search:{self.problem.base(self.part).id}"
        if key not in self.problem.cache:
            try:
                optima.optimum(self.program, at[0], self._shapes)
                self.problem.cache[key] = ""
            except (Unvalued, np.linalg.LinAlgError) as err:
                self.problem.cache[key] = str(err) or "it is not solved"
        return bool(self.problem.cache[key])

    @property
    def _shapes(self) -> dict[str, Shape]:
        assert self.program is not None
        return {n: self.symbols[n].shape for n in self.program.over}

    @cached_property
    def solved(self) -> list[float]:
        """The optimal value at each instance by CVXPY, or by a search; NaN where it cannot be said; found once for all parts about one program."""
        assert self.program is not None
        key = f"stress:solved:{self.problem.base(self.part).id}"
        found = self.problem.cache.get(key)
        if isinstance(found, list) and len(found) == len(self.instances):
            return found
        search = self.by_search(self.instances)
        out = []
        for one in self.instances:
            try:
                out.append(searched(self.program, self.model, one, self.symbols) if search else optima.optimum(self.program, one, self._shapes))
            except (Unvalued, np.linalg.LinAlgError) as err:
                why = self.problem.cache.get(f"stress:search:{self.problem.base(self.part).id}")
                self.problem.cache[f"{key}:why"] = f"{why}, and {err}" if search and why else str(err)
                out.append(float("nan"))
        self.problem.cache[key] = out
        return out

    @property
    def unsolved(self) -> str:
        """Why CVXPY solves none of the instances; empty where it solves some, or none is needed."""
        if self.program is None or self.kind not in ("point", "expression") or (self.kind == "expression" and self.part.ask != "value"):
            return ""
        if any(np.isfinite(x) for x in self.solved):
            return ""
        return str(self.problem.cache.get(f"stress:solved:{self.problem.base(self.part).id}:why", "no instance has a finite optimum"))

    @cached_property
    def best(self) -> list[float]:
        """The optimal value at each instance: what the key attains, where CVXPY says that it is optimal; else NaN.

        CVXPY is good to about 1e-8, the objective of a feasible point to 1e-15: so the key's own value
        tells a point that is worse by very little, once CVXPY has vouched for it.
        """
        assert self.program is not None
        out = []
        for one, solved in zip(self.instances, self.solved, strict=True):
            if self.kind == "point":
                point = self.everything(self.key, one)
                own = height(self.program, self.model, one, point)
                feasible = abs(self.gap(point, one, solved)) < optima.ATTAINED
            else:
                own = float(value(self.key, one))
                feasible = abs(own - solved) < optima.ATTAINED * (1 + abs(solved))
            out.append(own if feasible else float("nan"))
        return out

    def gap(self, point: Mapping[str, Any], at: Instance, best: float) -> float:
        """How much worse than the optimum a point is, see `optimum.gap`."""
        assert self.program is not None
        program, model = self.program, self.model
        return optima.gap(program, point, at, best, None if model is None else lambda p: height(program, model, at, p))

    @cached_property
    def entries(self) -> tuple[Fraction, ...] | None:
        """The key in numbers, where the statement fixes every value in it."""
        fixed = self.key.op != JOINT and len(self.key.shape) == 1 and isinstance(self.key.shape[0], int)
        if not fixed or any(self.symbols[n].given is None for n in E.symbols_in(self.key)):
            return None
        from derive.grading.stress.rewrites import rational_entries

        return rational_entries(value(self.key, self.instances[0]))

    @cached_property
    def sound(self) -> bool:
        """Whether the key itself passes the direct check."""
        return self.truth(self.key) == RIGHT

    def truth(self, e: Expr) -> str:
        """Whether e answers the part: 'right', 'wrong', or 'unsure' where the direct check cannot tell."""
        if e not in self.cache:
            self.cache[e] = self._settle(e)
        return self.cache[e]

    def _settle(self, e: Expr) -> str:
        try:
            if self.kind == "point":
                return self._as_point(e)
            if self.kind == "expression" and self.part.ask == "value":
                return self._as_value(e)
            return self._as_expression(e)
        except Misfit:
            return WRONG
        except (Unvalued, ValueError, KeyError, OverflowError, ZeroDivisionError, TypeError, np.linalg.LinAlgError):
            return UNSURE

    def _as_point(self, e: Expr) -> str:
        assert self.program is not None
        if e.op == JOINT and e.data != self.key.data:
            return WRONG  # not all that is asked
        outputs = dict(zip(e.data, e.args, strict=True)) if e.op == JOINT else {self.unknown: e}
        shapes = {n: self.symbols[n].shape if n in self.symbols else () for n in outputs}
        if any(len(x.shape) != len(shapes[n]) and x != E.ZERO for n, x in outputs.items()):
            return WRONG
        met, worst = 0, 0.0
        for one, best in zip(self.instances, self.best, strict=True):
            x = {n: np.asarray(value(a, one), dtype=float) for n, a in outputs.items()}
            if not np.isfinite(best) or not all(defined(v) for v in x.values()):
                continue
            if any(v.shape != tuple(values.size(d, one) for d in shapes[n]) for n, v in x.items()):
                return WRONG
            met += 1
            worst = max(worst, self.gap(self.everything(e, one), one, best))
            if VALUE in x and VALUE not in self.program.over:
                worst = max(worst, abs(float(x[VALUE]) - best) / (1 + abs(best)))
            if worst > optima.MISSED:
                return WRONG
        return self._said(met, worst)

    def _as_value(self, e: Expr) -> str:
        if e.shape:
            return WRONG
        met, worst = 0, 0.0
        for one, best in zip(self.instances, self.best, strict=True):
            x = float(value(e, one))
            if not np.isfinite(best) or not np.isfinite(x):
                continue
            met += 1
            worst = max(worst, abs(x - best) / (1 + abs(best)))
            if worst > optima.MISSED:
                return WRONG
        return self._said(met, worst)

    def _said(self, met: int, worst: float) -> str:
        if worst > optima.MISSED:
            return WRONG
        # Undefined here and there does not refute, but what is undefined nearly everywhere was not tested.
        known = sum(np.isfinite(b) for b in self.best)
        enough = met and 2 * met > known and 2 * known > len(self.best)
        return RIGHT if enough and worst < optima.EQUAL else UNSURE

    def _as_expression(self, e: Expr) -> str:
        met = 0
        for one in self.instances:
            want = value(self.key, one)
            got: Any = value(e, one)
            if not defined(got) or not defined(want):
                continue
            met += 1
            if not same(got, want):
                x, y = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
                return WRONG if x.shape != y.shape or np.max(np.abs(x - y)) > 1e-7 * np.max(np.abs(y) + np.abs(x)) else UNSURE
        return RIGHT if 2 * met > len(self.instances) else UNSURE


def seeded(seed: int, *names: object) -> random.Random:
    """A generator of its own for each purpose, the same in every run."""
    return random.Random(f"{seed}:" + ":".join(str(n) for n in names))
