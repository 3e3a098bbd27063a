r"""A hat, bar or tilde on the unknown: another letter where the text has both, 'w = \hat w + ...', else the same."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

MAX_TEXT = 8_000
_FREE = ("\\xi", "\\zeta", "\\chi", "\\kappa", "\\omega")


def with_hats_told_apart(text: str, name: str, scope: Scope) -> str:
    r"""The text in which a hatted unknown that the text itself gives a value, beside an equation for the plain one in which it stands, is a letter of its own."""
    if len(text) > MAX_TEXT or not name or scope.writes(f"\\hat {name}") or ("\\hat" not in text and "\\bar" not in text and "\\tilde" not in text):
        return text
    letter = re.escape(name if len(name) == 1 else "\\" + name)
    hatted = re.compile(rf"\\(?:hat|bar|tilde|widehat|overline|widetilde)\s*(?:\{{\s*{letter}\s*\}}|{letter}(?![A-Za-z]))")
    marks = {re.sub(r"[\s{}]", "", m[0]) for m in hatted.finditer(text)}
    if len(marks) != 1:
        return text
    given = re.compile(rf"{hatted.pattern}\s*:?=(?!=)")
    plain = re.compile(rf"(?<![\\A-Za-z])(?<!hat )(?<!bar )(?<!tilde )(?<!hat\{{)(?<!bar\{{)(?<!line\{{)(?<!tilde\{{){letter}(?:\^\{{?(?:\*|\\star)\}}?)?\s*=(?P<said>[^$=]{{1,300}})")
    if given.search(text) is None or not any(hatted.search(m["said"]) for m in plain.finditer(text)):
        return text
    free = next((f for f in _FREE if f not in text and not scope.writes(f) and not scope.writes(f[1:])), None)
    return text if free is None else hatted.sub(lambda _: free + " ", text)


def without_hats(text: str, names: list[str]) -> str:
    r"""The text of several unknowns without hats on them: '(\hat\mu, \hat v) = ...'."""
    for n in names if "\\hat" in text or "\\widehat" in text else ():
        letter = re.escape(n if len(n) == 1 else "\\" + n)
        text = re.sub(rf"\\(?:hat|widehat)\s*(?:\{{\s*({letter})\s*\}}|({letter})(?![A-Za-z]))", lambda m: f"{' ' if m.string[: m.start()][-1:].isalpha() else ''}{m[1] or m[2]} ", text)
    return text
