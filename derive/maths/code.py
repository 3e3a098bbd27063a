"""Code as mathematics: what a short Python program computes, as one expression. Nothing is ever run.

The program is parsed (ast), and its statements are followed symbolically: assignments, entries that are set,
loops over the entries of a vector, sums that are accumulated, comprehensions, small functions. What cannot be
followed (while loops, a loop that feeds on itself, an unknown function) is a ReadError that says so.

Code counts from 0, the language from 1: an index that is read from code is moved by one where it picks an entry.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths.code_calls import MAX_CALLS, Calls
from derive.maths.code_kinds import Cut, Func, Items, Looped, Value
from derive.maths.code_values import CONDITIONS, name_of
from derive.maths.expr import Expr, ShapeError
from derive.maths.projections import entry_of
from derive.maths.symbols import Scope

MAX_CODE = 6_000
MAX_CODE_NODES = 2_500
MAX_DEPTH = 12
_UNKNOWN = E.sym("@unknown")  # what a loop leaves behind that cannot be named


def read_code(text: str, scope: Scope) -> Expr:
    """The value of a program: its last expression, else what its function returns, else what it assigns last.

    Raises ReadError where the text is no Python or does something that is not followed, TooBig past the bounds.
    """
    if len(text) > MAX_CODE:
        raise TooBig(text[:200], 0, f"The code has {len(text)} characters; {MAX_CODE} are read.")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ReadError(text, 0, "This is not a Python program.", "Python with NumPy, or a formula") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_CODE_NODES:
        raise TooBig(text[:200], 0, "The code is too long to be followed.")
    reader = _Reader(text, scope)
    try:
        out = reader.program(tree.body)
    except ShapeError as err:
        raise ReadError(text, 0, f"The shapes do not fit: {err}.") from None
    except RecursionError:
        raise TooBig(text[:200], 0, "The code calls itself, or is nested too deeply.") from None
    if any(x.op == "sym" and str(x.data).startswith("@") for x in E.walk(reader.bounded(out))):
        raise ReadError(text, 0, "The result is a value that a loop leaves behind.", "code whose result is one formula")
    return out


@dataclass
class _Loop:
    """What a loop over the entries does: entries it sets, and what it adds to names from outside."""

    index: str
    variable: Expr
    count: Expr
    entries: dict[str, Expr] = field(default_factory=dict)
    added: dict[str, Expr] = field(default_factory=dict)
    listed: dict[str, Expr] = field(default_factory=dict)
    marked: dict[str, tuple[Expr, Expr]] = field(default_factory=dict)  # x[order[i]] = 1: the place, and what is set there


class _Reader(Calls):
    """One program, followed from top to bottom."""

    def __init__(self, text: str, scope: Scope) -> None:
        super().__init__(text, scope)
        self.loops: list[_Loop] = []

    def program(self, body: list[ast.stmt]) -> Expr:
        functions = [s for s in body if isinstance(s, ast.FunctionDef)]
        last: Value | None = None
        assigned: str | None = None
        for s in body:
            if isinstance(s, ast.Expr) and not (isinstance(s.value, ast.Constant) and not isinstance(s.value.value, int | float)):
                shown = s.value.args[0] if isinstance(s.value, ast.Call) and name_of(s.value.func) == "print" and s.value.args else s.value
                if self._appends(s.value):
                    continue
                last = self.value(shown)
            elif isinstance(s, ast.Return):
                last = self.value(s.value) if s.value is not None else last
            else:
                self.statement(s)
                for name in _targets(s):
                    assigned, last = name, None
        if last is None and self.scope.asked and self.scope.asked in self.env:
            last = self.env[self.scope.asked]
        if last is None and assigned is not None:
            last = self.env[assigned]
        if last is None and functions:
            last = self._default_call(self.env[functions[-1].name])
        if isinstance(last, Func):  # lambda g, alpha: ...
            last = self._default_call(last)
        if last is None:
            self.fail(None, "The code computes nothing.")
        return self.expression(last, None)

    def _default_call(self, f: Value) -> Value:
        """A function that is only defined, applied to the declared symbols of its arguments' names."""
        assert isinstance(f, Func)
        return self.apply(f, [self.named(a, None) for a in f.arguments], None)

    def statement(self, s: ast.stmt) -> None:
        match s:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Assert():
                return
            case ast.FunctionDef():
                self.env[s.name] = Func(tuple(a.arg for a in s.args.args), tuple(s.body))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(left=ast.Name(id=again), op=op, right=right)) if self.loops and name == again:
                self.augmented(ast.copy_location(ast.AugAssign(ast.Name(name, ast.Store()), op, right), s))
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Compare() | ast.BinOp() | ast.UnaryOp() | ast.Name() as chosen)]) if (
                    mask := self.mask(chosen)) is not None:
                self.set_where(name, mask, s)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name)) as target]) if (places := self.several(target)) is not None:
                self.set_among(name, places, s)
            case ast.Assign(targets=[target]):
                self.assign(target, self.value(s.value))
            case ast.AnnAssign(value=ast.expr()):
                self.assign(s.target, self.value(s.value))  # type: ignore[arg-type]
            case ast.AugAssign():
                self.augmented(s)
            case ast.For():
                self.loop(s)
            case ast.If() if self.loops:
                self.branch(s)
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Expr() if self._appends(s.value):
                return
            case _:
                self.fail(s, f"A statement of this kind ({type(s).__name__.lower()}) is not followed.")

    def assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.env[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, Items):
            plain = [t for t in target.elts if not isinstance(t, ast.Starred)]
            for t, v in zip(plain, value.values, strict=False):
                self.assign(t, v)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self.set_entry(target.value.id, target, self.expression(value, target))
        else:
            self.fail(target, "This assignment is not followed.")

    def set_entry(self, name: str, target: ast.Subscript, value: Expr) -> None:
        if isinstance(target.slice, ast.Slice) and target.slice.lower is None and target.slice.upper is None:
            self.env[name] = value
            return
        at, turned = _row_or_column(target.slice)
        i = self.index(at)
        loop = self.loops[-1] if self.loops else None
        if loop is not None and not turned and i == E.idx(loop.index):
            loop.entries[name] = value
            return
        if loop is not None and loop.index in E.free_indices(i) and loop.index not in E.free_indices(value) and not (i.shape or value.shape) and name not in loop.marked:
            loop.marked[name] = i, value
            return
        old = self.expression(self.named(name, target), target)
        old = E.transpose(old) if turned else old
        if not old.shape or i.shape or value.shape not in ((), old.shape[1:]) or (loop is not None):
            self.fail(target, "This entry is set in a way that is not followed.")
        k = self.new_index()
        here = E.rel("=", E.idx(k), i)
        if len(old.shape) == 2 and not value.shape:  # D[k] = 0: every entry of the row
            value = E.mul(value, E.ones(old.shape[1]))
        other = E.as_column(E.at(old, E.idx(k))) if len(old.shape) == 2 else E.at(old, E.idx(k))
        new = E.comp(k, E.cases(((value, here),), other), old.shape[0])
        self.env[name] = E.transpose(new) if turned else new

    def several(self, target: ast.Subscript) -> Value | None:
        """The places of x[np.argsort(c)[:k]] and x[a:b]; None for one place."""
        old = self.named(target.value.id, target) if isinstance(target.value, ast.Name) else None
        if isinstance(target.slice, ast.Slice) and isinstance(old, Expr) and len(old.shape) == 1:
            k = self.new_index()
            return self.part(E.comp(k, E.sub(E.idx(k), E.ONE), old.shape[0]), target.slice, target)
        if self.loops or isinstance(target.slice, ast.Slice | ast.Tuple):
            return None
        places = self.value(target.slice)
        listed = isinstance(places, Cut | Items) or (isinstance(places, Expr) and len(places.shape) == 1 and places.op not in CONDITIONS)
        return places if listed else None

    def set_among(self, name: str, places: Value, s: ast.Assign) -> None:
        """x[np.argsort(c)[:k]] = 1, x[top] = v[top], x[k:] = 0: the entries at a list of places."""
        old = self.expression(self.named(name, s), s)
        self.masks.append(places)
        value = self.operand(s.value)
        self.masks.pop()
        if len(old.shape) != 1 or self.loops or (value.shape and not (isinstance(places, Cut) and value.shape == old.shape)):
            self.fail(s, "These entries are set in a way that is not followed.")
        i = self.new_index()
        new = entry_of(value, E.idx(i)) if value.shape else value
        self.env[name] = E.comp(i, E.cases(((new, self.among(places, E.idx(i), s)),), entry_of(old, E.idx(i))), old.shape[0])

    def set_where(self, name: str, mask: Expr, s: ast.Assign) -> None:
        """x[x < 0] = 0, x[m] = v[m]: the entries at which a condition holds."""
        old = self.expression(self.named(name, s), s)
        if old.shape != mask.shape or self.loops:
            self.fail(s, "These entries are set in a way that is not followed.")
        self.masks.append(mask)
        value = self.operand(s.value)
        self.masks.pop()
        if value.shape not in ((), old.shape):
            self.fail(s, "These entries are set in a way that is not followed.")
        self.env[name] = E.cases(((value, mask),), old)

    def augmented(self, s: ast.AugAssign) -> None:
        change = self.expression(self.value(s.value), s)
        loop = self.loops[-1] if self.loops else None
        if isinstance(s.target, ast.Name):
            name = s.target.id
            if loop is not None and self.env.get(name) != _UNKNOWN:
                self.fail(s, "A name that the loop itself sets is added to.")
            if loop is not None and isinstance(s.op, ast.Add | ast.Sub):
                signed = change if isinstance(s.op, ast.Add) else E.neg(change)
                loop.added[name] = E.add(loop.added[name], signed) if name in loop.added else signed
                return
            if loop is not None:
                self.fail(s, "This kind of running value is not followed.")
            old = self.expression(self.named(name, s), s)
            self.env[name] = self.operate(s.op, old, change, s)
        elif isinstance(s.target, ast.Subscript) and isinstance(s.target.value, ast.Name):
            old = self.expression(self.value(s.target), s)
            self.set_entry(s.target.value.id, s.target, self.operate(s.op, old, change, s))
        else:
            self.fail(s, "This assignment is not followed.")

    def loop(self, s: ast.For) -> None:
        """A loop over the entries of vectors: what each entry becomes, and sums over the entries."""
        k = self.new_index()
        bound, count = self.running(s.iter, s.target, k, s)
        before = dict(self.env)
        variable = next((v for v in bound.values() if isinstance(v, Expr)), E.idx(k))
        loop = _Loop(k, variable, count)
        arrays: dict[Expr, Expr] = {}
        for name in _set_in(s):  # what the last round left behind is not known in this one
            self.env[name] = _UNKNOWN
        for name in _filled_in(s):  # an entry that is not set yet is as it was; others may be set already
            if name not in before and name == self.scope.asked:  # filled without being made first
                before[name] = self.named(name, s)
            old = self.expression(before.get(name, _UNKNOWN), s)
            arrays[E.sym(f"@{name}", old.shape)] = old
            self.env[name] = E.sym(f"@{name}", old.shape)
        self.env |= bound
        self.loops.append(loop)
        for inner in s.body:
            self.statement(inner)
        self.loops.pop()
        kept = {E.at(mark, E.idx(k)): E.at(old, E.idx(k)) for mark, old in arrays.items() if len(old.shape) == 1}
        for made in (loop.entries, loop.added, loop.listed):
            for name, value in made.items():
                made[name] = E.replace(value, kept)
                if any(x == _UNKNOWN or x in arrays for x in E.walk(made[name])):
                    self.fail(s, "The loop uses a value that it changes itself: it is not followed.")
        self.env = before | dict.fromkeys(_set_in(s), _UNKNOWN)
        for name, value in loop.entries.items():
            old = self.expression(before.get(name, _UNKNOWN), s)
            if len(old.shape) != 1 or E.dim(old.shape[0]) != count or value.shape:
                self.fail(s, "The loop does not set every entry of a vector.")
            self.env[name] = E.comp(k, value, old.shape[0])
        for name, (place, value) in loop.marked.items():
            before_loop = self.expression(before.get(name, _UNKNOWN), s)
            if name in loop.entries or len(before_loop.shape) != 1 or any(x == _UNKNOWN or x in arrays for x in (*E.walk(place), *E.walk(value))):
                self.fail(s, "This entry is set in a way that is not followed.")
            i = self.new_index()
            hit = E.cases(((E.ONE, E.rel("=", place, E.idx(i))),), E.ZERO)
            found = E.rel(">", E.reduce_over("sum", k, hit, E.ONE, count), E.ZERO)
            self.env[name] = E.comp(i, E.cases(((value, found),), entry_of(before_loop, E.idx(i))), before_loop.shape[0])
        for name in loop.added.keys() & {x for inner in ast.walk(s) if isinstance(inner, ast.Assign) for x in _targets(inner)} - _running(s):
            self.fail(s, f"'{name}' is set and added to in one loop.")
        for name, value in loop.added.items():
            start = self.expression(before.get(name, _UNKNOWN), s)
            total = E.reduce_over("sum", k, value, E.ONE, count) if k in E.free_indices(value) else E.mul(count, value)
            self.env[name] = total if E.is_number(start, 0) or (start.op == "zeros") else E.add(start, total)
        for name, value in loop.listed.items():
            self.env[name] = Looped(k, value, count)

    def branch(self, s: ast.If) -> None:
        """if and else in a loop that set the same entry: a value by cases."""
        condition = self.expression(self.value(s.test), s)
        loop = self.loops[-1]
        outcomes = []
        for body in (s.body, s.orelse):
            own = _Loop(loop.index, loop.variable, loop.count, dict(loop.entries), {}, {})
            self.loops.append(own)
            saved = dict(self.env)
            for inner in body:
                self.statement(inner)
            self.env = saved
            self.loops.pop()
            outcomes.append(own)
        yes, no = outcomes
        for name in yes.entries.keys() | no.entries.keys():
            if name not in yes.entries or name not in no.entries:
                self.fail(s, "An entry is set in one branch only.")
            loop.entries[name] = E.cases(((yes.entries[name], condition),), no.entries[name])
        for name in yes.added.keys() | no.added.keys():
            loop.added[name] = E.cases(((yes.added.get(name, E.ZERO), condition),), no.added.get(name, E.ZERO))
        for name in yes.listed.keys() | no.listed.keys():
            if name not in yes.listed or name not in no.listed:
                self.fail(s, "A list grows in one branch only.")
            loop.listed[name] = E.cases(((yes.listed[name], condition),), no.listed[name])
        if yes.marked or no.marked:
            self.fail(s, "An entry is set in a choice in a way that is not followed.")
        if not (yes.entries or no.entries or yes.added or no.added or yes.listed or no.listed):
            self.fail(s, "A choice in a loop that is not followed.")

    def _appends(self, node: ast.expr) -> bool:
        """out.append(x) in a loop; True if the statement was of this kind."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append" and self.loops):
            return False
        name = name_of(node.func.value)
        self.loops[-1].listed[name] = self.expression(self.value(node.args[0]), node)
        return True

    def apply(self, f: Func, args: list[Value], node: ast.AST | None, named: Mapping[str, Value] | None = None) -> Value:
        self.calls += 1
        self.depth += 1
        if self.calls > MAX_CALLS or self.depth > MAX_DEPTH:
            raise TooBig(self.text[:200], 0, "The code is too long to be followed.")
        given = dict(zip(f.arguments, args, strict=False)) | dict(named or {})
        missing = [a for a in f.arguments if a not in given]
        for a in missing:
            given[a] = self.named(a, node)
        saved, loops = self.env, self.loops
        self.env, self.loops = {**saved, **given}, []
        try:
            if isinstance(f.body, ast.expr):
                return self.value(f.body)
            for k, s in enumerate(f.body):
                if isinstance(s, ast.Return) and s.value is not None:
                    return self.value(s.value)
                if isinstance(s, ast.If) and k < len(f.body):
                    return self.returned(s, f.body[k + 1 :])
                self.statement(s)
        finally:
            self.env, self.loops = saved, loops
            self.depth -= 1
        self.fail(node, "A function that returns nothing.")

    def returned(self, s: ast.If, rest: tuple[ast.stmt, ...]) -> Expr:
        """if c: return A ... return B as cases."""
        yes, no = s.body, (s.orelse or list(rest))
        if len(yes) != 1 or not isinstance(yes[0], ast.Return) or yes[0].value is None or not no:
            self.fail(s, "A choice that is not followed.")
        condition = self.operand(s.test)
        first = no[0]
        if isinstance(first, ast.If):
            other = self.returned(first, tuple(no[1:]))
        elif isinstance(first, ast.Return) and first.value is not None:
            other = self.operand(first.value)
        else:
            self.fail(s, "A choice that is not followed.")
        return E.cases(((self.operand(yes[0].value), condition),), other)


def _set_in(loop: ast.For) -> set[str]:
    """Names that a loop sets as a whole."""
    out = {t.id for s in ast.walk(loop) if isinstance(s, ast.Assign) for x in s.targets for t in ast.walk(x) if isinstance(t, ast.Name) and isinstance(t.ctx, ast.Store)}
    return out | {s.target.id for s in ast.walk(loop) if isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Name)}


def _running(loop: ast.For) -> set[str]:
    """Names that a loop adds to by 's = s + x'."""
    return {s.targets[0].id for s in ast.walk(loop) if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
            and isinstance(s.value, ast.BinOp) and isinstance(s.value.left, ast.Name) and s.value.left.id == s.targets[0].id}


def _filled_in(loop: ast.For) -> set[str]:
    """Arrays of which a loop sets entries."""
    targets = [t for s in ast.walk(loop) if isinstance(s, ast.Assign) for t in s.targets] + [s.target for s in ast.walk(loop) if isinstance(s, ast.AugAssign)]
    return {t.value.id for t in targets if isinstance(t, ast.Subscript) and isinstance(t.value, ast.Name)}


def _row_or_column(at: ast.expr) -> tuple[ast.expr, bool]:
    """The place that D[k, :] and D[:, k] name, and whether it is a column."""
    if isinstance(at, ast.Tuple) and len(at.elts) == 2:
        for chosen, other in (at.elts, at.elts[::-1]):
            if isinstance(other, ast.Slice) and other.lower is other.upper is other.step is None and not isinstance(chosen, ast.Slice):
                return chosen, chosen is at.elts[1]
    return at, False


def _targets(s: ast.AST) -> list[str]:
    """The names that a statement sets."""
    if isinstance(s, ast.Assign):
        found = [x for t in s.targets for x in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    elif isinstance(s, ast.AugAssign | ast.AnnAssign):
        found = [s.target]
    elif isinstance(s, ast.For):
        return [n for inner in s.body for n in _targets(inner)]
    else:
        return []
    return [n for x in found if (n := x.id if isinstance(x, ast.Name) else x.value.id if isinstance(x, ast.Subscript) and isinstance(x.value, ast.Name) else "")]
