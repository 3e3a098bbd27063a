"""One side of a relation -> Expr, in the notation of a derivation: iterates, local letters, functions, derivatives.

The reader of answers reads declared symbols. What a derivation adds is put in as a name of its own, with
its Expr, before the text is read: J(u), dJ/dm, r_{t+1}, theta_t^{(i)}, sums over the steps, letters that the
text introduces.
"""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.transcripts.claims.eigenvalue_names import of_the_pair
from derive.transcripts.claims.expectations import MEAN, with_expectations
from derive.transcripts.claims.functions import Functions
from derive.transcripts.claims.language import LETTER, SUM, Language, Side, Unreadable
from derive.transcripts.claims.mending import argument, mended, plain_subscript, summand_end, turned
from derive.transcripts.claims.own_functions import with_own

_LABELS = {
    "t": "", "old": "", "current": "", "cur": "", "t+1": "@next", "t+2": "@after", "new": "@next", "next": "@next", "t-1": "@prev", "0": "@start",
    "∞": "@limit", "*": "@limit", "final": "@limit", "opt": "@limit",
}
_INDICES = frozenset("ijkl")
_GOES_ON = re.compile(r"\\cdots\s*$")
_LIMIT = re.compile(r"\s*\\lim\s*(?:\\limits)?\s*_\s*\{\s*[tT]\s*\\(?:to|rightarrow)\s*(?:\+\s*)?(?:∞|\\infty)\s*\}\s*(?:\\[,;!:]\s*)*")
_GREEK = ("alpha", "Delta\\s*\\\\theta", "theta", "eta", "lambda", "delta", "epsilon", "varepsilon", "mu", "gamma", "beta", "rho", "tau", "kappa", "nu", "sigma")
_NAME = re.compile(
    r"(?P<base>(?<![A-Za-z\\])(?:tilde|hat|bar)QQ[A-Za-z]+|(?<!\\)\\(?:" + "|".join(_GREEK) + r")(?![A-Za-z])|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]))\s*"
    r"(?P<prime>')?"
    r"(?:_\s*(?P<sub>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[A-Za-z0-9*∞]))?"
    r"(?P<sup>\s*\^\s*(?:\{\s*\(\s*[ijkl]\s*\)\s*\}|\(\s*[ijkl]\s*\)|\{\s*\*\s*\}|\*))?"
    r"(?:_\s*(?P<late>\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9*∞]))?")
_BOUNDED = re.compile(r"\s*\\min\s*_\s*\{((?:[^{}]|\{[^{}]*\}|\\[{}])*(?:\\leq?(?![A-Za-z])|≤)(?:[^{}]|\{[^{}]*\}|\\[{}])*)\}")
_SUM = re.compile(r"\\sum\s*(?:\\limits)?\s*_\s*\{\s*([a-z])\s*=\s*(\d{1,2})\s*\}\s*\^\s*(?:\{\s*([^{}]*)\s*\}|(\\infty|t))")
_POWER = re.compile(r"\^\s*(?:\{([^{}]*(?<![A-Za-z])t(?![A-Za-z])[^{}]*)\}|(t)(?![A-Za-z]))")


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
    if _GOES_ON.search(text):
        raise Unreadable("a product that goes on")
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
        e = of_the_pair(e, lang.eigenvalues)
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


def _plain_letter(text: str) -> str | None:
    """A text as one letter without a subscript."""
    m = _NAME.fullmatch(text.strip().strip("{} "))
    return f"{m.group('base')}{m.group('sup') or ''}".replace(" ", "").rstrip("^*") if m and not m.group("sub") else None


class _Names:
    """Names of their own for what the reader does not know, with the Expr that each stands for."""

    def __init__(self, lang: Language, numbered: bool = False) -> None:
        self.lang = lang
        self.numbered = numbered
        self.local: dict[str, Expr] = {}
        self.about: set[str] = set()
        self.functions = Functions(lang, self.put, self.about, read_side, _plain_letter,
                                   lambda text: with_own(text, lang, self.put, self.about, read_side))

    def put(self, e: Expr) -> str:
        """A new name for an expression, as it is written into the text."""
        k = len(self.local)
        name = "zq" + "".join("abcdefghij"[int(d)] for d in str(k)) + "z"
        self.local[name] = e
        return f" {name} "

    def put_in(self, text: str) -> str:
        text, at_limit = self._limit(text)
        text = with_expectations(self._of_parameters(self._sums(self._least(text))), self.lang, self.put, read_side)
        if at_limit:
            self.local = {n: self._moved(e) for n, e in self.local.items()}
        text = self._split_letters(self.functions.put_in(text))
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

    # ---------------------------------------------------------------- the limit, and what depends on parameters

    def _limit(self, text: str) -> tuple[str, bool]:
        """A text without 'lim t -> infinity' before an expectation, and whether that stood there."""
        m = _LIMIT.match(text) if self.lang.noise else None
        return (text[m.end() :], True) if m is not None else (text, False)

    def _moved(self, e: Expr) -> Expr:
        """The means of the states of a step as those at the limit."""
        return E.replace(e, {x: x._replace(data=f"{x.data}@limit") for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(MEAN) and "@" not in str(x.data)})

    def _of_parameters(self, text: str) -> str:
        """rho(eta) is rho: what is said of the parameters that may be chosen is said of all of them."""
        written = [t for n in self.lang.chosen for t in (n, f"\\{n}", *self.lang.scope.symbols[n].aliases)]
        if not written:
            return text
        one = "|".join(re.escape(t) for t in sorted(written, key=len, reverse=True))
        bare = re.sub(rf"(?<![A-Za-z\\])(\\?rho|\\rho)\s*(?:\\left\s*)?\(\s*(?:{one})(?:\s*,\s*(?:{one}))*\s*(?:\\right\s*)?\)", r"\1 ", text)
        self.about.update({"any"} if bare != text else ())
        return bare

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
        best = next((n for n in self.lang.chosen if base in (n, f"\\{n}", *self.lang.scope.symbols[n].aliases)), "") if label == "@limit" and not own else ""
        if best:
            self.about.add("best")
            return self.put(E.sym(best))
        timed = sub.partition(",")[0] in ("t", "old", "current", "cur")
        e = self._resolved(base, label, own, bool(index), timed)
        if e is None:
            return m.group()
        if e.shape and str(e.data).startswith(LETTER) and not index and self.functions.is_unknown((argument(m.string, m.end())[0] or "").strip()):
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
        if plain in {n.name for n in lang.noise} and not own and not label:
            return E.sym(plain)
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
        if name == f"hat_{over}" and lang.objective is not None and own in ("", *lang.estimates) and base not in lang.vectors:
            return lang.unknown  # the estimate is the minimiser
        if "'" in own:
            return E.sym(f"{LETTER}{base}{own}{label}")  # alpha' is another letter than alpha
        if base in lang.aliases and not own and label in ("", "@limit"):
            return lang.unknown
        if base in lang.values and not indexed and own.lstrip("_\\") in ("", "min", "max", "opt") and label in ("", "@limit") and lang.objective is not None:
            self.about.add("best")
            return lang.objective
        if name == over and not lang.iteration and own and self._declared(own.lstrip("_")) and lang.objective is not None:
            return lang.unknown  # w_\lambda is the minimiser for that lambda
        a_size = plain in lang.scope.dims  # the best m is no number of rows
        if (self._declared(base) and not (a_size and label == "@limit")) or name in ("T", "I", "n") or (name == "e" and not timed and not label and "e" not in lang.own) or (
                name in _INDICES and not own and not label):
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
