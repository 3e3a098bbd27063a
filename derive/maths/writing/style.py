"""What every way to write has: how tightly a text binds, brackets where they are needed, sums and names."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr

# How tightly a text binds: sums, products, powers, atoms.
SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 3
OWN = "own"  # of a letter that a rule brings in: it is chosen when the derivation is finished (derive.derivation.letters)
LABELS = {"next": "t+1", "limit": "∞", "start": "0"}  # of the states of an iteration


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
