"""The statement: Problem, Part, and what a part can ask. A statement holds no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from derive.errors import UsageError
from derive.maths.expr import Dim, Expr, inside_least
from derive.maths.symbols import Scope, Symbol
from derive.problem.likelihood import Model
from derive.problem.policy import Policy
from derive.problem.variants import Variant, Variants

ASKS = {
    "argmin": "the minimiser of a program",
    "argmax": "the maximiser of a program",
    "value": "the optimal value of a program",
    "mle": "the unknowns under which what was observed is most likely",
    "map": "the unknowns of the largest posterior density",
    "status": "when a program is bounded (or attained, or feasible)",
    "dual": "the dual of a norm",
    "name": "which declared optimizer an update is",
    "limit": "where an iteration converges",
    "condition": "for which step sizes an iteration converges",
    "recurrence": "how a quantity of an iteration goes from one step to the next",
    "norm": "a norm that the limit of an iteration minimises among all solutions",
    "count": "how many messages a schedule sends, or how large each is",
    "table": "several counts at once",
    "iterate": "the output of an iteration after its number of steps",
    "rate": "the factor by which an iteration contracts per step, in the worst mode",
    "best-rate": "the smallest such factor over the parameters that may be chosen",
    "best-step": "the parameters that attain it",
    "stability": "the supremum of the step sizes for which a linear iteration is stable",
    "critical-step": "the largest step size at which a linear update has a repeated eigenvalue",
    "eigenvalues": "symmetric functions of the eigenvalues of a linear update: their sum, product, ...",
    "steps": "the fewest steps after which a condition holds",
    "gradient": "the gradient of a function (of shape `over`), or of <upstream, function> for a function with several entries",
    "jacobian": "the Jacobian of a vector function: the matrix J with d function = J d over",
    "hessian": "the matrix of second derivatives of a function",
}

# What a part can ask about an iteration, besides its recurrence and the norm that its limit minimises.
ITERATION_ASKS = frozenset(
    ("limit", "condition", "iterate", "rate", "best-rate", "best-step", "stability", "critical-step", "eigenvalues", "steps"))

# Symmetric functions of the eigenvalues of an update.
OF_EIGENVALUES = {"sum": "the sum of the eigenvalues", "product": "their product", "discriminant": "(l1 - l2)^2 of a 2 x 2 update"}


# What a [credit] table may give points for: the verdict 'partial', and kinds of mistakes by their diagnosis.
CREDITS = {
    "partial": "the verdict partial: a share of a table, an order of growth, a name that leaves something open",
    "follow_through": "a wrong value that is right for the person's own earlier answer",
    "constant_factor": "right but for a constant factor",
    "sign": "right but for the sign",
    "sign_and_factor": "right but for the sign and a constant factor",
    "penalty_convention": "right for another convention of the penalty weight",
    "other_norm": "right for another norm, or with another norm in it",
    "dual_norm": "a norm and its dual exchanged",
    "factor": "a missing or extra factor: a declared scalar, a dimension, a norm",
    "normalised": "normalised where it is not, or the other way round",
    "maximiser": "the maximiser in place of the minimiser, or the other way round",
    "rearranged": "the right entries in another order, or transposed",
    "inverse": "inverted",
    "not_optimal": "feasible but not optimal",
    "infeasible": "a constraint is violated",
    "sibling": "the answer to another part or problem",
    "not_converted": "not converted back to the original units",
    "rounding": "a rounding slip",
    "small_size": "right in dimension 1 only",
    "boundary": "wrong at the edge only: the end of a range, zeros, ties",
    "opposite": "a condition that holds where it must fail",
    "zero": "zero where it is not",
    "shape": "wrong shape",
}
DEFAULT_CREDIT = {"partial": 0.5, "follow_through": 0.5}  # every other kind earns nothing unless the spec says so


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that a spec foresees: its formula, what to say of it, and the share of the points it earns."""

    part: str
    answer: Expr
    says: str
    credit: float = 0.0


