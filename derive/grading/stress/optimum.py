"""The optimum of a program on one instance, from CVXPY written out here for the objective itself.

It stands apart from `derive.derivation.truth` on purpose: the question tests settle what is a miss
with code that shares nothing with what they test. Where `truth` looks at how a form is written, this
looks at its values: a piece that is affine or quadratic in the unknowns is found by evaluating it at a
few points, whatever products, transposes and traces it is written with.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.grading.stress.values import Instance, Unvalued, defined, size, value
from derive.maths.expr import Expr, Shape, symbols_in, walk
from derive.problem.nouns.program import Program

ATTAINED = 1e-6  # times 1 + |optimum|: what CVXPY's optimum may differ by from the key's
MISSED = 1e-9  # times 1 + |optimum|: a point is suboptimal above this gap to the key's value
EQUAL = 1e-12  # and optimal below this; between the two nothing is said
SLACK = 1e-7  # by which a constraint may be violated
FITS = 1e-9  # times the values: how well a form must be met to count as affine or quadratic
PROBES = 4  # random points at which it must be
KINKED = frozenset(("abs", "sqrt", "sign", "relu", "maximum", "minimum", "floor", "ceil", "divide_or_zero"))


def optimum(program: Program, at: Instance, shapes: Mapping[str, Shape]) -> float:
    """The optimal value on an instance; infinite where it is unbounded, NaN where the solver cannot say."""
    import cvxpy

    cp: Any = cvxpy
    lowering = _Lowering(at, {n: tuple(size(d, at) for d in shapes[n]) for n in program.over})
    rows = []
    for c in program.constraints:
        for x in c.args if c.op == "and" else (c,):
            if x.op == "psd":
                half = lowering.go(x.args[0], {})
                rows += [half == half.T, (half + half.T) / 2 >> 0]
                continue
            if x.op != "rel":
                raise Unvalued(f"a constraint by {x.op}")
            a, b = (lowering.go(y, {}) for y in x.args)
            rows.append(a == b if x.data == "=" else a <= b if x.data in ("<", "<=") else a >= b)
    goal = lowering.go(program.objective, {})
    problem = cp.Problem(cp.Minimize(goal) if program.sense == "min" else cp.Maximize(goal), rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an inaccurate solution has a status of its own
            problem.solve(solver="CLARABEL")
    except cp.error.SolverError:
        return float("nan")
    except cp.error.DCPError:
        raise Unvalued("the program is not convex as written") from None
    if problem.status not in ("optimal", "unbounded"):
        return float("nan")
    # The value at the solver's point is infinite where that is a rounding outside a logarithm's domain.
    found = float(problem.value)
    return float(problem.solution.opt_val) if np.isinf(found) and problem.status == "optimal" else found


@dataclass
class _Lowering:
    """Expr -> CVXPY on one instance, over one flat variable that holds every unknown."""

    at: Instance
    shapes: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        import cvxpy as cp

        self.ends = np.cumsum([0, *(int(np.prod(s)) for s in self.shapes.values())])
        self.count = int(self.ends[-1])
        self.flat: Any = cp.Variable(self.count)
        self.rng = np.random.default_rng(3)

    def there(self, z: Any, bound: Mapping[str, int]) -> Instance:
        """The instance with the unknowns at a point."""
        one = self.at.with_values(**{n: z[a:b].reshape(s) if s else float(z[a]) for (n, s), a, b in zip(self.shapes.items(), self.ends, self.ends[1:], strict=False)})
        for name, i in bound.items():
            one = one.at_index(name, i)
        return one

    def go(self, e: Expr, bound: Mapping[str, int]) -> Any:
        """An expression of the unknowns; bound: the indices of the sums that it stands in."""
        import cvxpy

        cp: Any = cvxpy
        if not symbols_in(e) & self.shapes.keys():
            fixed = value(e, self.there(np.zeros(self.count), bound))
            if not defined(fixed) and e.op != "const":
                raise Unvalued("an undefined coefficient")
            return fixed
        if e.op == "reduce":
            return self._reduced(e, bound)
        fitted = self._fitted(e, bound)
        if fitted is not None:
            return fitted
        if e.op == "mul":
            entropy = self._entropy(e, bound)
            if entropy is not None:
                return entropy
        if e.op == "pow" and e.args[0].op == "reduce" and e.args[0].data[0] == "prod":
            return self._root_of_product(e, bound)
        if e.op == "comp":
            return cp.hstack([self.go(e.args[0], {**bound, e.data: i + 1}) for i in range(size(e.shape[0], self.at))])
        if e.op == "fn" and e.data == "log" and e.args[0].op in ("total", "reduce", "det"):
            return self._log_of(e.args[0], bound)
        a = [self.go(x, bound) for x in e.args]
        match e.op:
            case "add":
                return sum(a[1:], a[0])
            case "neg":
                return -a[0]
            case "mul":
                return cp.multiply(a[0], a[1])
            case "div":
                return a[0] / a[1] if isinstance(a[1], (float, np.ndarray)) else cp.multiply(a[0], cp.inv_pos(a[1]))
            case "pow":
                return cp.square(a[0]) if a[1] == 2 else cp.power(a[0], float(a[1]))
            case "dot":
                return cp.sum_squares(a[0]) if e.args[0] == e.args[1] else cp.sum(cp.multiply(a[0], a[1]))
            case "norm" if e.data == "p":
                p = float(a[1])
                return cp.norm(a[0], "inf" if np.isinf(p) else int(p)) if np.isinf(p) or p in (1.0, 2.0) else cp.pnorm(a[0], p, approx=False)
            case "norm":
                return cp.normNuc(a[0]) if e.data == "nuc" else cp.norm(a[0], {"fro": "fro", "op": 2}[e.data])
            case "total":
                return cp.sum(a[0])
            case "mean":
                return cp.sum(a[0]) / a[0].size
            case "trace":
                return cp.trace(a[0])
            case "matmul":
                return a[0] @ a[1]
            case "T":
                return a[0].T
            case "fn" if e.data in ("abs", "exp", "log", "maximum", "minimum", "sqrt", "relu"):
                return cp.pos(a[0]) if e.data == "relu" else getattr(cp, e.data)(*a)
            case "reduceall":
                return (cp.max if e.data == "max" else cp.min)(a[0])
            case "at":
                return a[0][tuple(int(i) - 1 for i in a[1:])]
        raise Unvalued(e.op)

    def _reduced(self, e: Expr, bound: Mapping[str, int]) -> Any:
        import cvxpy as cp

        kind, index = e.data
        low, high = (int(self.go(x, bound)) for x in e.args[1:])
        terms = [self.go(e.args[0], {**bound, index: i}) for i in range(low, high + 1)]
        if kind == "sum":
            return sum(terms[1:], terms[0])
        if kind in ("max", "min") and terms:
            return terms[0] if len(terms) == 1 else (cp.maximum if kind == "max" else cp.minimum)(*terms)
        raise Unvalued(kind)

    def _root_of_product(self, e: Expr, bound: Mapping[str, int]) -> Any:
        """The geometric mean: the n-th root of the product of n terms."""
        import cvxpy as cp

        body, *ends = e.args[0].args
        low, high = (int(self.go(x, bound)) for x in ends)
        terms = [self.go(body, {**bound, e.args[0].data[1]: i}) for i in range(low, high + 1)]
        if not terms or abs(float(self.go(e.args[1], bound)) * len(terms) - 1) > FITS:
            raise Unvalued("a power of a product that is no geometric mean")
        return terms[0] if len(terms) == 1 else cp.geo_mean(cp.hstack(terms))

    def _log_of(self, e: Expr, bound: Mapping[str, int]) -> Any:
        """log sum exp, log det, and the logarithm of an affine sum."""
        import cvxpy

        cp: Any = cvxpy
        if e.op == "det":
            return cp.log_det(self.go(e.args[0], bound))
        body = e.args[0]
        if body.op == "fn" and body.data == "exp":
            if e.op == "total":
                return cp.log_sum_exp(self.go(body.args[0], bound))
            low, high = (int(self.go(x, bound)) for x in e.args[1:])
            return cp.log_sum_exp(cp.hstack([self.go(body.args[0], {**bound, e.data[1]: i}) for i in range(low, high + 1)]))
        return cp.log(self.go(e, bound))

    def _fitted(self, e: Expr, bound: Mapping[str, int]) -> Any:
        """An affine array, or a scalar quadratic, found from its values; None where it is neither."""
        import cvxpy as cp

        if self._kinked(e):  # a piecewise form can look affine at every point that is tried
            return None

        def f(z: Any) -> Any:
            return np.asarray(value(e, self.there(z, bound)), dtype=float)

        n = self.count
        try:
            zero = f(np.zeros(n))
            ray = self.rng.uniform(-1, 1, n)
            line = [zero, *(f(k * ray) for k in (1, 2, 3))]
            scale = 1e-300 + max(float(np.max(np.abs(v))) for v in line)
            third = line[3] - 3 * line[2] + 3 * line[1] - line[0]
            if not defined(line) or np.max(np.abs(third)) > FITS * scale:
                return None
            up, down = ([f(s * row) for row in np.eye(n)] for s in (1.0, -1.0))
        except Unvalued:
            return None
        if not (defined(up) and defined(down)):
            return None
        slope = np.array([(u - d) / 2 for u, d in zip(up, down, strict=True)])
        bend = np.array([u + d - 2 * zero for u, d in zip(up, down, strict=True)])
        scale = 1e-300 + max(scale, float(np.max(np.abs(up))), float(np.max(np.abs(down))))
        if np.max(np.abs(bend)) <= FITS * scale and self._agrees(f, lambda z: zero + np.tensordot(z, slope, 1), scale):
            flat = slope.reshape(n, -1).T @ self.flat + zero.ravel()
            return flat[0] if zero.ndim == 0 else flat if zero.ndim == 1 else cp.reshape(flat, zero.shape, order="C")
        if zero.ndim:
            return None
        hess = np.diag(bend.astype(float))
        eye = np.eye(n)
        for i in range(n):
            for j in range(i):
                hess[i, j] = hess[j, i] = float(f(eye[i] + eye[j]) - up[i] - up[j] + zero)
        if not defined(hess) or not self._agrees(f, lambda z: zero + z @ slope + z @ hess @ z / 2, scale):
            return None
        weights, axes = np.linalg.eigh(hess)
        bound_ = FITS * max(abs(weights))
        if min(weights) < -bound_ and max(weights) > bound_:
            return None
        root = np.sqrt(np.abs(weights) / 2)[:, None] * axes.T
        sign = 1.0 if max(weights) > bound_ else -1.0
        return sign * cp.sum_squares(root @ self.flat) + slope @ self.flat + float(zero)

    def _kinked(self, e: Expr) -> bool:
        """Whether a piecewise function of the unknowns stands in e. The square of a Euclidean norm is none, the norm is."""
        mine = [x for x in walk(e) if symbols_in(x) & self.shapes.keys()]
        squared = {x.args[0] for x in mine if x.op == "pow" and x.args[1].op == "num" and x.args[1].data == 2}
        for x in mine:
            if x.op == "norm" and not (x in squared and (x.data == "fro" or (x.data == "p" and x.args[1].op == "num" and x.args[1].data == 2))):
                return True
            if x.op in ("cases", "reduceall", "argopt") or (x.op == "fn" and x.data in KINKED) or (x.op == "reduce" and x.data[0] != "sum"):
                return True
        return False

    def _agrees(self, f: Any, model: Any, scale: float) -> bool:
        points = self.rng.uniform(-2, 2, (PROBES, self.count))
        return all(bool(np.all(np.abs(f(z) - model(z)) <= 100 * FITS * scale)) for z in points)

    def _entropy(self, e: Expr, bound: Mapping[str, int]) -> Any:
        """c u log(v) for an affine v with u = r v: CVXPY knows -v log(v) as entr."""
        import cvxpy as cp

        logs = [x for x in _factors(e) if x.op == "fn" and x.data == "log" and symbols_in(x) & self.shapes.keys()]
        if len(logs) != 1:
            return None
        inner = logs[0].args[0]
        inside = self._fitted(inner, bound)
        if inside is None:
            return None
        ratios = []
        for z in self.rng.uniform(0.5, 2, (PROBES, self.count)):
            one = self.there(z, bound)
            whole, v = np.asarray(value(e, one), dtype=float), np.asarray(value(inner, one), dtype=float)
            if not defined(whole) or np.any(v <= 0) or np.any(np.abs(np.log(v)) < 1e-6):
                return None
            ratios.append(whole / (v * np.log(v)))
        if any(np.max(np.abs(r - ratios[0])) > 1e-7 * np.max(np.abs(r)) for r in ratios):
            return None
        return cp.multiply(-ratios[0], cp.entr(inside))


def _factors(e: Expr) -> list[Expr]:
    return [f for a in e.args for f in _factors(a)] if e.op == "mul" else [e]


def gap(program: Program, point: Any, at: Instance, best: float, goal: Callable[[Mapping[str, Any]], float] | None = None) -> float:
    """How much worse than the optimum a point is, relative to 1 + |optimum|; infinite where it is infeasible,
    or outside the domain of the objective.

    point: the value of the one unknown, or of every unknown by name; goal: what is optimised, where it is not the objective.
    """
    values: Mapping[str, Any] = point if isinstance(point, Mapping) else {program.over[0]: point}
    there = at.with_values(**values)
    for c in program.constraints:
        for x in c.args if c.op == "and" else (c,):
            if x.op == "psd":
                m = np.asarray(value(x.args[0], there), dtype=float)
                scale = SLACK * (1 + np.max(np.abs(m)))
                if np.max(np.abs(m - m.T)) > scale or np.linalg.eigvalsh((m + m.T) / 2)[0] < -scale:
                    return float("inf")
                continue
            a, b = (np.asarray(value(y, there), dtype=float) for y in x.args)
            over = np.abs(a - b) if x.data == "=" else a - b if x.data in ("<", "<=") else b - a
            if not np.max(over) <= SLACK * (1 + np.max(np.abs(a)) + np.max(np.abs(b))):
                return float("inf")
    own = float(value(program.objective, there)) if goal is None else goal(values)
    if not defined(own):
        return float("inf")
    return (own - best if program.sense == "min" else best - own) / (1 + abs(best))
