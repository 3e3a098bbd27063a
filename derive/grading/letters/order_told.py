r"""What a text says of its sorted entries: 'z_(1) < ... < z_(2h) the first 2h numbers in increasing order', 'c_(i) the i-th smallest cost', as the chain alone.

A chain says by itself in which order it counts, and of how many numbers. Words that say the same go; of another direction, or another number of them, they stay.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.grading.letters.sorted_order import DOTS, counts_from_largest, turned
from derive.maths.signs import SUBSCRIPTS
from derive.problem.model import Problem

MOST_TEXT = 3_000
_LOWERED = re.compile(f"(?<=[A-Za-z])[{''.join(c for c in SUBSCRIPTS if c not in '₊₋₌₎')}][{''.join(SUBSCRIPTS)}]*")
_LESS = r"(?:\\leq?(?:slant)?(?![A-Za-z])|≤|<=?|\\lt(?![A-Za-z]))"
_MORE = r"(?:\\geq?(?:slant)?(?![A-Za-z])|≥|>=?|\\gt(?![A-Za-z]))"
_PLACE = r"_\s*\{{?\s*\(\s*{0}\s*\)\s*\}}?"
_MANY = r"[^(){}$,;<>≤≥=\n]{1,16}?"
_SUBJECT = (rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+){_PLACE.format('1')}\s*(?P<op>{_LESS}|{_MORE}|,)\s*(?:(?P=name){_PLACE.format('2')}\s*(?P=op)\s*)?{DOTS}\s*(?P=op)\s*"
            rf"(?P=name){_PLACE.format(f'(?P<last>{_MANY})')}")
_LEAD = r"(?P<lead>[\s,;]*(?:\\q?quad\s*)?(?:\b(?:where|with|for|let|if|and|here)\b\s*)?)"
_ONE = rf"(?<![A-Za-z\\])(?P<one>\\?[A-Za-z]+){_PLACE.format('(?P<k>[a-z])')}"
_THE = r"(?:(?:the|our|all|of)\s+)*"
_LIST = rf"\$?(?P<of>\\?[A-Za-z]+)_\{{?1\}}?\s*,\s*(?:(?P=of)_\{{?2\}}?\s*,\s*)?{DOTS}\s*,\s*(?P=of)_\{{?(?P<listed>{_MANY})\}}?\$?"
_UP = (r"in\s+(?:their\s+)?(?:increasing|ascending|non-?decreasing|rising)\s+order|(?:in\s+)?ascending(?:ly)?|increasingly|from\s+(?:the\s+)?smallest\s+to\s+(?:the\s+)?largest"
    r"|smallest\s+first|in\s+order(?=\s*(?:[.,;)$]|\Z))")
_DOWN = (r"in\s+(?:their\s+)?(?:decreasing|descending|non-?increasing|falling)\s+order|(?:in\s+)?descending(?:ly)?|decreasingly|from\s+(?:the\s+)?largest\s+to\s+(?:the\s+)?smallest|largest\s+first")
_SORTED = r"sorted|ordered|arranged|ranked|listed"
_END = r"\s*\)?(?=\s*(?:[.,:;)\n]|$))"
_LARGEST = frozenset(("largest", "greatest", "highest"))


def without_order_described(text: str, problem: Problem, wanted: Wanted) -> str:
    """The text with what it says of the order of sorted entries only in their chain, 'where z_(1) < ... < z_(m)', and counted from the smallest."""
    if len(text) > MOST_TEXT or not ("₍" in text or "_(" in text or "_{(" in text):
        return text
    low = _LOWERED.sub(lambda m: "_{" + "".join(SUBSCRIPTS[c] for c in m[0]) + "}", text) if "₍" in text else text
    words = _nouns(problem)
    flat = _flat(low)
    found = _described(flat, words) or _counted(flat, words, problem) or _remarked(flat, words)
    return turned(found or low, wanted) if counts_from_largest(found or low) else found or text


def _described(flat: str, words: str) -> str:
    """The text without the words behind its chain of sorted entries, or with a chain for the list that it says to be sorted; empty where there are none, or they do not fit."""
    m = re.compile(
        rf"{_LEAD}(?P<d>\$|)(?P<subject>{_SUBJECT})(?P=d)\s*,?\s*(?:(?:is|are|be|being|denot(?:es?|ing)|for)\s+)?{_THE}(?P<before>(?:{_SORTED})\s+)?{_THE}"
        rf"(?:first\s+\$?(?P<first>{_MANY})\$?\s+|\$?(?P<count>(?!(?:{words}|{_SORTED})\b)\S{{1,8}})\$?\s+(?=(?:{words})\b))?"
        rf"(?:(?:observed|given)\s+)?(?P<noun>(?:{words}|order\s+statistics)\b\s*)?(?:(?:of|in)\s+)?{_THE}(?:(?:{words})\s+)?"
        rf"(?:{_LIST}|\$?(?P<whole>\\?[A-Za-z])\$?(?![A-Za-z_]))?\s*,?\s*(?P<behind>(?:{_SORTED})\b\s*)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))?{_END}", re.I).search(flat)
    if m is None or not _fits(m):
        return ""
    chain = m["subject"] if m["op"] != "," else re.sub(r"\s*,\s*", " > " if m["down"] else " < ", m["subject"])
    head, tail, closes = flat[: m.start()], flat[m.end() :], m[0].rstrip().endswith(")")
    if closes and head.count("(") > head.count(")"):
        at = head.rfind("(")
        head = head[:at].rstrip() + head[at + 1 :]
    elif closes:
        tail = ")" + tail
    lead = ", where " if head.strip() and re.search(r"(?:[.:;]|\b(?:let|order))\s*$", head, re.I) is None and not re.search(r"\b(?:let|order)\b", m["lead"], re.I) else m["lead"]
    if "$" not in flat and "\\" in flat:
        return f"${head.strip().rstrip(',')}$ where ${chain}${tail}"
    return f"{head}{lead}{m['d']}{chain}{m['d']}{tail}"


def _fits(m: re.Match[str]) -> bool:
    """Whether the words name an order that is the one of the chain, and as many numbers of the same name."""
    said = [x for x in (m["first"], m["count"], m["listed"]) if x]
    rising = bool(m["up"] or ((m["before"] or m["behind"] or (m["noun"] or "").lower().startswith("order")) and not m["down"]))
    if not (rising or m["down"]) or any(_bare(x) != _bare(m["last"]) for x in said) or (m["of"] or m["whole"] or m["name"]) != m["name"]:
        return False
    return m["op"] == "," or (not rising if re.fullmatch(_MORE, m["op"]) else rising)


_OTHERWISE = re.compile(
    r"\b(?P<what>(?:squared?s?|squares|absolute|moduli|modulus|magnitudes?|negated|negative|reciprocals?)\b(?:\s+\w+){0,4}?\s+(?:in\s+\w+\s+order|sorted|ordered|ranked)"
    rf"|(?:{_SORTED})\s+by\s+(?:their\s+|the\s+)?(?:\w+\s+)?(?:square|absolute|modul|magnitude|size|length|index)\w*)", re.I)


def ordered_otherwise(text: str) -> str:
    """What a text with sorted entries says to be sorted instead of them: 'the squared costs in ascending order', 'sorted by modulus'."""
    m = _OTHERWISE.search(text) if _SORTED_ENTRY.search(text) or "₍" in text else None
    return m["what"] if m is not None else ""


_NTH = (r"\s*(?:,|:|is|are|denotes?|being|be|for)?\s+(?:the\s+)?\$?(?P=k)\$?\s*-?\s*(?:th|st|nd|rd)?\s*-?\s*(?P<which>smallest|lowest|least|largest|greatest|highest)"
        r"(?:\s+(?:of\s+(?:the\s+)?)?(?:first\s+\$?(?P<first>[^(){{}}$,;<>=\n]{{1,16}}?)\$?\s+)?(?:{0}))?"
        r"(?:\s+of\s+\$?(?P<whole>\\?[A-Za-z])\$?(?![A-Za-z_]))?" + _END.replace("{", "{{").replace("}", "}}"))


def _counted(flat: str, words: str, problem: Problem) -> str:
    """'c_(i), c_(i) the i-th smallest cost' as a chain. Of some of a fixed number of entries a chain would say too much."""
    m = re.compile(rf"[\s,;]*\(?(?:\\q?quad\s*)?(?:\b(?:where|with|and|here)\b\s*)?\$?{_ONE}\$?{_NTH.format(words)}", re.I).search(flat)
    if m is None or (m["whole"] or m["one"]) != m["one"] or re.search(rf"{re.escape(m['one'])}_\s*\{{?\(", flat[: m.start()]) is None:
        return ""
    declared = problem.symbols.get(m["one"].lstrip("\\"))
    if declared is None or len(declared.shape) != 1 or (isinstance(declared.shape[0], int) and not m["first"]):
        return ""
    d, op = "$" if "$" in flat else "", ">=" if m["which"].lower() in _LARGEST else "<="
    return flat[: m.start()] + f", where {d}{m['one']}_{{(1)}} {op} ... {op} {m['one']}_{{({m['first'] or 'n'})}}{d}" + flat[m.end() :].lstrip("$) ")


def _remarked(flat: str, words: str) -> str:
    """'(costs sorted in ascending order)' behind a formula of sorted entries goes."""
    said = re.compile(rf"\s*(?:\((?:with\s+)?(?:the\s+)?(?:(?:{words})\s+)?(?:{_SORTED})\s+(?:{_UP})\)"
                      rf"|,?\s+(?:with|where)\s+(?:the\s+)?(?:{words})\s+(?:are\s+)?(?:{_SORTED})\s+(?:{_UP})(?=[.\s]*$))", re.I)
    return said.sub("", flat) if said.search(flat) else ""


def _nouns(problem: Problem) -> str:
    """The words by which a statement calls numbers, as a pattern."""
    said = " ".join(s.says for s in problem.symbols.values())
    own = {w for w in re.findall(r"[a-z]{4,}s?\b", f"{said} {problem.statement}".lower()) if w.endswith("s")}
    return "|".join(sorted(re.escape(w.rstrip("s")) + "s?" for w in {*own, "numbers", "values", "points", "entries", "observations", "components", "coordinates"}))


_SORTED_ENTRY = re.compile(rf"\\?[A-Za-z]+{_PLACE.format('1')}")


def _flat(text: str) -> str:
    r"""The text with the words of \text beside its sorted entries as words."""
    m = _SORTED_ENTRY.search(text) if "\\" in text else None
    at = len(text) if m is None else max(text.rfind("\\text", max(0, m.start() - 30), m.start()), 0) or m.start()
    return text[:at] + re.sub(r"\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}", r" \1 ", text[at:])


def _bare(said: str) -> str:
    return re.sub(r"[\s{}$\\]|cdot|\*", "", said)
