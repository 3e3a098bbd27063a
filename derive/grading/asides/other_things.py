"""A text that begins with its answer between delimiters and goes on about other things: 'F. The linear part contributes G', 'F. There are 4L all-reduces in a step'.

A formula behind the answer is another answer if it is said of the answer, of nothing, or as an equation for the unknown. It is none if the clause names another subject before it, or
if it is an equation for a letter of its own. The words behind the answer are looked at all the same.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.units import Clause, Sentence, joined, sentences
from derive.grading.asides.values import equations, formula
from derive.grading.keys import Key
from derive.grading.segments import delimited
from derive.grading.words import vocabulary as V
from derive.grading.words.clauses import MINE
from derive.grading.words.vocabulary import form_of, known
from derive.maths import expr as E

_SUBJECT = re.compile(
    r"[\s*_(]*(?:(?:and|but|also|here|moreover|indeed|note that|in it|whereas|while|of course)\b,?\s*)*(?:(?:by|on|with|in|for)\s+[a-z][^,$]{3,60}?,?\s+)?"
    r"(?:(?:the|an?|each|every|both|its|all|one|such|a usual|our)\s+(?P<noun>(?:[A-Za-z-]+\s+){1,5})|there\s+(?:is|are)\s+(?=\S))(?P<rest>.*)", re.I | re.S)
_VERB = re.compile(r"\b(?:is|are|has|have|does|do|contributes?|gives?|stays?|needs?|sends?|receives?|adds?|lies|grows|falls|moves?|counts?|makes?|costs?|takes?|becomes|consists?|carries|"
                r"keeps?|would|can|drives|"
                   r"multiplies|equals|reaches|passes|holds|enters|exceeds|comes)\b", re.I)
_TURNS = re.compile(r"\b(?:answer|correct\w*|actual\w*|true|final\w*|instead|should|must|rather|wait|mistake|wrong|hence|therefore|thus|so|finally|result\w*|overall|altogether|in total|"
                r"total|really|forgot|"
                    r"right|or)\b", re.I)
_TRIVIAL = re.compile(r"\\?[A-Za-zα-ωΑ-Ω]+(?:_\{?\w{1,3}\}?)?'?|\\?\|?\|?\\?[A-Za-z]+\\?\|?\|?(?:_\{?\\?\w+\}?)?|[LℓRr]\S{1,6}|\d")


def before_other_things(text: str, key: Key) -> str:
    """The first sentence of a text whose later sentences are about other things; '' where they may give another answer."""
    if not delimited(text) or len(text) > 1_500:
        return ""
    found = sentences(text.strip())
    first = joined([found[0]]).strip() if found else ""
    rest = [s for s in found[1:] if joined([s]).strip()]
    if not rest or "?" in first or not delimited(first) or any(not _of_other_things(s, key) for s in rest):
        return ""
    return first


def _of_other_things(s: Sentence, key: Key) -> bool:
    if any(c.mark.startswith("?") for c in s) or len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\$[^$]*\$", " ", joined([s])))) < 3:
        return False
    if any(formulas(c.text, key.wanted.scope) and not re.search(r"[A-Za-z]{2}", re.sub(r"\$[^$]*\$", " ", c.text)) and not _of_another_letter(c.text, key) for c in s):
        return False  # a formula that stands alone
    named = False
    for c in s:
        found = [f for _, f in formulas(c.text, key.wanted.scope) if not _TRIVIAL.fullmatch(f)]
        m = _names_another(c, key)
        named = named or m
        if found and not m and not all(_of_another_letter(f, key) or _of_another_shape(f, key) for f in found) and not (named and c is not s[0] and not _about_the_answer(c.text)):
            return False
        if found and _TURNS.search(re.sub(r"\$[^$]*\$", " ", c.text)):
            return False
    return True


def _names_another(c: Clause, key: Key) -> bool:
    """Whether a clause begins with a subject that is not the answer, before any formula."""
    m = _SUBJECT.match(c.text)
    if m is None:
        return False
    words = [form_of(w) for w in re.findall(r"[A-Za-z-]+", (m["noun"] or m["rest"][:40]))]
    verb = next((k for k, w in enumerate(words) if _VERB.fullmatch(w)), len(words))
    subject = words[:verb]
    asked = {form_of(w) for w in re.findall(r"[A-Za-z-]{3,}", key.part.says)}
    return bool(subject) and not any(w in MINE or w in asked or known(w, V.ANSWER) for w in subject) and _VERB.search(c.text) is not None


def _about_the_answer(text: str) -> bool:
    return re.search(r"\b(?:it|this|that|which|answer|solution|update|minimi[sz]er|value|count|number)\b", text, re.I) is not None


def _of_another_letter(formula: str, key: Key) -> bool:
    """Whether a formula is an equation for another letter than the unknown."""
    told = equations(formula, key)
    if not told:
        m = re.match(r"\s*\\?(?P<name>[A-Za-z]+)(?:_\{?\w+\}?)?\s*:?=(?!=)", formula)
        return m is not None and bool(key.wanted.asked) and m["name"] not in (key.wanted.asked, *_aliases(key)) and len(m["name"]) < 8
    return all(s.ops[:1] == ("=",) and s.terms[0].op in ("new", "sym") and s.terms[0] != E.sym(key.wanted.asked, key.wanted.shape) and bool(key.wanted.asked) for s in told)


def _of_another_shape(text: str, key: Key) -> bool:
    """Whether a formula has other dimensions than the answer."""
    e = formula(text, key)
    return e is not None and len(e.shape) != len(key.wanted.shape) and not E.is_number(e, 0)


def _aliases(key: Key) -> tuple[str, ...]:
    symbol = key.problem.symbols.get(key.wanted.asked)
    return tuple(a.lstrip("\\") for a in symbol.aliases) if symbol is not None else ()
