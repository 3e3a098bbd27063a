"""One candidate formula -> its readings, with the definitions that the whole text makes."""

from __future__ import annotations

from dataclasses import replace

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.asked import step_from
from derive.grading.finding.changing_words import CHANGED_AFTER, CHANGED_IN_TAIL
from derive.grading.finding.members import members
from derive.grading.finding.next_iterates import gives_the_next
from derive.grading.finding.wanted import AS_CODE, Alternative, Interpretation, Member, Wanted
from derive.grading.letters.definitions import definitions, starred
from derive.grading.letters.described_sets import convex_weights, described_sets, zero_in_places
from derive.grading.letters.determined import (
    WEIGHTS_READ,
    closed_by_a_capital,
    closed_by_the_answer,
    equations_in,
    exponents_in_words,
    implied,
    positive_letters,
)
from derive.grading.letters.functions import own_functions, without_definitions
from derive.grading.letters.index_conditions import picked_by_condition
from derive.grading.letters.index_words import ABOUT_INDEX, index_in_words
from derive.grading.letters.range_letters import by_its_ranges
from derive.grading.text.cleaning import is_array_code, is_program
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.code import read_code
from derive.maths.expr import Expr
from derive.maths.read import Reading, readings
from derive.maths.sets import is_maximiser

_UNTIED = re.compile(
    r"\b(?:assum\w+|suppos\w+|provided|if|when|where|for)\b[^.;\n]{0,50}\b(?:is unique|are unique|unique(?: maximi[sz]er| maximum| largest)|no ties|without ties|(?:all )?distinct)\b", re.I)
_UNTIED_NEEDS = needs("unique ties distinct")
TAKEN_BACK = re.compile(r"\b(?:not|wrong|incorrect|false|mistake|isn't|no)\b", re.I)

MISFIT = "shapes do not fit"  # in the words of the reader, of a formula that is one but for its matrices
NO_EQUATION = "There is no equation for what is asked."


def interpret(text: str, wanted: Wanted, texts: list[str], prose: str) -> Alternative:
    """Read one candidate, with the definitions that the whole text makes in formulas and in words; once for all looks at one answer."""
    seen = wanted.scope.cache.get(OF_THIS_ANSWER)
    if not isinstance(seen, dict):
        return _interpreted(text, wanted, texts, prose)
    at = (text, tuple(texts), prose, id(wanted))
    found = seen.get(at)
    if found is None:
        found = seen[at] = _interpreted(text, wanted, texts, prose), wanted  # which is kept, so that its id stays its own
    out: Alternative = found[0]
    return out


_BELOW_AN_INDEX = "'_' cannot stand here"  # r_i of a vector r that the text defines, where r alone is an index
OF_THIS_ANSWER = "of this answer"
"""What is remembered while one answer is marked, and no longer: in the cache of its scope and of its key."""


