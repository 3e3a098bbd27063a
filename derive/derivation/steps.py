"""A derivation: rules applied in a chain, each with its relation, its reason and what it requires."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from derive.derivation.certificate import ASSUMED, MEASURED, PROVED
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem


class Relation(Enum):
    """How the line after a step stands to the line before it."""

    EQUIVALENT = "equivalent"  # the same solutions
    REDUCES = "reduces_to"  # a solution of the later line gives one of the earlier
    BOUNDS = "bounds"  # the later line bounds the earlier
    DEFINES = "defines"  # a name for something


@dataclass(frozen=True)
class Step:
    """One line of a worked solution.

    rule: its name; says: the sentence; before, after: LaTeX of the two lines ("" where there is
    none); requires: what must hold for it; strength: 'proved', or 'measured' where something in it was decided
    at sampled values (which root lies in a piece, an order that no algebra proves): the sentence says so.
    """

    rule: str
    says: str
    after: str
    before: str = ""
    relation: Relation = Relation.EQUIVALENT
    requires: tuple[str, ...] = ()
    strength: str = PROVED


@dataclass(frozen=True)
class Derivation:
    """The chain of steps for a part, and what it ends with.

    answer: the derived Expr (None for tables and names); kind: what the answer is, which decides
    how answers are judged: 'point' (a minimiser, judged by feasibility and objective value),
    'expression' (a value), 'condition', 'norm', 'name', 'table'; value: the optimal value of a
    program; unique: '', 'always', 'generic' (where no entry is 0 and none tie) or 'no'; says:
    conditions and remarks for people; outputs: where several things are asked, each with the name that
    stands left of its "=", in order (then answer is the first of them); extra: what else the kind needs
    (see the rule), 'unknowns' the whole optimal point by name where the answer is only a part of it.
    """

    problem: Problem
    part: Part
    kind: str
    steps: tuple[Step, ...]
    answer: Expr | None = None
    value: Expr | None = None
    unique: str = ""
    says: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[tuple[str, Expr], ...] = ()

    @property
    def strength(self) -> str:
        """How strong the chain is: as its weakest step."""
        return weakest(s.strength for s in self.steps)

    @property
    def point(self) -> dict[str, Expr]:
        """The derived optimum by the names of the unknowns; empty for what is no point of a program."""
        if "unknowns" in self.extra:
            return dict(self.extra["unknowns"])
        if self.kind != "point" or self.answer is None:
            return {}
        program = self.part.program or self.problem.base(self.part).program
        return dict(self.outputs) or ({program.over[0]: self.answer} if program is not None else {})


def weakest(strengths: Iterable[str]) -> str:
    """The weakest of some strengths; 'proved' of none."""
    return min(strengths, key=(ASSUMED, MEASURED, PROVED).index, default=PROVED)


@dataclass(frozen=True)
class NotDerived:
    """No rule closes this part, and why: data, not an error. clock: a deadline ended the search, which decides nothing."""

    problem: Problem
    part: Part
    reason: str
    steps: tuple[Step, ...] = ()
    clock: bool = False


Outcome = Derivation | NotDerived
