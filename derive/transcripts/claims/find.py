"""The formulas of a conversation -> claims, turn by turn, each judged in the context made so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import mpmath

from derive.grading.judging.judge import judge
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.exact import DIGITS
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.transcripts.claims.beside import problem_beside
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conditions import (
    claims_range,
    is_equation_for_parameters,
    judge_condition,
    judge_stability,
    judge_supremum,
    of_another_method,
    sets_parameter,
)
from derive.transcripts.claims.elsewhere import Context, constraint_of, elsewhere, installed, of_another_problem, softened, within
from derive.transcripts.claims.examples import LASTS, in_numbers_alone
from derive.transcripts.claims.given_numbers import numbers_of
from derive.transcripts.claims.in_numbers import in_numbers, of_no_instance
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.letters import RATE
from derive.transcripts.claims.links import Chain, chains
from derive.transcripts.claims.made import blank, is_name, kind_of, made, restated
from derive.transcripts.claims.modality import CONDITIONAL, modality_of
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.objectives import stated_objective
from derive.transcripts.claims.premises import (
    ASSUMED,
    IF,
    SAID_OF,
    SAID_WHERE,
    WHAT_IF,
    WOULD,
    Premise,
    case_at_head,
    case_behind,
    case_in_words,
    case_of,
    is_premise,
    is_tried,
    speaks_of_another_norm,
    still,
    under_premise,
)
from derive.transcripts.claims.relations import ORDER
from derive.transcripts.claims.rows import cased, rows_of
from derive.transcripts.claims.settings import Setting, setting_of
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span, sentence_before
from derive.transcripts.claims.spoken import STANDARD, STEP, of_this, reduced, spoken
from derive.transcripts.claims.standard import quoted_rule
from derive.transcripts.claims.stated_objectives import judged_objective, named_objective
from derive.transcripts.claims.usage import Said, in_use
from derive.transcripts.claims.verdicts import Judged, judge_link

_DEFINES = re.compile(r"\b(?:let|define[sd]?|denot(?:e|es|ed|ing)|where|set|call|introduce|given|initial(?:ly)?)\b[^.;$]{0,60}$", re.I)
_INTRODUCES = re.compile(r"\b(?:let(?:ting)?|defin(?:e[sd]?|ing)|denot(?:e|es|ed|ing)|where|set(?:ting)?|call|introduc(?:e|ing)|writ(?:e|ing))\b[^.;$]{0,60}$"
                         r"|\b(?:with|for)(?:\s+[\w-]+){0,4}\s*$", re.I)
_REST = re.compile(r"^(?:and |or |,|;|\s|[-*•]|\*\*)*(?:otherwise|else|in (?:all|the) (?:other|remaining) cases?|in between|elsewhere)\b", re.I)
_DIRECTION = re.compile(r"\bdirection\b", re.I)
_INFINITE = re.compile(r"\s*\+?\s*(?:\\infty|∞)\s*")
_OF_A_STEP = re.compile(r"(?:\\theta|θ|\br|\bc|\bw|\bx)\s*_\s*\{?\s*[1-9]\d?\s*\}?(?!\d)")
_OF_A_VALUE = re.compile(r"(?<!singular )(?<!absolute )\b(?:value|objective)\b(?! of \$)", re.I)
_SETS_EQUAL = re.compile(r"\b(?:set(?:ting)?|put(?:ting)?)\b[^.;$]{0,40}\bequal\b[^.;$]{0,20}$", re.I)
_RANGE = re.compile(r"(?:\d+|[nNTmdpk]|\\[lc]?dots|\\infty|\.\.\.|…|[-+,;\s{}()\[\]])+")
_COUNTER = re.compile(r"[ijktns]|\\?dots")


def claims_of_turn(number: int, spans: Sequence[Span], about: Mapping[int, str], problems: Mapping[str, Problem], user_weights: Mapping[str, Expr],
                   earlier: Sequence[str], told: Sequence[str] = (), numbers: Mapping[str, str] | None = None, recalled: Mapping[str, str] | None = None) -> list[Claim]:
    """The claims of one turn's formulas.

    about: the index of a span -> the problem it is about; user_weights: the penalty weight that the user's text
    states, by problem; earlier: problems that the conversation was about so far; told: functions that it has defined in earlier turns;
    numbers: what the user's words give numbers to; recalled: what the examples of earlier turns gave numbers to.
    """
    out: list[Claim] = []
    with mpmath.workdps(DIGITS):
        contexts = contexts_of(spans, about, problems, user_weights, told)
        for c in contexts.values():
            c.asked = numbers_of(numbers or {}, c.setting)
            c.recalled = numbers_of(recalled or {}, c.setting)
        premise: Premise | None = None
        for k, span in enumerate(spans):
            context = contexts.get(about.get(k, ""))
            if context is None:
                continue
            premise = still(premise, span)
            others = [c for n, c in contexts.items() if n != about[k]]
            if span.lossy:
                out += _of_lossy(span, context, others, earlier, problems)
                continue
            found, premise = _of_span(span, context, premise, others, earlier, problems)
            out += found
    return [replace(c, id=f"{number}-{k:03d}") for k, c in enumerate(out, 1)]


def contexts_of(spans: Sequence[Span], about: Mapping[int, str], problems: Mapping[str, Problem], user_weights: Mapping[str, Expr],
                told: Sequence[str] = ()) -> dict[str, Context]:
    """What a turn says of each problem that it is about."""
    out: dict[str, Context] = {}
    for name in dict.fromkeys(about.values()):
        setting = setting_of(problems[name]) if name in problems else None
        if setting is None:
            continue
        setting, equations = in_use(setting, [_said(s) for s in _of_itself([s for k, s in enumerate(spans) if about.get(k) == name], setting)], told)
        out[name] = Context(setting, user_weights.get(name), equations=equations)
    return out


def _of_itself(spans: Sequence[Span], setting: Setting) -> Iterator[Span]:
    """The formulas that are said of a problem itself, and not of one that is set beside it."""
    premise: Premise | None = None
    for span in spans:
        premise = problem_beside(span, setting) or still(premise, span)
        if premise is None:
            yield span


# 'if we let L = 1/a' names something; 'if we set m = 0' is a case
_SUPPOSES = re.compile(r"\b(?:either|if(?! (?:we|one|you) (?:now |also )?(?:let|defines?|denotes?|calls?|writes?|introduces?)\b)|unless|suppose|when|whenever"
                       r"|in (?:the|this|that) case|case)\b[^.;]{0,60}$", re.I)


def _said(span: Span) -> Said:
    lead = sentence_before(span.before)
    return Said(span.latex, span.lossy, bool(_INTRODUCES.search(lead)), bool(_SUPPOSES.search(lead)), bool(_OF_A_VALUE.search(lead)))


# ------------------------------------------------------------------------------------------ one formula

def _of_span(span: Span, context: Context, premise: Premise | None, others: Sequence[Context], earlier: Sequence[str],
             problems: Mapping[str, Problem]) -> tuple[list[Claim], Premise | None]:
    setting = context.setting
    modality = modality_of(span)
    lead = sentence_before(span.before)
    objective = stated_objective(span.latex, span.before, setting)
    what_if = WHAT_IF.search(lead) or (premise is not None and premise.setting is None and premise.case is None and modality == "conditional")
    if objective is None and setting.is_program and what_if and re.search(r"\b(?:penalty|objective|loss|cost|regulari[sz]er|squared?|norm)\b", lead, re.I) and (
            re.search(r"\\\||\\lVert|‖", span.latex) and not re.search(r"=", span.latex)) and (premise is None or premise.setting is None):
        found = installed(span.latex, setting, problems) if _speaks_of_unknown(span.latex, setting) else None
        says = "" if found is None else f"the objective of {found.problem.id}" if found.problem.id != setting.problem.id else "that objective"
        premise = Premise(found, says, span.line_start)
        if len(chains(span.latex)) == 1 and len(chains(span.latex)[0].terms) == 1 and re.search(r"[-+]", span.latex) and _speaks_of_unknown(span.latex, setting):
            claim = blank(span, setting, span.latex, "objective", modality)
            return [replace(claim, verdict="hypothetical", reason="A what-if: another objective than that of the problem.")], premise
    if objective is not None:
        claim, new = judged_objective(span, objective, context, modality, lead)
        return [claim], new or premise
    beside = problem_beside(span, setting)
    if beside is not None:
        claim = blank(span, setting, span.latex, "objective", modality)
        return [replace(claim, verdict="hypothetical", reason="It states another problem, beside the one at hand.")], beside
    out: list[Claim] = []
    rows = rows_of(chains(span.latex), setting.is_constrained)
    premise = premise or case_at_head(span, setting)
    for k, row in enumerate(rows):
        chain = row.chain
        if row.is_condition:
            out += [softened(made(span, setting, x, judge_link(x, setting, context.equations), modality, "inequality"), "hypothetical", ASSUMED) for x in _links(chain, setting)]
            continue
        if len(chain.terms) == 1:
            reduced_link = reduced(chain.terms[0], span, setting)
            if reduced_link is not None:
                out.append(_of_link(reduced_link, span, context, premise, modality, lead, others, earlier, problems))
                out[-1] = replace(out[-1], type="objective")
                continue
            supremum = judge_supremum(chain.terms[0], span.before, setting)
            if supremum is not None and (supremum[1].verdict == "true" or modality == "asserted"):
                out.append(made(span, setting, *supremum, modality, "equation"))
                continue
            link = spoken(chain.terms[0], span, setting)
            if link is not None:
                judged = judge_link(link, setting, context.equations)
                clause = re.split(r";|\n\s*[-*•]\s|,\s*(?:and|but|while|whereas)\b", lead)[-1]
                if speaks_of_another_norm(clause, setting):
                    other = of_another_problem(link, clause, context, problems)
                    if other is not None and other["verdict"] == "true":
                        out.append(replace(made(span, setting, link, judged, modality, "equation"), **other))
                elif judged.verdict == "true" or (not of_no_instance(link, judged, setting) and judged.verdict == "false" and modality == "asserted" and (
                        STEP.search(span.before) or link.left != RATE) and of_this(judged, clause, setting)):
                    out.append(made(span, setting, link, judged, modality, "equation"))
            continue
        first = named_objective(chain, context, span.role)
        if first is not None:
            claim, new = judged_objective(span, first, context, modality, lead)
            out.append(claim)
            premise = new or premise
            if new is None:
                context.named = span.role
            chain = Chain(chain.terms[1:], chain.ops[1:])
        for link in _links(chain, setting):
            name = link.left.strip()
            clock = setting.problem.iteration.clock if setting.problem.iteration is not None else ""
            if _COUNTER.fullmatch(name) and (name == clock or name not in setting.lang.scope.symbols) and _RANGE.fullmatch(link.right):
                continue  # the range of an index, or of time
            if link.op == "to" and _of_data(name, setting):
                continue  # 'as lambda -> 0': a limit that is looked at
            opened = constraint_of(link, span, setting, problems) or case_of(link, span, setting)
            if opened is not None and (premise is None or premise.case is not None or premise.radius):
                premise = opened
            out.append(_of_link(link, span, context, cased(rows, k, span.line_start, setting) or premise, modality, lead, others, earlier, problems))
            if premise is not None and out[-1].verdict == "hypothetical":
                premise = replace(premise, line=span.line_end)
    return out, premise


def _of_lossy(span: Span, context: Context, others: Sequence[Context], earlier: Sequence[str], problems: Mapping[str, Problem]) -> list[Claim]:
    """A formula put together again: what is false in it counts only if there is no other way to put it together."""
    found: list[Claim] = []
    for text, end in ((span.latex, span.line_end), *span.others):
        claims, _ = _of_span(replace(span, latex=text, line_end=end), context, None, others, earlier, problems)
        claims = [replace(c, lossy=True, place=span.place, reason=f"{c.reason} It was put together from displaced pieces.") for c in claims]
        if not any(c.verdict in ("false", "unreadable", "undecided") for c in claims):
            return claims
        found = found or claims
    return found


def _speaks_of_unknown(text: str, setting: Setting) -> bool:
    """Whether the unknown stands in a formula, or it cannot be read."""
    try:
        return any(setting.lang.unknown in set(E.walk(s.expr)) for t in (t for c in chains(text) for t in c.terms) for s in read_side(t, setting.lang))
    except Unreadable:
        return True


def _of_data(name: str, setting: Setting) -> bool:
    """Whether a name is that of a quantity that the problem gives."""
    over = str(setting.lang.unknown.data)
    return any(name in (s.name, f"\\{s.name}", *s.aliases) for s in setting.lang.scope.symbols.values() if s.name != over)


def _links(chain: Chain, setting: Setting) -> list[Link]:
    """The links of a chain; of a = b = 1 in what the problem gives, what each is."""
    if len(chain.terms) > 2 and set(chain.ops) == {"="} and re.fullmatch(r"-?\d+(?:\.\d+)?", chain.terms[-1].strip()) and all(_of_data(t.strip(), setting) for t in chain.terms[:-1]):
        return [Link(t, "=", chain.terms[-1], f"{t}={chain.terms[-1]}") for t in chain.terms[:-1]]
    return [Link(chain.terms[k], op, chain.terms[k + 1], f"{chain.terms[k]}{op}{chain.terms[k + 1]}") for k, op in enumerate(chain.ops)]


# ------------------------------------------------------------------------------------------ one link

def _of_link(link: Link, span: Span, context: Context, premise: Premise | None, modality: str, lead: str, others: Sequence[Context],
             earlier: Sequence[str], problems: Mapping[str, Problem]) -> Claim:
    setting = context.setting
    judged = judge_condition(link, setting, lead) or judge_stability(link, setting) or judge_link(link, setting, context.equations)
    bound = within(link, judged, premise, lead)
    if bound is not None and modality == "asserted" and premise is not None and premise.setting is not None:
        return made(span, premise.setting, link, bound, modality, kind_of(link, bound))
    judged = as_optimal(link, judged, setting)
    kind = kind_of(link, judged)
    claim = made(span, setting, link, judged, modality, kind)
    of_other = of_another_problem(link, lead, context, problems) if judged.verdict == "false" and speaks_of_another_norm(lead, setting) else None
    if of_other is not None and of_other["verdict"] == "true":
        return replace(claim, **of_other)
    of_example = in_numbers(claim, link, judged, span, context, problems)
    if of_example is not None:
        return of_example
    if judged.verdict in ("true", "definition"):
        if _DEFINES.search(lead) and is_name(link.left) and judged.verdict == "true" and judged.family != "optimum":
            claim = replace(claim, verdict="definition", reason=f"It says what a letter is. {judged.reason}")
        return restated(claim, judged, setting)
    if judged.verdict == "unreadable":
        of_other = of_another_problem(link, lead, context, problems) if link.op == "=" and speaks_of_another_norm(lead, setting) else None
        return replace(claim, **of_other) if of_other is not None and of_other["verdict"] == "true" else claim
    if judged.verdict == "false" and modality != "asserted" and _point(judged, setting):
        return softened(claim, "hypothetical", "It names a point, not the one that is asked for.")
    if judged.verdict == "false" and setting.lang.eigenvalues + setting.lang.noise and of_another_method(lead, setting):
        return softened(claim, "undecided", "Its sentence speaks of another method.")
    if judged.verdict == "false" and is_equation_for_parameters(judged, setting):
        return softened(claim, "undecided", "It is an equation for the parameters.")
    if judged.verdict == "false" and sets_parameter(link, judged, lead, setting):
        return softened(claim, "hypothetical", "It sets a parameter that may be chosen.")
    if modality in ("asserted", "conditional") and claims_range(link, setting, lead):
        return claim
    there = under_premise(link, span, setting, context.equations, premise)
    if there is not None:
        verdict, reason, convention = there
        return replace(claim, verdict=verdict, convention=convention, witness=None, correction="", strength="measured" if verdict == "true" else "", reason=reason,
                       answers=False)
    if judged.verdict == "false" and ((_INFINITE.fullmatch(link.right) and "\\sum" in link.left) or (_SETS_EQUAL.search(lead) and modality == "asserted")):
        return softened(claim, "hypothetical", ASSUMED)
    if judged.verdict == "false" and setting.lang.iteration and _OF_A_STEP.search(link.left) and in_numbers_alone(link, setting):
        return softened(claim, "undecided", "It is a step in numbers, and depends on the step sizes.")
    if judged.verdict == "false" and _of_general_direction(judged, setting):
        return softened(claim, "undecided", "A direction that attains the dual norm is not determined by the formula alone.")
    if judged.verdict == "false" and "\\hat" in link.left and _DIRECTION.search(lead):
        return softened(claim, "definition", "It says what a direction is.")
    if judged.verdict == "false" and is_tried(link, span, setting):
        return softened(claim, "hypothetical", "It is a point that is tried.")
    if _REST.search(lead):
        return softened(claim, "hypothetical", "It is said of the remaining cases.")
    if is_premise(link, span, setting):
        return softened(claim, "hypothetical", ASSUMED)
    behind = case_behind(span, setting)
    named = case_in_words(lead, setting) if behind is None else None
    if named is not None:
        found = judge_link(link, setting, context.equations, named)
        if found.verdict == "true":
            return replace(claim, verdict="true", reason="It holds for the sign that is named.", witness=None, correction="", strength="measured", answers=False)
        if found.verdict != "false":
            return softened(claim, "hypothetical", "It is said of a case, and could not be tested there.")
    if behind is not None:
        found = judge_link(link, setting, context.equations, behind)
        if found.verdict in ("true", "definition"):
            return replace(claim, verdict="true", reason="It holds in the case that is named behind it.", witness=None, correction="",
                           strength="measured", answers=False)
        if found.verdict == "false" and modality == "asserted":
            return replace(claim, reason="It fails in the case that is named behind it.", witness=found.witness, verdict="false", strength=found.strength)
    if SAID_OF.match(span.after) or SAID_WHERE.match(span.after):
        return softened(claim, "hypothetical", "It is said of a case that is named behind it.")
    rule = quoted_rule(link, lead, setting) if is_name(link.left) else None
    if rule is not None and rule.verdict == "true":
        return softened(claim, "definition", "It quotes a standard rule, not the update that is derived here.")
    if STANDARD.search(lead) and is_name(link.left):
        if rule is not None and modality == "asserted":
            return replace(claim, verdict="false", reason=rule.reason, witness=rule.witness, correction="", strength=rule.strength)
        if judged.verdict == "undecided" or RATE in link.right or rule is not None:
            return softened(claim, "definition", "It quotes a standard rule, not the update that is derived here.")
    said_of = of_another_problem(link, lead, context, problems)
    if said_of is not None and (judged.verdict != "undecided" or said_of["verdict"] == "true"):
        return replace(claim, **said_of)
    if judged.verdict == "undecided":
        return claim
    if (modality == "question" and (IF.search(lead) or CONDITIONAL.search(lead))) or (modality != "withdrawn" and WOULD.search(lead)) or (modality == "conditional" and WHAT_IF.search(lead)):
        return softened(claim, "hypothetical", "It is said of a what-if whose premise is not tested.")
    if judged.verdict == "false" and (supposed := _supposed(link, judged, span, lead, context)):
        return softened(claim, "hypothetical", supposed)
    if of_no_instance(link, judged, setting):
        return softened(claim, "undecided", "It is in numbers, and it is not said of which instance.")
    return elsewhere(claim, link, context, others, earlier, problems)


_REGION = re.compile(r"^(?:[*_]{1,2}[^*_]{2,30}[*_]{1,2}\s*)?(?:Where|When|Whenever|As long as|Inside|Outside)\s[^,;$]{3,80}")


def _supposed(link: Link, judged: Judged, span: Span, lead: str, context: Context) -> str:
    """What a false statement is said under: a region told in words, another start, the steps from a number on; '' for nothing."""
    assert judged.sides is not None
    it = context.setting.problem.iteration
    if _REGION.search(lead) and context.setting.lang.unknown in {x for e in judged.sides for x in E.walk(e)}:
        return "It is said under a condition in words, which is not tested."
    if it is not None and judged.sides[0].op == "sym" and str(judged.sides[0].data) == f"{it.over}@start":
        context.restarted = span.line_end
        return "It supposes another start."
    if span.line_start <= context.restarted + LASTS and in_numbers_alone(link, context.setting):
        return "It is said of another start, which is not followed."
    if it is not None and link.op in ORDER and judged.sides[0].op == "sym" and str(judged.sides[0].data) == "t@time":
        return "It says from which step on."
    return ""


def _of_general_direction(judged: Judged, setting: Setting) -> bool:
    """Whether a formula for a general norm holds a letter of its own: u = -(alpha/2) ||g||_* v."""
    norm = setting.lang.norm
    if norm is None or norm.args[1].op != "sym" or judged.sides is None:
        return False
    return any(str(x.data).partition("@")[0] not in setting.lang.scope.symbols for side in judged.sides for x in E.walk(side) if x.op == "sym")


def as_optimal(link: Link, judged: Judged, setting: Setting) -> Judged:
    """A minimiser other than the derived one: what gives the unknown is judged by optimality before it is called false."""
    if judged.verdict != "false" or not setting.is_program or judged.sides is None or link.op not in ("=", ":=") or judged.sides[0] != setting.lang.unknown:
        return judged
    over = str(setting.lang.unknown.data)
    given = {n for n, s in setting.lang.scope.symbols.items() if s.kind == "value"} - {over}
    if any(x.op == "sym" and str(x.data) not in given for x in E.walk(judged.sides[1])):
        return judged
    found = judge(judged.sides[1], setting.key)
    return Judged("true", "It is a minimiser too.", found.strength, None, "optimum", judged.sides) if found.verdict is Verdict.CORRECT else judged


def _point(judged: Judged, setting: Setting) -> bool:
    """Whether a link gives the plain iterate numbers: 'maybe theta = (1, 0, 0) solves it too'."""
    if judged.sides is None or setting.is_program:
        return False
    left, right = judged.sides
    return left == setting.lang.unknown and not any(x.op == "sym" for x in E.walk(right))
