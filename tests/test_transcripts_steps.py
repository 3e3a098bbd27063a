"""Right steps of a derivation are not called false, and wrong ones beside them are: cases in rows, states that move together, problems beside the one at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

BANK = Path(__file__).resolve().parent.parent / "problems" / "bank"
NAMES = ("prox_nonneg_l1", "gda_bilinear", "kkt_tangency", "kkt_dual_min_norm", "ib_early_stopping", "ib_sgd_one_eq", "mn_kl_normalise")

ROWS = r"$$\begin{aligned} x_i = 0 &\quad \text{if } v_i \le \lambda \\ x_i = v_i %s \lambda &\quad \text{otherwise} \end{aligned}$$"
SCALE = r"The scale is free, so fix it: $$\min\ w^\top S w \quad \text{subject to } e^\top w = 1$$ which gives $$w = %s\frac{S^{-1} e}{e^\top S^{-1} e}$$"


@pytest.fixture(scope="module")
def bank() -> dict[str, Problem]:
    return {n: load_all([BANK / f"{n}.toml"])[0] for n in NAMES}


def verdicts(problem: Problem, text: str) -> list[str]:
    conversation = f"**User:** {problem.statement}\n\n**Assistant:** We derive it.\n\n{text}\n"
    return [c.verdict for c in find_claims(split_turns(read_text(conversation)), [problem]) if c.type not in ("identification", "qualitative")]


CASES = [
    ("prox_nonneg_l1", ROWS % "-", {"true", "hypothetical"}), ("prox_nonneg_l1", ROWS % "+", {"true", "hypothetical", "false"}),
    ("gda_bilinear", r"Let $$o_t = x^2 + y^2$$ Then $$o_{t+1} = (1 + \eta^2) o_t$$", {"definition", "true"}),
    ("gda_bilinear", r"Let $$o_t = x^2 + y^2$$ Then $$o_{t+1} = (1 - \eta^2) o_t$$", {"definition", "false"}),
    ("kkt_tangency", SCALE % "", {"hypothetical"}), ("kkt_tangency", SCALE % "-2", {"hypothetical", "false"}),
    ("kkt_dual_min_norm", r"$$\nabla_{\nu} (-J) = \tfrac12 A A^\top \nu + b$$", {"true"}), ("kkt_dual_min_norm", r"$$\nabla_{\nu} (-J) = A A^\top \nu + b$$", {"false"}),
    ("ib_early_stopping", r"$$w_{t+1} = w_t - \frac{1}{2\|X\|_2^2} X^\top (X w_t - y)$$ $$w_T = (I - (I - \frac{X^\top X}{2\|X\|_2^2})^T) (X^\top X)^{-1} X^\top y$$", {"true"}),
    ("ib_early_stopping", r"$$w_{t+1} = w_t - \frac{1}{\|X\|_2^2} X^\top (X w_t - y)$$", {"false"}), ("ib_early_stopping", r"$$w^* = (X^\top X)^{-1} X^\top y$$", {"undecided"}),
    ("ib_sgd_one_eq", r"The range is $$\eta < \frac{1}{\|a\|_2^2}$$", {"true"}), ("ib_sgd_one_eq", r"It converges where $$\eta < \frac{3}{\|a\|_2^2}$$", {"false"}),
    ("ib_sgd_one_eq", r"$$\theta_t \in \operatorname{span}\left(3 a\right)$$", {"true"}), ("ib_sgd_one_eq", r"$$\theta_t \in \operatorname{span}\left(a^2\right)$$", {"false"}),
    # the same multiplier in two statements: the second follows from the first, or not
    ("mn_kl_normalise", r"$$\nu + \log(x_i) - \log(y_i) = 0$$ hence $$x_i = y_i e^{-\nu}$$", {"true"}),
]


@pytest.mark.parametrize(("name", "text", "wanted"), CASES)
def test_steps(bank: dict[str, Problem], name: str, text: str, wanted: set[str]) -> None:
    assert set(verdicts(bank[name], text)) == wanted
