"""What a text says of its answer in words (which entries move, how it grows, what it is parallel to) is held against the required answer."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

ONE = ("penalty-l1", "update", r"$u=-\frac{\alpha}{2}g_k e_k$ with $k=\arg\max_i|g_i|$")
L2 = ("penalty-l2", "update", r"$u=-\frac{\alpha}{2}g$")
MAX = ("penalty-linf", "update", "-(alpha/2) ||g||_1 sign(g)")
BALL1 = ("ball-l1", "update", r"$u=-\delta\,\operatorname{sign}(g_k)e_k$ with $k=\arg\max_i|g_i|$")
BALL2 = ("ball-l2", "update", "u = -delta g/||g||_2")
BALL = ("ball-linf", "update", r"$u=-\delta\operatorname{sign}(g)$")
SGD = ("limit-sgd", "vector", "$(10000,1000,100)/10101$")
ADAM = ("limit-adam", "vector", "(1,1,1)/1.11")
RESCALED = ("limit-rescaled", "vector", "$(1/3,10/3,100/3)$")
ALL = ("comm-table", "a2a-messages", "n(n-1)")
SERVER = ("comm-table", "ps-messages", "$2n$")
WHOLE = ("comm-table", "ps-size", "p")
CHUNK = ("comm-table", "ring-size", "$p/n$")
VALUE = ("penalty-linf", "value", r"$-\frac{\alpha}{4}\|g\|_1^2$")

SAID = [
    (ONE, ["Only one coordinate moves.", "All other coordinates stay at zero.", "At most one entry of u is nonzero.", "The solution is sparse.", "If g = 0 the step is zero.",
           "If several entries tie, any one of them may be chosen.", "When the maximum is attained more than once, the weight may be split between the maximisers."],
     ["The other coordinates move as well.", "Every coordinate moves.", "Exactly two entries are nonzero.", "If g = 0 we move anyway.", "All entries have the same size.", "No coordinate moves.",
      "The answer is always unique.", "If k entries tie, all k of them move at once by this amount and this is still optimal."]),
    (L2, ["It scales linearly with alpha.", "It is parallel to the gradient.", "As alpha → 0 the step vanishes.", "Every entry of u has the opposite sign of that of g.",
        "Its length is (alpha/2)||g||_2.",
          "Doubling alpha doubles the step.", "The update lies in the span of g.", "All coordinates move in general."],
     ["It scales quadratically with alpha.", "The step does not depend on the size of the gradient.", "It is orthogonal to g.", "It points in the same direction as the gradient.",
      "The step blows up as alpha goes to 0.", "As alpha → infinity the step goes to 0.", "All entries of u have the same magnitude.", "Its length is alpha ||g||_2.", "It is independent of alpha.",
      "The step length does not depend on alpha.", "The solution is not unique.", "All entries are positive."]),
    (MAX, ["All coordinates move by the same amount.", "If g = 0 then u = 0.", "It is homogeneous of degree one in g."],
     ["The entries have different magnitudes.", "It is parallel to the gradient.", "It is sparse.", "It scales quadratically with g.", "If g = 0 we move anyway."]),
    (BALL1, ["The constraint is active.", "It lies on the boundary of the ball.", "It does not depend on the size of g."],
     ["The constraint is slack.", "It lies strictly inside the ball.", "The budget is spread evenly over all coordinates.", "It grows with the size of g."]),
    (BALL2, ["It has length delta.", "Its length does not depend on g."], ["It has length 2 delta.", "Its length grows with g.", "The constraint does not bind."]),
    (BALL, ["Scaling g by 3 does not change it."], ["Scaling g by 3 triples it.", "The size of the gradient matters."]),
    (SGD, ["The first entry belongs to the feature 1.", "It is a multiple of a.", "All entries are positive.", "The first weight is the largest.", "It satisfies the equation."],
     ["The first entry belongs to the feature 0.01.", "It is orthogonal to a.", "All weights are equal.", "Some entries are negative.", "The entries are increasing.",
         "It is the only solution of the equation.",
      "Only the first weight is nonzero.", "It depends on the step size.", "It does not satisfy the equation."]),
    (ADAM, ["All weights are equal.", "All features get the same weight."], ["The entries differ.", "It is a multiple of a.", "The largest weight goes to the largest feature."]),
    (RESCALED, ["The smallest feature gets the largest weight.", "Each feature contributes 1/3 to the prediction.", "The weights are inversely proportional to the features."],
     ["The smallest feature gets the smallest weight.", "Each feature contributes 1/2 to the prediction.", "The weights are proportional to the features."]),
    (ALL, ["It grows quadratically.", "It is half of what the ring needs.", "It does not depend on p.", "The number is always even."],
     ["This is the same number as for the ring.", "That is linear in n.", "It depends on p.", "It is twice what the ring needs.", "The number is always odd."]),
    (SERVER, ["It is linear in n.", "This is fewer than for all-to-all when n > 3."], ["This is the same number as for all-to-all.", "It grows quadratically with n.", "The same as for the ring."]),
    (WHOLE, ["The same size as in all-to-all.", "Every message carries the whole vector."], ["This is the same size as in the ring.", "It shrinks as n grows.", "Every message carries one chunk."]),
    (CHUNK, ["It decreases with n.", "Each message carries one chunk."], ["It grows with n.", "It does not depend on n.", "Each message carries the whole vector."]),
    (VALUE, ["It is never positive.", "It is linear in alpha."], ["It is always positive.", "It is quadratic in alpha."]),
]


@pytest.mark.parametrize(("of", "true", "false"), SAID)
def test_what_is_said_of_the_answer_is_worked_out(problems: dict[str, Problem], of: tuple[str, str, str], true: list[str], false: list[str]) -> None:
    problem, part, answer = of
    for says in true:
        assert grade(problems[problem], part, f"{answer}. {says}", certified=False).verdict.value == "correct", says
    for says in false:
        assert grade(problems[problem], part, f"{answer}. {says}", certified=False).verdict.value != "correct", says


@pytest.mark.parametrize(("of", "true", "false"), SAID[1:3])
def test_and_in_a_clause_behind_it(problems: dict[str, Problem], of: tuple[str, str, str], true: list[str], false: list[str]) -> None:
    problem, part, answer = of
    for says in (s for s in false if s.startswith("It ")):
        assert grade(problems[problem], part, f"{answer}, which {says[3:]}", certified=False).verdict.value != "correct", says


RANGE = r"$0<\alpha<\frac{{1}}{{1.0101}}$"
OTHERS = [
    ("limit-sgd", "step-size", RANGE + ". {}.", "Both ends are excluded", "Both ends are included"),
    ("limit-sgd", "step-size", RANGE + r". For example $\alpha={}$ converges.", "1/2", "1"),
    ("limit-sgd", "step-size", RANGE + ". For larger alpha the iteration {}.", "diverges", "converges"),
    ("mle_gauss_cov", "answer", r"$S=\frac1mX^\top X$, an {} matrix.", r"$n\times n$", r"$m\times m$"),
    ("lmo_spectral", "answer", r"$D=-r\,UV^\top$, a matrix of {}.", "full rank", "rank one"),
    ("ib_newton_schulz", "answer", r"$UV^\top$, a matrix of {} norm 1.", "spectral", "Frobenius"),
    ("grad_least_squares", "answer", r"$2X^\top(Xw-y)$, a vector with ${}$ entries.", "n", "m"),
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{{-1}}X^\top y$. The larger $\lambda$, the {} the weight vector.", "shorter", "longer"),
    ("prox_linear", "answer", r"$x=v-\lambda c$. The larger $\lambda$ is, the {} $v$.", "further $x$ lies from", "closer $x$ stays to"),
    ("penalty-l2", "update", r"$u=-\frac{{\alpha}}{{2}}g$. Coordinates with a large gradient entry move {} than those with a small one.", "further", "less"),
    ("mn_halfspace", "answer", r"$x=\frac{{\max(b,0)}}{{\|a\|_2^2}}a$. For $b={}$ the solution is zero.", "-1", "1"),
    ("pli_heavy_ball", "answer", r"$d=\beta v-\eta g$. At a point with $g=0$ we {} move.", "still", "do not"),
    ("map_lasso_orthonormal", "answer", r"$w=\mathrm{{sign}}(Q^\top y)\max\left(|Q^\top y|-\frac{{s^2}}{{b}},0\right)$ entrywise. {}", "Some weights may become zero.",
        "No weight ever becomes exactly zero."),
    ("comm-table", "ring-size", "$p/n$. Thus the messages get {} as more workers join.", "shorter", "longer"),
    ("ib_gd_system", "answer", r"$w=X^\top(XX^\top)^{{-1}}y$, which {} of $X$.", "lies in the row space", "is orthogonal to every row"),
    ("penalty-linf", "update", r"$u=-\frac{{\alpha}}{{2}}\|g\|_1\operatorname{{sign}}(g)$. Here $\|g\|_1$ ({}) is the dual norm.", "the sum of the absolute values", "Euclidean norm"),
    ("penalty-l1", "update", r"$u=-\frac{{\alpha}}{{2}}g_k e_k$ with $k=\arg\max_i|g_i|$. Ties {}.", "may be broken arbitrarily", "are impossible"),
    ("lmo_linf", "answer", r"$d=-r\,\mathrm{{sign}}(g)$. Its Euclidean length is ${}$ when no entry of $g$ is zero.", r"r\sqrt{n}", "r"),
]


@pytest.mark.parametrize(("problem", "part", "text", "true", "false"), OTHERS)
def test_ranges_shapes_and_trends(problems: dict[str, Problem], problem: str, part: str, text: str, true: str, false: str) -> None:
    assert grade(problems[problem], part, text.format(true), certified=False).verdict.value == "correct"
    assert grade(problems[problem], part, text.format(false), certified=False).verdict.value != "correct"


@pytest.mark.parametrize(("of", "says"), [(ONE, "The minimiser is unique if there are no ties."), (L2, "The step size does not depend on g."),
                                          (("comm-table", "ring-messages", "$2n(n-1)$"), "It is larger than for the other two.")])
def test_what_may_be_meant_otherwise_is_not_held_against_it(problems: dict[str, Problem], of: tuple[str, str, str], says: str) -> None:
    problem, part, answer = of
    assert grade(problems[problem], part, f"{answer}. {says}", certified=False).verdict.value == "correct"
