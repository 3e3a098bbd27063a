"""Functions of matrices and vectors: inverses, spectra, norms."""

from __future__ import annotations

from derive.maths.expr.arithmetic import as_column, fn, matmul, square, transpose
from derive.maths.expr.node import SCALAR, TWO, Dim, Expr, ShapeError, shape_text


def least(a: Dim, b: Dim) -> Dim:
    """The smaller of two dimensions; of two names the dimension 'min(m, n)', which has no name of its own."""
    if a == b:
        return a
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    return f"min({a}, {b})"


def inside_least(d: Dim) -> tuple[Dim, ...]:
    """The dimensions that a dimension is made of: m and n for 'min(m, n)', else itself."""
    if isinstance(d, int) or not d.startswith("min("):
        return (d,)
    return tuple(int(x) if x.isdigit() else x for x in d[4:-1].split(", "))


def pinv(a: Expr) -> Expr:
    """The Moore-Penrose inverse."""
    if len(a.shape) != 2:
        raise ShapeError(f"pseudo-inverse of {shape_text(a.shape)}")
    return Expr("pinv", (a,), (a.shape[1], a.shape[0]))


def svd(a: Expr, which: str) -> Expr:
    """A factor of the thin singular value decomposition a = U diag(s) V^T: 'u' (m, r), 's' (r,), 'v' (n, r), r = min(m, n)."""
    if len(a.shape) != 2:
        raise ShapeError(f"singular value decomposition of {shape_text(a.shape)}")
    m, n = a.shape
    r = least(m, n)
    return Expr("svd", (a,), {"u": (m, r), "s": (r,), "v": (n, r)}[which], which)


def eig(a: Expr, which: str) -> Expr:
    """'values' (n,) or 'vectors' (n, n) of a symmetric a = Q diag(w) Q^T, w_1 >= w_2 >= ..."""
    square(a, "eigenvalues")
    return Expr("eig", (a,), a.shape if which == "vectors" else a.shape[:1], which)


def qr(a: Expr, which: str) -> Expr:
    """A factor of the thin decomposition a = Q R of a matrix of full column rank: 'q' (m, n), Q^T Q = I, or 'r' (n, n), upper triangular.

    It is determined up to the signs of the rows of R; here their diagonal entries are taken in turn below and above 0, so that what is right
    with these signs and with those that a library takes does not depend on them.
    """
    if len(a.shape) != 2:
        raise ShapeError(f"QR decomposition of {shape_text(a.shape)}")
    m, n = a.shape
    return Expr("qr", (a,), {"q": (m, n), "r": (n, n)}[which], which)


def chol(a: Expr) -> Expr:
    """The lower triangular L with a = L L^T and a positive diagonal, of a symmetric positive definite matrix."""
    square(a, "Cholesky factor")
    return Expr("chol", (a,), a.shape)


def polar(a: Expr) -> Expr:
    """The polar factor (matrix sign) U V^T of a = U diag(s) V^T."""
    return matmul(svd(a, "u"), transpose(svd(a, "v")))


def rank(a: Expr) -> Expr:
    """The rank of a matrix."""
    if len(a.shape) != 2:
        raise ShapeError(f"rank of {shape_text(a.shape)}")
    return Expr("rank", (a,), SCALAR)


def psd(a: Expr) -> Expr:
    """The condition that a is symmetric positive semidefinite."""
    square(a, "positive semidefinite")
    return Expr("psd", (a,), SCALAR)


def trace(a: Expr) -> Expr:
    """sum_i A_ii."""
    square(a, "trace")
    return Expr("trace", (a,), SCALAR)


def det(a: Expr) -> Expr:
    """The determinant."""
    square(a, "determinant")
    return Expr("det", (a,), SCALAR)


def diag(a: Expr) -> Expr:
    """diag(x) of a vector; the diagonal of a matrix."""
    a = as_column(a)
    if len(a.shape) == 1:
        return Expr("diag", (a,), (a.shape[0], a.shape[0]))
    square(a, "diagonal")
    return Expr("diag", (a,), (a.shape[0],))


def norm(x: Expr, p: Expr | None = None, kind: str = "p") -> Expr:
    """The p-norm of a vector; kind 'fro', 'nuc' or 'op' for matrices. A scalar's norm is |x|."""
    if kind == "p" and len(x.shape) == 2 and x.shape[0] == 1:
        x = as_column(x)
    if not x.shape:
        return fn("abs", x)
    if kind == "p" and len(x.shape) == 2:
        raise ShapeError(f"p-norm of {shape_text(x.shape)}")
    if len(x.shape) == 1:
        kind = "p"
    return Expr("norm", (x, TWO if p is None else p), SCALAR, kind)
