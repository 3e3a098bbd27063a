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
FURTHER: list[tuple[str, str, list[str]]] = [
    ("ls_weighted#answer", "W = np.diag(a)\nw = np.linalg.inv(X.T @ W @ X) @ X.T @ W @ y",
     ["w = np.linalg.solve(X.T @ (a[:, None] * X), X.T @ (a * y))\nw = w / 2",
      "w = np.linalg.solve(X.T @ (a * X), X.T @ (a * y))",
      "w = np.linalg.solve(X.T @ (a[None, :] * X), X.T @ (a * y))",
      "sw = np.sqrt(a)\nQ, R = np.linalg.qr(sw[:, None] * X)\nw = np.linalg.solve(R, Q.T @ (a * y))"]),
    ("ls_weighted#answer", "A = X * np.sqrt(a)[:, None]\nb = np.sqrt(a) * y\nw = np.linalg.pinv(A) @ b",
     []),
    ("ls_weighted#answer", "w = np.linalg.solve((a.reshape(-1, 1) * X).T @ X, X.T @ (a * y))",
     []),
    ("ls_weighted#answer", "sw = np.sqrt(a)\nQ, R = np.linalg.qr(sw[:, None] * X)\nw = np.linalg.solve(R, Q.T @ (sw * y))",
     []),
    ("lmo_ksparse#answer", "idx = np.argsort(c)\nx = np.zeros(len(c))\nx[idx[:k]] = 1.0",
     ["x = np.zeros(len(c))\nx[np.argsort(c)[:k]] = c[np.argsort(c)[:k]]",
      "x = np.zeros(len(c))\nx[:k] = 1",
      "x = np.ones(len(c))\nx[np.argsort(c)[k:]] = 1",
      "x = np.zeros(len(c))\nx[np.argsort(c)[-k:]] = 1",
      "x = np.zeros(len(c))\nx[np.argsort(c)[:k]] += 1\nx[0] = 1",
      "rank = np.argsort(c)\nx = (rank < k).astype(float)",
      "x = np.zeros(len(c))\nx[np.argmin(c)] = k",
      "x = np.zeros(len(c))\nx[np.argsort(c)[1:k+1]] = 1"]),
    ("lmo_ksparse#answer", "x = np.zeros(len(c))\nfor i in range(k):\n    x[np.argsort(c)[i]] = 1",
     []),
    ("lmo_ksparse#answer", "t = np.sort(c)[k-1]\nx = np.where(c <= t, 1.0, 0.0)",
     []),
    ("lmo_ksparse#answer", "order = sorted(range(len(c)), key=lambda i: c[i])\nx = np.zeros(len(c))\nx[order[:k]] = 1",
     []),
    ("lmo_ksparse#answer", "rank = np.argsort(np.argsort(c))\nx = (rank < k).astype(float)",
     []),
    ("proj_simplex#answer", "v_sorted = np.sort(v)[::-1]\ncs = np.cumsum(v_sorted)\nj = np.arange(1, len(v) + 1)\nrho = np.max(np.where(v_sorted - (cs - 1) / j > 0)[0])\n"
     "theta = (cs[rho] - 1) / (rho + 1)\nx = np.maximum(v - theta, 0)",
     ["s = np.sort(v)[::-1]\nt = (np.cumsum(s) - 1) / np.arange(1, len(v) + 1)\nrho = (s > t).sum()\nx = np.maximum(v - t[rho], 0)",
      "s = np.sort(v)[::-1]\nt = np.min((np.cumsum(s) - 1) / np.arange(1, len(v) + 1))\nx = np.clip(v - t, 0, None)",
      "s = np.sort(v)\nt = np.max((np.cumsum(s) - 1) / np.arange(1, len(v) + 1))\nx = np.clip(v - t, 0, None)",
      "s = np.sort(v)[::-1]\nt = np.max((np.cumsum(s) - 1) / np.arange(len(v)))\nx = np.clip(v - t, 0, None)"]),
    ("proj_simplex#answer", "s = np.sort(v)[::-1]\nt = (np.cumsum(s) - 1) / np.arange(1, len(v) + 1)\nrho = (s > t).sum()\nx = np.maximum(v - t[rho - 1], 0)",
     []),
    ("proj_simplex#answer", "s = np.sort(v)[::-1]\nt = np.max((np.cumsum(s) - 1) / np.arange(1, len(v) + 1))\nx = np.clip(v - t, 0, None)",
     []),
    ("prox_nuclear#answer", "U, s, Vh = np.linalg.svd(V, full_matrices=False)\ns = np.clip(s - lam, 0, None)\nX = U @ np.diag(s) @ Vh",
     ["U, s, Vh = np.linalg.svd(V, full_matrices=False)\ns = np.clip(s - lam, 0, None)\nX = U @ np.diag(s) @ Vh.T",
      "U, s, Vh = np.linalg.svd(V, full_matrices=False)\nX = s.max() * np.outer(U[:, 0], Vh[0])"]),
    ("prox_nuclear#answer", "U, s, Vh = np.linalg.svd(V, full_matrices=False)\nX = np.zeros(V.shape)\nfor i in range(len(s)):\n    X += max(s[i] - lam, 0) * np.outer(U[:, i], Vh[i])",
     []),
    ("proj_psd#answer", "w, Q = np.linalg.eigh(S)\nw[w < 0] = 0\nX = Q @ np.diag(w) @ Q.T",
     ["w, Q = np.linalg.eigh(S)\nw[w < 0] = 0\nX = Q.T @ np.diag(w) @ Q",
      "w, Q = np.linalg.eigh(S)\nw[0] = 0\nX = Q @ np.diag(w) @ Q.T",
      "lam, V = np.linalg.eigh(S)\nX = sum(max(lam[i], 0) * np.outer(V[i], V[i]) for i in range(len(lam)))"]),
    ("proj_psd#answer", "lam, V = np.linalg.eigh(S)\nX = sum(max(lam[i], 0) * np.outer(V[:, i], V[:, i]) for i in range(len(lam)))",
     []),
]


