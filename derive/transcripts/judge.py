"""Each turn of a conversation: which parts it answers, and the grade of its final answer to each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.derivation.steps import Derivation
from derive.grading.diagnosis.siblings import introduce
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.norms import named_norm
from derive.grading.reply import find_reply
from derive.grading.verdict import Grade, Verdict
from derive.maths import expr as E
from derive.problem.model import Part, Problem
from derive.transcripts.topics import Mention, mentions
from derive.transcripts.turns import Transcript, Turn

ASSISTANT, THINKING, USER = "assistant", "assistant-thinking", "user"


@dataclass(frozen=True)
class PartAnswer:
    """A part that a turn answers, with its grade and the lines in which the answer stands."""

    problem: str
    part: str
    grade: Grade
    line_start: int
    line_end: int


@dataclass(frozen=True)
class TurnVerdict:
    """One turn: the lines of what the model said, and what it answers."""

    number: int
    line_start: int
    line_end: int
    answers: tuple[PartAnswer, ...]


@dataclass(frozen=True)
class TranscriptVerdict:
    """A conversation judged turn by turn."""

    source: str
    turns: tuple[TurnVerdict, ...]
    lost: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain data; lines count from 1 in the source as given."""
        turns = [{
            "turn": t.number, "line_start": t.line_start, "line_end": t.line_end,
            "answers": [{**a.grade.to_dict(), "line_start": a.line_start, "line_end": a.line_end} for a in t.answers],
        } for t in self.turns]
        return {"source": self.source, "turns": turns, "lost": list(self.lost)}


def judge_transcript(transcript: Transcript, problems: Sequence[Problem], certified: bool = True) -> TranscriptVerdict:
    """Grade the final answer of each part that each turn answers.

    What a turn is about is decided by the formulas and words of its prompt and its text, never by
    which answer would be right. Turns that answer nothing have no answers.
    """
    introduce(problems)
    judged: list[TurnVerdict] = []
    active: tuple[str, ...] = ()
    for turn in transcript.turns:
        sections, active = _sections(turn, list(problems), active)
        answers: list[PartAnswer] = []
        for problem in problems:
            text = "\n\n".join(s.text for s in sections if s.problem == problem.id)
            if not text.strip():
                continue
            lines = [s for s in sections if s.problem == problem.id]
            for part in problem.parts:
                g = _answered(problem, part, text, certified)
                if g is not None:
                    answers.append(PartAnswer(problem.id, part.id, g, lines[0].line_start, lines[-1].line_end))
        spoken = [s for s in turn.segments if s.role in (ASSISTANT, THINKING)]
        first = spoken[0].line_start if spoken else 0
        last = spoken[-1].line_end if spoken else 0
        judged.append(TurnVerdict(turn.number, first, last, tuple(answers)))
    return TranscriptVerdict(transcript.source, tuple(judged), tuple(transcript.lost))


# ------------------------------------------------------------------------------------------ attribution

@dataclass(frozen=True)
class _Section:
    problem: str
    text: str
    line_start: int
    line_end: int


_BREAK = re.compile(r"^\s*(?:#{1,6}\s|[-*]?\s*\(?[a-h]\)\s|\*\*\(?(?:part|problem|question)\b|(?:part|problem|question)\s+\(?\w\)?\s*[:.])", re.I)


def _sections(turn: Turn, problems: list[Problem], before: tuple[str, ...]) -> tuple[list[_Section], tuple[str, ...]]:
    """The model's visible text cut at headings and items, each piece with the problem it is about.

    A piece without a mention of its own goes on with the problem of the piece before it.
    """
    visible = [s for s in turn.segments if s.role == ASSISTANT and not s.displaced]
    if not any(s.text.strip() for s in visible):
        visible = [s for s in turn.segments if s.role == THINKING]
    prompt = "\n".join(s.text for s in turn.segments if s.role == USER)
    thought = "\n".join(s.text[:300] for s in turn.segments if s.role == THINKING)
    body = "\n".join(s.text for s in visible)
    scores = _scores([*_weighted(mentions(prompt, problems), 3), *_weighted(mentions(thought, problems), 2), *mentions(body, problems)])
    main = _top(scores)
    current = main if main is not None else (before[0] if before else None)
    out: list[_Section] = []
    for s in visible:
        for start, lines in _cut(s.text):
            own = _scores(mentions(lines[0], problems) or [])
            named = _top(own)
            if (named is not None and start > 0) or (named is not None and current is None):
                current = named
            if current is not None:
                out.append(_Section(current, "\n".join(lines), s.line_start + start, s.line_start + start + len(lines) - 1))
    table = {p.id: p for p in problems}
    out = [replace(s, problem=_owner(s, table, before)) for s in out]
    used = tuple(dict.fromkeys(s.problem for s in reversed(out)))
    return out, used or before


