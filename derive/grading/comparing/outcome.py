"""What a comparison says: the verdict, its strength, and a witness where two sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.maths.equality import show_value
from derive.maths.exact import Value, flatten, to_mpf
from derive.maths.many_digits import mpmath


@dataclass(frozen=True)
class Counterexample:
    """An instance at which two expressions differ: values of the symbols, and both sides there."""

    at: dict[str, Any]
    left: Any
    right: Any

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"at": self.at, "left": self.left, "right": self.right}


@dataclass(frozen=True)
class Comparison:
    """The outcome of a comparison.

    verdict: 'equal', 'different', 'undecided' or 'unreadable'; strength: 'proved' or 'measured', ''
    where nothing was decided; left, right: what was read; witness: where they differ; same_domain: False where equal
    values were found and one side alone is defined somewhere ('log(x^2)' and '2 log(x)' at a negative x).
    """

    verdict: str
    reason: str
    strength: str = ""
    witness: Counterexample | None = None
    left: str = ""
    right: str = ""
    same_domain: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {"verdict": self.verdict, "strength": self.strength or None, "reason": self.reason, "left": self.left,
                "right": self.right, "same_domain": self.same_domain, "witness": self.witness.to_dict() if self.witness else None}


def different(reason: str, at: dict[str, Any], left: Any, right: Any, exactly: bool = True) -> Comparison:
    """Refuted at an instance: proved by rational numbers, else measured in digits that are stable."""
    inside = ", ".join(f"{k} = {prose(v)}" for k, v in at.items())
    where = f" At {inside}:" if inside and len(inside) < 200 else ""
    said = f"{reason}{where} {prose(left)} on the left, {prose(right)} on the right."
    return Comparison("different", said, "proved" if exactly else "measured", Counterexample(at, left, right))


def undecided(why: str) -> Comparison:
    """Neither proved nor refuted, and why."""
    return Comparison("undecided", f"It could not be decided: {why}.")


def worst(found: list[Comparison], reason: str) -> Comparison:
    """A whole is different if a part is, equal if all parts are, as strong as the weakest."""
    for verdict in ("different", "undecided"):
        for c in found:
            if c.verdict == verdict:
                return c
    return Comparison("equal", reason, "measured" if any(c.strength == "measured" for c in found) else "proved")


def as_witness(a: Value, b: Value) -> tuple[Any, Any]:
    """Two values as a witness shows them, with as many digits as tell them apart."""
    if a is None or b is None:
        return "undefined" if a is None else show_value(a), "undefined" if b is None else show_value(b)
    x, y = show_value(a), show_value(b)
    if isinstance(x, list) or isinstance(y, list):
        pairs = [as_witness(p, q) for p, q in zip(flatten(a), flatten(b), strict=True)] if x == y else []
        return ([p for p, _ in pairs], [q for _, q in pairs]) if pairs else (x, y)
    with mpmath.workdps(400):
        p, q = to_mpf(a), to_mpf(b)
        if "0" in (x, y) or "0.0" in (x, y) or abs(p - q) <= abs(q) * mpmath.mpf(10) ** -11:
            x, y = (mpmath.nstr(v, 55, strip_zeros=True) for v in (p, q))
            if p != q and (x == y or abs(p - q) < abs(q) * mpmath.mpf(10) ** -54):
                x = f"{y} {'+' if p > q else '-'} {mpmath.nstr(abs(p - q), 5)}"
    return x, y


def prose(v: Any) -> str:
    """A value of a witness as a sentence holds it: a vector (1, 2), a matrix [[1, 2], [3, 4]]."""
    if isinstance(v, list) and v and all(isinstance(row, list) for row in v):
        return "[" + ", ".join(f"[{', '.join(map(prose, row))}]" for row in v) + "]"
    return "(" + ", ".join(map(prose, v)) + ")" if isinstance(v, list) else str(v)


def rational_values(*values: Value) -> bool:
    """Whether values hold rational numbers only (an undefined one is exactly that)."""
    return all(isinstance(n, Fraction) for v in values if v is not None for n in flatten(v))
