"""Where a conversation states a problem with another weight of its penalty: the answer under both."""

from __future__ import annotations

from dataclasses import dataclass

from derive.grading.grade import grade
from derive.grading.verdict import Grade
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.transcripts.claims.objectives import weight_name
from derive.transcripts.claims.settings import setting_of, under


@dataclass(frozen=True)
class Clash:
    """An answer judged under the weight of the problem and under that of the statement in the conversation.

    own, stated: the weights; grade, there: the grades under them (there is None where they are the same, or where
    the problem with the other weight is not derived).
    """

    own: str
    stated: str
    grade: Grade
    there: Grade | None

    @property
    def differs(self) -> bool:
        """Whether the conversation states the problem otherwise."""
        return self.own != self.stated


def clash_of(problem: Problem, part: Part, stated: Expr | None, text: str, g: Grade) -> Clash | None:
    """The grades of a text under the conventions in force; None where the problem has no penalty with a weight."""
    setting = setting_of(problem)
    if setting is None or setting.weight is None:
        return None
    own = weight_name(setting.weight)
    if stated is None or weight_name(stated) == own:
        return Clash(own, own, g, None)
    other = under(setting, stated, weight_name(stated))
    there = grade(other.problem, next(p for p in other.problem.parts if p.id == part.id), text, certified=False) if other is not None else None
    return Clash(own, weight_name(stated), g, there)
