"""What a text says in words of its answer where letters have special values: 'for p = q it is a scaled gradient step', 'with tau = 1/2 it is soft thresholding at lambda/2'.

The words are those that are worked out of an answer in general (derive.grading.traits); here they are worked out at instances with the special values.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.special_values import assigned, key_there
from derive.grading.keys import Key
from derive.grading.traits.judge import said_of_answer

Checked = tuple[bool | None, str]
_NONE: Checked = (None, "")
_OPENS = re.compile(r"\W*(?:(?:and|so|but|also|note that|in particular|for example|e\.g\.|indeed|conversely|finally|then|check:?)\s+)*"
                    r"(?:for|with|if|when|where|at|in case|taking|setting|once)\s+\W{0,2}$", re.I)
_THEN = re.compile(r"\W*(?:then\s+)?(?=[A-Za-z])")


def special_claim(said: str, key: Key) -> Checked:
    """Whether what is said in words of the answer at special values holds; None where it says nothing of the kind."""
    found = formulas(said, key.wanted.scope) if "=" in said and key.derivation.answer is not None else []
    if not found or _OPENS.match(said[: found[0][0]]) is None:
        return _NONE
    at, condition = found[0]
    given = assigned(condition, key)
    if not isinstance(given, list) or not given:
        return _NONE
    behind = said[said.find(condition, at) + len(condition) :]
    then = _THEN.match(behind.lstrip("$)\\"))
    if then is None:
        return _NONE
    there = key_there(given, key)
    return (said_of_answer(behind.lstrip("$)\\")[then.end() :], there), "") if there is not None else _NONE
