"""A conversation -> its claims, in the order of its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import mpmath

from derive.maths.exact import DIGITS
from derive.maths.expr import Expr, walk
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.counts import counts_in
from derive.transcripts.claims.dualities import Duality, dualities, exponent, written_duality
from derive.transcripts.claims.find import claims_of_turn, contexts_of
from derive.transcripts.claims.given_numbers import numbers_told
from derive.transcripts.claims.norm_tables import cells_of_tables
from derive.transcripts.claims.objectives import stated_objective
from derive.transcripts.claims.piles import lines_of, put_back
from derive.transcripts.claims.sentences import holes, judge_sentence, norm_names, sentences, without_norm
from derive.transcripts.claims.settings import Setting, setting_of
from derive.transcripts.claims.spans import Span, sentence_before, spans_of
from derive.transcripts.claims.spoken_counts import spoken_counts
from derive.transcripts.claims.starred_norms import of_general_norms
from derive.transcripts.claims.usage import is_definition
from derive.transcripts.methods import of_label, of_method, siblings
from derive.transcripts.pieces import Role
from derive.transcripts.sections import Section, part_letters, sections
from derive.transcripts.topics import mentions
from derive.transcripts.turns import Transcript, Turn

ROW_LINES = 7  # lines of a pile behind the norms of a table's row that belong to that row
MOST_TOLD = 60  # definitions of earlier turns that a turn knows
ROLES: tuple[Role, ...] = ("assistant-thinking", "assistant")


@dataclass(frozen=True)
class Found:
    """The claims of a conversation; weights: by turn and problem, the weight of the penalty that the user has stated so far;
    sections: by turn, what the model says with the problem that it is about."""

    claims: list[Claim] = field(default_factory=list)
    weights: dict[int, Mapping[str, Expr]] = field(default_factory=dict)
    sections: dict[int, list[Section]] = field(default_factory=dict)


def find_claims(transcript: Transcript, problems: Sequence[Problem]) -> list[Claim]:
    """Every mathematical statement of the model's, each role's on its own, judged in the context made so far."""
    return read_claims(transcript, problems).claims


def read_claims(transcript: Transcript, problems: Sequence[Problem], only: int | None = None, about: str = "") -> Found:
    """The same, with what the user's own statements of the problems say; only: the one turn whose claims are wanted; about: the problem where no words tell.

    The turns before it are read for what they make known, and are not judged; those behind it say nothing of it.
    """
    table = {p.id: p for p in problems}
    out = Found()
    active: tuple[str, ...] = (about,) if about else ()
    seen: tuple[str, ...] = ()
    weights: dict[str, Expr] = {}
    told: list[str] = []
    numbers: dict[str, str] = {}
    shown: dict[str, str] = {}
    prompts: list[str] = []
    letters = part_letters(transcript.turns, list(problems))
    for turn in transcript.turns:
        cut: dict[str, list[Section]] = {}
        before = active
        for role in ROLES:
            cut[role], after = sections(turn, list(problems), before, role, letters)
            active = after if cut[role] else active
        spans = spans_of(turn, transcript.lines, transcript.repairs)
        of = {k: p for k, s in enumerate(spans) if (p := _about(s, cut)) is not None}
        of |= _of_rows(spans, transcript, table)
        of |= _of_labels(spans, transcript, of, table)
        spans, of = of_general_norms(spans, of, table)
        if only in (None, turn.number):
            spans, of = _with_piles(turn, transcript, spans, of, cut, table)
        weights |= _user_weights(turn, transcript, [table[p] for p in dict.fromkeys(of.values())])
        seen = tuple(dict.fromkeys((*seen, *active)))
        prompts.append("\n".join(s.text for s in turn.segments if s.role == "user"))
        numbers |= numbers_told(prompts[-1])
        before_here = tuple(dict.fromkeys(told))[-MOST_TOLD:]
        recalled = dict(shown)
        shown |= numbers_told(" ; ".join(s.latex for s in spans if not s.lossy))
        told += [s.latex for s in spans if not s.lossy and is_definition(s.latex)]
        if only is not None and turn.number != only:
            continue
        found = claims_of_turn(turn.number, spans, of, table, weights, seen, before_here, numbers, recalled)
        counted = _counts(turn, cut, table)
        found += [*counted, *_spoken_counts(turn, spans, of, table, counted, numbers, prompts)]
        found += _sentences(turn, cut, table)
        found += _cells_of_tables(turn, transcript, table)
        found += _dualities(turn, transcript, spans, active[0] if active else "")
        found = list({(c.role, c.line_start, c.latex, c.type if c.type == "table-entry" else "", c.verdict): c for c in found}.values())  # said once, found twice
        out.claims.extend(replace(c, id=f"{turn.number}-{k:03d}") for k, c in enumerate(sorted(found, key=lambda c: (c.line_start, c.line_end)), 1))
        out.weights[turn.number] = dict(weights)
        out.sections[turn.number] = [s for role in ROLES for s in cut[role]]
    return out


def _counts(turn: Turn, cut: dict[str, list[Section]], table: dict[str, Problem]) -> list[Claim]:
    """Counts stated in the sections about a schedule problem."""
    out: list[Claim] = []
    for role, found in cut.items():
        for name in dict.fromkeys(s.problem for s in found):
            setting = setting_of(table[name])
            if setting is None or setting.key.part.ask != "table":
                continue
            lines = [(s.line_start + k, text) for s in found if s.problem == name for k, text in enumerate(s.text.split("\n"))]
            with mpmath.workdps(DIGITS):
                out += counts_in([(n, t) for n, t in lines if t.strip()], turn.number, role, setting)
    return out


def _spoken_counts(turn: Turn, spans: Sequence[Span], about: Mapping[int, str], table: dict[str, Problem], counted: Sequence[Claim], numbers: Mapping[str, str],
                   prompts: Sequence[str]) -> list[Claim]:
    """Counts in running prose about the schedules of a problem."""
    settings = {k: s for k, name in about.items() if table[name].schedules and (s := setting_of(table[name])) is not None}
    taken = frozenset(n for c in counted for n in range(c.line_start, c.line_end + 1))
    with mpmath.workdps(DIGITS):
        return spoken_counts(spans, settings, turn.number, taken, numbers, prompts)


def _sentences(turn: Turn, cut: dict[str, list[Section]], table: dict[str, Problem]) -> list[Claim]:
    """Recognised sentences, each judged by the problem it names, else by that of its section."""
    out: list[Claim] = []
    problems = list(table.values())
    for role, found in cut.items():
        for segment in (s for s in turn.segments if s.role == role and not s.displaced):
            pile = next((s for s in turn.segments if s.displaced and s.line_start > segment.line_end), None)
            fills = norm_names(pile.text.split("\n")) if pile is not None else []
            said = list(sentences(segment.text, segment.line_start))
            lost = sum(holes(s.text) for s in said)
            for s in said:
                here = holes(s.text)
                fill = fills.pop(0) if here and lost <= len(fills) else ""
                lost -= here
                own = {m.problem: m.weight for m in mentions(without_norm(s.text), problems) if setting_of(table[m.problem]) is not None}
                inside = [x.problem for x in found if x.line_start <= s.line_start <= x.line_end]
                name = max(own, key=lambda n: own[n]) if own else inside[-1] if inside else None
                claim = judge_sentence(s, table[name], turn.number, role, fill) if name is not None else None
                if claim is not None:
                    out.append(claim)
    return out


def _with_piles(turn: Turn, transcript: Transcript, spans: list[Span], about: dict[int, str], cut: dict[str, list[Section]],
                table: dict[str, Problem]) -> tuple[list[Span], dict[int, str]]:
    """The formulas of a turn with those that were put together from displaced pieces behind them."""
    if not any(s.displaced for s in turn.segments):
        return spans, about
    contexts = contexts_of(spans, about, table, {})

    rows = [d for s in turn.segments if s.displaced for d in dualities(lines_of(s, transcript.repairs)) if d.row]

    def problem_at(line: int) -> str | None:
        row = [d for d in rows if d.line_end < line <= d.line_end + ROW_LINES]
        if row and (named := _with_norm(row[-1], table)) is not None:
            return named
        before = [s for s in cut.get("assistant", []) if s.line_start <= line]
        return before[-1].problem if before else None

    def setting_at(line: int) -> Setting | None:
        name = problem_at(line)
        if name is None:
            return None
        return contexts[name].setting if name in contexts else setting_of(table[name])

    put = put_back(turn, transcript.lines, transcript.repairs, setting_at)
    found = {len(spans) + k: p for k, s in enumerate(put) if (p := problem_at(s.line_start)) is not None}
    return [*spans, *put], {**about, **found}


_ROW = re.compile(r"^\s*\|.*\|\s*$")
_PENALTY = re.compile(r"(?:\\\||\\lVert|‖)[^|‖=]{1,30}(?:\\\||\\rVert|‖)\s*_?\s*\{?\s*(1|2|\\infty|∞)\}?|\bL\s*_?\{?(1|2|\\infty|∞)\}?")


def _of_rows(spans: Sequence[Span], transcript: Transcript, table: dict[str, Problem]) -> dict[int, str]:
    """Formulas in rows of a table whose first cell names a norm are about the problem with that penalty."""
    out: dict[int, str] = {}
    for k, span in enumerate(spans):
        line = transcript.lines[span.line_start - 1] if 0 < span.line_start <= len(transcript.lines) else ""
        row = _ROW.match(line)
        cell = _first_cell(line) if row is not None else ""
        named = {(m.group(1) or m.group(2)).replace("\\infty", "∞") for m in _PENALTY.finditer(cell)}
        if row is None or len(named) != 1 or line.find(span.latex) < line.find(cell) + len(cell):
            continue
        found = _with_exponent(exponent(named.pop()), table)
        if found is not None:
            out[k] = found
    return out


def _of_labels(spans: Sequence[Span], transcript: Transcript, about: Mapping[int, str], table: dict[str, Problem]) -> dict[int, str]:
    """Formulas in an item whose label names another method are about the problem with the same loss and that method: '- Adam: ...'."""
    out: dict[int, str] = {}
    for k, span in enumerate(spans):
        line = transcript.lines[span.line_start - 1] if 0 < span.line_start <= len(transcript.lines) else ""
        if k not in about:
            continue
        problems = list(table.values())
        named = of_label(line, table[about[k]], problems) or of_method(re.split(r"[;:.,(]", sentence_before(span.before))[-1], siblings(table[about[k]], problems))
        if named is not None:
            out[k] = named
    return out


def _first_cell(line: str) -> str:
    """The first cell of a Markdown row; bars within dollars cut nothing."""
    depth = False
    start = line.index("|") + 1
    for i in range(start, len(line)):
        if line[i] == "$":
            depth = not depth
        elif line[i] == "|" and not depth and line[i - 1] != "\\":
            return line[start:i]
    return ""


def _cells_of_tables(turn: Turn, transcript: Transcript, table: dict[str, Problem]) -> list[Claim]:
    """Names and updates in the cells of tables over norms."""
    rows = [d for s in turn.segments if s.displaced for d in dualities(lines_of(s, transcript.repairs)) if d.row]

    def of_norm(power: str) -> Problem | None:
        found = _with_exponent(exponent(power), table)
        return table[found] if found is not None else None

    def first_norm(line: str) -> str:
        named = {(m.group(1) or m.group(2)).replace("\\infty", "∞") for m in _PENALTY.finditer(_first_cell(line))} if _ROW.match(line) else set()
        return named.pop() if len(named) == 1 else ""

    return cells_of_tables(turn, ROLES, rows, of_norm, first_norm)


def _with_norm(row: Duality, table: dict[str, Problem]) -> str | None:
    """The problem whose penalty is the squared norm that a row of a table is about."""
    return _with_exponent(exponent(row.norm), table)


def _with_exponent(power: Expr, table: dict[str, Problem]) -> str | None:
    for name, p in table.items():
        if not any(x.op == "norm" and x.args[1] == power for part in p.parts if part.program is not None for x in walk(part.program.objective)):
            continue
        setting = setting_of(p)
        if setting is not None and setting.weight is not None and setting.lang.norm is not None and setting.lang.norm.args[1] == power:
            return name
    return None


def _dualities(turn: Turn, transcript: Transcript, spans: Sequence[Span], part: str) -> list[Claim]:
    """Statements about dual norms, in piles and in formulas."""
    found = [(d, True) for s in turn.segments if s.displaced for d in dualities(lines_of(s, transcript.repairs))]
    found += [(d, False) for s in spans if not s.lossy and (d := written_duality(s.latex, s.line_start, s.line_end)) is not None]
    out = []
    for d, lossy in found:
        text = "\n".join(transcript.lines[d.line_start - 1 : d.line_end])
        reason = "1/p + 1/q = 1 holds." if d.holds else f"1/p + 1/q is not 1: the dual exponent is {d.required}."
        witness = None if d.holds else {"at": {"p": d.norm}, "left": d.dual, "right": d.required}
        out.append(Claim("", turn.number, "assistant", part, d.line_start, d.line_end, text, d.latex, "table-entry" if d.row else "equation",
                         "true" if d.holds else "false", "proved", "asserted", reason, witness, "" if d.holds else d.required, lossy=lossy))
    return out


def _about(span: Span, cut: dict[str, list[Section]]) -> str | None:
    inside = [s for s in cut.get(span.role, []) if s.line_start <= span.line_start <= s.line_end]
    return inside[-1].problem if inside else None


def _user_weights(turn: Turn, transcript: Transcript, problems: Sequence[Problem]) -> dict[str, Expr]:
    """The weight of the penalty in the user's own statement of each problem."""
    asked = tuple(replace(s, role="assistant") for s in turn.segments if s.role == "user")
    out: dict[str, Expr] = {}
    for span in spans_of(replace(turn, segments=asked), transcript.lines, transcript.repairs):
        for p in problems:
            setting = setting_of(p)
            if setting is None or setting.weight is None:
                continue
            found = stated_objective(span.latex, span.before, setting)
            if found is not None and found.whole and found.weight is not None:
                out[p.id] = found.weight
    return out
