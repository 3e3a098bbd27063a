r"""The optimal value that a text gives beside its minimiser: '$u = A, \qquad J(u^*) = F$', 'u = A with optimal value F', '$x = A$, attaining $F$'.

It is held against the derived value, and so is an equation about the unknown behind the answer, 'g^T u^* = F', against the derived
answer. What holds is no second answer and is left out; what does not makes a right answer undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.values import equal, equations, undelimited
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.grading.verdict import Judgement, Verdict, contradicted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.signs import GREEK_NAMES

MOST_TEXT = 3_000
_OPTIMAL = r"(?:optimal|optimum|minimal|minimum|maximal|maximum|least|smallest|largest|attained|achieved|resulting|corresponding)"
_OF = r"(?:\s+of\s+(?:the\s+|this\s+|our\s+)?(?:whole\s+|penali[sz]ed\s+)?(?:objective|problem|function|program))"
_VALUE = (rf"(?:(?:(?:an?|the|its|whose|and|for\s+an?)\s+)?{_OPTIMAL}\s+(?:(?:objective|function|loss|cost)\s+)?(?:value|objective|cost){_OF}?(?:\s+(?:attained|reached|achieved|obtained|taken))?"
          rf"(?:\s+(?:there|then|at\s+it|by\s+it|here))?|(?:the|its)\s+(?:minimum|maximum|optimum){_OF}(?=\s+(?:is|equals|=)))")
_SAID = re.compile(
    rf"(?P<lead>\s*[,;]?\s*\(?\s*(?:(?:and|with|at|for|whose|which\s+has|which\s+gives|giving|yielding|which\s+yields)\s+)?{_VALUE}\s*(?:(?:is|equals)\s+(?:then\s+|therefore\s+|thus\s+|hence\s+)?|being\s+|of\s+|=\s*|:\s*)?"
    rf"|\s*[,;]?\s*\(?\s*(?:(?:and|thereby|which|thus)\s+)?(?:attain(?:s|ing)|achiev(?:es|ing))\s+(?:(?:the\s+)?(?:{_OPTIMAL}\s+)?(?:objective\s+)?(?:value|minimum|maximum|optimum|bound)\s*(?:of\s+)?)?)"
    r"(?=[$\\(\[|‖√∑\w−-])", re.I)
_STAR = r"(?:\^\s*\{?\s*(?:\*|⋆|\\star|\\ast)\s*\}?|_\s*\{?\s*(?:\\?(?:text|mathrm|operatorname)\s*\{)?\\?(?:min|max|opt|\*)\}?\s*\}?|\*|⋆)"
_FUNCTION = r"(?:[JFfVEC]|\\mathcal\s*\{?\s*[A-Z]\s*\}?|\\(?:phi|ell|Phi))"
NAMED = re.compile(rf"\s*(?:(?P<name>{_FUNCTION}|[pdL])\s*{_STAR}|(?P<applied>{_FUNCTION}|L)\s*(?:\\left\s*)?\(\s*(?P<at>\\?[A-Za-z]+)\s*{_STAR}?\s*(?:\\right\s*)?\)"
                    rf"|\\?(?:min|max)(?![A-Za-z])(?:_\s*\{{?\s*(?P<over>\\?[A-Za-z]+)(?![A-Za-z]))?[^=]{{0,60}})\s*&?\Z")
_SEPARATOR = re.compile(r"(?:[,;]|\\q?quad|\\\\|\\text\s*\{\s*,?\s*(?:and|with|so|so that|where)\s*\}|\\(?:Rightarrow|implies)(?![A-Za-z])|\s|\\[,;:! ])+")
_AND = re.compile(r"\s*[,;]?\s*(?:and|with|so|so\s+that|hence|thus|then|giving|which\s+gives|for\s+which)?\s*", re.I)

Holds = Callable[[str, bool], bool | None]
_WORDS = re.compile(r"\b(?:value|attain|achiev|reached|obtained|objective)", re.I)
_CUE = re.compile(
    rf"(?:[|‖(]|\\top|\^\s*\{{?\s*T|ᵀ|ert)[^=$,;\n]{{1,40}}=(?!=)"
    rf"|(?:{_FUNCTION}|[pdL])\s*(?:{_STAR}|\()[^=$,;\n]{{0,12}}=(?!=)|\\?(?:min|max)[^=$,;\n]{{0,60}}=(?!=)", re.I)


class Held(NamedTuple):
    """The text without the values that hold, and the first that does not."""

    text: str
    false: str = ""


def with_values_held(text: str, key: Key) -> Held:
    """The text without the optimal value that it gives beside the point, and what it says of it that is false."""
    d = key.derivation
    of_value = d.kind == "expression" and not key.wanted.asked
    if key.part.choose and "best" in d.extra and "=" in text and len(text) <= MOST_TEXT:
        from derive.grading.beside.points_beside import with_points_held

        return with_points_held(text, key)
    if len(text) > MOST_TEXT or not (_WORDS.search(text) or ((of_value or text.count("=") > 1) and _CUE.search(text))):
        return Held(text)
    if of_value and d.value is not None and d.value == d.answer:
        from derive.grading.beside.points_beside import with_points_held

        return with_points_held(text, key)
    if d.kind != "point" or d.value is None or d.answer is None or not key.wanted.asked or d.outputs:
        return Held(text)
    text, false = _in_formulas(text, key, d.value)
    text, more = _in_words(text, key, d.value)
    return Held(text, false or more)


def held(j: Judgement, false: str) -> Judgement:
    """A right answer beside which a false value stands is undecided."""
    if not false or j.verdict is not Verdict.CORRECT:
        return j
    return contradicted(false.strip(), "The answer")


def _in_words(text: str, key: Key, value: Expr) -> Held:
    for m in reversed(list(_SAID.finditer(text))) if _SAID.search(text) else ():
        if not text[: m.start()].strip() or _DENIED.search(text[max(0, m.start() - 40) : m.start()]):
            continue
        told = _first_value(text, m.end(), key)
        if told is None:
            continue
        e, end = told
        same = equal(e, value, key)
        if same is None:
            continue
        opened = m["lead"].count("(") > m["lead"].count(")")
        close = re.match(r"\s*\)", text[end:]) if opened else None
        if opened and close is None:
            continue
        end += close.end() if close is not None else 0
        if not _ENDS.match(text, end):
            continue
        if not same:
            return Held(text[: m.start()] + text[end:], text[m.start() : end])
        text = text[: m.start()] + text[end:]
    return Held(text)


_DENIED = re.compile(r"\b(?:not|never|no|would|if)\b[^.;:$]*$", re.I)
_ENDS = re.compile(r"\s*(?:[.,;:!)]|$|\n|(?:and|which|so|where|with|at|for|when|since|because)\b)")


def _first_value(text: str, at: int, key: Key) -> tuple[Expr, int] | None:
    """The scalar that a text gives from a place on, and where it ends."""
    span = next(((a, b) for a, b in delimited(text) if a <= at + len(text[at:]) - len(text[at:].lstrip()) < b and a >= at), None)
    if span is not None and not text[at : span[0]].strip():
        e = _scalar(text[span[0] : span[1]], key)
        return None if e is None else (e, span[1])
    if "$" in text[at : at + 2] or any(a < at < b for a, b in delimited(text)):
        return None
    depth, end = 0, at
    for end in range(at, len(text) + 1):
        c = text[end : end + 1]
        depth += (c in ("(", "[")) - (c in (")", "]"))
        if c in ("", "\n", "$", ";") or depth < 0 or (not depth and c in ",." and not text[end + 1 : end + 2].strip()):
            break
    ends = [end, *(at + m.start() for m in reversed(list(re.finditer(r"\s+(?=[A-Za-z]{2,}\b)|\)\s*$", text[at:end]))))][:8]
    for stop_at in ends:
        e = _scalar(text[at:stop_at], key)
        if e is not None:
            return e, stop_at
    return None


def _scalar(text: str, key: Key) -> Expr | None:
    """The scalar in declared symbols that one formula, or the end of its chain, is."""
    found = equations(text, key)
    if not found and NAMED.match((head := text.lstrip("$ ").partition("="))[0]) is not None:  # 'the optimal value is $J(u) = F$'
        found = equations(head[2].rstrip("$ "), key)
    if len(found) != 1 or any(op != "=" for op in found[0].ops):
        return None
    e = found[0].terms[-1]
    return e if not e.shape and key.wanted.asked not in E.symbols_in(e) and not E.free_indices(e) and not any(E.has(e, op) for op in ("new", "blank", "restate")) else None


def _in_formulas(text: str, key: Key, value: Expr) -> Held:
    """Without 'J(u^*) = F' and 'g^T u^* = F' that stand behind the answer in its own formula, or in the next one."""
    return each_part(text, lambda said, behind: _is_value(said, key, value), lambda said, behind: _of_answer(said, key) if behind else None)


def each_part(text: str, value: Holds, claim: Holds) -> Held:
    """The text without the parts of its formulas that give the value, and the first part that does not hold.

    value, claim: whether a part holds, by what it says and whether it stands behind another; a claim about the answer stays where it is.
    """
    spans = delimited(text) or [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    false = ""
    for a, b in reversed(spans):
        parts = parts_of(text, a, b)
        before = max((d for _, d in spans if d <= a), default=-1)
        joined = before >= 0 and "=" in text[:before] and _AND.fullmatch(text[before:a]) is not None
        for k in range(len(parts) - 1, -1, -1):
            start, end = parts[k]
            said = text[start:end]
            alone = len(parts) == 1
            if "=" not in said or (alone and not joined) or not _ANOTHER.search(text[:start] + " " + text[end:]):
                continue
            same = value(said, k > 0 or joined)
            claimed = claim(said, k > 0 or joined) if same is None and not _EXAMPLE.search(text, text.rfind("\n", 0, start) + 1, start) else None
            false = said if False in (same, claimed) else false
            if same is None:
                continue
            cut = (before, b) if alone else (parts[k - 1][1], end) if k else (start, parts[1][0])
            text = text[: cut[0]] + text[cut[1] :]
            if not k:
                break
            parts = [*parts[:k], *((s - (cut[1] - cut[0]), e - (cut[1] - cut[0])) for s, e in parts[k + 1 :])]
    return Held(text, false)


_EXAMPLE = re.compile(r"\b(?:check|e\.g|example|instance|try|take|test|if|when)\b[^.\n]*?[A-Za-zα-ω]\s*=\s*[-−(\[]{0,2}\s*\d", re.I)
"""Numbers that are given to letters: what stands behind holds for these (derive.grading.asides.checked)."""
_ANOTHER = re.compile(r"=|[$\\].*\w")


_SPACES = (",", ";", ":", "!", " ")
_SPACE_COMMANDS = tuple("\\" + c for c in _SPACES)


def parts_of(text: str, a: int, b: int) -> list[tuple[int, int]]:
    """The parts of a formula between commas, quads and words, outside brackets."""
    inside = re.match(r"(?:\$\$?|\\\(|\\\[)?\s*", text[a:b])
    close = re.search(r"\s*(?:\$\$?|\\\)|\\\])?\Z", text[a:b])
    a, b = a + (inside.end() if inside else 0), a + (close.start() if close else b - a)
    out: list[tuple[int, int]] = []
    depth, start, i = 0, a, a
    while i < b:
        depth += (text[i] in "([{") - (text[i] in ")]}")
        m = _SEPARATOR.match(text, i, b) if depth == 0 and (text[i] in ",;\\") else None
        if m is not None and not m.group().isspace() and m.group() not in _SPACE_COMMANDS and re.search(r"[,;]|quad|text|\\\\|arrow|implies", m.group()):
            out.append((start, i))
            depth += m.group().count("{") - m.group().count("}")
            start = i = m.end()
            continue
        i += 2 if text[i] == "\\" and text[i + 1 : i + 2] in _SPACES else 1
    return [(s, e) for s, e in [*out, (start, b)] if text[s:e].strip()]


def _is_value(said: str, key: Key, value: Expr) -> bool | None:
    """Whether 'J(u^*) = F' gives the value; None where it names something else."""
    head, _, rest = said.partition("=")
    named = NAMED.match(undelimited(head))
    if named is None:
        return None
    letter = named["name"] or named["applied"] or ""
    bare = re.sub(r"\\mathcal\s*\{?\s*([A-Z])\s*\}?", r"\1", letter).lstrip("\\").strip()
    if letter and (key.wanted.scope.writes(bare) or key.wanted.scope.writes("\\" + bare) or bare in key.wanted.scope.dims):
        return None
    at = (named["at"] or "").lstrip("\\")
    over = (named["over"] or "").lstrip("\\")
    if (at and not _is_unknown(at, key)) or (over and not _is_unknown(over, key)):
        return None  # of another function, or over another letter: min_v g^T v = F
    told = [_of_point(t.strip(), key) for t in rest.split("=")]
    if None in told or key.wanted.asked in E.symbols_in(told[-1] or E.ZERO):
        return None
    seen = [equal(t, value, key) for t in told if t is not None]
    return False if False in seen else None if None in seen else True


def _of_answer(said: str, key: Key) -> bool | None:
    """Whether 'g^T u^* = F' holds of the required answer; None where it is no such equation."""
    found = equations(said, key)
    if len(found) != 1 or set(found[0].ops) != {"="}:
        return None
    s = found[0]
    asked = key.wanted.asked
    if asked not in E.symbols_in(s.terms[0]) or s.terms[0].shape or s.terms[0].op in ("sym", "at") or asked in E.symbols_in(s.terms[-1]) or any(
            E.free_indices(t) or E.has(t, "new") or E.has(t, "restate") for t in s.terms):
        return None
    seen = [equal(s.terms[0], t, key) for t in s.terms[1:]]
    return False if False in seen else None if None in seen else True


def _of_point(text: str, key: Key) -> Expr | None:
    """A scalar in declared symbols and the unknown."""
    found = equations(text, key)
    if len(found) != 1 or found[0].ops or found[0].terms[0].shape or E.free_indices(found[0].terms[0]):
        return None
    e = found[0].terms[0]
    return None if any(E.has(e, op) for op in ("new", "blank", "restate")) else e


def _is_unknown(name: str, key: Key) -> bool:
    declared = key.wanted.scope.symbols.get(key.wanted.asked)
    return declared is not None and (name == declared.name or name in {a.lstrip("\\") for a in declared.aliases} or (name in GREEK_NAMES and name == declared.name))
