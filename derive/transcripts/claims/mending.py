"""The text of a formula before it is read: marks of weight, lost underscores, and where its parts end."""

from __future__ import annotations

import re

from derive.grading.text.segments import brace_end

_MARKED = re.compile(r"\\(tilde|hat|bar)\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\?[A-Za-z]+))")
_BOLD = re.compile(r"\\(?:boldsymbol|mathbf|bm|vec)\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\[A-Za-z]+))")

LONGEST_LIST = 1000  # characters of a formula in which a list that ends in dots is looked for
_OPEN_DOTS = re.compile(r"(?P<entry>[^\[\],]*_(?:\{2\}|2)[^\[\],]*),(?P<dots>\s*\\(?:[lc]?dots)\s*),?\s*(?P<end>(?:\\right\s*)?\])")


def _closed(m: re.Match[str]) -> str:
    """A list that ends in dots, with its n-th entry: [g_1, g_2, ...] is [g_1, g_2, ..., g_n]."""
    last = re.sub(r"_\s*(?:\{2\}|2)", "_n ", m.group("entry"))
    return f"{m.group('entry')},{m.group('dots')},{last}{m.group('end')}"


_BARE_ARGUMENT = re.compile(r"\s*(\\[A-Za-z]+|[A-Za-z0-9])")
_TAKES = re.compile(r"\\(?:[td]?frac|sqrt)(?![A-Za-z\[])")


def braced(text: str) -> str:
    """Arguments of fractions and roots in braces: \\frac t\\alpha is \\frac{t}{\\alpha}."""
    i = 0
    while (m := _TAKES.search(text, i)) is not None:
        i = end = m.end()
        for _ in range(1 if m.group() == "\\sqrt" else 2):
            bare = _BARE_ARGUMENT.match(text, end)
            if bare is not None:
                text = f"{text[:end]}{{{bare.group(1)}}}{text[bare.end() :]}"
                end += len(bare.group(1)) + 2
                continue
            opened = re.compile(r"\s*\{").match(text, end)
            if opened is None:
                break
            end = max(brace_end(text, opened.end()), opened.end()) + 1
    return text


def mended(text: str) -> str:
    """Marks of weight left out, underscores and decorations that a text layer lost put back."""
    text = re.sub(r"\\(log|ln|exp)(?=\d)", r"\\\1 ", braced(text))
    text = re.sub(r"(\\(?:boldsymbol|mathbf)\{\\?[A-Za-z]+\})\s*(t(?:\s*\+\s*1)?)(?=\s*(?:=|\\approx|$|[-+)]))", r"\1_{\2}", text)
    text = re.sub(r"\\(?:mathcal|mathscr)\s*(?:\{\s*([A-Z])\s*\}|([A-Z])(?![A-Za-z]))", lambda m: f"\\mathcal{{{m.group(1) or m.group(2)}}}", text)
    text = re.sub(r"\\(sum|prod|max|min)\{(\s*[a-z]\s*=)", r"\\\1_{\2", text)
    if "dots" in text and len(text) <= LONGEST_LIST:
        text = _OPEN_DOTS.sub(_closed, text)
    text = _BOLD.sub(lambda m: f" {m.group(1) or m.group(2)} ", text)
    text = re.sub(r"\\(tilde|hat|bar)\s*\{\s*(\\?[A-Za-z]+)\s*\}", r"\\\1{\2}", text)
    text = _MARKED.sub(lambda m: f" {m.group(1)}QQ{(m.group(2) or m.group(3)).lstrip(chr(92))} ", text)
    return text.replace("\\infty", " ∞ ").replace("\\ast", "*").replace("\\star", "*").replace("\\top", " T ")


def turned(text: str) -> str:
    """'[1, 2] . c [3, 4]^T' is meant as a row times a column, however the transpose stands."""
    m = re.fullmatch(r"\s*(\[[^\[\]]*\])(?!\s*\^)\s*(?:\\cdot)?(.*\])\s*\^\s*\{?\s*(?:T|\\top)\s*\}?\s*", text)
    return f"{m.group(1)}^T {m.group(2)}" if m else text


def plain_subscript(sub: str) -> str:
    """A subscript without its braces and fonts."""
    sub = re.sub(r"\\(?:text|mathrm|textrm|mathit)\s*\{([^{}]*)\}", r"\1", sub).strip()
    if sub.startswith("{"):
        sub = sub[1:-1]
    return sub.replace("\\infty", "∞").replace(" ", "").strip("()")


def argument(text: str, start: int) -> tuple[str | None, int]:
    """What stands in the round brackets that open at start, and the place behind them."""
    m = re.compile(r"\s*(?:\\left\s*)?\(").match(text, start)
    if m is None:
        return None, start
    level = 1
    for i in range(m.end(), len(text)):
        level += (text[i] == "(") - (text[i] == ")")
        if not level:
            return re.sub(r"\\right\s*$", "", text[m.end() : i]), i + 1
    return None, start


def summand_end(text: str, start: int) -> int:
    """The end of the summand that begins at start: a product, up to a sign or a closing bracket."""
    i = start
    while i < len(text):
        c = text[i]
        if c == "{":
            i = max(brace_end(text, i + 1), i) + 1
            continue
        if c in "+-=)]}" or text.startswith("\\right", i):
            return i
        i += 1
    return i


_SPANNED = re.compile(r"\s*\\?(?:text|mathrm|operatorname)?\{?\s*(span|range|col|im)\s*\}?\s*(?:\\left\s*)?(?P<open>[({]|\\\{)(?P<inner>.*?)(?:\\right\s*)?(?:\)|\\?\})\s*", re.S)


def spanning(text: str) -> tuple[str, bool] | None:
    """What spans the space that a text names, as in span(a), and whether it may be a matrix, as in range(A); None where it names none."""
    m = _SPANNED.fullmatch(text)
    if m is None or m.group("inner").count("(") != m.group("inner").count(")"):
        return None
    inner = re.sub(r"^\\\{|\\\}$|\\$", "", m.group("inner").strip()).strip()
    return (inner, m.group(1) != "span") if inner else None
