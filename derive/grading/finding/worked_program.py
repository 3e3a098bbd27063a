"""A calculation in lines of Python, 'phase = (n - 1)*p/n; total = 2*phase': its last line, with what the lines before it compute put in.

Only where a number without a symbol of its own is asked: there each line by itself could be taken for an answer.
"""

from __future__ import annotations

import ast

from derive.errors import ReadError
from derive.grading.finding.wanted import Alternative, Interpretation, Member, Reply, Wanted
from derive.maths.code import read_code

MOST_TEXT = 1_500
NOTE = "the last line is read, with what the lines before it compute"


def worked_program(text: str, wanted: Wanted) -> Reply | None:
    """The value of the last line; None where the text is no such calculation."""
    if wanted.asked or wanted.shape or len(text) > MOST_TEXT or not ("\n" in text or ";" in text) or any(c in text for c in "\\$`^"):
        return None
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    *steps, last = tree.body or [ast.Pass()]
    names = [s.targets[0].id for s in steps if isinstance(s, ast.Assign) and len(s.targets) == 1 and isinstance(s.targets[0], ast.Name)]
    if not names or len(names) != len(steps) or len(set(names)) != len(names) or any(wanted.scope.writes(n) for n in names):
        return None
    value = last.value if isinstance(last, ast.Assign | ast.Expr) else None
    used = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} if value is not None else set()
    if not used & set(names) or isinstance(value, ast.Tuple | ast.List | ast.Name | ast.Compare):
        return None
    try:
        found = read_code(text.strip(), wanted.scope)
    except ReadError:
        return None
    if found.shape:
        return None
    return Reply((Alternative(text, (Interpretation((Member(found),), (NOTE,), kind="asked"),)),))
