"""Counts told in clauses: 'k rounds, n messages per round, so n k messages in total, each p numbers long'.

A number answers where its clause names the quantity by unit or label and holds no word but those that may stand beside it (count_vocabulary). Numbers on the way stand before one that
concludes ('so', 'in total', '='); numbers in brackets, or behind the colon of a number, must add up or multiply to the one before them. A word that may change a number leaves the text unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.counts.answer import holds, label_of, quantities_of, with_output_named, without_facts
from derive.grading.counts.clauses import ALTERNATIVE, CALCULATES, CONCLUDES, MAX_TEXT, TIMES, Clause, Counted, clauses, with_names_first
from derive.grading.counts.concluded import without_meanings
from derive.grading.counts.in_tables import rows_as_lines
from derive.grading.counts.vocabulary import (
    AFTERWARDS,
    AGAINST,
    EXTENT,
    LONE_NUMBERS,
    OF_ALL,
    OF_OTHERS,
    PER_ONE,
    RESTRICTS,
    SIZE_BEHIND,
    SIZED,
    SUPPOSED,
    UNITS,
    in_english,
    kind_of,
    words_beside,
)
from derive.grading.keys import Key
from derive.grading.several import top_level
from derive.grading.text.cleaning import cleaned
from derive.maths import expr as E
from derive.maths.read import readings


class _Number(NamedTuple):
    """A number in a clause. what: its quantity, '' without one; answers: no word beside it says that it is counted of something else; at: the place of its clause."""

    value: str
    what: str
    answers: bool
    concludes: bool
    supposed: bool
    inside: bool
    at: int
    said: str


_MENTIONED = "~"
"""What is said of a letter that stands for a thing of the statement, 'n workers'."""
_COMPARES = re.compile(r"\b(?:if|would|with|times\s+more)\b", re.I)
_SIGN = re.compile(r"[^\w\s'’/|#\"“”.*-]")
_MEANS = frozenset("with where and the is being denotes for as output height width size pixels of feature map above from before again".split())
"""What may be said of a letter of the text's own."""
_LEADS_ON = re.compile(r"\s+(?:in|over)\Z")
_DENOTES = re.compile(r"\b(?:let|denotes?|define\w*|call\w*|write)\b", re.I)
_IN_ONE = re.compile(r"\b(?:in|per|for)\s+one\s+(?:training\s+)?(?:round|step|image)\b\s?", re.I)
_LETTER = re.compile(r"\\?[A-Za-z]")
_TOTAL = re.compile(r"\b(?:together|total|altogether|overall|in\s+all|all\s+in\s+all|sum)\b", re.I)
_AS_MANY = re.compile(r"\b(?P<times>twice|double|three\s+times|four\s+times|just|)\s*(?:as\s+(?:many|much)|the\s+same(?:\s+number)?|that)\b", re.I)
_FACTORS = {"twice": 2, "double": 2, "three times": 3, "four times": 4, "just": 1, "": 1}
_LITTLE_ADJECTIVES = r"(?:(?:trainable|learnable|trained|individual|such|new|kv|cached)\s+){0,2}"
_WORD = re.compile(r"[a-z][a-z'’-]*", re.I)


def told(text: str, key: Key) -> tuple[str, ...]:
    """The counts that a text tells, in the order asked; none where one has no number that stands, or where a word may change one."""
    asked = quantities_of(key) or (str(key.part.what),)
    if not 1 < len(text) <= MAX_TEXT or not set(map(kind_of, asked)) <= _KINDS:
        return ()
    text = with_output_named(with_names_first(rows_as_lines(in_english(cleaned(text, hedges=False)))), key)
    text = _IN_ONE.sub(lambda m: "" if m[0].strip().lower() in key.problem.statement.lower() else m[0], text)
    found = clauses(without_facts(without_meanings(text, key.problem), key), key.wanted.scope)
    numbers = _numbers(found, asked, key)
    if numbers is None:
        return ()
    out = [_standing(what, numbers, len(asked) == 1, key) for what in asked]
    if not all(out) or not _rest_is_known(found, numbers, {what: n for what, n in zip(asked, out, strict=True) if n is not None}, key):
        return ()
    return tuple(n.value for n in out if n is not None)


_KINDS = frozenset(("messages", "size", "rounds", "time", "sent", "received", "parameters", "multiply_adds", "backward_multiply_adds", "training_flops", "flops", "length", "elements", "ratio"))


