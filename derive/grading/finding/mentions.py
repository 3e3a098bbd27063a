"""Formulas that stand in a sentence and answer nothing: 'Let $q=p/(p-1)$ be the conjugate exponent', 'With $n$ workers, ...'.

A sentence that begins with 'Let', 'Put', 'Define' says what a letter of the text's own means, and an identity behind it with 'so that' what
that amounts to; an equation for the point at which a value is attained is not the value; a declared symbol alone before a noun, where the
sentence only sets the scene, is the symbol's name. Neither is a second answer beside a formula that could be one. Where nothing but symbols
stands, they remain answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive import patterns as re
from derive.grading.finding.candidates import Candidate
from derive.grading.finding.wanted import Wanted
from derive.grading.text.segments import Piece
from derive.maths.signs import GREEK_NAMES, SPOKEN, SPOKEN_NUMBERS
from derive.maths.symbols import Scope

_GREEK = "|".join(sorted(GREEK_NAMES, key=len, reverse=True))
_FUNCTIONS = "sqrt|norm|sign|sum|max|min|abs|exp|log|ln"
_LETTER = rf"(?:{_GREEK}|[A-Za-zα-ωΑ-Ω])"
_RUN = rf"(?:[^A-Za-z.,;:!?$\\\n]|[.,](?=\d)|(?<![A-Za-z])(?:{_GREEK}|{_FUNCTIONS}|[A-Za-z]{{1,2}})(?![A-Za-z]))"
_WORD = rf"(?!(?:{_GREEK}|{_FUNCTIONS})(?![A-Za-z]))(?:[A-Za-z]{{3,}}|in|at|on|is|so|to|by|of|or|if|we|it|as)(?![A-Za-z(_^])"
_DEFINED_INSIDE = re.compile(
    rf"(?<![\w^\\-])(?P<lead>[A-Za-z]{{2,}})[ ,:]*\s(?P<name>{_LETTER}(?:_\w)?)\s*:?=(?![=>])\s*"
    rf"(?P<value>{_RUN}{{1,160}}?)(?=\s+(?P<after>{_WORD})|[.,;:!?]*\s*$|[.,;:!?]\s)")
_OPERATES = frozenset((*SPOKEN, *SPOKEN_NUMBERS, "squared", "cubed", "if", "when", "unless", "or", "mod", "of"))


def defined_inside(sentence: str) -> list[str]:
    """The equations for a single letter inside a sentence without delimiters: 'the error contracts by r = 1 - c in every step' holds 'r = 1 - c'."""
    return [f"{m['name']} = {m['value'].strip()}" for m in _DEFINED_INSIDE.finditer(sentence)
            if m["lead"].lower() not in _OPERATES and m["lead"] not in GREEK_NAMES and (m["after"] or "").lower() not in _OPERATES and re.search(r"\w", m["value"])]


_LETS = re.compile(
    r"(?:^|[.;:!?\n,])\s*(?:\d{1,2}[.)]\s*|[-*]\s+)?(?:(?:first|now|here|then|and|so|we|next)\b,?\s+){0,3}"
    r"(?:let(?:\s+us\s+(?:write|put|set|define))?|put|set|write|define|denote|abbreviate|introduce|with|writing|taking)(?:\s+(?:also|first|now|again))?\s*$", re.I)
_ALSO_DEFINED = re.compile(r"\s*(?:,|,?\s*and)\s*(?:(?:put|set|write|let|define)\s*)?", re.I)
_SO_THAT = re.compile(r"\s*[,(]?\s*(?:so that|such that|i\.e\.|that is|which means(?: that)?)\s*,?\s*", re.I)
_IDENTITY = re.compile(r"(?!\s*\\?[A-Za-z]+\s*=)[^=<>]{3,120}=(?![=>])[^=<>]{1,120}\Z", re.S)
_OWN_EQUATION = re.compile(r"\s*(?P<name>\\?[A-Za-z]+)\s*(?:_\s*(?:\{\s*\w{1,9}\s*\}|\w))?\s*:?=(?![=>])")
_THE_ANSWER = re.compile(
    r"\s*(?:be|denote|as)\s+(?:the|our|my)\s+(?:\w+\s+)?"
    r"(?:answer|solution|result|supremum|infimum|optimum|optimal value|maximum|minimum|value|total|count)\b(?!\s+(?:of|entr|coord|comp))", re.I)
_BEGINS = r"(?:^|[.!?:\n]\s|\n)\s*(?:[-*]\s+)?(?:(?:so|thus|hence|here|now|then|therefore)\b,?\s+)?"
_SCENE = re.compile(_BEGINS + r"(?:with|for|among|between|given|across|over|on)\s+(?:the\s+|all\s+|these\s+)?$", re.I)
_SUBJECT = re.compile(_BEGINS + r"(?:(?:each|any|every one|one|all)\s+of\s+)?(?:(?:the|these|all|all the)\s+)?$", re.I)
_NOUN_THEN_COMMA = re.compile(r"\s+[a-z][a-z-]{2,}(?:\s+(?:in|on|of)\s+(?:a|the)\s+[a-z]+)?,\s", re.I)
_AND_ANOTHER = re.compile(r"\s+[a-z][a-z-]{2,}\s+and\s+(?:the\s+)?", re.I)
_COMPUTES = re.compile(r"\b(?:to|times|by|over|into|per|from|(?<!there )(?:is|are)|equals?|answer|sends?|not|than)\s+(?:(?:each|all|every|any|one)\s+(?:of\s+)?)?(?:the\s+)?$|[-+*/^=(]\s*$", re.I)
_OF_SIZE = re.compile(r"\b(?:of|with)\s+(?:the\s+)?(?:radius|dimension|length|width|height|side|variance|degree)\s+$", re.I)
_CHANGED_SIZE = re.compile(r"\b(?:square|cube|root|half|twice|double|inverse|times|answer|result|value|minimum|maximum)\b[^.\n]*$", re.I)
_NOUN = re.compile(r"\s+(?P<noun>[a-z][a-z-]{2,})\b", re.I)
_ACTS = re.compile(r"\s+[a-z][a-z-]{2,}s\s+(?:each\s+)?(?!is\b|are\b|suffice|in all\b|in total\b|altogether\b)[a-z]{3,}", re.I)


def without_mentions(listed: Sequence[Candidate], found: Sequence[Piece], wanted: Wanted) -> list[Candidate]:
    """The candidates without definitions of the text's own letters and without symbols that are only named, as long as an equation or a formula
    of more than one symbol is left that stands behind them (behind or before them, for a symbol)."""
    scope = wanted.scope
    place = {p.start: k for k, p in enumerate(found) if p.formula}
    defined: set[int] = set()
    named: set[int] = set()
    for c in listed:
        if c.rank == 3 or c.withdrawn or c.start not in place:
            continue
        k = place[c.start]
        before, after = _prose(found, k - 1), _prose(found, k + 1)
        follows = k > 1 and found[k - 2].start in defined
        own = _defines_own(c.text, wanted) and not _THE_ANSWER.match(after) and (_LETS.search(before) or (follows and _ALSO_DEFINED.fullmatch(before)))
        if own or (follows and _SO_THAT.fullmatch(before) and _IDENTITY.match(c.text)) or _of_the_point(c.text, wanted):
            defined.add(c.start)
        elif _alone(c.text, scope):
            listed_on = k > 1 and found[k - 2].start in named and _AND_ANOTHER.fullmatch(before) and _NOUN_THEN_COMMA.match(after)
            leads = any(x.start > c.start and x.rank >= 0 and not x.withdrawn and not _alone(x.text, scope) for x in listed)
            if listed_on or _only_named(before, after, _of_what(c.text, scope), leads):
                named.add(c.start)
    if not defined and not named:
        return list(listed)
    behind = max((c.start for c in listed if c.start not in defined | named and not c.withdrawn and c.rank >= 0), default=-1)
    return [c for c in listed if not (c.start in defined and c.start < behind) and not (c.start in named and behind >= 0)]


def _prose(found: Sequence[Piece], k: int) -> str:
    return found[k].text if 0 <= k < len(found) and not found[k].formula else ""


def _defines_own(text: str, wanted: Wanted) -> bool:
    """Whether a formula is an equation for a letter that the statement does not declare."""
    m = _OWN_EQUATION.match(text)
    name = m["name"] if m is not None else ""
    return bool(name) and name.lstrip("\\") != wanted.asked and not wanted.scope.writes(name) and not wanted.scope.writes(name.lstrip("\\"))


def _of_the_point(text: str, wanted: Wanted) -> bool:
    """Whether a formula is an equation for the point of a program whose value is asked."""
    m = _OWN_EQUATION.match(text) if not wanted.asked else None
    return m is not None and m["name"].lstrip("\\") in wanted.unknowns


def _alone(text: str, scope: Scope) -> bool:
    """Whether a formula is a declared symbol and nothing else."""
    name = text.strip()
    return re.fullmatch(r"\\?[A-Za-z]+", name) is not None and (scope.writes(name) or scope.writes(name.lstrip("\\")) or name in scope.dims)


def _of_what(text: str, scope: Scope) -> str:
    """What the statement says of a symbol."""
    name = text.strip()
    return next((s.says for s in scope.symbols.values() if name == s.name or name in s.aliases or name.lstrip("\\") == s.name), "").lower()


def _only_named(before: str, after: str, says: str, leads: bool) -> bool:
    """'With $n$ workers,' and 'each of the $n$ workers sends': the words set the scene, or repeat of what the symbol is the number.

    leads: a formula of more than one symbol stands behind it.
    """
    if _SCENE.search(before) and _NOUN_THEN_COMMA.match(after):
        return True
    if leads and _OF_SIZE.search(before) and not _CHANGED_SIZE.search(before):
        return True  # 'the ball of radius $r$ is convex'
    m = _NOUN.match(after)
    if m is None or re.search(rf"\bnumber of (?:\w+ )?{re.escape(m['noun'].lower())}\b", says) is None:
        return False
    return (leads and not _COMPUTES.search(before)) or (_SUBJECT.search(before) is not None and _ACTS.match(after) is not None)
