"""What is said of the answer in a case: 'if g = 0 the step is zero', 'as alpha -> 0 it vanishes', 'for n = 1 no message is sent', 'if entries tie, any of them may be chosen'."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive import patterns as re
from derive.grading.asides.special_values import Given, key_there
from derive.grading.keys import Key
from derive.grading.traits.clause import plain_words, said_of
from derive.grading.traits.quantities import answer_words, compiled, quantity
from derive.grading.traits.settings import length, numbers, same, settings, with_value
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.expr import Expr

_OPENS = re.compile(r"^(?:and |also |but |so |note that |indeed |in particular |of course |moreover |even |conversely |finally |for example |sanity check:? |check:? )*(?:if|when(?:ever)?|"
                r"for|at|as|where|with|in the (?:limit|case)(?: of| that| where| as)?|once|should)\s+", re.I)
_LEADING = re.compile(r"(?P<case>[^,;:]{2,90}?)(?:\s*[,:]\s+(?:then )?|\s+(?=(?:then|we|it|this|the (?:step|update|answer|formula|minimi[sz]er|limit|solution|result|"
                      r"distribution|weights?|probabilities|estimate|messages|factor|portfolio|projection|vector|number|count|value)|u|"
                r"nothing|no|one|any)))(?:then )?(?P<what>.+)", re.I | re.S)
_TRAILING = re.compile(r"(?P<what>.+?)\s*,?\s+(?:if|when(?:ever)?|as|for|at|in the limit(?: of| as)?|in case(?: of)?|once)\s+(?P<case>(?:the )?[^,;:]{2,80})", re.I | re.S)
_TO = re.compile(r"(?P<of>.{1,40}?) (?:->|goes to|tends to|approaches|shrinks to|grows to|going to|tending to|is sent to|converges to) (?:\+ ?|plus )?(?P<end>0|zero|"
                r"infinity)\^?\+?(?: from above)?", re.I)
_LARGE = re.compile(r"(?:very |arbitrarily |extremely )?(?P<end>large|huge|big|small|tiny) (?:values of )?(?P<of>.{1,40})|(?P<of2>.{1,40}?) (?:is |becomes |gets |grows )?(?:very |"
                r"arbitrarily |extremely )?(?P<end2>large|huge|small|tiny|without bound)", re.I)
_ZERO = re.compile(r"(?P<of>.{1,40}?) ?(?:(?<![!<>])=|(?<= )(?:is|equals|vanishes|is equal to|is identically))( ?(?:the )?(?:0|zero)(?: vector)?)?(?: exactly)?", re.I)
_EQUALS = re.compile(r"(?P<of>.{1,40}?) ?(?<![!<>])= ?(?P<value>-?\d+(?:/\d+)?)", re.I)
_WORDED = re.compile(r"(?:only )?(?P<count>one|two|three|a single) (?P<of>workers?|machines?|nodes?|parameters?)", re.I)


def said_in_a_case(text: str, key: Key, said_there: Callable[[str, Key], bool | None]) -> bool | None:
    """Whether a sentence about a case holds; None where it is none, or not known. said_there: whether a clause without a case holds."""
    if key.derivation.answer is None or key.wanted.condition or len(text) > 260:
        return None
    said = re.sub(r",? whatever .{1,30}$", "", plain_words(text))
    opening = _OPENS.match(said)
    m = _LEADING.fullmatch(said, opening.end()) if opening is not None else _TRAILING.fullmatch(said)
    if m is None:
        return None
    case, what = re.sub(r"^(?:a |any |the )?(?:points?|place) (?:with|where) ", "", m["case"].strip()), m["what"].strip()
    tied = said_of_ties(case, what, key)
    if tied is not None:
        return tied
    for read, held in ((_limit, _in_the_limit), (_value, _at_the_value)):
        found = read(case, key)
        if found is not None:
            true = held(what, key, *found)
            there = _with_value(key, *found) if true is None and read is _value else None
            return true if there is None else said_there(what, there)
    return None


def _with_value(key: Key, of: Expr, value: Fraction) -> Key | None:
    """The key of the same part at instances in which a letter has one value."""
    symbol = key.problem.symbols.get(str(of.data))
    return key_there([Given(symbol, E.num(value))], key) if symbol is not None and of.op == "sym" else None


# ------------------------------------------------------------------------------------------ a limit

def _limit(case: str, key: Key) -> tuple[Expr, bool] | None:
    """The quantity that goes to zero (False) or infinity (True)."""
    m = _TO.fullmatch(case)
    if m is not None:
        of, end = m["of"], m["end"].lower() == "infinity"
    else:
        m = _LARGE.fullmatch(case)
        if m is None:
            return None
        of, end = m["of"] or m["of2"], (m["end"] or m["end2"]).lower() in ("large", "huge", "big", "without bound")
    what = quantity(of, key)
    if what is None or what.op != "sym" or what.data == key.wanted.asked or key.problem.conditions(key.part):
        return None
    s = key.problem.symbols.get(str(what.data))
    return (what, end) if s is not None and s.given is None and s.let is None and s.kind == "value" else None


_ENDS: tuple[tuple[str, str], ...] = (
    (r"(?:vanishes|vanish|(?:goes|tends|shrinks|converges|decays|is sent|drops|collapses|moves) to (?:zero|0|the zero vector|nothing)|approaches (?:zero|0)|disappears|becomes (?:negligible|"
     r"arbitrarily (?:small|short)|tiny|zero)|dies out|-> 0|(?:is|stays|remains) (?:at )?(?:zero|0|small|short))", "zero"),
    (r"(?:blows up|explodes|diverges|(?:goes|tends|grows) to infinity|grows (?:without (?:bound|limit)|beyond all bounds|unboundedly|arbitrarily)|becomes (?:unbounded|infinite|"
     r"arbitrarily (?:large|long)|huge|infinitely large)|is unbounded|-> infinity)", "infinity"),
    (r"(?:stays|remains|is|keeps) (?:bounded away from (?:zero|0)|nonzero|non-zero|positive|bounded below)", "not zero"),
    (r"(?:stays|remains|is) (?:bounded|finite)", "bounded"),
    (r"(?:becomes|is|tends to|approaches|converges to|goes to) (?:the |an? )?(?:nearly |almost |more and more )?(?:uniform|flat)(?: distribution| vector| one)?", "uniform"),
    (r"(?:stays|remains|is) (?:the same|unchanged|constant|fixed|unaffected|put)|does not change|saturates|(?:converges|tends|goes|settles) to a (?:finite|nonzero|constant) (?:limit|value|"
     r"vector|length|size)", "same"),
)


def _in_the_limit(what: str, key: Key, of: Expr, large: bool) -> bool | None:
    said = said_of(what)
    if said is None or key.problem.symbols[str(of.data)].domain in ("count", "integer"):
        return None  # of steps of an iteration: derive.grading.claims.limits
    own = (r"(?:its (?:length|size|norm)|the (?:step length|length|size|step size|optimal value|value|number|count|number of messages|total|message size|messages?)(?: of (?:it|the (?:step|"
          r"update)|each message))?|all (?:entries|coordinates|weights)|every (?:entry|coordinate)|the (?:distribution|probabilities)|everything|each message|the messages|we)")
    for pattern, end in _ENDS:  # noqa: B007
        if compiled(rf"(?:{answer_words(key)}|{own}) {pattern}").fullmatch(said.body):
            break
    else:
        return None
    answer = key.derivation.answer
    assert answer is not None
    found = []
    for s in settings(key):
        sizes, entries = [length(s.answer)], s.answer
        for k in (10, 20):
            v = numbers(answer, with_value(s, str(of.data), Fraction(2) ** (k if large else -k)))
            if v is None:
                return None
            sizes.append(length(v))
            entries = v
        a, b, c = sizes
        zero = b <= 1e-2 * a and c <= 1e-2 * b
        infinite = b > 1e2 * a and c > 1e2 * b
        if (end == "infinity" and not infinite and c > 1.01 * b > 1.02 * a) or (end == "zero" and not zero and c < 0.99 * b < 0.98 * a):
            return None  # slowly, like a logarithm
        if end == "uniform":
            found.append(all(abs(x - entries[0]) <= 1e-3 * abs(entries[0]) for x in entries))
            continue
        found.append(zero if end == "zero" else infinite if end == "infinity"
            else not zero and a > 0 if end == "not zero" else not infinite if end == "bounded" else abs(c - b) <= 1e-4 * max(b, c) and not zero)
    return said.verdict(found)


# ------------------------------------------------------------------------------------------ a value

def _value(case: str, key: Key) -> tuple[Expr, Any] | None:
    """A declared quantity and the value that it is given."""
    m = _ZERO.fullmatch(case)
    if m is not None and (m[2] or "vanish" in case):
        of, value = m["of"], Fraction(0)
    elif re.fullmatch(r"(?:a |the )?(?:zero|vanishing) gradient", case, re.I):
        of, value = "the gradient", Fraction(0)
    elif (m := _EQUALS.fullmatch(case)) is not None:
        of, value = m["of"], Fraction(m["value"]) if not m["value"].endswith("/0") else Fraction(1)
    elif (m := _WORDED.fullmatch(case)) is not None:
        of = "number of parameters" if "param" in m["of"].lower() else "number of workers"
        value = Fraction({"one": 1, "a single": 1, "two": 2, "three": 3}[m["count"].lower()])
    else:
        return None
    what = quantity(of, key)
    if what is None or what.op not in ("sym", "dim") or what.data == key.wanted.asked or (what.shape and value):
        return None
    s = key.problem.symbols.get(str(what.data))
    return (what, value) if s is not None and s.given is None and s.let is None else None


_NOTHING = (r"(?:IT|we|nothing|u|the (?:step|number|count|value|total|optimal value|minimum|number of messages)|one|no (?:message|entry|coordinate|worker)s?) ?(?:is|are|becomes|stays?|"
            r"remains?|equals|gives|vanish(?:es)?|=|moves?|steps?|takes?|changes?|happens?|sends?|needs?|get|sent|needed|makes?|does|goes|reduces to|must be)* ?"
            r"(?:to |a |any |also |at |again |still |put|no |as |sent|needed|where we are|anything|nothing|any|anyway|regardless|all the same|nonetheless|nevertheless|zero|0|nonzero|"
            r"non-zero|positive|negative|different from zero|the zero vector|step|update|move|message|messages|one|two|it should|it must|undefined|too|where it is|\d+)*")


def _at_the_value(what: str, key: Key, of: Expr, value: Fraction) -> bool | None:
    said = said_of(re.sub(r",? as (?:it|one|we) (?:should|must|would expect|expects?)\b.*", "", re.sub(r"\bmust be\b", "is", what)))
    if said is None or re.fullmatch(_NOTHING.replace("IT", answer_words(key)), said.body, re.I) is None:
        return None
    answer = key.derivation.answer
    assert answer is not None
    moved = re.search(r"\b(?:moves?|we steps?|changes?|takes?|nonzero|non-zero|different from zero)\b", said.body) is not None
    none = re.search(r"\b(?:no|nothing|put|where)\b", said.body) is not None
    number = re.search(r"(?<![\w.])(zero|0|one|two|\d+)(?: messages?)?$", said.body)
    stands = re.search(r"\b(?:zero|0|vanish(?:es)?)\b", said.body) is not None
    found = []
    undefined = 0
    for s in settings(key):
        inside = s.world.values.get(str(of.data))
        dims = {**s.world.dims, **({str(of.data): int(value)} if of.op == "dim" else {})}
        if of.op == "dim" and key.wanted.shape:
            return None
        zero: Any = [value] * len(inside) if isinstance(inside, list) else value
        v = numbers(answer, World({**s.world.values, str(of.data): zero}, dims))
        if v is None:
            undefined += 1
            continue
        nothing = not any(v)
        if none or (stands and not moved):
            found.append(nothing)
        elif moved:
            found.append(not nothing)
        elif number is not None and not key.wanted.shape:
            k = {"one": 1, "two": 2, "zero": 0}.get(number[1], int(number[1]) if number[1].isdigit() else -1)
            found.append(same(v[0], k))
    return said.verdict(found) if found and not undefined else None


# ------------------------------------------------------------------------------------------ entries that tie

_TIE = re.compile(
    r"(?:there (?:is|are) (?:a |any )?(?:ties?|several|more than one).*|(?:.*\b)?(?:ties?|tied|tie)\b.*|.*\b(?:not unique|several (?:indices|maximi[sz]ers|entries|coordinates)|"
    r"more than one|attained (?:more than once|twice|several times|at several \w+)|equally large|share the (?:maximum|largest)\b).*)", re.I)
_ANY = re.compile(
    r"(?:(?:any|either|each|every) (?:one|choice|of (?:them|these|those)|such|convex|maximi[sz]ing|index|maximi[sz]er|of the).*(?:may|can|will|is|works|does|chosen|picked|taken|used|"
    r"optimal|fine|valid|good|attains?|gives?|solution).*"
    r"|.*\b(?:choose|pick|take|use) any\b.*|.*\bany one of them\b.*|.*\b(?:not unique|several (?:minimi[sz]ers|solutions)|split|shared|distributed|arbitrarily|convex combination|broken)\b.*)", re.I)
_ALL_FULLY = re.compile(r"(?:(?:all|both)(?: of (?:them|these))?(?: \w)?(?: of (?:them|these))? (?:may |can |will |must |have to |should )?(?:move|moves|are (?:moved|updated|changed)|"
                r"get(?: the)?|take|change|receive|step)\b(?P<rest>.*)|every one of them (?:moves|is updated|changes)(?P<rest2>.*)|we (?:move|update) (?:all|both)(?: of them)?(?P<rest3>.*))", re.I)
_SHARED = re.compile(r"\b(?:share|split|1/|fraction|part|divided|equal parts|total|sum|together by|half|convex|weights?)\b", re.I)


def said_of_ties(case: str, what: str, key: Key) -> bool | None:
    """What is done where entries tie: false that all of them move by the full amount where one is to."""
    if not _TIE.fullmatch(case) or re.search(r"\bno (?:two |such )?(?:ties|entries|tie)\b", case) or key.derivation.unique not in ("generic", "no") or len(key.wanted.shape) != 1:
        return None
    if re.fullmatch(r"(?:the )?(?:solution|minimi[sz]er|answer|update|it) (?:is|stays|remains) (?:still )?unique(?: too| as well)?|.*\bstill unique\b", what, re.I):
        return False
    m = _ALL_FULLY.match(what)
    if m is not None and not _SHARED.search(what):
        return _all_move(key)
    return True if _ANY.fullmatch(what) and "would" not in what else None


def _all_move(key: Key) -> bool | None:
    """Whether moving all tied entries by the full amount is as good as moving one."""
    answer, program = key.derivation.answer, key.program
    tied = next((x for x in E.walk(answer) if x.op == "argopt"), None) if answer is not None else None
    if program is None or answer is None or tied is None:
        return None
    seen: list[bool] = []
    for ws in key.edges:
        for w in ws.worlds[:4]:
            v = numbers(answer, w)
            g = next((numbers(E.sym(n, key.wanted.shape), w) for n in sorted(E.symbols_in(answer)) if key.problem.symbols[n].shape == key.wanted.shape), None)
            if v is None or g is None or len(v) < 2:
                continue
            most = max(map(abs, g))
            places = [k for k, x in enumerate(g) if most and same(abs(x), most)]
            if len(places) < 2:
                continue
            size = max(map(abs, v))
            moved = [Fraction(-size if x > 0 else size) if k in places else Fraction(0) for k, x in enumerate(g)]
            there = World({**w.values, key.wanted.asked: moved}, w.dims)
            own = World({**w.values, key.wanted.asked: [Fraction(x) for x in v]}, w.dims)
            best, now = numbers(program.objective, own), numbers(program.objective, there)
            if best is None or now is None:
                continue
            feasible = all(numbers(c, there) == [1.0] for c in program.constraints)
            seen.append(feasible and same(best[0], now[0]))
    return all(seen) if seen else None


