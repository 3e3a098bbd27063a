"""The left side of a derivative in an answer: \\nabla_w f =, \\frac{\\partial L}{\\partial x_i} =, dL/dx =.

What is asked gets a name of its own (ASKED); a left side that names a derivative is read as that name, with the
index that its variable carries. Right sides are never touched: a name stands left of an equals sign.
"""

from __future__ import annotations

from derive import patterns as re
from derive.maths.expr import Shape
from derive.maths.symbols import Scope, Symbol

ASKED = "derivative"
MAX_TEXT = 20_000

_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_ARG = rf"(?:\s*\\?[A-Za-z]+|\s*{_GROUP}|\s*\([^()=]{{1,60}}\)|\s*(?:\\\||‖|\|\|)[^|‖=]{{1,60}}(?:\\\||‖|\|\|)(?:[_^]\{{?\w\}}?){{0,2}})"
_SQUARE = r"(?:\s*\^\s*(?:2|\{2\})|²)?"
_NABLA = rf"(?:\\nabla|∇){_SQUARE}(?:\s*_\s*(?:\\?[A-Za-z]+|{_GROUP}))?{_SQUARE}(?:{_ARG}){{0,3}}"
_HESS = rf"\\(?:operatorname|mathrm|text)\{{[Hh]ess(?:ian)?\}}(?:_{_GROUP}|_\w)?(?:{_ARG}){{0,2}}"
_D = r"(?:\\partial|∂|\\mathrm\{d\}|\\text\{d\}|d)"
_FRACTION = rf"\\[td]?frac\s*\{{\s*{_D}(?:[^{{}}]|{_GROUP})*\}}\s*\{{\s*{_D}(?P<below>(?:[^{{}}]|{_GROUP})*)\}}(?:\s*\([^()=]{{1,40}}\))?"
_SLASH = rf"(?<![A-Za-z\\]){_D}\s*{_SQUARE}\s*\\?\w*\s*/\s*\(?\s*{_D}\s*(?P<under>\w+){_SQUARE}(?:\^\{{?[T⊤]\}}?)?(?:\s*{_D}\w+(?:\^[T⊤])?)?\)?"
_HEAD = re.compile(rf"(?:{_FRACTION}|{_SLASH}|{_HESS}|{_NABLA})\s*(?:&\s*)?:?=\s*(?:&\s*)?")
_INDEX = re.compile(r"_\s*\{?([ijklmr])\}?\s*$")


def named_heads(text: str) -> str:
    """The text with every left side that names a derivative as `derivative =`, or `derivative_i =` for one of its entries."""
    return _HEAD.sub(_named, text) if len(text) <= MAX_TEXT else text


def _named(m: re.Match[str]) -> str:
    index = _INDEX.search(m.group("below") or m.group("under") or "")
    return f"{ASKED}_{index.group(1)} = " if index else f"{ASKED} = "


def with_asked(scope: Scope, shape: Shape) -> Scope:
    """The scope of a derivative part, in which the derivative that is asked has a name."""
    return Scope({**scope.symbols, ASKED: Symbol(ASKED, shape)}, scope.dims, scope.size, ASKED)
