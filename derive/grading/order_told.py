r"""What a text says of its sorted entries: 'z_(1) < ... < z_(2h) the first 2h numbers in increasing order', 'c_(i) the i-th smallest cost', as the chain alone.

A chain says by itself in which order it counts, and of how many numbers. Words that say the same go; of another direction, or another number of them, they stay.
"""

from __future__ import annotations

from derive import patterns as re
from derive.maths.signs import SUBSCRIPTS
from derive.grading.sorted_order import counts_from_largest, turned
from derive.grading.wanted import Wanted
from derive.problem.model import Problem

MOST_TEXT = 3_000
_LOWERED = re.compile(f"(?<=[A-Za-z])[{''.join(c for c in SUBSCRIPTS if c not in '₊₋₌₎')}][{''.join(SUBSCRIPTS)}]*")
_DOTS = r"(?:\\[lc]?dots(?![A-Za-z])|\.{3}|…|⋯)"
_LESS = r"(?:\\leq?(?:slant)?(?![A-Za-z])|≤|<=?|\\lt(?![A-Za-z]))"
_MORE = r"(?:\\geq?(?:slant)?(?![A-Za-z])|≥|>=?|\\gt(?![A-Za-z]))"
_PLACE = r"_\s*\{{?\s*\(\s*{0}\s*\)\s*\}}?"
_MANY = r"[^(){}$,;<>≤≥=\n]{1,16}?"
_SUBJECT = (rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+){_PLACE.format('1')}\s*(?P<op>{_LESS}|{_MORE}|,)\s*(?:(?P=name){_PLACE.format('2')}\s*(?P=op)\s*)?{_DOTS}\s*(?P=op)\s*"
            rf"(?P=name){_PLACE.format(f'(?P<last>{_MANY})')}")
_LEAD = r"(?P<lead>[\s,;]*(?:\\q?quad\s*)?(?:\b(?:where|with|for|let|if|and|here)\b\s*)?)"
_ONE = rf"(?<![A-Za-z\\])(?P<one>\\?[A-Za-z]+){_PLACE.format('(?P<k>[a-z])')}"
_THE = r"(?:(?:the|our|all|of)\s+)*"
_LIST = rf"\$?(?P<of>\\?[A-Za-z]+)_\{{?1\}}?\s*,\s*(?:(?P=of)_\{{?2\}}?\s*,\s*)?{_DOTS}\s*,\s*(?P=of)_\{{?(?P<listed>{_MANY})\}}?\$?"
_UP = (r"in\s+(?:their\s+)?(?:increasing|ascending|non-?decreasing|rising)\s+order|(?:in\s+)?ascending(?:ly)?|increasingly|from\s+(?:the\s+)?smallest\s+to\s+(?:the\s+)?largest|smallest\s+first")
_DOWN = (r"in\s+(?:their\s+)?(?:decreasing|descending|non-?increasing|falling)\s+order|(?:in\s+)?descending(?:ly)?|decreasingly|from\s+(?:the\s+)?largest\s+to\s+(?:the\s+)?smallest|largest\s+first")
_SORTED = r"sorted|ordered|arranged|ranked|listed"


def without_order_described(text: str, problem: Problem, wanted: Wanted) -> str:
    """The text with what it says of the order of sorted entries only in their chain, 'where z_(1) < ... < z_(m)'."""
    if len(text) > MOST_TEXT or not ("₍" in text or "_(" in text or "_{(" in text):
        return text
    low = _LOWERED.sub(lambda m: "_{" + "".join(SUBSCRIPTS[c] for c in m[0]) + "}", text) if "₍" in text else text
    found = _described(low, problem)
    if counts_from_largest(low):
        return turned(found or low, wanted)
    return found or text


