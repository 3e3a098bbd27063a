"""Turns of phrase in which an answer is told, each beside a near miss in the same words."""

from __future__ import annotations

import pytest

from derive.grading.cases.any_value import values_chosen
from derive.grading.cases.value_cases import value_cases
from derive.grading.grade import grade
from derive.grading.letters.introduced_letters import introduced_letters, with_letters
from derive.grading.norms.exponents_told import without_exponents_told
from derive.grading.text.lone import is_bare
from derive.grading.text.spelt_out import spelt_out
from derive.problem.model import Problem

TWO = [
    ("lmo_linf", "answer", r"$d_i=\begin{cases}-r&g_i>0\\ r&g_i<0\\ \text{anything in }[-r,r]&g_i=0\end{cases}$", "[-r,r]", "[-2r,r]"),
    ("ball-l1", "update", "Take the largest |g_i|, say at i = k:\n - u_k = -delta if g_k > 0\n - u_k = delta if g_k < 0\n - u_j = 0 for all j ≠ k", "u_k = delta", "u_k = 2 delta"),
    ("comm-table", "a2a-messages", "Total = sum over the n workers of (n-1) = n^2 - n", "(n-1) = n^2 - n", "n = n^2 - n"),
    ("comm-table", "ps-messages", "Push: every worker sends, $n$ messages.\nPull: another $n$ messages.\n\n$$\\text{total} = 2\\cdot n$$", "2\\cdot n", "3\\cdot n"),
    ("comm-table", "table", "- Ring: size p/n, messages 2n(n-1)\n- All-to-all: size p, messages n(n-1)\n- Parameter server: size p, messages 2n", "size p/n", "size p"),
    ("ib_adagrad", "answer", r"$\theta_i\to\dfrac{\operatorname{sign}(a_i)}{\sum_j|a_j|}$ for every $i$", "sign", "abs"),
    ("penalty-linf", "update", "Δθ = m·s with s = −sign(∇L) entrywise and m = ½ α ‖∇L‖₁", "½", "2"),
    ("penalty-linf", "value", "With S = ‖g‖₁ and u = −(α S/2)·sign(g):\n\ngᵀu = −(α/2)S²\nminimum = −(α/2)S² + (α/4)S² = −(α/4)S²", "= −(α/4)S²", "= −(α/3)S²"),
    ("penalty-linf", "value", "-(alpha/4) (sum over i of |g_i|)^2", "|g_i|", "g_i"),
    ("ball-l2", "update", "Write ĝ = ∇f(θ)/‖∇f(θ)‖₂ for the direction of the gradient.\nAnswer: u = −δ ĝ.", "−δ", "δ"),
    ("penalty-dual", "dual", "‖g‖_q with q = p/(p−1); for example p = 3 has the dual exponent q = 3/2, and p = 2 is its own dual", "q = 3/2", "q = 3"),
    ("kkt_mean_nonneg", "answer", "Let $c=\\max(a,0)$. Then x = b · c / ‖c‖₂²", "b · c", "c"),
    ("prox_nonneg_l1", "answer", "x_i = v_i - λ where v_i > λ and x_i = 0 elsewhere", "v_i - λ", "v_i + λ"),
    ("prox_l1", "value", "Sum over i of: v_i^2/2 when |v_i| <= lambda, and lambda*|v_i| - lambda^2/2 when |v_i| > lambda.", "- lambda^2/2", "+ lambda^2/2"),
    ("conj_neglog", "answer", "−n + log(1/z₁) + log(1/z₂) + … + log(1/zₙ)", "log(1/z₂)", "log(1/z₃)"),
    ("mle_inverse_variance", "answer", r"$\mu=\frac{\pi_1x_1+\dots+\pi_nx_n}{\pi_1+\dots+\pi_n}$ with precisions $\pi_i=s_i^{-2}$", "s_i^{-2}", "s_i^{-1}"),
    ("support_ellipsoid", "answer", r"Factor $P=LL^\top$ and write $x=Lz$. Then $\max c^\top Lz=\|L^\top c\|_2=\sqrt{c^\top Pc}$.", r"\sqrt{c^\top Pc}", r"c^\top Pc"),
    ("ib_precond", "answer", "P a / (a' P a), with ' for the transpose", "P a /", "a /"),
    ("fgsm_linear", "answer", r"$\sum_i\bigl(w_i x_{0,i}+\epsilon|w_i|\bigr)$", "|w_i|", "w_i"),
    ("pli_block_sum", "answer", r"Only the row $k$ of $G$ with the largest 2-norm gets a step: $D_k=-\tfrac{\alpha}{2}G_k$, all other rows of $D$ are $0$.", "largest", "smallest"),
    ("cnt_recursive_doubling", "answer", "rounds: log2(n) = k;  messages: n*log2(n);  each message: p numbers", "message: p", "message: 2p"),
    ("mle_gauss_var", "answer", "mu, v = x.mean(), x.var()  # NumPy divides by n", "x.var()", "x.std()"),
    ("comm-table", "ring-messages", "4·(1 + 2 + … + (n−1))", "4·", "2·"),
    ("comm-table", "ring-messages", "$2n(n-1)$, i.e. exactly twice the number of messages in all-to-all", "twice", "half"),
    ("comm-table", "ring-messages", "$\\boxed{2n(n-1)}$. *Per worker* this is $2(n-1)$ messages.", "this is $2(", "this is $(" ),
    ("comm-table", "a2a-size", "$p$ parameters per message, so that the network carries $n(n-1)\\,p$ numbers altogether", "(n-1)\\,p", "\\,p"),
    ("comm-table", "ring-size", "$$\\text{chunk size}=\\frac{p}{n}.$$\n\nWith, say, $p=12$ and $n=4$ a message has 3 numbers.", "\\frac{p}{n}", "\\frac{p}{2n}"),
    ("comm-table", "table", "(messages, size): a2a = (n(n−1), p), ps = (2n, p), ring = (2n(n−1), p/n)", "(2n, p)", "(n, p)"),
    ("comm-table", "table", "Let $m=n-1$ and $c=p/n$.\n\n1. All-to-all: $nm$ messages of $p$ parameters.\n2. Parameter server: $2n$ messages of $p$ parameters.\n"
     "3. Ring all-reduce: $2mn$ messages of $c$ parameters.", "c=p/n", "c=p"),
    ("comm-table", "table", "| | messages | size | total traffic |\n|---|---|---|---|\n| all-to-all | $n(n-1)$ | $p$ | $n(n-1)p$ |\n| parameter server | $2n$ | $p$ | $2np$ |\n"
     "| ring | $2n(n-1)$ | $p/n$ | $2(n-1)p$ |", "$2(n-1)p$", "$2np$"),
    ("comm-table", "table", "| Scheme | message size | total number of messages |\n|:---:|:---:|:---:|\n| All-to-all | p | (n - 1)*n |\n| Parameter server | p | 2 * n |\n"
     "| Ring all-reduce | p / n | 2*n*(n - 1) |", "2 * n |", "n |"),
    ("penalty-dual", "dual", "$$\\|g\\|_*=\\sup_{v\\neq0}\\frac{g^\\top v}{\\|v\\|_p}=\\|g\\|_q,\\qquad \\frac1p+\\frac1q=1.$$", "\\frac1q=1", "\\frac1q=2"),
    ("penalty-l1", "update", "$-\\frac{\\alpha}{2}\\,(e_k^\\top g)\\,e_k$, where $k$ is a coordinate for which $g_k^2$ is largest", "largest", "smallest"),
    ("ball-l1", "update", "u = −δ·s·e_j, where j is an index with |g_j| ≥ |g_i| for every i, and s = g_j/|g_j|", "≥", "≤"),
    ("penalty-l2", "value", "| term | value |\n|---|---|\n| $g^\\top u$ | $-\\frac{\\alpha}{2}\\|g\\|_2^2$ |\n| penalty | $\\frac{\\alpha}{4}\\|g\\|_2^2$ |\n"
     "| **sum** | $-\\frac{\\alpha}{4}\\|g\\|_2^2$ |", "** | $-", "** | $+"),
    ("limit-rescaled", "vector", "$\\theta=\\frac13(a_1^{-1},a_2^{-1},a_3^{-1})$, so each of the products $a_i\\theta_i$ equals one third", "one third", "one half"),
    ("ls_multi_output", "value", "Column $j$ (the $j$-th) has its own problem. Together $\\lambda\\operatorname{tr}(Y^\\top(XX^\\top+\\lambda I_m)^{-1}Y)$.", "+\\lambda", "-\\lambda"),
    ("ib_precond", "answer", "$\\theta_\\infty=\\frac{Pa}{a^\\top Pa}$. Multiplying $P$ by a positive constant does not change it.", "Multiplying $P$", "Multiplying $a$"),
    ("ball-l2", "update", "$u=-\\delta\\,\\frac{g}{\\|g\\|_2}$. This is normalized gradient descent with step length $\\delta$.", "length $", "length $2"),
    ("moreau_abs", "answer", r"If $|v|\le\lambda$ it is 0 and the value is $v^2/2$." "\n" r"If $|v|>\lambda$ it is $v-\lambda\,\mathrm{sign}(v)$; "
     r"the value is $\lambda|v|-\tfrac12\lambda^2$.", "tfrac12", "tfrac13"),
]


