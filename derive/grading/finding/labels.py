"""Formulas of one text that answer for several methods or norms: 'SGD gives x, Adam gives y', 'for the 2-norm x, for the infinity norm y'.

A label is an optimizer or a norm that the words at a formula name. Those of the problem itself come from its title; where one
formula carries a label of the problem and another carries only foreign ones, the other answers another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from derive import patterns as re

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
    from derive.grading.naming.words import find_names  # a large vocabulary, for texts with several formulas only

    found = {"descent" if m.optimizer in _PLAIN_DESCENT or m.optimizer.startswith("gradient") else m.optimizer for m in find_names(text.lower()) if m.optimizer}
    for m in _NORM.finditer(text):
        raw = (m.group("p") or m.group("lead")).lower().lstrip("\\")
        found.add("norm " + _ORDER.get(raw, raw if raw in ("1", "2", "spectral", "nuclear") else "inf"))
    return frozenset(found)


@lru_cache(maxsize=512)
def own_labels(about: tuple[str, ...]) -> frozenset[str]:
    """The labels of a problem: those of its title, which comes first, and the optimizers of its cues."""
    said = labels(about[0])
    return said | frozenset(x for c in about[1:] for x in labels(c) if not x.startswith("norm")) if said else said


def title_words(title: str) -> frozenset[str]:
    """Beginnings of the long words of a title that are no part of the name of an optimizer or a norm: 'rescal', 'featur'."""
    from derive.grading.naming.words import find_names

    title = title.lower()
    for start, end in sorted([*((m.start, m.end) for m in find_names(title)), *(m.span() for m in _NORM.finditer(title))], reverse=True):
        title = title[:start] + title[end:]
    return frozenset(w[:6] for w in re.findall(r"[a-z]{7,}", title))


def foreign(leads: Sequence[str], tails: Sequence[str], about: tuple[str, ...], listed: bool = False) -> list[bool]:
    """For each formula, whether what stands before or after it says that it answers for another method or norm.

    leads, tails: the prose before and after each formula; listed: the leads are labels ('SGD: ...') and nothing else, so that words
    of the title tell too, and what carries no label of the problem is another's. about: the title of the problem and its cues.
    All False where no formula is said to be the problem's own.
    """
    own = own_labels(about) if about else frozenset()
    if not own:
        return [False] * len(leads)
    said = []
    for lead, tail in zip(leads, tails, strict=True):
        clause = re.split(r"[.;\n]", lead)[-1]
        after = _TRAILING.match(tail)
        found = labels(clause) | (labels(after.group(1)) if after is not None else frozenset())
        said.append(frozenset(x for x in found if any(x.startswith("norm") == y.startswith("norm") for y in own)))  # of a kind with the problem's
    titled = [any(w in lead.lower() for w in title_words(about[0])) for lead in leads] if listed else []
    if any(titled) and not all(titled):
        return [bool(s) and not t for s, t in zip(said, titled, strict=True)]
    if not any(s & own for s in said):
        return [False] * len(leads)
    return [(bool(s) or listed) and not s & own for s in said]
