"""Matrices, positive parts and piecewise values as people write them in LaTeX."""

from __future__ import annotations

from derive.grading.stress.decomposed import Decomposed
from derive.grading.stress.hand import ATOM, POWER, PRODUCT, SLASH, Piece
from derive.grading.stress.matrices import chain, turned_chain
from derive.grading.stress.rewrites import clipped, extreme_entry, log_sum_exp_of, positive_part
from derive.maths import expr as E
from derive.maths.expr import Expr


class LatexMatrices(Decomposed):
    """The part of the LaTeX hand that writes matrices and pieces."""

    transpose: str

    def turn(self) -> str:
        """The mark of a transpose."""
        return self.transpose

    def raised(self, e: Expr, mark: str) -> Piece:
        """A matrix with an exponent mark."""
        inner = self.write(e)
        plain = e.op in ("sym", "eye", "svd", "eig") and "(" not in inner.text and "^" not in inner.text
        return Piece(f"{inner.text if plain else self.bracket(inner.text)}^{mark}", POWER)

    def factors(self, of: tuple[Expr, ...]) -> str:
        """Factors of a matrix product side by side, in order."""
        mark = self.keep("matmul", (" ", " ", " ", "\\,", " \\cdot ") if not self.strict else (" ",))
        texts = []
        for f in of:
            p = self.write(f)
            texts.append(self.bracket(p.text) if (p.level <= PRODUCT and f.op not in ("T", "inv", "sym")) or p.open else p.text)
        return mark.join(texts)

    def _matmul(self, e: Expr) -> Piece:
        return Piece(self.factors(chain(e)), PRODUCT)

    def _dot(self, e: Expr) -> Piece:
        a, b = e.args
        if self.keep("inner", ("T", "T", "T", "langle")) == "langle":
            left, right = self.pick((("\\langle ", "\\rangle"), ("\\left\\langle ", "\\right\\rangle")))
            return Piece(f"{left}{self.text(a)}, {self.text(b)}{right}")
        if len(a.shape) == 2:  # the inner product of matrices is tr(A^T B)
            return self._trace(E.trace(E.matmul(E.transpose(a), b)))
        if not {a.op, b.op} & {"matmul", "T"} or self.chance(0.15):
            left = self.text(a) if a.op == "sym" and "(" not in self.text(a) else self.bracket(self.text(a))
            return Piece(f"{left}{self.transpose} {self.at_least(b, POWER)}", SLASH if self.strict else PRODUCT)
        return Piece(self.factors((*turned_chain(a, self.symbols), *chain(b))), SLASH if self.strict else PRODUCT)

    def _T(self, e: Expr) -> Piece:
        inner = e.args[0]
        if len(e.shape) == 1:  # a row as a vector: the row is what people write
            return self.write(inner)
        if inner.op == "inv" and self.chance(0.4):
            return self.raised(inner.args[0], "{-\\top}" if "top" in self.transpose else "{-T}")
        return self.raised(inner, self.transpose.removeprefix("^"))

    def _inv(self, e: Expr) -> Piece:
        return self.raised(e.args[0], "{-1}")

    def _pinv(self, e: Expr) -> Piece:
        return self.raised(e.args[0], self.keep("pinv", ("+", "{+}", "\\dagger", "{\\dagger}")))

    def _matpow(self, e: Expr) -> Piece:
        return self.raised(e.args[0], f"{{{self.text(e.args[1])}}}")

    def headed(self, what: str, names: tuple[str, ...], inner: str) -> Piece:
        """A named function of a matrix."""
        left, right = self.pick((("(", ")"), ("(", ")"), ("\\left(", "\\right)")))
        return Piece(f"{self.keep(what, names)}{left}{inner}{right}")

    def _trace(self, e: Expr) -> Piece:
        return self.headed("trace", ("\\operatorname{tr}", "\\mathrm{tr}", "\\text{tr}", "\\operatorname{Tr}", "\\operatorname{trace}"), self.text(e.args[0]))

    def _det(self, e: Expr) -> Piece:
        return self.headed("det", ("\\det",), self.text(e.args[0]))

    def _diag(self, e: Expr) -> Piece:
        return self.headed("diag", ("\\operatorname{diag}", "\\mathrm{diag}", "\\text{diag}"), self.text(e.args[0]))

    def _mean(self, e: Expr) -> Piece:
        return self.headed("mean", ("\\operatorname{mean}",), self.text(e.args[0]))

    def _dim(self, e: Expr) -> Piece:
        return Piece(str(e.data).replace("min(", "\\min("))  # the number of singular values

    def _eye(self, e: Expr) -> Piece:
        size = f"_{e.shape[0]}" if self.keep("eyesize", ("", "", "n")) and str(e.shape[0]).isalnum() else ""
        return Piece(self.keep("eye", ("I", "I", "\\mathbf{I}", "\\mathbf I")) + size)

    def _mat(self, e: Expr) -> Piece:
        across = int(e.shape[1])
        rows = [" & ".join(self.text(a) for a in e.args[k : k + across]) for k in range(0, len(e.args), across)]
        kind, body = self.keep("mat", ("pmatrix", "bmatrix")), " \\\\ ".join(rows)
        return Piece(f"\\begin{{{kind}}} {body} \\end{{{kind}}}")

    def _reduceall(self, e: Expr) -> Piece:
        return self.write(extreme_entry(e))

    # Pieces ---------------------------------------------------------------------------------

    def special(self, e: Expr) -> Piece | None:
        """Functions that have notations of their own: positive parts, extremes, exponentials."""
        inner = positive_part(e)
        if inner is not None:
            style = self.keep("relu", ("max", "max", "max0", "braces", "plus", "square", "relu", "ReLU"))
            text, zero = self.text(inner), "\\mathbf{0}" if e.shape and self.chance(0.1) else "0"
            if style in ("plus", "square"):
                left, right = {"plus": ("(", ")"), "square": ("[", "]")}[style]
                fit = self.pick(("", "\\left"))
                return Piece(f"{fit}{left}{text}{fit.replace('left', 'right')}{right}_{self.pick(('+', '{+}'))}", POWER)
            if style in ("relu", "ReLU"):
                return Piece(f"\\operatorname{{{style}}}({text})")
            listed = f"0, {text}" if style == "max0" else f"{text}, {zero}"
            return Piece(f"\\max\\{{{listed}\\}}" if style == "braces" else self.pick((f"\\max({listed})", f"\\max\\left({listed}\\right)")))
        summed = log_sum_exp_of(e)
        if summed is not None and self.keep("logsumexp", ("yes", "", "")):
            return Piece(f"\\operatorname{{logsumexp}}({self.text(summed)})")
        within = clipped(e)
        if within is not None and self.keep("clip", ("clip", "clip", "", "")):
            name = self.keep("clipname", ("\\operatorname{clip}", "\\mathrm{clip}", "\\text{clip}"))
            return Piece(f"{name}({', '.join(self.text(x) for x in within)})")
        if e.data in ("maximum", "minimum"):
            left, right = self.keep("extreme", ("(,)", "(,)", "\\{,\\}", "\\left(,\\right)", "\\left\\{,\\right\\}")).split(",")
            args = list(e.args)
            if self.chance(0.3):
                args.reverse()
            return Piece(f"\\{e.data[:3]}{left}{', '.join(self.text(a) for a in args)}{right}")
        if e.data == "exp" and self.keep("exp", ("exp", "e", "exp")) == "e":
            return Piece(f"e^{{{self.text(e.args[0])}}}", POWER)
        return None

    def softmax(self, x: Expr) -> Piece:
        """exp(x) / sum exp(x) by its name."""
        name = self.keep("softmaxname", ("\\operatorname{softmax}", "\\mathrm{softmax}", "\\text{softmax}"))
        return Piece(f"{name}({self.text(x)})")

    def logarithm(self) -> str:
        """log or ln."""
        return self.keep("log", ("\\log", "\\log", "\\ln"))

    def _cases(self, e: Expr) -> Piece:
        iff, comma = self.pick(("", "\\text{if } ", "\\text{if }")), self.pick(("", ",", ","))
        lines = [f"{self.text(v)}{comma} & {iff}{self.text(c)}" for v, c in zip(e.args[:-1:2], e.args[1::2], strict=True)]
        if len(e.args) % 2:
            rest = self.pick(("\\text{otherwise}", "\\text{otherwise}", "\\text{else}"))
            lines.append(f"{self.text(e.args[-1])}{comma} & {rest}")
        body = " \\\\ ".join(lines)
        if self.chance(0.1):
            return Piece(f"\\left\\{{\\begin{{array}}{{ll}} {body} \\end{{array}}\\right.", ATOM)
        return Piece(f"\\begin{{cases}} {body} \\end{{cases}}")

    def _comp(self, e: Expr) -> Piece:
        raise NotImplementedError("comp")
