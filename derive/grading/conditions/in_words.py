"""Conditions that words or brackets tell, with signs: 'alpha between 0 and 1', ']0, 1[', 'all positive step sizes below 1/L'."""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Wanted
from derive.grading.judging.decimals import equal_as_shown
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import World, exact
from derive.maths.exact_numbers import Undefined
from derive.maths.read import readings
from derive.maths.signs import GREEK_CHARS

MOST_TEXT = 2_000
_IN = re.compile(r"(?<!\\)\b(?:(?:lies|is)\s+)?in\s*(?:(?:\s+the)?\s+(?:interval\s*(?=\$?[(\[])|open\s+interval\s*(?=\$?\()|closed\s+interval\s*(?=\$?\[)))?(?=[(\[])")
# ]0, 1[ and ]0, 1]: open ends in the French manner.
_SIZED = re.compile(r"\\(?:left|right)\s*(?=[\[\]])")
_FRENCH = re.compile(r"(?:(?<![\w)}\\])|(?<=\\in))([\[\]])(\s*[^\[\]()]{1,120},[^\[\]]{1,120})([\[\]])")
_SEMICOLON = re.compile(r"(?<=[∈\s])([\[\]]\s*[^\[\];,]{1,60}?)\s*;(\s*[^\[\];,]{1,60}[\[\]])")  # ]0 ; 1[
_EXCLUSIVE = re.compile(r"(?<=[\w)}$]),?\s*\(?(?:both (?:ends )?)?(?:exclusive|exclusively|excluded|not inclusive|ends excluded|endpoints excluded)\)?(?=\s*[.!]?\s*$)", re.I)
_INCLUSIVE = re.compile(r"(?:\s*,\s*|\s*\(|(?<=[\d)}$²\]])\s+)(?:both\s+)?(?:(?:ends|endpoints|end points)\s+)?(?:inclusive|inclusively|included)\)?(?=\s*[.!]?\s*$)", re.I)
_BETWEEN = re.compile(r"\b(?:(?:must|has to|have to|should|needs to|need to|can|may) (?:lie|be|stay) |lies |is |strictly )*between\s+(\S+)\s+and\s+([^\s,;()]+(?:\([^()]*\))?)", re.I)
# A range and nothing else, whose brackets say which ends belong to it.
_BARE_RANGE = re.compile(r"\s*(\$*|\\\()\s*((?:\\left\s*)?[(\[][^,;$<>=≤≥&]{1,200},[^,;$<>=≤≥&]{1,200}[)\]])\s*(\$*|\\\))[\s.]*")
# What the end of a range is as a decimal: '(about 0.99)', '(≈ 0.99)'.
_NEARLY = re.compile(r"(?<=[\w)}$])\s*,?\s*\(\$?(?:about|approximately|approx\.?|roughly|circa|ca\.|≈|\\approx)\s*\$?(?P<decimal>\d*\.\d+)\$?\)(?=[\s.]*$)", re.I)
_ALL = r"\W*(?:(?:converges|it works|this works)\s+)?(?:for\s+)?(?:(?P<all>all|any|every|each)\s+)?"
_NAMED = (r"(?!(?:and|but|strictly|less|smaller|lower|below|under|at|no|not|between|lies|is|that|which)\b)"
          r"(?P<noun>[^\W\d_]+(?:[ -](?:sizes?|rates?|lengths?|values?|parameters?|factors?|coefficients?))?|\$?\\?[A-Za-zα-ω]+\$?)")
_LESS = r"(?P<less>(?:strictly\s+)?(?:less|smaller|lower)\s+than(?P<equal>\s+or\s+equal\s+to)?|below|under|(?P<most>at\s+most|no\s+(?:more|larger|greater)\s+than|not\s+exceeding))"
_HAS_TO_BE = re.compile(rf"\s*(?:the\s+)?{_NAMED}\s+(?:has\s+to|must|should|needs\s+to)\s+be\s+(?P<sign>(?:strictly\s+)?positive|non-?negative)\s+(?:and|but)\s+{_LESS}\s+(?=\S)", re.I)
_BOUNDED = re.compile(rf"{_ALL}(?P<sign>(?:strictly\s+)?positive|non-?negative)?\s*(?:{_NAMED}\s+)?(?:(?:that|which)\s+(?:is|are)\s+)?(?:(?:and|but)\s+)?{_LESS}\s+(?=\S)", re.I)
_EVERY_BETWEEN = re.compile(rf"{_ALL}(?:positive\s+)?{_NAMED}\s+(?=(?:(?:lies|is|strictly)\s+)*between\s)", re.I)
_OF_A_STEP = frozenset("step steps size sizes length lengths learning rate rates".split())


_PLAIN_LETTER = re.compile(
    r"(?P<range>[^$\\`\n.;]{1,80}?[<≤>≥][^$\\`\n;]{1,80}?),? where (?P<letter>(?P<name>[A-Z]|[a-z])\s?=\s?[^$\\`\n;,]{1,80}?)(?P<said> (?:is|being|denotes) [A-Za-z' -]{1,80})?\.?")
"""A range in plain text with a letter of its own, '0 < alpha < 2/L where L = ...'."""


