r"""Order statistics in words: 'the median of the first 2h+1 numbers', 'the (h+1)-th smallest of z_1, ..., z_{2h+1}', 'the sum of the k smallest entries of c', as formulas.

The numbers must be told by their list, by how many of the first they are, as all entries of a declared vector, or by its name in the statement.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.letters.sorted_order import DOTS
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.write import plain
from derive.problem.model import Part, Problem

MOST_TEXT = 1_500
_MANY = r"[^(){}$,;<>≤≥=\n.]{1,16}?"
_LOW = r"[₀-₉ₐ-ₜᵢᵣᵤᵥₓⱼ₊₋]+"
_LIST = (rf"\$?\\?\{{?\s*(?P<name>\\?[A-Za-z])(?:_\{{?1\}}?|₁)\s*,\s*(?:(?P=name)(?:_\{{?2\}}?|₂)\s*,\s*)?{DOTS}\s*,\s*(?P=name)"
         rf"(?:_\{{(?P<braced>{_MANY})\}}|_(?P<bare>\w)|(?P<low>{_LOW}))\s*\\?\}}?\$?")
_COUNT = r"(?P<count>\$[^$]{1,14}\$|(?:\d*[a-z](?:[-+]\d)?|\(\d*[a-z](?:[-+]\d)?\)))"
_NTH = r"(?:\$?(?P<{0}>\([^()$]{{1,12}}\)|[A-Za-z]|\d)\$?\s*-?\s*(?:th|st|nd|rd))"
_WHICH = r"(?P<{0}>smallest|lowest|least|largest|greatest|highest|biggest)"
_STATISTICS = {
    "sum": "sum", "total": "sum", "product": "prod",
    "median": "median", "middle": "median", "mean": "mean", "average": "mean", "smallest": "min", "minimum": "min", "least": "min",
    "largest": "max", "maximum": "max", "greatest": "max"}
_LARGE = frozenset(("largest", "greatest", "highest", "biggest"))
_NEEDS = needs("sum total product median middle mean average smallest lowest least largest greatest highest biggest minimum maximum order")


_QUALIFIED = re.compile(r"\b(?!(?:is|are|be|at|the|of|times|half|twice|minus|plus|by|equals|namely|gives|take|choose|with|to|and|where|for|as|than|over|value|i|e|x)\b)[a-z]+\s+\Z", re.I)
_INTRODUCED = re.compile(r"\b(?:where|with|let|and|put|here)\s+\Z", re.I)
_NAMED = re.compile(r"_\s*\{?\([^()]{1,12}\)\}?\$?\s*(?:is|be|being|denotes?|for|=)?\s*\Z")


class _Numbers(NamedTuple):
    """The first entries of a declared vector: its name as it is written, and how many; all of them where that is empty."""

    name: str
    many: str


def with_order_words(text: str, problem: Problem, part: Part) -> str:
    """The text with the order statistics that it tells in words as formulas."""
    if len(text) > MOST_TEXT or _NEEDS.isdisjoint(stems(text)):
        return text
    nouns = _nouns(problem)
    words = "|".join(sorted(map(re.escape, nouns), key=len, reverse=True))
    of = (rf"\s+(?:of|among|out\s+of|in)\s+(?:(?:the|all|our)\s+)*(?:(?P<observed>observed|given|sample|sampled)\s+)?(?:(?:sorted|ordered)\s+)?"
          rf"(?:(?P<first>first\s+)?{_COUNT}\s+(?=(?:observed\s+|given\s+)?(?:{words})\b|\$?z))?"
          rf"(?:(?:observed|given)\s+)?(?:\$?(?P<direct>\\?[A-Za-z])(?:_\{{?[ijkl]\}}?|[ᵢⱼₖ])?\$?(?![\w(^'])|(?P<noun>{words})\b,?)?"
          rf"(?:\s+(?:of|in)\s+\$?(?P<whole>\\?[A-Za-z])\$?(?![A-Za-z_(^]))?\s*(?:{_LIST})?(?:\s+(?:in|when)\s+(?:sorted|increasing|ascending)(?:\s+order)?)?"
          r"(?=\s*(?:[,;.)\n]|\.\s|$|\s(?:and\s+(?:the|it)|which|because|since|so|i\.e\.)\b))")
    single = rf"(?:sample\s+|empirical\s+|arithmetic\s+)?(?P<what>geometric\s+mean|{'|'.join(_STATISTICS)})(?:\s+(?:one|value|number|entry|element))?"
    nth = rf"{_NTH.format('k')}[\s-]*{_WHICH.format('which')}(?:\s+(?:one|value|number|entry|element))?|{_NTH.format('j')}\s+order\s+statistic"
    two = rf"(?:mean|average|midpoint)\s+of\s+(?:the\s+)?{_NTH.format('k1')}(?:\s+smallest)?\s+and\s+(?:the\s+)?{_NTH.format('k2')}\s+"
    two += r"(?P<both>smallest|largest)(?:\s+(?:ones?|values?|numbers?|entr(?:y|ies)|elements?))?"
    some = rf"(?:sum|total)\s+of\s+(?:its\s+|the\s+)?\$?(?P<some>[A-Za-z]|\d)\$?\s+{_WHICH.format('of_which')}(?:\s+(?P<items>{words}))?"
    head = r"(?:(?<![^\s,;:.])(?P<head>\$?\\?[A-Za-z]{1,6}\$?)\s+(?:is|equals|=|be|denotes?|being)\s+|"
    head += r"(?:(?<=with\s)|(?<=where\s))(?P<own>\$?[A-Za-z]\$?)\s+(?=the\s))?"
    head += r"(?:(?P<same>\$?\\?[A-Za-z]_\{?\((?P<place>[^()]{1,12})\)\}?\$?),\s+(?:i\.e\.,?\s+)?)?(?:(?<![A-Za-z])(?:the|a)\s+)?"
    phrase = re.compile(rf"{head}(?<![A-Za-z])(?:{two}|{nth}|{single}|{some})(?:{of}|(?=\s*(?:[,;)\n]|\.?\s*$)))", re.I)

    def told(m: re.Match[str]) -> str:
        numbers = _numbers(m, nouns, problem, part)
        formula = "" if numbers is None else _formula(m, numbers, _vector(numbers.name, problem), "\\" in text or "$" in text)
        if not formula or (not m["same"] and _NAMED.search(text[: m.start()])) or (m["same"] and _bare(m["place"]) != _bare(m["k"] or "")):
            return m[0]
        if _GOES_ON.match(text, m.end()):
            return m[0]  # the median of $l_i$, $v_i$ and $u_i$
        said = (m["head"] or m["own"] or "").strip("$")
        remarked = text[: m.start()].endswith("(") and text[m.end() :].startswith(")")
        if not said and (remarked or _QUALIFIED.search(text[: m.start()])):
            return m[0]
        new = len(said.lstrip("\\")) == 1 and _INTRODUCED.search(text[: m.start()])
        own = f"{said} = {formula}" if said and (new or _known(said, problem)) else formula if not said else ""
        return m[0] if not own else f"${own}$" if "$" in text else own

    out = phrase.sub(told, text)
    return text if out == text and "med" not in text else _TAKE.sub("", _RETOLD.sub(lambda m: f"{m['median']} = {m['name']}_{{({_unbracketed(m['k'])}):{m['many']}}}", out))


def _unbracketed(k: str) -> str:
    return k[1:-1] if k.startswith("(") and k.endswith(")") else k


_GOES_ON = re.compile(r"\$?\s*(?:,\s*(?:and\s+)?|and\s+)\$?\\?[A-Za-z](?:_\{?\w|[^A-Za-z]|\$)")
_TAKE = re.compile(r"\A\s*(?:take|choose|use|pick)\s+(?=(?:median|mean|max|min|sum|prod|\(?[a-z]_\{\()\S*\()", re.I)
_RETOLD = re.compile(
    rf"(?P<median>\bmed(?:ian)?[({{](?P<name>[A-Za-z])_1,\s*(?:\.\.\.|…),\s*(?P=name)_\{{(?P<many>{_MANY})\}}[)}}]),?\s*(?:i\.e\.,?|that\s+is,?|namely|which\s+is)\s+(?:the\s+)?"
    rf"{_NTH.format('k')}\s+smallest(?:\s+of\s+(?:them|these|those)|\s+(?:one|number|of\s+these\s+numbers))?(?=[.\s]*\Z)")


def _known(name: str, problem: Problem) -> bool:
    return any(name in (s.name, "\\" + s.name, *s.aliases) for s in problem.symbols.values())


def _numbers(m: re.Match[str], nouns: dict[str, str], problem: Problem, part: Part) -> _Numbers | None:
    """The numbers that a phrase speaks of; None where it does not say which."""
    count = _bare((m["count"] or "").strip("$"))
    if m["name"]:
        last = m["braced"] or m["bare"] or "".join(_LOWERED.get(c, "") for c in m["low"] or "")
        listed = _vector(m["name"], problem)
        if listed is None or (count and count != _bare(last)):
            return None
        return _Numbers(m["name"], "" if _bare(last) == _bare(str(listed)) else last)
    name = m["whole"] or m["direct"] or nouns.get((m["noun"] or m["items"] or "").lower(), "")
    size = _vector(name, problem) if name else None
    if size is None:
        return None
    observed = _observed(name, part)
    if isinstance(size, int):  # of a fixed number of entries only some may be meant
        if m["whole"] or m["direct"]:
            return _Numbers(name, count) if m["first"] else _Numbers(name, "") if not count else None
        seen = m["observed"] or (m["noun"] or "").lower().startswith(("observ", "draw", "sampl"))
        many = count if m["first"] else observed if observed and seen and (not count or _bare(observed) == count) else ""
        return _Numbers(name, many) if many else None
    return _Numbers(name, count) if m["first"] else _Numbers(name, "") if not count or count == _bare(str(size)) else None


def _vector(name: str, problem: Problem) -> int | str | None:
    """The length of a declared vector."""
    s = next((s for s in problem.symbols.values() if name in (s.name, "\\" + s.name, *s.aliases)), None)
    return s.shape[0] if s is not None and len(s.shape) == 1 and s.kind == "value" else None


def _observed(name: str, part: Part) -> str:
    """How many of the entries of a vector are observed: the end of 'for i in 1..2*h+1'."""
    for d in part.model.observations if part.model is not None else ():
        if d.index is not None and name in E.symbols_in(d.what) and d.index[1] == E.ONE:
            return plain(d.index[2]).replace("·", "*")
    return ""


def _formula(m: re.Match[str], numbers: _Numbers, size: int | str | None, latex: bool) -> str:
    name, many = numbers
    whole = many or "n"

    def sorted_entry(k: str, large: bool) -> str:
        k = k.strip("$")
        k = k[1:-1] if k.startswith("(") and k.endswith(")") else k
        at = f"{whole}+1-({k})" if large else k
        return f"{name}_{{({at})}}" if not many else f"{name}_{{({at}):{many}}}"

    summed, dots = ("\\sum", "\\dots") if latex else ("sum", "...")
    if m["some"]:
        return "" if many else f"{summed}_{{l=1}}^{{{m['some']}}} {sorted_entry('l', m['of_which'].lower() in _LARGE)}"
    if m["k1"]:
        large = m["both"].lower() == "largest"
        return f"({sorted_entry(m['k1'], large)} + {sorted_entry(m['k2'], large)})/2"
    if m["k"] or m["j"]:
        return sorted_entry(m["k"] or m["j"], bool(m["k"]) and m["which"].lower() in _LARGE)
    if m["what"].lower().startswith("geometric"):
        prod, end = "\\prod" if latex else "prod", many or str(size)
        return f"({prod}_{{l=1}}^{{{end}}} {name}_l)^{{1/({end})}}"
    what = _STATISTICS[m["what"].lower()]
    called = f"\\operatorname{{{what}}}" if latex else what
    if what in ("sum", "prod") and many:
        return f"{summed if what == 'sum' else summed.replace('sum', 'prod')}_{{l=1}}^{{{many}}} {name}_l"
    return f"{called}({name}_1, {dots}, {name}_{{{many}}})" if many else f"{called}({name})"


def _nouns(problem: Problem) -> dict[str, str]:
    """What the statement calls its vectors, each with the name of the one that it calls so; general words where there is one vector only."""
    vectors = [s for s in problem.symbols.values() if s.kind == "value" and len(s.shape) == 1 and s.let is None]
    out: dict[str, str] = {}
    for s in vectors:
        for w in re.findall(r"[a-z]{3,}s\b", s.says.lower()):
            out[w] = "" if w in out else s.name
    if len(vectors) == 1:
        for w in ("numbers", "values", "points", "entries", "observations", "draws", "samples", "data", "components", "elements"):
            out.setdefault(w, vectors[0].name)
    for w in ("numbers", "values", "entries", "components", "elements"):
        out.setdefault(w, "")
    return out


_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-aehijklmnoprstuvx", strict=True))


def _bare(said: str) -> str:
    """A number of entries without what is only notation."""
    return re.sub(r"[\s{}$\\*()]|cdot", "", said)
