"""Functions in a side of a relation: the objective, the loss and functions of the text's own, applied and differentiated -> names with their Expr."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.jacobians import hessian
from derive.maths.symbols import Symbol
from derive.transcripts.claims.language import Language, Own, Side, Unreadable
from derive.transcripts.claims.mending import argument

_FUNCTIONS = ("J", "F", "L", "f", "E", "h", "Q", "\\phi", "\\mathcal{L}", "\\mathcal{J}", "\\ell")
_DERIVATIVE = re.compile(r"\\[td]?frac\s*\{\s*(?:\\partial|\\mathrm\{d\}|d)\s*(?P<f>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)\}\s*\{\s*(?:\\partial|\\mathrm\{d\}|d)\s*(?P<x>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)\s*\}")
_NABLA = re.compile(
    r"\\nabla\s*(?P<second>\^\s*\{?\s*2\s*\}?\s*)?(?:_\s*(?P<x>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+(?![A-Za-z])|[A-Za-z]))?"
    r"\s*(?P<f>[A-Za-z](?![A-Za-z])|\\mathcal\{[A-Z]\}|\\ell|\\phi)")
_OF_NEGATIVE = re.compile(r"(\\nabla\s*(?:_\s*(?:\{[^{}]*\}|\\[A-Za-z]+(?![A-Za-z])|[A-Za-z]))?)\s*(?:\\left\s*)?\(\s*-\s*([JFLQ])\s*(?:\\right\s*)?\)")
_OF_BRACKETS = re.compile(r"\\nabla\s*(?:_\s*(?:\{[^{}]*\}|\\[A-Za-z]+(?![A-Za-z])|[A-Za-z]))?\s*(?=(?:\\left\s*)?\()")


@dataclass(frozen=True)
class Functions:
    """What stands for functions in a text.

    put: takes an Expr and gives the new name that stands for it in the text; about: notes on what was met; read: the readings of a side;
    letter: a text as one letter, None where it is none; own: a text with the functions of one argument that it writes out as names.
    """

    lang: Language
    put: Callable[[Expr], str]
    about: set[str]
    read: Callable[[str, Language], tuple[Side, ...]]
    letter: Callable[[str], str | None]
    own: Callable[[str], str]

    def put_in(self, text: str) -> str:
        """The text with every derivative and every application as a name. Raises Unreadable."""
        return self._applications(self.own(self._derivatives(text)))

    def _derivatives(self, text: str) -> str:
        text = _OF_NEGATIVE.sub(r" -\1 \2 ", text)
        of = _OF_BRACKETS.search(text)
        if of is not None and any(f not in self.lang.scope.symbols for f in re.findall(r"(?<![A-Za-z\\])[JFLQ](?![A-Za-z])", argument(text, of.end())[0] or "")):
            raise Unreadable("the derivative of an expression in a function that is not written out")
        i = 0
        while (m := _DERIVATIVE.search(text, i)) is not None:
            e = self._derivative(m.group("f"), m.group("x"))
            if e is None:
                i = m.end()
                continue
            put = self.put(e)
            text = text[: m.start()] + put + text[m.end() :]
            i = m.start() + len(put)
        i = 0
        while (m := _NABLA.search(text, i)) is not None:
            end = m.end()
            arg, stop = argument(text, end)
            e = self._defined(m.group("f"), m.group("x")) or self._gradient(m.group("f"), arg)
            single = self.lang.singles.get(m.group("f"))
            if m.group("second") and single is not None:
                e = self._second(single)
            elif m.group("second"):
                e = self._hessian() if m.group("f") not in self.lang.functions and m.group("f") not in self.lang.scope.symbols else None
            if e is None:
                self._check_known(m.group("f"))
                i = end
                continue
            put = self.put(e)
            text = text[: m.start()] + put + text[stop if arg is not None else end :]
            i = m.start() + len(put)
        return text

    def _check_known(self, f: str) -> None:
        """A letter that is nowhere said to be a function has no derivative that is known. Raises Unreadable."""
        symbols = self.lang.scope.symbols
        if f.lstrip("\\") not in symbols and not any("nabla" in a for s in symbols.values() for a in s.aliases):
            raise Unreadable(f"the derivative of {f}, of which nothing is known")

    def _hessian(self) -> Expr | None:
        """The Hessian of the objective or the loss."""
        f = self.lang.objective if self.lang.objective is not None else self.lang.loss
        if f is None or len(self.lang.unknown.shape) != 1:
            return None
        try:
            return hessian(f, self.lang.unknown)
        except (NotDifferentiable, E.ShapeError) as err:
            raise Unreadable(str(err)) from None

    def _second(self, single: Own) -> Expr:
        """The Hessian of a function of one argument."""
        self.about.update(("unknown", "derived"))
        try:
            return hessian(single.body, single.parameter)
        except (NotDifferentiable, E.ShapeError) as err:
            raise Unreadable(str(err)) from None

    def _defined(self, f: str, x: str | None) -> Expr | None:
        """The derivative of a function that the text has defined, with respect to one of its arguments, by default the unknown."""
        single = self.lang.singles.get(f)
        body = single.body if single is not None else self.lang.functions.get(f)
        if body is None:
            return None
        name = (x or "").strip().strip("{} ")
        try:
            point = self.read(name, self.lang)[0].expr if name else self.lang.unknown
        except Unreadable:
            return None
        if point.op != "sym":
            return None
        self.about.update(("unknown", "derived"))
        try:
            return gradient(body, point)
        except NotDifferentiable as err:
            raise Unreadable(str(err)) from None

    def _derivative(self, f: str, x: str) -> Expr | None:
        name = f.strip().split("(")[0].strip()
        if name not in _FUNCTIONS and name not in self.lang.singles:
            return None
        sub = re.search(r"_\s*\{?\s*([ijkl])\s*\}?\s*$", x)
        x = x[: sub.start()] if sub else x
        if name in self.lang.functions or name in self.lang.singles:
            own = self._defined(name, x)
            return E.at(own, E.idx(sub.group(1))) if own is not None and sub and own.shape else own
        letter = self.letter(x)
        if self.lang.objective is not None and letter is not None and letter in self.lang.profile:
            self.about.add("norm")
            return E.sym("slope@profile")
        arg = f[f.index("(") + 1 : f.rindex(")")] if "(" in f and ")" in f else x
        e = self._gradient(name, arg)
        return E.at(e, E.idx(sub.group(1))) if e is not None and sub and e.shape else e

    def _gradient(self, f: str, arg: str | None) -> Expr | None:
        lang = self.lang
        declared = lang.scope.symbols.get(f)
        if lang.unnamed and declared is None:
            raise Unreadable(f"{f}, of which nothing is known")
        if lang.objective is not None:
            if declared is not None and declared.kind == "function":
                return None
            if arg is not None and not self.is_unknown(arg):
                return None
            if arg is None and f not in ("J", "F"):
                return None
            self.about.add("unknown")
            try:
                return gradient(lang.objective, lang.unknown)
            except NotDifferentiable as err:
                raise Unreadable(str(err)) from None
        if lang.loss is not None:
            at = lang.unknown if arg is None else self._point(arg)
            self.about.add("unknown" if at == lang.unknown else "")
            try:
                return E.replace(gradient(lang.loss, lang.unknown), self._coordinates(at)) if at is not None else None
            except NotDifferentiable as err:
                raise Unreadable(str(err)) from None
        return None

    def _applications(self, text: str) -> str:
        i = 0
        pattern = re.compile(r"(?<![A-Za-z\\])(?P<f>[JFLfEhQ]|\\mathcal\{[LJ]\}|\\ell|\\phi)\s*(?:\\left\s*)?(?=\()")
        while (m := pattern.search(text, i)) is not None:
            arg, stop = argument(text, m.end())
            below = re.search(r"(?:\\nabla|∇|\\partial|∂)\s*(?:_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+))?\s*$", text[: m.start()])
            e = self._applied(m.group("f"), arg) if arg is not None and below is None else None
            if e is None:
                i = m.end()
                continue
            put = self.put(e)
            text = text[: m.start()] + put + text[stop:]
            i = m.start() + len(put)
        return text

    def _applied(self, f: str, arg: str) -> Expr | None:
        lang = self.lang
        if lang.unnamed and f.lstrip("\\") not in lang.scope.symbols and self.is_unknown(arg):
            raise Unreadable(f"{f}, of which nothing is known")
        if lang.objective is not None:
            declared = lang.scope.symbols.get(f)
            if declared is not None and declared.kind == "function":
                return self._loss_near(declared, arg)
            letter = self.letter(arg)
            if letter is not None and letter in lang.profile:
                self.about.add("norm" if "*" not in arg else "")
                return lang.objective
            if not self.is_unknown(arg):
                return None
            self.about.add("unknown" if "*" not in arg else "")
            return lang.objective
        if lang.loss is not None:
            at = self._point(arg)
            self.about.add("unknown" if at == lang.unknown else "")
            return E.replace(lang.loss, self._coordinates(at)) if at is not None else None
        return None

    def _coordinates(self, at: Expr) -> dict[Expr, Expr]:
        """What stands for the iterate in the loss, and, where that is rescaled, for the features."""
        lang = self.lang
        put = {lang.unknown: at}
        if lang.features is not None and any(x.op == "sym" and str(x.data).startswith(f"tilde_{lang.unknown.data}") for x in E.walk(at)):
            row = lang.scope.symbols[lang.features]
            put[E.sym(row.name, row.shape)] = E.sym(f"tilde_{row.name}", row.shape)
        return put

    def _loss_near(self, f: Symbol, arg: str) -> Expr | None:
        """The declared loss to first order round the current point: f(theta + d) = f0 + g^T d."""
        if f.gradient is None or f.of is None:
            return None
        here = E.sym(f.of, self.lang.scope.symbols[f.of].shape)
        point = self._point(arg)
        if point is None or point.shape != here.shape:
            return None
        g = E.sym(f.gradient, here.shape)
        return E.add(E.sym("f@here"), E.dot(g, E.sub(point, here)))

    def is_unknown(self, text: str) -> bool:
        """Whether a text is the unknown."""
        try:
            return any(s.expr == self.lang.unknown for s in self.read(text, self.lang))
        except Unreadable:
            return False

    def _point(self, text: str) -> Expr | None:
        try:
            found = [s.expr for s in self.read(text, self.lang) if s.expr.shape == self.lang.unknown.shape]
        except Unreadable:
            return None
        return found[0] if found else None
