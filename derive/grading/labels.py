"""Formulas of one text that answer for several methods or norms: 'SGD gives x, Adam gives y', 'for the 2-norm x, for the infinity norm y'.

A label is an optimizer or a norm that the words at a formula name. Those of the problem itself come from its title; where one
formula carries a label of the problem and another carries only foreign ones, the other answers another question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.grading.name_words import find_names
from derive.problem.model import Problem

_INFINITE = r"\\?infty|∞|infinity|inf|infty|max(?:imum)?|sup(?:remum)?|chebyshev"
_NORM = re.compile(
    rf"(?:\\?ell|[LℓlL])\s*[_^\s]*\{{?\s*(?P<p>{_INFINITE}|1|2|₁|₂|∞)\}}?|(?P<lead>{_INFINITE}|1|2|one|two|euclidean|manhattan|spectral|frobenius|nuclear)\s*\$?\s*[-–]?\s*norm", re.I)
_ORDER = {"₁": "1", "₂": "2", "one": "1", "two": "2", "euclidean": "2", "frobenius": "2", "manhattan": "1"}
_PLAIN_DESCENT = ("gd", "sgd")
_TRAILING = re.compile(r"^\$*\s*\(?(?:for|with|under|in the case of|by|using)\s+([^,.;$\n]{2,40})", re.I)


def labels(text: str) -> frozenset[str]:
    """The optimizers and norms that a piece of prose names."""
    if len(text) > 400:
        text = text[-400:]
    found = {"descent" if m.optimizer in _PLAIN_DESCENT or m.optimizer.startswith("gradient") else m.optimizer for m in find_names(text.lower()) if m.optimizer}
    for m in _NORM.finditer(text):
        raw = (m.group("p") or m.group("lead")).lower().lstrip("\\")
        found.add("norm " + _ORDER.get(raw, raw if raw in ("1", "2", "spectral", "nuclear") else "inf"))
    return frozenset(found)


def own_labels(problem: Problem) -> frozenset[str]:
    """The labels of a problem: those of its title, and the optimizers of its cues."""
    said = labels(problem.title)
    return said | frozenset(x for c in problem.cues for x in labels(c) if not x.startswith("norm")) if said else said


def title_words(problem: Problem) -> frozenset[str]:
    """Beginnings of the long words of a title that are no part of an optimizer's name: 'rescal', 'featur'."""
    title = problem.title.lower()
    for start, end in sorted([*((m.start, m.end) for m in find_names(title)), *(m.span() for m in _NORM.finditer(title))], reverse=True):
        title = title[:start] + title[end:]
    return frozenset(w[:6] for w in re.findall(r"[a-z]{7,}", title))


def foreign(leads: Sequence[str], tails: Sequence[str], own: frozenset[str], words: frozenset[str] = frozenset()) -> list[bool]:
    """For each formula, whether what stands before or after it says that it answers for another method or norm.

    leads, tails: the prose before and after each formula, or, with the words of the title, the labels themselves. All False where no formula is said to be the problem's own.
    """
    if not own:
        return [False] * len(leads)
    said = []
    for lead, tail in zip(leads, tails, strict=True):
        clause = re.split(r"[.;\n]", lead)[-1]
        after = _TRAILING.match(tail)
        said.append(labels(clause) | (labels(after.group(1)) if after is not None else frozenset()))
    titled = [any(w in lead.lower() for w in words) for lead in leads]
    if any(titled) and not all(titled):
        return [bool(s) and not t for s, t in zip(said, titled, strict=True)]
    if not any(s & own for s in said):
        return [False] * len(leads)
    return [(bool(s) or bool(words)) and not s & own for s in said]
