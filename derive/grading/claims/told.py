"""The first claim beside an answer that is false: each stretch of clauses of a sentence is looked at, the longest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.numbers_given import numbers_given
from derive.grading.asides.told import counterfactual, foreign
from derive.grading.asides.units import MAX_TEXT, Clause, Sentence, joined, sentences
from derive.grading.claims.alike import alike_told
from derive.grading.claims.compared import compared_told
from derive.grading.claims.equations import equations_told
from derive.grading.claims.examples import example_told
from derive.grading.claims.implied import implied_told
from derive.grading.claims.independence import false_independence, independence_told
from derive.grading.claims.limits import limit_told
from derive.grading.claims.meanings import false_meaning
from derive.grading.claims.ranked import ranked_told
from derive.grading.claims.same_as import same_as_told
from derive.grading.claims.shapes import shape_told
from derive.grading.claims.signs import activity_told, optimum_told, sign_told
from derive.grading.claims.trends import trend_told
from derive.grading.claims.values import value_told
from derive.grading.finding.interpret import OF_THIS_ANSWER
from derive.grading.keys import Key, key_of
from derive.grading.text.cleaning import unstruck
from derive.grading.text.lone import is_one_formula
from derive.grading.traits.judge import said_of_answer
from derive.maths.signs import GREEK_NAMES

_LONGEST = 4
_OTHERWISE = re.compile(r"\b(?:would|unlike|instead|wrong\w*|mistake\w*|error|naive\w*|forget\w*|forgot\w*|whereas|contrary|suppose|in contrast|compared|not true|false)\b|\?", re.I)
_NOT_OPTIMAL = re.compile(r"\b(?:that|this|it|which)\b[^.,;:]{0,50}\bnot (?:\w+ ){0,2}(?:optimal|right|correct|best|(?:the )?(?:optimum|minimi[sz]er|maximi[sz]er|answer|best))\b", re.I)
"""What is told behind is told of a candidate that is given up."""
_WHERE = re.compile(r"^\s*(?:where|in which|so that|whereby)\s+")
_RATE = re.compile(r"\b(?:step[- ]?sizes?|(?:learning )?rates?)\b", re.I)
_OPENS_A_CASE = re.compile(
    r"[\s\d.()*•–_-]*(?:\(?[a-h]\)\s*)?(?:case\s+\w{1,3}\W{1,5})?(?:(?:and|but|so|also)\s+)?(?:if|when|whenever|for|as(?=[^,;]{1,40}(?:→|\\to|->|goes|tends|grows|approaches|shrinks))|"
                           r"suppose|assume|once|where|at|case|otherwise|else|in the (?:limit|case))\b", re.I)
_IN_AN_EXAMPLE = re.compile(r"\b(?:check|e\.g|example|instance|sanity|test)\b|\d[),;]?\s+(?:gives?|yields?|we get|it is)\b", re.I)
"""What stands behind the numbers of an example is said of them: 'g = (1, -3), delta = 2 gives u = (0, 2), g^T u = -6'."""
_DENIED_BEHIND = re.compile(r"\s\([^()]*\b(?:not|no|neither|never|nor)\b[^()]*\)?\Z", re.I)
"""What a bracket behind denies is denied of something else."""
_RANKED = re.compile(r"\b(?:most|fewest|least|largest|smallest|biggest|more|fewer|less)\b")


class Claims(NamedTuple):
    """A kind of claim: what works it out, and the words without one of which there is none."""

    look: Callable[[str, Key], bool | None]
    words: re.Pattern[str]


KINDS = (
    Claims(example_told, re.compile(r"\d")),
    Claims(limit_told, re.compile(r"→|\\(?:to|rightarrow)(?![A-Za-z])|->|\b(?:small|large|huge|tiny|infinity|tends|goes|approaches)\b")),
    Claims(independence_told, re.compile(r"\bdepend|\bindependent\b")),
    Claims(alike_told, re.compile(r"\b(?:equal|identical|same|alike|different|distinct|unequal)\b", re.I)),
    Claims(trend_told, re.compile(r"\b(?:large|bigg|long|more|high|great|wide|strong|heav|"
                                 r"small|short|few|less|low|weak|narrow|tight|light|grow|increas|ris|shrink|decreas|fall|drop|decay|contract|expl)\w*", re.I)),
    Claims(value_told, re.compile(r"\b(?:entr|coord|comp|elem|weight|coeff|param|prob|singular|eigen|unit|normali|length|norm|size|magn|sum|add|loss|error)\w*", re.I)),
    Claims(shape_told, re.compile(r"\b(?:one|shape|size|dimension\w*|format|matrix|as many|number)\b")),
    Claims(sign_told, re.compile(r"negative|positive|below|above")),
    Claims(equations_told, re.compile("=|≈|approx")),
    Claims(same_as_told, re.compile(r"\b(?:mean|average|median|largest|smallest|maximum|minimum|sum)\b")),
    Claims(compared_told, re.compile(r"\b(?:at (?:most|least)|below|above|exceeds?|surpass\w*|goes beyond|than)\b")),
    Claims(activity_told, re.compile(r"constraint|condition|bound|inequality")),
    Claims(optimum_told, re.compile(r"maxim|minim|saddle")),
    Claims(implied_told, re.compile(r"[<>]|\\(?:le|ge|lt|gt)|\b(?:terms?|summands?|products?|contributions?|eigenvalues|roots)\b")),
    Claims(said_of_answer, re.compile(r"[a-z]{3} [a-z]{2}")))


def claim_said(said: str, key: Key) -> bool | None:
    """Whether what a stretch of a text claims of the answer holds; None where it claims nothing that is known."""
    if key.derivation.kind == "table":
        return None
    heard = key.wanted.scope.cache.get(OF_THIS_ANSWER)  # a text is looked at with and without its asides
    if not isinstance(heard, dict):
        heard = key.wanted.scope.cache[OF_THIS_ANSWER] = {}
    at = ("claim", said, id(key))
    if at not in heard:
        heard[at] = next((found for kind in KINDS if kind.words.search(said) and (found := kind.look(said, key)) is not None), None)
    holds: bool | None = heard[at]
    return holds


def false_claim(text: str, key: Key) -> str:
    """The first claim of a text beside a right answer that does not hold; '' where there is none."""
    if len(text) > MAX_TEXT or is_one_formula(text.strip()):
        return ""
    named, key = key.part.ask == "name", _of_the_update(key)
    if named:
        key.wanted.scope.cache[OF_THIS_ANSWER] = {}
    if key.derivation.answer is None and key.derivation.kind != "table":
        return ""
    if meaning := false_meaning(text, key):
        return meaning
    if not named and key.derivation.answer is not None and (false := false_independence(text, key)):
        return false
    if named and key.derivation.answer is not None:
        from derive.grading.beside.equations_held import false_equation
        from derive.grading.words.all_entries import said_of_all

        false = said_of_all(text, key.derivation.answer, key) or (false_equation(text, key) if "=" in text else "")
        if false:
            return false
    for s in sentences(unstruck(text)):
        if named:
            s = [c._replace(text=_WHERE.sub("", c.text)) for c in s if not _RATE.search(c.text)]  # the step size is that of the method
        if not any(c.text.strip() for c in s) or counterfactual(joined([s]).strip(), key):
            continue
        false = _in_sentence(s, key)
        if false:
            return false
    return ""


def _of_the_update(key: Key) -> Key:
    """The key of the update that an optimizer makes, where its name is asked."""
    if key.part.ask != "name":
        return key
    same = next((p for p in key.problem.parts if p.ask in ("argmin", "argmax") and (p.program or key.problem.base(p).program) == key.program), None)
    return key_of(key.problem, same, False) if same is not None else key


def _in_sentence(s: Sentence, key: Key) -> str:
    k = 0
    while k < len(s):
        true, end = claim_from(s, k, key)
        if true is False:
            return joined([s[k:end]]).strip()
        k = end if true else k + 1
    return ""


def _of_another(said: str, key: Key) -> bool:
    """Whether words name another method; a formula names none, and needs no vocabulary of methods."""
    return any(w not in GREEK_NAMES for w in re.findall(r"[A-Za-z]{2,}", said)) and foreign(said, key)


def claim_from(s: Sentence, k: int, key: Key) -> tuple[bool | None, int]:
    """Whether the claim that begins with a clause of a sentence holds, and where it ends; None where none begins there."""
    before = joined([s[:k]])
    ranks = _RANKED.search(s[k].text) is not None
    if not s[k].text.strip() or _OTHERWISE.search(before) or _NOT_OPTIMAL.search(before) or (not ranks and _of_another(before, key)):
        return None, k
    if k and (any(_OPENS_A_CASE.match(c.text) for c in s[:k]) or _IN_AN_EXAMPLE.search(before) or numbers_given(before, key) > 1):
        return None, k  # what holds in a case is said of that case
    for end in range(min(len(s), k + _LONGEST), k, -1):
        if sum((c.mark[-1:] == "(") - (c.mark == ")") for c in s[k + 1 : end]) != 0:
            continue  # a bracket goes on
        said = joined([[Clause("", s[k].text), *s[k + 1 : end]]]).lstrip(" .,;:!()\n").rstrip(" .,;:!(\n")
        said = said if said.endswith("\\)") else said.rstrip(" .,;:!()\n")
        if not said or _OTHERWISE.search(said) or _DENIED_BEHIND.search(said):
            continue
        true = ranked_told(said, key) if ranks else None
        if true is None and not (ranks and _of_another(before, key)) and not _of_another(said, key):
            true = claim_said(said, key)
        if true is not None:
            return true, end
    return None, k
