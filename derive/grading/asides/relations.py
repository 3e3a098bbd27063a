"""Equations and bounds that a text states of its answer: 'so the prediction a^T w equals y', 'c^T x = n mu at the optimum', 'attained at x = 1/z', 'its entries sum to 0'.

Each is worked out where the unknown is the required answer. What is only supposed ('if Av = b'), or is the way to the answer, is none of them.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.runs import formula_first, formulas
from derive.grading.asides.values import equations, formula, instances
from derive.grading.keys import Key
from derive.grading.traits.quantities import ENTRY, answer_words, compiled
from derive.grading.traits.settings import numbers, same
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES, VARIANTS

Checked = tuple[bool | None, str]
_NONE: Checked = (None, "")
_MARK = "\ue000"
_SUPPOSED = re.compile(r"\b(?:if|when|whenever|where|with|for|unless|until|from|near|as|set|sets|setting|let|take|taking|put|suppose|otherwise|once|would|should|must|had|not|never|no|"
                r"assuming|given|because|since|start\w*|"
                       r"step|steps|choose|denote|with|using|without|before|after|than|had|case|constraint|solving|condition)\b|n't\b|\?", re.I)
_EQUALS = re.compile(r"\s*(?:,\s*)?(?:is|equals|becomes|is equal to|has the value|are|comes out as)(?: exactly| just| simply| always| then)?\s*", re.I)
_FREE = re.compile(r"(?:\W|\b(?:and|so|that|hence|thus|therefore|also|here|then|at|the|optimum|solution|minimi[sz]er|there|in|both|we|have|has|this|means|it|gives|satisfies|which|indeed|"
                r"always|of course|"
                   r"prediction|predictions|value|inner|product|cost|constraint|holds|is|tight|active|met|feasible|since|room|to|spare|target|one|see|case|every|any|exactly|fulfils|obeys|"
                   r"particular)\b)*", re.I)
_ATTAINED = re.compile(r"\s*(?:,\s*)?(?:(?:and|which|it|this|the \w+|that|the optimal value|the supremum) )*(?:(?:is|being) )?(?:attained|reached|achieved|obtained|taken|"
                r"assumed)(?: exactly| only)? (?:at|for|by|in|when|where|with) (?:the (?:point|step|update|choice) )?(?=\S)", re.I)
_SUM = (rf"(?:(?:its|the|all|the three|all the)(?: \w+)? (?:{ENTRY}|probabilities)(?: of (?:IT))?|IT) (?:sums?|adds?|adds? up|sums? up)(?: up)? to (?P<value>.+)")


def relation_said(said: str, key: Key) -> Checked:
    """Whether the equations and bounds of a clause hold for the required answer; None where there are none, or it says more."""
    if key.derivation.answer is None or key.wanted.condition or _SUPPOSED.search(re.sub(r"\$[^$]*\$", " ", said)):
        return _NONE
    found = formulas(said, key.wanted.scope)
    if not found or len(found) > 3 or any(_defines_a_function(f, key) or _NEXT.search(f) for _, f in found):
        return _NONE
    words = said
    for _, f in found:
        words = words.replace(f, _MARK, 1)
    words = re.sub(r"\$+|\\[()\[\]]", "", words)
    asked = key.wanted.asked
    if len(found) == 2 and (between := re.match(rf"(?P<before>[^{_MARK}]*){_MARK}(?P<between>[^{_MARK}]*){_MARK}(?P<behind>[^{_MARK}]*)$", words)) is not None:
        if _EQUALS.fullmatch(between["between"]) and _FREE.fullmatch(between["before"]):
            a, b = equations(found[0][1], key), formula(found[1][1], key)
            if len(a) == 1 and not a[0].ops and b is not None and asked and asked in E.symbols_in(a[0].terms[0]) and a[0].terms[0].op != "sym":
                return _agree(a[0].terms[0], b, "=", key), ""
        return _NONE
    if len(found) != 1 or not _FREE.fullmatch(words.replace(_MARK, " ")):
        return _NONE
    if (letter := multiplier(found[0][1], key)) is not None:
        return stationary(found[0][1], letter, key), ""
    told = equations(found[0][1], key)
    if len(told) != 1 or not told[0].ops or not (_of_the_answer(told[0], key) or is_bound(told[0], key)):
        return _NONE
    true = bound_holds(told[0], key)
    return _NONE if true is None else (true, "")


_A_FUNCTION = re.compile(r"[\s$]*\\?(?P<name>[A-Za-z]+)(?:_\{?\w+\}?|')*\s*(?:\\left)?\(\s*\\?[A-Za-z]+(?:_\{?\w\}?)?\s*(?:\\right)?\)\s*:?=")
_NEXT = re.compile(r"\^\s*(?:\+|\{\s*(?:\+|new|\\text\{new\})\s*\})(?=\s*[\]),=}]|\s*\\)")  # w^+ is the next iterate


def _defines_a_function(formula: str, key: Key) -> bool:
    """Whether an equation says what a function of the text's own is: 'phi(x) = ...'."""
    m = _A_FUNCTION.match(formula)
    return m is not None and not key.wanted.scope.writes(m["name"])


