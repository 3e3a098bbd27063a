r"""Macros that a LaTeX text defines itself, \newcommand, \def and \DeclareMathOperator, written out by counted steps."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.segments import brace_end

MAX_EXPANSIONS = 4_000
MAX_EXPANDED = 400_000
_DEFINED = re.compile(r"\\(?:(?:re)?newcommand|providecommand)\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*\{|\\def\s*\\([A-Za-z]+)\s*(?:#1#2|#1)?\s*\{"
                      r"|\\DeclareMathOperator\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*\{")
_KEPT = frozenset("frac sqrt left right boxed text mathbf mathrm operatorname alpha beta item begin end".split())


def with_macros_written_out(text: str) -> str:
    """An answer without the definitions of its macros, and with these written out; as it is where it defines none, or more than the bounds allow."""
    known = macros(text)
    written, cut = expanded(text, known) if known else (text, "")
    return text if cut else written.strip()


def macros(source: str) -> dict[str, tuple[int, str]]:
    """The macros that a source defines: name -> (number of arguments, body)."""
    out: dict[str, tuple[int, str]] = {}
    for m in _DEFINED.finditer(source):
        end = brace_end(source, m.end())
        if end < 0:
            continue
        body = source[m.end() : end]
        if m.group(4):
            out[m.group(4)] = (0, rf"\operatorname{{{body}}}")
        elif m.group(3):
            out[m.group(3)] = (m.group().count("#"), body)
        elif m.group(1) not in _KEPT:
            out[m.group(1)] = (int(m.group(2) or 0), body)
    return out


def expanded(text: str, known: dict[str, tuple[int, str]]) -> tuple[str, str]:
    """The text with the author's macros written out, and what was left, if the bound ended it."""
    if not known:
        return text, ""
    text = _without_definitions(text)
    use = re.compile(r"\\(" + "|".join(sorted(map(re.escape, known), key=len, reverse=True)) + r")(?![A-Za-z])\s*")
    i = 0
    for _ in range(MAX_EXPANSIONS):
        m = use.search(text, i)
        if m is None:
            return text, ""
        count, body = known[m.group(1)]
        end, arguments = m.end(), []
        for _ in range(count):
            while text[end : end + 1].isspace():
                end += 1
            if text[end : end + 1] == "{" and brace_end(text, end + 1) > 0:
                close = brace_end(text, end + 1)
                arguments.append(text[end + 1 : close])
                end = close + 1
            else:
                arguments.append(text[end : end + 1])
                end += 1
        made = _filled(body, arguments)
        if use.search(made) and use.search(made).group(1) == m.group(1):  # type: ignore[union-attr]  # it was just found
            i = m.end()
            continue  # a macro that calls itself
        space = "" if count or not re.search(r"\\[A-Za-z]+$", made) else " "
        text = text[: m.start()] + made + space + text[end:]
        if len(text) > MAX_EXPANDED:
            return text[:MAX_EXPANDED], "its macros grow past the bound and were written out in part"
        i = m.start()
    return text, "it uses more macros than are written out"


def _filled(body: str, arguments: list[str]) -> str:
    """The body of a macro with its arguments for #1, #2, ..."""
    return re.sub(r"#(\d)", lambda h: arguments[int(h.group(1)) - 1] if 0 < int(h.group(1)) <= len(arguments) else "", body)


def _without_definitions(text: str) -> str:
    out, i = [], 0
    for m in _DEFINED.finditer(text):
        end = brace_end(text, m.end())
        if m.start() >= i and end > 0:
            out.append(text[i : m.start()])
            i = end + 1
    return "".join([*out, text[i:]])