_ORDER = re.compile(r"[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![A-Za-z])")
_TWO = re.compile(r"\$(?!\$)(?P<a>[^$]{1,120})\$,?\s+(?P<join>and|or)\s+(?:also\s+)?\$(?!\$)(?P<b>[^$]{1,120})\$", re.I)


def _joined(m: re.Match[str]) -> str:
    """'$A$ and $B$', two inequalities, as one formula."""
    return rf"${m['a'].rstrip(' .,;')} \text{{ {m['join'].lower()} }} {m['b']}$" if _ORDER.search(m["a"]) and _ORDER.search(m["b"]) else m.group()


def as_condition(text: str, wanted: Wanted) -> str:
    """A condition on the subject with signs; a bare range is that of the subject."""
    if len(text) > MOST_TEXT:
        return text
    if " where " in text and (m := _PLAIN_LETTER.fullmatch(text)) is not None and not wanted.scope.writes(m["name"]):
        text = f"${m['range']}$ where ${m['letter']}${m['said'] or ''}"
    if "$" in text and ("and" in text or " or " in text):
        text = _TWO.sub(_joined, text)
    subject, written = wanted.subject, text
    text = _of_subject(text, wanted, _INCLUSIVE.search(text) is not None) if subject else text
    text = _without_decimal(text, wanted)
    closed = _INCLUSIVE.search(text)
    if closed is not None and text == written and not _BETWEEN.search(text):
        text = _closed_ends(text[: closed.start()])
    else:
        text = _EXCLUSIVE.sub("", text[: closed.start()] if closed is not None else text)
    if "\\left" in text:
        text = _SIZED.sub("", text)
    text = _SEMICOLON.sub(r"\1,\2", text)
    text = _FRENCH.sub(lambda m: f"{'(' if m.group(1) == ']' else m.group(1)}{m.group(2)}{')' if m.group(3) == '[' else m.group(3)}", text)
    text = _BETWEEN.sub(lambda m: f"{' ∈ ' if text[: m.start()].strip() else ''}{'[' if closed else '('}{m.group(1)}, {m.group(2).rstrip('.')}{']' if closed else ')'}", _IN.sub("∈ ", text))
    bare = _BARE_RANGE.fullmatch(text) if subject else None
    return f"{bare.group(1)}{subject} ∈ {bare.group(2)}{bare.group(3)}" if bare is not None else text


def _closed_ends(text: str) -> str:
    """A range with both its ends."""
    if (m := _BARE_RANGE.fullmatch(text)) is not None:
        return f"{m.group(1)}[{m.group(2)[1:-1]}]{m.group(3)}"
    return re.sub(r"<(?!=)", "<=", text).replace("\\lt ", "\\le ")


def _of_subject(text: str, wanted: Wanted, closed: bool) -> str:
    """'all positive step sizes below F' as '0 < alpha < F', 'every step size between 0 and F' as 'alpha between 0 and F', where these words are the subject's."""
    m = _EVERY_BETWEEN.match(text)
    if m is not None and m["all"] and _is_subject(m["noun"], wanted):
        return f"{wanted.subject} {text[m.end() :]}"
    m = _HAS_TO_BE.match(text) or _BOUNDED.match(text)
    if m is None or not (m["sign"] or (m.groupdict().get("all") and m["noun"])) or (m["noun"] and not _is_subject(m["noun"], wanted)):
        return text
    low = "" if not m["sign"] else "0 <= " if m["sign"].lower().startswith("non") else "0 < "
    told = f"{low}{wanted.subject} {'<=' if m['equal'] or m['most'] or closed else '<'} "
    rest = text[m.end() :]
    return f"${told}{rest[1:]}" if rest[:1] == "$" else told + rest


def _without_decimal(text: str, wanted: Wanted) -> str:
    """A range without the decimal in brackets behind it, where that is the number before it, rounded."""
    m = _NEARLY.search(text)
    if m is None:
        return text
    bound = re.split(r"[<≤,]|\bthan\b|\band\b|\bbelow\b|\\leq?(?![a-z])|\\lt\b", text[: m.start()])[-1].strip(" $)]")
    try:
        read = readings(bound, wanted.scope)[0].statements[0].terms[-1]
        decimal = readings(m["decimal"], wanted.scope)[0].statements[0].terms[-1]
        value = exact(read, World({}, {}))
    except (ReadError, E.ShapeError, NotEvaluable, Undefined, IndexError, KeyError):
        return text
    return text[: m.start()] + text[m.end() :] if equal_as_shown(decimal, value) else text


def _is_subject(noun: str, wanted: Wanted) -> bool:
    declared = wanted.scope.symbols.get(wanted.subject)
    if declared is None:
        return False
    name = noun.strip("$").lstrip("\\")
    if {GREEK_CHARS.get(name, name), name.lower() if len(name) > 2 else name} & {wanted.subject, *(GREEK_CHARS.get(a, a.lstrip("\\")) for a in declared.aliases)}:
        return True
    words = name.lower().replace("-", " ").split()
    said = set(declared.says.lower().replace("-", " ").split())
    return all(w in ("value", "values", "choice", "choices") or w in said or w.removesuffix("s") in said for w in words) or ("step" in said and _OF_A_STEP.issuperset(words))
