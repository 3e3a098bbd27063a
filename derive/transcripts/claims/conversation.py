"""A conversation -> its claims, in the order of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.find import claims_of_turn
from derive.transcripts.claims.objectives import stated_objective
from derive.transcripts.claims.settings import setting_of
from derive.transcripts.claims.spans import MODEL, Span, spans_of
from derive.transcripts.pieces import Role
from derive.transcripts.sections import Section, sections
from derive.transcripts.turns import Transcript, Turn

ROLES: tuple[Role, ...] = ("assistant-thinking", "assistant")


def find_claims(transcript: Transcript, problems: Sequence[Problem]) -> list[Claim]:
    """Every mathematical statement of the model's, each role's on its own, judged in the context made so far."""
    table = {p.id: p for p in problems}
    out: list[Claim] = []
    active: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    weights: dict[str, Expr] = {}
    for turn in transcript.turns:
        cut: dict[str, list[Section]] = {}
        before = active
        for role in ROLES:
            cut[role], after = sections(turn, list(problems), before, role)
            active = after if cut[role] else active
        spans = spans_of(turn, transcript.lines, transcript.repairs)
        about = {k: p for k, s in enumerate(spans) if (p := _about(s, cut)) is not None}
        weights |= _user_weights(turn, transcript, [table[p] for p in dict.fromkeys(about.values())])
        seen = tuple(dict.fromkeys((*seen, *active)))
        found = claims_of_turn(turn.number, spans, about, table, weights, seen)
        out += sorted(found, key=lambda c: (c.line_start, c.line_end))
    return out


def _about(span: Span, cut: dict[str, list[Section]]) -> str | None:
    inside = [s for s in cut.get(span.role, []) if s.line_start <= span.line_start <= s.line_end]
    return inside[-1].problem if inside else None


def _user_weights(turn: Turn, transcript: Transcript, problems: Sequence[Problem]) -> dict[str, Expr]:
    """The weight of the penalty in the user's own statement of each problem."""
    asked = tuple(replace(s, role=MODEL[0]) for s in turn.segments if s.role == "user")
    out: dict[str, Expr] = {}
    for span in spans_of(replace(turn, segments=asked), transcript.lines, transcript.repairs):
        for p in problems:
            setting = setting_of(p)
            if setting is None or setting.weight is None:
                continue
            found = stated_objective(span.latex, span.before, setting)
            if found is not None and found.whole and found.weight is not None:
                out[p.id] = found.weight
    return out
