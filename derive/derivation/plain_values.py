"""What a rule leaves beside its answer, as plain data (JSON) and back: expressions, numbers, texts, tuples and tables of them.

An expression is its node in a table (derive.maths.nodes); a number is a text 'p/q'. Nothing is looked up by a name that the
data holds, and what is read is bounded in number.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from derive.errors import SourceError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.nodes import Table, read_number


def written(v: Any, table: Table, where: str) -> Any:
    """A value as plain data: expressions by their node, tuples and tables by a tag."""
    if isinstance(v, Expr):  # itself a tuple: first
        return {"node": table.add(v)}
    if v is None or isinstance(v, (bool, int, str)):
        return v
    if isinstance(v, Fraction):
        return {"number": str(v)}
    if isinstance(v, float):
        return {"number": str(Fraction(v))} if math.isfinite(v) else {"node": table.add(E.INF if v > 0 else E.neg(E.INF))}
    if isinstance(v, tuple):
        return {"tuple": [written(x, table, where) for x in v]}
    if isinstance(v, list):
        return [written(x, table, where) for x in v]
    if isinstance(v, dict):
        return {"table": [[written(k, table, where), written(x, table, where)] for k, x in v.items()]}
    raise SourceError(where, f"a {type(v).__name__} has no plain form.", "Leave expressions, numbers, texts and tables of them for the checks.")


class Reader:
    """Values from plain data, at most `most` of them, nested ones counted."""

    def __init__(self, nodes: list[Expr], where: str, most: int) -> None:
        self.nodes, self.where, self.most, self.left = nodes, where, most, most

    def read(self, v: Any) -> Any:
        """One value. Raises SourceError for what is none."""
        self.left -= 1
        if self.left < 0:
            raise SourceError(self.where, f"more than {self.most} values.")
        if v is None or isinstance(v, (bool, int, str)):
            return v
        if isinstance(v, list):
            return [self.read(x) for x in v]
        if isinstance(v, dict) and len(v) == 1:
            (tag, inside), = v.items()
            if tag == "node" and isinstance(inside, int) and not isinstance(inside, bool) and 0 <= inside < len(self.nodes):
                return self.nodes[inside]
            if tag == "number":
                return read_number(inside, self.where)
            if tag == "tuple" and isinstance(inside, list):
                return tuple(self.read(x) for x in inside)
            if tag == "table" and isinstance(inside, list) and all(isinstance(p, list) and len(p) == 2 for p in inside):
                return {self._name(k): self.read(x) for k, x in inside}
        raise SourceError(self.where, f"{str(v)[:80]!r} is no value here.")

    def _name(self, v: Any) -> Any:
        name = self.read(v)
        if not isinstance(name, (str, int, tuple)) or (isinstance(name, tuple) and not all(isinstance(x, (str, int)) for x in name)):
            raise SourceError(self.where, "a table is named by texts.")
        return name
