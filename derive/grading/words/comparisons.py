"""Clauses that set a right answer beside something else and change nothing of it: 'the same point as without momentum', 'not attained' of a supremum."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.words import vocabulary as V
from derive.grading.words.vocabulary import form_of

_SAME_AS = re.compile(
    r"\s*[,;—–(]\s*(?:(?:i\.e\.|that is|which is|so|it is)\s+)?(?:exactly\s+|just\s+)?the\s+same"
    r"(?:\s+(?:point|limit|answer|solution|result|value|update|vector|minimi[sz]er|formula|one|step))?\s+as\s+"
    r"(?:without|with|for|in|under|of|that\s+of)\s+(?:the\s+|any\s+)?(?P<what>[A-Za-z][A-Za-z -]{2,40}?)\)?(?=\s*(?:[.;,]|$))", re.I)
_NOT_ATTAINED = re.compile(
    r"\s*[,(]\s*(?:(?:but|which|it|the\s+supremum|this|and)\s+(?:value\s+)?(?:is\s+)?)?(?:itself\s+)?not\s+(?:itself\s+)?(?:attained|reached|achieved|included)\)?(?=\s*(?:[.;]|$))", re.I)
_STAYS = re.compile(r"\b(?:stand|stay|remain)(?:s|ing)?\s+(?:still|put)\b", re.I)
_OTHERS = frozenset("plain ordinary momentum regularisation".split())


def without_comparisons(text: str, nouns: frozenset[str], supremum: bool) -> str:
    """The text without what compares its answer to that of a method, says of a supremum that it is not attained, or of 0 that it moves nothing."""
    def named(m: re.Match[str]) -> str:
        words = [form_of(w) for w in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", m["what"])]
        return "" if all(w in V.METHODS or w in nouns or w in _OTHERS for w in words) else m[0]

    text = _SAME_AS.sub(named, text) if "same" in text else text
    text = _NOT_ATTAINED.sub("", text) if supremum and "not" in text else text
    return _STAYS.sub("zero", text)
