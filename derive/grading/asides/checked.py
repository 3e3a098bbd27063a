"""Clauses beside an answer that mathematics can check: an example with numbers, an equation that checks, what the answer is not, its growth.

Each function says whether a clause of its kind is true, where the answer is the required one; None where the clause is of another kind, or cannot be judged.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.runs import formula_first, formulas
from derive.grading.asides.values import equal, equations, formula, holds, instances, undelimited
from derive.grading.direct.lane import lane
from derive.grading.judging.orders import alike
from derive.grading.keys import Key
from derive.grading.words.vocabulary import LITTLE, UNITS, known
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.expr import Expr

Checked = tuple[bool | None, str]
"""Whether it holds, and what is left of the words behind it, which are to be looked at like any others."""
_NONE: Checked = (None, "")
_MARKUP = re.compile(r"\$+|\\[()\[\]]|\\[,;:! ]|[*_]{1,2}(?=[A-Z][a-z])|(?<=[a-z:.])[*_]{1,2}|\s+")

# ------------------------------------------------------------------------------------------ an example with numbers

_OPENS = (r"(?:(?:as|an?|the|quick|sanity|consistency|check|checks|checking|test|testing|example|instance|for|with|if|when|at|take|taking|try|in|particular|case|set|setting|so|"
          r"and|also|then|indeed|note|that|of|let|we|put|one|dimension|e\.g|eg|similarly|thus|hence|now|consider|say)\b\.?[,:]?\s*){1,9}")
_NUMBER = r"[-−+]?\d+(?:[./]\d+)?(?![\w.]*\d|\s*[*/^+(]|[A-Za-z])"
_LIST = r"[(\[][-−+\d.,/\s]{1,80}[)\]](?:\s*\^\s*\{?\s*(?:T|\\top)\s*\}?|ᵀ)?"
_ASSIGNED = rf"\\?[A-Za-zα-ω]{{1,8}}\s*=\s*(?:{_LIST}|{_NUMBER})"
_LINK = (r"(?::|(?:(?:this|that|it|we|one|you|there|which|(?:the|our)\s+(?:formula|answer|result|total|count|step|update|number|limit|expression|minimi[sz]er)(?:\s+above)?)\s+)?"
         r"(?:is|are|gives?|makes?|gets?|yields?|becomes?|means?|obtains?|has|have|reads?|equals?|reduces?\s+to|simplifies\s+to|sends?)(?:\s+(?:just|simply|only|exactly|indeed|precisely|then))?"
         r"(?:\s+(?:us\s+)?(?:the|an?)\s+(?:optimal\s+)?(?:value|total|vector|step|update|answer|result|number|count|limit|point|solution)(?:\s+of)?)?)\s+")
_EXAMPLE = re.compile(rf"\s*{_OPENS}(?P<given>{_ASSIGNED}(?:\s*(?:,\s*and|,|and)\s+{_ASSIGNED}){{0,3}})\s*,?\s*(?P<rest>.*)", re.I | re.S)
_LINKED = re.compile(_LINK, re.I)
_FURTHER = re.compile(rf":?\s*(?:and\s+)?\$?(?P<given>{_ASSIGNED})\$?\s*,?\s*(?=(?:gives?|yields?|makes?|leads? to|we|this|that|it|one)\b)", re.I)
_GOES_ON = re.compile(r"\s*\w*\s*=|\s*(?:messages?\s+)?(?:up|down|in|out|back|forth|for|from|to)?\s*(?:,\s*)?(?:and|plus)\s+(?:one|two|three|another|again|\$?\d)", re.I)
_TURNED = re.compile(rf"(?:so|that is|i\.e\.|e\.g\.|for example|for instance|which (?:is|gives|makes))?,?\s*(?P<claim>[^,;=]{{1,60}}?)\s+(?:for|if|when|at|with)\s+(?P<given>{_ASSIGNED})", re.I)
_NEXT_CLAUSE = re.compile(r"[,;]\s+(?=[A-Za-z]{2,}\b)|\s+\((?=[A-Za-z]{2,}\s)|[.!?](?:\s|$)")


def example(said: str, key: Key) -> Checked:
    """'For n = 4 that is 24 messages', 'with g = (1, -3, 2) and alpha = 2 we get u = (0, 3, 0)'."""
    said = _MARKUP.sub(" ", said)
    turned = _TURNED.fullmatch(said.strip(" .,;()")) if "=" in said else None
    if turned is not None:  # 'so 24 for n = 4'
        said = f"for {turned['given']} it is {turned['claim']}"
    m = _EXAMPLE.match(said) if "=" in said else None
    required = key.derivation.answer
    if m is None or required is None:
        return _NONE
    given: dict[str, Value] = {}
    for pair in re.findall(_ASSIGNED, m["given"]):
        found = [s for s in equations(pair, key) if s.ops == ("=",) and s.terms[0].op == "sym"]
        if len(found) != 1 or str(found[0].terms[0].data) == key.wanted.asked:
            return _NONE
        try:
            value = exact(found[0].terms[1], World({}, {}))
        except (Undefined, NotEvaluable):
            return _NONE
        symbol = key.problem.symbols.get(str(found[0].terms[0].data))
        if symbol is None or symbol.given is not None:
            return _NONE
        given[symbol.name] = [value] if symbol.shape and not isinstance(value, list) else value
    rest = m["rest"]
    further = _FURTHER.match(rest)
    if further is not None:  # 'with delta = 0.1: g = (5, 1) gives ...'
        for s in equations(further["given"], key):
            name = str(s.terms[0].data) if s.terms[0].op == "sym" else ""
            symbol = key.problem.symbols.get(name)
            if s.ops != ("=",) or symbol is None or name == key.wanted.asked or symbol.given is not None or name in given:
                return _NONE
            try:
                value = exact(s.terms[1], World({}, {}))
            except (Undefined, NotEvaluable):
                return _NONE
            given[symbol.name] = [value] if symbol.shape and not isinstance(value, list) else value
        rest = rest[further.end() :]
    link = _LINKED.match(rest)
    claim = rest[link.end() :] if link is not None else ""
    asked = _of_the_unknown(rest, key) if not claim or "=" in claim else None
    if not claim and asked is None:
        return _NONE
    if asked is not None and key.wanted.asked and any(holds(s, key, given) is False for _, f in formulas(rest, key.wanted.scope) for s in equations(f, key) if s.ops):
        return False, ""
    end = _NEXT_CLAUSE.search(claim)
    told = formula_first(claim[: end.start()] if end is not None else claim, key) if asked is None else (asked, "")
    told = (told[0], told[1] + claim[end.start() :]) if told is not None and end is not None else told
    if told is None:
        return _NONE
    value, behind = told
    symbols = key.problem.symbols
    if not E.symbols_in(value) and any(n in symbols and n not in given and symbols[n].given is None and symbols[n].let is None for n in E.symbols_in(required)):
        return _NONE  # what it is there depends on more than is given
    if _GOES_ON.match(behind):
        return _NONE  # 'theta_0 = 0', 'one message up and one down'
    counted = re.match(r"\s*[A-Za-z]*", behind)
    unit = counted.group().strip().lower() if counted is not None else ""
    if re.match(rf"\s*(?:{unit}\s+)?(?:per|times|each|apiece|for each|for every)\b", behind, re.I):
        return False, ""
    if unit and not known(unit, UNITS, LITTLE):
        return _NONE
    return equal(required, value, key, given), behind[counted.end() :] if counted is not None else ""


def _of_the_unknown(said: str, key: Key) -> Expr | None:
    """The value that the last equation for the unknown gives it."""
    if not key.wanted.asked and key.part.ask != "value":
        return None
    name = re.escape(key.wanted.asked) if key.wanted.asked else r"(?:[A-Z]|[a-z]\*|\bvalue|\bobjective)(?:\s*\([^()=]{1,6}\))?\s*(?:is\s+)?"
    m = list(re.finditer(rf"(?<![A-Za-z\\ᵀ])(?<!\^T )(?<!\\top )(?<!\\top){name}\s*=(?!=)(?:[-−+\d\s.()*/]{{1,40}}=)?", said))
    told = formula_first(said[m[-1].end() :], key) if m else None
    return told[0] if told is not None else None


# ------------------------------------------------------------------------------------------ an equation that checks

_CHECKS = re.compile(r"[\s*_(]*(?:as an? |the |a )?(?:(?:sanity|quick|consistency)[- ]?)?(?:check(?:ing)?|verification|indeed|inserting|plugging|substituting|putting|verify(?:ing)?|proof)\b", re.I)
_TURNS = re.compile(r"\b(?:but|however|wrong|mistake|correct\w*|fix\w*|actually|contradict\w*|fails?|disagrees?|should|must|final\w*|answer|instead|not|never|twice|half|halv\w*|doubl\w*|too|"
                    r"factor|missing|rather|real|true|off|larger|smaller|n't)\b", re.I)
_SUPPOSED = re.compile(r"\b(?:if|when|whenever|for|with|taking|setting|letting|as|suppose|let)$")
_ONE_DIMENSION = re.compile(r"\b(?:in one dimension|one-dimensional|scalar case|1-?D)\b", re.I)
_POINT = re.compile(r"\b(?:at|from|around|start\w*|to)\s+$")


def check(said: str, key: Key) -> Checked:
    """'Check: a^T theta = 1', 'Inserting gives A = B': equations that must hold for the required answer."""
    if _CHECKS.match(said) is None or "=" not in said:
        return _NONE
    found: list[bool | None] = []
    for at, f in formulas(said, key.wanted.scope):
        if "=" not in f or _POINT.search(said[:at].rstrip("$")):
            continue
        told = equations(f, key)
        if _SUPPOSED.search(said[:at].rstrip("$ ")) or any(s.ops and s.terms[0].op == "sym" and str(s.terms[0].data) != key.wanted.asked for s in told):
            return _NONE  # 'if g = 0 then ...', 'p = q = 2 gives ...'
        found += [holds(s, key, length=1 if _ONE_DIMENSION.search(said) else 0) for s in told if s.ops] or [None]
    if False in found:
        return False, ""
    if any(x is not None and len(x.shape) == len(key.wanted.shape) and not equal_to_required(x, key) for x in (formula(f, key) for _, f in formulas(said, key.wanted.scope) if "=" not in f)):
        return _NONE  # 'hence F'
    return _NONE if not found or None in found or _TURNS.search(said) else (True, "")


# ------------------------------------------------------------------------------------------ what the answer is not

_NOT = re.compile(r"\s*(?:(?:and|but|so|thus|hence|therefore|(?:note|notice|observe|remember|mind)(?:\s+that)?)\s+)?(?:(?:it|this|that|which|the (?:answer|count|size|total|number|factor|"
                r"result))\s+(?:is|are|equals)\s+)?"
                  r"not\s+(?:simply |just |merely )?(?:proportional to )?(?=\S)", re.I)
_STILL = re.compile(r"\b(?:but|only|also|always|in general|necessarily)\b", re.I)


def denied(said: str, key: Key, right: Callable[[str], bool]) -> Checked:
    """'not n^2', 'so it is not 2p': what is denied must not be the required answer."""
    m = _NOT.match(said)
    if m is None or _STILL.search(said):
        return _NONE
    rest = said[m.end() :].strip()
    told = formula_first(rest, key)
    if told is not None:
        behind = told[1]
        shown = rest[: len(rest) - len(behind)] if behind else rest
        return (False, "") if right(shown) else (True, behind)
    read = formulas(rest, key.wanted.scope)
    if len(read) == 1 and read[0][0] <= 1 and any(s.ops for s in equations(read[0][1], key)):
        return True, ""  # 'not ||a||_2^2 = 1.0101'
    return _NONE


# ------------------------------------------------------------------------------------------ another value for the answer

_CLAIMS = re.compile(r"(?:\b(?:it|this|that|which|(?:the|my|our)\s+(?:\w+\s+)?(?:answer|result|total|count|solution|limit|update|minimi[sz]er|number|size))"
                     r"(?:\s+(?:would|should|must|will|ought to)\s+(?:then\s+)?be|\s+(?:then\s+)?(?:is|are|becomes|equals|reads)|['’]s)|(?:^|[,;]\s*)(?:so|hence|thus|therefore)"
                     r"|\b(?:can|may|could|might)\s+(?:(?:also|equivalently|simply|just|even|further|then)\s+)*(?:be\s+)?(?:\w+ly\s+)?(?:shortened|simplified|written|rewritten|reduced|condensed|abbreviated|"
                     r"expressed|stated|replaced)\s+(?:to|as|by|into|down to)|\bsimplif(?:ies|y)\s+(?:further\s+)?to|\bshortens?\s+to)\b[,:]?"
                     r"\s+(?:then|really|actually|in fact|rather|simply|just|thus)?\s*(?=\S)", re.I)
_OF_ANOTHER_LETTER = re.compile(r"\$?\s*\\?[A-Za-zα-ω]+(?:_\{?\w+\}?)?\s*=(?!=)")
_BUT_FOR = re.compile(r"\b(?:though|however|actually|instead|really|then|in (?:fact|general|total))\b", re.I)
_GIVEN = re.compile(r"\b(?:if|when|unless|at|near|as|another|different|unlike|compare\w*|whereas|instead of)\b|\bother (?!words)|\b(?:for|with)\b[^,;]*[=<>]", re.I)


def claims_another(said: str, key: Key, right: Callable[[str], bool]) -> bool:
    """'In general it is n^2', 'With a server it would be n': a later sentence gives the answer a value that is not the required one."""
    for m in _CLAIMS.finditer(said):
        rest = said[m.end() :].strip()
        if not rest or re.match(r"(?:a|A|I|not)\s", rest) or _GIVEN.search(_CLAUSES.split(said[: m.start()])[-1]) or _own_letter_given(said[: m.start()], key):
            continue
        if _OF_ANOTHER_LETTER.match(rest) and not _equates_the_asked(rest, key):
            continue  # 'that is phi = (1/3, 1/3, 1/3)'
        told = formula_first(rest, key)
        if told is None:
            end = _NEXT_CLAUSE.search(rest)
            told = formula_first(rest[: end.start()], key) if end is not None else None
        if told is None or (_BUT_FOR.sub("", told[1]).strip(" .,;!*)") and not _NEXT_CLAUSE.match(told[1])) or len(told[0].shape) != len(key.wanted.shape):
            continue
        shown = rest[: len(rest) - len(told[1])] if told[1] and rest.endswith(told[1]) else rest
        equals = lane(key).of_tree(told[0])
        if not equals and (equals is False or equal_to_required(told[0], key) is False) and not right(undelimited(shown)):
            return True
    return False


_CLAUSES = re.compile(r";|\.\s")
_LETTER_GIVEN = re.compile(r"\b(?:for|with|when|if|at|where)\b[^.;]{0,60}?\$?(?P<name>\\?[A-Za-z]+)\$?\s*=\s*[-−]?\d", re.I)


def _own_letter_given(before: str, key: Key) -> bool:
    """Whether words give a number to a letter of the text's own: what stands behind them is said of a special case that cannot be put in."""
    return any(not key.wanted.scope.writes(m["name"].lstrip("\\")) for m in _LETTER_GIVEN.finditer(before))


