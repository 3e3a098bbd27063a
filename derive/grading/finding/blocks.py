r"""Systems in blocks: 'x is the first block of the solution of [P A^T; A 0] [x; mu] = [-q; b]', and [X; c I]^+ [y; 0], as formulas without blocks.

    [A B; C D] [x; z] = [r; s]      x = A^{-1} (r - B z),  z = (D - C A^{-1} B)^{-1} (s - C A^{-1} r), where A is invertible
    [A; B]^+ [r; s]                 (A^T A + B^T B)^+ (A^T r + B^T s), always

Only the first block is read, under the words or the equation that say so; a matrix of numbers is none of blocks.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

MOST_TEXT = 3_000
_MATRIX = r"(?:\\left\s*[(\[]\s*)?\\begin\{(?:[bp]?matrix|array)\}(?:\{[lcr|]*\})?(?P<{0}>(?:(?!\\begin|\\end).){{1,400}})\\end\{{(?:[bp]?matrix|array)\}}(?:\s*\\right\s*[)\]])?"
_MATRIX_OF = {n: _MATRIX.replace("{0}", n).replace("{{", "{").replace("}}", "}") for n in ("big", "left", "right")}
_THIN = r"(?:\s|\\[,;:! ]|\\cdot)*"
_INVERSE = r"\s*\^\s*\{?\s*-\s*1\s*\}?"
_PSEUDO = r"\s*\^\s*(?:\{\s*(?:\+|\\dagger)\s*\}|\+|\\dagger)"
_FIRST = (r"(?:\$?\\?(?P<head>[A-Za-z]+)\$?\s+(?:is|equals|=)\s+)?(?:the\s+)?(?:first|upper|top)\s+(?:block|part|component|\$?n\$?\s+entries)(?:\s+\$?\\?[A-Za-z]+\$?)?\s+(?:of|in)\s+(?:the\s+)?"
          r"(?:(?:unique\s+)?solution\s+(?:of|to)\s+(?:the\s+)?(?:(?:KKT|linear|block)\s+)*(?:system|equations?)?\s*)?")
_SYSTEM = re.compile(rf"{_FIRST}\$+{_THIN}{_MATRIX_OF['big']}{_THIN}{_MATRIX_OF['left']}{_THIN}={_THIN}{_MATRIX_OF['right']}{_THIN}\$+", re.S | re.I)
_SOLVED = re.compile(rf"{_FIRST}\$+{_THIN}{_MATRIX_OF['big']}{_INVERSE}{_THIN}{_MATRIX_OF['right']}{_THIN}\$+", re.S | re.I)
_GIVEN = re.compile(rf"{_MATRIX_OF['left']}{_THIN}={_THIN}{_MATRIX_OF['big']}{_INVERSE}{_THIN}{_MATRIX_OF['right']}", re.S)
_STACKED = re.compile(rf"{_MATRIX_OF['big']}{_PSEUDO}{_THIN}{_MATRIX_OF['right']}", re.S)


def without_blocks(text: str, wanted: Wanted) -> str:
    """The text with the first block of a system, and least squares with stacked matrices, written without blocks."""
    if "\\begin" not in text or ("matrix" not in text and "array" not in text) or len(text) > MOST_TEXT or not wanted.asked:
        return text

    def system(m: re.Match[str]) -> str:
        left = [row[0] for row in _rows(m["left"])]
        first = _first_block(m["big"], m["right"], wanted) if left and _is_unknown(left[0], wanted) else ""
        return f"${wanted.asked} = {first}$" if first and _named(m["head"], wanted) else m[0]

    def solved(m: re.Match[str]) -> str:
        first = _first_block(m["big"], m["right"], wanted)
        return f"${wanted.asked} = {first}$" if first and _named(m["head"], wanted) else m[0]

    def given(m: re.Match[str]) -> str:
        left = [row[0] for row in _rows(m["left"])]
        first = _first_block(m["big"], m["right"], wanted) if left and _is_unknown(left[0], wanted) else ""
        return f"{wanted.asked} = {first}" if first else m[0]

    def stacked(m: re.Match[str]) -> str:
        big, right = _rows(m["big"]), _rows(m["right"])
        if len(big) < 2 or len(big) != len(right) or any(len(row) != 1 for row in (*big, *right)) or not _holds_matrix(m["big"], wanted):
            return m[0]
        square = " + ".join(rf"({a})^\top ({a})" for [a] in big)
        side = " + ".join(rf"({a})^\top ({r})" for [a], [r] in zip(big, right, strict=True) if r != "0")
        return rf"({square})^{{+}} ({side})" if side else m[0]

    text = _GIVEN.sub(given, _SOLVED.sub(solved, _SYSTEM.sub(system, text)))
    return _STACKED.sub(stacked, text)


def _rows(inside: str) -> list[list[str]]:
    return [[x.strip() for x in row.split("&")] for row in re.split(r"\\\\(?:\[[^\]]*\])?", inside) if row.strip()]


def _first_block(big: str, right: str, wanted: Wanted) -> str:
    """The first block of the solution; empty where the matrix is not one of two rows of two blocks."""
    rows, side = _rows(big), _rows(right)
    if len(rows) != 2 or any(len(r) != 2 for r in rows) or len(side) != 2 or any(len(r) != 1 for r in side) or not _holds_matrix(big, wanted):
        return ""
    (a, b), (c, d) = rows
    [r], [s] = side
    schur = ("" if d == "0" else f"({d}) ") + f"- ({c}) ({a})^{{-1}} ({b})"
    rest = ("" if s == "0" else f"({s}) ") + ("" if r == "0" else f"- ({c}) ({a})^{{-1}} ({r})")
    if a == "0" or not rest:
        return ""
    return f"({a})^{{-1}} (" + ("" if r == "0" else f"({r}) ") + f"- ({b}) ({schur})^{{-1}} ({rest}))"


def _holds_matrix(inside: str, wanted: Wanted) -> bool:
    """Whether a declared matrix stands in it: then its entries are blocks."""
    return any(len(s.shape) == 2 and re.search(rf"(?<![A-Za-z\\]){re.escape(n)}(?![A-Za-z])", inside) for s in wanted.scope.symbols.values() for n in (s.name, *s.aliases))


def _is_unknown(name: str, wanted: Wanted) -> bool:
    return re.fullmatch(rf"\\?{re.escape(wanted.asked)}(?:\s*\^\s*\{{?\s*(?:\*|\\star)\s*\}}?)?", name) is not None


def _named(head: str | None, wanted: Wanted) -> bool:
    """Whether what is told to be the first block is the unknown, or nothing is named."""
    return head is None or head == wanted.asked
