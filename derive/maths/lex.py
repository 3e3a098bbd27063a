"""Text -> tokens, closed by one of kind end. One compiled expression; LaTeX, Unicode, plain text and Python share the tokens."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive import patterns as re
from derive.errors import ReadError, TooBig
from derive.maths.signs import SPOKEN, SPOKEN_NUMBERS, TEXT_COMMANDS
from derive.maths.tokens import Token, token_of

MAX_CHARACTERS = 8_000
MAX_TOKENS = 2_000
LOOKAHEAD = 6

# Decoration of a display that carries no mathematics, with or without an argument.
_IGNORED = re.compile(
    r"\\(?:tag\*?|label|eqref|color|textcolor|hspace|vspace)\s*\{[^{}]{0,80}\}|\\(?:left|right)\s*\.|\\text(?:rm)?\s*\{\s*[.,;:]\s*\}|\\(?:tiny|scriptsize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])|\\(?:blacksquare|square|qed|Box|checkmark|bigstar)(?![A-Za-z])"
)
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f~]+|\\[,;:! ]|\\thinspace\b|&(?=\s*=))"
    r"|(?P<cmd>\\[A-Za-z]+\*?)"
    r"|(?P<esc>\\\\(?:\[[^\]]{0,12}\])?|\\.)"
    r"|(?P<repeating>[0-9]*\.[0-9]*\\(?:overline|bar|dot)(?:\{[0-9]{1,20}\}| ?[0-9](?![0-9])))"
    r"|(?P<trailing>[0-9]*\.[0-9]+(?:\.\.\.|…|⋯|\\[lc]?dots(?![A-Za-z]))(?=\s*(?:$|[,;)\]}&\\])))"
    r"|(?P<grouped>[0-9]{1,3}(?:(?:\{,\}|\\,)[0-9]{3}(?![0-9]))+)"
    r"|(?P<num>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z_]))?(?:\.(?=\s|$|[,;)\]]))?)"
    r"|(?P<dotted>(?:numpy|np|math|jnp|torch|LA|la|linalg|scipy|sp|sympy|tf|cp)(?:\.[A-Za-z_]\w*)+|divide_or_zero(?![A-Za-z_]))"
    r"|(?P<name>[A-Za-z]+)"
    r"|(?P<sup>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᐪᵃᵇᶜᵈʰʲᵏˡᵐᵖʳˢ]+)"
    r"|(?P<sub>[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₚₜₓₐₑₕₒᵣₛᵤᵥ]+)"
    r"|(?P<vulgar>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒])"
    r"|(?P<op>\.\.\.|\*\*|//|<=|>=|==|!=|:=|->|=>|\|\||(?<=\s)<-(?=\s)|[-+*/^_(){}\[\]|,;=<>!'@&:.%\"?#$]|…)"
    r"|(?P<other>.)",
    re.S,
)


# The same without names of the kinds: what is written, in one list.
_LEXEME = re.compile(re.sub(r"\(\?P<\w+>", "(?:", _TOKEN.pattern), re.S)


def lex(text: str) -> list[Token]:
    """The tokens of a formula, closed by an 'end' token.

    Raises TooBig past the bounds and ReadError at a character that is no mathematics.
    """
    return list(_lexed(text) if len(text) <= _SHORT else _lexed.__wrapped__(text))


@lru_cache(16)
def _lexed(text: str) -> tuple[Token, ...]:
    """The tokens of a formula: other readings of one formula, and what the text round it defines, look at them again."""
    if len(text) > MAX_CHARACTERS:
        raise TooBig(text[:200], 0, f"The formula has {len(text)} characters; {MAX_CHARACTERS} are read.")
    out: list[Token] = []
    spaced = worded = False
    if "\\" in text:
        text = _IGNORED.sub(lambda m: " " * len(m.group()), text)
    start = end = 0
    for written in _LEXEME.findall(text):
        start, end = end, end + len(written)
        known = _SEEN.get(written)
        if known is None:
            m = _TOKEN.match(text, start)
            assert m is not None
            kind = m.lastgroup or ""
            if kind == "space":
                if written != "&" and len(_SEEN) < _MOST_SEEN and len(written) < 20:
                    _SEEN[written] = _SPACE
                spaced = True
                continue
            if len(out) >= MAX_TOKENS:
                raise TooBig(text, start, f"The formula has more than {MAX_TOKENS} symbols.")
            if kind == "other" and not written.isascii() and _overset(out, text, start, spaced):
                spaced = False
                continue
            token = token_of(kind, written, start, spaced, text)
            if token is None:
                continue
            if len(_SEEN) < _MOST_SEEN and len(written) < 20 and kind not in ("other", "trailing") and written != "&":  # '&' is a space before '='
                _SEEN[written] = token.kind, token.value, token.braced
        elif known is _SPACE:
            spaced = True
            continue
        else:
            if len(out) >= MAX_TOKENS:
                raise TooBig(text, start, f"The formula has more than {MAX_TOKENS} symbols.")
            token = tuple.__new__(Token, (known[0], known[1], start, spaced, known[2]))
        if written[0] == "\\" and token.value in TEXT_COMMANDS:
            worded = True
        if written == "}" and len(out) >= 2:
            if len(out) >= 3 and out[-1].kind == "name" and out[-2].kind == "mark" and (out[-3].kind == "op" and out[-3].value == "{"):
                out[-3:] = [out[-2]._replace(spaced=out[-3].spaced), out[-1]._replace(braced=True)]
            elif _collapses(out):
                inner = out.pop()
                opened = out.pop()
                out.append(inner._replace(spaced=opened.spaced, braced=True))
            else:
                out.append(token)
        else:
            out.append(token)
        spaced = False
    out.append(Token("end", "", len(text), spaced))
    if "<" in text and ">" in text and "," in text:
        _angles(out)
    if worded:
        out = _words(out)
    elif "by" in text and "\\" not in text:
        out = [t for i, t in enumerate(out) if not (t.value == "by" and i and out[i - 1].value in ("divided", "multiplied"))]
    if " of " in text:
        out = [t._replace(kind="op", value="×") if t.kind == "name" and t.value == "of" and _share(out, i) else t for i, t in enumerate(out)]
    if "half" in text:
        out = _half_of_negative(out, text)
    if "quad" in text:
        out = [t for i, t in enumerate(out) if not (t.kind == "op" and t.value == "quad" and _only_sets_apart(out, i))]
    return tuple([_spoken(t) if t.kind == "name" and (t.value in SPOKEN or t.value in SPOKEN_NUMBERS) else t for t in out])


_CONDITIONS = frozenset(("if", "for", "when", "otherwise", "else"))


def _only_sets_apart(out: list[Token], i: int) -> bool:
    """Whether wide space stands behind a separator or before the word of a condition, 'A,\\quad B', 'A \\quad\\text{if } c', and parts nothing itself."""
    before, behind = out[i - 1] if i else None, out[i + 1]
    if before is not None and before.kind == "op" and before.value in (",", ";", "\\\\", "quad"):
        return True
    return (behind.kind in ("name", "words") and behind.value in _CONDITIONS) or (behind.kind == "op" and behind.value == "(" and _relates(out, i + 1))


def _relates(out: list[Token], start: int) -> bool:
    """Whether the brackets that open at a place hold a relation: a condition beside a value."""
    level, found = 0, False
    for t in out[start:]:
        if t.kind == "op":
            level += (t.value in ("(", "[", "{")) - (t.value in (")", "]", "}"))
            found = found or (level == 1 and t.value in ("=", "≠", "<", ">", "≤", "≥"))
            if not level:
                return found
    return False


_OVERSET = {"\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot"}
"""Combining marks that make another quantity of a letter; a hat and others restyle it."""


def _overset(out: list[Token], text: str, at: int, spaced: bool) -> bool:
    """Whether a letter with a bar, tilde or dot stands at a place, x̄ or ȳ: its tokens are those of \\bar x."""
    c = text[at]
    if c in _OVERSET:
        last = out[-1] if out else None
        if last is None or last.kind != "name" or spaced:
            return False
        written = text[last.pos : at]
        if len(written) > 1 and written.isascii():  # Tx̄
            out[-1] = last._replace(value=written[:-1])
            out += [Token("mark", _OVERSET[c], at - 1), Token("name", written[-1], at - 1)]
        else:
            out[-1:] = [Token("mark", _OVERSET[c], last.pos, last.spaced), last._replace(spaced=False)]
        return True
    parts = unicodedata.normalize("NFD", c)
    if len(parts) != 2 or parts[1] not in _OVERSET or not parts[0].isascii() or text[at - 1 : at].isalpha() or text[at + 1 : at + 2].isalpha():
        return False
    out += [Token("mark", _OVERSET[parts[1]], at, spaced), Token("name", parts[0], at)]
    return True


_SHORT = 400  # characters of a formula whose tokens are kept for its next reading
_SEEN: dict[str, tuple[str, Any, bool]] = {}
"""What is written -> kind, value and braces of its token, whatever stands round it."""
_MOST_SEEN = 4_000
_SPACE = "space", "", False


_NO_OPERAND = frozenset((")", "]", "}", ",", ";", "*", "/", "^", "=", "<", ">", "≤", "≥", "×", "·"))
"""What begins no operand: a '>' before it is no comparison."""


_BEFORE_AN_OPERAND = frozenset(("=", "(", "[", "{", "-", "+", "*", "/", "·", "×", ",", "<", ">", "≤", "≥"))


def _angles(tokens: list[Token]) -> None:
    """<a, b>, typed for ⟨a, b⟩: two marks with one comma between them on their level, close to what they hold and apart from the rest; the inner ones first."""
    for i in reversed(range(len(tokens))):
        t = tokens[i]
        apart = i and (t.spaced or tokens[i - 1].value in _BEFORE_AN_OPERAND) and tokens[i - 1].kind in ("name", "num", "op")
        if t.kind != "op" or t.value != "<" or tokens[i + 1].spaced or (not apart and (t.spaced or not i or tokens[i - 1].kind not in ("name", "num"))):
            continue
        close = not apart  # y<w, x>: what stands behind it tells
        level = commas = 0
        for j in range(i + 1, len(tokens)):
            u = tokens[j]
            if u.kind != "op":
                continue
            level += (u.value in ("(", "[", "{", "⟨")) - (u.value in (")", "]", "}", "⟩"))
            commas += not level and u.value == ","
            if level < 0 or (not level and u.value in ("<", "≤", "≥", "=", ";")):
                break
            if u.value == ">" and not level:
                after = tokens[j + 1]
                if commas == 1 and not u.spaced and (after.kind in ("end", "op") or (after.spaced and after.kind != "num")) and (
                        not close or after.kind == "end" or (after.kind == "op" and after.value in _NO_OPERAND)):
                    tokens[i], tokens[j] = t._replace(value="⟨"), u._replace(value="⟩")
                break


_EQUATES = frozenset(("is", "are", "be", "equals", "becomes", "gives", "get", "just", "exactly", "simply"))


def _share(tokens: list[Token], i: int) -> bool:
    """Whether what stands before an 'of' is a number that says how much of it: half of x, 0.1 of x, 1/n of p."""
    if not i:
        return False
    t, before = tokens[i - 1], tokens[i - 2] if i > 1 else None
    sign = str(before.value) if before is not None and before.kind == "op" else ""
    if t.kind == "num" or (t.kind == "name" and t.value == "half"):
        if before is not None and before.value in _EQUATES and (t.kind == "name" or Fraction(t.value[0]).denominator > 1):
            return True  # 'u is half of -a g'; 'it is 2 of n' is no product
        return before is None or before.kind == "num" or (sign != "" and sign not in "_^‖|)") or (before.kind == "name" and (before.value == "one" or before.value in SPOKEN))
    if t.kind == "op" and t.value == "%":
        return True
    return t.kind == "name" and len(str(t.value)) == 1 and sign == "/"


def _half_of_negative(tokens: list[Token], text: str) -> list[Token]:
    """'u is half -a g' with the product that is meant; 'half - a g' can be read both ways."""
    out: list[Token] = []
    for i, t in enumerate(tokens):
        before = tokens[i - 2] if i > 1 else None
        opens = before is None or before.value in _EQUATES or before.value in ("=", "(", "{", "a", "one")
        if t.kind == "op" and t.value == "-" and t.spaced and i and tokens[i - 1].kind == "name" and tokens[i - 1].value == "half" and opens:
            if tokens[i + 1].spaced:
                raise ReadError(text, t.pos, "'half' before a minus sign is a factor or a number.", "'half of' or 1/2")
            out.append(Token("op", "×", t.pos, t.spaced))
        out.append(t)
    return out


def _spoken(t: Token) -> Token:
    """Operators in words: alpha over 2 times g."""
    if t.kind == "name" and t.value in SPOKEN and (not t.braced or t.value in ("times", "minus", "plus")):
        return t._replace(kind="op", value=SPOKEN[t.value])
    if t.kind == "name" and not t.braced and t.value in SPOKEN_NUMBERS:
        return t._replace(kind="num", value=(Fraction(SPOKEN_NUMBERS[t.value]), t.value, False))
    return t


def _is_annotation(tokens: list[Token], i: int) -> bool:
    """Whether \\text{...} holds a remark in brackets, which carries no mathematics."""
    if not (tokens[i].kind == "op" and tokens[i].value == "("):
        return False
    j = i
    while tokens[j].kind != "end" and not (tokens[j].kind == "op" and tokens[j].value == "}"):
        j += 1
    return tokens[j].kind != "end" and tokens[j - 1].value == ")" and any(t.kind == "name" and len(t.value) > 1 for t in tokens[i:j])


def _words(tokens: list[Token]) -> list[Token]:
    """\\text{sign} as the name that it holds; \\text{for all} as one token of prose."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        t = tokens[i]
        if t.kind != "cmd" or t.value not in TEXT_COMMANDS or tokens[i + 1].kind == "end":
            out.append(t)
            i += 1
            continue
        after = tokens[i + 1]
        if after.kind == "name":
            out.append(after._replace(braced=True, spaced=t.spaced, pos=t.pos))
            i += 2
            continue
        if after.kind == "op" and after.value == "{" and _is_annotation(tokens, i + 2):
            while not (tokens[i].kind == "op" and tokens[i].value == "}"):
                i += 1
            i += 1
            continue
        j = i + 2
        opens = after.value == "{" and tokens[j].kind == "op" and tokens[j].value == "(" and tokens[j + 1].kind == "name"
        j += opens  # \\text{(by symmetry, } x = y): the bracket closes outside
        while tokens[j].kind == "name" or (
            tokens[j].kind == "op" and tokens[j].value in (",", ".", ":", "'", "-", ";") and tokens[j - 1].kind == "name"
        ):
            j += 1
        words = [str(x.value) for x in tokens[i + 2 : j] if x.kind == "name"]
        if after.kind == "op" and after.value == "{" and tokens[j].kind == "op" and tokens[j].value == "}" and words:
            if opens:
                out += [tokens[i + 2], Token("words", " ".join(words), t.pos, t.spaced, True)]
                i = j + 1
                continue
            joined = "".join(words)
            whole = len(words) == 1 or joined in ("argmax", "argmin")
            out.append(Token("name" if whole else "words", joined if whole else " ".join(words), t.pos, t.spaced, True))
            i = j + 1
            continue
        out.append(t)
        i += 1
    return out


def _collapses(out: list[Token]) -> bool:
    """Whether the last tokens are '{' name, so that the braces add nothing."""
    if out[-2].kind != "op" or out[-2].value != "{":
        return False
    return out[-1].kind == "name" or (
        out[-1].kind == "op" and out[-1].value in ("-", "+", "=", "·", "×", ",") and (len(out) < 3 or out[-3].value not in ("^", "_"))
    )
