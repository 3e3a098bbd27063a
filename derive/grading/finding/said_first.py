"""Text without delimiters that says first what its letters are: 'Let r = b + A q. The minimum is r^T r/2', 'With τ fixed by Σ_i max(v_i − τ, 0) = 1, ...'.

What is said goes behind the formula that uses it: 'The minimum is r^T r/2, where r = b + A q'.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.finding.plain_steps import steps_reply
from derive.grading.finding.wanted import Wanted
from derive.grading.letters.definitions import definitions
from derive.grading.letters.determined import implied
from derive.maths.signs import GREEK_CHARS

_LETTER = r"[A-Za-zα-ω]"
_OPENERS = r"(?:let|with|put|set|write|define|denote|abbreviate)"
_SENTENCE_OPENS = re.compile(rf"(?:^|(?<=[.;:]\s)|(?<=\n))[ \t]*{_OPENERS}\s+(?={_LETTER})", re.I)
_LINE_OPENS = re.compile(_SENTENCE_OPENS.pattern + rf"|(?:^|(?<=\n))[ \t]*(?={_LETTER}{{1,8}}\s*:?=[^\n=]*\n)", re.I)
_DEFINED = re.compile(rf"(?P<name>\\?{_LETTER}{{1,8}})(?:_\{{?[ijk]\}}?|[ᵢⱼₖ])?\s*:?=(?![=>])\s*")
_NEXT = re.compile(rf"(?:,\s*|\s+)(?:and\s+|with\s+)?(?:also\s+)?(?={_LETTER}{{1,8}}(?:_\{{?[ijk]\}}?|[ᵢⱼₖ])?\s*:?=(?![=>]))")
_VALUE_ENDS = re.compile(
    r"\n|[.;:](?=\s|$)|,\s(?!\S+\s+(?:otherwise|else)\b)|\s\(=|\s(?:and|the|we|it|this|so|as|is|has|in|one)\b"
    r"|\s\(?(?!(?:if|sum|max|min|log|exp|sqrt|sign|diag|inv|over)\b)(?!(?:otherwise|else)\b)[A-Za-z]{3,}(?:\s|[.,;:)])")
# What makes another value of the one that is defined: 'Let H = A plus a multiple of I', 'Let H = A (times 2)'.
_MODIFIED = re.compile(r"[ \t]+(?:\((?!=)|(?:plus|minus|times|over|divided|approx\w*|about|for|if|when|where|without|except|halved|doubled|rounded|squared|only|capped|being|but|or"
                       r"|up\s+to|restricted|of)\b)", re.I)
# 'where τ is the one number for which Σ_i max(v_i − τ, 0) = 1', 'With τ fixed by ...'.
_DETERMINED = re.compile(
    rf"\b(?P<link>(?:where|with|and|let|choose|pick|take)\s+)(?P<name>{_LETTER})\s+(?:(?:is|be|being|as|to\s+be)\s+)?(?:(?:the|an?|that|one|unique|only|single|real|scalar)\s+)*"
    r"(?:(?:number|value|threshold|constant|level|shift|multiplier|scalar|root|solution|one)\s+)?"
    r"(?:for\s+which|such\s+that|so\s+that|with|solving|(?:(?:that|which)\s+)?(?:solves?|satisf(?:y|ies))|satisfying|of|(?:fixed|determined|defined)\s+(?:by|from|via)|chosen\s+(?:so|such)\s+that)"
    r"\s+(?=[^\n=]*=)", re.I)
# 't = 0 if c, otherwise the solution of F(t) = λ'.
_OTHERWISE = re.compile(
    rf"(?P<dollar>\$)?(?P<value>(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+|{_LETTER})\s*=\s*[^\s=,;$]{{1,20}})\s*\$?\s+if\s+\$?(?P<when>[^,;\n=$]{{3,60}}?)\$?,?\s+(?:and\s+)?(?:otherwise|else)\s+"
    r"(?:it\s+is\s+)?(?:the\s+)?(?:(?:unique|only|positive)\s+)*(?:solution|root)\s+(?:of|to)\s+\$?(?=[^\n=]*=)", re.I)
_SENTENCE_ENDS = re.compile(r"\n|\.(?=\s)")
# 'Let  and . The minimum': an opening whose definitions are gone.
_EMPTIED = re.compile(rf"(?P<begin>^|[.;:]\s|\n)[ \t]*{_OPENERS}\s+(?:(?:and|,)\s*)*(?:[.:;]\s*|\n)", re.I)
_OPENED = re.compile(rf"(?:^|[.;:]\s|\n)[ \t]*(?:{_OPENERS}\s+)?$", re.I)
_BEGINS = re.compile(r"(?:^|[.;:]\s|\n)[ \t]*$")


class _Said(NamedTuple):
    """What a text says of a letter, and where: all of it is taken out there."""

    start: int
    end: int
    name: str
    text: str


def behind_their_use(text: str, wanted: Wanted) -> str:
    """The text with what its openings say behind the last sentence that uses it."""
    by_cases = _solution_otherwise(text, wanted)
    opens = by_cases is not None and _OPENED.search(text[: by_cases.start]) is not None
    if by_cases is not None and not (opens and "$" not in text):
        text = text[: by_cases.start] + by_cases.text + text[by_cases.end :]
    if any(c in text for c in "$\\`"):
        return text
    text = _roots_named(text, wanted)
    said = [by_cases] if by_cases is not None and opens else _determined_first(text, wanted) or _defined_first(text, wanted)
    if not said or steps_reply(text, wanted) is not None:
        return text
    used = rf"(?<![a-z])(?:{'|'.join(re.escape(x.name) for x in said)})(?![a-z])"
    behind = said[-1].end
    stops = [m.start() for m in _SENTENCE_ENDS.finditer(text) if m.start() >= behind]
    using = [b for a, b in zip([behind, *stops], [*stops, len(text.rstrip().rstrip("."))], strict=True) if re.search(used, text[a:b])]
    if not using:
        return text
    out = text[: using[-1]] + ", where " + " and ".join(x.text for x in said) + text[using[-1] :]
    for x in reversed(said):
        out = out[: x.start] + out[x.end :]
    return _EMPTIED.sub(lambda m: m["begin"], out)


def _defined_first(text: str, wanted: Wanted) -> list[_Said]:
    """The definitions of the opening sentences; none where a letter has two, or one is not read."""
    said: list[_Said] = []
    for m in (_SENTENCE_OPENS if wanted.asked else _LINE_OPENS).finditer(text):
        at = m.end()
        while (d := _DEFINED.match(text, at)) is not None:
            end = _value_end(text, d.end())
            if d["name"] in wanted.scope.dims or d["name"] == wanted.asked or _MODIFIED.match(text, end):
                return []
            said.append(_Said(at, end, d["name"], text[at:end].strip()))
            following = _NEXT.match(text, end)
            at = following.end() if following is not None else len(text)
    if any(len(re.findall(rf"(?<![A-Za-z\\_]){re.escape(x.name)}\s*(?:_\{{?[ijk]\}}?|[ᵢⱼₖ])?\s*[-+*/:]?=(?![=>])", text)) > 1 for x in said):
        return []
    known = definitions(["", *(x.text for x in said)], wanted.scope)
    return said if all(GREEK_CHARS.get(x.name, x.name) in known or wanted.scope.writes(x.name) for x in said) else []


def _determined_first(text: str, wanted: Wanted) -> list[_Said]:
    """The equation by which an opening determines a letter."""
    for m in (*_DETERMINED.finditer(text), *_SENTENCE_OPENS.finditer(text)):
        name = m.groupdict().get("name")
        if (_BEGINS.search(text[: m.start()]) is None and name) or (not name and _DEFINED.match(text, m.end())):
            continue
        end = _value_end(text, m.end())
        equation = text[m.end() : end].strip()
        found = implied(equation, wanted.scope, {}) if "=" in equation else {}
        if found and (not name or GREEK_CHARS.get(name, name) in found):
            written = name or next((c for c, n in GREEK_CHARS.items() if n in found and c in equation), next(iter(found)))
            return [_Said(m.start(), end + len(text[end:]) - len(text[end:].lstrip(" ,:.")), written, equation)]
    return []


def _roots_named(text: str, wanted: Wanted) -> str:
    """'where τ is the number for which F(τ) = 1' as 'where F(τ) = 1', and the solution of an equation that a case gives under a letter of its own."""
    for m in reversed(list(_DETERMINED.finditer(text))):
        equation = text[m.end() : _value_end(text, m.end())].strip()
        if not _BEGINS.search(text[: m.start()]) and GREEK_CHARS.get(m["name"], m["name"]) in implied(equation, wanted.scope, {}):
            text = f"{text[: m.start()].rstrip(' ,')}, where {text[m.end() :]}"
    return text


def _solution_otherwise(text: str, wanted: Wanted) -> _Said | None:
    """'t = 0 if c, otherwise the solution of F(t) = λ' with the solution under a letter of its own: F(s) = λ and t = 0 if c, s otherwise."""
    m = _OTHERWISE.search(text) if "otherwise" in text or "else" in text else None
    if m is None or (m["dollar"] and "$" not in text[m.end() :]):
        return None
    end = text.index("$", m.end()) if m["dollar"] else _value_end(text, m.end())
    equation = text[m.end() : end].strip()
    name = m["name"]
    fresh = next((c for c in "shuwzyq" if not wanted.scope.writes(c) and c not in wanted.scope.dims and re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None), "")
    if not fresh or GREEK_CHARS.get(name, name.lstrip("\\")) not in implied(equation, wanted.scope, {}):
        return None
    own = re.sub(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", fresh, equation)
    if m["dollar"]:
        return _Said(m.start(), end, name, rf"${m['value']} \text{{ if }} {m['when']}, {fresh} \text{{ otherwise}}$, where ${own}")
    return _Said(m.start(), end, name, f"{own} and {m['value']} if {m['when']}, {fresh} otherwise")


def _value_end(text: str, start: int) -> int:
    """Where the value of a definition ends: at a stop, a comma or a word outside brackets."""
    for m in _VALUE_ENDS.finditer(text, start):
        inside = text[start : m.start()]
        if all(inside.count(a) == inside.count(b) for a, b in ("()", "[]", "{}")):
            return m.start()
    return len(text.rstrip().rstrip("."))
