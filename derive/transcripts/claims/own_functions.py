"""Functions of one argument in a formula, h(x^*), h'(x): those that the text writes out and, for their derivatives, the objective -> names with their Expr."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.jacobians import hessian
from derive.transcripts.claims.language import Language, Own, Side, Unreadable
from derive.transcripts.claims.mending import argument

KNOWN = ("J", "F", "L", "f", "h", "Q", "\\phi", "\\ell", "\\mathcal{L}", "\\mathcal{J}")  # names that stand for the objective where nothing else is said
_PRIMES = r"\s*(?P<primes>'{1,2}|\^\s*\{?\s*(?:\\prime\s*){1,2}\}?)?\s*(?:\\left\s*)?(?=\()"


def with_own(text: str, lang: Language, put: Callable[[Expr], str], about: set[str], read: Callable[[str, Language], tuple[Side, ...]]) -> str:
    """The text with every application of such a function, and of its derivatives, as a name. Raises Unreadable."""
    for name, own in _functions_of(lang).items():
        i = 0
        pattern = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}{_PRIMES}")
        while (m := pattern.search(text, i)) is not None:
            arg, stop = argument(text, m.end())
            i = m.end()
            order = m.group("primes").count("'") or m.group("primes").count("prime") if m.group("primes") else 0
            if arg is None or re.search(r"(?:\\nabla|∇|\\partial|∂)\s*(?:\^\s*\{?\s*2\s*\}?\s*)?(?:_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+))?\s*$", text[: m.start()]):
                continue
            if not order and name not in lang.singles:
                continue  # the objective: applied elsewhere
            if order and re.search(r"\^\s*\{?\s*[-+]", arg):
                raise Unreadable("a derivative from one side")
            point = read(arg, lang)[0].expr
            if order == 1 and name not in lang.singles and lang.norm is not None and point == lang.norm:
                about.add("norm")
                text = f"{text[: m.start()]}{put(E.sym('slope@profile'))}{text[stop:]}"
                continue
            if point.shape != own.parameter.shape:
                raise Unreadable(f"{name} of {E.shape_text(point.shape)}")
            bare = point == own.parameter and "*" not in arg and "hat" not in arg
            if bare and order:
                about.add("derived")
            if bare and point == lang.unknown:
                about.add("unknown")
            written = put(E.replace(derivative(own, order), {own.parameter: point}))
            text = text[: m.start()] + written + text[stop:]
            i = m.start() + len(written)
    return text


def _functions_of(lang: Language) -> Mapping[str, Own]:
    """The text's own functions, and the usual names of the objective."""
    if lang.objective is None or lang.iteration or lang.unnamed:
        return lang.singles
    usual = {n: Own(lang.unknown, lang.objective, "") for n in KNOWN if n.lstrip("\\") not in lang.scope.symbols}
    return {**usual, **lang.singles}


def derivative(own: Own, order: int) -> Expr:
    """The derivative of a function: of the second order the Hessian, for a number the second derivative. Raises Unreadable."""
    try:
        return own.body if not order else gradient(own.body, own.parameter) if order == 1 else hessian(own.body, own.parameter)
    except (NotDifferentiable, E.ShapeError) as err:
        raise Unreadable(str(err)) from None
