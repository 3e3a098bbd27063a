"""TRL: f(prompts, completions, **columns) -> list of float or None, one a completion (GRPOTrainer and its relatives)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from derive.problem.model import Problem
from derive.rewards.scale import Reward


def trl_reward(problems: str | Path | Iterable[Problem], *, undecided: float | None, unreadable: float | None, problem: str = "problem", part: str = "part",
               **scale: float) -> Callable[..., list[float | None]]:
    """A reward function for TRL's `reward_funcs`.

    problem, part: the columns of the data set that say which part of which problem a row asks; without a column `part` the
    column `problem` may say 'problem#part'. undecided, unreadable and **scale as in Reward; None leaves a completion out of the mean.
    """
    reward = Reward(problems, undecided=undecided, unreadable=unreadable, **scale)

    def derive_reward(prompts: Sequence[Any] | None = None, completions: Sequence[Any] = (), **columns: Any) -> list[float | None]:
        names, parts = columns.get(problem) or [], columns.get(part) or []
        return [reward(_target(names, parts, i), completion, prompts[i] if prompts and i < len(prompts) else "") for i, completion in enumerate(completions)]

    return derive_reward


def _target(names: Sequence[Any], parts: Sequence[Any], i: int) -> Any:
    name = names[i] if i < len(names) else ""
    return {"problem": name, "part": parts[i]} if i < len(parts) and parts[i] else str(name)
