"""Premises: what-ifs, cases, constraints, and other problems that a sentence speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.letters import Equation, defines
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.relations import ORDER
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.spans import Span, sentence_before
from derive.transcripts.claims.verdicts import judge_link

ASSUMED = "It is a condition that is assumed here."
LED_TO = 3  # lines from a case to the display that it leads to
# "if we let M = ..." and "if we consider the update" suppose nothing.
_IF = (r"if (?:we(?! (?:let|set|define|write|rewrite|denote|call|consider|look|view|expand|substitute|plug|multiply|divide|combine|solve)\b)"
       r"|the|it|you|one)")
WHAT_IF = re.compile(
    r"\b(?:sometimes|what if|" + _IF + r"|suppose|instead|alternatively|had we|were|often written"
    r"|other convention|some (?:authors|texts|books))\b", re.I)
WOULD = re.compile(r"\b(?:with|if|using|taking|from|had)\b[^.;]*\$[^.;]*\bwould\b", re.I)  # 'With $x = ...$ you would get'
_TRIES = re.compile(r"\b(?:with|for|try(?:ing)?|consider(?:ing)?|tak(?:e|ing)|choos(?:e|ing)|plug(?:ging)? in|insert(?:ing)?|us(?:e|ing)|at)\s*:?\s*\$?\s*$", re.I)
_TRIED = re.compile(
    r"^[\s,$]*(?:one (?:has|gets|finds)|(?:we|you|it) (?:would )?(?:have|has|get|gets|find|give|gives)|this (?:gives|would)|would|the (?:objective|value|penalty|linear term|constraint)|then)\b", re.I)
_GOES_ON = re.compile(r"\b(?:then|in (?:that|this|which) case|would|so|hence|thus|which|gives?|giving|setting)\b", re.I)
_BACK = re.compile(r"\b(?:given problem|original|however|but note|in our (?:case|problem)|as (?:given|written|stated)|here|the problem)\b", re.I)
_ASSUMES = re.compile(r"\b(?:if|when|whenever|where|with|for|those|some|assum(?:e|ing)(?: that)?|suppose|unless|as long as|provided)\s*(?:that|some|all|every|the)?\s*(?:\$\s+and\s*)?$", re.I)
CONSTRAINS = re.compile(r"\b(?:subject to|such that|s\.t\.|constraints?|constrain(?:ed)?(?: to)?|under)\s*:?\s*$", re.I)
OTHER_PROBLEM = re.compile(r"\b(?:constraint|constrained|trust[- ]region|mirror descent|projected|if we had|what if|not squared|without (?:the )?square|lecture)\b", re.I)
_ONE_DIMENSION = re.compile(r"\b(?:is a scalar|one dimension(?:al)?|one-dimensional|1-?d\b|single (?:coordinate|parameter)|simple case|n\s*=\s*1)", re.I)
IF = re.compile(r"\b(?:what if|" + _IF + r"|suppose|had we|not squared|without (?:the )?square)\b", re.I)
SAID_WHERE = re.compile(  # '... unless the constraint is tight'
    r"\s*,?\s*(?:unless|provided|as long as|only if|whenever|(?:if|when)\s+(?:and only if|the|it|every|each|all|no|none|some|any)\b)(?=[^.;$]*(?:[.;]|$))", re.I)
SAID_OF = re.compile(
    r"\s*,?\s*(?:for(?: (?:those|the ones|all|any|every|each))?(?: (?:with|where))?|if|when|whenever|unless|only if)\s+"
    r"\$(?P<case>(?!\s*(?:t|\\alpha|\\eta)\b)[^$]*(?:\\neq?(?![a-z])|≠|<|>|=|\\leq?(?![a-z])|\\geq?(?![a-z]))[^$]*)\$")


@dataclass
class Premise:
    """A what-if in force: the setting under it (None where it cannot be judged), the line up to which it was
    spoken of, or the case ("if g_i > 0") for the rest of a sentence; weight: of the penalty, where that is what differs;
    radius: the symbol of the ball of a constraint that an installed problem has; lasting: it holds until the text goes back to the problem."""

    setting: Setting | None
    says: str
    line: int
    case: Expr | None = None
    weight: str = ""
    radius: str = ""
    lasting: bool = False


def still(premise: Premise | None, span: Span) -> Premise | None:
    """A what-if ends where the text goes back to the problem, or with a paragraph that does not go on from it."""
    if premise is None:
        return None
    lead = sentence_before(span.before)
    if premise.case is not None:  # a case lasts to the end of its sentence
        goes_on = "$" in lead or re.match(r"(?:then|so|in (?:that|this|which) case)\b", lead, re.I)
        near = span.line_start == premise.line or (span.display and lead.endswith(":") and span.line_start <= premise.line + LED_TO)
        return premise if near and goes_on and ";" not in lead.rpartition("$")[2] else None
    if span.line_start == premise.line:
        return premise
    if premise.lasting:
        return None if _BACK.search(lead) else premise
    if _BACK.search(lead) or (span.line_start > premise.line + 2 and not _GOES_ON.search(lead)) or span.line_start > premise.line + 8:
        return None
    return premise if premise.setting is not None or span.line_start <= premise.line else None


def under_premise(link: Link, span: Span, setting: Setting, equations: Sequence[Equation], premise: Premise | None) -> tuple[str, str, str] | None:
    """The verdict on a link that fails in general, in the case or under the what-if that is spoken of."""
    if premise is not None and premise.case is not None:
        if _of_all_entries(link, premise.case, setting):
            return None  # the case is one of a single entry
        found = judge_link(link, setting, equations, premise.case)
        if premise.says == f"{link.left} {link.op} {link.right}" and is_premise(link, span, setting):
            return "hypothetical", ASSUMED, ""
        if found.verdict in ("true", "definition"):
            return "true", f"It holds where {premise.says}.", ""
        return ("hypothetical", f"It is said where {premise.says}, which is not tested.", "") if found.verdict != "false" else None
    if premise is not None and premise.setting is None:
        return "hypothetical", "It is said of a what-if whose premise is not tested.", ""
    if premise is not None and premise.setting is not None and not premise.radius:
        found = judge_link(link, *_there(premise.setting, setting, equations))
        if found.verdict == "true":
            return "hypothetical", f"It holds under its own premise, {premise.says}, and not for the problem.", premise.weight
        if found.verdict != "false":
            return "hypothetical", f"It is said under a premise, {premise.says}, and could not be tested there.", premise.weight
    here = re.split(r"(?<![:,])\n\s*\n|\b(?:higher|more|several|other|all) dimensions\b|\bin general\b", span.before)[-1]  # what was said before the paragraph has ended
    if _ONE_DIMENSION.search(here[-250:]) and setting.small and judge_link(link, setting, equations, small=True).verdict == "true":
        return "true", "It holds in dimension one, of which it is said.", ""
    return None


def _there(premised: Setting, setting: Setting, equations: Sequence[Equation]) -> tuple[Setting, Sequence[Equation]]:
    """The setting of a what-if with the letters of the turn; what they are follows from the definitions alone, the rest is said of the problem itself."""
    lang = setting.lang
    key = ("what-if", premised.problem.id, premised.convention, id(premised))
    if key not in setting.cache:
        setting.cache[key] = (premised.for_turn(lang.profile, lang.vectors, lang.letters, lang.aliases, lang.functions, lang.singles), [q for q in equations if len(q.letters) == 1 and defines(q)])
    return setting.cache[key]  # type: ignore[return-value]


def _of_all_entries(link: Link, case: Expr, setting: Setting) -> bool:
    """Whether a link holds no entry with the index of a case on single entries."""
    if case.op != "comp":
        return False
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return False
    return a.expr.op != "comp" and b.expr.op != "comp"


def is_premise(link: Link, span: Span, setting: Setting) -> bool:
    """'if g_i > 0', 'subject to ||u|| <= d': what is assumed, not what is claimed; a problem with constraints states them."""
    before = span.before.rstrip()
    if CONSTRAINS.search(before):
        return not setting.is_constrained
    found = _ASSUMES.search(before)
    if found is None or span.display:
        return False
    return found.group().split()[0].lower() not in ("where", "with", "for", "those") or link.op in ORDER or bool(re.fullmatch(r"-?\d+", link.right.strip()))


def is_tried(link: Link, span: Span, setting: Setting) -> bool:
    """'With $u = -t g$ one has ...': a point that is tried, not one that is claimed to be the answer."""
    if link.op != "=" or span.display or not _TRIES.search(span.before.rstrip()) or not _TRIED.match(span.after):
        return False
    try:
        return sides_of(link, setting)[0][0].expr == setting.lang.unknown
    except Unreadable:
        return False


def case_of(link: Link, span: Span, setting: Setting) -> Premise | None:
    """The case that a condition opens for the rest of its sentence."""
    condition = condition_of(link, setting) if is_premise(link, span, setting) else None
    return Premise(None, f"{link.left} {link.op} {link.right}", span.line_start, condition) if condition is not None else None


_CASE = re.compile(
    r"(?:\A|\n|[.:!][ \t])[ \t]*(?:[-*•][ \t]+|\d{1,2}[.)][ \t]+)?[*_]{0,3}Case[ \t]+(?:[\dIVXivxA-Da-d]{1,3}[ \t]*[:.)(][ \t]*)?"
    r"(?P<case>[^.:$*\n()]{3,40}?)[ \t]*\)?(?:[.:][*_]{0,3}|[*_]{1,3}[.:]?)(?=\s)", re.I)


def case_at_head(span: Span, setting: Setting) -> Premise | None:
    """The case that the paragraph of a formula is headed by: 'Case x > 0. Then ...'."""
    paragraph = re.split(r"(?<!:)\n\s*\n", span.before)[-1]
    named = list(_CASE.finditer(paragraph))
    found = chains(named[-1].group("case")) if named else []
    if len(found) != 1 or len(found[0].terms) != 2 or not setting.is_program:
        return None
    link = Link(found[0].terms[0], found[0].ops[0], found[0].terms[1])
    condition = condition_of(link, setting)
    return Premise(None, f"{link.left} {link.op} {link.right}", span.line_start, condition) if condition is not None else None


def case_behind(span: Span, setting: Setting) -> Expr | None:
    """The case that is named behind a formula: '... if $g_i > 0$'."""
    m = SAID_OF.match(span.after)
    found = chains(m.group("case")) if m is not None else []
    if m is None or len(found) != 1 or len(found[0].terms) != 2:
        return None
    condition = condition_of(Link(found[0].terms[0], found[0].ops[0], found[0].terms[1]), setting)
    return None if re.match(r"\s*,?\s*unless", span.after) else condition


_SIGNED = re.compile(r"\b(?:for|where|if|when)\s+(?:a|an|the|every|each|all|any)?\s*(?P<sign>positive|negative)\s+(?:solutions?|entr(?:y|ies)|components?|coordinates?|ones?|minimi[sz]ers?)\b", re.I)


def case_in_words(lead: str, setting: Setting) -> Expr | None:
    """The case of a sign that a sentence names last: 'for a positive solution this gives'."""
    named = list(_SIGNED.finditer(lead))
    if not named:
        return None
    unknown = setting.lang.unknown
    entry = E.at(unknown, E.idx("i")) if unknown.shape else unknown
    compared = E.rel("<" if named[-1].group("sign").lower() == "negative" else ">", entry, E.ZERO)
    return E.comp("i", compared, unknown.shape[0]) if len(unknown.shape) == 1 else None if unknown.shape else compared


def condition_of(link: Link, setting: Setting) -> Expr | None:
    """A comparison as a condition on the entries or on the instance; None where it holds letters of its own."""
    if link.op not in (*ORDER, "="):
        return None
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return None
    if a.letters | b.letters:
        return None
    left, right = a.expr, b.expr
    try:
        return E.comp(left.data, E.rel(link.op, left.args[0], right.args[0]), left.shape[0]) if left.op == "comp" == right.op else E.rel(link.op, left, right)
    except E.ShapeError:  # of n entries and of two
        return None


_NAMED_BY_SIGNS = re.compile(
    r"(?:\bp\s*(?:=|\\to|\\rightarrow|→)\s*\{?|(?:\\ell|ℓ)\s*_?\s*\{?\s*|(?:\\\||\\lVert|‖)\s*(?:\\Delta\s*\\theta|[udwx]|\\cdot|·)\s*(?:\\\||\\rVert|‖)\s*_\s*\{?\s*)(?P<r>1|2|∞|\\infty)")
_NORM = re.compile(r"\b(?:L[_-]?\{?(?P<p>1|2|∞|\\infty|inf(?:inity)?)\}?|(?P<q>infinity|1|2)(?=[- ]norm\b))(?!\}?[-\s$]*norm\s+of\s+(?:the\s+)?(?:entire\s+|whole\s+|current\s+)?(?:gradient|\$))")


def norms_named(lead: str) -> set[str]:
    """The norms that a sentence names for the unknown: the norm of the gradient says nothing of it."""
    named = {m.group("p") or m.group("q") for m in _NORM.finditer(lead)} | {m.group("r") for m in _NAMED_BY_SIGNS.finditer(lead)}
    return named | ({"2"} if re.search(r"\bEuclidean\b", lead) else set())


def norm_spellings(norm: Expr) -> set[str]:
    """How the exponent of a norm is written."""
    return {"inf", "infinity", "∞", "\\infty"} if norm.args[1] == E.INF else {latex(norm.args[1])}


def speaks_of_another_norm(lead: str, setting: Setting) -> bool:
    """Whether a sentence names a norm other than that of the problem ("for the L2 norm, the solution is")."""
    named = norms_named(lead)
    norm = setting.lang.norm if setting.lang.norm is not None else _of_a_ball(setting)
    return norm is not None and bool(named) and not named & norm_spellings(norm)


def _of_a_ball(setting: Setting) -> Expr | None:
    """The norm of the unknown in the one constraint of a problem."""
    program = setting.key.program
    if program is None or len(program.constraints) != 1:
        return None
    return next((x for x in E.walk(program.constraints[0]) if x.op == "norm" and x.args[0] == setting.lang.unknown), None)