@pytest.mark.parametrize(("problem", "part", "text", "right", "wrong"), TWO, ids=[f"{p}-{k}" for k, (p, *_) in enumerate(TWO)])
def test_turn_of_phrase_and_its_near_miss(problems: dict[str, Problem], problem: str, part: str, text: str, right: str, wrong: str) -> None:
    assert right in text
    found = grade(problems[problem], part, text, proof="never")
    assert found.verdict.value == "correct", found.reason
    assert grade(problems[problem], part, text.replace(right, wrong), proof="never").verdict.value != "correct"


FALSE = [
    ("penalty-linf-unsquared", "status", "Bounded below iff ‖g‖₁ ≤ 1/α. In the border case ‖g‖₁ = 1/α the infimum is finite but {}attained.", "not ", ""),
    ("ls_orthonormal", "answer", r"$w = Q^\top y$ because ${}=I$", r"Q Q^\top", r"Q^\top Q"),
    ("ls_orthonormal", "answer", r"$w = Q^\top y$, since ${}=I$.", r"QQ^\top", r"Q^\top Q"),
    ("kkt_softmax", "answer", r"p = softmax(z/T). In the limit $T\to {}$ this tends to a one-hot vector at the largest $z_i$.", r"\infty", "0"),
    ("ib_adagrad", "answer", "On this ray, $a^\\top\\theta=1$ is met at $\\theta=\\dfrac{{\\operatorname{{sign}}(a)}}{{\\|a\\|_1}}$.\nHence AdaGrad converges to the solution of smallest {} norm, "
     "$\\theta_\\infty=\\operatorname{{sign}}(a)/\\|a\\|_1$.", "Euclidean", "max"),
]