def _interpreted(text: str, wanted: Wanted, texts: list[str], prose: str) -> Alternative:
    if is_program(text):
        coded = _of_code(text, wanted)
        if coded.error is None or "\n" in text or "operator" not in coded.error.what:
            return _also_as_typed(coded, text, wanted, prose)  # H^(-1) @ b on one line: a formula after all
    if "(" in text and _COMPARES.search(text) and is_array_code(text):  # a condition as a number: g * (abs(g) == m)
        coded = _of_code(text.strip(), wanted)
        if coded.error is None:
            return coded
    local: dict[str, Expr] = {}
    if _known_indices(wanted):
        local = index_in_words(prose, wanted.scope) | picked_by_condition(prose, wanted.scope, lambda: definitions([text, *texts], wanted.scope))
        if any("=" in t or "in" in t for t in (text, *texts)):
            local |= definitions([text, *texts], wanted.scope, indices_only=True)
    local |= starred([text, *texts], wanted.scope)
    functions = own_functions([text, *texts], wanted.scope, prose)
    if functions:
        local |= functions
        said, text = text, without_definitions(text, wanted.scope, frozenset(functions))
        if not re.search(r"[A-Za-z0-9]", text):
            return Alternative(said, (), ReadError(said, 0, "This says what a function is.", _expected(wanted)))
    capital = closed_by_a_capital(text, wanted, local, prose)
    try:
        found = capital or by_its_ranges(text, readings(text, wanted.scope, local), wanted, local)
    except ReadError as err:
        more = definitions([text, *texts], wanted.scope) if any(w in err.what for w in ("not declared", "index", MISFIT, _BELOW_AN_INDEX)) else {}
        others: list[str] = []
        if "not declared" in err.what and len(texts) < 30:
            others = [*(t for t in texts if t != text), *equations_in(text), *(m for t in texts if t != text for m in equations_in(t))]
            positive = positive_letters(prose)
            if len(texts) > 1 and implied(text, wanted.scope, more, positive):
                return Alternative(text, (Interpretation((), (), restated=True),))  # it says what a letter of another formula is
            more = {**exponents_in_words(prose, wanted.scope), **more}
            for other in dict.fromkeys(others):
                more = {**implied(other, wanted.scope, more, positive), **more}
            if more:  # t = max(s, 0), where an equation determines s
                more = definitions([text, *texts], wanted.scope, known=more)
        if "∈" in text or "\\in" in text or "|" in text:
            more = {n: e for n, e in more.items() if n not in zero_in_places(prose)}
            more |= described_sets([text, *texts], wanted.scope, more, prose)
            weighed = _of_every_weight(text, wanted, {**more, **local}, [text, *texts], prose)
            if weighed is not None:
                return weighed
        more = _at_places(more, local)
        shorter = ABOUT_INDEX.sub(" ", text) if local else text
        try:
            found = readings(shorter, wanted.scope, {**more, **local}) if more or shorter != text else []
        except ReadError as second:
            err, found = second, []
        if not found and (others or (wanted.normalised and "not declared" in err.what)):
            found = closed_by_the_answer(text, err, wanted, {**more, **local}, others, positive_letters(prose), prose)
        if not found:
            found = _ends_of_chain(text, err, wanted, {**more, **local})
        if not found:
            found = _without_tail(text, err, wanted, {**more, **local}) or _right_of_words(text, wanted, {**more, **local})
        if not found and is_array_code(text):
            coded = _of_code(text.strip(), wanted)
            return coded if coded.error is None else Alternative(text, (), err)
        if not found:
            return Alternative(text, (), err)
    if "[" in text and any(x.op == "slice" for r in found for st in r.statements for t in st.terms for x in E.walk(t)) and is_array_code(text):
        coded = _of_code(text.strip(), wanted)  # (s[k:]**2).sum(): arithmetic of a slice, which is code's
        if coded.error is None:
            return coded
    found = capital or [*found, *_products_first(text, wanted, local)]
    out = []
    if any(r.skipped for r in found):  # lines that use what later lines define
        more = definitions([text, *texts], wanted.scope)
        try:
            again = readings(text, wanted.scope, {**more, **local}) if more else []
        except ReadError:
            again = []
        found = again if again and not any(r.skipped for r in again) else found
    known = _known_indices(wanted)
    if not capital and any(E.has(t, "idx") and E.free_indices(t) - known for r in found for st in r.statements for t in st.terms):
        found = _with_defined_letters(text, found, wanted, local, texts)
    for reading in found:
        interpretation = members(reading, wanted, prose)
        if interpretation is not None:
            if not _UNTIED_NEEDS.isdisjoint(stems(prose)) and _UNTIED.search(prose):
                interpretation = replace(interpretation, untied=True)
            out.append(_without_unknown(interpretation, [text, *texts], wanted))
    if not out:
        return Alternative(text, (), ReadError(text, 0, NO_EQUATION, _expected(wanted)))
    return Alternative(text, tuple(out))


def _at_places(more: dict[str, Expr], local: dict[str, Expr]) -> dict[str, Expr]:
    """The values of letters in which an index stands of which the text says where it is: s = g_j/|g_j| where j is an index of a largest entry."""
    places = {E.idx(k): e for k, e in local.items() if e.op == "argopt"}
    return {n: E.replace(e, {i: places[i] for i in places if i.data in E.free_indices(e)}) for n, e in more.items()} if places else more


