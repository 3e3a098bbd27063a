"""Programs for the bank's matrix, weighting and ordering problems: (part, right, near misses)."""

from __future__ import annotations

SVD = "U, s, Vt = np.linalg.svd(A, full_matrices=False)\n"
FACTORS = [
    ("ls_eckart_young#answer", SVD + "X = U[:, :k] @ np.diag(s[:k]) @ Vt[:k]",
     [SVD + "X = U[:, :k] @ np.diag(s[:k]) @ Vt[:k - 1]", SVD + "X = U[:, :k] @ np.diag(s[:k]) @ Vt[:, :k].T", SVD + "X = U[:, 1:k] @ np.diag(s[1:k]) @ Vt[1:k]"]),
    ("ls_eckart_young#answer", "import numpy as np\nU, s, Vt = np.linalg.svd(A)\nX = (U[:, :k] * s[:k]) @ Vt[:k, :]",
     ["import numpy as np\nU, s, Vt = np.linalg.svd(A)\nX = (U[:, :k] / s[:k]) @ Vt[:k, :]", "import numpy as np\nU, s, Vt = np.linalg.svd(A)\nX = U[:, :k] @ Vt[:k, :]"]),
    ("ls_eckart_young#answer", SVD + "s[k:] = 0\nX = U @ np.diag(s) @ Vt", [SVD + "s[:k] = 0\nX = U @ np.diag(s) @ Vt", SVD + "s[k - 1:] = 0\nX = U @ np.diag(s) @ Vt"]),
    ("ls_eckart_young#answer", SVD + "X = sum(s[i] * np.outer(U[:, i], Vt[i]) for i in range(k))",
     [SVD + "X = sum(s[i] * np.outer(U[:, i], Vt[i]) for i in range(k + 1))", SVD + "X = sum(np.outer(U[:, i], Vt[i]) for i in range(k))"]),
    ("ls_eckart_young#value", SVD + "np.sum(s[k:] ** 2)", [SVD + "np.sum(s[:k] ** 2)", SVD + "np.sum(s[k:])"]),
    ("mn_nuclear#answer", SVD + "X = np.outer(U[:, 0], Vt[0]) / s[0]",
     [SVD + "X = np.outer(U[:, 0], Vt[0])", SVD + "X = np.outer(U[:, -1], Vt[-1]) / s[-1]", SVD + "X = np.outer(U[:, 0], Vt[:, 0]) / s[0]", SVD + "X = np.outer(U[:, 0], Vt[0]) * s[0]"]),
    ("prox_nuclear#answer", "U, s, Vt = np.linalg.svd(V, full_matrices=False)\nX = (U * np.maximum(s - lam, 0)) @ Vt",
     ["U, s, Vt = np.linalg.svd(V, full_matrices=False)\nX = (U * np.maximum(s + lam, 0)) @ Vt", "U, s, Vt = np.linalg.svd(V, full_matrices=False)\nX = U @ np.diag(s - lam) @ Vt"]),
    ("lmo_spectral#answer", "U, _, Vt = np.linalg.svd(G, full_matrices=False)\nD = -r * U @ Vt",
     ["U, _, Vt = np.linalg.svd(G, full_matrices=False)\nD = r * U @ Vt", "U, s, Vt = np.linalg.svd(G, full_matrices=False)\nD = -r * U @ np.diag(s) @ Vt"]),
    ("ib_newton_schulz#answer", "U, S, V = torch.svd(G)\nX = U @ V.T", ["U, S, V = torch.svd(G)\nX = U @ V", "U, S, V = torch.svd(G)\nX = U @ torch.diag(S) @ V.T"]),
    ("proj_psd#answer", "w, Q = np.linalg.eigh(S)\nX = (Q * np.maximum(w, 0)) @ Q.T",
     ["w, Q = np.linalg.eigh(S)\nX = (Q * np.abs(w)) @ Q.T", "w, Q = np.linalg.eigh(S)\nX = (Q * np.maximum(w, 0)) @ Q"]),
]
WEIGHTS = [
    ("ls_weighted#answer", "np.linalg.solve(X.T @ (a[:, None] * X), X.T @ (a * y))",
     ["np.linalg.solve(X.T @ (a[:, None] * X), X.T @ y)", "np.linalg.solve(X.T @ (a[:, None] ** 2 * X), X.T @ (a * y))", "np.linalg.solve(X.T @ X, X.T @ (a * y))"]),
    ("ls_weighted#answer", "W = np.sqrt(a)[:, None]\nw = np.linalg.lstsq(W * X, np.sqrt(a) * y, rcond=None)[0]", ["W = a[:, None]\nw = np.linalg.lstsq(W * X, a * y, rcond=None)[0]"]),
    ("ls_weighted#answer", "w = np.linalg.solve((X.T * a) @ X, (X.T * a) @ y)", ["w = np.linalg.solve((X.T / a) @ X, (X.T / a) @ y)"]),
    ("ls_weighted#answer", "M = sum(a[i] * np.outer(X[i], X[i]) for i in range(len(y)))\nb = sum(a[i] * y[i] * X[i] for i in range(len(y)))\nw = np.linalg.solve(M, b)",
     ["M = sum(a[i] * np.outer(X[i], X[i]) for i in range(len(y)))\nb = sum(y[i] * X[i] for i in range(len(y)))\nw = np.linalg.solve(M, b)"]),
    ("ls_ols#answer", "Q, R = np.linalg.qr(X)\nw = np.linalg.solve(R, Q.T @ y)", ["Q, R = np.linalg.qr(X)\nw = np.linalg.solve(R.T, Q.T @ y)", "Q, R = np.linalg.qr(X)\nw = Q.T @ y"]),
    ("ls_ols#answer", "from scipy.linalg import solve_triangular\nQ, R = np.linalg.qr(X)\nw = solve_triangular(R, Q.T @ y)",
     ["from scipy.linalg import solve_triangular\nQ, R = np.linalg.qr(X)\nw = solve_triangular(R, Q.T @ y, lower=True)"]),
    ("ls_gls#answer", "L = np.linalg.cholesky(S)\nA = np.linalg.solve(L, X)\nb = np.linalg.solve(L, y)\nw = np.linalg.lstsq(A, b, rcond=None)[0]",
     ["L = np.linalg.cholesky(S)\nA = np.linalg.solve(L.T, X)\nb = np.linalg.solve(L.T, y)\nw = np.linalg.lstsq(A, b, rcond=None)[0]",
      "L = np.linalg.cholesky(S)\nA = L @ X\nb = L @ y\nw = np.linalg.lstsq(A, b, rcond=None)[0]"]),
]
SORTED = "def project(v):\n    u = np.sort(v)%s\n    c = (np.cumsum(u) - %s) / np.arange(1, len(v) + 1)\n    k = np.nonzero(u > c)[0][%s]\n    return np.maximum(v - c[k], 0)"
DUCHI = "u = np.sort(v)[::-1]\ncss = np.cumsum(u) - 1\nind = np.arange(len(v)) + 1\ncond = u - css / ind > 0\nrho = ind[cond][-1]\ntheta = css[cond][-1] / %s\nx = np.maximum(v - theta, 0)"
ORDERS = [
    ("proj_simplex#answer", SORTED % ("[::-1]", "1", "-1"), [SORTED % ("", "1", "-1"), SORTED % ("[::-1]", "2", "-1"), SORTED % ("[::-1]", "1", "0")]),
    ("proj_simplex#answer", DUCHI % "float(rho)", [DUCHI % "len(v)", DUCHI % "(rho + 1)"]),
    ("lmo_ksparse#answer", "x = np.zeros(len(c))\nx[np.argsort(c)[:k]] = 1",
     ["x = np.zeros(len(c))\nx[np.argsort(-c)[:k]] = 1", "x = np.zeros(len(c))\nx[np.argsort(c)[:k + 1]] = 1", "x = np.zeros(len(c))\nx[np.argsort(c)[k:]] = 1",
      "x = np.ones(len(c))\nx[np.argsort(c)[:k]] = 0", "x = np.zeros(len(c))\nx[np.sort(c)[:k]] = 1"]),
    ("lmo_ksparse#answer", "x = np.zeros_like(c)\nfor i in np.argsort(c)[:k]:\n    x[i] = 1", ["x = np.zeros_like(c)\nfor i in np.argsort(c)[:k]:\n    x[i] = 1 / k"]),
    ("lmo_ksparse#answer", "x = np.zeros(len(c))\ntop = np.argsort(c)[::-1][-k:]\nx[top] = 1", ["x = np.zeros(len(c))\ntop = np.argsort(c)[-k:]\nx[top] = 1"]),
    ("lmo_ksparse#answer", "x = (c <= np.sort(c)[k - 1]).astype(float)", ["x = (c < np.sort(c)[k - 1]).astype(float)", "x = (c <= np.sort(c)[k]).astype(float)"]),
    ("lmo_ksparse#value", "np.sort(c)[:k].sum()", ["np.sort(c)[-k:].sum()", "np.sort(c)[:k].mean()", "c[:k].sum()"]),
    ("grad_softmax_ce#answer", "p = np.exp(z - z.max())\np = p / p.sum()\ngrad = p - np.eye(len(z))[k0]", ["p = np.exp(z - z.max())\np = p / p.max()\ngrad = p - np.eye(len(z))[k0]"]),
]
PROGRAMS = [*FACTORS, *WEIGHTS, *ORDERS]
