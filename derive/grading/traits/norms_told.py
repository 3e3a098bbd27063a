"""A value told once more by a norm in words: 'in general it is -alpha/4 times the squared dual norm', 'that is minus r times the sum of the singular values of G'."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import plain_words
from derive.grading.traits.quantities import answer_words, compiled
from derive.grading.traits.settings import numbers, settings

_NAMES: dict[str, tuple[Any, ...]] = {
    "dual": (1, 2, math.inf, "nuc", "fro", "op"), "1": (1,), "2": (2, "fro"), "one": (1,), "two": (2,), "euclidean": (2, "fro"), "infinity": (math.inf,), "max": (math.inf,), "maximum": (math.inf,),
    "nuclear": ("nuc",), "trace": ("nuc",), "spectral": ("op",), "operator": ("op",), "frobenius": ("fro",)}
_SUMS: dict[str, tuple[Any, ...]] = {
    "sum of the singular values": ("nuc",), "largest singular value": ("op",), "sum of the absolute values": (1,), "largest absolute value": (math.inf,), "largest absolute entry": (math.inf,)}
_NORM = rf"(?:(?P<square>squared |square of the )?(?:(?P<name>{'|'.join(_NAMES)})[- ]norm|(?P<sum>{'|'.join(_SUMS)})))"
_OF = r"(?: of (?:the )?(?:entries of )?(?:gradient|(?P<of>[A-Za-z])))?"
_TOLD = (rf"(?:(?:in general|generally|in words|again|so|that is|i\.e\.|in other words),? )*(?:(?:IT|the (?:optimal )?(?:value|minimum|maximum)) (?:is|equals) )?(?P<minus>minus )?"
         rf"(?P<factor>.{{1,25}}?) times the {_NORM}{_OF}")


def said_of_norms(text: str, key: Key) -> bool | None:
    """Whether a value is the multiple of a norm of the gradient that a sentence tells; None where it tells none."""
    answer = key.derivation.answer
    if answer is None or answer.shape or key.part.ask != "value" or " times " not in text:
        return None
    m = compiled(_TOLD.replace("IT", answer_words(key))).fullmatch(plain_words(text))
    factor = formula(m["factor"], key) if m is not None else None
    like = [s for s in key.problem.symbols.values() if s.kind == "value" and s.shape and s.let is None and ("gradient" in s.says or s.name in ("g", "G"))]
    if m is None or factor is None or factor.shape or len(like) != 1 or (m["of"] and m["of"] not in (like[0].name, *like[0].aliases)):
        return None
    orders = _NAMES[m["name"].lower()] if m["name"] else _SUMS[m["sum"].lower()]
    found = [[_is(s, factor, like[0].name, order, bool(m["square"]), bool(m["minus"])) for s in settings(key)] for order in orders]
    return any(f and all(f) for f in found)


def _is(s: Any, factor: Any, name: str, order: Any, squared: bool, minus: bool) -> bool:
    a, f = np.array(s.world.values[name], dtype=np.float64), numbers(factor, s.world)
    if f is None or (a.ndim == 1) is not (not isinstance(order, str)):
        return False
    norm = float(np.linalg.norm(a, 2 if order == "op" else order))
    return math.isclose(s.answer[0], (-1 if minus else 1) * f[0] * (norm**2 if squared else norm), rel_tol=1e-9)
