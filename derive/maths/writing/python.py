"""NumPy code."""

from __future__ import annotations

import keyword
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Dim, Expr
from derive.maths.writing.plain import Plain
from derive.maths.writing.style import ATOM, POWER, PRODUCT, SUM

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

    def w_qr(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.qr({self.write(e.args[0])})[{0 if e.data == 'q' else 1}]", ATOM

    def w_chol(self, e: Expr) -> tuple[str, int]:
        return f"np.linalg.cholesky({self.write(e.args[0])})", ATOM

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
