"""What the question tests found at 2,000 of each: every right form that was refused beside the near miss that must not be accepted."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import SPECS, half

ENDED = "\n\nThis completes the derivation."
ENTRIES = "`u_k=%s*sign(g_k), u_i = 0 for i != k` where k = argmax_j abs(g_j)" + ENDED
PUT_RIGHT = "My earlier answer u = %s*e_k, where k = arg max_i |g_i| was incorrect. Final answer: %s * sign(g_k) * e_k"
TABLE = """- **All-to-all**: count: n(n-1), size per message: p
- **Parameter server**: count: %s, size per message: p
- **Ring all-reduce**: count: 2n(n - 1), size per message: p/n"""
BOUND = r"\[0 < \eta,\; \eta\;\left[\sqrt{\sum_j a_{j}^2}\right]^{2} < %s\]"
LISTED = r"""\begin{equation}
T = \left(\begin{array}{c} %s \\ \operatorname{floor}\left({H-K+2 q \over s}\right)+1 \\ C_o C_{in} \left(\operatorname{floor}({H-K+2 q \over s})+1\right)^{2} K^{2} \end{array}\right)
\end{equation}"""
BACK = r"At first I had $-\frac{\alpha}{2} e_j$ with $j =\arg\max_i |g_{i}|$, but I made a mistake. The correct update is \["
STEPPED = r"$$\theta_{t+1} = \theta_{t} - %s\delta \sgn(g_k) e_k$$ or \[u_i=\begin{cases} -\delta \sgn(g_{k}), & \text{if }i = k \\ 0, & \text{otherwise} \end{cases}\] with $k =\arg\max_{l} |g_{l}|$"
LEVEL = "[max_i ((sum_j {|v_j| if |v_i| <= |v_j|, otherwise 0})-lam) / (sum_j {1 if |v_j| >= |v_i|, otherwise 0})]_+"
THRESHOLD = "max_i ((sum_j {|v_j| if |v_j| >= |v_i|, 0 otherwise})-lam)/(sum_j {0 if |v_i| > |v_j|, 1 otherwise})"
LOWER = "(min_{i=1}^{2*h} {z_i if h <= sum_{j=1}^{h*2} {1 if z_i >= z_j, 0 otherwise}, %s otherwise})"
UPPER = "max_{i=1}^{2*h} {z_i if h <= sum_{j=1}^{2*h} {1 if z_j >= z_i, 0 otherwise}, %s otherwise}"
PINBALL = ("`∑ᵢ{lam×τ×vᵢ + lam^2×τ - lam×vᵢ - lam^2×τ^2 / 2 - lam^2 / 2 if vᵢ<lam×τ - lam; (vᵢ^2 / 2) if vᵢ≤lam×τ; lam×τ×vᵢ - lam^2×τ^2 / 2 otherwise}`"
           " or f*=Σⱼ (lam τ vⱼ + lam² τ - lam vⱼ - 0.5 lam² τ² - (%s/2) if vⱼ<lam τ - lam else 0.5 vⱼ² if vⱼ≤lam τ else lam τ vⱼ - (lam² τ²/2))")
HINGED = "V = (1 - <x, w0> y if 0 < %s else 0)/(2 ||x||_2**2) - y <w0, x> (1 - y <w0, x> if -<x, w0> y + 1 > 0 else 0)/(2 sqrt(sum_j x_j**2)**2)"
REBOUND = (r"My earlier answer $u^* = -\alpha \hat{e}_{k}$, where $m \in \operatorname{argmin}_l |g_l|$ was incorrect. Final answer: "
           r"$$u^* = -\mathbf{e}_k %s,\quad k =\arg\max_j |g_j|,\ m = \frac{\alpha}{2}\,\mathrm{sgn}(g_k)\,\|g\|_\infty$$")
MINIMISED = r"We minimize $\langle \bm{g}, \bm{u}\rangle + \frac{\|\bm{u}\|_\infty}{\alpha}$ over $\bm{u}$." + "\n\nThe solution is $$\n\\boxed{%s}\n$$."
MEDIAN = ("`min_{j=1}^{2*h+1} {z_j if 1/2+h <= sum_{i=1}^{2*h+1} {1 if z_i <= z_j; 0 otherwise}; inf otherwise}"
          " = min_{j=1}^{2*h+1} {z_j if %s <= sum_{l=1}^{2*h+1} {1 if z_l <= z_j, 0 otherwise}, inf otherwise}`\n\nLet me know.")
CHAT = f"The minimum value is (lam max_i min(|v_i|, {LEVEL}))%s <|v|-min(|v|, {LEVEL}), |v|-min(|v|, {LEVEL})>."
EITHER = r"either $\mu\;=\;\frac{\mathbf{1}^\top x}{n},\; v = \|x-\frac{\mathbf{1}^\top x}{n}\|^{2}/n$ or $\mu\;=\;\frac{\mathbf{1}^\top x}{n},\ v = \|x - \mathbf{1}^\top x / n\|^2 / %s$"

DECOMPOSED = "Q = V diag(λ) Vᵀ is the spectral decomposition"

PAIRS = [
    # (part, right, near miss)
    # What is said after a formula ends where its sentence ends.
    ("ball-l1#update", ENTRIES % "-delta", ENTRIES % "delta"),
    ("ball-l1#update", PUT_RIGHT % ("-1", "-delta"), PUT_RIGHT % ("-delta", "-1")),
    # Taken back with its clause.
    ("ball-l1#update", "`-e_k` where k = argmax_i |g_i| is wrong; the correct answer is -sign(g_k)*delta*e_k, k = argmax_i |g_i|",
     "`-sign(g_k)*delta*e_k` where k = argmax_i |g_i| is wrong; the correct answer is -e_k, k = argmax_i |g_i|"),
    # 'for j != k': its own j, whatever was said of another.
    ("ball-l1#update", "I had u = delta sign(g_j) e_k where j = argmax_i g_i. Wait, that is not right. The correct answer is `u_k = -delta sgn(g_k), u_j = 0 for j != k`.",
     "I had u = delta sign(g_j) e_k where j = argmax_i g_i. Wait, that is not right. The correct answer is `u_k = -delta sgn(g_k), u_j = 1 for j != k`."),
    # Both sides of an 'or' stand, also one that cannot be an answer and one that cannot be read.
    ("ball-linf#update", "u^* = -delta*sign(g) or -delta sgn(g)", "u^* = -delta*sign(g) or -delta"),
    ("limit-adam#vector", r"$\theta = \frac{1}{\|a\|_1} \mathrm{sign}(a)$ or $\boxed{\frac{\mathrm{sign}(a)}{\|a\|_1}}$", r"$\theta = \frac{1}{\|a\|_1} \mathrm{sign}(a)$ or $\boxed{1}$"),
    ("limit-adam#vector", "sgn(a)/||a||_1 or theta = (1 / ||a||_1) sgn(a)", "100/111 or theta = (1 / ||a||_1) sgn(a)"),
    ("limit-rescaled#vector", "(1/3)/a or (1 / (3 · a))", "`θ₁=1 / 3, θ₂ = 10 / 3` or (1 / (3 · a))"),
    ("limit-rescaled#vector", "theta = [1/3, 10/3, 100/3] or theta=1/(3 a)", "theta_1 = 1/3, theta_2 = 10/3 or theta=1/(3 a)"),
    ("ball-l1#update", "`-delta sgn(g_k) e_k` where k = argmax_i |g_i| or u = -delta sgn(g_k) e_k", "`-delta sgn(g_k) e_k` where k = argmax_i |g_i| or u_k = -delta sgn(|g_k|), u_j = 0 for j != k"),
    # A size with its own label.
    ("comm-table#table", TABLE % "2n", TABLE % "n"),
    # Square brackets of a display are no open ends.
    ("limit-sgd#step-size", BOUND % "1", BOUND % "2"),
    # The norm of a lone vector after the word.
    ("limit-sgd#norm", "The norm is ||theta||", "The norm is ||theta||_1"),
    ("limit-adam#norm", "The norm is ‖θ‖∞", "The norm is ‖θ‖"),
    ("penalty-dual#dual", "Answer: ∥g∥_q", "Answer: ∥g∥_p"),
    # A condition ends where its consequence begins.
    ("penalty-linf-unsquared#status", "If norm(g, 1) > 1/alpha it is unbounded; otherwise it is bounded.", "If norm(g, 1) < 1/alpha it is unbounded; otherwise it is bounded."),
    # A name's own words say nothing of its step.
    ("penalty-l2#optimizer", "gradient descent with step size alpha/2", "layerwise adaptive rate scaling"),
    # A letter that the problem declares is no index.
    ("lmo_linf#answer", "−m sign(g), m = r", "−m sign(g), m = 2r"),
    # Angles that hold a comma.
    ("lp_affine_value#answer", "It follows that <b, lam>.", "It follows that <b, c>."),
    # [x]_+ is a positive part, also close behind a vector; bars close within their brackets.
    ("kkt_passive_aggressive#value", "[1 - y·w0ᵀx]_+/(2||x||₂^2) - y×w0ᵀx[1 - y·w0ᵀx]_+/(2||x||₂^2)", "[1 - y·w0ᵀx]_+/(2||x||₂^2) + y×w0ᵀx[1 - y·w0ᵀx]_+/(2||x||₂^2)"),
    ("prox_l1#value", "λ×sum((|v|−λ+||v|−λ|) / 2)+(‖−ReLU(|v|−λ)+|v|‖₂² / 2)", "λ×sum((|v|+λ+||v|−λ|) / 2)+(‖−ReLU(|v|−λ)+|v|‖₂² / 2)"),
    # What announces an answer, or stands between marks that name it.
    ("penalty-linf#update", "By the first-order condition, -alpha*||g||_1*sign(g)/2.", "My first guess: -alpha*||g||_1*sign(g)/2."),
    ("penalty-linf#update", "Using duality, u = - 0.5 alpha norm(g, 1) sign(g).", "Using duality, u = - 0.5 alpha norm(g, 2) sign(g)."),
    ("penalty-linf#update", "<answer>-alpha*||g||_1*sign(g)/2</answer>", "<answer>-alpha*||g||_1*sign(g)</answer>"),
    ("limit-sgd#vector", "[ANSWER] 1/||a||_2^2*a [/ANSWER]", "[ANSWER] 1/||a||_2*a [/ANSWER]"),
    ("mle_uniform#answer", "The answer reads max_i x_i.", "The answer reads min_i x_i."),
    ("ls_line_fit#value", "||y||^2 - sum(y)^2/m - (x' y - sum(x)*sum(y)/m)^2/||x - mean(x)||^2 is the minimum value.",
     "||y||^2 - sum(y)^2/m - (x' y)^2/||x - mean(x)||^2 is the minimum value."),
    # A problem stated between marks, its solution without them; the problem is no second answer.
    ("penalty-linf#update", "The objective is `dot(g, u) + ||u||_inf^2/alpha`.\n\nHence\n\n-(alpha / 2)*||g||_1*sign(g)",
     "The objective is `dot(g, u) + ||u||_inf^2/alpha`.\n\nHence\n\n-(alpha / 2)*||g||_2*sign(g)"),
    ("penalty-linf#update", "The problem is to minimize g^T u + norm(u, inf)^2/alpha.\n\nI find\n\n-(alpha / 2)*|g|_1*sgn(g)",
     "The problem is to minimize g^T u + norm(u, inf)^2/alpha.\n\nI find\n\n-(alpha / 2)*|g|_1*g"),
    ("ls_ridge#answer", "Attempt: (X^T X)^-1 X^T y\n\nThis is wrong. It should be w = (X^T X + lam I)^-1 X^T y.", "`(X^T X + lam I)^-1 X^T y`\n\nThis cannot be right. It should be (X^T X)^-1 X^T y."),
    # Powers are no bold type.
    ("kkt_svm_two_points#value", "`value = -1/(x1^T x2 - ||x1||_2**2/2 - norm(x2)**2/2)`", "`value = -1/(x1^T x2 - ||x1||_2**2/2 - sum(x2)**2/2)`"),
    # A value by cases within brackets is a factor; None leaves an end of np.clip open.
    ("prox_l0#answer", "x* = (v if |v| > √(2 lam) else 0)", "x* = (v if |v| > √(lam) else 0)"),
    ("prox_l1#answer", "```python\nimport numpy as np\nx = np.sign(v)*np.clip(np.abs(v) - lam, 0, None)\n```", "```python\nimport numpy as np\nx = np.sign(v)*np.clip(np.abs(v) - lam, None, 0)\n```"),
    # What is struck out is no factor, whichever way an answer is judged.
    ("comm-table#a2a-size", "~~n~~ p", "~~p~~ n p"),
    # A row is the vector of its entries; names in brackets are a factor, no remark; a problem's objective is no second value.
    ("ib_rescaled_seed#answer", "m*[1, 10, 100]^T where m = 1 / 3", "m*[1, 10, 100]^T where m = 1 / 2"),
    ("ls_prox_point#answer", "inv(A^T A + rho I) A^T b + inv(rho I + A^T A) (rho v)", "inv(A^T A + rho I) A^T b + inv(rho I + A^T A) (rho b)"),
    ("lp_affine_value#answer", "The problem is to minimize `lam^T A x`.\n\nThe minimum value is ⟨b, lam⟩.", "The problem is to minimize `lam^T A x`.\n\nThe minimum value is ⟨b, b⟩."),
    # Who is mistaken, what a formula is said to be, and what is done to it behind a comma.
    ("ball-linf#update", r"Some say $\delta g$; they are mistaken. The update is $-\delta\,\mathrm{sgn}(g)$.", r"Everyone says $-\delta\,\mathrm{sgn}(g)$; they are mistaken."),
    ("ball-l1#update", r"$u = -\delta\,\operatorname{sign}(g_k)\,e_k$ is the minimiser.", r"$u = -\delta\,\operatorname{sign}(g_k)\,e_k$ where $k$ is the index of the smallest $|g_i|$."),
    ("gda_bilinear#answer", r"$\boxed{(1 + \eta^2)^T (x0^2 + y0^2)}$", r"$\boxed{(1 + \eta^2)^T (x0^2 + y0^2)}$, normalised to unit length"),
    ("penalty-linf#value", "$-\\frac{\\alpha}{4}\\|g\\|_1^2$ is the optimal value.", "anything but $-\\frac{\\alpha}{4}\\|g\\|_1^2$"),
    # \\over is no word; the unknown's name alone is no answer.
    ("penalty-dual#update", r"$-{\alpha \|g\|_{q}^{2 - q} \over 2}\,|g|^{q - 1}\odot \sign\big(g\big)$", r"one over $-{\alpha \|g\|_{q}^{2 - q} \over 2}\,|g|^{q - 1}\odot \sign\big(g\big)$"),
    ("penalty-linf-unsquared#update", "We minimize `gᵀu + (‖u‖_∞/α)` over `u`.\n\n**Final answer:** 0", "We minimize `gᵀu + (‖u‖_∞/α)` over `u`.\n\n**Final answer:** 1"),
    ("cnt_recursive_doubling#answer", r"Not $[n, p, k]$, but $T = [k n, p, k]$", r"Not $[k n, p, k]$, but $T = [n, p, k]$"),
    # The number of an item is no answer.
    ("limit-sgd#residual", "1. `(1 - 2*alpha*||a||_2^2)*r`", "1. `(1 - alpha*||a||_2^2)*r`"),
    # A symbol ends a sentence as well as a word does.
    ("comm-table#a2a-size", "M = p. This completes the proof.", "M = n. This completes the proof."),
    # Several outputs: each by its name, both sides of an 'or', nothing of what is struck out.
    ("quad_taylor_minimum#answer", "w = H⁻¹ b and value = −b^T H⁻¹ b/2", "w = H⁻¹ b and value = b^T H⁻¹ b/2"),
    ("quad_taylor_minimum#answer", "```python\nw = np.linalg.inv(H) @ b\nvalue = -(b @ np.linalg.inv(H) @ b)/2\n```", "```python\nw = np.linalg.inv(H) @ b\nvalue = -(b @ H @ b)/2\n```"),
    ("kkt_svm_two_points#answer", "w = 2(x1 - x2)/||x1 - x2||^2 and b = 1 - w^T x1 or b = 1 - w^T x1, w = -(2/||x1 - x2||_2^2)(x2 - x1)",
     "w = 2(x1 - x2)/||x1 - x2||^2 and b = 1 - w^T x1 or b = 1 - w^T x1, w = (2/||x1 - x2||_2^2)(x2 - x1)"),
    ("cnt_recursive_doubling#answer", "~~$T = [k n, p]$~~ $$[k n, p, k]$$", "~~$T = [k n, p, k]$~~ $$[k n^2, p, k]$$"),
    # A divisor that fewer digits cannot tell from 0.
    ("kkt_passive_aggressive#value", "[1-y·(w0ᵀx)]_+/(2·‖x‖^2)-(y·(w0ᵀx)·[1-y·(w0ᵀx)]_+/(2·‖x‖^2))", "([1-y·(w0ᵀx)]_+/(2·(‖x‖/n)^2))-(y·(w0ᵀx)·[1-y·(w0ᵀx)]_+/(2·‖x‖^2))"),
    # What lies behind a box without delimiters defines with '\\in' too; a letter of the statement ends a sentence; a product is no lone letter.
    ("pli_block_sum#answer", r"D = \boxed{-\frac{\alpha}{2} e_k G_{k}^\intercal},\quad \text{with } k \in \operatorname{argmax}_i ||G_{i}||",
     r"D = \boxed{-\frac{\alpha}{2} e_k G_{k}^\intercal},\quad \text{with } k \in \operatorname{argmin}_i ||G_{i}||"),
    ("comm-table#ps-messages", "2 n. This completes the proof.", "2 n. Now halve it."),
    ("comm-table#ring-messages", "M = 2 N N - 2 N. This completes the proof.", "M = 2 N N - 2 N. Half of it."),
    ("limit-sgd#norm", "The norm is √(θᵀθ).", "The norm is √(θᵀa)."),
    # Angle brackets hold their comma in a condition; the borders of a display are no entries of a list.
    ("kkt_passive_aggressive#answer", "w0 + (1 - y <w0, x> if 1 - y <x, w0> > 0 else 0)/||x||^2 * y * x", "w0 + (1 - y <w0, x> if 1 - y <x, w0> < 0 else 0)/||x||^2 * y * x"),
    # Brackets deeper in keep their comparisons; powers of sets are no Python.
    ("prox_linf#value", CHAT % "+0.5", CHAT % "+0.25"),
    ("quad_taylor_minimum#answer", "value = (-1)*(b^T @ H^{-1} @ b/2); w = H^{-1} @ b", "value = (-1)*(b^T @ H^{-1} @ b/2); w = H @ b"),
    # A letter of what was taken back goes through all entries; what stands beside entries with an 'or' stands too, as does a step of the iterate.
    ("penalty-dual#update", BACK + r"u_{j} = -\frac{\alpha}{2} \|g\|_{q}^{2-q} |g_j|^{q-1} \sign(g_j)\] for each j.",
     BACK + r"u_{j} = -\frac{\alpha}{2} \|g\|_{q}^{2-q} |g_j|^{q} \sign(g_j)\] for each j."),
    ("ball-l1#update", r"$u = -\delta sign(g_k) e_k$ or $u_k = -\delta \sgn(g_{k})$, $u_i = 0$ otherwise",
     r"$u = - 2 \delta sign(g_k) e_k$ or $u_k = -\delta \sgn(g_{k})$, $u_i = 0$ otherwise"),
    ("ball-l1#update", STEPPED % "", STEPPED % "2"),
    # The ends of an enumerated range; the star of a norm is no product; a name with a prime is a factor where one stands before it.
    ("mle_uniform#answer", r"$\max_{i=1,\dots,n} x_i$", r"$\max_{i=1,\dots,n-1} x_i$"),
    ("mle_uniform#answer", r"$\max_{i \in \{1, 2, \dots, n\}} x_i$", r"$\max_{i \in \{2, \dots, n\}} x_i$"),
    ("lmo_spectral#value", r"My earlier answer $r \|G\|_*$ was incorrect. Final answer: $f^* = -r \|G\|_{*}$", r"My earlier answer $-r \|G\|_*$ was incorrect. Final answer: $f^* = r \|G\|_{*}$"),
    ("lmo_spectral#answer", "D = -r U V' = -r U V'", "D = -r V U' = -r U V'"),
    # Factors of a thin decomposition have the lesser size; a sum over nothing is a matrix of zeros; a range makes a sum of a declared Sigma.
    ("lmo_spectral#answer", r"$D = -r\,U V^\top$", r"$D = -r\,U$"),
    ("ls_eckart_young#answer", "X = Σ_{i=1}^k s_i u_i v_iᵀ", "X = Σ_{i=1}^{-k} s_i u_i v_iᵀ"),
    # Ones and zeros without a size have the one that fits.
    ("prox_nuclear#answer", r"$U \operatorname{diag}(\max(s - \lambda \mathbf{1}, \mathbf 0)) W^T$", r"$U \operatorname{diag}(\max(s + \lambda \mathbf{1}, \mathbf 0)) W^T$"),
    # An inner product in angles is no tag; an objective is no entry of the answer; both answers of an 'either' stand.
    ("kkt_mean_nonneg#value", "minimum=<b [a]_+/||[a]_+||_2**2, b/||[a]_+||_2**2 [a]_+>", "minimum=<b [a]_+/||[a]_+||_2, b/||[a]_+||_2**2 [a]_+>"),
    ("kkt_softmax#answer", "The objective is dot(z, p) - T sum_{j=1}^n p_j ln(p_j).\n\n### Answer\n\np_l = e^(z_l/T)/sum(e^(z/T)) for each l",
     "The objective is dot(z, p) - T sum_{j=1}^n p_j ln(p_j).\n\n### Answer\n\np_l = e^(z_l)/sum(e^(z/T)) for each l"),
    # Cases within a value are neither entries of the answer nor a remark behind it.
    ("prox_linf#answer", f"The objective is lam ||x||_inf.\n\nIn the end, the update is x_l=clip(v_l, -ReLU({THRESHOLD}), ReLU({THRESHOLD})).",
     f"The objective is lam ||x||_inf.\n\nIn the end, the update is x_l=clip(v_l, -ReLU({THRESHOLD}), ReLU(2 {THRESHOLD}))."),
    ("prox_nonneg_l1#value", "∑ᵢ (½ vᵢ² if λ≥vᵢ else λ vᵢ − ½ λ²)", "∑ᵢ (½ vᵢ² if λ≥vᵢ else λ vᵢ)"),
    ("mle_gauss_var#answer", EITHER % "n", EITHER % "(2n)"),
    # Where no optimum is the only one, a wrong point may be optimal most often.
    ("ls_median_even#answer", "median(z_1, ..., z_{2h})", "(median(z_1, ..., z_{2h}) + max_{i=1}^{h} {z_i if sum_{j=1}^{2 h} {1 if z_j >= z_i, 0 otherwise} >= h, -inf otherwise})/2"),
    ("lp_affine_value#answer", "The answer is lamᐪb", "The answer is cᐪb"),
    # A title that says 'over' lends it to no answer.
    ("prox_nonneg_l1#answer", r"the answer is $\operatorname{relu}(v - \lambda \mathbf 1)$", r"one over $\operatorname{relu}(v - \lambda \mathbf 1)$"),
    # What is subtracted from a symbol makes no word of it.
    ("prox_hinge#value", "sum_l (lam-v_l lam-(1/2) lam^2 if v_l < 1-lam else (1/2) v_l^2+1/2-v_l if v_l <= 1 else 0)",
     "sum_l (lam-v_l lam-(1/2) lam^2 if v_l < 1-lam else (1/2) v_l^2+1/2-v_l if v_l <= 1 else lam)"),
    # A declared x1 is no letter x of the text's own.
    ("kkt_svm_two_points#answer", "w = -2 (x2 - x1)/||x1 - x2||^2 and b = 1 - (-2 (x2 - x1)/||x1 - x2||^2)^T x1, which was to be shown.",
     "w = -2 (x2 - x1)/||x1 - x2||^2 and b = 1 - (2 (x2 - x1)/||x1 - x2||^2)^T x1, which was to be shown."),
    # A problem that is stated before the answer is no answer.
    ("penalty-linf-unsquared#update", "The problem is to minimize dot(g, u) + norm(u, inf)/alpha.\n\n**Final answer:** 0",
     "Setting it to 0 leads nowhere.\n\n**Final answer:** minimize dot(g, u) + norm(u, inf)/alpha"),
    # C of three things is no binomial coefficient.
    ("limit-rescaled#vector", "θ_∞ = C(1, 10, 100) where C = 1 / 3", "θ_∞ = C(1, 10, 100) where C = 1 / 2"),
    # Infinity is no word; some entries have a median, in code, too.
    ("ls_median_even#answer", f"Hence x = (1/2)*({LOWER % 'inf'} + {UPPER % '-inf'}).", f"Hence x = (1/2)*({LOWER % 'inf'} - {UPPER % '-inf'})."),
    ("ls_median_even#answer", "```python\nx = np.median(z[:2 * h])\n```", "```python\nx = np.max(z[:2 * h])\n```"),
    ("lmo_linf#value", r"\text{min} = -r\,\lVert \vec{g}\rVert_1 = -\lVert \bm{g}\rVert_1 \times r", r"\text{min} = -r\,\lVert \vec{g}\rVert_2 = -\lVert \bm{g}\rVert_2 \times r"),
    ("lmo_tangent#answer", "d = -(g-a*(<a, g>/<a, a>))*m, where m = 1/norm(g-<a, g>*a/norm(a, 2)^2, 2)*r", "d = -(g-a*(<a, g>/<a, a>))*m, where m = 1/norm(g, 2)*r"),
    ("ball-l1#update", r"$u = -\delta \operatorname{sign}(g_k) e_{k}$ where $k =\arg\max_{j} |g_j|$",
     r"$u = -\delta \operatorname{sign}(g_k) e_{k}$ where $k =\arg\max_{j} |g_j|$ or $-\delta\operatorname{sign}(g_k),\quad k \in \arg\max_l |g_l|$"),
    ("comm-table#ring-size", "By the first-order condition, total = p/n.", "By the first-order condition, total = n/p."),
    # Of several answers that stand for one output each must be right; a single bar opens before a double one; ₗ is an index.
    ("mle_gauss_var#answer", "μ = sum(x)/n; v = ‖x - (𝟏)ᵀx / n‖² / n or μ = sum(x)/n and v = (‖x - 𝟏ᵀx/n‖^2/n)", "μ = sum(x)/n; v = ‖x - (𝟏)ᵀx / n‖² / n or μ = sum(x)/n and v = (‖x + (𝟏)ᵀx/n‖^2/n)"),
    ("proj_ball#value", r"$\left(\frac{||c-v||_{2}-r+|||c-v||_{2}-r|}{2}\right)^2$", r"$\left(\frac{||c-v||_{2}-r-|||c-v||_{2}-r|}{2}\right)^2$"),
    ("mle_uniform#answer", "So maxₗxₗ.", "So minₗxₗ."),
    ("proj_orthant#answer", "First I wrote `x_i = 2 * ReLU(v_i)` for each i, but that is wrong. Correction: x_i = v_i if v_i > 0; 0 otherwise for all i",
     "x_i = v_i if v_i < 0; 0 otherwise for all i"),
    ("pli_unsquared_zero#value", "```python\nimport numpy as np\n0\n```", "```python\nimport numpy as np\n1\n```"),
    ("kkt_line_search#answer", "I get ||g||^2/(g^T H g)", "I get ||g||/(g^T H g)"),
    ("map_ridge#answer", r"$\frac{1}{s^2}(\frac{1}{s^2}\mathbf{X}^\top \mathbf{X} + \mathbf I (1/t^{2}))^{-1}\mathbf{X}^\top \mathbf y$",
     r"$\frac{1}{s^2}(\frac{1}{s^2}\mathbf{X}^\top \mathbf{X} + \mathbf I (t^{2}))^{-1}\mathbf{X}^\top \mathbf y$"),
    ("ls_ridge#value", "(a) ∥y∥₂²−yᵀX(XᵀX+lam · I)^-1 Xᵀy", "(a) ∥y∥₂²+yᵀX(XᵀX+lam · I)^-1 Xᵀy"),
    ("ls_line_fit#answer", "=> s=(x.T @ y - sum(x)*sum(y)/m)/norm(x - mean(x))^2 and c = mean(y) - s*mean(x)", "=> s=(x.T @ y - sum(x)*sum(y)/m)/norm(x - mean(x))^2 and c = mean(y) + s*mean(x)"),
    ("ls_gls#answer", "`w_i = ((XᵀS^-1 X)^-1 XᵀS^-1 y)_i` for all i", "either `w_i = ((XᵀS^-1 X)^-1 XᵀS^-1 y)_i` for all i or (XᵀS⁻¹X)⁻¹X S⁻¹y"),
    ("cnt_depthwise#answer", "$[CI (CO+K^2), CI H^2 (CO+K^2)]$", "either $\\boxed{[CI (CO+K^2), CI H^2 (CO+K^2)]}$ or $$\nT=[CI (CO+K^2), CI (H-1)^2 (CO+K^2)]\n$$"),
    ("cnt_conv#answer", LISTED % "C_o C_{in} K^2+C_o", LISTED % "C_o C_{in} K^2"),
    # A formula that is taken back ends where the mathematics ends; an index that is bound again behind it is the later one.
    ("kkt_log_barrier_box#answer", "Not x_j = (1 / c_j-sqrt(1+c_j^2) / c_j) / 2 for each j, but x = 1/c-1/c * sqrt(1+c^2)",
     "Not x_j = 1 / c_j-sqrt(1+c_j^2) / c_j for each j, but x = 1/c-1/c * sqrt(1+c^2)"),
    ("pli_block_sum#answer",
     "At first I had D = −0.5 · α · e_s(e_k)ᵀ with k ∈ arg max_j |(G_s)_j|, s = arg max_r ‖G_r‖∞, but I made a mistake. The correct one is `D* = −(α / 2)·e_k (G_k)ᵀ`, k = arg max_j ∥G_j∥.",
     "At first I had D = −0.5 · α · e_s(e_k)ᵀ with k ∈ arg max_j |(G_s)_j|, s = arg max_r ‖G_r‖∞, but I made a mistake. The correct one is `D* = −(α / 2)·e_k (G_k)ᵀ`, k = arg min_j ∥G_j∥."),
    ("pli_block_sum#answer", "Solving for the unknown yields D = -eta*e_k (G_k)^T, where k = arg max_j ||G_j||_2 where eta = alpha/2.",
     "Solving for the unknown yields D = -eta*e_k (G_k)^T, where k = arg max_j ||G_j||_1 where eta = alpha/2."),
    # A row of a matrix is no entry of the answer.
    ("kkt_unc_qp#answer", r"$x_i = -(P^{-1} q)_{i}$ for each $i$ or \(\boxed{x_j = -(P^{-1} q)_{j}}\) for each j",
     r"$x_i = -(P^{-1})_{i}$ for each $i$ or \(\boxed{x_j = -(P^{-1} q)_{j}}\) for each j"),
    # What is said of a formula is said of all of it.
    ("mn_l2_single#value", r"$1/\|a\|_2^2$", r"the square of \[1/\|a\|_{2}^2\]"),
    # The delimiter that is none is no full stop.
    ("lmo_ksparse#answer", r"$x_j=\min(1, \left\{\begin{array}{ll} k-\sum_{l : c_l \lt c_{j}} 1, & 0 \lt k-\sum_{l : c_{l} \lt c_{j}} 1 \\ 0, & \text{otherwise} \end{array}\right.)$ for each j",
     r"$x_j=\min(1, \left\{\begin{array}{ll} k-\sum_{l : c_l \lt c_{j}} 1, & 0 \lt k-\sum_{l : c_{l} \lt c_{j}} 1 \\ 0, & \text{otherwise} \end{array}\right.)$ halved for each j"),
    # Words of a choice are no name of the text's own.
    ("mle_laplace_location#answer", MEDIAN % "1/2 + h", MEDIAN % "h - 1"),
    # An index that a sum within binds is not left for the sum outside.
    ("proj_simplex#value", "sum((relu(v - max_i ((sum_j {v_j if v_j >= v_i; else 0}) - 1)/(sum_j {1 if v_j >= v_i; else 0})) - v)^2)",
     "sum(relu(v - max_i ((sum_j {v_j if v_j >= v_i; else 0}) - 1)/(sum_j {1 if v_j >= v_i; else 0})) - v)^2"),
    # The values of a decomposition of one matrix are not those of another; a bracket within a formula is no remark; 0 is no number of a list.
    ("proj_psd#answer", "Result: `X=Q diag(max(λ, 0))Qᵀ` where S = Q diag(λ) Qᵀ (eigendecomposition)", "Result: `X=Q diag(max(λ, 0))Qᵀ` where q = V diag(λ) Vᵀ (eigendecomposition)"),
    ("prox_pinball#value", PINBALL % "lam²", PINBALL % "(lam²)²"),
    ("pli_unsquared_zero#answer", "0. This completes the proof.", "1. This completes the proof."),
    # Inner products in angles behind signs and beside comparisons; what is struck out.
    ("kkt_passive_aggressive#value", HINGED % "1 - y*<w0, x>", HINGED % "1 + y*<w0, x>"),
    ("cnt_star_root_worker#answer", r"~~$M = 3 (n - 1)$~~ $(2(n-1), p)$", "~~\\begin{align*}\nM &= \\begin{bmatrix} 2 (n - 1) & p \\end{bmatrix}^\\top\n\\end{align*}~~ $M = [4 (n - 1), p]^\\top$"),
    # A letter that is given another meaning behind what is taken back; the unknown in bold type is its name.
    ("penalty-l1#update", REBOUND % "m", REBOUND % "2m"),
    ("penalty-linf-unsquared#update", MINIMISED % "0", MINIMISED % "1"),
    # The problem between delimiters, the outputs without.
    ("proj_consensus#answer", "The problem is to minimize `||x - v||_2^2`.\n\nAfter some algebra I find\n\nx = (sum(v)/n) ones(n), t = (ones(n))^T v/n",
     "The problem is to minimize `||x - v||_2^2`.\n\nAfter some algebra I find\n\nx = (sum(v)/n) ones(n), t = (ones(n))^T v/2"),
    # What an attempt that is taken back says of a decomposition.
    ("proj_psd#answer", f"My earlier answer `X = Q diag(max(λ, 0))Qᵀ` with {DECOMPOSED} was incorrect. Final answer: X* = Q diag(max(λ, 0)) Qᵀ",
     f"My earlier answer `X = Q diag(max(λ, 0))Qᵀ` was incorrect. Final answer: X* = Q diag(max(λ, 0)) Qᵀ with {DECOMPOSED}"),
]

SIGNED = r"$u_i = -\frac{\alpha\|g\|_1}{2}$ where $g_i\ge 0$ and $u_i = %s\frac{\alpha\|g\|_1}{2}$ where $g_i<0$"
PAIRS += [("penalty-linf#update", SIGNED % "", SIGNED % "-"), ("comm-table#a2a-messages", "$n(n-1)$, one message for every ordered pair", "$n(n-1)$ for one message")]
TAYLOR = (r"We minimize $(\frac{1}{2} \vec{w}^\top) \vec{H} \vec{w}-\vec{b}^\top \vec{w}$ over \[\vec{w}\]." + "\n\nThe update:\n\n"
          r"\begin{equation}\vec{w} = \vec{H}^{-1}\,\vec{b} \text{ and } \text{value} = -\dfrac{\vec{b}^{T}\,\vec{H}^{-1}\,\vec{b}}{%s}\end{equation}")
PAIRS += [("quad_taylor_minimum#answer", TAYLOR % "2", TAYLOR % "3")]
UPTO = ("x = ((min_{l=1}^{2 h} (z_l if sum_{i=1}^{2 h} (1 if z_i <= z_l else 0) >= h else inf)) + max_{l=1}^{%s} (z_l if sum_{i=1}^{2 h} (1 if z_i >= z_l else 0) >= h else -inf))/2")
PAIRS += [("ls_median_even#answer", UPTO % "2 h", UPTO % end) for end in ("2/h", "2 sqrt(h)")]  # an end that is no integer

NOT_BUT = "Not \\begin{equation}\np^* = \\sqrt{b^2}\n\\end{equation}, but \\begin{align}\np^* &= \\frac{b^2}{\\|\\operatorname{ReLU}(a)\\|_2^%s}\n\\end{align}"
NESTED = "v = 1/n <x-(1/n) <ones(n), x> %s, x>; mu = sum(x)/n"
PAIRS += [("mle_gauss_var#answer", NESTED % "ones(n)", NESTED % "x"), ("ls_orthonormal#answer", "w = Q^T y or Q^T y", "Q y or w = Q^T y"), ("ls_orthonormal#answer", "Q^T y", "A^T y or w = Q^T y")]
PROJECTED = "Q diag(max(λ, 0))Q^T"
HINGE = "Hence\n\nxⱼ = 1 if vⱼ ≥ 1 – lam and vⱼ ≤ 1, vⱼ if vⱼ > 1, else vⱼ %s lam"
PAIRS += [
    ("proj_consensus#answer", "a) `x=1/n sum(v) ones(n), t = dot(ones(n), v)/n`", "a) `x=1/n sum(v) ones(n), t = dot(ones(n), v)`"),
    ("proj_orthant#answer", "x = m (v + |v|) where m = ½", "x = m (v + |v|) where m = ⅓"),
    ("proj_psd#answer", f"~~`X* = Q diag((λ)_+)Qᵀ`, where q = V diag(λ) Vᵀ is the spectral decomposition~~ {PROJECTED}", f"~~{PROJECTED}~~ Q diag(max(λ, 1))Q^T"),
    ("proj_psd#answer", f"X = {PROJECTED} or {PROJECTED}", f"V diag([w]_+) Q^T or X = {PROJECTED}"),
    ("proj_psd#answer", PROJECTED, f"`V diag([w]_+) Q^T` where Q = V diag(d) V^T (eigendecomposition) or X = {PROJECTED}"),
    ("prox_hinge#answer", HINGE % "+", HINGE % "–"),
]
PAIRS += [("kkt_mean_nonneg#value", NOT_BUT % 2, NOT_BUT % 3)]


@pytest.fixture(scope="module")
def installed() -> dict[str, Problem]:
    names = {where.partition("#")[0] for where, _, _ in PAIRS}
    return {p.id: p for p in load_all([SPECS]) if p.id in names}


@pytest.mark.parametrize(("where", "right", "miss"), half(PAIRS))
def test_the_form_is_accepted_and_its_near_miss_is_not(installed: dict[str, Problem], where: str, right: str, miss: str) -> None:
    problem, _, part = where.partition("#")
    for _ in range(2):  # the second time the part is prepared, and simple answers are judged directly
        found = grade(installed[problem], part, right, certified=False)
        assert found.verdict == "correct", (found.read_as, found.reason)
        assert grade(installed[problem], part, miss, certified=False).verdict != "correct"


def _graded(problem: str, part: str, text: str) -> str:
    return grade(load_all([SPECS / "bank" / f"{problem}.toml"])[0], part, text).verdict.value


@pytest.mark.parametrize(("factor", "verdict"), [("", "correct"), ("2", "incorrect")])
def test_a_thin_space_parts_no_formula(factor: str, verdict: str) -> None:
    assert _graded("mle_uniform", "answer", rf"$t^{{*}}\;=\;{factor}\max_j x_j = {factor}\max_{{1\le l\le n}} x_l$") == verdict


def test_a_sum_is_no_name_that_is_defined() -> None:
    """The second formula differs and is the answer; the first one is no definition in it."""
    cases = r"\begin{cases} -\frac{\alpha g_l^2}{4 q_l} & \text{if }%s \\ -\frac{\alpha g_l^2}{4 p_l} & \text{else} \end{cases}"
    right, wrong = (rf"\sum_{{l=1}}^{{n}} {cases % c}" for c in ("g_l>0", "|g_l|>0"))
    assert _graded("pli_asymmetric", "value", f"\\[\\boxed{{{right}}}\\]\n\nHmm, on second thought this cannot be right. It should be \\[{wrong}\\].") == "incorrect"