@pytest.mark.parametrize(("problem", "part", "text", "false", "true"), FALSE, ids=[p for p, *_ in FALSE])
def test_what_is_false_beside_a_right_answer_speaks_against_it(problems: dict[str, Problem], problem: str, part: str, text: str, false: str, true: str) -> None:
    assert grade(problems[problem], part, text.format(false), proof="never").verdict.value == "undecided"
    assert grade(problems[problem], part, text.format(true), proof="never").verdict.value == "correct"


def test_what_is_struck_out_claims_nothing(problems: dict[str, Problem]) -> None:
    assert grade(problems["mle_uniform"], "answer", "~~(max_i x_i)/4~~ t=max_j x_j", proof="never").verdict.value == "correct"


def test_either_or_keeps_both(problems: dict[str, Problem]) -> None:
    text = "either -(alpha/2) e_j (G_j)^T where j = argmax_l norm(G_l, 2) or ||-(alpha / 2) * e_j (G_j)^T||_F where j = argmax_i ||G_i||_2"
    assert grade(problems["pli_block_sum"], "answer", text, proof="never").verdict.value == "incorrect"


def test_a_wrong_answer_with_a_matrix_of_two_sizes_is_explained(problems: dict[str, Problem]) -> None:
    """min(m, n) has no one size where m and n differ between the worlds of a batch."""
    found = grade(problems["prox_nuclear"], "value", r"$\sum_i(\lambda\max(s_i-\lambda,0)+\tfrac12\max(s_i-\lambda,0)^2)$", proof="never")
    assert found.verdict.value == "incorrect" and found.reason and found.witness is not None


