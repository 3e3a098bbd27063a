"""Counts in running prose: '2(n-1) messages per worker', 'each of size p/n', 'n(n-1)p numbers in total', 'n - 1 rounds'.

A formula with the word of what it counts beside it is compared with runs of the schedule that its sentence, or else the question, names.
What it counts is messages, the size of one, rounds, or numbers that are moved; of whom is all together, one worker, or one phase. Where the
sentence leaves that open, a count that fits one of them is true and any other is undecided, unless it is said of the schedule itself
('All-to-all needs n^2 messages'): then what fits none of them is false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.derivation.collectives import Faulty
from derive.derivation.schedules import symbols_of, trials
from derive.errors import ReadError
from derive.grading.tables.cells import normal, row_names, row_of
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
from derive.transcripts.claims.quantities import Values, What, quantity
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.spans import Span, sentence_before
from derive.transcripts.claims.words import MESSAGES, NUMBERS, TOTAL

_MESSAGES = re.compile(rf"\s*(?:distinct |separate |point-to-point |individual )?{MESSAGES}\b", re.I)
_NUMBERS = re.compile(rf"\s*{NUMBERS}\b", re.I)
_ROUNDS = re.compile(r"\s*(?:communication |sequential |more |further )?(?:rounds|steps)\b", re.I)
_SIZE = re.compile(
    r"\b(?:sizes?|message length|length)\s*(?:of|is|are|equals?|:)?\s*(?:only |just |exactly )?\Z"
    r"|\b(?:messages?|chunks?) of\s*\Z"
    r"|\b(?:carry|carries|carrying|holds?|holding|contain(?:s|ing)?)\s*(?:only |just |exactly |all )?\Z", re.I)
_EACH = re.compile(rf"\s*(?:{NUMBERS}\s*)?(?:each\b|per message\b|in each message\b|per chunk\b)", re.I)
_OF_SIZE = re.compile(r"\s*,?\s*(?:each\s+|all\s+)?of (?:size|length)\s*\Z", re.I)  # '2n of size p'
_TOTAL = re.compile(rf"\b(?:{TOTAL}|together|summed over)\b", re.I)
_WORKER = re.compile(r"\b(?:per|each|every|a single|one|any) (?:worker|node|machine|gpu|device|participant)\b|\bper-worker\b|\beach (?:one )?sends\b", re.I)
_RECEIVES = re.compile(r"\breceiv", re.I)
_LOOSE = re.compile(
    r"\b(?:about|roughly|approximately|around|at (?:least|most)|nearly|almost|up to|only if|instead of|rather than|not|naive(?:ly)?|would|could|might|into|order of)\b[^$:;]{0,25}\Z", re.I)
_GOES_ON = re.compile(
    rf"\s*(?:{MESSAGES}|{NUMBERS})?\s*(?:(?:per|for each|from each|by each) \w+|each|{TOTAL})?"
    r"\s*(?:,?\s*(?:and|so|i\.e\.|that is|which is|or|then|another|for|i\.e|hence|thus|giving|making|with|both|plus)[\s,:]*)*(?:a (?:grand )?total of|in total)?\s*\Z", re.I)
_MORE = re.compile(r"\s*(?:more|as well|too|again)\b(?!\s+than)", re.I)
_BESIDE_OTHERS = re.compile(rf"\s*(?:{MESSAGES}|{NUMBERS})?\s*(?:(?:more|fewer|less) than\b|(?:(?:per|(?:in|for) (?:each|every|one|a)) (?:round|step|phase|link|pair|direction)))", re.I)
_CLAUSE = re.compile(r"[:;(]|,\s*(?:so|and so|hence|thus|giving|which|that)\b|\b(?:so|hence|therefore|thus)\b")
_NEEDS = frozenset("""needs need requires require uses use takes take has have sends send involves makes exchanges costs with a an the total of in only just exactly all reduce allreduce
reduction communication schedule""".split())
MOST_WORKERS = 64
MOST_RUNS = 6


@dataclass(frozen=True)
class _Count:
    """What a formula counts and of whom: whole, worker, scheme (of the schedule itself), or '' where that is not said; phase: the phase that its sentence names."""

    what: What
    whose: str
    phase: str


def spoken_counts(spans: Sequence[Span], setting_at: Mapping[int, Setting], turn: int, taken: frozenset[int], asked: Mapping[str, str] | None = None,
                  prompts: Sequence[str] = ()) -> list[Claim]:
    """The claims of formulas in prose that count what a schedule does.

    setting_at: the index of a span -> the setting of the schedule problem that it is about; taken: lines whose counts are claims already;
    asked: the numbers that the user's words give: a count in numbers is one of them, or of those that its own line gives; prompts: what the user
    has said so far: a count of no schedule that is named is of the one that was asked about.
    """
    out: list[Claim] = []
    said: dict[str, str] = {}
    line = 0
    rows: dict[str, str] = {}  # by problem, the schedule that is spoken of
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
        joined = before is not None and before.line_start == span.line_start and "$" in lead
        name = setting.problem.id
        if name not in rows:
            rows[name] = _asked_row(prompts, setting)
        row = rows[name] = _row(_since(span), setting) or (rows[name] if joined else "") or _row(lead, setting) or _row(_heading(span), setting) or rows[name]
        schedule = _schedule(row, setting)
        terms = [t for c in chains(span.latex) for t in c.terms]
        if schedule is None or schedule.stages or span.line_start in taken or not terms:
            before, last = span, None
            continue
        count = _counted(span, lead, schedule, last if joined else None, setting)
        before, last = span, count
        e = _read(terms[-1], setting)
        if count is not None and e is not None and not span.display:
            known = _known({**(asked or {}), **said}, setting)
            runs = _runs(e, known, schedule, setting)
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


def _runs(e: Expr, known: Mapping[str, int], schedule: Schedule, setting: Setting) -> Sequence[Values]:
    """The values of the symbols in the runs with which a count is compared; none where it is in numbers that are not known."""
    names = E.symbols_in(e)
    others = symbols_of(setting.problem, schedule) - {schedule.workers, schedule.parameters}
    n, p = known.get(schedule.workers), known.get(schedule.parameters)
    if others:  # a number of rounds k with n = 2^k
        found = [t.values for t in trials(setting.problem, schedule) if not t.run.misfit]
        free = bool(names - {schedule.parameters}) or (schedule.parameters in names and n is None)
        return [v for v in found if free or v[schedule.workers] == n][:MOST_RUNS]
    if schedule.workers in names or (schedule.parameters in names and schedule.workers not in known):
        return [_values(schedule, *at) for at in CHECKED]
    if n is None or not 2 <= n <= MOST_WORKERS:
        return ()
    return [_values(schedule, n, p)] if p is not None and schedule.parameters not in names else [_values(schedule, n, k * n) for k in (1, 3, 7)]


def _values(schedule: Schedule, n: int, p: int) -> Values:
    return {schedule.workers: Fraction(n), schedule.parameters: Fraction(p)}


def _since(span: Span) -> str:
    """The words between the formula before and this one."""
    return sentence_before(span.before).rpartition("$")[2]


_HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+(?P<title>[^\n]+)|\*\*(?P<bold>[^*\n]{2,80})\*\*:?)[ \t]*$", re.M)


def _heading(span: Span) -> str:
    """The last heading between the formula before and this one."""
    found = list(_HEADING.finditer(span.before.rpartition("$")[2]))
    return (found[-1].group("title") or found[-1].group("bold")) if found else ""


def _row(text: str, setting: Setting) -> str:
    schedules = setting.problem.schedules
    if len(schedules) == 1:
        return schedules[0].id
    return (row_of(text, setting.key) or _row_of_phase(text, setting)) if text.strip() and setting.key.part.ask == "table" else ""


def _row_of_phase(text: str, setting: Setting) -> str:
    """The schedule of the phase that a text names last, where only one has a phase of that name."""
    owners: dict[str, set[str]] = {}
    for s in setting.problem.schedules:
        for send in s.sends:
            if send.phase:
                owners.setdefault(send.phase, set()).add(s.id)
    rows = owners.get(_last_named(list(owners), text), set())
    return next(iter(rows)) if len(rows) == 1 else ""


def _asked_row(prompts: Sequence[str], setting: Setting) -> str:
    """The one schedule that the user's last words that name any name."""
    if setting.key.part.ask != "table":
        return ""
    for text in reversed(prompts):
        said = f" {normal(text)} "
        named = {row for name, row in row_names(setting.key) if f" {name} " in said}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""


