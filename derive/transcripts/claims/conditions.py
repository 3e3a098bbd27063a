"""A condition on the step size, or on eigenvalues, is judged against the range for which the iteration converges."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from derive.derivation.steps import Derivation
from derive.grading.judging.judge import judge
from derive.grading.keys import key_of
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, compare, exact
from derive.transcripts.claims.eigenvalue_names import RADIUS, speaks_of
from derive.transcripts.claims.language import LETTER, Unreadable
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.relations import ORDER, is_zero, related
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.spans import sentence_before
from derive.transcripts.claims.spectral import ASKS
from derive.transcripts.claims.verdicts import Judged

# what says that a range is all of it
_ALL_OF_IT = re.compile(
    r"\b(?:iff|if and only if|exactly|precisely|only (?:if|for|when)|i\.e\.|that is|in other words|(?:the|this) (?:range|interval|condition)|range of|equivalent(?:ly)?)(?![a-z])", re.I)


def judge_condition(link: Link, setting: Setting, lead: str = "") -> Judged | None:
    """The judgement of an inequality in the step size alone; None for anything else.

    The range asked for, or a restatement of it, is true; one that holds or fails elsewhere is false, and one that is narrower where the words before
    it (lead) say that it is the whole range. A range that is not known says nothing of an inequality, but that a step size is positive.
    """
    it = setting.problem.iteration
    if it is None or link.op not in ("<", "<=", ">", ">=") or it.step not in setting.lang.scope.symbols:
        return None
    step = setting.lang.scope.symbols[it.step]
    asked = next((p for p in setting.problem.parts if p.ask == "condition"), None)
    if asked is None and (setting.key.part.ask not in ("limit", *ASKS) or it.steps != "constant" or step.let is not None or step.given is not None):
        return None
    part = asked or replace(setting.key.part, id=f"{setting.key.part.id}:steps", ask="condition")
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return None
    free = {str(x.data) for e in (a.expr, b.expr) for x in E.walk(e) if x.op == "sym"}
    declared = setting.lang.scope.symbols
    if it.step not in free or any(n.startswith(LETTER) or n not in declared or (n != it.step and (n in setting.moving or (asked is not None and declared[n].given is None))) for n in free):
        return None
    key = key_of(setting.problem, part, False)
    if not isinstance(key.outcome, Derivation):
        return None
    found = judge(E.rel(link.op, a.expr, b.expr), key)
    sides = (a.expr, b.expr)
    if found.verdict is Verdict.CORRECT:
        return Judged("true", "It is the range of steps for which the iteration converges.", "measured", None, "limit", sides)
    if found.verdict is Verdict.INCORRECT:
        if E.is_number(b.expr, 0) or E.is_number(a.expr, 0):
            return None  # alpha > 0: an assumption
        if asked is None and found.witness is not None and found.witness.submitted == "fails" and not _ALL_OF_IT.search(lead):
            return Judged("undecided", "It is narrower than the range of steps for which the iteration converges.", sides=sides)
        return Judged("false", found.reason, found.strength, found.witness.to_dict() if found.witness else None, "limit", sides)
    return None


_PLAIN = re.compile(r"\b(?:plain|vanilla|ordinary|noiseless|deterministic|gradient descent|GD|without (?:any |the )?(?:momentum|noise)|no (?:momentum|noise))\b", re.I)


def of_another_method(lead: str, setting: Setting) -> bool:
    """Whether a sentence about an iteration with momentum, or with noise, speaks of the one without."""
    it = setting.problem.iteration
    return it is not None and (len(it.states) > 1 or bool(it.noise)) and setting.key.part.ask in (*ASKS, "limit", "iterate") and bool(_PLAIN.search(lead))


_BEST = re.compile(r"\b(?:best|optim\w*|minimi[sz]\w*|smallest|fastest|critical)\b", re.I)


def sets_parameter(link: Link, judged: Judged, lead: str, setting: Setting) -> bool:
    """Whether a link about the eigenvalues of an update sets a parameter, without a word or a star that it would be the best: 'with the safe step eta = 1/L'."""
    if setting.key.part.ask not in ASKS or judged.sides is None or judged.sides[0].op != "sym" or _BEST.search(lead) or link.op not in ("=", ":=") or re.search(
            r"\*|\\star|opt", link.left):
        return False
    name = str(judged.sides[0].data)
    symbol = setting.key.problem.symbols.get(name)
    return symbol is not None and symbol.kind == "value" and symbol.let is None and name not in (*setting.moving, *setting.lang.eigenvalues)


def is_equation_for_parameters(judged: Judged, setting: Setting) -> bool:
    """Whether a link about the eigenvalues of an update sets an expression in its parameters alone to zero: where a condition holds with equality."""
    if setting.key.part.ask not in ASKS or judged.sides is None or not any(is_zero(e) for e in judged.sides):
        return False
    names = {str(x.data) for e in judged.sides for x in E.walk(e) if x.op == "sym"}
    it = setting.problem.iteration
    free = {*setting.key.part.choose, *((it.step,) if it is not None else ())}
    return bool(names & free) and all(n in setting.key.problem.symbols and n not in (*setting.moving, *setting.lang.eigenvalues) for n in names)


# what says that a range of steps is claimed: 'it converges for', 'the iteration is stable if and only if'
_CLAIMS_RANGE = re.compile(
    r"\b(?:converg\w*|stab(?:le|ility)|contract\w*|decays?)\b(?:[^.;]|(?<=\bi)\.(?=e\.)|(?<=\bi\.e)\.){0,120}?(?:\bfor(?: all)?|\bif|\bwhen(?:ever)?|\bprovided(?: that)?)\s*$", re.I)


def claims_range(link: Link, setting: Setting, lead: str) -> bool:
    """Whether an inequality that stands behind 'for' or 'if' is no premise, but what is said of the steps for which an iteration converges."""
    it = setting.problem.iteration
    if it is None or not _CLAIMS_RANGE.search(lead):
        return False
    found = judge_condition(link, setting, lead)
    return found is not None and found.verdict == "false"


def judge_stability(link: Link, setting: Setting) -> Judged | None:
    """The judgement of a comparison between eigenvalues: true where it says that the iteration is stable, or always holds; else it depends. None for anything else."""
    lang = setting.lang
    if link.op not in ORDER or setting.key.part.ask not in ASKS:
        return None
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return None
    rate = "rho" if "rho" in lang.chosen or "rho" in lang.scope.symbols else ""
    if not any(speaks_of(e, lang.eigenvalues, rate) for e in (a.expr, b.expr)) or a.letters | b.letters or "best" in {*a.notes, *b.notes}:
        return None
    holds: set[tuple[bool, bool]] = set()
    try:
        for f in setting.families:
            for m in f.moments if f.name in ("real", "turned", "complex") else ():
                fits = related(exact(a.expr, m.world), exact(b.expr, m.world), a.expr, b.expr, link.op)
                holds.add((bool(fits), compare(exact(E.sym(RADIUS), m.world), Fraction(1)) < 0))
    except (Undefined, NotEvaluable, TypeError, ValueError):
        return None
    sides = (a.expr, b.expr)
    if holds == {(True, True), (False, False)}:
        return Judged("true", "It holds exactly where the iteration is stable.", "measured", None, "real", sides)
    if holds and all(fits for fits, _ in holds):
        return None
    return Judged("undecided", "It holds for some parameters and fails for others.", sides=sides)


_SUPREMUM = re.compile(
    r"\b(?:supremum|(?:largest|maximal|maximum|critical) (?:stable )?step(?:[- ]size)?|(?:stability )?(?:limit|threshold|bound))"
    r"(?: (?:of|for|on) (?:the )?(?:steps?|step[- ]sizes?|stability|\$))?\s+(?:is|equals|becomes|of)"
    r"(?: (?:thus|then|therefore|hence))?\s*:?\s*$", re.I)


_FOR_VALUES = re.compile(r"\b(?:with|for|if|when|at|setting|taking)\b[^.;$]*\$", re.I)  # 'for $b = 0.9$ the supremum is'


def judge_supremum(term: str, before: str, setting: Setting) -> tuple[Link, Judged] | None:
    """'So the supremum is 2(1+b)/h': a bare formula that the words before it say to be the bound for stable steps that is asked for."""
    if setting.key.part.ask != "stability" or not _SUPREMUM.search(before.rstrip()):
        return None
    try:
        side = read_side(term, setting.lang)[0]
    except Unreadable:
        return None
    given = {n for n, s in setting.key.problem.symbols.items() if s.kind == "value"} - set(setting.moving)
    if side.letters or side.expr.shape or any(x.op == "sym" and x.data not in given for x in E.walk(side.expr)):
        return None
    found = judge(side.expr, setting.key)
    link = Link("\\sup \\eta", "=", term, "supremum")
    if found.verdict is Verdict.CORRECT:
        return link, Judged("true", "It is the supremum of the stable steps.", found.strength)
    if found.verdict is Verdict.INCORRECT and not _FOR_VALUES.search(sentence_before(before)) and not of_another_method(sentence_before(before), setting):
        return link, Judged("false", found.reason, found.strength, found.witness.to_dict() if found.witness else None)
    return None
