"""One line, or part of one, with the role that speaks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from derive.transcripts.blocks import Block, Line

Role = Literal["user", "assistant-thinking", "assistant", "annotator"]


@dataclass(frozen=True)
class Piece:
    """A line of a conversation: its number, text, role and turn (turns count from 1).

    displaced: a piece of an inline formula that a text layer put at the foot of the page.
    """

    line: int
    text: str
    role: Role
    turn: int
    displaced: bool = False


def pieces_of(blocks: Iterable[Block], role: Role, turn: int) -> list[Piece]:
    """The lines of blocks, all in one role."""
    return [Piece(n, text, role, turn) for block in blocks for n, text in block.lines]


def pieces_of_lines(lines: Iterable[Line], role: Role, turn: int) -> list[Piece]:
    """Lines that are not empty, all in one role."""
    return [Piece(n, text, role, turn) for n, text in lines if text.strip()]