@dataclass(frozen=True)
class Program:
    """Optimise an objective over unknowns subject to constraints.

    over: names of the unknowns; sense: 'min' or 'max'; objective: scalar; constraints: conditions, with those
    that closed domains of unknowns put (x >= 0 of a nonnegative x); when: conditions on the parameters under
    which it is asked; symmetric: the unknowns that are symmetric matrices.

    Norms of matrices: norm_fro, norm_op (largest singular value), norm_nuc (their sum), schatten(X, p), and of
    blocks by rownorms(X) and colnorms(X), the vectors of the 2-norms of rows and columns. Constraints beside
    equations and inequalities: psd(X) or X \\succeq 0, rank(X) <= k, W^T W = eye(k); nnz(x) counts nonzero
    entries; distinct(c) in `when`: no two entries are equal. The factors of a decomposition get their names by
    definitions: U = { type = "matrix(m, min(m, n))", let = "svdU(G)" }, likewise svdS, svdV, eigvals, eigvecs.
    """

    over: tuple[str, ...]
    sense: str
    objective: Expr
    constraints: tuple[Expr, ...] = ()
    when: tuple[Expr, ...] = ()
    symmetric: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivative:
    """What is differentiated, with respect to what, where.

    function: a scalar, or a vector or matrix where a Jacobian is asked or `upstream` names the constant
    of its shape that it is paired with (the vector-Jacobian product of backpropagation: given dL/dy,
    find dL/dx); over: a scalar, vector or matrix symbol, its entries varied one by one (a symmetric
    matrix, too); at: None, or the point at which the derivative is asked; when: conditions on the point
    and the parameters.
    """

    function: Expr
    over: str
    upstream: str | None = None
    at: Expr | None = None
    when: tuple[Expr, ...] = ()


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
    "time": "the time under latency and per_number, rounds one after another",
}


@dataclass(frozen=True)
class Window:
    """An index over the places of a sliding window: starts -padding, -padding + stride, ... while it fits.

    size: entries of the window; over: length that it slides over, or (operation, index) whose number of places
    it slides over; dilation: distance of neighbouring entries of the window.
    """

    size: Expr
    over: Expr | tuple[str, str]
    stride: Expr
    padding: Expr
    dilation: Expr


@dataclass(frozen=True)
class Extent:
    """The range of an index: first..last, in counts and earlier indices, or the places of a window."""

    index: str
    first: Expr
    last: Expr
    window: Window | None = None


@dataclass(frozen=True)
class Tensor:
    """An array of `shape`, `copies` times; group: 'parameters', or another word for what it is ('cache')."""

    id: str
    shape: tuple[Expr, ...]
    copies: Expr
    group: str = "parameters"


