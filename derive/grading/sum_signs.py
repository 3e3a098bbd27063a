"""Σ with an index below it is a sum sign, where the text writes the statement's own Σ with its letter: 'S = (1/m) Σₖ xₖ xₖᵀ'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.wanted import Wanted

_SUM = re.compile(r"(?<![A-Za-z])Σ(?=[ᵢⱼₖ](?![₀-₉])|_\{?[ijk]\}?(?![A-Za-z0-9,]))")


def with_sum_signs(text: str, wanted: Wanted) -> str:
    """The text with ∑ for such a Σ."""
    if "Σ" not in text or re.search(r"Σ\s*(?:=|\^|⁻)", text):
        return text
    own = next((s for s in wanted.scope.symbols.values() if "Σ" in s.aliases or "\\Sigma" in s.aliases), None)
    if own is None or re.search(rf"(?<![A-Za-z\\]){re.escape(own.name)}\s*=(?!=)", text) is None:
        return text
    return _SUM.sub("∑", text)