def _numbers(found: list[Clause], asked: tuple[str, ...], key: Key) -> list[_Number] | None:
    """The numbers of a text in order; None where a formula is not read or a chain of equations does not hold."""
    out: list[_Number] = []
    own: dict[str, str] = {}
    section = ""
    for at, c in enumerate(found):
        if not c.counted and not c.inside:
            heads = [what for what in asked if label_of(what).search(c.head) and all(w in words_beside(what) for w in _WORD.findall(c.head.lower()))] if c.head and not c.said else []
            section = heads[0] if len(heads) == 1 else ""
        if c.mark == ALTERNATIVE and c.counted and not any(label_of(what).search(c.said) for what in asked):
            return None
        behind = next((d for d in found[at + 1 :] if not d.inside), None)
        calculates = c.mark in (CALCULATES, TIMES) or (behind is not None and behind.mark in (CALCULATES, TIMES))
        inside = c.inside or (any(n.at == c.behind and n.answers for n in out) and not (_TOTAL.search(c.said) and not c.inside))
        mentioned = False
        for k, f in enumerate(c.counted):
            if mentioned:
                f = f._replace(before=f.before.partition(" ")[2])
            if "=" in f.formula and _DENOTES.search(c.said) and not any(label_of(what).search(c.said) for what in asked):
                return None  # 'let O = ... be the number of filters'
            if f.formula.strip() in own:
                if not _MEANS.issuperset(_WORD.findall(c.said.lower())):
                    return None  # 'where h is the input height'
                continue
            value = _value(f.formula, own, key)
            if value is None and _LETTER.fullmatch(f.formula) and (inside or k or found[at - 1].inside):
                continue  # the name of a thing: '(2 for K and V)'
            if value is None:
                return None
            mentioned = _mention(f, value, key)
            if mentioned:
                out.append(_Number(value, "", False, False, False, inside, at, _MENTIONED))
                continue
            n = _placed(c, k, f, value, asked, at, calculates)._replace(inside=inside)
            if c.behind >= 0 and not inside:
                n = n._replace(concludes=True)
            if not n.what and section and re.fullmatch(r"[^:]{0,60}", c.head) and not any(label_of(w).search(c.head) for w in asked):
                n = n._replace(what=section, answers=not calculates and _known(f"{c.head} {f.before}", f.after, section, k + 1 == len(c.counted)))
            if not n.what and c.behind >= 0 and out and out[-1].at == c.behind and _TOTAL.search(n.said):
                n = n._replace(what=out[-1].what, answers=bool(out[-1].what) and _known(f.before, f.after, out[-1].what, True))
            whole = _TOTAL.search(f"{found[at - 1].said} {n.said}" if at and not found[at - 1].counted and not found[at - 1].inside else n.said)
            if n.what == "multiply_adds" and whole and {"training_flops", "flops"} & {*asked}:
                n = n._replace(what="", answers=False)  # forward and backward together
            if not n.what and not n.said and c.mark == CONCLUDES and out and not inside and (sums := [o for o in out if o.what and not o.inside and not o.answers and o.at < at]):
                n = n._replace(what=sums[-1].what, answers=True)  # 'parameters: A (...) + B (...) = C'
            more = _AS_MANY.search(f"{c.head} {f.before}") or (_AS_MANY.search(found[at - 1].said) if c.inside and at and not found[at - 1].counted else None)
            if more is not None and n.what != next((w for w in asked if " / " in w), None):
                if not out or not holds(f"{value} = {_FACTORS[' '.join(more['times'].lower().split())]} ({out[-1].value})", key):
                    return None
                named = next((w for w in asked if label_of(w).search(f"{c.head} {found[at - 1].said if c.inside else c.said}")), "")
                n = n._replace(what=named or n.what, answers=bool(named or n.what), inside=False)
            out.append(n)
    return [n._replace(answers=True) if n.what and found[n.at].mark != TIMES and _leads_to_another(n, out, found) else n for n in out]


def _leads_to_another(n: _Number, numbers: list[_Number], found: list[Clause]) -> bool:
    """Whether a number is the first factor of a product in words that is of another quantity: 'k rounds × n messages = n k messages'."""
    if n.answers or n.at + 1 >= len(found) or found[n.at + 1].mark != TIMES or not _known(n.said, "", n.what, True):
        return False
    product = next((m for m in numbers if m.at > n.at + 1 and found[m.at].mark == CONCLUDES), None)
    return product is not None and product.at <= n.at + 3 and product.answers and product.what != n.what


def _value(formula: str, own: dict[str, str], key: Key) -> str | None:
    """The value of a formula, the last member of a chain that holds, with the letters of the text's own put in; None where that cannot be read."""
    members = [_with_own(m.strip().removeprefix("output height").strip(), own) for m in top_level(formula, "=")]
    if len(members) > 1 and re.fullmatch(r"[A-Za-z]", members[0]) and not key.wanted.scope.writes(members[0]):
        own[members[0]] = members[-1]
        members = members[1:]
    if not all(m and _reads(m, key) for m in members) or not all(holds(f"{members[0]} = {m}", key) for m in members[1:]):
        return None
    return members[-1]


