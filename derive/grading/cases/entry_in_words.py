r"""Answers of which words say that one entry moves: 'only the coordinate k with the largest |g_k| moves, u_k = F'.

The words become the equations that they say: u_k = F, u_i = 0 for all i != k, where k = argmax_i |g_i|. What stands round them stays in the text.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths.symbols import Scope

MOST_TEXT = 1_500
_NOUN = r"(?:coordinates?|entr(?:y|ies)|components?|parameters?|indices|index|ones?|weights?|elements?)"
_SIZE = r"(?P<size{n}>\|\s*\\?[A-Za-z]+(?:_\{{?[a-z]\}}?|[ᵢⱼₖ])\s*\|)"
_MOST = r"(?P<most{n}>largest|greatest|biggest|maximal|maximum|smallest|least|minimal|minimum)"
_WHICH = (rf"(?:(?:with|having|of|for)\s+(?:the\s+|a\s+)?{_MOST.format(n=1)}\s+\$?{_SIZE.format(n=1)}\$?"
          rf"|(?:where|at\s+which|for\s+which|whose)\s+\$?{_SIZE.format(n=2)}\$?\s+is\s+(?:the\s+)?{_MOST.format(n=2)})")
_VERB = (r"(?:\s*,)?\s+(?:gets|receives|takes|moves|changes|steps|becomes|(?:is|are)\s+(?:moved|changed|updated|shifted|set|kept|used|touched)(?:\s+to)?"
         r"|(?:is|are)\s+(?:nonzero|non-zero)\s*,?\s+and\s+(?:it\s+)?(?:equals|is)|is|equals|has\s+the\s+value)"
         r"(?:\s*[,:])?(?:\s+(?:by|to))?\s+")
_VALUE = r"(?P<value>[^;:\n]{1,160}?)"
_REST = (r"(?:\s*[,;.]?\s*(?:and\s+|while\s+|with\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:others?|rest|remaining|everything\s+else|every\s+other)(?:\s+(?:ones?|" + _NOUN + r"))?"
         r"\s*(?:are|is|get|gets|stay|stays|remain|remains|become|receive|:)?\s*(?:all\s+)?(?:at\s+|to\s+|set\s+to\s+)?"
         r"(?P<zero>\$?0\$?|zero|unchanged|nothing|put|left\s+alone|untouched)(?=\s*(?:[.;]\s*$|[.;]?\n|$)))")
_TOLD = re.compile(rf"(?P<only>\bonly\s+)?\b(?:the\s+)?(?:single\s+|one\s+)?{_NOUN}(?:\s+\$?(?P<index>[a-z])\$?)?\s*,?\s+{_WHICH}{_VERB}{_VALUE}(?:{_REST}|(?=[.;]?\s*$|\.\s+[A-Z]|\n))", re.I)
_EXCEPT = re.compile(rf"\b(?:all|the)\s+(?:the\s+)?(?:other\s+)?{_NOUN}\s+(?:are|is)\s+(?P<zero>\$?0\$?|zero)\s*,?\s+(?:except|but|save)\s+(?:for\s+)?(?P<only>the\s+)"
                     rf"{_NOUN}(?:\s+\$?(?P<index>[a-z])\$?)?\s+"
                     rf"{_WHICH}\s*,?\s+(?:which|and\s+that\s+one|that)\s+(?:is|equals|gets|moves\s+by)\s+{_VALUE}(?=[.;]?\s*$|\.\s+[A-Z]|\n)", re.I)
_BUT_ONE = re.compile(rf"\b(?:all|every)\s+(?:the\s+)?(?:other\s+)?{_NOUN}(?:\s+of\s+\S{{1,10}})?\s+(?:are|is)\s+(?P<zero>\$?0\$?|zero)"
    r"\s*,?\s+(?:except|but|save)\s+(?:for\s+)?(?P<only>one)\s*[:,;.]?\s*"
                      rf"(?:namely\s+)?(?:at|in|for)\s+(?:the\s+)?{_NOUN}\s+\$?(?P<index>[a-z])\$?\s*,?\s+{_WHICH}"
    rf"\s*,?\s+(?:where\s+)?(?:we\s+have\s+|it\s+is\s+)?{_VALUE}(?=[.;]?\s*$|\.\s+[A-Z]|\n)", re.I)
_OTHERWISE = re.compile(r"\b(?:others?|rest|remaining|every|all|each|coordinates?|entr(?:y|ies)|components?|actually|wait|no|not|correction|instead|"
                        r"smallest|largest|except|but|unless|nothing|zero)\b|=", re.I)
_BEFORE = re.compile(r"\b(?:if|when|whenever|for|in|not|never|all|every|each|wrong|instead|unless|suppose|with|false|mistake\w*|wait|but|nearly|almost|first)\b|n't\b|=", re.I)
_WORDS = frozenset("sign sgn max min abs norm sqrt sum inf infinity np linalg".split())
_EVERYTHING_ELSE = re.compile(r"\b(?:everything\s+else|all\s+else)\s+(?:is\s+|are\s+|to\s+|stays\s+|at\s+)?(?:zero|0)(?!\w|\.\d)", re.I)
_INDEX = re.compile(r"_\{?([a-z])\}?|([ᵢⱼₖ])")
_LETTERS = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k"}
_SUBSCRIPTS = {v: k for k, v in _LETTERS.items()}
_LARGE = ("largest", "greatest", "biggest", "maximal", "maximum")


_CONSTANT = re.compile(
    r"(?<![A-Za-z\\_])(?P<d>\$?)(?P<x>\\?[A-Za-z]+)(?P=d)\s+is\s+(?:the\s+|a\s+)?(?:constant\s+)?vector\s+(?:whose\s+" + _NOUN + r"\s+are\s+all\s+|with\s+all\s+" + _NOUN
    + r"\s+|with\s+every\s+(?:entry|component|coordinate)\s+)(?:equal\s+(?:to\s+)?)?(?P<v>\$[^$=<>]{1,120}\$|[^$=<>,;\n]{1,80}?)(?=\s*[.,;]?\s*(?:$|\n)|[.;,]\s)", re.I)


def with_constant_vectors(text: str, scope: Scope) -> str:
    """'x is the vector whose entries are all F' as x_i = F, for a declared vector x."""

    def told(m: re.Match[str]) -> str:
        s = scope.symbols.get(m["x"].lstrip("\\"))
        if s is None or len(s.shape) != 1 or any(w not in _WORDS and w != "mean" and not scope.writes(w) for w in re.findall(r"(?<![\\A-Za-z])[A-Za-z]{3,}", m["v"])):
            return m[0]
        mark = m["d"] or m["v"][: m["v"].startswith("$")]
        return f"{mark}{m['x']}_i = {m['v'].strip('$')}{mark}"

    return _CONSTANT.sub(told, text) if " vector " in text and len(text) <= MOST_TEXT else text


_ONLY_ROW = re.compile(
    r"\b[Oo]nly\s+(?:the\s+)?(?P<what>row|column|block|coordinate|entry|component)\s+(?P<k>\$?[ijkm]\$?)(?:\s+of\s+\S{1,8})?\s+(?P<which>with\s+(?:the\s+)?(?:largest|smallest|biggest|maximal|greatest|least)\s+[^,;:.=]{1,40}?)\s+"
    r"(?:gets|receives|takes|is\s+given|has|makes)\s+(?:a\s+|an\s+)?(?:nonzero\s+|non-zero\s+)?(?:step|update|move|mass|value|entry)s?\s*[,:;]\s*(?P<said>\$[^$]{1,200}\$)\s*[,;.]\s*(?:and\s+)?"
    r"(?:all\s+)?(?:the\s+)?(?:other|remaining)\s+(?:rows|columns|blocks|coordinates|entries|components)(?:\s+of\s+\S{1,8})?\s+(?:are|stay|remain)\s+(?:\$?0\$?|zero)(?![.\d])")


def with_only_row(text: str) -> str:
    """'Only the row k with the largest norm gets a step: F, all other rows are 0' as 'F for the row k with the largest norm, all other rows are 0'."""
    plural = {"entry": "entries"}
    return _ONLY_ROW.sub(lambda m: f"{m['said']} for the {m['what']} {m['k']} {m['which']}, all other {plural.get(m['what'], m['what'] + 's')} are $0$", text) if "nly " in text else text


def with_entry_told(text: str, wanted: Wanted) -> str:
    """The text with what its words say of the one entry that is not zero as equations."""
    if len(wanted.shape) != 1 or not wanted.asked or len(text) > MOST_TEXT:
        return text
    text = _of_code(text, wanted) if "`" in text else _EVERYTHING_ELSE.sub("all other entries are 0", text)
    m = _TOLD.search(text) or _EXCEPT.search(text) or _BUT_ONE.search(text)
    if m is None or not (m["only"] or m["zero"]) or _BEFORE.search(text[: m.start()]) or _OTHERWISE.search(text[m.end() :]) or wanted.asked not in wanted.scope.symbols:
        return text
    size = m["size1"] or m["size2"]
    of = _INDEX.search(size)
    assert of is not None
    letter = of[1] or _LETTERS[of[2]]
    head, equals, value = m["value"].rpartition("=")
    named = _INDEX.search(head) if equals and not m["index"] else None  # 'the coordinate with the largest |g_i|: u_k = ...'
    index = m["index"] or (named[1] or _LETTERS[named[2]] if named is not None else None)
    if not equals:
        value = m["value"]
    elif not _is_entry(head, letter, index or letter, wanted):
        return text
    if re.search(r"[<>≤≥≠]", value) or any(w not in _WORDS and not wanted.scope.writes(w) for w in re.findall(r"(?<![\\A-Za-z])[A-Za-z]{3,}", value)):
        return text
    place = index if index and index != "i" else "k" if letter != "j" else "m"
    bound = "i" if place != "i" else "j"
    value = _at(value.strip(" ,$"), {letter, index or letter}, place)
    largest = "max" if (m["most1"] or m["most2"]).lower() in _LARGE else "min"
    name = wanted.asked if len(wanted.asked) == 1 else "\\" + wanted.asked
    told = f"{name}_{place} = {value}, {name}_{bound} = 0 for {bound} != {place}, where {place} = arg{largest}_{bound} {_at(size, {letter}, bound)}"
    if "\\" in value or "\\" in name or "$" in m[0]:
        told = f"${name}_{place} = {value},\\ {name}_{bound} = 0$ for ${bound} \\ne {place}$, where ${place} = \\arg\\{largest}_{bound} {_at(size, {letter}, bound)}$"
    return text[: m.start()] + told + text[m.end() :]


def _is_entry(head: str, letter: str, index: str, wanted: Wanted) -> bool:
    """Whether what stands left of '=' is the entry of the unknown at the place, and nothing else."""
    written = re.sub(r"[\s${}]", "", head)
    names = (wanted.asked, *wanted.scope.symbols[wanted.asked].aliases)
    plain = {re.sub(r"[\s{}]", "", n) for n in names}
    return any(written in (f"{n}_{k}", f"{n.lstrip(chr(92))}_{k}", f"({n})_{k}") or (k in _SUBSCRIPTS and written == n + _SUBSCRIPTS[k]) for n in plain for k in (letter, index))


_PLACED = re.compile(
    r"`(?P<place>(?P<k>[a-z]) = np\.arg(?:max|min)\([^`\n]{1,80}\))`(?P<between>[^`]{0,60})`(?P<name>\w+)\[(?P=k)\] = (?P<value>[^`\n=]{1,200})`"
    r"[\s,;.]*(?:and\s+)?(?:(?:everything|all)\s+else|(?:all\s+)?(?:the\s+)?(?:others?|rest)(?:\s+entries)?)\s+(?:(?:is|are|to|stays?|remains?|at)\s+)*(?:zero|`?0(?:\.0)?`?)(?!\w|\.\d)", re.I)
_STEPS = frozenset("set then and find let compute take with put so we".split())


def _of_code(text: str, wanted: Wanted) -> str:
    """'Find `k = np.argmax(np.abs(g))`, set `u[k] = F`, everything else zero' as the program that it tells."""
    m = _PLACED.search(text)
    if m is None or not _STEPS.issuperset(re.findall(r"[a-z]+", m["between"].lower())) or m["name"] not in (wanted.asked, "result", "update"):
        return text
    before = text[: m.start()].rstrip()
    if re.search(r"[`=]", before + text[m.end() :]) or _BEFORE.search(before) or _OTHERWISE.search(text[m.end() :]):
        return text
    lead = re.search(r"(?:[-*]\s*|\d[.)]\s*)?(?:find|let|take|compute|set)?$", before, re.I)
    assert lead is not None
    program = f"{m['place']}\n{m['name']} = np.zeros(n)\n{m['name']}[{m['k']}] = {m['value']}"
    return f"{before[: lead.start()].rstrip()}\n\n```python\n{program}\n```\n\n{text[m.end() :].lstrip(' .,;')}".strip()


def _at(formula: str, letters: set[str], place: str) -> str:
    """A formula of an entry with another letter for its index."""
    return _INDEX.sub(lambda m: f"_{place}" if (m[1] or _LETTERS[m[2]]) in letters else m[0], formula)