def _described(low: str, problem: Problem) -> str:
    """The text without its description of the order; empty where it has none."""
    flat = _flat(low)
    words = _nouns(problem)
    described = re.compile(
        rf"{_LEAD}(?P<d>\$|)(?P<subject>{_SUBJECT})(?P=d)\s*,?\s*(?:(?:is|are|be|being|denotes?|for)\s+)?{_THE}(?P<before>(?:{_SORTED})\s+)?{_THE}"
        rf"(?:first\s+\$?(?P<first>{_MANY})\$?\s+|\$?(?P<count>(?!(?:{words}|{_SORTED})\b)\S{{1,8}})\$?\s+(?=(?:{words})\b))?(?:(?:observed|given)\s+)?(?P<noun>(?:{words}|order\s+statistics)\b\s*)?(?:(?:of|in)\s+)?{_THE}"
        rf"(?:(?:{words})\s+)?(?:{_LIST}|\$?(?P<whole>\\?[A-Za-z])\$?(?![A-Za-z_]))?\s*,?\s*(?P<behind>(?:{_SORTED})\b\s*)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))?\s*\)?(?=\s*(?:[.,;)\n]|$))", re.I)
    m = described.search(flat)
    if m is None:
        flat, done = _counted(flat, words)
        said = _remark(words)
        return flat if done else said.sub("", flat) if said.search(flat) else ""
    ordered = m["up"] or m["down"] or m["before"] or m["behind"] or (m["noun"] or "").lower().startswith("order")
    falling = m["op"] not in ",<" and re.fullmatch(_MORE, m["op"]) is not None
    same = [x for x in (m["first"], m["count"], m["listed"]) if x]
    if not ordered or any(_bare(x) != _bare(m["last"]) for x in same) or (m["of"] or m["whole"] or m["name"]) != m["name"] or (m["op"] != "," and (m["down"] if not falling else m["up"] or m["behind"] or m["before"]) and not (
            falling and m["down"])):
        return ""
    chain = m["subject"] if m["op"] != "," else re.sub(r"\s*,\s*", " > " if m["down"] else " < ", m["subject"])
    opened = m[0].rstrip().endswith(")") and flat[: m.start()].count("(") > flat[: m.start()].count(")")
    head = flat[: m.start()]
    if opened:
        at = head.rfind("(")
        head = head[:at].rstrip() + head[at + 1 :]
    lead = ", where " if head.strip() and re.search(r"[.:;]\s*$|\b(?:let|order)\s*$", head + m["lead"], re.I) is None else m["lead"]
    tail = flat[m.end() :] if opened or not m[0].rstrip().endswith(")") else ")" + flat[m.end() :]
    if "$" not in flat and "\\" in flat:
        return f"${head.strip().rstrip(',')}$ where ${chain}${tail}"
    return f"{head}{lead}{m['d']}{chain}{m['d']}{tail}"


_NTH = (r"\s*(?:,|:|is|are|denotes?|being|be|for)?\s+(?:the\s+)?\$?(?P=k)\$?\s*-?\s*(?:th|st|nd|rd)?\s*-?\s*(?P<which>smallest|lowest|least|largest|greatest|highest)(?:\s+(?:of\s+(?:the\s+)?)?(?:{0}))?"
        r"(?:\s+of\s+\$?(?P<whole>\\?[A-Za-z])\$?(?![A-Za-z_]))?\s*\)?(?=\s*(?:[.,;)\n]|$))")


def _counted(flat: str, words: str) -> tuple[str, bool]:
    """'c_(i), c_(i) the i-th smallest cost' without the words, which say what the sign means."""
    m = re.compile(rf"[\s,;]*\(?(?:\\q?quad\s*)?(?:\b(?:where|with|and|here)\b\s*)?\$?{_ONE}\$?{_NTH.format(words)}", re.I).search(flat)
    if m is None or not flat[: m.start()].strip() or (m["whole"] or m["one"]) != m["one"] or not re.search(rf"{re.escape(m['one'])}_\s*\{{?\(", flat[: m.start()]) or _CHANGED.search(flat[m.start() : m.end()]):
        return flat, False
    chain = f"{m['one']}_{{(1)}} >= ... >= {m['one']}_{{(n)}}" if m["which"].lower() in ("largest", "greatest", "highest") else ""
    rest = flat[m.end() :].lstrip("$) ")
    return flat[: m.start()] + (f", where {'$' * ('$' in flat)}{chain}{'$' * ('$' in flat)}" if chain else "") + rest, True


def _remark(words: str) -> re.Pattern[str]:
    """'(costs sorted in ascending order)' behind a formula."""
    return re.compile(rf"\s*(?:\((?:with\s+)?(?:the\s+)?(?:(?:{words})\s+)?(?:{_SORTED})\s+(?:{_UP})\)|,?\s+(?:with|where)\s+(?:the\s+)?(?:{words})\s+(?:are\s+)?(?:{_SORTED})\s+(?:{_UP})(?=[.\s]*$))", re.I)


_SORTED_ENTRY = re.compile(rf"\\?[A-Za-z]+{_PLACE.format('1')}")
_CHANGED = re.compile(r"\bmodul|\babsolute|\bmagnitude|\|", re.I)


def _nouns(problem: Problem) -> str:
    """The words by which a statement calls numbers, as a pattern."""
    said = " ".join(s.says for s in problem.symbols.values())
    own = {w for w in re.findall(r"[a-z]{4,}s?\b", f"{said} {problem.statement}".lower()) if w.endswith("s")}
    return "|".join(sorted(re.escape(w.rstrip("s")) + "s?" for w in {*own, "numbers", "values", "points", "entries", "observations", "components", "coordinates"}))


def _flat(text: str) -> str:
    r"""The text with the words of \text beside its sorted entries as words."""
    m = _SORTED_ENTRY.search(text) if "\\" in text else None
    at = len(text) if m is None else max(text.rfind("\\text", max(0, m.start() - 30), m.start()), 0) or m.start()
    return text[:at] + re.sub(r"\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}", r" \1 ", text[at:])


def _bare(said: str) -> str:
    return re.sub(r"[\s{}$\\]|cdot|\*", "", said)
