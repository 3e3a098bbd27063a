"""A remark in brackets at the end of a formula without delimiters: 'u = -alpha*g/2 (gradient descent, step size alpha/2)'.

It may hold formulas of its own. What tells it from a factor is that it opens with words; what it says is looked at like any words beside
a formula. An operation, a correction, a condition or another answer in brackets is no remark.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths.calls import CALLS
from derive.maths.signs import FUNCTION_COMMANDS, GREEK_NAMES, NICKNAMES, SPOKEN, SPOKEN_NUMBERS

MAX_REMARK = 200
_WORD = re.compile(r"(?<![\\A-Za-z_.])[A-Za-z][a-z]{2,}(?:-?[A-Za-z]+)*(?![A-Za-z_(^.]*\()")
_NO_REMARK = re.compile(
    r"\s*(?:times|plus|minus|divided|multipl\w+|over|squared|cubed|mod|or|and|not|no|nope|wait|oops|sorry|but|actually|rather|instead|then|if|when|unless|only|except|provided|assuming|for|per|half|twice|double|"
    r"ie|i\.e|that is|should|must|correct\w*|edit|fix\w*|up to|at (?:most|least)|roughly|about|approx\w*|to the|where|with)\b", re.I)


def remark_at_end(text: str, wanted: Wanted) -> int:
    """Where a remark in brackets at the end of a plain formula begins; the length of the text where there is none."""
    whole = text.rstrip(" .")
    if not whole.endswith((")", "]")) or "$" in text or "\\" in text:
        return len(text)
    start = _opening(whole)
    head, inside = whole[:start], whole[start + 1 : -1]
    if start <= 0 or len(inside) > MAX_REMARK or not head[-1:].isspace() or re.search(r"(?:[-+*/^=<>,;:·×⊙@]|\b(?:of|times|over|by|minus|plus|and|or))\s*$", head):
        return len(text)
    if not re.search(r"[\w)\]}|‖]\s*$", head) or _NO_REMARK.match(inside):
        return len(text)
    names = {*wanted.scope.symbols, *wanted.scope.dims, *(a.lstrip("\\") for s in wanted.scope.symbols.values() for a in s.aliases)}
    if wanted.asked and re.search(rf"(?:^|[,;:]|[A-Za-z]{{2}})\s*{re.escape(wanted.asked)}(?:_?\w|\*)?\s*=(?!=)", inside):
        return len(text)  # another answer
    words = [m for m in _WORD.finditer(inside) if not all(x in names for x in m.group().split("-")) and (m.group() not in _MATHS or _ANOTHER.match(inside, m.end()))]
    return len(head) if words and words[0].start() == len(inside) - len(inside.lstrip()) and (len(words) > 1 or re.search(r"[=\s]", inside.strip())) else len(text)


_ANOTHER = re.compile(r" [a-z]{3,}")
_MATHS = frozenset((*CALLS, *FUNCTION_COMMANDS, *GREEK_NAMES, *NICKNAMES, *SPOKEN, *SPOKEN_NUMBERS))


def opens_no_remark(words: str) -> bool:
    """Whether the words behind an opening bracket begin an operation, a condition, a correction or another answer."""
    return _NO_REMARK.match(words) is not None


def _opening(text: str) -> int:
    """The bracket that the last one closes; -1 where it closes none."""
    opener = {")": "(", "]": "["}[text[-1]]
    level = 0
    for k in range(len(text) - 1, -1, -1):
        level += (text[k] == text[-1]) - (text[k] == opener)
        if not level:
            return k
    return -1
