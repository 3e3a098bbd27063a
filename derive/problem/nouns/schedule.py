"""Schedules of messages, and what can be counted of them."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths.expr import Expr


@dataclass(frozen=True)
class Send:
    """One line of a schedule: for all indices in their ranges, one message.

    phase: a label; loops: (index, first, last) in order, outermost first, bounds in the counts and
    earlier indices; unless: index pairs (i, j) that must differ; sender, receiver: ('worker', expr)
    or (other node, None); chunk: None for the whole vector, else the index of the chunk sent
    (modulo n); action: 'add' to what the receiver has, or 'replace' it; size: parameters a message.
    """

    phase: str
    loops: tuple[tuple[str, Expr, Expr], ...]
    unless: tuple[tuple[str, str], ...]
    sender: tuple[str, Expr | None]
    receiver: tuple[str, Expr | None]
    chunk: Expr | None
    action: str
    size: Expr


GOALS = {
    "all-reduce": "every worker ends with the sum of all contributions",
    "reduce-scatter": "every worker ends with the sum of all contributions in a share of its own",
    "all-gather": "every worker starts with its own share and ends with all shares",
    "reduce": "the root ends with the sum of all contributions",
    "broadcast": "every worker ends with what the root starts with",
    "gather": "every worker starts with its own share, and the root ends with all shares",
    "scatter": "every worker ends with its own share of what the root starts with",
    "exchange": "messages are exchanged, with no sum or share to complete (gossip, a halo, a pipeline)",
}


@dataclass(frozen=True)
class Stage:
    """Another schedule that runs `times` times as a part of this one."""

    schedule: str
    times: Expr
    says: str = ""


@dataclass(frozen=True)
class Schedule:
    """Who sends what to whom, round by round. The first loop of a send counts its rounds.

    goal: one of GOALS, checked whenever it is run; root: the node that a reduce, gather, broadcast or scatter
    speaks of; latency, per_number: what a message of s numbers costs is latency + per_number * s, and the
    messages of a round go side by side; stages: instead of sends, schedules that run one after another.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    workers: str
    parameters: str
    sends: tuple[Send, ...]
    goal: str = "all-reduce"
    root: tuple[str, int | None] = ("worker", 0)
    latency: Expr | None = None
    per_number: Expr | None = None
    stages: tuple[Stage, ...] = ()


# What can be counted of a schedule. 'sent' and 'received' are those of every worker, or of the node that
# 'by' names: "sent by server", "received by worker 0".
QUANTITIES = {
    "messages": "the number of messages",
    "size": "the size of each message",
    "rounds": "the number of rounds",
    "volume": "the numbers sent by all together",
    "sent": "the numbers that each worker sends",
    "received": "the numbers that each worker receives",
    "time": "the time with the latency of each message and the time of each number, rounds one after another",
}
