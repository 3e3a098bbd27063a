"""The way to an answer and its grade say one thing: where the claims give no line to a right answer, or a right line to one that is not, the grade decides.

An answer is graded by all that is said of it, a claim by its own words: `\\theta = a/\\|a\\|^2` answers without saying that it is the limit, and a name may
be right beside an update that is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.grading.verdict import Grade, Verdict
from derive.transcripts.sections import Section
from derive.transcripts.timeline import ANSWER, NAME, Course, after_right, words_of
from derive.transcripts.turns import Transcript

if TYPE_CHECKING:
    from derive.transcripts.judge import PartAnswer, TurnVerdict

MOST_LINES = 60  # of a reply that are looked at for the one from which it is right


def right_from(lines: Sequence[Section], graded: Callable[[str], Grade | None]) -> int:
    """The line of a reply with which it becomes right; its last where that is not found."""
    numbered = [(s.line_start + k, text) for s in lines for k, text in enumerate(s.text.split("\n"))]
    last = numbered[-1][0]
    said = ""
    for count, (number, text) in enumerate((n, t) for n, t in numbered if t.strip()):
        said = f"{said}\n\n{text}"
        if count == MOST_LINES:
            return last
        g = graded(said)
        if g is not None and g.verdict is Verdict.CORRECT:
            return number
    return last


def settled(ways: Sequence[Course], turns: Sequence[TurnVerdict], transcript: Transcript) -> list[Course]:
    """The ways with the grades of the answers in them."""
    out = {(c.turn, c.part): c for c in ways}
    for t in turns:
        for a in t.answers:
            at = (t.number, f"{a.problem}#{a.part}")
            way = out.get(at)
            if a.grade.verdict is Verdict.CORRECT and a.right_line is not None and (way is None or way.first_correct_line is None):
                out[at] = _right(a, t.number, transcript, way)
            elif way is not None and way.what == NAME and way.ends == "right" and a.override is None and a.grade.verdict in (Verdict.PARTIAL, Verdict.INCORRECT):
                ends = "partial" if a.grade.verdict is Verdict.PARTIAL else "wrong"
                out[at] = replace(way, first_correct_line=None, left_lines=(), regained_lines=(), ends=ends, doubt_lines=(), lines_after=0, words_after=0)
    return list(out.values())


def _right(a: PartAnswer, turn: int, transcript: Transcript, way: Course | None) -> Course:
    assert a.right_line is not None
    lines, words = after_right(words_of(next(t for t in transcript.turns if t.number == turn)), a.right_line)
    what = way.what if way is not None else ANSWER
    return Course(turn, a.problem, f"{a.problem}#{a.part}", what, a.right_line, (), (), "right", a.right_line, a.grade.read_as, "", (), lines, words)
