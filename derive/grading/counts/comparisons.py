"""Counts of one way of sending beside those of another: 'twice as many as all-to-all', 'the ring sends the fewest messages', and totals beside the size of one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.keys import Key, kept, key_of
from derive.grading.text.grids import markdown_grid
from derive.grading.traits.settings import numbers, same
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.read import readings

MOST_TEXT = 4_000
_LEAST_WORKERS = 4  # where n(n-1) and 2n differ
_SENTENCE = re.compile(r"[^.;!?\n]+(?:\.(?=\d)[^.;!?\n]*)*")
_FACTORS = {"twice": 2.0, "double": 2.0, "half": 0.5, "three times": 3.0, "four times": 4.0, "the same": 1.0, "exactly as": 1.0, "as": 1.0, "equally": 1.0}
_MANY = (r"(?P<factor>twice|double|half|three times|four times|the same|exactly as|as|equally)\s+(?:as\s+)?(?:many\s+(?:messages\s+)?(?:as\s+)?|(?:the\s+)?(?:number|count)(?:\s+of\s+messages)?\s+)"
         r"(?:as\s+|of\s+|in\s+|for\s+|with\s+|by\s+|that\s+of\s+|needed\s+(?:by|in)\s+)*(?:the\s+)?")
_ORDER = r"(?P<order>fewer|more|less)\s+messages"
_BEST = r"(?:the\s+)?(?P<best>most|fewest|(?:largest|greatest|highest|smallest|least|lowest)\s+number\s+of)\s+messages"
_PLAIN = r"(?:\d|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[()^*·⋅/+−²³ -])"
_FORMULA = rf"(?:\$(?P<said>[^$\n]{{1,80}})\$|(?P<plain>(?=[\w(]){_PLAIN}{{1,40}}?(?=[.,;:)]?(?:\s+[A-Za-z]{{2}}|[.,;:]|\s*\Z))))"
_TRAFFIC = re.compile(rf"\btotal\s+(?:traffic|volume|data|communication|load)\s+(?:(?:of|is|=|are|being)\s+)?(?:(?:then|thus|therefore|just|only|simply)\s+)?{_FORMULA}")
_SUCH = re.compile(r"\$(?P<said>[^$]{1,60})\$\s+(?:such|of these|of those)\s+messages\b")
_TOTAL = re.compile(r"\$(?P<said>[^$]{1,80})\$\s*(?:numbers?|parameters?|floats?|entries|values)\s+(?:altogether|in\s+total|overall|in\s+all)\b")


def without_true_comparisons(text: str, key: Key) -> tuple[str, str]:
    """The text of a count without the comparisons with other ways of sending that hold, and the first that does not."""
    if len(text) > MOST_TEXT or len(key.problem.schedules) < 2 or not ("many" in text or "number" in text or "messages" in text):
        return text, ""
    for sentence in list(_SENTENCE.finditer(text)):
        for m, true in _told(sentence[0], key):
            if not true:
                return text, sentence[0].strip()
            text = text.replace(m, "", 1)
    return text, ""


def _told(sentence: str, key: Key) -> Iterator[tuple[str, bool]]:
    """The comparisons of a sentence, with whether they hold; those that hold for some numbers of workers only are left out."""
    rows = kept(key, "names of ways", lambda: _names(key))
    name = kept(key, "a way", lambda: "|".join(re.escape(n) for n in sorted(rows, key=len, reverse=True)))
    own = key.part.schedule or ""
    way = rf"(?<![\w-])(?:{name})(?![\w-])"
    if m := re.search(rf"[\s,;(]*(?:i\.e\.\s*,?\s*|that is,?\s+|which is\s+|so\s+)?(?:exactly\s+|just\s+)?{_MANY}(?P<other>{way})(?:\s+\([^()]*\))?\)?", sentence, re.I):
        before = re.search(rf"(?P<own>{way})[^,]*\Z", sentence[: m.start()], re.I)
        first, second = rows[before["own"].lower()] if before is not None else own, rows[m["other"].lower()]
        factor = _FACTORS[" ".join(m["factor"].lower().split())]
        if (true := _compared(first, second, key, lambda a, b: same(a, factor * b))) is not None:
            yield m[0], true
    elif m := re.search(rf"(?P<own>{way})[^,]{{0,40}}?\b{_ORDER}\s+than\s+(?:in\s+|with\s+|by\s+)?(?:the\s+)?(?P<other>{way})"
                        rf"|[Cc]ompared\s+(?:with|to)\s+(?:the\s+)?(?P<other2>{way}),?\s+(?:the\s+)?(?P<own2>{way})?[^,]{{0,30}}?\b(?P<order2>fewer|more|less)\s+messages", sentence, re.I):
        first = rows[(m["own"] or m["own2"] or "").lower()] if m["own"] or m["own2"] else own
        second, more = rows[(m["other"] or m["other2"]).lower()], (m["order"] or m["order2"]).lower() == "more"
        if (true := _compared(first, second, key, lambda a, b: a > b if more else a < b)) is not None:
            yield m[0], true
    elif m := re.search(rf"(?P<own>{way})[^,]{{0,40}}?\b{_BEST}", sentence, re.I):
        first, most = rows[m["own"].lower()], m["best"].lower().split()[0] in ("most", "largest", "greatest", "highest")
        seen = [_compared(first, r, key, lambda a, b: a >= b if most else a <= b) for r in set(rows.values()) - {first}]
        if seen and None not in seen:
            yield m[0], all(seen)


def _names(key: Key) -> dict[str, str]:
    """Every name of a way of sending, in small letters, with its id."""
    return {n.lower(): s.id for s in key.problem.schedules for n in (s.title, *s.aliases) if len(n) > 2}


def _compared(first: str, second: str, key: Key, holds: Callable[[float, float], bool]) -> bool | None:
    """Whether a relation between the numbers of messages of two ways holds at several numbers of workers; None where it depends on them."""
    own, other = (_count(row, "messages", key) for row in (first, second))
    if first == second or own is None or other is None:
        return None
    seen = {holds(a[0], b[0]) for w in _worlds(key) if (a := numbers(own, w)) and (b := numbers(other, w))}
    return seen.pop() if len(seen) == 1 else None


def _count(row: str, what: str, key: Key) -> Expr | None:
    part = next((p for p in key.problem.parts if p.ask == "count" and p.schedule == row and p.what == what), None)
    return None if part is None else key_of(key.problem, part, False).derivation.answer


def _worlds(key: Key) -> list[World]:
    names = [s.workers for s in key.problem.schedules]
    return [w for ws in key.generic for w in ws.worlds if all(not isinstance(v := w.values.get(str(n)), list) and (v or 0) >= _LEAST_WORKERS for n in names)]


_ASSIGNED = re.compile(r"(?<![\w.])\$?(?P<name>[A-Za-z])\s*=\s*(?P<value>\d{1,6})\$?(?![\d.]*[\w^])")
_NUMBER = re.compile(r"(?<![\w.=^{/*-])\$?(\d{1,12})\$?(?![\w.^}/*=])")
_EXTENT = re.compile(r"\b(?:per|each|every|half|both|only|not|never)\b|n't\b", re.I)
_EXAMPLE = re.compile(r"[\s*_(]*(?:with|for|if|take|e\.g\.|example|for example|say|when|check|let)\b", re.I)


def without_true_examples(text: str, key: Key) -> str:
    """The text without the sentences that give the count, rightly, for numbers in the place of all letters: 'With, say, $p=12$ and $n=4$ a message has 3 numbers.'"""
    answer = key.derivation.answer
    if answer is None or "=" not in text or len(text) > MOST_TEXT or answer.shape:
        return text
    names = E.symbols_in(answer)
    for sentence in reversed(list(_SENTENCE.finditer(text))):
        said = {m["name"]: Fraction(m["value"]) for m in _ASSIGNED.finditer(sentence[0])}
        if not names or not names <= said.keys() or _EXAMPLE.match(sentence[0]) is None or not text[: sentence.start()].strip():
            continue
        if _EXTENT.search(re.sub(r"\b(?:each|every|per) message\b", "", sentence[0]) if key.part.what == "size" else sentence[0]):
            continue  # of one worker, or of some
        told = [float(x) for x in _NUMBER.findall(_ASSIGNED.sub(" ", sentence[0]))]
        value = numbers(answer, World({n: said[n] for n in names}, {}))
        if value and told and all(same(x, value[0]) for x in told):
            text = text[: sentence.start()] + text[sentence.end() :].lstrip(".")
    return text


def without_totals(text: str, key: Key) -> str:
    """The text that tells the size of one message without the sentence or clause that says, rightly, how much is sent in total, by all workers or by one."""
    if key.part.what not in ("size", "messages") or not key.part.schedule:
        return text
    text = _without_rounds(text, key)
    size, messages = (_count(key.part.schedule, what, key) for what in ("size", "messages"))
    if size is None or messages is None:
        return text
    totals = [(m, False) for m in _TOTAL.finditer(text)] if key.part.what == "size" else []
    for m, traffic in reversed([*totals, *((m, True) for m in _TRAFFIC.finditer(text))]):
        try:
            told = [r.statements[-1].terms[-1] for r in readings(m.groupdict().get("plain") or m["said"], key.wanted.scope)]
        except ReadError:
            continue
        workers = next((str(s.workers) for s in key.problem.schedules if s.id == key.part.schedule), "")
        seen = [(numbers(told[0], w), numbers(size, w), numbers(messages, w), w.values.get(workers)) for w in _worlds(key)] if len(told) == 1 else []
        whole = [(a[0], b[0] * c[0], float(n)) for a, b, c, n in seen if a and b and c and n is not None and not isinstance(n, list)]
        if not whole or not (all(same(a, b) for a, b, _ in whole) or all(same(a, b / n) for a, b, n in whole)):
            continue
        other = _SUCH.search(text, max(0, m.start() - 60), m.start())
        if other is not None and not _counts(other["said"], messages, workers, key):
            continue
        if traffic:
            begin = max(text.rfind(c, 0, m.start()) for c in (". ", ".\n", "\n", "; ", ", "))
            end = min((k for c in (". ", ".\n", "\n", "; ") if (k := text.find(c, m.end())) >= 0), default=len(text))
            text = text[:begin] + text[end:] if begin > 0 else text
            continue
        marks = (". ", ".\n", "\n", "; ", ", so ", ", hence ", ", which ")
        begin = max(text.rfind(c, 0, m.start()) for c in (marks if other is None else marks[:4]))
        end = min((k for c in (". ", ".\n", "\n", "; ") if (k := text.find(c, m.end())) >= 0), default=len(text))
        if begin > 0:
            text = text[:begin] + text[end:]
    return text


_ROUNDS = re.compile(
    rf"[,:]?\s*\b(?:in|over|during|for|through|within|with|at)\s+(?P<each>(?:each|every)\s+(?:one\s+)?of\s+)?(?:(?:all|both)\s+)?(?:the\s+|its\s+|these\s+)?{_FORMULA}\s+"
    r"(?:communication\s+)?(?:rounds|steps)\b(?!,?\s+(?:every|each|one|all|the)\s)", re.I)
_MESSAGES_BEFORE = re.compile(rf"{_FORMULA}\s+messages(?:\s+(?:are\s+)?(?:sent|go|travel|move))?\Z", re.I)
_IN_A_ROUND = re.compile(rf"\s*,?\s*(?:there\s+are\s+|we\s+have\s+)?{_FORMULA}\s+messages\b,?", re.I)


def _without_rounds(text: str, key: Key) -> str:
    """The text without the number of rounds that it tells, rightly, beside what is asked, and the messages in each: 'in each of the 2(n-1) steps n messages'."""
    if not ("rounds" in text or "steps" in text):
        return text
    rounds = kept(key, "closed form of the rounds", lambda: _closed_rounds(key))
    if rounds is None:
        return text
    for m in reversed(list(_ROUNDS.finditer(text))):
        told = _read(m["said"] or m["plain"], key)
        if told is None or not _equal(told, rounds, key):
            continue
        before = _MESSAGES_BEFORE.search(text, max(0, m.start() - 100), m.start()) if m["each"] else None
        if before is not None:  # 'n messages in each of the 2(n-1) steps' are that many
            text = f"{text[: before.start()]}$({before['said'] or before['plain']}) \\cdot ({m['said'] or m['plain']})$ messages{text[m.end() :]}"
            continue
        end = m.end()
        each = _IN_A_ROUND.match(text, end) if m["each"] else None
        messages = _count(str(key.part.schedule), "messages", key)
        if each is not None and messages is not None and (of_it := _read(each["said"] or each["plain"], key)) is not None and _equal(E.mul(of_it, rounds), messages, key):
            end = each.end()
        text = text[: m.start()] + text[end:]
    return text


def _closed_rounds(key: Key) -> Expr | None:
    from derive.derivation.rules.loop_sums import Open
    from derive.derivation.rules.schedule_sums import closed_form

    schedule = next((s for s in key.problem.schedules if s.id == key.part.schedule), None)
    try:
        return None if schedule is None else closed_form(key.problem, schedule, "rounds")[1]
    except Open:
        return None


def _read(said: str, key: Key) -> Expr | None:
    try:
        found = readings(said.strip(), key.wanted.scope)
    except ReadError:
        return None
    return found[0].statements[-1].terms[-1] if len(found) == 1 else None


def _equal(a: Expr, b: Expr, key: Key) -> bool:
    seen = [same(x[0], y[0]) for w in _worlds(key) if (x := numbers(a, w)) and (y := numbers(b, w))]
    return bool(seen) and all(seen)


def _counts(said: str, messages: Expr, workers: str, key: Key) -> bool:
    """Whether a formula is the number of messages, of all workers or of one."""
    try:
        told = [r.statements[-1].terms[-1] for r in readings(said, key.wanted.scope)]
    except ReadError:
        return False
    seen = [(a[0], b[0], n) for w in _worlds(key) if len(told) == 1 and (a := numbers(told[0], w)) and (b := numbers(messages, w)) and not isinstance(n := w.values.get(workers), list) and n]
    return bool(seen) and (all(same(a, b) for a, b, _ in seen) or all(same(a, b / float(n)) for a, b, n in seen))


_OF_TOTALS = re.compile(r"\b(?:total|overall)\b.*\b(?:traffic|volume|data|numbers?|parameters?|communication|load|sent|cost)\b|\b(?:traffic|volume)\b", re.I)


def false_total(text: str, key: Key, row_of: Callable[[str], str | None], column_of: Callable[[str], str | None]) -> str:
    """The first cell of a column of totals, messages times size, that does not hold; '' where there is none. It stands beside a column for each count that is asked."""
    grid = markdown_grid(text) if "|" in text and _OF_TOTALS.search(text) else []
    heads = [column_of(head) for head in grid[0]] if grid else []
    at = next((k for k, head in enumerate(grid[0]) if k and _OF_TOTALS.search(head) and set(key.part.columns) <= {*heads[:k], *heads[k + 1 :]}), 0) if grid else 0
    for cells in grid[1:] if at else ():
        row = row_of(cells[0]) if len(cells) > at else None
        size, messages = (_count(row, what, key) for what in ("size", "messages")) if row is not None else (None, None)
        if size is None or messages is None:
            continue
        try:
            told = [r.statements[-1].terms[-1] for r in readings(cells[at].strip().strip("$"), key.problem.scope())]
        except ReadError:
            continue
        seen = [same(a[0], b[0] * c[0]) for w in _worlds(key) if len(told) == 1 and (a := numbers(told[0], w)) and (b := numbers(size, w)) and (c := numbers(messages, w))]
        if seen and not any(seen):
            return cells[at].strip()
    return ""
