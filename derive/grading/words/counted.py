"""Of how much a count is said to be: 'n(n - 1) messages each', 'Each worker sends 2n messages', 'p/n in total'.

The statement says whether the whole is counted, or what one worker sends or one message carries. Words right beside the number that say the other
thing contradict it, however right the number is. What each worker does on the way to the number ('each sends n - 1, so ...') does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive import patterns as re
from derive.grading.keys import Key

_ONE = r"worker|node|machine|server|device|gpu|rank|process(?:or)?|peer|root|leader|client|head|token|image|sample|link|pair|channel|filter|matrix|adapter"
_UNIT = r"(?:messages?|sends?|transfers?|packets?|param(?:eter)?s?|numbers?|floats?|values?|flops?|operations?|multiply-adds|macs?|time units?|units?)"
_EACH = r"(?:each|every|per|a single|any (?:one|single)|one)"
_AFTER = rf"[\s$)*.\\\]]*(?:{_UNIT}\s*)?"
_APIECE = re.compile(rf"{_AFTER}(?:[,(]\s*)?(?:\w+\s+)?(?P<said>each|apiece)(?=[\s*)]*(?:[.,;!]|$))", re.I)
_PER = re.compile(
    rf"{_AFTER}(?:[,(]\s*)?(?:sent\s+|needed\s+)?(?!one\s+message\s+(?:in|for|from|to|between|each)\b)(?P<said>(?:(?:for|by|from|at|in|on)\s+)?{_EACH}\s+(?:of\s+the\s+)?(?:\w+\s+)?(?P<one>{_ONE}|message)s?)\b"
    r"(?!\s+(?:to|and|in turn)\b|,?\s+(?:that|this|it)\s+(?:is|makes|means)\s+(?![A-Za-z]{2,}))", re.I)
_BEFORE = re.compile(
    rf"(?P<said>\b(?:{_EACH}|the|a)\s+(?:of\s+the\s+(?:\w+\s+)?)?(?:\w+\s+)?(?P<one>{_ONE})s?|\beach(?:\s+of\s+them)?)\s+(?:then\s+|thus\s+|must\s+|always\s+)?(?:sends?|transmits?|pushe?s|uploads?|receives?|pulls?|broadcasts?|forwards?)"
    r"(?:\s+(?:and\s+receives|out|exactly|a total of|altogether))?[\s$(\\\[]*$", re.I)
_PER_BEFORE = re.compile(rf"(?P<said>\b{_EACH}\s+(?P<one>{_ONE})s?)\s*[,:]?[\s$(\\\[]*$", re.I)
_WHOLE = re.compile(rf"{_AFTER}(?P<said>in total|in all|altogether|overall|in sum|for all (?:of )?(?:the )?messages(?: together)?|all together)\b(?![^.;\n]{{0,40}}\b(?:each|per|every|one)\b)", re.I)
_ALL = re.compile(
    rf"{_AFTER}(?:[,(]\s*)?(?P<said>(?:summed\s+over|by|over|across|for|of)\s+all\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?(?:{_ONE}|message)s\b|in\s+the\s+whole\s+(?:network|cluster|system))", re.I)
_TOTAL_OVER = re.compile(rf"(?P<said>\btotals?\s+(?:\w+\s+)?(?:over|across|for|by)\s+all\s+(?:of\s+)?(?:the\s+)?(?:{_ONE}|message)s)\s+(?:is|are|:|=|becomes)[\s$(\\\[]*$", re.I)
_DOES = re.compile(r"\s+(?:then\s+|only\s+)?(?:sends?|gets?|receives?|exchanges?|talks?|passes)\b")
_ROUNDS_BEFORE = re.compile(r"(?P<said>\b(?:each|every|per)\s+(?:(?:one\s+)?of\s+the\s+\S{1,20}\s+)?(?:round|phase|step)s?)\s*[,:]?[\s$(\\\[]*$", re.I)
_EXTENT = (rf"(?:in total|in all|altogether|overall|all together|(?:(?:summed|added up|taken)\s+)?(?:over|across|by|for)\s+all\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?(?:{_ONE}|message)s(?:\s+together)?"
           rf"(?:\s+and\s+(?:both|all)\s+(?:phases|directions|rounds))?|(?:per|(?:for|in|by|from|on)\s+(?:each|every|one))\s+(?:{_ONE}|message|block)|each|apiece)")
_BEHIND = re.compile(rf"(?P<number>[^\n;:=]{{1,80}}?[\w)}}\]$])(?:\s*[,(]\s*|\s+)(?:(?:trainable\s+)?{_UNIT}(?:\s+(?:sent|needed|transferred))?\s*[,(]?\s*)?{_EXTENT}[\s).]*", re.I)
OF_ONE = {"size": frozenset(["message"]), "sent": frozenset(["worker"]), "received": frozenset(["worker"])}
"""Quantities that are counted of one thing; all others are counted of the whole."""


_QUESTION = re.compile(r"[^.?]{1,400}\?")


def other_extent(text: str, places: Iterable[tuple[int, int, str]], key: Key) -> str:
    """The words that say a count to be of another extent than is asked. places: where the numbers stand, and of what each is."""
    known = " ".join((*((key.part.says,) if key.part.says else _QUESTION.findall(key.problem.statement)), key.problem.title)).lower()
    places = list(places)
    alone = len({what for _, _, what in places}) == 1
    for start, end, what in places:
        if what in OF_ONE:
            begins = max(text.rfind(c, 0, start) for c in ".;\n,") + 1
            apart = alone or not any(begins < other <= start for _, other, w in places if w != what)
            m = (_WHOLE.match(text, end) if what == "size" and apart else None) or _ALL.match(text, end)
            m = m or _ROUNDS_BEFORE.search(text, max(0, start - 80), start) or _TOTAL_OVER.search(text, max(0, start - 80), start)
            if m is not None:
                return m["said"]
            continue
        if what == "time" and (m := _ROUNDS_BEFORE.search(text, max(0, start - 80), start)) is not None:
            return m["said"]
        sentence = max(text.rfind(c, 0, start) for c in ".;\n,") + 1
        per = _PER.match(text, end)
        if per is not None and ("(" in per[0] or "." in per[0]) and _DOES.match(text, per.end()):
            per = None  # '2n messages (each worker sends two)'
        for m in (_APIECE.match(text, end), per, _BEFORE.search(text, sentence, start), _PER_BEFORE.search(text, sentence, start)):
            if m is not None and not _asked_of_one(m.groupdict().get("one") or "", known):
                return m["said"]
    return ""


def number_before_extent(text: str) -> str:
    """The number of '2n messages, summed over all workers', '12 d^2 parameters per block' without these words (see other_extent), else empty."""
    m = _BEHIND.fullmatch(text.strip()) if len(text) < 200 else None
    return m["number"].strip() if m is not None and re.search(r"(?<!\\)[A-Za-z]{4,}", m["number"]) is None else ""


def _asked_of_one(one: str, known: str) -> bool:
    """Whether the statement counts for one of these: 'what does each worker send', 'per layer'."""
    return bool(one) and re.search(rf"\b(?:per|each|one|a single|every)\s+{one.lower()}\b", known) is not None
