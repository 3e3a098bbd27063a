"""A relation in LaTeX worked out by NumPy at a stated optimum, with code that shares nothing with the package.

`holds(left, op, right, ...)` reads both sides by a small reader of its own (fractions, powers, norms, absolute values, sums and maxima over
components, sign, transposed vectors, lists) and evaluates them in random instances. Letters of a text take the values that its own
equations `letter = ...` give them, or, where a letter stands on both sides of nothing, the one value that an equation which is affine in it allows.
It is used to tell a changed statement that is still true from one that was accepted wrongly; what it cannot read is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Value = NDArray[np.float64]
Values = Mapping[str, Value]
CLOSE = 1e-6  # relative: what a solver of programs gives

_TOKEN = re.compile(r"\s*(\\(?:operatorname|mathrm|text)\s*\{\s*(?:sign|sgn|max|min)\s*\}|\\[A-Za-z]+|\\[|,;!: {}]|\d+(?:\.\d+)?|[A-Za-z]|.)", re.S)
_SKIPPED = frozenset(("\\,", "\\;", "\\!", "\\:", "\\ ", "\\left", "\\right", "\\cdot", "\\times", "\\displaystyle", "\\boldsymbol", "\\mathbf", "\\bm", "*"))
_ALIASES = {"\\Delta\\theta": "u", "∥": "\\|", "‖": "\\|", "\\lVert": "\\|", "\\rVert": "\\|", "∣": "|", "\\lvert": "|", "\\rvert": "|", "−": "-", "\\tfrac": "\\frac", "\\dfrac": "\\frac"}


class Unread(Exception):
    """The reader does not know this notation."""


class _Reader:
    """Recursive descent over the tokens of one side, evaluating as it goes."""

    def __init__(self, text: str, values: Values, lengths: bool = False) -> None:
        for a, b in _ALIASES.items():
            text = re.sub(re.escape(a) + (r"(?![A-Za-z])" if a[-1].isalpha() else ""), b.replace("\\", r"\\"), text)
        text = re.sub(r"\\Delta\s*\\?\s*u(?![A-Za-z])|\\Delta\s*\\theta(?![A-Za-z])", "u", text)
        self.tokens = [t for t in _TOKEN.findall(text) if t.strip() and t not in _SKIPPED]
        self.values = values
        self.lengths = lengths
        self.i = 0

    def peek(self) -> str:
        return self.tokens[self.i] if self.i < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        t = self.peek()
        if not t or (expected and t != expected):
            raise Unread(f"{expected or 'more'} expected, {t or 'the end'} found")
        self.i += 1
        return t

    def whole(self) -> Value:
        out = self.sum()
        if self.peek():
            raise Unread(self.peek())
        return out

    def sum(self) -> Value:
        sign = -1.0 if self.peek() == "-" else 1.0
        if self.peek() in ("-", "+"):
            self.take()
        out = sign * self.product()
        while self.peek() in ("+", "-"):
            sign = 1.0 if self.take() == "+" else -1.0
            out = out + sign * self.product()
        return out

    def product(self) -> Value:
        out, row = self.power()
        while self.peek() and self.peek() not in ("+", "-", ")", "]", "}", ",", "=", "\\}") and not (self.bars and self.peek() in ("|", "\\|")):
            if self.peek() == "/":
                self.take()
                out = out / self.power()[0]
                row = False
                continue
            right, next_row = self.power()
            out = np.asarray(np.dot(out, right)) if row and np.ndim(out) == 1 and np.ndim(right) == 1 else out * right
            row = next_row or (row and np.ndim(right) == 0)
        return out

    bars = 0

    def power(self) -> tuple[Value, bool]:
        """A base with its exponents, and whether it was transposed."""
        if self.peek() == "-":
            self.take()
            out, row = self.power()
            return -out, row
        row = self.peek() == "["  # a list as it is written is a row
        out = self.base()
        while self.peek() == "^":
            self.take()
            e = self.group_text()
            if e in ("T", "\\top"):
                row = not row
            elif e in ("*", "\\star", "\\ast"):
                continue
            else:
                out = out ** _Reader(e, self.values, self.lengths).whole()
        return out, row

    def group_text(self) -> str:
        """A braced group, or one token, as text."""
        t = self.take()
        if t != "{":
            return t
        depth, out = 1, []
        while True:
            t = self.take()
            depth += (t == "{") - (t == "}")
            if not depth:
                return " ".join(out)
            out.append(t)

    def subscript(self) -> str:
        if self.peek() != "_":
            return ""
        self.take()
        return self.group_text().replace(" ", "")

    def base(self) -> Value:
        t = self.take()
        if re.fullmatch(r"\d+(?:\.\d+)?", t):
            return np.asarray(float(t))
        if t == "(" or t == "{":
            out = self.within()
            self.take(")" if t == "(" else "}")
            return out
        if t == "[":
            entries = [self.within()]
            while self.peek() == ",":
                self.take()
                entries.append(self.within())
            self.take("]")
            return np.array([float(e) for e in entries]) if len(entries) > 1 else entries[0]
        if t in ("|", "\\|"):
            self.bars += 1
            inside = self.sum()
            self.bars -= 1
            self.take(t)
            p = self.subscript()
            if t == "|" and not p and not (self.lengths and np.ndim(inside)):
                return np.abs(inside)
            order = {"": 2.0, "2": 2.0, "1": 1.0, "\\infty": np.inf, "∞": np.inf, "3": 3.0}.get(p)
            if order is None:
                raise Unread(f"a norm {p}")
            return np.asarray(np.linalg.norm(np.atleast_1d(inside), order))
        if t == "\\frac":
            a, b = self.argument(), self.argument()
            return a / b
        if t == "\\sqrt":
            return np.sqrt(self.argument())
        if re.search(r"sign|sgn", t):
            return np.sign(self.base())
        if t in ("\\sum", "\\max", "\\min"):
            if self.subscript()[:1] not in ("i", "j", "k"):
                raise Unread("not over the components")
            inside = self.product()
            return {"\\sum": np.sum, "\\max": np.max, "\\min": np.min}[t](inside)
        return self.named(t)

    def within(self) -> Value:
        bars, self.bars = self.bars, 0
        out = self.sum()
        self.bars = bars
        return out

    def argument(self) -> Value:
        if self.peek() == "{":
            self.take()
            out = self.within()
            self.take("}")
            return out
        return self.base()

    def named(self, t: str) -> Value:
        sub = self.subscript()
        name = t.lstrip("\\")
        for full in (f"{name}_{sub}" if sub else name, name):
            if full in self.values:
                out = self.values[full]
                break
        else:
            raise Unread(f"{name} has no value")
        if sub.isdigit() and full == name:
            if not 1 <= int(sub) <= np.size(out):
                raise Unread(f"no entry {sub}")
            return np.asarray(np.atleast_1d(out)[int(sub) - 1])
        if sub not in ("", "i", "j", "t", "\\infty", "∞", "*") and full == name:
            raise Unread(f"{name}_{sub}")
        return out


def evaluate(text: str, values: Values, lengths: bool = False) -> Value:
    """The value of one side; lengths: |v| of a vector is its Euclidean length, not its absolute values. Raises Unread."""
    with np.errstate(all="ignore"):
        return np.asarray(_Reader(text, values, lengths).whole(), dtype=float)


def both(left: str, op: str, right: str, values: Values) -> tuple[Value, Value]:
    """The values of two sides; |v| of a vector is entrywise, but where only its length makes what is called equal things of one shape. Raises Unread."""
    a, b = evaluate(left, values), evaluate(right, values)
    if op in ("=", "~") and np.size(a) != np.size(b) and "|" in left + right and not re.search(r"_\s*\{?\s*[ijk]\b", left + right):
        x, y = evaluate(left, values, True), evaluate(right, values, True)
        if np.size(x) == np.size(y):
            return x, y
    return a, b


def related(a: Value, op: str, b: Value) -> bool:
    """Whether two values stand in a relation, up to rounding; every entry against every entry of the other where one is a number."""
    a, b = (x.reshape(()) if np.size(x) == 1 else x for x in (a, b))
    scale = CLOSE * (float(np.max(np.abs(a))) + float(np.max(np.abs(b)))) + 1e-12
    if op in ("=", ":=", "<-"):
        return bool(np.all(np.abs(a - b) <= scale)) and np.shape(a) == np.shape(b)
    if op == "~":
        return bool(np.all(np.abs(a - b) <= 1e-3 * (1e-9 + np.abs(b))))
    if op == "propto":
        x, y = np.atleast_1d(a), np.atleast_1d(b)
        return x.shape == y.shape and bool(np.allclose(np.outer(x, y), np.outer(y, x))) and bool(np.all(x * y >= 0))
    if op not in _ORDER:
        raise Unread(op)
    return bool(np.all(_ORDER[op](a, b, scale)))


_ORDER: dict[str, Callable[[Value, Value, float], Any]] = {
    "<=": lambda a, b, e: a <= b + e, ">=": lambda a, b, e: a >= b - e, "<": lambda a, b, e: a < b, ">": lambda a, b, e: a > b, "!=": lambda a, b, e: a != b,
}


def with_letters(values: Values, equations: Sequence[tuple[str, str]], letters: Sequence[str]) -> dict[str, Value]:
    """The values with those of further letters: `letter = side` first, else the root of an equation that is affine in the letter alone."""
    out = dict(values)
    for _ in range(2):
        for letter in letters:
            if letter in out:
                continue
            found = _defined(letter, out, equations)
            if found is None:
                found = _rooted(letter, out, equations)
            if found is not None:
                out[letter] = found
    return out


def _defined(letter: str, values: Values, equations: Sequence[tuple[str, str]]) -> Value | None:
    for a, b in equations:
        for x, y in ((a, b), (b, a)):
            if x.strip().lstrip("\\") == letter:
                try:
                    return evaluate(y, values)
                except (Unread, ValueError):
                    continue
    return None


def _rooted(letter: str, values: Values, equations: Sequence[tuple[str, str]]) -> Value | None:
    for a, b in equations:
        if letter not in a + b:
            continue
        try:
            gaps = [np.atleast_1d(evaluate(a, {**values, letter: np.asarray(k)}) - evaluate(b, {**values, letter: np.asarray(k)})) for k in (1.0, 2.0, 3.0)]
        except (Unread, ValueError):
            continue
        slope = gaps[1] - gaps[0]
        if not np.allclose(gaps[2] - gaps[1], slope) or np.allclose(slope, 0):
            continue
        roots = 1.0 - gaps[0][np.abs(slope) > CLOSE] / slope[np.abs(slope) > CLOSE]
        if np.allclose(roots, roots[0]):
            return np.asarray(roots[0])
    return None


def holds(left: str, op: str, right: str, instances: Sequence[Values], equations: Sequence[tuple[str, str]]) -> bool | None:
    """Whether a relation holds in every instance; None where it cannot be read in any."""
    letters = sorted({t.lstrip("\\") for t in re.findall(r"\\?[A-Za-z]+", left + " " + right)})
    letters = [x for x in letters if len(x) == 1 or x in ("eta", "lambda", "delta", "mu", "gamma", "beta")]
    tested = 0
    for values in instances:
        known = with_letters(values, equations, letters)
        try:
            a, b = both(left, op, right, known)
            if not related(a, op, b):
                return False
        except (Unread, ValueError, ZeroDivisionError):
            continue
        tested += 1
    return True if tested else None
