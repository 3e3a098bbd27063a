"""A text without what it says beside its answer, and what of that is false.

Left out is only what is known to be about something else: a clause that mathematics finds true of the required answer (derive.grading.asides.checked), or a
sentence that tells of another case (derive.grading.asides.told). All other words stay, and are looked at as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.breakdowns import breakdown
from derive.grading.asides.checked import claims_another, denied, example, other_step
from derive.grading.asides.counts_beside import counts_beside
from derive.grading.asides.kinds import SENTENCE, looks
from derive.grading.asides.numbers_given import letters_open, numbers_given
from derive.grading.asides.relations import value_there
from derive.grading.asides.restated import restated
from derive.grading.asides.runs import formulas
from derive.grading.asides.special_claims import special_claim
from derive.grading.asides.special_values import special_value
from derive.grading.asides.stated import unique_always
from derive.grading.asides.told import (
    admits,
    another_method,
    asked_and_denied,
    counterfactual,
    dismissed,
    foreign,
    had_before,
    only_of_another,
    rejected,
    special_case,
    unique,
    unsure,
    wondered,
)
from derive.grading.asides.units import MAX_TEXT, Clause, Sentence, joined, sentences
from derive.grading.claims.examples import example_told
from derive.grading.claims.told import claim_from
from derive.grading.keys import Key
from derive.grading.text.heard import stems
from derive.grading.traits.judge import NEEDS, said_of_answer

Right = Callable[[str], bool]


class Look(NamedTuple):
    """The text that is left, and the first aside that is false."""

    rest: str
    false: str


_OPENS_A_CASE = re.compile(r"\s*(?:if|when|for|as|suppose|whenever)\b", re.I)
_NEEDS = re.compile(r"=|→|\\to\b|\b(?:between|at most|at least|below|above|attained|improvement|falls)\b|\bnot\b|\bwould\b|:|\bgrows\b|\bthan\b|\btotal\b|\(|\bif\b|\bwhen\b|\b[Tt]he\b", re.I)
_MORE = re.compile(r"[.!?;]\s+[A-Z(\\$]|\b(?:which|it|its|this|that|they)\b|[(;,]\s*(?:all|every|each|no|only|an?|its)\b", re.I)
_REASON = re.compile(r"\s*(?:because|since|as|for)\b", re.I)
_NOT_FIRST = re.compile(r"\s*not\b", re.I)
_NOT_ASKED = re.compile(r"\s*but (?:that|this|it) (?:is not (?:what (?:is|was) asked|asked(?: for)?|the question)|was not (?:asked(?: for)?|the question))\W*$", re.I)
_SUPPOSES = re.compile(r"\b(?:for|with|if|when|whenever|at|once|as)\b", re.I)
_NOR = re.compile(r"\s*nor\b", re.I)
_AGAIN = re.compile(r"\b(?:so|thus|hence|therefore|but|wait|actually|correct\w*|answer|result|instead|rather|should|must|final\w*|"
    r"(?<!second )(?<!first )(?<!other )half|halv\w*|twice|doubl\w*)\b|[=$]", re.I)


_EXAMPLE = re.compile(r"\W*(?:(?:quick|sanity|numerical|small|short|a|an)\s+)*(?:checks?|examples?|e\.g\.|for\s+(?:instance|example)|try|take|test|numbers|spot\s+check)\b", re.I)
_CONTRASTED = re.compile(
    r",\s*(?:(?:quite|very much|which is)\s+)?(?:in\s+contrast\s+(?:to|with)|unlike|as\s+opposed\s+to|contrary\s+to)\s+(?:the|a|an|what|in)\s[^.;\n$]*(?:\$[^$\n]*\$[^.;\n$]*)*(?=[.;\n]|\Z)", re.I)
"""', in contrast to the squared penalty, which ...' at the end of a sentence: all of it is about something else."""


def without_asides(text: str, key: Key, right: Right) -> Look:
    """What is left of a text without its asides. right: whether a formula alone is a right answer."""
    if len(text) > MAX_TEXT or key.derivation.answer is None or not (_NEEDS.search(text) or (_MORE.search(text) and not NEEDS.isdisjoint(stems(text)))):
        return Look(text, "")
    out: list[Sentence] = []
    found = sentences(_CONTRASTED.sub("", text) if "ontra" in text or "nlike" in text or "opposed" in text else text)
    skip = False
    for k, s in enumerate(found):
        after = joined([found[k + 1]]) if k + 1 < len(found) else ""
        if skip or (after and asked_and_denied(joined([s]), after, key)):
            skip = not skip
            out.append(_gap(s))
            continue
        body = joined([s]).strip().rstrip(".!")
        if (after.strip() and (rejected(body, key) or counterfactual(body, key))) or wondered(body, joined(out)):
            out.append(_gap(s))
            continue
        guessed = dismissed(body, key, right)
        if guessed is not None:
            if not guessed:
                return Look(text, body)
            out.append(_gap(s))
            continue
        if unsure(body) or (len(found) == 1 and only_of_another(body, key)):
            return Look(text, body)
        left, false = _without(s, key, right, bool(out) and k > 0)
        given = numbers_given(body, key)
        if false and out and ((given > 1 and body not in false) or (given and _EXAMPLE.match(body) and letters_open(body, key))) and example_told(body, key) is not False:
            out.append(_gap(s))  # of the numbers of an example
            continue
        if false:
            return Look(text, false)
        out.append(left)
    return Look(joined(out), "")


def _without(s: Sentence, key: Key, right: Right, later: bool) -> tuple[Sentence, str]:
    """A sentence without its asides, and one of them that is false."""
    said = joined([s])
    body = said.strip().rstrip(".!")
    if other_step(body, key):
        return s, body
    if later and re.search(r"[A-Za-z]{2}", body):
        if admits(body):
            return s, body
        true = said_of_answer(body, key)
        true = restated(body, key, right) if true is None else true
        if true is not None:
            false = next((c.text for c in s[1:] if value_there(c.text, key)[0] is False), "") if true else body
            return (s, false.strip()) if false else (_gap(s), "")
        if counts_beside(body, key)[0] is False:
            return s, body
        if counterfactual(body, key) or another_method(body, key) or special_case(body, key) or had_before(body):
            return _gap(s), ""
        claimed, end = claim_from(s, 0, key)
        if claimed and not any(c.text.strip() for c in s[end:]):
            return _gap(s), ""
        for look in looks(body, SENTENCE):
            true, rest = look(body, key)
            if true is False:
                return s, body
            if true and claims_another(rest, key, right):
                return s, body
            if true:
                return [Clause("", " " + rest.strip(" ,;.").capitalize() + (". " if rest.strip(" ,;.") else "")), *_gap(s)], ""
        if not foreign(body, key) and claims_another(body, key, right):
            return s, body
    out: Sentence = []
    dropped = False
    k = 0
    while k < len(s):
        c = s[k]
        if k or later or _NOT_FIRST.match(c.text):
            true, end = _clause(s, k, key, right, later)
            if true is False:
                return s, c.text.strip()
            if true:
                dropped = True
                close = next((j for j in range(k + 1, len(s)) if s[j].mark == ")"), 0) if c.mark.endswith("(") else 0
                if close and not any(_AGAIN.search(x.text) for x in s[end:close]):
                    out.append(Clause("", s[close].text))
                    end = close + 1
                elif close:
                    out.append(Clause(c.mark, ""))
                k = end
                continue
        out.append(c)
        k += 1
    return (_gap(s) if dropped and not any(c.text.strip() for c in out) else out), ""


def _gap(s: Sentence) -> Sentence:
    """What parts the sentences round one that is left out."""
    return [Clause("", "\n" if joined([s]).endswith("\n") else " ")]


_IN_A_CASE = re.compile(r"[\s\d.)*_-]*(?:and\s+)?(?:if|when|whenever|for|with|suppose|assume|case|otherwise|else|let|once)\b", re.I)
"""What holds in a case is said of that case: 'If $x<1$: $-\\lambda+x-v=0$'."""
_DECLARES = re.compile(r"\s*(?:where|with|in which)\b[^=]{1,20}=|\s*\$?\\?[A-Za-z]+_\{?\w\}?\s*=", re.I)
_WHICH = re.compile(r"\s*which\b", re.I)
_OF_IT = re.compile(r"\s*(?:which|it|this|all|every|each|no)\b", re.I)


def _clause(s: Sentence, k: int, key: Key, right: Right, later: bool) -> tuple[bool | None, int]:
    """Whether a clause is an aside that holds, and where what belongs to it ends."""
    c = s[k]
    if "unique" in c.text or "only" in c.text:
        if unique_always(joined([s[k:]]), key)[0] is False:
            return False, k
        if unique(c.text):
            return True, k + 1
    true = said_of_answer(c.text, key) if later or not (("=" in c.text and not _OF_IT.match(c.text)) or _REASON.match(c.text)) else None
    if true is not None and not (k and _OPENS_A_CASE.match(s[k - 1].text)):
        return true, k + 1
    true, behind = denied(c.text, key, right)
    if true is not None and not (k + 1 < len(s) and _DECLARES.match(s[k + 1].text)):  # 'not F, where Q = ...' denies F for another Q
        if true and behind.strip() and _AGAIN.search(behind):
            return None, k
        end = k + 1
        while true and end < len(s) and s[end].text and s[end].mark != ")" and (_REASON.match(s[end].text) or s[end].mark == ":" or _NOR.match(s[end].text)) and not _AGAIN.search(s[end].text) and (
                _NOR.match(s[end].text) or not formulas(s[end].text, key.wanted.scope)):
            end += 1
        return true, end
    if k and (later or (c.mark.endswith(";") and "=" in c.text and _SUPPOSES.match(c.text.lstrip())) or _WHICH.match(c.text)) and _SUPPOSES.search(c.text):
        for end in range(min(len(s), k + 4), k, -1):
            said = joined([[Clause("", c.text), *s[k + 1 : end]]])
            for kind in (special_claim, special_value):
                true, _ = kind(said, key)
                if true is not None:
                    return true, end
    asked = key.wanted.asked
    in_a_case = k and _IN_A_CASE.match(joined([s[:k]]))
    places = {"clause", *(["inner"] if k else []), *(["behind"] if k or later else [])}
    if not (_REASON.match(c.text) or in_a_case or (asked and c.text.lstrip(" \n$\\([").startswith((f"{asked} =", f"{asked}=", f"{asked}_")))):
        places |= {"relation", *(["inner relation"] if k else [])}
    for look in looks(c.text, frozenset(places)):
        true, _ = look(c.text, key)
        if true is not None:
            return true, k + 1
    close = next((j for j in range(k + 1, len(s)) if s[j].mark == ")"), 0) if c.mark.endswith("(") else 0
    if close and _NOT_ASKED.match(s[close - 1].text):
        return True, close
    if close:
        true, behind = example(joined([s[k:close]]).lstrip(" ("), key)
        if true is not None and not behind.strip(" .,;"):
            return true, close
    if c.mark == ":" or c.mark.endswith("("):
        end = next((j for j in range(k + 1, len(s)) if s[j].mark in (")", ".", "!", "\n", ";")), len(s))
        true, _ = breakdown(joined([s[k:end]]).lstrip(":( "), key)
        if true is not None:
            return true, end
    true, end = claim_from(s, k, key)
    while true and close and end < close and (further := claim_from(s, end, key))[0] is not None:
        true, end = further
    return (None, k) if true and close and end < close else (true, end)  # the rest of a bracket stays with it
