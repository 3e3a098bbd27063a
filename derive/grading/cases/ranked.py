"""Cases by rank in words: 'x_i = 1 for the k smallest c_i, 0 otherwise' as a formula by cases.

The k smallest are the entries that fewer than k others lie below; the largest one is an arg-maximum. What the other entries are must be said
('0 otherwise', 'only'): where it is not, nothing is read.
"""

from __future__ import annotations

from functools import partial

from derive import patterns as re
from derive.grading.text.heard import needs, stems

MOST_TEXT = 2_000
_COUNTS = {"one": "1", "two": "2", "three": "3"}
_PLACE = r"(?:(?:index|indices|coordinates?|entr(?:y|ies)|components?|ones?)\b\s*)"
_HEAD = r"(?P<head>[^$=\n;,]{{1,30}}?_\{{?(?P<i>[ijl])\}}?)\s*=\s*(?P<value>[^$=\n]{{1,200}}?)"
_RANK = (
    r"\s*,?\s*(?:only\s+)?(?:for|at|on|in|if|when)\s+(?:only\s+)?"
    r"(?:(?:that|those|the)\s+" + _PLACE + r"(?:{d}(?P=i){d}\s+)?(?:with|of|having|whose|for which)\s+|{d}(?P<before>[^$\n]{{1,30}}?){d}\s+(?:is|are)\s+(?:among|one of)\s+)?"
    r"the\s+(?:{d}(?P<count>[a-z]|\d|one|two|three){d}\s+)?"
    r"(?:" + _PLACE + r"(?:{d}(?P=i){d}\s+)?(?:with|of|having)\s+(?:the\s+)?)?(?P<which>smallest|largest|least|greatest|lowest|highest|cheapest)\b"
    r"(?=\s+[\w$|\\])(?:\s+(?:of\s+the\s+)?(?P<noun>[a-z]{{2,20}})\b)?(?:\s+(?:of\s+the\s+)?{by})?"
    r"(?P<only>\s+only\b)?"
    r"(?P<rest>\s*[,;.]?\s*(?:and\s+|with\s+)?(?:{d}(?:(?P=head)\s*=\s*)?0{d}|zero)\s+(?:otherwise|elsewhere|else|for\s+(?:all\s+)?(?:the\s+)?(?:others?|rest|remaining)(?:\s+(?:entries|ones|indices))?)\b)?")
_SIGNED = re.compile(r"\$" + _HEAD.format() + r"\$" + _RANK.format(d=r"\$?", by=r"\$(?P<by>[^$=\n]{1,40})\$"), re.I)
_PLAIN = re.compile(r"(?<![\w$\\])" + _HEAD.format() + _RANK.format(d="", by=r"(?P<by>\|?[A-Za-z]{1,3}_\{?[a-z]\}?\|?)"), re.I)
_RANKED_NEEDS = needs("smallest largest least greatest lowest highest cheapest")
_RANKED = re.compile(r"\b(?:smallest|largest|least|greatest|lowest|highest|cheapest)\b", re.I)


# 'Only the row $k$ of $G$ with the largest 2-norm moves: $D_{k,:} = F$, every other row is zero.'
_ONE_ROW = re.compile(
    r"\b(?:only\s+)?the\s+row\s+(?:\$(?P<k>[a-z])\$\s+)?of\s+\$(?P<of>[A-Z])\$\s+(?:with|of|that\s+has)\s+the\s+(?P<which>largest|greatest|biggest|smallest|least)\s+(?:(?:2-|\$\\ell_2\$-|Euclidean\s+)?norm)\s+"
    r"(?:moves|changes|is\s+(?:moved|updated|nonzero))\s*[:,;.]\s*\$(?P<head>(?P<x>[A-Z])_\{?(?P<l>[a-z])(?:\s*,\s*(?::|\\cdot))?\}?)\s*=\s*(?P<value>[^$=]{1,200})\$\s*[,;.]\s*(?:and\s+)?"
    r"(?:every|each|all(?:\s+the)?|the)\s+others?(?:\s+rows?)?(?:\s+of\s+\$(?P=x)\$)?\s+(?:is|are|stays?|remains?)\s+(?:zero|0|\$0\$)", re.I)


