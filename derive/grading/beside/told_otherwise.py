"""Other counts than the right one that a text also calls its total, or gives for a part of the schedule: 'p/n in the reduce-scatter, p in the all-gather'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.runs import with_formulas_delimited
from derive.grading.counts.directions import WAY, sizes_of_directions
from derive.grading.keys import Key
from derive.grading.looks import is_judged
from derive.grading.text.segments import pieces
from derive.grading.verdict import Verdict

MAX_TEXT = 6_000
_PLAIN = r"(?=[\w(])(?:\d|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[()^*·⋅/+−²³ -]){1,40}?"
_PLAIN_ENDS = r"(?=[*_]*(?:[.,;:)\n]|\s+(?:messages?|in|for|during|here)\b|\s*\Z))"
_FORMULA = rf"[*_]*(?:\$(?P<tex>[^$\n]{{1,80}})\$|(?P<plain>{_PLAIN}{_PLAIN_ENDS}))[*_]*"
_IN_A_WAY = re.compile(rf"{_FORMULA}(?:\s+(?:parameters?|numbers?|entries|floats?|elements?))?\s+(?:in|for|during|on)\s+(?:the\s+)?(?:phase\s+|way\s+)?(?P<way>{WAY}|back\b|there\b)", re.I)
_TOTALS = (
    re.compile(rf"\b(?:grand\s+|overall\s+)?total(?:\s+(?:number|count))?(?:\s+of\s+messages)?\s+(?:is|are|becomes|comes\s+to|makes|=)\s+(?:thus\s+|then\s+|therefore\s+)?{_FORMULA}", re.I),
    re.compile(rf"\b(?:in\s+total|in\s+all|altogether|all\s+together|overall|in\s+the\s+end)(?:,|:)?\s+(?:this\s+is\s+|that\s+is\s+|there\s+are\s+|we\s+have\s+|it\s+is\s+)?{_FORMULA}", re.I),
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:parameters?|numbers?(?!\s+of\s+messages)|traffic|volume|floats?|bytes?|data|per|each|every|one|single|if|would|instead|unlike|not|example|e\.g|with(?=\s+\$?\\?[a-z]+\s*=)"
    r"|phase|step|round|time|cost)\b|n't\b|\d\s*,", re.I)

_OTHER_THINGS = re.compile(r"\s*(?:workers|machines|nodes|rounds|steps|phases|chunks|blocks)\b")


def told_otherwise(text: str, key: Key) -> str:
    """The words that give another count than the required one; '' where there are none."""
    part = key.part
    if part.ask != "count" or part.what not in ("messages", "size") or len(part.counted) > 1 or len(text) > MAX_TEXT:
        return ""
    return _by_parts(text, key) if part.what == "size" else _totals(text, key)


_DUAL_OF = re.compile(
    r"\bp\s*=\s*(?P<p>\d{1,2})\$?[^.;=\n]{0,40}?\b(?:it|dual(?:\s+norm)?|norm)\s+(?:is|becomes|equals)\s+(?:then\s+|thus\s+)?(?:the\s+)?"
    r"\$?(?:\\[dt]?frac\s*\{?(?P<a>\d)\}?\s*\{?(?P<b>\d)\}?|(?P<q>\d{1,2})(?:/(?P<d>\d{1,2}))?)\$?[- ]norm\b", re.I)
_CODE_THEN = re.compile(
    r"#\s*(?:and\s+)?(?:finally|then|afterwards|now|next|last(?:ly)?|in the end)[,:]?\s+(?:we\s+|you\s+|just\s+|still\s+)?"
    r"(?:divide|multiply|halve|double|negate|transpose|normali[sz]e|add|subtract|scale|average|square|project|clip|round|"
    r"take)\b[^\n]*\Z", re.I)
_IN_THE_END = re.compile(r"\b(?:this|that|it)\s+(?:is|becomes|makes)\s+[^.;\n]{1,60}?\bin\s+the\s+end\b", re.I)
_TO_REPORT = re.compile(r"\b(?:number|value|answer|result|formula|vector|one|step|update|point)\s+to\s+(?:report|give|hand\s+in|submit|write\s+down|state|enter|take)\b", re.I)
_ORDERED = re.compile(
    r"\b(?:so|thus|hence|now|please|then|therefore)\s+(?:(?:leave|take|strike|cross|throw)\s+[^.;,\n]{1,30}?\s+out\b|(?:read|use|take|write|put)\s+[^.;\n]{1,30}?\s+instead\s+of\b)", re.I)
_OF_ONE = re.compile(r"\b(?:columns?|counts?|numbers?|messages|entries|rows?)\b[^.;\n|]{0,30}\b(?:is|are|counts?)\s+(?:all\s+)?(?:meant\s+)?(?:per|for\s+(?:each|one|a\s+single)"
    r"|of\s+one)\s+(?:worker|node|machine|rank)\b", re.I)
_IN_PLACE = re.compile(r"(?:\bwhere\s+|,\s*(?:with|but)\s+)[^.;,\n]{1,40}?\s+(?:takes?|taking|in)\s+(?:the\s+)?place\s+of\s+\$?\\?(?:g\b|the\s+gradient|gradient|nabla)", re.I)


def _from_the_start(text: str, key: Key) -> str:
    """The chain of a recurrence whose last member is told by the first state: 'r_{t+1} = c r_t = c r_0'."""
    name = re.escape(key.wanted.asked)
    next_state = re.compile(rf"(?<![A-Za-z\\]){name}_\{{?\s*\w\s*\+\s*1")
    first_state = re.compile(rf"=[^=]*?(?<![A-Za-z\\]){name}_\{{?\s*0\s*\}}?[\s.,]*\Z")
    for p in pieces(text) if "0" in text else ():
        m = first_state.search(p.text) if p.formula and next_state.search(p.text) else None
        if m is not None and "^" not in m[0].replace("^2", ""):
            return m[0].strip("= ")
    return ""


def changed_by_words(text: str, key: Key) -> str:
    """What a text says of an answer's code, name or dual norm that makes it another one: '# finally divide by m', 'where sign(g) takes the place of g', 'for p = 4 it is the 3-norm'."""
    if "#" in text and (m := _CODE_THEN.search(text)) is not None:
        return m[0]
    if key.part.ask == "name" and " in the end" in text and (m := _IN_THE_END.search(text)) is not None:
        return m[0]
    if " to " in text and (m := _TO_REPORT.search(text)) is not None:
        return m[0]
    if key.part.ask == "recurrence" and (start := _from_the_start(text, key)):
        return start
    if ("out" in text or "instead" in text) and (m := _ORDERED.search(text)) is not None:
        return m[0]
    if key.derivation.kind == "table" and "per" in text and (m := _OF_ONE.search(text)) is not None:
        return m[0]
    if key.part.ask == "name" and "place of" in text and (m := _IN_PLACE.search(text)) is not None:
        return m[0].strip(" ,")
    for m in _DUAL_OF.finditer(text) if key.part.ask == "dual" and "norm" in text else ():
        p, q = int(m["p"]), Fraction(int(m["a"] or m["q"]), int(m["b"] or m["d"] or 1))
        if p > 1 and q > 0 and Fraction(1, p) + 1 / q != 1:
            return m[0]
    return ""


