"""'A or B' where each side is an answer: both stand; and 'not X, but Y', which is Y."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.candidates import SUPERSEDES
from derive.grading.finding.interpret import interpret
from derive.grading.finding.plain_text import bare, says_something
from derive.grading.finding.wanted import Alternative, Reply, Wanted
from derive.grading.text.segments import pieces
from derive.maths.calls import CALLS
from derive.maths.signs import GREEK_NAMES

_NOT_BUT = re.compile(r"\s*not\b(?:[^\n]|\n(?!\s*\n)){1,2000}?,\s*but\s+(?:rather\s+|instead\s+)?(.+)\Z", re.I | re.S)
_OR_BETWEEN = re.compile(r"\s(?:or|and also|either that or)\s", re.I)


_EITHER = re.compile(r"\s*either\s+", re.I)


def either(text: str, wanted: Wanted) -> Reply | None:
    """'A or B' where each side alone is read as an answer: both stand."""
    if len(text) > 800 or not _OR_BETWEEN.search(text) or SUPERSEDES.search(text):
        return None
    inside = [(p.start, p.start + len(p.text)) for p in pieces(text) if p.formula]
    for m in _OR_BETWEEN.finditer(text):
        if any(a <= m.start() < b for a, b in inside) or m.start() == 0:
            continue
        left, right = (_one_side(s, wanted) for s in (text[: m.start()], text[m.end() :]))
        if left is not None and right is not None and any(_answers(side, wanted) for side in (left, right)):
            return Reply((*left.alternatives, *right.alternatives))
        known = left if right is None else right
        lost = _lost_side(text[m.end() :] if right is None else text[: m.start()], wanted) if known is not None and _answers(known, wanted) else None
        if lost is not None:
            return Reply((lost,))
        if known is not None and _EITHER.match(text) and _answers(known, wanted):  # whatever the other side is, it stands too
            other = text[m.end() :] if right is None else _EITHER.sub("", text[: m.start()], count=1)
            return Reply((*known.alternatives, interpret(other, wanted, [other], text)))
    return None


def _lost_side(text: str, wanted: Wanted) -> Alternative | None:
    """A side of an 'or' that is one delimited formula which cannot be read: what stands beside it is not the whole answer."""
    formulas = [p for p in pieces(text.strip().rstrip(".")) if p.formula or p.text.strip()]
    if len(formulas) == 2 and formulas[0].formula and _CLAUSE.match(formulas[1].text):
        del formulas[1]
    if len(formulas) != 1 or not (formulas[0].formula or _PLAIN_FORMULA.fullmatch(formulas[0].text) or _PLAIN_PRODUCT.fullmatch(formulas[0].text)):
        return None
    found = interpret(formulas[0].text, wanted, [formulas[0].text], text)
    return found if found.error is not None else None


_ALL_PLACES = re.compile(r"\s*,?\s*for (?:all|every|each) \$?[ijkl]\$?$")
_CLAUSE = re.compile(r"\s*,?\s*(?:where|with)\b", re.I)
_PLAIN_FORMULA = re.compile(r"(?=[^=]*=|[^=]*\bdiag\()(?:[^A-Za-z]|(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])|(?<![A-Za-z])(?:alpha|beta|gamma|delta|eta|theta|lam|lambda|mu|"
                            r"diag|sqrt|norm|sign|sgn|sum|max|min|abs|exp|log)(?![A-Za-z]))+")

_PLAIN_PRODUCT = re.compile(r"\s*[-−]?(?:\d+\s*)?(?:[A-Za-z](?:\^\S{1,4}|_\w|')?(?:\s*[*/·]\s*|\s+)){1,6}[A-Za-z](?:\^\S{1,4}|_\w|')?\s*")


_A_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,}")
_OF_CHOICES = frozenset(("else", "otherwise", "inf"))


def _is_plain_formula(text: str, wanted: Wanted) -> bool:
    """Whether all words of a text without delimiters are names of mathematics, declared names, or those of a choice: 'f = v^2 if v < lam else 0'."""
    return not any(p.formula for p in pieces(text)) and all(w in CALLS or w in GREEK_NAMES or w in _OF_CHOICES or wanted.scope.writes(w) for w in _A_WORD.findall(text))


def sides(text: str) -> tuple[str, str] | None:
    """The sides of an 'or' that has a formula and nothing else on each side."""
    if len(text) > 800 or SUPERSEDES.search(text):
        return None
    inside = [(p.start, p.start + len(p.text)) for p in pieces(text) if p.formula]
    for m in _OR_BETWEEN.finditer(text):
        halves = text[: m.start()].strip(), text[m.end() :].strip().rstrip(".")
        if m.start() and not any(a <= m.start() < b for a, b in inside) and all(
                all(p.formula or not p.text.strip() for p in pieces(h)) or _PLAIN_FORMULA.fullmatch(h) for h in halves):
            return halves
    return None


def _answers(side: Reply, wanted: Wanted) -> bool:
    return all(a.fits(wanted) or a.kind == "asked" for a in side.alternatives)


_BESIDE_ONE_SIDE = re.compile(r"(?:for (?:all|every|each) \w|(?:(?:where|with)\s+)?\w{1,3}\s*(?:=|∈|\bin\b)\s*[^.;\n]{1,80})?")


def _one_side(text: str, wanted: Wanted) -> Reply | None:
    """A side of an 'or' that is a formula and nothing else."""
    s = _ALL_PLACES.sub("", text.strip().rstrip(".,;").strip())
    s = re.sub(r"^(?:maybe|perhaps|possibly|either|(?:equivalently|alternatively|equally|simply|just|better|written as|in other words)\b[,:]?)\s+", "", s, flags=re.I)
    while len(s) > 2 and s[0] == "`" and s[-1] == "`":
        s = s.strip("`").strip()
    found = bare(s, wanted)
    if found is None and "=" in s and _is_plain_formula(s, wanted):
        alternative = interpret(s, wanted, [s], s)
        found = Reply((alternative,)) if says_something(alternative) else None
    if found is None:
        formulas = [p for p in pieces(s) if p.formula]
        prose = "".join(p.text for p in pieces(s) if not p.formula).strip(" .,;\n")
        if len(formulas) != 1 or not _BESIDE_ONE_SIDE.fullmatch(prose):
            return None
        alternative = interpret(formulas[0].text, wanted, [formulas[0].text], s)
        found = Reply((alternative,)) if says_something(alternative) else None
    if found is None or not all(says_something(a) for a in found.alternatives):
        return None
    # What cannot be an answer is one side of an 'or' too, if it is a formula: "u = -x sign(g) or -x".
    return found if _answers(found, wanted) or all(
        (a.kind == "bare" or not wanted.asked) and (a.is_formula or all(m.expr.op == "sym" for i in a.interpretations for m in i.members)) for a in found.alternatives) else None


# '$F$ numbers are trained; the $G$ numbers of the fixed matrices do not count.': G is no second answer.
_NOT_COUNTED = re.compile(
    r"(?<=[^\s])\s*[;,.]\s+(?:(?:and|but|while|whereas)\s+)?(?:the\s+)?(?:(?:other|further|remaining)\s+)?\$[^$]{1,80}\$[^.;$\n]{0,80}?\b(?:(?:do\s+not|does\s+not|don't|doesn't)\s+count"
    r"|(?:is|are)\s+not\s+(?:counted|trained|included|asked(?:\s+for)?)|(?:are|stay|remain)\s+(?:frozen|fixed))\s*(?=[.;\n]|\Z)", re.I)


def without_rejected(text: str) -> str:
    """'Not X, but Y' as Y; the text without what it says is not counted."""
    rejected = _NOT_BUT.match(text)
    text = text if rejected is None else rejected.group(1)
    return text if text.count("$") < 4 else _NOT_COUNTED.sub(lambda m: "" if "$" in text[: m.start()] else m[0], text)
