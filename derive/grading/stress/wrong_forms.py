"""Near misses as texts: alone, in prose, with words that change a right form, or behind a right one that is given up."""

from __future__ import annotations

import random
from collections.abc import Iterator

from derive.grading.stress import envelopes
from derive.grading.stress.decorations import CHANGED, Decoration, decorated
from derive.grading.stress.forms import SHARES, TRIES, WORDS, Form, written
from derive.grading.stress.matrices import chain
from derive.grading.stress.misses import MISSHAPEN, Miss
from derive.grading.stress.subject import RIGHT, WRONG, Subject, seeded
from derive.grading.stress.values import Misfit, Unvalued, value
from derive.maths import expr as E
from derive.maths.expr import Expr

IN_WORDS = 0.08  # of the near misses: the right formula with words that change it


def fits(e: Expr, subject: Subject) -> bool:
    """Whether all matrices in e fit together, whatever their sizes."""
    for at in subject.instances:
        try:
            value(e, at)
        except Misfit:
            return False
        except (Unvalued, ValueError, KeyError, ArithmeticError):
            continue
    return True


def _vector_inside(e: Expr) -> bool:
    """Whether a vector stands before another factor of a product of matrices."""
    return any(len(f.shape) == 1 for x in E.walk(e) if x.op == "matmul" for f in chain(x)[:-1])


def wrong_forms(subject: Subject, seed: int, pool: list[Miss]) -> Iterator[Form]:
    """Near misses without end, each in a form that has one reading; some in prose, some beside the right answer."""
    rng = seeded(seed, "misses", subject.problem.id, subject.part.id)
    kinds = sorted({m.mistake for m in pool})
    by_kind = {k: [m for m in pool if m.mistake == k] for k in kinds}
    failed = 0
    while pool and failed < TRIES:
        miss = rng.choice(by_kind[rng.choice(kinds)])
        form = wrong_form(subject, miss, rng)
        failed = failed + 1 if form is None else 0
        if form is not None:
            yield form


def changing(subject: Subject) -> list[Decoration]:
    """The words that make the key wrong, found once a part."""
    found = subject.kept.get("changing")
    if found is None:
        found = subject.kept["changing"] = decorated(subject.key, lambda e: subject.truth(e) == WRONG)
    assert isinstance(found, list)
    return found


def wrong_form(subject: Subject, miss: Miss, rng: random.Random) -> Form | None:
    """One near miss as text, or None where this draw cannot be written."""
    medium = rng.choice(SHARES)
    if medium == "python" and miss.mistake in MISSHAPEN and (_vector_inside(miss.expr) or not fits(miss.expr, subject)):
        return None  # NumPy's vectors are rows and columns at once: there it may fit, and be right
    if subject.kind == "condition":
        from derive.grading.stress.conditions import written_condition

        text = written_condition(subject, miss.expr, medium, rng, strict=True, negated=False)
        return None if text is None else Form(text, medium, miss.mistake)
    prose = rng.random() < 0.25
    text = written(subject, miss.expr, medium, rng, strict=True, prose=prose)
    if text is None:
        return None
    if medium != "python" and miss.mistake != "an output missing" and rng.random() < 0.05 and subject.truth(subject.key) == RIGHT:
        right = written(subject, subject.key, medium, rng, strict=True, prose=True)
        text = written(subject, miss.expr, medium, rng, strict=True, prose=True)
        return Form(envelopes.reversed_to(right, text, rng), medium, "right one given up") if right and text else None
    if medium != "python" and rng.random() < IN_WORDS and subject.truth(subject.key) == RIGHT:
        words = changing(subject)
        alone = written(subject, subject.key, medium, rng, strict=True, prose=True, alone=True)
        if words and alone is not None and "\n" not in alone and not any(w in alone for w in ("where", "with", "argm", "arg ")):
            if medium != "latex" and alone[:1] != "`":
                alone = f"({alone})"  # "a b squared": what is squared must be seen
            return Form(rng.choice(words).template.format(f=alone), medium, CHANGED)
    what = rng.choice(WORDS.get(subject.part.ask, ("answer",)))
    return Form(envelopes.in_prose(text, what, rng) if prose else text, medium, miss.mistake)