@dataclass(frozen=True)
class Operation:
    """A sum of products over index ranges: output[...] += left[...] * right[...] for all indices.

    One multiply-add an index tuple. factors, output, bias: (tensor, its plain subscripts); trained: factors and
    biases that are parameters; differentiated: factors whose gradient the backward pass takes, each of them a sum of
    products over the same indices; copies: how often it is done.
    """

    id: str
    extents: tuple[Extent, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    output: tuple[str, tuple[str, ...]]
    bias: tuple[tuple[str, tuple[str, ...]], ...]
    trained: tuple[str, ...]
    differentiated: tuple[str, ...]
    copies: Expr


# What can be counted of tensors and operations: of all of them, or 'of NAME, NAME' (operations, tensors, groups).
# 'length of op.i' is the number of values of an index; a quotient of two is written with ' / '.
SIZES = {
    "parameters": "the number of parameters",
    "elements": "the number of entries of tensors",
    "multiply_adds": "the multiply-adds of the forward pass",
    "backward_multiply_adds": "the multiply-adds of the backward pass",
    "flops": "the floating-point operations of the forward pass, two a multiply-add",
    "training_flops": "the floating-point operations of forward and backward pass, two a multiply-add",
    "outputs": "the number of entries of the output",
    "length": "the number of values of an index, such as the height of the output of a convolution",
    "receptive_field": "how many neighbouring inputs an output depends on, along the windows in order",
}


@dataclass(frozen=True)
class Part:
    """One question. Which fields are set depends on what it asks (see ASKS).

    model: for mle and map, what is drawn from which distribution; the program maximises its log-density.
    asked: of a program over several unknowns, those that the answer gives, in order (empty: all of them);
    stacked: the answer is one vector of these unknowns, all scalars; also: what is asked beside the optimum, in order
    ('value': the optimal value).
    choose: the parameters that a best rate or step may choose; quantities: which symmetric functions of the
    eigenvalues are asked (OF_EIGENVALUES), in order; eigenvalues: names of an eigenvalue, and of the first and the second, for
    answers that use them; until: the condition that a number of steps must reach.
    what: the one quantity that is counted; counted: all of them, in order. points, digits, credit: see Policy and CREDITS.
    """

    id: str
    ask: str
    says: str = ""
    of: str | None = None
    program: Program | None = None
    model: Model | None = None
    asked: tuple[str, ...] = ()
    stacked: bool = False
    also: tuple[str, ...] = ()
    derivative: Derivative | None = None
    norm: Expr | None = None
    at: str | None = None
    schedule: str | None = None
    what: str | None = None
    counted: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    points: float = 1.0
    digits: int = 2
    aliases: tuple[str, ...] = ()
    published: str | None = None
    follow_through: bool = False
    credit: dict[str, float] = field(default_factory=dict)
    choose: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    eigenvalues: tuple[str, ...] = ()
    until: Expr | None = None


@dataclass(frozen=True)
class Problem:
    """A problem: declared symbols, and parts that each ask one thing.

    misconceptions: wrong answers it foresees; credit: shares of the points by kind (see CREDITS), which a part may
    say otherwise; policy: points, attempts and digits of a part that names none;
    variants: what the spec draws, variant: what was drawn for this problem, template: the spec before anything was drawn;
    data: the spec as it was read, which states the problem again elsewhere (in a certificate).
    """

    id: str
    title: str
    source: str
    statement: str
    symbols: dict[str, Symbol]
    parts: tuple[Part, ...]
    iteration: Iteration | None = None
    schedules: tuple[Schedule, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    operations: tuple[Operation, ...] = ()
    cues: tuple[str, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    credit: dict[str, float] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    version: str = "1"
    path: Path | None = None
    digest: str = ""
    variants: Variants | None = None
    variant: Variant | None = None
    template: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def dims(self) -> frozenset[str]:
        """Names of the open dimensions."""
        names = {s.name for s in self.symbols.values() if s.kind == "dimension"}
        names |= {x for s in self.symbols.values() for d in s.shape for x in inside_least(d) if isinstance(x, str)}
        return frozenset(names)

    def part(self, part_id: str) -> Part:
        """The part of this id. Raises UsageError that names the ids there are."""
        for p in self.parts:
            if p.id == part_id:
                return p
        raise UsageError(self.id, f"there is no part '{part_id}'.", f"Parts: {', '.join(p.id for p in self.parts)}.")

    def conditions(self, part: Part) -> tuple[Expr, ...]:
        """Under which conditions on the parameters a part is asked."""
        program = part.program or self.base(part).program
        if program:
            return program.when
        return part.derivative.when if part.derivative else self.iteration.assume if self.iteration else ()

    def credit_for(self, kind: str, part: str = "") -> float:
        """The share of the points, 0 to 1, that this kind of mistake (or the verdict 'partial') earns in a part."""
        own = next((p.credit for p in self.parts if p.id == part), {})
        for table in (own, self.credit):
            for name in (kind, *(("partial",) if kind == "follow_through" else ())):  # a value followed through is a partial answer
                if name in table:
                    return table[name]
        return DEFAULT_CREDIT.get(kind, 0.0)

    @property
    def points(self) -> float:
        """The points of all parts together."""
        return sum(p.points for p in self.parts)

    def schedule(self, schedule_id: str) -> Schedule:
        """The schedule of this id."""
        return next(s for s in self.schedules if s.id == schedule_id)

    def base(self, part: Part) -> Part:
        """The part that this one is about: itself, or the one that `of` names."""
        return self.base(self.part(part.of)) if part.of else part

    def asked_size(self, part: Part) -> Dim:
        """The length of the vectors that this part speaks of."""
        base = self.base(part)
        name = ((base.asked or base.program.over)[0] if base.program else base.derivative.over if base.derivative
                else self.iteration.over if self.iteration else None)
        if name and self.symbols[name].shape:
            return self.symbols[name].shape[0]
        vectors = [s.shape[0] for s in self.symbols.values() if len(s.shape) == 1]
        return vectors[0] if vectors else 1

    def scope(self, part: Part | None = None) -> Scope:
        """The names that an answer to this part may use."""
        key = f"scope:{part.id if part else ''}"
        found = self.cache.get(key)
        if isinstance(found, Scope):
            return found
        size = self.asked_size(part) if part else "n"
        scope = Scope(self.symbols, self.dims, size, self.asked_name(part) if part else None, bool(self.iteration and self.iteration.noise))
        self.cache[key] = scope
        return scope

    def asked_name(self, part: Part) -> str | None:
        """The unknown that an answer to this part gives, if it has a name."""
        base, it = self.base(part), self.iteration
        if base.program:
            return (base.asked or base.program.over)[0]
        if it is None or part.ask in ("rate", "best-rate", "eigenvalues", "steps"):
            return None
        if part.ask in ("stability", "critical-step"):
            return it.step
        if part.ask == "best-step":
            return part.choose[0]
        return it.over if it.output is None or part.ask not in ("limit", "iterate") else None

    def without_given(self) -> dict[str, Symbol]:
        """The symbols with no value fixed: the problem for every admissible instance."""
        return {n: replace(s, given=None) for n, s in self.symbols.items()}