def _schedule(row: str, setting: Setting) -> Schedule | None:
    return next((s for s in setting.problem.schedules if s.id == row), None)


def _counted(span: Span, lead: str, schedule: Schedule, last: _Count | None, setting: Setting) -> _Count | None:
    near, after = _since(span), re.split(r"\$|\.\s|\n", span.after.lstrip("$"), maxsplit=1)[0]
    if _LOOSE.search(near):
        return None
    scheme = _of_the_schedule(near, schedule, setting)
    what: What | None = None
    if _SIZE.search(near) or _EACH.match(after):
        what = "size"
    elif _MESSAGES.match(after) or (_OF_SIZE.match(after) and scheme):
        what = "messages"
    elif _NUMBERS.match(after):
        what = "sent"
    elif _ROUNDS.match(after):
        what = "rounds"
    elif last is not None and last.what != "size" and ((_GOES_ON.match(near) and (_TOTAL.search(after) or _WORKER.search(after))) or _MORE.match(after)):
        what = last.what
    if what is None:
        return None
    clause = _CLAUSE.split(near)[-1]
    behind = re.split(r"[,;:]|\band (?:the|in|so|that)\b", after)[0]
    words = f"{clause} $ {behind}"
    whose = "whole" if _TOTAL.search(behind) or _TOTAL.search(clause) else "worker" if _WORKER.search(words) else ""
    if _RECEIVES.search(words) and whose == "worker":
        whose = ""
    if not whose and scheme and not _BESIDE_OTHERS.match(after):
        whose = "scheme"
    phases = [p for p in dict.fromkeys(s.phase for s in schedule.sends) if p]
    return _Count(what, whose, next((p for text in (near, after, lead) if (p := _last_named(phases, text))), ""))


