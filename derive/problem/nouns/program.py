"""Programs, and functions that are differentiated."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths.expr import Expr


@dataclass(frozen=True)
class Program:
    """Optimise an objective over unknowns subject to constraints.

    over: names of the unknowns; sense: 'min' or 'max'; objective: scalar; constraints: conditions, with those
    that closed domains of unknowns put (x >= 0 of a nonnegative x); when: conditions on the parameters under
    which it is asked; symmetric: the unknowns that are symmetric matrices.

    Norms of matrices: norm_fro, norm_op (largest singular value), norm_nuc (their sum), schatten(X, p), and of
    blocks by rownorms(X) and colnorms(X), the vectors of the 2-norms of rows and columns. Constraints beside
    equations and inequalities: psd(X) or X \\succeq 0, rank(X) <= k, W^T W = eye(k); nnz(x) counts nonzero
    entries; distinct(c) in `when`: no two entries are equal. The factors of a decomposition get their names by
    definitions: U = { type = "matrix(m, min(m, n))", let = "svdU(G)" }, likewise svdS, svdV, eigvals, eigvecs.
    """

    over: tuple[str, ...]
    sense: str
    objective: Expr
    constraints: tuple[Expr, ...] = ()
    when: tuple[Expr, ...] = ()
    symmetric: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivative:
    """What is differentiated, with respect to what, where.

    function: a scalar, or a vector or matrix where a Jacobian is asked or `upstream` names the constant
    of its shape that it is paired with (the vector-Jacobian product of backpropagation: given dL/dy,
    find dL/dx); over: a scalar, vector or matrix symbol, its entries varied one by one (a symmetric
    matrix, too); at: None, or the point at which the derivative is asked; when: conditions on the point
    and the parameters.
    """

    function: Expr
    over: str
    upstream: str | None = None
    at: Expr | None = None
    when: tuple[Expr, ...] = ()
