"""Each turn of a conversation: which parts it answers, the grade of its final answer to each, and how it came to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derive.derivation.kept import kept_outcome
from derive.derivation.steps import Derivation
from derive.grading.diagnosis.siblings import introduce
from derive.grading.finding.reply import find_reply
from derive.grading.grade import grade
from derive.grading.keys import key_of, not_gradable
from derive.grading.norms.named import named_norm
from derive.grading.text.door import at_the_door
from derive.grading.verdict import Grade, Verdict
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.transcripts.claims.claim import Claim, Override
from derive.transcripts.claims.conversation import read_claims
from derive.transcripts.conventions import Clash, clash_of
from derive.transcripts.pieces import Role
from derive.transcripts.record import clashes, to_dict
from derive.transcripts.repair import Repair
from derive.transcripts.sections import ASSISTANT, THINKING, Section, part_letters, sections
from derive.transcripts.settled import right_from, settled
from derive.transcripts.timeline import Course, courses
from derive.transcripts.turns import Transcript
from derive.transcripts.unanswered import unanswered


@dataclass(frozen=True)
class PartAnswer:
    """A part that a turn answers, with its grade and the lines in which the answer stands.

    convention: the weight of the penalty under which it is judged, that of the problem, where it has one; clash: that of the
    statement in the conversation, where it is another one, with the verdict under each; override: a person's decision; right_line: of a right answer of
    which no claim tells, the line with which it is right.
    """

    problem: str
    part: str
    grade: Grade
    line_start: int
    line_end: int
    convention: str = ""
    clash: Clash | None = None
    override: Override | None = None
    right_line: int | None = None


@dataclass(frozen=True)
class Stretch:
    """What one speaker says in a turn: role, and the lines from the first to the last."""

    role: Role
    line_start: int
    line_end: int
    text: str


@dataclass(frozen=True)
class TurnVerdict:
    """One turn: the lines of what the model said, what it answers, and who speaks in it; why: where it has formulas and answers nothing, why that is and what to do."""

    number: int
    line_start: int
    line_end: int
    answers: tuple[PartAnswer, ...]
    stretches: tuple[Stretch, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class TranscriptVerdict:
    """A conversation judged turn by turn; annotations: what a person has noted between, with their turns; sections: what the model says, cut by problem."""

    source: str
    turns: tuple[TurnVerdict, ...]
    lost: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    courses: tuple[Course, ...] = ()
    kind: str = ""
    repairs: tuple[Repair, ...] = ()
    annotations: tuple[tuple[int, Stretch], ...] = ()
    sections: Mapping[int, Sequence[Section]] = field(default_factory=dict)

    @property
    def clashes(self) -> list[dict[str, Any]]:
        """Where the conversation states a problem with another convention than the problem's own."""
        return clashes(self)

    def to_dict(self) -> dict[str, Any]:
        """As plain data; lines count from 1 in the source as given."""
        return to_dict(self)


