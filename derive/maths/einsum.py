"""Sums over named indices: einsum('ki,kj->ij', X, X) as the entries that it says, whatever the pattern."""

from __future__ import annotations

from derive import patterns as re
from derive.maths import expr as E
from derive.maths.expr import Dim, Expr, ShapeError
from derive.maths.projections import entry_of

_PATTERN = re.compile(r"(?P<from>[A-Za-z]{0,2}(?:,[A-Za-z]{0,2}){0,3})(?:->(?P<to>[A-Za-z]{0,2}))?")


def einsum(pattern: str, operands: list[Expr]) -> Expr:
    """sum over the indices that the result lacks of the product of the entries; without '->' the result has those that stand once, in alphabetical order.

    ShapeError where the pattern does not fit the shapes.
    """
    m = _PATTERN.fullmatch("".join(pattern.split()))
    if m is None:
        raise ShapeError("a pattern of einsum that is not read")
    letters = m["from"].split(",")
    if len(letters) != len(operands):
        raise ShapeError(f"einsum of {len(operands)} arrays with a pattern for {len(letters)}")
    whole = "".join(letters)
    out = m["to"] if m["to"] is not None else "".join(sorted(c for c in set(whole) if whole.count(c) == 1))
    sizes: dict[str, Dim] = {}
    for names, x in zip(letters, operands, strict=True):
        if len(names) != len(x.shape):
            raise ShapeError(f"the indices '{names}' for {E.shape_text(x.shape)}")
        for c, d in zip(names, x.shape, strict=True):
            if sizes.setdefault(c, d) != d:
                raise ShapeError(f"the index '{c}' of the sizes {sizes[c]} and {d}")
    if len(set(out)) != len(out) or not set(out) <= sizes.keys():
        raise ShapeError("a pattern of einsum whose result does not fit")
    factors = [_entry(x, names) for names, x in zip(letters, operands, strict=True)]
    body = factors[0]
    for f in factors[1:]:
        body = E.mul(body, f)
    for c in (c for c in dict.fromkeys(whole) if c not in out):
        body = E.reduce_over("sum", _index(c), body, E.ONE, E.dim(sizes[c]))
    for c in reversed(out):
        body = E.comp(_index(c), body, sizes[c])
    return body


def _index(letter: str) -> str:
    return f"_e{letter}"


def _entry(x: Expr, names: str) -> Expr:
    places = [E.idx(_index(c)) for c in names]
    return E.at(x, *places) if len(places) == 2 else entry_of(x, places[0]) if places else x
