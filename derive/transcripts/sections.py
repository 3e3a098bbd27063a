"""What a turn is about: the model's words cut at headings and items, each piece with its problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from derive.grading.finding.reply import find_reply
from derive.grading.keys import key_of
from derive.grading.text.door import at_the_door
from derive.maths import expr as E
from derive.problem.model import Problem
from derive.transcripts.likeness import likest, nearest, titled
from derive.transcripts.methods import of_method, of_norm, siblings
from derive.transcripts.pieces import Role
from derive.transcripts.topics import Mention, mentions
from derive.transcripts.turns import Turn

ASSISTANT: Role = "assistant"
THINKING: Role = "assistant-thinking"
USER: Role = "user"


@dataclass(frozen=True)
class Section:
    """A piece of what a model says, with the problem it is about and its lines."""

    problem: str
    text: str
    line_start: int
    line_end: int


_BREAK = re.compile(r"^\s*(?:#{1,6}\s|[-*]?\s*\(?[a-h]\)\s|\*\*\(?(?:part|problem|question)\b|(?:part|problem|question)\s+\(?\w\)?\s*[:.])", re.I)

_RUN_IN = re.compile(r"^\s*(?:[-*]\s+)?(?:\*\*|__|\*(?!\s)|_)(?P<says>[^*_\n$]{3,80}?)(?:[.:](?:\*\*|__|\*|_)|(?:\*\*|__)\s*(?:[.:]|$))")  # '**Ring all-reduce.** Every worker ...'
GOES_ON = 3  # the weight of the problem at hand where a question names none
MANY_WORDS = 6  # of the statement of another problem, from which a reply to a question that names none is about that
_LABELLED = re.compile(r"^\s*(?:[-*]\s+)?(?P<says>[A-Z][a-z]+(?:[- ][A-Za-z]+)?):\s")  # 'Nuclear: now ...'
_MARK = re.compile(r"^\s*(?:[-*]\s+)?(?:\*\*)?(?:(?:part|for)\s+)?\(?([a-h]|[1-9])\)", re.I)
_WITHIN = re.compile(r"(?<=\s)(?=\((?:[a-h]|[1-9])\)[:\s])")  # 'Now (3): ... And (4) ...'


_A_NORM = re.compile(r"(?:the\s+)?(?:(?:L|ℓ|\\ell)[-_ {]*(?:1|2|∞|\\infty|inf(?:inity)?)\}?|Euclidean|infinity|max(?:imum|imal)?|Manhattan|taxicab|sup(?:remum)?|[12])[- ]*norm\b", re.I)
_SETS = re.compile(r"\b(?:penal\w*|regulari[sz]\w*|constrain\w*|ball|squared|argmin|minimi[sz]\w*|maximi[sz]\w*|updates?|subject)\b", re.I)


def _measures(prompt: str, asked: Sequence[Mention], here: Problem, problems: list[Problem]) -> bool:
    """Whether a question names a norm only to measure what the problem at hand is about: 'which of the two has the larger Euclidean norm?'."""
    return (here.iteration is not None and bool(asked) and of_norm(prompt, here, problems) is None and not _SETS.search(prompt)
            and all(_A_NORM.match(prompt, m.start) for m in asked))


def part_letters(turns: Iterable[Turn], problems: list[Problem]) -> dict[str, str]:
    """'(a)', '(b)' as the user's own words use them: letter -> the problem that is stated behind it; letters that are used for two are left out."""
    out: dict[str, str | None] = {}
    rest: dict[str, str] = {}
    for turn in turns:
        for s in (s for s in turn.segments if s.role == USER):
            pieces: list[tuple[str, list[str]]] = []
            for line in _WITHIN.sub("\n", s.text).split("\n"):
                m = _MARK.match(line)
                if m is not None:
                    pieces.append((m.group(1).lower(), []))
                if pieces:
                    pieces[-1][1].append(line)
            for letter, lines in pieces:
                text = "\n".join(lines)
                scores = _scores(mentions(text, problems))
                like = likest(text, _spoken_most(scores, problems)) if _top(scores) is None else []
                named = _top(scores) or (like[0] if len(like) == 1 else None)
                if named is not None:
                    out[letter] = named if out.get(letter, named) == named else None
                else:
                    rest[letter] = text
    left = [p for p in problems if p.id not in out.values()]
    found = {k: v for k, v in out.items() if v is not None}
    return {**{k: name for k, text in rest.items() if k not in out and found and (name := nearest(text, left)) is not None}, **found}


