"""The first claim beside an answer that is false: each stretch of clauses of a sentence is looked at, the longest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.told import counterfactual, foreign
from derive.grading.asides.units import MAX_TEXT, Clause, Sentence, joined, sentences
from derive.grading.claims.examples import example_told
from derive.grading.keys import Key

_LONGEST = 4
_OTHERWISE = re.compile(r"\b(?:would|unlike|instead|wrong\w*|mistake\w*|error|naive\w*|forget\w*|forgot\w*|whereas|contrary|suppose|in contrast|compared|not true|false)\b|\?", re.I)


class Claims(NamedTuple):
    """A kind of claim: what works it out, and the words without one of which there is none."""

    look: Callable[[str, Key], bool | None]
    words: re.Pattern[str]


KINDS = (Claims(example_told, re.compile(r"\d")),)


def claim_said(said: str, key: Key) -> bool | None:
    """Whether what a stretch of a text claims of the answer holds; None where it claims nothing that is known."""
    for kind in KINDS:
        if kind.words.search(said) and (found := kind.look(said, key)) is not None:
            return found
    return None


def false_claim(text: str, key: Key) -> str:
    """The first claim of a text beside a right answer that does not hold; '' where there is none."""
    if len(text) > MAX_TEXT or key.derivation.answer is None:
        return ""
    for s in sentences(text):
        if not any(c.text.strip() for c in s) or counterfactual(joined([s]).strip(), key):
            continue
        false = _in_sentence(s, key)
        if false:
            return false
    return ""


def _in_sentence(s: Sentence, key: Key) -> str:
    k = 0
    while k < len(s):
        true, end = claim_from(s, k, key)
        if true is False:
            return joined([s[k:end]]).strip()
        k = end if true else k + 1
    return ""


def claim_from(s: Sentence, k: int, key: Key) -> tuple[bool | None, int]:
    """Whether the claim that begins with a clause of a sentence holds, and where it ends; None where none begins there."""
    before = joined([s[:k]])
    if not s[k].text.strip() or _OTHERWISE.search(before) or foreign(before, key):
        return None, k
    for end in range(min(len(s), k + _LONGEST), k, -1):
        if sum((c.mark[-1:] == "(") - (c.mark == ")") for c in s[k + 1 : end]) != 0:
            continue  # a bracket goes on
        said = joined([[Clause("", s[k].text), *s[k + 1 : end]]]).strip(" .,;:!()\n")
        if said and not _OTHERWISE.search(said) and not foreign(said, key) and (true := claim_said(said, key)) is not None:
            return true, end
    return None, k
