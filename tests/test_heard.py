"""The words a pattern is said to need stand in every text that it matches: texts are drawn from the patterns themselves."""

from __future__ import annotations

import random
import re
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

import pytest

from derive.grading.cases import ranked
from derive.grading.finding import candidates as C
from derive.grading.finding import changing_words, interpret, offered, plain_text, reply, selection
from derive.grading.letters import determined
from derive.grading.text.heard import needs, stems
from derive.grading.words import meanings

NEEDED = {
    C._FINAL: C._FINAL_NEEDS, C._THEREFORE: C._THEREFORE_NEEDS, C._BEFORE_WITHDRAWS: C._BEFORE_NEEDS, C._AFTER_WITHDRAWS: C._AFTER_NEEDS, C.SUPERSEDES: C._SUPERSEDES_NEEDS,
    C._RETRACTS: C._RETRACTS_NEEDS, C._CORRECTS: C._CORRECTS_NEEDS, C._NEGATED: C._NEGATED_NEEDS, C._PART_OF: C._PART_NEEDS, C._REMARK: C._REMARK_NEEDS,
    changing_words.CHANGED_BEFORE: changing_words.CHANGED_NEEDS, determined._CONJUGATE: determined._CONJUGATE_NEEDS, interpret._UNTIED: interpret._UNTIED_NEEDS,
    plain_text.CHOICE: plain_text._CHOICE_NEEDS, ranked._RANKED: ranked._RANKED_NEEDS, meanings._REDEFINED: meanings._REDEFINED_NEEDS, reply._NO_ANSWER: reply._NO_ANSWER_NEEDS,
    reply._ANNOUNCED: reply._ANNOUNCED_NEEDS, selection.CONVEX: selection.CONVEX_NEEDS, selection.OTHERS_STAY: selection.OTHERS_NEED, meanings._DENOTES: meanings._DENOTES_NEEDS,
    offered._AHEAD: offered._NEEDS, offered._BEHIND: offered._NEEDS,
}


def drawn(tree: Any, rng: random.Random, groups: dict[int, str]) -> str:
    """A text that a parsed pattern may match; what it looks at beside itself is left out, so that it may also match none."""
    out = ""
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            out += chr(value)
        elif name in ("NOT_LITERAL", "ANY"):
            out += "q"
        elif name == "IN":
            out += _one_of(value, rng)
        elif name == "BRANCH":
            out += drawn(rng.choice(value[1]), rng, groups)
        elif name == "SUBPATTERN":
            inner = drawn(value[-1], rng, groups)
            groups[value[0]] = inner
            out += inner
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = value
            out += "".join(drawn(inner, rng, groups) for _ in range(rng.randint(least, min(int(most), least + 2))))
        elif name == "GROUPREF":
            out += groups.get(value, "")
    return out


def _one_of(choices: Any, rng: random.Random) -> str:
    kind, value = rng.choice([c for c in choices if str(c[0]) != "NEGATE"])
    if any(str(c[0]) == "NEGATE" for c in choices):
        return " "
    if str(kind) == "LITERAL":
        return chr(value)
    if str(kind) == "RANGE":
        return chr(rng.randint(*value))
    return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "q", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "q"}[str(value)]


@pytest.mark.parametrize("pattern", NEEDED, ids=lambda p: p.pattern[:30])
def test_every_match_holds_a_word_that_is_needed(pattern: re.Pattern[str]) -> None:
    rng, matched = random.Random(3), 0
    tree = sre.parse(pattern.pattern, pattern.flags)
    for _ in range(800):
        text = drawn(tree, rng, {})
        text = rng.choice((text, text.upper(), f"Then {text}", f"{text} ", f"{text}. It is"))
        if pattern.search(text) is not None:
            matched += 1
            assert not NEEDED[pattern].isdisjoint(stems(text)), text
    assert matched > 100


def test_stems_are_the_beginnings_of_words_in_any_case() -> None:
    assert stems("So the FINAL answer_2 isn't $x^2$.") == {"so", "the", "final", "answer", "isn", "t", "x"}
    assert stems("FİNAL, ſo") == {"final", "so"} and needs("final so") <= stems("FİNAL, ſo")
    assert re.search("final", "FİNAL", re.I) is not None and re.search("so", "ſo", re.I) is not None
