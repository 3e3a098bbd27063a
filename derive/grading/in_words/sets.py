"""An answer told with a set around it: 'sup{eta : stable} = F' where the supremum is asked, 'x in {x : x = F}' of one point."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths.signs import GREEK_CHARS

# 'sup eta = F', 'sup{eta : stable} = F' where the supremum is what is asked.
_SUPREMUM = re.compile(
    r"\\?sup(?![A-Za-z])(?:\s|\\[,;:! ]|\\limits)*(?:(?P<name>\\?[A-Za-z]+|[α-ω])|(?:\\left\s*)?\\?\{\s*(?P<inside>\\?[A-Za-z]+|[α-ω])\s*(?::|\||>|\\mid(?![A-Za-z]))"
    r"(?:[^{}=$]|\{[^{}$]{0,60}\}){0,80}\})\s*=(?!=)")
# 'x in {x : x = F}', '{x : x_i = F_i}': the one point of a set.
_ONE_POINT = re.compile(
    r"(?:(?P<head>\\?[A-Za-z]+)\s*(?:\\in(?![A-Za-z])|∈|=)\s*)?(?:\\left\s*)?\\\{\s*(?P<name>\\?[A-Za-z]+)\s*(?::|\||\\mid(?![A-Za-z]))\s*(?:\\[,;:! ]\s*)?"
    r"(?P<body>(?P=name)(?:\s*_\s*(?:\{\w\}|\w))?\s*=(?:[^$\\=;]|\\(?![}\\])){1,300}?)(?:\\right\s*)?\\\}")


def without_sets_told(text: str, wanted: Wanted) -> str:
    """The text with the equation alone; unchanged where the letter of the set is not what is asked."""
    if "\\{" in text and wanted.asked:
        text = _ONE_POINT.sub(lambda m: m["body"] if m["name"].lstrip("\\") == wanted.asked and (m["head"] or m["name"]) == m["name"] else m.group(), text)
    if wanted.supremum and "sup" in text:
        text = _SUPREMUM.sub(lambda m: f"{m['name'] or m['inside']} =" if _spelt(m["name"] or m["inside"]) == wanted.asked else m.group(), text)
    return text


def _spelt(name: str) -> str:
    return GREEK_CHARS.get(name, name.lstrip("\\"))
