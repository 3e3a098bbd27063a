"""When is it bounded? Conditions in words: 'bounded iff ...', 'unbounded when ...', joined by what they say."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.grading.diagnosis.diagnose import diagnose
from derive.grading.judge import judge
from derive.grading.keys import Key
from derive.grading.reply import find_reply
from derive.grading.verdict import Judgement, Verdict
from derive.grading.wanted import Alternative
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import plain

_NEGATIVE = re.compile(
    r"\bunbounded\b|\bnot bounded\b|\bno (?:minimum|minimi[sz]er|finite|solution)\b|\bdiverges?\b|-\s*(?:∞|\\infty|infinity)|\bfalls without\b", re.I)
_POSITIVE = re.compile(r"\bbounded\b|\bfinite\b|\battained\b|\bminimum\b|\bexists\b|\bu\s*=\s*0\b", re.I)
_CLAUSE = re.compile(r"[.;](?=\s|$)|\n|,(?=\s*(?:and|but|otherwise|while|unbounded|bounded))|\b(?:and|but|while|otherwise|else)\b(?=[^$]*(?:bounded|finite|unbounded))", re.I)
_DENIED = re.compile(r"\s*(?:it is )?(?:not|never)\b(?: (?:true|the case) that)?\s*", re.I)
_LINK = re.compile(r"\b(?:iff|if and only if|exactly when|precisely when|only if|if|when|whenever|where|for|provided(?: that)?|as long as)\b", re.I)


def judge_status(text: str, key: Key) -> tuple[Judgement, str]:
    """Judge a condition under which the program is bounded. Returns the judgement and what was read.

    A clause that says 'unbounded' states the complement. Every condition in the text must be right.
    """
    found = _by_cases(text, key)
    last: Alternative | None = None
    for clause in () if found else _CLAUSE.split(_conclusion(_one_line(text))):
        if not clause or not clause.strip():
            continue
        conditions, failed = _conditions_in(clause, key)
        last = failed or last
        negative = bool(_NEGATIVE.search(clause))
        for c in conditions:
            found.append(Expr("not", (c,)) if negative else c)
    if not found:
        return _without_condition(text, key, last)
    worst: Judgement | None = None
    for c in found:
        j = judge(c, key)
        if j.verdict is Verdict.INCORRECT and not j.diagnosis:
            j = replace(j, diagnosis=diagnose(c, key))
        if worst is None or j.verdict is not Verdict.CORRECT:
            worst = j
    assert worst is not None
    return worst, "; ".join(plain(c) for c in found)


_CONCLUDES = re.compile(r"\b(?:so|therefore|thus|hence|in conclusion|consequently)\b[^.\n]{0,80}\b(?:iff|if and only if|exactly when|precisely when)\b", re.I)


def _conclusion(text: str) -> str:
    """From the last sentence that concludes with 'if and only if' on; the whole text where there is none."""
    found = list(_CONCLUDES.finditer(text))
    return text[found[-1].start() :] if found else text


def _by_cases(text: str, key: Key) -> list[Expr]:
    """inf = 0 where c, -infinity where d: the condition of the finite cases, and the complement of the others."""
    if "cases" not in text:
        return []
    reply = find_reply(text, replace(key.wanted, condition=False))
    out: list[Expr] = []
    for e in (m.expr for a in reply.alternatives for i in a.interpretations[:1] for m in i.members if m.expr.op == "cases"):
        for k in range(0, len(e.args) - 1, 2):
            endless = any(x == E.INF for x in E.walk(e.args[k]))
            out.append(Expr("not", (e.args[k + 1],)) if endless else e.args[k + 1])
    return out


_DISPLAY = re.compile(r"\$\$.{1,400}?\$\$|\\\[.{1,400}?\\\]|\\begin\{equation\*?\}.{1,400}?\\end\{equation\*?\}|```.{1,400}?```", re.S)


def _one_line(text: str) -> str:
    """Displayed formulas on the line of the sentence that they belong to."""
    return re.sub(r"\s*\n\s*(?=\$\$|\\\[|\\begin\{|```)", " ", _DISPLAY.sub(_flat, text))


def _flat(m: re.Match[str]) -> str:
    """A display on one line; a block of code without its fence."""
    block = m.group()
    if block.startswith("```"):
        first, _, rest = block.strip("`").partition("\n")
        block = rest if re.fullmatch(r"\s*[a-z]*\s*", first) else block.strip("`")
    return block.replace("\n", " ").strip()


def _conditions_in(clause: str, key: Key) -> tuple[list[Expr], Alternative | None]:
    tails = [clause] + [clause[m.end() :] for m in _LINK.finditer(clause)]
    failed: Alternative | None = None
    for tail in reversed(tails):
        denied = _DENIED.match(tail)
        reply = find_reply(tail[denied.end() :] if denied else tail, key.wanted)
        members = [m.expr for a in reply.alternatives for i in a.interpretations[:1] for m in i.members]
        if members:
            return [Expr("not", (m,)) if denied else m for m in members], None
        failed = next((a for a in reply.alternatives if a.error is not None), failed)
    return [], failed


def _without_condition(text: str, key: Key, last: Alternative | None) -> tuple[Judgement, str]:
    """'always bounded', 'unbounded' with no condition."""
    always = _NEGATIVE.search(text) or _POSITIVE.search(text)
    if always and len(text) < 400 and not _LINK.search(re.sub(r"\bfor (?:all|every|any)\b", "", text, flags=re.I)):
        claim = E.truth(not _NEGATIVE.search(text))
        return judge(claim, key), "never bounded" if not claim.data else "always bounded"
    reason = str(last.error) if last is not None and last.error is not None else "No condition was found."
    return Judgement(Verdict.UNREADABLE, reason), ""
