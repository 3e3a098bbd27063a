"""Statements that are false of the problem at hand: whether they are said of another one, or under another convention."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.language import Language, Unreadable
from derive.transcripts.claims.letters import Equation, letters_in
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.objectives import weight_name
from derive.transcripts.claims.premises import CONSTRAINS, OTHER_PROBLEM, Premise, norm_spellings, norms_named, speaks_of_another_norm
from derive.transcripts.claims.settings import Setting, setting_of, under, with_objective
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span
from derive.transcripts.claims.verdicts import Judged, judge_link
from derive.transcripts.topics import structure_of, structures


@dataclass
class Context:
    """What a conversation has said of a problem so far.

    stated: the weight of the penalty that the user's own statement has; named: the role that has named its objective
    in this turn; example: numbers that were given to what the problem leaves open, up to example_line; asked: those that the user gives; recalled: those of earlier turns;
    restarted: the line on which another start is supposed.
    """

    setting: Setting
    stated: Expr | None = None
    own: Expr | None = None
    named: str = ""
    example: dict[str, Expr] = field(default_factory=dict)
    example_line: int = 0
    asked: Mapping[str, Expr] = field(default_factory=dict)
    recalled: Mapping[str, Expr] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    restarted: int = -1000


def softened(claim: Claim, verdict: str, reason: str) -> Claim:
    """A claim that is not called false after all."""
    return replace(claim, verdict=verdict, reason=reason, witness=None, correction="", strength="", answers=False)


def installed(text: str, setting: Setting, problems: Mapping[str, Problem]) -> Setting | None:
    """The setting of an installed problem whose objective a formula is, other than the one at hand; else of this one with that objective."""
    for p in problems.values():
        if p.id == setting.problem.id or not any(part.program is not None and not part.program.constraints for part in p.parts):
            continue
        if structure_of(text, p) in structures(p):
            return setting_of(p)
    try:
        found = [s.expr for s in read_side(text, setting.lang) if not s.letters and not s.expr.shape]
    except Unreadable:
        return None
    return with_objective(setting, found[0]) if found else None


def constraint_of(link: Link, span: Span, setting: Setting, problems: Mapping[str, Problem]) -> Premise | None:
    """'subject to ||u|| <= delta': the premise that the problem is the installed one with this constraint."""
    if link.op != "<=" or "_" not in link.left or not CONSTRAINS.search(span.before.rstrip()):
        return None  # a norm without a subscript is any norm
    for p in problems.values():
        program = next((part.program for part in p.parts if part.program is not None), None)
        if program is None or len(program.constraints) != 1 or program.over != (str(setting.lang.unknown.data),) or program.constraints[0].op != "rel":
            continue
        norm, radius = program.constraints[0].args
        try:
            a, b = (read_side(t, Language(p.scope(), setting.lang.unknown))[0].expr for t in (link.left, link.right))
        except Unreadable:
            continue
        found = setting_of(p) if (a, b) == (norm, radius) and radius.op == "sym" else None
        if found is not None:
            return Premise(found, f"the constraint of {p.id}", span.line_end, radius=str(radius.data))
    return None


def within(link: Link, judged: Judged, premise: Premise | None, lead: str) -> Judged | None:
    """The verdict on an answer that holds the radius of the ball to which the unknown is constrained; None where it is no such answer."""
    if premise is None or premise.setting is None or not premise.radius or judged.sides is None or link.op != "=":
        return None
    program = premise.setting.key.program
    if program is None or norms_named(lead) - norm_spellings(program.constraints[0].args[0]):
        return None  # its sentence speaks of another norm
    unknown = premise.setting.lang.unknown
    left = judged.sides[0]
    left = left.args[0].args[0] if left.op == "comp" and left.args[0].op == "at" else left
    found = judge_link(link, premise.setting)
    if left != unknown or found.sides is None or premise.radius not in {x.data for x in E.walk(found.sides[1]) if x.op == "sym"}:
        return None
    return found if found.verdict in ("true", "false") else None


_CONSTRAINT = re.compile(r"\b(?:constraint|constrained|trust[- ]region|subject to|ball)\b", re.I)


def of_another_problem(link: Link, lead: str, context: Context, problems: Mapping[str, Problem]) -> dict[str, Any] | None:
    """What becomes of a claim whose sentence speaks of another problem: true where it is true of an installed one of that kind, else undecided.

    None where the sentence speaks of the problem at hand.
    """
    setting = context.setting
    other_norm = link.op == "=" and speaks_of_another_norm(lead, setting)
    spoken = OTHER_PROBLEM.search(lead)
    if not other_norm and (spoken is None or (_CONSTRAINT.search(spoken.group()) and (setting.is_constrained or not _strange_letters(link, setting)))):
        return None
    named = norms_named(lead)
    for p in problems.values():
        program = next((part.program for part in p.parts if part.program is not None), None)
        if program is None or p.id == setting.problem.id or (_CONSTRAINT.search(lead) and not program.constraints):
            continue
        norm = next((x for c in (*program.constraints, program.objective) for x in E.walk(c) if x.op == "norm" and x.args[0] == setting.lang.unknown), None)
        s = setting_of(p) if norm is not None and (not named or named & norm_spellings(norm)) else None
        if s is not None and s.lang.unknown == setting.lang.unknown and judge_link(link, s).verdict == "true":
            return {"verdict": "true", "reason": f"It is said of another problem, and holds for {p.id}.", "witness": None, "correction": "", "strength": "measured",
                    "part": f"{p.id}#{s.key.part.id}"}
    return {"verdict": "undecided", "reason": "It is false of the problem at hand, but its sentence speaks of another one.", "witness": None, "correction": "", "strength": ""}


def _strange_letters(link: Link, setting: Setting) -> bool:
    """Whether a link has letters that are neither declared nor the norm of the unknown."""
    judged = judge_link(link, setting)
    return judged.sides is None or bool(letters_in(judged.sides[0]) | letters_in(judged.sides[1]))


def elsewhere(claim: Claim, link: Link, context: Context, others: Sequence[Context], earlier: Sequence[str], problems: Mapping[str, Problem]) -> Claim:
    """A link that is false of its problem, but true under the convention of the conversation, or of another problem spoken of in it."""
    setting = context.setting
    for weight in (context.own, context.stated):
        if weight is None or setting.weight is None or weight_name(weight) == weight_name(setting.weight):
            continue
        other = under(setting, weight, weight_name(weight))
        if other is not None and judge_link(link, other).verdict == "true":
            return replace(claim, verdict="convention", convention=weight_name(weight), witness=None, correction="", strength="measured",
                           reason=f"It holds for the penalty weight {weight_name(weight)} that is stated in this conversation; the problem's is {weight_name(setting.weight)}.")
    for c in others:
        if _speaks(c.setting, link) and judge_link(link, c.setting, c.equations).verdict == "true":
            return replace(claim, verdict="undecided", witness=None, correction="", strength="", reason=f"It is false here, and true of {c.setting.problem.id}, which this turn speaks of too.")
    for name in earlier:
        s = setting_of(problems[name]) if name in problems and name != setting.problem.id else None
        if s is not None and s.is_program == setting.is_program and _speaks(s, link) and judge_link(link, s).verdict == "true":
            return replace(claim, verdict="undecided", witness=None, correction="", strength="", reason=f"It is false here, and true of {name}, which was spoken of before.")
    return claim


def _speaks(setting: Setting, link: Link) -> bool:
    """Whether a problem has what a link speaks of: rescaled quantities are those of a problem that rescales."""
    it = setting.problem.iteration
    return "tilde" not in link.left + link.right or (it is not None and it.rescale is not None)
