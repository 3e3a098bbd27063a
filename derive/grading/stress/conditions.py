"""Conditions as people write them: chains, intervals, both bounds, in words."""

from __future__ import annotations

import random

from derive.grading.stress.envelopes import Equation, stated
from derive.grading.stress.media import HANDS
from derive.grading.stress.subject import Subject
from derive.grading.stress.values import Unvalued
from derive.maths import expr as E
from derive.maths.expr import Expr

CONVERGES = (
    "It converges iff {f}.",
    "{f}",
    "It converges if and only if {f}",
    "The iteration converges exactly when {f}.",
    "Convergence requires {f}.",
    "for {f}",
    "**Answer:** {f}",
    "We need {f} for convergence.",
    "Thus {f}.",
    "The condition is {f}.",
)
BOUNDED = (
    "It is bounded below iff {f}.",
    "{f}",
    "bounded if and only if {f}",
    "The problem is bounded exactly when {f}.",
    "Bounded when {f}, unbounded otherwise.",
    "The minimum is finite if and only if {f}",
    "The objective is bounded below if {f}, and unbounded otherwise.",
    "Answer: {f}",
    "bounded iff {f}",
)
UNBOUNDED = (
    "It is unbounded iff {f}.",
    "unbounded when {f}",
    "The objective is unbounded below exactly when {f}.",
    "If {f} it is unbounded; otherwise it is bounded.",
)
COMPLEMENT = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def interval_of(e: Expr) -> Expr | None:
    """x in (a, b) for a < x and x < b: the interval."""
    if e.op == "and" and len(e.args) == 2 and all(a.op == "rel" and a.data in ("<", "<=") for a in e.args) and e.args[0].args[1] == e.args[1].args[0]:
        a, b = e.args
        return E.collection("interval", (a.args[0], b.args[1]), (a.data == "<=", b.data == "<="))
    return None


def written_condition(subject: Subject, e: Expr, medium: str, rng: random.Random, strict: bool = False, negated: bool | None = None) -> str | None:
    """The condition in one medium, perhaps in a sentence. negated: whether the sentence says 'unbounded' (None: by chance, and right)."""
    status = subject.part.ask == "status"
    if negated is None:
        negated = status and e.op == "rel" and medium != "python" and rng.random() < 0.2  # code is no part of a sentence
        if negated:
            e = E.rel(COMPLEMENT[e.data], *e.args)
    hand = HANDS[medium](rng, subject.symbols, strict)
    try:
        span = interval_of(e)
        if span is not None and medium != "python" and rng.random() < 0.2:
            inside = {"latex": " \\in ", "unicode": " ∈ "}.get(medium, " in ")
            text = f"{hand.text(e.args[0].args[1])}{inside}{hand.text(span)}"
        else:
            text = hand.text(e)
    except (NotImplementedError, Unvalued):
        return None
    sentences = UNBOUNDED if negated else BOUNDED if status else CONVERGES
    if negated or (medium != "python" and rng.random() < 0.5):
        return rng.choice(sentences).format(f=stated(Equation("", text), medium, rng, True))
    return stated(Equation("", text), medium, rng, False)
