"""A sentence beside an answer in clauses, and the words that may stand in each."""

from __future__ import annotations

import re
from functools import lru_cache

from derive.grading.words import vocabulary as V
from derive.grading.words.sentences import Sentence

Nouns = frozenset[str]


def clauses_of(bits: Sentence) -> list[Sentence]:
    """What commas, colons, brackets and dashes part; without the labels of other formulas ('Adam: F')."""
    out: list[Sentence] = [[]]
    for k, b in enumerate(bits):
        if b.kind != "mark":
            out[-1].append(b)
            continue
        after = bits[k + 2 : k + 3] if bits[k + 1 : k + 2] and bits[k + 1].text == "(" else bits[k + 1 : k + 2]
        if b.text == ":" and after and after[0].kind == "formula":
            out[-1] = []
        out.append([])
    return [c for c in out if c]


_NOT_A_STATISTIC = re.compile(r"(?:and )?not (?:the|their|its|of the|by the) (?:largest |smallest |squared |euclidean |signed )?"
    r"(?:maximum|minimum|mean|average|median|squares|sum|product|entry|entries|euclidean norm|number)"
                              r"(?: of (?:the|their|its) \w+)?")


def without_denied(clause: Sentence) -> Sentence:
    """Without 'not F' and 'not Adam': what the answer is not."""
    if _NOT_A_STATISTIC.fullmatch(" ".join(b.text for b in clause)):
        return []
    out: Sentence = []
    k = 0
    while k < len(clause):
        denied = clause[k].text == "not" or [b.text for b in clause[k : k + 2]] in (["rather", "than"], ["instead", "of"])
        if denied and clause[k].text == "not" and any(b.text in V.OPTIMISERS for b in clause[k + 1 : k + 3]):
            k += next(j for j in (1, 2) if clause[k + j].text in V.OPTIMISERS) + 1  # 'which is not Adam'
            continue
        if denied and any(b.kind != "word" for b in clause[k + 1 : k + 4]):
            k += next(j for j in range(1, 4) if clause[k + j].kind != "word") + 1
            continue
        out.append(clause[k])
        k += 1
    return out


@lru_cache(maxsize=64)
def together(*vocabularies: frozenset[str]) -> frozenset[str]:
    """The words of several vocabularies, as one and the same object each time."""
    return frozenset().union(*vocabularies)


LEADING = together(V.LITTLE, V.ANNOUNCING, V.ANSWER, V.KINDS, V.FOUND, V.ADVERBS, V.UNITS, V.CERTAINTY, V.REMARKS, V.METHODS, V.CASES)
CORRECTING = together(LEADING, V.CORRECTING)
TAILING = together(LEADING, V.DECLARES)
ATTACHED = together(
    V.LITTLE - {"again", "too", "than"}, V.ANNOUNCING, V.BESIDE, V.FOUND, V.ADVERBS - {"up", "down", "back", "forth"}, V.UNITS, V.CERTAINTY, V.REMARKS, V.METHODS, V.CASES, V.DECLARES)
DECLARING = together(TAILING, V.MATHEMATICAL)
ORDERED = together(DECLARING, V.ORDERED)
MINE = frozenset("answer update solution result it this that minimiser minimizer everything value these those them".split())
"""What a sentence calls the answer."""
MODAL = frozenset("must should needs need ought shall remains".split())
"""What tells the reader what the answer should be."""
