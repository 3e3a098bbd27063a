"""The formulas of a conversation -> claims, turn by turn, each judged in the context made so far."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import mpmath

from derive.maths import expr as E
from derive.maths.exact import DIGITS
from derive.maths.expr import Expr
from derive.maths.write import latex as written
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conditions import judge_condition
from derive.transcripts.claims.corrections import correction
from derive.transcripts.claims.elsewhere import Context, constraint_of, elsewhere, installed, of_another_problem, softened, within
from derive.transcripts.claims.examples import LASTS, in_example, value_given
from derive.transcripts.claims.letters import RATE, Equation, letters_in
from derive.transcripts.claims.links import Chain, chains
from derive.transcripts.claims.modality import CONDITIONAL, modality_of
from derive.transcripts.claims.notation import Unreadable, read_side
from derive.transcripts.claims.objectives import REDUCED, Stated, stated, stated_objective, weight_name
from derive.transcripts.claims.premises import (
    IF,
    OTHER_PROBLEM,
    SAID_OF,
    WHAT_IF,
    WOULD,
    Premise,
    case_behind,
    case_of,
    is_premise,
    speaks_of_another_norm,
    still,
    under_premise,
)
from derive.transcripts.claims.relations import ORDER
from derive.transcripts.claims.settings import Setting, setting_of, under
from derive.transcripts.claims.spans import Span, sentence_before
from derive.transcripts.claims.standard import quoted_rule
from derive.transcripts.claims.usage import Said, in_use
from derive.transcripts.claims.verdicts import Judged, Link, equation_of, judge_link

_DEFINES = re.compile(r"\b(?:let|define[sd]?|denot(?:e|es|ed|ing)|where|set|call|introduce|given|initial(?:ly)?)\b[^.;$]{0,60}$", re.I)
_INTRODUCES = re.compile(r"\b(?:let(?:ting)?|defin(?:e[sd]?|ing)|denot(?:e|es|ed|ing)|where|with|set(?:ting)?|call|introduc(?:e|ing)|writ(?:e|ing)|for)\b[^.;$]{0,60}$", re.I)
_MINIMISED = re.compile(r"^\s*\\min(?![A-Za-z])\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*(?:\\[,;!:]\s*)*")
_STANDARD = re.compile(
    r"\b(?:standard|usual(?:ly)?|typical(?:ly)?|known as|called|generic|by definition|in general|of the form|optimi[sz]ers?)\b"
    r"|\b(?:AdaGrad|Adam|RMSProp|SignSGD|Sign(?:ed)? Gradient(?: Descent)?|(?:Normalized )?Gradient Descent|momentum)\b[^.]{0,30}:\s*$", re.I)
_STEP = re.compile(r"\b(?:learning[- ]rate|step[- ]?size)\b(?:\s+(?:that|which))?\s*(?:of|is|equals|becomes|equal to|would be)?\s*:?\s*\$?\s*$", re.I)
_MOMENT = re.compile(r"\bsecond[- ]moment\b[^.$]{0,40}\b(?:is|equals)\s*:?\s*$", re.I)
_GRADIENT = re.compile(r"\bgradient(?: of the (?:objective|loss|function)(?: function)?)?(?: with respect to \$)? (?:is|equals|becomes)\s*:?\s*$", re.I)
_VALUE = re.compile(r"\b(?:minimum|minimal|optimal|optimum|maximum|maximal) (?:objective )?value(?: of the (?:objective|problem))?(?: is| becomes| equals|:)\s*:?\s*$", re.I)
_GOT = re.compile(r"\bwe (?:got|get|have|found|obtain(?:ed)?)\s*:?\s*$", re.I)
_REST = re.compile(r"^(?:and |or |,|;|\s)*(?:otherwise|else|in (?:all|the) (?:other|remaining) cases?|in between|elsewhere)\b", re.I)
_RANGE = re.compile(r"(?:\d+|[nNTmdpk]|\\[lc]?dots|\\infty|\.\.\.|…|[-+,;\s{}()\[\]])+")
_COUNTER = re.compile(r"[ijktns]|\\?dots")


def claims_of_turn(number: int, spans: Sequence[Span], about: Mapping[int, str], problems: Mapping[str, Problem], user_weights: Mapping[str, Expr],
                   earlier: Sequence[str], told: Sequence[str] = ()) -> list[Claim]:
    """The claims of one turn's formulas.

    about: the index of a span -> the problem it is about; user_weights: the penalty weight that the user's text
    states, by problem; earlier: problems that the conversation was about so far; told: functions that it has defined in earlier turns.
    """
    out: list[Claim] = []
    with mpmath.workdps(DIGITS):
        contexts = contexts_of(spans, about, problems, user_weights, told)
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
        mine = [Said(s.latex, s.lossy, bool(_INTRODUCES.search(sentence_before(s.before)))) for k, s in enumerate(spans) if about.get(k) == name]
        setting, equations = in_use(setting, mine, told)
        out[name] = Context(setting, user_weights.get(name), equations=equations)
    return out


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
        found = installed(span.latex, setting, problems)
        says = "" if found is None else f"the objective of {found.problem.id}" if found.problem.id != setting.problem.id else "that objective"
        premise = Premise(found, says, span.line_start)
        if len(chains(span.latex)) == 1 and len(chains(span.latex)[0].terms) == 1 and re.search(r"[-+]", span.latex):
            claim = _blank(span, setting, span.latex, "objective", modality)
            return [replace(claim, verdict="hypothetical", reason="A what-if: another objective than that of the problem.")], premise
    if objective is not None:
        claim, new = _objective(span, objective, context, modality, lead)
        return [claim], new or premise
    out: list[Claim] = []
    for chain in chains(span.latex):
        if len(chain.terms) == 1:
            reduced = _reduced(chain.terms[0], span, setting)
            if reduced is not None:
                out.append(_of_link(reduced, span, context, premise, modality, lead, others, earlier, problems))
                out[-1] = replace(out[-1], type="objective")
                continue
            link = _spoken(chain.terms[0], span, setting)
            if link is not None:
                judged = judge_link(link, setting, context.equations)
                if judged.verdict == "true" or (judged.verdict == "false" and modality == "asserted" and (
                        _STEP.search(span.before) or link.left != RATE) and _of_this(judged, lead, setting)):
                    out.append(_claim(span, setting, link, judged, modality, "equation"))
            continue
        first = _named_objective(chain, context, span.role)
        if first is not None:
            claim, new = _objective(span, first, context, modality, lead)
            out.append(claim)
            premise = new or premise
            if new is None:
                context.named = span.role
            chain = Chain(chain.terms[1:], chain.ops[1:])
        for link in _links(chain):
            name = link.left.strip()
            clock = setting.problem.iteration.clock if setting.problem.iteration is not None else ""
            if _COUNTER.fullmatch(name) and (name == clock or name not in setting.lang.scope.symbols) and _RANGE.fullmatch(link.right):
                continue  # the range of an index, or of time
            if link.op == "to" and _of_data(name, setting):
                continue  # 'as lambda -> 0': a limit that is looked at
            opened = constraint_of(link, span, setting, problems) or case_of(link, span, setting)
            if opened is not None and (premise is None or premise.case is not None or premise.radius):
                premise = opened
            out.append(_of_link(link, span, context, premise, modality, lead, others, earlier, problems))
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


def _of_data(name: str, setting: Setting) -> bool:
    """Whether a name is that of a quantity that the problem gives."""
    over = str(setting.lang.unknown.data)
    return any(name in (s.name, f"\\{s.name}", *s.aliases) for s in setting.lang.scope.symbols.values() if s.name != over)


def _links(chain: Chain) -> list[Link]:
    return [Link(chain.terms[k], op, chain.terms[k + 1], f"{chain.terms[k]}{op}{chain.terms[k + 1]}") for k, op in enumerate(chain.ops)]


def _spoken(term: str, span: Span, setting: Setting) -> Link | None:
    """'with learning rate a/2': a bare formula that the words before it say to be the step size, or a second moment."""
    it = setting.problem.iteration
    if it is not None and it.features is not None and _MOMENT.search(span.before.rstrip()):
        index = re.search(r"_\s*\{?\s*([ijk])", term)  # of one data point
        return Link(f"{it.features}_{index.group(1)}^2", "=", term, "spoken") if index is not None else None
    about = _of_objective(term, span, setting)
    if about is not None:
        return about
    if not setting.is_program or term.strip() == RATE or not (_STEP.search(span.before.rstrip()) or _GOT.search(span.before.rstrip())):
        return None
    return Link(RATE, "=", term, "spoken")


def _of_objective(term: str, span: Span, setting: Setting) -> Link | None:
    """'the gradient is g + (2/alpha) u', 'the minimum value is -(alpha/4) ||g||^2'."""
    lang = setting.lang
    symbol = lang.scope.symbols.get(str(lang.unknown.data))
    name = next((n for n in (symbol.name, *symbol.aliases) if _is_name(n) and (len(n) == 1 or n.startswith("\\"))), "") if symbol is not None else ""
    function = "J" if lang.objective is not None else "f" if lang.loss is not None else ""
    if not name or not function or not re.search(r"[-+*/]|\\frac|\|", term):
        return None
    before = span.before.rstrip()
    if _GRADIENT.search(before) and re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", term):
        return Link(f"\\nabla {function}", "=", term, "spoken")
    if _VALUE.search(before) and setting.is_program:
        return Link(f"{function}({name}^*)", "=", term, "spoken")
    return None


def _of_this(judged: Judged, lead: str, setting: Setting) -> bool:
    """Whether a step size is that of the derived update: in declared symbols, in a sentence that speaks of nothing else."""
    if judged.sides is None or (letters_in(judged.sides[0]) | letters_in(judged.sides[1])) - {RATE} or any(x.op == "comp" for e in judged.sides for x in E.walk(e)):
        return False  # in letters of its own, or one rate for each coordinate
    return not (IF.search(lead) or OTHER_PROBLEM.search(lead) or _STANDARD.search(lead) or speaks_of_another_norm(lead, setting))


def _reduced(term: str, span: Span, setting: Setting) -> Link | None:
    """'the objective becomes -m ||g||_1 + m^2 / alpha': the objective of the best update of norm m."""
    letter = next((p for p in sorted(setting.lang.profile) if re.search(rf"(?<![A-Za-z\\]){re.escape(p)}(?![A-Za-z])", term)), None)
    if letter is None or not re.search(r"[-+]", term) or not REDUCED.search(span.before.rstrip()):
        return None
    return Link(f"J({letter})", "=", _MINIMISED.sub("", term), "reduced")


def _named_objective(chain: Chain, context: Context, role: str) -> Stated | None:
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


def _objective(span: Span, found: Stated, context: Context, modality: str, lead: str) -> tuple[Claim, Premise | None]:
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
    claim = _blank(span, setting, span.latex, "objective", modality)
    return replace(claim, verdict=verdict, reason=reason, convention=convention, strength="proved" if verdict == "definition" else "measured"), new


# ------------------------------------------------------------------------------------------ one link

def _of_link(link: Link, span: Span, context: Context, premise: Premise | None, modality: str, lead: str, others: Sequence[Context],
             earlier: Sequence[str], problems: Mapping[str, Problem]) -> Claim:
    setting = context.setting
    judged = judge_condition(link, setting) or judge_link(link, setting, context.equations)
    bound = within(link, judged, premise, lead)
    if bound is not None and modality == "asserted" and premise is not None and premise.setting is not None:
        return _claim(span, premise.setting, link, bound, modality, _type(link, bound))
    kind = _type(link, judged)
    claim = _claim(span, setting, link, judged, modality, kind)
    in_numbers = _in_numbers(claim, link, judged, span, context)
    if in_numbers is not None:
        return in_numbers
    if judged.verdict in ("true", "definition"):
        if _DEFINES.search(lead) and _is_name(link.left) and judged.verdict == "true" and judged.family != "optimum":
            claim = replace(claim, verdict="definition", reason=f"It says what a letter is. {judged.reason}")
        return _given(claim, judged, setting)
    if judged.verdict == "unreadable":
        return claim
    if judged.verdict == "false" and modality != "asserted" and _point(judged, setting):
        return softened(claim, "hypothetical", "It names a point, not the one that is asked for.")
    there = under_premise(link, span, setting, context.equations, premise)
    if there is not None:
        verdict, reason, convention = there
        return replace(claim, verdict=verdict, convention=convention, witness=None, correction="", strength="measured" if verdict == "true" else "", reason=reason,
                       answers=False)
    if _REST.search(lead):
        return softened(claim, "hypothetical", "It is said of the remaining cases.")
    if is_premise(link, span, setting):
        return softened(claim, "hypothetical", "It is a condition that is assumed here.")
    behind = case_behind(span, setting)
    if behind is not None:
        found = judge_link(link, setting, context.equations, behind)
        if found.verdict in ("true", "definition"):
            return replace(claim, verdict="true", reason="It holds in the case that is named behind it.", witness=None, correction="",
                           strength="measured", answers=False)
        if found.verdict == "false" and modality == "asserted":
            return replace(claim, reason="It fails in the case that is named behind it.", witness=found.witness, verdict="false", strength=found.strength)
    if SAID_OF.match(span.after):
        return softened(claim, "hypothetical", "It is said of a case that is named behind it.")
    rule = quoted_rule(link, lead, setting) if _is_name(link.left) else None
    if rule is not None and rule.verdict == "true":
        return softened(claim, "definition", "It quotes a standard rule, not the update that is derived here.")
    if _STANDARD.search(lead) and _is_name(link.left):
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
    return elsewhere(claim, link, context, others, earlier, problems)


def _point(judged: Judged, setting: Setting) -> bool:
    """Whether a link gives the plain iterate numbers: 'maybe theta = (1, 0, 0) solves it too'."""
    if judged.sides is None or setting.is_program:
        return False
    left, right = judged.sides
    return left == setting.lang.unknown and not any(x.op == "sym" for x in E.walk(right))


def _in_numbers(claim: Claim, link: Link, judged: Judged, span: Span, context: Context) -> Claim | None:
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
    if not context.example or judged.verdict == "unreadable":
        return None
    context.example_line = max(context.example_line, span.line_end - (LASTS if any(letters_in(e) for e in context.example.values()) else 0))
    here = in_example(context.setting, context.example)
    there = judge_link(link, here, context.equations) if here is not None else None
    if there is not None and there.verdict in ("true", "false") and (there.verdict == "true" or judged.verdict == "false"):
        reason = "It holds in the example." if there.verdict == "true" else "It fails in the example."
        return replace(claim, verdict=there.verdict, reason=reason, witness=there.witness, strength=there.strength, correction="", answers=False)
    return softened(claim, "hypothetical", "It is said of an example, and could not be tested there.") if judged.verdict == "false" else None


def _given(claim: Claim, judged: Judged, setting: Setting) -> Claim:
    """Data of the problem restated: given values, the start, the loss, the update as it is declared."""
    if judged.sides is None:
        return claim
    left, right = judged.sides
    it = setting.problem.iteration
    declared = setting.lang.scope.symbols.get(str(left.data)) if left.op == "sym" else None
    restated = declared is not None and declared.given is not None
    if it is not None and left.op == "sym":
        restated = restated or str(left.data).endswith("@start") or (it.residual is not None and left.data == it.residual[0] and right == it.residual[1])
        restated = restated or (left.data == f"{it.over}@next" and "nabla" in claim.latex)
    if it is not None and left == it.loss and right == it.loss:
        restated = True
    return replace(claim, verdict="definition", reason="It restates what the problem gives.") if restated else claim


def _is_name(text: str) -> bool:
    return bool(re.fullmatch(r"\s*\\?[A-Za-z]+(?:\s*\\theta)?(?:\s*_\s*(?:\{[^{}]*\}|\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\*))?\s*", text))


def _type(link: Link, judged: Judged) -> str:
    if link.op in ORDER:
        return "inequality"
    if judged.sides is None:
        return "equation"
    nodes = [x for e in judged.sides for x in E.walk(e)]
    if any(x.op == "vec" for x in nodes):
        return "vector"
    left, right = judged.sides
    if not left.shape and not any(x.op == "sym" for x in E.walk(right)) and right.op != "comp":
        return "numeric"
    return "definition" if judged.verdict == "definition" else "equation"


def _claim(span: Span, setting: Setting, link: Link, judged: Judged, modality: str, kind: str) -> Claim:
    text = f"{link.left} {_SIGNS.get(link.op, link.op)} {link.right}"
    claim = _blank(span, setting, text, kind, modality)
    fixed = correction(link, judged, setting) if judged.verdict == "false" else ""
    value = _value_part(link, judged, setting)
    if value is not None:
        claim = replace(claim, part=f"{setting.problem.id}#{value}")
    return replace(claim, verdict=judged.verdict, reason=judged.reason, strength=judged.strength, witness=judged.witness, correction=fixed,
                   answers=value is not None or _answers(link, judged, setting))


_AT_BEST = re.compile(
    r"\s*(?:[JFLf]|\\mathcal\s*\{?[JL]\}?)\s*(?:\\left\s*)?\("
    r".*(?:\^\s*\{?\s*(?:\*|\\ast|\\star)\s*\}?|_\s*\{?\s*(?:\*|\\star)\s*\}?)\s*(?:\\right\s*)?\)\s*")


def _value_part(link: Link, judged: Judged, setting: Setting) -> str | None:
    """The part that asks for the optimal value, where a link gives it: J(u^*) = ... in what the problem gives."""
    part = next((p.id for p in setting.problem.parts if p.ask == "value" and p.of == setting.key.part.id), None)
    if part is None or judged.sides is None or link.op not in ("=", ":=") or not _AT_BEST.fullmatch(link.left) or judged.verdict not in ("true", "false"):
        return None
    over = str(setting.lang.unknown.data)
    given = {n for n, s in setting.lang.scope.symbols.items() if s.kind == "value"} - {over}
    return part if all(str(x.data) in given for x in E.walk(judged.sides[1]) if x.op == "sym") else None


def _answers(link: Link, judged: Judged, setting: Setting) -> bool:
    """Whether a link gives the unknown (or the limit of the iterate) in what the problem gives; after an approximate sign it is a restatement."""
    if judged.sides is None or link.op not in ("=", ":="):
        return False
    left, right = judged.sides
    over = str(setting.lang.unknown.data)
    if left.op == "comp" and left.args[0].op == "at":
        left = left.args[0].args[0]
    named = left.op == "sym" and left.data in ((over,) if setting.is_program else (f"{over}@limit",))
    given = {n for n, s in setting.lang.scope.symbols.items() if s.kind == "value"} - {over, setting.problem.iteration.step if setting.problem.iteration else ""}
    return named and all(str(x.data) in given for x in E.walk(right) if x.op == "sym")


_SIGNS = {"~": "\\approx", "<=": "\\le", ">=": "\\ge", "!=": "\\ne", "<-": "\\leftarrow", "propto": "\\propto", "in": "\\in", "to": "\\to"}


def _blank(span: Span, setting: Setting, text: str, kind: str, modality: str) -> Claim:
    part = f"{setting.problem.id}#{setting.key.part.id}"
    return Claim("", span.turn, span.role, part, span.line_start, span.line_end, span.text, text, kind, "undecided", "", modality, "")


__all__ = ["Equation", "claims_of_turn", "equation_of", "written"]
