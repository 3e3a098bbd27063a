"""LaTeX mathematics."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.signs import GREEK_NAMES, NICKNAMES
from derive.maths.writing.plain import Plain
from derive.maths.writing.style import ATOM, LABELS, OWN, POWER, PRODUCT, SUM, is_row


class Latex(Plain):
    """LaTeX mathematics, without delimiters."""

    def number(self, v: Fraction) -> tuple[str, int]:
        if v.denominator == 1:
            return str(v), ATOM if v >= 0 else SUM
        text = rf"\frac{{{abs(v.numerator)}}}{{{v.denominator}}}"
        return (text, ATOM) if v > 0 else ("-" + text, SUM)

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def name(self, name: str) -> str:
        base, _, label = name.partition("@")
        if label == OWN:
            return f"«{base}»"
        head, _, tail = base.strip("_").partition("_")
        numbered = re.fullmatch(r"([A-Za-z]+)(\d+)", head) if not tail else None
        if numbered and (len(numbered[1]) == 1 or numbered[1] in GREEK_NAMES or numbered[1] in NICKNAMES):
            head, tail = numbered[1], numbered[2]
        head = NICKNAMES.get(head, head)
        text = f"\\{head}" if head in GREEK_NAMES else head if len(head) == 1 else rf"\mathrm{{{head}}}"
        if label and tail:
            return f"{text}_{{{tail}, {LABELS.get(label, label)}}}".replace("∞", chr(92) + "infty")
        tail = LABELS.get(label, label) if label else tail
        return f"{text}_{{{tail.replace('∞', chr(92) + 'infty')}}}" if tail else text

    def w_const(self, e: Expr) -> tuple[str, int]:
        return {"pi": r"\pi", "e": "e", "inf": r"\infty"}[e.data], ATOM

    def w_mul(self, e: Expr) -> tuple[str, int]:
        a, b = e.args
        left, right = self.at_least(a, PRODUCT), self.at_least(b, POWER)
        if b.op in ("num", "dec") or right[:1].isdigit():
            return rf"{left} \cdot {right}", PRODUCT
        if a.shape and b.shape:
            return rf"{left} \odot {right}", PRODUCT
        return rf"{left}\, {right}" if a.op == "norm" or (b.op in ("norm", "fn", "sym") and a.op == "div") else f"{left} {right}", PRODUCT

    def w_div(self, e: Expr) -> tuple[str, int]:
        return rf"\frac{{{self.write(e.args[0])}}}{{{self.write(e.args[1])}}}", POWER

    def w_pow(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}^{{{self.write(e.args[1])}}}", POWER

    w_matpow = w_pow

    def w_dot(self, e: Expr) -> tuple[str, int]:
        if is_row(e.args[0]):
            return f"{self.at_least(e.args[0].args[0], PRODUCT)} {self.at_least(e.args[1], POWER)}", PRODUCT
        return rf"{self.at_least(e.args[0], ATOM)}^\top {self.at_least(e.args[1], ATOM)}", PRODUCT

    def w_T(self, e: Expr) -> tuple[str, int]:
        return rf"{self.at_least(e.args[0], ATOM)}^\top", POWER

    def w_svd(self, e: Expr) -> tuple[str, int]:
        letter = {"u": "U", "s": r"\sigma", "v": "V"}[e.data]
        return f"{letter}_{{{self.write(e.args[0])}}}", ATOM

    def w_qr(self, e: Expr) -> tuple[str, int]:
        return f"{e.data.upper()}_{{{self.write(e.args[0])}}}", ATOM

    def w_chol(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{chol}}({self.write(e.args[0])})", ATOM

    def w_eig(self, e: Expr) -> tuple[str, int]:
        return rf"{'Q' if e.data == 'vectors' else chr(92) + 'lambda'}_{{{self.write(e.args[0])}}}", ATOM

    def w_rank(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{rank}}({self.write(e.args[0])})", ATOM

    def w_psd(self, e: Expr) -> tuple[str, int]:
        return rf"{self.at_least(e.args[0], PRODUCT)} \succeq 0", SUM

    def w_inv(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}^{{-1}}", POWER

    def w_pinv(self, e: Expr) -> tuple[str, int]:
        return rf"{self.at_least(e.args[0], ATOM)}^\dagger", POWER

    def w_trace(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{tr}}\left({self.write(e.args[0])}\right)", ATOM

    def w_det(self, e: Expr) -> tuple[str, int]:
        return rf"\det({self.write(e.args[0])})", ATOM

    def w_diag(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{diag}}({self.write(e.args[0])})", ATOM

    def w_total(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{sum}}({self.write(e.args[0])})", ATOM

    def w_mean(self, e: Expr) -> tuple[str, int]:
        return rf"\operatorname{{mean}}({self.write(e.args[0])})", ATOM

    def w_comp(self, e: Expr) -> tuple[str, int]:
        return rf"\left({self.write(e.args[0])}\right)_{{{self.write(E.idx(str(e.data)))}}}", ATOM

    def w_grad(self, e: Expr) -> tuple[str, int]:
        f, x = e.args
        if f.op == "sym":  # a named function at the point
            return rf"\nabla {self.write(f)}({self.write(x)})", ATOM
        return rf"\nabla_{{{self.write(x)}}} {self.at_least(f, ATOM)}", PRODUCT

    def w_fn(self, e: Expr) -> tuple[str, int]:
        x = self.write(e.args[0])
        if e.data == "abs":
            return rf"\left|{x}\right|", ATOM
        if e.data == "sqrt":
            return rf"\sqrt{{{x}}}", ATOM
        if e.data in ("floor", "ceil"):
            return rf"\left\l{e.data} {x} \right\r{e.data}", ATOM
        if e.data == "factorial":
            return f"{self.at_least(e.args[0], ATOM)}!", POWER
        if e.data == "relu":
            return rf"\left({x}\right)_+", ATOM
        if e.data == "divide_or_zero":
            return rf"\frac{{{x}}}{{{self.write(e.args[1])}}}", ATOM
        if e.data == "binom":
            return rf"\binom{{{x}}}{{{self.write(e.args[1])}}}", ATOM
        named = {
            "log2": r"\log_2",
            "log10": r"\log_{10}",
            "asin": r"\arcsin",
            "acos": r"\arccos",
            "atan": r"\arctan",
            "maximum": r"\max",
            "minimum": r"\min",
        }
        if e.data in named:
            return f"{named[e.data]}({self.listed(e)})", ATOM
        if e.data in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"):
            return rf"\{e.data}({x})", ATOM
        return rf"\operatorname{{{e.data.replace('_', ' ')}}}({self.listed(e)})", ATOM

    def w_norm(self, e: Expr) -> tuple[str, int]:
        x, p = e.args
        kind = {"p": self.write(p), "fro": "F", "nuc": "*", "op": r"2\to 2"}[e.data]
        return rf"\|{self.write(x)}\|_{{{kind}}}" if len(kind) > 1 else rf"\|{self.write(x)}\|_{kind}", ATOM

    def w_reduce(self, e: Expr) -> tuple[str, int]:
        body, lo, hi = e.args
        kind, index = e.data
        return rf"\{kind}_{{{index.strip('_')}={self.write(lo)}}}^{{{self.write(hi)}}} {self.at_least(body, PRODUCT)}", PRODUCT

    def w_reduceall(self, e: Expr) -> tuple[str, int]:
        return rf"\{e.data}({self.write(e.args[0])})", ATOM

    def w_argopt(self, e: Expr) -> tuple[str, int]:
        kind, index = e.data
        return rf"\operatorname{{{kind}}}_{{{index.strip('_')}}} {self.at_least(e.args[0], POWER)}", PRODUCT

    def w_at(self, e: Expr) -> tuple[str, int]:
        index = ",".join(self.write(i) for i in e.args[1:])
        base = self.at_least(e.args[0], ATOM)
        return f"{{{base}}}_{{{index}}}" if re.search(r"_(\{[^{}]*\}|\+)\Z", base) else f"{base}_{{{index}}}", ATOM

    def w_basis(self, e: Expr) -> tuple[str, int]:
        return f"e_{{{self.write(e.args[0])}}}", ATOM

    def w_ones(self, e: Expr) -> tuple[str, int]:
        return r"\mathbf{1}", ATOM

    def w_vec(self, e: Expr) -> tuple[str, int]:
        return rf"\left({self.listed(e)}\right)", ATOM

    def w_mat(self, e: Expr) -> tuple[str, int]:
        columns = e.shape[1]
        assert isinstance(columns, int)
        rows = [e.args[i : i + columns] for i in range(0, len(e.args), columns)]
        body = r" \\ ".join(" & ".join(self.write(a) for a in r) for r in rows)
        return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", ATOM

    def w_cases(self, e: Expr) -> tuple[str, int]:
        rows = [rf"{self.write(e.args[k])} & {self.write(e.args[k + 1])}" for k in range(0, len(e.args) - 1, 2)]
        if len(e.args) % 2:
            rows.append(rf"{self.write(e.args[-1])} & \text{{otherwise}}")
        return rf"\begin{{cases}} {(r' ' + chr(92) * 2 + ' ').join(rows)} \end{{cases}}", ATOM

    def w_rel(self, e: Expr) -> tuple[str, int]:
        sign = {"!=": r"\ne", "<=": r"\le", ">=": r"\ge", "~": r"\approx", "in": r"\in"}.get(e.data, e.data)
        return f"{self.write(e.args[0])} {sign} {self.write(e.args[1])}", SUM

    def w_and(self, e: Expr) -> tuple[str, int]:
        return r"\ \text{and}\ ".join(self.write(a) for a in e.args), SUM

    def w_or(self, e: Expr) -> tuple[str, int]:
        return r"\ \text{or}\ ".join(self.write(a) for a in e.args), SUM
