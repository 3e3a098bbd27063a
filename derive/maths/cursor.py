"""The tokens at hand: looking, stepping, failing, and the bounds on what is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from derive.errors import ReadError, TooBig
from derive.maths.expr import Dim, Expr, ShapeError, eye, rebuild, walk
from derive.maths.lex import LOOKAHEAD, lex
from derive.maths.symbols import Scope
from derive.maths.tokens import Token

BARE = "bare"  # the mark of an identity matrix whose size is not written
MAX_DEPTH = 40
MAX_NODES = 3_000
MAX_HEIGHT = 150  # what evaluates a formula walks down it: a product of k factors is k deep

# Words that end a formula: prose, or the condition of a case.
WORDS = frozenset(
    "where with and or for all any if when otherwise else so thus hence then is are the such that as in which gives given since because "
    "each every some let denotes not but at on of by from to either also maybe perhaps instead actually iff only while both elsewhere "
    "other others entries entry components component coordinates coordinate elements element everywhere remaining rest total messages "
    "parameters workers it its we i.e mit wobei".split()
)


@dataclass(frozen=True)
class Choices:
    """How an ambiguous notation is read.

    slash: 'left' reads 1/2α as (1/2)α, 'right' as 1/(2α); bars: 'abs' reads |x| of a vector
    entrywise, 'norm' as its length; mixed: 'sum' reads 1 1/2 as 3/2, 'product' as 1/2; letters: 'split'
    reads np as n p where both are declared, 'whole' refuses it (specs); summand: 'argument' reads sum (x)^2 as the
    square of a sum, 'term' as a sum of squares; places: 'index' reads x_(k) as the entry at k, 'sorted' as the k-th smallest.
    """

    slash: str = "left"
    bars: str = "abs"
    mixed: str = "sum"
    letters: str = "split"
    summand: str = "argument"
    places: str = "index"


class Cursor:
    """The tokens of one formula, the place in them, and what has been met on the way."""

    def __init__(self, text: str, scope: Scope, choices: Choices, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.scope = scope
        self.choices = choices
        found = lex(text) if tokens is None else tokens
        self.tokens = [*found, *[found[-1]] * LOOKAHEAD]  # looking ahead needs no bounds
        self.i = 0
        self.depth = 0
        self.nodes = 0
        self.bars: list[str] = []
        self.openings: frozenset[int] | None = None  # places of bars that open, worked out at the first bar that could close
        self.bound: list[str] = []
        self.free: list[str] = []
        self.met: set[str] = set()
        self.notes: list[str] = []
        self.locals: dict[str, Expr] = {}
        self.skipped = False
        self.sized = False  # whether the size of a vector of ones or zeros is written
        self.heights: dict[int, tuple[Expr, int]] = {}
        self.applied = [0]  # how many functions of the text's own were applied, inner readers included

    def inner(self, tokens: list[Token], text: str | None = None) -> Self:
        """A reader of the same kind for a part of the formula, under the same bound indices."""
        part = type(self)(self.text if text is None else text, self.scope, self.choices, tokens)
        part.bound, part.heights, part.applied = self.bound, self.heights, self.applied
        return part

    @property
    def tok(self) -> Token:
        """The token at hand."""
        return self.tokens[self.i]

    def peek(self, k: int = 1) -> Token:
        """The token k places on."""
        return self.tokens[min(self.i + k, len(self.tokens) - 1)]

    def is_op(self, *values: str) -> bool:
        """Whether the token at hand is one of these operators."""
        t = self.tokens[self.i]
        return t.kind == "op" and t.value in values

    def accept(self, *values: str) -> bool:
        """Step over one of these operators if it is at hand."""
        t = self.tokens[self.i]
        if t.kind == "op" and t.value in values:
            self.i += 1
            return True
        return False

    def expect(self, value: str, what: str = "") -> None:
        """Step over this operator, or fail."""
        if not self.accept(value):
            self.fail(what or f"'{value}'")

    def fail(self, expected: str, what: str = "", slip: str = "", pos: int | None = None) -> None:
        """Raise the read error at the token at hand."""
        t = self.tok
        if not what:
            what = "The formula ends too early." if t.kind == "end" else f"'{show(t)}' cannot stand here."
        raise ReadError(self.text, t.pos if pos is None else pos, what, expected, slip)

    def build(self, make: object, *args: object, pos: int | None = None) -> Expr:
        """A node from its parts; shapes that do not fit become a read error at pos."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooBig(self.text, self.tok.pos, f"The formula has more than {MAX_NODES} parts.")
        try:
            out: Expr = make(*args)  # type: ignore[operator]
        except ShapeError as err:
            fitted = with_fitting(make, args, None if self.sized else self.scope.size)
            if fitted is None:
                raise ReadError(self.text, self.tok.pos if pos is None else pos, f"The shapes do not fit: {err}.") from None
            out = fitted
        flat = out.op == "add"  # a sum of sums is one sum
        height = 1
        for x in args:
            below = self.heights.get(id(x))
            if below is not None:
                height = max(height, below[1] + (not flat or below[0].op != "add"))
        if height > MAX_HEIGHT:
            raise TooBig(self.text, self.tok.pos, f"The formula is more than {MAX_HEIGHT} operations deep, as in a long product.")
        self.heights[id(out)] = (out, height)  # the node is kept, so that its id stays its own
        return out

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooBig(self.text, self.tok.pos, f"The formula is nested more than {MAX_DEPTH} deep.")

    def holds(self, value: str, least: int) -> bool:
        """Whether the bracket that opens at the next token holds an operator at least so often, outside inner brackets."""
        level = count = 0
        for t in self.tokens[self.i + 1 :]:
            if t.kind == "op":
                level += (t.value in ("(", "[", "{")) - (t.value in (")", "]", "}"))
                count += level == 1 and t.value == value
            if not level or t.kind == "end":
                break
        return count >= least

    def at_word(self) -> bool:
        """Whether prose stands here."""
        t = self.tokens[self.i]
        if t.kind == "words":
            return True
        if t.value == "where" and self.peek().kind == "op" and self.peek().value == "(" and not self.peek().spaced and self.holds(",", 2):
            return False  # where(condition, x, y), as code has it
        return t.kind == "name" and t.value in WORDS and t.value not in self.scope.symbols and t.value not in self.scope.dims


