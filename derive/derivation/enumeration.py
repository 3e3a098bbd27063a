"""The truth of model sizes: every entry and every multiply-add counted one by one, at small sizes.

Tensors are enumerated entry by entry, loops index tuple by index tuple, windows by trying every start. Nothing here
knows a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr, symbols_in
from derive.maths.worlds import definition_order
from derive.problem.model import Problem
from derive.problem.nouns.tensors import Extent, Operation, Window
from derive.problem.sizes import counted_names

MAX_COUNT = 60_000  # entries or index tuples of one instance
MAX_INSTANCES = 40
VALUES = (1, 2, 3, 4, 5)
SEED = 11

Values = Mapping[str, Fraction]


class Unfit(Exception):
    """These sizes are no instance: a window that does not fit, a size that is no whole number, too much to count."""


@dataclass(frozen=True)
class Instance:
    """Values of every count, and what was counted, in the order of the part."""

    values: dict[str, Fraction]
    counts: tuple[Fraction, ...]


def instances(problem: Problem, counted: Sequence[str]) -> list[Instance]:
    """Small instances with what is counted in them, chosen by chance (seeded); kept with the problem."""
    key = f"enumerated:{'|'.join(counted)}"
    found = problem.cache.get(key)
    if isinstance(found, list):
        return found
    rng = Random(SEED)
    free = [s for s in problem.symbols.values() if s.kind == "value" and not s.shape and s.let is None]
    defined = [s for s in definition_order(problem.symbols) if s.let is not None and not s.shape]
    out: list[Instance] = []
    seen: set[tuple[Fraction, ...]] = set()
    for _ in range(30 * MAX_INSTANCES):
        if len(out) >= MAX_INSTANCES:
            break
        at: dict[str, Fraction] = {}
        for s in free:
            low = int(s.above) + 1 if s.above is not None else 0 if s.domain == "nonnegative" else 1
            at[s.name] = Fraction(exact(s.given, World({}, {}))) if s.given is not None else Fraction(low + rng.choice(VALUES) - 1)
        for s in free:
            if s.multiple_of is not None and s.given is None:
                at[s.name] *= at.get(s.multiple_of, Fraction(1))
        try:
            for s in defined:
                assert s.let is not None
                at[s.name] = exact(s.let, World(at, {}))
            mark = tuple(at.values())
            if mark in seen:
                continue
            seen.add(mark)
            out.append(Instance(at, tuple(_quotient(problem, text, at) for text in counted)))
        except (Unfit, Undefined, NotEvaluable):
            continue
    problem.cache[key] = out
    return out


def _quotient(problem: Problem, text: str, at: Values) -> Fraction:
    top, *below = [Fraction(_count(problem, quantity, names, at)) for quantity, names in counted_names(text)]
    if below and not below[0]:
        raise Unfit
    return top / below[0] if below else top


def _count(problem: Problem, quantity: str, names: tuple[str, ...], at: Values) -> int:
    operations = [o for o in problem.operations if not names or o.id in names]
    if quantity == "length":
        return sum(len(_positions(problem, *_index(problem, n), at)) for n in names)
    if quantity == "receptive_field":
        return _field(problem, names, at)
    if quantity in ("parameters", "elements"):
        return sum(_entries(shape) * copies for shape, copies in _arrays(problem, quantity, names, at))
    if quantity == "outputs":
        return sum(_tuples(problem, o, o.output[1], at) * _whole(o.copies, at) for o in operations)
    forward = sum(_tuples(problem, o, None, at) * _whole(o.copies, at) for o in operations)
    if quantity in ("multiply_adds", "flops"):
        return forward * (2 if quantity == "flops" else 1)
    backward = sum(1 for o in operations for _ in o.differentiated for _ in range(_tuples(problem, o, None, at) * _whole(o.copies, at)))
    return backward if quantity == "backward_multiply_adds" else 2 * (forward + backward)


def _arrays(problem: Problem, quantity: str, names: tuple[str, ...], at: Values) -> Iterator[tuple[tuple[int, ...], int]]:
    """Shapes and copies of the tensors that are meant."""
    for t in problem.tensors:
        if (not names and t.group == "parameters") or t.id in names or t.group in names:
            if quantity == "elements" or t.group == "parameters":
                yield tuple(_whole(d, at) for d in t.shape), _whole(t.copies, at)
    for o in problem.operations:
        for name, indices in (*o.factors, *o.bias, o.output):
            named = name in names or (o.id in names and quantity == "parameters")
            if (named or not names) and (quantity == "elements" or name in o.trained):
                yield tuple(len(_positions(problem, o, k, at)) for k in indices), _whole(o.copies, at)


def _entries(shape: tuple[int, ...]) -> int:
    count = 0
    for _ in product(*(range(d) for d in shape)):
        count += 1
        if count > MAX_COUNT:
            raise Unfit
    return count


def _tuples(problem: Problem, o: Operation, indices: tuple[str, ...] | None, at: Values) -> int:
    """How many index tuples there are, of all indices or of these."""
    seen = 0

    def go(extents: Sequence[Extent], values: dict[str, Fraction]) -> None:
        nonlocal seen
        if not extents:
            seen += 1
            if seen > MAX_COUNT:
                raise Unfit
            return
        e, rest = extents[0], extents[1:]
        for k in _positions(problem, o, e.index, values):
            go(rest, {**values, e.index: Fraction(k)})

    go([e for e in o.extents if indices is None or e.index in indices], dict(at))
    return seen


def _index(problem: Problem, name: str) -> tuple[Operation, str]:
    op, _, index = name.partition(".")
    return next(o for o in problem.operations if o.id == op), index


def _positions(problem: Problem, o: Operation, index: str, at: Values) -> Sequence[int]:
    """The values of an index: a range, or the places of a window found by trying every start."""
    e = next(e for e in o.extents if e.index == index)
    if e.window is None:
        return range(_whole(e.first, at), _whole(e.last, at) + 1)
    w = e.window
    size, stride, padding, dilation = (_whole(x, at) for x in (w.size, w.stride, w.padding, w.dilation))
    length = _length(problem, w, at)
    if stride < 1 or size < 1 or dilation < 1:
        raise Unfit
    starts = [s for s in range(-padding, length + padding) if (s + padding) % stride == 0
              and all(-padding <= s + dilation * u < length + padding for u in range(size))]
    if not starts:
        raise Unfit
    return range(1, len(starts) + 1)


def _length(problem: Problem, w: Window, at: Values) -> int:
    if isinstance(w.over, Expr):
        return _whole(w.over, at)
    o, index = _index(problem, ".".join(w.over))
    return len(_positions(problem, o, index, at))


def _field(problem: Problem, names: tuple[str, ...], at: Values) -> int:
    """How many inputs one output depends on, window by window from the last to the first."""
    reached = {0}
    for name in reversed(names):
        o, index = _index(problem, name)
        e = next(e for e in o.extents if e.index == index)
        if e.window is None:
            raise Unfit
        size, stride, dilation = (_whole(x, at) for x in (e.window.size, e.window.stride, e.window.dilation))
        for _ in range(_whole(o.copies, at)):
            reached = {stride * p + dilation * u for p in reached for u in range(size)}
            if len(reached) > MAX_COUNT:
                raise Unfit
    return max(reached) - min(reached) + 1


def _whole(e: Expr, at: Values) -> int:
    v = exact(e, World({k: v for k, v in at.items() if k in symbols_in(e)}, {}))
    if not isinstance(v, Fraction) or v.denominator != 1 or v < 0 or v > MAX_COUNT:
        raise Unfit
    return int(v)
