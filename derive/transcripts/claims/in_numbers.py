"""What is said in numbers: of an example that the text gives, that the user asks about, or that an earlier turn gave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.elsewhere import Context, softened
from derive.transcripts.claims.examples import LASTS, in_example, in_numbers_alone, value_given
from derive.transcripts.claims.letters import Equation, letters_in
from derive.transcripts.claims.premises import norm_spellings, norms_named
from derive.transcripts.claims.settings import Setting, setting_of
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span
from derive.transcripts.claims.verdicts import Judged, judge_link

_RECALLS = re.compile(r"\b(?:example|same (?:numbers|data|instance)|(?:those|these|the|your|my|our) numbers|as before|again)\b", re.I)
PARAGRAPH = 600  # characters before a formula in which an earlier example is called back


def _of_the_asked(claim: Claim, link: Link, judged: Judged, span: Span, context: Context, problems: Mapping[str, Problem]) -> Claim | None:
    """What is said in numbers of the example that the user asks about; of another problem with the same unknown, where that is so there."""
    if not context.asked or judged.verdict != "false" or not (in_numbers_alone(link, context.setting) or _put_in(judged, context.asked)):
        return None
    there = _judged_in_numbers(link, context.setting, context.asked, context.equations)
    if there is None or there.verdict not in ("true", "false") or (there.verdict == "false" and _varies(link, context.setting, there, context.asked)):
        return None
    if there.verdict == "false":
        for p in problems.values():
            s = setting_of(p) if p.id != context.setting.problem.id else None
            if s is None or s.is_program != context.setting.is_program or s.lang.unknown != context.setting.lang.unknown:
                continue
            other = _judged_in_numbers(link, s, context.asked, ())
            if other is not None and other.verdict == "true":
                named = s.lang.norm is not None and norms_named(span.before) & norm_spellings(s.lang.norm)
                return replace(claim, verdict="true" if named else "undecided", reason=f"It holds for {p.id} in the example that is asked about.", witness=None, correction="",
                               strength="measured" if named else "", answers=False)
    reason = "It holds in the example that is asked about." if there.verdict == "true" else "It fails in the example that is asked about."
    return replace(claim, verdict=there.verdict, reason=reason, witness=there.witness, strength=there.strength, correction="", answers=False)


def _judged_in_numbers(link: Link, setting: Setting, given: Mapping[str, Expr], equations: Sequence[Equation]) -> Judged | None:
    """The verdict in the instances that have these numbers; what a function of the unknown is said to be may be said of the optimum."""
    here = in_example(setting, given)
    if here is None:
        return None
    found = judge_link(link, here, equations)
    at_best = _AT_THE_UNKNOWN.sub(lambda m: f"{m[1]}({m[2]}^*)", link.left)
    if found.verdict != "true" and at_best != link.left:
        again = judge_link(replace(link, left=at_best), here, equations)
        return again if again.verdict == "true" else found
    return found


_AT_THE_UNKNOWN = re.compile(r"^\s*(\\?[A-Za-z]+)\s*\(\s*(\\?[A-Za-z]+(?:\s*\\theta)?)\s*\)\s*$")


def in_numbers(claim: Claim, link: Link, judged: Judged, span: Span, context: Context, problems: Mapping[str, Problem]) -> Claim | None:
    """What gives numbers to what the problem leaves open, and what is false but said of such an example."""
    if span.line_start > context.example_line + LASTS:
        context.example.clear()
    found = value_given(link, context.setting, span.before)
    if judged.verdict not in ("false", "undecided", "unreadable") and (found is None or not letters_in(found[1])):
        return None
    if found is not None and (judged.verdict == "false" or letters_in(found[1])):
        context.example[found[0]] = found[1]
        context.example_line = span.line_end - (LASTS if letters_in(found[1]) else 0)  # what is supposed in letters is so for its own line
        return softened(claim, "hypothetical", "It gives numbers for an example.")
    if judged.verdict == "unreadable":
        return None
    if not context.example:
        return _of_the_asked(claim, link, judged, span, context, problems) or _of_the_recalled(claim, link, judged, span, context)
    context.example_line = max(context.example_line, span.line_end - (LASTS if any(letters_in(e) for e in context.example.values()) else 0))
    given = {**context.asked, **context.example}
    there = _judged_in_numbers(link, context.setting, given, context.equations)
    if there is not None and there.verdict == "false" and in_numbers_alone(link, context.setting) and _varies(link, context.setting, there, given):
        there = None  # the example does not say all that it depends on
    if there is not None and there.verdict in ("true", "false") and (there.verdict == "true" or judged.verdict == "false"):
        reason = "It holds in the example." if there.verdict == "true" else "It fails in the example."
        return replace(claim, verdict=there.verdict, reason=reason, witness=there.witness, strength=there.strength, correction="", answers=False)
    if judged.verdict != "false" or claim.modality == "withdrawn":
        return None
    return softened(claim, "hypothetical", "It is said of an example, and could not be tested there.")


def _of_the_recalled(claim: Claim, link: Link, judged: Judged, span: Span, context: Context) -> Claim | None:
    """What is said in numbers of an example of an earlier turn."""
    setting = context.setting
    if judged.verdict != "false" or not in_numbers_alone(link, setting):
        return None
    given = {**context.recalled, **context.asked}
    there = _judged_in_numbers(link, setting, given, context.equations) if given else None
    if there is not None and there.verdict == "true":
        return replace(claim, verdict="true", reason="It holds in the example of before.", witness=None, strength=there.strength, correction="", answers=False)
    if there is not None and there.verdict == "false" and _RECALLS.search(span.before[-PARAGRAPH:]) and not _varies(link, setting, there, given):
        return replace(claim, reason="It fails in the example of before.", witness=there.witness, strength=there.strength, correction="", answers=False)
    return None


def of_no_instance(link: Link, judged: Judged, setting: Setting) -> bool:
    """Whether a link gives a number other than 0 and 1 to what differs from instance to instance, so that it is said of one that is not known."""
    if judged.verdict != "false" or judged.sides is None or not in_numbers_alone(link, setting):
        return False
    entries = [e.args[0] if e.op == "comp" else e for e in judged.sides]
    return not any(e.op in ("zeros", "ones") or E.is_number(e, 0) or E.is_number(e, 1) for e in entries) and _varies(link, setting, judged, {})


def _put_in(judged: Judged, given: Mapping[str, Expr]) -> bool:
    """Whether the numbers that are given are put in on the way from one side to the other."""
    if judged.sides is None:
        return False
    left, right = (E.symbols_in(e) & set(given) for e in judged.sides)
    return bool(left) and not right


def _varies(link: Link, setting: Setting, judged: Judged, given: Mapping[str, Expr]) -> bool:
    """Whether what is said to be a number is another one in other instances that have these values."""
    here = in_example(setting, given) if given else setting
    family = next((f for f in here.families if f.name == judged.family), None) if here is not None else None
    if family is None or judged.sides is None:
        return False
    side = next((e for e in judged.sides if any(x.op in ("sym", "new") for x in E.walk(e))), None)
    found = []
    for m in family.moments if side is not None else ():
        assert side is not None
        try:
            found.append(exact(side, m.world))
        except (Undefined, NotEvaluable, TypeError, ValueError, KeyError):
            continue
    return any(not same_exactly(v, found[0]) for v in found)
