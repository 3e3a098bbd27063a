"""A text -> a number: the grade of what a model wrote of its own, on the scale that the caller states."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from derive.errors import UsageError
from derive.grading.diagnosis.siblings import introduce
from derive.grading.many import grade_item
from derive.grading.verdict import Verdict
from derive.problem.load import load_all
from derive.problem.model import Problem

_LOG = logging.getLogger("derive.rewards")
_END_OF_THINKING = "</think>"
_THINKING = "<think>"
LEAST_ECHO = 12  # characters of a line of the prompt whose repetition is no answer; shorter ones may be one by chance


class Reward:
    """The reward of one text.

    problems: the name of an installed set, a spec, a folder, or problems; undecided, unreadable: what those verdicts earn, a number
    or None where the loop takes None for "no reward"; correct, incorrect, partial: what those earn, 1, 0 and 0 if nothing is said; partial=None
    gives the score of the grade, which the spec's credit decides.

    Safe to call from threads; it keeps nothing but the keys of the problems. It never raises: a text that names no known problem
    earns what an undecided one earns, and is told to the log 'derive.rewards'.
    """

    def __init__(self, problems: str | Path | Iterable[Problem], *, undecided: float | None, unreadable: float | None, correct: float = 1.0, incorrect: float = 0.0,
                 partial: float | None = 0.0) -> None:
        found = load_all([problems]) if isinstance(problems, (str, Path)) else list(problems)
        introduce(found)
        self.problems = {p.id: p for p in found}
        self.partial = partial
        self.earned = {Verdict.CORRECT.value: correct, Verdict.INCORRECT.value: incorrect, Verdict.UNDECIDED.value: undecided, Verdict.UNREADABLE.value: unreadable}

    def __call__(self, target: Any, completion: Any, prompt: Any = "") -> float | None:
        """The reward of a completion for a target ('problem#part', or a table with problem and part), given the prompt."""
        return self.judged(target, completion, prompt)[0]

    def judged(self, target: Any, completion: Any, prompt: Any = "") -> tuple[float | None, dict[str, Any]]:
        """The reward, with the grade as plain data (`Grade.to_dict`)."""
        try:
            problem, part = self._named(target)
            text = own_words(text_of(completion), text_of(prompt))
            grade = grade_item({"problem": problem, "part": part, "answer": text}, self.problems).to_dict()
        except Exception as err:  # a training run of days does not end on one odd row
            _LOG.warning("no reward for %.80r: %s", target, err)
            return self.earned["undecided"], {"verdict": "undecided", "score": None, "reason": str(err)}
        return self._worth(grade), grade

    def _worth(self, grade: dict[str, Any]) -> float | None:
        verdict = grade["verdict"]
        if verdict != Verdict.PARTIAL.value:
            return self.earned[verdict]
        return self.partial if self.partial is not None else float(grade["score"] or 0.0)

    def _named(self, target: Any) -> tuple[str, str]:
        """Problem and part that a target names; the part may be left out where there is one only."""
        if isinstance(target, str):
            name, _, part = target.partition("#")
        else:
            name, part = str(target["problem"]), str(target.get("part") or "")
        problem = self.problems.get(name)
        if problem is None:
            raise UsageError("", f"There is no problem '{name}'.", f"Problems: {', '.join(sorted(self.problems))}.")
        if not part and len(problem.parts) > 1:
            raise UsageError(name, "which part?", f"Parts: {', '.join(p.id for p in problem.parts)}.")
        return name, problem.part(part or problem.parts[0].id).id


def stated(name: str, **values: float | None) -> None:
    """Raise UsageError where a loop that knows numbers only was given None."""
    for what, value in values.items():
        if value is None:
            raise UsageError(name, f"{what}=None, and this loop takes numbers only.", f"State what {what} answers earn, like {what}=0.0.")


def text_of(said: Any) -> str:
    """The text of a completion or prompt: a text, or messages whose last one counts ({"role", "content"})."""
    if isinstance(said, str):
        return said
    if isinstance(said, dict):
        return text_of(said.get("content") or said.get("text") or "")
    if isinstance(said, (list, tuple)):
        pieces = [m for m in said if isinstance(m, dict) and m.get("type") == "text"]  # one message in pieces
        return "".join(text_of(m) for m in pieces) if pieces else text_of(said[-1]) if said else ""
    return ""


def own_words(completion: str, prompt: str = "") -> str:
    """What a model says of its own: after its thinking, without the prompt and its lines repeated. Thinking without end says nothing."""
    _, closed, after = completion.rpartition(_END_OF_THINKING)
    text = after if closed else "" if completion.lstrip().startswith(_THINKING) else completion
    if not prompt.strip():
        return text
    text = text.removeprefix(prompt)
    echoes = {line.strip() for line in prompt.splitlines() if len(line.strip()) >= LEAST_ECHO}
    return "\n".join(line for line in text.splitlines() if line.strip() not in echoes)
