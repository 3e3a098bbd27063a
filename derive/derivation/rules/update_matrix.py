"""The matrix of a linear update: entries in the parameters, and in a curvature h with its range where there is one.

Scalar states: the Jacobian of the update. Vector states: M(h) on the modes of N (vector_modes), h between the smallest
and the largest positive eigenvalue of N, written by operator norms: lambda_max = ||N||, lambda_min = 1/||N^{-1}||.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.quadratics.definite import definite
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.output_sequence import jacobian
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System
from derive.derivation.rules.vector_modes import Modes, factored, modes_of
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part


@dataclass(frozen=True)
class Range:
    """h in [low, high], in SymPy, 0 < low <= high."""

    h: Any
    low: Any
    high: Any


@dataclass(frozen=True)
class UpdateMatrix:
    """matrix: square, in SymPy; modes: the range of the curvature in it, or None."""

    field: Field
    matrix: Any
    modes: Range | None

    def polynomial(self, z: Any) -> Any:
        """det(z I - M)."""
        import sympy as sp

        return sp.expand(sp.cancel((z * sp.eye(self.matrix.rows) - self.matrix).det()))

    @property
    def trace(self) -> Any:
        """tr M."""
        import sympy as sp

        return sp.cancel(self.matrix.trace())

    @property
    def det(self) -> Any:
        """det M."""
        import sympy as sp

        return sp.cancel(self.matrix.det())

    @property
    def gap(self) -> Any:
        """(l1 - l2)^2 of a 2 x 2 matrix."""
        import sympy as sp

        return sp.factor(sp.expand(self.trace**2 - 4 * self.det))


def matrix_of(system: System, part: Part) -> UpdateMatrix:
    """The matrix of the update. Raises Refused where it is not affine, or its modes have no range that is known."""
    if system.scalar:
        field, matrix = jacobian(system)
        declared = system.iteration.modes
        if declared is None:
            return UpdateMatrix(field, matrix, None)
        ends = [field.to(e) for e in (declared.low, declared.high)]
        return UpdateMatrix(field, matrix, Range(field.to(E.sym(declared.symbol)), *ends))
    modes = modes_of(system, part)
    if not modes.operator:
        return UpdateMatrix(modes.field, modes.matrix, None)
    low, high = eigenvalue_range(modes)
    return UpdateMatrix(modes.field, modes.matrix, Range(modes.h, modes.field.to(low), modes.field.to(high)))


def eigenvalue_range(modes: Modes) -> tuple[Expr, Expr]:
    """The smallest and largest positive eigenvalue of N. Raises Refused where N is not known to be (semi)definite."""
    w, n = modes.words, modes.states[0].shape[0]
    core, size = modes.operator, n
    if not definite(w, core).holds:
        f = factored(w, core)
        if f is None or w.transposed({f.left: E.ONE}) != {f.right: E.ONE} or not definite(w, f.middle).holds:
            raise Refused(f"the matrix of the update is not known to be symmetric and definite: {definite(w, core).missing}")
        # R^T G R and G^(1/2) R R^T G^(1/2) share their positive eigenvalues; with G = c I that is R R^T.
        if set(f.middle) != {()}:
            raise Refused("the eigenvalues of a weighted Gram matrix without full column rank")
        size = f.right[0].shape[0]
        core = w.scaled(w.times({f.right: E.ONE}, {f.left: E.ONE}), f.middle[()])
        if set(core) == {()}:
            return core[()], core[()]
        if not definite(w, core).holds:
            raise Refused(f"the matrix of the update may have eigenvalues 0 where it moves: {definite(w, core).missing}")
    if core != {tuple(reversed([w.turned(f) for f in word])): c for word, c in core.items()}:
        raise Refused("the matrix of the update is not symmetric")
    matrix = w.build(core, (size, size))
    return E.div(E.ONE, E.norm(E.inverse(matrix), None, "op")), largest_eigenvalue(modes)


def largest_eigenvalue(modes: Modes) -> Expr:
    """||N|| of a symmetric N: c ||A||^2 where N = c A^T A."""
    w, n = modes.words, modes.states[0].shape[0]
    if len(modes.operator) == 1:
        ((word, c),) = modes.operator.items()
        if len(word) == 2 and word[0] == E.transpose(word[1]) and len(word[1].shape) == 2 and word[1].shape[0] != 1:
            inner = word[1] if word[1].op != "T" else word[1].args[0]
            return w.tidy(E.mul(c, E.power(E.norm(inner, None, "op"), E.TWO)))
    return E.norm(w.build(modes.operator, (n, n)), None, "op")
