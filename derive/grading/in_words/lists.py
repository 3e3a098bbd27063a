"""What words take of values: 'the median of l_i, v_i and u_i' as median(l_i, v_i, u_i), 'v clipped to [l, u]' as clip(v, l, u), 'the positive part of v'.

Only what names the function and the list is read; every other word stays beside the formula.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.grading.text.heard import needs, stems

MOST_TEXT = 1_000
_FUNCTIONS = {"median": "median", "middle": "median", "largest": "max", "maximum": "max", "greatest": "max", "larger": "max", "smallest": "min", "minimum": "min", "least": "min",
              "smaller": "min", "mean": "mean", "average": "mean", "sum": "sum", "product": "prod"}
_SIMPLE = r"(?:\\?(?:[A-Za-zα-ω](?![A-Za-z])|lambda|alpha|delta|gamma|beta|eps|mu|tau|rho|eta)(?:_\{\w+\}|_\w|[ᵢⱼₖ₀-₉])?|\d+)"
_ITEM = rf"\$?[-−]?(?:{_SIMPLE}(?:\s*[-+−]\s*{_SIMPLE}){{1,2}}|\\?[A-Za-zα-ω]+(?:_\{{\w+\}}|_\w|[ᵢⱼₖ₀-₉])?|\d+)\$?"
_LIST = re.compile(
    rf"(?:(?P<head>\$?\\?[A-Za-z]+(?:_\{{?\w\}}?|[ᵢⱼₖ])?\$?)\s+(?:is|equals|=)\s+)?\b(?:the\s+|a\s+)?(?P<what>{'|'.join(_FUNCTIONS)})(?:\s+(?:one|value|number|entry|element))?(?:\s+\((?:the\s+)?median\))?"
    rf"\s+(?:of|among|out of|between)\s+(?:the\s+)?(?:(?:two|three|four)\s+)?(?:(?:numbers|values|quantities|vectors|entries)\s+)?"
    rf"(?P<items>{_ITEM}(?:\s*,\s*{_ITEM}){{0,4}}(?:\s*,?\s*(?:and|,)\s*{_ITEM}))(?![\w^(*/+]|\s*[-+*/^=·−(]|\s*,?\s+and\s+[\w$\\-])", re.I)
_DOTTED = re.compile(
    rf"(?:\$?(?P<head>(?:\\(?:wide)?hat\s*\{{?\s*)?\\?[A-Za-z]+\}}?)\$?\s+(?:is|equals|=)\s+)?\b(?:the\s+|a\s+)?(?:sample\s+|empirical\s+)?(?P<what>{'|'.join(_FUNCTIONS)})\s+of\s+"
    r"(?:the\s+)?(?:(?:numbers|values|observations|draws|sample)\s+)?\$(?P<items>[^$=<>]{1,40},\s*(?:\\[lc]?dots|…|\.\.\.)\s*,[^$=<>]{1,40})\$", re.I)
"""'the sample median of $z_1,\\dots,z_{2h+1}$'."""
_NEEDS = needs(" ".join(_FUNCTIONS))
_ENTRYWISE = r"(?:\s+(?:entry|component|element|coordinate)-?\s?wise)?"
_INTO = r"\s+(?:to|into)\s+(?:the\s+)?(?:(?:box|interval|range)\s+)?\$?\[\s*(?P<low>[^\[\],$\n]{1,40}),\s*(?P<high>[^\[\],$\n]{1,40})\]\$?(?![\w^(*/+]|\s*[-+*/^=·−(])"
_CLIPPED = re.compile(
    rf"(?:(?P<head>\$?\\?[A-Za-z]+(?:_\{{?\w\}}?|[ᵢⱼₖ])?\$?)\s*(?:is|equals|=)\s*)?(?:(?P<item>{_ITEM})\s+(?:clipped|clamped){_ENTRYWISE}"
    rf"|\b(?:clip|clamp)\s+(?:(?:each|every|all)\s+(?:the\s+)?(?:entry|entries|components?|coordinates?)\s+of\s+)?(?P<told>{_ITEM}){_ENTRYWISE}){_INTO}", re.I)
_POSITIVE = re.compile(rf"\b(?:the\s+)?(?:(?:entry|component|element)-?\s?wise\s+)?positive\s+part\s+of\s+(?P<item>{_ITEM})(?![\w^(*/+]|\s*[-+*/^=·−(])", re.I)
_ALSO = needs("clip clipped clamp clamped positive")


def with_lists_read(text: str, wanted: Wanted) -> str:
    """The text with what it takes of a list of values as a formula; of words that name no values nothing is read."""
    if len(text) > MOST_TEXT:
        return text
    if not _ALSO.isdisjoint(stems(text)):
        text = _of_one_value(text, wanted)
    if _NEEDS.isdisjoint(stems(text)):
        return text

    def told(m: re.Match[str]) -> str:
        items = [x.strip().strip("$") for x in re.split(r"\s*,?\s+and\s+|\s*,\s*(?:and\s+)?", m["items"])]
        names = [re.sub(r"_.*|[ᵢⱼₖ₀-₉]$", "", x.lstrip("-−")) for x in items]
        if len(items) < 2 or not all(n.isdigit() or wanted.scope.writes(n) or wanted.scope.writes(n.lstrip("\\")) for n in names):
            return m[0]
        head = m["head"].strip("$") + " = " if m["head"] else ""
        sign = "\\operatorname{" + _FUNCTIONS[m["what"].lower()] + "}" if "$" in text else _FUNCTIONS[m["what"].lower()]
        whole = f"{head}{sign}({', '.join(items)})"
        return f"${whole}$" if "$" in text else whole

    return _LIST.sub(told, _DOTTED.sub(_dotted, text) if "dots" in text or "…" in text or "..." in text else text)


def _dotted(m: re.Match[str]) -> str:
    head = f"{m['head']} = " if m["head"] else ""
    return rf"${head}\operatorname{{{_FUNCTIONS[m['what'].lower()]}}}({m['items']})$"


def _of_one_value(text: str, wanted: Wanted) -> str:
    """The text with 'v clipped to [l, u]' and 'the positive part of v' as formulas."""
    sign = "\\operatorname{{{}}}" if "$" in text else "{}"

    def known(item: str) -> bool:
        name = re.sub(r"_.*|[ᵢⱼₖ₀-₉]$", "", item.strip("$").lstrip("-−"))
        return wanted.scope.writes(name) or wanted.scope.writes(name.lstrip("\\"))

    def clipped(m: re.Match[str]) -> str:
        item = m["item"] or m["told"]
        if not known(item):
            return m[0]
        head = m["head"].strip("$") + " = " if m["head"] else ""
        whole = f"{head}{sign.format('clip')}({item.strip('$')}, {m['low'].strip()}, {m['high'].strip()})"
        return f"${whole}$" if "$" in text else whole

    def positive(m: re.Match[str]) -> str:
        if not known(m["item"]):
            return m[0]
        whole = f"{sign.format('relu')}({m['item'].strip('$')})"
        return f"${whole}$" if "$" in text else whole

    return _POSITIVE.sub(positive, _CLIPPED.sub(clipped, text))
