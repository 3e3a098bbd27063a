"""A scorer for Inspect (extra `inspect`), found by its entry point group `inspect_ai`.

    Task(dataset=[Sample(input="Minimise ...", target="penalty-l2#update")], solver=generate(), scorer=derive_scorer("cs182-hw2"))

or by name, `derive/derive_scorer`, in `inspect score LOG --scorer derive/derive_scorer -S problems=cs182-hw2`. The target of a sample is
'problem#part'; without one its metadata says `problem` and `part`.
"""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, PARTIAL, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from derive.grading.verdict import Verdict
from derive.rewards.scale import Reward

_VALUES = {Verdict.CORRECT.value: CORRECT, Verdict.PARTIAL.value: PARTIAL, Verdict.INCORRECT.value: INCORRECT}


@scorer(metrics=[accuracy(), stderr()])
def derive_scorer(problems: str, undecided: str | float = NOANSWER, unreadable: str | float = NOANSWER) -> Scorer:
    """Grade the completion of each sample: C, P or I, and what is stated for an answer that could not be decided or read.

    problems: a spec, a folder, or the name of an installed set. The score keeps what was read, the reason, and the whole grade in
    its metadata.
    """
    reward = Reward(problems, undecided=0.0, unreadable=0.0)
    values: dict[str, str | float] = {**_VALUES, Verdict.UNDECIDED.value: undecided, Verdict.UNREADABLE.value: unreadable}

    async def score(state: TaskState, target: Target) -> Score:
        named: Any = target.text.strip() or {"problem": "", **(state.metadata or {})}
        _, grade = await run_sync(reward.judged, named, state.output.completion, state.input_text)
        return Score(value=values[grade["verdict"]], answer=grade.get("read_as") or None, explanation=grade.get("reason") or None, metadata={"grade": grade})

    return score
