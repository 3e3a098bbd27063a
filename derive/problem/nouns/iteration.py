"""Iterations: their states, what is random in them, and how they run."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths.expr import Expr
from derive.problem.nouns.program import Program


@dataclass(frozen=True)
class State:
    """One state of an iteration: its name, its start, and its next value as a formula or as a minimiser.

    program: where the next value is the minimiser of a program over a name of its own (an implicit step,
    like a proximal point or a mirror step); update is that name then.
    """

    name: str
    start: Expr
    update: Expr
    program: Program | None = None


@dataclass(frozen=True)
class Noise:
    """A random quantity, drawn anew at every step, independent of all before.

    mean: of its shape; variance: a scalar, that of every entry (entries are independent); law: 'normal', or ''
    where only mean and variance are known. With noise, a part asks for the expectation of the output.
    """

    name: str
    mean: Expr
    variance: Expr
    law: str = ""


@dataclass(frozen=True)
class Modes:
    """The curvature h of the modes that an update is worked out for: every value in [low, high]."""

    symbol: str
    low: Expr
    high: Expr


@dataclass(frozen=True)
class Iteration:
    """over_{t+1} = update(over_t) from start, and the same for further states.

    loss: the function that is minimised (0 where none is declared); step: the name of the step size ("" where
    there is none); steps: 'constant', or 'diminishing' (step_t > 0, step_t -> 0, sum of step_t infinite); residual:
    (name, definition) of the quantity a recurrence is asked for; rescale: None, or 'second-moment': the iteration
    runs on features divided by the root of their second moment, and its limit is converted back; features: the name
    of the feature vector that is rescaled.

    states: all states, in the order in which they are updated; order: 'simultaneous' (every update sees the old
    values) or 'sequential' (an update sees the new values of those before it); before: quantities that are worked out
    from the old values in every step, before the updates, in order; output: what is asked for, a formula in the states;
    count: the number of steps (the time of a flow), a declared symbol or a number; clock: the name of the number of the current step,
    1, 2, 3, ...; noise: what is drawn anew in every step; end: the name of the limit of the first state, for conditions
    on accuracy; modes: the range of a curvature; flow: whether time is continuous, the update being the
    velocity d(state)/dt; assume: conditions on the parameters. over, start, update are those of the state that the
    output names, or of the first.
    """

    over: str
    loss: Expr
    start: Expr
    update: Expr
    step: str
    steps: str = "constant"
    residual: tuple[str, Expr] | None = None
    rescale: str | None = None
    features: str | None = None
    states: tuple[State, ...] = ()
    order: str = "simultaneous"
    before: tuple[tuple[str, Expr], ...] = ()
    output: Expr | None = None
    count: Expr | None = None
    clock: str = ""
    noise: tuple[Noise, ...] = ()
    end: str = ""
    modes: Modes | None = None
    flow: bool = False
    assume: tuple[Expr, ...] = ()

    @property
    def plain(self) -> bool:
        """One state with a loss and a step size, nothing random and nothing beside it."""
        return (len(self.states) <= 1 and bool(self.step) and not self.before and not self.noise and not self.flow
                and self.output is None and not any(s.program for s in self.states))

    @property
    def asked(self) -> Expr:
        """The output, or the state that is asked for."""
        return self.output if self.output is not None else Expr("sym", (), self.update.shape, self.over)

    @property
    def internal(self) -> frozenset[str]:
        """Names that mean something inside the iteration only: no parameter of an answer."""
        names = {self.over, *(s.name for s in self.states), *(n for n, _ in self.before), *(n.name for n in self.noise)}
        names |= {s.program.over[0] for s in self.states if s.program} | {self.clock, self.end} - {""}
        return frozenset(names)
