"""What a text says of the entries of its answer: 'only one coordinate moves', 'all entries are nonzero', 'the other coordinates are zero'.

Such a remark is true or false of the vector that is written, and is looked at in an instance; one that is about another method or penalty is none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive import patterns as re
from derive.grading.keys import Key
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr

_ENTRIES = r"(?:coordinates?|entr(?:y|ies)|components?)"
_OF = r"(?: of (?:the |this |that )?\S{1,12})?"
_EQUAL = r"(?:equal|the same|same|identical)"
_CLAIMS: tuple[tuple[re.Pattern[str], Callable[[list[float]], bool]], ...] = (
    (re.compile(rf"\b(?:only|exactly|just) (?:one|a single) {_ENTRIES}{_OF} (?:moves?|is (?:nonzero|non-zero|updated|changed)|changes)\b"
                rf"|\b(?:all|the|every) (?:the )?(?:other|remaining) {_ENTRIES}{_OF} (?:are|is|stays?|remains?|being) (?:all )?(?:zero|0)\b", re.I),
     lambda v: sum(x != 0 for x in v) <= 1),
    (re.compile(rf"\b(?:all|every)(?: the)? {_ENTRIES}{_OF} (?:are|is) (?:all )?(?:nonzero|non-zero)\b", re.I), lambda v: all(x != 0 for x in v)),
    (re.compile(rf"\b(?:all|every)(?: the)? {_ENTRIES}{_OF} (?:are|is|have|has|move|moves|change)(?: \S+ and)? (?:of |by |the |an? )*{_EQUAL} "
                r"(?:magnitude|modulus|absolute value|size|amount|length)\b", re.I),
     lambda v: len({abs(x) for x in v}) <= 1),
)
_ELSEWHERE = re.compile(r"\b(?:not|never|no longer|unlike|whereas|while|would|if|instead|opposite|contrary|other hand|penalt(?:y|ies)|sgd|adam|gradient descent|"
                        r"coordinate descent|compare|contrast)\b|n't\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")


def false_property(text: str, members: Sequence[Expr], key: Key) -> str:
    """The remark of a text on the entries of its answer that fails at a generic instance; empty where there is none."""
    if len(key.wanted.shape) != 1 or not members or not ("oordinate" in text or "entr" in text or "omponent" in text):
        return ""
    plain = re.sub(r"\$[^$]{1,12}\$", "u", text)
    claims = [(m, holds) for sentence in _SENTENCE.split(plain) if not _ELSEWHERE.search(sentence) for pattern, holds in _CLAIMS if (m := pattern.search(sentence)) is not None]
    values = _entries(members[-1], key) if claims else []
    return next((m.group() for m, holds in claims if values and not holds(values)), "")


def _entries(e: Expr, key: Key) -> list[float]:
    """The entries of an answer at an instance of several."""
    for ws in key.generic:
        for w in ws.worlds[:3]:
            try:
                value = exact(e, w)
                if isinstance(value, list) and len(value) > 2 and not any(isinstance(x, list) for x in value):
                    return [float(x) for x in value]
            except (Undefined, NotEvaluable, TypeError):
                continue
    return []
