"""Programs that factor, sort, slice and broadcast: what is read has the value that NumPy computes, and what depends on a choice is not read."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import ReadError
from derive.maths.code import read_code
from derive.maths.evaluate import evaluate
from derive.maths.exact import exact, flatten
from derive.maths.symbols import Scope, Symbol
from derive.maths.worlds import world_sets

SYMBOLS = {"g": Symbol("g", ("n",)), "h": Symbol("h", ("m",)), "A": Symbol("A", ("m", "n"), domain="fcr"), "S": Symbol("S", ("n", "n"), domain="spd"),
           "k": Symbol("k", domain="count"), "alpha": Symbol("alpha", domain="positive")}
SCOPE = Scope(SYMBOLS, frozenset({"m", "n"}), "n", "u")
SETS = world_sets(SYMBOLS, ("generic",), sizes=(3, 4), count=2)

PROGRAMS = [
    "order = sorted(range(len(g)), key=lambda i: -g[i])\nu = np.zeros(len(g))\nu[order[:2]] = alpha",
    "rank = np.argsort(np.argsort(g))\nu = (rank < k).astype(float)",
    "w, Q = np.linalg.eigh(S)\nw[w < 1] = 0\nu = Q @ np.diag(w) @ Q.T",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = U[:, :k] @ np.diag(s[:k]) @ Vt[:k]",
    "U, s, Vt = np.linalg.svd(A)\nu = (U[:, :k] * s[:k]) @ Vt[:k, :]",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = np.outer(U[:, 0], Vt[0]) / s[0]",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = U @ Vt",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = U @ np.diag(np.maximum(s - alpha, 0)) @ Vt",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = (U * np.maximum(s - alpha, 0)) @ Vt",
    "u = np.linalg.solve(A.T @ (h[:, None] * A), A.T @ (h * h))",
    "u = h[:, None] * g",
    "u = A / h[:, None]",
    "u = A * g",
    "w, Q = np.linalg.eigh(S)\nu = Q[:, -1] * w[-1] * np.sign(Q[0, -1]) + w[0] * S[-1, 0]",
    "w, Q = np.linalg.eigh(S)\nu = (Q * np.maximum(w, 0)) @ Q.T",
    "w, Q = np.linalg.eigh(S)\nu = Q[:, -k:] @ Q[:, -k:].T",
    "u = np.zeros(len(g))\nu[np.argsort(g)[:k]] = 1",
    "u = np.zeros(len(g))\nidx = np.argsort(-np.abs(g))[:k]\nu[idx] = alpha",
    "u = g.copy()\nu[np.argsort(g)[::-1][:2]] = 0",
    "u = np.sort(g)[::-1]",
    "u = np.sort(g)[:k].sum()",
    "u = g[np.argsort(g)]",
    "u = g[np.argsort(g)[0]] + np.cumsum(g)",
    "v = np.sort(g)[::-1]\nc = (np.cumsum(v) - 1) / np.arange(1, len(g) + 1)\nj = np.nonzero(v > c)[0][-1]\nu = np.maximum(g - c[j], 0)",
    "n = len(g)\nv = np.sort(g)[::-1]\ncss = np.cumsum(v) - 1\nind = np.arange(n) + 1\ncond = v - css / ind > 0\nrho = ind[cond][-1]\n"
    "theta = css[cond][-1] / float(rho)\nu = np.maximum(g - theta, 0)",
    "def project(v):\n    u = np.sort(v)[::-1]\n    css = np.cumsum(u)\n"
    "    rho = np.nonzero(u * np.arange(1, len(u) + 1) > (css - 1))[0][-1]\n    theta = (css[rho] - 1) / (rho + 1.0)\n"
    "    return np.maximum(v - theta, 0)\nu = project(g)",
    "Q, R = np.linalg.qr(A)\nu = np.linalg.solve(R, Q.T @ h)",
    "L = np.linalg.cholesky(S)\nu = np.linalg.solve(L.T, np.linalg.solve(L, g))",
    "L = np.linalg.cholesky(S)\nu = L",
    "p = np.exp(g - g.max())\np = p / p.sum()\nu = p - np.eye(len(g))[0]",
    "u = sum(h[i] * np.outer(A[i], A[i]) for i in range(len(h)))",
    "M = np.zeros((A.shape[1], A.shape[1]))\nfor i in range(len(h)):\n    M += h[i] * np.outer(A[i], A[i])\nu = M @ g",
    "u = g[g > 0].sum()",
    "u = np.count_nonzero(g > 0) * g",
    "u = A[:, 0] + A[:, -1]",
    "u = A[0]",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = sum(s[i] * np.outer(U[:, i], Vt[i]) for i in range(len(s)))",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = Vt.T @ ((U.T @ h) / s)",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\ns[k:] = 0\nu = U @ np.diag(s) @ Vt",
    "u = g - g[::-1]",
    "u = np.flatnonzero(g > g.min())[0] * g",
    "u = np.where(g == np.sort(g)[-1], 1, 0)",
    "order = np.argsort(g)\nu = np.zeros_like(g)\nfor i in range(2):\n    u[order[i]] = 1",
    "top = np.argsort(g)[-k:]\nu = np.zeros(len(g))\nu[top] = g[top]",
    "mask = np.zeros(len(g))\nmask[np.argsort(-g)[:k]] = 1\nu = mask * g",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nsk = np.where(np.arange(len(s)) < k, s, 0)\nu = (U * sk) @ Vt",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = np.dot(U[:, :k], np.dot(np.diag(s[:k]), Vt[:k, :]))",
    "U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = np.sum(s[:k]) + np.linalg.norm(s[:k]) + s[:k].max()",
    "u = A[::-1]",
    "U, s, Vt = np.linalg.svd(A)\nu = U[:, :len(s)] @ (s[:, None] * Vt[:len(s)])",
    "u = np.zeros(len(g))\nfor i in np.argsort(g)[:k]:\n    u[i] = 1",
    "u = np.zeros(len(g))\nfor i in range(k):\n    u[np.argsort(-g)[i]] = alpha",
    "u = g.copy()\nu[1:] = alpha",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_read_is_what_numpy_computes(program: str) -> None:
    e = read_code(program, SCOPE)
    for ws in SETS:
        for j, w in enumerate(ws.worlds):
            values = {n: np.array(v[j]) for n, v in ws.batch.values.items()}
            space: dict[str, object] = {"np": np, **values, "k": int(values["k"]), "alpha": float(values["alpha"])}
            exec(program, space)  # our own programs, to compare with
            wanted = np.asarray(space["u"], dtype=float)
            assert np.allclose(np.asarray(evaluate(e, ws.batch))[j], wanted)
            if j == 0:
                assert np.allclose(np.array([float(x) for x in flatten(exact(e, w))]).reshape(wanted.shape), wanted)


@pytest.mark.parametrize(("program", "says"), [
    ("U, s, Vt = np.linalg.svd(A)\nu = U @ Vt", "full_matrices"),
    ("U, s, Vt = np.linalg.svd(A)\nu = U[:, -1]", "full_matrices"),
    ("U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = U[:, :k] @ Vt", "slices"),
    ("U, s, Vt = np.linalg.svd(A, full_matrices=False)\nu = U[:, :k] + Vt[:k].T @ A", "fit|slices|shapes"),
    ("u = g[:k] + g", "slice"), ("u = g[:k]", "slice"), ("u = g[g > 0]", "mask"), ("u = np.sort(A)", "not read"), ("u = g[::2]", "slice"),
    ("u = np.linalg.solve(A, g[:k])", "slice"), ("w, Q = np.linalg.eigh(S, UPLO='U')\nu = w", "not followed"),
    ("import scipy.linalg\nQ, R = scipy.linalg.qr(A)\nu = R", "QR"), ("L = cholesky(S)\nu = L", "Cholesky"),
    ("from scipy.linalg import solve_triangular\nu = solve_triangular(S, g)", "triangular"),
    ("u = np.zeros(len(g))\nu[np.argsort(g)] = g", "not followed"), ("u = (g[:, None] - g) @ g", "column"), ("u = (g[:, None] >= g[None, :]).sum(axis=1)", "column"),
])
def test_what_is_not_determined_is_not_read(program: str, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read_code(program, SCOPE)
