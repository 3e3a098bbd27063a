"""What words say of the one constraint of a program: 'if v lies in the ball', 'if v is feasible' as the constraint with v for the unknown.

Only behind 'if' and the like, of a declared vector that has the shape of the unknown, and of a set that is named as what the constraint is.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.write import latex, plain

MOST_TEXT = 2_000
_SAID = re.compile(
    r"(?P<lead>\b(?:if|when|whenever|where)\s+)(?P<d>\$?)(?P<x>\\?[A-Za-z]+)(?P=d)\s+(?:already\s+)?(?:"
    r"(?:lies|is|falls)\s+(?:already\s+)?(?P<how>in|inside|within|outside)(?:\s+of)?\s+the\s+(?P<set>ball|feasible\s+(?:set|region))"
    r"|is\s+(?:already\s+)?(?P<feasible>feasible|infeasible))(?=\s*(?:[,;:.)]|$|\s(?:and|then|otherwise|else|it|the)\b))", re.I)


def with_feasibility_said(text: str, key: Key) -> str:
    """The text in which words of feasibility are the condition that they stand for."""
    if len(text) > MOST_TEXT or not (" the ball" in text or "feasible" in text) or key.program is None:
        return text
    program = key.program
    if len(program.over) != 1 or len(program.constraints) != 1:
        return text
    constraint, unknown = program.constraints[0], key.problem.symbols[program.over[0]]
    if constraint.op != "rel" or constraint.data not in _OUTSIDE or constraint.args[0].shape or constraint.args[1].shape:
        return text

    def told(m: re.Match[str]) -> str:
        point = key.problem.symbols.get(m["x"].lstrip("\\"))
        if point is None or point.kind != "value" or point.shape != unknown.shape or point.name == unknown.name:
            return m[0]
        if (m["set"] or "").lower() == "ball" and not (constraint.args[0].op == "norm" and constraint.data in ("<=", "<")):
            return m[0]
        outside = (m["how"] or m["feasible"] or "").lower() in ("outside", "infeasible")
        at = [E.replace(a, {E.sym(unknown.name, unknown.shape): E.sym(point.name, point.shape)}) for a in constraint.args]
        condition = E.rel(_OUTSIDE[constraint.data] if outside else constraint.data, *at)
        return f"{m['lead']}{f'${latex(condition)}$' if '$' in text else plain(condition)}"

    return _SAID.sub(told, text)


_OUTSIDE = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
