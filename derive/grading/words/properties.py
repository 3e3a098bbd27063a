"""Properties of declared quantities that a text supposes in words: 'if H is diagonal', 'for square X', 'when all g_i are positive'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.words.vocabulary import form_of

Array = np.ndarray[Any, np.dtype[np.float64]]


def _square(x: Array) -> bool:
    return x.ndim == 2 and x.shape[0] == x.shape[1]


def _gram_is_identity(x: Array) -> bool:
    return x.ndim == 2 and bool(np.allclose(x.T @ x, np.eye(x.shape[1])))


_WHOLE: dict[str, Callable[[Array], bool]] = {
    "positive": lambda x: bool(np.all(x > 0)) if x.ndim < 2 else bool(np.all(x > 0)) or _definite(x),
    "negative": lambda x: bool(np.all(x < 0)),
    "nonnegative": lambda x: bool(np.all(x >= 0)) if x.ndim < 2 else bool(np.all(x >= 0)) or _definite(x),
    "nonzero": lambda x: bool(np.any(x != 0)),
    "zero": lambda x: not np.any(x),
    "even": lambda x: bool(np.all(x % 2 == 0)),
    "odd": lambda x: bool(np.all(x % 2 == 1)),
    "integer": lambda x: bool(np.all(x == np.round(x))),
    "square": _square,
    "symmetric": lambda x: _square(x) and bool(np.allclose(x, x.T)),
    "diagonal": lambda x: _square(x) and bool(np.allclose(x, np.diag(np.diag(x)))),
    "orthogonal": lambda x: _square(x) and _gram_is_identity(x),
    "orthonormal": _gram_is_identity,
    "identity": lambda x: _square(x) and bool(np.allclose(x, np.eye(len(x)))),
    "scalar": lambda x: x.size == 1,
    "unit": lambda x: bool(np.isclose(np.sum(x * x), 1)),
    "normalised": lambda x: bool(np.isclose(np.sum(x * x), 1)) or bool(np.isclose(np.sum(x), 1)),
    "constant": lambda x: x.size < 2 or bool(np.ptp(x) == 0),
}
"""What a word says of a quantity; a word that is not here says something that is not known."""


def _definite(x: Array) -> bool:
    return _square(x) and bool(np.allclose(x, x.T)) and bool(np.all(np.linalg.eigvalsh(x) > 0))


_SAYS = re.compile(r"(?<![a-z])(non[- ]?)?(" + "|".join(sorted(_WHOLE, key=len, reverse=True)) + r"|normalized)(?![a-z])", re.I)
_BETWEEN = re.compile(r"(?:\s|\$|\\|_\{?[a-z]\}?|\b(?:is|are|be|all|both|every|each|a|an|the|vectors?|matrix|only|strictly|that)\b)*", re.I)
_ENTRIES = re.compile(r"\b(?:all|every|each)\s+(?:the\s+)?(?:entry|entries|components?|coordinates?)\s+of\s+", re.I)
_NAME = re.compile(r"[A-Za-zα-ωΑ-Ω]+")


_INDEPENDENT = re.compile(r"\b(?P<which>columns|rows) of (?:the )?(?:matrix )?\$?\\?(?P<name>[A-Za-z]\w*)\$? (?:are|is) (?:linearly )?independent\b"
                          r"|\$?\\?(?<![A-Za-z])(?P<of>[A-Za-z]\w*)\$? (?:has|is of) full (?P<rank>column|row) rank\b", re.I)


def property_said(clause: str, key: Key) -> str:
    """The words of a clause that suppose a property which a declared quantity does not always have; empty where there are none."""
    for rank in _INDEPENDENT.finditer(clause):
        of = _declared(rank["name"] or rank["of"], key)
        axis = 1 if (rank["which"] or rank["rank"]).lower().startswith("col") else 0
        if of is not None and not _always(lambda x, k=axis: x.ndim == 2 and np.linalg.matrix_rank(x) == x.shape[k], of, key):  # type: ignore[misc]
            return rank[0]
    clause = _ENTRIES.sub("all ", clause)  # of some of the entries a case is made, and no condition
    for m in _SAYS.finditer(clause):
        word = _plain(m)
        holds = _WHOLE.get(word)
        for name in _NAME.finditer(clause):
            symbol = _declared(name[0], key)
            first, second = sorted((m.span(), name.span()))
            if symbol is None or not _BETWEEN.fullmatch(clause, first[1], second[0]):
                continue
            if holds is None or not _always(holds, symbol, key):
                return clause[first[0] : second[1]]
    return ""


def _plain(m: re.Match[str]) -> str:
    word = form_of(m[2])
    return f"non{word}" if m[1] else word


def _declared(name: str, key: Key) -> str | None:
    """The declared quantity that a name or one of its aliases stands for."""
    symbols = {n: s for n, s in key.problem.symbols.items() if s.kind in ("value", "dimension")}
    return name if name in symbols else next((n for n, s in symbols.items() if any(a.lstrip("\\") == name for a in s.aliases)), None)


def _always(holds: Callable[[Array], bool], name: str, key: Key) -> bool:
    """Whether a property holds of a quantity at all generic instances."""
    for ws in key.generic:
        size = ws.batch.dims.get(name)
        values = [np.array(float(size))] if size is not None else ws.batch.values.get(name, [])
        if not all(holds(np.asarray(v, dtype=np.float64)) for v in values):
            return False
    return True
