"""Σ as a sum sign: with an index below where the text writes the statement's own Σ with its letter, 'S = (1/m) Σₖ xₖ xₖᵀ', and before a bracket with an index where there is no other Σ."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_SUM = re.compile(r"(?<![A-Za-z])Σ(?=[ᵢⱼₖ](?![₀-₉])|_\{?[ijk]\}?(?![A-Za-z0-9,]))")


_RANGED = re.compile(r"Σ(?=[ᵢⱼₖₗ]₌|_\{[ijkl]\s*=)")
_BEFORE_BRACKET = re.compile(r"(?<![A-Za-z])Σ(?=\((?:[^()]|\([^()]*\)){0,60}[ᵢⱼₖ])")


def with_sum_signs(text: str, wanted: Wanted) -> str:
    """The text with ∑ for such a Σ."""
    if "Σ" not in text or re.search(r"Σ\s*(?:=|\^|⁻)", text):
        return text
    text = _RANGED.sub("∑", text)
    own = next((s for s in wanted.scope.symbols.values() if "Σ" in s.aliases or "\\Sigma" in s.aliases), None)
    if own is None:
        return _BEFORE_BRACKET.sub("∑", text) if not re.search(r"Σ(?!\s*[(ᵢⱼₖ_])", text) else text
    if re.search(rf"(?<![A-Za-z\\]){re.escape(own.name)}\s*=(?!=)", text) is None:
        return text
    return _SUM.sub("∑", text)
