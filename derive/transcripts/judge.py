"""Each turn of a conversation: which parts it answers, and the grade of its final answer to each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.derivation.steps import Derivation
from derive.grading.diagnosis.siblings import introduce
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.norms import named_norm
from derive.grading.reply import find_reply
from derive.grading.verdict import Grade, Verdict
from derive.problem.model import Part, Problem
from derive.transcripts.claims.claim import VERDICTS, Claim
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.sections import ASSISTANT, THINKING, sections
from derive.transcripts.timeline import Course, courses
from derive.transcripts.turns import Transcript


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
    claims: tuple[Claim, ...] = ()
    courses: tuple[Course, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain data; lines count from 1 in the source as given."""
        turns = [{
            "turn": t.number, "line_start": t.line_start, "line_end": t.line_end,
            "answers": [{**a.grade.to_dict(), "line_start": a.line_start, "line_end": a.line_end} for a in t.answers],
        } for t in self.turns]
        said = Counter(c.verdict for c in self.claims)
        return {
            "source": self.source, "turns": turns, "claims": [c.to_dict() for c in self.claims],
            "timeline": [c.to_dict() for c in self.courses], "lost": list(self.lost),
            "summary": {"claims": {v: said[v] for v in VERDICTS if said[v]}},
        }


def judge_transcript(transcript: Transcript, problems: Sequence[Problem], certified: bool = True) -> TranscriptVerdict:
    """Grade the final answer of each part that each turn answers, and judge every claim on the way.

    What a turn is about is decided by the formulas and words of its prompt and its text, never by
    which answer would be right. Turns that answer nothing have no answers.
    """
    introduce(problems)
    judged: list[TurnVerdict] = []
    active: tuple[str, ...] = ()
    for turn in transcript.turns:
        found, active = sections(turn, list(problems), active)
        answers: list[PartAnswer] = []
        for problem in problems:
            text = "\n\n".join(s.text for s in found if s.problem == problem.id)
            if not text.strip():
                continue
            lines = [s for s in found if s.problem == problem.id]
            for part in problem.parts:
                g = _answered(problem, part, text, certified)
                if g is not None:
                    answers.append(PartAnswer(problem.id, part.id, g, lines[0].line_start, lines[-1].line_end))
        spoken = [s for s in turn.segments if s.role in (ASSISTANT, THINKING)]
        first = spoken[0].line_start if spoken else 0
        last = spoken[-1].line_end if spoken else 0
        judged.append(TurnVerdict(turn.number, first, last, tuple(answers)))
    claims = find_claims(transcript, problems)
    return TranscriptVerdict(transcript.source, tuple(judged), tuple(transcript.lost), tuple(claims), tuple(courses(transcript, claims)))


# ------------------------------------------------------------------------------------------ answers

def _answered(problem: Problem, part: Part, text: str, certified: bool) -> Grade | None:
    """The grade of the text for a part, or None where the text does not answer it; only what is answered is certified."""
    key = key_of(problem, part, False)
    if not isinstance(key.outcome, Derivation):
        return None
    kind = key.derivation.kind
    if kind == "name":
        if grade(problem, part, text, certified=False).verdict is Verdict.UNREADABLE:
            return None
        return grade(problem, part, text, certified=certified)
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
