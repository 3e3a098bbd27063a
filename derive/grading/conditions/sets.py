"""Conditions that are given as sets: '{g : ||g||_1 <= 1/alpha}', 'g lies in the closed 1-norm ball of radius 1/alpha'."""

from __future__ import annotations

from derive import patterns as re

_MEMBER = r"(?:(?P<x>\$?\\?[A-Za-z]+\$?|the gradient)\s*(?:\\in(?![A-Za-z])|∈|(?:lies|is|must be|stays)?\s*(?:in|inside|within))\s*(?:the\s+set\s+(?:of\s+)?)?)"
_SET = re.compile(
    rf"{_MEMBER}?(?P<open>\$?)\s*(?:\\left\s*)?(?:\\\{{|(?<![\\\w}}^])\{{)(?:\s|\\[,;! ])*\\?[A-Za-z]{{1,7}}\s*"
    r"(?:(?:\\in(?![A-Za-z])|∈|\bin\b)[^{}:|]{0,12}(?:\{[^{}]{1,6}\}[^{}:|]{0,8}(?:\{[^{}]{1,6}\})?)?)?"
    r"\s*(?::|\\mid(?![A-Za-z])|\\colon(?![A-Za-z])|\|(?!\|))(?P<condition>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})+?)(?:\s|\\[,;! ])*(?:\\right\s*)?\\?\}(?P<close>\$?)")
_BALL = re.compile(
    r"(?P<x>\$?\\?[A-Za-z]+\$?|the gradient)\s+(?:(?:lies|is|stays|must lie|must be)\s+)?(?:in|inside|within)\s+(?:the|a)\s+\*{0,2}(?P<kind>closed|open)?\*{0,2}\s*(?P<unit>unit\s+)?"
    r"\$?(?:\\ell_?|ℓ_?|l_?|L_?)?\{?(?P<p>1|2|₁|₂|∞|\\infty|inf(?:inity)?|one|two|max(?:imum)?|euclidean|manhattan)\}?\$?(?:[- ]norm)?[- ]ball"
    r"(?:\s+(?:of|with)\s+radius\s+(?P<r>\$[^$]{1,40}\$|[^\s,;:]{1,20}?(?=[.,;:]?(?:\s|\Z))))?", re.I)
_ORDERS = {"1": "1", "₁": "1", "one": "1", "manhattan": "1", "2": "2", "₂": "2", "two": "2", "euclidean": "2"}


def as_inequality(text: str) -> str:
    """The text with sets and balls as the conditions that their points satisfy.

    >>> as_inequality("iff g lies in the closed 1-norm ball of radius 1/alpha")
    'iff norm(g, 1) <= 1/alpha'
    """
    if "{" in text:
        text = _SET.sub(lambda m: f"{m['open']}{m['condition'].strip()}{m['close']}", text)
    return _BALL.sub(_as_norm, text) if "ball" in text else text


def _as_norm(m: re.Match[str]) -> str:
    radius = m["r"].strip("$") if m["r"] is not None else "1" if m["unit"] else ""
    if not radius or (m["kind"] is None and not m["unit"] and m["r"] is None):
        return m[0]
    x = "g" if m["x"].lower() == "the gradient" else m["x"].strip("$")
    order = _ORDERS.get(m["p"].lower(), "inf")
    sign = "<" if (m["kind"] or "").lower() == "open" else "<="
    if "\\" in radius or "\\" in x:
        return rf"$\|{x}\|_{{{order.replace('inf', chr(92) + 'infty')}}} {sign.replace('<=', chr(92) + 'le')} {radius}$"
    return f"norm({x}, {order}) {sign} {radius}"
