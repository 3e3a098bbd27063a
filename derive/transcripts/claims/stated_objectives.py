"""Objectives that a text states: the problem's own, another convention of it, or a what-if."""

from __future__ import annotations

from dataclasses import replace

from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.elsewhere import Context
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.links import Chain
from derive.transcripts.claims.made import blank
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.objectives import Stated, stated, weight_name
from derive.transcripts.claims.premises import WHAT_IF, Premise
from derive.transcripts.claims.settings import under
from derive.transcripts.claims.spans import Span


def named_objective(chain: Chain, context: Context, role: str) -> Stated | None:
    """J(u) = ...: the first time that a turn names its objective, this states the problem."""
    setting = context.setting
    if setting.lang.objective is None or context.named == role or chain.ops[0] not in ("=", ":="):
        return None
    try:
        named = any(s.expr == setting.lang.objective for s in read_side(chain.terms[0], setting.lang))
    except Unreadable:
        return None
    if not named or "(" not in chain.terms[0]:
        return None
    found = stated(chain.terms[1], setting)
    return found if found is not None and found.whole else None


def judged_objective(span: Span, found: Stated, context: Context, modality: str, lead: str) -> tuple[Claim, Premise | None]:
    """A problem as the model states it: the problem's own, another convention, or a what-if."""
    setting = context.setting
    name = weight_name(found.weight)
    own = weight_name(setting.weight)
    clash = context.stated is not None and setting.weight is not None and weight_name(context.stated) != own
    convention = ""
    new = None
    if found.agrees and not clash:
        verdict, reason = ("definition" if found.whole else "true"), "It states the problem as it is set."
    elif found.agrees:
        verdict, convention = "convention", own
        reason = f"The statement in this conversation has the penalty weight {weight_name(context.stated)}; with {own} it is the problem as it is set."
    elif found.weight is None and (modality != "asserted" or WHAT_IF.search(lead)):
        verdict, reason = "undecided", "Its penalty weight is no usual one."
    elif found.weight is None:
        verdict, reason = "false", f"The penalty weight of the problem is {own}, and this is no convention of it."
    elif modality == "conditional" or WHAT_IF.search(lead):
        verdict, convention, reason = "hypothetical", name, f"A what-if: the penalty weight would be {name} in place of {own}."
    elif context.stated is not None and weight_name(context.stated) == name:
        verdict, convention, reason = "convention", name, f"It is the statement in this conversation: its penalty weight is {name}, that of the problem {own}."
    else:
        verdict, convention, reason = "convention", name, f"Its penalty weight is {name}, that of the problem {own}."
    if verdict in ("hypothetical", "convention") and not found.agrees and found.weight is not None:
        other = under(setting, found.weight, name)
        if other is not None and verdict == "hypothetical":
            new = Premise(other, f"the penalty weight {name}", span.line_end, weight=name)
        elif other is not None:
            context.own = found.weight
    claim = blank(span, setting, span.latex, "objective", modality)
    return replace(claim, verdict=verdict, reason=reason, convention=convention, strength="proved" if verdict == "definition" else "measured"), new
