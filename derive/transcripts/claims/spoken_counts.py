"""Counts in running prose: '2(n-1) messages per worker', 'each of size p/n', 'n(n-1)p numbers in total'.

A formula with the word of what it counts beside it is compared with runs of the schedule that its sentence names. What it counts is
messages, the size of one, or numbers that are moved; of whom is all together, one worker, or one phase. Where the sentence
leaves that open, a count that fits one of them is true and any other is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from derive.derivation.collectives import Node
from derive.derivation.schedules import messages
from derive.errors import ReadError
from derive.grading.table_cells import row_of
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, compare, exact
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.problem.nouns.schedule import Schedule
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.counts import CHECKED
from derive.transcripts.claims.given_numbers import numbers_of, numbers_told
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.modality import modality_of
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.spans import Span, sentence_before
from derive.transcripts.claims.words import MESSAGES, NUMBERS, TOTAL

What = Literal["messages", "size", "sent"]

_MESSAGES = re.compile(rf"\s*(?:distinct |separate |point-to-point |individual )?{MESSAGES}\b", re.I)
_NUMBERS = re.compile(rf"\s*{NUMBERS}\b", re.I)
_SIZE = re.compile(
    r"\b(?:sizes?|message length|length)\s*(?:of|is|are|equals?|:)?\s*(?:only |just |exactly )?\Z"
    r"|\b(?:carry|carries|carrying|holds?|holding|contain(?:s|ing)?)\s*(?:only |just |exactly |all )?\Z", re.I)
_EACH = re.compile(rf"\s*(?:{NUMBERS}\s*)?(?:each\b|per message\b|in each message\b|per chunk\b)", re.I)
_TOTAL = re.compile(rf"\b(?:{TOTAL}|summed over)\b", re.I)
_WORKER = re.compile(r"\b(?:per|each|every|a single|one|any) (?:worker|node|machine|gpu|device|participant)\b|\bper-worker\b|\beach (?:one )?sends\b", re.I)
_RECEIVES = re.compile(r"\breceiv", re.I)
_LOOSE = re.compile(
    r"\b(?:about|roughly|approximately|around|at (?:least|most)|nearly|almost|up to|only if|instead of|rather than|not|naive(?:ly)?|would|could|might|into|order of)\b[^$]{0,25}\Z", re.I)
_GOES_ON = re.compile(
    rf"\s*(?:{MESSAGES}|{NUMBERS})?\s*(?:(?:per|for each|from each|by each) \w+|each|{TOTAL})?"
    r"\s*(?:,?\s*(?:and|so|i\.e\.|that is|which is|or|then|another|for|i\.e|hence|thus|giving|making|with|both|plus)[\s,:]*)*(?:a (?:grand )?total of|in total)?\s*\Z", re.I)
_CLAUSE = re.compile(r"[:;(]|,\s*(?:so|and so|hence|thus|giving|which|that)\b|\b(?:so|hence|therefore|thus)\b")


@dataclass(frozen=True)
class _Count:
    """What a formula counts and of whom: whole, worker, or '' where that is not said; phase: the phase that its sentence names."""

    what: What
    whose: str
    phase: str


def spoken_counts(spans: Sequence[Span], setting_at: Mapping[int, Setting], turn: int, taken: frozenset[int], asked: Mapping[str, str] | None = None) -> list[Claim]:
    """The claims of formulas in prose that count what a schedule does.

    setting_at: the index of a span -> the setting of the schedule problem that it is about; taken: lines whose counts are claims already;
    asked: the numbers that the user's words give: a count in numbers is one of them, or of those that its own line gives.
    """
    out: list[Claim] = []
    said: dict[str, str] = {}
    line = 0
    row = ""
    last: _Count | None = None
    before: Span | None = None
    for k, span in enumerate(spans):
        setting = setting_at.get(k)
        if setting is None or span.lossy:
            continue
        lead = sentence_before(span.before)
        if span.line_start != line:
            said, line = {}, span.line_start
        said |= dict(numbers_told(f"{span.latex} ; {_since(span)}"))
        row = _row(_since(span), setting) or _row(lead, setting) or row
        schedule = _schedule(row, setting)
        terms = [t for c in chains(span.latex) for t in c.terms]
        if schedule is None or schedule.stages or span.line_start in taken or not terms:
            before, last = span, None
            continue
        joined = before is not None and before.line_start == span.line_start and "$" in lead
        count = _counted(span, lead, schedule, last if joined else None)
        before, last = span, count
        e = _read(terms[-1], setting)
        if count is not None and e is not None and not span.display:
            known = _known({**(asked or {}), **said}, setting)
            runs = _runs(e, known, schedule)
            if runs:
                out.append(_judged(span, terms[-1], e, count, schedule, setting, turn, runs))
    return out


def _known(numbers: Mapping[str, str], setting: Setting) -> dict[str, int]:
    """The whole numbers that are known of the counts of a problem."""
    out: dict[str, int] = {}
    for name, e in numbers_of(numbers, setting).items():
        try:
            value = exact(e, World({}, {}))
        except (Undefined, NotEvaluable, TypeError):
            continue
        if isinstance(value, Fraction) and value.denominator == 1 and value > 0:
            out[name] = int(value)
    return out


def _runs(e: Expr, known: Mapping[str, int], schedule: Schedule) -> Sequence[tuple[int, int]]:
    """The numbers of workers and of parameters of the runs with which a count is compared; none where it is in numbers that are not known."""
    names = E.symbols_in(e)
    if schedule.workers in names or (schedule.parameters in names and schedule.workers not in known):
        return CHECKED
    n, p = known.get(schedule.workers), known.get(schedule.parameters)
    if n is None or not 2 <= n <= MOST_WORKERS:
        return ()
    return ((n, p),) if p is not None and schedule.parameters not in names else tuple((n, k * n) for k in (1, 3, 7))


MOST_WORKERS = 64


def _since(span: Span) -> str:
    """The words between the formula before and this one."""
    return sentence_before(span.before).rpartition("$")[2]


def _row(text: str, setting: Setting) -> str:
    schedules = setting.problem.schedules
    if len(schedules) == 1:
        return schedules[0].id
    return (row_of(text, setting.key) or "") if text.strip() and setting.key.part.ask == "table" else ""


def _schedule(row: str, setting: Setting) -> Schedule | None:
    return next((s for s in setting.problem.schedules if s.id == row), None)


def _counted(span: Span, lead: str, schedule: Schedule, last: _Count | None) -> _Count | None:
    near, after = _since(span), re.split(r"\$|\.\s|\n", span.after.lstrip("$"), maxsplit=1)[0]
    if _LOOSE.search(near):
        return None
    what: What | None = None
    if _SIZE.search(near) or _EACH.match(after):
        what = "size"
    elif _MESSAGES.match(after):
        what = "messages"
    elif _NUMBERS.match(after):
        what = "sent"
    elif last is not None and last.what != "size" and _GOES_ON.match(near) and (_TOTAL.search(after) or _WORKER.search(after)):
        what = last.what
    if what is None:
        return None
    clause = _CLAUSE.split(near)[-1]
    behind = re.split(r"[,;:]|\band (?:the|in|so|that)\b", after)[0]
    words = f"{clause} $ {behind}"
    whose = "whole" if _TOTAL.search(behind) or _TOTAL.search(clause) else "worker" if _WORKER.search(words) else ""
    if _RECEIVES.search(words) and whose == "worker":
        whose = ""
    phase = next((p for p in dict.fromkeys(s.phase for s in schedule.sends) if p and re.search(re.escape(p).replace(r"\-", "[- ]?"), f"{lead} {after}", re.I)), "")
    return _Count(what, whose, phase)


def _read(text: str, setting: Setting) -> Expr | None:
    try:
        found = readings(text, setting.lang.scope)[0].statements
    except ReadError:
        return None
    return found[0].terms[0] if len(found) == 1 and not found[0].ops and not found[0].terms[0].shape else None


# ------------------------------------------------------------------------------------------ judging

def _judged(span: Span, text: str, e: Expr, count: _Count, schedule: Schedule, setting: Setting, turn: int, runs: Sequence[tuple[int, int]]) -> Claim:
    names = {"messages": "messages", "size": "numbers in a message", "sent": "numbers that are sent"}
    rivals = _rivals(count)
    failed: dict[tuple[str, str], dict[str, object]] = {}
    verdict, reason, witness = "undecided", f"It is not said of whom this is the number of {names[count.what]}.", None
    for whose, phase in rivals:
        against = _against(e, count.what, whose, phase, schedule, runs)
        if against is None:
            of = {"whole": " of all together", "worker": " of each worker", "": ""}[whose] + (f" in the phase '{phase}'" if phase else "")
            verdict, reason = "true", f"It is the number of {names[count.what]}{of}, by runs of {schedule.title}."
            break
        failed[whose, phase] = against
    else:
        known = [f for f in failed.values() if f]
        if (count.whose or count.what == "size") and len(known) == len(rivals):
            verdict, reason, witness = "false", f"It is not the number of {names[count.what]} that runs of {schedule.title} give.", known[0]
    part = next((p.id for p in setting.problem.parts if p.schedule == schedule.id and p.what == count.what and p.ask == "count"), None)
    answers = part is not None and not count.phase and (count.what == "size" or count.whose == ("worker" if count.what == "sent" else "whole"))
    modality = modality_of(span)
    if verdict == "false" and modality != "asserted":
        verdict, reason, witness = "undecided", "It is false as it stands, and not asserted.", None
    return Claim("", turn, span.role, f"{setting.problem.id}#{part if answers else setting.key.part.id}", span.line_start, span.line_end, span.text, text, "numeric",
                 verdict, "measured" if verdict in ("true", "false") else "", modality, reason, witness, answers=answers)


def _rivals(count: _Count) -> list[tuple[str, str]]:
    if count.what == "size":
        return [("", "")]
    of = [count.whose] if count.whose else ["whole", "worker"]
    return [(w, p) for w in of for p in ((count.phase, "") if count.phase else ("",))]


def _against(e: Expr, what: What, whose: str, phase: str, schedule: Schedule, runs: Sequence[tuple[int, int]]) -> dict[str, object] | None:
    """None where a formula is the quantity in every run; else an instance in which it is not, empty where the quantity is no one number."""
    for n, p in runs:
        wanted = quantity(what, whose, phase, schedule, n, p)
        if wanted is None:
            return {}
        try:
            found = exact(e, World({schedule.workers: Fraction(n), schedule.parameters: Fraction(p)}, {}))
        except (Undefined, NotEvaluable, TypeError):
            return {}
        if isinstance(found, list) or compare(found, wanted) != 0:
            return {"at": {schedule.workers: str(n), schedule.parameters: str(p)}, "submitted": str(found), "required": str(wanted)}
    return None


def quantity(what: What, whose: str, phase: str, schedule: Schedule, n: int, p: int) -> Fraction | None:
    """The number of messages or of numbers sent in a run, of all or of each worker, or the size of a message; None where that is no one number."""
    sent = [m for m in messages(schedule, n, p, {schedule.workers: Fraction(n), schedule.parameters: Fraction(p)}) if not phase or m.phase == phase]
    if what == "size":
        sizes = {m.size for m in sent}
        return sizes.pop() if len(sizes) == 1 else None
    shares: dict[Node, Fraction] = {}
    for m in sent:
        shares[m.sender] = shares.get(m.sender, Fraction(0)) + (m.size if what == "sent" else 1)
    if whose == "whole":
        return sum(shares.values(), Fraction(0))
    own = [x for (kind, _), x in shares.items() if kind == "worker"]
    return own[0] if len(own) == n and len(set(own)) == 1 else None
