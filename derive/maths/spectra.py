"""Extreme eigenvalues and singular values of a matrix: lambda_max(A), sigma_min(X), the spectral radius rho(A), the condition number kappa(A)."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.brackets import bracketed
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar

NAMES = frozenset(("lambda", "lam", "sigma", "rho", "kappa", "cond"))
_LARGEST, _LEAST = frozenset(("max", "1", "(1)")), frozenset(("min",))


def spectral(p: Grammar) -> Expr | None:
    """The quantity that the name at hand begins, or None (and nothing read) where it is a letter of another kind.

    Without brackets the one symmetric matrix that is declared is meant. Eigenvalues are those of a symmetric matrix, the first the largest.
    """
    if not any(len(s.shape) == 2 for s in p.scope.symbols.values()):
        return None
    start, notes = p.i, len(p.notes)
    name = str(p.tok.value)
    p.i += 1
    key = subscripts.text_of(subscripts.take(p)) if p.is_op("_") or p.tok.kind == "sub" else ""
    out = None
    if (name in ("rho", "kappa", "cond") and key in ("", "2") and not p.scope.writes(name)) or (name not in ("rho", "kappa", "cond") and _end(p, key)):
        matrix = _matrix(p)
        out = _quantity(name, key, matrix) if matrix is not None else None
    if out is None:
        p.i = start
        del p.notes[notes:]
    return out


def _end(p: Grammar, key: str) -> bool:
    return key in _LARGEST or key in _LEAST or key in p.scope.dims


def _matrix(p: Grammar) -> Expr | None:
    """The matrix in brackets, or the only symmetric one."""
    if p.is_op("(", "["):
        try:
            x = bracketed(p, ")" if p.tok.value == "(" else "]")
        except (ReadError, E.ShapeError):
            return None
        return x if len(x.shape) == 2 and x.shape[0] != 1 else None
    declared = [s for s in p.scope.symbols.values() if len(s.shape) == 2 and s.domain in ("spd", "symmetric")]
    if len(declared) != 1 or any(s.let is not None and s.let.op in ("eig", "svd") for s in p.scope.symbols.values()):
        return None
    s = declared[0]
    p.notes.append(f"the eigenvalues are read as those of {s.name}")
    return E.sym(s.name, s.shape)


def _quantity(name: str, key: str, x: Expr) -> Expr | None:
    square = x.shape[0] == x.shape[1]
    largest, least = E.norm(x, None, "op"), E.reduce_all("min", E.svd(x, "s"))
    if name in ("kappa", "cond"):
        return E.div(largest, least)
    if name == "sigma":
        return largest if key in _LARGEST else least
    if not square:
        return None
    values = E.eig(x, "values")
    if name == "rho":
        return E.reduce_all("max", E.fn("abs", values))
    if key in _LARGEST:
        return E.reduce_all("max", values)
    return E.reduce_all("min", values) if key in _LEAST or key == x.shape[0] else None
