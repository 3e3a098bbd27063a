"""Whether a sentence behind an answer goes on with it: 'This is then halved', 'Now flip the sign'."""

from __future__ import annotations

import re

from derive.grading.words import vocabulary as V
from derive.grading.words.clauses import DECLARING, MINE, MODAL, Nouns, clauses_of, together
from derive.grading.words.sentences import Sentence
from derive.grading.words.taken_back import taken_back
from derive.grading.words.vocabulary import changed, changing, known

_ANAPHORA = frozenset("it this that these those them everything all each every result answer update solution value formula expression vector entries components coordinates above".split())
_ORDERING = frozenset("now then next finally also and but so please lastly remember afterwards afterward subsequently don't forget to".split())
_TRUE = frozenset("true actual real correct proper right".split())
_OPERATION = r"(?:negative|opposite|inverse|half|third|quarter|square|square root|root|reciprocal|double|negation|transpose|complement|log\w*|absolute value)"
_OF_THIS = re.compile(
    rf"\b(?:{_OPERATION}|sum|norm|sign|multiple|fraction) of (?:this|that|it|these|those|what|the (?:above|result|answer|vector|expression|formula|value))\b"
    rf"|\b(?:opposite|reversed?|other|flipped) (?:sign|order)s?\b|\bminus (?:this|that|it)\b|\bits {_OPERATION}\b|\btake[sn]? (?:the |its |a )?{_OPERATION}\b"
    r"|^(?:\w+ ){0,4}factors?(?: \w+){0,2}$|^(?:times|plus|minus|squared|cubed|halved|doubled|negated|twice|half)\b"
    r"|\btimes (?:this|that|it)\b|^(?:per|for (?:each|every|one)|at (?:least|most)|roughly|approximately|about|only|each)\b(?: \w+){0,3}$")
# Words one of which each of these phrases holds, and what opens those that only open a sentence.
_OF_THIS_NEEDS = frozenset("of opposite reverse reversed other flipped minus its take takes taken factor factors times".split())
_OF_THIS_OPENS = frozenset("plus squared cubed halved doubled negated twice half per for at roughly approximately about only each".split())


def _said_of_it(words: list[str], k: int) -> bool:
    """Whether a verb is about the answer: 'square it', 'we scale the result'."""
    return (words[k + 1 : k + 2] != [] and words[k + 1] in _ANAPHORA) or (words[k - 1 : k] in (["we"], ["you"]) and any(x in MINE for x in words[k:]))


_COMMENTS = together(DECLARING, V.COMMENTARY, V.CONTRASTS, V.REASONS)
_LABELLED = re.compile(r"(?:(?:the|which|standard|recovered|resulting|corresponding) )*(?:optimiser|optimizer|method|algorithm|interpretation|name) :")


_INSTANCE = re.compile(r"[^=]+=\s*[-−+\d.,;/\s()\[\]]+(?:\\?\})?")


def _is_instance(clause: Sentence) -> bool:
    """Whether an order only gives numbers to letters: 'Take g = (3, -1), alpha = 2'."""
    return clause[0].text in ("take", "try", "consider") and len(clause) > 1 and clause[1].kind == "formula" and _INSTANCE.fullmatch(clause[1].text.strip("$ ")) is not None


def going_on(sentence: Sentence, nouns: Nouns) -> str:
    """The word of a later sentence that goes on with the answer."""
    aside = next((k for k, b in enumerate(sentence) if k and b.text in V.ASIDE and sentence[k - 1].kind == "mark"), len(sentence))
    sentence = sentence[:aside]
    if _LABELLED.match(" ".join(b.text for b in sentence[:4])) and not any(b.text in MINE for b in sentence):
        return ""
    for clause in clauses_of(sentence):
        words = [b.text for b in clause if b.kind == "word"]
        while words and words[0] in _ORDERING:
            words = words[1:]
        first = words[0] if words else ""
        if changing(first) and not first.endswith("ing") and clause[0].kind == "word" and not known(first, nouns):
            return first
        mine = [k for k, w in enumerate(words) if changing(w) and _said_of_it(words, k)]
        if mine or (changing(first) and any(x in ("answer", "result", "update", "solution") for x in words)):
            return words[mine[0]] if mine else first
        if V.ORDERS.match(first) and clause[0].kind == "word" and not _is_instance(clause):
            return first
        object_at = 2 if words[1:2] == ["the"] else 1
        if len(words) > object_at and words[object_at] in _ANAPHORA and clause[0].kind == "word" and not first.endswith(("ly", "ing")) and not known(first, _COMMENTS, nouns):
            return first
    words = [b.text for b in sentence if b.kind == "word"]
    spoken = " ".join(words)
    of_this = _OF_THIS.search(spoken) if "-" in spoken or not _OF_THIS_NEEDS.isdisjoint(words) or (words and words[0] in _OF_THIS_OPENS) else None
    if of_this is not None:
        return of_this.group()
    denied = taken_back(words, nouns)
    if denied:
        return denied
    about = any(w in _ANAPHORA for w in words)
    for k, w in enumerate(words):
        if not changed(w) or (about and known(w, V.SAID_OF_A_METHOD) and any(x in V.OPTIMISERS for x in words[:k])):
            continue
        if about or any(x in MODAL or x in _TRUE for x in words):
            return w
    return ""
