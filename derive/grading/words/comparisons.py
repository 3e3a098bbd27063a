"""Clauses that set a right answer beside something else and change nothing of it: 'the same point as without momentum', 'not attained' of a supremum; and what is squared as it is asked."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.words import vocabulary as V
from derive.grading.words.vocabulary import form_of
from derive.maths import expr as E
from derive.maths.expr import Expr

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


_SQUARED = re.compile(r"\bsquared\s+(?=(?:\w+\s+)?(?:distance|norm|length|error|residual|deviation)s?\b)", re.I)


def without_own_square(text: str, key: Key) -> str:
    """The text without the 'squared' of 'the squared distance is F', where the square of a norm is asked."""
    program = key.program
    asked = key.part.ask == "value" and program is not None and _is_square(program.objective)
    return _SQUARED.sub("", text) if asked and "quared" in text else text


def _is_square(e: Expr) -> bool:
    """Whether an expression is the square of a norm, or a sum of squares."""
    return e.op == "pow" and e.args[1] == E.TWO and not e.args[0].shape
