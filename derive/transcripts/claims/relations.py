"""Two values in a relation, with the witness against it; identities in letters that nothing determines."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from derive.grading.judging.decimals import compare_rounded, shown_entries
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import show_value
from derive.maths.exact import Undefined, Value, compare, flatten, s_div
from derive.maths.expr import Expr
from derive.maths.worlds import describe
from derive.transcripts.claims.families import Family, Moment
from derive.transcripts.claims.language import LETTER
from derive.transcripts.claims.letters import letters_in, value

LEAST_DIGITS = 2  # significant digits from which a decimal says something
EQUALITIES = ("=", "~", ":=", "<-", "to")
ORDER = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "!=": (-1, 1)}


def is_zero(e: Expr) -> bool:
    return e.op == "zeros" or E.is_number(e, 0) or (e.op == "comp" and E.is_number(e.args[0], 0))


def spells_norm(sides: tuple[Expr, Expr], unknown: Expr) -> bool:
    """Whether a norm of the unknown is put equal to a sum, a maximum or a minimum over its entries, with nothing else in it."""
    a, b = (e.args[0] if e.op == "pow" or (e.op == "fn" and e.data == "sqrt") else e for e in sides)
    rule = b if a.op == "norm" else a
    return {a.op, b.op} == {"norm", "reduce"} and all(x == unknown for x in E.walk(rule) if x.op == "sym") and unknown in set(E.walk(a))


def related(x: Value, y: Value, left: Expr, right: Expr, op: str) -> bool | None:
    """Whether two values stand in a relation; None where the digits shown are too few."""
    a, b = flatten(x), flatten(y)
    if len(a) != len(b):
        return False
    if op in ORDER:
        return all(compare(s, t) in ORDER[op] for s, t in zip(a, b, strict=True))
    if op == "propto":
        return _proportional(a, b)
    if op == "parallel":
        return all(compare(a[i] * b[j], a[j] * b[i]) == 0 for i in range(len(a)) for j in range(i))
    if all(compare(s, t) == 0 for s, t in zip(a, b, strict=True)):
        return True
    for shown_side, exact_side in ((right, a), (left, b)):
        shown = shown_entries(E.as_column(shown_side), op == "~")
        if shown is not None and len(shown) == len(exact_side):
            outcome = compare_rounded(shown, exact_side, LEAST_DIGITS)
            return None if outcome.short else outcome.fits
    return op == "~" and len(a) == 1 and any(_rounds(shown, x, y) for shown, x, y in ((right, b[0], a[0]), (left, a[0], b[0])))


def _rounds(e: Expr, shown: Value, exact: Value) -> bool:
    """Whether a multiple of one decimal, as 12.2 A, is what an exact value rounds to: the factor by which they differ lies within what the decimal shows."""
    decimals = {x for x in E.walk(e) if x.op == "dec"}
    if len(decimals) != 1 or e.op not in ("mul", "neg") or compare(shown, Fraction(0)) == 0:
        return False
    number = (shown_entries(decimals.pop(), True) or [])[0]
    if number.half is None or number.digits < LEAST_DIGITS:
        return False
    ratio = s_div(exact, shown)
    return compare(ratio, 1 - number.half / abs(number.value)) >= 0 and compare(ratio, 1 + number.half / abs(number.value)) <= 0


def _proportional(a: list[Value], b: list[Value]) -> bool | None:
    if len(a) < 2:
        return None
    cross = all(compare(a[i] * b[j], a[j] * b[i]) == 0 for i in range(len(a)) for j in range(i))
    return cross and all(compare(s * t, 0) >= 0 for s, t in zip(a, b, strict=True))


def witness_of(m: Moment, x: Value, y: Value, left: Expr, right: Expr, letters: dict[str, Value]) -> dict[str, Any]:
    used = [n for n in m.world.values if any(s.op == "sym" and s.data == n for e in (left, right) for s in E.walk(e))]
    at = {**describe(m.world, used), **{k.lstrip("\\"): show_value(v) for k, v in letters.items()}}
    return {"at": at, "left": show_value(x), "right": show_value(y)}


def for_every_letter(left: Expr, right: Expr, op: str, family: Family) -> bool:
    """Whether it is an identity in letters that nothing determines."""
    tested = 0
    for m, at in _some_letters(left, right, family, (1, 1000, -1000) if op in ORDER else (1,)):
        try:
            if not related(value(left, m, at), value(right, m, at), left, right, op):
                return False
            tested += 1
        except (Undefined, NotEvaluable, TypeError, ValueError):
            continue
    return tested > 2


def against_every_letter(left: Expr, right: Expr, op: str, family: Family) -> dict[str, Any] | None:
    """An instance, with values of the letters, in which a relation fails that is said for all of them; None where none is found."""
    for m, at in _some_letters(left, right, family):
        try:
            x, y = value(left, m, at), value(right, m, at)
        except (Undefined, NotEvaluable, TypeError, ValueError):
            continue
        if related(x, y, left, right, op) is False:
            return witness_of(m, x, y, left, right, at)
    return None


def _some_letters(left: Expr, right: Expr, family: Family, scales: tuple[int, ...] = (1,)) -> Iterator[tuple[Moment, dict[str, Value]]]:
    """Worlds with values of all letters in them, vectors where the letter is one."""
    symbols = {str(x.data)[len(LETTER) :]: x.shape for e in (left, right) for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(LETTER)}
    if any(len(shape) > 1 for shape in symbols.values()):
        return
    for m in family.moments[:3]:
        for k, scale in ((k, scale) for k in range(3) for scale in scales):
            at: dict[str, Value] = {}
            for i, (name, shape) in enumerate(sorted(symbols.items())):
                first = scale * Fraction((-1) ** (i + k) * (3 + 2 * k + 5 * i), 4)
                size = 0 if not shape else shape[0] if isinstance(shape[0], int) else m.world.dims.get(shape[0], 0)
                at[name] = [first + Fraction((-1) ** j * 3 * j, 2) for j in range(size)] if shape else first
            yield m, at


def for_no_letter(left: Expr, right: Expr, op: str, family: Family) -> dict[str, Any] | None:
    """A witness against an identity in letters that nothing determines: in every instance the sides keep one ratio whatever the letters are,
    and in some it is not 1."""
    names = sorted(letters_in(left) | letters_in(right))
    if op not in ("=", ":=") or left.shape or right.shape or not all(n in letters_in(e) for n in names for e in (left, right)):
        return None
    witness = None
    for m in family.moments[:3]:
        ratios: list[Value] = []
        for k in range(4):
            at: dict[str, Value] = {n: Fraction((-1) ** (i + k) * (3 + 2 * k + 5 * i), 4) for i, n in enumerate(names)}
            try:
                x, y = value(left, m, at), value(right, m, at)
                if compare(x, Fraction(0)) == 0 or compare(y, Fraction(0)) == 0:
                    return None
                ratios.append(s_div(x, y))
            except (Undefined, NotEvaluable, TypeError, ValueError):
                return None
        if any(compare(r, ratios[0]) != 0 for r in ratios):
            return None
        if witness is None and compare(ratios[0], Fraction(1)) != 0:
            witness = witness_of(m, x, y, left, right, at)
    return witness
