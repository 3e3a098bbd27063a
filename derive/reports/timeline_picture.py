"""The way to an answer as a picture: who speaks in which line, where the answer is right, left, doubted and regained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from derive.transcripts.claims.claim import Claim
from derive.transcripts.timeline import Course
from derive.transcripts.turns import Transcript

WIDTH, LEFT, RIGHT = 1000.0, 84.0, 10.0
_ROWS = {"speaks": 8.0, "stands": 38.0, "claims": 68.0, "turns": 104.0}
_HEIGHT = 112.0
_ROLE = {"user": "prompt", "assistant": "answer", "assistant-thinking": "thinking", "annotator": "note"}


def timeline_picture(part: str, courses: Sequence[Course], claims: Sequence[Claim], transcript: Transcript, prefix: str) -> str:
    """An SVG: the lines of the conversation from left to right.

    courses: the way of the part, one a turn; claims: those that are about its problem.
    """
    last = max(len(transcript.lines), 2)

    def x(line: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (min(max(line, 1), last + 1) - 1) / last

    out = [f'<text class="label" x="0" y="{y + 11}">{name}</text>' for name, y in _ROWS.items() if name != "turns"]
    for t in transcript.turns:
        start = min((s.line_start for s in t.segments), default=1)
        out.append(f'<line class="edge" x1="{x(start):.1f}" x2="{x(start):.1f}" y1="4" y2="96"/><text class="label" x="{x(start):.1f}" y="{_ROWS["turns"] + 6}">{t.number}</text>')
        for s in t.segments:
            if not s.displaced:
                out.append(f'<rect class="r-{s.role}" x="{x(s.line_start):.1f}" y="{_ROWS["speaks"]}" width="{max(x(s.line_end + 1) - x(s.line_start), 1.5):.1f}" height="14">'
                           f"<title>{_ROLE[s.role]}, lines {s.line_start}–{s.line_end}</title></rect>")
    for c in courses:
        turn = next((t for t in transcript.turns if t.number == c.turn), None)
        end = max((s.line_end for s in turn.segments if s.role != "user"), default=last) if turn is not None else last
        for state, since, until in states(c, end):
            out.append(f'<rect class="s-{state}" x="{x(since):.1f}" y="{_ROWS["stands"]}" width="{max(x(until) - x(since), 3):.1f}" height="14"><title>{state} from line {since}</title></rect>')
        for line in c.doubt_lines:
            out.append(_linked(prefix, line, f"doubted in line {line}", f'<text class="doubt" x="{x(line):.1f}" y="{_ROWS["stands"] - 3}" text-anchor="middle">?</text>'))
        for line, what in _marks(c):
            at = x(line)
            path = f"M{at - 5:.1f} {_ROWS['stands'] + 24} h10 l-5 -8 z"
            out.append(_linked(prefix, line, f"{what} in line {line}", f'<path class="mark m-{what.partition(" ")[0]}" d="{path}"/>'))
    for claim in claims:
        line = claim.place[0] if claim.place is not None else claim.line_start
        tall = 20 if claim.part == part else 12
        out.append(f'<rect class="c-{claim.verdict}" x="{x(line):.1f}" y="{_ROWS["claims"] + 22 - tall}" width="2.2" height="{tall}"><title>{claim.id}: {claim.verdict}, line {line}</title></rect>')
    return (f'<div class="scroll"><svg class="timeline" viewBox="0 0 {WIDTH:.0f} {_HEIGHT:.0f}" role="group" aria-label="{escape(f"timeline of {part}: {course_text(courses)}", quote=True)}">'
            f'{"".join(out)}</svg></div>')


def states(c: Course, end: int) -> Iterator[tuple[str, int, int]]:
    """The stretches of a turn in which an answer stands: right, or left for something else; (state, from, to)."""
    if c.first_correct_line is None:
        if c.ends_line is not None and c.ends in ("wrong", "partial"):
            yield c.ends, c.ends_line, end
        return
    changes = sorted([(n, "left") for n in c.left_lines] + [(n, "right") for n in c.regained_lines])
    since, state = c.first_correct_line, "right"
    for line, to in changes:
        yield state, since, line
        since, state = line, to
    yield state, since, end


def _marks(c: Course) -> Iterator[tuple[int, str]]:
    if c.first_correct_line is not None:
        yield c.first_correct_line, "right first"
    yield from ((n, "left") for n in c.left_lines)
    yield from ((n, "regained") for n in c.regained_lines)


def _linked(prefix: str, line: int, title: str, shape: str) -> str:
    return f'<a href="#{prefix}L{line}" data-line="{line}" data-in="{prefix}"><title>{title}</title>{shape}</a>'


def course_text(courses: Sequence[Course]) -> str:
    """The way to an answer in words."""
    return " ".join(_course_text(c) for c in courses)


def _course_text(c: Course) -> str:
    if c.first_correct_line is None:
        return f"Turn {c.turn}: never right, ends {c.ends}."
    said = [f"Turn {c.turn}: first right in line {c.first_correct_line}"]
    if c.left_lines:
        said.append(f"left in {_lines(c.left_lines)}")
    if c.regained_lines:
        said.append(f"regained in {_lines(c.regained_lines)}")
    if c.doubt_lines:
        said.append(f"doubted in {_lines(c.doubt_lines)}")
    return f"{', '.join(said)}; ends {c.ends}, {c.words_after} words later."


def _lines(numbers: Sequence[int]) -> str:
    return ("line " if len(numbers) == 1 else "lines ") + ", ".join(map(str, numbers))
