"""A condition that a text says once more behind a right one, 'so $A$, that is $B$': B must be the condition, too."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.text.segments import pieces
from derive.grading.verdict import Verdict
from derive.maths.signs import GREEK_NAMES

_THAT_IS = re.compile(
    r"[\s,;.(]*(?:(?:that|this)\s+(?:is|means)(?:\s+to\s+say)?|i\.\s?e\.|in\s+other\s+words|equivalently|or\s+equivalently|which\s+(?:is|means|amounts\s+to|gives|says)(?:\s+(?:just|the\s+same\s+as|simply|that))?"
    r"|meaning(?:\s+that)?|(?:this|that|it)\s+(?:gives|yields|leads\s+to|is\s+equivalent\s+to|amounts\s+to|reads|holds\s+(?:iff|if\s+and\s+only\s+if|exactly\s+(?:when|if|for)))|so"
    r"|hence|thus|therefore|and\s+so|and\s+hence)[\s,:]*(?:that\s+)?", re.I)
_RELATION = re.compile(r"[<>≤≥]|\\(?:leq?|geq?|lt|gt|leqslant|geqslant|in)(?![a-z])|∈")
_LETTER = re.compile(r"\\?[A-Za-zα-ω]+")
_EQUAL = re.compile(r"(?<![<>=])=(?!=)|\\approx|≈")


def retold_otherwise(text: str, verdict: Callable[[str], Verdict]) -> str:
    """The condition that is not right and stands behind a right one and 'that is', in the same letters; '' where there is none."""
    found = pieces(text)
    for k in range(len(found) - 2):
        first, words, second = found[k : k + 3]
        if not first.formula or words.formula or not second.formula or not _THAT_IS.fullmatch(words.text):
            continue
        if not _RELATION.search(first.text) or not _RELATION.search(second.text) or not _letters(second.text) <= _letters(first.text):
            continue
        told = _EQUAL.split(second.text)[0]  # 0 < alpha < F = 0.99
        if verdict(told) is Verdict.INCORRECT and verdict(first.text) is Verdict.CORRECT:
            return second.text.strip()
    return ""


def _letters(formula: str) -> set[str]:
    """The letters of a formula, by name."""
    return {n for m in _LETTER.findall(formula) if len(n := m.lstrip("\\")) == 1 or n in GREEK_NAMES}
