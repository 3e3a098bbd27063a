"""Formulas in text without delimiters: 'so u = -(alpha/2) g.' -> 'u = -(alpha/2) g'.

A formula is the longest run of mathematical tokens in a line: numbers, operators, single letters, Greek
letters by name, names of functions. A word of language, a comma or a full stop outside brackets ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.grading.text.segments import Piece, pieces

MAX_LINE = 2000
_GREEK = ("alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi psi omega Delta Theta Lambda Sigma Phi Psi Omega nabla")
_FUNCTIONS = "sign sgn max min sum sqrt abs norm exp log ln argmin argmax clip inf infty transpose dot"
_KNOWN = frozenset(f"{_GREEK} {_FUNCTIONS}".split())
_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d_]+(?:[₀-₉ᵢⱼₜₖ]*)(?:_(?:\{[^{}\s]*\}|\w+))?)|(?P<relation><=|>=|:=|!=|~=|[=<>≈≤≥≠∝])"
    r"|(?P<operator>[-+*/^·×−∑∏√⁄]|\|\|?|‖)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<mark>['’ᵀ²³⁻¹∞₁₂ⁿ_!])|(?P<space>[ \t]+)|(?P<other>.)")
_SYMBOLS = re.compile("[\u0370-\u03ffᵀ∇∂²³¹ⁿ]")  # Greek and signs: no word of language holds one
_BARE = re.compile(r"[-+*/^·×−‖|]")


def has_delimiters(text: str) -> bool:
    """Whether a text marks its formulas."""
    return bool(re.search(r"\$|\\\(|\\\[|\\begin\{", text))


def pieces_of(text: str) -> list[Piece]:
    """A text cut into prose and formulas, by delimiters where it has some, else by its words."""
    if has_delimiters(text):
        return pieces(text)
    out: list[Piece] = []
    end = 0
    for a, b in _formulas(text):
        if a > end:
            out.append(Piece(False, text[end:a], end))
        line = text[text.rfind("\n", 0, a) + 1 : a].strip() + text[b : (text.find("\n", b) + 1 or len(text) + 1) - 1].strip(" .,;:")
        out.append(Piece(True, text[a:b], a, display=not line))
        end = b
    if end < len(text):
        out.append(Piece(False, text[end:], end))
    return out


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each formula."""
    start = 0
    for line in text.split("\n"):
        if len(line) <= MAX_LINE and "|" not in line.strip()[:1] and "`" not in line:
            yield from ((start + a, start + b) for a, b in _of_line(line))
        start += len(line) + 1


def _of_line(line: str) -> Iterator[tuple[int, int]]:
    runs: list[list[re.Match[str]]] = [[]]
    depth = 0
    tokens = list(_TOKEN.finditer(line))
    for k, m in enumerate(tokens):
        if m.lastgroup == "open":
            depth += 1
        elif m.lastgroup == "close":
            depth = max(0, depth - 1)
        inside = depth > 0 and m.group() == "," and bool(runs[-1])
        if _mathematical(m, tokens, k) or inside:
            runs[-1].append(m)
        elif runs[-1]:
            runs.append([])
            depth = 0
    for run in runs:
        found = _trimmed(run)
        if found and _is_formula(found):
            yield found[0].start(), found[-1].end()


def _mathematical(m: re.Match[str], tokens: list[re.Match[str]], k: int) -> bool:
    kind, text = m.lastgroup, m.group()
    if kind == "word":
        base = re.split(r"[_₀-₉ᵢⱼₜₖ]", text)[0]
        if base in ("a", "I", "A") and base == text:  # an article, where a word of language stands beside it
            after = next((t for t in tokens[k + 1 :] if t.lastgroup != "space"), None)
            if after is not None and after.lastgroup in ("relation", "operator", "mark"):
                return True
            return not any(t.lastgroup == "word" and _language(t.group()) for t in _beside(tokens, k))
        return not _language(text)
    if kind == "operator" and text in "*-" and k == 0:
        return False  # the mark of an item
    return kind not in ("other",)


def _language(text: str) -> bool:
    base = re.split(r"[_₀-₉ᵢⱼₜₖ]", text)[0]
    return len(base) > 1 and base not in _KNOWN and not _SYMBOLS.search(base)


def _beside(tokens: list[re.Match[str]], k: int) -> list[re.Match[str]]:
    words = [t for t in tokens[max(0, k - 2) : k] + tokens[k + 1 : k + 3] if t.lastgroup != "space"]
    return words


def _trimmed(run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run without blanks at its ends, and without a bracket that it does not close."""
    while run and (run[-1].lastgroup == "space" or run[-1].group() in ("(", "[", "{", ",", "=", "-", "_")):
        run = run[:-1]
    while run and (run[0].lastgroup in ("space", "close") or run[0].group() in (",", "*", "=")):
        run = run[1:]
    if [m.group() for m in run[:1]] == ["("] and len(run) > 3 and run[2].group() == ")" and run[3].lastgroup == "space" and len(run[1].group()) == 1:
        return _trimmed(run[4:])  # the letter of an item
    opened = sum(m.lastgroup == "open" for m in run) - sum(m.lastgroup == "close" for m in run)
    if opened < 0 and run[-1].lastgroup == "close":
        return _trimmed(run[:-1])
    if opened > 0 and run[0].lastgroup == "open":
        return _trimmed(run[1:])
    return run if opened == 0 else []


def _is_formula(run: list[re.Match[str]]) -> bool:
    """A relation with two sides, or an expression with two operators and a letter."""
    kinds = [m.lastgroup for m in run]
    if "relation" in kinds:
        k = kinds.index("relation")
        return any(x in ("word", "number") for x in kinds[:k]) and any(x in ("word", "number") for x in kinds[k + 1 :]) and "word" in kinds
    return "word" in kinds and sum(bool(_BARE.fullmatch(m.group())) or m.group() == "||" for m in run) >= 2