def _owner(section: _Section, problems: dict[str, Problem], before: tuple[str, ...]) -> str:
    """The problem that a section answers.

    Where a follow-up speaks of a more general problem but the answer in it holds none of the general
    problem's own parameters, the answer belongs to the problem that was spoken of before.
    """
    here = problems[section.problem]
    earlier = [b for b in before if b in problems and b != here.id and _unknown(problems[b]) == _unknown(here)]
    special = _parameters(here) - frozenset().union(*(_parameters(problems[b]) for b in earlier)) if earlier else frozenset()
    part = next((p for p in here.parts if p.program is not None), None)
    if not special or part is None:
        return here.id
    found = find_reply(section.text, key_of(here, part, False).wanted)
    used = {n for a in found.alternatives for i in a.interpretations for m in i.members for n in E.symbols_in(m.expr)}
    related = special | {s.name for s in here.symbols.values() if s.let is not None and E.symbols_in(s.let) & special}
    return here.id if not used or used & related else earlier[0]


def _parameters(problem: Problem) -> frozenset[str]:
    out: set[str] = set()
    for part in problem.parts:
        if part.program is not None:
            out |= {n for n in E.symbols_in(part.program.objective) if not problem.symbols[n].shape}
    return frozenset(out)


def _unknown(problem: Problem) -> tuple[str, ...]:
    return next((p.program.over for p in problem.parts if p.program is not None), (problem.iteration.over,) if problem.iteration else ())


def _cut(text: str) -> list[tuple[int, list[str]]]:
    """Lines cut before headings and items: (offset of the first line, lines)."""
    out: list[tuple[int, list[str]]] = []
    for k, line in enumerate(text.split("\n")):
        if not out or _BREAK.match(line):
            out.append((k, []))
        out[-1][1].append(line)
    return out


def _weighted(found: list[Mention], factor: int) -> list[Mention]:
    return [replace(m, weight=m.weight * factor) for m in found]


def _scores(found: list[Mention]) -> dict[str, int]:
    """Weight a problem, each cue counted a few times at most."""
    out: dict[str, int] = {}
    for m in found:
        out[m.problem] = out.get(m.problem, 0) + m.weight
    return out


def _top(scores: dict[str, int]) -> str | None:
    """The problem with the highest score, if it stands alone."""
    ordered = sorted(scores.items(), key=lambda kv: -kv[1])
    if not ordered or (len(ordered) > 1 and ordered[0][1] == ordered[1][1]):
        return None
    return ordered[0][0]


# ------------------------------------------------------------------------------------------ answers

def _answered(problem: Problem, part: Part, text: str, certified: bool) -> Grade | None:
    """The grade of the text for a part, or None where the text does not answer it."""
    key = key_of(problem, part, certified)
    if not isinstance(key.outcome, Derivation):
        return None
    kind = key.derivation.kind
    if kind == "name":
        g = grade(problem, part, text, certified=certified)
        return None if g.verdict is Verdict.UNREADABLE else g
    if kind == "table":
        from derive.grading.tables import find_cells

        return grade(problem, part, text, certified=certified) if len(find_cells(text, key)) >= 2 else None
    if kind == "norm":
        theta = problem.iteration.over if problem.iteration else ""
        said = _least_norm_sentence(text)
        if said is None or named_norm(said, theta, key) is None:
            return None
        return grade(problem, part, said, certified=certified)
    if part.ask in ("argmin", "argmax", "limit", "recurrence"):
        reply = find_reply(text, key.wanted)
        if not any(i.members and (i.kind == "asked" or part.ask != "recurrence") for a in reply.alternatives for i in a.interpretations):
            return None
        return grade(problem, part, text, certified=certified)
    return None


_LEAST = re.compile(r"[^.!?\n]*\bmin(?:imum|imal|imi[sz]\w*)\b[^.!?]{0,80}?\bnorm\b[^.!?\n]{0,40}", re.I | re.S)


def _least_norm_sentence(text: str) -> str | None:
    """The last sentence that says of which norm the limit is the smallest."""
    found = [m.group() for m in _LEAST.finditer(text)]
    return found[-1] if found else None
