"""Statements of a problem: what is minimised, or what its penalty is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.settings import Setting, penalty

_ARG = (
    r"(?:\\operatorname\*?\s*\{\s*arg\\?[,;~ ]*\s*min\s*\}|\\(?:text|mathrm)\s*\{\s*arg\s*\\?,?\s*min\s*\}|\\?arg\s*\\?[,;!]?\s*\\?min"
    r"|\\argmin|\\operatorname\*?\{min(?:imize)?\}|\\min(?:imize)?|\bmin(?:imize)?\b)")
HEAD = re.compile(_ARG + r"(?:\s*\\limits)?\s*(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\}|\\[{}])*\}|\\?[A-Za-z]+))?")
_SAYS = re.compile(
    r"\b(?:penalt(?:y|ies)(?: term)?|objective(?: function)?(?: value)?|problem|regulari[sz](?:er|ation)(?: term)?|cost|loss)\b[^.]{0,40}\b(?:is|was|be|becomes|as|written as|with)\s*:?\s*$"
    r"|\bobjective(?: function)?\s*:\s*$|\b(?:minimi[sz](?:e|ing)|optimi[sz](?:e|ing)|solve)\b\s*:?\s*$", re.I)
REDUCED = re.compile(
    r"\b(?:objective(?: function)?|problem|cost|loss|quadratic in \$|function of \$)\s*(?:(?:then|now|thus) )?(?:becomes|reduces to|is|simplifies to)?"
    r"(?:\s+(?:one|a single)\s+(?:scalar\s+)?(?:variable|unknown|dimension))?\s*[:,]?\s*$", re.I)


@dataclass(frozen=True)
class Stated:
    """A problem as stated: its weight (None where it is no usual one), and whether all of it agrees with the statement."""

    body: str
    agrees: bool
    weight: Expr | None
    whole: bool


def stated_objective(latex_text: str, before: str, setting: Setting) -> Stated | None:
    """What a formula states to be minimised, if it does: `u = argmin ...`, `min ...`, or after words that say so.

    None where it is no such statement, or where it has not the structure of the objective.
    """
    m = HEAD.search(latex_text)
    if m is not None:
        head = latex_text[: m.start()].strip()
        body = latex_text[m.end() :]
        if head and not re.fullmatch(r"[^=]{1,40}=\s*", head):
            return None
    elif _SAYS.search(before.rstrip()) and not re.search(r"=|<|>|\\leq?|\\geq?|\\approx", latex_text):
        body = latex_text
    else:
        return None
    return stated(body, setting)


def stated(body: str, setting: Setting) -> Stated | None:
    """The body of a stated objective (or its penalty alone), compared with the problem's own."""
    objective = setting.lang.objective
    if objective is None:
        return None
    body = body.strip().strip(".?,;").strip()
    if re.fullmatch(r"\\?[A-Za-z]+(?:\{[A-Z]\})?\s*\([^()]*\)", body):
        return None  # the name of the objective states nothing
    if body[:1] in "[{" and body[-1:] in "]}":
        body = body[1:-1]
    body = re.sub(r"^\\left\s*\[|\\right\s*\]$", "", body.strip())
    try:
        found = read_side(body, setting.lang)
    except Unreadable:
        return None
    for side in found:
        if side.letters or side.expr.shape:
            continue
        if same_everywhere(side.expr, objective, setting):
            return Stated(body, True, setting.weight, True)
        linear, weight = penalty(side.expr, setting)
        if weight is not None or linear:
            same = weight is not None and setting.weight is not None and same_everywhere(weight, setting.weight, setting)
            return Stated(body, same, weight, linear)
    return None


def same_everywhere(a: Expr, b: Expr, setting: Setting) -> bool:
    """Whether two expressions agree in every free world."""
    try:
        return all(same_exactly(exact(a, m.world), exact(b, m.world)) for m in setting.families[0].moments)
    except (Undefined, NotEvaluable, TypeError):
        return False


def weight_name(weight: Expr | None) -> str:
    """A weight as it is named: \\frac{1}{\\alpha}."""
    return latex(weight) if weight is not None else "another weight"


__all__ = ["E", "Stated", "stated", "stated_objective", "weight_name"]
