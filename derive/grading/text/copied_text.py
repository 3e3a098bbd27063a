"""Text copied out of a PDF: words cut at the end of a line, subscripts that stand behind a blank or on the next line, other hyphens for minus."""

from __future__ import annotations

import unicodedata

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_CUT_WORD = re.compile(r"(?<=[a-z]{2})[-‐]\n(?=[a-z]{2})")
_HYPHEN = re.compile(r"‐(?=\s*[(\w√½¼‖|])")
_NORM_BELOW = re.compile(r"‖(?P<square>[²]|\^2)?\s*\n\s*(?P<p>∞|1|2)(?=\s*(?:\n|\Z))")
_NORM_BESIDE = re.compile(r"(?<=[^\s(\[{=+*/·⋅,;:<>≤≥−-]‖)(?P<p>[12∞])(?P<square>²)?(?=[\s)·*,.;]|\Z)")


def as_typed(text: str) -> str:
    """The text without ligatures and cut words, with a plain minus, and with the order of a norm as its subscript.

    >>> as_typed("gradient de-\\nscent"), as_typed("‐(α∕2) ‖g‖²\\n∞")
    ('gradient descent', '-(α/2) ‖g‖_∞²')
    """
    if text.isascii():
        return _CUT_WORD.sub("", text) if "-\n" in text else text
    text = _LIGATURE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text).replace("∕", "/").replace("‖∗", "‖_*").replace("∗", "*")
    text = _HYPHEN.sub("-", _CUT_WORD.sub("", text))
    if "‖" in text:
        text = _NORM_BESIDE.sub(lambda m: f"_{m['p']}{m['square'] or ''}", _NORM_BELOW.sub(lambda m: f"‖_{m['p']}{'²' if m['square'] else ''}", text))
    return text


_APART = re.compile(r"(?<![A-Za-z_\\])(?P<x>[A-Za-zα-ω]+) (?P<i>[ijk])(?=\s*[|)=*+,.;\n]|\s+[-−+=|(A-Za-z]|\s*\Z)")
_EXTREME = re.compile(r"\barg\s?(?P<what>max|min) (?P<i>[ijk]) (?=\||[A-Za-z])")


def with_subscripts_joined(text: str, wanted: Wanted) -> str:
    """'g k' and 'e k' as 'g_k' and 'e_k' in plain text, where the first is a vector and the second no declared number."""
    if "$" in text or "\\" in text or "`" in text or len(text) > 2_000:
        return text
    symbols = wanted.scope.symbols
    vectors = {n for s in symbols.values() if len(s.shape) == 1 for n in (s.name, *(a.lstrip("\\") for a in s.aliases))}
    if not any(m["x"] in vectors for m in _APART.finditer(text)):
        return text

    def joined(m: re.Match[str]) -> str:
        numbers = symbols.get(m["i"])
        known = m["x"] in vectors or (m["x"] == "e" and not wanted.scope.writes("e"))
        return f"{m['x']}_{m['i']}" if known and (numbers is None or numbers.kind == "index") else m[0]

    return _EXTREME.sub(lambda m: f"arg{m['what']}_{m['i']} ", _APART.sub(joined, text))
