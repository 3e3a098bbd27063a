"""Texts that are one formula and nothing else."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.brackets import closing

_ORDER = re.compile(r"\$?\s*(?:O|Θ|Ω|\\?Theta|\\?Omega|\\mathcal\s*\{?O\}?)\s*(?=\()")


def is_one_formula(text: str) -> bool:
    """Whether a text is $...$ or an order of growth, and nothing else: no sentence, clause or remark can be left out of it."""
    s = text.strip()
    order = _ORDER.match(s)
    if order is not None and closing(s, order.end()) == len(s.rstrip("$ ")) - 1:
        return True
    return s[:1] == "$" == s[-1:] and s.count("$") == 2 and "\n\n" not in s and "O" not in s and "Theta" not in s and "Θ" not in s
