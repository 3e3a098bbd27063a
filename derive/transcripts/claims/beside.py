"""A problem that a text sets beside the one at hand, to get on with it: 'the scale is free, so minimise w^T S w subject to e^T w = 1'.

What is said of it holds under a premise of its own, up to where the text goes back to the problem.
"""

from __future__ import annotations

import re
from dataclasses import replace

from derive.maths.expr import Expr, walk
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.objectives import HEAD, same_everywhere
from derive.transcripts.claims.premises import Premise, condition_of
from derive.transcripts.claims.settings import Setting, with_program
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span

_SUBJECT = re.compile(r"\\q?quad(?![A-Za-z])|\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?:subject to|such that|s\.?\s*t\.?|with)\s*\}|\\(?:text|mathrm)?\{?s\.t\.\}?|\bs\.t\.", re.I)
_SETS_ASIDE = re.compile(
    r"\b(?:scale|rescal\w*|normali[sz]\w*|equivalent\w*|reduces? to|aside|without|drop(?:ping)?|relax\w*|fix(?:ing)?|first|sub-?problem|auxiliary|of its own|change of variables?)\b", re.I)


def problem_beside(span: Span, setting: Setting) -> Premise | None:
    """The premise that a formula opens which states another program in the same unknown; None where it states none, or it is not solved."""
    program = setting.key.program
    m = HEAD.match(span.latex.strip())
    if m is None or program is None or len(program.over) != 1 or not _SETS_ASIDE.search(span.before):
        return None
    body, *rest = _SUBJECT.split(span.latex.strip()[m.end() :])
    objective = _objective(body, setting)
    conditions = [condition_of(Link(a, op, b), setting) for t in rest for c in chains(t) for a, op, b in zip(c.terms, c.ops, c.terms[1:], strict=False)]
    if objective is None or any(c is None for c in conditions):
        return None
    if same_everywhere(objective, program.objective, setting) and set(conditions) == set(program.constraints):
        return None
    sense = "max" if "max" in m.group() else "min"
    other = with_program(setting, replace(program, sense=sense, objective=objective, constraints=tuple(c for c in conditions if c is not None)))
    return None if other is None else Premise(other, "the problem that is stated there", span.line_end, lasting=True)


def _objective(text: str, setting: Setting) -> Expr | None:
    try:
        found = read_side(re.sub(r"^(?:\s|\\[,;!: ])+", "", text).rstrip(" ,;:."), setting.lang)
    except Unreadable:
        return None
    return next((s.expr for s in found if not s.letters and not s.expr.shape and setting.lang.unknown in set(walk(s.expr))), None)
