"""What is measured of an answer and said to have a value: 'every entry equals $F$', 'all singular values of $D$ equal $F$', 'a vector whose entries sum to $F$', 'of length 1'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations, formula
from derive.grading.claims.measures import Measure, measure, own_words
from derive.grading.claims.worlds import fits
from derive.grading.keys import Key
from derive.grading.traits.clause import plain_words, said_of
from derive.grading.traits.quantities import ENTRY, compiled
from derive.grading.traits.settings import numbers, settings
from derive.maths import expr as E
from derive.maths.expr import Expr

_EQUAL = r"(?:equals?|is|are|are equal to|is equal to|are all equal to|are all|have the (?:common )?value|has the value|come out as|being|=)(?: all)?"
_NO_FORMULA = (r"(?:an?|the|not|no|all|in|of|at|on|to|proportional|parallel|positive|negative|zero|nonzero|nonnegative|smaller|larger|less|more|greater|fewer|equal|different|independent|"
               r"between|unique|given|made|just|exactly|that|what|where|when|determined|obtained|updated|moved|set|unchanged)\b")
_TAIL = r"(?:,? (?:whatever|for every|for all|for any|regardless of|independently of|no matter what) .{1,40})?"
_WHOSE = r"(?:(?:IT|which|this|it) is )?(?:an? |the )(?:column |unit )?(?:vector|matrix|distribution|step|update|point|one) (?:whose|with) "
_FRAMES = (
    rf"(?P<own>.{{2,70}}?) {_EQUAL} (?!{_NO_FORMULA})(?P<value>.{{1,90}}?){_TAIL}",
    rf"{_WHOSE}(?P<own>.{{2,70}}?) {_EQUAL} (?!{_NO_FORMULA})(?P<value>.{{1,90}}?){_TAIL}")
_SUMS = rf"(?:{_WHOSE})?(?:(?:the |its |all |all its |all the ){{0,2}}(?:{ENTRY}|probabilities)(?: of (?:the )?(?:IT))?|IT) (?:sums?|adds?|adds? up|sums? up) (?:up )?to (?P<value>.{{1,90}}?){_TAIL}"
_COMMON = (rf"(?:all |the |each |every |both |of ){{1,4}}(?:{ENTRY})(?: of (?:the )?(?:IT))?(?: (?:where|with|for which|whose) .{{1,30}}?)? (?:have|has|share|shares|are of|is of|move by|moves by) "
           r"(?:the |a |one )?(?:same|common|equal) (?:modulus|absolute value|magnitude|size)(?:,? (?:which is|namely|that is|equal to|of|i\.e\.?)|:|,| being) (?P<value>.{1,90})")
_OF_LENGTH = (r"(?:(?:IT|which|this|it) is )?an? (?:column )?(?:vector|step|update|matrix) of (?:(?P<norm>euclidean|2|1|infinity|max|unit) ?-?)?(?P<what>length|norm) (?P<value>.{1,60})")
_UNIT = r"(?:(?:IT|which|this|it) is )?a (?:unit|normali[sz]ed) (?:vector|step|direction)"
_LENGTHS = ("euclidean", "2", "infinity", "1", "max")


def value_told(text: str, key: Key) -> bool | None:
    """Whether what is measured of the answer has the value that is told; None where none is told or measured."""
    said = said_of(text)
    required = key.derivation.answer
    if said is None or required is None or key.wanted.condition or said.not_always or said.possible or not required.shape or key.derivation.outputs:
        return None
    it = own_words(key)
    m = compiled(_COMMON.replace("IT", it)).fullmatch(said.body) if len(required.shape) == 1 else None
    if m is not None:
        return _held(Measure(lambda w: None if (v := numbers(required, w)) is None else [abs(x) for x in v], "entries"), _formula(m["value"], text, key), key, said.denied, True)
    m = compiled(_SUMS.replace("IT", it)).fullmatch(said.body)
    if m is not None:
        return _held(measure("the sum of the entries", key), _formula(m["value"], text, key), key, said.denied)
    m = compiled(_OF_LENGTH.replace("IT", it)).fullmatch(said.body)
    if m is not None:
        return _held(measure(" ".join(("its", m["norm"] or "", m["what"])).replace("  ", " "), key), _formula(m["value"] or "1", text if m["value"] else "", key), key, said.denied)
    if compiled(_UNIT.replace("IT", it)).fullmatch(said.body) is not None:
        return _held(measure("its norm", key), E.ONE, key, said.denied)
    for frame in _FRAMES:
        m = compiled(frame.replace("IT", it)).fullmatch(said.body)
        if m is None:
            continue
        words = m["own"] if frame is _FRAMES[0] else f"its {re.sub(r'^(?:the|its|all|all its) ', '', m['own'])}"
        own = measure(words, key) or (measure(f"all {re.sub(r'^its ', '', words)}", key) if frame is not _FRAMES[0] else None)
        if own is not None and own.kind in ("entries", "length", "sum", "some length", "count"):
            return _held(own, _formula(m["value"], text, key), key, said.denied)
    return None


def _formula(words: str, text: str, key: Key) -> Expr | None:
    """The number that words end with, or the last formula of the text."""
    read = formula(words, key) if not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words) else None
    if read is not None and not read.shape:
        return read
    found = formulas(text, key.wanted.scope)
    told = equations(found[-1][1], key) if found else []
    if len(told) != 1 or told[0].ops or "".join(plain_words(found[-1][1]).split()) != "".join(words.split()):
        return None  # 'every entry is divided by $F$'
    return told[0].terms[0]


def _lengths(key: Key) -> list[Expr]:
    """The lengths of the required answer as expressions."""
    required = key.derivation.answer
    return [E.num(d) if isinstance(d, int) else E.dim(d) for d in (required.shape if required is not None else ()) if isinstance(d, (int, str))]


def _held(own: Measure | None, told: Expr | None, key: Key, denied: bool, up_to_zeros: bool = False) -> bool | None:
    """Whether each number that is measured is the one that is told; up_to_zeros: but for those that are 0."""
    if own is None or told is None or (told.shape and not E.free_indices(told)) or E.free_indices(told) or told.op == "new" or E.has(told, "new"):
        return None
    if own.kind == "some length" and (told.op == "dim" or told in _lengths(key)):
        return True if told in _lengths(key) and not denied else None  # how many entries it has
    found, other = [], []
    for s in settings(key):
        v, t = own.of(s.world), numbers(told, s.world)
        if v is None or t is None or len(t) != 1:
            return None
        if E.has(told, "dec"):
            found.append(fits(v, t * len(v), True))
            continue
        scale = max((abs(x) for x in (*v, *t, *(s.answer if own.kind == "sum" else ()))), default=0.0)
        found.append(all(abs(x - t[0]) <= 1e-7 * scale or (up_to_zeros and x == 0) for x in v))
        if own.kind == "some length":  # in which norm is not said
            other.append([(n := measure(f"its {p} norm", key)) is not None and (y := n.of(s.world)) is not None and abs(y[0] - t[0]) <= 1e-7 * scale for p in _LENGTHS])
    if not found:
        return None
    if all(found) or any(all(column) for column in zip(*other, strict=True)):
        return not denied
    return False if not denied else True if not any(found) else None
