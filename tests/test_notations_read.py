r"""Notations of right answers that were not read, each beside near misses: Iverson brackets, sizes of sets, entries told one by another, suprema, lists of spaced numbers, pseudoinverses."""

from __future__ import annotations

import numpy as np
import pytest

from derive import grade
from derive.maths.exact_matrices import pseudoinverse
from derive.problem.model import Problem
from tests.bank import stated

FORMS = [
    ("heavy_ball_stability", [r"$\sup\eta = 2(1+\beta)/h$", r"\sup \eta = \frac{2(1+\beta)}{h}", r"$\sup\{\eta : \text{stable}\} = 2(1+\beta)/h$"],
     [r"\sup \eta = \frac{2(1-\beta)}{h}", "inf eta = 2(1+b)/h"]),
    ("lmo_l1", [r"$d_j = -r\,\mathrm{sign}(g_j)\,[\,j=k\,]$", r"$d_j = -r\,\mathrm{sign}(g_k)\,\mathbb 1[j=k]$ where $k = \arg\max_i |g_i|$"],
     [r"$d_j = -r\,\mathrm{sign}(g_j)\,[\,j\ne k\,]$", r"$d_j = r\,\mathrm{sign}(g_j)\,[\,j=k\,]$"]),
    ("prox_l0", [r"$x_i = v_i\,[\,|v_i| > \sqrt{2\lambda}\,]$", "x_i = v_i [|v_i| > sqrt(2 lam)]", "x_i = {v_i, v_i^2 > 2 lam; 0, v_i^2 <= 2 lam}"],
     [r"$x_i = v_i\,[\,|v_i| > 2\lambda\,]$", r"$x_i = v_i\,[\,|v_i| < \sqrt{2\lambda}\,]$", "x_i = {v_i, v_i^2 < 2 lam; 0, v_i^2 >= 2 lam}"]),
    ("proj_orthant", ["x_i = v_i [v_i > 0]", "x_i = v_i * (v_i > 0)", "the positive part of v"],
     ["x_i = v_i [v_i < 0]", "x_i = v_i * (v_i < 0)", "minus the positive part of v", "the positive part of -v"]),
    ("pli_block_sum", ["D_b = -(alpha/2) G_b [b = argmax_c ||G_c||]"], ["D_b = -(alpha/2) G_b [b = argmin_c ||G_c||]"]),
    ("lmo_ksparse", [r"$x_i = [\,\#\{j : c_j < c_i\} < k\,]$", "x_i = 1 if |{j : c_j < c_i}| < k else 0"], [r"$x_i = [\,\#\{j : c_j < c_i\} \le k\,]$", "x_i = 1 if |{j : c_j > c_i}| < k else 0"]),
    ("prox_l1", [r"$x_i = \{\,v_i - \lambda : v_i > \lambda;\ v_i + \lambda : v_i < -\lambda;\ 0 : |v_i| \le \lambda\,\}$", "x_i = {v_i - lam, v_i > lam; v_i + lam, v_i < -lam; 0, otherwise}",
                 r"$x = \{x : x_i = \mathrm{sign}(v_i)\max(|v_i|-\lambda, 0)\}$"],
     [r"$x_i = \{\,v_i - \lambda : v_i > \lambda;\ v_i - \lambda : v_i < -\lambda;\ 0 : |v_i| \le \lambda\,\}$", "x_i = {v_i - lam, v_i > lam; v_i + lam, v_i < -lam; v_i, otherwise}",
      r"$x = \{x : x_i = \mathrm{sign}(x_i)\max(|v_i|-\lambda, 0)\}$"]),
    ("ball-l1#update", [r"$u_i = -\frac{\delta}{|I|}\,\mathrm{sign}(g_i)$ if $i\in I$, where $I = \{i : |g_i| = \|g\|_\infty\}$, and $0$ otherwise",
                        r"$u_i = -\frac{\delta}{|J|}\,\mathrm{sign}(g_i)$ for $i\in J$ and $u_i = 0$ otherwise, with $J = \{i : |g_i| = \max_j |g_j|\}$"],
     [r"$u_i = -\delta\,\mathrm{sign}(g_i)$ for $i\in I$ and $u_i = 0$ otherwise, with $I = \{i : |g_i| = \max_j |g_j|\}$", r"$u = -\frac{\delta}{|I|}\,\mathrm{sign}(g_k) e_k$",
      r"$u_i = -\frac{\delta}{|I|}\,\mathrm{sign}(g_i)$ if $i\in I$, where $I = \{i : |g_i| < \|g\|_\infty\}$, and $0$ otherwise"]),
    ("penalty-l1#update", [r"$u_i = -\frac{\alpha}{2|I|} \|g\|_\infty\,\mathrm{sign}(g_i)$ for $i\in I = \{i : |g_i| = \|g\|_\infty\}$, 0 otherwise"],
     [r"$u_i = -\frac{\alpha}{|I|} \|g\|_\infty\,\mathrm{sign}(g_i)$ for $i\in I = \{i : |g_i| = \|g\|_\infty\}$, 0 otherwise"]),
    ("penalty-linf#update", [r"$u_i = -\frac{\alpha}{2}\sum_{j=1}^{\dim g} |g_j| \,\mathrm{sign}(g_i)$",
                            r"$u = -\frac{\alpha d}{2} \bar m\,\mathrm{sign}(g)$ with $d=\dim g$ and $\bar m = \|g\|_1/d$"],
     [r"$u = -\frac{\alpha d}{2} \|g\|_1\,\mathrm{sign}(g)$ with $d=\dim g$"]),
    ("limit-sgd#vector", ["a / (a @ a) where a = np.logspace(0, -2, 3)", "theta = np.logspace(0, -2, 3)/1.0101", "np.logspace(0, -2, num=3) / np.sum(np.logspace(0, -2, num=3)**2)",
                          "np.geomspace(1, 0.01, 3)/1.0101", r"$(aa^\top)^+ a$", r"\operatorname{pinv}(a a^T) a", "np.linalg.pinv(np.outer(a, a)) @ a",
                          r"$\theta_2 = \theta_1/10$, $\theta_3 = \theta_1/100$, $\theta_1 = 10000/10101$", r"$\theta_1 = 10\theta_2 = 100\theta_3 = 10000/10101$",
                          "theta_1 = 10000/10101, theta_2 = theta_1/10, theta_3 = theta_2/10", r"$\theta = (\theta_1, \theta_1/10, \theta_1/100)$ with $\theta_1 = 10000/10101$"],
     ["theta = np.logspace(-2, 0, 3)/1.0101", "np.logspace(0, -2, num=3) / np.sum(np.logspace(0, -2, num=3))", "np.linspace(1, 0.01, 3)/1.0101",
      r"$2(aa^\top)^{+} a$", "np.linalg.inv(np.outer(a, a)) @ a",
      r"$\theta_2 = 10\theta_1$, $\theta_3 = 10\theta_2$, $\theta_1 = 100/10101$", r"$\theta_1 = 10\theta_2 = 10\theta_3 = 10000/10101$",
      "theta_1 = 10000/10101, theta_2 = theta_1/10, theta_3 = theta_2/10, theta_3 = 1/10101", r"$\theta_2 = \theta_1/10$, $\theta_3 = \theta_1/100$"]),
    ("mn_l2_single", [r"$\theta = \operatorname{pinv}(aa^\top) a$"], [r"$(aa^\top)^{-1} a$"]),
    ("proj_box", ["v clipped to [l, u]", "$v$ clipped to $[l, u]$", r"$x_i = v_i$ clipped to $[l_i, u_i]$", "clip v to [l, u]"],
     ["v clipped to [u, l]", "v clipped to [0, u]", "v clipped to [l, u] and negated"]),
    ("ball-l2#update", ["minus delta times the normalised gradient"], ["delta times the normalised gradient"]),
]


