"""That what is asked does not exist, said beside an answer which is it: 'if two entries tie, the problem has no minimiser', 'the minimum is not attained',
or that it is of another kind: 'every $u$ is a minimiser' of one that is always the only one, 'the longest of all solutions', 'the supremum is infinite'.

A part with a derived minimiser or limit has one for all that is declared. Said of a case that the declarations exclude ('for negative alpha'), the words are no such claim.
"""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.asides.runs import formulas
from derive.grading.asides.special_values import assigned, key_there
from derive.grading.judging.holding import truths
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.read import readings

MAX_TEXT = 4_000
_ASKED = frozenset(("argmin", "argmax", "limit"))
_ONE = (r"(?:(?:feasible|finite|optimal|global)\s+)?(?:minimi[sz]ers?|maximi[sz]ers?|(?:shortest|nearest|closest)\s+(?:vector|point|solution)|"
    r"solutions?|optim(?:um|a|al\s+points?)|minimum|maximum|limit|answer)")
_END = r"(?=\s*(?:[.,;:!)\n]|\Z|at\s+all\b|in\s+(?:that|this)\s+case\b|then\b|whatsoever\b|if\b|when|for\b|unless\b|in\s+general\b|whenever\b|exists?\b|anymore\b|any\s+more\b))"
_DENIED = re.compile(
    rf"\b(?:(?:ha(?:s|ve)|admits?|there\s+(?:is|are|exists?)|possess(?:es)?)\s+no\s+{_ONE}{_END}|no\s+{_ONE}\s+(?:exists?|is\s+attained|can\s+be\s+attained){_END}"
    rf"|{_ONE}\s+(?:is|are)\s+(?:not|never)\s+(?:attained|reached|achieved){_END}|{_ONE}\s+(?:does\s+not|doesn't|need\s+not|may\s+not|might\s+not|fails?\s+to|cannot|can't)\s+exist{_END}"
    r"|(?:problem|objective|program|it)\s+(?:is|becomes)\s+(?:infeasible|unbounded(?:\s+(?:below|above))?)" + _END + ")", re.I)
_NEEDS = needs("minimizer minimiser minimizers minimisers maximizer maximiser maximizers maximisers solution solutions optimum optima optimal minimum maximum limit infeasible unbounded answer "
               "shortest nearest closest")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
_SUPPOSED = re.compile(r"\b(?:if|when|whenever|for|unless|without|suppose|assum\w*|case|were|would|had|could|otherwise|else|where|provided|only)\b", re.I)
_OF_EQUALS = re.compile(r"\b(?:ties?|tied|equally|several|two\s+(?:or\s+more\s+)?(?:\w+\s+)?(?:entries|components|coordinates)|(?:entries|components|coordinates)\s+(?:are\s+equal|coincide))\b", re.I)

_NOT_BEFORE = re.compile(r"\b(?:not|no|never)\b")
_INFINITE = re.compile(r"\b(?:supremum|infimum|maximum|minimum|optimal value|sup|inf)\s+(?:itself\s+)?is\s+(?:infinite|plus\s+infinity|minus\s+infinity|unbounded)\b", re.I)
_LONGEST = re.compile(r"\b(?:longest|largest|biggest|farthest|maximum[- ]norm|largest[- ]norm)\s+(?:of|among|one\s+(?:of|among)|solution|vector)\s*(?:of\s+"
    r"|among\s+)?(?:all\s+)?(?:the\s+|these\s+|possible\s+)?(?:solutions?|interpolants?|interpolators?)\b", re.I)
_MANY = re.compile(
    r"\b(?:every|any|all|each)\s+(?:\$?\\?[A-Za-zα-ω]\$?|(?:other\s+)?(?:vector|point|choice|direction|step|update)s?)(?:\s+\$?\\?[A-Za-zα-ω]\$?)?\s+(?:is|are)\s+(?:then\s+)?(?:(?:an?|also|equally)\s+)*"
    r"(?:minimi[sz]ers?|maximi[sz]ers?|optimal|solutions?)\b", re.I)
"""Said of a part whose solution is always the only one, it is false in every case."""


def _not_so(text: str, key: Key) -> str:
    """Many solutions of a part that has one always, the longest of many, an optimal value that is infinite where it is finite; '' where none is said."""
    if key.part.ask == "value":
        m = _INFINITE.search(text) if "nfini" in text else None
        return m.group() if m is not None and _SUPPOSED.search(text[max(0, m.start() - 60) : m.end() + 40]) is None else ""
    if key.part.ask not in _ASKED:
        return ""
    if key.derivation.unique == "always" and key.wanted.settled and (m := _MANY.search(text)) is not None:
        return m.group()
    m = _LONGEST.search(text) if "solution" in text else None
    return m.group() if m is not None and not _NOT_BEFORE.search(text, max(0, m.start() - 30), m.start()) else ""


def existence_denied(text: str, key: Key) -> str:
    """The words of a text that deny that what is asked exists, where it does; '' where there are none."""
    if len(text) <= MAX_TEXT and (other := _not_so(text, key)):
        return other
    if len(text) > MAX_TEXT or key.part.ask not in _ASKED or key.derivation.answer is None or _NEEDS.isdisjoint(stems(text)):
        return ""
    for m in _DENIED.finditer(text):
        begins = max((e.end() for e in _SENTENCE.finditer(text, 0, m.start())), default=0)
        ends = _SENTENCE.search(text, m.end())
        said = text[begins : ends.start() if ends is not None else len(text)]
        about = said.replace(m.group(), " ", 1)
        if _SUPPOSED.search(about) is None or _OF_EQUALS.search(about) or any(_can_be(f, key) for _, f in formulas(about, key.wanted.scope)):
            return said.strip()
    return ""


def _can_be(condition: str, key: Key) -> bool:
    """Whether a condition on the declared letters is met within their domains."""
    given = assigned(condition, key)
    if isinstance(given, list) and given:
        return key_there(given, key) is not None
    try:
        found = readings(condition, key.wanted.scope)
    except ReadError:
        return False
    rels = [E.rel(s.ops[0], *s.terms) for s in found[0].statements if len(s.ops) == 1 and s.ops[0] in ("<", "<=", ">", ">=") and s.terms[0].shape == s.terms[1].shape
            and not any(E.has(t, "new") or E.free_indices(t) for t in s.terms)]
    return bool(rels) and all(True in truths(r, key) for r in rels)
