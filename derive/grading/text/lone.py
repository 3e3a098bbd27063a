"""Texts that are one formula and nothing else."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.brackets import closing
from derive.maths.signs import GREEK_NAMES

_ORDER = re.compile(r"\$?\s*(?:O|Θ|Ω|\\?Theta|\\?Omega|\\mathcal\s*\{?O\}?)\s*(?=\()")


_BESIDE = re.compile(
    r"(?<![\\A-Za-z])(?!(?:" + "|".join(sorted(GREEK_NAMES)) + r")(?![A-Za-z]))[A-Za-z]{2,}|[,;:!?<>≤≥≠≈∈→⇒⟹\n]|\.(?!\d)|\\\\|"
    r"\\(?:[lg]eq?|[lg]t|neq?|approx|in|to|R|r|L|l|q?quad|[,;!]|text|m?box|begin)(?![A-Za-z])")


_COMPOSED = re.compile(r"[-−+/|‖∥·⋅*()\[\]ᵀ⊤]|\\(?:frac|cdot|\||[lr]?[vV]ert|top|sum|left)(?![A-Za-z])|\^\s*\{?\s*T")


def is_bare(text: str) -> bool:
    """Whether a text is one expression, or one equation for a letter, of letters and signs: no word, no relation, no second statement stands beside it."""
    head, equals, rest = text.partition("=")
    return "=" not in rest and _BESIDE.search(text) is None and (not equals or _COMPOSED.search(head) is None)


def is_one_formula(text: str) -> bool:
    """Whether a text is $...$ or an order of growth, and nothing else: no sentence, clause or remark can be left out of it."""
    s = text.strip()
    order = _ORDER.match(s)
    if order is not None and closing(s, order.end()) == len(s.rstrip("$ ")) - 1:
        return True
    return s[:1] == "$" == s[-1:] and s.count("$") == 2 and "\n\n" not in s and "O" not in s and "Theta" not in s and "Θ" not in s