def with_fitting(make: object, args: tuple[object, ...], own: Dim | None) -> Expr | None:
    """The node with an identity, or with ones or zeros, whose size is not written in the size that fits: X X^T + c I, sigma - c 1.

    own: the length in which such ones and zeros were read, None where a size is written.
    """
    flat = [a for x in args for a in (x if isinstance(x, list) else [x])]
    sizes = {d for a in flat if isinstance(a, Expr) for d in a.shape}
    for k, a in enumerate(flat):
        if not isinstance(a, Expr) or not any(_has_no_size(x, own) for x in walk(a)):
            continue
        for d in sorted(sizes, key=str):
            other = resized(a, d, own)
            try:
                if other is not None:
                    changed = iter([*flat[:k], other, *flat[k + 1 :]])
                    fits: Expr = make(*([next(changed) for _ in x] if isinstance(x, list) else next(changed) for x in args))  # type: ignore[operator]
                    return fits
            except ShapeError:
                continue
    return None


def _has_no_size(e: Expr, own: Dim | None) -> bool:
    return (e.op == "eye" and e.data == BARE) or (e.op in ("ones", "zeros") and e.shape == (own,))


def resized(e: Expr, d: Dim, own: Dim | None = None) -> Expr | None:
    """A multiple of an identity (of ones, of zeros) of no written size, or a sum of such, as one of size d."""
    if e.op == "eye":
        return eye(d)._replace(data=BARE) if e.data == BARE else None
    if _has_no_size(e, own):
        return e._replace(shape=(d,))
    if e.op not in ("mul", "div", "neg", "add", "T") or not e.shape:
        return None
    args = [resized(a, d, own) if a.shape else a for a in e.args]
    return None if any(a is None for a in args) else rebuild(e, tuple(a for a in args if a is not None))


def show(t: Token) -> str:
    """A token as it may be shown in a message."""
    if t.kind == "num":
        return str(t.value[1])
    if t.kind == "cmd":
        return f"\\{t.value}"
    return str(t.value)
