"""Text -> tokens of the direct lane, by one expression and one table of the part.

A token is (code, payload, spaced, core): core is what was written without white space, \\left and the like before it. Everything that a part
lets stand in a formula is in its table, made once; a lexeme that is not ends the lane.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any, Final

from derive.maths.calls import CALLS
from derive.maths.cursor import WORDS
from derive.maths.direct.forms import LIST, ONE, Beyond, Value, number
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES, SUBSCRIPTS, SUPERSCRIPTS, VULGAR

END: Final = 0
PLUS: Final = 1
MINUS: Final = 2
TIMES: Final = 3
SLASH: Final = 4
CLOSE: Final = 5
COMMA: Final = 6
EQUALS: Final = 7
APPROX: Final = 8
OVER: Final = 9
BREAK: Final = 10
CELL: Final = 11
SUB: Final = 12
POWER: Final = 13
RAISED: Final = 14
LOWERED: Final = 15
UNEQUAL: Final = 16
IF: Final = 17
OTHERWISE: Final = 18
LARGEST: Final = 19
# What can begin an operand:
NUMBER: Final = 20
VALUE: Final = 21
VECTOR_NAME: Final = 22
FUNCTION: Final = 23
FRACTION: Final = 24
OPEN: Final = 25
NORM_BAR: Final = 27
BAR: Final = 28
SUM: Final = 29
MOST: Final = 30
ALIAS: Final = 31
UNIT: Final = 32
BOLD_ONE: Final = 33
BEGIN: Final = 34
BINOMIAL: Final = 35
INFINITY: Final = 36
LETTER: Final = 37
ROOT: Final = 38

OPENS: Final = "opens"
"""The payload of a bar that can only open: \\lVert."""

INDICES: Final = frozenset("ijklm")

Token = tuple[int, Any, bool, str]
Notations = tuple[dict[Any, Any], Token | None]
"""What declared notations go on with after a first sign: a tree of signs, at None the token of the notation that ends there; and the token of the first sign alone."""

END_TOKEN: Final[Token] = (END, None, False, "")
MAX_CHARACTERS: Final = 400
MAX_DIGITS: Final = 40
MAX_KNOWN: Final = 5_000  # lexemes of a part

_BEFORE = r"[ \t\n\u00a0\u2009~]*+(?:\\(?:[,;:! ]|(?:left|right|[bB]ig[lrg]?|displaystyle|limits)(?![A-Za-z*]))[ \t\n\u00a0\u2009~]*+)*+"
_LEXEME = re.compile(
    _BEFORE + r"(?:[{}()\[\],^_+]|\\(?:operatorname\*?|text|textrm|mathrm|mathsf|mathbb|mathbf|boldsymbol|bm|vec|hat|begin|end)(?:\s?\{ ?\\?[A-Za-z0-9]+ ?\}|\s[A-Za-z](?![A-Za-z])|\s1(?![0-9.]))"
    r"|\\[A-Za-z]++|\\."
    r"|[0-9]++(?:\.[0-9]++)?|np\.ones_like(?![A-Za-z_])|[A-Za-z]++(?:\.[A-Za-z]++)*+|\*\*|\|\||==|\.(?:max|sum)\(\)|.|\Z)", re.DOTALL)
_PREFIX = re.compile(_BEFORE)
_WORN = re.compile(r"\\(mathbf|boldsymbol|bm|vec|hat)(?:\s?\{(\\?[A-Za-z]+)\}|\s([A-Za-z]))")
_SPACE = re.compile(r"[ \t\n\u00a0\u2009~]|\\[,;:! ]")

_SIGNS: dict[str, tuple[int, Any]] = {
    "+": (PLUS, None), "=": (EQUALS, None), "==": (EQUALS, None), ",": (COMMA, None), "_": (SUB, None), "&": (CELL, None), "\\\\": (BREAK, None), "\\over": (OVER, None),
    **dict.fromkeys(("-", "−", "–"), (MINUS, None)),
    **dict.fromkeys(("*", "⊙", "∘", "\\odot", "\\circ"), (TIMES, False)), **dict.fromkeys(("·", "⋅", "×", "@", "\\cdot", "\\times"), (TIMES, True)),
    **dict.fromkeys(("/", "⁄", "÷", "\\div"), (SLASH, None)), **dict.fromkeys(("^", "**"), (POWER, None)),
    **dict.fromkeys(("≠", "\\ne", "\\neq"), (UNEQUAL, None)), **dict.fromkeys(("if", "\\text{if}", "\\text{if }", "\\text{ if }"), (IF, None)),
    **dict.fromkeys(("otherwise", "\\text{otherwise}", "\\text{ otherwise}", "else", "\\text{else}"), (OTHERWISE, None)), "len": (FUNCTION, "len"),
    **dict.fromkeys(("≈", "\\approx"), (APPROX, None)), **dict.fromkeys(("\\frac", "\\tfrac", "\\dfrac"), (FRACTION, None)),
    **dict.fromkeys(("\\binom", "\\tbinom", "\\dbinom"), (BINOMIAL, None)),
    "np.ones_like": (FUNCTION, "ones_like"), ".max()": (LARGEST, "max"), ".sum()": (LARGEST, "sum"), "√": (ROOT, False), "\\sqrt": (ROOT, True),
    **dict.fromkeys(("sqrt", "np.sqrt", "numpy.sqrt"), (FUNCTION, "sqrt")), **dict.fromkeys(("exp", "np.exp"), (FUNCTION, "exp")), **dict.fromkeys(("log", "np.log"), (FUNCTION, "log")),
    "\\{": (OPEN, "\\}"), "\\}": (CLOSE, "\\}"), "\\lbrace": (OPEN, "\\}"), "\\rbrace": (CLOSE, "\\}"),
    "(": (OPEN, ")"), "[": (OPEN, "]"), "{": (OPEN, "}"), "\\langle": (OPEN, ">"), "⟨": (OPEN, ">"), "<": (OPEN, ">"),
    ")": (CLOSE, ")"), "]": (CLOSE, "]"), "}": (CLOSE, "}"), "\\rangle": (CLOSE, ">"), "⟩": (CLOSE, ">"), ">": (CLOSE, ">"),
    **dict.fromkeys(("\\|", "‖", "∥", "||", "\\rVert", "\\Vert"), (NORM_BAR, None)), "\\lVert": (NORM_BAR, OPENS), **dict.fromkeys(("|", "\\lvert", "\\rvert", "\\vert"), (BAR, None)),
    **dict.fromkeys(("\\sum", "∑", "Σ"), (SUM, None)), **dict.fromkeys(("\\max", "max"), (MOST, None)),
    **dict.fromkeys(("∞", "\\infty", "np.inf", "numpy.inf", "inf", "infty"), (INFINITY, None)),
    **dict.fromkeys(("𝟏", "\\mathbf{1}", "\\boldsymbol{1}", "\\bm{1}", "\\vec{1}", "\\mathbb{1}", "\\mathbf 1", "\\boldsymbol 1", "\\bm 1", "\\mathbb 1"), (BOLD_ONE, None)),
    **{f"\\begin{{{m}}}": (BEGIN, m) for m in ("pmatrix", "bmatrix", "matrix", "array", "cases")},
    **{f"\\end{{{m}}}": (CLOSE, m) for m in ("pmatrix", "bmatrix", "matrix", "array", "cases")},
    **dict.fromkeys(("sign", "sgn", "\\sgn", "\\sign", "np.sign", "numpy.sign", "\\operatorname{sign}", "\\operatorname{sgn}", "\\text{sign}",
        "\\text{sgn}", "\\textrm{sign}", "\\textrm{sgn}", "\\mathrm{sign}", "\\mathrm{sgn}"), (FUNCTION, "sign")),
    "dot": (FUNCTION, "dot"), "ones": (FUNCTION, "ones"), "abs": (FUNCTION, "abs"), "norm": (FUNCTION, "norm"), "sum": (FUNCTION, "sum"),
    "\\top": (LETTER, "T"), "⊤": (LETTER, "T"), "\\intercal": (LETTER, "T"),
    **dict.fromkeys(("\\mathsf{T}", "\\mathsf T", "\\mathrm{T}"), (LETTER, "T")), "\\ell": (LETTER, "ell"), "ℓ": (LETTER, "ell"),
    **{f"{np}.{name}": (FUNCTION, what) for np in ("np", "numpy") for name, what in (
        ("abs", "abs"), ("sum", "sum"), ("linalg.norm", "norm"), ("multiply", "multiply"), ("array", "array"), ("dot", "dot"), ("inner", "dot"), ("max", "max"), ("amax", "max"),
        ("maximum", "maximum"), ("full", "full"), ("ones", "ones"), ("where", "where"), ("arange", "arange"), ("argmax", "argmax"), ("argmin", "argmin"), ("eye", "eye"))},
    **{c: (LOWERED, s) for c, s in SUBSCRIPTS.items() if s.isalnum()},
    **{c: (RAISED, int(s)) for c, s in SUPERSCRIPTS.items() if s.isdigit()}, **dict.fromkeys("ᵀᐪ'", (RAISED, "T")), "₊": (LOWERED, "+"),
    **dict.fromkeys(("relu", "ReLU", *(f"\\{w}{{{r}}}" for w in ("operatorname", "mathrm", "text", "textrm") for r in ("relu", "ReLU"))), (FUNCTION, "relu")),
    **dict.fromkeys(("\\dots", "\\ldots", "…"), (LETTER, "dots")), **dict.fromkeys(("\\le", "\\leq", "≤"), (LETTER, "le")),
    **{c: (NUMBER, number(*pair)) for c, pair in VULGAR.items()},
    "": (END, None),
}


_ATTRIBUTES: Final[dict[str, Token]] = {"dot": (LARGEST, "dot", False, ".dot"), "T": (RAISED, "T", False, ".T")}


class Words:
    """The table of a part: what each lexeme means.

    vectors: the value of each vector symbol; dimension: the name under which the length of the vectors is known, or their length; letters: those that are free to be an
    index; uppers: names that may stand for the length above a sum; partial: (f, x, the vector that is the gradient of f at x).
    """

    def __init__(self, dimension: str | int = "", letters: frozenset[str] = INDICES) -> None:
        self.dimension = dimension
        self.letters = letters
        self.uppers: frozenset[str] = frozenset((str(dimension),))
        self.known: dict[str, Token] = {}
        self.spelt: dict[str, list[str]] = {}  # core -> its lexemes
        self.single: dict[str, Token] = {}
        self.vectors: dict[str, Value] = {}
        self.partial: tuple[str, str, str] | None = None
        for written, (code, payload) in _SIGNS.items():
            self.put(written, code, payload)

    def put(self, written: str, code: int, payload: Any) -> None:
        """What a lexeme means."""
        self._enter(written, (code, payload, False, core_of(written)))

    def _enter(self, written: str, token: Token) -> None:
        self.known[written] = token
        self.spelt.setdefault(token[3], []).append(written)

    def extended(self, names: dict[str, Value]) -> Words:
        """The words of the part and further names with values of their own."""
        out = copy(self)
        out.known = self.known.copy()
        out.spelt = {}
        for name in names:
            for written in self.spelt.get(name, ()):
                out.known.pop(written, None)
        out.single = self.single.copy()
        for name, value in names.items():
            for written in spellings(name):
                out.put(written, VALUE, value)
            if len(name) == 1:
                out.single[name] = out.known[name]
        return out

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a formula in reverse, behind END. Raises Beyond at a lexeme that the part does not know."""
        if len(text) > MAX_CHARACTERS:
            raise Beyond
        lexemes = _LEXEME.findall(text)
        known = self.known
        try:
            out = list(map(known.__getitem__, lexemes))
        except KeyError:
            out = []
            ran_on = False
            for x in lexemes:
                if ran_on and x == "{":  # pn{n}
                    raise Beyond from None
                t = known.get(x)
                found = self.learnt(x) if t is None else [t]
                ran_on = len(found) > 1
                out += found
        out.reverse()
        return out

    def learnt(self, written: str) -> list[Token]:
        """A lexeme that is new: a number, spaces or \\left before a known one, letters that run on."""
        before = _PREFIX.match(written)
        assert before is not None
        core = written[before.end() :]
        spaced = before.end() > 0 and _SPACE.search(before.group()) is not None
        if not core:
            if before.end() > 1 and before.group()[-1].isalpha():  # \\left*: a command that is none
                raise Beyond
            found = [END_TOKEN]
        elif core[0].isdigit() and core[0].isascii():
            found = [_number(core)]
        elif core in self.known and not (core[0] == "." and "\\" in before.group()):  # \left.max(): an open delimiter
            found = [self.known[core]]
        else:
            found = self._run_on(core)
        if spaced:
            found[0] = (found[0][0], found[0][1], True, found[0][3])
        if len(found) == 1 and len(self.known) < MAX_KNOWN and len(written) < (24 if found[0][0] != NUMBER else 7):
            self._enter(written, found[0])
        return found

    def _run_on(self, core: str) -> list[Token]:
        """np as n p, where both are declared and the word means nothing else; a letter in bold."""
        worn = _WORN.fullmatch(core)
        if worn is not None:
            found = self.known.get(worn.group(2) or worn.group(3), END_TOKEN)
            if found[0] == UNIT or (found[0] == VECTOR_NAME and worn.group(1) != "hat"):
                return [found]
        name, _, attribute = core.partition(".")
        if attribute in _ATTRIBUTES and self.known.get(name, END_TOKEN)[0] == VECTOR_NAME:
            return [self.known[name], _ATTRIBUTES[attribute]]
        if not (1 < len(core) <= 4 and core.isalpha() and core.isascii()) or core in CALLS or core in WORDS or core in GREEK_NAMES:
            raise Beyond
        try:
            return [self.single[c] for c in core]
        except KeyError:
            raise Beyond from None


