"""What is said of the shape, the rank and the definiteness of an answer: 'an n x n matrix', 'a vector with m entries', 'of rank one', 'positive semidefinite'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import answer_words, compiled, number
from derive.grading.traits.settings import settings
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact

Array = np.ndarray[Any, np.dtype[np.float64]]
_LEAD = r"(?:(?:IT (?:is|has|remains|stays)|with|of) )?(?:always )?"
_SHAPE = _LEAD + r"(?:an? )?(?P<rows>\w+) ?(?:times|x|×|by) ?(?P<columns>\w+)(?: |-)?(?:matrix)?"
_LENGTH = r"(?:(?:IT (?:is|has|remains|stays)|with|of) )?(?:always )?an? (?:column )?vector (?:with|of) (?P<length>\w+) (?:entries|components|elements|numbers)(?:,? one .*)?"
_RANK = _LEAD + r"(?:an? )?(?:matrix )?(?:of |has )?(?P<rank>rank[- ]?(?P<r1>\w+)|full rank|(?P<r2>one|two|\d)[- ]rank)(?: matrix)?"
_NORM = _LEAD + r"(?:an? )?(?:matrix )?(?:of |has |with )?(?:an? )?(?P<which>frobenius|spectral|nuclear|operator|euclidean)[- ](?:norm|length) (?:of )?(?P<value>\S{1,20})"
_KIND = (r"IT (?:is|remains|stays) (?:an? )?(?P<kind>(?:positive|negative) (?:semi-?definite|definite)|indefinite|symmetric|diagonal|orthogonal|invertible|singular|"
         r"psd)(?: matrix)?(?: (?:for|whatever) .{1,20})?"
         r"(?:, so .*| in general)?")
_ORDER = {"frobenius": "fro", "euclidean": "fro", "spectral": 2, "operator": 2, "nuclear": "nuc"}


def said_of_matrices(said: Said, key: Key) -> bool | None:
    """Whether what is said of shape, rank, norm or definiteness holds; None where nothing is."""
    required = key.derivation.answer
    if required is None or not required.shape or key.wanted.condition or not re.search(r"matrix|vector|rank|norm|definite|symmetric|diagonal|orthogonal|invertible|singular|psd|times|×| x |"
                    r"length", said.body, re.I):
        return None
    it = answer_words(key)
    if len(required.shape) == 2 or re.search(r"\bvector (?:with|of)\b", said.body):
        m = compiled(_SHAPE.replace("IT", it)).fullmatch(said.body)
        if m is not None and len(required.shape) == 2:
            return _shape(said, key, (m["rows"], m["columns"]))
        m = compiled(_LENGTH.replace("IT", it)).fullmatch(said.body)
        if m is not None and len(required.shape) == 1:
            return _shape(said, key, (m["length"],))
    m = compiled(_NORM.replace("IT", it)).fullmatch(said.body)
    if m is not None:
        told = formula(m["value"], key)
        if told is None or told.shape:
            return None
        which: Any = _ORDER[m["which"].lower()]
        order = which if len(required.shape) == 2 else None
        found = []
        for s, a in _arrays(key):
            try:
                v = float(exact(told, s))
            except (Undefined, NotEvaluable, KeyError, TypeError):
                return None
            found.append(bool(np.isclose(float(np.linalg.norm(a, order)), v)))
        return said.verdict(found)
    if len(required.shape) != 2:
        return None
    m = compiled(_RANK.replace("IT", it)).fullmatch(said.body)
    if m is not None:
        k = number(m["r1"] or m["r2"] or "") if "full" not in said.body else -1
        if k is None:
            return None
        return said.verdict([int(np.linalg.matrix_rank(a)) == (k if k >= 0 else min(a.shape)) for _, a in _arrays(key)])
    m = compiled(_KIND.replace("IT", it)).fullmatch(said.body)
    if m is not None:
        test = _KINDS[re.sub(r"\bpsd\b", "positive semidefinite", m["kind"].lower().replace("semi-", "semi"))]
        return said.verdict([test(a) for _, a in _arrays(key)])
    return None


def _arrays(key: Key) -> list[tuple[Any, Array]]:
    required = key.derivation.answer
    assert required is not None
    out = []
    for s in settings(key):
        try:
            out.append((s.world, np.array([[float(x) for x in row] if isinstance(row, list) else float(row) for row in exact(required, s.world)], dtype=np.float64)))
        except (Undefined, NotEvaluable, TypeError, ValueError):
            continue
    return out


def _shape(said: Said, key: Key, told: tuple[str, ...]) -> bool | None:
    required = key.derivation.answer
    assert required is not None
    dims = key.problem.dims | {n for n, s in key.problem.symbols.items() if s.kind == "dimension"}
    if any(t not in dims and not t.isdigit() for t in told):
        return None
    return said.verdict([tuple(str(d) for d in required.shape) == told])


def _symmetric(a: Array) -> bool:
    return a.shape[0] == a.shape[1] and bool(np.allclose(a, a.T))


def _eigenvalues(a: Array) -> Array:
    return np.asarray(np.linalg.eigvalsh(a), dtype=np.float64)


_KINDS: dict[str, Callable[[Array], bool]] = {
    "positive semidefinite": lambda a: _symmetric(a) and bool(_eigenvalues(a).min() >= -1e-9 * abs(a).max()),
    "negative semidefinite": lambda a: _symmetric(a) and bool(_eigenvalues(a).max() <= 1e-9 * abs(a).max()),
    "positive definite": lambda a: _symmetric(a) and bool(_eigenvalues(a).min() > 1e-9 * abs(a).max()),
    "negative definite": lambda a: _symmetric(a) and bool(_eigenvalues(a).max() < -1e-9 * abs(a).max()),
    "indefinite": lambda a: _symmetric(a) and bool(_eigenvalues(a).min() < -1e-9 * abs(a).max() and _eigenvalues(a).max() > 1e-9 * abs(a).max()),
    "symmetric": _symmetric,
    "diagonal": lambda a: bool(np.allclose(a, np.diag(np.diag(a)))) if a.shape[0] == a.shape[1] else False,
    "orthogonal": lambda a: a.shape[0] == a.shape[1] and bool(np.allclose(a.T @ a, np.eye(a.shape[1]))),
    "invertible": lambda a: a.shape[0] == a.shape[1] and int(np.linalg.matrix_rank(a)) == a.shape[0],
    "singular": lambda a: a.shape[0] == a.shape[1] and int(np.linalg.matrix_rank(a)) < a.shape[0],
}
