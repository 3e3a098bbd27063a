"""Answers with an index that nothing defines: wrong where they are wrong whichever index it is."""

from __future__ import annotations

from collections.abc import Iterator

from derive.grading.judging.optimum import shortfall
from derive.grading.keys import Key
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World
from derive.maths.expr import Expr

_WORLDS = 4  # instances of one size in which every index is tried
_MOST = 5  # places of an index that are tried


def wrong_at_every_index(answer: Expr, key: Key) -> Judgement | None:
    """'incorrect' if in one instance no value of the undefined index makes a minimiser of the answer; else None: it stays open."""
    letters = E.free_indices(answer)
    if len(letters) != 1 or key.derivation.kind != "point" or key.truth is not None or answer.shape != key.wanted.shape:
        return None
    letter = next(iter(letters))
    if not _only_an_index(answer, letter):
        return None  # a number of the text's own
    for w, count in _worlds(key):
        try:
            short = [shortfall(E.replace(answer, {E.idx(letter): E.num(i)}), key, w) for i in range(1, count + 1)]
        except (NotEvaluable, Undefined, E.ShapeError):
            continue
        if short and all(s is not None for s in short):
            shown = short[0]
            assert shown is not None
            witness = shown()
            note = f"The text does not say which index {letter} is, and none makes it right: with {letter} = 1, {witness.note[:1].lower()}{witness.note[1:]}"
            return Judgement(Verdict.INCORRECT, note, "proved", witness)
    return None


def _only_an_index(e: Expr, letter: str) -> bool:
    """Whether a letter stands only where an index does: of an entry, or of a unit vector."""
    inner = e.args[:1] if e.op == "at" else () if e.op == "basis" else e.args
    return e != E.idx(letter) and all(_only_an_index(a, letter) for a in inner)


def _worlds(key: Key) -> Iterator[tuple[World, int]]:
    size = key.wanted.shape[0] if key.wanted.shape else None
    for ws in key.generic:
        for w in ws.worlds[:_WORLDS]:
            count = w.dims.get(size) if isinstance(size, str) else size
            if isinstance(count, int) and 1 < count <= _MOST:
                yield w, count
