r"""Counts told in lines and sentences, what the last line arrives at, sorted entries between dots, the optimal value under a name, rows under small letters."""

from __future__ import annotations

import pytest

from derive import grade
from tests.bank import stated

RIGHT = [
    ("cnt_conv", "answer", "params: C_o(C_i K² + 1)\nH_out = floor((H + 2q − K)/s) + 1\nMACs: C_i C_o K² H_out²"),
    ("cnt_conv", "answer", r"$$\boxed{\#\text{params}=C_{out}(C_{in}K^2+1),\quad H'=\lfloor\tfrac{H+2q-K}{s}\rfloor+1,\quad \#\text{MACs}=C_{in}C_{out}K^2H'^2}$$"),
    ("cnt_kv_cache", "answer", "$2Lsge$ numbers; with full attention it would be $h/g$ times as large."),
    ("cnt_recursive_doubling", "answer", "n log₂ n messages in total (every worker sends one per round), each carries p numbers, and there are log₂ n = k rounds."),
    ("cnt_star_root_worker", "answer", "Collecting: n−1 messages. Sending back: n−1 messages.\nSo 2n − 2 messages, and each of them has p numbers."),
    ("cnt_training_flops", "answer", "forward T·a·b MACs, backward 2·T·a·b MACs, in total 3Tab MACs = 6Tab FLOPs"),
    ("cnt_transformer_block", "answer", "Q, K, V, O: 4d² weights + 4d biases\nMLP: 8d² weights + 5d biases\n2 LayerNorms: 4d\n=> 12d² + 13d"),
    ("cnt_zero3", "answer", "All-gather twice: 2(n−1)p/n.\nReduce-scatter: (n−1)p/n.\nIn all 3(n−1)p/n."),
    ("pli_mahalanobis", "value", "gᵀd = −(α/2)gᵀH⁻¹g and (1/α)dᵀHd = (α/4)gᵀH⁻¹g.\nTotal −(α/4)·gᵀH⁻¹g"),
    ("momentum_critical_step", "answer", "Trace: 2 − b − 2ηbs², determinant: 1 − b.\nThe largest η is (2 − b + 2√(1−b))/(2bs²)."),
    ("gda_bilinear", "answer", "One step gives (1 + η²)(x² + y²).\nAfter T steps: (1 + η²)^T · (x₀² + y₀²), it diverges."),
    ("quad_taylor_minimum", "value", "E(w*) = −½ bᵀH⁻¹b"),
    ("quad_taylor_minimum", "value", r"$f(w^\star) = -\frac12 b^\top H^{-1}b$"),
    ("ls_weighted", "answer", "w = (Σᵢ aᵢ xᵢxᵢᵀ)⁻¹ Σᵢ aᵢ yᵢ xᵢ"),
    ("lmo_ksparse", "value", "Sort the costs, c₍₁₎ < c₍₂₎ < … < c₍ₙ₎. The minimum is c₍₁₎ + … + c₍ₖ₎."),
    ("lmo_ksparse", "value", "c_(1) + … + c_(k)"),
    ("lmo_ksparse", "value", r"$c_{(1)} + c_{(2)} + \dots + c_{(k)}$"),
    ("ls_median", "answer", "the median of z_1, …, z_{2h+1}"),
    ("ls_median", "answer", "z_(h+1), where z_(1) < … < z_(2h+1)"),
    ("ls_median", "answer", r"Sort the numbers, $z_{(1)}<\dots<z_{(2h+1)}$. Then $x=z_{(h+1)}$."),
    ("ls_median", "value", "Sort the 2h+1 numbers as z₍₁₎<…<z₍₂ₕ₊₁₎. The least sum is (z₍ₕ₊₂₎+…+z₍₂ₕ₊₁₎) − (z₍₁₎+…+z₍ₕ₎)."),
    ("proj_ball", "value", "If ‖v − c‖ ≤ r it is 0, otherwise (‖v − c‖ − r)²"),
    ("proj_ball", "value", "Within the ball (‖v − c‖ ≤ r) the distance is 0.\nOutside, the minimum is (‖v − c‖ − r)²."),
]
WRONG = [
    ("cnt_conv", "answer", "params: C_o(C_i K² + 1)\nH_out = floor((H + 2q − K)/s)\nMACs: C_i C_o K² H_out²"),
    ("cnt_conv", "answer", "params: C_o(C_i K² + 1)\nH_out = floor((H + 2q − K)/s) + 1\nMACs: C_i C_o K² H²"),
    ("cnt_conv", "answer", r"$$\boxed{\#\text{params}=C_{out}(C_{in}K^2+1),\quad H'=\lfloor\tfrac{H+2q-K}{s}\rfloor+1,\quad \#\text{MACs}=C_{in}C_{out}K^2H'}$$"),
    ("cnt_kv_cache", "answer", "$2Lsge$ numbers; with full attention it would be $g/h$ times as large."),
    ("cnt_kv_cache", "answer", "$2Lsge$ numbers; with full attention it would be half of $h/g$ times as large."),
    ("cnt_recursive_doubling", "answer", "n log₂ n messages in total, each carries p numbers, and there are n = k rounds."),
    ("cnt_recursive_doubling", "answer", "n log₂ n messages in total, each carries p numbers, and there are k = n rounds."),
    ("cnt_star_root_worker", "answer", "Collecting: n−1 messages. Sending back: n−1 messages.\nSo 2n − 1 messages, and each of them has p numbers."),
    ("cnt_training_flops", "answer", "forward T·a·b MACs, backward 2·T·a·b MACs, in total 3Tab MACs = 3Tab FLOPs"),
    ("cnt_transformer_block", "answer", "Q, K, V, O: 4d² weights + 4d biases\nMLP: 8d² weights + 5d biases\n2 LayerNorms: 4d\n=> 12d² + 9d"),
    ("cnt_zero3", "answer", "All-gather twice: 3(n−1)p/n.\nReduce-scatter: (n−1)p/n.\nIn all 4(n−1)p/n."),
    ("pli_mahalanobis", "value", "gᵀd = −(α/2)gᵀH⁻¹g and (1/α)dᵀHd = (α/4)gᵀH⁻¹g.\nTotal −(3α/4)·gᵀH⁻¹g"),
    ("momentum_critical_step", "answer", "Trace: 2 − b − 2ηbs², determinant: 1 − b.\nThe largest η is (2 − b − 2√(1−b))/(2bs²)."),
    ("gda_bilinear", "answer", "One step gives (1 + η²)(x² + y²).\nAfter T steps: (1 + η²)^T · (x₀² + y₀²), it is halved."),
    ("quad_taylor_minimum", "value", "E(w*) = ½ bᵀH⁻¹b"),
    ("quad_taylor_minimum", "value", "f(w*) = −½ bᵀH⁻¹b, f(0) = 0, F(w*) = 0"),
    ("quad_taylor_minimum", "value", "f(w*) = ½ w*ᵀHw* − bᵀw*"),
    ("ls_weighted", "answer", "w = (Σᵢ aᵢ xᵢxᵢᵀ)⁻¹ Σᵢ yᵢ xᵢ"),
    ("lmo_ksparse", "value", "c₍₂₎ + … + c₍ₖ₎"),
    ("lmo_ksparse", "value", "c_1 + … + c_k"),
    ("lmo_ksparse", "value", "Sort the costs, c₍₁₎ > c₍₂₎ > … > c₍ₙ₎. The minimum is c₍₁₎ + … + c₍ₖ₎."),
    ("ls_median", "answer", "the median of z_1, …, z_{2h}"),
    ("ls_median", "answer", "z_(h), where z_(1) < … < z_(2h+1) are the sorted numbers"),
    ("ls_median", "answer", "z_(h+1), where z_(1) < … < z_(7) are the sorted numbers"),
    ("ls_median", "value", "Sort the 2h+1 numbers as z₍₁₎<…<z₍₂ₕ₊₁₎. The least sum is (z₍ₕ₊₁₎+…+z₍₂ₕ₊₁₎) − (z₍₁₎+…+z₍ₕ₎)."),
    ("proj_ball", "value", "If ‖v − c‖ ≥ r it is 0, otherwise (‖v − c‖ − r)²"),
    ("proj_ball", "value", "If ‖v − c‖ ≤ r it is not 0, otherwise (‖v − c‖ − r)²"),
    ("proj_ball", "value", "Within the ball (‖v − c‖ ≤ r) the distance is 0.\nOutside, the minimum is twice (‖v − c‖ − r)²."),
]


@pytest.mark.parametrize(("problem", "part", "text"), RIGHT)
def test_what_a_text_arrives_at_is_its_answer(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text).verdict.value == "correct"


@pytest.mark.parametrize(("problem", "part", "text"), WRONG)
def test_what_arrives_elsewhere_is_not_accepted(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text).verdict.value != "correct"
