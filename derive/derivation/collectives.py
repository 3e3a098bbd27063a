"""What a schedule is for: who holds what before the first message, and who must hold what after the last.

The state of a node is, for every chunk of the vector, the set of workers whose contribution it has summed (for a
broadcast or scatter: whether it has it). A message carries what its sender held before the round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

MAX_CHUNKS = 4_096  # into which the vector is cut
SHARED = ("all-gather", "gather", "scatter")  # goals in which every worker has a share of its own

Node = tuple[str, int | None]


@dataclass(frozen=True)
class Message:
    """One message: chunk `index` of `of` equal ones (0 of 1 is the whole vector), of `size` parameters."""

    phase: str
    round: int
    sender: Node
    receiver: Node
    index: int
    of: int
    action: str
    size: Fraction


@dataclass(frozen=True)
class Fault:
    """Why a run is no all-reduce.

    kind: 'lacks' (a worker ends without a contribution), 'twice' (one is added twice), 'self' (a
    node sends to itself), 'conflict' (two messages of a round overwrite each other), 'node' (an
    index that names no worker), 'size' (a size that is not that of what is sent), 'many' (past the
    bounds), 'value' (a formula without a value); says: the sentence.
    """

    kind: str
    says: str


class Faulty(Exception):
    """A schedule that cannot be run; the fault says why."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        self.fault = Fault(kind, says)


def node_name(node: Node) -> str:
    """'worker 3', 'server'."""
    return node[0] if node[1] is None else f"{node[0]} {node[1]}"


def node_of(text: str) -> Node:
    """'server', 'worker 3' as a node."""
    kind, _, number = text.partition(" ")
    return kind, int(number) if number.isdigit() else None


def play(sent: tuple[Message, ...], n: int, goal: str = "all-reduce", root: Node = ("worker", 0)) -> tuple[Fault, ...]:
    """What is wrong with the end state; () where the goal is reached. Sets of contributors are bit masks."""
    if goal == "exchange":
        return ()
    chunks = lcm(*(m.of for m in sent), n if goal in SHARED else 1)
    if chunks > MAX_CHUNKS:
        raise Faulty("many", f"the vector is cut into more than {MAX_CHUNKS} chunks")
    state = _start(goal, n, chunks, root)
    for (label, number), group in groupby(sent, key=lambda m: (m.phase, m.round)):
        before = {node: tuple(held) for node, held in state.items()}
        written: dict[tuple[Node, int], str] = {}  # what was done to a chunk in this round
        for m in group:
            source = before.get(m.sender, (0,) * chunks)
            target = state.setdefault(m.receiver, [0] * chunks)
            width = chunks // m.of
            for c in range(m.index * width, (m.index + 1) * width):
                earlier = written.get((m.receiver, c))
                written[m.receiver, c] = m.action
                # Sums of one round commute; an overwriting beside anything else would depend on the order.
                same = earlier == m.action and target[c] == source[c]
                if earlier and "replace" in (earlier, m.action) and not same:
                    where = f"{_part(c, chunks)} of {node_name(m.receiver)}"
                    return (Fault("conflict", f"{label}, round {number}: two messages overwrite {where}"),)
                if m.action == "replace":
                    target[c] = source[c]
                    continue
                twice = target[c] & source[c]
                if twice:
                    return (Fault("twice", f"{label}, round {number}: {node_name(m.receiver)} adds the contribution of "
                                  f"{_workers(twice)} to {_part(c, chunks)} a second time"),)
                target[c] |= source[c]
    return tuple(_lacking(state, goal, n, chunks, root))


def _start(goal: str, n: int, chunks: int, root: Node) -> dict[Node, list[int]]:
    """What each node holds before the first round: contributions of workers, bit by bit, in every chunk."""
    if goal in ("broadcast", "scatter"):
        return {**{("worker", i): [0] * chunks for i in range(n)}, root: [1] * chunks}
    if goal in ("all-gather", "gather"):
        return {("worker", i): [1 << i if _owner(c, n, chunks) == i else 0 for c in range(chunks)] for i in range(n)}
    return {("worker", i): [1 << i] * chunks for i in range(n)}


def _owner(chunk: int, n: int, chunks: int) -> int:
    return chunk * n // chunks


def _lacking(state: dict[Node, list[int]], goal: str, n: int, chunks: int, root: Node) -> Iterator[Fault]:
    everyone = (1 << n) - 1
    ends: list[Node] = [root] if goal in ("reduce", "gather") else [("worker", i) for i in range(n)]
    for node in ends:
        held = state.get(node, [0] * chunks)
        if goal == "reduce-scatter":
            if everyone not in held:
                yield Fault("lacks", f"{node_name(node)} ends with no finished chunk")
            continue
        for c in range(chunks):
            if goal == "scatter" and node != ("worker", _owner(c, n, chunks)):
                continue
            wanted = {"broadcast": 1, "scatter": 1}.get(goal, 1 << _owner(c, n, chunks) if goal in SHARED else everyone)
            if held[c] & wanted != wanted:
                missing = wanted & ~held[c]
                what = f"the contribution of {_workers(missing)} to {_part(c, chunks)}" if goal in ("all-reduce", "reduce") else _part(c, chunks)
                yield Fault("lacks", f"{node_name(node)} ends without {what}")
                break  # one chunk a worker is enough to tell
    if goal == "reduce-scatter":
        for c in range(chunks):
            if not any(state["worker", i][c] == everyone for i in range(n)):
                yield Fault("lacks", f"no worker ends with {_part(c, chunks)} finished")


def _part(chunk: int, chunks: int) -> str:
    return f"chunk {chunk} of {chunks}" if chunks > 1 else "the vector"


def _workers(mask: int) -> str:
    who = [str(i) for i in range(mask.bit_length()) if mask >> i & 1]
    return f"worker{'s' * (len(who) > 1)} {', '.join(who)}"
