r"""Answers told as the solution of a linear system: 'the x solving P x = -q', '$w$ is the solution of $(X^\top X + \lambda I) w = X^\top y$'.

The words and the system become the equation for the unknown that they say, where the matrix is invertible by the declarations
(derive.grading.letters.linear_systems). Where another equation gives the unknown, the system is about something on the way.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Wanted
from derive.grading.letters.determined import implied
from derive.grading.letters.linear_systems import System, own_letter, system_for
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES
from derive.maths.symbols import Scope
from derive.maths.write import latex, plain

MOST_TEXT = 4_000
_CUE = re.compile(
    r"solv|satisf|such that|for which|s\.t\.|solution\s(?:\S{1,12}\s)?(?:of|to)\s|system|equations|\b(?:the|unique|only|vector|point)\s+\S{1,12}\s+with\s|^\s*\S{1,12},?\s+(?:where|with)\s", re.I)
_LETTER = (r"(?:\\(?:hat|widehat|mathbf|boldsymbol|bm|vec)\s*)?\{?\s*(?P<name>\\?[A-Za-zα-ω]+\d?)\s*\}?"
           r"(?:\s*\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\*)?")
_NAME = (rf"(?:\$\s*{_LETTER.replace('<name>', '<name0>')}\s*\$|\\\(\s*{_LETTER.replace('<name>', '<name1>')}\s*\\\)"
         rf"|(?<![A-Za-z\\])(?!(?:the|its|an?|it|unique|only|is|and|so|that|which|solution)\b){_LETTER.replace('<name>', '<name2>')})")
_KIND = (r"(?:the\s+)?(?:(?:following|regulari[sz]ed|damped|ridge|weighted|generali[sz]ed|symmetric|positive[- ]definite|square|normal|linear|newton|optimality|stationarity|"
         r"first[- ]order)\s+)*(?:(?:system|equations?)\s*(?:of\s+(?:linear\s+)?equations\s*)?)?:?\s*")
_SOLUTION = r"(?:(?:the|its)\s+)?(?:unique\s+)?solution"
_SUBJECT = (r"(?:\b(?:the|its|this|our)\s+)?(?:(?:optimal|unique|only|least[- ]squares|best|ridge|newton|global|exact|fitted)\s+)*"
            r"(?P<noun>(?:minimi[sz]er|maximi[sz]er|minimum|maximum|optimum|solution|answer|weights|weight\s+vector|parameters|coefficients|vector|matrix|update|step|direction|point|estimate|estimator))")
_VERB = (rf"(?:(?P<solves>,?\s*(?:(?:that|which)\s+)?(?:uniquely\s+)?(?:solves?|solving|satisf(?:y|ies|ying))\s+)"
         rf"|(?P<is>\s*(?:,|(?:is|be|equals|being)\s+(?:(?:given\s+by|obtained\s+as|defined\s+as|found\s+as|then|just|simply)\s+)*|(?:=|given\s+by|as)\s*)?\s*{_SOLUTION}\s+(?:of|to)\s+)"
         rf"|(?P<by>\s*(?:is|are)\s+(?:(?:then|thus|hence)\s+)?(?:obtained|found|given|computed|determined|characteri[sz]ed)\s+by\s+(?:solving\s+|(?=(?:the\s+)?(?:[a-z-]+\s+){{0,3}}(?:system|equations)\b)))"
         rf"|(?P<with>,?\s*(?:such\s+that|with|for\s+which|so\s+that|s\.t\.|where)\s+))")
_TOLD = re.compile(rf"(?P<unique>\b(?:the\s+)?(?:unique\s+|only\s+)?(?:vector\s+|point\s+|matrix\s+)?)?(?:{_SUBJECT}|{_NAME})\s*(?:\\text\s*\{{\s*)?{_VERB}{_KIND}(?:\}}\s*)?", re.I)
_NAMELESS = re.compile(rf"\b(?:the|its)\s+(?:unique\s+)?solution\s+(?:{_NAME}\s+)?(?:of|to)\s+{_KIND}", re.I)
_ORDERED = re.compile(rf"\b(?:solve|solving)\s+{_KIND}", re.I)
_EQUATION = re.compile(r"\s*(?:(?P<open>\$\$?|\\\(|\\\[)(?P<inside>[^$]{3,300}?)(?:\$\$?|\\\)|\\\])|(?P<plain>[^$\n;]{3,300}))")
_END = re.compile(r",\s|\.\s|\.?\s*$|\s+(?:and|so|where|which|with|for|by|then|hence|thus|because|since|as|if|when|using|via)\s|\s\(?(?:[A-Za-z]{4,})\s")
_FOR = re.compile(rf"\s*for\s+{_NAME}", re.I)
_STARTS = re.compile(
    r"(?:^|[$,;:.(\n{&=]|\\\(|\\\[|\b(?:so|is|thus|hence|gives|and|then|get|therefore|have|obtain|answer|yields|or|minimi[sz]er|solution|update|takes?)"
    r"|⇒|\\Rightarrow|\\implies|→)\s*(?:the\s+)?$", re.I)
_HEAD = re.compile(r"(?P<name>\\?[A-Za-zα-ω]+\d?)\s*\}?(?:\s*\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\*)?\s*&?=(?!=)")


class Told(NamedTuple):
    """The text with its systems as equations for the unknown, and why one of them says nothing."""

    text: str
    doubt: str = ""


def with_systems_solved(text: str, wanted: Wanted, outputs: tuple[tuple[str, Expr], ...] = ()) -> Told:
    """The text with what it tells as the solution of a linear system. outputs: the names that are asked, where there are several."""
    if "=" not in text or len(text) > MOST_TEXT:
        return Told(text)
    if "where" in text or "with" in text or "solv" in text:
        text = _with_letters_told_apart(text, wanted)
    if not _CUE.search(text):
        return Told(text)
    doubt = ""
    for name, shape in [(n, e.shape) for n, e in outputs] or [(wanted.asked, wanted.shape)]:
        if name and shape and not wanted.label:
            text, said = _of_unknown(text, E.sym(name, shape), wanted.scope)
            doubt = doubt or said
    text = _of_own_letters(text, wanted.scope)
    return Told(text, doubt or _of_unread(text, wanted))


def _of_unread(text: str, wanted: Wanted) -> str:
    """Why an answer that is told by steps, 'solve $Ly = -q$ and $L^T x = y$', is not read: what is solved there is no answer."""
    for m in _ORDERED.finditer(text) if not _given_otherwise(text, _names(wanted.asked, wanted.scope)) else ():
        at = _EQUATION.match(text, m.end())
        if at is not None and at["inside"] and "=" in at["inside"]:
            try:
                for side in at["inside"].split("="):
                    readings(side, wanted.scope)
            except ReadError as err:
                if "not declared" in err.what:
                    return f"The answer is told by solving {at['inside'].strip()}, which is not read: {err.what}"
    return ""


class _Place(NamedTuple):
    """A system in a text: where its words begin and end, the letter that they name, and how it is written."""

    start: int
    end: int
    name: str
    inside: str
    delimited: bool
    said: str  # 'with' where the words only say that the equation holds, 'solved' where they say that it is solved
    unique: bool = False
    verb: str = ""


def _places(text: str) -> list[_Place]:
    """The systems of a text in order; none within another."""
    out: list[_Place] = []
    for pattern in (_TOLD, _NAMELESS, _ORDERED):
        for m in pattern.finditer(text):
            at = _EQUATION.match(text, m.end())
            if at is None or _DENIED.search(text[max(0, m.start() - 60) : m.end()]):
                continue
            inside, end = (at["inside"], at.end()) if at["inside"] else _clause(at["plain"], at.start("plain"))
            named, start = m, m.start()
            if pattern is _ORDERED:
                behind = _FOR.match(text, end)
                if behind is None:
                    continue
                named, end = behind, behind.end()
            name = next((n for k in range(3) if (n := named[f"name{k}"])), "")
            told = pattern is _TOLD
            noun = told and bool(m["noun"])
            if noun:
                start = m.end("noun")
            out.append(_Place(start, end, GREEK_CHARS.get(name, name.lstrip("\\")), _STARRED.sub("", inside), bool(at["open"]) or (pattern is not _ORDERED and "$" in m[0]),
                                  "with" if told and m["with"] else "solved", told and bool(m["unique"]), " is " if noun else ""))
    kept: list[_Place] = []
    for p in sorted(out, key=lambda p: p.said == "with"):
        if not any(p.start < q.end and q.start < p.end for q in kept):
            kept.append(p)
    return sorted(kept)


_STARRED = re.compile(r"(?<=[A-Za-z])\*(?=\s*(?:[=+)-]|$))")
_DENIED = re.compile(r"(?:\b(?:not|never|no|neither|cannot|wrong|mistake|claim|think)\b|n't\b)[^.;:$\n]*$", re.I)


def _of_unknown(text: str, unknown: Expr, scope: Scope) -> Told:
    names = _names(str(unknown.data), scope)
    found = [(p, s) for p in _places(text) if (not p.name or p.name in names) and (s := system_for(p.inside, unknown, scope)) is not None]
    rest = text
    for place, _ in reversed(found):
        rest = rest[: place.start] + " " + rest[place.end :]
    if not found or _given_otherwise(rest, names):
        return Told(text)
    solved = [(p, s.solution) for p, s in found if s.solution is not None and (p.said == "solved" or p.unique or not text[: p.start].strip(" $"))]
    if not solved:  # the x with A x = b: a constraint
        doubts = [_doubt(p.inside, s) for p, s in found if s.solution is None and p.said == "solved"]
        return Told(rest, doubts[0]) if doubts else Told(text)
    for place, solution in reversed(solved):
        text = _put(text, place, str(unknown.data), solution)
    return Told(text)


def _of_own_letters(text: str, scope: Scope) -> str:
    """The text with its own letters that words call the solution of a system: '$z$ solves $S z = e$' as $z = S^{-1} e$."""
    for place in reversed(_places(text)):
        own = place.name and place.said == "solved" and not (scope.writes(place.name) or scope.writes("\\" + place.name)) and place.name not in scope.dims and (
            len(place.name) == 1 or place.name in GREEK_NAMES)
        system = own_letter(place.inside, place.name, scope, {}) if own else None
        if system is not None and system.solution is not None:
            text = _put(text, place, place.name if len(place.name) == 1 else "\\" + place.name, system.solution)
        elif own and system is None and "$" not in text and implied(place.inside, scope, {}):
            text = text[: place.start] + (" where " if text[: place.start].rstrip().endswith(",") else "") + place.inside + text[place.end :]  # 'where tau solves sum_i (v_i - tau)_+ = 1'
    return text


def _put(text: str, place: _Place, name: str, solution: Expr) -> str:
    """The text with the equation that a place says."""
    bare = not place.delimited and "\\" not in place.inside and text[: place.start].count("$") % 2 == 0
    equation = f"{name} = {plain(solution) if bare else latex(solution)}"
    return text[: place.start] + place.verb + (f"${equation}$" if place.delimited else equation) + text[place.end :]


_SIDES = re.compile(r"(?:\$|\b(?:where|with|solves|solving)\s)(?P<equation>[^$=,;\n]{2,100}=[^$=,;\n]{1,150})(?=\$|[,;.\n]|$)")


def _with_letters_told_apart(text: str, wanted: Wanted) -> str:
    """'d = (alpha/2) u, where H u = -g' where u is another notation of d: here it is a letter of the text's own."""
    declared = wanted.scope.symbols.get(wanted.asked)
    if declared is None or not declared.shape or not [a for a in declared.aliases if len(a) == 1]:
        return text
    names = _names(wanted.asked, wanted.scope)
    given = _given(text, names)
    for m in _SIDES.finditer(text) if given else ():
        written = [n for n in names if re.search(rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])", m["equation"])]
        if len(written) != 1 or len(written[0]) > 1 or written[0] in given:
            continue
        system = system_for(m["equation"], E.sym(wanted.asked, wanted.shape), wanted.scope)
        fresh = next((c for c in "zsvtuwcdpr" if not wanted.scope.writes(c) and c not in wanted.scope.dims and re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None), "")
        if system is not None and fresh:
            return re.sub(rf"(?<![A-Za-z\\]){written[0]}(?![A-Za-z])", fresh, text)
    return text


