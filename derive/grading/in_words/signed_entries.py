"""Sums over the positive or the negative entries in words: 'the sum of the squares of the positive entries of a' as sum(relu(a)^2)."""

from __future__ import annotations

from derive import patterns as re
from derive.problem.model import Problem

MOST_TEXT = 1_500
_SUMMED = re.compile(
    r"(?:(?P<lead>\b(?:where|with|and|let)\s+|,\s*(?=\$?[A-Za-z]\$?\s+being))\$?(?P<letter>[A-Za-z])\$?\s+(?:is|be|denotes|being)\s+)?(?<![A-Za-z])(?:the\s+)?(?:sum|total)\s+of\s+(?:all\s+)?(?:the\s+)?(?:(?P<squares>squares?\s+of\s+(?:all\s+)?(?:the\s+)?|squared\s+)|(?P<sizes>absolute\s+values\s+of\s+(?:the\s+)?|moduli\s+of\s+(?:the\s+)?))?"
    r"(?:(?P<sign>positive|negative)\s+(?:entries|components|coordinates|elements|parts?)|(?:entries|components)\s+of\s+the\s+(?P<part>positive|negative)\s+part)\s+(?:of|in)\s+(?:the\s+vector\s+)?"
    r"\$?(?P<of>\\?[A-Za-z]+)(?:_\{?[ijk]\}?|[ᵢⱼₖ])?\$?(?![\w(^_])", re.I)


def with_signed_entries(text: str, problem: Problem) -> str:
    """The text with sums over the entries of one sign of a declared vector as formulas."""
    if ("itive" not in text and "ative" not in text) or len(text) > MOST_TEXT:
        return text

    def told(m: re.Match[str]) -> str:
        s = next((s for s in problem.symbols.values() if m["of"] in (s.name, "\\" + s.name, *s.aliases)), None)
        if s is None or len(s.shape) != 1:
            return m[0]
        positive = (m["sign"] or m["part"]).lower() == "positive"
        sign = "" if positive or m["squares"] or m["sizes"] or m["part"] else "-"
        summed, relu = ("\\operatorname{sum}", "\\operatorname{relu}") if "$" in text else ("sum", "relu")
        whole = f"{sign}{summed}({relu}({'' if positive else '-'}{m['of']}){'^2' if m['squares'] else ''})"
        if m["letter"]:
            if any(m["letter"] in (s.name, *s.aliases) for s in problem.symbols.values()):
                return m[0]
            whole = f"{m['letter']} = {whole}"
        lead = ", where " if (m["lead"] or "").startswith(",") else m["lead"] or ""
        return lead + (f"${whole}$" if "$" in text else whole)

    return _SUMMED.sub(told, text)
