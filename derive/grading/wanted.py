"""What an answer is looked for, and what is found: the nouns of reading a reply."""

from __future__ import annotations

from dataclasses import dataclass

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope


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


@dataclass(frozen=True)
class Reply:
    """What a text answers. missing: the text is blank; alternatives: all of them stand; spoken: words were read as part of the formula."""

    alternatives: tuple[Alternative, ...]
    missing: bool = False
    spoken: bool = False
    remark: str = ""
