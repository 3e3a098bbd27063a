"""Many answers: one grade an item, in order, in this process or in several."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from derive.errors import UsageError
from derive.grading.diagnosis.siblings import introduce
from derive.grading.engines.workers import Lost, Workers, batched, beside
from derive.grading.grade import grade
from derive.grading.proof import checked
from derive.grading.verdict import Grade, Verdict
from derive.problem.model import Problem

REMEMBERED = 50_000
"""Texts whose grades are kept to be used again; past them the one that was not asked for longest is let go."""
BATCH = 200  # items that travel to a worker together
SECONDS = 60.0  # of clock for one item in a worker: counted limits end before; this is for what hangs
MEGABYTES = 4_000  # that a worker may take
INTERNAL = "Internal error"  # how the reason begins where the mistake is ours

Item = Mapping[str, Any]


def grade_many(items: Iterable[Item], problems: Mapping[str, Problem], *, workers: int = 1, memo: bool = True, proof: str = "auto") -> Iterator[Grade]:
    """One grade an item, in order. Items hold id, problem, part and answer.

    An item that names no known problem or part gets an 'unreadable' grade that says so; one on which we fail, or that brings its
    worker down or to its clock, an 'undecided' one. Memory does not grow with the number of items, which are taken as needed.

    workers: processes; the grades do not depend on their number. (A script that starts them keeps its own work under
    `if __name__ == "__main__":`, as everywhere in Python.) memo: equal answers to one part, and equal expressions, are judged
    once a process. proof: as for grade.
    """
    if workers < 1:
        raise UsageError("grade_many", f"workers={workers}.", "Name at least one.")
    if workers == 1:  # with the keys that the problems have already
        yield from map(_grader(tuple(problems.values()), memo, checked(proof)), items)
        return
    with Workers(grader(problems.values(), memo, checked(proof)), workers=workers, seconds=SECONDS, megabytes=MEGABYTES) as pool:
        for batch, results in beside(pool.map, batched(items, BATCH)):
            for item, g in zip(batch, results, strict=True):
                yield lost(item, g) if isinstance(g, Lost) else g


def grader(problems: Iterable[Problem], memo: bool = True, proof: str = "auto") -> Callable[[], Callable[[Item], Grade]]:
    """What makes the function of one item, here or in another process: problems travel as they are stated, not what is known of them."""
    return partial(_grader, tuple(replace(p, cache={}) for p in problems), memo, proof)


def _grader(problems: tuple[Problem, ...], memo: bool, proof: str) -> Callable[[Item], Grade]:
    introduce(problems)
    named = {p.id: p for p in problems}
    return Remembering(named, proof) if memo else partial(grade_item, problems=named, proof=proof, memo=False)


class Remembering:
    """The grade of an item, equal texts judged once. One a thread."""

    def __init__(self, problems: Mapping[str, Problem], proof: str = "auto") -> None:
        self.problems = problems
        self.proof = proof
        self._known: OrderedDict[tuple[str, str, str], Grade] = OrderedDict()

    def __call__(self, item: Item) -> Grade:
        """The grade, under the id of the item."""
        text = item.get("answer", "")
        if not isinstance(text, str):
            return grade_item(item, self.problems, self.proof)
        name = (str(item.get("problem", "")), str(item.get("part", "")), text)
        found = self._known.get(name)
        if found is None:
            self._known[name] = found = grade_item(item, self.problems, self.proof)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(name)
        return found.named(item.get("id", ""))


def grade_item(item: Item, problems: Mapping[str, Problem], proof: str = "auto", memo: bool = True) -> Grade:
    """The grade of one item. What is wrong with the item, and what is wrong with us, is said in the grade: nothing is raised."""
    name, part, text = str(item.get("problem", "")), str(item.get("part", "")), item.get("answer", "")
    given = item.get("id", "")
    if not isinstance(text, str):
        return _refused(given, name, part, str(item.get("why", "The answer is no text.")))
    try:
        if not name:
            raise UsageError("", "The item names no problem.", 'Write "problem": "...", "part": "...".')
        if name not in problems:
            raise UsageError("", f"There is no problem '{name}'.", f"Problems: {', '.join(sorted(problems))}.")
        return grade(problems[name], part, text, given, proof=proof, memo=memo)
    except UsageError as err:
        return _refused(given, name, part, str(err))
    except RecursionError:
        return _refused(given, name, part, "The answer is nested too deeply to be judged.")
    except Exception as err:  # a bug of ours: said so, scored as nothing, and the neighbours are served
        said = f"{INTERNAL} ({type(err).__name__}: {err}); please report this answer."
        return Grade(name, part, Verdict.UNDECIDED, None, "", said, id=given)


def lost(item: Item, why: Lost) -> Grade:
    """The grade of an item that no worker brought back."""
    said = f"Not judged: {why.says} Please report this answer."
    return Grade(str(item.get("problem", "")), str(item.get("part", "")), Verdict.UNDECIDED, None, "", said, id=item.get("id", ""))


def _refused(id: object, problem: str, part: str, reason: str) -> Grade:
    return Grade(problem, part, Verdict.UNREADABLE, None, "", reason, id=id)
