"""Letters that a text tells in words: 'where M and m are the largest and smallest eigenvalues of H' as M = lambda_max(H), m = lambda_min(H).

Letters that the statement declares, and notations that say what they are (lambda_max), are left to the words; told the wrong way round
they mean something else.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.grading.text.heard import needs, stems

MOST_TEXT = 4_000
_LARGE = r"largest|greatest|biggest|maximal|maximum|top|highest"
_SMALL = r"smallest|least|minimal|minimum|bottom|lowest"
_WHICH = rf"(?P<{{0}}>{_LARGE}|{_SMALL})"
_LETTER = r"\$?(?P<{0}>\\?[A-Za-zα-ωΑ-Ω]+(?:_\{{?\\?(?:max|min|\d)\}}?)?)\$?"
_KIND = r"(?P<kind>eigenvalue|singular value)s?"
_OF = r"(?:\s+of\s+(?:the\s+(?:matrix\s+)?)?\$?(?P<of>[A-Z])\$?(?![A-Za-z]))?"
_IS = r"\s+(?:is|are|denotes?|being|be|for)?\s*"
_BOTH = re.compile(
    r"(?<![A-Za-z\\$])" + _LETTER.format("a") + r"\s*(?:,|and|,\s*and)\s*" + _LETTER.format("b") + _IS
    + r"(?:the\s+)?" + _WHICH.format("first") + r"\s+and\s+(?:the\s+)?" + _WHICH.format("second") + r"\s+" + _KIND + _OF, re.I)
_EACH = re.compile(
    r"(?<![A-Za-z\\$])" + _LETTER.format("a") + _IS + r"the\s+" + _WHICH.format("first") + r"(?:\s+" + _KIND + _OF + r")?\s*(?:,|and|,\s*and)\s*" + _LETTER.format("b") + _IS
    + r"the\s+" + _WHICH.format("second") + r"(?:\s+(?P<kind2>eigenvalue|singular value)(?:\s+of\s+(?:the\s+(?:matrix\s+)?)?\$?(?P<of2>[A-Z])\$?(?![A-Za-z]))?)?", re.I)
_ONE = re.compile(r"\b(?:where|with|and|let)\s+" + _LETTER.format("a") + _IS + r"the\s+" + _WHICH.format("first") + r"\s+" + _KIND + _OF, re.I)
_NEEDS = needs("eigenvalue eigenvalues singular")
_LARGE_WORD = re.compile(_LARGE, re.I)


_TIMES_GRADIENT = re.compile(r"\$(?P<factor>[^$=]{1,80})\$\s+times\s+(?:the\s+)?(?P<minus>negative\s+)?gradient\b(?!\s+(?:of|at|descent|norm|\$))", re.I)


def with_gradient_named(text: str, gradient: str) -> str:
    """'$F$ times the gradient' as '$(F) g$'."""
    return _TIMES_GRADIENT.sub(lambda m: f"${'-' if m['minus'] else ''}({m['factor'].strip()}) {gradient}$", text) if len(text) <= MOST_TEXT else text


_FOR = re.compile(
    r"\b(?P<lead>where|with|and|here)?,?\s*\b(?:(?:I|we)\s+write|writing)\s+(?P<d>\$|)(?P<name>\\?[A-Za-z]+(?:_\{?\w\}?)?)(?P=d)\s+"
    r"(?:for|to denote|to mean|as (?:a )?short(?:hand)? for)\s+(?P<formula>(?P<e>\$)[^$]{1,200}\$|[^\s$]{1,80}(?=[.;,\s]|\Z))", re.I)


def with_abbreviations_equated(text: str) -> str:
    """'where I write $c$ for $F$' as 'where $c = F$'."""
    if len(text) > MOST_TEXT or (" for " not in text and " denote " not in text and " short" not in text):
        return text
    return _FOR.sub(lambda m: m[0] if bool(m["d"]) != bool(m["e"]) else f"{m['lead'] or 'where'} {m['d']}{m['name']} = {m['formula'].strip('$')}{m['d']}", text)


def with_letters_told(text: str, wanted: Wanted) -> str:
    """The text with equations for the letters of its own that it tells as extreme eigenvalues or singular values."""
    for pattern in (_BOTH, _EACH, _ONE) if _told(text) else ():
        text = pattern.sub(lambda m: _equations(m, wanted) or m[0], text)
    return text


def told_the_wrong_way(text: str) -> bool:
    """Whether 'lambda_max' is told to be the smallest, or 'lambda_min' the largest."""
    for pattern in (_BOTH, _EACH, _ONE) if _told(text) else ():
        for m in pattern.finditer(text):
            for letter, which in _pairs(m):
                if ("max" in letter and not _LARGE_WORD.fullmatch(which)) or ("min" in letter and _LARGE_WORD.fullmatch(which)):
                    return True
    return False


def _told(text: str) -> bool:
    return len(text) < MOST_TEXT and not _NEEDS.isdisjoint(stems(text))


def _pairs(m: re.Match[str]) -> list[tuple[str, str]]:
    found = m.groupdict()
    return [(found["a"], found["first"]), *([(found["b"], found["second"])] if found.get("b") else [])]


def _equations(m: re.Match[str], wanted: Wanted) -> str:
    """'M = lambda_max(H), m = lambda_min(H)', each in the delimiters of the text; empty where a letter is no new one."""
    found = m.groupdict()
    kind, of = found.get("kind") or found.get("kind2"), found.get("of") or found.get("of2")
    if kind is None or any(len(x) > 1 or wanted.scope.writes(x) or x in wanted.scope.dims or x in "aAI" for x, _ in _pairs(m)):
        return ""
    mark = "$" if "$" in m[0] else ""
    head = ("\\" if mark else "") + ("lambda" if kind.lower() == "eigenvalue" else "sigma")
    told = [f"{mark}{x} = {head}_{{{'max' if _LARGE_WORD.fullmatch(which) else 'min'}}}{f'({of})' if of else ''}{mark}" for x, which in _pairs(m)]
    opened = re.match(r"\b(?:where|with|and|let)\s+", m[0], re.I)
    return (opened[0] if opened is not None else "") + " and ".join(told)
