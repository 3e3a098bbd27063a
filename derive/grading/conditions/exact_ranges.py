"""A range that a text says is exactly the one that is asked, beside another: 'We need $|1 - a| < 1$. In particular $0 < a < 1$ is exactly the set that converges'.

Said of monotone or fastest convergence, or of another property, a narrower range is no other answer.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.text.heard import needs, stems
from derive.maths.symbols import Scope

MAX_TEXT, _MOST = 4_000, 12
_EXACTLY = re.compile(r"\b(?:exactly|precisely|iff|if\s+and\s+only\s+if|necessary\s+and\s+sufficient|(?:whole|full|entire|complete)\s+(?:range|set)|all\s+(?:the\s+)?(?:step\s+sizes?|values))\b", re.I)
_NEEDS = needs("exactly precisely iff only necessary whole full entire complete all")
_OF_ANOTHER = re.compile(r"\b(?:monoton\w*|oscillat\w*|overshoot\w*|fast\w*|optimal\w*|best|smooth\w*|same\s+sign|sign\s+(?:change|flip)\w*|one\s+step|alternat\w*|diverg\w*|fails?|not|never|without|"
                         r"wrong|instead)\b|n't\b", re.I)
_ORDER = re.compile(r"[<>≤≥]|\\(?:leq?|geq?|lt|gt|leqslant|geqslant|in)(?![A-Za-z])|∈")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n\s*\n")


def another_exact_range(text: str, scope: Scope, wrong: Callable[[str], bool]) -> str:
    """The first sentence that calls exact a range which is wrong; '' where there is none. wrong: whether a range alone is a wrong answer."""
    if len(text) > MAX_TEXT or _NEEDS.isdisjoint(stems(text)):
        return ""
    begins, left = 0, _MOST
    for end in [*(m.end() for m in _SENTENCE.finditer(text)), len(text)]:
        said, begins = text[begins:end], end
        if _EXACTLY.search(said) is None or _OF_ANOTHER.search(said) is not None:
            continue
        ranges = [f for _, f in formulas(said, scope) if _ORDER.search(f)]
        left -= 1
        if left >= 0 and len(ranges) == 1 and wrong(ranges[0]):  # 'a > 0 and a < 1' are two
            return said.strip()
    return ""
