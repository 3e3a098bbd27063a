"""Bra-ket notation, for the vectors and indices of a statement: ⟨a|b⟩ for a^T b, |g⟩ for g, |k⟩ for e_k and ⟨k|g⟩ for g_k."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_NAME = r"(?P<{0}>\\?[A-Za-z]+|[α-ωΔ])"
_OPEN, _BAR, _CLOSE = r"(?:⟨|\\langle(?![A-Za-z])|<)\s*", r"\s*(?:\||\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))\s*", r"\s*(?:⟩|\\rangle(?![A-Za-z])|>)"
_BRACKET = re.compile(_OPEN + _NAME.format("a") + _BAR + _NAME.format("b") + _CLOSE)
_KET = re.compile(r"(?<![⟨|])\|\s*" + _NAME.format("a") + r"\s*(?:⟩|\\rangle(?![A-Za-z]))")
_BRA = re.compile(r"(?:⟨|\\langle(?![A-Za-z]))\s*" + _NAME.format("a") + r"\s*\|(?!\s*\w+\s*[⟩|])")
_INDICES = frozenset("ijkm")


def without_bra_ket(text: str, wanted: Wanted) -> str:
    """The text with its bras and kets as vectors, products and entries; unchanged where it holds none of declared vectors."""
    symbols = wanted.scope.symbols

    def vector(name: str) -> str:
        name = name.lstrip("\\")
        s = symbols.get(name) or next((x for x in symbols.values() if name in x.aliases or "\\" + name in x.aliases), None)
        return s.name if s is not None and len(s.shape) == 1 else ""

    def is_index(name: str) -> bool:
        return name in _INDICES and not vector(name)

    def product(m: re.Match[str]) -> str:
        a, b = m["a"], m["b"]
        if is_index(a) and vector(b):
            return f"{vector(b)}_{a}"
        if is_index(b) and vector(a):
            return f"{vector(a)}_{b}"
        return f"({vector(a)}^T {vector(b)})" if vector(a) and vector(b) else m[0]

    def ket(m: re.Match[str]) -> str:
        return f" {vector(m['a'])} " if vector(m["a"]) else f" e_{m['a']} " if is_index(m["a"]) else m[0]

    text = _BRACKET.sub(product, text)
    return _BRA.sub(lambda m: f" {vector(m['a'])}^T " if vector(m["a"]) else m[0], _KET.sub(ket, text))
