"""Formulas that a PDF's text layer took apart, put together again.

A typeset formula is a row of bases, each with what stands on its line and the small pieces above and below.
The text layer prints the line of a base first, broken wherever a piece hangs (often with an invisible strut
at the break), then the pieces: an index, an exponent, or a denominator and then its numerator. The lines are
read by that order; an assembly counts only if it reads as a formula of the problem. It remains a guess, and
is flagged as lossy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LOOSE = "\0loose"
MAX_LINES = 30  # lines that one formula may take
MAX_FRAGMENTS = 7
MAX_ASSEMBLIES = 400  # from one starting line

_INDEX = re.compile(r"(?:t\s*[+−-]\s*1|[a-zA-Z0-9∞]|new|old)\s*\Z")
_EXPONENT = re.compile(r"(?:[2T∗*]|\(\s*[ijk]\s*\))\s*\Z")
_OPENS = re.compile(r"[=+−\-⋅·*/<>≤≥≈∝∈(\[,×→]\s*\Z")  # a line that ends so goes on with another base
_GOES_ON = re.compile(r"\s*[=+−⋅·*/<>≤≥≈∝)\]∣|∥]")
_RELATION = re.compile(r"[=<>≤≥≈∝∈→]")
_GAP = re.compile(r"(?<=[A-Za-zα-ωΑ-Ω)∥∣])\s+(?=Δ?[α-ωθA-Za-z(](?!or\b))")
_LETTER_END = re.compile(r"(?:(?<!\\cdot)(?<!\\propto)(?<!\\le)(?<!\\ge)(?<!\\approx)(?<!\\times)(?<!\\to)[A-Za-z)\]}|]|\\\|)\s*\Z")
_NORMS = ("1", "2", "\\infty", "p", "q")
_ACCENTED = re.compile(r"(?:[A-Za-zθ]~[Tijk]?){1,2}")
_FOR_ALL = re.compile(r"\s*\bfor\s+all\s+[ijk]\b")
_BAR_END = re.compile(r"\|\s*\Z")


@dataclass(frozen=True)
class Line:
    """One line of a pile: its number, text, and whether a strut opened it."""

    number: int
    text: str
    strut: bool


@dataclass(frozen=True)
class Assembly:
    """A way to put consecutive lines together: how many lines it takes, and the formula."""

    count: int
    latex: str
    spare: bool = False  # its last piece could as well begin the next formula


def assemblies(lines: Sequence[Line], start: int) -> list[Assembly]:
    """Every way to put together a formula that begins at a line, the longest first."""
    out: list[Assembly] = []
    for end, latex in _formula(lines, start, start, ""):
        spare = LOOSE in latex
        out.append(Assembly(end - start, " ".join(latex.replace(LOOSE, "").split()), spare))
        if len(out) >= MAX_ASSEMBLIES:
            break
    shortest: dict[str, Assembly] = {}
    for a in sorted(out, key=lambda a: (a.spare, a.count)):
        shortest.setdefault(a.latex, a)  # what adds nothing to a formula does not belong to it
    return sorted(shortest.values(), key=lambda a: (a.spare, -a.count))


def _formula(lines: Sequence[Line], first: int, i: int, before: str) -> Iterator[tuple[int, str]]:
    """A base at line i, and what follows it as long as it ends with an operator."""
    if i >= len(lines) or i - first > MAX_LINES:
        return
    for end, base in _base(lines, i, before):
        latex = f"{before} {base}".strip()
        if _OPENS.search(base.replace(LOOSE, "").replace("\\cdot", "⋅").rstrip()) or base.rstrip().endswith(("\\le", "\\ge", "\\approx", "\\propto", "\\times")):
            yield from _formula(lines, first, end, latex)
        else:
            yield end, latex


def _base(lines: Sequence[Line], i: int, before: str) -> Iterator[tuple[int, str]]:
    """The line of a base in 1..MAX_FRAGMENTS fragments, with its pieces filled in."""
    if not before and lines[i].text.strip() in ("=", "≈") and i + 1 < len(lines) and _ACCENTED.fullmatch(lines[i + 1].text.strip()):
        # An accent lifts its letter off the line: the sign of the relation comes first.
        sign, name = lines[i].text.strip(), lines[i + 1].text.strip()
        indexed = name[-1] in "ijk"
        hung = list(_hung(lines, i + 2, "x")) if lines[i].strut and not indexed else [(i + 2, "")]
        yield from ((end, plain(f"{name}") + f"{piece} {_SIGNS.get(sign, sign)}") for end, piece in hung)
        if lines[i].strut and indexed and i + 2 < len(lines) and _GOES_ON.match(lines[i + 2].text):  # the line goes on behind a fraction
            for end, text in _filled(lines, i + 3, [Line(lines[i].number, sign, False), lines[i + 2]]):
                yield end, f"{plain(name)} {text}"
    if lines[i].strut and _piece_like(lines[i].text):
        # A fraction whose strut stands with its denominator.
        yield from _fractions(lines, i)
    elif before and not lines[i].strut and not _GOES_ON.match(lines[i].text):
        for end, text in _fractions(lines, i):  # its strut is lost
            yield end, text + LOOSE
    fragments: list[Line] = []
    for k in range(i, min(i + MAX_FRAGMENTS, len(lines))):
        if k > i and not (lines[k].strut or _GOES_ON.match(lines[k].text)):
            return
        if not lines[k].text.strip() and k == i and not lines[k].strut:
            return
        fragments.append(lines[k])
        if k == i and not lines[k].text.strip() and k + 1 < len(lines) and not lines[k + 1].strut:
            yield from _fractions(lines, i + 1)
        leads = bool(before) and not fragments[0].strut and bool(re.match(r"[⋅·*/]", fragments[0].text.strip()))
        yield from _filled(lines, k + 1, fragments, leads)


def _piece_like(text: str) -> bool:
    return bool(text.strip()) and len(text.strip()) <= 6 and not _RELATION.search(text)


def _fractions(lines: Sequence[Line], i: int) -> Iterator[tuple[int, str]]:
    """A denominator and its numerator, and nothing else on the line of the base."""
    for after, (den, num) in _fraction(lines, i):
        yield after, f"\\frac{{{num}}}{{{den}}}"


def _fraction(lines: Sequence[Line], i: int) -> Iterator[tuple[int, tuple[str, str]]]:
    for j, den in _piece(lines, i):
        for k, num in _piece(lines, j):
            if num != "0" and den != "0":
                yield k, (den, num)


def _piece(lines: Sequence[Line], i: int) -> Iterator[tuple[int, str]]:
    """One piece: a line, or a line with an index of its own behind a strut."""
    if i >= len(lines):
        return
    text = lines[i].text.strip()
    if not text or _RELATION.search(text) or len(text) > 20 or not re.search(r"[^\W_]", text):
        return
    whole_line = _balanced(text)
    if whole_line and i + 1 < len(lines) and lines[i + 1].strut and _INDEX.match(lines[i + 1].text.strip() or "!"):
        yield i + 2, f"{plain(text)}_{{{plain(lines[i + 1].text.strip())}}}"
    for n in (2, 3):  # a product with indices of its own
        joined = lines[i : i + n]
        whole = whole_line or _balanced("".join(line.text for line in joined))
        if whole and i + n < len(lines) and all(line.strut and len(line.text.strip()) <= 3 for line in joined[1:]) and joined[-1].text.strip():
            for end, piece in _filled(lines, i + n, joined):
                if "frac" not in piece and piece.count(LOOSE) <= 1:
                    yield end, piece.replace(LOOSE, "")
    if not whole_line:
        return
    if re.fullmatch(r"[a-z][ijk]", text):  # an index that stands beside its letter
        yield i + 1, f"{text[0]}_{{{text[1]}}}"
    yield i + 1, plain(text)


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]") and text.count("∣") % 2 == 0 and text.count("∥") % 2 == 0


def _filled(lines: Sequence[Line], i: int, fragments: Sequence[Line], leads: bool = False) -> Iterator[tuple[int, str]]:
    """The fragments with pieces from line i on in their open places, in order; leads: a fraction stands before them."""
    parts: list[str] = []
    for k, f in enumerate(fragments):
        inner = _GAP.split(_FOR_ALL.sub("", f.text).strip())
        for n, part in enumerate(inner):
            if n:
                parts.append("\0gap")
            parts.append(part)
        if k < len(fragments) - 1:
            parts.append("\0hang")
    if leads or (fragments[0].strut and fragments[0].text.strip()):
        parts.insert(0, "\0hang")
    yield from _placed(lines, i, parts, 0, "")


def _placed(lines: Sequence[Line], i: int, parts: Sequence[str], k: int, done: str) -> Iterator[tuple[int, str]]:
    if k == len(parts):
        yield i, done
        if _LETTER_END.search(done):  # the last index or exponent of a base leaves no break
            for j, piece in _hung(lines, i, done):
                sure = (_BAR_END.search(done) and piece[2:-1].strip() in _NORMS) or (done.rstrip().endswith(")") and piece == "^{2}")
                yield j, done + piece + ("" if sure else LOOSE)
        return
    part = parts[k]
    if part == "\0gap":
        if i < len(lines) and _EXPONENT.match(lines[i].text.strip() or "!"):
            yield from _placed(lines, i + 1, parts, k + 1, f"{done}^{{{plain(lines[i].text.strip())}}} ")
        yield from _placed(lines, i, parts, k + 1, done + " ")
        return
    if part == "\0hang":
        if _LETTER_END.search(done):
            for j, piece in _hung(lines, i, done):
                yield from _placed(lines, j, parts, k + 1, done + piece + " ")
        else:
            for j, (den, num) in _fraction(lines, i):
                if k + 1 < len(parts) and parts[k + 1][:1].isdigit():
                    continue  # nobody writes a number right behind a fraction
                yield from _placed(lines, j, parts, k + 1, f"{done}\\frac{{{num}}}{{{den}}} ")
        return
    yield from _placed(lines, i, parts, k + 1, done + plain(part))


def _hung(lines: Sequence[Line], i: int, done: str) -> Iterator[tuple[int, str]]:
    """What hangs on a letter: an index, an exponent, or both (in either order)."""
    if i >= len(lines):
        return
    first = lines[i].text.strip()
    if done.rstrip().endswith((")", "]")):
        if first in ("2", "T"):
            yield i + 1, f"^{{{first}}}"
        return
    second = lines[i + 1].text.strip() if i + 1 < len(lines) else ""
    if _INDEX.match(first or "!") and _EXPONENT.match(second or "!"):
        yield i + 2, f"_{{{plain(first)}}}^{{{plain(second)}}}"
    if _INDEX.match(first or "!"):
        yield i + 1, f"_{{{plain(first)}}}"
    elif _EXPONENT.match(first or "!"):
        yield i + 1, f"^{{{plain(first)}}}"


_SIGNS = {
    "−": "-", "⋅": " \\cdot ", "∣": "|", "∥": "\\|", "∞": "\\infty ", "∝": " \\propto ", "≤": " \\le ", "≥": " \\ge ", "≈": " \\approx ", "∗": "*", "×": " \\times ",
    "α": "\\alpha ", "η": "\\eta ", "θ": "\\theta ", "λ": "\\lambda ", "∇": "\\nabla ", "∂": "\\partial ", "Δ": "\\Delta ", "∈": " \\in ", "→": " \\to ", "δ": "\\delta ", "ϵ": "\\epsilon ",
}


def plain(text: str) -> str:
    """The characters of a text layer as LaTeX: a digit behind a bar is the index of a norm, a T behind a bracket a transpose."""
    text = re.sub(r"([A-Za-zθ])~", r"\\tilde{\1}", text)
    text = re.sub(r"(\\tilde\{.\})([Tijk])(?![a-z])", lambda m: f"{m.group(1)}{'^' if m.group(2) == 'T' else '_'}{m.group(2)} ", text)
    text = re.sub(r"(\])T\b", r"\1^T", text)
    text = re.sub(r"(?<=[∥∣])([12∞p])\s*\Z", r"_\1", text)
    text = re.sub(r"(?<=[A-Za-zθ∥∣)])∥([12∞pq])(?![0-9])", r"∥_\1", text)
    text = re.sub(r"∥([aθ])∥2", r"∥\1∥^2", text)
    text = re.sub(r"\b(max|min)\b", r"\\\1 ", text)
    text = re.sub(r"\b(sign|sgn|span)(?=\()", r"\\operatorname{\1}", text)
    out = "".join(_SIGNS.get(c, c) for c in text)
    return out.replace("\\Delta \\theta ", "\\Delta\\theta ")
