"""verl: compute_score(data_source, solution_str, ground_truth, extra_info) -> a number, or a table with 'score'."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from derive.problem.model import Problem
from derive.rewards.scale import Reward, stated


def verl_score(problems: str | Path | Iterable[Problem], *, undecided: float, unreadable: float, detail: bool = False,
               **scale: float) -> Callable[..., float | dict[str, Any]]:
    """A function for verl's `custom_reward_function`.

    ground_truth: 'problem#part', or a table with problem and part; the prompt, where extra_info holds one ('prompt' or
    'question'), is not counted as an answer. detail: a table with score, verdict, diagnosis and read_as in place of the number.
    verl takes numbers only, so undecided and unreadable are numbers.
    """
    stated("verl_score", undecided=undecided, unreadable=unreadable)
    reward = Reward(problems, undecided=undecided, unreadable=unreadable, **scale)

    def compute_score(data_source: Any = None, solution_str: Any = "", ground_truth: Any = None, extra_info: Any = None, **_: Any) -> float | dict[str, Any]:
        said = extra_info if isinstance(extra_info, dict) else {}
        score, grade = reward.judged(ground_truth, solution_str, said.get("prompt") or said.get("question") or "")
        if not detail:
            return float(score or 0.0)
        return {"score": float(score or 0.0), **{k: grade.get(k) or "" for k in ("verdict", "diagnosis", "read_as")}}

    return compute_score
