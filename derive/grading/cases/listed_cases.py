"""Cases as a list, one a line: '- $x_i = A$ if $c$', '1. b <= 0: the origin is feasible, so x = 0', '* if |v| > k: B', '- otherwise: 0', as one formula by cases.

Every item gives one value under one condition with a sign of comparison, the last one may say 'otherwise'. A list with an item of another kind is left as it stands.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re

MOST_TEXT, _MOST_ITEMS = 4_000, 8
_MARK = r"[ \t]*(?:[-*•–]|\(?(?:\d{1,2}|[a-d]|i{1,3}|iv)[.)]|\**[Cc]ase\s+(?:\d{1,2}|[A-D]|[IV]{1,3})\**\s*[.:)—–-]?\**)[ \t]+"
_INTRO = r"(?:(?:(?:there\s+are|we\s+distinguish|consider)\s+)?(?:two|three|four|the)\s+(?:possible\s+)?cases(?:\s+(?:to\s+consider|arise|are\s+possible))?[ \t]*[:.][ \t]*\n\s*)?"
_LIST = re.compile(rf"(?:(?<=\n)|\A){_INTRO}(?P<list>{_MARK}[^\n]{{1,300}}(?:\n[ \t]*\n?{_MARK}[^\n]{{1,300}}){{1,{_MOST_ITEMS - 1}}})(?=\n|\Z)", re.I)
_OF_ANOTHER = re.compile(r"\b(?:check\w*|examples?|special|remarks?|notes?|sanity|e\.g|instance|wrong\w*|tried|try)\b", re.I)
"""In the line before a list: what it tells is not the answer."""
_GOES_ON = re.compile(r"\b(?:answers?|together|hence|so|therefore|thus|short|final\w*|compact\w*|equivalently|one\s+(?:formula|line))\b[^\n]{0,200}[=$*/^|]", re.I)
"""Behind a list: it was a step on the way to what follows."""
_ITEM = re.compile(rf"(?:(?<=\n)|\A){_MARK}(?P<said>[^\n]+)")
_SIGN = re.compile(r"[<>≤≥≠]|\\(?:leq?|geq?|lt|gt|neq?|leqslant|geqslant)(?![A-Za-z])")
_DOUBTFUL = re.compile(
    r"\b(?:not|never|no|wrong\w*|incorrect\w*|false|mistak\w*|twice|half|halv\w*|instead|unless|except|negative|opposite|minus|forgot|would|unlike|times|over|squared?|root|plus)\b|n't\b", re.I)
_FORMULA = re.compile(r"\$(?!\$)(?P<f>[^$]{1,250})\$|\\\((?P<g>[^$]{1,250}?)\\\)")
_IF = re.compile(r"[\s(*_]*(?:(?:if|when(?:ever)?|for|where|in\s+case|case|on)\b\s*)?[\s:*_]*", re.I)
_IF_BEHIND = re.compile(r"[\s,*_]*(?:(?:works|is\s+(?:fine|optimal|best|enough))\s+)?(?:(?:if|when(?:ever)?|for|where|on|provided(?:\s+that)?)\b|[:(]|(?<=,))[\s(:*_]*", re.I)
_ELSE = r"(?:otherwise|else|elsewhere|in\s+all\s+other\s+cases|in\s+(?:between|the\s+other\s+cases?)|(?:for\s+)?all\s+(?:the\s+)?(?:others?|rest))"
_ELSE_FIRST = re.compile(rf"[\s*_]*{_ELSE}\b[\s:,*_]*(?:(?:it|this|the\s+value)\s+is\s+|then\s+)?", re.I)
_ELSE_BEHIND = re.compile(rf"[\s,(*_]*{_ELSE}\b[\s.;,)*_]*", re.I)
_ENDS = re.compile(r"[\s.;,)*_✓]*(?:and|or)?\s*", re.I)
_WORDS = re.compile(r"[^$<>≤≥=\d\\]{0,90}")
_PROSE = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}")
_PLAIN_FIRST = re.compile(r"\s*(?:(?:if|when(?:ever)?|for|where|in\s+case)\b\s*)?(?P<c>[^:;$\n]{1,80}?)(?:\s*(?::|→|⇒|->|=>)|,)\s+(?:then\s+)?(?P<rest>\S[^$\n]{0,200})", re.I)
_PLAIN_BEHIND = re.compile(r"\s*(?P<v>[^;$\n]{1,150}?)\s*,?\s+(?:if|when(?:ever)?|for|where)\s+(?P<c>[^:;$\n]{1,80}?)[\s.;,]*", re.I)
_EQUATION = re.compile(r"(?:(?P<w>[^=<>]{0,90}?)(?<![\w)\]}*+/^-])(?<![*+/^-]\s))?(?P<h>[A-Za-z]\w{0,3}(?:_\{?[a-z]\}?)?)\s*=\s*(?P<v>[^=<>]{1,150})")


class Case(NamedTuple):
    """What is given (its name, if it has one, and its value) under a condition; without one: otherwise."""

    head: str
    value: str
    condition: str


def with_listed_cases(text: str) -> str:
    """The text with every list or table of cases for one unknown as one formula."""
    if len(text) > MOST_TEXT or "\n" not in text or _SIGN.search(text) is None:
        return text
    return _LIST.sub(_as_formula, _TABLE.sub(_of_table, text) if "|" in text else text)


_ROW = r"[ \t]*\|[^\n|]{1,120}\|[^\n]{1,200}\|[ \t]*"
_TABLE = re.compile(rf"(?:(?<=\n)|\A){_ROW}\n[ \t]*\|[-: ]+\|[-: ]+\|[ \t]*(?P<rows>(?:\n{_ROW}){{2,{_MOST_ITEMS}}})(?=\n|\Z)")
_REMARK = re.compile(r"\s+\([A-Za-z][^()$=<>≤≥]{2,60}(?:\$[^$]{1,60}\$[^()$]{0,30})?\)\s*\Z")
_IF_SAID_FIRST = re.compile(r"\s*(?:if|when|for|where)\s+", re.I)


def _of_table(m: re.Match[str]) -> str:
    """A table of two columns, a condition and a value in each row, as one formula under the name in its head."""
    lines = m.group().strip("\n").split("\n")
    head, rows = _cells(lines[0]), [_cells(line) for line in lines[2:]]
    if len(head) != 2 or any(len(r) != 2 for r in rows) or _GOES_ON.search(m.string, m.end()):
        return m.group()
    called = _CALLED.fullmatch(head[1].strip(" *:"))
    if called is None:
        return m.group()  # the table is of something else: '-d_i', 'half of d_i', 'old d_i'
    name = (called["name"] or "").strip("$ ")
    pairs = []
    for condition, value in rows:
        c, v = _IF_SAID_FIRST.sub("", condition, count=1).strip(" $*"), _REMARK.sub("", value).strip(" $*")
        otherwise = re.compile(rf"{_ELSE}", re.I).fullmatch(c) is not None
        if not v or _PROSE.search(v) or "=" in v or not (otherwise or _is_condition(c) or _EQUALS_NUMBER.fullmatch(c)):
            return m.group()
        pairs.append(Case("", v, "" if otherwise else c))
    if any(not c.condition for c in pairs[:-1]) or not any(_SIGN.search(c.condition) for c in pairs):
        return m.group()
    return _written(name, pairs)


def _cells(line: str) -> list[str]:
    """The two cells of a row, whose formulas may hold bars."""
    inside = line.strip().removeprefix("|").removesuffix("|")
    parts, level, start = [], 0, 0
    for k, c in enumerate(inside):
        level += c == "$"
        if c == "|" and level % 2 == 0 and inside[k - 1 : k] != "\\":
            parts.append(inside[start:k])
            start = k + 1
    return [p.strip() for p in (*parts, inside[start:])]


_CALLED = re.compile(
    r"(?:the\s+)?(?:(?:optimal|minimal|best|resulting)\s+)?(?:(?:value|answer|result|solution|minimum|minimi[sz]er|entry|formula|choice|update)(?:\s+of)?\s*)?"
    r"(?P<name>\$?\\?[A-Za-z]{1,8}(?:_\{?[a-z]\}?)?(?:\^\{?(?:\*|\\star|\\ast)\}?)?\$?)?(?:\s*=)?", re.I)
"""The head of a column of values: the unknown, or what an answer is called."""
_EQUALS_NUMBER = re.compile(r"[^=<>]{1,20}=\s*[-−]?[\w.]{1,12}")


def _written(head: str, cases: list[Case]) -> str:
    name = f"{head} = " if head else ""
    return f"${name}" + ", ".join(rf"{c.value} \text{{ if }} {c.condition}" if c.condition else rf"{c.value} \text{{ otherwise}}" for c in cases) + "$"


def _as_formula(m: re.Match[str]) -> str:
    items = [i["said"] for i in _ITEM.finditer(m["list"])]
    others = _OTHERS_ZERO.fullmatch(items[-1]) if len(items) > 1 else None
    found = [_case(i) for i in (items[:-1] if others is not None else items)]
    cases = [c for c in found if c is not None]
    head = _common_head(cases) if len(cases) == len(found) else None
    if head is None or _GOES_ON.search(m.string, m.end()) or _OF_ANOTHER.search(m.string[: m.start()][-200:].rstrip().rpartition("\n")[2]) or any(not c.condition for c in cases[:-1]):
        return m.group()
    if others is not None:
        place = _PLACED.fullmatch(re.sub(r"[\s{}$]", "", head))
        if place is None or place["x"] != re.sub(r"[\s{}$]", "", others["x"]) or place["k"] != others["k"]:
            return m.group()
        rows = r" \\ ".join(f"{c.value} & {c.condition}" for c in cases)
        return rf"${head} = \begin{{cases}}{rows}\end{{cases}}$ and ${others['x']}_{others['j']} = 0$ for all ${others['j']} \ne {others['k']}$"
    return _written(head, cases)


_PLACED = re.compile(r"(?P<x>\\?[A-Za-z]{1,6})_(?P<k>[ijkm])")
_OTHERS_ZERO = re.compile(
    r"[\s$]*(?P<x>\\?[A-Za-z]{1,6})_\{?(?P<j>[ijlm])\}?\s*=\s*0[\s$]*(?:,|for|if|when|where|\\quad|\\text\s*\{\s*for\s*\})*\s*(?:all|every|each)?\s*\$?\s*(?P=j)\s*(?:\\neq?|≠|!=)\s*(?P<k>[ijkm])[\s$.;,]*")
"""The last item of a list of cases for one entry: 'u_j = 0 for all j != k'."""


def _common_head(cases: list[Case]) -> str | None:
    """The one name under which all cases give their values; '' where they give none, None where they give several. 'x = 0' may stand for all entries."""
    heads = {re.sub(r"[\s{}]", "", c.head): c.head for c in cases}
    if len(heads) == 1:
        return next(iter(heads.values()))
    long = max(heads, key=len)
    if len(heads) == 2 and (short := min(heads, key=len)) and re.compile(re.escape(short) + r"_[ijk]").fullmatch(long) and all(
            c.value.strip() == "0" for c in cases if re.sub(r"[\s{}]", "", c.head) == short):
        return heads[long]
    return None


def _case(said: str) -> Case | None:
    """One item: a value and its condition in either order, or 'otherwise' and a value."""
    return _delimited(said) if "$" in said or "\\(" in said else _plain(said)


def _delimited(said: str) -> Case | None:
    found = list(_FORMULA.finditer(said))
    if len(found) > 2:
        return _worked_out(said, found)
    if not found:
        return None
    formulas = [(m["f"] or m["g"]).strip() for m in found]
    words = [said[a:b] for a, b in zip([0, *(m.end() for m in found)], [*(m.start() for m in found), len(said)], strict=True)]
    if len(found) == 1:
        told = (_ELSE_FIRST.fullmatch(words[0]) and _ENDS.fullmatch(words[1])) or (not words[0].strip() and _ELSE_BEHIND.fullmatch(words[1]))
        return _given(formulas[0], "") if told else None
    a, b = formulas[0], _without_sign(formulas[1])
    if _ENDS.fullmatch(words[2]) is None:
        return None
    if (_IF_SAID.match(words[0]) and _is_case(a)) or (_SIGN.search(a) and not _SIGN.search(b)):
        harmless = _WORDS.fullmatch(words[1]) is not None and _DOUBTFUL.search(words[1]) is None
        return _given(b, a) if _IF.fullmatch(words[0]) and harmless and not _SIGN.search(b) else None
    second = _is_case(b) and not _SIGN.search(a)
    return _given(a, b) if second and not words[0].strip(" *_") and _IF_BEHIND.fullmatch(words[1]) else None


_GIVING = re.compile(r"\b(?:giving|gives?|so|hence|thus|then|get|yields?|yielding|obtain|have|take|is|becomes)\s*:?\s*\Z|[:,]\s*\Z", re.I)


def _worked_out(said: str, found: list[re.Match[str]]) -> Case | None:
    """'For $c$ we minimise $f$, giving $x = A > 0$': the condition, and the equation at the end."""
    condition, last = (found[0]["f"] or found[0]["g"]).strip(), (found[-1]["f"] or found[-1]["g"]).strip()
    between = said[found[0].end() : found[-1].start()]
    words = _FORMULA.sub(" ", between)
    if len(found) > _MOST_ITEMS or not _is_case(condition) or _IF.fullmatch(said, 0, found[0].start()) is None:
        return None
    if _ENDS.fullmatch(said, found[-1].end()) is None or _DOUBTFUL.search(words) or _GIVING.search(between) is None or last.count("=") != 1:
        return None
    return _given(_without_sign(last), condition)


def _without_sign(formula: str) -> str:
    """An equation without the sign of its value at its end: 'x = A > 0'."""
    m = re.compile(r"(?P<said>[^=<>]{1,30}=[^=<>]{1,200}?)\s*(?:[<>]|\\[lg]t(?![a-z]))\s*0\s*").fullmatch(formula)
    return formula if m is None else m["said"]


_IF_SAID = re.compile(r"[\s*_]*(?:if|when|whenever|for|case|in case)\b", re.I)


def _is_case(formula: str) -> bool:
    """Whether a formula is a condition: it holds a sign of comparison, or says that something is zero."""
    return _SIGN.search(formula) is not None or _VANISHES.fullmatch(formula) is not None


_VANISHES = re.compile(r"\s*[^=<>]{1,20}=\s*0\s*")


def _given(formula: str, condition: str) -> Case | None:
    head, equals, value = formula.rpartition("=")
    if not equals:
        return Case("", formula.rstrip(" .,;"), condition.rstrip(" .,;"))
    return Case(head.strip(), value.strip(" .,;"), condition.rstrip(" .,;")) if "=" not in head and len(head) <= 30 else None


def _plain(said: str) -> Case | None:
    said = said.strip(" *_").rstrip(".;, ")
    otherwise = _ELSE_FIRST.match(said)
    if otherwise is not None:
        return _of_words(said[otherwise.end() :], "")
    m = re.compile(rf"(?P<v>.{{1,150}}?),?\s+\(?{_ELSE}\)?", re.I).fullmatch(said)
    if m is not None:
        return _of_words(m["v"], "")
    m = _PLAIN_BEHIND.fullmatch(said)
    if m is not None and _is_condition(m["c"]):
        return _of_words(m["v"], m["c"])
    m = _PLAIN_FIRST.fullmatch(said)
    return _of_words(m["rest"], m["c"]) if m is not None and _is_condition(m["c"]) else None


def _is_condition(said: str) -> bool:
    return _SIGN.search(said) is not None and _PROSE.search(said) is None


def _of_words(said: str, condition: str) -> Case | None:
    """'the origin is feasible, so x = 0', 'x = 0', '0'."""
    m = _EQUATION.fullmatch(said)
    if m is not None:
        words = m["w"] or ""
        return Case(m["h"], m["v"].strip(), condition.strip()) if _DOUBTFUL.search(words) is None and _PROSE.search(m["v"]) is None else None
    return None if _PROSE.search(said) or "=" in said or _SIGN.search(said) or not said.strip() else Case("", said.strip(), condition.strip())