def _with_own(value: str, own: dict[str, str]) -> str:
    for name, said in own.items():
        value = re.sub(rf"(?<![A-Za-z\\_]){name}(?![A-Za-z])", lambda _, said=said: f"({said})", value)  # type: ignore[misc]
    return value


def _reads(formula: str, key: Key) -> bool:
    """Whether a formula is one of declared letters."""
    try:
        return not any(E.has(t, "new") for r in readings(formula, key.wanted.scope) for s in r.statements for t in s.terms)
    except ReadError:
        return False


def _mention(f: Counted, value: str, key: Key) -> bool:
    """Whether a formula is a declared letter, or a square of one, beside what the statement says that it is: 'n workers', 'H^2 pixels'."""
    m = re.fullmatch(r"(\S+?)(?:\^2|\^\{2\}|²|\*\*2)?", value)
    symbol = next((s for s in key.problem.symbols.values() if m is not None and m[1] in (s.name, *s.aliases)), None)
    word = _WORD.match(f.after)
    if symbol is None or word is None:
        return False
    stem = word[0].lower().rstrip("s")
    return len(stem) > 3 and stem != "number" and (stem in symbol.says.lower() or (m is not None and m[1] != value and stem in ("pixel", "position"))) and "of the gradient" not in symbol.says


def _placed(c: Clause, k: int, f: Counted, value: str, asked: tuple[str, ...], at: int, calculates: bool) -> _Number:
    """The k-th number of a clause with its quantity, as its unit, its label or the words before it tell it."""
    before, after = (f"{c.head} {f.before}".strip() if k == 0 else f.before), f.after
    what = _quantity(before, after, c.head, asked)
    if not what and len(asked) == 1 and (c.mark == CONCLUDES or _TOTAL.search(before) or len(c.said) == 0):
        what = asked[0]
    answers = bool(what) and not calculates and _known(before, after, what, k + 1 == len(c.counted))
    concludes = c.mark == CONCLUDES or _TOTAL.search(f"{before} {after}") is not None
    return _Number(value, what, answers, concludes, SUPPOSED.search(f"{c.head} {c.said}".strip()) is not None, c.inside, at, f"{before} {after}".strip())


def _quantity(before: str, after: str, head: str, asked: tuple[str, ...]) -> str:
    """The quantity of a number by the words round it; '' where they name none, or two that differ."""
    units = [(m.end(), what) for what in asked if kind_of(what) in UNITS and (m := re.match(rf"{_LITTLE_ADJECTIVES}(?:{UNITS[kind_of(what)]})(?![a-z])", after, re.I)) is not None]
    if "size" in asked and SIZED.search(before) is not None and SIZE_BEHIND.match(_LEADS_ON.sub("", after)) is not None:
        units = [(99, "size")]
    elif "size" in asked and not before and not units and LONE_NUMBERS.match(after):
        units = [(1, "size")]
    labels = sorted((m.end() - (what != "size") / 2, m.end() - m.start(), what) for what in asked for m in label_of(what).finditer(before))
    labels = labels or sorted((m.start(), 0, what) for what in asked for m in label_of(what).finditer(after)) if not units else labels
    unit, label = max(units)[1] if units else "", labels[-1][2] if labels else ""
    headed = sorted((m.end() - m.start(), what) for what in asked for m in label_of(what).finditer(head))
    label = headed[-1][1] if headed else label
    if "backward_multiply_adds" in asked and re.search(r"\bbackward\b", head, re.I) and not re.match(r"flops?\b|float", after, re.I):
        return "backward_multiply_adds"
    if unit == "multiply_adds" and "backward_multiply_adds" in asked and re.search(r"\bbackward\b", after, re.I):
        return "backward_multiply_adds"
    if not unit or not label or unit == label:
        counted_otherwise = label and not unit and re.match(r"(?:multiply|macs?\b|flops?\b)", after, re.I) and kind_of(label) not in ("multiply_adds", "backward_multiply_adds")
        return "" if counted_otherwise else unit or label
    if unit == "multiply_adds":
        return label if label == "backward_multiply_adds" else "" if label in ("training_flops", "flops") else unit
    return unit


def _known(before: str, after: str, what: str, last: bool) -> bool:
    """Whether all words beside a number are those that may stand there. last: no number follows in its clause, whose words these would be, too."""
    if _SIGN.search(f"{before} {after}"):
        return False
    if what == "size" and (m := re.search(r"\bmessages?\s+(?:of|with)\b.*\Z", before, re.I)) is not None:
        before = m[0]
    if what == "size" and OF_ALL.search(f"{before} {after}"):
        return False
    allowed = words_beside(what)
    words = [w.lower() for w in _WORD.findall(f"{before} {after}")]
    return all(w in allowed for w in words) if last else all(w in allowed for w in _WORD.findall(before.lower())) and _goes_over(after, allowed)