def sections(turn: Turn, problems: list[Problem], before: tuple[str, ...], role: Role | None = None,
             letters: Mapping[str, str] | None = None) -> tuple[list[Section], tuple[str, ...]]:
    """What the model says cut at headings and items, each piece with the problem it is about, and the problems so far.

    role: whose text is cut; without it the visible text, or the thinking where there is no other. A piece
    without a mention of its own goes on with the problem of the piece before it; one that begins with a letter
    ('(a) u = ...') is about the problem that the user's words give that letter.
    """
    visible = [s for s in turn.segments if s.role == (role or ASSISTANT) and not s.displaced]
    if role is None and not any(s.text.strip() for s in visible):
        visible = [s for s in turn.segments if s.role == THINKING]
    prompt = "\n".join(s.text for s in turn.segments if s.role == USER)
    thought = "\n".join(s.text[:300] for s in turn.segments if s.role == THINKING)
    body = "\n".join(s.text for s in visible)
    table = {p.id: p for p in problems}
    asked = mentions(prompt, problems)
    if before and before[0] in table and _measures(prompt, asked, table[before[0]], problems):
        asked = []
    spoken = [m for m in mentions(body, problems) if asked or not before or not m.loose or m.weight >= MANY_WORDS]
    scores = _scores([*_weighted(asked, 3), *_weighted(mentions(thought, problems), 2), *spoken])
    if before and prompt.strip() and not asked and scores:
        scores[before[0]] = scores.get(before[0], 0) + GOES_ON
    main = _top(scores) or _by_method(scores, prompt, body, problems)
    base = main or (before[0] if before else None)
    if base in table and not asked:  # 'and with the max norm?'
        main = of_norm(prompt, table[base], problems) or main
    if before and before[0] in table and (main is None or not asked):  # 'and with Adam?'
        main = of_method(prompt, siblings(table[before[0]], problems)) or main
    rivals = likest(prompt, problems if not asked else _spoken_most(scores, problems) if main is None else [], bool(before))
    main = rivals[0] if rivals and (not asked or len(rivals) == 1) else main or _widest(scores, table)
    current = main if main is not None else (before[0] if before else None)
    out: list[Section] = []
    for s in visible:
        for start, lines in _cut(s.text):
            run_in = _RUN_IN.match(lines[0])
            own = _scores(mentions(run_in.group("says") if run_in is not None else lines[0], problems) or [])
            label = run_in or _LABELLED.match(lines[0])
            named = titled(label.group("says"), [table[r] for r in rivals]) if label is not None else None
            if named is None and label is not None and not own and (current not in table or not table[current].cues):
                named = titled(label.group("says"), problems)
            named = named or _top(own)
            mark = _MARK.match(lines[0]) if named is None and letters else None
            if mark is not None and letters is not None:
                named = letters.get(mark.group(1).lower())
            if (named is not None and (start > 0 or label is not None)) or (named is not None and current is None):
                current = named
            if current is not None:
                out.append(Section(current, "\n".join(lines), s.line_start + start, s.line_start + start + len(lines) - 1))
    out = _merged(out)
    out = [replace(s, problem=_rescaled(replace(s, problem=_owner(s, table, before)), table)) for s in out]
    used = tuple(dict.fromkeys(s.problem for s in reversed(out)))
    return out, used or before


def spoken_of(prompt: str, body: str, problems: Sequence[Problem]) -> dict[str, int]:
    """How much a question and its reply speak of each problem."""
    return _scores([*_weighted(mentions(prompt, list(problems)), 3), *mentions(body, list(problems))])


def _merged(found: list[Section]) -> list[Section]:
    """Pieces of one stretch that are about one problem as one piece, but where a heading or an item begins."""
    out: list[Section] = []
    for s in found:
        first = s.text.split("\n", 1)[0]
        if out and out[-1].problem == s.problem and out[-1].line_end + 1 == s.line_start and not (_BREAK.match(first) or _RUN_IN.match(first)):
            out[-1] = replace(out[-1], text=f"{out[-1].text}\n{s.text}", line_end=s.line_end)
        else:
            out.append(s)
    return out


def _spoken_most(scores: Mapping[str, int], problems: list[Problem]) -> list[Problem]:
    """Those that are spoken of most, all where none is."""
    return [p for p in problems if scores.get(p.id, 0) == max(scores.values(), default=0)]


def _widest(scores: Mapping[str, int], table: Mapping[str, Problem]) -> str | None:
    """Of problems that are spoken of equally and ask about one program, the one that asks most."""
    tied = [table[name] for name, score in scores.items() if score == max(scores.values())]
    programs = {repr(part.program) for p in tied for part in p.parts if part.program is not None}
    if len(tied) < 2 or len(programs) != 1:
        return None
    most = max(len(p.parts) for p in tied)
    widest = [p.id for p in tied if len(p.parts) == most]
    return widest[0] if len(widest) == 1 else None


def _by_method(scores: dict[str, int], prompt: str, body: str, problems: list[Problem]) -> str | None:
    """Of the problems that are spoken of most, the one whose method the question names, or how the reply begins."""
    most = max(scores.values(), default=0)
    tied = [p for p in problems if scores.get(p.id) == most]
    return (of_method(prompt, tied) or of_method(body[:400], tied)) if most and len(tied) > 1 else None


def _owner(section: Section, problems: dict[str, Problem], before: tuple[str, ...]) -> str:
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
    found = find_reply(at_the_door(section.text), key_of(here, part, False).wanted)
    used = {n for a in found.alternatives for i in a.interpretations for m in i.members for n in E.symbols_in(m.expr)}
    related = special | {s.name for s in here.symbols.values() if s.let is not None and E.symbols_in(s.let) & special}
    return here.id if not used or used & related else earlier[0]


def _rescaled(section: Section, problems: dict[str, Problem]) -> str:
    """The problem with the same loss that rescales its features, where a section writes those with a tilde."""
    it = problems[section.problem].iteration
    if it is None or it.rescale is not None or "tilde" not in section.text:
        return section.problem
    for p in problems.values():
        other = p.iteration
        if other is not None and other.rescale is not None and other.features is not None and other.loss == it.loss and re.search(
                rf"\\tilde\s*\{{?\s*(?:\\[a-z]+\s*\{{\s*)?{re.escape(other.features)}(?![A-Za-z])", section.text):
            return p.id
    return section.problem


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
        if not out or _BREAK.match(line) or _RUN_IN.match(line) or _LABELLED.match(line) or (k and _MARK.match(line)):
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