def _equates_the_asked(rest: str, key: Key) -> bool:
    """Whether an equation at the beginning of words is one for the unknown, or none of a letter."""
    told = [s for _, f in formulas(rest, key.wanted.scope)[:1] for s in equations(f, key)]
    return not told or any(t.terms[0].op not in ("sym", "new") or str(t.terms[0].data).partition("@")[0] == key.wanted.asked for t in told)


def equal_to_required(e: Expr, key: Key) -> bool | None:
    """Whether a value is that which is required; None where that cannot be seen, as where the text has letters of its own."""
    required = key.derivation.answer
    return None if required is None else equal(required, e, key)


# ------------------------------------------------------------------------------------------ growth, comparison

_GROWS = re.compile(r"\s*(?:(?:which|this|it|that)\s+(?:grows|scales|increases)\s+(?:like|as|with)"
    r"|(?:for|with)\s+(?:large|big|many)\s+(?:\$?[A-Za-z]\$?|workers),?\s+(?:this|that|it|which)\s+is\s+(?:about|roughly|nearly|almost))\s+", re.I)
_FOR_LARGE = re.compile(r"\s*(?:(?:for|as)\s+(?:large|big|growing|many)\s+\$?[A-Za-z]+\$?\s*(?:workers|parameters)?)?\s*")
_MORE = re.compile(r"\s*(?:(?:which|this|that|it)\s+)?(?:for\s+\$?(?P<name>[A-Za-z])\s*(?:>|≥|>=|\\ge|\\geq)\s*(?P<from>\d+)\$?\s+)?(?:(?:which|this|that|it)\s+)?(?:is|are)\s+"
    r"(?P<how>fewer|less|smaller|more|larger|bigger|greater)"
                   r"\s+than\s+(?:the\s+)?", re.I)
