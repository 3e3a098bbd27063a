"""The symbols of a text, split at the marks outside of its brackets."""

from __future__ import annotations

from functools import lru_cache

from derive.errors import ReadError
from derive.grading.comparing.bounds import BOUNDS
from derive.maths.lex import lex
from derive.maths.tokens import Token

OPEN, CLOSE = frozenset(["(", "[", "{", "\\{", "⟨", "⌊", "⌈"]), frozenset([")", "]", "}", "\\}", "⟩", "⌋", "⌉"])
_SPELLINGS = (("\\emptyset", "\\{\\}"), ("\\varnothing", "\\{\\}"), ("∅", "\\{\\}"), ("\\cap", "∧"), ("∩", "∧"), ("ℝ", " R "))


@lru_cache(maxsize=8)
def tokenize(text: str) -> list[Token]:
    """The symbols of a text without its end. Raises ReadError where there are too many."""
    if len(text) > 10 * BOUNDS.tokens:
        raise ReadError(text[:200], 0, f"The text has more than {10 * BOUNDS.tokens} characters.", "a shorter formula")
    for written, meant in _SPELLINGS:
        text = text.replace(written, meant)
    out = [t for t in lex(text)[:-1] if t.value not in ("$", "quad")]
    if len(out) > BOUNDS.tokens:
        raise ReadError(text[:200], 0, f"The text has more than {BOUNDS.tokens} symbols.", "a shorter formula")
    # \text{ or }: the words that join formulas, without their command.
    out = [t for k, t in enumerate(out) if not (t.kind == "cmd" and t.value in ("text", "textrm", "mathrm") and k + 1 < len(out)
                                                and out[k + 1].value in ("or", "and"))]
    while out and out[-1].kind == "op" and out[-1].value in (".", ",", ";"):
        out.pop()
    return out


def split_at(tokens: list[Token], *marks: str) -> list[list[Token]]:
    """The tokens between these operators or words, outside brackets and environments."""
    out: list[list[Token]] = [[]]
    level = 0
    for t in tokens:
        level += (t.value in OPEN or t.value == "begin") - (t.value in CLOSE or t.value == "end") if t.kind in ("op", "cmd") else 0
        if level == 0 and t.kind in ("op", "name") and t.value in marks:
            out.append([])
        else:
            out[-1].append(t)
    return out


def grouped_digits(tokens: list[Token]) -> list[Token]:
    """The tokens with 1,000 as one number."""
    out: list[Token] = []
    for t in tokens:
        if t.kind == "num" and not t.spaced and len(out) > 1 and out[-1].value == "," and out[-2].kind == "num":
            head, tail = out[-2].value[1], t.value[1]
            whole = tail.partition(".")[0]
            if head.replace(",", "").isdigit() and head[0] != "0" and len(head.rpartition(",")[2]) <= 3 and len(whole) == 3 and whole.isdigit() and (
                    out[-2].pos + len(head) + 1 == t.pos):
                out[-2:] = [out[-2]._replace(value=(out[-2].value[0] * 1000 + t.value[0], f"{head},{tail}", t.value[2]))]
                continue
        out.append(t)
    return out


def wrapped(tokens: list[Token]) -> bool:
    """Whether the first token is a bracket that closes with the last one."""
    level = 0
    for k, t in enumerate(tokens):
        level += (t.value in OPEN) - (t.value in CLOSE) if t.kind == "op" else 0
        if level == 0:
            return 0 < k == len(tokens) - 1
    return False


def order_of_growth(tokens: list[Token]) -> bool:
    """Whether the tokens are O(...), Θ(...) or Ω(...) and nothing else."""
    return len(tokens) > 3 and tokens[0].kind == "name" and tokens[0].value in ("O", "Theta", "Omega") and tokens[1].value == "(" and wrapped(tokens[1:])
