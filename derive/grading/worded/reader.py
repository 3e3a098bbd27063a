"""What all grammars of words share: the tokens of a text, where words stand in it, and readings that are made once a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from derive.errors import ReadError
from derive.grading.worded.nouns import nouns_of
from derive.grading.worded.tokens import NotWorded, Token
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Scope

MOST_READINGS = 40

NUMBER, LETTER, PHRASE, PRODUCT, SUM = "number", "letter", "phrase", "product", "sum"


class Said(NamedTuple):
    """One reading of some words: what they mean, which kind of words they are, and where they end."""

    expr: Expr
    end: int
    kind: str = PHRASE


ARTICLES = frozenset(("the", "a", "an", "its", "this", "that", "their", "all", "each", "every"))


class Reader:
    """Words at places, and what is read there."""

    def __init__(self, tokens: list[Token], scope: Scope) -> None:
        self.tokens, self.scope = tokens, scope
        self.nouns = nouns_of(scope)
        self.made: dict[tuple[str, int], list[Said]] = {}
        self.held: list[tuple[Expr, Expr]] = []

    def once(self, name: str, at: int, make: Callable[[int], Iterable[Said]]) -> list[Said]:
        """The readings of one kind at a place. Those that are on their way are none: no phrase begins with itself."""
        key = (name, at)
        if key not in self.made:
            self.made[key] = []
            self.made[key] = list(dict.fromkeys(make(at)))
            if len(self.made[key]) > MOST_READINGS:
                raise NotWorded
        return self.made[key]

    def word(self, at: int) -> str:
        """The word at a place, '' where none stands there."""
        return self.tokens[at].word if at < len(self.tokens) else ""

    def mark(self, at: int) -> str:
        """The mark at a place."""
        return self.tokens[at].mark if at < len(self.tokens) else ""

    def after(self, at: int, *phrases: str) -> list[int]:
        """Where those of the phrases end that stand at a place; '' stands everywhere."""
        return [at + len(ws) for ws in map(str.split, phrases) if all(self.word(at + k) == w for k, w in enumerate(ws))]

    def past(self, at: int, words: frozenset[str]) -> int:
        """Where the words of a set end that stand at a place."""
        while self.word(at) in words:
            at += 1
        return at

    def number(self, at: int) -> Expr | None:
        """The number that a token is."""
        if at >= len(self.tokens):
            return None
        t = self.tokens[at]
        if t.word in NUMBERS and not t.formula:
            return E.num(NUMBERS[t.word])
        return self.formula(at) if t.formula[:1].isdigit() and t.formula.replace(".", "", 1).isdigit() else None

    def formula(self, at: int) -> Expr | None:
        """The formula at a place, where it can be read in one way and says a value."""
        found = self.formulas(at)
        return found[0] if len(found) == 1 else None

    def formulas(self, at: int) -> list[Expr]:
        """The values that the formula at a place can be read as."""
        t = self.tokens[at] if at < len(self.tokens) else None
        if t is None or not t.formula:
            return []
        if len(t.formula) == 1 and t.formula in "ijkm" and not self.scope.writes(t.formula) and t.formula not in self.scope.dims:
            return []
        try:
            found = readings(t.formula, self.scope)
        except ReadError:
            return []
        values = [r.statements[0].terms[0] for r in found if len(r.statements) == 1 and not r.statements[0].ops and len(r.statements[0].terms) == 1 and not r.skipped
                  and not any("not read" in n for n in r.notes)]
        return values if len(values) == len(found) and all(map(_is_value, values)) else []


def _is_value(e: Expr) -> bool:
    return e.op not in E.CONDITIONS and not any(
        x.op in ("new", "blank", "restate", "interval", "list", "set", "union") or (x.op == "sym" and x.data in ("inf", "nan")) for x in E.walk(e))


NUMBERS = {w: k for k, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split())}


def built(make: Callable[..., Expr], *args: Expr) -> Expr | None:
    """An expression, None where the shapes do not fit."""
    try:
        return make(*args)
    except (E.ShapeError, ZeroDivisionError):
        return None
