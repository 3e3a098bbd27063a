"""What named functions of the direct lane make of their arguments."""

from __future__ import annotations

from collections.abc import Callable

from derive.maths.direct.forms import LIST, SCALAR, VECTOR, Algebra, Beyond, Value, number
from derive.maths.direct.words import Words, ones

Function = Callable[[Algebra, Words, list[Value]], Value]


def one(args: list[Value]) -> Value:
    """The only argument."""
    if len(args) != 1:
        raise Beyond
    return args[0]


def _two(args: list[Value]) -> tuple[Value, Value]:
    if len(args) != 2:
        raise Beyond
    return args[0], args[1]


def _full(a: Algebra, words: Words, args: list[Value]) -> Value:
    size, x = _two(args)
    if not isinstance(words.dimension, int) or size[1:3] != ({0: words.dimension}, 1) or x[0] != SCALAR or len(x) == 4:
        raise Beyond
    return LIST, [x] * words.dimension, 1


def _ones(a: Algebra, words: Words, args: list[Value]) -> Value:
    if isinstance(words.dimension, str) and one(args)[1:3] == ({a.units.get(("dim", words.dimension)): 1}, 1):
        return VECTOR, {0: 1}, 1
    if not isinstance(words.dimension, int) or one(args)[1:3] != ({0: words.dimension}, 1):
        raise Beyond
    return ones(words.dimension)


def _ones_like(a: Algebra, words: Words, args: list[Value]) -> Value:
    if _vector(one(args))[0] == LIST:
        return ones(len(args[0][1]))
    return VECTOR, {0: 1}, 1


def _array(a: Algebra, words: Words, args: list[Value]) -> Value:
    if one(args)[0] not in (VECTOR, LIST):
        raise Beyond
    return args[0]


def _vector(x: Value) -> Value:
    if x[0] not in (VECTOR, LIST):
        raise Beyond
    return x


FUNCTIONS: dict[str, Function] = {
    "sign": lambda a, words, args: a.sign(one(args)),
    "abs": lambda a, words, args: a.size(one(args)),
    "sum": lambda a, words, args: a.total(_vector(one(args))),
    "multiply": lambda a, words, args: a.times(*_two(args)),
    "dot": lambda a, words, args: a.dot(*_two(args)),
    "max": lambda a, words, args: a.largest_of(args[0], VECTOR) if len(args) == 1 else a.larger(*_two(args)),
    "maximum": lambda a, words, args: a.larger(*_two(args)),
    "relu": lambda a, words, args: a.larger(one(args), number(0)),
    "exp": lambda a, words, args: a.function("exp", one(args)), "log": lambda a, words, args: a.function("log", one(args)),
    "array": _array, "full": _full, "ones": _ones, "ones_like": _ones_like,
}
"""Of values that are read already; a norm and a root also look at what stands behind them (operands.Operands)."""