_OF_ANOTHER = re.compile(r"\s*(?:(?:messages|parameters|numbers)\s+)?(?:of|for|in|with|that)\s+[\w\s-]{3,40}")
_LARGE = Fraction(60)


def grows(said: str, key: Key) -> Checked:
    """'which grows like n^2'."""
    m = _GROWS.match(said)
    told = formula_first(_before_words(said[m.end() :]), key) if m is not None else None
    required = key.derivation.answer
    if told is None or required is None or required.shape or key.part.ask != "count":
        return _NONE
    behind = said[m.end() + len(_before_words(said[m.end() :])) :] if m is not None else ""
    if not _FOR_LARGE.fullmatch(behind):
        return _NONE
    names = sorted(E.symbols_in(told[0]) | E.symbols_in(required))
    try:
        return all(alike(told[0], required, n, names, lambda sizes: World({k: Fraction(v) for k, v in sizes.items()}, {})) for n in names), ""
    except (Undefined, NotEvaluable):
        return _NONE


def _before_words(text: str) -> str:
    """A text up to the first words behind its first formula."""
    m = re.search(r"\s(?:for|as|of|in|with|that|when|if)\s", text)
    return text[: m.start()] if m is not None else text


def compared(said: str, key: Key) -> Checked:
    """'which for n > 3 is fewer than the n(n-1) of all-to-all': true where the letters are large."""
    m = _MORE.match(said)
    required = key.derivation.answer
    if m is None or required is None or required.shape or key.part.ask != "count":
        return _NONE
    head = _before_words(said[m.end() :])
    told = formula_first(head, key)
    if told is None or not _OF_ANOTHER.fullmatch(said[m.end() + len(head) :].rstrip()):
        return _NONE
    sizes = [Fraction(int(m["from"]) + k) for k in (1, 2, 5)] if m["name"] else [_LARGE]
    names = E.symbols_in(told[0]) | E.symbols_in(required)
    try:
        for size in sizes:
            at = World({k: size if not m["name"] or k == m["name"] else size * 7 for k in names}, {})
            own, other = exact(required, at), exact(told[0], at)
            if not isinstance(own, Fraction) or not isinstance(other, Fraction):
                return _NONE
            if (own < other) is not (m["how"].lower() in ("fewer", "less", "smaller")) or own == other:
                return False, ""
    except (Undefined, NotEvaluable):
        return _NONE
    return True, ""


