"""Where a reply of several sentences says which optimizer it is: in bold type, in a heading, in a row of a table, in 'This is ...'.

Names that stand elsewhere in such a reply compare, explain and look back.
"""

from __future__ import annotations

from derive import patterns as re

_LEAST = 2  # sentences
_MOST = 12
_SENTENCE = re.compile(r"[.!?](?=\s|\Z)|\n")
_BOLD = re.compile(r"\*\*(?P<said>[^*\n]{3,200}\*\*[^.:;\n]{0,120})")  # with the rest of its clause
_HEADING = re.compile(r"^#{1,6}[ \d.)]*(?P<said>[^\n]{3,120})$", re.M)
_ROW = re.compile(r"^\|[ *]*(?:optimi[sz]er|method|algorithm|name)[ *]*\|(?P<said>[^|\n]{2,200})\|", re.M | re.I)
_IS = re.compile(
    r"(?:(?<=[.!?:]\s)|^|(?<=\n))[ \t>*-]*(?:(?:so|hence|thus|therefore|altogether|in short|conclusion:)\**,?\s+)?"
    r"(?P<said>(?:this|that|it|the (?:update|rule|method|result|algorithm|optimi[sz]er|iteration|step))\s+"
    r"(?:is|recovers?|gives|yields|equals|coincides with|amounts to|corresponds to)\s[^\n]{3,300}?)(?=[.!?](?:\s|\Z)|\n|\Z)", re.I | re.M)


def said_to_be(text: str) -> list[str]:
    """The pieces of a reply that say which optimizer it is; none where the reply is one sentence."""
    if len(_SENTENCE.findall(text)) < _LEAST:
        return []
    found = [m["said"].strip() for pattern in (_HEADING, _ROW, _IS, _BOLD) for m in pattern.finditer(text)]
    return list(dict.fromkeys(found))[:_MOST]
