"""A person's verdicts beside a conversation, in FILE.verdicts.jsonl: kept by what was said, not by a number.

Each line is {"kind": "claim", "conversation", "turn", "role", "line_start", "latex", "text", "verdict", "was", "by", "why"} or
{"kind": "answer", "conversation", "turn", "part", "line_start", "text", "verdict", "was", "by", "why"}. A claim is found again by its
latex, text and role, the nearest in line of equal ones; the answer of a part by its turn and a digest of the model's words in
that turn. So it survives judging again; where the words have changed, it is not applied, and that is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from derive.errors import SourceError, UsageError
from derive.files.whole import write_whole
from derive.grading.verdict import SCORES, Verdict
from derive.transcripts.claims.claim import VERDICTS, Claim, Override
from derive.transcripts.judge import PartAnswer, TranscriptVerdict
from derive.transcripts.settled import settled
from derive.transcripts.timeline import courses
from derive.transcripts.turns import Transcript

SUFFIX = ".verdicts.jsonl"
GRADES = tuple(v.value for v in Verdict)


@dataclass(frozen=True)
class Decision:
    """One line of the file."""

    kind: Literal["claim", "answer"]
    conversation: int
    turn: int
    line_start: int
    text: str
    verdict: str
    was: str = ""
    by: str = ""
    why: str = ""
    role: str = ""
    latex: str = ""
    part: str = ""

    @property
    def name(self) -> str:
        """What it is about, for messages."""
        return f"the {'claim' if self.kind == 'claim' else f'answer to {self.part}'} of turn {self.turn}, line {self.line_start}"

    def same(self, other: Decision) -> bool:
        """Whether both decide on the same words."""
        return (self.kind, self.conversation, self.role, self.latex, self.text, self.part) == (
            other.kind, other.conversation, other.role, other.latex, other.text, other.part) and (self.kind == "claim" or self.turn == other.turn) and (
            self.kind == "answer" or self.line_start == other.line_start)


def beside(source: str | Path) -> Path:
    """The file with the decisions on a source."""
    path = Path(source)
    return path.with_name(path.name + SUFFIX)


def read_decisions(source: str | Path) -> list[Decision]:
    """The decisions on a source; none where there is no file. Raises SourceError with file and line for what is no decision."""
    path = beside(source)
    if not path.is_file():
        return []
    out = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"the verdicts cannot be read: {error}.", "It holds JSON lines in UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            out.append(_decision(line, f"{path}:{number}"))
    return out


def _decision(line: str, where: str) -> Decision:
    try:
        row = json.loads(line)
        known = {k: row[k] for k in Decision.__dataclass_fields__ if k in row}
        found = Decision(**known)
    except (ValueError, TypeError) as error:
        raise SourceError(where, f"this is no decision ({error}).", "Write it with `derive override`.") from error
    wanted = {"conversation": int, "turn": int, "line_start": int}
    if found.kind not in ("claim", "answer") or any(not isinstance(getattr(found, k), wanted.get(k, str)) for k in known):
        raise SourceError(where, "a field of this decision has the wrong type.", "Write it with `derive override`.")
    allowed = VERDICTS if found.kind == "claim" else GRADES
    if found.verdict not in allowed:
        raise SourceError(where, f"'{found.verdict}' is no verdict of {'a claim' if found.kind == 'claim' else 'an answer'}.", f"Use one of {', '.join(allowed)}.")
    return found


def write_decisions(source: str | Path, decisions: Sequence[Decision]) -> Path:
    """Write the decisions on a source, all at once; without any the file goes. Raises UsageError where that is not allowed."""
    path = beside(source)
    try:
        if not decisions:
            path.unlink(missing_ok=True)
            return path
        rows = [{k: v for k, v in asdict(d).items() if v != ""} for d in decisions]
        write_whole(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    except OSError as error:
        raise UsageError(str(path), f"this cannot be written: {error.strerror}.", "The verdicts stand beside the conversation.") from error
    return path


def on_claim(claim: Claim, transcript: Transcript, verdict: str, by: str = "", why: str = "") -> Decision:
    """A decision on a claim."""
    was = claim.override.was if claim.override is not None else claim.verdict
    return Decision("claim", transcript.number, claim.turn, claim.line_start, claim.text, verdict, was, by, why, claim.role, claim.latex)


def on_answer(answer: PartAnswer, turn: int, transcript: Transcript, verdict: str, by: str = "", why: str = "") -> Decision:
    """A decision on the answer of a turn to a part."""
    was = answer.override.was if answer.override is not None else answer.grade.verdict.value
    return Decision("answer", transcript.number, turn, answer.line_start, digest(transcript, turn), verdict, was, by, why, part=f"{answer.problem}#{answer.part}")


def digest(transcript: Transcript, turn: int) -> str:
    """A digest of the model's words in a turn, whatever the breaks of lines."""
    said = [w for t in transcript.turns if t.number == turn for s in t.segments if s.role in ("assistant", "assistant-thinking") for w in s.text.split()]
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:24]


def decided(v: TranscriptVerdict, transcript: Transcript, decisions: Sequence[Decision]) -> tuple[TranscriptVerdict, list[str]]:
    """The verdict with a person's decisions in it, its timeline anew, and a note for each decision whose words are gone."""
    claims = list(v.claims)
    turns = list(v.turns)
    notes: list[str] = []
    used: set[int] = set()
    for d in decisions:
        if d.conversation != transcript.number:
            continue
        done = _put_claim(d, claims, used) if d.kind == "claim" else _put_answer(d, turns, transcript)
        if not done:
            notes.append(f"a person's verdict '{d.verdict}' on {d.name} is not applied: the text has changed, decide again.")
    if not decisions:
        return v, notes
    return replace(v, claims=tuple(claims), turns=tuple(turns), courses=tuple(settled(courses(transcript, claims, v.sections), turns, transcript))), notes


def _put_claim(d: Decision, claims: list[Claim], used: set[int]) -> bool:
    fitting = [k for k, c in enumerate(claims) if k not in used and (c.role, c.latex, c.text) == (d.role, d.latex, d.text)]
    if not fitting:
        return False
    k = min(fitting, key=lambda i: abs(claims[i].line_start - d.line_start))
    used.add(k)
    c = claims[k]
    claims[k] = replace(c, verdict=d.verdict, override=Override(c.verdict, d.by, d.why))
    return True


def _put_answer(d: Decision, turns: list[Any], transcript: Transcript) -> bool:
    for k, t in enumerate(turns):
        if t.number != d.turn or digest(transcript, t.number) != d.text:
            continue
        answers = list(t.answers)
        for j, a in enumerate(answers):
            if f"{a.problem}#{a.part}" == d.part:
                g = replace(a.grade, verdict=Verdict(d.verdict), score=SCORES.get(Verdict(d.verdict)))
                answers[j] = replace(a, grade=g, override=Override(a.grade.verdict.value, d.by, d.why))
                turns[k] = replace(t, answers=tuple(answers))
                return True
    return False
