"""One side of a relation -> Expr, in the notation of a derivation: iterates, local letters, functions, derivatives.

The reader of answers reads declared symbols. What a derivation adds is put in as a name of its own, with
its Expr, before the text is read: J(u), dJ/dm, r_{t+1}, theta_t^{(i)}, sums over the steps, letters that the
text introduces.
"""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.jacobians import hessian
from derive.maths.read import readings
from derive.maths.symbols import Symbol
from derive.transcripts.claims.language import LETTER, SUM, Language, Side, Unreadable
from derive.transcripts.claims.mending import argument, mended, plain_subscript, summand_end, turned

_LABELS = {
    "t": "", "old": "", "current": "", "cur": "", "t+1": "@next", "t+2": "@after", "new": "@next", "next": "@next", "t-1": "@prev", "0": "@start",
    "∞": "@limit", "*": "@limit", "final": "@limit", "opt": "@limit",
}
_INDICES = frozenset("ijkl")
_FUNCTIONS = ("J", "F", "L", "f", "E", "h", "Q", "\\phi", "\\mathcal{L}", "\\mathcal{J}", "\\ell")
_GREEK = ("alpha", "Delta\\s*\\\\theta", "theta", "eta", "lambda", "delta", "epsilon", "varepsilon", "mu", "gamma", "beta", "rho", "tau", "kappa", "nu", "sigma")
_NAME = re.compile(
    r"(?P<base>(?<![A-Za-z\\])(?:tilde|hat|bar)QQ[A-Za-z]+|(?<!\\)\\(?:" + "|".join(_GREEK) + r")(?![A-Za-z])|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]))\s*"
    r"(?P<prime>')?"
    r"(?:_\s*(?P<sub>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[A-Za-z0-9*∞]))?"
    r"(?P<sup>\s*\^\s*(?:\{\s*\(\s*[ijkl]\s*\)\s*\}|\(\s*[ijkl]\s*\)|\{?\s*\*\s*\}?))?"
    r"(?:_\s*(?P<late>\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9*∞]))?")
_BOUNDED = re.compile(r"\s*\\min\s*_\s*\{((?:[^{}]|\{[^{}]*\}|\\[{}])*(?:\\leq?(?![A-Za-z])|≤)(?:[^{}]|\{[^{}]*\}|\\[{}])*)\}")
_SUM = re.compile(r"\\sum\s*(?:\\limits)?\s*_\s*\{\s*([a-z])\s*=\s*(\d{1,2})\s*\}\s*\^\s*(?:\{\s*([^{}]*)\s*\}|(\\infty|t))")
_DERIVATIVE = re.compile(r"\\[td]?frac\s*\{\s*(?:\\partial|\\mathrm\{d\}|d)\s*(?P<f>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)\}\s*\{\s*(?:\\partial|\\mathrm\{d\}|d)\s*(?P<x>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)\s*\}")
_POWER = re.compile(r"\^\s*(?:\{([^{}]*(?<![A-Za-z])t(?![A-Za-z])[^{}]*)\}|(t)(?![A-Za-z]))")
_NABLA = re.compile(r"\\nabla\s*(?P<second>\^\s*\{?\s*2\s*\}?\s*)?(?:_\s*(?P<x>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[A-Za-z]))?\s*(?P<f>[A-Za-z](?![A-Za-z])|\\mathcal\{[A-Z]\}|\\ell|\\phi)")


def read_side(text: str, lang: Language) -> tuple[Side, ...]:
    """Every reading of one side. Raises Unreadable with the reason."""
    found = lang.cache.get(text)
    if found is None:
        try:
            found = _read(text, lang)
        except Unreadable as err:
            found = err
        lang.cache[text] = found
    if isinstance(found, Unreadable):
        raise found
    return found  # type: ignore[return-value]


def _read(text: str, lang: Language) -> tuple[Side, ...]:
    if lang.iteration and _NUMBERED.search(text):  # theta_1 is an entry, or the first iterate
        out: list[Side] = []
        why = ""
        for numbered in (False, True):
            try:
                out += [s for s in _read_as(text, lang, numbered) if s not in out]
            except Unreadable as err:
                why = why or str(err)
        if not out:
            raise Unreadable(why)
        return tuple(out)
    return _read_as(text, lang, False)