def _last_named(phases: Sequence[str], text: str) -> str:
    """The phase that a text names last."""
    places = [(m.start(), p) for p in phases for m in re.finditer(re.escape(p).replace(r"\-", "[- ]?"), text, re.I)]
    return max(places)[1] if places else ""


def _of_the_schedule(near: str, schedule: Schedule, setting: Setting) -> bool:
    """Whether a count is said of a schedule itself: 'All-to-all needs', ', and ring'."""
    if setting.key.part.ask != "table":
        return False
    clause = f" {normal(re.split(r'[;:(]', near)[-1])} "
    tails = [clause.rpartition(f" {name} ")[2] for name, row in row_names(setting.key) if row == schedule.id and f" {name} " in clause]
    return bool(tails) and set(min(tails, key=len).split()) <= _NEEDS


def _read(text: str, setting: Setting) -> Expr | None:
    try:
        found = readings(text, setting.lang.scope)[0].statements
    except ReadError:
        return None
    return found[0].terms[0] if len(found) == 1 and not found[0].ops and not found[0].terms[0].shape else None


# ------------------------------------------------------------------------------------------ judging

_NAMES = {"messages": "messages", "size": "numbers in a message", "sent": "numbers that are sent", "rounds": "rounds"}


def _judged(span: Span, text: str, e: Expr, count: _Count, schedule: Schedule, setting: Setting, turn: int, runs: Sequence[Values]) -> Claim:
    rivals = _rivals(count, schedule)
    failed: dict[tuple[str, str], dict[str, object]] = {}
    fits = ""
    verdict, reason, witness = "undecided", f"It is not said of whom this is the number of {_NAMES[count.what]}.", None
    for whose, phase in rivals:
        against = _against(e, count.what, whose, phase, schedule, runs)
        if against is None:
            of = {"whole": " of all together", "worker": " of each worker", "": ""}[whose] + (f" in the phase '{phase}'" if phase else "")
            verdict, reason = "true", f"It is the number of {_NAMES[count.what]}{of}, by runs of {schedule.title}."
            fits = "part" if phase else whose
            break
        failed[whose, phase] = against
    else:
        known = [f for f in failed.values() if f]
        if (count.whose or count.what in ("size", "rounds")) and known and (len(known) == len(rivals) or count.whose == "scheme"):
            verdict, reason, witness = "false", f"It is not the number of {_NAMES[count.what]} that runs of {schedule.title} give.", known[0]
    whose = {"true": fits, "false": "whole"}.get(verdict, "") if count.whose == "scheme" else count.whose
    part = next((p.id for p in setting.problem.parts if p.schedule == schedule.id and p.what == count.what and p.ask == "count"), None)
    answers = part is not None and not count.phase and (count.what == "size" or whose == ("worker" if count.what == "sent" else "whole"))
    modality = modality_of(span)
    if verdict == "false" and modality != "asserted":
        verdict, reason, witness = "undecided", "It is false as it stands, and not asserted.", None
    return Claim("", turn, span.role, f"{setting.problem.id}#{part if answers else setting.key.part.id}", span.line_start, span.line_end, span.text, text, "numeric",
                 verdict, "measured" if verdict in ("true", "false") else "", modality, reason, witness, answers=answers)


def _rivals(count: _Count, schedule: Schedule) -> list[tuple[str, str]]:
    if count.what == "size":
        return [("", "")]
    phases = list(dict.fromkeys(s.phase for s in schedule.sends if s.phase))
    if count.what == "rounds" and count.whose == "whole":
        return [("", "")]
    if count.what == "rounds":
        return [("", p) for p in ((count.phase,) if count.phase else ("", *phases))]
    of = [count.whose] if count.whose in ("whole", "worker") else ["whole", "worker"]
    return [(w, p) for w in of for p in ((count.phase, "") if count.phase else ("", *phases) if count.whose == "scheme" else ("",))]


def _against(e: Expr, what: What, whose: str, phase: str, schedule: Schedule, runs: Sequence[Values]) -> dict[str, object] | None:
    """None where a formula is the quantity in every run; else an instance in which it is not, empty where the quantity is no one number."""
    for at in runs:
        try:
            wanted = quantity(what, whose, phase, schedule, at)
            found = exact(e, World(dict(at), {}))
        except (Undefined, NotEvaluable, TypeError, Faulty):
            return {}
        if wanted is None:
            return {}
        if isinstance(found, list) or compare(found, wanted) != 0:
            return {"at": {k: str(v) for k, v in at.items()}, "submitted": str(found), "required": str(wanted)}
    return None