def _near(part: str, right: str, *changes: tuple[str, str]) -> tuple[str, str, list[str]]:
    """A right program, and what it becomes by each change."""
    assert all(old in right for old, _ in changes)
    return part, right, [right.replace(old, new) for old, new in changes]


BLOCKS = [
    _near("kkt_eq_qp#answer", "K = np.block([[P, A.T], [A, np.zeros((m, m))]])\nx = np.linalg.solve(K, np.concatenate([-q, b]))[:n]",
          ("-q", "q"), ("[P", "[2 * P"), ("b]", "-b]"), (")[:n]", ")"), ("[:n]", "[n:]"), ("[A, np", "[2 * A, np")),
    _near("kkt_eq_qp#answer", "K = torch.cat([torch.cat([P, A.T], dim=1), torch.cat([A, torch.zeros(m, m)], dim=1)])\nx = torch.linalg.solve(K, torch.cat([-q, b]))[:n]", ("-q", "q")),
    _near("kkt_eq_qp#answer", "K = np.zeros((n + m, n + m))\nK[:n, :n] = P\nK[:n, n:] = A.T\nK[n:, :n] = A\nx, nu = np.split(np.linalg.solve(K, np.r_[-q, b]), [n])\nx", ("-q", "q")),
    _near("ls_ridge#answer", "Xa = np.vstack([X, np.sqrt(lam) * np.eye(n)])\nya = np.concatenate([y, np.zeros(n)])\nw = np.linalg.pinv(Xa) @ ya", ("np.sqrt(lam)", "lam")),
    _near("ls_ridge#answer", "Xa = np.vstack([X, np.sqrt(lam) * np.eye(n)])\nya = np.r_[y, np.zeros(n)]\nw = np.linalg.lstsq(Xa, ya, rcond=None)[0]", ("np.sqrt(lam)", "lam"), ("zeros", "ones")),
    _near("ls_ridge#answer", "Xa = np.vstack([X, np.sqrt(lam) * np.eye(n)])\nya = np.append(y, np.zeros(n))\nw = np.linalg.solve(Xa.T @ Xa, Xa.T @ ya)", ("np.sqrt(lam)", "lam")),
    _near("ls_constrained#answer", "K = np.block([[X.T @ X, C.T], [C, np.zeros((p, p))]])\nw = np.linalg.solve(K, np.concatenate([X.T @ y, d]))[:n]", ("[X.T @ y", "[2 * X.T @ y")),
    _near("mle_gauss_cov#answer", "S = np.einsum('ki,kj->ij', X, X) / X.shape[0]", ("shape[0]", "shape[1]"), ("X.shape[0]", "(X.shape[0] - 1)"), ("->ij", "->i")),
    ("mle_gauss_cov#answer", "S = torch.einsum('bi,bj->bij', X, X).mean(0)", ["S = torch.einsum('bi,bj->bij', X, X).sum(0)", "S = torch.einsum('bi,bj->bij', X, X).mean(0), halved",
      "np.cov(X.T)", "np.cov(X, rowvar=False, bias=True)"]),
    _near("ls_weighted#answer", "w = np.linalg.solve(np.einsum('k,ki,kj->ij', a, X, X), np.einsum('k,ki,k->i', a, X, y))", ("'k,ki,k->i', a, X, y", "'ki,k->i', X, y")),
    _near("ls_line_fit#answer", "s, c = np.polyfit(x, y, 1)", ("s, c", "c, s"), ("x, y", "y, x"), ("1)", "1)[::-1]"), ("1)", "2)"), ("1)", "0)")),
    _near("ls_line_fit#answer", "A = np.vstack([x, np.ones(len(x))]).T\ns, c = np.linalg.lstsq(A, y, rcond=None)[0]", ("s, c", "c, s"), ("ones", "zeros")),
    _near("ls_line_fit#answer", "def fit(x, y):\n    slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)\n    intercept = y.mean() - slope * x.mean()\n    return slope, intercept",
          (", ddof=1", ""), ("y.mean() -", "y.mean() +"), ("return slope, intercept", "return intercept, slope + 1")),
    _near("ls_line_fit#answer", "slope = np.cov(x, y, bias=True)[0, 1] / np.var(x)\nintercept = np.mean(y) - slope * np.mean(x)", (", bias=True", ""), ("np.mean(y) -", "np.mean(y) +")),
    _near("mle_gauss_var#answer", "mu, v = x.mean(), torch.var(x, unbiased=False)", (", unbiased=False", ""), ("x.mean()", "x.sum()")),
    _near("lmo_block_max#answer", "nrm = np.linalg.norm(G, axis=1, keepdims=True)\nD = -r * G / np.where(nrm > 0, nrm, 1)", ("axis=1", "axis=0"), ("-r", "r"), ("nrm, 1)", "nrm**2, 1)")),
    _near("lmo_block_max#answer", "nrm = np.linalg.norm(G, axis=1)\nD = np.zeros_like(G)\nnz = nrm > 0\nD[nz] = -r * G[nz] / nrm[nz][:, None]", ("-r * G[nz] / nrm[nz][:, None]", "-r")),
    _near("lmo_block_max#answer", "D = -r * F.normalize(G, dim=1)", ("dim=1", "dim=0"), ("-r", "r")),
    _near("lmo_l1#answer", "-r * torch.sign(g) * F.one_hot(g.abs().argmax(), num_classes=len(g))", ("g.abs().argmax()", "g.argmax()"), ("-r", "r"), ("abs().argmax()", "abs().argmin()")),
    _near("lmo_ksparse#answer", "_, idx = torch.topk(-c, k)\nx = torch.zeros(n)\nx[idx] = 1", ("-c", "c")),
    _near("prox_hinge#answer", "x = v.copy()\nlow = v < 1 - lam\nx[low] = v[low] + lam\nx[~low & (v <= 1)] = 1", ("v[low] + lam", "v[low] - lam"), ("v[low] + lam", "lam")),
    _near("proj_ball#answer", "d = v - c\ns = np.linalg.norm(d)\nif s <= r:\n    x = v\nelse:\n    x = c + r * d / s", ("x = c + r", "x = r"), ("x = v", "x = c")),
    _near("cnt_ring_volume#answer", "phase = (n - 1) * p / n\ntotal = 2 * phase", ("2 * phase", "3 * phase"), ("(n - 1)", "n")),
]

PROGRAMS = [*FACTORS, *WEIGHTS, *ORDERS, *FURTHER, *BLOCKS]