_NUMBERED = re.compile(r"[A-Za-z}]\s*_\s*\{?\s*[1-3]\s*\}?(?!\d)")


def _read_as(text: str, lang: Language, numbered: bool) -> tuple[Side, ...]:
    """The readings of one side; numbered: subscripts that are numbers count the steps."""
    names = _Names(lang, numbered)
    clean = names.put_in(mended(text))
    if not clean.strip():
        raise Unreadable("nothing stands on one side")
    found = []
    error = ""
    for variant in dict.fromkeys((clean, turned(clean))):
        try:
            found += readings(variant, lang.scope, names.local)
        except ReadError as err:
            error = error or err.what.rstrip(".")
        except (NotDifferentiable, RecursionError) as err:
            error = error or str(err)
    if not found:
        raise Unreadable(error)
    out = []
    single = [r.statements[0].terms[0] for r in found if len(r.statements) == 1 and not r.statements[0].ops]
    for e in dict.fromkeys(x for term in single for x in (term, _entrywise(term))):
        if any(x.op in ("restate", "new", "blank") for x in E.walk(e)):
            continue
        letters = frozenset(str(x.data)[len(LETTER) :] for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(LETTER))
        out.append(Side(e, letters, tuple(sorted(names.about))))
    if not out:
        raise Unreadable("it is not one formula")
    return tuple(out)