def _stated(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems that a conversation can be about: beside others, a spec from which nothing is drawn yet states none."""
    return [p for p in problems if p.variants is None or (p.variant is not None and p.variant.seed is not None)] or problems


def judge_transcript(transcript: Transcript, problems: Sequence[Problem], certified: bool = True, about: str = "") -> TranscriptVerdict:
    """Grade the final answer of each part that each turn answers, and judge every claim on the way.

    What a turn is about is decided by the formulas and words of its prompt and its text, never by
    which answer would be right; about: the problem that it is about where these do not tell. Turns that answer nothing have no answers.
    """
    problems = _stated(problems)
    introduce(problems)
    found = read_claims(transcript, problems, about=about)
    ways = courses(transcript, found.claims, found.sections)
    told = {(c.turn, c.part) for c in ways if c.first_correct_line is not None}
    judged: list[TurnVerdict] = []
    active: tuple[str, ...] = (about,) if about else ()
    letters = part_letters(transcript.turns, list(problems))
    for turn in transcript.turns:
        cut, active = sections(turn, list(problems), active, letters=letters)
        answers: list[PartAnswer] = []
        for problem in problems:
            lines = [s for s in cut if s.problem == problem.id]
            text = "\n\n".join(s.text for s in lines)
            if not text.strip():
                continue
            for part in problem.parts:
                mine = [c for c in found.claims if c.turn == turn.number and c.role == ASSISTANT and c.part == f"{problem.id}#{part.id}"]
                g = _said(problem, part, mine, certified) if part.ask in ("value", "count") else _answered(problem, part, text, certified)
                if g is not None:
                    g = _as_claimed(_as_named(g, problem, part, mine, certified), problem, part, mine, certified)
                    a = _both(g, problem, part, text, found.weights.get(turn.number, {}), lines[0].line_start, lines[-1].line_end)
                    known = g.verdict is not Verdict.CORRECT or (turn.number, f"{problem.id}#{part.id}") in told
                    answers.append(a if known else replace(a, right_line=_right_line(problem, part, lines, mine)))
        spoken = [s for s in turn.segments if s.role in (ASSISTANT, THINKING)]
        first = spoken[0].line_start if spoken else 0
        last = spoken[-1].line_end if spoken else 0
        stretches = [s for role in ("user", THINKING, ASSISTANT) if (s := _stretch(turn.segments, role)) is not None]
        why = "" if answers else unanswered(turn, cut, problems)
        judged.append(TurnVerdict(turn.number, first, last, tuple(answers), tuple(stretches), why))
    notes = [(t.number, Stretch(s.role, s.line_start, s.line_end, s.text)) for t in transcript.turns for s in t.segments if s.role == "annotator"]
    return TranscriptVerdict(transcript.source, tuple(judged), tuple(transcript.lost), tuple(found.claims), tuple(settled(ways, judged, transcript)),
                             transcript.kind, transcript.repairs, tuple(notes), found.sections)


def _right_line(problem: Problem, part: Part, lines: Sequence[Section], claims: Sequence[Claim]) -> int:
    """The line with which a right answer of which no claim tells is right."""
    said = [c for c in claims if c.answers and not c.lossy and c.modality == "asserted"]
    return said[-1].line_start if said and part.ask in ("value", "count") else right_from(lines, lambda text: _answered(problem, part, text, False))


def _stretch(segments: Sequence[Any], role: Role) -> Stretch | None:
    mine = [s for s in segments if s.role == role and s.text.strip()]
    if not mine:
        return None
    return Stretch(role, min(s.line_start for s in mine), max(s.line_end for s in mine), "\n".join(s.text for s in mine if not s.displaced))


# ------------------------------------------------------------------------------------------ answers

def _answered(problem: Problem, part: Part, text: str, certified: bool) -> Grade | None:
    """The grade of the text for a part, or None where the text does not answer it; only what is answered is certified."""
    if not isinstance(kept_outcome(problem, part), Derivation):
        return None
    key = key_of(problem, part, False)
    kind = key.derivation.kind
    if kind == "name":
        return _graded(problem, part, text, certified)
    if kind == "table":
        from derive.grading.tables.cells import find_cells

        return grade(problem, part, text, certified=certified) if len(find_cells(text, key)) >= 2 else None
    if kind == "norm":
        theta = problem.iteration.over if problem.iteration else ""
        said = _least_norm_sentence(text)
        if said is None or named_norm(said, theta, key) is None:
            return None
        return grade(problem, part, said, certified=certified)
    if part.ask == "recurrence" and not any(i.members and i.kind == "asked" for a in find_reply(at_the_door(text), key.wanted).alternatives for i in a.interpretations):
        return None
    return _graded(problem, part, text, certified) if part.ask in ("argmin", "argmax", "limit", "recurrence") else None


def _graded(problem: Problem, part: Part, text: str, certified: bool) -> Grade | None:
    """The grade of a text in which something is read for a part; the certificate, which only blocks, is asked for after that."""
    g = grade(problem, part, text, certified=False)
    if g.verdict is Verdict.UNREADABLE:
        return None
    return grade(problem, part, text) if certified and not_gradable(key_of(problem, part)) else g


def _said(problem: Problem, part: Part, claims: Sequence[Claim], certified: bool) -> Grade | None:
    """The grade of the last value or count that is stated for a part; None where none is."""
    said = [c for c in claims if c.answers and not c.lossy and c.modality == "asserted"]
    if not said or not isinstance(kept_outcome(problem, part), Derivation):
        return None
    return grade(problem, part, said[-1].latex.rpartition("=")[2].strip(), certified=certified)


def _as_named(g: Grade, problem: Problem, part: Part, claims: Sequence[Claim], certified: bool) -> Grade:
    """The grade of a name by the last sentence that names: a step size that is spoken of elsewhere does not belong to the name."""
    named = [c for c in claims if c.type == "identification" and c.modality != "question"]
    if part.ask != "name" or g.verdict is not Verdict.CORRECT or not named or named[-1].verdict != "undecided":
        return g
    own = grade(problem, part, named[-1].latex, certified=certified)
    return own if own.verdict is Verdict.PARTIAL else g


def _as_claimed(g: Grade, problem: Problem, part: Part, claims: Sequence[Claim], certified: bool) -> Grade:
    """The grade by the last statement of the answer, where that holds without a condition: what holds in one case only is no answer.

    Words beside a formula, which leave an answer of a few words undecided, are what a conversation is made of: its statements are judged where they stand.
    """
    said = [c for c in claims if c.answers and c.type != "identification" and not c.lossy and c.modality not in ("withdrawn", "question")]
    if g.verdict not in (Verdict.INCORRECT, Verdict.UNDECIDED) or part.ask == "table" or not said or said[-1].verdict != "true" or said[-1].modality != "asserted":
        return g
    own = grade(problem, part, said[-1].latex, certified=certified)
    return own if own.verdict is Verdict.CORRECT else g


def _both(g: Grade, problem: Problem, part: Part, text: str, weights: Mapping[str, Expr], first: int, last: int) -> PartAnswer:
    """The answer, judged under the problem's own convention; where the conversation states another one, the verdict under that stands beside it."""
    clash = clash_of(problem, part, weights.get(problem.id), text, g)
    if clash is None:
        return PartAnswer(problem.id, part.id, g, first, last)
    return PartAnswer(problem.id, part.id, g, first, last, clash.own, clash if clash.differs else None)


_LEAST = re.compile(r"[^.!?\n]*\bmin(?:imum|imal|imi[sz]\w*)\b[^.!?]{0,80}?\bnorm\b[^.!?\n]{0,40}", re.I | re.S)


def _least_norm_sentence(text: str) -> str | None:
    """The last sentence that says of which norm the limit is the smallest."""
    found = [m.group() for m in _LEAST.finditer(text)]
    return re.sub(r"\b(solutions?|interpolators?)\b.*", r"\1", found[-1], flags=re.S) if found else None