def _row_by_rank(m: re.Match[str]) -> str:
    """The row with the largest norm, and zero elsewhere, as a formula by cases."""
    k = m["l"]
    if m["k"] not in (None, k):
        return m[0]
    other, end = "q" if k != "q" else "r", "max" if m["which"].lower() in ("largest", "greatest", "biggest") else "min"
    return rf"${m['x']}_{{{k}}} = {m['value']} \text{{ if }} {k} = \arg\{end}_{{{other}}} \|{m['of']}_{{{other}}}\|_2, 0 \text{{ otherwise}}$"


def ranked_rows(text: str) -> str:
    """The text with the one row by rank that is not zero written as conditions."""
    return _ONE_ROW.sub(_row_by_rank, text, count=1) if len(text) < MOST_TEXT and "row" in text and "norm" in text else text


_FEWER = re.compile(
    r"\bfewer\s+than\s+\$?(?P<count>[a-z]|\d)\$?\s+(?:of\s+the\s+)?(?:other\s+|others\b|[a-z]{3,12}\b(?:\s+\$?[A-Za-z]_\{?[a-z]\}?\$?(?=\s))?|\$[A-Za-z]_\{?[a-z]\}?\$\s)?\s*(?:are|lie|is)\s+(?P<which>smaller|less|lower|cheaper|below|larger|greater|higher|above)"
    r"(?:\s+than)?\s+(?P<d>\$?)(?P<by>\|?(?P<x>[A-Za-z])_\{?(?P<i>[ijl])\}?\|?)(?P=d)", re.I)


def _as_count(size: int | str, m: re.Match[str]) -> str:
    """'fewer than k of the costs are smaller than c_i' as a sum of indicators."""
    other = "q" if m["i"] != "q" else "r"
    inner = re.sub(rf"_\{{?{m['i']}\}}?(?![A-Za-z])", f"_{{{other}}}", m["by"])
    sign = "<" if m["which"].lower() in ("smaller", "less", "lower", "cheaper", "below") else ">"
    if "$" not in m.string:
        return f"sum_{{{other}=1}}^{{{size}}} 1[{inner} {sign} {m['by']}] < {m['count']}"
    return rf"$\sum_{{{other}=1}}^{{{size}}} \mathbf{{1}}[{inner} {sign} {m['by']}] < {m['count']}$"


def ranked_cases(text: str, size: int | str) -> str:
    """The text with a case by rank written as conditions; size: how many entries the vector has."""
    if len(text) > MOST_TEXT or not ("fewer than" in text or (not _RANKED_NEEDS.isdisjoint(stems(text)) and _RANKED.search(text))):
        return text
    if "fewer than" in text:
        text = _FEWER.sub(partial(_as_count, size), text.replace("ᵢ", "_i").replace("ⱼ", "_j"))
    pattern = _SIGNED if "$" in text else _PLAIN

    def told(m: re.Match[str]) -> str:
        by = m["before"] or m["by"]
        if not (m["only"] or m["rest"]) or by is None or (m["before"] is None) == (m["by"] is None) or not _names(m["noun"]):
            return m[0]
        i, other = m["i"], "q" if m["i"] != "q" else "r"
        inner = re.sub(rf"_\{{?{i}\}}?(?![A-Za-z])", f"_{{{other}}}", by)
        if inner == by:
            return m[0]
        large = m["which"].lower() in ("largest", "greatest", "highest")
        count = _COUNTS.get((m["count"] or "").lower(), m["count"])
        if count in (None, "1"):
            condition = rf"{i} = \arg\{'max' if large else 'min'}_{{{other}}} {inner}"
        else:
            condition = rf"\sum_{{{other}=1}}^{{{size}}} \mathbf{{1}}[{inner} {'>' if large else '<'} {by}] < {count}"
        return rf"${m['head']} = {m['value']} \text{{ if }} {condition}, 0 \text{{ otherwise}}$"

    return pattern.sub(told, text, count=1)


_NOUN = re.compile(r"(?:cost|value|score|price|weight|loss|component|coordinate|gain|number|element|entr)(?:s|es|y|ies)?", re.I)


def _names(noun: str | None) -> bool:
    """Whether a word between 'smallest' and what is compared only says what that is: 'costs', and not 'squared' or 'absolute'."""
    return noun is None or _NOUN.fullmatch(noun) is not None