def _entrywise(e: Expr) -> Expr:
    """max(v_i, 1) as it stands in a formula for the i-th entry: not the largest of all these."""
    if e.op == "reduce" and e.args[0].op == "fn" and e.args[0].data in ("maximum", "minimum") and len(e.args[0].args) > 1 and e.args[0].data.startswith(e.data[0]):
        return _entrywise(e.args[0])
    args = tuple(_entrywise(a) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


class _Names:
    """Names of their own for what the reader does not know, with the Expr that each stands for."""

    def __init__(self, lang: Language, numbered: bool = False) -> None:
        self.lang = lang
        self.numbered = numbered
        self.local: dict[str, Expr] = {}
        self.about: set[str] = set()

    def put(self, e: Expr) -> str:
        """A new name for an expression, as it is written into the text."""
        k = len(self.local)
        name = "zq" + "".join("abcdefghij"[int(d)] for d in str(k)) + "z"
        self.local[name] = e
        return f" {name} "

    def put_in(self, text: str) -> str:
        text = self._sums(self._least(text))
        text = self._derivatives(text)
        text = self._applications(text)
        text = self._split_letters(text)
        if self.lang.iteration and "t" not in self.lang.scope.symbols:
            text = _POWER.sub(lambda m: f"^{{{re.sub(r'(?<![A-Za-z])t(?![A-Za-z])', self.put(E.sym('t@time')), m.group(1) or m.group(2))}}}", text)
        return _NAME.sub(self._name, text)

    # ---------------------------------------------------------------- the best for a fixed norm

    def _least(self, text: str) -> str:
        """min over ||u|| <= m of a formula, m the norm of the best update: the formula there."""
        m = _BOUNDED.match(text)
        if m is None or self.lang.norm is None or not any(re.search(rf"(?<![A-Za-z]){re.escape(p)}(?![A-Za-z])", m.group(1)) for p in self.lang.profile):
            return text
        self.about.add("norm")
        return text[m.end() :]

    # ---------------------------------------------------------------- sums over the steps

    def _sums(self, text: str) -> str:
        if not self.lang.iteration:
            return text
        while (m := _SUM.search(text)) is not None:
            letter, low, top = m.group(1), m.group(2), (m.group(3) or m.group(4)).replace(" ", "")
            end = summand_end(text, m.end())
            body = re.sub(rf"_\s*(?:\{{\s*{letter}\s*\}}|{letter}(?![A-Za-z]))", "_t", text[m.end() : end])
            if body == text[m.end() : end] and not (letter == "t" and re.search(r"_\s*(?:\{\s*t|t(?![A-Za-z]))", body)):
                raise Unreadable("a sum over the steps of something that does not change with them")
            kind = {"t-1": "past", "∞": "whole"}.get(top)
            if kind is None:
                raise Unreadable(f"a sum up to {top}")
            inner = read_side(body, self.lang)[-1]
            text = text[: m.start()] + self.put(Expr("sym", (inner.expr,), (), f"{SUM}{kind}:{low}")) + text[end:]
        return text

    # ---------------------------------------------------------------- functions

    def _derivatives(self, text: str) -> str:
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
            if m.group("second"):
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

    def _defined(self, f: str, x: str | None) -> Expr | None:
        """The derivative of a function that the text has defined, with respect to one of its arguments, by default the unknown."""
        body = self.lang.functions.get(f)
        if body is None:
            return None
        name = (x or "").strip().strip("{} ")
        try:
            point = read_side(name, self.lang)[0].expr if name else self.lang.unknown
        except Unreadable:
            return None
        if point.op != "sym":
            return None
        self.about |= {"unknown", "derived"}
        try:
            return gradient(body, point)
        except NotDifferentiable as err:
            raise Unreadable(str(err)) from None

    def _derivative(self, f: str, x: str) -> Expr | None:
        name = f.strip().split("(")[0].strip()
        if name not in _FUNCTIONS:
            return None
        sub = re.search(r"_\s*\{?\s*([ijkl])\s*\}?\s*$", x)
        x = x[: sub.start()] if sub else x
        if name in self.lang.functions:
            own = self._defined(name, x)
            return E.at(own, E.idx(sub.group(1))) if own is not None and sub and own.shape else own
        letter = self._plain_letter(x)
        if self.lang.objective is not None and letter is not None and letter in self.lang.profile:
            self.about.add("norm")
            return E.sym("slope@profile")
        arg = f[f.index("(") + 1 : f.rindex(")")] if "(" in f and ")" in f else x
        e = self._gradient(name, arg)
        return E.at(e, E.idx(sub.group(1))) if e is not None and sub and e.shape else e

    def _gradient(self, f: str, arg: str | None) -> Expr | None:
        lang = self.lang
        declared = lang.scope.symbols.get(f)
        if lang.objective is not None:
            if declared is not None and declared.kind == "function":
                return None
            if arg is not None and not self._is_unknown(arg):
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
        if lang.objective is not None:
            declared = lang.scope.symbols.get(f)
            if declared is not None and declared.kind == "function":
                return self._loss_near(declared, arg)
            letter = self._plain_letter(arg)
            if letter is not None and letter in lang.profile:
                self.about.add("norm" if "*" not in arg else "")
                return lang.objective
            if not self._is_unknown(arg):
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

    def _is_unknown(self, text: str) -> bool:
        try:
            return any(s.expr == self.lang.unknown for s in read_side(text, self.lang))
        except Unreadable:
            return False

    def _point(self, text: str) -> Expr | None:
        try:
            found = [s.expr for s in read_side(text, self.lang) if s.expr.shape == self.lang.unknown.shape]
        except Unreadable:
            return None
        return found[0] if found else None

    def _plain_letter(self, text: str) -> str | None:
        m = _NAME.fullmatch(text.strip().strip("{} "))
        return f"{m.group('base')}{m.group('sup') or ''}".replace(" ", "").rstrip("^*") if m and not m.group("sub") else None

    # ---------------------------------------------------------------- letters

    def _split_letters(self, text: str) -> str:
        """'ca' is the product of two known letters; a command or a word is not cut."""
        known = {n for n in self.lang.scope.symbols if len(n) == 1} | self.lang.letters

        def cut(m: re.Match[str]) -> str:
            word = m.group()
            return " ".join(word) if set(word) <= known and word not in self.lang.scope.symbols else word

        return re.sub(r"(?<![A-Za-z\\{])[A-Za-z]{2,3}(?![A-Za-z(}])", cut, text)

    def _name(self, m: re.Match[str]) -> str:
        if re.search(r"[_^]\s*\{?\s*$", m.string[: m.start()]):
            return m.group()  # it belongs to the name before it
        base = m.group("base").replace("QQ", "_").replace(" ", "")
        sub = plain_subscript(m.group("sub") or m.group("late") or "")
        sup = (m.group("sup") or "").replace(" ", "").lstrip("^").strip("{}")
        index = sup.strip("()") if sup.startswith("(") else ""
        label, own, component = self._label(sub, base)
        index = index or component
        if sup == "*" and not label and not own:
            label = "@limit"
        if m.group("prime"):
            own += "'"
        timed = sub.partition(",")[0] in ("t", "old", "current", "cur")
        e = self._resolved(base, label, own, bool(index), timed)
        if e is None:
            return m.group()
        if e.shape and str(e.data).startswith(LETTER) and not index and self._is_unknown((argument(m.string, m.end())[0] or "").strip()):
            raise Unreadable(f"{base} of something, a function of which nothing is known")
        put = self.put(e)
        return f"{put}_{{{index}}} " if index else put

    def _label(self, sub: str, base: str) -> tuple[str, str, str]:
        """A subscript as (moment, part of a name, component)."""
        if not sub:
            return "", "", ""
        first, _, second = sub.partition(",")
        if second and first in _LABELS:
            return _LABELS[first], "", second
        if sub in _LABELS:
            return _LABELS[sub], "", ""
        if sub and sub == self.lang.count and self._moves(base):
            return "", "", ""  # x_T after all T steps
        if self.numbered and sub in ("1", "2", "3") and self._moves(base):
            return f"@step{sub}", "", ""
        if sub in _INDICES or sub.isdigit():
            return "", "", sub
        return "", f"_{sub}", ""

    def _moves(self, base: str) -> bool:
        """Whether a name is that of something that changes from step to step."""
        plain = base.lstrip("\\")
        lang = self.lang
        return plain in lang.states or plain in (str(lang.unknown.data), f"tilde_{lang.unknown.data}", lang.residual) or not self._declared(base)

    def _resolved(self, base: str, label: str, own: str, indexed: bool, timed: bool) -> Expr | None:
        lang = self.lang
        plain = base.lstrip("\\")
        name = {"Delta\\theta": "", "w": "w"}.get(plain, plain)
        over = str(lang.unknown.data)
        if lang.iteration and not own and plain in lang.states:
            state, shape = lang.states[plain]
            return E.sym(f"{state}{label}", shape)
        if lang.iteration and not own:
            if name == over:
                return E.sym(f"{over}{label}", lang.unknown.shape)
            if name == f"tilde_{over}":
                return E.sym(f"tilde_{over}{label}", lang.unknown.shape)
            if lang.features is not None and name == f"tilde_{lang.features}":
                return E.sym(name, lang.unknown.shape)
            if name == "g" and "g" not in lang.scope.symbols and lang.gradient is not None:
                return E.replace(lang.gradient, {lang.unknown: E.sym(f"{over}{label}", lang.unknown.shape)})
            residual = lang.residual
            if name == residual and label == "@after":
                return E.sym(f"{name}{label}")
            if name == "t" and not label:
                return E.sym("t@time")
        if name == f"hat_{over}" and lang.objective is not None and not own and base not in lang.vectors:
            return lang.unknown  # the estimate is the minimiser
        if "'" in own:
            return E.sym(f"{LETTER}{base}{own}{label}")  # alpha' is another letter than alpha
        if base in lang.aliases and not own and label in ("", "@limit"):
            return lang.unknown
        a_size = plain in lang.scope.dims and plain not in lang.scope.symbols
        if (self._declared(base) and not (a_size and label == "@limit")) or name in ("T", "I") or (name == "e" and not timed and not label and "e" not in lang.own) or (name in _INDICES and not own and not label) or name == "n":
            return None
        if name in ("x", "v") and not lang.iteration and not own and not label and len(lang.unknown.shape) == 1:
            return E.sym(name, lang.unknown.shape)
        key = f"{base}{own}{label or '@t' * timed}"
        if label in ("", "@limit") and not own and base in lang.profile and not indexed and lang.norm is not None:
            return lang.norm  # a letter for the norm of the unknown, and m^* for that of the best one
        shape = lang.vectors.get(base, lang.unknown.shape if indexed else ())
        return E.sym(f"{LETTER}{key}", shape)

    def _declared(self, base: str) -> bool:
        plain = base.lstrip("\\")
        symbols = self.lang.scope.symbols
        if plain in symbols or plain in self.lang.scope.dims:
            return True
        return any(a.strip() == base or a.strip().startswith(base + "_") for s in symbols.values() for a in s.aliases)
