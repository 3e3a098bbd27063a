"""A text without delimiters that begins with its answer: 'F. Sentences', 'F, which ...', 'F (remark)' as F, to be read alone; the words behind are looked at all the same.

Only words that hold no formula of their own may stand behind: another formula might be another answer.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.units import joined, sentences
from derive.maths.symbols import Scope

MAX_TEXT = 1_500
_DELIMITED = re.compile(r"\$|\\[(\[]|\\boxed|```|\n")
_ANOTHER = re.compile(r"[=*/^+<>≤≥√∑‖|]|\d|[^\x00-\x7f—–’“”é]|\b[A-Za-z]\(|[-−]\s?[A-Za-z0-9(]\b(?<![a-z]-[a-z])")
_ANNOUNCED = re.compile(r"(?:the\s+)?(?:final\s+)?(?:answer|limit|result|update|solution|conclusion|so|hence|thus|therefore)\b(?!.{0,200}\b(?:if|would|not|never|unless)\b)", re.I)
_DECLARES = re.compile(r"\s*(?:and\s+)?(?:where|with|here|for|if|when|let|provided|assuming|given|such|over|on|read|under|unless|except|but|or)\b", re.I)
_LAST = re.compile(r"(?P<before>[A-Za-z]*)\W+(?P<name>[A-Za-z]+)\W*$")
_OF = frozenset("of on index gradient vector with for all every each in letter symbol".split())
_HYPHENATED = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")


def first_formula(text: str, scope: Scope) -> tuple[str, ...]:
    """What may be read as the answer of a text without the words behind its last formula: the longest first."""
    if len(text) > MAX_TEXT or _DELIMITED.search(text.strip()):
        return ()
    found = [s for s in sentences(text.strip()) if joined([s]).strip()]
    while len(found) > 1 and not _formulaic(joined(found[-1:]), scope):
        del found[-1]
    if not found or any(c.mark.startswith("?") for s in found for c in s) or any(c.mark.startswith("!") for c in found[-1]):
        return ()  # 'n!' may be a factorial
    before, last = joined(found[:-1]), found[-1]
    heads = [joined([last]).strip()]
    while len(last) > 1 and not _formulaic(last[-1].text, scope) and not _DECLARES.match(last[-1].text):
        last = last[:-1]
        heads.append(joined([last]).strip(" .,;:("))
    announced = [h for h in heads if _ANNOUNCED.match(h)]
    return tuple(dict.fromkeys(h for h in (*(f"{before} {h}" if before.strip() else h for h in heads), *announced) if h))


def _formulaic(said: str, scope: Scope) -> bool:
    """Whether words hold a formula: a sign of one, or a declared letter at the end that no noun goes before."""
    m = _LAST.search(said)
    if m is not None and (scope.writes(m["name"]) or m["name"] in scope.dims) and m["before"].lower() not in _OF:
        return True
    return _ANOTHER.search(_HYPHENATED.sub("", said)) is not None
