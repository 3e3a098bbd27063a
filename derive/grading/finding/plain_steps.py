"""A derivation in plain text that names quantities step by step: 'Let S = sum |g_i|. Then r = alpha S/2. So u_i = -r sign(g_i).'

Steps are lines, sentences and clauses. What a later step says of a name holds where it corrects the earlier one, or where that only named a function
of the unknown ('t = ||u||'); two values of one name without a word of correction are not ours to choose between. Read only where the equation for the
unknown needs a name that the steps define.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.interpret import TAKEN_BACK
from derive.grading.finding.members import members
from derive.grading.finding.wanted import Alternative, Reply, Wanted
from derive.grading.letters.definitions import definitions
from derive.grading.letters.determined import implied
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.calls import CALLS
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.signs import GREEK_NAMES

MOST_TEXT = 2_000
_SENTENCE = re.compile(r"\n|[.;]\s+(?=[A-Za-z])")
_CLAUSE = re.compile(
    r",\s|:(?!=)|\b(?:so|where|with|gives?|giving|yields?|hence|thus|therefore|then|let|put|set|call|write|define|is\s+at|at|and|which|namely|i\.e\.|we\s+(?:get|find|have|obtain))\b|⇒|=>|→", re.I)
_EQUATION = re.compile(r"(?P<head>(?P<name>[A-Za-zα-ωΑ-Ω]\w{0,4}?)(?:_\{?[ijk]\}?|[ᵢⱼₖₗₘ])?)\s*:?=(?![=>])\s*(?P<value>[^=].*)\Z", re.S)
_CORRECTS = re.compile(r"\b(?:wait|no|oops|correction|correct|actually|sorry|mistake|wrong|rather|fix(?:ed)?|redo|again|minimi[sz]\w*|maximi[sz]\w*|optim\w+|derivative|stationar\w+|best)\b", re.I)
_CHOICE = re.compile(r"\b(?:or|either|if|unless|otherwise|not|isn't|instead|if only)\b", re.I)
_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,}")
_MATHS = frozenset((*CALLS, *GREEK_NAMES, "sum", "max", "min", "argmax", "argmin", "over", "times", "minus", "inf", "infty"))


_CODE = re.compile(r"\b(?:def|return|import|lambda|print|np|numpy|torch|math|jnp)\b|\w\[|\w @ \w|\w\.(?:T|sum|dot|mean|abs|max|min|shape)\b|\*\*|[-+*/]=")


class Step(NamedTuple):
    """An equation of a step; corrects: a word of its sentence says that it sets right, or finds the best."""

    name: str
    text: str
    corrects: bool


def steps_reply(text: str, wanted: Wanted) -> Reply | None:
    """The answer of a derivation in plain steps; None where a text is none."""
    if not wanted.asked or len(text) > MOST_TEXT or text.count("=") < 2 or any(c in text for c in "$\\`") or _CODE.search(text):
        return None
    steps = list(_steps(text, wanted))
    answers = [s for s in steps if _is_of(s.name, wanted)]
    own = {s.name for s in steps} - {s.name for s in answers}
    if not answers or not own or _CHOICE.search(text) or re.search(rf"(?<![A-Za-z]){re.escape(wanted.asked)}(?:_\{{?\d|[₀-₉])", text):
        return None  # an entry that is given by its number is no step
    answer = answers[-1].text
    behind = text[text.rfind(answer) + len(answer) :]
    if TAKEN_BACK.search(behind) or (_CORRECTS.search(behind) and "=" not in behind):
        return None
    if not any(_uses(answer, n) for n in own) or any(_uses(s.text, s.name) for s in steps):
        return None
    latest: dict[str, str] = {}
    for s in steps:
        if _is_of(s.name, wanted):
            continue
        before = _values(latest, wanted).get(s.name) if s.name in latest else None
        now = _values({**latest, s.name: s.text}, wanted).get(s.name)
        if now is None:
            continue
        if before is not None and not s.corrects and wanted.asked not in E.symbols_in(before) and not _same(before, now):
            return _twice(text, s.name)
        if before is None or wanted.asked not in E.symbols_in(now):
            latest[s.name] = s.text
    values = _values(latest, wanted)
    known = {n: v for n, v in values.items() if wanted.asked not in E.symbols_in(v)}
    if not any(_uses(answer, n) for n in known):
        return None
    try:
        found = readings(answer, wanted.scope, known)
    except ReadError:
        return None
    read = [i for r in found if (i := members(r, wanted, text)) is not None and i.members]
    if any(E.free_indices(m.expr) for i in read for m in i.members):
        return None  # 'where k = argmax_j ...' binds an index
    return Reply((Alternative(answer, tuple(read)),)) if read else None


def _steps(text: str, wanted: Wanted) -> Iterator[Step]:
    for sentence in _SENTENCE.split(text):
        corrects = _CORRECTS.search(sentence) is not None
        for part in _clauses(sentence):
            part = part.strip(" \t.,;")
            m = _EQUATION.match(part)
            if m is not None and all(w.lower() in _MATHS or w in wanted.scope.symbols for w in _WORD.findall(m["value"])):
                yield Step(m["name"], part, corrects)
            elif part.count("=") == 1 and not _WORD.search(part):
                for name in implied(part, wanted.scope, {}):
                    yield Step(name, part, corrects)


def _clauses(sentence: str) -> Iterator[str]:
    """The clauses of a sentence, cut at words and commas outside brackets."""
    start = 0
    for m in _CLAUSE.finditer(sentence):
        before = sentence[start : m.start()]
        if sum(before.count(c) for c in "([{") > sum(before.count(c) for c in ")]}"):
            continue
        yield before
        start = m.end()
    yield sentence[start:]


def _values(parts: dict[str, str], wanted: Wanted) -> dict[str, Expr]:
    """What definitions by name are worth together."""
    values = definitions(["", *parts.values()], wanted.scope)
    for name, part in parts.items():
        if name not in values:
            values |= {n: v for n, v in implied(part, wanted.scope, values).items() if n == name}
    return values


def _is_of(name: str, wanted: Wanted) -> bool:
    declared = wanted.scope.symbols.get(wanted.asked)
    return name == wanted.asked or (declared is not None and name in (*(a.lstrip("\\") for a in declared.aliases),)) or _GREEK.get(name) == wanted.asked


_GREEK = dict(zip("αβγδεζηθλμνξπρστφχψω", "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega".split(), strict=True))


def _uses(text: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z_]){re.escape(name)}(?![A-Za-z])", text.partition("=")[2]) is not None


def _same(a: Expr, b: Expr) -> bool:
    return a == b or (a.shape == b.shape and proved_equal(a, b))


def _twice(text: str, name: str) -> Reply:
    error = ReadError(text[:400], 0, f"'{name}' is given two values, and no word says which of them holds.", "one definition")
    return Reply((Alternative(text[:200], (), error),))
