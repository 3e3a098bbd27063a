"""Unicode text as a person types it."""

from __future__ import annotations

from fractions import Fraction

from derive.maths.expr import Expr
from derive.maths.signs import NICKNAMES
from derive.maths.writing.style import ATOM, LABELS, POWER, PRODUCT, SUM, Style, is_row

_GREEK = dict(zip(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Delta Theta Lambda Sigma Phi Psi Omega Gamma".split(),
    "αβγδεζηθικλμνξπρστυφχψωΔΘΛΣΦΨΩΓ",
    strict=True,
))
_SUB = str.maketrans("0123456789ijkn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ")


class Plain(Style):
    """Unicode text as a person types it: −(α/2)·‖g‖₁·sign(g) with ASCII operators."""

    def number(self, v: Fraction) -> tuple[str, int]:
        return (str(v), ATOM) if v.denominator == 1 and v >= 0 else (str(v), PRODUCT if v > 0 else SUM)

    def name(self, name: str) -> str:
        base, _, label = name.partition("@")
        head, _, tail = base.partition("_")
        text = _GREEK.get(NICKNAMES.get(head, head), head) + (f"_{tail}" if tail else "")
        return f"{text}_{LABELS.get(label, label)}" if label else text

    def w_const(self, e: Expr) -> tuple[str, int]:
        return {"pi": "π", "e": "e", "inf": "∞"}[e.data], ATOM

    def w_mul(self, e: Expr) -> tuple[str, int]:
        if e.args[0].shape and e.args[1].shape:
            return f"{self.at_least(e.args[0], PRODUCT)} ⊙ {self.at_least(e.args[1], POWER)}", PRODUCT
        return f"{self.at_least(e.args[0], PRODUCT)}·{self.at_least(e.args[1], POWER)}", PRODUCT

    def w_div(self, e: Expr) -> tuple[str, int]:
        text = f"{self.at_least(e.args[0], PRODUCT)}/{self.at_least(e.args[1], POWER)}"
        return text, PRODUCT

    def w_pow(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}^{self.at_least(e.args[1], ATOM)}", POWER

    w_matpow = w_pow

    def w_matmul(self, e: Expr) -> tuple[str, int]:
        chain = e.args[1].op == "matmul" and e.args[1].args[0].op not in ("mul", "div", "neg")  # products are associative
        return f"{self.at_least(e.args[0], PRODUCT)} {self.at_least(e.args[1], PRODUCT if chain else POWER)}", PRODUCT

    def w_dot(self, e: Expr) -> tuple[str, int]:
        if is_row(e.args[0]):
            return f"{self.at_least(e.args[0].args[0], PRODUCT)} {self.at_least(e.args[1], POWER)}", PRODUCT
        return f"{self.at_least(e.args[0], ATOM)}ᵀ{self.at_least(e.args[1], ATOM)}", PRODUCT

    def w_T(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}ᵀ", POWER

    def w_inv(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}^-1", POWER

    def w_pinv(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}^+", POWER

    def w_trace(self, e: Expr) -> tuple[str, int]:
        return f"tr({self.write(e.args[0])})", ATOM

    def w_det(self, e: Expr) -> tuple[str, int]:
        return f"det({self.write(e.args[0])})", ATOM

    def w_diag(self, e: Expr) -> tuple[str, int]:
        return f"diag({self.write(e.args[0])})", ATOM

    def w_total(self, e: Expr) -> tuple[str, int]:
        return f"sum({self.write(e.args[0])})", ATOM

    def w_mean(self, e: Expr) -> tuple[str, int]:
        return f"mean({self.write(e.args[0])})", ATOM

    def w_grad(self, e: Expr) -> tuple[str, int]:
        f, x = e.args
        return f"∇_{self.write(x)} {self.at_least(f, ATOM)}", PRODUCT

    def w_fn(self, e: Expr) -> tuple[str, int]:
        if e.data == "abs":
            return f"|{self.write(e.args[0])}|", ATOM
        if e.data == "factorial":
            return f"{self.at_least(e.args[0], ATOM)}!", POWER
        return f"{e.data}({self.listed(e)})", ATOM

    def w_norm(self, e: Expr) -> tuple[str, int]:
        x, p = e.args
        kind = {"p": self.at_least(p, ATOM), "fro": "F", "nuc": "*", "op": "2→2"}[e.data]
        if kind.isdigit():
            return f"‖{self.write(x)}‖{kind.translate(_SUB)}", ATOM
        return f"‖{self.write(x)}‖_{kind}", ATOM

    def w_reduce(self, e: Expr) -> tuple[str, int]:
        body, lo, hi = e.args
        kind, index = e.data
        sign = {"sum": "Σ", "prod": "Π"}.get(kind, kind)
        return f"{sign}_{{{index}={self.write(lo)}}}^{{{self.write(hi)}}} {self.at_least(body, PRODUCT)}", PRODUCT

    def w_reduceall(self, e: Expr) -> tuple[str, int]:
        return f"{e.data}({self.write(e.args[0])})", ATOM

    def w_argopt(self, e: Expr) -> tuple[str, int]:
        return f"{e.data[0]}_{e.data[1]} {self.at_least(e.args[0], POWER)}", PRODUCT

    def w_at(self, e: Expr) -> tuple[str, int]:
        index = ",".join(self.write(i) for i in e.args[1:])
        index = index if len(index) == 1 else f"{{{index}}}"
        return f"{self.at_least(e.args[0], ATOM)}_{index}", ATOM

    def w_basis(self, e: Expr) -> tuple[str, int]:
        index = self.write(e.args[0])
        return f"e_{index if len(index) == 1 else '{' + index + '}'}", ATOM

    def w_ones(self, e: Expr) -> tuple[str, int]:
        return "𝟏", ATOM

    def w_zeros(self, e: Expr) -> tuple[str, int]:
        return "0", ATOM

    def w_eye(self, e: Expr) -> tuple[str, int]:
        return "I", ATOM

    def w_svd(self, e: Expr) -> tuple[str, int]:
        return f"svd{e.data.upper()}({self.write(e.args[0])})", ATOM

    def w_qr(self, e: Expr) -> tuple[str, int]:
        return f"qr{e.data.upper()}({self.write(e.args[0])})", ATOM

    def w_chol(self, e: Expr) -> tuple[str, int]:
        return f"cholL({self.write(e.args[0])})", ATOM

    def w_eig(self, e: Expr) -> tuple[str, int]:
        return f"eig{'vals' if e.data == 'values' else 'vecs'}({self.write(e.args[0])})", ATOM

    def w_rank(self, e: Expr) -> tuple[str, int]:
        return f"rank({self.write(e.args[0])})", ATOM

    def w_psd(self, e: Expr) -> tuple[str, int]:
        return f"psd({self.write(e.args[0])})", ATOM

    def w_vec(self, e: Expr) -> tuple[str, int]:
        return f"({self.listed(e)})", ATOM

    def w_mat(self, e: Expr) -> tuple[str, int]:
        columns = e.shape[1]
        assert isinstance(columns, int)
        rows = [e.args[i : i + columns] for i in range(0, len(e.args), columns)]
        return "[" + "; ".join(", ".join(self.write(a) for a in r) for r in rows) + "]", ATOM

    def w_comp(self, e: Expr) -> tuple[str, int]:
        return f"({self.write(e.args[0])})_{e.data}", ATOM

    def w_cases(self, e: Expr) -> tuple[str, int]:
        parts = [f"{self.write(e.args[k])} if {self.write(e.args[k + 1])}" for k in range(0, len(e.args) - 1, 2)]
        if len(e.args) % 2:
            parts.append(f"{self.write(e.args[-1])} otherwise")
        return "{" + "; ".join(parts) + "}", ATOM

    def w_rel(self, e: Expr) -> tuple[str, int]:
        sign = {"!=": "≠", "<=": "≤", ">=": "≥", "~": "≈", "in": "∈"}.get(e.data, e.data)
        return f"{self.write(e.args[0])} {sign} {self.write(e.args[1])}", SUM

    def w_and(self, e: Expr) -> tuple[str, int]:
        return " and ".join(self.write(a) for a in e.args), SUM

    def w_or(self, e: Expr) -> tuple[str, int]:
        return " or ".join(self.write(a) for a in e.args), SUM

    def w_not(self, e: Expr) -> tuple[str, int]:
        return f"not ({self.write(e.args[0])})", SUM

    def w_set(self, e: Expr) -> tuple[str, int]:
        return "{" + self.listed(e) + "}", ATOM

    def w_letter(self, e: Expr) -> tuple[str, int]:
        return self.name(str(e.data)), ATOM

    def w_root(self, e: Expr) -> tuple[str, int]:
        return f"({self.name(e.data[0])} with {self.write(e.args[0])} = 0)", ATOM

    def w_list(self, e: Expr) -> tuple[str, int]:
        return self.listed(e), SUM

    def w_interval(self, e: Expr) -> tuple[str, int]:
        low, high = e.data
        return f"{'[' if low else '('}{self.listed(e)}{']' if high else ')'}", ATOM