def bound_holds(s: Statement, key: Key) -> bool | None:
    """Whether a chain of relations holds for the required answer."""
    seen = [_agree(x, y, op, key) for op, x, y in zip(s.ops, s.terms, s.terms[1:], strict=False)]
    return False if False in seen else None if None in seen else True


def is_bound(s: Statement, key: Key) -> bool:
    """Whether a statement is a bound of the unknown itself: t >= 1/lambda_max(H)."""
    asked = key.wanted.asked
    return bool(asked and s.ops) and not key.wanted.condition and set(s.ops) <= {"<", "<=", ">", ">="} and any(t.op == "sym" and t.data == asked for t in s.terms) and not any(
        E.has(t, "new") or E.free_indices(t) for t in s.terms)


def _of_the_answer(s: Statement, key: Key) -> bool:
    """Whether a statement relates a quantity made of the unknown to others: not an equation for the unknown itself, which is an answer."""
    asked = key.wanted.asked
    if not asked or any(t.op == "new" or E.has(t, "new") for t in s.terms) or not set(s.ops) <= {"=", "<", "<=", ">", ">="}:
        return False
    return asked in E.symbols_in(s.terms[0]) and s.terms[0].op not in ("sym", "at")


def _agree(a: Expr, b: Expr, op: str, key: Key) -> bool | None:
    """Whether a relation holds at all instances where the unknown is the required answer."""
    seen = False
    for w in instances(key, {}):
        x, y = numbers(a, w), numbers(b, w)
        if x is None or y is None:
            continue
        if len(x) != len(y):
            if 1 not in (len(x), len(y)):
                return None
            x, y = x * max(1, len(y) // len(x)), y * max(1, len(x) // len(y))
        seen = True
        for p, q in zip(x, y, strict=True):
            equal = same(p, q) or abs(p - q) < 1e-12
            if equal and op in ("<", ">") and key.wanted.supremum:
                continue  # the bound that is asked is itself no such value
            if not (equal if op == "=" else (p < q and not equal) if op == "<" else (p > q and not equal) if op == ">" else p <= q or equal if op == "<=" else p >= q or equal):
                return False
    return True if seen else None


_GREEK = re.compile(r"\\(?P<tex>[a-z]+)(?![A-Za-z])|(?P<sign>[α-ω])")


def multiplier(text: str, key: Key) -> str | None:
    """The one Greek letter of an equation that is not declared, as it is written."""
    own = set()
    for m in _GREEK.finditer(text):
        name = GREEK_CHARS.get(m["sign"] or "", m["tex"] or m["sign"])
        names = (name, "\\" + name, m.group(), VARIANTS.get(name, name), "\\" + VARIANTS.get(name, name))
        if name in GREEK_NAMES and not any(key.wanted.scope.writes(n) for n in names):
            own.add(m.group())
    return own.pop() if len(own) == 1 else None


def stationary(text: str, letter: str, key: Key) -> bool | None:
    """Whether an equation 'g + (2/alpha) d + nu a = 0' holds of the answer for one value of a multiplier, at each instance."""
    sides = []
    for value in ("(0)", "(1)"):
        told = equations(text.replace(letter, value), key)
        if len(told) != 1 or told[0].ops != ("=",) or key.wanted.asked not in E.symbols_in(told[0].terms[0]) or any(E.has(t, "new") for t in told[0].terms):
            return None
        sides.append(told[0].terms)
    seen = False
    for w in instances(key, {}):
        found = [(numbers(a, w), numbers(b, w)) for a, b in sides]
        rests = [[x - y for x, y in zip(a, b * len(a) if len(b) == 1 else b, strict=True)] for a, b in found if a and b and len(b) in (1, len(a))]
        if len(rests) < 2:
            return None
        free, slope = rests[0], [y - x for x, y in zip(*rests, strict=True)]
        size = sum(x * x for x in slope)
        factor = -sum(x * y for x, y in zip(free, slope, strict=True)) / size if size else 0.0
        scale = max((abs(x) for x in free), default=0.0)
        if any(abs(x + factor * y) > 1e-9 * scale for x, y in zip(free, slope, strict=True)):
            return False
        seen = True
    return True if seen else None


def attained_said(said: str, key: Key) -> Checked:
    """'attained at u = -(alpha/2) g': the objective has the required value there, and the point is feasible."""
    m = _ATTAINED.match(said)
    program, required = key.program, key.derivation.answer
    if m is None or program is None or required is None or required.shape or len(program.over) != 1:
        return _NONE
    found = formulas(said[m.end() :], key.wanted.scope)
    told = equations(found[0][1], key) if len(found) == 1 else []
    if len(told) != 1 or told[0].ops != ("=",):
        return _NONE
    left, right = told[0].terms
    base = left.args[0] if left.op == "at" else left
    name = program.over[0]
    if base.op != "sym" or base.data != name:
        return _NONE
    symbol = key.problem.symbols[name]
    if left.op == "at" and not right.shape and len(symbol.shape) == 1 and E.free_indices(right):
        right = E.comp(sorted(E.free_indices(right))[0], right, symbol.shape[0])
    if len(right.shape) != len(symbol.shape):
        return _NONE
    objective = E.replace(program.objective, {E.sym(name, symbol.shape): right})
    true = _agree(objective, required, "=", key)
    return true, ""


_GIVES = re.compile(rf"\W*(?:(?:as expected|and|because|since|as|so|indeed|note that|already|of course),?\s+)*{_MARK}\s+(?:already\s+)?"
                    rf"(?:gives?|has|yields?|attains?|costs?)(?: (?:the|a|an|only))?(?: objective)?(?: value)?(?: of)?\s*{_MARK}\W*", re.I)


def value_there(said: str, key: Key) -> Checked:
    """'because u = 0 gives 0': the objective has that value at a point, where the optimal value is asked."""
    program, required = key.program, key.derivation.answer
    if program is None or required is None or required.shape or len(program.over) != 1 or key.part.ask != "value" or "=" not in said:
        return _NONE
    found = formulas(said, key.wanted.scope)
    if len(found) != 2 or not _GIVES.fullmatch(re.sub(r"\$+|\\[()\[\]]", "", said.replace(found[0][1], _MARK, 1).replace(found[1][1], _MARK, 1))):
        return _NONE
    symbol = key.problem.symbols[program.over[0]]
    unknown = E.sym(symbol.name, symbol.shape)
    told, value = equations(found[0][1], key), formula(found[1][1], key)
    if len(told) != 1 or told[0].ops != ("=",) or told[0].terms[0] != unknown or value is None or value.shape:
        return _NONE
    point = told[0].terms[1]
    point = E.mul(E.ZERO, unknown) if point == E.ZERO else point
    return (_agree(E.replace(program.objective, {unknown: point}), value, "=", key), "") if point.shape == unknown.shape else _NONE


_BOUND = (r"(?:(?:and|so|but|also|which|that|hence|thus|note that|here),? )*(?:IT|the (?:value|minimum|maximum|factor|count|number))?(?: is| lies| stays| remains| are)?(?: always| strictly)* "
          r"(?:(?P<between>between|in between) (?P<low>.+?) and (?P<high>.+?)|(?P<op>at most|no more than|never above|never more than|never larger than|never exceeds|below|less than|"
          r"smaller than|under|"
          r"at least|no less than|never below|never less than|never smaller than|above|greater than|larger than|more than|exceeds|bounded (?:from )?below by|"
          r"bounded (?:from )?above by) (?P<bound>.+?))(?: for (?:every|all|any|each) .{1,40}|"
          r" whatever .{1,30}| always)?")
_OPS = {"at most": "<=", "no more than": "<=", "never above": "<=", "never more than": "<=", "never larger than": "<=", "never exceeds": "<=", "below": "<",
    "less than": "<", "smaller than": "<", "under": "<",
        "at least": ">=", "no less than": ">=", "never below": ">=", "never less than": ">=", "never smaller than": ">=",
        "bounded below by": ">=", "bounded from below by": ">=", "bounded above by": "<=", "bounded from above by": "<="}


def bound_said(said: str, key: Key) -> Checked:
    """'It lies between max z and max z + T log n', 'it is below 1 for every step': of a number."""
    required = key.derivation.answer
    plain = re.sub(r"\s+", " ", re.sub(r"\$", "", said)).strip(" .,;")
    m = compiled(_BOUND.replace("IT", answer_words(key))).fullmatch(plain) if required is not None and not required.shape and not key.wanted.condition else None
    if m is None or required is None or re.match(r"\s*(?:at|below|above|under|between|never)\b", plain):
        return _NONE
    if m["between"]:
        low, high = formula(m["low"], key), formula(m["high"], key)
        if low is None or high is None or low.shape or high.shape:
            return _NONE
        seen = [_agree(required, low, ">=", key), _agree(required, high, "<=", key)]
        return (False, "") if False in seen else _NONE if None in seen else (True, "")
    from derive.grading.claims.compared import compared_told

    if (true := compared_told(said, key)) is not None:
        return true, ""
    told = formula(m["bound"], key) if not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", m["bound"]) else None
    if told is None or told.shape:
        return _NONE
    return _agree(required, told, _OPS.get(m["op"].lower(), ">"), key), ""


def sum_said(said: str, key: Key) -> Checked:
    """'its entries sum to 1'."""
    if "sum" not in said and "add" not in said:
        return _NONE
    m = compiled(r"\W*(?:and |so |but |also |note that )*" + _SUM.replace("IT", answer_words(key))).fullmatch(said.strip(" .,;"))
    required = key.derivation.answer
    told = formula_first(m["value"].strip(" .,;"), key) if m is not None else None
    if told is None or told[1].strip(" .,;$") or required is None or len(required.shape) != 1 or told[0].shape:
        return _NONE
    return _agree(E.total(required), told[0], "=", key), ""


