"""What stands beside the counts of an answer in sentences: how they came about, and what a declared letter is.

'n messages go up and n come down, so 2n messages of size p, where p is the number of parameters': the conclusion is the answer, and the last
clause says of p what the statement says.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive import patterns as re
from derive.grading.words.vocabulary import form_of
from derive.problem.model import Problem

_BEGINS = re.compile(
    r"(?:(?<=[.;])\s+|,\s+)(?:(?:so|thus|hence|therefore|altogether|overall|in total)\b,?\s+|(?:that|this|which)\s+(?:makes|gives|is)\s+)(?:(?:that|this|which)\s+(?:makes|gives|is)\s+)?", re.I)
_UNSURE = re.compile(
    r"\b(?:not|never|no|nor|wrong\w*|incorrect\w*|false|mistak\w*|would|might|could|may|if|unless|when|suppose|assum\w+|without|instead|rather|first|naive\w*|but|except|"
    r"twice|double\w*|half|halv\w*|each of (?:these|which|them))\b|n't\b", re.I)
_MEANS = re.compile(
    r"(?:,\s*|\s+)(?:where|with|and|here)\s+\$?\\?(?P<name>[A-Za-z]+)\$?\s+(?:is|being|denotes|=)\s+(?:the\s+)?(?:total\s+)?(?:number|count|length|size|dimension)\s+of\s+"
    r"(?:the\s+|all\s+)?(?P<noun>[a-z]+(?:\s+[a-z]+){0,2})(?=\s*[.,;]|\s*$)", re.I)


def conclusion(text: str) -> str:
    """What follows the last word of conclusion at the beginning of a clause, where nothing before it is denied, supposed or changed; '' without one."""
    begins = list(_BEGINS.finditer(text))
    return text[begins[-1].end() :] if begins and not _UNSURE.search(text[: begins[-1].start()]) else ""


_EIGENVALUES = re.compile(r"(?:\bof\s+)?\b(?:(?:the|both|these|its|all)\s+)?(?:(?:two|both)\s+)?eigenvalues\b(?:\s+(?:have|has)\b(?:\s+the\b)?)?", re.I)
_BETWEEN = frozenset("the a and for of is are be by with write call denote let then we get have has so thus hence this gives where both their it".split())
"""The words that may stand between the quantities and their letters."""
_HELD = r"(?<![A-Za-z\\]){0}\s*=(?!=)\s*(?P<value>[^$=;]{{1,200}}?)(?=\s*\$|;|\.?\s*$|\.\s|,\s|\s+and\s)"


def by_letters(text: str, labels: Mapping[str, re.Pattern[str]], problem: Problem) -> dict[str, str]:
    """'The sum $A$ and the product $B$ are $A=...$ and $B=...$': the values of the letters that the text gives to all its quantities; else none."""
    left = text
    out: dict[str, str] = {}
    letters: set[str] = set()
    for what, label in labels.items():
        named = {m["letter"] for m in re.finditer(rf"(?:{label.pattern})\s+\$?(?P<letter>[A-Za-z])\$?(?=[\s.,;:])", text, re.I)}
        letter = named.pop() if len(named) == 1 else ""
        values = [m["value"].strip() for m in re.finditer(_HELD.format(letter), text)] if letter else []
        if len(values) != 1 or text.count(f"{letter}=") + text.count(f"{letter} =") != 1 or letter in letters or any(letter in (s.name, *s.aliases) for s in problem.symbols.values()):
            return {}
        out[what] = values[0]
        letters.add(letter)
        left = left.replace(values[0], " ")
        left = re.sub(rf"(?:{label.pattern})(?![A-Za-z])|(?<![A-Za-z\\]){letter}(?![A-Za-z])", " ", left, flags=re.I)
    words = set(re.findall(r"[a-z]+|[^\s$.,;:=]", left.lower()))
    return out if words <= _BETWEEN and not any(re.search(rf"(?<![A-Za-z\\]){x}(?![A-Za-z])", v) for x in letters for v in out.values()) else {}


def without_eigenvalues(text: str) -> str:
    """'The sum of the two eigenvalues is ...' where nothing but functions of the eigenvalues is asked: without them."""
    return _EIGENVALUES.sub(" ", text)


def without_meanings(text: str, problem: Problem) -> str:
    """The text without the clauses that say of a declared letter that it is the number of something of the statement, which no other letter is."""
    return _MEANS.sub(lambda m: "" if _as_stated(m["name"], m["noun"], problem) else m.group(), text)


def _as_stated(name: str, noun: str, problem: Problem) -> bool:
    symbol = next((s for s in problem.symbols.values() if name == s.name or name in (a.lstrip("\\") for a in s.aliases)), None)
    if symbol is None:
        return False
    words = {form_of(w) for w in noun.lower().split()} - _IDLE
    if "number of" in symbol.says and not words <= _words(symbol.says):
        return False
    own, others = _words(symbol.says) | (_OF_A_GRADIENT if "gradient" in symbol.says.lower() else set()), {w for s in problem.symbols.values() if s is not symbol for w in _words(s.says)}
    return bool(words) and words <= own | _words(problem.statement) and not words & (others - own)


_OF_A_GRADIENT = {form_of(w) for w in ("parameters", "weights", "numbers", "entries", "coordinates", "components")}
"""What the length of a gradient counts."""
_IDLE = frozenset(("model", "trainable", "scalar"))


def _words(text: str) -> set[str]:
    return {form_of(w) for w in re.findall(r"[a-z]+", text.lower())}
