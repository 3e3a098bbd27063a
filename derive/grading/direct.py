"""The verdict on a plain formula, by its normal form: bound -> read -> decide, in one pass.

A normal form that equals that of the key proves an answer right. A wrong one differs from the key in an instance by more than
rounding can do; where other points than the key may be optimal, its objective is worse there. Everything else, and every text that is not
plainly one formula, is None here and goes the whole way (derive.grading.grade), which also says the reason when it is asked for.
"""

from __future__ import annotations

import re
from fractions import Fraction

from derive.grading.diagnosis.credit import earns
from derive.grading.direct_part import BLANK, DirectPart
from derive.grading.direct_text import code_of, corrected, formula_of, without_remark
from derive.grading.keys import UNTIED, Key, kept, not_gradable
from derive.maths import expr as E
from derive.maths.direct.floats import MARGIN
from derive.maths.direct.forms import BOUND, ENTRY, LIST, ROW, SCALAR, VECTOR, Beyond, Value
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import value_of
from derive.maths.direct.words import LETTER, MAX_CHARACTERS
from derive.maths.expr import Expr

_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)(?:\s?\{(\\?[A-Za-z]+)\}|\s(?=[A-Za-z]))")
_SPACED = re.compile(r"\\[,;:! ]")
# What the text may call what is counted: \text{total} = ...
_NAME_OF_COUNT = re.compile(r"(?:total|messages|count)|\\(?:text|mathrm|textrm)\{(?:total|messages|count)\}")
_CLOSED = re.compile(r"\s*(?:\$\$?|\\[\])])?\.?\s*\Z")
_NEXT_EQUATION = re.compile(r",\s*(?=[^,=]{1,40}=)")
# A product without a sign, or a call of what is no function.
_NO_PYTHON = re.compile(r"[\w)\]] +[\w(]|[\d)\]]\(|\d[A-Za-z]|(?<![\w.])(?!(?:np\.[\w.]+|abs|max|sum|len)\()[A-Za-z][\w.]*\(")
_ELSE_ZERO = re.compile(r"0\s?(?:for\s|\\text\{ ?for ?\})\s?([ijlm])\s?(?:!=|≠|\\neq?(?![A-Za-z]))\s?([a-z])")
_EITHER = re.compile(r"([^$]+)\$\s+or\s+\$([^$]+)")
_COMPUTED = re.compile(r"[-+*/^(−·×⋅]|\\(?:frac|cdot|times)")
_EVERYWHERE = re.compile(r",?\s*(?:\bfor (?:all|every|each) |∀\s?)\$?([a-z])\$?\.?\Z")
_LISTED = re.compile(r"[-*+–•]\s|\(?[A-Za-z0-9]\s*[).:]\s")


