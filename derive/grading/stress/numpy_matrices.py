"""Matrices, positive parts and piecewise values as NumPy code."""

from __future__ import annotations

from derive.grading.stress.decomposed import Decomposed
from derive.grading.stress.hand import ATOM, POWER, SLASH, Piece
from derive.grading.stress.matrices import chain, turned_chain
from derive.grading.stress.rewrites import clipped, log_sum_exp_of, positive_part
from derive.maths import expr as E
from derive.maths.expr import Dim, Expr


class NumpyMatrices(Decomposed):
    """The part of the NumPy hand that writes matrices and pieces."""

    def factors(self, of: tuple[Expr, ...]) -> str:
        """Factors of a matrix product in order; an inverse that stands before something may be a call of solve."""
        if len(of) > 1 and of[0].op == "inv" and self.keep("solve", ("inv", "solve", "inv")) == "solve":
            return f"np.linalg.solve({self.text(of[0].args[0])}, {self.factors(of[1:])})"
        texts = [self.at_least(f, POWER) if f.op != "cases" else self.text(f) for f in of[:1]]
        if len(of) == 1:
            return texts[0]
        rest = self.factors(of[1:]) if of[1].op != "inv" or self.kept.get("solve") != "solve" or len(of) == 2 else self.bracket(self.factors(of[1:]))
        return f"{texts[0]} @ {rest}"

    def _matmul(self, e: Expr) -> Piece:
        if len(chain(e)) == 2 and len(e.args[0].shape) == 1:
            return Piece(f"np.outer({self.text(e.args[0])}, {self.text(E.transpose(e.args[1]))})")
        return Piece(self.factors(tuple(_column(f) for f in chain(e))), SLASH)

    def _dot(self, e: Expr) -> Piece:
        a, b = e.args
        if len(a.shape) == 2:
            return Piece(self.pick((f"np.sum({self.at_least(a, ATOM)} * {self.at_least(b, ATOM)})", f"np.trace({self.at_least(E.transpose(a), POWER)} @ {self.at_least(b, POWER)})")))
        if {a.op, b.op} & {"matmul", "T"}:
            factors = (*turned_chain(a, self.symbols), *chain(b))
            return Piece(f"({self.factors(tuple(_column(f) for f in factors))})")
        left, right = self.at_least(a, ATOM), self.at_least(b, ATOM)
        style = self.pick(("@", "dot", "method", "sum", "inner", "T"))
        if style in ("@", "T"):
            return Piece(f"({left}{'.T' if style == 'T' and left.isalnum() else ''} @ {right})")
        return Piece(
            {
                "dot": f"np.dot({left}, {right})",
                "method": f"{left}.dot({right})" if left.isalnum() else f"np.dot({left}, {right})",
                "sum": f"np.sum({left}*{right})",
                "inner": f"np.inner({left}, {right})",
            }[style]
        )

    def _T(self, e: Expr) -> Piece:
        if len(e.shape) == 1:
            return Piece(self.factors(tuple(_column(f) for f in chain(e.args[0]))), SLASH)
        return Piece(f"{self.at_least(e.args[0], ATOM)}.T")

    def _inv(self, e: Expr) -> Piece:
        return Piece(f"np.linalg.inv({self.text(e.args[0])})")

    def _pinv(self, e: Expr) -> Piece:
        return Piece(f"np.linalg.pinv({self.text(e.args[0])})")

    def _matpow(self, e: Expr) -> Piece:
        return Piece(f"np.linalg.matrix_power({self.text(e.args[0])}, {self.text(e.args[1])})")

    def _trace(self, e: Expr) -> Piece:
        return Piece(f"np.trace({self.text(e.args[0])})")

    def _det(self, e: Expr) -> Piece:
        return Piece(f"np.linalg.det({self.text(e.args[0])})")

    def _diag(self, e: Expr) -> Piece:
        return Piece(f"np.diag({self.text(e.args[0])})")

    def _mean(self, e: Expr) -> Piece:
        return Piece(f"np.mean({self.text(e.args[0])})")

    def length(self, d: Dim) -> str:
        """A dimension by the shape of something that has it."""
        if isinstance(d, int):
            return str(d)
        known = [s for s in self.symbols.values() if d in s.shape and s.kind == "value" and s.let is None]
        options = [str(d)]
        for s in known:
            options.append(f"{s.name}.shape[{s.shape.index(d)}]" if len(s.shape) == 2 else f"len({s.name})")
        return self.pick(options)

    def _eye(self, e: Expr) -> Piece:
        return Piece(f"{self.keep('eye', ('np.eye', 'np.eye', 'np.identity'))}({self.length(e.shape[0])})")

    def _mat(self, e: Expr) -> Piece:
        across = int(e.shape[1])
        rows = ["[" + ", ".join(self.text(a) for a in e.args[k : k + across]) + "]" for k in range(0, len(e.args), across)]
        return Piece(f"np.array([{', '.join(rows)}])")

    def _reduceall(self, e: Expr) -> Piece:
        return Piece(f"np.{e.data}({self.text(e.args[0])})")

    def special(self, e: Expr) -> Piece | None:
        """Functions that NumPy has under several names."""
        inner = positive_part(e)
        if inner is not None:
            text = self.text(inner)
            return Piece(self.pick((f"np.maximum({text}, 0)", f"np.maximum(0, {text})", f"np.maximum({text}, 0.0)", f"np.clip({text}, 0, None)")))
        summed = log_sum_exp_of(e)
        if summed is not None and self.keep("logsumexp", ("yes", "", "")):
            return Piece(f"scipy.special.logsumexp({self.text(summed)})")
        within = clipped(e)
        if within is not None and self.rng.random() < 0.6:
            return Piece(f"np.clip({', '.join(self.text(x) for x in within)})")
        return None

    def softmax(self, x: Expr) -> Piece:
        """exp(x) / sum exp(x) by its name in SciPy."""
        return Piece(f"scipy.special.softmax({self.text(x)})")

    def _cases(self, e: Expr) -> Piece:
        """np.where, one in another."""
        if len(e.args) % 2 == 0:
            raise NotImplementedError("cases without a last one")
        out = self.text(e.args[-1])
        for v, c in reversed(list(zip(e.args[:-1:2], e.args[1::2], strict=True))):
            out = f"np.where({self.text(c)}, {self.text(v)}, {out})"
        return Piece(out)


def _column(f: Expr) -> Expr:
    """NumPy has no rows: x^T of a vector is the vector."""
    return f.args[0] if f.op == "T" and f.shape[:1] == (1,) else f


