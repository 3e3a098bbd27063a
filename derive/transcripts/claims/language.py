"""What the sides of relations about one problem are read with, and what they are read as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derive.maths.expr import Expr, Shape
from derive.maths.symbols import Scope
from derive.problem.nouns.iteration import Noise

LETTER, SUM = "letter:", "sum:"


class Unreadable(Exception):
    """A side of a relation that cannot be read, and why."""


@dataclass(frozen=True)
class Own:
    """A function of one argument that a text writes out: its parameter, its body, and the text of that."""

    parameter: Expr
    body: Expr
    said: str


@dataclass(frozen=True)
class Language:
    """What the sides of relations about one problem are read with.

    scope: the declared symbols; unknown: the unknown of a program (u) or the iterate (theta); objective: of a
    program; loss: the function that an iteration minimises, gradient: its gradient; features: of an iteration that
    rescales them; residual: its name, where the problem declares one; norm: the norm of the unknown in the objective; profile: letters that stand for it; vectors:
    letters that are used with a component index or said to be a vector, with their shapes; letters: single letters that stand alone
    somewhere; aliases: letters that are said to be the unknown; functions: of several arguments, as the text defines them (a Lagrangian);
    singles: of one argument, as the text defines them; states: of an iteration with several, by their notations: name and shape;
    count: the symbol of the number of steps; own: names of constants that the text uses for something of its own; values: letters for the optimal value;
    estimates: subscripts of the unknown under a hat that say which estimate it is; noise: what an iteration draws anew in every step; eigenvalues: names of those of its update;
    chosen: parameters, or quantities of theirs, whose best values a star marks;
    unnamed: a density is maximised, for which no usual name of an objective stands: J may be its logarithm with either sign and any constant.
    """

    scope: Scope
    unknown: Expr
    objective: Expr | None = None
    loss: Expr | None = None
    gradient: Expr | None = None
    iteration: bool = False
    features: str | None = None
    residual: str | None = None
    norm: Expr | None = None
    profile: frozenset[str] = frozenset()
    vectors: Mapping[str, Shape] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    functions: Mapping[str, Expr] = field(default_factory=dict)
    singles: Mapping[str, Own] = field(default_factory=dict)
    states: Mapping[str, tuple[str, Shape]] = field(default_factory=dict)
    count: str = ""
    own: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    estimates: tuple[str, ...] = ()
    noise: tuple[Noise, ...] = ()
    eigenvalues: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    unnamed: bool = False
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def with_profile(self, letters: frozenset[str]) -> Language:
        """The same with other letters for the norm of the unknown."""
        return replace(self, profile=letters, cache={})


@dataclass(frozen=True)
class Side:
    """What a side was read as; letters: undeclared letters in it; notes: 'unknown' or 'norm' where it is the
    objective, or a derivative of it, as a function of that, 'best' where it is the optimal value, 'any' where it is said of all
    parameters; 'derived' where it is a derivative of a function of the text's own."""

    expr: Expr
    letters: frozenset[str]
    notes: tuple[str, ...] = ()
