"""A person's notes between the words of a model: told by how they speak, and by where they stand.

The annotator speaks of the model in the third person, judges ("correctly identifies ..."), or
tells how it was prompted. The model speaks as `we` and `let me`, to itself, in formulas. Each cue
has a weight; a paragraph is a note from `STRONG` upwards, beside another note from `WEAK`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.transcripts.blocks import Block
from derive.transcripts.note_cues import CUES

STRONG = 1.5
WEAK = 0.5
_UNLIKE = -1.5  # at or below this, not even the place makes a paragraph a note

_QUOTED = re.compile(r"[\"“][^\"“”]{0,400}[\"”]")
_INLINE = re.compile(r"\$[^$]+\$|\\\(.+?\\\)")
_FORMULA_COST = 0.2
_READ_AT_MOST = 4000  # characters of a paragraph that are scored
_FORMULA_COST_MOST = 1.5


def note_score(text: str) -> float:
    """How much a paragraph speaks like an annotator (positive) or like the model (negative)."""
    bare = text[:_READ_AT_MOST].replace("’", "'").replace("‘", "'").strip()
    bare = re.sub(r"^(?:[>\s]+|[*_]{1,3}(?=\w))", "", bare)
    bare = _QUOTED.sub(' "" ', bare)
    formulas = len(_INLINE.findall(bare))
    bare = _INLINE.sub(" x ", bare)
    score = sum(weight for pattern, weight in CUES if pattern.search(bare))
    return score - min(_FORMULA_COST_MOST, _FORMULA_COST * formulas)


def find_notes(blocks: Sequence[Block], strong: float = STRONG, by_place: bool = True) -> set[int]:
    """Indices of the blocks that are an annotator's notes.

    by_place: beside the way of speaking, place decides: what stands between the two halves of
    a sentence that goes on behind it was put there by someone else. Not so in pages, where
    formulas have left holes, nor in pasted statements.
    """
    scores = [note_score(b.text) if b.kind == "prose" else float("-inf") for b in blocks]
    notes = {i for i, score in enumerate(scores) if score >= strong}
    if by_place:
        notes |= _inserted(blocks, scores)
    notes |= _weak_runs(scores, strong)
    for order, before in ((range(len(blocks)), -1), (range(len(blocks) - 1, -1, -1), 1)):
        for i in order:
            if scores[i] >= WEAK and i + before in notes:
                notes.add(i)
    return notes


def _weak_runs(scores: Sequence[float], strong: float) -> set[int]:
    """Neighbours that are each weak evidence, and together strong (a third above one paragraph's)."""
    found: set[int] = set()
    run: list[int] = []
    for i, score in enumerate((*scores, float("-inf"))):
        if score >= WEAK:
            run.append(i)
            continue
        if len(run) > 1 and sum(scores[k] for k in run) >= strong * 4 / 3:
            found.update(run)
        run = []
    return found


def _inserted(blocks: Sequence[Block], scores: Sequence[float]) -> set[int]:
    found: set[int] = set()
    for i, block in enumerate(blocks):
        if not (block.kind == "prose" and _breaks_off(block.text)):
            continue
        between: list[int] = []
        for j in range(i + 1, min(len(blocks), i + 12)):
            other = blocks[j]
            if other.kind != "prose":
                break
            if _goes_on(other.text):
                found.update(between)
                break
            if scores[j] <= _UNLIKE:
                break
            between.append(j)
    for i in range(1, len(blocks) - 1):
        before, here, after = blocks[i - 1], blocks[i], blocks[i + 1]
        # A formula, a whole sentence with no formula in it, then a clause in small letters: the clause
        # continues the formula.
        if before.kind == "formula" and here.kind == after.kind == "prose" and _goes_on(after.text):
            whole = re.search(r"[.!?…]\s*$", here.text) and re.match(r"[A-Z]", here.text)
            if whole and not _INLINE.search(here.text) and scores[i] > _UNLIKE / 2:
                found.add(i)
    return found


def _breaks_off(text: str) -> bool:
    """Whether a paragraph stops in the middle of a sentence."""
    return bool(re.search(r"[A-Za-z,]\s*$", text)) and len(text.split()) >= 4


def _goes_on(text: str) -> bool:
    """Whether a paragraph starts in the middle of a sentence."""
    return bool(re.match(r"[a-z]{2,}[\s,.:;?!]|[a-z][a-z]+$", text))
