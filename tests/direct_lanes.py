"""Parts that the direct lane takes, plain formulas for them, each with a near miss, and the verdicts with which its own are compared."""

from __future__ import annotations

from derive.grading import grade as grading
from derive.grading.direct.lane import Direct, direct_of
from derive.grading.keys import Key, key_of
from derive.problem.model import Problem

PARTS = [("penalty-l2", "update"), ("penalty-linf", "update"), ("penalty-l1", "update"), ("limit-sgd", "vector"), ("limit-adam", "vector"), ("limit-rescaled", "vector"),
         ("comm-table", "a2a-messages"), ("comm-table", "ring-messages"), ("comm-table", "ring-size"), ("penalty-l2", "value"), ("penalty-l1", "value")]


def lanes_of(problems: dict[str, Problem]) -> dict[tuple[str, str], tuple[Key, Direct]]:
    """The key and the lane of each of these parts."""
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
    ("penalty-l2", "update", "-alpha/2 g + 1 - 1", "-alpha/2 g + 1"),
    ("penalty-l2", "update", "minus $\\frac{\\alpha}{2} g$", "twice $-\\frac{\\alpha}{2} g$"),
    ("penalty-linf", "update", "-alpha/2 g' sign(g) sign(g)", "-alpha/2 g' g sign(g)"),
    ("penalty-linf", "update", "-g.dot(np.sign(g))*alpha*np.sign(g)/2", "-g.dot(g)*alpha*np.sign(g)/2"),
    ("penalty-linf", "update", r"$\theta_{t+1} = \theta_t - \frac{\alpha}{2} (\sum_{i=1}^n |g_i|)\,\mathrm{sign}(g)$",
     r"$\theta_{t+1} = \theta_t - \frac{\alpha}{2} (\sum_{i=1}^n g_i)\,\mathrm{sign}(g)$"),
    ("limit-sgd", "vector", "a/np.sum(a*a)", "a/(a*a)"),
    ("limit-sgd", "vector", "a/a.dot(a)", "a.T/a.dot(a)*2"),
    ("comm-table", "ring-messages", "twice `n(n-1)`", "`n(n-1)` squared"),
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
