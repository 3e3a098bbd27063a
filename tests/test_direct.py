"""The direct lane comes to the same verdict as the full reader and judge on plain formulas, reads the same values, and leaves what is not plain."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.grading.direct.lane import Direct
from derive.grading.keys import Key
from derive.maths.direct.floats import MARGIN
from derive.maths.direct.forms import ONE, SCALAR, VECTOR, Algebra, Beyond, number
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import value_of
from derive.maths.direct.wide import Wide
from derive.maths.direct.wide_floats import WideAt
from derive.maths.read import readings
from derive.problem.model import Problem
from tests.direct_lanes import PLAIN, lanes_of, whole


@pytest.fixture(scope="module")
def lanes(problems: dict[str, Problem]) -> dict[tuple[str, str], tuple[Key, Direct]]:
    return lanes_of(problems)


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
    ("limit-sgd", "vector", "a/(a'*a)"),  # the star of a row and a column
    ("limit-sgd", "vector", "a'/(a' a) + 1"),  # a number beside a row
    ("penalty-l2", "update", "-alpha/2*g - 0"),
    ("penalty-l1", "update", "k = np.argmax(np.abs(theta))\nu = -alpha/2*g[k]*np.eye(len(g))[k]"),  # the declared letter for another place
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


@pytest.mark.parametrize(("text", "told"), [
    (r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}$", "unreadable"), ("θ_1 = 1/3, θ_2 = 10/3, θ_3 = 100/3, θ_4 = 100/3", "unreadable"), ("θ₁ = ⅓, θ₂ = (10/3)", "unreadable"),
    ("theta_1=1/3, theta_2 = 10/3", "incorrect"), ("theta_1=1/3, theta_2 = 10/3 ∎", "incorrect"),  # assignments, of which the last one counts
    (r"$\theta_1 = \frac13, \theta_2 = \frac{10}{3}, \theta_3 = \frac{100}{3}$", ""), (r"$\theta_1 = \frac13, \theta_3 = \frac{100}{3}$", ""),
    ("theta_1=1/3, theta_2=10/3, theta_3=100/3, theta_4=0", "")])
def test_other_entries_than_are_asked_are_no_answer(lanes: dict[tuple[str, str], tuple[Key, Direct]], text: str, told: str) -> None:
    key, lane = lanes["limit-rescaled", "vector"]
    refused = lane.refused(text)
    assert ("" if refused is None else refused.value) == told and (not told or whole(key, text) == told)


@pytest.mark.parametrize("text", [
    "-(alpha/2) g", r"\frac{\alpha \|g\|_1}{2} \operatorname{sign}(-g)", r"g^T \operatorname{sign}(g) \, g", r"3\alpha^2 g - \frac{g}{2/\alpha}", r"\|{-2} g\|_1 \theta + \|g\|_2^2 g",
    r"-{\alpha \over 2} \nabla f(\theta)", "2n(n-1) g", r"\langle g, \theta \rangle g",
])
def test_both_readers_read_the_same_value(lanes: dict[tuple[str, str], tuple[Key, Direct]], text: str) -> None:
    key, lane = lanes["penalty-linf", "update"]
    r = Reader(lane.algebra, lane.words, text)
    direct, = r.chain(r.sum())
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
