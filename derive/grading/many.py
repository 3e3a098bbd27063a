"""Many answers: one grade an item, in order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from derive.errors import UsageError
from derive.grading.diagnosis.siblings import introduce
from derive.grading.grade import grade
from derive.grading.verdict import Grade, Verdict
from derive.problem.model import Problem

REMEMBERED = 50_000
"""Texts whose grades are kept to be used again; past them the one that was not asked for longest is let go."""


def grade_many(items: Iterable[Mapping[str, Any]], problems: Mapping[str, Problem], *, memo: bool = True) -> Iterator[Grade]:
    """One grade an item, in order. Items hold id, problem, part and answer.

    An item that names no known problem or part gets an 'unreadable' grade that says so. Memory does not grow with the number
    of items, which are taken one by one.

    memo: equal answers to one part are judged once.
    """
    introduce(problems.values())
    known: OrderedDict[tuple[str, str, str], Grade] = OrderedDict()
    for item in items:
        text = item.get("answer", "")
        name = (str(item.get("problem", "")), str(item.get("part", "")), text)
        if not memo or not isinstance(text, str):
            yield grade_item(item, problems)
            continue
        found = known.get(name)
        if found is None:
            found = grade_item(item, problems)
            if _settled(found):
                known[name] = found
                if len(known) > REMEMBERED:
                    known.popitem(last=False)
        else:
            known.move_to_end(name)
        yield replace(found, id=str(item.get("id", "")))


def _settled(g: Grade) -> bool:
    """Whether an equal text gets an equal grade."""
    return not g.reason.startswith(INTERNAL)


INTERNAL = "Internal error"


def grade_item(item: Mapping[str, Any], problems: Mapping[str, Problem]) -> Grade:
    """The grade of one item. What is wrong with the item, and what is wrong with us, is said in the grade: nothing is raised."""
    name, part, text = str(item.get("problem", "")), str(item.get("part", "")), item.get("answer", "")
    given = str(item.get("id", ""))
    if not isinstance(text, str):
        return _refused(given, name, part, str(item.get("why", "The answer is no text.")))
    try:
        if name not in problems:
            raise UsageError("", f"There is no problem '{name}'.", f"Problems: {', '.join(sorted(problems))}.")
        return grade(problems[name], part, text, given)
    except UsageError as err:
        return _refused(given, name, part, str(err))
    except RecursionError:
        return _refused(given, name, part, "The answer is nested too deeply to be judged.")
    except Exception as err:  # a bug of ours: said so, scored as nothing, and the neighbours are served
        said = f"{INTERNAL} ({type(err).__name__}: {err}); please report this answer."
        return Grade(name, part, Verdict.UNDECIDED, None, "", said, id=given)


def _refused(id: str, problem: str, part: str, reason: str) -> Grade:
    return Grade(problem, part, Verdict.UNREADABLE, None, "", reason, id=id)
