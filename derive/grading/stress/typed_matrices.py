"""Matrices, positive parts and piecewise values as people type them, in plain ASCII and in Unicode."""

from __future__ import annotations

from derive.grading.stress.decomposed import Decomposed
from derive.grading.stress.hand import ATOM, POWER, PRODUCT, SLASH, Piece
from derive.grading.stress.matrices import chain, turned_chain
from derive.grading.stress.rewrites import clipped, extreme_entry, log_sum_exp_of, positive_part
from derive.maths import expr as E
from derive.maths.expr import Expr


class PlainMatrices(Decomposed):
    """The part of the plain hand that writes matrices and pieces."""

    transposes: tuple[str, ...] = ("^T", "^T", "^T", "'", ".T")
    inverses: tuple[str, ...] = ("^-1", "^{-1}", "^(-1)", "inv")
    pseudo: tuple[str, ...] = ("pinv", "^+")
    products: tuple[str, ...] = (" ", " ", "*", " @ ")

    def marked(self, e: Expr, mark: str) -> Piece:
        """A matrix with a mark behind it."""
        inner = self.write(e)
        plain = e.op in ("sym", "eye", "svd", "eig") and "(" not in inner.text and "_" not in inner.text
        return Piece((inner.text if plain else self.bracket(inner.text)) + mark, POWER)

    def factors(self, of: tuple[Expr, ...]) -> str:
        """Factors of a matrix product side by side, in order."""
        mark = self.keep("matmul", self.products if not self.strict else self.products[:1])
        texts = []
        for f in of:
            p = self.write(f)
            texts.append(self.bracket(p.text) if (p.level <= PRODUCT and f.op not in ("T", "inv", "sym")) or p.open else p.text)
        out = texts[0]
        for t in texts[1:]:
            # XᵀX needs no space; Xy and AA would be one name
            out += mark or ("" if not (out[-1].isalnum() and out[-1].isascii()) or t[0] == "(" else " ")
            out += t
        return out

    def _matmul(self, e: Expr) -> Piece:
        return Piece(self.factors(chain(e)), PRODUCT)

    def angled(self, a: str, b: str) -> str:
        """An inner product in angles."""
        return f"<{a}, {b}>"

    def _dot(self, e: Expr) -> Piece:
        a, b = e.args
        style = self.keep("inner", ("T", "T", "T", "<", "dot"))
        if style == "<":
            return Piece(self.angled(self.text(a), self.text(b)))
        if style == "dot" and self.medium == "plain":
            return Piece(f"dot({self.text(a)}, {self.text(b)})")
        if len(a.shape) == 2:
            return self._trace(E.trace(E.matmul(E.transpose(a), b)))
        if not {a.op, b.op} & {"matmul", "T"} or self.chance(0.15):
            return Piece(f"{self.marked(a, self.turn()).text}{self.gap()}{self.at_least(b, POWER)}", SLASH if self.strict else PRODUCT)
        return Piece(self.factors((*turned_chain(a, self.symbols), *chain(b))), SLASH if self.strict else PRODUCT)

    def turn(self) -> str:
        """The mark of a transpose."""
        return self.keep("T", self.transposes if not self.strict else self.transposes[:1])

    def gap(self) -> str:
        """What stands between x^T and y."""
        return " @ " if self.turn() == ".T" else " "

    def _T(self, e: Expr) -> Piece:
        return self.write(e.args[0]) if len(e.shape) == 1 else self.marked(e.args[0], self.turn())

    def _inv(self, e: Expr) -> Piece:
        how = self.keep("inv", self.inverses)
        return Piece(f"inv({self.text(e.args[0])})") if how == "inv" else self.marked(e.args[0], how)

    def _pinv(self, e: Expr) -> Piece:
        how = self.keep("pinv", self.pseudo)
        return Piece(f"pinv({self.text(e.args[0])})") if how == "pinv" else self.marked(e.args[0], how)

    def _trace(self, e: Expr) -> Piece:
        return Piece(f"{self.keep('trace', ('tr', 'trace', 'Tr'))}({self.text(e.args[0])})")

    def _det(self, e: Expr) -> Piece:
        return Piece(f"det({self.text(e.args[0])})")

    def _diag(self, e: Expr) -> Piece:
        return Piece(f"diag({self.text(e.args[0])})")

    def _mean(self, e: Expr) -> Piece:
        return Piece(f"mean({self.text(e.args[0])})")

    def _eye(self, e: Expr) -> Piece:
        return Piece(self.keep("eye", ("I", "I", "I_@") if str(e.shape[0]).isalnum() else ("I",)).replace("@", str(e.shape[0])))

    def _mat(self, e: Expr) -> Piece:
        across = int(e.shape[1])
        rows = ["[" + ", ".join(self.text(a) for a in e.args[k : k + across]) + "]" for k in range(0, len(e.args), across)]
        return Piece(f"[{', '.join(rows)}]")

    def _reduceall(self, e: Expr) -> Piece:
        return self.write(extreme_entry(e))

    # Pieces ---------------------------------------------------------------------------------

    def special(self, e: Expr) -> Piece | None:
        """Functions that have notations of their own: positive parts, extremes, exponentials."""
        inner = positive_part(e)
        if inner is not None:
            style = self.keep("relu", ("max", "max", "max0", "plus", "square", "relu", "ReLU"))
            text = self.text(inner)
            if style in ("plus", "square"):
                left, right = {"plus": ("(", ")"), "square": ("[", "]")}[style]
                return Piece(f"{left}{text}{right}{self.keep('plus', ('_+', '₊') if self.medium == 'unicode' else ('_+',))}", POWER)
            if style in ("relu", "ReLU"):
                return Piece(f"{style}({text})")
            return Piece(f"max(0, {text})" if style == "max0" else f"max({text}, 0)")
        summed = log_sum_exp_of(e)
        if summed is not None and self.keep("logsumexp", ("yes", "", "")):
            return Piece(f"logsumexp({self.text(summed)})")
        within = clipped(e)
        if within is not None and self.keep("clip", ("clip", "")):
            return Piece(f"clip({', '.join(self.text(x) for x in within)})")
        if e.data in ("maximum", "minimum"):
            args = list(e.args)
            if self.chance(0.3):
                args.reverse()
            return Piece(f"{e.data[:3]}({', '.join(self.text(a) for a in args)})")
        if e.data == "exp" and self.keep("exp", ("exp", "exp", "e")) == "e":
            return Piece(f"e^({self.text(e.args[0])})", POWER)
        return None

    def logarithm(self) -> str:
        """log or ln."""
        return self.keep("log", ("log", "log", "ln"))

    def _cases(self, e: Expr) -> Piece:
        """a if c; b otherwise, in braces; or the conditional expression of Python in brackets."""
        pairs = list(zip(e.args[:-1:2], e.args[1::2], strict=True))
        if len(e.args) % 2 and self.keep("cases", ("braces", "braces", "else")) == "else":
            chosen = " else ".join(f"{self.text(v)} if {self.text(c)}" for v, c in pairs)
            return Piece(f"({chosen} else {self.text(e.args[-1])})", ATOM)
        mark = self.keep("branches", (", ", "; "))
        whole = mark.join(f"{self.text(v)} if {self.text(c)}" for v, c in pairs)
        if len(e.args) % 2:
            rest = self.text(e.args[-1])
            whole += mark + self.keep("rest", ("@ otherwise", "@ otherwise", "else @", "otherwise @")).replace("@", rest)
        return Piece(f"{{{whole}}}", ATOM)

    def outermost(self, e: Expr) -> str:
        """A piecewise value as the whole answer: without its braces, now and then on lines."""
        text = self.text(e)
        if e.op != "cases" or text[:1] != "{" or self.chance(0.3):
            return text
        return text[1:-1]


class UnicodeMatrices(PlainMatrices):
    """The same with Unicode marks."""

    transposes = ("ᵀ", "ᵀ", "ᵀ", "^T", "ᐪ")
    inverses = ("⁻¹", "⁻¹", "^-1", "^{-1}")
    pseudo = ("⁺", "^+", "†")
    products = ("", " ", " ", "·")

    def angled(self, a: str, b: str) -> str:
        """An inner product in angles."""
        return f"⟨{a}, {b}⟩"

    def gap(self) -> str:
        """What stands between xᵀ and y."""
        return "" if self.turn() != "^T" else " "
