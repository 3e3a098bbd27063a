"""Several quantities in one reply: each with its label in words, in any order, with the working beside it."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from tests.bank import stated

ANSWERS = [
    ("cnt_gossip_ring", r"Each of the $n$ workers sends 2 messages, so $2n$ messages in total, each of size $p$.", "correct"),
    ("cnt_gossip_ring", "Each worker sends two messages, giving 2n messages of size p.", "correct"),
    ("cnt_gossip_ring", "Each worker sends one message, giving n messages of size p.", "incorrect"),
    ("cnt_gossip_ring", r"$2n$", "partial"),
    ("cnt_star_root_worker", r"$2(n-1)$ messages: $n-1$ towards the root and $n-1$ back. Each has size $p$.", "correct"),
    ("cnt_star_root_worker", r"$2n$ messages: $n$ towards the root and $n$ back. Each has size $p$.", "incorrect"),
    ("cnt_star_root_worker", r"The root receives $n-1$ messages and sends $n-1$, so altogether $2(n-1)$ messages of size $p$.", "correct"),
    ("cnt_star_root_worker", r"$n-1$ messages to the root, $n-1$ messages back, each of size $p$", "undecided"),
    ("momentum_eigenvalues", r"sum: $2-b-2\eta b s^2$, product: $1-b$", "correct"),
    ("momentum_eigenvalues", r"The trace is $2-b-2\eta b s^2$ and the determinant is $1-b$.", "correct"),
    ("momentum_eigenvalues", r"The sum of the eigenvalues (the trace) equals $2-b-2\eta b s^2$; their product (the determinant) equals $1-b$.", "correct"),
    ("momentum_eigenvalues", r"The trace is $2-b-2\eta b s^2$ and the determinant is $1-b$, so the sum is $2-b-2\eta b s^2$ and the product is $1-b$.", "correct"),
    ("momentum_eigenvalues", r"The trace is $2-b$ and the determinant is $1-b$, yet the sum is $2-b-2\eta b s^2$ and the product is $1-b$.", "undecided"),
    ("momentum_eigenvalues", r"The sum is $1-b$ and the product is $2-b-2\eta b s^2$.", "incorrect"),
    ("quad_taylor_minimum", "w = H^(-1) b; value = -0.5 * b^T H^-1 b", "correct"),
    ("quad_taylor_minimum", "either w = H^(-1) b; value = -0.5 * b^T H^-1 b or value = -<inv(H) b, b>/2", "correct"),
    ("quad_taylor_minimum", "either w = H^(-1) b; value = -0.5 * b^T H^-1 b or value = <inv(H) b, b>/2", "incorrect"),
    ("quad_taylor_minimum", "w = H^(-1) b or w = H b; value = -0.5 * b^T H^-1 b", "incorrect"),
    ("kkt_passive_aggressive", r"$w = w_0 + \tau y x$, $\tau = \frac{\ell}{\|x\|^2}$, $\ell=\max(0, 1 - y (w_0\cdot x))$", "correct"),
    ("kkt_passive_aggressive", r"$w = w_0 + \tau y x$, $\tau = \frac{\ell}{\|x\|}$, $\ell=\max(0, 1 - y (w_0\cdot x))$", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_each_value_belongs_to_its_quantity(name: str, answer: str, expected: str) -> None:
    found = grade(stated(name), "answer", answer)
    assert found.verdict == expected, found.reason
