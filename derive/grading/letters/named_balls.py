r"""A norm ball that a text projects onto and says what it is: '\Pi_{B_1}(v) where B_1 is the unit 1-norm ball', as the projection onto the ball that is meant."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.letters.named_norms import BAR, NORM, exponent

_OPERATOR = r"(?:\\Pi|Π|(?<![A-Za-z\\{])(?:P|[Pp]roj)|\\(?:operatorname|mathrm|text|mathbf|mathcal)\s*\{\s*(?:P|[Pp]roj|[Pp]rox)\s*\})"
_SET = r"(?:\\(?:mathcal|mathbb|mathrm|text)\s*\{\s*[A-Z]\s*\}|\\Omega|[A-Z])(?:\s*_\s*(?:\{[^{}]{1,14}\}|\\[a-z]+|\w)|[₁₂∞])?"
_PROJECTS = re.compile(rf"(?P<operator>{_OPERATOR})\s*_\s*(?:\{{\s*(?:(?P<scale>\\[a-z]+|[a-z])\s*(?:\\cdot\s*)?)?(?P<braced>{_SET})\s*\}}|(?P<bare>[A-Z]))")
_RADIUS = r"(?:\s*(?:of|with)\s+radius\s+(?P<radius>\$[^$]{1,30}\$|(?:\d+\s*)?\\?(?:[A-Za-z]+|[α-ω])|\d+))?"
_PLACE = r"(?:\s*(?:centered|centred)?\s*(?:at|around)\s+(?:the\s+)?(?:origin|zero|\$?0\$?))?"
_BALL = (rf"(?:(?:the|a)\s+)?(?:closed\s+)?(?:unit\s+)?(?:closed\s+)?(?:"
         rf"(?P<norm>{NORM})[- ]?\s*(?:unit\s+)?ball|ball\s+(?:of|in|for)\s+(?:the\s+)?(?P<behind>{NORM})|"
         rf"\$?(?:\\ell|ℓ|[lL])\s*_?\s*\{{?\s*(?P<p>1|2|₁|₂|\\infty|∞)\s*\}}?\s*\$?[- ]?(?:\s*unit)?\s*ball)"
         rf"{_PLACE}{_RADIUS}{_PLACE}")
_LEAD = r"[,;(]?\s*(?:\\q?quad\s*)?(?:(?:where|with|here|and|for)\s+)?"
_COLON = r"(?::|\||\\mid|\\colon|∣|\\,|\\;|\s)+"


def with_named_balls(text: str) -> str:
    """A text with the ball that it projects onto in place of the name that it gives it; unchanged where it says of none what it is."""
    text = _with_operator_told(text)
    m = _PROJECTS.search(text)
    if m is None:
        return text
    name = (m["braced"] or m["bare"]).strip()
    found = _in_words(text, name, m["operator"]) or _as_a_set(text, name)
    if found is None:
        return text
    (start, end), p, radius = found
    text = text[:start] + text[end:]
    onto = "\\Pi" if "\\" in text else "Pi"

    def written(k: re.Match[str]) -> str:
        if (k["braced"] or k["bare"]).strip() != name:
            return k[0]
        scaled = radius if not k["scale"] else k["scale"] if radius == "1" else f"{k['scale']} ({radius})"
        return f"{onto}_{{\\|\\cdot\\|_{{{p}}} \\le {scaled}}}"

    return _PROJECTS.sub(written, text)


_NORM_SET = (rf"`?\s*\\?\{{\s*(?P<x>\\?[A-Za-z]+)(?:\s*\\in[^:|}}]{{1,30}})?\s*{_COLON}{BAR}\s*(?P=x)\s*{BAR}\s*(?:_\s*\{{?\s*)?(?P<q>1|2|₁|₂|\\infty|∞)\s*\}}?\s*"
             r"(?:\\leq?(?:slant)?(?![A-Za-z])|≤|<=)\s*(?P<most>[^{}=<>≤$]{1,30}?)\s*\\?\}\s*`?")
_SECOND = _NORM_SET.replace("P<x>", "P<y>").replace("P=x", "P=y").replace("P<q>", "P<q2>").replace("P<most>", "P<most2>")
_ITS = re.compile(rf"(?<![A-Za-z])(?P<v>[a-z])\s*(?:minus|-|−)\s*(?:its|the)\s+(?:euclidean\s+|orthogonal\s+)?projection\s+(?:of\s+(?P=v)\s+)?(?:on|onto)\s+{_BALL}(?=\s*(?:[.,;\n]|$))", re.I)
_CALLED = re.compile(
    r"[,;(]?\s*(?:\\q?quad\s*)?(?:(?:where|with|here|and)\s+|(?<=,\s)(?=\S{1,6}\s+being\s))\$?\s*"
    r"(?P<op>\\Pi|Π|\\pi|[A-Z]|\\(?:operatorname|mathrm|mathcal)\s*\{\s*[A-Za-z]+\s*\})\s*(?:\(\s*(?:\\cdot|·|\.)\s*\))?\s*\$?\s*"
    rf"(?:(?:is|denotes|being|means|stands\s+for|=)?\s*(?:the\s+)?(?:euclidean\s+|orthogonal\s+|metric\s+)?project(?:ion|or)|projects)\s+(?:on|onto|to)\s+(?:the\s+set\s+)?"
    rf"\$?(?:{_BALL}\s*,?\s*(?:\$?(?P<shown>{_NORM_SET})\$?)?|{_SECOND})\$?\)?(?=\s*(?:[.,;\n]|$))", re.I)


def _with_operator_told(text: str) -> str:
    """'v - Π(v), where Π is the projection onto the 1-norm ball of radius r' with the ball below the operator; the radius must be told once, or the same twice."""
    if "rojection" in text and "$" not in text:
        text = _ITS.sub(_minus_projection, text)
    m = _CALLED.search(text) if "roject" in text else None
    if m is None or re.search(rf"{re.escape(m['op'])}\s*\(", text[: m.start()]) is None:
        return text
    p = exponent(m["norm"] or m["behind"] or m["p"] or m["q2"])
    told = [r.strip("$ ") for r in (m["radius"], m["most"], m["most2"], "1" if "unit" in m[0].lower() else None) if r]
    if len(set(told)) != 1 or (m["q"] and exponent(m["q"]) != p):
        return text
    onto = "\\Pi" if "\\" in text else "Pi"
    rest = text[: m.start()] + text[m.end() :]
    return re.sub(rf"(?<![A-Za-z\\]){re.escape(m['op'])}(?=\s*\()", lambda _: f"{onto}_{{\\|\\cdot\\|_{{{p}}} \\le {told[0]}}}", rest)


def _minus_projection(m: re.Match[str]) -> str:
    if (m["radius"] is None) is not ("unit" in m[0].lower()):
        return m[0]
    return f"{m['v']} - Pi_{{\\|\\cdot\\|_{{{exponent(m['norm'] or m['behind'] or m['p'])}}} \\le {m['radius'] or '1'}}}({m['v']})"


def _in_words(text: str, name: str, operator: str) -> tuple[tuple[int, int], str, str] | None:
    """'B is the ball', 'Π_B denotes the projection onto the ball': where that stands, the exponent of its norm and its radius."""
    set_ = rf"\$?\s*{re.escape(name)}\s*\$?"
    projection = rf"\$?\s*{re.escape(operator)}\s*_\s*\{{?\s*{re.escape(name)}\s*\}}?\s*(?:\(\s*(?:\\?cdot|·|\.|[a-z])\s*\))?\s*\$?"
    said = re.compile(rf"{_LEAD}(?:{set_}\s*(?:is|denotes|being|=|means|stands\s+for|(?=the\s))|{projection}\s*(?:is|denotes|being|means|stands\s+for)\s*(?:the\s+)?(?:euclidean\s+|orthogonal\s+)?"
                      rf"project(?:ion|or)\s+(?:on|onto|to))\s*(?:the\s+set\s+)?{_BALL}\s*\)?", re.I)
    m = said.search(text)
    if m is None:
        return None
    if (m["radius"] is None) is not ("unit" in m[0].lower()):
        return None  # no radius is told, or two
    return m.span(), exponent(m["norm"] or m["behind"] or m["p"]), (m["radius"] or "1").strip("$ ")


def _as_a_set(text: str, name: str) -> tuple[tuple[int, int], str, str] | None:
    r"""'B = \{x : \|x\|_1 \le r\}'."""
    said = re.compile(rf"{_LEAD}\$?\s*{re.escape(name)}\s*:?=\s*\\?\{{\s*(?P<x>\\?[A-Za-z]+)(?:\s*\\in[^:|}}]{{1,30}})?\s*{_COLON}{BAR}\s*(?P=x)\s*{BAR}\s*_\s*\{{?\s*(?P<p>1|2|\\infty|∞)\s*\}}?\s*"
                      r"(?:\\leq?(?:slant)?(?![A-Za-z])|≤|<=)\s*(?P<radius>[^{}=<>≤$]{1,30}?)\s*\\?\}\s*\$?")
    m = said.search(text)
    if m is None:
        return None
    start, end = m.span()
    if m[0].count("$") % 2:  # a part of a longer formula, whose delimiter stays
        start, end = (start, end - 1) if m[0].endswith("$") else (text.index("$", start) + 1, end)
    return (start, end), exponent(m["p"]), m["radius"].strip()
