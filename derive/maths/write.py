"""Expr -> LaTeX, plain text (Unicode) and Python. What is written reads back as the same expression."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Dim, Expr
from derive.maths.lex import GREEK_NAMES
from derive.maths.signs import NICKNAMES

# How tightly a text binds: sums, products, powers, atoms.
SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 3

_GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
            "Delta",
            "Theta",
            "Lambda",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
            "Gamma",
        ],
        [
            "α",
            "β",
            "γ",
            "δ",
            "ε",
            "ζ",
            "η",
            "θ",
            "ι",
            "κ",
            "λ",
            "μ",
            "ν",
            "ξ",
            "π",
            "ρ",
            "σ",
            "τ",
            "υ",
            "φ",
            "χ",
            "ψ",
            "ω",
            "Δ",
            "Θ",
            "Λ",
            "Σ",
            "Φ",
            "Ψ",
            "Ω",
            "Γ",
        ],
        strict=True,
    )
)
_SUB = str.maketrans("0123456789ijkn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ")
_LABELS = {"next": "t+1", "limit": "∞", "start": "0"}


def is_row(e: Expr) -> bool:
    """Whether e is the column of a row, like (x^T P)^T: before another column the row itself is written."""
    return e.op == "T" and len(e.shape) == 1


class Style:
    """One way to write: the texts of operators and the forms of the compound operations."""

    def number(self, v: Fraction) -> tuple[str, int]:
        raise NotImplementedError

    def name(self, name: str) -> str:
        raise NotImplementedError

    def write(self, e: Expr) -> str:
        """The whole expression."""
        return self.go(e)[0]

    def at_least(self, e: Expr, level: int) -> str:
        """The text of e, in brackets if it binds less tightly than level."""
        text, own = self.go(e)
        return text if own >= level else self.brackets(text)

    def brackets(self, text: str) -> str:
        return f"({text})"

    def go(self, e: Expr) -> tuple[str, int]:
        method: Callable[[Expr], tuple[str, int]] | None = getattr(self, f"w_{e.op}", None)
        if method is None:
            return f"<{e.op}>", ATOM
        return method(e)

    # operations that every style writes alike

    def w_num(self, e: Expr) -> tuple[str, int]:
        return self.number(Fraction(e.data))

    def w_dec(self, e: Expr) -> tuple[str, int]:
        return str(e.data[1]), ATOM

    def w_sym(self, e: Expr) -> tuple[str, int]:
        return self.name(str(e.data)), ATOM

    w_idx = w_sym
    w_dim = w_sym
    w_new = w_sym

    def w_add(self, e: Expr) -> tuple[str, int]:
        out = self.at_least(e.args[0], SUM) if e.args[0].op != "neg" else "-" + self.at_least(e.args[0].args[0], PRODUCT)
        for a in e.args[1:]:
            if a.op == "neg":
                out += " - " + self.at_least(a.args[0], PRODUCT)
            elif a.op in ("num", "dec") and (E.number_value(a) or 0) < 0:
                out += " - " + self.write(E.num(-(E.number_value(a) or 0)))
            else:
                out += " + " + self.at_least(a, PRODUCT)
        return out, SUM

    def w_neg(self, e: Expr) -> tuple[str, int]:
        return "-" + self.at_least(e.args[0], PRODUCT), SUM

    def w_bool(self, e: Expr) -> tuple[str, int]:
        return str(e.data).lower(), ATOM

    def w_blank(self, e: Expr) -> tuple[str, int]:
        return "", ATOM

    def w_restate(self, e: Expr) -> tuple[str, int]:
        return f"{e.data} …", ATOM

    def listed(self, e: Expr) -> str:
        return ", ".join(self.write(a) for a in e.args)


class Plain(Style):
    """Unicode text as a person types it: −(α/2)·‖g‖₁·sign(g) with ASCII operators."""

    def number(self, v: Fraction) -> tuple[str, int]:
        return (str(v), ATOM) if v.denominator == 1 and v >= 0 else (str(v), PRODUCT if v > 0 else SUM)

    def name(self, name: str) -> str:
        base, _, label = name.partition("@")
        head, _, tail = base.partition("_")
        text = _GREEK.get(NICKNAMES.get(head, head), head) + (f"_{tail}" if tail else "")
        return f"{text}_{_LABELS.get(label, label)}" if label else text

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

    def w_list(self, e: Expr) -> tuple[str, int]:
        return self.listed(e), SUM

    def w_interval(self, e: Expr) -> tuple[str, int]:
        low, high = e.data
        return f"{'[' if low else '('}{self.listed(e)}{']' if high else ')'}", ATOM


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
        head, _, tail = base.strip("_").partition("_")
        numbered = re.fullmatch(r"([A-Za-z]+)(\d+)", head) if not tail else None
        if numbered and (len(numbered[1]) == 1 or numbered[1] in GREEK_NAMES or numbered[1] in NICKNAMES):
            head, tail = numbered[1], numbered[2]
        head = NICKNAMES.get(head, head)
        text = f"\\{head}" if head in GREEK_NAMES else head if len(head) == 1 else rf"\mathrm{{{head}}}"
        if label and tail:
            return f"{text}_{{{tail}, {_LABELS.get(label, label)}}}".replace("∞", chr(92) + "infty")
        tail = _LABELS.get(label, label) if label else tail
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


_RESERVED = frozenset(("np", "math", "answer"))


class Python(Plain):
    """NumPy code on arrays; vectors and rows are one-dimensional.

    indices: names that indices must not take, because a parameter has them.
    """

    def __init__(self, indices: frozenset[str] = frozenset()) -> None:
        self.taken = indices

    def number(self, v: Fraction) -> tuple[str, int]:
        if v.denominator == 1:
            return str(v), ATOM if v >= 0 else SUM
        return f"{v.numerator}/{v.denominator}", PRODUCT if v > 0 else SUM

    def name(self, name: str) -> str:
        name = name.replace("@", "_").replace("lambda", "lam")
        return f"{name}_" if keyword.iskeyword(name) or name in _RESERVED else name

    def index(self, name: str) -> str:
        """The variable of a bound index."""
        name = self.name(name)
        return f"{name}_" if name in self.taken else name

    def w_idx(self, e: Expr) -> tuple[str, int]:
        return self.index(str(e.data)), ATOM

    def whole(self, e: Expr) -> str:
        """A formula as a Python integer: an index, or the end of a range."""
        text = self.write(e)
        return text if e.op in ("idx", "dim", "argopt") or (e.op == "num" and e.data.denominator == 1) else f"round(float({text}))"

    def w_bool(self, e: Expr) -> tuple[str, int]:
        return str(bool(e.data)), ATOM

    def w_and(self, e: Expr) -> tuple[str, int]:
        return f"np.logical_and.reduce(np.broadcast_arrays({self.listed(e)}))", ATOM

    def w_or(self, e: Expr) -> tuple[str, int]:
        return f"np.logical_or.reduce(np.broadcast_arrays({self.listed(e)}))", ATOM

    def w_not(self, e: Expr) -> tuple[str, int]:
        return f"np.logical_not({self.write(e.args[0])})", ATOM

    def w_interval(self, e: Expr) -> tuple[str, int]:
        return f"({self.listed(e)})", ATOM

    w_list = w_interval

    def w_set(self, e: Expr) -> tuple[str, int]:
        return "{" + self.listed(e) + "}", ATOM

    def w_const(self, e: Expr) -> tuple[str, int]:
        return {"pi": "np.pi", "e": "np.e", "inf": "np.inf"}[e.data], ATOM

    def w_mul(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], PRODUCT)}*{self.at_least(e.args[1], POWER)}", PRODUCT

    def w_pow(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}**{self.at_least(e.args[1], ATOM)}", POWER

    def w_matpow(self, e: Expr) -> tuple[str, int]:
        if e.args[1].op == "num" and e.args[1].data.denominator != 1:
            return f"(lambda w, q: (q * w**({self.write(e.args[1])})) @ q.T)(*np.linalg.eigh({self.write(e.args[0])}))", ATOM
        return f"np.linalg.matrix_power({self.write(e.args[0])}, {self.whole(e.args[1])})", ATOM

    def w_svd(self, e: Expr) -> tuple[str, int]:
        part = {"u": "[0]", "s": "[1]", "v": "[2].T"}[e.data]
        return f"np.linalg.svd({self.write(e.args[0])}, full_matrices=False){part}", ATOM

    def w_eig(self, e: Expr) -> tuple[str, int]:
        part = "[0][::-1]" if e.data == "values" else "[1][:, ::-1]"
        return f"np.linalg.eigh({self.write(e.args[0])}){part}", ATOM

    def w_rank(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.matrix_rank({self.write(e.args[0])})", ATOM

    def w_matmul(self, e: Expr) -> tuple[str, int]:
        a, b = e.args
        if len(a.shape) == 1:
            return f"np.outer({self.write(a)}, {self.write(E.as_column(b))})", ATOM
        return f"({self.at_least(a, PRODUCT)} @ {self.at_least(b, POWER)})", ATOM

    def w_dot(self, e: Expr) -> tuple[str, int]:
        if len(e.args[0].shape) == 2:
            return f"np.sum({self.at_least(e.args[0], POWER)}*{self.at_least(e.args[1], POWER)})", ATOM
        return f"({self.at_least(e.args[0], POWER)} @ {self.at_least(e.args[1], POWER)})", ATOM

    def w_T(self, e: Expr) -> tuple[str, int]:
        return f"{self.at_least(e.args[0], ATOM)}.T", ATOM

    def w_inv(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.inv({self.write(e.args[0])})", ATOM

    def w_pinv(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.pinv({self.write(e.args[0])})", ATOM

    def w_trace(self, e: Expr) -> tuple[str, int]:
        return f"np.trace({self.write(e.args[0])})", ATOM

    def w_det(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.det({self.write(e.args[0])})", ATOM

    def w_diag(self, e: Expr) -> tuple[str, int]:
        return f"np.diag({self.write(e.args[0])})", ATOM

    def w_total(self, e: Expr) -> tuple[str, int]:
        return f"np.sum({self.write(e.args[0])})", ATOM

    def w_mean(self, e: Expr) -> tuple[str, int]:
        return f"np.mean({self.write(e.args[0])})", ATOM

    def w_fn(self, e: Expr) -> tuple[str, int]:
        x = self.write(e.args[0])
        if e.data == "relu":
            return f"np.maximum({x}, 0)", ATOM
        if e.data == "divide_or_zero":
            a, b = (self.at_least(v, POWER) for v in e.args)
            return f"np.where({b} == 0, 0.0, {a}/np.where({b} == 0, 1.0, {b}))", ATOM
        named = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
        if e.data == "sigmoid":
            return f"1/(1 + np.exp(-({x})))", PRODUCT
        if e.data in ("factorial", "binom"):
            return f"math.{'comb' if e.data == 'binom' else e.data}({', '.join(map(self.whole, e.args))})", ATOM
        return f"np.{named.get(e.data, e.data)}({self.listed(e)})", ATOM

    def w_norm(self, e: Expr) -> tuple[str, int]:
        order = {"p": self.write(e.args[1]), "fro": "'fro'", "nuc": "'nuc'", "op": "2"}[e.data]
        return f"np.linalg.norm({self.write(e.args[0])}, {order})", ATOM

    def w_reduce(self, e: Expr) -> tuple[str, int]:
        body, lo, hi = e.args
        kind, index = e.data
        call = {"sum": "sum", "prod": "math.prod"}.get(kind, kind)
        return f"{call}({self.write(body)} for {self.index(index)} in range({self.whole(lo)}, {self.whole(hi)} + 1))", ATOM

    def w_reduceall(self, e: Expr) -> tuple[str, int]:
        return f"np.{e.data}({self.write(e.args[0])})", ATOM

    def w_argopt(self, e: Expr) -> tuple[str, int]:
        kind, index = e.data
        body, hi = e.args
        return f"(int(np.{kind}([{self.write(body)} for {self.index(index)} in range(1, {self.whole(hi)} + 1)])) + 1)", ATOM

    def w_at(self, e: Expr) -> tuple[str, int]:
        index = ", ".join(str(i.data - 1) if i.op == "num" else f"{self.whole(i)} - 1" for i in e.args[1:])
        return f"{self.at_least(e.args[0], ATOM)}[{index}]", ATOM

    def w_basis(self, e: Expr) -> tuple[str, int]:
        return f"np.eye({self.size(e.shape[0])})[{self.whole(e.args[0])} - 1]", ATOM

    def size(self, d: Dim) -> str:
        return self.name(d) if isinstance(d, str) else str(d)

    def w_ones(self, e: Expr) -> tuple[str, int]:
        return f"np.ones({self.dims(e)})", ATOM

    def w_zeros(self, e: Expr) -> tuple[str, int]:
        return f"np.zeros({self.dims(e)})", ATOM

    def dims(self, e: Expr) -> str:
        sizes = [self.size(d) for d in e.shape]
        return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"

    def w_eye(self, e: Expr) -> tuple[str, int]:
        return f"np.eye({self.size(e.shape[0])})", ATOM

    def w_vec(self, e: Expr) -> tuple[str, int]:
        return f"np.array([{self.listed(e)}])", ATOM

    def w_mat(self, e: Expr) -> tuple[str, int]:
        columns = e.shape[1]
        assert isinstance(columns, int)
        rows = [e.args[i : i + columns] for i in range(0, len(e.args), columns)]
        return "np.array([" + ", ".join("[" + ", ".join(self.write(a) for a in r) + "]" for r in rows) + "])", ATOM

    def w_comp(self, e: Expr) -> tuple[str, int]:
        return f"np.array([{self.write(e.args[0])} for {self.index(e.data)} in range(1, {self.size(e.shape[0])} + 1)])", ATOM

    def w_cases(self, e: Expr) -> tuple[str, int]:
        out = self.write(e.args[-1]) if len(e.args) % 2 else "np.nan"
        for k in reversed(range(0, len(e.args) - 1, 2)):
            out = f"np.where({self.write(e.args[k + 1])}, {self.write(e.args[k])}, {out})"
        return out, ATOM

    def w_rel(self, e: Expr) -> tuple[str, int]:
        return f"({self.at_least(e.args[0], SUM)} {'==' if e.data == '=' else e.data} {self.at_least(e.args[1], SUM)})", ATOM


_LATEX, _PLAIN, _PYTHON = Latex(), Plain(), Python()


def latex(e: Expr) -> str:
    """LaTeX of an expression, without delimiters."""
    return _LATEX.write(e)


def plain(e: Expr) -> str:
    """Unicode text of an expression, as echoed in grades."""
    return _PLAIN.write(e)


def python(e: Expr, taken: frozenset[str] = frozenset()) -> str:
    """NumPy code of an expression; taken: names that its bound indices must not have."""
    return Python(taken).write(e) if taken else _PYTHON.write(e)
