"""Other problems of the same set, where whoever grades has them at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.derivation.kept import kept_outcome
from derive.derivation.steps import Derivation
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem

if TYPE_CHECKING:
    from derive.grading.diagnosis.alternatives import Alternatives, Told

_SET = "diagnosis:set"


@dataclass(frozen=True)
class _Known:
    """The problems that whoever grades has at hand, or what loads them, and a name that no others have."""

    problems: tuple[Problem, ...] | Callable[[], Iterable[Problem]]
    name: str

    def beside(self, p: Problem) -> Iterator[Problem]:
        """The others of a problem's set."""
        return (q for q in (self.problems() if callable(self.problems) else self.problems) if q.id != p.id and _same_set(p, q))


def introduce(problems: Iterable[Problem]) -> None:
    """Tell the problems of a set of each other, so that an answer to one can be known when it is given to another."""
    several = tuple(problems)
    known = _Known(several, " ".join(sorted(p.id for p in several)))
    for p in several:
        p.cache[_SET] = known


def introduce_when_asked(problem: Problem, others: Callable[[], Iterable[Problem]]) -> None:
    """Tell a problem of its set, which is loaded when a wrong answer is looked for in it."""
    problem.cache.setdefault(_SET, _Known(others, ""))


def _same_set(p: Problem, q: Problem) -> bool:
    return p.path is None or q.path is None or p.path.parent == q.path.parent


def answers_of_siblings(key: Key) -> Alternatives:
    """Answers to parts of the other problems that can be read in this one."""
    from derive.grading.diagnosis.alternatives import alternatives

    known = key.problem.cache.get(_SET)
    if not isinstance(known, _Known):
        return alternatives(key, "no siblings", tuple)
    return alternatives(key, f"siblings {known.name}", lambda: _answers(key, known))


def _answers(key: Key, known: _Known) -> Iterator[Told]:
    from derive.grading.diagnosis.alternatives import Told
    from derive.grading.diagnosis.variants import SIDES

    for problem in known.beside(key.problem):
        for part in problem.parts:
            if part.ask not in SIDES or (part.ask == "limit") != (key.part.ask == "limit"):
                continue
            found = kept_outcome(problem, part)
            if isinstance(found, Derivation) and found.answer is not None and found.answer.shape == key.wanted.shape and _readable(found.answer, key, problem):
                yield Told(found.answer, f"answers another problem: {problem.id}#{part.id}")


def _readable(answer: Expr, key: Key, problem: Problem) -> bool:
    """Whether every symbol in it means the same in both problems."""
    mine, theirs = key.problem.symbols, problem.symbols
    return all(n in mine and mine[n].shape == theirs[n].shape and mine[n].given == theirs[n].given and mine[n].domain == theirs[n].domain
               for n in E.symbols_in(answer) if n in theirs) and all(n in mine for n in E.symbols_in(answer))
