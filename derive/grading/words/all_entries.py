"""What a text says of all entries of its answer at once: that all but one are zero, that all are of one size. It is held against the answer."""

from __future__ import annotations

from collections.abc import Iterator

from derive import patterns as re
from derive.grading.heard import needs, stems
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, Value, exact, flatten
from derive.maths.expr import Expr

ENTRY = r"(?:entr(?:y|ies)|components?|coordinates?|elements?|ones)"
_NEEDS = needs("other others rest remaining only all each every")
_OTHERS = re.compile(
    rf"(?<![A-Za-z])(?:all\s+)?(?:the\s+)?(?:others?|rest|(?:other|remaining)\s+(?:ones|{ENTRY}))\s+(?:(?:all\s+)?(?:are|is|becomes?|gets?|stays?|remains?)\s+(?:all\s+|then\s+)?(?:set\s+to\s+|at\s+)?"
    rf"(?:zero|0|\$0\$|dropped|removed|discarded)(?![\w.])|vanish\b)|\b(?:all|every)\s+(?:the\s+)?{ENTRY}\s+(?:but|except|save)\s+(?:for\s+)?(?:the\s+|one\b)(?:\w+\s+){{0,3}}?(?:are|is|stay|become)\s+(?:zero|0)\b"
    rf"|\bonly\s+(?:the\s+|one\s+)(?:\w+\s+){{0,2}}(?:{ENTRY}|one)\s+(?:moves|changes|is\s+(?:kept|nonzero|updated|changed|left|touched)|survives|remains)\b", re.I)
_ALIKE = re.compile(rf"\b(?:all|each|every)\s+(?:of\s+)?(?:the\s+)?{ENTRY}\s+(?:moves?|has|have|shares?|takes?|changes?|gets?|is|are|becomes?|steps?)\s+(?:\w+\s+)?(?:by\s+|of\s+|in\s+)?"
                    r"(?:(?:exactly\s+)?(?:the\s+same|equal|one\s+common|a\s+common)\s+(?:amount|magnitude|size|absolute\s+value|modulus|length|distance)|equally)\b", re.I)
_IN_A_CASE = re.compile(r"\b(?:as|if|when|whenever|for|limit|where|once|had|would)\b|→|\\to\b", re.I)


def _entries(answer: Expr, key: Key) -> Iterator[list[Value]]:
    """The entries of the answer at some instances, exactly."""
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                yield flatten(exact(answer, w))
            except (Undefined, NotEvaluable):
                continue


def said_of_all(text: str, answer: Expr, key: Key) -> str:
    """What is said of all entries at once and does not hold: that all but one are zero, that all are of one size."""
    if _NEEDS.isdisjoint(stems(text)) or E.has(answer, "cases"):
        return ""
    others, alike = _OTHERS.search(text), _ALIKE.search(text)
    for m in (others, alike):
        if m is None or _IN_A_CASE.search(text, max(text.rfind(c, 0, m.start()) for c in ".;\n") + 1, m.start()):
            continue
        for values in _entries(answer, key):
            if sum(bool(v) for v in values) > 1 if m is others else len({abs(v) for v in values}) > 1:
                return m[0]
    return ""
