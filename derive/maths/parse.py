"""Tokens -> statements: precedence climbing over the operators; operands are in operands.py.

Juxtaposition is multiplication. `/` and spaced juxtaposition associate to the left. Where people
mean two things by one notation the parser takes the one that `Choices` names and records in
`met` that the choice mattered, so that the caller can try the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError
from derive.maths.lex import LOOKAHEAD, Token, lex
from derive.maths.symbols import Scope

MAX_DEPTH = 40
MAX_NODES = 3_000

RELATIONS = frozenset(["=", "≠", "<", ">", "≤", "≥", "≈", "∈", "∝", "→", "←"])
_REL_NAME = {"≠": "!=", "≤": "<=", "≥": ">=", "≈": "~", "∈": "in", "∝": "prop", "→": "to", "←": "="}

# Words that end a formula: prose, or the condition of a case.
WORDS = frozenset(
    [
        "where",
        "with",
        "and",
        "or",
        "for",
        "all",
        "any",
        "if",
        "when",
        "otherwise",
        "else",
        "so",
        "thus",
        "hence",
        "then",
        "is",
        "are",
        "the",
        "such",
        "that",
        "as",
        "in",
        "which",
        "gives",
        "given",
        "since",
        "because",
        "each",
        "every",
        "some",
        "let",
        "denotes",
        "not",
        "but",
        "at",
        "on",
        "of",
        "by",
        "from",
        "to",
        "either",
        "also",
        "maybe",
        "perhaps",
        "instead",
        "actually",
        "iff",
        "only",
        "while",
        "both",
        "elsewhere",
        "other",
        "others",
        "entries",
        "entry",
        "components",
        "component",
        "coordinates",
        "coordinate",
        "elements",
        "element",
        "everywhere",
        "remaining",
        "rest",
        "total",
        "messages",
        "parameters",
        "workers",
        "it",
        "its",
        "we",
        "i.e",
    ]
)


@dataclass(frozen=True)
class Choices:
    """How an ambiguous notation is read.

    slash: 'left' reads 1/2α as (1/2)α, 'right' as 1/(2α); bars: 'abs' reads |x| of a vector
    entrywise, 'norm' as its length; mixed: 'sum' reads 1 1/2 as 3/2, 'product' as 1/2; letters: 'split'
    reads np as n p where both are declared, 'whole' refuses it (specs).
    """

    slash: str = "left"
    bars: str = "abs"
    mixed: str = "sum"
    letters: str = "split"


@dataclass(frozen=True)
class Statement:
    """A formula, or a chain of them: terms[0] ops[0] terms[1] ...; after is what ended it, lead the words before it."""

    terms: tuple[Expr, ...]
    ops: tuple[str, ...]
    position: int
    after: str
    lead: str = ""


class Parser:
    """One pass over the tokens of one formula."""

    def __init__(self, text: str, scope: Scope, choices: Choices, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.scope = scope
        self.choices = choices
        found = lex(text) if tokens is None else tokens
        self.tokens = [*found, *[found[-1]] * LOOKAHEAD]  # looking ahead needs no bounds
        self.i = 0
        self.depth = 0
        self.nodes = 0
        self.bars: list[str] = []
        self.bound: list[str] = []
        self.free: list[str] = []
        self.met: set[str] = set()
        self.notes: list[str] = []
        self.locals: dict[str, Expr] = {}

    # ------------------------------------------------------------------ tokens

    @property
    def tok(self) -> Token:
        """The token at hand."""
        return self.tokens[self.i]

    def peek(self, k: int = 1) -> Token:
        """The token k places on."""
        return self.tokens[min(self.i + k, len(self.tokens) - 1)]

    def is_op(self, *values: str) -> bool:
        """Whether the token at hand is one of these operators."""
        t = self.tokens[self.i]
        return t.kind == "op" and t.value in values

    def accept(self, *values: str) -> bool:
        """Step over one of these operators if it is at hand."""
        if self.is_op(*values):
            self.i += 1
            return True
        return False

    def expect(self, value: str, what: str = "") -> None:
        """Step over this operator, or fail."""
        if not self.accept(value):
            self.fail(what or f"'{value}'")

    def fail(self, expected: str, what: str = "", slip: str = "", pos: int | None = None) -> None:
        """Raise the read error at the token at hand."""
        t = self.tok
        if not what:
            what = "The formula ends too early." if t.kind == "end" else f"'{show(t)}' cannot stand here."
        raise ReadError(self.text, t.pos if pos is None else pos, what, expected, slip)

    def build(self, make: object, *args: object, pos: int | None = None) -> Expr:
        """A node from its parts; shapes that do not fit become a read error at pos."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooBig(self.text, self.tok.pos, f"The formula has more than {MAX_NODES} parts.")
        try:
            return make(*args)  # type: ignore[operator, no-any-return]
        except ShapeError as err:
            raise ReadError(self.text, self.tok.pos if pos is None else pos, f"The shapes do not fit: {err}.") from None

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooBig(self.text, self.tok.pos, f"The formula is nested more than {MAX_DEPTH} deep.")

    # ------------------------------------------------------------------ statements

    def statements(self) -> list[Statement]:
        """Everything in the text: formulas separated by commas, breaks and words."""
        out: list[Statement] = []
        first: ReadError | None = None
        lead = ""
        while self.tok.kind != "end":
            if self.is_op(",", ";", "\\\\", "quad", ".", ":", "⇒", "⇔", "&", "$", "?", "∀", "…", "∧"):
                self.i += 1
                continue
            if self.at_word():
                lead = f"{lead} {self.tok.value}"
                self.i += 1
                continue
            if self.is_op("(") and self.peek().kind == "words":  # a remark in brackets
                while self.tok.kind != "end" and not self.is_op(")"):
                    self.i += 1
                continue
            if self.is_op(")") and out:
                self.i += 1
                continue
            start = self.i
            try:
                out.append(replace(self.statement(), lead=lead.strip()))
                lead = ""
            except ReadError as err:
                # A line of working that cannot be read does not hide the lines after it.
                first = first or err
                if isinstance(err, TooBig) or not self.next_line(start):
                    if out and self.tokens[start - 1].value in ("\\\\", "⇒"):
                        break
                    raise first from None
        if not out and first is not None:
            raise first
        return out

    def next_line(self, start: int) -> bool:
        """Go to after the next line break or arrow outside brackets; False if there is none."""
        level = 0
        for j in range(start, len(self.tokens)):
            t = self.tokens[j]
            if t.kind == "cmd" and t.value in ("begin", "end"):
                level += 1 if t.value == "begin" else -1
            if t.kind == "op":
                level += (t.value in ("(", "[", "{")) - (t.value in (")", "]", "}"))
                if level <= 0 and t.value in ("\\\\", "⇒"):
                    self.i, self.depth, self.bars, self.bound = j + 1, 0, [], []
                    return True
        return False

    def at_word(self) -> bool:
        """Whether prose stands here."""
        t = self.tok
        if t.kind == "words":
            return True
        return t.kind == "name" and t.value in WORDS and t.value not in self.scope.symbols and t.value not in self.scope.dims

    def statement(self) -> Statement:
        """One formula or chain of relations."""
        start = self.tok.pos
        terms: list[Expr] = []
        ops: list[str] = []
        if self.is_op("=", "≈"):  # "= 2n": a continued line
            ops.append(_REL_NAME.get(self.tok.value, self.tok.value))
            self.i += 1
            self.accept("&")
            terms.append(Expr("blank"))
        terms.append(self.new_name() or self.conditional(self.expression()))
        while self.tok.kind == "op" and (self.tok.value in RELATIONS or self.tok.value == "&"):
            if self.accept("&"):
                continue
            op = self.tok.value
            self.i += 1
            self.accept("&")
            if op == "→" and self.tok.kind == "end":
                break
            if op == "∈" and self.accept_number_set():
                continue
            ops.append(_REL_NAME.get(op, op))
            terms.append(self.conditional(self.expression()))
        t = self.tok
        if t.kind == "end":
            after = "end"
        elif (t.kind == "op" and t.value in (",", ";", "\\\\", "quad", ".", ":", "⇒", "⇔", "$", "?", "∀", "&", "…", "∧")) or self.at_word():
            after = str(t.value)
        else:
            self.fail_at_rest()
            after = ""
        return Statement(tuple(terms), tuple(ops), start, after)

    def new_name(self) -> Expr | None:
        """An undeclared name on the left of '=': the text defines it, or gives its answer that name."""
        j = self.i
        mark = ""
        while self.tokens[j].kind == "mark":
            mark = mark if self.tokens[j].value in ("bold", "hat") else str(self.tokens[j].value)
            j += 1
        t = self.tokens[j]
        key = f"{mark}_{t.value}" if mark else str(t.value)
        if t.kind != "name" or "." in key or self.is_known(key):
            return None
        j += 1
        if self.tokens[j].kind == "num" and not self.tokens[j].spaced:
            key += str(self.tokens[j].value[1])
            j += 1
        if self.tokens[j].kind == "op" and self.tokens[j].value == "*" and self.tokens[j + 1].value == "=":
            j += 1
        if self.tokens[j].kind == "sub":
            key += "_" + str(self.tokens[j].value)
            j += 1
        elif self.tokens[j].kind == "op" and self.tokens[j].value in ("_", "^"):
            j += 1
            level = 0
            while self.tokens[j].kind != "end":
                level += (self.tokens[j].value == "{") - (self.tokens[j].value == "}")
                j += 1
                if level == 0:
                    break
        if self.tokens[j].kind == "op" and self.tokens[j].value in ("=", "≈") and self.tokens[j + 1].kind != "end":
            self.i = j
            return Expr("new", (), (), key)
        return None

    def is_known(self, name: str) -> bool:
        """Whether a name is declared, bound, or begins an alias."""
        scope = self.scope
        if name in scope.symbols or name in scope.dims or name in self.bound or name in WORDS:
            return True
        return any(a.lstrip("\\").startswith(name) for s in scope.symbols.values() for a in s.aliases)

    def fail_at_rest(self) -> None:
        """The formula is complete, but something stands after it that continues nothing."""
        closing = {")": "(", "]": "[", "}": "{", "\\}": "\\{", "⟩": "⟨"}
        value = str(self.tok.value)
        slip = f"A '{closing[value]}' seems to be missing." if value in closing else ""
        if value in ("‖", "|"):
            slip = "A bar is left over: it opens a norm or an absolute value that is not closed."
        self.fail("an operator or the end of the formula", slip=slip)

    def accept_number_set(self) -> bool:
        """Step over ℝ^n after ∈: it says where something lives, not what it is."""
        j = self.i
        if self.tokens[j].kind == "mark":
            j += 1
        t = self.tokens[j]
        if t.kind != "name" or t.value not in ("R", "N", "Z", "C", "Q") or t.value in self.scope.symbols:
            return False
        j += 1
        while self.tokens[j].kind == "op" and self.tokens[j].value in ("^", "_"):
            j += 1
            if self.tokens[j].value == "{":
                while self.tokens[j].kind != "end" and self.tokens[j].value != "}":
                    j += 1
            j += 1
        self.i = min(j, len(self.tokens) - 1)
        return True

    def conditional(self, value: Expr) -> Expr:
        """x if condition else y, as Python writes cases."""
        if self.tok.kind != "name" or self.tok.value != "if":
            return value
        rest = self.tokens[self.i :]
        if not any(t.kind == "name" and t.value == "else" for t in rest):
            return value
        self.i += 1
        condition = self.relation()
        if self.tok.value != "else" or condition.op not in E.CONDITIONS:
            self.fail("'else'")
        self.i += 1
        otherwise = self.conditional(self.expression())
        return self.build(E.cases, ((value, condition),), otherwise)

    # ------------------------------------------------------------------ operators

    def relation(self) -> Expr:
        """An expression, or a chain of comparisons as a condition."""
        first = self.logic_operand()
        while self.is_op("∧", "∨"):
            op = "and" if self.tok.value == "∧" else "or"
            self.i += 1
            second = self.logic_operand()
            first = Expr(op, (first, second), E.same_shape(first.shape, second.shape, op))
        return first

    def logic_operand(self) -> Expr:
        """A comparison chain."""
        first = self.expression()
        parts: list[Expr] = []
        while self.tok.kind == "op" and self.tok.value in ("=", "≠", "<", ">", "≤", "≥"):
            op = self.tok.value
            pos = self.tok.pos
            self.i += 1
            second = self.expression()
            parts.append(self.build(E.rel, _REL_NAME.get(op, op), first, second, pos=pos))
            first = second
        if not parts:
            return first
        return parts[0] if len(parts) == 1 else Expr("and", tuple(parts), parts[0].shape)

    def expression(self) -> Expr:
        """Sums and differences."""
        self.deeper()
        pos = self.tok.pos
        if self.accept("-"):
            left = self.build(E.neg, self.term())
        else:
            self.accept("+")
            left = self.term()
        while True:
            pos = self.tok.pos
            if self.is_op("+") and self.peek().kind == "op" and self.peek().value == "…":
                self.i += 2
                self.expect("+", "'+' after the dots")
                left = self.build(self.dotted_sum, left, self.signed_term(), pos=pos)
            elif self.accept("+"):
                left = self.build(E.add, left, self.signed_term(), pos=pos)
            elif self.accept("-"):
                left = self.build(E.sub, left, self.signed_term(), pos=pos)
            elif self.is_op("±"):
                self.fail("one sign", slip="Two signs are two answers.")
            else:
                break
        self.depth -= 1
        return left

    def dotted_sum(self, head: Expr, last: Expr) -> Expr:
        """|g_1| + |g_2| + ... + |g_n| as a sum over the index that runs from 1."""
        first = head.args[0] if head.op == "add" else head
        body, top = general_entry(first, last)
        return E.reduce_over("sum", "_d", body, E.ONE, top)

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
            t = self.tok
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
                left = self.explicit(left, str(t.value), pos)
            elif t.kind == "name" and t.value == "x" and t.spaced and "x" not in self.scope.symbols and self.peek().spaced:
                self.i += 1  # n x (n-1)
                left = self.build(E.product, left, self.factor(), pos=pos)
            elif t.kind == "name" and t.value == "choose":
                self.i += 1
                left = self.build(E.fn, "binom", left, self.factor(), pos=pos)
            elif self.is_op("mod") or (t.kind == "name" and t.value == "mod"):
                self.i += 1
                left = self.build(E.fn, "mod", left, self.factor(), pos=pos)
            elif self.starts_operand():
                left = self.juxtaposed(left, t)
            else:
                return left

    def explicit(self, left: Expr, op: str, pos: int) -> Expr:
        """left op factor, for a written operator."""
        if op == "//":
            return self.build(E.fn, "floor", self.build(E.div, left, self.factor()), pos=pos)
        if op == "/":
            bracketed = self.is_op("(", "[", "{")
            right = self.factor()
            if not bracketed and self.starts_operand() and not self.tok.spaced:
                self.met.add("slash")
                if self.choices.slash == "right":
                    while self.starts_operand() and not self.tok.spaced:
                        p = self.tok.pos
                        right = self.build(E.product, right, self.factor(), pos=p)
            return self.build(E.div, left, right, pos=pos)
        right = self.factor()
        if op == "⊙":
            if (not left.shape or not right.shape) and "bars" in self.met and self.choices.bars == "norm":
                self.fail("two vectors on the sides of ⊙", "An entrywise product with a scalar.", pos=pos)
            return self.build(E.mul, left, right, pos=pos)
        if op == "⊘":
            return self.build(E.div, left, right, pos=pos)
        if op == "@":
            return self.build(E.matmul, left, right, pos=pos)
        if op == "*":
            # In code * is entrywise; on paper a star between a row and a vector is a product.
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
        t = self.tok
        kind = t.kind
        if kind == "name":
            return not self.at_word()
        if kind in ("num", "mark"):
            return True
        if kind == "cmd":
            return t.value in OPERAND_COMMANDS
        if kind != "op":
            return False
        if t.value in ("|", "‖"):
            return not self.closes_bar(str(t.value))
        return t.value in _OPENERS

    def closes_bar(self, value: str) -> bool:
        """Whether a bar here closes the innermost open one."""
        if not self.bars:
            return False
        if value == "‖" and self.bars[-1] == "|" and len(self.bars) == 1 and self.text.startswith("||", self.tok.pos):
            # |x||y| is |x| |y|, and |x ||y||| holds a norm: the next bar tells.
            following = next((t.value for t in self.tokens[self.i + 1 :] if t.kind == "op" and t.value in ("|", "‖")), "‖")
            return following == "|"
        return self.bars[-1] == value or (value == "‖" and self.bars[-1] == "|" and len(self.bars) >= 2)

    def factor(self) -> Expr:
        """An operand with its powers, transposes and factorials."""
        if self.is_op("-", "+"):
            negative = False
            while self.is_op("-", "+"):
                negative ^= self.tok.value == "-"
                self.i += 1
            inner = self.factor()
            return self.build(E.neg, inner) if negative else inner
        from derive.maths import operands

        pos = self.tok.pos
        return operands.postfix(self, operands.primary(self), pos)


