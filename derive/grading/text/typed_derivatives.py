"""Partial derivatives as they are typed: 'df/dtheta_k' for the entry g_k of the declared gradient of f."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

_TYPED = re.compile(r"(?<![A-Za-z\\])d\s?(?P<f>[A-Za-z])\s?/\s?d\s?(?P<x>[A-Za-z]+|[α-ω])(?P<index>_\{?[a-z]\}?|[ᵢⱼₖ])?(?![A-Za-z_(])")
_LOSSES = frozenset("LJF")  # how a loss is called, beside its declared name


def with_derivatives_named(text: str, scope: Scope) -> str:
    """The text with such derivatives as the declared gradient and its entries."""
    functions = [s for s in scope.symbols.values() if s.kind == "function" and s.gradient in scope.symbols]
    if len(functions) != 1:
        return text
    f = functions[0]
    variable = scope.symbols.get(f.of or "")
    names = {f.of, *(a.lstrip("\\") for a in variable.aliases)} if variable is not None else {f.of}
    greek = {"θ": "theta", "ω": "omega", "β": "beta"}

    def named(m: re.Match[str]) -> str:
        mine = m["f"] in (f.name, *f.aliases) or (m["f"] in _LOSSES and not scope.writes(m["f"]))
        return f"{f.gradient}{m['index'] or ''}" if mine and greek.get(m["x"], m["x"]) in names else m[0]

    return _TYPED.sub(named, text)
