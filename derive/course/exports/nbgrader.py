'''nbgrader: the points of an answer as the bare number that an autograded cell must end in, and a notebook of such cells.

    from derive.course.exports.nbgrader import points
    points("homework/1-descent.toml#step", answer_step)          # the last line of the cell

nbgrader takes a negative or non-numeric result for full marks and anything on stderr for a failure; so this returns a float from 0 to
the points of the part, prints to stdout, and never raises on an answer. What could not be read or decided counts 0 there, because a cell can say
nothing else; the printed line begins with NOT MARKED, and the person who goes through the notebook gives the points by hand.
'''

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derive.course.collate import collate
from derive.course.exports.markdown import feedback_markdown
from derive.course.gather import Submission
from derive.course.labels import part_number
from derive.course.mark import Marker
from derive.problem.load import load
from derive.problem.model import Part, Problem

_markers: dict[str, Marker] = {}


def points(target: str, answer: Any, feedback: str = "hint") -> float:
    """The points of an answer to SPEC.toml#PART; prints what was read and why. Raises only where the spec or the part is wrong."""
    path, _, name = target.partition("#")
    mark = _markers.get(path)
    if mark is None:
        mark = _markers[path] = Marker([load(path)], Path("."))
    problem = mark.problems[0]
    part = problem.part(name or problem.parts[0].id)
    text = answer if isinstance(answer, str) else "" if answer is None or answer is Ellipsis else str(answer)
    marked = mark(Submission("cell", "student", rows=(("part", "answer"), (part.id, text))))
    own = next(p for p in collate([problem], [marked])[0]["parts"] if p["part"] == part.id)
    if own["points"] is None:
        print(f"NOT MARKED: a person has to look. {feedback_markdown(own, feedback)}")
        return 0.0
    print(feedback_markdown(own, feedback))
    return float(own["points"])


def notebook(problems: Sequence[Problem], specs: Sequence[str], feedback: str = "hint") -> str:
    """The instructor's version of an assignment: the statement, a cell for each answer, and a locked, hidden test of its points.

    specs: where each spec lies on the machine that marks.
    """
    cells = [_cell("markdown", f"# {problems[0].title if len(problems) == 1 else 'Homework'}\n\nWrite each answer between the quotes, in LaTeX, Unicode or plain text.")]
    for p, spec in zip(problems, specs, strict=True):
        cells.append(_cell("markdown", f"## {p.title}\n\n{p.statement.strip()}"))
        for part in p.parts:
            name = _name(p, part, len(problems) > 1)
            cells.append(_cell("markdown", f"**{part_number(problems, p, part)}** {part.says or part.ask} ({part.points:g} point{'s' * (part.points != 1)})"))
            # No solution cell: nbgrader would fill it with code that raises, inside the quotes.
            cells.append(_cell("code", f'{name} = r"""\n\n"""'))
            test = (f"### BEGIN HIDDEN TESTS\nfrom derive.course.exports.nbgrader import points\n\npoints({spec + '#' + part.id!r}, {name}, feedback={feedback!r})\n### END HIDDEN TESTS")
            cells.append(_cell("code", test, f"{name}-points", points=part.points))
    book = {"cells": cells, "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def _name(p: Problem, part: Part, several: bool) -> str:
    said = f"{p.id}_{part.id}" if several else part.id
    return "answer_" + "".join(c if c.isalnum() else "_" for c in said)


def _cell(kind: str, source: str, grade_id: str = "", points: float = 0.0) -> dict[str, Any]:
    """A cell; with a grade_id a locked test that gives points."""
    own = hashlib.sha256(f"{grade_id}{source}".encode()).hexdigest()[:8]
    cell: dict[str, Any] = {"cell_type": kind, "id": own, "metadata": {}, "source": source.splitlines(keepends=True)}
    if grade_id:
        cell["metadata"] = {"nbgrader": {"schema_version": 3, "grade_id": grade_id, "grade": True, "solution": False, "locked": True, "task": False, "points": points}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


__all__ = ["notebook", "points"]