def test_letters_that_only_appear_in_words_are_no_answers(problems: dict[str, Problem]) -> None:
    found = grade(problems["lmo_tangent"], "value", r"$-r\,\|g\|_2\,|\sin\varphi|$, where $\varphi$ is the angle between $g$ and $a$", proof="never")
    assert found.verdict.value == "unreadable" and "phi" in found.reason


@pytest.mark.parametrize(("text", "bare"), [
    (r"-\frac{\alpha}{2} g", True), ("u = -α/2 g", True), ("-0.5 alpha g", True), ("-alpha/2*g", True), ("u = a = b", False), ("-α/2 g, or b", False),
    ("-α‖g‖₁/2 sign(g)", False), ("x < 1", False), (r"x \text{ if } y", False), ("x = 1. y = 2", False)])
def test_bare_formulas(text: str, bare: bool) -> None:
    assert is_bare(text) is bare


def test_rewritten_phrases(problems: dict[str, Problem]) -> None:
    assert spelt_out("x_i = a where b > 0 and x_i = 0 elsewhere") == "x_i = a where b > 0, x_i = 0 elsewhere"
    assert spelt_out("a if p > 0 and q > 0 else b") == "a if p > 0 and q > 0 else b"
    assert values_chosen("anything in [a, b] will do") == (" a will do", "  b will do", " ((a) + ( b))/2 will do")
    assert without_exponents_told("‖g‖_q, for example p = 4 gives q = 4/3") == "‖g‖_q"
    assert without_exponents_told("‖g‖_q, for example p = 4 gives q = 3/4") == "‖g‖_q, for example p = 4 gives q = 3/4"
    scope = problems["penalty-linf"].scope()
    assert introduced_letters("With S = ‖g‖₁ and g = 2: F", scope) == ("S = ‖g‖₁",)
    assert with_letters("-S^2", ("$S = 1$",)) == "$-S^2$ with $S = 1$"
    assert len(value_cases("If $a<1$ the value is $0$. If $a>1$ the value is $b=c$.")) == 2


