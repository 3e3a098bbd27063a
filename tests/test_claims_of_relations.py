"""Ways of communicating that are compared, relations that are said to follow, terms and eigenvalues: false ones make a right answer undecided."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("comm-table", "table", "| scheme | messages | parameters per message |\n|---|---|---|\n| All-to-all | n(n-1) | p |\n| Parameter server | 2n | p |\n| Ring all-reduce | 2n(n-1) | p/n |\n\n", [
        r"As the table shows, for n > 3 the ring sends the most messages of the three.", r"The parameter server sends the fewest messages for n > 3.",
        r"For n > 3 the ring sends more messages than the parameter server.", r"The ring has the smallest messages."], [
        r"As the table shows, for n > 3 the ring sends the fewest messages of the three.", r"The parameter server sends the most messages for n > 3.",
        r"For n > 3 the ring sends fewer messages than the parameter server.", r"The ring has the largest messages."]),
    ("comm-table", "ring-messages", r"$2n(n-1)$", [
        r". For n > 3 the parameter server needs fewer messages than all-to-all."], [
        r". The ring sends the fewest messages of the three.", r". For n > 3 the parameter server needs more messages than all-to-all."]),
    ("ib_deep_linear", "answer", r"$u=\sqrt{\tfrac{\sqrt{c^2+4}+c}{2}},\ v=\tfrac1u$ where $c=u_0^2-v_0^2$", [
        r". The layer that starts larger ends larger: $u_0>v_0$ implies $u>v$.", r". If $u_0<v_0$ then $u<v$.", r". We have $u>1$ whenever $u_0>v_0$."], [
        r". The layer that starts larger ends smaller: $u_0>v_0$ implies $u<v$.", r". If $u_0<v_0$ then $u>v$.", r". We have $u<1$ whenever $u_0>v_0$."]),
    ("kkt_kelly", "answer", r"$f=p-\frac{1-p}{b}$", [
        r". $p<1$ implies $f<1$.", r". If $b>1$ then $f<p$."], [
        r". If $b>1$ then $f>p$."]),
    ("mn_halfspace", "answer", r"$x=\frac{b}{\|a\|_2^2}a$ if $b>0$ and $x=0$ if $b\le0$", [
        r". For $b=0$ the shortest vector is $0$."], [
        r". For $b=0$ there is no shortest vector."]),
    ("momentum_eigenvalues", "answer", r"Sum $2-b-2b\eta s^2$, product $1-b$", [
        r". For $\eta=0$ the eigenvalues are $1$ and $1-b$."], [
        r". The eigenvalues are therefore $1$ and $1-b$ for every $\eta$.", r". The eigenvalues are $1-b$ and $1$."]),
    ("limit-adam", "vector", r"$\theta_\infty=\tfrac{100}{111}(1,1,1)$", [
        r"; all entries are equal.", r", so $a^\top\theta=1$."], [
        r"; each of the three terms $a_i\theta_i$ contributes $1/3$ to the sum $a^\top\theta=1$.", r"; each term $a_i\theta_i$ equals $1/3$."]),
    ("limit-rescaled", "vector", r"$\theta=(\tfrac13,\tfrac{10}{3},\tfrac{100}{3})$", [
        r"; each of the three terms $a_i\theta_i$ contributes $1/3$ to the sum."], [
        r"; each of the three terms $a_i\theta_i$ contributes $1/2$ to the sum."]),
    ("penalty-l1", "optimizer", r"Greedy coordinate descent with step size α/2", [
        r", where only one coordinate is updated in every iteration.", r". Only one coordinate moves per step."], [
        r", where all n coordinates are updated in every iteration.", r". All coordinates move in each step."]),
    ("penalty-linf", "optimizer", r"Sign descent with step size $\frac\alpha2\|g\|_1$", [
        r", where all coordinates are updated in every iteration.", r". All coordinates move by the same amount."], [
        r", where only one coordinate is updated in every iteration.", r". Only one coordinate moves in each step."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
