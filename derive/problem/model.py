"""The statement: Problem, Part, and what a part can ask. A statement holds no answer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from derive.errors import UsageError
from derive.maths.expr import Dim, Expr, inside_least
from derive.maths.symbols import Scope, Symbol
from derive.problem.likelihood import Model
from derive.problem.nouns.credit import DEFAULT_CREDIT, Misconception
from derive.problem.nouns.iteration import Iteration
from derive.problem.nouns.program import Derivative, Program
from derive.problem.nouns.schedule import Schedule
from derive.problem.nouns.tensors import Operation, Tensor
from derive.problem.policy import Policy
from derive.problem.variants import Variant, Variants


@dataclass(frozen=True)
class Part:
    """One question. Which fields are set depends on what it asks (see nouns.asks.ASKS).

    model: for mle and map, what is drawn from which distribution; the program maximises its log-density.
    asked: of a program over several unknowns, those that the answer gives, in order (empty: all of them);
    stacked: the answer is one vector of these unknowns, all scalars; also: what is asked beside the optimum, in order
    ('value': the optimal value).
    choose: the parameters that a best rate or step may choose; quantities: which symmetric functions of the
    eigenvalues are asked (OF_EIGENVALUES), in order; eigenvalues: names of an eigenvalue, and of the first and the second, for
    answers that use them; until: the condition that a number of steps must reach.
    what: the one quantity that is counted; counted: all of them, in order. points, digits, credit: see Policy and CREDITS.
    """

    id: str
    ask: str
    says: str = ""
    of: str | None = None
    program: Program | None = None
    model: Model | None = None
    asked: tuple[str, ...] = ()
    stacked: bool = False
    also: tuple[str, ...] = ()
    derivative: Derivative | None = None
    norm: Expr | None = None
    at: str | None = None
    schedule: str | None = None
    what: str | None = None
    counted: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    points: float = 1.0
    digits: int = 2
    aliases: tuple[str, ...] = ()
    published: str | None = None
    follow_through: bool = False
    credit: dict[str, float] = field(default_factory=dict)
    choose: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    eigenvalues: tuple[str, ...] = ()
    until: Expr | None = None


@dataclass(frozen=True)
class Problem:
    """A problem: declared symbols, and parts that each ask one thing.

    misconceptions: wrong answers it foresees; credit: shares of the points by kind (see CREDITS), which a part may
    say otherwise; policy: points, attempts and digits of a part that names none;
    variants: what the spec draws, variant: what was drawn for this problem, template: the spec before anything was drawn;
    data: the spec as it was read, which states the problem again elsewhere (in a certificate).
    """

    id: str
    title: str
    source: str
    statement: str
    symbols: dict[str, Symbol]
    parts: tuple[Part, ...]
    iteration: Iteration | None = None
    schedules: tuple[Schedule, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    operations: tuple[Operation, ...] = ()
    cues: tuple[str, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    credit: dict[str, float] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    version: str = "1"
    path: Path | None = None
    digest: str = ""
    variants: Variants | None = None
    variant: Variant | None = None
    template: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    cache: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def dims(self) -> frozenset[str]:
        """Names of the open dimensions."""
        names = {s.name for s in self.symbols.values() if s.kind == "dimension"}
        names |= {x for s in self.symbols.values() for d in s.shape for x in inside_least(d) if isinstance(x, str)}
        return frozenset(names)

    def part(self, part_id: str) -> Part:
        """The part of this id. Raises UsageError that names the ids there are."""
        for p in self.parts:
            if p.id == part_id:
                return p
        raise UsageError(self.id, f"there is no part '{part_id}'.", f"Parts: {', '.join(p.id for p in self.parts)}.")

    def conditions(self, part: Part) -> tuple[Expr, ...]:
        """Under which conditions on the parameters a part is asked."""
        program = part.program or self.base(part).program
        if program:
            return program.when
        return part.derivative.when if part.derivative else self.iteration.assume if self.iteration else ()

    def credit_for(self, kind: str, part: str = "") -> float:
        """The share of the points, 0 to 1, that this kind of mistake (or the verdict 'partial') earns in a part."""
        own = next((p.credit for p in self.parts if p.id == part), {})
        for table in (own, self.credit):
            for name in (kind, *(("partial",) if kind == "follow_through" else ())):  # a value followed through is a partial answer
                if name in table:
                    return table[name]
        return DEFAULT_CREDIT.get(kind, 0.0)

    @property
    def points(self) -> float:
        """The points of all parts together."""
        return sum(p.points for p in self.parts)

    def schedule(self, schedule_id: str) -> Schedule:
        """The schedule of this id."""
        return next(s for s in self.schedules if s.id == schedule_id)

    def base(self, part: Part) -> Part:
        """The part that this one is about: itself, or the one that `of` names."""
        return self.base(self.part(part.of)) if part.of else part

    def asked_size(self, part: Part) -> Dim:
        """The length of the vectors that this part speaks of."""
        base = self.base(part)
        name = ((base.asked or base.program.over)[0] if base.program else base.derivative.over if base.derivative
                else self.iteration.over if self.iteration else None)
        if name and self.symbols[name].shape:
            return self.symbols[name].shape[0]
        vectors = [s.shape[0] for s in self.symbols.values() if len(s.shape) == 1]
        return vectors[0] if vectors else 1

    def scope(self, part: Part | None = None) -> Scope:
        """The names that an answer to this part may use."""
        key = f"scope:{part.id if part else ''}"
        found = self.cache.get(key)
        if isinstance(found, Scope):
            return found
        size = self.asked_size(part) if part else "n"
        scope = Scope(self.symbols, self.dims, size, self.asked_name(part) if part else None, bool(self.iteration and self.iteration.noise))
        self.cache[key] = scope
        return scope

    def asked_name(self, part: Part) -> str | None:
        """The unknown that an answer to this part gives, if it has a name."""
        base, it = self.base(part), self.iteration
        if base.program:
            return (base.asked or base.program.over)[0]
        if it is None or part.ask in ("rate", "best-rate", "eigenvalues", "steps"):
            return None
        if part.ask in ("stability", "critical-step"):
            return it.step
        if part.ask == "best-step":
            return part.choose[0]
        return it.over if it.output is None or part.ask not in ("limit", "iterate") else None

    def without_given(self) -> dict[str, Symbol]:
        """The symbols with no value fixed: the problem for every admissible instance."""
        return {n: replace(s, given=None) for n, s in self.symbols.items()}
