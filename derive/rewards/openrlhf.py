"""OpenRLHF: reward_func(queries, prompts, labels) -> {"rewards", "scores", "extra_logs"} (remote reward functions)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from derive.grading.verdict import Verdict
from derive.problem.model import Problem
from derive.rewards.scale import Reward, stated, text_of


def openrlhf_reward(problems: str | Path | Iterable[Problem], *, undecided: float, unreadable: float, tensor: Callable[[list[float]], Any] | None = None,
                    **scale: float) -> Callable[..., dict[str, Any]]:
    """A `reward_func` for OpenRLHF.

    labels: 'problem#part', or tables with problem and part; queries: prompt and response together, of which the prompt is
    taken away. rewards: what trains; scores: the same, for dynamic filtering; extra_logs: the share of each verdict. tensor: makes
    a tensor of numbers (torch.tensor where PyTorch is there, else a list stays a list). Numbers only, as OpenRLHF takes them.
    """
    stated("openrlhf_reward", undecided=undecided, unreadable=unreadable)
    reward = Reward(problems, undecided=undecided, unreadable=unreadable, **scale)

    def reward_func(queries: Sequence[Any] = (), prompts: Sequence[Any] = (), labels: Sequence[Any] = (), **_: Any) -> dict[str, Any]:
        made = tensor or _tensor()
        found = []
        for i, query in enumerate(queries):
            prompt = text_of(prompts[i]) if i < len(prompts) else ""
            found.append(reward.judged(labels[i] if i < len(labels) else None, text_of(query).removeprefix(prompt), prompt))
        numbers = [float(score or 0.0) for score, _ in found]
        logs = {v.value: made([float(g["verdict"] == v.value) for _, g in found]) for v in Verdict}
        return {"rewards": made(numbers), "scores": made(numbers), "extra_logs": logs}

    return reward_func


def _tensor() -> Callable[[list[float]], Any]:
    try:
        import torch  # OpenRLHF brings it
    except ImportError:
        return lambda numbers: numbers
    return lambda numbers: torch.tensor(numbers, dtype=torch.float32)
