"""The direct lane comes to the same verdict as the full reader and judge, on everything that it takes."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from derive.grading import grade as grading
from derive.grading.direct import Direct, direct_of
from derive.grading.direct_words import ANNOUNCES, TELLS
from derive.grading.keys import Key, key_of
from derive.maths.direct.floats import MARGIN
from derive.maths.direct.forms import ONE, SCALAR, VECTOR, Algebra, Beyond, number
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import value_of
from derive.maths.direct.wide import Wide
from derive.maths.direct.wide_floats import WideAt
from derive.maths.read import readings
from derive.problem.model import Problem

DATA = Path(__file__).parent / "data"
PARTS = [("penalty-l2", "update"), ("penalty-linf", "update"), ("penalty-l1", "update"), ("limit-sgd", "vector"), ("limit-adam", "vector"), ("limit-rescaled", "vector"),
         ("comm-table", "a2a-messages"), ("comm-table", "ring-messages"), ("comm-table", "ring-size"), ("penalty-l2", "value"), ("penalty-l1", "value")]


@pytest.fixture(scope="module")
def lanes(problems: dict[str, Problem]) -> dict[tuple[str, str], tuple[Key, Direct]]:
    out = {}
    for problem, part in PARTS:
        key = key_of(problems[problem], problems[problem].part(part))
        lane = direct_of(key)
        assert lane is not None, (problem, part)
        out[problem, part] = key, lane
    return out


def whole(key: Key, text: str) -> str:
    """The verdict of the full reader and judge."""
    return grading._graded(key, text, "", None).verdict.value


def told(right: bool | None) -> str:
    return "" if right is None else "correct" if right else "incorrect"


# A right form and a near miss beside it.
PLAIN = [
    ("penalty-l2", "update", r"$u = -\frac{\alpha}{2} g$", r"$u = -\frac{\alpha}{3} g$"),
    ("penalty-l2", "update", "-α/2 · ∇f(θ)", "-α/2 · θ"),
    ("penalty-l2", "update", r"\boxed{\Delta\theta = -\tfrac12 \alpha \nabla_\theta f(\theta)}", r"\boxed{\Delta\theta = -\tfrac12 \alpha^2 \nabla_\theta f(\theta)}"),
    ("penalty-l2", "update", r"$u_i = -\frac{\alpha g_i}{2}$", r"$u_i = -\frac{\alpha |g_i|}{2}$"),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2}\langle g, \operatorname{sign}(g)\rangle \operatorname{sign}(g)$", r"$-\frac{\alpha}{2}\langle g, g\rangle \operatorname{sign}(g)$"),
    ("penalty-linf", "update", r"$u_i = -\frac{\alpha}{2}\operatorname{sgn}(g_i)\sum_{j=1}^{n}|g_j|$", r"$u_i = -\frac{\alpha}{2}\operatorname{sgn}(g_i)\sum_{j=1}^{n} g_j$"),
    ("penalty-linf", "update", "-(alpha/2)*np.linalg.norm(g, ord=1)*np.sign(g)", "-(alpha/2)*np.linalg.norm(g)*np.sign(g)"),
    ("penalty-l1", "update", "-(α/2)·maxᵢ|gᵢ|·sign(gₖ)·eₖ", "-(α/2)·maxᵢ|gᵢ|·gₖ·eₖ"),
    ("penalty-l1", "update", r"$u = -\frac{\alpha}{2} g_k e_k$ where $k = \arg\max_i |g_i|$", r"$u = -\frac{\alpha}{2} e_k$ where $k = \arg\max_i |g_i|$"),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2} g_k e_k,\ k=\arg\max_i|g_i|$", r"$u=-\frac{\alpha}{2} g_k e_k,\ k=\arg\min_i|g_i|$"),
    ("penalty-l1", "update", "-alpha/2*np.where(np.arange(len(g))==np.argmax(np.abs(g)), g, 0)", "-alpha/2*np.where(np.abs(g)==np.abs(g).max(), g, 0)"),  # more than one at ties
    ("penalty-l1", "update", r"$u_i=\begin{cases}-\frac{\alpha}{2} g_i & i=k\\0&i\neq k\end{cases}$", r"$u_i=\begin{cases}-\frac{\alpha}{2} |g_i| & i=k\\0&i\neq k\end{cases}$"),
    ("penalty-l1", "update", "-alpha/2*g[np.argmax(np.abs(g))]*np.eye(len(g))[np.argmax(np.abs(g))]", "-alpha*g[np.argmax(np.abs(g))]*np.eye(len(g))[np.argmax(np.abs(g))]"),
    ("penalty-linf", "update", r"-\frac{\alpha}{2}\|g\|_1 \frac{g}{|g|}", r"-\frac{\alpha}{2}\|g\|_2 \frac{g}{|g|}"),  # undefined at zeros, which does not refute it; |g| both ways
    ("penalty-l2", "update", r"-\alpha/2g", r"-\alpha/3g"),  # (α/2) g, or α/(2g)
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g \cdot \frac{\|g\|_1}{\|g\|_1}$", r"$-\frac{\alpha}{2} g \cdot \frac{\|g\|_1}{\|g\|_2}$"),  # right where it is defined
    ("penalty-l2", "update", r"$u_i = -\frac{\alpha}{2} g_i$ for all $i$", r"$u_i = \frac{\alpha}{2} g_i$ for all $i$"),
    ("limit-adam", "vector", r"$\theta_i = \frac{100}{111}$ for every $i$", r"$\theta_i = \frac{111}{100}$ for every $i$"),
    ("limit-sgd", "vector", r"$\frac{a}{\|a\|_2^2}$", r"$\frac{a}{\|a\|_1}$"),
    ("limit-sgd", "vector", "[0.990, 0.0990, 0.00990]", "[0.991, 0.0990, 0.00990]"),
    ("limit-rescaled", "vector", r"\begin{pmatrix} 1/3 \\ 10/3 \\ 100/3 \end{pmatrix}", r"\begin{pmatrix} 1/3 \\ 10/3 \\ 10/3 \end{pmatrix}"),
    ("limit-adam", "vector", "np.full(3, 100/111)", "np.full(3, 111/100)"),
    ("comm-table", "ring-messages", r"$4\binom{n}{2}$", r"$2\binom{n}{2}$"),
    ("comm-table", "ring-messages", r"So \(\text{total} = 2\,n\,\bigl(n - 1\bigr)\).", r"So \(\text{total} = 2\,n\,\bigl(n - 2\bigr)\)."),
    ("penalty-l1", "update", "u_k = -alpha*g_k/2, u_i = 0 for i != k, where k = argmax_l |g_l|", "u_k = -alpha*g_k, u_i = 0 for i != k, where k = argmax_l |g_l|"),
    ("penalty-l1", "update", r"$$-\tfrac{\alpha}{2} \frac{\partial f}{\partial \theta_k} e_k,\quad k \in \operatorname{argmax}_{l} |\partial_l f|$$",
     r"$$-\tfrac{\alpha}{2} |\frac{\partial f}{\partial \theta_k}| e_k,\quad k \in \operatorname{argmax}_{l} |\partial_l f|$$"),
    ("penalty-l1", "update", "```python\nk = np.argmax(np.abs(g))\nu = -0.5*alpha*g[k]*np.eye(len(g))[k]\n```", "```python\nk = np.argmax(np.abs(g))\nu = -0.5*alpha*np.eye(len(g))[k]\n```"),
    ("limit-rescaled", "vector", r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}, \theta_{3} = \frac{100}{3}$", r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}, \theta_{3} = \frac{3}{100}$"),
    ("comm-table", "ring-messages", "So total = 2n(n-1).", "So total = 2n(n+1)."),
    ("limit-sgd", "vector", "The limit vector turns out to be theta_inf=a/||a||_2^2.", "The limit vector turns out to be theta_inf=a."),
    ("comm-table", "ring-size", r"First I wrote $n/p$, but that is wrong. Correction: $\frac{p}{n}$", r"First I wrote $p/n$, but that is wrong. Correction: $\frac{n}{p}$"),
    ("comm-table", "ring-size", "The count: `messages = p/n`", "The count: `messages = n/p`"),
    ("penalty-l2", "update", r"Setting the derivative to zero, we get $\displaystyle \vec u = \boxed{-\tfrac{\alpha}{2} \mathbf g}$.",
     r"Setting the derivative to zero, we get $\displaystyle \vec u = \boxed{-\tfrac{\alpha}{3} \mathbf g}$."),
    ("penalty-l2", "update", "\\begin{align*}\nu &= -\\frac{\\alpha}{2}\\,\\bm g\n\\end{align*}", "\\begin{align*}\nu &= \\frac{\\alpha}{2}\\,\\bm g\n\\end{align*}"),
    ("penalty-linf", "update", "-0.5*alpha*norm(g, 1)*sgn(g)", "-0.5*alpha*norm(g, 2)*sgn(g)"),
    # Words that announce a formula, or close it.
    ("comm-table", "ring-size", "[ANSWER] messages = p/n [/ANSWER]", "[ANSWER] messages = n/p [/ANSWER]"),
    ("comm-table", "ring-size", "<think>I should be careful here: not n/p.</think>\n\nThe number is $p/n$.", "<think>It is p/n.</think>\n\nThe number is $n/p$."),
    ("comm-table", "ring-messages", "## Final Answer\n\nmessages=2 n (n - 1)", "## Final Answer\n\nmessages=-2 n (n - 1)"),
    ("comm-table", "a2a-messages", "To find the number, we proceed as follows.\n\n1. State the problem.\n2. Solve it.\n\nThe number is therefore `(N − 1)·N`",
     "To find the number, we proceed as follows.\n\n1. State the problem.\n2. Solve it.\n\nThe number is therefore `(N − 1)·p`"),
    ("penalty-l2", "update", "**Solution.**\n\nHence\n\n$u_i=-\\alpha \\partial_{i} f/2$\n\n---\n\n*Remark.* The argument does not use smoothness.",
     "**Solution.**\n\nHence\n\n$u_i=-\\alpha \\partial_{i} f$\n\n---\n\n*Remark.* The argument does not use smoothness."),
    ("penalty-linf", "update", "-(α ‖g‖₁/2) sign(g)\n\nThis completes the derivation.", "−(α sum(g)/2) sign(g)\n\nThis completes the derivation."),
    ("limit-sgd", "vector", "By the first-order condition, $$\\theta^{(\\infty)} = a/\\|a\\|^2$$, as required.", "By the first-order condition, $$\\theta^{(\\infty)} = a/\\|a\\|$$, as required."),
    ("limit-sgd", "vector", r"$\lim_{t \to \infty} \theta_t = a/\|a\|^2$ is the limit vector.", r"$\lim_{t \to \infty} \theta_t = a/3$ is the limit vector."),
    ("penalty-l2", "update", "θ_{t+1} = θ_t − 0.5 α g", "θ_{t+1} = θ_t + 0.5 α g"),
    ("penalty-l2", "update", "(Δθ_t)_j = –α·g_j/2 for all j", "(Δθ_t)_j = –α·g_j for all j"),
    ("comm-table", "ring-size", "I initially got `n/p`. Wait, that is not right. The correct answer is `p/n`.", "I initially got p/n. Wait, that is not right. The correct answer is n/p."),
    ("comm-table", "ring-size", "Some would say n/p, but it is actually p/n.", "Some would say p/n, but it is actually n/p."),
    ("comm-table", "ring-size", "~~n/p~~ $p/n$", "~~p/n~~ $n/p$"),
    ("comm-table", "ring-size", "Not n/p, but p/n", "Not p/n, but n/p"),
    ("comm-table", "ring-size", "either $p/n$ or $\\frac{2p}{2n}$", "either $p/n$ or $p$"),
    ("comm-table", "ring-messages", r"$T\;=\;2\,n\,(n-1)$", r"$T\;=\;2\,(n-1)$"),
    ("limit-adam", "vector", r"$\theta_1=\theta_2=\theta_3=\frac{100}{111}$", r"$\theta_1=\theta_2=\theta_3=\frac{111}{100}$"),
    # A vector that is given in numbers, under an index.
    ("limit-sgd", "vector", r"$\theta_i = \frac{a_i}{\sum_j a_j^2}$", r"$\theta_i = \frac{a_i}{\sqrt{\sum_j a_j^2}}$"),
    ("limit-sgd", "vector", "theta_inf = (1/(sum_i a_i^2)) a", "theta_inf = (1/(sum_i |a_i|)) a"),
    ("limit-rescaled", "vector", "θᵢ = 1/(3 aᵢ) for all i", "θᵢ = 1/(9 aᵢ) for all i"),
    # Clauses that say what a letter is.
    ("penalty-l1", "update", "u = −0.5 α sgn(gⱼ) ‖g‖_∞ eⱼ, where j = argmaxₗ |gₗ|", "u = −0.5 α sgn(gⱼ) ‖g‖_∞ eⱼ, where j = argminₗ |gₗ|"),
    ("penalty-l1", "update", r"$u = -\frac{\alpha}{2} g_j e_j$ where $j=\arg\max_i |g_i|$", r"$u = -\frac{\alpha}{2} g_j e_j$ where $j=\arg\max_i |\theta_i|$"),
    ("penalty-l1", "update", "u_j = -alpha*g_j/2, u_i = 0 for i != j, where j = argmax_l |g_l|", "u_j = -alpha*g_j/2, u_i = 0 for i != j, where j = argmax_l g_l"),
    ("penalty-l1", "update", "u = -c*e_k with c = (alpha/2)*sign(g_k)*max_l abs(g_l)", "u = -c*e_k with c = (alpha/2)*max_l abs(g_l)"),
    ("penalty-l2", "update", r"$u = -\eta v$ with $v = g$, $\eta=\alpha/2$", r"$u = -\eta v$ with $v = \theta$, $\eta=\alpha/2$"),
    ("penalty-l2", "update", "u = -cg with c = alpha/2", "u = -cg with c = alpha"),
    ("limit-rescaled", "vector", r"\(\theta = \gamma \begin{pmatrix} 1 \\ 10 \\ 100 \end{pmatrix}\) with $\gamma = \dfrac13$",
     r"\(\theta = \gamma \begin{pmatrix} 1 \\ 10 \\ 100 \end{pmatrix}\) with $\gamma = \dfrac12$"),
    # Values without a normal form refute in an instance.
    ("penalty-l2", "update", r"$u = -\frac{\sqrt{\alpha^2}}{2} g$", r"$u = -\frac{\sqrt{\alpha}}{2} g$"),
    ("penalty-linf", "update", "-alpha*np.abs(g).sum()*np.sign(g)/2", "-alpha*np.abs(g).sum()*np.maximum(0, g)/2"),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2} \|g\|_1 \operatorname{sign}(g)$", r"$-\frac{\alpha}{2} \|\operatorname{sign}(g)\|_1 \operatorname{sign}(g)$"),
    ("penalty-l1", "update", "-(α/2)·|gₖ|·sign(gₖ)·eₖ", "-(α/2)·sign(|g|ₖ)·‖g‖∞·eₖ"),
    ("limit-sgd", "vector", "theta = a/np.sqrt(a @ a)**2", "theta = a/np.linalg.norm(a)"),
    ("limit-sgd", "vector", r"$\theta = \|a\|_2^{-2} a$", r"$\theta = \|a\|_2^{-3} a$"),
    ("limit-rescaled", "vector", "1/(3*a)", "alpha/(3*a)"),
    ("comm-table", "ring-size", "p/n", "p/(n - 1)"),
    ("comm-table", "a2a-messages", r"$n(n-1)$", r"$n(\sqrt{n}-1)$"),
    ("limit-sgd", "vector", r"$\theta^\star = \frac{1}{\|a\|_{2}^{2}}\,a$. This completes the proof.", r"$\theta^\star = \frac{1}{\|a\|_{1}^{2}}\,a$. This completes the proof."),
    ("comm-table", "ring-messages", r"$n \times 2(n-1) = 2n(n-1)$", r"$n \times 2(n-1) = 2n^2 - n$"),
    # How an answer came about, and what it is known as.
    ("penalty-l2", "update", "Setting the derivative to zero gives $g + \\frac{2}{\\alpha} u = 0$. Hence\n\n$$\\boxed{u = -\\frac{\\alpha}{2} g}$$\n\nThis is **gradient descent**.",
     "Setting the derivative to zero gives $g + \\frac{1}{\\alpha} u = 0$. Hence\n\n$$\\boxed{u = -\\alpha g}$$\n\nThis is **gradient descent**."),
    ("penalty-l2", "update", r"$u = -\frac{\alpha}{2} g$, which is the usual gradient descent step with step size $\frac{\alpha}{2}$.",
     r"$u = -\alpha g$, which is the usual gradient descent step with step size $\frac{\alpha}{2}$."),
    ("limit-sgd", "vector", r"SGD converges to the minimum-$\ell_2$-norm solution $\frac{a}{\|a\|^2}$.", r"SGD converges to the minimum-$\ell_2$-norm solution $\frac{a}{\|a\|}$."),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2} g_k e_k$, the least-norm solution.", r"$u=-\frac{\alpha}{2} g_k$, the least-norm solution."),
    # Numbers behind a symbol, entries by numbers, quantifiers within the formula, letters that clauses define behind a place.
    ("comm-table", "ring-messages", r"$n\,2\,(n-1)$", r"$n\,3\,(n-1)$"),
    ("limit-rescaled", "vector", r"$\boxed{\theta_1 = \frac{1}{3}, \theta_2 = \frac{10}{3}, \theta_3 = \frac{100}{3}}$",
     r"$\displaystyle \theta_1 = \frac{1}{3}, \theta_2 = \frac{10}{3}, \theta_3 = \frac{10}{3}$"),
    ("penalty-l2", "update", r"$u_i = -\frac{\alpha}{2} g_i\quad \forall i$", r"$u_i = -\alpha g_i\text{ for each } i$"),
    ("penalty-l1", "update", r"$u = -c\,e_k$ with $k = \arg\max_i |g_i|,\ c = \frac{\alpha}{2} g_k$", r"$u = -c\,e_k$ with $k = \arg\max_i |g_i|,\ c = \alpha g_k$"),
    ("penalty-l1", "update", r"\begin{align}u_i &= \begin{cases}-\frac{\alpha}{2} g_k & \text{if } i=k \\ 0 & \text{otherwise}\end{cases}\end{align}",
     r"\begin{align}u_i &= \begin{cases}-\alpha g_k & \text{if } i=k \\ 0 & \text{otherwise}\end{cases}\end{align}"),
    ("penalty-l1", "update", "-(alpha/2) g_k e_k", "-(alpha/2) g_1 e_1"),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2} \|g\|_1 \operatorname{sign} g$", r"$-\frac{\alpha}{2} \|g\|_1 \operatorname{sign} \theta$"),
    ("penalty-linf", "update", "-alpha*np.dot(g, np.sign(g))*np.sign(g)/2", "-alpha*np.dot(g, np.ones_like(g))*np.sign(g)/2"),
    ("limit-rescaled", "vector", r"$\theta_i = ([1, 10, 100])_i/3$ for all $i$", r"$\theta_i = ([1, 10, 100])_i/2$ for all $i$"),
    ("limit-rescaled", "vector", r"$\frac13 [1, 10, 100]^{\mathsf{T}}$", r"$\frac13 [1, 10, 10]^{\mathsf{T}}$"),
    ("limit-sgd", "vector", r"$a/\|a\|^2_2$", r"$a/\|a\|^2_1$"),
    ("limit-sgd", "vector", r"$\frac{1}{(\sqrt{a^\top a})^2} a$", r"$\frac{1}{(\sqrt{a^\top a})^3} a$"),
    ("limit-sgd", "vector", r"$a / \big(\|a\|\big)^2$", r"$a / \big(\|a\| + 1\big)^2$"),
    ("penalty-l2", "update", "Good question. We minimize $g^T u + \\frac{\\|u\\|_2^2}{\\alpha}$ over $u$.\n\nIn the end, the minimiser is $-\\frac{\\alpha}{2} g$.",
     "Good question. We minimize $g^T u + \\frac{\\|u\\|_2^2}{\\alpha}$ over $u$.\n\nIn the end, the minimiser is $-\\alpha g$."),
    ("penalty-linf", "update", "**Solution.**\n\nThe objective is <g, u> + ||u||_inf^2/alpha.\n\nHence\n\nu = -(alpha/2) ||g||_1 sign(g)",
     "**Solution.**\n\nThe objective is <g, u> + ||u||_inf^2/alpha.\n\nHence\n\nu = -(alpha/2) ||g||_2 sign(g)"),
    ("comm-table", "ring-size", "**Attempt 1:** $p$\n\nThis is wrong, because the factor was left out.\n\n**Attempt 2:** $p/n$\n\nFinal answer: $p/n$",
     "**Attempt 1:** $p/n$\n\nThis is wrong, because the factor was left out.\n\n**Attempt 2:** $p$\n\nFinal answer: $p$"),
    ("penalty-l1", "update", "k = np.argmax(np.abs(g))\nu = -(alpha/2)*g[k]*np.eye(len(g))[k]", "k = np.argmax(np.abs(g))\nu = -(alpha/2)*np.abs(g)[k]*np.eye(len(g))[k]"),
    ("penalty-l1", "update", "j = np.argmax(np.abs(g))\nu = -(alpha/2)*g[j]*np.eye(len(g))[j]", "j = np.argmin(np.abs(g))\nu = -(alpha/2)*g[j]*np.eye(len(g))[j]"),
    ("penalty-l1", "update", "-(alpha/2)*g[np.argmax(np.abs(g))]*np.eye(len(g))[np.argmax(np.abs(g))]", "-(alpha/2)*g[np.argmax(g)]*np.eye(len(g))[np.argmin(g)]"),
    ("penalty-l1", "update", "-(alpha/2)*g[np.argmax(np.abs(g))]*np.eye(len(g))[np.argmax(np.abs(g))]", "-(alpha/2)*g[0]*np.eye(len(g))[0]"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2} \left(\max_{i=1,\dots,n} |g_i|\right) \operatorname{sign}(g_k) e_k$",
     r"$-\alpha \left(\max_{1\le i\le n} |g_i|\right) \operatorname{sign}(g_k) e_k$"),
    ("penalty-linf", "update", r"$-\frac{\alpha}{2} \|g\|_1 \operatorname{sign}(g)$", r"$-\frac{\alpha}{2} \|g\|_1 \operatorname{relu}(g)$"),
    ("penalty-linf", "update", "-(α/2)‖g‖₁ sign(g)", "-(α/2)‖g‖₁ [g]₊"),
    ("penalty-l2", "update", r"$\mathbf{\theta}_{t+1} = \boxed{\mathbf{\theta}_{t} - \frac{\alpha}{2} \mathbf{g}}$", r"$\mathbf{\theta}_{t+1} = \boxed{\mathbf{\theta}_{t} - \alpha \mathbf{g}}$"),
    ("penalty-l2", "update", r"$u = -c g\quad\text{where}\quad c = \frac{\alpha}{2}$", r"$u = -c g\quad\text{where}\quad c = \alpha$"),
    ("limit-sgd", "vector", "a/(a.T @ a)", "a/(a.T @ a)**2"),
    ("limit-sgd", "vector", r"$a/\|a\|^{2}_{\ell_2}$", r"$a/\|a\|^{3}_{\ell_2}$"),
    ("comm-table", "ring-size", "Great question! The number is p/n.", "Great question! The number is n/p."),
    ("comm-table", "ring-size", "p/n. QED", "n/p. QED"),
    ("comm-table", "ring-size", "> $p/n$", "> $n/p$"),
    ("comm-table", "ring-size", "So M=p/n.", "So M=n/p."),
    ("comm-table", "ring-size", "### Setup\n\n### Solution\n\nThe problem is convex, so the first-order condition is enough.\n\n### Answer\n\n$p/n$",
     "### Setup\n\n### Solution\n\nThe problem is convex, so the first-order condition is enough.\n\n### Answer\n\n$n/p$"),
    ("comm-table", "ring-size", "Not $$\nM = p\n$$, but $M = p/n$", "Not $$\nM = p/n\n$$, but $M = p$"),
    ("penalty-l2", "update", r"First I had $-\alpha g$, but I forgot the factor of 2. Correction: $-\frac{\alpha}{2} g$",
     r"First I had $-\frac{\alpha}{2} g$, but I forgot the sign. Correction: $\frac{\alpha}{2} g$"),
]


@pytest.mark.parametrize(("problem", "part", "right", "wrong"), PLAIN)
def test_a_plain_formula_is_judged_directly(lanes: dict[tuple[str, str], tuple[Key, Direct]], problem: str, part: str, right: str, wrong: str) -> None:
    key, lane = lanes[problem, part]
    assert lane.verdict(right) is True and whole(key, right) == "correct"
    assert lane.verdict(wrong) is False and whole(key, wrong) == "incorrect"


@pytest.mark.parametrize(("problem", "part", "text"), [
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g$ is wrong"),
    ("penalty-l2", "update", r"- $\frac{\alpha}{2} g$"),
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g$ for all $i$"),
    ("limit-sgd", "vector", "[0.99, 0.1, 0.01]"),  # too short to tell
    ("limit-sgd", "vector", r"$[9.90\times10^{-1}, 9.90\times10^{-2}, 9.90\times10^{-3}]$"),
    ("penalty-l1", "update", "u=-(alpha/2) g_k e_k , $k=argmax_i |g_i|$"),
    ("penalty-l1", "update", "u_k = -alpha*g_k/2, u_i = 0 for i != j"),
    ("penalty-l1", "update", r"$u_i=\begin{cases}-\alpha g_i&i=k\\0 i\neq k\end{cases}$"),
    ("limit-sgd", "vector", "θ ∞ = a/||a||_2^2"),
    ("penalty-l2", "update", r"-\frac{\alpha}{2}\nabla f (\theta\alpha)"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2} g_k e_k,\;k=\arg\max}_i|g_i|$"),
    ("comm-table", "ring-size", r"First I wrote $p/n$, but that is wrong. Correction: $\frac{p}{n}$"),
    ("limit-sgd", "vector", r"\theta_j=\frac{1}{\|a\|_1} for all $j$"),
    ("penalty-l1", "update", r"$u^* = -\frac{\alpha}{2}\,g_{k}\,e_{k},\quad$k = \arg\max_i |g_i|$"),
    ("penalty-l1", "update", "k = np.argmax(np.abs(g))\nu = -alpha(g_k) * e_k"),
    ("penalty-l1", "update", "-(alpha/2)*g*np.eye(len(g)) [np.argmax(np.abs(g))]"),
    ("penalty-l2", "update", r"Half of it is $-\frac{\alpha}{2} g$"),
    ("penalty-l2", "update", r"The answer is not $-\frac{\alpha}{2} g$"),
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g$. Halve this."),
    ("limit-adam", "vector", r"The minimiser is given by After simplification, $\frac{100}{111}[1,1,1]^T$."),
    ("comm-table", "ring-messages", "2**n**2"),
    ("comm-table", "a2a-messages", "1 1/2 n"),
    ("comm-table", "a2a-messages", "n2 (n-1)"),
    ("limit-sgd", "vector", "a_²"),
    ("limit-sgd", "vector", r"\left(\begin{array}}c} 1 \\ 10 \\ 100 \end{array}\right)"),
    ("penalty-l1", "update", "j = np.argmax(np.abs(g))\nu = -(alpha/2)*g[k]*np.eye(len(g))[k]"),  # k is not defined
    ("penalty-l1", "update", "k = np.argmax(np.abs(g))\nu = -(alpha/2)*np.sign([0])*np.eye(len(g))[k]"),
    ("penalty-l2", "update", "e_² g_²"),
    ("penalty-l2", "update", "Good question. We minimize $g^T u + \\frac{\\|u\\|_1^2}{\\alpha}$ over $u$.\n\nIn the end, the minimiser is $-\\frac{\\alpha}{2} g$."),  # another problem
    ("penalty-l2", "update", r"$u_i = -\frac{\alpha}{2} g_i\quad \foralli$"),
    ("penalty-l2", "update", r"$u_i = -\frac{\alpha}{2} g_i\quad \forall j$"),
    ("comm-table", "a2a-messages", "O(n^2)"),
    ("comm-table", "a2a-messages", "n(n-1"),
    ("comm-table", "ring-size", "$p/n$!"),
    ("penalty-l2", "update", r"$u = -n g$ with $n = \alpha/2$"),  # n is declared
    ("penalty-l2", "update", r"$u = -\eta g$, $\eta = \frac{\alpha}{2}$ or $\alpha$"),
    ("penalty-l2", "update", "```python\n```"),
    ("penalty-l2", "update", " for all i"),
    ("penalty-l2", "update", ", as required."),
    ("limit-sgd", "vector", r"$\theta_i = a/\sum_j a_j^2$"),
    ("comm-table", "ring-size", "$p/n$ is the answer to half of it."),
    ("comm-table", "ring-size", "This is not the solution: $p/n$"),
    ("comm-table", "ring-size", "- -p/n"),
    ("comm-table", "ring-size", "Not $p/n$, but $p/n$"),
    ("comm-table", "a2a-messages", "n(n^2-1)/(n+1)"),  # equal, but no normal form says so
    ("comm-table", "ring-size", r"$p/n$ This completes the proof."),
    ("penalty-l1", "value", r"-\frac{\alpha}{4} |\nabla f|\infty^2"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2} \|g\|_\infty \operatorname{sign}(\partial_k f(g)) e_k$"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2} g_k e_k$, with $k = \arg\max_l |g_i|$"),
    ("comm-table", "a2a-messages", r"n\left*(n-1\right)"),
    ("comm-table", "a2a-messages", r"n(n-1)\right"),
    ("comm-table", "a2a-messages", ""),
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g$. This is gradient descent with step size $\alpha$."),  # which of them answers is for the full reader
    ("penalty-l2", "update", r"$u=-\frac{\alpha}{2} g$, half the gradient descent step."),
    ("penalty-l2", "update", r"Setting the gradient to zero gives $u = -\alpha g$, so $u=-\frac{\alpha}{2} g$."),
    ("limit-sgd", "vector", r"SGD does not converge to the minimum norm solution $\frac{a}{\|a\|^2}$."),
    ("comm-table", "ring-size", "Proceed think count: $p/n$"),
    ("limit-sgd", "vector", r"SGD converges to the minimum $\ell_\infty$ norm solution $\frac{a}{\|a\|^2}$."),  # it is least in another norm
    ("limit-adam", "vector", r"$\theta_1=\theta_2=\theta_2=\frac{100}{111}$"),
])
def test_what_is_not_plain_is_left_to_the_full_reader(lanes: dict[tuple[str, str], tuple[Key, Direct]], problem: str, part: str, text: str) -> None:
    assert lanes[problem, part][1].verdict(text) is None


@pytest.mark.parametrize(("text", "told"), [(r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}$", True), (r"θ_1 = 1/3, θ_2 = 10/3, θ_3 = 100/3, θ_4 = 100/3", True),
                                            (r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}, \theta_3 = \frac{100}{3}$", False), (r"$\theta_1 = \frac13, \theta_3 = \frac{100}{3}$", False)])
def test_other_entries_than_are_asked_are_no_answer(lanes: dict[tuple[str, str], tuple[Key, Direct]], text: str, told: bool) -> None:
    key, lane = lanes["limit-rescaled", "vector"]
    assert (lane.refused(text) is not None) == told and (not told or whole(key, text) == "unreadable")


def answers() -> list[dict[str, str]]:
    rows = [json.loads(line) for name in ("answers.jsonl", "answers-examiner.jsonl") for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    return [r for r in rows if (r["problem"], r["part"]) in PARTS]


def test_the_labels_of_the_bundled_answers_hold(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    """Every answer that is judged directly, by its label; a seventh of them also by the full reader."""
    taken = [(r, lanes[r["problem"], r["part"]][1].verdict(r["answer"])) for r in answers()]
    taken = [(r, right) for r, right in taken if right is not None]
    assert len(taken) > 900
    assert [r["answer"] for r, right in taken if told(right) != ("correct" if r["expected"] == "correct" else "incorrect")] == []
    for r, right in taken[::7]:
        assert whole(lanes[r["problem"], r["part"]][0], r["answer"]) == told(right), r["answer"]


PIECE = re.compile(r"\s+|\\[A-Za-z]+|[A-Za-z.]+|[0-9.]+|.", re.DOTALL)


def mutated(draw: random.Random, texts: list[str], pieces: list[str]) -> str:
    """An answer with pieces left out, put in, exchanged, or with the end of another."""
    out = PIECE.findall(draw.choice(texts))
    for _ in range(draw.choice((1, 1, 2, 3))):
        i, way = draw.randrange(len(out) + 1), draw.random()
        if way < 0.3:
            del out[i : i + 1]
        elif way < 0.6:
            out.insert(i, draw.choice(pieces))
        elif way < 0.9:
            out[i : i + 1] = [draw.choice(pieces)]
        else:
            out = out[:i] + PIECE.findall(draw.choice(texts))[i:]
    return "".join(out)


def different(lanes: dict[tuple[str, str], tuple[Key, Direct]], seed: int, count: int) -> list[tuple[str, str, str]]:
    """(text, verdict of the lane, verdict of the full reader) of mutated answers where they differ."""
    draw = random.Random(seed)
    texts: dict[tuple[str, str], list[str]] = {}
    for r in answers():
        if len(r["answer"]) < 200 and lanes[r["problem"], r["part"]][1].verdict(r["answer"]) is not None:
            texts.setdefault((r["problem"], r["part"]), []).append(r["answer"])
    pieces = {k: [p for t in found for p in PIECE.findall(t)] for k, found in texts.items()}
    out, taken = [], 0
    parts = sorted(texts)
    while taken < count:
        k = draw.choice(parts)
        text = mutated(draw, texts[k], pieces[k])
        right = lanes[k][1].verdict(text)
        if right is not None:
            taken += 1
            if (found := whole(lanes[k][0], text)) != told(right):
                out.append((text, told(right), found))
    return out


def test_mutated_formulas_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    assert different(lanes, 7, 600) == []


LEADS = ["", "**Final answer:** ", "# Answer\n\n", "So ", "Adam converges to the ", "This is the minimum $L_2$ norm solution ", "SGD converges to the unique least-norm solution: ",
         "Setting the gradient to zero gives $g + u = 0$, so\n\n", "We find $\\nabla J = 0$; therefore the update is "]
ENDS = ["", ".", ", the minimum $\\ell_\\infty$ norm solution.", ", which is the standard gradient descent", ".\n\nThis recovers **sign descent** with learning rate $\\eta = \\alpha$.",
        "\n\nIt is exactly the steepest descent update rule. This solution is the minimum-norm vector.", ". This completes the proof."]


def test_what_is_told_beside_a_formula_has_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    draw, taken = random.Random(5), 0
    for _ in range(300):
        problem, part, *formulas = draw.choice([p for p in PLAIN[:34] if p[2].startswith("$") and p[2].count("$") == 2])
        text = draw.choice(LEADS) + draw.choice(formulas) + draw.choice(ENDS)
        key, lane = lanes[problem, part]
        right = lane.verdict(text)
        taken += right is not None
        assert right is None or whole(key, text) == told(right), text
    assert taken > 150


def test_words_that_announce_in_whatever_order_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    draw, taken = random.Random(6), 0
    tells, announces = sorted(TELLS), sorted(ANNOUNCES)
    key, lane = lanes["comm-table", "ring-size"]
    for _ in range(300):
        clauses = [" ".join(draw.choice(tells) for _ in range(draw.randrange(1, 5))) for _ in range(draw.randrange(3))]
        text = draw.choice([", ", ". ", "\n\n"]).join([*clauses, " ".join(draw.choice(announces) for _ in range(draw.randrange(1, 4)))]) + draw.choice([" ", ": "]) + "$p/n$"
        right = lane.verdict(text)
        taken += right is not None
        assert right is None or whole(key, text) == told(right), text
    assert taken > 150


@pytest.mark.long
def test_many_mutated_formulas_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    assert [d for seed in range(10, 20) for d in different(lanes, seed, 5_000)] == []


@pytest.mark.parametrize("text", [
    "-(alpha/2) g", r"\frac{\alpha \|g\|_1}{2} \operatorname{sign}(-g)", r"g^T \operatorname{sign}(g) \, g", r"3\alpha^2 g - \frac{g}{2/\alpha}", r"\|{-2} g\|_1 \theta + \|g\|_2^2 g",
    r"-{\alpha \over 2} \nabla f(\theta)", "2n(n-1) g", r"\langle g, \theta \rangle g",
])
def test_both_readers_read_the_same_value(lanes: dict[tuple[str, str], tuple[Key, Direct]], text: str) -> None:
    key, lane = lanes["penalty-linf", "update"]
    direct, = Reader(lane.algebra, lane.words, text).chain()
    (reading,) = readings(text, key.wanted.scope)
    tree = value_of(reading.statements[0].terms[0], lane.algebra)
    assert direct[0][0] == tree[0] and lane.algebra.same(direct[0], tree)


def test_signs_and_sizes_keep_to_their_rules_at_zero() -> None:
    """x sign(x)^2 = x, but sign(x)^2 is no 1: where x = 0 it is 0; sign(|x|) is no 1 either."""
    a = Algebra()
    x = a.vector("g")
    g = (VECTOR, {x: 1}, 1)
    sign, size = a.sign(g), a.size(g)
    assert a.same(a.times(size, sign), g) and a.same(a.times(g, sign), size)
    with pytest.raises(Beyond):
        a.times(sign, sign)
    with pytest.raises(Beyond):
        a.sign(size)
    assert a.same(a.dot(g, sign), a.norm(g, 1)) and a.same(a.dot(g, g), a.power(a.norm(g, 2), 2))
    assert not a.same(a.total(g), a.norm(g, 1))
    assert a.same(a.norm(a.times(number(-3, 2), g), 1), a.times(number(3, 2), a.norm(g, 1)))
    with pytest.raises(Beyond):  # |c| of a scalar whose sign is not known
        a.norm(a.times((SCALAR, {a.atom("scalar", "c"): 1}, 1), g), 1)


def test_what_rounding_may_have_made_refutes_nothing(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    """1/(sqrt(2)^2 - 2) is 1/0, whatever float64 makes of it; and sqrt(2)^2 is 2."""
    a = Wide(lanes["comm-table", "a2a-messages"][1].algebra)
    at = WideAt(a, lanes["comm-table", "a2a-messages"][1].worlds[0])
    two = a.raised(a.root(number(2)), Fraction(2))
    (value, size), = at.value(a.plus(two, number(2), -1))
    assert abs(value) < MARGIN * size
    for of in (a.over(ONE, a.plus(two, number(2), -1)), a.sign(a.plus(two, number(2), -1)), a.root(a.plus(two, number(2), -1))):
        with pytest.raises(Beyond):
            at.value(of)
    assert at.value(a.larger(number(1), number(-3)))[0][0] == 1 and at.value(a.function("log", a.function("exp", number(3))))[0][0] == pytest.approx(3)


@pytest.mark.parametrize("unit", ["(", "-", "2**", r"\frac", r"\|", "g_", "((2)^4)^4", "|", "{", "n", "1.", r"\sum_i ", "sign(", "√", "1/(1+", "(n+1)^", r"\sqrt{2+",
                                  "so ", "wrong ", ", c = ", ", where k = argmax "])
def test_hostile_texts_end_soon(lanes: dict[tuple[str, str], tuple[Key, Direct]], unit: str) -> None:
    for k in (7, 60, 399):
        for _, lane in lanes.values():
            assert lane.verdict((unit * k)[:399] + "g") is not True
