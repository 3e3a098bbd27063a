"""What an answer is looked for, and what is found: the nouns of reading a reply."""

from __future__ import annotations

from dataclasses import dataclass

from derive import patterns as re
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

AS_CODE = "read as code"


@dataclass(frozen=True)
class Wanted:
    """What an answer is looked for: the unknown it is an equation for, its shape, its kind.

    asked: name of the unknown ("" where it has none); iterates: vectors whose update may be written
    as an equation for their next value; label: '@next' for a recurrence; condition: a condition is asked;
    unknowns: names that no answer may hold (those of the program whose value is asked); entries: what the entries of
    the answer are, where they have names of their own; eigenvalue, quantities: the name of an eigenvalue, and which symmetric
    functions of them are asked; supremum: an upper bound for the unknown says its supremum; normalised: the entries of the
    unknown must sum to 1, so that what it is proportional to tells it; bound: the words that state the value asked as a bound of the
    objective, 'at most' for a largest value and 'at least' for a least one; about: the title of the problem
    and its cues, which tell the methods and norms that it is about.
    """

    scope: Scope
    asked: str
    shape: E.Shape
    iterates: tuple[str, ...] = ()
    label: str = ""
    condition: bool = False
    subject: str = ""
    unknowns: tuple[str, ...] = ()
    entries: tuple[Expr, ...] = ()
    eigenvalue: str = ""
    quantities: tuple[str, ...] = ()
    supremum: bool = False
    about: tuple[str, ...] = ()
    normalised: bool = False
    bound: str = ""

    @property
    def settled(self) -> bool:
        """Whether a value is asked for itself: no bound on it, and no direction that any multiple gives."""
        return not (self.bound or self.normalised or self.eigenvalue)

    def equates(self, text: str) -> bool:
        """Whether a formula begins as an equation for the unknown, or for its next value."""
        symbols = self.scope.symbols
        heads = [self.asked, *self.iterates, *(a for n in (self.asked, *self.iterates) if n in symbols for a in symbols[n].aliases)]
        return any(re.match(rf"\\?{re.escape(h.lstrip(chr(92)))}(?![A-Za-z])[^=]{{0,24}}=", text.lstrip()) for h in heads)


@dataclass(frozen=True)
class Member:
    """One expression that the answer claims; approximate: it stands after ≈."""

    expr: Expr
    approximate: bool = False


@dataclass(frozen=True)
class Interpretation:
    """One way to read a candidate: every exact member is claimed to be the answer.

    kind: 'asked' for an equation for the unknown, 'named' for an equation for a name of the text's own,
    'bare' for an expression. said: equations beside the answer ("where A = B") in declared symbols;
    conditions: what the answer is said to need ("if A < B"); untied: the text says that no two entries tie; orders: f of
    a Θ(f) that stands alone.
    """

    members: tuple[Member, ...]
    notes: tuple[str, ...] = ()
    restated: bool = False
    kind: str = "bare"
    said: tuple[Expr, ...] = ()
    conditions: tuple[Expr, ...] = ()
    untied: bool = False
    orders: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Alternative:
    """One candidate that stands, with its readings, or the error of reading it."""

    text: str
    interpretations: tuple[Interpretation, ...]
    error: ReadError | None = None

    @property
    def kind(self) -> str:
        """The kind of its first reading, '' where it was not read."""
        return self.interpretations[0].kind if self.interpretations else ""

    def fits(self, wanted: Wanted) -> bool:
        """Whether some reading has as many axes as what is asked."""
        if wanted.condition:
            return True
        axes = len(wanted.shape)
        for i in self.interpretations:
            if i.restated:
                return True
            for m in i.members:
                if len(E.as_column(m.expr).shape) == axes:
                    return True
        return False

    @property
    def is_formula(self) -> bool:
        """Whether it is a value: no lone name or index."""
        return all(m.expr.args or m.expr.op in ("num", "dec") for i in self.interpretations for m in i.members)


@dataclass(frozen=True)
class Reply:
    """What a text answers. missing: the text is blank; alternatives: all of them stand; spoken: words were read as part of the formula."""

    alternatives: tuple[Alternative, ...]
    missing: bool = False
    spoken: bool = False
    remark: str = ""
