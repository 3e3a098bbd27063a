"""One token of a formula, and how it is made of what is written.

A token is (kind, value, position, spaced, braced): kinds are num, name, op, cmd, sup, sub, mark, end.
Greek letters are names by their English name, however they were written.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Any, NamedTuple

from derive import patterns as re
from derive.errors import ReadError, TooBig
from derive.maths.signs import (
    BOLD,
    CALLED_COMMANDS,
    COMMAND_OPERATORS,
    DECOR,
    DIGRAPHS,
    FUNCTION_COMMANDS,
    GREEK_CHARS,
    GREEK_NAMES,
    OPERATORS,
    PASSED,
    SILENT,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    VARIANTS,
    VULGAR,
)

MAX_DIGITS = 400
MAX_EXPONENT = 300


class Token(NamedTuple):
    """One token; spaced: white space stood before it; braced: it stood alone in braces."""

    kind: str
    value: Any
    pos: int
    spaced: bool = False
    braced: bool = False


def token_of(kind: str, s: str, pos: int, spaced: bool, text: str) -> Token | None:
    """The token of what is written; None where it carries no mathematics. kind: the group of the lexer's expression that matched.

    Raises TooBig past the bounds and ReadError at a character that is no mathematics.
    """
    if kind == "name":
        return Token("name", VARIANTS.get(s, s), pos, spaced)
    if kind == "num":
        return _number(s, pos, spaced, text)
    if kind == "repeating":
        return _repeating(s, pos, spaced)
    if kind == "trailing":
        digits = re.match(r"[0-9.]*[0-9]", s)
        assert digits is not None
        value, written, decimal = _number(digits.group(), pos, spaced, text).value
        return Token("num", (value, written + "…", decimal), pos, spaced)
    if kind == "grouped":
        return _number("".join(c for c in s if c.isdigit()), pos, spaced, text)
    if kind == "op":
        return Token("op", DIGRAPHS.get(s, s), pos, spaced)
    if kind == "cmd":
        return _command(s[1:].rstrip("*"), pos, spaced)
    if kind == "esc":
        if s.startswith("\\\\"):
            return Token("op", "\\\\", pos, spaced)
        c = s[1]
        if c == "|":
            return Token("op", "‖", pos, spaced)
        if c in "{}":
            return Token("op", s, pos, spaced)
        if c in "()[]":
            return None  # \( \) \[ \] only delimit mathematics
        if c in "%&$#_":
            return Token("op", c, pos, spaced)
        raise ReadError(text, pos, f"'{s}' is no command.", "a LaTeX command or a formula")
    if kind == "dotted":
        return Token("name", s, pos, spaced)
    if kind in ("sup", "sub"):
        table = SUPERSCRIPTS if kind == "sup" else SUBSCRIPTS
        return Token(kind, "".join(table[c] for c in s), pos, spaced)
    if kind == "vulgar":
        return Token("num", (Fraction(*VULGAR[s]), s, False), pos, spaced)
    return _other(s, pos, spaced, text)


def _number(s: str, pos: int, spaced: bool, text: str) -> Token:
    s = s.rstrip(".")
    if len(s) > MAX_DIGITS:
        raise TooBig(text, pos, f"A number of {len(s)} digits; {MAX_DIGITS} are read.")
    mantissa, _, exponent = s.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise TooBig(text, pos, f"An exponent of {exponent}; {MAX_EXPONENT} is read.")
    value = Fraction(mantissa) * (Fraction(10) ** int(exponent) if exponent else 1)
    return Token("num", (value, s, "." in mantissa or bool(exponent)), pos, spaced)


def _repeating(s: str, pos: int, spaced: bool) -> Token:
    """0.\\overline{9} and kin: the exact fraction."""
    head, _, tail = s.partition("\\")
    period = tail.strip("}").lstrip("abcdefghijklmnopqrstuvwxyz\\{ ")
    places = len(head.partition(".")[2])
    value = Fraction(head.rstrip(".") or "0") if not places else Fraction(head)
    value += Fraction(int(period), (10 ** len(period) - 1) * 10**places)
    return Token("num", (value, s, False), pos, spaced)


def _command(name: str, pos: int, spaced: bool) -> Token | None:
    if name in COMMAND_OPERATORS:
        return Token("op", COMMAND_OPERATORS[name], pos, spaced)
    if name in GREEK_NAMES:
        return Token("name", VARIANTS.get(name, name), pos, spaced)
    if name in SILENT:
        return None
    if name in BOLD:
        return Token("mark", "bold", pos, spaced)
    if name in DECOR:
        return Token("mark", name.removeprefix("wide"), pos, spaced)
    if name in FUNCTION_COMMANDS:
        return Token("name", name, pos, spaced, True)
    if name in CALLED_COMMANDS:
        return Token("name", CALLED_COMMANDS[name], pos, spaced, True)
    if name in SPACES:
        return Token("op", "quad", pos, spaced)
    return Token("cmd", name, pos, spaced)


def _other(c: str, pos: int, spaced: bool, text: str) -> Token | None:
    if c in GREEK_CHARS:
        return Token("name", GREEK_CHARS[c], pos, spaced)
    if c in OPERATORS:
        return Token("op", OPERATORS[c], pos, spaced)
    if c in PASSED:
        return Token("op", c, pos, spaced)
    category = unicodedata.category(c)
    if category in ("Cf", "Mn"):
        # Zero-width and direction marks carry no mathematics; combining marks restyle a letter.
        if c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            raise ReadError(text, pos, f"The text holds a hidden direction mark (U+{ord(c):04X}).", "visible text")
        return None
    plain = unicodedata.normalize("NFKC", c)
    if plain != c and plain.isascii() and plain.isalnum():
        if plain.isdigit():
            return Token("num", (Fraction(int(plain)), plain, False), pos, spaced)
        return Token("name", plain, pos, spaced)
    if plain != c and len(plain) == 1 and plain in GREEK_CHARS:
        return Token("name", GREEK_CHARS[plain], pos, spaced)
    name = unicodedata.name(c, f"U+{ord(c):04X}")
    slip = ""
    if category in ("Lu", "Ll"):
        slip = f"It is {name}, which looks like a Latin letter but is another one."
    raise ReadError(text, pos, f"'{c}' is not read as mathematics.", "a formula in the declared symbols", slip)
