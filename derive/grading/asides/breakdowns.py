"""Clauses beside a count that say how it comes about, or what it adds up to."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.checked import Checked
from derive.grading.asides.runs import NUMBERS, formula_first, formulas
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key, key_of
from derive.maths import expr as E

_NONE: Checked = (None, "")
_ALL_IN_ALL = re.compile(r"\s*(?:(?:so|thus|hence|and)\s+)?(?:that is\s+)?(?:all in all|in total|altogether|in all),?\s+(?=\S)", re.I)
_SENT = re.compile(r"\s*(?:numbers?|parameters?|floats?|values?)\s*(?:(?:are|is)\s+(?:sent|moved|transferred|exchanged|communicated))?\W*", re.I)
_TOTAL = re.compile(r"\s*(?:(?:for|giving|making|so|that is|i\.e\.|with|and)\s+)?(?:a|the|in)?\s*total\s+(?:traffic|volume|load|amount of data|data|communication)?\s*(?:is|of|:|being)?\s*", re.I)
_EACH = re.compile(r"\b(?:per|each|every|a\s+(?:round|step|phase))\b", re.I)
_EACH_TO = re.compile(
    r"(?:as |since |because |here )?(?:each|every\s+one|all)\s+(?:of\s+)?(?:the\s+|these\s+)?(?P<a>\S{1,20})\s+(?:workers?|machines?|nodes?|members?|ranks?)\s+(?:sends?|transmits?"
    r"|writes?|talks?|broadcasts?)\s+"
    r"(?:(?:one|a|its|exactly\s+one)\s+(?:message|copy|vector|gradient|send)?\s*)?to\s+(?:each\s+of\s+|every\s+one\s+of\s+|all\s+)?(?:the\s+|its\s+)?(?:other\s+)?(?P<b>\S{1,20}(?:\s*[-−]\s*\d)?)\s+"
    r"(?:others?|other\s+(?:workers?|machines?|nodes?|members?|ranks?))", re.I)
_PHASES = re.compile(r"\s*(?:(?:there\s+are|in|we\s+have|it\s+has)\s+)?(?P<times>two|three|2|3)\s+(?:phases|halves|stages|passes|directions|sweeps)\s+(?:of|with|each\s+of)\b", re.I)
_TWICE = re.compile(r"\s+(?P<times>twice)(?=\s*[,;)])", re.I)
_INTO = re.compile(r"^\s*(?:[a-z]+\s+)?(?:in|into|over|among|split\s+\w+|cut\s+into)\s+(?:the\s+)?$", re.I)
_ROUNDS = re.compile(r"\bin\s+(?:each|every one)\s+of\s+(?:the\s+)?[^a-z]*n?[^a-z]*\s(?:rounds|steps)\s+(?:every|each)\s+"
    r"(?:worker|node|machine)\s+(?:sends|passes|forwards)\s+(?:exactly\s+)?(?P<number>\w+)\s+(?:chunk|message|piece)s?\b", re.I)
_DOUBT = re.compile(r"\b(?:not|but|or|wrong|if|unless|only|except|half|twice|double\w*|times|minus|without|plus|of the|actually|wait)\b|n't\b", re.I)


def breakdown(said: str, key: Key) -> Checked:
    """'n up and n down', 'n-1 rounds of this, n-1 rounds of that, n messages per round', 'p numbers in n chunks': what adds up or multiplies to the count."""
    required = key.derivation.answer
    if key.part.ask != "count" or required is None or required.shape or len(said) > 200 or _DOUBT.search(_TWICE.sub(" ", said.replace("each of the", "each").replace("two phases of"
        " the", "two phases of"))):
        return _NONE
    each = _EACH_TO.fullmatch(re.sub(r"\$", "", said).strip(" .,;:()")) if key.part.what == "messages" else None
    if each is not None:
        senders, others = formula(each["a"], key), formula(each["b"], key)
        return _NONE if senders is None or others is None or senders.shape or others.shape else (equal(E.mul(senders, others), required, key), "")
    found = formulas(said, key.wanted.scope)
    read = [formula(f, key) for _, f in found]
    terms = [e for e in read if e is not None]
    times = _PHASES.match(said)
    if times is None and (twice := _TWICE.search(said)) is not None:
        times, said = twice, said[: twice.start()] + said[twice.end() :]
    rounds = _ROUNDS.search(re.sub(r"\$", " ", said))
    if rounds is not None and len(terms) == 1 and key.part.schedule is not None:
        sent = E.num(NUMBERS.get(rounds["number"].lower(), 1))
        return (True, "") if equal(E.mul(E.mul(terms[0], E.sym(key.problem.schedule(key.part.schedule).workers)), sent), required, key) else _NONE
    if len(terms) < 2 or len(terms) < len(read):
        return _NONE
    last = said[found[-2][0] + len(found[-2][1]) :]
    behind = said[found[-1][0] + len(found[-1][1]) :]
    if len(terms) == 2 and _INTO.match(said[found[0][0] + len(found[0][1]) : found[1][0]].replace("$", " ")):
        total = E.div(terms[0], terms[1])
    elif _EACH.search(behind) or _EACH.search(last):
        total = terms[0]
        for t in terms[1:-1]:
            total = E.add(total, t)
        total = E.mul(total, terms[-1])
        if times is not None:
            total = E.mul(E.num(NUMBERS.get(times["times"].lower(), 2)), total)
    else:
        total = terms[0]
        for t in terms[1:]:
            total = E.add(total, t)
    return (True, "") if equal(total, required, key) else _NONE


_A_LABEL = re.compile(r"\s*total\s*=", re.I)  # what the answer itself is called


def total(said: str, key: Key) -> Checked:
    """'for a total traffic of 2np', where the size of one message is asked: messages times size."""
    m = None if _A_LABEL.match(said) else _TOTAL.match(said) or _ALL_IN_ALL.match(said)
    told = formula_first(said[m.end() :], key) if m is not None else None
    part, required = key.part, key.derivation.answer
    if told is None or (told[1].strip() and not _SENT.fullmatch(told[1])) or required is None or part.schedule is None or part.what != "size":
        return _NONE
    other = next((p for p in key.problem.parts if p.schedule == part.schedule and p.what == "messages"), None)
    messages = key_of(key.problem, other, False).derivation.answer if other is not None else None
    return (equal(E.mul(messages, required), told[0], key), "") if messages is not None else _NONE


