"""What a text says of all entries of its answer at once: that all but one are zero, that all are of one size. It is held against the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, compare, exact, flatten
from derive.maths.expr import Expr
from derive.maths.read import readings

ENTRY = r"(?:entr(?:y|ies)|components?|coordinates?|elements?|ones)"
_NEEDS = needs("other others rest remaining only all each every")
_OTHERS = re.compile(
    rf"(?<![A-Za-z])(?:all\s+)?(?:the\s+)?(?:others?|rest|(?:other|remaining)\s+(?:ones|{ENTRY}))(?:\s+of\s+\S{{1,12}})?\s+(?:(?:all\s+)?(?:are|is|becomes?|gets?|stays?|remains?)\s+(?:all\s+|then\s+)?(?:set\s+to\s+|at\s+)?"
    rf"(?:zero|0|\$0\$|dropped|removed|discarded)(?![\w.])|vanish\b)|\b(?:all|every)\s+(?:the\s+)?{ENTRY}\s+(?:but|except|save)\s+(?:for\s+)?(?:the\s+|one\b)(?:\w+\s+){{0,3}}?(?:are|is|stay|become)\s+(?:zero|0)\b"
    rf"|\bonly\s+(?:the\s+|one\s+)(?:\w+\s+){{0,2}}(?:{ENTRY}|one)"
    rf"(?:\s+(?:with|of|where|whose|for which|at which)\s+[^.;,]{{1,40}}?)?\s+(?:moves|changes|is\s+(?:kept|nonzero|updated|changed|left|touched)|survives|remains)\b", re.I)
_ALIKE = re.compile(rf"\b(?:all|each|every)\s+(?:of\s+)?(?:the\s+)?{ENTRY}\s+"
    rf"(?:(?:therefore|thus|hence|then|always|so|now)\s+)?(?:moves?|has|have|shares?|takes?|changes?|gets?|is|are|becomes?|steps?)\s+(?:\w+\s+)?(?:by\s+|of\s+|in\s+)?"
                    r"(?:(?:exactly\s+)?(?:the\s+same|equal|one\s+common|a\s+common)\s+(?:amount|magnitude|size|absolute\s+value|modulus|length|distance)|equally)\b", re.I)
_SEVERAL = re.compile(rf"\b(?:it\s+)?(?:updates|moves|changes|touches)\s+(?:all|several|many|both|two|every)\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?{ENTRY}\b(?!\s+(?:in turn|one after))", re.I)
_NONZERO = re.compile(rf"\b(?:all|every)\s+(?:of\s+)?(?:the\s+)?{ENTRY}(?:\s+of\s+\S{{1,12}})?\s+(?:are|is)\s+(?:all\s+)?(?:nonzero|non-zero)\b", re.I)
_OF_SIZE = re.compile(rf"\b(?:all|each|every)\s+(?:of\s+)?(?:the\s+)?{ENTRY}(?:\s+of\s+\S{{1,12}})?\s+(?:has|have|is of|are of)\s+(?:the\s+|an?\s+)?(?:same\s+)?"
                      r"(?:magnitude|size|absolute\s+value|modulus|length)\s+(?:of\s+|equal to\s+|namely\s+)?\$?(?P<size>[^$,;.\n]*(?:\.\d[^$,;.\n]*)?)", re.I)
_IN_A_CASE = re.compile(r"\b(?:as|if|when|whenever|for|limit|where|once|had|would)\b|→|\\to\b", re.I)


def _entries(answer: Expr, key: Key) -> Iterator[list[Value]]:
    """The entries of the answer at some instances, exactly."""
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                yield flatten(exact(answer, w))
            except (Undefined, NotEvaluable):
                continue


_AGAINST: tuple[tuple[re.Pattern[str], Callable[[list[Value]], bool]], ...] = (
    (_OTHERS, lambda values: sum(bool(v) for v in values) > 1), (_ALIKE, lambda values: len({abs(v) for v in values}) > 1),
    (_NONZERO, lambda values: not all(values)), (_SEVERAL, lambda values: len(values) > 1 and sum(bool(v) for v in values) < 2))


def said_of_all(text: str, answer: Expr, key: Key) -> str:
    """What is said of all entries at once and does not hold: that all but one are zero, that all are of one size, or of a size that is written, or none is zero."""
    if _NEEDS.isdisjoint(stems(text)) or E.has(answer, "cases"):
        return ""
    for pattern, against in _AGAINST:
        m = pattern.search(text)
        if m is None or _IN_A_CASE.search(text, max(text.rfind(c, 0, m.start()) for c in (".", ";", "\n", ", and ")) + 1, m.start()):
            continue
        for values in _entries(answer, key):
            if against(values):
                return m[0]
    size = _OF_SIZE.search(text)
    return size[0] if size is not None and _of_another_size(size["size"], answer, key) else ""


def _of_another_size(size: str, answer: Expr, key: Key) -> bool:
    """Whether an entry of the answer is not as large as is written, in one of the first instances."""
    try:
        told = readings(size.strip(), key.wanted.scope)[0].statements[0].terms[0]
    except (ReadError, E.ShapeError, IndexError):
        return False
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                value = exact(told, w)
                if not isinstance(value, list) and any(compare(abs(v), value) != 0 for v in flatten(exact(answer, w))):
                    return True
            except (Undefined, NotEvaluable, TypeError):
                continue
    return False
