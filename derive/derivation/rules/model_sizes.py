"""Sizes of models: parameters, multiply-adds, caches, output shapes, from the declared tensors and index ranges.

    entries of a tensor = product of its extents;  multiply-adds = sum over all indices of 1;
    places of a window of K entries, d apart, on H + 2 q entries with stride s: the starts -q + s t with
    -q + s t + d (K - 1) <= H + q - 1, so t = 0, ..., floor((H + 2 q - d (K - 1) - 1)/s).

A gradient with respect to a factor of a sum of products is a sum of products over the same indices. The closed forms
are believed when an enumeration of small instances counts the same (see derivation.enumeration).
"""

from __future__ import annotations

from collections.abc import Callable

from derive.derivation.enumeration import instances
from derive.derivation.rules.loop_sums import Counter, Open
from derive.derivation.steps import Derivation, NotDerived, Outcome, Step
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.neat import neat
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem
from derive.problem.nouns.tensors import SIZES, Extent, Operation, Window
from derive.problem.sizes import counted_names

NAME = "model sizes"

Solve = Callable[[Problem, Part], Outcome]


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that count entries and multiply-adds of declared tensors and operations."""
    return part.ask == "count" and part.schedule is None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Every count as a closed form; several as one vector. NotDerived where a sum is open or an enumeration disagrees."""
    sizes = Sizes(problem)
    found: list[Expr] = []
    try:
        for text in part.counted:
            pieces = [sizes.counted(quantity, names) for quantity, names in counted_names(text)]
            closed = pieces[0] if len(pieces) == 1 else neat(sizes.counter.quotient(*pieces))
            if len(pieces) == 2:
                sizes.steps.append(Step("ratio", "The quotient of the two.", latex(closed), rf"\frac{{{latex(pieces[0])}}}{{{latex(pieces[1])}}}"))
            found.append(closed)
    except Open as err:
        return NotDerived(problem, part, str(err), tuple(sizes.steps))
    tried = instances(problem, part.counted)
    if not tried:
        return NotDerived(problem, part, "no small instance can be counted one by one.", tuple(sizes.steps))
    for instance in tried:
        for text, closed, counted in zip(part.counted, found, instance.counts, strict=True):
            try:
                formula = exact(closed, World(instance.values, {}))
            except (Undefined, NotEvaluable):
                formula = None
            if formula != counted:
                return NotDerived(problem, part, f"{text}: the formula {plain(closed)} gives {formula}, counting gives {counted} at {instance.values}.",
                                  tuple(sizes.steps))
    given = {E.sym(k): s.given for k, s in problem.symbols.items() if s.given is not None}
    if given:
        found = [neat(E.replace(c, given)) for c in found]
    answer = found[0] if len(found) == 1 else E.vec(tuple(found))
    sizes.steps.append(Step("enumeration", f"Counted one by one in {len(tried)} small instances, the numbers are the same.", latex(answer)))
    return Derivation(problem, part, "expression", tuple(sizes.steps), answer, extra={"instances": [i.values for i in tried]})