_FACTORS = {"halv": Fraction(1, 2), "doubl": Fraction(2), "tripl": Fraction(3), "negat": Fraction(-1), "flip": Fraction(-1), "leav": Fraction(1)}
_STEP = r"(?:it|everything|the (?:step|update|answer|result|solution|size|length|count|number|total|vector|limit)(?: size| length)?)"
_SCALES = re.compile(rf"\s*(?:and\s+)?(?P<op>halving|doubling|tripling|negating|flipping)\s+(?:the\s+)?\$?(?P<name>\\?[A-Za-zα-ω]+)\$?\s+"
    rf"(?P<does>halves|doubles|triples|negates|flips|leaves)\s+{_STEP}(?:\s+(?:unchanged|too|as well))?\W*", re.I)
_MAKES = re.compile(rf"\s*(?:so\s+|and\s+)?(?:a|the)\s+(?P<how>larger|smaller|bigger|higher|lower)\s+\$?(?P<name>\\?[A-Za-zα-ω]+)\$?\s+(?:makes|leaves)\s+{_STEP}\s+"
    rf"(?P<does>longer|shorter|larger|smaller|bigger)(?:\s+but\s+not\s+\w+)?\W*", re.I)
_LESS = frozenset("smaller lower shorter".split())


def scales(said: str, key: Key) -> Checked:
    """'Halving alpha halves the step', 'a larger alpha makes it longer'."""
    required = key.derivation.answer
    m = _SCALES.fullmatch(said) or _MAKES.fullmatch(said)
    if m is None or required is None:
        return _NONE
    read = equations(f"{m['name']} = 1", key) or equations(f"{m['name']} = 0 {m['name']}", key)
    name = str(read[0].terms[0].data) if read and read[0].terms[0].op == "sym" else ""
    exactly = "op" in m.re.groupindex
    by = next((v for w, v in _FACTORS.items() if m["op"].lower().startswith(w)), Fraction(0)) if exactly else Fraction(1, 2) if m["how"].lower() in _LESS else Fraction(2)
    seen = False
    for w in instances(key, {}):
        if name not in w.values:
            return _NONE
        before = w.values[name]
        after: Value = [x * by if isinstance(x, Fraction) else x for x in before] if isinstance(before, list) else before * by if isinstance(before, Fraction) else before
        try:
            old, new = flatten(exact(required, w)), flatten(exact(required, World({**w.values, name: after}, w.dims)))
        except (Undefined, NotEvaluable):
            continue
        if not all(isinstance(x, Fraction) for x in (*old, *new)):
            continue
        seen = True
        if exactly:
            factor = next(v for k, v in _FACTORS.items() if m["does"].lower().startswith(k))
            if any(y != factor * x for x, y in zip(old, new, strict=True)):
                return False, ""
        elif (sum(y * y for y in new) < sum(x * x for x in old)) is not (m["does"].lower() in _LESS):
            return False, ""
    return (True, "") if seen else _NONE


