"""What a clause beside an answer does: it announces, tells how the formula came about, or changes what was asked."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.words import vocabulary as V
from derive.grading.words.clauses import CORRECTING, MINE, Nouns
from derive.grading.words.sentences import Sentence
from derive.grading.words.vocabulary import changed, changing, known

_CONNECTIVES = frozenset("so thus hence therefore then and consequently accordingly that finally ergo but".split())


def verb_of_it(clause: Sentence, nouns: Nouns) -> str:
    """The unknown word right before a formula where the answer stands before it: a verb, 'the answer exceeds F'."""
    words = [b.text for b in clause if b.kind == "word"]
    return words[-1] if any(w in MINE for w in words[:-1]) and not known(words[-1], CORRECTING, nouns) else ""


def denied(clause: Sentence) -> str:
    """A negation at the end of a clause."""
    return clause[-1].text if clause[-1].text in ("not", "never", "no", "hardly") else ""


def works_out(clause: Sentence) -> bool:
    """Whether a clause holds a formula of its own and no word that makes another value of the answer: 'n messages up and n down: ...'.

    A word right before a formula is about that formula: 'half of alpha'.
    """
    if not any(b.kind == "formula" for b in clause) or clause[-1].text in ("times", "of", "by", "per"):
        return False
    rest = [b for b in clause if b.text not in ("of", "the")]
    return not any(rest[k + 1].kind == "word" and changed(b.text) for k, b in enumerate(rest[:-1])) and not changed(rest[-1].text)


def announcement(clause: Sentence) -> tuple[int, int]:
    """Where the subject of the last announcing verb of a clause begins, and where the verb stands; -1 where there is none."""
    verb = max((k for k, b in enumerate(clause) if b.kind == "word" and known(b.text, V.ANNOUNCING) and not is_noun(clause, k)), default=-1)
    while verb > 0 and clause[verb - 1].kind == "word" and known(clause[verb - 1].text, V.CERTAINTY):
        verb -= 1
    start = max((k + 1 for k in range(verb) if clause[k].text in _CONNECTIVES), default=0)
    if start == verb and start:
        start = 0 if clause[start - 1].text in ("that", "then") else start
    return start, verb


def is_noun(clause: Sentence, k: int) -> bool:
    """'the weighted mean' is no verb."""
    return clause[k].text == "mean" and k > 0 and clause[k - 1].text not in ("we", "i", "to", "you", "would", "must")


_WAY = re.compile(r"^(?!(?:every|some|any|no)?thing$|during$|s?t?ring$)[a-z]{2,}ing$")


def on_the_way(clause: Sentence) -> bool:
    """The same, where it does not declare or restrict anything."""
    first = next((b.text for b in clause if b.kind == "word" and b.text not in ("and", "so", "then")), "")
    return first in V.REASONS or bool(_WAY.match(first))


def opens_way(clause: Sentence) -> bool:
    """Whether a clause tells how the formula came about: 'setting ... to zero', 'by symmetry', 'since ...', 'if we take ...'."""
    words = [b.text for b in clause if b.kind == "word"]
    while words and words[0] in _LINKING:
        words = words[1:]
    if not words:
        return False
    first = words[0]
    return first in V.REASONS or first in V.DECLARES or first in _WAYS or bool(_WAY.match(first)) or (first in ("per", "as") and words[1:2] == ["the"])


_LINKING = frozenset("and so then thus hence therefore now first finally again here simply just but".split())
_WAYS = frozenset("after to we i under let let's recall note notice observe take solve set according".split())


def own_changed(clause: Sentence) -> str:
    """'halving the answer gives': the participle that changes what was asked, and not something on the way."""
    words = [b.text for b in clause if b.kind == "word"]
    for k, w in enumerate(words):
        if changing(w) and any(x in MINE for x in words[k + 1 : k + (2 if w.endswith("ed") else 7)]):
            return w
    if words and words[0].endswith("ing") and not known(words[0], V.ANNOUNCING) and words[0] not in _FINDING and any(
            w in _ASKED for w in (words[2:3] if words[1:2] in (["the"], ["our"], ["your"]) else words[1:2])):
        return words[0]  # 'amplifying the answer gives'
    if words and len(words) < 4 and words[0] in _WHEN and (changing(words[-1]) or changed(words[-1])) and clause[-1].kind == "word":
        return words[-1]  # 'When doubled, the answer is', 'Before halving, it is'
    return ""


_ASKED = frozenset("answer update solution result minimiser minimizer step".split())
_FINDING = frozenset("""assuming putting setting solving finding computing writing simplifying checking deriving obtaining calling denoting
verifying reading evaluating getting stating giving summarising""".split())
_WHEN = frozenset("when if once after before upon until unless".split())
