"""Counts told in clauses, in tables with a total and in programs whose names are words for them; beside each, what makes the same text another answer."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from tests.bank import stated

DOUBLING = "log2(n) rounds, n messages per round, so n*log2(n) messages in total, each p numbers long."
STAR = "2n - 2 messages (n-1 in, n-1 out), all with p numbers"
DEPTHWISE = "Cᵢ·(K² + Cₒ) parameters. Every parameter is used once per pixel, so H²·Cᵢ·(K² + Cₒ) multiply-adds."
TRAINING = "1. forward: `T*a*b` multiply-adds\n2. backward: `2*T*a*b` multiply-adds\n3. total: `6*T*a*b` FLOPs"
TWICE = "Forward T·a·b multiply-adds, backward twice as many (2·T·a·b), in total 6·T·a·b FLOPs."
TOGETHER = "The forward pass takes Tab multiply-adds, the backward pass 2Tab, and together that is 3Tab multiply-adds or 6Tab floating-point operations."
CACHE = "The cache holds 2·L·s·g·e numbers (2 for K and V). With all h heads it would be h/g times as large."
STAGES = "| stage | parameters | multiply-adds |\n|---|---|---|\n| depthwise | C_i K^2 | H^2 C_i K^2 |\n| pointwise | C_i C_o | H^2 C_i C_o |\n| total | C_i (K^2 + C_o) | H^2 C_i (K^2 + C_o) |"
SECTION = "Parameters:\n- depthwise: C_i K²\n- pointwise: C_i C_o\n- total: C_i (K² + C_o)\nMultiply-adds: H² C_i (K² + C_o)"
GOSSIP = "Every worker sends 2 messages, so 2n messages in total, each of p numbers."
PRODUCT = "log₂(n) rounds × n messages = n·log₂(n) messages, each with p numbers"
SERVER = "2n Nachrichten (n hin, n zurück), jede mit p Zahlen"
LORA = "Per matrix a·r + r·b = r(a + b) numbers, so for M matrices M·r·(a+b) in total."
BLOCK = "- Attention has 4d² + 4d parameters.\n- The MLP has 8d² + 5d.\n- The layer norms have 4d.\n- Altogether 12d² + 13d parameters."
OUTPUT = "Let o = ⌊(H+2q−K)/s⌋ + 1 be the output height. Then there are C_o(C_iK²+1) parameters and o²·C_o·C_i·K² multiply-adds."
PROSE = {"cnt_recursive_doubling": [DOUBLING, PRODUCT], "cnt_star_root_worker": [STAR], "cnt_depthwise": [DEPTHWISE, STAGES, SECTION], "cnt_training_flops": [TRAINING, TWICE, TOGETHER],
         "cnt_kv_cache": [CACHE], "cnt_gossip_ring": [GOSSIP], "cnt_param_server": [SERVER], "cnt_lora": [LORA], "cnt_transformer_block": [BLOCK], "cnt_conv": [OUTPUT]}

CODE = {
    "cnt_kv_cache": "cache = 2 * L * s * g * e      # K and V\nratio = h / g",
    "cnt_conv": "```python\nparams = C_o * (C_i * K**2 + 1)       # weights + biases\nH_out = (H + 2*q - K) // s + 1\nmacs = H_out**2 * C_o * C_i * K**2    # no bias\n```",
    "cnt_training_flops": "fwd = T*a*b\nbwd = 2*fwd\ntotal_flops = 2*(fwd + bwd)  # two for each multiply-add",
    "cnt_depthwise": "dw_params = C_i * K**2\npw_params = C_i * C_o\nparams = dw_params + pw_params\nmacs = params * H**2",
    "cnt_gossip_ring": "num_messages = 2 * n   # left and right\nmessage_size = p       # the whole vector",
}


def _right(name: str, text: str) -> bool:
    return grade(stated(name), "answer", text).verdict == "correct"


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in PROSE.items() for text in texts] + list(CODE.items()))
def test_counts_are_read(name: str, text: str) -> None:
    assert _right(name, text)


@pytest.mark.parametrize(("name", "text", "before", "after"), [
    ("cnt_recursive_doubling", DOUBLING, "each p", "each p/n"), ("cnt_recursive_doubling", DOUBLING, "n*log2(n) messages in total", "n + log2(n) messages in total"),
    ("cnt_recursive_doubling", DOUBLING, "log2(n) rounds", "n rounds"), ("cnt_recursive_doubling", DOUBLING, "each p numbers long", "p numbers in all messages"),
    ("cnt_recursive_doubling", DOUBLING, "in total", "in each round"), ("cnt_recursive_doubling", PRODUCT, "with p numbers", "with p numbers in total"),
    ("cnt_star_root_worker", STAR, "2n - 2", "2n"), ("cnt_star_root_worker", STAR, "n-1 out", "n out"), ("cnt_star_root_worker", STAR, "p numbers", "p numbers together"),
    ("cnt_star_root_worker", STAR, " (n-1 in, n-1 out)", " per worker"), ("cnt_star_root_worker", STAR, "(n-1 in, n-1 out)", "(half of them back)"),
    ("cnt_depthwise", DEPTHWISE, "once", "twice"), ("cnt_depthwise", DEPTHWISE, "H²", "H"), ("cnt_depthwise", DEPTHWISE, " multiply-adds", " multiply-adds per pixel"),
    ("cnt_depthwise", STAGES, "| H^2 C_i (K^2 + C_o) |", "| H^2 C_i K^2 |"), ("cnt_depthwise", SECTION, "- total: C_i (K² + C_o)\n", ""),
    ("cnt_depthwise", SECTION, "Parameters:", "Parameters per pixel:"),
    ("cnt_training_flops", TRAINING, "6*T", "3*T"), ("cnt_training_flops", TRAINING, "FLOPs", "multiply-adds"), ("cnt_training_flops", TWICE, "twice", "half"),
    ("cnt_training_flops", TWICE, "6·T", "3·T"),
    ("cnt_training_flops", TOGETHER, "6Tab", "3Tab"), ("cnt_training_flops", TOGETHER, "pass 2Tab", "pass Tab"),
    ("cnt_kv_cache", CACHE, "numbers", "numbers per layer"), ("cnt_kv_cache", CACHE, "h/g times", "h times"), ("cnt_kv_cache", CACHE, "as large", "as large, minus one"),
    ("cnt_gossip_ring", GOSSIP, "so 2n messages in total", "so 2n messages each"), ("cnt_gossip_ring", GOSSIP, ", so 2n messages in total", ""),
    ("cnt_gossip_ring", GOSSIP, "numbers.", "numbers, for both rings."),
    ("cnt_gossip_ring", GOSSIP, "numbers.", "numbers (we need to divide this by 2)."), ("cnt_gossip_ring", GOSSIP, "numbers.", "numbers. Now divide by two."),
    ("cnt_gossip_ring", GOSSIP, "numbers.", "numbers!!"),
    ("cnt_param_server", SERVER, "Nachrichten", "Nachrichten pro Worker"), ("cnt_param_server", SERVER, "p Zahlen", "p/2 Zahlen"), ("cnt_param_server", SERVER, "n zurück)", "1 zurück)"),
    ("cnt_lora", LORA, ", so for M matrices M·r·(a+b) in total", ""), ("cnt_lora", LORA, "in total", "in each step"), ("cnt_transformer_block", BLOCK, "- Altogether 12d² + 13d parameters.", ""),
    ("cnt_transformer_block", BLOCK, "13d parameters", "12d parameters"), ("cnt_conv", OUTPUT, "o²", "o"), ("cnt_conv", OUTPUT, "the output height", "the number of filters"),
])
def test_another_value_or_another_extent(name: str, text: str, before: str, after: str) -> None:
    assert before in text
    assert not _right(name, text.replace(before, after))


@pytest.mark.parametrize(("name", "before", "after"), [
    ("cnt_kv_cache", "2 * L", "L"), ("cnt_kv_cache", "h / g", "g / h"), ("cnt_kv_cache", "# K and V", "# per layer"), ("cnt_kv_cache", "cache =", "cache_per_layer ="),
    ("cnt_kv_cache", "h / g", "h / g  # inverse"),
    ("cnt_conv", " // s + 1", " / s + 1"), ("cnt_conv", " // s + 1", " // s"), ("cnt_conv", "H_out**2", "H_out"), ("cnt_conv", "macs =", "x ="), ("cnt_conv", "# no bias", "# wrong"),
    ("cnt_training_flops", "2*(fwd", "(fwd"), ("cnt_training_flops", "2*fwd", "fwd"), ("cnt_training_flops", "# two for each multiply-add", "# still to be halved"),
    ("cnt_training_flops", "  # two for each multiply-add", "\ntotal_flops = total_flops / 2"), ("cnt_depthwise", "dw_params + pw_params", "dw_params * pw_params"),
    ("cnt_depthwise", "params = dw_params + pw_params", "params = dw_params"),
    ("cnt_gossip_ring", "# left and right", "# per worker"), ("cnt_gossip_ring", "= p ", "= 2*p "), ("cnt_gossip_ring", "num_messages", "messages_per_worker"),
])
def test_another_program(name: str, before: str, after: str) -> None:
    assert before in CODE[name]
    assert not _right(name, CODE[name].replace(before, after))


def test_the_numbers_of_a_list_are_no_answer() -> None:
    assert grade(stated("cnt_recursive_doubling"), "answer", "1. messages: `n*log2(n)`\n2. size: `p`\n3. rounds: `log2(n)`").verdict == "correct"


def test_the_time_of_one_round_is_not_that_of_all() -> None:
    text = "1. rounds: `2*(n-1)`\n2. time per round: `2*(n-1)*(A + B*p/n)`"
    assert grade(stated("cnt_ring_time"), "answer", text).verdict != "correct"
    assert grade(stated("cnt_ring_time"), "answer", text.replace("time per round", "total time")).verdict == "correct"