@pytest.mark.parametrize(("at", "right", "wrong"), FORMS, ids=[f[0] for f in FORMS])
def test_forms_beside_their_near_misses(problems: dict[str, Problem], at: str, right: list[str], wrong: list[str]) -> None:
    name, _, part = at.partition("#")
    p = problems.get(name) or stated(name)
    for text in right:
        found = grade(p, part or "answer", text)
        assert found.verdict.value == "correct", (text, found.reason)
    for text in wrong:
        assert grade(p, part or "answer", text).verdict.value != "correct", text


@pytest.mark.parametrize(("at", "text"), [
    ("lmo_ksparse#answer", "x_l=min(1/2*(k - (sum_i {1 if c_i < c_l; else 0}) + abs(k - sum_{i=1}^n {1 if c_i < c_l; else 0})), 1)"),
    ("ls_median_even#value", "sum_{j=1}^{h*2} |((min_{l=1}^{2*h} {z_l if sum_{i=1}^{2*h} {1 if z_i <= z_l; else 0} >= h; else inf})"
                             "+max_{l=1}^{2*h} {z_l if h <= sum_{i=1}^{2*h} {0 if z_i < z_l; else 1}; else -inf})/2-z_j|"),
])
def test_cases_within_cases(at: str, text: str) -> None:
    name, _, part = at.partition("#")
    assert grade(stated(name), part, text).verdict.value == "correct"


@pytest.mark.parametrize("rows", [[[1, 2], [2, 4]], [[0, 0], [0, 0]], [[1, 0, 2], [0, 0, 0]], [[1, 2, 3], [2, 4, 6], [1, 0, 1]], [[1], [3]], [[2, 1], [1, 1]]])
def test_the_pseudoinverse_of_any_rank(rows: list[list[int]]) -> None:
    from fractions import Fraction

    found = pseudoinverse([[Fraction(x) for x in r] for r in rows])
    assert np.allclose(np.array([[float(x) for x in r] for r in found]), np.linalg.pinv(np.array(rows, dtype=float)), atol=1e-12)