def _of_every_weight(text: str, wanted: Wanted, local: dict[str, Expr], texts: list[str], prose: str) -> Alternative | None:
    """'sum_{j in J} lambda_j g_j e_j' for all convex weights lambda: the points that it stands for, all of which must be right."""
    if not any("sum" in t or "∑" in t or "Σ" in t for t in (*texts, prose)):  # weights are said to sum to 1
        return None
    try:
        readings(text, wanted.scope, local)
        return None
    except ReadError as err:
        m = re.match(r"'(\w+)' is not declared", err.what)
    name = m.group(1) if m is not None else ""
    weights = convex_weights(name, " ; ".join((*texts, prose)), local, wanted.scope) if name else []
    try:
        found = [members(readings(text, wanted.scope, {**local, name: w})[0], wanted, prose) for w in weights]
    except ReadError:
        return None
    shown = [i for i in found if i is not None and i.members]
    if not shown or len(shown) < len(found):
        return None
    note = f"{name} {WEIGHTS_READ}: judged at equal ones, unequal ones and one alone"
    return Alternative(text, (replace(shown[0], members=tuple(x for i in shown for x in i.members), notes=(*shown[0].notes, note)),))


_COMPARES = re.compile(r"[<>]|==|!=")
_ENTRYWISE = re.compile(r"(?<![\w^])([A-Za-z]\w*)\s*\*\s*([A-Z]\w*)\s+([a-z]\w*)(?![\w(])")