def _number(core: str) -> Token:
    if len(core) > MAX_DIGITS:
        raise Beyond
    whole, point, decimals = core.partition(".")
    if not point:
        return NUMBER, number(int(core)), False, core
    return NUMBER, (*number(int(whole + decimals), 10 ** len(decimals)), core), False, core


_GREEK = {f"\\{name}": name for name in GREEK_NAMES}


def core_of(written: str) -> str:
    """One spelling of what can be written in several: \\theta, θ and theta."""
    return _GREEK.get(written) or GREEK_CHARS.get(written) or ("T" if written in ("\\top", "⊤") else "\\nabla" if written == "∇" else written)


def spellings(name: str) -> list[str]:
    """How a declared name is typed: theta, \\theta, θ."""
    return [name, f"\\{name}", *(c for c, n in GREEK_CHARS.items() if n == name)] if name in GREEK_NAMES else [name]


def cores(written: str) -> list[str] | None:
    """The cores of the lexemes of a declared notation; None where it is no plain one."""
    out = []
    for x in _LEXEME.findall(written):
        before = _PREFIX.match(x)
        core = x[before.end() :] if before is not None else x
        if core:
            out.append(core_of(core))
    return out


def ones(size: int) -> Value:
    """The explicit vector of ones."""
    return LIST, [ONE] * size, 1