class Sizes:
    """Counts in closed form, with the lines that lead to them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.steps: list[Step] = []
        names = {s.name for s in problem.symbols.values() if s.kind == "value" and not s.shape}
        self.counter = Counter(problem, names)
        self.lengths: dict[tuple[str, str], Expr] = {}

    def say(self, rule: str, says: str, after: Expr, before: str = "", relation: str = "=") -> None:
        shown = f"{before} {relation} {latex(after)}" if before and before != latex(after) else latex(after)
        step = Step(rule, says, shown)
        if step not in self.steps:
            self.steps.append(step)

    # -------------------------------------------------------------- quantities

    def counted(self, quantity: str, names: tuple[str, ...]) -> Expr:
        """One of SIZES. Raises Open where a sum has no closed form."""
        operations = [o for o in self.problem.operations if not names or o.id in names]
        if quantity == "length":
            return self.written([self.length(*_index(self.problem, n)) for n in names])
        if quantity == "receptive_field":
            return self.field(names)
        if quantity in ("parameters", "elements"):
            return self.arrays(quantity, names)
        if quantity == "outputs":
            return self.all_of([(o, self.tuples(o, o.output[1])) for o in operations], quantity)
        forward = [(o, self.multiply_adds(o)) for o in operations]
        backward = []
        for o, count in forward:
            if quantity in ("backward_multiply_adds", "training_flops") and o.differentiated:
                k = len(o.differentiated)
                total = self.written([E.mul(E.num(k), count)])
                each = " and ".join(o.differentiated)
                self.say("backward pass", f"{o.id}: the gradient with respect to each of {each} is a sum of products over the same indices, "
                         f"so each takes as many multiply-adds: {plain(total)}.", total, rf"{k} \cdot {latex(count)}")
                backward.append((o, total))
        if quantity == "multiply_adds":
            return self.all_of(forward, quantity)
        if quantity == "backward_multiply_adds":
            return self.all_of(backward, quantity)
        total = self.all_of(forward if quantity == "flops" else [*forward, *backward], quantity)
        flops = self.written([E.mul(E.TWO, total)])
        self.say("two a multiply-add", f"Each multiply-add is a multiplication and an addition: {plain(flops)} operations.", flops, rf"2 \cdot {latex(total)}")
        return flops

    def all_of(self, parts: list[tuple[Operation, Expr]], quantity: str) -> Expr:
        terms = [E.mul(o.copies, c) for o, c in parts]
        total = self.written(terms)
        if len(terms) > 1 or (terms and not E.is_number(parts[0][0].copies, 1)):
            self.say("sum", f"All together, {SIZES[quantity]}: {plain(total)}.", total, " + ".join(latex(t) for t in terms))
        return total

    def arrays(self, quantity: str, names: tuple[str, ...]) -> Expr:
        terms: list[Expr] = []
        for t in self.problem.tensors:
            if ((not names and t.group == "parameters") or t.id in names or t.group in names) and (quantity == "elements" or t.group == "parameters"):
                terms.append(self.tensor(t.id, t.shape, t.copies))
        for o in self.problem.operations:
            for name, indices in (*o.factors, *o.bias, o.output):
                named = name in names or (o.id in names and quantity == "parameters")
                if (named or not names) and (quantity == "elements" or name in o.trained):
                    terms.append(self.tensor(name, tuple(self.length(o, k) for k in indices), o.copies))
        if not terms:
            return E.ZERO
        total = self.written(terms)
        if len(terms) > 1:
            self.say("sum", f"All together: {plain(total)} numbers.", total, " + ".join(latex(t) for t in terms))
        return total

    def tensor(self, name: str, shape: tuple[Expr, ...], copies: Expr) -> Expr:
        size = E.ONE
        for d in shape:
            size = E.mul(size, d)
        closed = self.written([size])
        times = self.written([E.mul(copies, size)])
        shown = r" \times ".join(latex(d) for d in shape) or "1"
        often = "" if E.is_number(copies, 1) else f", {plain(copies)} times"
        shown = rf"{latex(copies)} \times {shown}" if often else shown
        self.say("entries", f"{name} has {' x '.join(plain(d) for d in shape) or 'one'} entries{often}: {plain(times if often else closed)} numbers.", times, shown)
        return times

    def multiply_adds(self, o: Operation) -> Expr:
        count = self.tuples(o, None)
        written = " * ".join(f"{n}[{', '.join(k)}]" for n, k in o.factors)
        indices = ", ".join(f"{e.index}" for e in o.extents)
        self.say("multiply-adds", f"{o.id}: one multiply-add {written} for every {indices}: {plain(count)}.", count, self.sum_latex(o))
        return count

    def sum_latex(self, o: Operation) -> str:
        return " ".join(rf"\sum_{{{latex(E.sym(e.index))}={latex(e.first)}}}^{{{latex(self.last(o, e))}}}" for e in o.extents) + " 1"

    # -------------------------------------------------------------- ranges

    def tuples(self, o: Operation, indices: tuple[str, ...] | None) -> Expr:
        loops = [(e.index, e.first, self.last(o, e)) for e in o.extents if indices is None or e.index in indices]
        return self.counter.written(self.counter.total(loops))

    def last(self, o: Operation, e: Extent) -> Expr:
        return e.last if e.window is None else self.length(o, e.index)

    def length(self, o: Operation, index: str) -> Expr:
        """How many values an index takes; a window's places from its inequality."""
        key = (o.id, index)
        if key in self.lengths:
            return self.lengths[key]
        e = next(e for e in o.extents if e.index == index)
        if e.window is None:
            closed = self.counter.written(self.counter.total([(e.index, e.first, e.last)]))
        else:
            closed = self.places(o, e.index, e.window)
        self.lengths[key] = closed
        return closed

    def places(self, o: Operation, index: str, w: Window) -> Expr:
        over = w.over if isinstance(w.over, Expr) else self.length(*_index(self.problem, ".".join(w.over)))
        reach = E.mul(w.dilation, E.sub(w.size, E.ONE))  # from the first entry of the window to the last
        room = self.counter.written(self.counter.read(E.sub(E.add(over, E.mul(E.TWO, w.padding)), E.add(reach, E.ONE)), {}))
        most = room if E.is_number(w.stride, 1) else E.fn("floor", E.div(room, w.stride))
        closed = E.add(most, E.ONE) if not E.is_number(w.stride, 1) else self.counter.written(self.counter.read(E.add(room, E.ONE), {}))
        start = rf"-{latex(w.padding)}" if not E.is_number(w.padding, 0) else "0"
        self.say("places of a window",
                 f"{o.id}: along {index} the window of {plain(w.size)} entries starts at {plain(E.neg(w.padding))} + {plain(w.stride)} t, t = 0, 1, ..., as long as "
                 f"its last entry is within the padded length; that is {plain(closed)} places.", closed,
                 rf"{start} + {latex(w.stride)}\, t + {latex(reach)} \le {latex(over)} + {latex(w.padding)} - 1 \iff t \le {latex(most)}", r"\quad\Rightarrow\quad")
        if closed.op == "add" and most.op == "fn":
            self.counter.table.setdefault(closed, self.counter.symbol(closed))  # a rounded number stays whole in sums
        return closed

    def field(self, names: tuple[str, ...]) -> Expr:
        """r = 1 + sum over windows of d (K - 1) times the product of the strides before."""
        reach: Expr = E.ONE
        jump: Expr = E.ONE
        for n in names:
            o, index = _index(self.problem, n)
            w = next(e.window for e in o.extents if e.index == index)
            if w is None:
                raise Open(f"{n} is the index of no window.")
            copies = o.copies
            grown = E.mul(E.mul(w.dilation, E.sub(w.size, E.ONE)), jump)
            if E.is_number(copies, 1):
                added, jump = grown, E.mul(jump, w.stride)
            elif E.is_number(w.stride, 1):
                added = E.mul(copies, grown)
            else:
                power = E.power(w.stride, copies)
                added = E.mul(grown, E.div(E.sub(power, E.ONE), E.sub(w.stride, E.ONE)))
                jump = E.mul(jump, power)
            reach = self.written([reach, added])
            self.say("receptive field", f"{n}: the window reaches {plain(self.written([added]))} further.", reach)
        return reach

    def written(self, terms: list[Expr]) -> Expr:
        """The sum of the terms, factored."""
        if not terms:
            return E.ZERO
        if len(terms) == 1 and terms[0] in self.counter.table:
            return terms[0]
        return self.counter.written(sum((self.counter.read(t, {}) for t in terms), self.counter.sp.Integer(0)))


def _index(problem: Problem, name: str) -> tuple[Operation, str]:
    op, _, index = name.partition(".")
    return next(o for o in problem.operations if o.id == op), index