def _products_first(text: str, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """'y*X w' in plain text also as y ⊙ (X w): the closer product first."""
    if "*" not in text or "\\" in text:
        return []

    def closer(m: re.Match[str]) -> str:
        shapes = [len(s.shape) if (s := wanted.scope.symbols.get(m.group(k))) is not None else -1 for k in (1, 2, 3)]
        return f"{m.group(1)}*({m.group(2)} {m.group(3)})" if shapes == [1, 2, 1] else m.group()

    other = _ENTRYWISE.sub(closer, text)
    try:
        found = readings(other, wanted.scope, local) if other != text else []
    except ReadError:
        return []
    return [replace(r, notes=(*r.notes, "the product without a sign is taken first: y*X w as y ⊙ (X w)")) for r in found]


_OF_A_NORM = re.compile(r"[|‖∥√]|ert|norm|length|magnitude|modulus|size|sqrt", re.I)


_ENTRY = re.compile(r"_\{?\d|[₀-₉]")


def _without_unknown(found: Interpretation, texts: list[str], wanted: Wanted) -> Interpretation:
    """'u = -||u|| sign(g) with ||u|| = (a/2) ||g||_1', 'u = (u_1, 2 u_1) with u_1 = 3': what the text says a function of the unknown to be, put in."""
    unknown = {wanted.asked, *wanted.unknowns} - {""}
    if not any(unknown & E.symbols_in(m.expr) for m in found.members):
        return found
    values: dict[Expr, Expr] = {}
    for text in dict.fromkeys(t for t in texts if "=" in t and (_OF_A_NORM.search(t) or _ENTRY.search(t))):
        try:
            said = [st for r in readings(text, wanted.scope)[:1] for st in r.statements]
        except ReadError:
            continue
        for st in said:
            left, right = st.terms[0], st.terms[-1]
            told = left.op == "norm" or (left.op == "at" and left.args[-1].op == "num")
            if told and st.ops and set(st.ops) == {"="} and unknown & E.symbols_in(left) and not unknown & E.symbols_in(right) and (
                    right.op not in ("new", "blank") and not right.shape):
                values.setdefault(left, right)
    put = tuple(replace(m, expr=E.replace(m.expr, values)) for m in found.members) if values else found.members
    return replace(found, members=put) if not any(unknown & E.symbols_in(m.expr) for m in put) else found


def _known_indices(wanted: Wanted) -> frozenset[str]:
    known = wanted.scope.cache.get("indices")
    if not isinstance(known, frozenset):
        known = wanted.scope.cache["indices"] = frozenset(n for n, s in wanted.scope.symbols.items() if s.kind == "index")
    return known


def _of_code(text: str, wanted: Wanted) -> Alternative:
    """What a program computes, as an answer."""
    try:
        value = read_code(text, wanted.scope)
    except ReadError as err:
        return Alternative(text, (), err)
    if wanted.asked in E.symbols_in(value) and not wanted.label:
        return Alternative(text, (Interpretation((), (), restated=True),))
    said = Member(value)
    return Alternative(text, (Interpretation((_step_of(said, wanted) if gives_the_next(text, wanted) else said,), (AS_CODE,), kind="asked"),))


def _step_of(m: Member, wanted: Wanted) -> Member:
    """What a program adds to the current iterate, where it gives the next one and the update is asked."""
    for name in () if wanted.asked in wanted.iterates else wanted.iterates:
        base = E.sym(name, m.expr.shape)
        if m.expr.op == "add" and any(t in (base, E.neg(base)) for t in m.expr.args):
            step = step_from(m, base)
            if name not in E.symbols_in(step.expr):
                return step
    return m


_ONLY_CODE = re.compile(r"\b(?:np|numpy|torch|jnp|math|for|def|lambda|return|import|while)\b|\[")


def _also_as_typed(coded: Alternative, text: str, wanted: Wanted, prose: str) -> Alternative:
    """Statements that are Python and plain text at once, 'w = inv(H)*b; v = b.T*w': a star between a matrix and a vector is tried as both take it."""
    if coded.error is not None or "*" not in text or _ONLY_CODE.search(text):
        return coded
    plain = _POWER.sub("^", "; ".join(line for line in text.split("\n") if line.strip()))
    try:
        found = readings(plain, wanted.scope, definitions([plain], wanted.scope))
    except ReadError:
        return coded
    typed = [i for r in found if (i := members(r, wanted, prose)) is not None and i.kind == "asked"]
    return replace(coded, interpretations=(*coded.interpretations, *typed))


_POWER = re.compile(r"\*\*")


def _with_defined_letters(text: str, found: list[Reading], wanted: Wanted, local: dict[str, Expr], texts: list[str]) -> list[Reading]:
    """u = -m sign(g) with m = ...: a letter that could be an index, but that the text defines."""
    more = {n: v for n, v in definitions([text, *texts], wanted.scope).items() if n not in local}
    more |= _maximisers([text, *texts], wanted, {n for r in found for st in r.statements for t in st.terms for n in E.free_indices(t)} - more.keys(), more)
    if not more:
        return found
    try:
        return readings(text, wanted.scope, {**more, **local})
    except ReadError:
        return found


def _maximisers(texts: list[str], wanted: Wanted, letters: set[str], local: dict[str, Expr]) -> dict[str, Expr]:
    """Index letters that a formula of the text says to be the declared maximiser: |g_j| = max_i |g_i|, or m with m = max_i |g_i|."""
    declared = [s.let for s in wanted.scope.symbols.values() if s.kind == "index" and s.let is not None and s.let.op == "argopt"]
    out: dict[str, Expr] = {}
    for text in dict.fromkeys(texts) if declared else ():
        try:
            said = [st for r in readings(text, wanted.scope, local)[:1] for st in r.statements]
        except ReadError:
            continue
        out |= {n: let for n in letters for let in declared for st in said if st.ops and is_maximiser(st, E.idx(n), let)}
    return out


def _expected(wanted: Wanted) -> str:
    return f"an equation for {wanted.asked}" if wanted.asked else "an expression"


_WORDS_ONLY = re.compile(r"(?:\s|\\?#|\\(?:text|mathrm|textbf|textit|operatorname)\{[^{}]{1,80}\}|[A-Za-z]{3,}\b|\(|\)|:|of\b|\*)+")


def _right_of_words(text: str, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """'number of messages = 2n', '#messages = 2n': the left side is a name in words."""
    head, equals, tail = text.partition("=")
    if not equals or not head.strip() or not _WORDS_ONLY.fullmatch(head) or wanted.asked in re.findall(r"[A-Za-z]+", head):
        return []
    try:
        return readings(tail, wanted.scope, local)
    except ReadError:
        return []


def _ends_of_chain(text: str, err: ReadError, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """'θ = (what cannot be read) = x': the ends of a chain for the unknown whose middle holds undeclared names."""
    if not ("not declared" in err.what or "undeclared" in err.what) or len(text) > 2000:
        return []
    if text.count("=") + len(_ARROW.findall(text)) < 2:
        return []
    level = 0
    cuts: list[int] = []
    for i, c in enumerate(text):
        level += (c in "([{") - (c in ")]}")
        if not level and c in ",;" and cuts and text[i - 1 : i] != "\\":
            return []
        if not level and (c == "=" or _ARROW.match(text, i)) and text[i - 1 : i] not in ("<", ">", "!", ":"):
            cuts.append(i)
    if len(cuts) < 2 or not cuts[0] < err.position < cuts[-1]:
        return []
    if re.search(r"(?<![\\A-Za-z{])[A-Za-z]{3,}\s+[A-Za-z]", text[cuts[0] : cuts[-1]]):  # words: not one chain
        return []
    tail = re.sub(r"^(?:=|→|\\(?:to|longrightarrow)(?![A-Za-z]))", "", text[cuts[-1] :])
    try:
        found = readings(f"{text[: cuts[0]]} = {tail}", wanted.scope, local)
    except ReadError:
        return []
    if not wanted.asked or any(wanted.asked not in E.symbols_in(r.statements[0].terms[0]) and not str(r.statements[0].terms[0].data).startswith(wanted.asked) for r in found):
        return []
    return [replace(r, notes=(*r.notes, "the middle of the chain holds undeclared names and is not checked")) for r in found]


_ARROW = re.compile(r"→|\\(?:to|longrightarrow)(?![A-Za-z])")
_OPERATOR_WORDS = frozenset(["plus", "minus", "times", "over", "divided", "multiplied", "squared", "cubed", "or", "and", "not", "if", "else", "unless", "when", "except", "import", "mod"])


_DENIED = re.compile(
    r"\b(?:normali[sz]ed|clipped|squared|twice|double|half|thrice|times|both|direction|per|wrong|incorrect|not|false|no|never|mistake|import|exec|eval|lambda|system|or|"
    r"bits?|bytes?|[KMG]B)\b|__|(?<![A-Za-z_])[0-9]|[*/+]", re.I)


_WORD = re.compile(r"[A-Za-z]{3,}")


def _without_tail(text: str, err: ReadError, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """The formula that stands before prose: units, remarks in brackets, a sentence."""
    if err.text != text or err.position <= 0 or "=" in text[err.position :]:
        return []
    m = _WORD.match(text, err.position)
    if m is None:
        return []
    symbols = {n for n in (*wanted.scope.symbols, *wanted.scope.dims) if len(n) <= 2 and n not in ("a", "I")}
    if any(w in symbols or (len(w) <= 3 and set(w) <= symbols) for w in re.findall(r"[A-Za-z]+", text[err.position :])):
        return []  # more mathematics follows: what stands before it is not the whole answer
    if m.group().lower() in _OPERATOR_WORDS or text[err.position - 1] == "\\" or _DENIED.search(text[err.position :]) or TAKEN_BACK.search(text[max(0, err.position - 25) : err.position]):
        return []
    if CHANGED_AFTER.search(text, max(0, err.position - 4)) or CHANGED_IN_TAIL.search(text, max(0, text.rfind(" ", 0, max(0, err.position - 10)))):
        return []
    if re.search(r"\bof\s+(?:the\s+)?$", text[: err.position]):
        return []  # '1/n of the parameters'
    head = text[: err.position].rstrip()
    last = re.search(r"([A-Za-z]+)\W*$", head)
    if last is not None and last.group(1).lower() in ("if", "else", "unless", "when", "or", "not", "except", "import"):
        return []
    opened = max(head.rfind("("), head.rfind("["))
    if opened > 0 and head[opened + 1 :].strip() == "":
        head = head[:opened].rstrip()
    elif not re.search(r"(?:[,;.:]|\s)$", text[: err.position]):
        return []
    if not head or head[-1] in "+-*/=^(":
        return []
    try:
        found = readings(head, wanted.scope, local)
    except ReadError:
        return []
    note = f"the words after '{head[-20:]}' are not read"
    return [replace(r, notes=(*r.notes, note)) for r in found]
