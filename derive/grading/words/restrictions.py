"""Conditions that a text puts on its answer: 'for alpha = 1', 'assuming |g_i| <= 1', 'with 0 <= g_i <= b', 'if H is diagonal'.

A condition that holds on the whole declared domain is harmless; any other restricts the answer, which is asked without it. What is
a condition is told by where it stands: right behind the answer, before it in the same sentence, in a sentence of its own that assumes it,
or in one that says where the answer holds. A conditional with a consequence of its own ('for g = 0 this gives u = 0') is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Reply
from derive.grading.judging.holding import truths
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.grading.words.properties import property_said
from derive.grading.words.sentences import MATHS_NAMES, formula_places
from derive.maths import expr as E
from derive.maths.bigops import dimension_of
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import readings
from derive.maths.signs import GREEK_CHARS
from derive.maths.symbols import Scope

_SUPPOSES = (r"assum(?:e|ing|ed)|suppos(?:e|ing)|provided|given|granted|(?:as|so)\s+long\s+as|under\s+the\s+(?:assumption|condition|hypothesis|restriction)"
             r"|on\s+(?:the\s+)?condition|restricted\s+to|subject\s+to")
_MARK = re.compile(rf"(?<![A-Za-z\\])(?P<mark>(?P<supposes>{_SUPPOSES})|if|when(?:ever)?|for|with|where|in\s+(?:the\s+)?(?:special\s+)?case)(?![A-Za-z])"
                   r"(?:\s+(?:that|of|where|when|only|just|all|every|any|each|we\s+have|a|an|the)\b)*[\s:}]*", re.I)
_SUPPOSED = re.compile(rf"(?<![A-Za-z])(?:{_SUPPOSES})(?![A-Za-z])", re.I)
_NEEDS = needs("assume assuming assumed suppose supposing provided given granted long under condition restricted subject if when whenever for with where case")
_SIGN = re.compile(r"[<>=≤≥≠∈≪≫]|\\(?:leq?|geq?|lt|gt|neq?|leqslant|geqslant|in|ll|gg)(?![A-Za-z])")
_ORDER = re.compile(r"[<>≤≥≪≫]|\\(?:leq?|geq?|lt|gt|leqslant|geqslant|ll|gg)(?![A-Za-z])")
_AMONG = re.compile(r"∈|\\in(?![A-Za-z])")
_DELIMITED = re.compile(r"(?P<open>\$\$?|\\\(|\\\[)(?P<formula>[^$]{1,200}?)(?:\$\$?|\\\)|\\\])")
_PRODUCT = r"<[^<>=,;\n$]{1,40},[^<>=;\n$]{1,40}>"  # <a, g>
_PLAIN = re.compile(rf"(?:{_PRODUCT}|[^\n;$]){{1,120}}?(?=[;\n$]|,\s|[.!?](?:\s|$)|$)")
_UNDER = re.compile(r"_\s*\{[^{}]*\}")  # what an operator runs over, argmin_{m >= 0}, is no condition
_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
# What may stand between an answer and a condition on it.
_JOINS = re.compile(r"[\s,(—–:}*$\\)\]-]*(?:(?:and|but|which|this|that|it|formula|answer|result|expression)\s+)*(?:(?:is|are|was|only|just|at least|indeed|as|stated|exactly|true|correct|valid|"
                    r"valid|holds?|works?|applies|applicable|elementwise|exists?|defined)\s+)*[\s(]*", re.I)
_HOLDS = re.compile(r"\b(?:holds?|valid|applies|applicable|true|correct|works?|right)\s+(?:only\s+|just\s+|exactly\s+)?$", re.I)
_OWN_CLAUSE = re.compile(r"[\s,;:*]*(?:(?:here|also|moreover|finally|note that|recall that|throughout|now|and|but|so|then|we|i|let us|let's)\b[\s,:]*)*$", re.I)
_AWAY = "general|generally|wlog|w\\.l\\.o\\.g|without loss|example|instance|e\\.g|toy|check|moment|contradiction|were|not"
_LEADS_AWAY = re.compile(rf"\b(?:{_AWAY})\b", re.I)
_ON_THE_WAY = re.compile(rf"\b(?:otherwise|else|first|case|likewise|similarly|conversely|opposite|{_AWAY})\b", re.I)
_CONSEQUENCE = re.compile(r"[\s$)*]*(?:\s(?!(?:only|and|or|but|as|for|in|with|componentwise|element-?wise|entry-?wise|throughout|everywhere|always|alone|exactly)\b)[A-Za-z$]"
                          r"|,\s+(?:this|it|that|we|the|then|both|any|one|all|every|each|just|simply)\b)", re.I)
_CHARACTERS = 6_000


def restriction(text: str, reply: Reply, key: Key, supposed: bool = False) -> str:
    """The condition under which a text gives its answer, where it does not hold for all that is declared; empty where there is none.

    supposed: only what the text assumes ('Assume n = 1. ... So F'), and no case that it names.
    """
    if key.wanted.condition or len(text) > _CHARACTERS or (supposed and _SUPPOSED.search(text) is None):
        return ""
    standing = [a.text for a in reply.alternatives]
    by_cases = any(E.has(m.expr, "cases") for a in reply.alternatives for i in a.interpretations for m in i.members)
    places = [(a, b) for a, b, answers in formula_places(text, standing) if answers]
    if not places:
        return ""
    bare = (_bare_relation(standing, key) or _relation_behind(text, places, key)) if not (by_cases or supposed) else ""
    if bare or _NEEDS.isdisjoint(stems(text)):
        return bare
    for m in _MARK.finditer(text):
        if not ((by_cases or supposed) and m["supposes"] is None) and _is_about(text, m, places, by_cases):
            said = _condition(text, m.end(), key, defines=m["mark"].lower() in ("with", "where"))
            if said and not _consequence(text, m, said, places):
                return said
    return ""


_ONLY = re.compile(r"\bonly\s+(?=(?:for|if|when|where)\s+(?P<said>\$[^$]{1,80}\$|[^\s,;()]{1,20}\s*[<>≤≥≠]=?\s*[^\s,;()]{1,20}))", re.I)


def without_open_only(text: str, key: Key) -> str:
    """The text without the 'only' of 'finite only for y < 0' where that is so for all that is declared: it excludes nothing."""
    for m in reversed(list(_ONLY.finditer(text))) if "nly" in text else ():
        try:
            found = [c for s in readings(m["said"].strip("$ ."), key.wanted.scope)[0].statements for c in _relations(s, key)]
        except ReadError:
            continue
        if found and all(t for c in found for t in truths(c, key)):
            text = text[: m.start()] + text[m.end() :]
    return text


def _is_about(text: str, m: re.Match[str], places: list[tuple[int, int]], by_cases: bool) -> bool:
    """Whether a condition that stands at a place is one on the answer. by_cases: the answer itself has cases, of which 'otherwise' is the last."""
    away = _LEADS_AWAY if by_cases else _ON_THE_WAY
    start = max((e.end() for e in _END.finditer(text, 0, m.start())), default=0)
    stop = next((e.start() for e in _END.finditer(text, m.end())), len(text))
    if any(a < m.start() < b for a, b in places):
        return True
    before = max((b for a, b in places if b <= m.start()), default=-1)
    after = min((a for a, b in places if a >= m.end()), default=-1)
    lead = text[start : m.start()]
    if before >= start and (_JOINS.fullmatch(text, before, m.start()) or ((_HOLDS.search(lead) or m["supposes"]) and not away.search(text, before, m.start()))):
        return True
    if 0 <= after <= stop and _OWN_CLAUSE.fullmatch(lead) and not away.search(text, m.end(), after):
        return True
    if before >= 0 and before < start and (_HOLDS.search(lead) or (m["supposes"] and _OWN_CLAUSE.fullmatch(lead))):
        return not away.search(text, start, stop)
    following = next((e.start() for e in _END.finditer(text, stop + 1)), len(text))
    return bool(m["supposes"]) and 0 <= after <= following and _OWN_CLAUSE.fullmatch(lead) is not None and not away.search(text, start, after)


def _consequence(text: str, m: re.Match[str], said: str, places: list[tuple[int, int]]) -> bool:
    """Whether a condition behind the answer has a consequence of its own: '; for g = 0 this gives 0'."""
    at = text.find(said, m.end())
    end = at + len(said) if at >= 0 else m.end()
    behind = any(b <= m.start() for _, b in places) and not any(a >= m.end() for a, _ in places)
    return behind and m["supposes"] is None and _CONSEQUENCE.match(text, end) is not None


def _condition(text: str, at: int, key: Key, defines: bool) -> str:
    """The condition that begins at a place, if it does not hold everywhere, or may not and is not read. defines: an equation there says what a letter is."""
    delimited = _DELIMITED.match(text, at)
    if delimited is not None:
        said = delimited["formula"].strip()
        if _SIGN.search(said):
            return said if _restricts(said, key, True, defines) else ""
    plain = _PLAIN.match(text, at)
    said = _closed(plain[0]).strip() if plain is not None and delimited is None else ""
    if said and _SIGN.search(said):
        return said if any(_restricts(s, key, s == said, defines) for s in _shorter(said)) else ""
    clause = re.compile(r"[^\n;,.]{1,120}").match(text, at)
    return property_said(clause[0], key) if clause is not None else ""


def _closed(said: str) -> str:
    """A run of text up to a bracket that was opened before it."""
    level = 0
    for k, c in enumerate(said):
        level += (c in "([{") - (c in ")]}")
        if level < 0:
            return said[:k]
    return said


def _shorter(said: str) -> Iterator[str]:
    """A run of text, and what is left of it without its last words, while it holds a relation: the first that is read is meant."""
    words = said.split(" ")
    for k in range(len(words), 0, -1):
        head = " ".join(words[:k])
        found = list(_SIGN.finditer(head))
        if not found or not head[found[-1].end() :].strip():
            return
        yield head


def _restricts(said: str, key: Key, whole: bool, defines: bool) -> bool:
    scope = key.wanted.scope
    try:
        statements = readings(said, scope)[0].statements
    except ReadError:
        return whole and _order_of_declared(said, scope)
    return any(_fails(c, key) for s in statements if not (defines and "=" in s.ops) for c in _relations(s, key))


def _order_of_declared(said: str, scope: Scope) -> bool:
    """Whether a relation that is not read sets bounds to a declared quantity: '0 <= g_i <= b'."""
    said = _UNDER.sub("", re.sub(_PRODUCT, "⟨⟩", said))
    sign = _ORDER.search(said)
    if sign is None or any(w not in MATHS_NAMES for w in re.findall(r"[A-Za-z]{4,}", said[: sign.start()])):
        return False
    names = {n for n, s in scope.symbols.items() if s.kind == "value" and n != scope.asked} | set(scope.dims)
    aliases = {a.lstrip("\\"): n for n in names if n in scope.symbols for a in scope.symbols[n].aliases}
    written = {GREEK_CHARS.get(w, w) for w in re.findall(r"[A-Za-z]+|[α-ωΑ-Ω]", said)}
    return not written.isdisjoint(names | set(aliases))


def _relations(s: Statement, key: Key) -> Iterator[Expr]:
    """The relations of a statement between declared quantities alone, for every value of an index that is left free."""
    unknown = {key.wanted.asked, *key.wanted.unknowns, *key.wanted.iterates}
    for op, a, b in zip(s.ops, s.terms, s.terms[1:], strict=False):
        if key.part.ask == "limit" and _bounds_the_step(op, a, b, key):
            continue
        both = (*E.walk(a), *E.walk(b))
        names = E.symbols_in(a) | E.symbols_in(b)
        if any(x.op in ("new", "blank", "restate", "argopt") for x in both) or unknown & names or any("@" in n for n in names):
            continue
        if not names and not any(x.op == "dim" for x in both):
            continue
        try:
            relation = _among(a, b) if op == "in" else _compared(op, a, b) if op in _COMPARISONS else None
            free = sorted(E.free_indices(relation)) if relation is not None else []
            if relation is not None and len(free) == 1 and "(" not in free[0] and not relation.shape:
                yield E.comp(free[0], relation, dimension_of(relation, free[0], key.wanted.scope.size))
            elif relation is not None and not free:
                yield relation
        except E.ShapeError:
            continue


def _bounds_the_step(op: str, a: Expr, b: Expr, key: Key) -> bool:
    """Whether a relation keeps the step size of an iteration small, as its limit supposes: alpha < c."""
    step = key.problem.iteration.step if key.problem.iteration is not None else ""
    small = a if op in ("<", "<=") else b if op in (">", ">=") else None
    return bool(step) and small == E.sym(step)


_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def _compared(op: str, a: Expr, b: Expr) -> Expr | None:
    """A relation, entry by entry where one side is a number: g >= 0."""
    a, b = E.as_column(a), E.as_column(b)
    if a.shape != b.shape:
        if a.shape and b.shape:
            return None
        a, b = (a if a.shape else E.mul(a, E.ones(*b.shape))), (b if b.shape else E.mul(b, E.ones(*a.shape)))
    return E.rel(op, a, b)


def _among(x: Expr, y: Expr) -> Expr | None:
    """x in (a, b) or in {a, b}; of a vector, with every entry: x in [0, 1]^n."""
    power = y.op == "pow" and bool(x.shape)
    y = y.args[0] if power else y
    if y.op == "set" and y.args:
        said = [_compared("=", x, v) for v in y.args]
        return E.logic("or", *(r for r in said if r is not None)) if None not in said else None
    if y.op not in ("interval", "vec") or len(y.args) != 2 or (x.shape and not power):
        return None
    closed = y.data if y.op == "interval" else (power, power)
    low, high = _compared("<=" if closed[0] else "<", y.args[0], x), _compared("<=" if closed[1] else "<", x, y.args[1])
    return E.logic("and", low, high) if low is not None and high is not None else None


def _fails(condition: Expr, key: Key) -> bool:
    return any(t is False for t in truths(condition, key))


def _bare_relation(standing: list[str], key: Key) -> str:
    """A relation behind the answer in its own formula, without a word: 'd = -r sign(g), r < 1'."""
    for text in standing:
        if _ORDER.search(text) is None and _AMONG.search(text) is None:
            continue
        try:
            statements = readings(text, key.wanted.scope)[0].statements
        except ReadError:
            continue
        for k, s in enumerate(statements):
            if k and s.ops and "=" not in s.ops and any(_fails(c, key) for c in _relations(s, key)):
                return text[s.position :].strip()
    return ""


_BEHIND = re.compile(r"[\s$]{0,4}[,;(]\s{0,4}\$?(?P<relation>[^,.;\n$()]{2,60})")


def _relation_behind(text: str, places: list[tuple[int, int]], key: Key) -> str:
    """The same where it stands behind the formula that was read: 'u = -(a/2) g, a < 1'."""
    for _, end in places:
        m = _BEHIND.match(text, end)
        said = m["relation"].strip() if m is not None else ""
        plain = all(w in MATHS_NAMES or key.wanted.scope.writes(w) for w in re.findall(r"[A-Za-z]{3,}", said))
        if said and plain and (_ORDER.search(said) or _AMONG.search(said)) and _restricts(said, key, True, True):
            return said
    return ""
