"""Norms of the gradient in words: "the l1 norm of the gradient", "ℓ∞-norm", "the largest entry"."""

from __future__ import annotations

import re

from derive.grading.naming.text import spoken
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

_ORDER = r"(?:(?:\\ell|ℓ|\bell|\bl) ?[_-]? ?\{? ?(?P<order>1|₁|one|2|₂|two|\\infty|infinity|inf|∞|p|q)(?![\w]) ?\}?)"
_NAMED = (
    r"(?P<named>taxicab|manhattan|euclidean|max(?:imum)?|sup(?:remum)?|infinity|inf|chebyshev|uniform|∞"
    r"|\\infty|1|one|2|two|p|q)"
)
_OTHERS = r"(?! of (?:the |its |each )?(?:update|step|weight|parameter|theta|u\b|Δ|\\delta|delta|\\theta|θ))"
_GRADIENT = (
    r"(?:(?:the|this|its|our|whole|entire|full|current|stochastic|loss|batch|mini-batch|present) )*"
    r"(?:gradients?|grad|g|∇ ?f|\\nabla ?f)(?: vector)?(?![\w(])"
)
NORM = spoken(
    rf"(?:\b(?:gradient(?:'s)?|grad) )?(?:\bthe )?(?:{_ORDER}|\b{_NAMED}(?= ?-? ?norm))(?:(?: |-)?norm\b"
    rf"|(?=-(?:scal|weight)))"
    rf"{_OTHERS}(?: of {_GRADIENT})?"
)
_PARTS = (
    r"(?: (?:values?|of|the|all|its|gradient|gradient's|gradients|partial|derivatives?|entries|components?"
    r"|coordinates"
    r"|elements|g|g_i|magnitudes))*"
)
_SUM = spoken(rf"(?:\bthe )?\bsum of (?:all |the )*(?:\||\\lvert )g_?i?(?:\||\\rvert)(?:'s)?(?!\w)|(?:\bthe )?\b(?:sum|total) of (?:all |the |its |gradient )*(?:absolute|magnitudes|moduli){_PARTS}\b")
_LARGEST = spoken(
    r"(?:\bthe )?\b(?:largest|maximum|maximal|biggest|max)(?: absolute)?(?: gradient| partial)* "
    r"(?:entry|component|coordinate|magnitude|value|element|derivative)(?: of (?:the )?gradient)?\b"
)
TOKENS = {"1": "gnormone", "2": "gnormtwo", "inf": "gnorminf", "p": "gnormp", "q": "gnormq"}
_ORDERS = {
    "₁": "1",
    "₂": "2",
    "one": "1",
    "taxicab": "1",
    "manhattan": "1",
    "two": "2",
    "euclidean": "2",
    "p": "p",
    "q": "q",
    "1": "1",
    "2": "2",
}


def order_of(m: re.Match[str]) -> str:
    """'1', '2', 'inf', 'p' or 'q' of a match that names a norm."""
    word = (m.group("order") or m.group("named") or "").lower()
    return _ORDERS.get(word, "inf")


def norm_words(scope: Scope, gradient: Expr) -> dict[str, Expr]:
    """The norms of the gradient under the words that stand for them in a rewritten text."""
    orders = {"1": E.ONE, "2": E.TWO, "inf": E.INF}
    orders |= {p: E.sym(p) for p in ("p", "q") if p in scope.symbols and not scope.symbols[p].shape}
    return {TOKENS[p]: E.norm(gradient, e) for p, e in orders.items()}


def with_norms(text: str) -> str:
    """The text with norms in words rewritten to single words (see norm_words)."""
    text = NORM.sub(lambda m: f" {TOKENS[order_of(m)]}", text)
    text = _SUM.sub(" gnormone", text)
    return re.sub(" +", " ", _LARGEST.sub(" gnorminf", text))
