"""Programs that put arrays together, sum over named indices, choose rows by columns: what is read has the value that NumPy computes."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import ReadError
from derive.maths.code import read_code
from derive.maths.evaluate import evaluate
from derive.maths.exact import exact, flatten
from derive.maths.symbols import Scope, Symbol
from derive.maths.worlds import world_sets

SYMBOLS = {"g": Symbol("g", ("n",)), "h": Symbol("h", ("m",)), "A": Symbol("A", ("m", "n"), domain="frr"), "X": Symbol("X", ("m", "n")),
           "S": Symbol("S", ("n", "n"), domain="spd"), "k": Symbol("k", domain="count"), "alpha": Symbol("alpha", domain="positive")}
SCOPE = Scope(SYMBOLS, frozenset({"m", "n"}), "n", "u")
SETS = [s for size in (3, 4) for s in world_sets(SYMBOLS, ("generic",), sizes=(size,), count=2)]

SYSTEM = "K = np.block([[S, A.T], [A, np.zeros((m, m))]])\n"
STACKED = "B = np.vstack([X, alpha * np.eye(n)])\nc = np.concatenate([h, np.zeros(n)])\n"

PROGRAMS = [
    SYSTEM + "u = np.linalg.solve(K, np.concatenate([-g, h]))[:n]",
    SYSTEM + "u = np.linalg.solve(K, np.r_[-g, h])[n:]",
    SYSTEM + "u = np.linalg.solve(K, np.r_[-g, h])[-m:]",
    SYSTEM + "u = (np.linalg.inv(K) @ np.append(g, h))[:-m]",
    SYSTEM + "u, nu = np.split(np.linalg.solve(K, np.hstack([g, h])), [n])",
    SYSTEM + "u = np.linalg.inv(K)[:n, n:]",
    SYSTEM + "u = (K @ K)[n:, :n]",
    SYSTEM + "u = np.linalg.norm(K @ np.r_[g, h]) + np.sum(np.r_[g, h] ** 2)",
    "K = np.block([[np.zeros((m, m)), A], [A.T, S]])\nu = np.linalg.solve(K, np.r_[h, g])[m:]",
    "K = np.block([[A, np.zeros((m, m))], [S, A.T]])\nu = np.linalg.solve(K, np.r_[h, g])[:n]",
    "K = np.block([[np.eye(m), X], [X.T, -alpha * np.eye(n)]])\nu = np.linalg.solve(K, np.r_[h, g])[m:]",
    "K = np.zeros((n + m, n + m))\nK[:n, :n] = S\nK[:n, n:] = A.T\nK[n:, :n] = A\nr = np.zeros(n + m)\nr[:n] = g\nr[n:] = h\nu = np.linalg.solve(K, r)[:n]",
    "top = np.hstack([S, A.T])\nlow = np.concatenate([A, np.zeros((m, m))], axis=1)\nu = np.linalg.solve(np.concatenate((top, low)), np.r_[g, h])[:n]",
    STACKED + "u = np.linalg.lstsq(B, c, rcond=None)[0]",
    STACKED + "u = np.linalg.pinv(B) @ c",
    STACKED + "u = np.linalg.solve(B.T @ B, B.T @ c)",
    STACKED + "w, *_ = np.linalg.lstsq(B, c, rcond=None)\nu = np.sum((B @ w - c) ** 2)",
    "W = np.hstack([S, alpha * np.eye(n)])\nu = (np.linalg.pinv(W) @ g)[n:]",
    "B = np.r_[X, alpha * np.eye(n)]\nu = B.T @ np.r_[h, g]",
    "u = np.polyfit(g, g * g - 1, 1)",
    "u = np.polyfit(g, S @ g, 2)",
    "u = np.polynomial.polynomial.polyfit(g, S @ g, 1)",
    "B = np.c_[g, np.ones(n)]\nu = np.linalg.inv(B.T @ B) @ B.T @ (S @ g)",
    "B = np.vstack([g, np.ones(len(g))]).T\na, b = np.linalg.lstsq(B, S @ g, rcond=None)[0]\nu = a - 2 * b",
    "B = np.stack([np.ones_like(g), g], axis=1)\nu = np.linalg.pinv(B) @ (S @ g)",
    "B = np.vander(g, 2)\nu = B.T @ B",
    "u = np.cov(g, S @ g)", "u = np.cov(g, S @ g, bias=True)[0, 1] / np.var(g)", "u = np.cov(X, rowvar=False, bias=True)", "u = np.var(g, ddof=1)",
    "u = np.einsum('ki,kj->ij', X, X)", "u = np.einsum('ij,jk->ik', X, S)", "u = np.einsum('ij,jk', X, S)", "u = np.einsum('ij,kj->ki', X, A)",
    "u = np.einsum('i,i->', g, g)", "u = np.einsum('i,i', g, g)", "u = np.einsum('i,j->ij', g, h)", "u = np.einsum('ii->', S)", "u = np.einsum('ii', S)",
    "u = np.einsum('ii->i', S)", "u = np.einsum('ij->i', X)", "u = np.einsum('ij->j', X)", "u = np.einsum('ij->ji', X)", "u = np.einsum('ij->', X)",
    "u = np.einsum('k,ki,kj->ij', h, X, A)", "u = np.einsum('i,ij,j->', g, S, g)", "u = np.einsum('ij,ij->i', X, A)", "u = np.einsum('ij,j->i', S, g)", "u = np.einsum('ji', X)",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nu = -alpha * X / np.where(r > 1, r, 1)",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nu = np.where(r > 2, X / r, 0.5)",
    "r = np.linalg.norm(X, axis=0)\nu = np.where(r > 2, X / r, 0)",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nr[r < 3] = 1\nu = X / r",
    "r = np.linalg.norm(X, axis=1)\nd = r > 3\nu = np.zeros_like(X)\nu[d] = -alpha * X[d] / r[d][:, None]",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nu = X / np.maximum(3, r)",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nu = np.divide(X, r, out=np.zeros_like(X), where=r > 3)",
    "r = np.linalg.norm(X, axis=1, keepdims=True)\nu = -r * X",
    "u = np.zeros_like(X)\nfor i in range(m):\n    r = np.linalg.norm(X[i])\n    if r > 3:\n        u[i] = X[i] / r",
    "u = np.array([-row / np.linalg.norm(row) for row in X])", "u = np.stack([row * g for row in X], axis=1)",
    "u = g.copy()\nu[g < 0] = g[g < 0].sum()", "u = g.copy()\nm_ = np.abs(g) > 2\nu[m_] = g[m_] - 2 * np.sign(g[m_])",
    "u = g.copy()\nfor i in range(len(g)):\n    u[i] = 2 * g[i]\n    u[i] *= alpha",
    "u = g.copy()\nfor i in range(len(g)):\n    if g[i] < 0:\n        u[i] = 0",
    "r = np.linalg.norm(g)\nif r <= alpha:\n    u = g\nelse:\n    u = alpha * g / r",
    "def f(x, r=1.0):\n    s = np.linalg.norm(x)\n    if s > r:\n        x = r * x / s\n    return x\nu = f(g) + f(g, r=alpha)",
    "def f(x):\n    if len(x) < 1:\n        raise ValueError('no entries')\n    return 2 * x\nu = f(g)",
    "u = np.zeros(n)\nu[np.argpartition(g, 2)[:2]] = 1",
    "u = np.linalg.svd(A, full_matrices=False).S", "u = np.linalg.eigh(S).eigenvalues",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_read_is_what_numpy_computes(program: str) -> None:
    e = read_code(program, SCOPE)
    for ws in SETS:
        for j, w in enumerate(ws.worlds):
            values = {n: np.array(v[j]) for n, v in ws.batch.values.items()}
            m, n = values["X"].shape
            space: dict[str, object] = {"np": np, **values, "k": int(values["k"]), "alpha": float(values["alpha"]), "m": m, "n": n}
            exec(program, space)  # our own programs, to compare with
            wanted = np.asarray(space["u"], dtype=float)
            assert np.allclose(np.asarray(evaluate(e, ws.batch))[j], wanted)
            if j == 0:
                assert np.allclose(np.array([float(x) for x in flatten(exact(e, w))]).reshape(wanted.shape), wanted)


@pytest.mark.parametrize(("program", "says"), [
    (SYSTEM + "u = np.linalg.solve(K, np.concatenate([h, -g]))[:n]", "parts do not fit"), (SYSTEM + "u = np.linalg.solve(K, np.r_[g, h])", "no name"),
    (SYSTEM + "u = np.linalg.solve(K, np.r_[g, h])[:m]", "inside a block"), (SYSTEM + "u = np.linalg.solve(K, np.r_[g, h])[:k]", "inside a block"),
    (SYSTEM + "u = K @ g", "parts do not fit"), ("u = np.vstack([X, S, A.T])", "do not fit"), ("u = np.concatenate([g, h])", "no name"),
    ("u = np.hstack([X, S])", "do not fit"), ("u = np.einsum('ki,kj->ij', X, S)", "size"), ("u = np.einsum('i,j->k', g, h)", "einsum"), ("u = np.einsum('ij->i', g)", "indices"),
    ("u = np.einsum('...i,i->...', X, g)", "einsum"), ("u = np.where(np.linalg.norm(X, axis=1) > 1, X, 0)", "another size"),
    ("a, b, c = np.polyfit(g, g, 1)\nu = a * g", "taken apart"), ("u = np.polyfit(g, g, 7)", "second power"),
    ("u = g.copy()\nu[g > 0] = g[g < 0]", "mask"), ("u = np.zeros(n)\nu[np.argpartition(g, 2)[:3]] = 1", "argpartition"), ("u = np.cov(g, h)", "covariance"),
    ("u = g.copy()\nfor i in range(1, len(g)):\n    u[i] = 2 * g[i]", "every entry|not followed"),
])
def test_what_does_not_fit_is_said(program: str, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read_code(program, SCOPE)