def _names(name: str, scope: Scope) -> frozenset[str]:
    s = scope.symbols.get(name)
    return frozenset((name, *(GREEK_CHARS.get(a, a.lstrip("\\")) for a in s.aliases))) if s is not None else frozenset((name,))


def _clause(text: str, start: int) -> tuple[str, int]:
    """The equation at the beginning of a clause without delimiters, and where it ends."""
    at = text.find("=")
    m = _END.search(text, at + 1) if at >= 0 else None
    end = m.start() if m is not None else len(text)
    return text[:end].strip(), start + end


def _given_otherwise(text: str, names: frozenset[str]) -> bool:
    """Whether a text gives the unknown by an equation, or in a box."""
    return "boxed" in text or bool(_given(text, names))


def _given(text: str, names: frozenset[str]) -> set[str]:
    """The names of the unknown under which a text gives it by an equation."""
    return {n for m in _HEAD.finditer(text) if (n := GREEK_CHARS.get(m["name"], m["name"].lstrip("\\"))) in names and _STARTS.search(text[max(0, m.start() - 30) : m.start()])}


def doubted(j: Judgement, doubt: str) -> Judgement:
    """What is judged of a text beside whose system nothing right stands: it is open which solution is meant."""
    return Judgement(Verdict.UNDECIDED, doubt) if doubt and j.verdict is not Verdict.CORRECT else j


def _doubt(inside: str, system: System) -> str:
    return f"The answer is told as the solution of {inside.strip()}, and {system.doubt}: it does not say which solution is meant."