_CORRECTION = re.compile(
    r"\b(?:wrong|incorrect|not\s+right|(?:a|my)\s+mistake)\b[^\n]{0,20}?[.;:,]\s*"
    r"(?:correction|corrected(?:\s+answer)?|the\s+(?:correct|right)\s+(?:answer|formula)\s+is)\s*:?\s*(?P<rest>\S.{2,400})\Z", re.I | re.S)
_OR_BEHIND = re.compile(r"[`$)\]]\s+or\s+(?P<rest>[^`$\n]{0,80}[\\‖|^_=*/·⋅²()][^`$\n]{0,80})\Z")


def corrected_otherwise(text: str, verdict: Callable[[str], Verdict]) -> str:
    """The correction at the end of a text, or the other side of an 'or', that is not right alone; '' where there is none."""
    m = _CORRECTION.search(text) if len(text) <= MAX_TEXT and "orrect" in text else None
    m = m or (_OR_BEHIND.search(text) if " or " in text else None)
    return m["rest"].strip() if m is not None and verdict(m["rest"].strip()) is not Verdict.CORRECT else ""


def _by_parts(text: str, key: Key) -> str:
    told = [(m["way"].lower(), m["tex"] or m["plain"], m[0]) for m in _IN_A_WAY.finditer(text)]
    if len({way for way, _, _ in told}) > 1 and (wrong := next((words for _, size, words in told if _is_wrong(size, key)), "")):
        return wrong
    sizes = sizes_of_directions(with_formulas_delimited(text, key.wanted.scope) or text)
    if {way for way, _ in sizes} != {"up", "down"}:
        return ""
    return next((f"{'to' if way == 'up' else 'from'} the server {size}" for way, size in sizes if _is_wrong(size, key)), "")


def _totals(text: str, key: Key) -> str:
    if not ("otal" in text or "all" in text or "ltogether" in text or "in the end" in text):
        return ""
    return next((m[0].strip() for m in _told_totals(text) if _is_wrong(m["tex"] or m["plain"], key)), "")


def _told_totals(text: str) -> Iterator[re.Match[str]]:
    for pattern in _TOTALS:
        for m in pattern.finditer(text):
            start = max(text.rfind(c, 0, m.start()) for c in ".;\n") + 1
            if _OTHER_THINGS.match(text, m.end()):
                continue
            if not _OF_SOMETHING_ELSE.search(text[text.rfind(",", start, m.start()) + 1 if "," in text[start : m.start()] else start : m.start()] + text[m.end() : m.end() + 24]):
                yield m


def _is_wrong(formula: str, key: Key) -> bool:
    return bool(formula.strip()) and is_judged(Verdict.INCORRECT, key, formula.strip())
