"""'F (g > 0)' at the end of a line: the bracket is a condition, not a factor of the formula and not a remark."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.signs import GREEK_NAMES

_RELATES = re.compile(r"[<>≤≥≠]|!=|\\(?:neq?|leq?|geq?|leqslant|geqslant|lt|gt)(?![A-Za-z])")
_SPACE = r"(?:\s|\\q?quad(?![A-Za-z])|\\[;,:! ])"
_BRACKETED = re.compile(
    rf"(?P<end>[\w}})\]|‖]){_SPACE}+(?:\\text\s*\{{\s*\(\s*(?:if|for|when|where|with|provided)\s*\}}|\((?:\\text\s*\{{\s*(?:if|for|when|where|with|provided)\s*\}}|\s*(?:if|for|when|where|with|provided)\s)?)"
    rf"{_SPACE}*(?P<condition>[^()\n$,;]{{1,60}}?){_SPACE}*(?:\)|\\text\s*\{{\s*\)\s*\}})(?P<after>\s*\.?\s*(?:\$\$?|\\\)|\\\])?\s*\.?\s*)$", re.M)
_IN_BRACKETS = re.compile(rf"\([^()\n]*(?:{_RELATES.pattern})[^()\n]*\)")
_WORD = re.compile(r"(?<![\\A-Za-z])(?!min|max|sqrt|norm|abs|sign|log|exp|all|delta|alpha|beta|gamma|lambda|lam|theta|eta|mu|rho|eps|tau|sigma|kappa)[A-Za-z]{3,}")


_ENDS_IN_A_WORD = re.compile(rf"(?:^|\s)(?!(?:{'|'.join(GREEK_NAMES)})$)[A-Za-z]{{2,}}$")


def _relates(m: re.Match[str]) -> bool:
    """Whether what stands in the brackets is a relation, not one below a sum, and what stands before them is a formula: no 'It is not (...)'."""
    return _RELATES.search(re.sub(r"\{[^{}]*\}", "", m["condition"])) is not None and _ENDS_IN_A_WORD.search(m.string, max(0, m.end("end") - 40), m.end("end")) is None


def with_conditions_apart(text: str) -> str:
    """'F (g > 0)' as 'F, g > 0', where nothing else in the text has a condition in brackets."""
    found = [m for m in _BRACKETED.finditer(text) if _relates(m) and not _WORD.search(m["condition"])]
    if len(found) != 1 or len(_IN_BRACKETS.findall(text)) > 1 or text.count("(", 0, found[0].start("condition")) > text.count(")", 0, found[0].start("condition")) + 1:
        return text
    m = found[0]
    return f"{text[: m.end('end')]}, {m['condition']}{m['after']}{text[m.end() :]}"
