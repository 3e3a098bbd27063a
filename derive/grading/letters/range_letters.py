"""The letter of a text's own that ends the range of an index."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import Reading, readings

_READ_AS = re.compile(r"(?P<own>[A-Z]) is read as (?P<read>[a-z])\b")


def by_its_ranges(text: str, found: list[Reading], wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """'(1/N) sum_{i=1}^N x_i x_i^T': a capital that ends the range of an index is the length which that index runs over, wherever it stands, and not the declared letter of its name."""
    for r in found:
        told = next((m for n in r.notes if (m := _READ_AS.fullmatch(n)) is not None and f"the upper bound {m['own']} of the sum is read as the length of the vector" in r.notes), None)
        if told is None:
            continue
        lengths = {x.args[2] for st in r.statements for t in st.terms for x in E.walk(t) if x.op == "reduce" and x.args[2].op == "dim"}
        if len(lengths) == 1 and (length := next(iter(lengths))).data != told["read"]:
            return readings(text, wanted.scope, {**local, told["own"]: length})
    return found
