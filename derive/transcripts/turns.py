"""Turns of a conversation: one prompt of the user, and what the model said to it.

`split_turns` repairs a source, finds out who speaks each line, and keeps the numbers of the
lines. Every line that is not empty is in a segment, or on record as furniture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from derive.transcripts.pages import lay_out
from derive.transcripts.pieces import Piece, Role, pieces_of_lines
from derive.transcripts.repair import Repair, join_broken_formulas, repair_characters
from derive.transcripts.sources import Source, SourceKind
from derive.transcripts.splitters import (
    cut_note,
    has_labels,
    has_marks,
    has_times,
    split_alone,
    split_by_labels,
    split_by_marks,
    split_by_times,
)


@dataclass(frozen=True)
class Segment:
    """Consecutive lines in one role.

    Line k of `text` (from 0) is line `line_start + k` of the source; a formula joined over
    lines stands on its first line and leaves the others empty or with what followed it.
    A line shared by two speakers is in two segments, each with its own part.
    displaced: pieces of inline formulas that a PDF's text layer piled up at a page foot;
    they belong to what was said, but not at this place.
    """

    role: Role
    line_start: int
    line_end: int
    text: str
    displaced: bool = False


@dataclass(frozen=True)
class Turn:
    """A prompt (possibly lost) and the answer to it. Turns count from 1.

    conversation: which conversation of the file it is in, from 1; more than 1 only in JSON.
    """

    number: int
    segments: tuple[Segment, ...]
    conversation: int = 1

    def text(self, role: Role | None = None, displaced: bool = False) -> str:
        """The text of all segments in a role (or in every role), joined by line ends.

        displaced: whether the pieces piled up at page feet are wanted too.
        """
        wanted = (s for s in self.segments if role in (None, s.role) and (displaced or not s.displaced))
        return "\n".join(s.text for s in wanted)

    @property
    def prompt_lost(self) -> bool:
        """Whether nothing of the prompt is left."""
        return not any(s.role == "user" for s in self.segments)


@dataclass(frozen=True)
class Transcript:
    """A conversation in turns.

    source: the name of the source; kind: its format; repairs: every change to its text, by
    line; lost: what the source no longer holds, one phrase each; lines: the source as given;
    lines_are: what the numbers of lines count; title, model: where the format states them;
    number, count: its place among the conversations of the file, and how many there are.
    """

    source: str
    kind: SourceKind
    turns: tuple[Turn, ...]
    repairs: tuple[Repair, ...]
    lost: tuple[str, ...]
    lines: tuple[str, ...] = ()
    lines_are: str = "lines of the file"
    title: str = ""
    model: str = ""
    number: int = 1
    count: int = 1


def split_turns(source: Source) -> Transcript:
    """Repair a source and split it into turns and segments."""
    characters = repair_characters(source.lines)
    repairs = list(characters.repairs)
    lines = characters.lines
    lost = list(source.lost)
    if source.messages:
        pieces, conversations = _pieces_of_messages(source, lines)
    else:
        pieces, furniture, cue = _pieces_of_text(source, lines, characters.struts)
        repairs += [Repair(n, "furniture", lines[n - 1], "") for n in furniture]
        conversations = {}
        if not cue:
            lost.append("who speaks: no cue was found, all is read as the assistant's")
    pieces, joins = _join(pieces)
    repairs += joins
    turns = _to_turns(pieces, lines, conversations)
    lost += [f"the prompt of turn {t.number}" for t in turns if t.prompt_lost]
    ordered = tuple(sorted(repairs, key=lambda r: r.line))
    return Transcript(source.name, source.kind, turns, ordered, tuple(dict.fromkeys(lost)), tuple(source.lines), source.lines_are,
                      source.title, source.model, source.number, source.count)


def _pieces_of_messages(source: Source, lines: Sequence[str]) -> tuple[list[Piece], dict[int, int]]:
    pieces: list[Piece] = []
    conversations: dict[int, int] = {}
    turn, answered, fresh, conversation = 0, True, True, 0
    ends = [m.line for m in source.messages[1:]] + [len(lines) + 1]
    for message, end in zip(source.messages, ends, strict=True):
        if message.conversation != conversation:
            conversation, answered, fresh = message.conversation, True, True
        if message.role == "user":
            turn += answered
            answered = False
        else:
            turn += fresh
            answered = True
        fresh = False
        conversations[turn] = conversation
        spoken = [(n, lines[n - 1]) for n in range(message.line, end)]
        pieces += pieces_of_lines(spoken, message.role, turn)
    return pieces, conversations


def _pieces_of_text(
    source: Source, lines: Sequence[str], struts: frozenset[int]
) -> tuple[list[Piece], list[int], bool]:
    """Pieces of a text without stated roles, the lines that are furniture, and whether a cue was found."""
    layout = lay_out(lines, struts)
    apart = layout.displaced | layout.notes
    stream: list[tuple[int, str]] = []
    tails: dict[int, str] = {}
    for n, text in enumerate(lines, 1):
        if n in layout.furniture or n in apart:
            continue
        cut = cut_note(text)
        if cut is not None:
            text, tails[n] = cut
        stream.append((n, text))
    pieces: list[Piece]
    cue = True
    if has_labels(stream):
        pieces = split_by_labels(stream, layout.paged)
    elif has_times(stream):
        pieces = split_by_times(stream, layout.paged)
    elif has_marks(stream):
        pieces = split_by_marks(stream, layout.paged)
    else:
        pieces, cue = split_alone(stream, layout.paged), False
    given = {p.line for p in pieces}
    spoken = given | apart | tails.keys()
    furniture = [n for n, text in enumerate(lines, 1) if text.strip() and n not in spoken]
    apart_pieces = [Piece(n, lines[n - 1], "assistant", 0, True) for n in layout.displaced]
    apart_pieces += [Piece(n, lines[n - 1], "annotator", 0) for n in layout.notes]
    apart_pieces += [Piece(n, text, "annotator", 0) for n, text in tails.items()]
    return _merge(pieces, apart_pieces), furniture, cue


def _merge(pieces: Sequence[Piece], apart: Sequence[Piece]) -> list[Piece]:
    """Put what stood apart into the turn of the piece before it."""
    merged: list[Piece] = []
    turn = 1
    for piece in sorted((*pieces, *apart), key=lambda p: (p.line, p.turn == 0)):
        turn = piece.turn or turn
        merged.append(piece if piece.turn else replace(piece, turn=turn))
    return merged


def _join(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Repair]]:
    """Join broken formulas within each speaker's own stream of a turn."""
    streams: dict[tuple[int, str, bool], list[int]] = defaultdict(list)
    for i, piece in enumerate(pieces):
        streams[(piece.turn, piece.role, piece.displaced)].append(i)
    out = list(pieces)
    repairs: list[Repair] = []
    for (_, _, displaced), members in streams.items():
        if displaced:
            continue
        joined, joins = join_broken_formulas([(pieces[i].line, pieces[i].text) for i in members])
        repairs += joins
        for i, (_, text) in zip(members, joined, strict=True):
            out[i] = replace(pieces[i], text=text)
    return out, repairs


def _to_turns(
    pieces: Iterable[Piece], lines: Sequence[str], conversations: dict[int, int]
) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for number, held in groupby(pieces, key=lambda p: p.turn):
        turns.append(Turn(number, tuple(_to_segments(list(held), lines)), conversations.get(number, 1)))
    return tuple(turns)


def _to_segments(pieces: Sequence[Piece], lines: Sequence[str]) -> list[Segment]:
    segments: list[Segment] = []
    held: list[Piece] = []
    for piece in pieces:
        last = held[-1] if held else None
        follows = (
            last is not None
            and (last.role, last.displaced) == (piece.role, piece.displaced)
            and piece.line > last.line
            and not any(lines[k].strip() for k in range(last.line, piece.line - 1))
        )
        if held and not follows:
            segments.append(_segment(held))
            held = []
        held.append(piece)
    return [*segments, _segment(held)] if held else segments


def _segment(held: Sequence[Piece]) -> Segment:
    """Pieces of one role that follow each other, with the empty lines between them."""
    text = held[0].text
    text += "".join("\n" * (b.line - a.line) + b.text for a, b in pairwise(held))
    return Segment(held[0].role, held[0].line, held[-1].line, text, held[0].displaced)
