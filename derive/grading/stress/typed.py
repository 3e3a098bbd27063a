"""Formulas as people type them: with Unicode signs, or in plain ASCII."""

from __future__ import annotations

import re
from typing import ClassVar

from derive.grading.stress.hand import ATOM, PRODUCT, SLASH, SUM, Piece
from derive.grading.stress.typed_matrices import PlainMatrices, UnicodeMatrices
from derive.maths import expr as E
from derive.maths.expr import Expr

LETTERS = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "eta",
            "theta",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "rho",
            "sigma",
            "tau",
            "phi",
            "psi",
            "omega",
            "Delta",
            "nabla",
            "infty",
        ],
        "αβγδεηθκλμνρστφψωΔ∇∞",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("0123456789ijklmnpr", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₚᵣ", strict=True))
SUPERSCRIPTS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾"}


class PlainHand(PlainMatrices):
    """Plain ASCII, as in a calculator or a chat."""

    medium: ClassVar[str] = "plain"

    def setup(self) -> None:
        """Notation that stays the same within the formula."""
        self.mark = self.pick(("*", "*", " * ", " "))
        self.power = self.pick(("^", "^", "**"))

    def times(self) -> str:
        """A visible product sign."""
        return "*"

    def dot(self, left: Expr | None, right: Expr | None) -> str:
        """A star or a space."""
        return self.mark

    def name(self, name: str) -> str:
        """The declared name."""
        return name

    def sub(self, index: str) -> str:
        """A subscript."""
        return f"_{index}" if len(index) == 1 else f"_{{{index}}}"

    def raised(self, k: Expr) -> str:
        """An exponent."""
        p = self.write(k)
        return self.power + (p.text if p.level == ATOM else f"({p.text})")

    def _const(self, e: Expr) -> Piece:
        return Piece({"pi": "pi", "e": "e", "inf": "inf"}[e.data])

    def _bool(self, e: Expr) -> Piece:
        return Piece("always" if e.data else "never")

    def definition(self, name: str, e: Expr) -> str:
        """The clause that defines a maximising index."""
        letter = self.letter(Expr("idx", (), (), f"@{name}"), frozenset((name,)))
        body = self.text(E.replace(e.args[0], {E.idx(e.data[1]): E.idx(f"@{name}")}))
        return f"{name} = " + self.pick((f"{e.data[0]}_{letter} {body}", f"{e.data[0]}_{letter}{body}", f"arg {e.data[0][3:]}_{letter} {body}"))

    def _fn(self, e: Expr) -> Piece:
        special = self.special(e)
        if special is not None:
            return special
        inner = ", ".join(self.text(a) for a in e.args)
        name = self.logarithm() if e.data == "log" else str(e.data)
        if name == "abs" and self.keep("abs", ("|", "|", "abs")) == "|" and "|" not in (inner[:1], inner[-1:]):  # |||x|| - r|: who reads that?
            return Piece(f"|{inner}|")
        if name == "sign":
            name = self.keep("sign", ("sign", "sign", "sgn"))
        return Piece(f"{name}({inner})")

    def _norm(self, e: Expr) -> Piece:
        inner = self.text(e.args[0])
        p = {"fro": "F", "nuc": "*", "op": "2"}.get(e.data) or self.text(e.args[1])
        style = self.keep("norm", ("||", "||", "call", "|"))
        if style == "call" or "|" in (inner[:1], inner[-1:]):
            return Piece(f"norm({inner}, {p})" if e.data in ("p", "op") else f"norm({inner}, '{e.data}')")
        bars = "||" if style == "||" or self.strict or "|" in inner or p == "2" else "|"
        sub = "" if p == "2" and e.data == "p" and self.keep("two", ("_", "_", "")) == "" else f"_{p}" if p.isalnum() else f"_({p})"
        return Piece(f"{bars}{inner}{bars}{sub}")

    def _pow(self, e: Expr) -> Piece:
        base, k = e.args
        inner = self.write(base)
        plain = inner.level == ATOM and not inner.open
        return Piece((inner.text if plain else self.bracket(inner.text)) + self.raised(k), POWER_LEVEL)

    def _total(self, e: Expr) -> Piece:
        return Piece(f"sum({self.text(e.args[0])})")

    def _reduce(self, e: Expr) -> Piece:
        kind, index = e.data
        free = self.whole_range(e)
        letter = self.letter(Expr("idx", (), (), index))
        body = self.write(e.args[0])
        inner = self.bracket(body.text) if body.level == SUM else body.text
        top = self.text(e.args[2])
        if not free:
            return Piece(f"{kind}_{{{letter}=1}}^{{{top}}} {inner}", PRODUCT, True)
        heads = {"sum": (f"sum_{letter} ", f"sum_{{{letter}=1}}^{top if top.isalnum() else f'{{{top}}}'} ")}
        return Piece(self.pick(heads.get(kind, (f"{kind}_{letter} ", f"{kind}_{letter} "))) + inner, PRODUCT, True)

    def _at(self, e: Expr) -> Piece:
        x, index = e.args[0], self.places(e.args[1:])
        inner = self.text(x)
        return Piece((inner if x.op == "sym" and not set("(_") & set(inner) else self.bracket(inner)) + self.sub(index))

    def _basis(self, e: Expr) -> Piece:
        return Piece(f"e{self.sub(self.index(e.args[0]))}")

    def _ones(self, e: Expr) -> Piece:
        return Piece(f"ones({e.shape[0]})")

    def _zeros(self, e: Expr) -> Piece:
        return Piece(self.pick(("0", "zeros(n)" if e.shape[0] == "n" else "0", "0")))

    def _vec(self, e: Expr) -> Piece:
        entries = self.pick((", ", ",", ", ")).join(self.text(a) for a in e.args)
        left, right = self.keep("vec", ("[ ]", "( )", "[ ]")).split()
        return Piece(f"{left}{entries}{right}{'^T' if self.chance(0.25) else ''}")

    def _interval(self, e: Expr) -> Piece:
        return Piece(f"{'[' if e.data[0] else '('}{self.text(e.args[0])}, {self.text(e.args[1])}{']' if e.data[1] else ')'}")


POWER_LEVEL = 3


class UnicodeHand(UnicodeMatrices, PlainHand):
    """Unicode mathematics, as in a chat or a PDF."""

    medium: ClassVar[str] = "unicode"

    def setup(self) -> None:
        """Notation that stays the same within the formula."""
        self.mark = self.pick(("·", " · ", " ", " ", "", "×", "⋅"))
        self.minus_sign = self.pick(("−", "-", "−", "–") if not self.strict else ("−", "-"))
        self.power = "^"

    def minus(self) -> str:
        """A true minus, a hyphen or an en dash."""
        return self.minus_sign

    def times(self) -> str:
        """A visible product sign."""
        return self.pick(("·", "×"))

    def dot(self, left: Expr | None, right: Expr | None) -> str:
        """Between vectors a Hadamard sign."""
        if left is not None and right is not None and left.shape and right.shape:
            return self.keep("hadamard", ("⊙", " ⊙ ", "∘"))
        vector = (left is not None and left.shape) or (right is not None and right.shape)
        return "·" if self.mark == "×" and vector else self.mark

    def stacked(self, over: Piece, under: Piece) -> Piece:
        """Vulgar fractions, a fraction slash, or a slash in brackets."""
        vulgar = VULGAR.get((int(over.text), int(under.text))) if over.text.isdigit() and under.text.isdigit() else None
        if vulgar and self.rng.random() < 0.6:
            return Piece(vulgar)
        if over.level == under.level == ATOM and self.rng.random() < 0.15:
            return Piece(f"{over.text}⁄{under.text}", SLASH)
        p = self.slash(over, under)
        return Piece(self.bracket(p.text)) if self.rng.random() < 0.6 else p

    def name(self, name: str) -> str:
        """The Greek letter, or an alias with its commands as signs."""
        s = self.symbols.get(name)
        own = LETTERS.get(name, name)
        if s is None:
            return own
        options = [own, own]
        for alias in s.aliases if not self.strict else ():
            typed = re.sub(r"\\([A-Za-z]+) ?", lambda m: LETTERS.get(m.group(1), m.group(0)), alias)
            if "\\" not in typed and "{" not in typed:
                options.append(typed)
        return self.keep(f"sym:{name}", options)

    def sub(self, index: str) -> str:
        """A subscript letter where there is one."""
        if all(c in SUBSCRIPTS for c in index) and self.keep("subscripts", ("unicode", "unicode", "_")) == "unicode":
            return "".join(SUBSCRIPTS[c] for c in index)
        return super().sub(index)

    def raised(self, k: Expr) -> str:
        """A superscript digit where it is one."""
        text = self.text(k)
        if text.isdigit() and self.keep("superscripts", ("unicode", "unicode", "^")) == "unicode":
            return "".join(SUPERSCRIPTS[c] for c in text)
        return super().raised(k)

    def definition(self, name: str, e: Expr) -> str:
        """The clause that defines a maximising index."""
        letter = self.letter(Expr("idx", (), (), f"@{name}"), frozenset((name,)))
        body = self.text(E.replace(e.args[0], {E.idx(e.data[1]): E.idx(f"@{name}")}))
        return f"{name} {self.pick(('=', '=', '∈'))} {self.pick((e.data[0], 'arg ' + e.data[0][3:]))}{self.sub(letter)} {body}"

    def _const(self, e: Expr) -> Piece:
        return Piece({"pi": "π", "e": "e", "inf": "∞"}[e.data])

    def _fn(self, e: Expr) -> Piece:
        inner = ", ".join(self.text(a) for a in e.args)
        if e.data == "abs":
            return Piece(f"|({inner})|" if "|" in (inner[:1], inner[-1:]) else f"|{inner}|")
        if e.data == "sqrt":
            return Piece(f"√({inner})")
        return super()._fn(e)

    def _norm(self, e: Expr) -> Piece:
        inner = self.text(e.args[0])
        p = {"fro": "F", "nuc": "*", "op": "2"}.get(e.data) or self.text(e.args[1])
        bars = self.keep("norm", ("‖", "‖", "||", "∥", "|") if not self.strict else ("‖",))
        bars = "‖" if (bars == "|" and ("|" in inner or p == "2")) or "|" in (inner[:1], inner[-1:]) else bars
        if p == "2" and e.data == "p" and bars != "|" and self.keep("two", ("_", "_", "")) == "":
            return Piece(f"{bars}{inner}{bars}")
        sub = (
            SUBSCRIPTS[p]
            if p in ("1", "2") and self.keep("subscripts", ("unicode", "unicode", "_")) == "unicode"
            else f"_{p}"
            if len(p) == 1
            else f"_({p})"
        )
        if p == "∞":
            sub = self.keep("inf", ("_∞", "∞")) if bars != "|" else "_∞"
        return Piece(f"{bars}{inner}{bars}{sub}")

    def _reduce(self, e: Expr) -> Piece:
        kind, index = e.data
        free = self.whole_range(e)
        letter = self.letter(Expr("idx", (), (), index))
        body = self.write(e.args[0])
        inner = self.bracket(body.text) if body.level == SUM else body.text
        if not free:
            return Piece(f"{'∑' if kind == 'sum' else kind}_{{{letter}=1}}^{{{self.text(e.args[2])}}} {inner}", PRODUCT, True)
        head = self.keep("sigma", ("Σ", "∑") if "Sigma" not in self.symbols else ("∑",)) if kind == "sum" else kind
        low = self.sub(letter)
        return Piece(f"{head}{low}{' ' if low.startswith('_') else self.pick(('', ' '))}{inner}", PRODUCT, True)

    def _basis(self, e: Expr) -> Piece:
        return Piece(f"e{self.sub(self.index(e.args[0]))}")

    def _ones(self, e: Expr) -> Piece:
        return Piece("[" + ", ".join("1" * int(e.shape[0])) + "]" if isinstance(e.shape[0], int) else "𝟏")

    def _zeros(self, e: Expr) -> Piece:
        return Piece("0")

    def _vec(self, e: Expr) -> Piece:
        entries = self.pick((", ", ",", ", ")).join(self.text(a) for a in e.args)
        left, right = self.keep("vec", ("[ ]", "( )", "[ ]", "⟨ ⟩")).split()
        return Piece(f"{left}{entries}{right}{'ᵀ' if left != '⟨' and self.chance(0.3) else ''}")

    def relation(self, op: str) -> str:
        """A comparison sign."""
        space = self.keep("rel", (" ", " ", ""))
        return space + {"<=": "≤", ">=": "≥", "!=": "≠"}.get(op, op) + space
