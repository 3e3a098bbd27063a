"""Formulas as NumPy code, as a student or a model writes it."""

from __future__ import annotations

from typing import ClassVar

from derive.grading.stress.hand import ATOM, POWER, SUM, Piece
from derive.grading.stress.numpy_matrices import NumpyMatrices
from derive.maths import expr as E
from derive.maths.expr import Expr

FUNCTIONS = {
    "sign": "np.sign",
    "abs": "np.abs",
    "sqrt": "np.sqrt",
    "exp": "np.exp",
    "log": "np.log",
    "maximum": "np.maximum",
    "minimum": "np.minimum",
}


class PythonHand(NumpyMatrices):
    """NumPy code: one expression; names that it needs become lines before it."""

    medium: ClassVar[str] = "python"
    juxtaposes: ClassVar[bool] = False

    def setup(self) -> None:
        """Spacing stays the same."""
        self.mark = self.pick(("*", " * ", "*"))

    def times(self) -> str:
        """A star."""
        return self.mark

    def dot(self, left: Expr | None, right: Expr | None) -> str:
        """A star."""
        return self.mark

    def definition(self, name: str, e: Expr) -> str:
        """The line that defines a maximising index."""
        return f"{name} = {self.arg(e)}"

    def arg(self, e: Expr) -> str:
        """np.argmax of a vector over its index."""
        body = e.args[0]
        inner = body.args[0] if body.op == "fn" and body.data == "abs" else body
        if inner.op != "at" or inner.args[1] != E.idx(e.data[1]):
            raise NotImplementedError("argopt")
        x = self.text(inner.args[0])
        return f"np.{e.data[0]}({f'np.abs({x})' if body.op == 'fn' else x})"

    def place(self, e: Expr) -> str:
        """A 0-based index in brackets."""
        if e.op == "argopt":
            if self.keep("inline", ("yes", "no")) == "yes":
                return self.arg(e)
            if e not in self.names:
                declared = any(s.kind == "index" and s.let == e for s in self.symbols.values())
                self.names[e] = "k" if declared or "k" not in self.symbols else "j"
                self.clauses.append(self.definition(self.names[e], e))
            return self.names[e]
        if e.op == "num":
            return str(int(e.data) - 1)
        raise NotImplementedError("index")

    def _sym(self, e: Expr) -> Piece:
        return Piece(str(e.data))

    def _dim(self, e: Expr) -> Piece:
        x = next((s.name for s in self.symbols.values() if s.shape == (e.data,) and s.kind == "value"), None)
        return Piece(self.pick((f"len({x})", str(e.data))) if x else str(e.data))

    def _dec(self, e: Expr) -> Piece:
        return Piece(str(e.data[1]), ATOM if e.data[0] >= 0 else SUM)

    def _const(self, e: Expr) -> Piece:
        return Piece({"pi": "np.pi", "e": "np.e", "inf": "np.inf"}[e.data])

    def _bool(self, e: Expr) -> Piece:
        return Piece(str(e.data))

    def _fn(self, e: Expr) -> Piece:
        special = self.special(e)
        if special is not None:
            return special
        inner = ", ".join(self.text(a) for a in e.args)
        if e.data not in FUNCTIONS:
            raise NotImplementedError(e.data)
        name = FUNCTIONS[e.data]
        if e.data == "abs":
            name = self.keep("abs", ("np.abs", "np.abs", "abs"))
        return Piece(f"{name}({inner})")

    def _norm(self, e: Expr) -> Piece:
        if e.data != "p":
            kind = {"fro": ("", ", 'fro'", ", ord='fro'"), "nuc": (", 'nuc'",), "op": (", 2", ", ord=2")}[e.data]
            return Piece(f"np.linalg.norm({self.text(e.args[0])}{self.pick(kind)})")
        x, p = self.text(e.args[0]), e.args[1]
        if p == E.INF:
            return Piece(
                self.pick(
                    (
                        f"np.linalg.norm({x}, np.inf)",
                        f"np.linalg.norm({x}, ord=np.inf)",
                        f"np.max(np.abs({x}))",
                        f"np.abs({x}).max()",
                        f"np.amax(np.abs({x}))",
                        f"max(abs({x}))",
                    )
                )
            )
        if p == E.ONE:
            return Piece(
                self.pick((f"np.linalg.norm({x}, 1)", f"np.linalg.norm({x}, ord=1)", f"np.sum(np.abs({x}))", f"np.abs({x}).sum()", f"sum(abs({x}))"))
            )
        if p == E.TWO:
            return Piece(
                self.pick(
                    (
                        f"np.linalg.norm({x})",
                        f"np.linalg.norm({x}, 2)",
                        f"np.linalg.norm({x}, ord=2)",
                        f"np.sqrt(np.sum({self.squared(x)}))",
                        f"np.sqrt({x} @ {x})" if x.isalnum() else f"np.linalg.norm({x})",
                    )
                )
            )
        k = self.text(p)
        if self.rng.random() < 0.4:
            return Piece(f"np.sum(np.abs({x})**{self.wrapped(p)})**(1/{self.wrapped(p)})", POWER)
        return Piece(self.pick((f"np.linalg.norm({x}, {k})", f"np.linalg.norm({x}, ord={k})")))

    def wrapped(self, e: Expr) -> str:
        """As an operand of a power."""
        return self.at_least(e, ATOM)

    def squared(self, x: str) -> str:
        """x**2."""
        return f"{x}**2" if x.isalnum() else f"({x})**2"

    def _pow(self, e: Expr) -> Piece:
        base = self.at_least(e.args[0], ATOM)
        return Piece(f"{base}**{self.wrapped(e.args[1])}", POWER)

    def _total(self, e: Expr) -> Piece:
        return Piece(f"np.sum({self.text(e.args[0])})")

    def _reduce(self, e: Expr) -> Piece:
        """sum and max over an index, as NumPy over the vector: the body's entries become the vector."""
        kind, index = e.data
        part = None if self.whole_range(e) else e.args[2]
        if e.args[0].shape:
            raise NotImplementedError("reduce")
        whole = self.text(_vectorised(e.args[0], index, part))
        return Piece({"sum": f"np.sum({whole})", "max": f"np.max({whole})", "min": f"np.min({whole})"}[kind])

    def _at(self, e: Expr) -> Piece:
        return Piece(f"{self.at_least(e.args[0], ATOM)}[{', '.join(map(self.place, e.args[1:]))}]")

    def _slice(self, e: Expr) -> Piece:
        return Piece(f"{self.at_least(e.args[0], ATOM)}[:{self.text(e.args[2])}]")

    def _basis(self, e: Expr) -> Piece:
        x = next((s.name for s in self.symbols.values() if s.shape == e.shape and s.kind == "value"), None)
        size = str(e.shape[0]) if isinstance(e.shape[0], int) else f"len({x})"
        return Piece(f"np.eye({size})[{self.place(e.args[0])}]")

    def _like(self, e: Expr, word: str) -> Piece:
        x = next((s.name for s in self.symbols.values() if s.shape == e.shape and s.kind == "value"), None)
        options = [f"np.{word}_like({x})"] if x else []
        options.append(f"np.{word}({e.shape[0] if isinstance(e.shape[0], int) else f'len({x})'})")
        return Piece(self.pick(options))

    def _ones(self, e: Expr) -> Piece:
        return self._like(e, "ones")

    def _zeros(self, e: Expr) -> Piece:
        return self._like(e, "zeros")

    def _vec(self, e: Expr) -> Piece:
        entries = ", ".join(self.text(a) for a in e.args)
        return Piece(f"np.array([{entries}])")

    def both(self) -> str:
        """Conditions on arrays are joined by &."""
        return " & "

    def _and(self, e: Expr) -> Piece:
        return Piece(" & ".join(f"({self.text(x)})" for x in e.args), -1)

    def relation(self, op: str) -> str:
        """A comparison operator."""
        return " == " if op == "=" else f" {op} "

    def bracket(self, text: str) -> str:
        """Round brackets."""
        return f"({text})"


def _vectorised(body: Expr, index: str, count: Expr | None = None) -> Expr:
    """body with x_i replaced by x where the index runs over all of x, or by the first entries of x, as many as are counted."""
    if body.op == "at" and body.args[1] == E.idx(index):
        return body.args[0] if count is None else Expr("slice", (body.args[0], E.ONE, count), body.args[0].shape)
    if body.op == "idx":
        raise NotImplementedError("index")
    if not body.args:
        return body
    return E.rebuild(body, tuple(_vectorised(a, index, count) for a in body.args))