_PRODUCTS = frozenset(("*", "×", "·", "/", "//", "@", "⊙", "⊘"))
_OPENERS = frozenset(["(", "[", "{", "\\{", "⟨", "∑", "∏", "∇", "∂", "√", "∞", "⌊", "⌈", "𝟏", "𝟙"])
OPERAND_COMMANDS = frozenset(
    [
        "frac",
        "tfrac",
        "dfrac",
        "cfrac",
        "sfrac",
        "nicefrac",
        "sqrt",
        "binom",
        "tbinom",
        "dbinom",
        "text",
        "textrm",
        "mathrm",
        "operatorname",
        "begin",
        "operatornamewithlimits",
        "mathop",
        "norm",
        "abs",
        "underset",
        "inner",
        "ip",
        "underbrace",
        "overbrace",
    ]
)


def general_entry(first: Expr, last: Expr) -> tuple[Expr, Expr]:
    """The entry with index _d behind a first one (index 1) and a last one (index n): (entry, n).

    Raises ShapeError where the two are not the same formula at two indices.
    """
    index = E.idx("_d")

    def lift(e: Expr) -> Expr:
        if e.op in ("at", "basis"):
            i = 0 if e.op == "basis" else 1
            if e.args[i] == E.ONE:
                return E.rebuild(e, (*e.args[:i], index, *e.args[i + 1 :])) if e.op == "at" else e._replace(args=(index,))
        return e._replace(args=tuple(lift(a) for a in e.args)) if e.args else e

    body = lift(first)
    tops = {x.args[-1] for x in E.walk(last) if x.op in ("at", "basis")}
    for top in tops:
        if body != first and E.replace(body, {index: top}) == last:
            return body, top
    raise ShapeError("dots between entries that do not continue each other")


def show(t: Token) -> str:
    """A token as it may be shown in a message."""
    if t.kind == "num":
        return str(t.value[1])
    if t.kind == "cmd":
        return f"\\{t.value}"
    return str(t.value)