def _goes_over(after: str, allowed: frozenset[str]) -> bool:
    """Whether the words between two numbers are of the first up to a word that leads to the next."""
    first = re.split(r"\b(?:of\s+size|of|with|each|carrying|in|over)\b", after, maxsplit=1)[0]
    return all(w in allowed for w in _WORD.findall(first.lower())) and not re.search(r"\b(?:per|every)\b|\beach\s+of\b", after, re.I)


def _standing(what: str, numbers: list[_Number], alone: bool, key: Key) -> _Number | None:
    """The number of a quantity that stands: the last that answers, where no other differs from it but on the way. alone: nothing else is asked."""
    mine = [n for n in numbers if n.what in (what, "" if alone else what) and not n.inside and n.said != _MENTIONED]
    answers = [n for n in mine if n.answers]
    if not answers:
        return None
    last = answers[-1]
    for n in mine:
        if n is last or holds(f"{n.value} = {last.value}", key) or n.supposed or (OF_OTHERS.search(n.said) and not n.answers):
            continue
        if n.at > last.at or not (last.concludes or (not n.answers and PER_ONE.search(n.said))):
            return None
    return last


def _rest_is_known(found: list[Clause], numbers: list[_Number], standing: dict[str, _Number], key: Key) -> bool:
    """Whether nothing beside the numbers that stand may change one: no such word, no number behind them, no break-down that does not add up."""
    end = max(n.at for n in standing.values())
    allowed = frozenset().union(*(words_beside(what) for what in standing)) - {"per", "every"}
    of_ratio = {n.at for n in numbers if n.what and kind_of(n.what) == "ratio"}
    for at, c in enumerate(found):
        said = f"{c.head} {c.said}"
        near = bool(of_ratio & {at, at + 1, at + 2})
        words = _COMPARES.sub(" ", said) if near else said
        words = _AS_MANY.sub(" ", OF_OTHERS.sub(" ", words))
        if AGAINST.search(words) or (not c.counted and EXTENT.match((c.said or c.head).strip())) or re.match(r"plus\b", c.said, re.I):
            return False
        if not c.counted and not c.inside and RESTRICTS.match(c.said) and not all(w in allowed for w in _WORD.findall(c.said.lower())):
            return False
        if at > end and not c.counted and AFTERWARDS.search(c.said):
            return False
        if c.mark in (CALCULATES, TIMES) and at > end:
            return False
    for n in numbers:
        if n.at > end and not n.inside and n.said != _MENTIONED and not any(holds(f"{n.value} = {s.value}", key) for s in standing.values()) and not OF_OTHERS.search(n.said) and not n.supposed:
            return False
    ratio = next((s.value for what, s in standing.items() if kind_of(what) == "ratio"), "")
    first = next((s.value for what, s in standing.items() if kind_of(what) != "ratio"), "")
    if any(n.supposed and kind_of(n.what) != "ratio" and n.said != _MENTIONED and not n.inside and not (ratio and holds(f"{n.value} = ({ratio}) ({first})", key)) for n in numbers):
        return False  # 'with all heads it would be ...' is what is compared with
    return all(_adds_up(group, before, key) for before, group in _groups(numbers))


def _groups(numbers: list[_Number]) -> Iterator[tuple[str, list[_Number]]]:
    """Numbers that stand together in brackets, with the number before these."""
    before, group = "", list[_Number]()
    for n in numbers:
        if n.inside:
            group.append(n)
            continue
        if n.said == _MENTIONED:
            continue
        if group:
            yield before, group
        before, group = n.value, []
    if group:
        yield before, group


def _adds_up(group: list[_Number], total: str, key: Key) -> bool:
    """Whether the numbers in brackets, plain ones and letters of the statement apart, are the number before these, add up or multiply to it, or are one of several equal parts."""
    values = [n.value for n in group if not re.fullmatch(r"\d{1,2}", n.value) and n.said != _MENTIONED]
    if not values or not total:
        return not values
    things = [f"({n.value})" for n in group]
    each = any(re.search(r"\beach\b|\bper\b", n.said) for n in group)
    parts = [" + ".join(f"({v})" for v in values), " ".join(f"({v})" for v in values), *([f"{m} {' '.join(things)}" for m in (1, 2, 3, 4)] if each else ())]
    return any(holds(f"{total} = {p}", key) for p in parts) or all(holds(f"{total} = {v}", key) for v in values) or (
        len(values) == 1 and any(holds(f"{total} = {s.name} ({values[0]})", key) for s in key.problem.symbols.values()))