_DESCENT = re.compile(r"\b(?:gradient descent|SGD|GD|gradient step)\b[^.;=]{0,30}?\b(?:with|of|at)\s+(?:an?\s+|the\s+)?(?:constant\s+|fixed\s+)?"
                      r"(?:learning[- ]rate|step[- ]?(?:size|length)|rate)\s+(?:of\s+)?(?=\S)")


_NORMALISED = re.compile(r"\bnormali[sz]ed[\s*-]*\Z", re.I)
_NOT_PLAIN = re.compile(r"\bnot\b|n't\b|\b(?:unit|sign|clipped|projected|rescaled|preconditioned)[\s-]*(?=\Z|gradient|GD|SGD)", re.I)


def other_step(said: str, key: Key) -> bool:
    """'This is gradient descent with step size F': the answer is another multiple of the gradient than -F times it."""
    m = _DESCENT.search(said)
    required = key.derivation.answer
    gradient = next((E.sym(x.name, x.shape) for x in key.problem.symbols.values() if "gradient" in x.says and len(x.shape) == 1), None)
    if m is None or _NOT_PLAIN.search(said, max(0, m.start() - 30), m.start()) is not None or required is None or gradient is None or gradient.shape != required.shape:
        return False
    rest = said[m.end() :]
    named = re.match(r"\$?\s*\\?[A-Za-z]+\s*=\s*", rest)
    told = formula_first(("$" if named is not None and rest.startswith("$") else "") + rest[named.end() :] if named is not None else rest, key)
    if told is None or told[0].shape:
        return False
    supposed = re.match(r"\W*(?:and\s+|but\s+|note\s+that\s+)?(?:with|for|if|when|at)\s+\$?(?P<given>[^$,;]{1,20}=[^$,;]{1,20}?)\$?[\s,]", said, re.I)
    if supposed is not None:
        from derive.grading.asides.special_values import special_value

        step = said[m.end() : len(said) - len(told[1])].strip(" $")
        there, _ = special_value(f"for ${supposed['given']}$ it is $-({step}) {gradient.data}$", key)
        return there is False
    if _NORMALISED.search(said, 0, m.start()) is not None:
        return equal(required, E.neg(E.mul(told[0], E.div(gradient, E.norm(gradient, E.TWO)))), key) is False
    if equal(required, E.neg(E.mul(told[0], gradient)), key) is not False:
        return False
    return equal(E.mul(E.dot(required, gradient), gradient), E.mul(E.dot(gradient, gradient), required), key) is True
