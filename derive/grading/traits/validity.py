"""Where an answer is said to hold besides: 'it holds even if X is rank-deficient', 'also valid for singular P'."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import answer_words, compiled
from derive.grading.traits.settings import numbers
from derive.maths.exact import Value, World

_DEFICIENT = r"(?:rank[- ]deficient|singular|not invertible)"
_HOLDS = (r"(?:IT )?(?:holds?|works?|is (?:valid|defined|well[- ]defined|unique|correct)|exists?|stays valid|remains valid|makes sense) (?:(?:even|also) (?:if|when|where|for)) "
          rf"(?:(?:the )?(?:matrix )?(?P<of>[A-Za-z]) (?:is (?P<deficient>{_DEFICIENT})|(?P<full>is of full|ha(?:s|ve) full) (?:(?:row|column) )?rank)"
          rf"|(?:an? )?{_DEFICIENT}(?: matrix)? (?P<of2>[A-Za-z]))")


def said_of_validity(said: Said, key: Key) -> bool | None:
    """Whether the answer is defined where a matrix has not full rank, as is said; None where nothing is said of it."""
    answer = key.derivation.answer
    m = compiled(_HOLDS.replace("IT", answer_words(key))).fullmatch(said.body) if answer is not None else None
    if m is None or answer is None or bool(m["full"]) is not said.denied or said.possible or said.not_always:
        return None
    name = m["of"] or m["of2"]
    symbol = key.problem.symbols.get(name)
    if symbol is None or len(symbol.shape) != 2 or symbol.let is not None or symbol.given is not None:
        return None
    seen = []
    for ws in key.generic:
        for w in ws.worlds[:2]:
            seen.append(numbers(answer, World({**w.values, name: _deficient(w.values[name])}, w.dims)) is not None)
    return all(seen) if seen else None


def _deficient(matrix: Value) -> Value:
    """The matrix with its first row and column set to zero."""
    rows = matrix if isinstance(matrix, list) else []
    return [[Fraction(0) if not (i and j) else x for j, x in enumerate(row)] if isinstance(row, list) else row for i, row in enumerate(rows)]