class Direct(DirectPart):
    """A part that judges plain formulas."""

    def verdict(self, text: str) -> bool | None:
        """Whether an answer is right; None where that is not seen here."""
        if len(text) > MAX_CHARACTERS or "~~" in text:  # two tildes strike out, one is a blank
            return None
        text = text.strip()
        everywhere = ""
        if "for " in text or "∀" in text:
            found = _EVERYWHERE.search(text, max(0, len(text) - 24))
            if found is not None:
                if "$" in found.group() and text.count("$") < 4:  # x_i = a for all $i$
                    return None
                text, everywhere = text[: found.start()], found.group(1)
            elif not self.algebra.places or "0" not in text:
                return None
        plain = text[:1] == "$" == text[-1:] and text.count("$") == 2
        if not plain:
            if text.count("$") % 2:
                return None
            if not everywhere and ("wrong" in text or "correct" in text or "mistake" in text or "not right" in text) and (both := corrected(text)) is not None:
                first, right = (self.verdict(f) for f in both)
                return None if first is None or (first and right) or "min" in both[0] else right  # the same once more takes nothing back
            if ("np." in text or "```" in text) and (code := code_of(text)) is not None:
                return self._of_code(code)
        shown = text
        least = False
        if self.tail is not None and "arg" in text and "np." not in text:
            text, least = self._without_tail(without_remark(text))
        if plain and text[-1:] == "$":
            text, begin = text[1:-1].strip(), "$"
        else:
            found_formula = formula_of(text)
            if found_formula is None:
                return None
            text, begin = found_formula
            if not begin and ("\n" in text or _LISTED.match(shown)):
                return None
        either = _EITHER.fullmatch(text) if " or " in text else None
        if either is not None and begin == "$":
            sides = [self._of_equation(side.strip()) for side in either.groups()]
            return None if None in sides else sides[0] and sides[1]
        if self.places_of_heads and "," in text and not everywhere and text.find("=", text.find("=") + 1) > 0:
            right = self._of_entries(text, least)
            if right is not None:
                return right
        return self._of_equation(text, least, everywhere)

    def _of_entries(self, text: str, least: bool) -> bool | None:
        """x_1 = a, x_2 = b, ... of all entries; x_k = a, x_i = 0 for i != k."""
        pieces = _NEXT_EQUATION.split(text)
        found = [(self.places_of_heads.get(BLANK.sub("", _BOLD.sub(lambda m: m.group(1) or "", p.partition("=")[0]))), p.partition("=")[2].strip()) for p in pieces]
        places = [k for k, _ in found]
        if places == [str(k + 1) for k in range(len(places))] and len(places) == self.words.dimension and not any("=" in p for _, p in found):
            return self._of_equation(f"({', '.join(p for _, p in found)})")
        if len(found) == 2 and any(k == places[0] for _, k in self.algebra.places):
            m = _ELSE_ZERO.fullmatch(found[1][1])
            if m is not None and places[0] is not None and m.group(1) == places[1] and m.group(2) == places[0]:
                return self._of_entry(found[0][1], places[0], least)
        return None

    def _of_entry(self, text: str, place: str, least: bool) -> bool | None:
        """The vector with one entry that is not zero, at a declared place."""
        try:
            r = Reader(self.algebra, self.words, text)
            r.least = least
            (value, rounded), = r.chain()
            return None if rounded or r.met or value[0] != SCALAR or self.required[0] != VECTOR else self._of_form(self.algebra.times(r.units(place), value))
        except (Beyond, IndexError, OverflowError, ZeroDivisionError, ValueError):  # ValueError: a chain
            return None

    def _of_code(self, code: str) -> bool | None:
        """The value of a program of one line, before which only a declared place is computed."""
        lines = [line for line in code.strip().split("\n") if line != "import numpy as np"]
        if len(lines) == 2 and any(lines[0] == f"{k} = np.argmax(np.abs({v}))" for v, k in self.algebra.places):
            del lines[0]
        if len(lines) != 1 or any(sign in lines[0] for sign in "^|#;_") or _NO_PYTHON.search(lines[0]):
            return None
        name, equals, value = lines[0].partition(" = ")
        if equals and self.heads.get(name) != "" and name != "result" and not (self.unknown_heads and _NAME_OF_COUNT.fullmatch(name)):
            return None
        try:
            return self._of_chain(value if equals else name, None, False, False, False)
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):
            return None

    def _of_equation(self, text: str, least: bool = False, everywhere: str = "") -> bool | None:
        text = _unboxed(text)
        index: str | None = None
        headless = False
        head, equals, rest = text.partition("=")
        approximate = False
        if not equals and ("≈" in text or "\\approx" in text):
            head, equals, rest = text.partition("≈" if "≈" in text else "\\approx")
            approximate = True
        if (everywhere and not equals) or " ∞" in head:
            return None
        if equals:
            index = self.heads.get(head.strip())
            if index is None:
                index = self.heads.get(BLANK.sub("", _BOLD.sub(lambda m: m.group(1) or "", head)))
            if everywhere and index != everywhere:
                return None
            if index is None and (head.count("(") > head.count(")") or head.count("{") > head.count("}")):  # f(x, ord=1), \\sum_{i=1}
                rest = text
            elif index is None:
                head = _SPACED.sub("", head).strip()
                if self.unknown_heads and _NAME_OF_COUNT.fullmatch(head):
                    pass
                elif len(head) == 1 and self.unknown_heads:
                    if not ("A" <= head <= "Z") or (head in self.words.known and self.words.known[head][0] != LETTER) or self.key.wanted.scope.writes(head):
                        return None
                elif approximate or head[:1] in ("+", "-", "−") or not _COMPUTED.search(head):
                    return None
                else:
                    rest, headless = text, True
            text = _unboxed(rest)
        try:
            return self._of_chain(text, index, approximate, headless, least)
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):  # IndexError: the formula ends too early
            return None

    def of_tree(self, answer: Expr) -> bool | None:
        """Whether an expression is right; None where that is not seen here."""
        try:
            if self.constants is not None and E.has(answer, "dec"):
                return None
            return self._of_value(value_of(E.as_column(answer), self.algebra), False, False)
        except (Beyond, OverflowError, ZeroDivisionError):
            return None

    def _without_tail(self, text: str) -> tuple[str, bool]:
        """A text without what says which place k is, and whether it is that of the smallest entry."""
        assert self.tail is not None
        shown = _CLOSED.sub("", text)
        m = self.tail[0].search(shown, max(0, len(text) - 160))
        if m is None:
            return text, False
        head = shown[: m.start()].rstrip()
        if "$" in m.group() and "$" not in head and "\\(" not in head and "\\[" not in head:
            return text, False
        for opener, closer in (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")):  # one that ended behind the clause ends before it
            if opener in head:
                open_ = head.count(opener) % 2 if opener == closer else head.count(opener) > head.count(closer)
                return head + closer if open_ else head, m.group(2) == "min"
        return head, m.group(2) == "min"

    def _of_chain(self, text: str, index: str | None, approximate: bool, headless: bool, least: bool) -> bool | None:
        right, met = self._as_read(text, index, approximate, headless, least, False, False)
        if not met:
            return right
        readings = [right] + [self._as_read(text, index, approximate, headless, least, lengths, slash)[0]
                              for lengths in (False, True)[: 1 + (met & 1)] for slash in (False, True)[: 1 + (met >> 1)] if lengths or slash]
        return None if None in readings else True in readings

    def _as_read(self, text: str, index: str | None, approximate: bool, headless: bool, least: bool, lengths: bool, slash: bool) -> tuple[bool | None, int]:
        """The verdict on one reading of a chain, and which notations could be read otherwise."""
        r = Reader(self.algebra, self.words, text, lengths, slash)
        r.free = index or ""
        r.least = least
        members = r.chain()
        if headless and len(members) > 1 and not self.unknown_heads:
            return None, 0
        if approximate:
            members[0] = members[0][0], True
        if len(members) == 1:
            return self._of_value(members[0][0], bool(index), members[0][1]), r.met
        exactly = [m for m in members if not m[1]]
        said = [self._of_value(v, bool(index), rounded) for v, rounded in (exactly or members)]
        return (False if False in said else None if None in said else True), r.met

    def _of_value(self, v: Value, entrywise: bool, approximate: bool) -> bool | None:
        kind, required = v[0], self.required
        if kind in (ROW, BOUND):
            return None
        if required[0] == LIST:
            if kind == SCALAR and entrywise:
                v = (LIST, [v] * len(required[1]), 1)
            elif kind == SCALAR:
                return False if v[1] and not (len(v) == 4 or approximate) else None
            elif kind != LIST or entrywise:
                return None
            if len(v[1]) != len(required[1]):
                return False
            return self._of_numbers(v, approximate) if self.constants is not None else self._exactly(v, approximate)
        if required[0] == SCALAR:
            if kind != SCALAR:
                return None
            if self.constants is not None:
                return self._of_numbers((LIST, [v], 1), approximate)
            return None if approximate or len(v) == 4 else self._of_form(v)
        if approximate:
            return None
        if kind == SCALAR:
            if entrywise:
                return self._of_form((VECTOR, v[1], v[2]))
            return False if v[1] else None
        if kind == ENTRY or (kind == VECTOR and not entrywise):
            return self._of_form((VECTOR, v[1], v[2]))
        return None

    def _exactly(self, v: Value, approximate: bool) -> bool | None:
        return True if not approximate and self.algebra.same(v, self.required) else None

    def _of_numbers(self, v: Value, approximate: bool) -> bool | None:
        """Numbers beside numbers: exactly, or each decimal as its rounding interval."""
        constants = self.constants
        assert constants is not None
        decimals = sum(len(x) == 4 for x in v[1])
        if approximate or decimals:
            if decimals < len(constants):
                return None
            found = [_rounded(x, c, self.key.part.digits) for x, c in zip(v[1], constants, strict=True)]
            return False if False in found else None if None in found else True
        right = True
        for (_, terms, under), c in zip(v[1], constants, strict=True):
            if len(terms) > 1 or (terms and 0 not in terms):
                return None
            right = right and terms.get(0, 0) * c.denominator == c.numerator * under
        return right

    def _of_form(self, v: Value) -> bool | None:
        """A formula beside a formula."""
        if self.algebra.same(v, self.required):
            return True
        away = self.algebra.plus(v[:3], self.required, -1)
        for k, w in enumerate(self.worlds):
            gap, scale = w.value(away)
            if any(abs(x) > MARGIN * s for x, s in zip(gap, scale, strict=True)) and (self.worse is None or self.worse(w.value(v)[0], k)):
                return False
        return None


def _rounded(shown: Value, required: Fraction, digits: int) -> bool | None:
    """Whether a number lies in the closed rounding interval of a decimal; None where that shows too few digits to tell."""
    written, unit = shown[1].get(0, 0), shown[2]  # unit = 10^places
    away = abs(required.numerator * unit - written * required.denominator)
    if not away:
        return True
    if 2 * away > required.denominator:
        return False
    return True if len(shown[3].lstrip("-").replace(".", "").lstrip("0")) >= digits else None


def _unboxed(text: str) -> str:
    """A formula without \\displaystyle before it and the box round it."""
    text = text.strip()
    if text.startswith("\\"):
        if text.startswith("\\displaystyle") and not text[13:14].isalpha():
            text = text[13:].lstrip()
        if text.startswith("\\boxed{") and text.endswith("}"):
            return text[7:-1]
    return text


class Nothing:
    """The direct lane of a part that has none."""

    def verdict(self, text: str) -> bool | None:
        """Nothing is seen here."""
        return None

    def of_tree(self, answer: Expr) -> bool | None:
        """Nothing is seen here."""
        return None


def lane(key: Key) -> Direct | Nothing:
    """The direct lane of a part, made once."""
    return kept(key, LANE, lambda: direct_of(key) or Nothing())


LANE = "direct"


def direct_of(key: Key) -> Direct | None:
    """The direct lane of a part; None where its key is not of the kind."""
    d = key.derivation if not not_gradable(key) else None
    wanted = key.wanted
    if d is None or key.truth is not None or d.kind not in ("point", "expression") or d.outputs or d.answer is None or key.part.ask in ("dual", "status"):
        return None
    if wanted.label or wanted.supremum or wanted.eigenvalue or wanted.quantities or wanted.normalised or wanted.entries or wanted.condition or wanted.scope.expected:
        return None
    if (d.kind == "point" and d.unique not in ("always", "generic")) or key.part.derivative is not None or len(wanted.shape) > 1 or earns(key.problem, key.part.id):
        return None
    if key.cache.get(UNTIED) is True:
        return None
    if key.part.counted and len(key.part.counted) > 1:
        return None
    try:
        return Direct(key)
    except Beyond:
        return None


