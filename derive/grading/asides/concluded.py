"""The conclusion of a derivation in several sentences: the last formula that it arrives at, with what is said behind it.

'Setting the derivative to zero gives A. ... Hence $$M = B.$$ For n = 1 this is C.' answers with B. What a text does on the way to its conclusion is no second
answer; what it says afterwards is looked at like the words beside any answer, and must hold no formula that could be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.checked import equal_to_required
from derive.grading.asides.runs import formulas
from derive.grading.asides.units import joined, sentences
from derive.grading.asides.values import equations, formula, holds
from derive.grading.keys import Key
from derive.grading.text.cleaning import cleaned
from derive.grading.text.segments import Piece, pieces
from derive.grading.words.taken_back import MAY_MEND
from derive.maths import expr as E
from derive.maths.parse import Statement

Right = Callable[[str], bool]

MAX_TEXT = 6_000
_MOST = 5  # formulas from the end that are tried
_LEADS = re.compile(
    r"\b(?:hence|therefore|thus|so|consequently|finally|conclusion|altogether|together|total|in total|in all|result|solution|minimi[sz]er|maximi[sz]er|minimum|maximum|"
    r"gives?|giving|yields?|get|obtain|find|read off|"
    r"is|becomes|equals|reads|that is|i\.e|solving|inserting|substituting|summing|induction|normali[sz]ing|simplif\w*|where|with|so that|lets?|"
    r"after|smallest|largest|for)\b[^.!?]{0,80}$|[:>]\s*$", re.I)
_DOUBTFUL = re.compile(
    r"\b(?:not|never|or|either|wrong\w*|incorrect\w*|mistak\w*|would|might|could|instead|rather|unlike|at first|initially|first guess|naive\w*|"
    r"tempting|suppose|except|unless|only if|if|assume)\b|n't\b|\?", re.I)
_NO_ANSWER = re.compile(r"\b(?:or|either|wrong\w*|incorrect\w*|mistak\w*|would|might|could|instead|rather|unless|if|maybe|perhaps|guess\w*|first)\b|\?", re.I)
_TAKEN_BACK = re.compile(rf"\b(?:{MAY_MEND}|correct\w*|should (?:be|have)|must be|edit|redo|alternativ\w*)\b|\?", re.I)
_ANSWERED = re.compile(r"\\boxed|\b(?:answers?|final)\b", re.I)
_SENTENCE = re.compile(r"[.!?](?:\s|$)|\n\s*\n")
_DEFINES = re.compile(r"^\s*(?P<name>\\?(?!sum|prod|max|min|int|lim|arg)[A-Za-z]+(?:_\{\w+\}|_\w|_\\\w+)?|\\(?:hat|bar|tilde|widehat)\s*(?:\{\s*\\?\w+\s*\}|\w))"
                      r"\s*(?::=|=|=:)\s*(?P<value>[^=]+)$", re.S)
_NAMED_WITHIN = re.compile(r"=\s*(?P<name>\\?[A-Za-z]+)\s*:=\s*(?P<value>[^=]+)$", re.S)
_CHAIN = re.compile(r"(?<![<>!:=\\])=(?!=)|&=")
_CASE = re.compile(r"\b(?:if|when|otherwise|else|for|where|case|suppose|let)\b[^.]*$", re.I)
_PUNCTUATION = " \n.,;!"


class Conclusion(NamedTuple):
    """A text that gives the conclusion alone, and what is said of it."""

    head: str
    whole: str


def conclusions(text: str, key: Key, right: Right) -> Iterator[Conclusion]:
    """What a derivation may have concluded, the last first."""
    if len(text) > MAX_TEXT or key.derivation.answer is None or not ("\n" in text or ". " in text):
        return
    text = cleaned(text, hedges=False)
    yield from _said_first(text, key, right)
    if text.count("=") < 2:
        return
    cut = pieces(text)
    places = [k for k, p in enumerate(cut) if p.formula and p.text.strip()]
    if sum("=" in cut[k].text for k in places) < 2:
        return
    for k in reversed(places[-_MOST:]):
        p = cut[k]
        before = "".join(_shown(x) for x in cut[:k])
        lead = _SENTENCE.split(before)[-1]
        if _ANSWERED.search(before):
            return
        if _DOUBTFUL.search(re.sub(r"\$[^$]*\$", " ", lead)) or _SUPPOSED.search(lead.rstrip("$\\([ ")):
            continue
        if "=" in p.text and (p.display or _LEADS.search(lead.rstrip(" \n*_"))):
            behind = "".join(_shown(x) for x in cut[k + 1 :]).lstrip(_PUNCTUATION)
            if _speaks_of_another(behind, key, right) or _contradicted(cut[:k], key, right):
                return
            defined = _definitions(cut, k, p.text, key)
            if len({d.partition("=")[0] for d in defined}) < len(defined):
                continue  # 'r = A or r = B'
            own = "".join(f" where ${d}$" for d in defined)
            for chain in _chains(p.text, key):
                yield Conclusion(f"${chain}${own}", f"${chain}${own}. {behind}")


_INTRODUCES = re.compile(r"\W*(?:let|put|set|define|denote|write|introduce|abbreviate)\b", re.I)


def _said_first(text: str, key: Key, right: Right) -> Iterator[Conclusion]:
    """The first sentence of a text, where it is the answer and what follows says something of it: 'F. The linear part contributes G.'"""
    found = sentences(text.strip())
    first = joined(found[:1]).strip()
    if _INTRODUCES.match(first):
        return  # 'Put v = F. Then u = 2v'
    if len(found) < 2 or not 0 <= (at := first.find("$")) < 80 or _NO_ANSWER.search(re.sub(r"\$[^$]*\$", " ", first)):
        return
    behind = joined(found[1:])
    if not _SENTENCE.search(first[:at]) and "boxed" not in behind and not _speaks_of_another(behind, key, right):
        yield Conclusion(first, text)


def _shown(p: Piece) -> str:
    return f"${p.text.strip()}$" if p.formula else p.text


def _chains(text: str, key: Key) -> Iterator[str]:
    """A chain of equations; without its first member; and its last member alone where each before it is right or holds letters that the answer does not depend on.

    'L = A = B', 'A = B', 'B'.
    """
    text = text.strip().rstrip(_PUNCTUATION)
    yield text
    members = _CHAIN.split(text)
    if len(members) < 2 or len(members[0]) > 120:
        return
    first = formula(members[0].strip(" &"), key)
    if first is not None and first.op == "sym" and first.data != key.wanted.asked:
        return  # a value of another declared symbol is none of what is asked
    yield text[len(members[0]) :].lstrip("&= ")
    if len(members) > 2 and not re.search(r"\\qquad|\\quad|\\begin|\\\\", text):
        known = _known(key)
        for m in members[1:-1]:
            e = formula(m.strip(" &"), key)
            if e is not None and not E.has(e, "new") and E.symbols_in(e) <= known and not equal_to_required(e, key):
                return
        yield members[-1].strip(" &")


def _known(key: Key) -> frozenset[str]:
    """The symbols that the required answer holds."""
    required = key.derivation.answer
    return frozenset() if required is None else frozenset(E.symbols_in(required))


def _definitions(cut: list[Piece], at: int, used: str, key: Key) -> list[str]:
    """Definitions elsewhere in the text of letters that a formula holds and that are not declared."""
    out = []
    for k, p in enumerate(cut):
        if k == at or not p.formula:
            continue
        m = _DEFINES.match(p.text.strip().rstrip(_PUNCTUATION)) or _NAMED_WITHIN.search(p.text.strip().rstrip(_PUNCTUATION))
        if m is None or m["name"] not in used or re.match(rf"[\s&]*{re.escape(m['name'])}[\s&]*=", used):
            continue
        if any(key.wanted.scope.writes(n) for n in (m["name"], m["name"].lstrip("\\"), *_stems(m["name"]))):
            continue
        out.append(f"{m['name']} = {m['value']}")
    return list(dict.fromkeys(out))[:3]


def _stems(name: str) -> tuple[str, str]:
    """A name without what stands below or over it."""
    stem = re.sub(r"[_^].*|\\(?:hat|bar|tilde|widehat)(?![A-Za-z])|[{}\s]", "", name)
    return stem, stem.lstrip("\\")


def _is_of_unknown(s: Statement, key: Key) -> bool:
    first = s.terms[0].args[0] if s.terms[0].op == "at" else s.terms[0]
    return bool(key.wanted.asked) and first.op == "sym" and str(first.data).partition("@")[0] == key.wanted.asked


def _contradicted(before: list[Piece], key: Key, right: Right) -> bool:
    """Whether an earlier equation gives the unknown another value in declared letters."""
    said = ""
    for p in before:
        said = said + p.text if not p.formula else said
        if p.formula and "=" in p.text and not _CASE.search(said.rpartition("\n")[2]):
            for s in equations(p.text, key):
                own = any(E.has(t, "new") or key.wanted.asked in E.symbols_in(t) or not E.symbols_in(t) <= _known(key) for t in s.terms[1:])
                if s.ops and s.ops[0] == "=" and _is_of_unknown(s, key) and not own and len(s.terms[1].shape) == len(key.wanted.shape) and not right(p.text):
                    return True
    return False


def _speaks_of_another(behind: str, key: Key, right: Right) -> bool:
    """Whether what stands behind a conclusion takes it back, or holds a formula that could be another answer."""
    for s in sentences(behind):
        said = joined([s]).strip()
        if not said:
            continue
        if _TAKEN_BACK.search(re.sub(r"\$[^$]*\$", " ", said)):
            return True
        for at, f in formulas(said, key.wanted.scope):
            lead = said[:at].rstrip("$\\([ ")
            named = _SUPPOSED.search(lead) or _APPOSED.search(lead) if "=" in f else not _CLAIMED.search(lead)
            if not named and not _NEARLY.search(lead) and (could_answer(f, key, right) or (not _DEFINED.search(lead) and _under_own_letter(f, key, right))):
                return True
    return False


_SUPPOSED = re.compile(r"\b(?:for|if|when|whenever|once|unless)(?:\s+\w+)?$", re.I)
_APPOSED = re.compile(r"\b(?:the|an?|this|each|every)(?:\s+(?!is|are|gives?|equals?|becomes?|answer|result|solution|update)[a-z-]+){1,2}$", re.I)
_NEARLY = re.compile(r"\b(?:nearly|approximately|roughly|about|almost|essentially|close to|like)$", re.I)
_CLAIMED = re.compile(
    r"(?:^|[:;,(]|[=∈≈]|\b(?:(?<!there )(?:is|are)|be|was|equals?|gives?|giving|yields?|becomes?|gets?|obtains?|have|has|reads?|finds?|so|hence|thus|therefore|then|that is|i\.e\.|namely|actually|"
    r"simply|just|exactly|always|again|also|really|one|not|or|^\s*(?:the\s+)?(?:answer|result|update|solution|value|limit|formula)|"
    r"(?:tends?|goes|converges?|reduces|simplifies|amounts|comes|equal|leads) to|approaches))\s*$", re.I)
"""What stands before a value that something is said to be; elsewhere it is only named: 'of weight', 'by the factor', 'contributes'."""


_DEFINED = re.compile(r"\b(?:where|with|here|let|define|put|set|and)(?:\s+\w+)?$", re.I)


def _under_own_letter(text: str, key: Key, right: Right) -> bool:
    """Whether a formula gives another value of the shape that is asked under a letter of its own, where no symbol is asked for: 'M = 2n'."""
    if key.wanted.asked or "=" not in text:
        return False
    told = equations(text, key)
    return (not told or any(s.ops[:1] == ("=",) and s.terms[0].op == "new" and len(s.terms[-1].shape) == len(key.wanted.shape) for s in told)) and not right(text)


def _misfits(text: str, key: Key) -> bool:
    """Whether a formula is not read because its shapes do not fit: '2 X^T X w - y' is no answer, and meant as one."""
    from derive.grading.finding.interpret import MISFIT
    from derive.grading.finding.reply import find_reply

    return any(a.error is not None and MISFIT in a.error.what for a in find_reply(text, key.wanted).alternatives)


def could_answer(text: str, key: Key, right: Right) -> bool:
    """Whether a formula beside a conclusion gives another value for what is asked, or is false."""
    told = equations(text, key)
    if told and any(s.ops for s in told):
        return any(_is_of_unknown(s, key) or holds(s, key) is False for s in told if s.ops) and not right(text)
    value = formula(text, key)
    if value is None:
        return ("=" in text and re.search(r"\\(?:frac|sum|sqrt)|[/^]", text) is not None) or (len(key.wanted.shape) > 0 and _misfits(text, key))
    return bool(value.args) and len(value.shape) == len(key.wanted.shape) and not right(text)
