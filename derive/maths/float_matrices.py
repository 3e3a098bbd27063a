"""Batches of matrices in float64, one in the last two axes: decompositions and powers. NaN where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MAX_POWER = 4096


def finite(a: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Matrices with those that hold NaN or infinity replaced by 0, and where that was done."""
    bad: npt.NDArray[np.bool_] = np.asarray(~np.isfinite(a).all(axis=(-2, -1)))
    return np.where(bad[..., None, None], 0.0, a), bad


def _symmetric(a: Array) -> npt.NDArray[np.bool_]:
    t = np.swapaxes(a, -1, -2)
    return np.asarray((np.abs(a - t) <= 1e-9 * np.abs(a).max(axis=(-2, -1), keepdims=True)).all(axis=(-2, -1)))


def spectral_power(a: Array, k: float) -> Array:
    """Q diag(w^k) Q^T of symmetric positive (semi)definite matrices, NaN for others."""
    a, bad = finite(a)
    w, q = np.linalg.eigh(a)
    floor = 1e-12 * np.abs(w).max(axis=-1, keepdims=True)
    bad |= ~_symmetric(a) | (w < -floor).any(axis=-1) | ((w <= floor).any(axis=-1) if k < 0 else False)
    powers = np.where(bad[..., None], np.nan, np.power(np.maximum(w, 0.0), k))
    return np.asarray((q * powers[..., None, :]) @ np.swapaxes(q, -1, -2))


def singular(a: Array, what: str, own: int) -> Array:
    """One part of the singular value decomposition, 'u', 's' or 'v', which has `own` axes."""
    a, bad = finite(a)
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    out = {"u": u, "s": s, "v": np.swapaxes(vt, -1, -2)}[what]
    return np.where(bad.reshape(bad.shape + (1,) * own), np.nan, out)


def eigen(a: Array, what: str, own: int) -> Array:
    """Eigenvalues, largest first, or eigenvectors of symmetric matrices."""
    a, bad = finite(a)
    bad |= ~_symmetric(a)
    w, q = np.linalg.eigh(a)
    out = w[..., ::-1] if what == "values" else q[..., ::-1]
    return np.where(bad.reshape(bad.shape + (1,) * own), np.nan, out)


def orthogonal_factor(a: Array, what: str) -> Array:
    """'q' or 'r' of the thin decomposition a = Q R, the diagonal of R in turn below and above 0; NaN without full column rank."""
    a, bad = finite(a)
    n = a.shape[-1]
    if a.shape[-2] < n:
        return np.full(a.shape if what == "q" else (*a.shape[:-2], n, n), np.nan)
    q, r = np.linalg.qr(a)
    pivots = np.diagonal(r, axis1=-2, axis2=-1)
    bad |= (np.abs(pivots) <= 1e-12 * np.abs(a).max(axis=(-2, -1))[..., None]).any(axis=-1)
    turn = np.where(pivots < 0, -1.0, 1.0) * np.where(np.arange(n) % 2 == 0, -1.0, 1.0)
    out = q * turn[..., None, :] if what == "q" else r * turn[..., :, None]
    return np.where(bad[..., None, None], np.nan, out)


def cholesky_factor(a: Array) -> Array:
    """Lower triangular L with a = L L^T; NaN where a is not symmetric positive definite."""
    a, bad = finite(a)
    bad |= ~_symmetric(a)
    eye = np.eye(a.shape[-1])
    out = where_possible(np.linalg.cholesky, np.where(bad[..., None, None], eye, a))
    return np.where(bad[..., None, None], np.nan, out)


def ranks(a: Array) -> Array:
    """The rank of each."""
    a, bad = finite(a)
    return np.where(bad, np.nan, np.linalg.matrix_rank(a).astype(float))


def semidefinite(a: Array) -> Array:
    """1 where it is symmetric and positive semidefinite, else 0."""
    a, bad = finite(a)
    w = np.linalg.eigvalsh(a)
    holds = _symmetric(a) & (w[..., 0] >= -1e-9 * np.abs(w).max(axis=-1))
    return np.where(bad, np.nan, holds.astype(float))


def spectral_norm(a: Array, nuclear: bool) -> Array:
    """The largest singular value, or the sum of all."""
    a, bad = finite(a)
    s = np.linalg.svd(a, compute_uv=False)
    return np.where(bad, np.nan, s.sum(axis=-1) if nuclear else s.max(axis=-1))


def pseudoinverse(a: Array) -> Array:
    """The pseudoinverse of each; singular values that rounding alone can make are none."""
    return np.asarray(np.linalg.pinv(a, rcond=1e-13))


def powers(a: Array, k: Array) -> Array:
    """a^k for whole numbers k, one a world; NaN for others."""
    lead = np.broadcast_shapes(a.shape[:-2], k.shape)
    a, k = np.broadcast_to(a, lead + a.shape[-2:]), np.broadcast_to(k, lead)
    out = np.full(a.shape, np.nan)
    for at in np.ndindex(lead):
        if k[at] == np.floor(k[at]) and 0 <= k[at] <= MAX_POWER:
            out[at] = np.linalg.matrix_power(a[at], int(k[at]))
    return out


def where_possible(op: Callable[[Array], Any], a: Array) -> Array:
    """op of each matrix; NaN for singular ones."""
    try:
        return np.asarray(op(a))
    except np.linalg.LinAlgError:
        flat = a.reshape((-1, *a.shape[-2:]))
        parts: list[Array | None] = []
        for m in flat:
            try:
                parts.append(op(m))
            except np.linalg.LinAlgError:
                parts.append(None)
        good = next((p for p in parts if p is not None), None)
        if good is None:
            good = np.full(a.shape[-2:], np.nan)
        out = np.array([np.full(np.shape(good), np.nan) if p is None else p for p in parts])
        return out.reshape(a.shape[:-2] + np.shape(good))
