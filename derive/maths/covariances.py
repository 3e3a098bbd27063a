"""Covariances as np.cov has them: of two vectors the 2 x 2 matrix, of a matrix that of its rows or of its columns."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError


def covariances(args: list[Expr], lost: int, columns: bool) -> Expr:
    """The centred products over n - lost, where n is how many values there are. columns: the quantities are the columns of a matrix, else its rows."""
    shapes = [len(a.shape) for a in args]
    if shapes == [1, 1] and args[0].shape == args[1].shape:
        centred = [E.sub(a, E.mul(E.mean(a), E.ones(*a.shape))) for a in args]
        n = _over(args[0].shape[0], lost)
        return E.mat(tuple(tuple(E.div(E.dot(a, b), n) for b in centred) for a in centred))
    if shapes != [2]:
        raise ShapeError("a covariance of anything but two vectors or one matrix")
    x = args[0] if columns else E.transpose(args[0])  # one row for each value
    m = x.shape[0]
    means = E.div(E.matmul(E.transpose(E.ones(m)), x), E.dim(m))
    centred_rows = E.sub(x, E.matmul(E.ones(m), means))
    return E.div(E.matmul(E.transpose(centred_rows), centred_rows), _over(m, lost))


def _over(n: E.Dim, lost: int) -> Expr:
    return E.sub(E.dim(n), E.num(lost)) if lost else E.dim(n)
