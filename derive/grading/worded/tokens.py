"""A text in words as tokens: words, formulas, signs between them, pauses.

A run of signs without spaces is a formula ('-(alpha/2)', '|g_i|', 'n-1'), and so is what stands between delimiters; a sign that stands alone is the word for it.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.text.brackets import closing, is_sum
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES
from derive.maths.symbols import Scope

MOST_TEXT = 400
MOST_TOKENS = 70


class Token(NamedTuple):
    """word: in small letters, '' for what is none; formula: what may be read as one, '' for what may not; loose: a sum that nothing encloses; mark: a sign of the sentence."""

    word: str = ""
    formula: str = ""
    loose: bool = False
    mark: str = ""


class NotWorded(Exception):
    """The text holds what is neither a word nor a formula here."""


_SIGNS = {"+": "plus", "-": "minus", "−": "minus", "–": "minus", "*": "times", "·": "times", "×": "times", "⋅": "times", "/": "over", "÷": "over", "⊙": "elementwise-times",
          "<": "below", ">": "above", "≤": "most", "≥": "least", "<=": "most", ">=": "least"}
_DELIMITED = re.compile(r"\$\$(?P<a>[^$]{1,200})\$\$|\$(?P<b>[^$]{1,200})\$|\\\((?P<c>[^$\\]{0,1}(?:(?!\\\)).){1,200})\\\)|`(?P<d>[^`\n]{1,200})`")
_TEXT_INSIDE = re.compile(r"\\(?:text|mbox|textrm|textit|textbf)(?![A-Za-z])|\\mathrm\s*\{[^{}]{0,40}\s")
"""Words within a formula, which its reader passes over."""
_WORD = re.compile(r"[A-Za-z]+(?:'s|’s)?")
_HYPHENED = re.compile(r"[A-Za-z0-9]+(?:[-‑][A-Za-z]+)+")
_LONG_WORD = re.compile(r"[A-Za-z]{2,}")
_CALLS = frozenset("sign sgn abs norm sqrt max min sum mean exp log ln tr trace det inv diag median".split())
_ENTRYWISE = re.compile(r"\b(element|component|entry|coordinate)[- ]?wise\b", re.I)
_ITEM = re.compile(r"\s*[-–—*•]\s")
_EMPHASIS = re.compile(r"(?<![\w)\]])\*\*(?=[A-Za-z])|(?<=[A-Za-z.:,;!?)])\*\*(?![\w(*])")  # and no power
_SPELT = {"oposite": "opposite", "normalised": "normalized", "recipocal": "reciprocal"}
_INDICES = frozenset("ijkm")


def tokens_of(text: str, scope: Scope) -> list[Token]:
    """The tokens of a text without the full stop at its end. Raises NotWorded."""
    if _ITEM.match(text) is not None:
        raise NotWorded  # the mark of a list, or a minus
    s = _ENTRYWISE.sub("elementwise", _EMPHASIS.sub("", text).replace("i.e.", "that is").replace("...", "…").strip()).rstrip(". \n")
    if not 0 < len(s) <= MOST_TEXT:
        raise NotWorded
    s = _begun_small(s, scope)
    out: list[Token] = []
    at = 0
    while at < len(s):
        c = s[at]
        if c.isspace():
            if "\n" in s[at : (at := at + 1)]:
                out.append(Token(mark="\n"))
            continue
        m = _DELIMITED.match(s, at)
        if m is not None:
            out.append(_delimited(next(filter(None, m.groups()))))
            at = m.end()
        elif c in ",;:":
            out.append(Token(mark=c))
            at += 1
        elif c == "(":
            end = closing(s, at)
            if end < 0:
                raise NotWorded
            if _speaks(s[at + 1 : end], scope):
                out.append(Token(mark="("))
                at += 1
            else:
                at = _chunk(s, at, scope, out)
        elif c == ")":
            out.append(Token(mark=")"))
            at += 1
        else:
            at = _chunk(s, at, scope, out)
        if len(out) > MOST_TOKENS:
            raise NotWorded
    return out


def _begun_small(s: str, scope: Scope) -> str:
    """A text whose first word is a letter that only its place makes capital, 'Alpha must be ...', with the small one."""
    m = _WORD.match(s)
    if m is None or _is_name(m.group(), scope) != (m.group() in GREEK_NAMES and not scope.writes(m.group()) and not scope.writes("\\" + m.group())):
        return s
    small = m.group()[:1].lower() + m.group()[1:]
    return small + s[m.end() :] if scope.writes(small) or scope.writes("\\" + small) or small in scope.dims else s


def _delimited(formula: str) -> Token:
    formula = formula.strip().rstrip(".,").strip()
    if formula in _SIGNS:
        return Token(_SIGNS[formula])
    if not formula or _TEXT_INSIDE.search(formula):
        raise NotWorded
    return Token("", formula, is_sum(formula))


def _speaks(inside: str, scope: Scope) -> bool:
    """Whether brackets hold words, and no formula alone."""
    return any(w.lower() not in _CALLS and not _is_name(w, scope) for w in _LONG_WORD.findall(inside))


def _is_name(w: str, scope: Scope) -> bool:
    return w in scope.symbols or w in scope.dims or w in GREEK_NAMES or scope.writes(w) or scope.writes("\\" + w)


def _chunk(s: str, at: int, scope: Scope, out: list[Token]) -> int:
    """Appends the tokens of a run without spaces, and says where it ends."""
    end = at
    while end < len(s) and not s[end].isspace() and s[end] not in ";:$`" and (s[end] != "," or (end + 1 < len(s) and s[end + 1].isdigit() and s[end - 1].isdigit())):
        if s[end] == "(":
            close = closing(s, end)
            if close < 0 or _speaks(s[end + 1 : close], scope):
                break
            end = close
        elif s[end] == ")":
            break
        end += 1
    run = s[at:end]
    if not run:
        raise NotWorded
    stop = ""
    if len(run) > 1 and run[-1] in ".!" and (run[:-1].isalnum() or run[-2] == ")"):
        run, stop = run[:-1], run[-1]
    out.extend(_run(run, scope))
    if stop:
        out.append(Token(mark="."))
    return end


def _run(run: str, scope: Scope) -> list[Token]:
    if run in _SIGNS:
        return [Token(w) for w in _SIGNS[run].split("-")]
    if run == "=":
        return [Token(mark="=")]
    if _WORD.fullmatch(run):
        letter = GREEK_CHARS.get(run, run)
        named = _is_name(letter, scope) or (len(run) == 1 and run in _INDICES)
        said = run.lower() if len(run) > 1 or run in ("a", "A", "I") else ""
        if not said and not named:
            raise NotWorded
        said = said.replace("’", "'")
        return [Token(_SPELT.get(said, said), run if named else "")]
    if _HYPHENED.fullmatch(run):
        parts = re.split("[-‑]", run)
        if any(len(p) > 1 and p.isalpha() and not _is_name(p, scope) for p in parts):
            return [t for p in parts for t in _run(p, scope)]
    return [Token(run.lower() if run.isalnum() and not run.isdigit() else "", run, is_sum(run.lstrip("-−")))]
