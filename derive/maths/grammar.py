"""Precedence climbing over the operators.

Juxtaposition is multiplication. `/` and spaced juxtaposition associate to the left. Where people
mean two things by one notation the reader takes the one that `Choices` names and records in
`met` that the choice mattered, so that the caller can try the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.bar_pairs import openings
from derive.maths.cursor import Cursor
from derive.maths.dots import dotted_product, dotted_sum
from derive.maths.expr import Expr, ShapeError
from derive.maths.layers import entrywise_sum
from derive.maths.lex import LOOKAHEAD
from derive.maths.spread import spread_sum
from derive.maths.tokens import Token

RELATIONS = frozenset(["=", "≠", "<", ">", "≤", "≥", "≈", "∈", "∝", "→", "←", "≽", "≼"])
REL_NAME = {"≠": "!=", "≤": "<=", "≥": ">=", "≈": "~", "∈": "in", "∝": "prop", "→": "to", "←": "=", "≽": "succeq", "≼": "preceq"}
_TIMES = ("*", "×", "·")
_PRODUCTS = frozenset(("*", "×", "·", "/", "//", "@", "⊙", "⊘"))
_COMPARISONS = frozenset(("=", "≠", "<", ">", "≤", "≥", "≽", "≼"))
_SUMS = frozenset(("+", "-", "±"))
_OPENERS = frozenset(["(", "[", "{", "\\{", "⟨", "∑", "∏", "∇", "∂", "√", "∞", "⌊", "⌈", "𝟏", "𝟙"])
OPERAND_COMMANDS = frozenset(
    "frac tfrac dfrac cfrac sfrac nicefrac sqrt binom tbinom dbinom text textrm mathrm operatorname begin operatornamewithlimits mathop "
    "norm abs underset inner ip underbrace overbrace".split()
)


@dataclass(frozen=True)
class Statement:
    """A formula, or a chain of them: terms[0] ops[0] terms[1] ...; after is what ended it, lead the words before it.

    lives: it only says in which set of numbers something lives, x in R^n.
    """

    terms: tuple[Expr, ...]
    ops: tuple[str, ...]
    position: int
    after: str
    lead: str = ""
    lives: bool = False


class Grammar(Cursor, ABC):
    """Expressions over operands; the operands and the statements are left to the parser."""

    @abstractmethod
    def primary(self) -> Expr:
        """One operand without its postfixes."""

    @abstractmethod
    def postfix(self, x: Expr, pos: int) -> Expr:
        """Powers, transposes, factorials, indices and methods that stand behind the operand x."""

    @abstractmethod
    def statement(self) -> Statement:
        """One formula or chain of relations."""

    def conditional(self, value: Expr) -> Expr:
        """x if condition else y, as Python writes cases."""
        t = self.tokens[self.i]
        if t.kind != "name" or t.value != "if":
            return value
        if not self.else_follows():
            return value
        self.i += 1
        condition = self.condition()
        if self.tok.value != "else" or condition.op not in E.CONDITIONS:
            self.fail("'else'")
        self.i += 1
        otherwise = self.conditional(self.expression())
        return self.build(E.cases, ((value, condition),), otherwise)

    def else_follows(self) -> bool:
        """Whether 'if' at hand belongs to a if c else b: an 'else' follows before the next comma on its level."""
        level = 0
        for t in self.tokens[self.i :]:
            if t.kind == "op" and t.value in ("(", "[", "{", "\\{", "⟨"):
                level += 1
            elif t.kind == "op" and t.value in (")", "]", "}", "\\}", "⟩"):
                level -= 1
            if level < 0 or (not level and t.kind == "op" and t.value in (",", ";")):
                return False
            if not level and t.kind == "name" and t.value == "else":
                return True
        return False

    def condition(self) -> Expr:
        """A comparison, or several joined by 'and', 'or', or a comma where another comparison follows."""
        first = self.relation()
        while first.op in E.CONDITIONS:
            save = self.i
            op = "or" if self.tok.kind in ("name", "words") and self.tok.value == "or" else "and"
            if not (self.tok.kind in ("name", "words") and self.tok.value in ("and", "or")) and not self.is_op(",", "quad"):
                break
            while self.is_op(",", "quad") or (self.tok.kind in ("name", "words") and self.tok.value in ("and", "or")):
                self.i += 1
            try:
                second = self.relation() if self.starts_operand() or self.is_op("-") else first
            except ReadError:
                second = E.ZERO
            if second is first or second.op not in E.CONDITIONS:
                self.i = save
                break
            first = self.build(E.logic, op, first, second)
        return first

    def relation(self) -> Expr:
        """An expression, or a chain of comparisons as a condition."""
        first = self.logic_operand()
        # In code conditions on arrays are joined by & and |.
        while (t := self.tokens[self.i]).kind == "op" and (t.value in ("∧", "∨") or (t.value in ("&", "|") and first.op in E.CONDITIONS and self.peek().value == "(" and "\\" not in self.text)):
            op = "and" if self.tok.value in ("∧", "&") else "or"
            self.i += 1
            second = self.logic_operand()
            first = self.build(E.logic, op, first, second)
        return first

    def logic_operand(self) -> Expr:
        """A comparison chain."""
        first = self.expression()
        parts: list[Expr] = []
        while (t := self.tokens[self.i]).kind == "op" and t.value in _COMPARISONS:
            op, pos = t.value, t.pos
            self.i += 1
            second = self.expression()
            parts.append(self.build(E.rel, REL_NAME.get(op, op), first, second, pos=pos))
            first = second
        if not parts:
            return first
        return parts[0] if len(parts) == 1 else E.logic("and", *parts)

    def expression(self) -> Expr:
        """Sums and differences."""
        self.deeper()
        t = self.tokens[self.i]
        pos = t.pos
        signed = t.kind == "op" and t.value in ("-", "+")
        self.i += signed
        left = self.negated(self.term()) if signed and t.value == "-" else self.term()
        while True:
            t = self.tokens[self.i]
            if t.kind != "op" or t.value not in _SUMS:
                break
            pos = t.pos
            if t.value in ("+", "-") and self.peek().kind == "op" and self.peek().value == "…":
                self.i += 2
                self.expect(t.value, f"'{t.value}' after the dots")
                last = self.signed_term()
                left = self.build(dotted_sum, left, self.negated(last) if t.value == "-" else last, pos=pos)
            elif self.accept("+"):
                left = self.build(spread_sum, *self.beside(left, self.signed_term()), self.scope, pos=pos)
            elif self.accept("-"):
                left, right = self.beside(left, self.signed_term())
                left = self.build(spread_sum, left, E.neg(right), self.scope, pos=pos)
            elif self.is_op("±"):
                self.fail("one sign", slip="Two signs are two answers.")
            else:
                break
        self.depth -= 1
        return left

    def negated(self, x: Expr) -> Expr:
        """-x; of a set, of every member."""
        if x.op == "set":
            return E.collection("set", tuple(self.build(E.neg, a) for a in x.args))
        return self.build(E.neg, x)

    def beside(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """The two sides of a sum; in answers a scalar beside a vector is meant in every entry, as code has it."""
        if bool(a.shape) == bool(b.shape) or E.is_number(a, 0) or E.is_number(b, 0):
            return a, b
        if self.choices.letters == "whole" or len(a.shape) + len(b.shape) != 1:  # in a spec only what can be no slip
            return entrywise_sum(a, b, lambda name: getattr(self.scope.symbols.get(name), "let", None)) or (a, b)
        self.notes.append("a scalar beside a vector is added to every entry")
        return (E.mul(a, E.ones(*b.shape)), b) if not a.shape else (a, E.mul(b, E.ones(*a.shape)))

    def dotted_factors(self, head: Expr) -> Expr | None:
        """a_1 a_2 ... a_n, the dots at hand, as a product over the index that runs from 1; None, and nothing is stepped over, where the factors do not go on so."""
        save = self.i
        self.i += 1
        self.accept(*_TIMES)
        if not head.shape and self.tok.kind == "name":
            try:
                return dotted_product(head, self.factor())
            except (ReadError, ShapeError):
                pass
        self.i = save
        return None

    def signed_term(self) -> Expr:
        """A term after an operator, where a further sign may stand."""
        negative = False
        while self.is_op("-", "+"):  # a loop: a thousand signs must not recurse a thousand deep
            negative ^= self.tok.value == "-"
            self.i += 1
        return self.build(E.neg, self.term()) if negative else self.term()

    def term(self) -> Expr:
        """Products and quotients, explicit or by juxtaposition."""
        left = self.factor()
        while True:
            t = self.tokens[self.i]
            if t.kind == "end":
                return left
            pos = t.pos
            if t.kind == "op" and t.value in _PRODUCTS:
                if t.value == "*" and (
                    self.peek().kind == "end" or (self.peek().kind == "op" and self.peek().value in (")", "}", "=", "≈", ",", ";"))
                ):
                    if left.op not in ("sym", "idx"):
                        return left
                    self.i += 1  # u* = ...: the star marks the minimiser
                    continue
                self.i += 1
                if t.value in _TIMES and self.is_op("…"):
                    continue  # a_1 * a_2 * ... * a_n
                left = self.explicit(left, str(t.value), pos)
            elif t.kind == "name" and t.value == "x" and t.spaced and self.peek().spaced and not self.scope.writes("x"):
                self.i += 1  # n x (n-1)
                left = self.build(E.product, left, self.factor(), pos=pos)
            elif t.kind in ("name", "cmd") and t.value == "choose":
                self.i += 1
                left = self.build(E.fn, "binom", left, self.factor(), pos=pos)
            elif t.value == "mod" and t.kind in ("op", "name"):
                self.i += 1
                left = self.build(E.fn, "mod", left, self.factor(), pos=pos)
            elif self.starts_operand():
                left = self.juxtaposed(left, t)
            elif t.value == "…" and t.kind == "op" and (product := self.dotted_factors(left)) is not None:
                left = product
            else:
                return left

    def explicit(self, left: Expr, op: str, pos: int) -> Expr:
        """left op factor, for a written operator."""
        if op == "//":
            return self.build(E.fn, "floor", self.build(E.div, left, self.factor()), pos=pos)
        if op == "/":
            bracketed = self.is_op("(", "[", "{")
            right = self.factor()
            if len(right.shape) == 2 and right.shape[0] == 1 and not bracketed and self.starts_operand():
                right = self.build(E.product, right, self.factor(), pos=pos)  # x / a^T y: nothing is divided by a row
            if not bracketed and self.starts_operand() and not self.tok.spaced:
                self.met.add("slash")
                if self.choices.slash == "right":
                    while self.starts_operand() and not self.tok.spaced:
                        p = self.tok.pos
                        right = self.build(E.product, right, self.factor(), pos=p)
            return self.build(E.div, left, right, pos=pos)
        right = self.factor()
        if op == "⊙":
            if len(left.shape) == 1 and len(right.shape) == 2:  # y ⊙ X w: the product without a sign binds tighter
                while len(right.shape) == 2 and (self.starts_operand() or self.is_op("·", "×", "*", "@")):
                    self.accept("·", "×", "*", "@")  # an entrywise product with a matrix means nothing: y ⊙ X·w too
                    right = self.build(E.product, right, self.factor(), pos=pos)
            if (not left.shape or not right.shape) and "bars" in self.met and self.choices.bars == "norm":
                self.fail("two vectors on the sides of ⊙", "An entrywise product with a scalar.", pos=pos)
            return self.build(E.mul, left, right, pos=pos)
        if op == "⊘":
            return self.build(E.div, left, right, pos=pos)
        if op == "@":
            return self.build(E.matmul, left, right, pos=pos)
        if op == "*":
            # In code * is entrywise; on paper a star between a row and a vector is a product.
            if left.shape == right.shape and len(left.shape) == 2 and "np." in self.text:
                return self.build(E.mul, left, right, pos=pos)
            return self.build(E.product, left, right, pos=pos)
        return self.build(E.product, left, right, True, pos=pos)

    def juxtaposed(self, left: Expr, t: Token) -> Expr:
        """left right, with nothing between them."""
        if t.kind == "num" and E.is_number(left) and self.tokens[self.i - 1].kind == "num":
            return self.number_after_number(left, t)
        if t.kind == "cmd" and t.value in ("frac", "tfrac", "dfrac") and left.op == "num" and self.tokens[self.i - 1].kind == "num":
            part = self.factor()
            if part.op == "div" and all(a.op == "num" for a in part.args) and left.data.denominator == 1:
                self.met.add("mixed")  # 3\\tfrac13
                return self.build(E.add, left, part) if self.choices.mixed == "sum" else self.build(E.mul, left, part)
            return self.build(E.product, left, part, pos=t.pos)
        right = self.factor()
        if right.op == "set":  # c {x, y}: every member scaled
            return E.collection("set", tuple(self.build(E.product, left, x, pos=t.pos) for x in right.args))
        if len(left.shape) == 1 and left.shape == right.shape:
            self.met.add("vectors")  # in a spec it is said which product is meant
        return self.build(E.product, left, right, pos=t.pos)

    def number_after_number(self, left: Expr, t: Token) -> Expr:
        """'1 1/2' is a mixed number or a product; '2½' is mixed; anything else is a slip."""
        value, written, _ = t.value
        if value.denominator != 1 and not written.count("."):
            self.i += 1
            return self.build(E.add, left, E.num(value))
        if self.peek().kind == "op" and self.peek().value == "/" and self.peek(2).kind == "num" and t.spaced:
            self.met.add("mixed")
            right = self.factor()
            self.expect("/")
            part = self.build(E.div, right, self.factor())
            return self.build(E.add, left, part) if self.choices.mixed == "sum" else self.build(E.mul, left, part)
        self.fail("an operator between the numbers", "Two numbers stand side by side.")
        raise AssertionError

    def starts_operand(self) -> bool:
        """Whether the token at hand can begin a factor that is multiplied by juxtaposition."""
        t = self.tokens[self.i]
        kind = t.kind
        if kind == "name":
            return not self.at_word()
        if kind in ("num", "mark"):
            return True
        if kind == "cmd":
            return t.value in OPERAND_COMMANDS
        if kind != "op":
            return False
        if t.value == "(" and ((t.spaced and self.opens_condition()) or self.peek().kind == "words"):
            return False
        if t.value in ("|", "‖"):
            return not self.closes_bar(str(t.value))
        return t.value in _OPENERS

    def opens_condition(self) -> bool:
        """Whether the bracket at hand holds a comparison: 'x + 1  (x < 0)' gives a value and when it holds."""
        level = 0
        compares = False
        for t in self.tokens[self.i :]:
            if t.kind == "op":
                level += (t.value in ("(", "[", "{", "\\{", "⟨")) - (t.value in (")", "]", "}", "\\}", "⟩"))
                compares = compares or (level == 1 and t.value in ("<", ">", "≤", "≥", "="))
                if level == 1 and t.value == ",":
                    return False
            elif t.kind == "name" and t.value in ("if", "else") and not t.braced:
                return False  # (b if b > 0 else 0) is a value
            elif t.kind == "cmd" and t.value == "begin":
                return False  # so is one by cases
            if not level or t.kind == "end":
                return compares and t.kind != "end"
        return False

    def closes_bar(self, value: str) -> bool:
        """Whether a bar here closes the innermost open one."""
        if not self.bars:
            return False
        if self.openings is None:
            self.openings = openings(self.tokens[:-LOOKAHEAD], self.text)
        if self.tok.pos in self.openings:
            return False
        if value == "‖" and self.bars[-1] == "|" and len(self.bars) == 1 and self.text.startswith("||", self.tok.pos):
            # |x||y| is |x| |y|, and |x ||y||| holds a norm: the next bar tells.
            following = next((t.value for t in self.tokens[self.i + 1 :] if t.kind == "op" and t.value in ("|", "‖")), "‖")
            return following == "|"
        return self.bars[-1] == value or (value == "‖" and self.bars[-1] == "|" and len(self.bars) >= 2)

    def factor(self) -> Expr:
        """An operand with its powers, transposes and factorials."""
        t = self.tokens[self.i]
        if t.kind == "op" and (t.value == "-" or t.value == "+"):
            negative = False
            while self.is_op("-", "+"):
                negative ^= self.tok.value == "-"
                self.i += 1
            inner = self.factor()
            return self.build(E.neg, inner) if negative else inner
        return self.postfix(self.primary(), t.pos)
