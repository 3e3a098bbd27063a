"""An entry or a row named by its place in a sentence: 'The j-th weight is F' as w_j = F, 'row i of D is F' as D_i = F."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_NAMED = re.compile(
    r"\b[Tt]he\s+(?P<i>[ijk])\s*-?\s*th\s+(?:weight|entry|component|coordinate|element|parameter|probability)(?:\s+of\s+(?:the\s+)?"
    r"(?:answer|solution|minimi[sz]er|limit|(?P<of>\\?[A-Za-z]+)))?\s+(?:is|equals)\s+"
    r"(?=[^\s$]*[_(ᵢⱼₖ])")


_ROW = re.compile(r"\A\s*(?:[Tt]he\s+)?(?:(?P<i>[ijk])-?th\s+[Rr]ow|[Rr]ow\s+(?P<j>[ijk]))\s+of\s+(?P<of>[A-Z])\s+(?:is|equals)\s+")


def with_nth_entry(text: str, wanted: Wanted) -> str:
    """The text with such an entry under the name of the unknown; of another vector it stays in words."""
    if len(wanted.shape) == 2 and wanted.asked and "row" in text and "$" not in text:
        return _ROW.sub(lambda m: f"{m['of']}_{m['i'] or m['j']} = " if m["of"] == wanted.asked else m[0], text)
    if "th " not in text or len(wanted.shape) != 1 or not wanted.asked or "$" in text or re.search(rf"(?<![A-Za-z]){re.escape(wanted.asked)}\s*=", text):
        return text
    return _NAMED.sub(lambda m: m[0] if m["of"] not in (None, wanted.asked) else f"{wanted.asked}_{m['i']} = ", text)
