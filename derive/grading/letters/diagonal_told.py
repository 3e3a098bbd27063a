r"""A diagonal matrix of the text's own that is told in words: 'where $D$ is diagonal with $d_i=F$', 'with $D_{ii}=F$', 'whose $i$-th entry is $F$'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_TOLD = re.compile(
    r"\$\s*(?P<name>[A-Z]|\\Lambda|\\Sigma|\\Gamma)\s*\$\s+(?:is|being|denotes)\s+(?:an?\s+|the\s+)?(?:\$?\w\s*(?:\\times|×|x)\s*\w\$?\s+)?diagonal(?:\s+matrix)?\s+"
    r"(?:with|having|whose)\s+(?:(?:the\s+)?(?:diagonal\s+)?(?:entries|elements|entry|numbers)\s+(?:are\s+)?"
    r"|(?:the\s+)?(?:\$(?P<at>[ijk])\$|(?P<plain>[ijk]))-?th\s+(?:diagonal\s+)?(?:entry|element)\s+(?:is|equals)\s+)?"
    r"\$\s*(?:(?P<letter>[A-Za-z])\s*_\s*(?:\{\s*(?P<i>[ijk])(?:\s*,?\s*(?P=i))?\s*\}|(?P<bare>[ijk]))\s*=\s*)?(?P<formula>[^$=]{1,200})\$")
_TOLD_AFTER = re.compile(
    r"\$\s*(?P<name>[A-Z]|\\Lambda|\\Sigma|\\Gamma)\s*\$\s+(?:an?\s+)?diagonal(?:\s+matrix)?\s*,?\s+(?:and\s+|with\s+)?\$\s*(?P<letter>(?P=name))\s*_\s*\{?\s*(?P<i>[ijk])(?P<bare>)(?P<at>)(?P<plain>)\s*,?\s*(?P=i)\s*\}?"
    r"\s*=\s*(?P<formula>[^$=]{1,200})\$")
_PLAIN = re.compile(r"\bwith\s+(?P<name>[A-Z])\s+(?:an?\s+)?diagonal(?:\s+matrix)?\s*,?\s+(?:and\s+|with\s+)?(?P=name)_\{?(?P<i>[ijk])(?P=i)\}?\s*=\s*(?P<formula>[^,;$=\n]{1,200}?)\s*(?=[.,;]?\s*\Z)")
_FREE = "dqsczhr"


def with_diagonals_told(text: str, wanted: Wanted) -> str:
    """The text with such a matrix as diag(d), where d_i is what is told; unchanged where no index is named."""
    if "diagonal" not in text:
        return text
    if "$" not in text:
        letter = next((c for c in _FREE if not wanted.scope.writes(c) and not re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text)), "")
        return _PLAIN.sub(lambda m: m[0] if not letter or wanted.scope.writes(m["name"]) else f"with {m['name']} = diag({letter}), {letter}_{m['i']} = {m['formula']}", text)

    def told(m: re.Match[str]) -> str:
        index = m["i"] or m["bare"] or m["at"] or m["plain"]
        letter = m["letter"] if m["letter"] and m["letter"] != m["name"] and not wanted.scope.writes(m["letter"]) else next(
            (c for c in _FREE if not wanted.scope.writes(c) and not re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text)), "")
        if not index or not letter or wanted.scope.writes(m["name"].lstrip("\\")):
            return m[0]
        return rf"${m['name']}=\operatorname{{diag}}({letter})$ and ${letter}_{index}={m['formula'].strip()}$"

    return _TOLD.sub(told, _TOLD_AFTER.sub(told, text))
