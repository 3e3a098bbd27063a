"""Bare formulas that the words before them make statements: 'with learning rate $a/2$', 'the gradient is $g + 2u/a$', 'reduces to $...$'."""

from __future__ import annotations

import re

from derive.maths import expr as E
from derive.transcripts.claims.letters import RATE, letters_in
from derive.transcripts.claims.made import is_name
from derive.transcripts.claims.objectives import REDUCED
from derive.transcripts.claims.premises import IF, OTHER_PROBLEM, speaks_of_another_norm
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span
from derive.transcripts.claims.verdicts import Judged

_MINIMISED = re.compile(r"^\s*\\min(?![A-Za-z])\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*(?:\\[,;!:]\s*)*")
STANDARD = re.compile(
    r"\b(?:standard|usual(?:ly)?|typical(?:ly)?|known as|called|generic|by definition|in general|of the form|optimi[sz]ers?)\b"
    r"|\b(?:AdaGrad|Adam|RMSProp|SignSGD|Sign(?:ed)? Gradient(?: Descent)?|(?:Normalized )?Gradient Descent|momentum)\b[^.]{0,30}:\s*$", re.I)
STEP = re.compile(r"\b(?:learning[- ]rate|step[- ]?size)\b(?:\s+(?:that|which))?\s*(?:of|is|equals|becomes|equal to|would be)?\s*:?\s*\$?\s*$", re.I)
_MOMENT = re.compile(r"\bsecond[- ]moment\b[^.$]{0,40}\b(?:is|equals)\s*:?\s*$", re.I)
_GRADIENT = re.compile(r"\bgradient(?: of the (?:objective|loss|function)(?: function)?)?(?: with respect to \$)? (?:is|equals|becomes)\s*:?\s*$", re.I)
_VALUE = re.compile(r"(?:^|[,;:.]\s*|\b(?:the|its|with|is)\s+)value(?: is(?: thus| then)?| becomes| equals| of|:)?\s*:?\s*$"
                    r"|\b(?:minimum|minimal|optimal|optimum|maximum|maximal) (?:objective )?value(?: of the (?:objective|problem))?(?: is| becomes| equals|:)\s*:?\s*$", re.I)
_BEST_RATE = re.compile(
    r"\b(?:best|optimal|smallest|minimal) (?:(?:worst-case|asymptotic|convergence|contraction) )?(?:rate|factor)(?: per step)?"
    r"(?: (?:is|equals|becomes|of))?(?: (?:thus|then|therefore|hence))?\s*:?\s*$", re.I)
_GOT = re.compile(r"\bwe (?:got|get|have|found|obtain(?:ed)?)\s*:?\s*$", re.I)


def spoken(term: str, span: Span, setting: Setting) -> Link | None:
    """'with learning rate a/2': a bare formula that the words before it say to be the step size, or a second moment."""
    it = setting.problem.iteration
    if it is not None and it.features is not None and _MOMENT.search(span.before.rstrip()):
        index = re.search(r"_\s*\{?\s*([ijk])", term)  # of one data point
        return Link(f"{it.features}_{index.group(1)}^2", "=", term, "spoken") if index is not None else None
    if "rho" in setting.lang.chosen and _BEST_RATE.search(span.before.rstrip()):
        return Link("\\rho^*", "=", term, "spoken")
    about = _of_objective(term, span, setting)
    if about is not None:
        return about
    if not setting.is_program or term.strip() == RATE or not (STEP.search(span.before.rstrip()) or _GOT.search(span.before.rstrip())):
        return None
    return Link(RATE, "=", term, "spoken")


def _of_objective(term: str, span: Span, setting: Setting) -> Link | None:
    """'the gradient is g + (2/alpha) u', 'the minimum value is -(alpha/4) ||g||^2'."""
    lang = setting.lang
    symbol = lang.scope.symbols.get(str(lang.unknown.data))
    name = next((n for n in (symbol.name, *symbol.aliases) if is_name(n) and (len(n) == 1 or n.startswith("\\"))), "") if symbol is not None else ""
    function = "J" if lang.objective is not None else "f" if lang.loss is not None else ""
    if not name or not function or not re.search(r"[-+*/]|\\frac|\|", term):
        return None
    before = span.before.rstrip()
    if _GRADIENT.search(before) and re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", term):
        return Link(f"\\nabla {function}", "=", term, "spoken")
    if _VALUE.search(before) and setting.is_program:
        return Link(f"{function}({name}^*)", "=", term, "spoken")
    return None


def of_this(judged: Judged, lead: str, setting: Setting) -> bool:
    """Whether a step size is that of the derived update: in declared symbols, in a sentence that speaks of nothing else."""
    if judged.sides is None or (letters_in(judged.sides[0]) | letters_in(judged.sides[1])) - {RATE} or any(x.op == "comp" for e in judged.sides for x in E.walk(e)):
        return False  # in letters of its own, or one rate for each coordinate
    return not (IF.search(lead) or OTHER_PROBLEM.search(lead) or STANDARD.search(lead) or speaks_of_another_norm(lead, setting))


def reduced(term: str, span: Span, setting: Setting) -> Link | None:
    """'the objective becomes -m ||g||_1 + m^2 / alpha': the objective of the best update of norm m."""
    letter = next((p for p in sorted(setting.lang.profile) if re.search(rf"(?<![A-Za-z\\]){re.escape(p)}(?![A-Za-z])", term)), None)
    if letter is None or not re.search(r"[-+]", term) or not REDUCED.search(span.before.rstrip()):
        return None
    return Link(f"J({letter})", "=", _MINIMISED.sub("", term), "reduced")
