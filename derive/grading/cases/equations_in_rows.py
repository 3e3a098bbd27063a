"""Cases whose rows are equations, '\\begin{cases} u_i = A, & g_i > 0 \\\\ u_i = B, & g_i < 0 \\end{cases}', as equations with their conditions."""

from __future__ import annotations

from derive import patterns as re

_BRACED = re.compile(
    r"(?:\\begin\{(?P<cases>[dr]?cases)\}|\\left\s*\\\{\s*\\begin\{array\}\s*\{[lcr ]{1,6}\})(?P<rows>(?:(?!\\begin|\\end).){1,2000}?)"
    r"(?:\\end\{[dr]?cases\}|\\end\{array\}\s*\\right\s*\.)", re.S)
_ROW = re.compile(r"\s*(?P<equation>\\?[A-Za-z]+\s*_\s*\{?\s*[ijklm]\s*\}?\s*=(?!=)[^&]{1,400}?)[\s,;]*&\s*(?P<condition>[^&]{1,200}?)[\s,;.]*", re.S)
_WORD = re.compile(r"^(?:\\(?:text|mathrm|textrm)\s*\{\s*)?(?:if|for|when|where|with)\b\s*\}?\s*")
_CHOSEN = re.compile(r"\s*[ijklm]\s*(?:=|\\in\b|∈)\s*\\(?:arg|operatorname\*?\{\s*arg|underset)")


def equations_with_conditions(text: str) -> str:
    """The text with such cases as 'u_i = A if g_i > 0, u_i = B if g_i < 0'."""
    def joined(m: re.Match[str]) -> str:
        rows = [_ROW.fullmatch(row) for row in re.split(r"\\\\(?:\[[^\]]{1,12}\])?", m["rows"]) if row.strip()]
        found = [r for r in rows if r is not None]
        if len(found) < len(rows) or len(found) < 2:
            return m.group()
        said = []
        for r in found:
            condition = _WORD.sub("", r["condition"])
            word = "with" if _CHOSEN.match(condition) else "if"
            said.append(rf"{r['equation'].strip()} \text{{ {word} }} {condition}")
        return ", ".join(said)

    out = _BRACED.sub(joined, text)
    return f"${out.strip()}$" if out != text and "$" not in text and "\\[" not in text and "\\(" not in text and _BRACED.fullmatch(text.strip()) else out
