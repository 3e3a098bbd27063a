"""What a statement declares about its symbols, as the algebra of words uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.derivation.programs import positive_names
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem


@dataclass(frozen=True)
class Facts:
    """What the statement declares: domains by name, names that are >= 0, assumptions, vectors that have a definition."""

    domains: Mapping[str, str]
    positive: frozenset[str]
    when: tuple[Expr, ...] = ()
    names: tuple[tuple[Expr, Expr], ...] = ()

    @staticmethod
    def of(problem: Problem, part: Part) -> Facts:
        """The facts of a part of a problem."""
        program = part.program or problem.base(part).program
        named = tuple((E.sym(s.name, s.shape), s.let) for s in problem.symbols.values() if s.let is not None and len(s.shape) == 1)
        return Facts({n: s.domain for n, s in problem.symbols.items()}, positive_names(problem), program.when if program else (), named)

    def domain(self, e: Expr) -> str:
        """The declared domain of a symbol; '' for anything else."""
        return self.domains.get(str(e.data), "real") if e.op == "sym" else ""
