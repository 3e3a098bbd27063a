"""Words beside a formula that make another value of it, and tables as literals and sentences: each with its near miss."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

RIGHT = "(1/3, 10/3, 100/3)"
CHANGED = [
    "one third of {}", "half of {}", "0.1 of {}", "10% of {}", "the reciprocal of {}", "parallel to {}", "close to the negative of {}", "halfway to {}",
    "{} halved", "{}, doubled", "{} in reverse order", "{} but with opposite signs", "{} rounded to integers", "the normalized version of {}",
    "a quarter of ${}$", "${}$ with the first two entries swapped", "$2\\times$ the vector ${}$", "${}$, scaled by 2",
]
PAIRS = [
    ("limit-rescaled", "vector", "a third of (1, 10, 100)", "a third of (1/3, 10/3, 100/3)"),
    ("limit-rescaled", "vector", "The answer is one third of the vector (1, 10, 100).", "The answer is one third of the vector (1/3, 10/3, 100/3)."),
    ("limit-rescaled", "vector", r"$\theta_i = \frac{1}{3a_i},\ i\in\{1,2,3\}$", r"$\theta_i = \frac{1}{3a_i},\ i\in\{1,2\}$"),
    ("limit-rescaled", "vector", r"$\theta_i = \frac{1}{3a_i}\; (i=1,2,3)$", r"$\theta_i = \frac{1}{3}\; (i=1,2,3)$"),
    ("limit-sgd", "vector", r"$\theta^\dagger = {a \over a^\top a}$", r"$\theta^\dagger = {a \over a^\top \theta}$"),
    ("penalty-l2", "update", "the optimal update is minus one half alpha times g", "the optimal update is minus one half times g"),
    ("limit-rescaled", "vector", "half of (2/3, 20/3, 200/3)", "half of (1/3, 10/3, 100/3)"),
    ("limit-rescaled", "vector", r"$\frac13$ of $(1,10,100)$", r"$\frac13$ of $(\frac13,\frac{10}{3},\frac{100}{3})$"),
    ("limit-rescaled", "vector", "θ_i = 1/(3a_i) for i = 1, 2, 3", "θ_i = 1/(3a_i) for i = 1, 2"),
    ("limit-rescaled", "vector", r"The scaled solution is parallel to $(1,1,1)$; so $\theta = (\frac13,\frac{10}{3},\frac{100}{3})$",
     r"The solution is parallel to $(\frac13,\frac{10}{3},\frac{100}{3})$"),
    ("limit-sgd", "vector", "| coordinate | value |\n|---|---|\n| θ₁ | 0.9900 |\n| θ₂ | 0.0990 |\n| θ₃ | 0.00990 |",
     "| coordinate | value |\n|---|---|\n| θ₁ | 0.0990 |\n| θ₂ | 0.9900 |\n| θ₃ | 0.00990 |"),
    ("penalty-l2", "update", "half of -alpha g", "half of -(alpha/2) g"),
    ("penalty-l2", "update", "minus half of alpha times g", "minus half of alpha times g squared"),
    ("penalty-l2", "update", "u = g.copy()\nu *= -alpha / 2", "u = g.copy()\nu *= -alpha"),
    ("penalty-linf", "update", r"$u=-\frac{\alpha}{2}S\operatorname{sign}(g)$ where $S=\sum_i|g_i|$", r"$u=-\frac{\alpha}{2}\|g\|_1 S\operatorname{sign}(g)$"),
    ("comm-table", "ring-size", "1/n of p", "1/n of p/n"),
    ("comm-table", "table", "{'all-to-all': (n*(n-1), p), 'parameter server': (2*n, p), 'ring': (2*n*(n-1), p/n)}",
     "{'all-to-all': (n*(n-1), p), 'ring': (2*n, p), 'parameter server': (2*n*(n-1), p/n)}"),
    ("comm-table", "table", "[('all-to-all', n*(n-1), p), ('parameter server', 2*n, p), ('ring', 2*n*(n-1), p/n)]",
     "[('all-to-all', n*(n-1), p), ('parameter server', 2*n, p), ('ring', 2*n*(n-1), p)]"),
    ("comm-table", "table", 't = {"all-to-all": {"messages": n*(n-1), "size": p}, "ps": {"size": p, "messages": 2*n}, "ring": {"messages": 2*n*(n-1), "size": p/n}}',
     't = {"all-to-all": {"size": n*(n-1), "messages": p}, "ps": {"size": p, "messages": 2*n}, "ring": {"messages": 2*n*(n-1), "size": p/n}}'),
    ("comm-table", "table", "With all-to-all there are n(n-1) messages of size p, with a parameter server 2n messages of size p, and with ring all-reduce 2n(n-1) messages of size p/n.",
     "n(n-1) messages of size p are sent by all-to-all, 2n(n-1) messages of size p/n by a parameter server, and 2n messages of size p by ring all-reduce."),
    ("penalty-l2", "optimizer", "gradient descent with step size alpha/2", "gradient descent scaled by the norm of the gradient"),
    ("penalty-l2", "optimizer", "gradient descent whose step is scaled by the size of the gradient", "gradient descent multiplied by the gradient norm"),
    ("penalty-l2", "optimizer", "gradient descent on all coordinates", "gradient descent on the largest coordinate"),
    ("penalty-l1", "optimizer", "greedy coordinate descent on the largest gradient coordinate", "greedy coordinate descent on the smallest gradient coordinate"),
]


@pytest.mark.parametrize("words", CHANGED)
def test_a_right_formula_that_words_change_is_not_right(problems: dict[str, Problem], words: str) -> None:
    assert grade(problems["limit-rescaled"], "vector", RIGHT, certified=False).verdict.value == "correct"
    assert grade(problems["limit-rescaled"], "vector", words.format(RIGHT), certified=False).verdict.value != "correct"


@pytest.mark.parametrize(("problem", "part", "right", "miss"), PAIRS)
def test_a_form_and_its_near_miss(problems: dict[str, Problem], problem: str, part: str, right: str, miss: str) -> None:
    assert grade(problems[problem], part, right, certified=False).verdict.value == "correct"
    assert grade(problems[problem], part, miss, certified=False).verdict.value != "correct"
