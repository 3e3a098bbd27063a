"""What a text says of its own formula is held against it: of its entries, and of how much is counted."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CLIP = "If |v_i| ≤ r the entry is {}: x_i = v_i. If v_i > r it is x_i = r, and if v_i < -r it is x_i = -r."
CLIP_TEX = r"If $|v_i|\le r$ the entry is {}: $x_i=v_i$; otherwise $x_i = r\,\operatorname{{sign}}(v_i)$."
SOFT = r"if $|v_i|\le\lambda$ the entry is {}: $x_i = 0$; if $v_i>\lambda$ it is {}: $x_i = v_i-\lambda$; if $v_i<-\lambda$: $x_i=v_i+\lambda$"
BALL, ORTHANT, PROX, SHRINK = "proj_linf_ball#answer", "proj_orthant#answer", "prox_sql2#answer", "prox_l1#answer"
A2A, RING, SIZE, SENT, BLOCK, STAR = "comm-table#a2a-messages", "comm-table#ring-messages", "comm-table#ring-size", "cnt_ring_volume#answer", "cnt_transformer_block#answer", "cnt_param_server#answer"

CLAIMS = [
    (BALL, [CLIP.format("kept"), CLIP_TEX.format("unchanged")], [CLIP.format("doubled"), CLIP.format("negated"), CLIP_TEX.format("halved"), CLIP_TEX.format("set to zero")]),
    (SHRINK, [SOFT.format("zeroed", "reduced"), SOFT.format("set to zero", "lowered")], [SOFT.format("unchanged", "reduced"), SOFT.format("zeroed", "raised"), SOFT.format("zeroed", "doubled")]),
    (ORTHANT, ["Negative entries are set to zero, positive ones are kept: x_i = max(v_i, 0).", r"$x = \max(v, 0)$ elementwise; negatives are dropped."],
     ["Negative entries are kept: x_i = max(v_i, 0).", "Positive entries are doubled: x_i = max(v_i, 0).", r"$x = \max(v, 0)$ elementwise; positives are dropped."]),
    (PROX, [r"Every entry is divided by $1+\lambda$: $x = v/(1+\lambda)$"], [r"Every entry is multiplied by $1+\lambda$: $x = v/(1+\lambda)$", r"Every entry is squared: $x = v/(1+\lambda)$"]),
    ("penalty-l2#update", [r"Each coordinate is scaled by $-\alpha/2$: $u_i=-\frac{\alpha}{2} g_i$"],
     [r"Each coordinate is scaled by $\alpha/2$: $u_i=-\frac{\alpha}{2} g_i$", r"The solution is doubled: $u=-\frac{\alpha}{2}g$"]),
]

EXTENTS = [
    (A2A, ["Each worker sends n-1 messages, so the total is n(n-1).", "n(n-1) messages, summed over all workers", "n(n-1) messages in total",
           "A total of n(n-1) messages, from every worker to every other"],
     ["The total is n(n-1) messages each.", "n(n-1) messages, each worker", "n(n-1) messages for each worker", "Each worker sends n(n-1) messages.", "n(n-1) messages apiece"]),
    (RING, ["2(n-1) per worker, hence 2n(n-1) altogether", "2n(n-1), summed over all workers and both phases."], ["Every node transmits 2n(n-1) messages", "2n(n-1) per machine"]),
    (SIZE, ["p/n parameters each", "p/n parameters per message"], ["p/n parameters in total", "p/n parameters over all messages"]),
    (SENT, ["2p(n-1)/n parameters per worker", "Each worker sends 2p(n-1)/n numbers"], ["2p(n-1)/n numbers, by all workers together"]),
    (BLOCK, ["12 d^2 + 13 d parameters per block"], ["The total is 12 d^2 + 13 d parameters each", "12 d^2 + 13 d parameters per head"]),
    (STAR, ["2n messages of p numbers each", "2n messages in total, each of p numbers", "2n messages of size p in total"], ["2n messages per worker, each of p numbers"]),
]


@pytest.mark.parametrize(("part", "right", "wrong"), [*CLAIMS, *EXTENTS])
def test_what_is_said_is_what_is_given(problems: dict[str, Problem], part: str, right: list[str], wrong: list[str]) -> None:
    name, _, place = part.partition("#")
    for text in right:
        assert grade(problems[name], place, text).verdict.value == "correct", text
    for text in wrong:
        assert grade(problems[name], place, text).verdict.value != "correct", text