NOTES = [
    ("ball-linf", "update", "box constraint!! |u_i| ≤ δ ∀i, so minimise each g_i·u_i alone  →  u_i = −δ sgn(g_i), i=1..n", "−δ sgn", "−2δ sgn"),
    ("penalty-dual", "update", "Let G=‖g‖_q. Direction from Hölder equality, length t = αG/2 from min of −tG + t²/α:\n"
     "u = −(αG/2)·v,  v_i = sgn(g_i)(|g_i|/G)^{q−1}  (‖v‖_p = 1, g≠0)", "(αG/2)·v", "(αG)·v"),
    ("comm-table", "ring-messages", "2(n−1) steps total, all n workers send once per step  ⇒  2n² − 2n msgs", "2n² − 2n", "2n² − n"),
    ("ball-l2", "update", "Ans:  u* = (−δ/‖g‖₂)·g    [C-S ineq., equality iff u ∥ −g, and ‖u‖=δ]", "(−δ/", "(−δ²/"),
    ("proj_box", "value", "The distance adds up over the coordinates:\n\n\\[\n\\sum_i\\operatorname{dist}(v_i,[l_i,u_i])^2=\\sum_{i=1}^n\\left[\\max(l_i-v_i,0)+\\max(v_i-u_i,0)\\right]^2 .\n\\]\n\n"
     "At most one of the two terms in each bracket is nonzero.", "v_i-u_i,0", "u_i-v_i,0"),
    ("prox_l1", "answer", "For each coordinate:\n\n- $t>0$ gives $t=v_i-\\lambda$, which requires $v_i>\\lambda$.\n\nAll cases in one formula:\n\n"
     "$$\\operatorname{prox}_{\\lambda\\|\\cdot\\|_1}(v)_i=\\operatorname{sign}(v_i)\\,\\max(|v_i|-\\lambda,\\,0).$$\n\n"
     "**Example.** $\\lambda=0.5$, $v=(3,-0.2,-1.5)$ gives $(2.5,0,-1)$.", "|v_i|-", "|v_i|+"),
    ("ls_constrained", "answer", "Eliminating the multiplier with $G=(X^\\top X)^{-1}$ and the unconstrained solution $\\hat w=GX^\\top y$:\n\n"
     "$$\\boxed{w=\\hat w+GC^\\top\\left(CGC^\\top\\right)^{-1}(d-C\\hat w)}$$", "(d-C", "(d+C"),
    ("mle_gauss_var", "answer", "$$\\boxed{(\\hat\\mu,\\hat v)=\\left(\\bar x,\\ \\tfrac1n\\textstyle\\sum_i(x_i-\\bar x)^2\\right)}$$", "\\tfrac1n", "\\tfrac1{n-1}"),
    ("kkt_svm_two_points", "answer", "$$w=\\frac{2(x_1-x_2)}{\\|x_1-x_2\\|_2^2},\\quad b=\\frac{\\|x_2\\|_2^2-\\|x_1\\|_2^2}{\\|x_1-x_2\\|_2^2}.$$\n\n"
     "A bisector; e.g. $x_1=(1,0)$, $x_2=(-1,0)$ gives $w=(1,0)$, $b=0$.", "{2(", "{("),
    ("comm-table", "table", "| | Messages | Size |\n|---|---|---|\n| All-to-all | $n(n-1)$ | $p$ |\n| Parameter server | $2n$ | $p$ |\n| Ring all-reduce | $2n(n-1)$ | $p/n$ |\n\n### Explanation\n"
     "- **All-to-all:** each worker sends to $n-1$ others.\n- **Ring:** $n-1$ rounds, then $n-1$ more.", "$2n$", "$n$"),
]


@pytest.mark.parametrize(("problem", "part", "text", "right", "wrong"), NOTES, ids=[f"{p}-{k}" for k, (p, *_) in enumerate(NOTES)])
def test_what_notes_and_replies_arrive_at(problems: dict[str, Problem], problem: str, part: str, text: str, right: str, wrong: str) -> None:
    assert right in text
    found = grade(problems[problem], part, text, proof="never")
    assert found.verdict.value == "correct", found.reason
    assert grade(problems[problem], part, text.replace(right, wrong), proof="never").verdict.value != "correct"


@pytest.mark.parametrize(("problem", "part", "text"), [
    ("penalty-linf", "update", "g = 2*g\nu = -alpha/2*np.linalg.norm(g,1)*np.sign(g)"),
    ("penalty-l1", "value", "The value is half of\n\n$$-\\frac{\\alpha}{4}\\max_i g_i^2 .$$"),
    ("prox_sql2", "answer", "$\\operatorname{prox}(x) = \\frac{v}{1+\\lambda}$"),
    ("comm-table", "ring-size", "p/n. Times two."), ("penalty-l2", "update", "u = - alpha * g / 2   (up to a factor of 2)"),
    ("grad_softmax_ce", "answer", "$$\\frac{\\partial L}{\\partial z_i}=p_i-\\delta_{ik}.$$\n\n**Vector form.** $\\nabla_zL=p\\odot(p-e_k)$, where $e_k$ is the one-hot vector of the true class."),
    ("penalty-l2", "optimizer", "normalized gradient descent: step of length α/2 in direction −g/‖g‖₂"), ("limit-sgd", "vector", "$a\\,a^\\top a^{-1}$")])
def test_what_only_looks_like_an_answer_at_the_end(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    assert grade(problems[problem], part, text, proof="never").verdict.value != "correct"
