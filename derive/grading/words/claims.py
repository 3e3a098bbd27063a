"""What a text says is done with the entries, held against the equation that it gives for them.

'If |v_i| <= r the entry is kept: x_i = v_i', 'Negative entries are set to zero: x = max(v, 0)', 'Every entry is divided by 1 + lambda: x = v/(1 + lambda)'.
The entry that goes in is that of the one declared vector beside the unknown. A claim that holds is read, and no word beside the answer; one that does
not contradicts the equation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.judging.holding import truths
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.grading.words.all_entries import ENTRY, said_of_all
from derive.maths import expr as E
from derive.maths.bigops import dimension_of
from derive.maths.expr import Expr
from derive.maths.read import readings

_EXACT: dict[str, Callable[[Expr], Expr]] = {
    "kept": lambda x: x,
    "zero": lambda x: E.mul(E.ZERO, x),
    "doubled": lambda x: E.mul(E.TWO, x),
    "halved": lambda x: E.div(x, E.TWO),
    "tripled": lambda x: E.mul(E.num(3), x),
    "negated": E.neg,
    "squared": lambda x: E.power(x, E.TWO),
}
_WORDS = {
    "kept": r"kept|unchanged|untouched|retained|preserved|left (?:alone|as (?:it is|they are)|unchanged|untouched)|(?:stays?|remains?) (?:as (?:it is|they are)|put|the same)",
    "zero": r"zeroed(?: out)?|(?:set|sent|mapped|put|cut) to (?:zero|0|\$0\$)|(?:becomes? |is |are )(?:zero|0|\$0\$)|dropped|removed|killed|deleted|discarded|eliminated|vanish(?:es)?",
    "doubled": r"doubled", "halved": r"halved", "tripled": r"tripled", "negated": r"negated|flipped|reversed", "squared": r"squared",
    "smaller": r"reduced|shrunk(?:en)?|lowered|decreased|diminished", "larger": r"raised|increased|enlarged",
    "times": r"multiplied by|scaled by", "over": r"divided by",
}
_OP = "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items())
_SUBJECT = rf"(?:(?:the|each|every|all|any|such|these|those|this)\s+)*(?:(?:(?P<kind>negative|positive|non-?negative)\s+)?(?P<entry>{ENTRY})|(?P<those>negatives|positives)|(?P<it>it|they))"
_CLAIM = re.compile(
    rf"(?:\b(?:if|when(?:ever)?|for|where)\s+(?P<condition>[^.;:\n]{{1,80}}?)\s*,?\s+(?:then\s+)?)?(?<![A-Za-z]){_SUBJECT}\s+"
    rf"(?:(?:is|are|gets?|will be|be)\s+)?(?:(?:simply|just|then|all|also|always)\s+)*(?:{_OP})(?![A-Za-z])", re.I)
_NEEDS = needs("entry entries component coordinate element ones negatives positives it they")
_ANSWER_CHANGED = re.compile(r"\b(?:answer|solution|minimi[sz]er|maximi[sz]er|result|estimat(?:e|or)|update)\s+(?:is|gets|was|has been|must be|should be)\s+(?:then\s+|simply\s+|just\s+)?"
                             r"(?P<op>doubled|halved|tripled|quadrupled|negated|squared|inverted|transposed|flipped|reversed)\b(?![^.;\n]{0,40}\b(?:if|when)\b)", re.I)
_ARGUMENT = re.compile(r"\s*(?:\$(?P<tex>[^$]{1,60})\$|(?P<plain>[^:,;.$\n]{1,60}))")
_TO_EQUATION = re.compile(r"(?:\s+(?:by|to|towards|in|of|with|from)\s+(?:\$[^$]{1,60}\$|[^:,;.$=\n]{1,40}))?\s*[:,–—]?\s*(?:so|hence|i\.e\.|that is|giving|thus|and)?,?\s*")
_EQUATION = re.compile(r"\$(?P<tex>[^$]{3,250})\$|(?P<plain>[^\s$][^$;\n]{2,200})")
_MOST = 4_000


class Heard(NamedTuple):
    """The words that contradict an equation, and the text without those that agree with it."""

    against: str
    rest: str


def heard_claims(text: str, answer: Expr | None, key: Key) -> Heard:
    """Hold what a text says of its entries against its equations. answer: the whole answer, of which the words behind it speak."""
    if len(key.wanted.shape) != 1 or len(text) > _MOST:
        return Heard("", text)
    changed = _ANSWER_CHANGED.search(text)
    if changed is not None:
        return Heard(changed[0], text)
    if answer is not None and (said := said_of_all(text, answer, key)):
        return Heard(said, text)
    if _NEEDS.isdisjoint(stems(text)):
        return Heard("", text)
    rest: list[str] = []
    place = 0
    for m in _CLAIM.finditer(text):
        condition = m["condition"]
        if not condition and (m["it"] or not _opens(text[: m.start()])):
            continue
        if _NEGATED.search(text, max(0, m.start() - 12), m.end()):
            continue
        kind = next(k for k in _WORDS if m[k])
        argument = _ARGUMENT.match(text, m.end()) if kind in ("times", "over") else None
        given = _given(text, argument.end() if argument is not None else m.end(), key)
        if given is None and (m["kind"] or m["those"] or (m["entry"] and not condition)):
            given = answer
        holds = _holds(kind, (argument["tex"] or argument["plain"]) if argument is not None else "", given, m, key) if given is not None else None
        if holds is False:
            return Heard(m[0], text)
        if holds:
            start = m.start() if not condition else m.end("condition") + (text[m.end("condition") : m.end("condition") + 1] == "$")
            rest.append(text[place:start])
            place = argument.end() if argument is not None else m.end()
    return Heard("", " ".join([*rest, text[place:]]))


_NEGATED = re.compile(r"\bnot\b|n't\b|\bnever\b", re.I)


def _opens(before: str) -> bool:
    """Whether a subject begins a clause, so that nothing else qualifies it: not 'all other entries'."""
    before = before[-40:].rstrip(" *-$")
    return not before or before[-1] in ".,;:(\n" or before.rpartition(" ")[2].lower() in ("and", "then", "so", "but", "hence", "thus", "while")


def _given(text: str, at: int, key: Key) -> Expr | None:
    """The right side of the equation for the unknown that stands right behind a claim."""
    link = _TO_EQUATION.match(text, at)
    m = _EQUATION.match(text, link.end() if link is not None else at)
    if m is None:
        return None
    said = m["tex"] or _first(m["plain"])
    try:
        s = readings(said, key.wanted.scope)[0].statements[0]
    except ReadError:
        return None
    head = s.terms[0]
    base = head.args[0] if head.op == "at" else head
    return s.terms[-1] if s.ops and set(s.ops) == {"="} and base.op == "sym" and base.data == key.wanted.asked else None


def _first(said: str) -> str:
    """A plain formula up to the comma or full stop that ends it, outside brackets."""
    level = 0
    for k, c in enumerate(said):
        level += (c in "([{") - (c in ")]}")
        if level <= 0 and c in ",.:" and not said[k + 1 : k + 2].strip():
            return said[:k]
    return said


def _holds(kind: str, argument: str, out: Expr, m: re.Match[str], key: Key) -> bool | None:
    """Whether a claim holds wherever its condition does; None where it is not known."""
    vectors = {n: s for n, s in key.wanted.scope.symbols.items() if s.kind == "value" and s.shape == key.wanted.shape and n != key.wanted.asked and s.let is None}
    inside = [n for n in vectors if n in E.symbols_in(out)] or list(vectors)
    if len(inside) != 1:
        return None
    try:
        condition = _signed(m["condition"] or "", key)
        letters = sorted(E.free_indices(out) | E.free_indices(condition))
        if len(letters) > 1 or (out.shape and len(out.shape) != 1):
            return None
        letter = letters[0] if letters else "i"
        place = E.idx(letter)
        entry, out = E.at(E.sym(inside[0], key.wanted.shape), place), E.at(out, place) if out.shape else out
        kinds = (m["kind"] or m["those"] or "").lower()
        if kinds:
            condition = E.rel("<" if kinds.startswith("neg") else ">=" if kinds.startswith("non") else ">", entry, E.ZERO)
        claim = _claim(kind, argument, out, entry, key)
        if claim is None:
            return None
        said = E.logic("or", E.logic("not", condition), claim)
        seen = [t for t in truths(E.comp(letter, said, dimension_of(said, letter, key.wanted.shape[0])), key) if t is not None]
    except (ReadError, E.ShapeError):
        return None
    return all(seen) if seen else None


def _signed(said: str, key: Key) -> Expr:
    """The condition of a claim in signs, on one entry. Raises ReadError where it is none."""
    said = said.strip().strip("$").strip()
    if not said:
        return E.truth(True)
    s = readings(said, key.wanted.scope)[0].statements
    if len(s) != 1 or not s[0].ops or any(op not in ("<", "<=", ">", ">=", "!=") for op in s[0].ops) or any(t.shape for t in s[0].terms):
        raise ReadError(said, 0, "This is no comparison of numbers.")
    parts = [E.rel(op, a, b) for op, a, b in zip(s[0].ops, s[0].terms, s[0].terms[1:], strict=False)]
    return parts[0] if len(parts) == 1 else E.logic("and", *parts)


def _claim(kind: str, argument: str, out: Expr, entry: Expr, key: Key) -> Expr | None:
    if kind in _EXACT:
        return E.rel("=", out, _EXACT[kind](entry))
    if kind in ("smaller", "larger"):
        a, b = (E.fn("abs", out), E.fn("abs", entry)) if kind == "smaller" else (entry, out)
        lower = E.rel("<=", a, b)
        return E.logic("or", lower, E.rel("<=", out, entry)) if kind == "smaller" else lower
    factor = readings(argument.strip(), key.wanted.scope)[0].statements[0].terms[0]
    if factor.shape or E.free_indices(factor):
        return None
    return E.rel("=", out, E.mul(factor, entry) if kind == "times" else E.div(entry, factor))
