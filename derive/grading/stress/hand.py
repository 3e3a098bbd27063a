"""How a person lays a formula out: products over fractions, signs, order, brackets. The media are subclasses.

A Hand writes one formula: what a person keeps the same within a formula (the notation of a norm, the
name of a symbol) is drawn once, the rest anew at each place.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeVar

from derive.grading.stress.rewrites import softmax_of
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

# How tightly a piece holds together: what is looser than its place is bracketed.
SUM, SLASH, PRODUCT, POWER, ATOM = range(5)
T = TypeVar("T")


@dataclass(frozen=True)
class Piece:
    """Text and how tightly it holds together. open: it swallows what follows (a sum, a maximum)."""

    text: str
    level: int = ATOM
    open: bool = False


@dataclass(frozen=True)
class Product:
    """sign * coefficient * over / under, all factors commuting."""

    sign: int
    coefficient: Fraction
    over: tuple[Expr, ...]
    under: tuple[Expr, ...]

    @property
    def single(self) -> bool:
        """Whether it is one bare factor."""
        return self.sign > 0 and self.coefficient == 1 and len(self.over) == 1 and not self.under


def product_of(e: Expr) -> Product:
    """The factors of e, with numbers gathered."""
    if e.op == "num":
        return Product(-1 if e.data < 0 else 1, abs(e.data), (), ())
    if e.op == "neg":
        p = product_of(e.args[0])
        return Product(-p.sign, p.coefficient, p.over, p.under)
    if e.op in ("mul", "div"):
        a, b = product_of(e.args[0]), product_of(e.args[1])
        if e.op == "mul":
            return Product(a.sign * b.sign, a.coefficient * b.coefficient, a.over + b.over, a.under + b.under)
        if b.coefficient:
            return Product(a.sign * b.sign, a.coefficient / b.coefficient, a.over + b.under, a.under + b.over)
    if e.op == "pow" and e.args[1].op == "num" and e.args[1].data < 0 and e.args[1].data.denominator == 1:
        k = -e.args[1].data
        return Product(1, Fraction(1), (), (e.args[0] if k == 1 else E.power(e.args[0], E.num(k)),))
    return Product(1, Fraction(1), (e,), ())


def round_brackets(text: str) -> str:
    """Text that begins with a square bracket, with round ones in its place: behind a vector or a matrix it would be an index or a list."""
    opener = next((x for x in ("\\left[", "[") if text.startswith(x)), "")
    level = 0
    for k, c in enumerate(text) if opener else ():
        level += (c == "[") - (c == "]")
        if c == "]" and not level:
            inner = text[len(opener) : k]
            return f"({inner.removesuffix('right')[:-1] if inner.endswith('right') and opener != '[' else inner}){text[k + 1 :]}"
    return text


class Hand:
    """One way of writing. strict: nothing that could be read in two ways (near misses are written so)."""

    medium: ClassVar[str] = ""
    juxtaposes: ClassVar[bool] = True

    def __init__(self, rng: random.Random, symbols: Mapping[str, Symbol], strict: bool = False) -> None:
        self.rng = rng
        self.symbols = symbols
        self.strict = strict
        self.clauses: list[str] = []
        self.kept: dict[str, str] = {}
        self.names: dict[Expr, str] = {}
        self.tidy = strict or rng.random() < 0.35  # the plainest layout: most people write that
        self.setup()

    # What a medium must say ------------------------------------------------------------------

    def setup(self) -> None:
        """Draw what stays the same within the formula."""

    def atom(self, e: Expr) -> Piece:
        """Everything but sums and products: one method an operation, none where the medium cannot say it."""
        rule = getattr(self, f"_{e.op}", None)
        if rule is None:
            raise NotImplementedError(e.op)
        piece = rule(e)
        assert isinstance(piece, Piece)
        return piece

    def _sym(self, e: Expr) -> Piece:
        return Piece(self.name(e.data))

    def _idx(self, e: Expr) -> Piece:
        return Piece(self.index(e))

    def _dim(self, e: Expr) -> Piece:
        return Piece(str(e.data))

    def _dec(self, e: Expr) -> Piece:
        return Piece(str(e.data[1]), ATOM if e.data[0] >= 0 else SUM)

    def _argopt(self, e: Expr) -> Piece:
        return Piece(self.chosen(e))

    def relation(self, op: str) -> str:
        """A comparison sign with its spaces."""
        return f" {op} "

    def both(self) -> str:
        """What stands between two conditions."""
        return " and "

    def bracket(self, text: str) -> str:
        """Text in brackets."""
        return f"({text})"

    def stacked(self, over: Piece, under: Piece) -> Piece:
        """A fraction as this medium likes it."""
        return self.slash(over, under)

    def dot(self, left: Expr | None, right: Expr | None) -> str:
        """What stands between two factors (None: a number or a fraction)."""
        raise NotImplementedError

    def name(self, name: str) -> str:
        """A declared name as this medium writes it."""
        raise NotImplementedError

    def minus(self) -> str:
        """The minus sign."""
        return "-"

    # Choice ---------------------------------------------------------------------------------

    def chance(self, p: float) -> bool:
        """True with probability p; never in a strict hand."""
        return not self.strict and self.rng.random() < p

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self.rng.randrange(len(options))]

    def keep(self, what: str, options: Sequence[str]) -> str:
        """One of several, the same throughout the formula."""
        if what not in self.kept:
            self.kept[what] = self.pick(options)
        return self.kept[what]

    # Layout ---------------------------------------------------------------------------------

    def write(self, e: Expr) -> Piece:
        """Any expression."""
        if e.op == "add":
            return self.sum(e)
        inner = softmax_of(e)
        if inner is not None and self.keep("softmax", ("softmax", "", "")):
            return self.softmax(inner)
        if e.op in ("mul", "div", "neg", "num") or (e.op == "pow" and e.args[1].op == "num" and e.args[1].data < 0):
            p = product_of(e)
            if e.op == "num" and p.coefficient.denominator == 1:
                return Piece(f"{self.minus() if p.sign < 0 else ''}{p.coefficient.numerator}", SUM if p.sign < 0 else ATOM)
            return self.atom(p.over[0]) if p.single and p.over[0].op != "add" else self.product(p) if not p.single else self.sum(p.over[0])
        return self.atom(e)

    def text(self, e: Expr) -> str:
        """The text of an expression."""
        return self.write(e).text

    def outermost(self, e: Expr) -> str:
        """The text of an expression that is the whole answer."""
        return self.text(e)

    def at_least(self, e: Expr, level: int) -> str:
        """The text, in brackets where it is looser than the place."""
        piece = self.write(e)
        return self.bracket(piece.text) if piece.level < level or piece.open else piece.text

    def softmax(self, x: Expr) -> Piece:
        """exp(x) / sum exp(x) by its name."""
        return Piece(f"softmax({self.text(x)})")

    def sum(self, e: Expr) -> Piece:
        """Terms joined by signs, in any order that does not start with a minus if it can."""
        terms = [self.added(t) for t in e.args] if e.shape else list(e.args)
        if self.chance(0.25):
            self.rng.shuffle(terms)
        out = ""
        for k, t in enumerate(terms):
            p = product_of(t)
            body = self.write(t if p.sign > 0 else E.neg(t) if t.op != "neg" else t.args[0])
            text = self.bracket(body.text) if body.level == SUM or (body.open and k < len(terms) - 1) else body.text
            space = self.keep("sum", (" ", " ", ""))
            sign = (self.minus() if p.sign < 0 else "+") if k else (self.minus() if p.sign < 0 else "")
            out += f"{space}{sign}{space}{text}" if k else f"{sign}{text}"
        return Piece(out, SUM)

    def added(self, t: Expr) -> Expr:
        """A term of a sum of vectors: c for c 1, which most people add to every entry without a sign for it."""
        if t.op == "neg":
            return E.neg(self.added(t.args[0]))
        if t.op != "ones" and not (t.op == "mul" and t.args[1].op == "ones" and not t.args[0].shape):
            return t
        if self.keep("broadcast", ("yes", "yes", "no")) == "no":
            return t
        return E.ONE if t.op == "ones" else t.args[0]

    def integer(self, n: int) -> str:
        """A natural number."""
        return str(n)

    def product(self, p: Product) -> Piece:
        """A product, its fraction and its sign."""
        over = list(p.over)
        if self.chance(0.3):
            self.rng.shuffle(over)
        scalars, vectors = [f for f in over if not f.shape], [f for f in over if f.shape]
        a, b = p.coefficient.numerator, p.coefficient.denominator
        lead = ""
        if b > 1 and 10**6 % b == 0 and self.rng.random() < 0.12:
            lead, a, b = f"{float(p.coefficient):.12g}", 1, 1
            if "e" in lead:
                lead, (a, b) = "", (p.coefficient.numerator, p.coefficient.denominator)
        elif b > 1 and self.chance(0.03):
            k = self.rng.choice((2, 3))
            a, b = a * k, b * k
        sign = p.sign
        if b == 1 and not p.under:
            pieces = self.line(a, lead, scalars, vectors)
        elif not lead and self.chance(0.12) and vectors and not any(v.op == "vec" for v in vectors):
            minus = sign < 0 and self.chance(0.3)
            pieces = [(None, self.fraction(a, [*scalars, *vectors], b, p.under, minus))]
            sign = 1 if minus else sign
        elif self.rng.random() < 0.15 and not lead and (scalars or vectors):
            whole = self.joined(self.line(a, "", scalars, vectors))
            pieces = [(None, self.slash(whole, self.joined(self.line(b, "", list(p.under), []))))]
        else:
            cut = self.rng.randrange(len(scalars) + 1) if not self.tidy else len(scalars)
            inside, after = scalars[:cut], scalars[cut:]
            minus = sign < 0 and self.chance(0.12)
            pieces = [(None, Piece(lead))] if lead else []
            if not p.under and len(inside) > 1 and self.chance(0.3):
                inside, after = inside[:1], inside[1:] + after
            below = next((f for f in p.under if f.shape), None)
            pieces.append((below, self.fraction(a, inside, b, p.under, minus)))
            sign = 1 if minus else sign
            pieces += self.line(1, "", after, vectors) if after or vectors else []
        if not self.tidy and len(pieces) > 1 and self.chance(0.15):
            pieces = pieces[-1:] + pieces[:-1]  # the vector or the last factor comes first
        elif sign < 0 and self.chance(0.04):
            return self.joined([(None, Piece(self.bracket(f"{self.minus()}1"))), *pieces])
        elif sign < 0 and len(pieces) > 1 and self.chance(0.12):
            first = Piece(self.bracket(f"{self.minus()}{pieces[0][1].text}"))
            if pieces[0][1].level > SUM:
                return self.joined([(pieces[0][0], first), *pieces[1:]])
        elif sign > 0 and len(pieces) > 1 and self.chance(0.01):
            inner = self.joined(pieces)
            return Piece(f"{self.minus()}{self.bracket(self.minus() + inner.text)}", SUM)
        whole = self.joined(pieces)
        return whole if sign > 0 else self.negative(whole)

    def line(self, a: int, lead: str, scalars: list[Expr], vectors: list[Expr]) -> list[tuple[Expr | None, Piece]]:
        """The factors of a product without a fraction; the number first, the vector last."""
        out: list[tuple[Expr | None, Piece]] = [(None, Piece(lead))] if lead else []
        if a != 1 or not (lead or scalars or vectors):
            out.append((None, Piece(self.integer(a))))
        return out + [(f, self.write(f)) for f in (*scalars, *vectors)]

    def fraction(self, a: int, inside: Sequence[Expr], b: int, under: Sequence[Expr], minus: bool) -> Piece:
        """a * inside / (b * under), the minus in the numerator."""
        top = self.joined(self.line(a, "", [f for f in inside if not f.shape], [f for f in inside if f.shape]))
        bottom = self.joined(self.line(b, "", list(under), []))
        if minus:
            if b > 1 and not under and self.chance(0.2):
                bottom = self.negative(bottom)
            else:
                top = self.negative(top)
        return self.stacked(top, bottom)

    def negative(self, p: Piece) -> Piece:
        """A minus sign before a piece."""
        return Piece(f"{self.minus()}{self.bracket(p.text) if p.level == SUM else p.text}", SUM, p.open)

    def slash(self, over: Piece, under: Piece) -> Piece:
        """a/b in a line."""
        top = self.bracket(over.text) if over.level == SUM or over.open else over.text
        bottom = self.bracket(under.text) if under.level < POWER or under.open else under.text
        mark = self.keep("slash", ("/", "/", " / "))
        return Piece(f"{top}{mark}{bottom}", SLASH)

    def joined(self, pieces: Sequence[tuple[Expr | None, Piece]]) -> Piece:
        """Factors side by side."""
        if len(pieces) == 1:
            return pieces[0][1]
        out, open_end = "", False
        vector: Expr | None = None  # once a vector stands in it, the product so far is one
        for k, (e, piece) in enumerate(pieces):
            last = k == len(pieces) - 1
            # a/b c is (a/b) c where a space or a sign stands between; written close, a/bc is a/(bc) to most readers
            close = not self.dot(None, None)
            if vector is not None and (e is None or not e.shape):
                piece = Piece(round_brackets(piece.text), piece.level, piece.open)
            loose = piece.level == SUM or (piece.level == SLASH and (k > 0 or self.strict or close or self.rng.random() < 0.5))
            # y*X w: the first star is entrywise, and X w belongs together
            loose = loose or (self.medium == "plain" and vector is not None and e is not None and e.op == "matmul" and len(vector.shape) == 1)
            if loose or (piece.open and not last and not self.chance(0.1)) or (k and piece.text[:1] in "-−"):
                piece = Piece(self.bracket(piece.text))
            elif piece.open and last:
                open_end = True
            if k:
                mark = self.dot(vector, e)
                digits = piece.text[:1].isdigit() and not mark.strip(" ")
                words = not mark and out[-1:].isalpha() and piece.text[:1].isascii() and piece.text[:1].isalpha()
                words = words and (out[-1:].isascii() or piece.text[1:2].isalpha())  # nP, εsign(g) run together
                out += self.times() if digits or words else mark
            out += piece.text
            vector = e if e is not None and e.shape else vector
        return Piece(out, PRODUCT, open_end)

    def times(self) -> str:
        """A product sign that cannot be left out."""
        raise NotImplementedError

    # Conditions -----------------------------------------------------------------------------

    def _rel(self, e: Expr) -> Piece:
        return Piece(f"{self.text(e.args[0])}{self.relation(e.data)}{self.text(e.args[1])}", -1)

    def _and(self, e: Expr) -> Piece:
        a, b = e.args[0], e.args[-1]
        if len(e.args) == 2 and a.op == b.op == "rel" and a.args[1] == b.args[0] and self.rng.random() < 0.6:
            return Piece(f"{self.text(a.args[0])}{self.relation(a.data)}{self.text(a.args[1])}{self.relation(b.data)}{self.text(b.args[1])}", -1)
        return Piece(self.keep("and", (self.both(),)).join(self.text(x) for x in e.args), -1)

    # Indices --------------------------------------------------------------------------------

    def letter(self, e: Expr, avoid: frozenset[str] = frozenset()) -> str:
        """The letter of the index that e binds, or of a componentwise answer."""
        key = f"index:{e.data}"
        taken = {v for k, v in self.kept.items() if k.startswith("index:")} | set(self.symbols) | avoid
        free = [c for c in ("i", "j", "i", "j", "l") if c not in taken] or ["l", "r"]
        return self.keep(key, free)

    def whole_range(self, e: Expr) -> bool:
        """Whether a sum or maximum from 1 on runs over all entries of what it is of, and may be written without its bounds."""
        if e.args[1] != E.ONE:
            raise NotImplementedError("bounds")
        sizes = {x.args[0].shape[k] for x in E.walk(e.args[0]) if x.op == "at" for k, i in enumerate(x.args[1:]) if i == E.idx(e.data[1])}
        return e.args[2] in {E.num(d) if isinstance(d, int) else E.dim(d) for d in sizes} if sizes else e.args[2].op in ("dim", "num", "sym")

    def chosen(self, e: Expr) -> str:
        """The name of a maximising index; its definition becomes a clause."""
        if e in self.names:
            return self.names[e]
        declared = next((s.name for s in self.symbols.values() if s.kind == "index" and s.let == e), None)
        taken = set(self.symbols) | {v for k, v in self.kept.items() if k.startswith("index:")} | set(self.names.values())
        name = declared or self.pick([c for c in ("k", "k", "j", "m") if c not in taken] or ["s"])
        self.names[e] = name
        if declared is None or self.rng.random() < 0.6:
            self.clauses.append(self.definition(name, e))
        return name

    def definition(self, name: str, e: Expr) -> str:
        """'k = argmax_i |g_i|' in this medium."""
        raise NotImplementedError

    def index(self, e: Expr) -> str:
        """An index as a subscript: a letter, a number, a chosen index."""
        if e.op == "idx":
            return self.kept.get(f"index:{e.data}", str(e.data))
        if e.op == "argopt":
            return self.chosen(e)
        return self.text(e)

    def places(self, at: Sequence[Expr]) -> str:
        """The indices of an entry as one subscript: 'ij', with a comma where one of them is no letter or digit."""
        written = [self.index(i) for i in at]
        return ("" if all(len(w) == 1 for w in written) else ",").join(written)
