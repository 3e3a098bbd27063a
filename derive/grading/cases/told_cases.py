"""Cases told in sentences and lists: 'If $c$ nothing changes: $w=A$. Otherwise $w=B$', '- if $c$ then $x_i=A$' as one formula by cases.

Every branch gives the same unknown under a condition with a sign of comparison; the last one may say 'otherwise'. Words between a condition
and its equation are left to be looked at as words beside the equation.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.cases.function_cases import with_functions_whole
from derive.grading.finding.candidates import goes_on

MOST_TEXT = 4_000
_BULLET = r"(?:(?<![^\n])[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+)"
_ENTRIES = r"(?:coordinates?|entries|entry|components?|indices|those|ones|places|rows?|columns?|layers?|groups?|blocks?)"
_IF = rf"(?:if|when(?:ever)?|for|in case|where|(?:(?:all|the|every|each)\s+){{0,2}}{_ENTRIES}\s+(?:with|where|whose|for which|satisfying|having))"
_WORDS = r"(?P<w>[^$\n.;]{0,90}?)"
DOUBTFUL = re.compile(r"\b(?:not|never|no|wrong\w*|incorrect\w*|false|mistak\w*|twice|half|halv\w*|instead|unless|except|negative|opposite|minus|forgot|would|unlike)\b|n't\b", re.I)
SIGN = re.compile(r"[<>≤≥≠]|\\(?:leq?|geq?|lt|gt|neq?|leqslant|geqslant)(?![A-Za-z])")
_NAMED = r"\$(?!\$)(?P<{0}>[^$=<>]{{1,30}})=(?P<{1}>[^$]{{1,250}})\$"
_TAKES = re.compile(rf"(?:{_BULLET})?\b{_IF}\s+(?:\$(?P<c>[^$]{{1,150}})\$|[^$\n.;]{{0,20}}(?:\$[^$=<>]{{1,20}}\$)?[^$\n.;]{{0,40}}\(\s*\$(?P<d>[^$]{{1,150}})\$\s*\))"
                    rf"{_WORDS}" + _NAMED.format("h", "v"), re.I)
_ITEM = re.compile(rf"{_BULLET}\$(?P<c>[^$]{{1,150}})\$\s*:\s*" + _NAMED.format("h", "v"))
_GIVES = re.compile(_NAMED.format("h", "v") + r"(?P<w>[^$\n.;]{0,40}?)\b"
                    rf"(?:if|when|for\s+(?:(?:all|the|every|each|any)\s+){{0,2}}{_ENTRIES}\s+(?:\$[a-z]\$\s+)?(?:with|where|whose|satisfying|having))\s+\$(?P<c>[^$]{{1,150}})\$", re.I)
_THE_OTHERS = rf"(?:(?:all|the)\s+){{1,2}}(?:others?|rest|(?:other|remaining)\s+{_ENTRIES})"
_ELSE = re.compile(rf"(?:{_BULLET})?(?:\b(?:and|but)\s+)?\b(?:otherwise|else|{_THE_OTHERS})\b{_WORDS}" + _NAMED.format("h", "v"), re.I)
_ELSE_BEHIND = re.compile(r"(?:\b(?:and|but)\s+)?" + _NAMED.format("h", "v")
                          + rf"(?P<w>,?)\s+(?:otherwise|else\b|(?P<zero>for\s+(?:(?:a|any|all|every|each|the|other)\s+){{0,2}}zero\s+{_ENTRIES}))", re.I)
_NOT_ZERO = re.compile(r"(?:≠|\\neq?(?![A-Za-z])|!=)\s*(?:\{\s*)?(?:0|\\mathbf\s*\{?0\}?)\s*\}?\s*$")
_BETWEEN = re.compile(r"\s*[.;,]?\s*(?:\band\b\s*)?", re.I)
_NEXT_ITEM = re.compile(r"[.;,]?\s*\n(?=[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t])")
_OPENS = re.compile(rf"{_BULLET}|\b{_IF}\b|\$", re.I)


class Told(NamedTuple):
    """A text with cases written as one formula, and for that formula the equations of which it was made."""

    text: str
    made: dict[str, tuple[str, ...]]


# 'If |v_i| <= r the entry is kept: x_i = v_i.' without delimiters: a condition in signs, a few words, and an equation for an entry or the unknown.
_INNER = r"<[^<>=,;\n$]{1,30},[^<>=,;\n$]{1,30}>"  # <w, x>
_ENTRY_EQUALS = rf"(?P<h>[A-Za-z](?:\w{{0,5}}_\{{?[a-z]\}}?|\d?))\s*=\s*(?P<v>(?:{_INNER}|[^;\n$=<>]){{1,120}}?)" r"(?=[.;](?:\s|$)|,?\s+(?:and\s+)?(?:if|when|for|otherwise|else|but)\b|,?\s*\n|$)"
_PLAIN_TAKES = re.compile(rf"(?P<i>(?:^|[.;:,\n])\s*(?:(?:and|but)\s+)?(?:if|when|for))\s+(?P<c>(?:{_INNER}|[^,:;\n$]){{1,60}}?)(?P<w>,?(?:\s+[A-Za-z]{{2,}}){{0,8}}\s*[:,]?\s+){_ENTRY_EQUALS}", re.I)
_PLAIN_ELSE = re.compile(rf"\b(?P<i>otherwise|else)(?P<w>,?(?:\s+[A-Za-z]{{2,}}){{0,8}}\s*[:,]?\s+){_ENTRY_EQUALS}", re.I)
_PROSE = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}")


def _with_delimiters(text: str) -> str:
    """Cases told in plain text with dollars round their conditions and equations, where there are several."""
    if any(c in text for c in "$\\`") or not SIGN.search(text):
        return text

    def told(m: re.Match[str]) -> str:
        if not SIGN.search(m["c"]) or _PROSE.search(m["c"]):
            return m[0]
        return f"{m['i']} ${m['c'].strip()}${m['w']}${m['h']} = {m['v'].strip()}$"

    out = _PLAIN_TAKES.sub(told, text)
    if out.count("$") < 4:
        return text
    out = _PLAIN_ELSE.sub(lambda m: f"{m['i']}{m['w']}${m['h']} = {m['v'].strip()}$", out)
    return out if out.count("$") >= 6 else text


_IT_IS = r"(?:it|this|(?:the|its)\s+(?:(?:optimal|least|minimal|squared)\s+)?(?:value|distance|minimum|maximum|answer|optimum|result))\s+(?:is|equals|becomes)"
# 'If c it is A, otherwise B', 'Inside the ball (c) the distance is A. Outside, the minimum is B' and nothing else.
_VALUE_TAKES = re.compile(
    rf"\s*(?:(?:if|when)\s+(?P<c>[^,;\n$]{{3,60}}?)|(?:inside|within)\s+(?:the\s+)?\w+\s*\((?P<d>[^,;\n$]{{3,60}}?)\)),?\s+(?:then\s+)?{_IT_IS}\s+(?P<a>[^\s,;][^\n;,$]{{0,80}}?)\s*[.,;]\s+"
    rf"(?:and\s+)?(?:otherwise|else|outside)\b[,:]?\s+(?:{_IT_IS}\s+)?(?P<b>[^\n;$]{{1,160}}?)\s*\.?\s*", re.I)


def _value_by_cases(text: str) -> Told | None:
    """A value that a plain text tells by one condition in signs."""
    m = _VALUE_TAKES.fullmatch(text)
    if m is None:
        return None
    condition, parts = m["c"] or m["d"], (m["a"], m["b"])
    if not SIGN.search(condition) or any(_PROSE.search(x) or DOUBTFUL.search(x) or "=" in x for x in (condition, *parts)):
        return None
    formula = f"{m['a']} if {condition}, {m['b']} otherwise"
    return Told(formula, {formula: parts})


_EITHER = r"\$(?!\$)(?P<{0}>[^$=<>]{{1,250}})\$"
# 'If $c$: $A$. Otherwise it is $B$', '0 if $c$, otherwise $B$': a value without a name.
_VALUE_GIVEN = re.compile(
    rf"(?:(?<![^\s(])(?:if|when)\s+\$(?!\$)(?P<c>[^$]{{1,150}})\$\s*[,:]?\s*(?:then\s+)?(?:(?:[^$\n.;]{{0,60}}\b(?:and|so|hence|then|thus),?\s+)?{_IT_IS}\s+)?{_EITHER.format('a')}|(?<![\w.$*/+^-])(?<![-+*/=]\s)(?P<z>0)\s+(?:if|when)\s+\$(?!\$)(?P<d>[^$]{{1,150}})\$)"
    rf"\s*[.,;]?\s*(?:and\s+)?(?:otherwise|else)\b\s*[,:]?\s*(?:{_IT_IS}\s+)?{_EITHER.format('b')}", re.I)

_ENDED = re.compile(r"\n|[.!?] ")
_LEADS = re.compile(rf"[\s*_>#-]*(?:(?:so|thus|hence|therefore|then|(?:final\s+)?answer|result|value)\b[,:*\s]*)*(?:{_IT_IS}\s*:?\s*)?", re.I)


def _values_given(text: str, made: dict[str, tuple[str, ...]]) -> str:
    """The text with a value told by one condition between delimiters as one formula."""

    def told(m: re.Match[str]) -> str:
        condition, first = m["c"] or m["d"], m["a"] or m["z"]
        begins = max((e.end() for e in _ENDED.finditer(text, 0, m.start())), default=0)
        if not SIGN.search(condition) or _LEADS.fullmatch(text, begins, m.start()) is None or goes_on("", text[m.end() : m.end() + 60], False) or SIGN.search(first + m["b"]):
            return m[0]
        formula = rf"{first} \text{{ if }} {condition}, {m['b']} \text{{ otherwise}}"
        made[formula] = (m["b"],) if m["z"] else (first, m["b"])
        return f"${formula}$"

    return _VALUE_GIVEN.sub(told, text)


_ZERO_THERE = re.compile(
    r"\$(?!\$)(?P<h>[A-Za-z]_\{?(?P<i>[ijkl])\}?)\s*=(?P<v>[^$=<>]{1,250})\$\s*[,;]?\s*\(?\s*(?:(?:and|with|where|but)\s+)?\$\s*(?P=h)\s*=\s*0\s*\$\s+(?:where|if|when|whenever|for|at)\s+"
    r"\$(?P<c>[A-Za-z]_\{?(?P=i)\}?)\s*=\s*0\s*\$\s*\)?")
"""'$d_i = F$ (with $d_i = 0$ where $g_i = 0$)'."""


def told_cases(text: str) -> Told:
    """The text with every list of cases for one unknown as one formula."""
    text = with_functions_whole(text) if "(" in text and "$" in text and len(text) < MOST_TEXT else text
    by_value = _value_by_cases(text) if len(text) < 400 and ("therwise" in text or "else" in text or "utside" in text) else None
    if by_value is not None:
        return by_value
    text = _with_delimiters(text) if len(text) < MOST_TEXT and ("if " in text.lower() or "when " in text or "for " in text) else text
    made: dict[str, tuple[str, ...]] = {}
    if "=" in text and "0" in text and len(text) < MOST_TEXT and (there := _ZERO_THERE.search(text)) is not None:
        formula = rf"{there['h']} = {there['v']} \text{{ if }} {there['c']} \ne 0, 0 \text{{ otherwise}}"
        made[formula] = f"{there['h']}={there['v']}", f"{there['h']}=0"
        text = f"{text[: there.start()]}${formula}${text[there.end() :]}"
    if "$" in text and len(text) < MOST_TEXT and ("therwise" in text or "lse" in text):
        text = _values_given(text, made)
    if text.count("$") < 6 or len(text) > MOST_TEXT or not SIGN.search(text):
        return Told(text, made)
    out: list[str] = []
    place = at = 0
    while (m := _OPENS.search(text, at)) is not None:
        trailing = m[0][0].isalpha() and text[: m.start()].rstrip().endswith("$")  # '$A$ for $c$, $B$ for $d$': each condition belongs to what stands before it
        found = _branches(text, m.start()) if not trailing else None
        if found is None:
            at = m.end() if m[0] != "$" else _behind(text, m.start())
            continue
        end, head, pairs, rest, equations = found
        formula = f"{head} = " + ", ".join([rf"{value} \text{{ if }} {condition}" for value, condition in pairs] + ([rf"{rest} \text{{ otherwise}}"] if rest else []))
        made[formula] = equations
        out += [text[place : m.start()], f"${formula}$"]
        place = at = end
    return Told("".join(out) + text[place:], made)


def _behind(text: str, at: int) -> int:
    """The place behind the formula that begins at a dollar."""
    m = re.compile(r"\$\$[^$]*\$\$|\$[^$]*\$").match(text, at)
    return m.end() if m is not None else at + 1


def _branches(text: str, at: int) -> tuple[int, str, list[tuple[str, str]], str, tuple[str, ...]] | None:
    """The cases from a place on: where they end, the unknown, its values with their conditions, what it is otherwise, and the equations."""
    head = rest = ""
    pairs: list[tuple[str, str]] = []
    equations: list[str] = []
    end = at
    while True:
        start = end
        if pairs:
            between = _BETWEEN.match(text, end)
            start = between.end() if between is not None else end
            listed = _NEXT_ITEM.match(text, end)
            start = listed.end() if listed is not None else start
        m = _TAKES.match(text, start) or _ITEM.match(text, start) or (_GIVES.match(text, start) if not pairs else None)
        if m is not None and not _doubtful(m, text) and SIGN.search(c := _condition(m)) and (same := _same_head(head, m, pairs)):
            head = same
            pairs.append((m["v"].strip(), c.strip()))
            equations.append(f"{m['h']}={m['v']}")
            end = m.end()
            continue
        m = (_ELSE.match(text, start) or _else_behind(text, start, pairs)) if pairs else None
        if m is not None and not _doubtful(m, text) and (same := _same_head(head, m, pairs)):
            head = same
            rest, end = m["v"].strip(), m.end()
            equations.append(f"{m['h']}={m['v']}")
        break
    return (end, head, pairs, rest, tuple(equations)) if len(pairs) + bool(rest) > 1 else None


def _else_behind(text: str, at: int, pairs: list[tuple[str, str]]) -> re.Match[str] | None:
    """'$x_i=0$ otherwise', '$x_i=0$ for a zero entry' behind what holds where it is not zero."""
    m = _ELSE_BEHIND.match(text, at)
    return m if m is not None and (m["zero"] is None or (len(pairs) == 1 and _NOT_ZERO.search(pairs[0][1]))) else None


def _same_head(head: str, m: re.Match[str], pairs: list[tuple[str, str]]) -> str:
    """What the cases so far and one more give together: the unknown, or its entry where one of them is 'x = 0'; empty where they give two things."""
    new = _spaceless(m["h"])
    if head in ("", new):
        return new
    short, long = sorted((head, new), key=len)
    zero = all(value == "0" for value, _ in pairs) if head == short else m["v"].strip() == "0"
    return long if zero and re.compile(re.escape(short) + r"_\{?[ijk]\}?").fullmatch(long) is not None else ""


def _doubtful(m: re.Match[str], text: str) -> bool:
    """Whether words before an equation may deny or change it, or it goes on outside its delimiters."""
    words = m.groupdict().get("w") or ""
    return DOUBTFUL.search(words) is not None or goes_on(words, text[m.end("v") + 1 :], False)


def _condition(m: re.Match[str]) -> str:
    found = m.groupdict()
    return found["c"] or found.get("d") or ""


def _spaceless(head: str) -> str:
    return re.sub(r"\s+", "", head)
