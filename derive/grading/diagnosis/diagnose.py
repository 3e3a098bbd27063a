"""Which mistake explains a wrong answer: what the spec foresees, then each family of mistakes, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derive.grading.diagnosis.alternatives import Alternatives, told_by
from derive.grading.diagnosis.conditions import diagnose_condition, same_condition
from derive.grading.diagnosis.entries import inverted, rearranged, size_one_only
from derive.grading.diagnosis.factors import constant_factor, factor_text, inside, many_ratios, ratios, scaled, shared, symbolic_factor
from derive.grading.diagnosis.optimum import distance, one_entry
from derive.grading.diagnosis.sample import BOUNDS, FAILS, Sample, fraction_near, sample
from derive.grading.diagnosis.siblings import answers_of_siblings
from derive.grading.diagnosis.variants import conventions, opposite_sense, other_questions
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.expr import Expr


def diagnose(answer: Expr, key: Key, approximate: bool = False) -> str:
    """A short sentence that names the mistake, or "" where none of the known ones explains it in every instance.

    answer: an expression that was judged wrong; approximate: it stands after ≈. Of what the spec calls a
    misconception its own words. Never raises on what the answer holds.
    """
    said = foreseen(answer, key, approximate)
    if said:
        return said
    kind = key.derivation.kind
    if kind == "condition":
        return diagnose_condition(answer, key)
    if kind not in ("point", "expression"):
        return ""
    s = sample(answer, key, approximate)
    return _search(s) if s is not None else ""


def foreseen(answer: Expr, key: Key, approximate: bool = False) -> str:
    """What the spec says of this wrong answer; '' where it does not foresee it."""
    mine = [m for m in key.problem.misconceptions if m.part == key.part.id]
    if not mine:
        return ""
    if key.derivation.kind == "condition":
        return next((m.says for m in mine if same_condition(answer, m.answer, key)), "")
    s = sample(answer, key, approximate)
    for m in mine:
        try:
            if s is not None and s.equals(m.answer):
                return m.says
            if s is None and isinstance(agree(E.as_column(answer), E.as_column(m.answer), key.generic), Equal):
                return m.says
        except FAILS:
            continue
    return ""


def _search(s: Sample) -> str:
    if s.key.derivation.kind == "point" and s.equals(s.target):
        return "boundary: right but where entries are 0 or tie"
    ratio = ratios(s.values, s.required, s.tolerance)
    constant = constant_factor(s, ratio) if ratio is not None else ""
    if constant.startswith("zero"):
        return constant
    for variants in (conventions, opposite_sense):
        found = told_by(s, variants(s.key))
        if found:
            return f"{constant}: {found}" if constant else found
    if constant:
        return constant
    late: tuple[Callable[[], str], ...] = (
        lambda: rearranged(s),
        lambda: told_by(s, other_questions(s.key)),
        lambda: told_by(s, answers_of_siblings(s.key)),
        lambda: inverted(s),
        lambda: symbolic_factor(s, ratio) if ratio is not None else "",
        lambda: constant_factor(s, ratio, BOUNDS.factor) if ratio is not None and not s.constant else "",
        lambda: inside(s),
        lambda: _but_for_a_factor(s, (other_questions(s.key), answers_of_siblings(s.key))),
        lambda: symbolic_factor(s, ratio, pairs=True) if ratio is not None else "",
        lambda: size_one_only(s),
        lambda: one_entry(s),
        lambda: distance(s),
        lambda: constant_factor(s, ratio, BOUNDS.factor) if ratio is not None else "",
    )
    for look in late:
        found = look()
        if found:
            return found
    return ""


def _but_for_a_factor(s: Sample, known: Sequence[Alternatives]) -> str:
    """Two mistakes: another question, and a constant factor."""
    if s.constant:
        return ""  # where nothing is free a factor explains too much
    for those in known:
        found, told = many_ratios(s.values, those.values)
        constants = np.where(told, shared(found, BOUNDS.close), np.nan) if len(told) else found
        for i in np.flatnonzero(np.isfinite(constants)):
            c, v = fraction_near(float(constants[i]), BOUNDS.simple, BOUNDS.close), those.told[i]
            if c is not None and c not in (0, 1) and s.equals(scaled(c, v.expr), own=False):
                return f"{v.says}, and {factor_text(c)}"
    return ""
