"""Code as mathematics: what a short Python program computes, as one expression. Nothing is ever run.

The program is parsed (ast), and its statements are followed symbolically: assignments, entries that are set,
loops over the entries of a vector, sums that are accumulated, comprehensions, small functions. What cannot be
followed (while loops, a loop that feeds on itself, an unknown function) is a ReadError that says so.

Code counts from 0, the language from 1: an index that is read from code is moved by one where it picks an entry.
"""

from __future__ import annotations

import ast

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths.code_functions import Functions
from derive.maths.code_kinds import UNKNOWN, Func, Items, Loop, Looped, Value, function_of
from derive.maths.code_values import name_of
from derive.maths.expr import Expr, ShapeError
from derive.maths.partitioned import Blocks
from derive.maths.projections import entry_of
from derive.maths.symbols import Scope

MAX_CODE = 6_000
MAX_CODE_NODES = 2_500


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
        raise ReadError(text, 0, "The result is a value that a loop leaves behind, or one branch of a choice.", "code whose result is one formula")
    return out


class _Reader(Functions):
    """One program, followed from top to bottom."""

    def program(self, body: list[ast.stmt]) -> Expr:
        functions = [s for s in body if isinstance(s, ast.FunctionDef)]
        last: Value | None = None
        assigned: Value | None = None
        for s in body:
            if isinstance(s, ast.Expr) and not (isinstance(s.value, ast.Constant) and not isinstance(s.value.value, int | float)):
                if self._appends(s.value):
                    continue
                last = self.value(_shown(s.value))
            elif isinstance(s, ast.Return):
                last = self.value(s.value) if s.value is not None else last
            else:
                self.statement(s)
                names = _targets(s)
                if names:
                    together = len(names) == len(self.scope.outputs) and isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Tuple)
                    assigned, last = Items(tuple(self.env[n] for n in names)) if together else self.env[names[-1]], None
        asked = self.scope.asked
        if asked and asked in self.env and (last is None or len(self.scope.outputs) > 1):
            last = self.env[asked]
        elif last is None and assigned is None and functions:
            last = self._default_call(self.env[functions[-1].name])
        else:
            last = assigned if last is None else last
        if isinstance(last, Func):  # lambda g, alpha: ...
            last = self._default_call(last)
        if last is None:
            self.fail(None, "The code computes nothing.")
        if len(self.scope.outputs) > 1 and asked not in self.env:
            last = self._output(last, body)
        return self.expression(last, None)

    def _output(self, v: Value, body: list[ast.stmt]) -> Value:
        """What is asked among several results: by its name, by the word that the statement has for it, else by its place."""
        outputs = self.scope.outputs
        symbols = [self.scope.symbols.get(n) for n in outputs]
        said = [n if s is None else s.says for n, s in zip(outputs, symbols, strict=True)]
        asked = outputs.index(str(self.scope.asked))
        if said[asked] in self.env:
            return self.env[said[asked]]
        values = v.values if isinstance(v, Items) else [E.at(v, E.num(k + 1)) for k in range(len(outputs))] if isinstance(v, Expr) and v.shape == (len(outputs),) else ()
        if len(values) != len(outputs) or (isinstance(v, Expr) and any(s is not None and s.shape for s in symbols)):
            self.fail(None, f"The program does not compute {self.scope.asked}.", f"values for {', '.join(outputs)}")
        told = [[e.id for e in t.elts if isinstance(e, ast.Name)] for s in body for t in ast.walk(s) if isinstance(t, ast.Tuple) and isinstance(t.ctx, ast.Load)]
        for names in told:  # return c, s
            if len(names) == len(outputs) and (set(names) == set(outputs) or set(names) == set(said)):
                asked = names.index(outputs[asked] if set(names) == set(outputs) else said[asked])
                break
        return values[asked]

    def _default_call(self, f: Value) -> Value:
        """A function that is only defined, applied to the declared symbols of its arguments' names."""
        assert isinstance(f, Func)
        return self.apply(f, [], None)

    def statement(self, s: ast.stmt) -> None:
        match s:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Assert():
                return
            case ast.FunctionDef():
                self.env[s.name] = function_of(s.args, tuple(s.body))
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
            case ast.If():
                self.chosen(s)
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Expr() if self._appends(s.value):
                return
            case _:
                self.fail(s, f"A statement of this kind ({type(s).__name__.lower()}) is not followed.")

    def assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.env[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            values = self.unpacked(value, target)
            before = [isinstance(t, ast.Starred) for t in target.elts].index(True) if any(isinstance(t, ast.Starred) for t in target.elts) else None
            behind = 0 if before is None else len(target.elts) - before - 1
            if len(target.elts) > len(values) + (before is not None) or (before is None and len(target.elts) != len(values)):
                self.fail(target, f"{len(values)} values are taken apart into {len(target.elts)}.")
            places = range(len(values)) if before is None else (*range(before), *range(len(values) - behind, len(values)))
            for t, k in zip((t for t in target.elts if not isinstance(t, ast.Starred)), places, strict=True):
                self.assign(t, values[k])
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            old = self.env.get(target.value.id)
            if isinstance(old, Blocks) and not self.loops:
                self.env[target.value.id] = self.set_blocks(old, target, value)
                return
            self.set_entry(target.value.id, target, self.expression(value, target))
        else:
            self.fail(target, "This assignment is not followed.")

    def unpacked(self, v: Value, node: ast.AST) -> tuple[Value, ...]:
        """The values of a list, or the entries of a vector of known length."""
        if isinstance(v, Items):
            return v.values
        x = self.expression(v, node)
        if len(x.shape) != 1 or not isinstance(x.shape[0], int) or x.shape[0] > 12:
            self.fail(node, "This assignment is not followed.")
        return x.args if x.op == "vec" else tuple(E.at(x, E.num(k + 1)) for k in range(x.shape[0]))

    def augmented(self, s: ast.AugAssign) -> None:
        change = self.expression(self.value(s.value), s)
        loop = self.loops[-1] if self.loops else None
        if isinstance(s.target, ast.Name):
            name = s.target.id
            if loop is not None and self.env.get(name) != UNKNOWN:
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
        loop = Loop(k, variable, count)
        arrays: dict[Expr, Expr] = {}
        for name in _set_in(s):  # what the last round left behind is not known in this one
            self.env[name] = UNKNOWN
        for name in _filled_in(s):  # an entry that is not set yet is as it was; others may be set already
            if name not in before and name == self.scope.asked:  # filled without being made first
                before[name] = self.named(name, s)
            old = self.expression(before.get(name, UNKNOWN), s)
            arrays[E.sym(f"@{name}", old.shape)] = old
            self.env[name] = E.sym(f"@{name}", old.shape)
        self.env |= bound
        self.loops.append(loop)
        for inner in s.body:
            self.statement(inner)
        self.loops.pop()
        kept = {E.at(mark, E.idx(k)): E.as_column(E.at(old, E.idx(k))) for mark, old in arrays.items() if old.shape}
        for made in (loop.entries, loop.rows, loop.added, loop.listed):
            for name, value in made.items():
                made[name] = E.replace(value, kept)
                if any(x == UNKNOWN or x in arrays for x in E.walk(made[name])):
                    self.fail(s, "The loop uses a value that it changes itself: it is not followed.")
        self.env = before | dict.fromkeys(_set_in(s), UNKNOWN)
        for name, value in loop.entries.items():
            old = self.expression(before.get(name, UNKNOWN), s)
            if not old.shape or E.dim(old.shape[0]) != count or (value.shape and value.shape != old.shape[1:]):
                self.fail(s, "The loop does not set every entry of a vector.")
            value = E.mul(value, E.ones(*old.shape[1:])) if len(old.shape) == 2 and not value.shape else value
            self.env[name] = E.comp(k, value, old.shape[0])
        for name, value in loop.rows.items():
            old = self.expression(before.get(name, UNKNOWN), s)
            if len(old.shape) != 2 or E.dim(old.shape[1]) != count or name in loop.entries:
                self.fail(s, "The loops do not set every entry of a matrix.")
            self.loops[-1].entries[name] = E.comp(k, value, old.shape[1])
        for name, (place, value) in loop.marked.items():
            before_loop = self.expression(before.get(name, UNKNOWN), s)
            if name in loop.entries or len(before_loop.shape) != 1 or any(x == UNKNOWN or x in arrays for x in (*E.walk(place), *E.walk(value))):
                self.fail(s, "This entry is set in a way that is not followed.")
            i = self.new_index()
            hit = E.cases(((E.ONE, E.rel("=", place, E.idx(i))),), E.ZERO)
            found = E.rel(">", E.reduce_over("sum", k, hit, E.ONE, count), E.ZERO)
            self.env[name] = E.comp(i, E.cases(((value, found),), entry_of(before_loop, E.idx(i))), before_loop.shape[0])
        for name in loop.added.keys() & {x for inner in ast.walk(s) if isinstance(inner, ast.Assign) for x in _targets(inner)} - _running(s):
            self.fail(s, f"'{name}' is set and added to in one loop.")
        for name, value in loop.added.items():
            if self.loops and before.get(name) == UNKNOWN:  # a sum that the loop outside runs on
                outer = self.loops[-1].added
                inside = E.reduce_over("sum", k, value, E.ONE, count) if k in E.free_indices(value) else E.mul(count, value)
                outer[name] = E.add(outer[name], inside) if name in outer else inside
                continue
            start = self.expression(before.get(name, UNKNOWN), s)
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
            own = Loop(loop.index, loop.variable, loop.count, dict(loop.entries))
            self.loops.append(own)
            saved = dict(self.env)
            for inner in body:
                self.statement(inner)
            self.env = saved
            self.loops.pop()
            outcomes.append(own)
        yes, no = outcomes
        for name in yes.entries.keys() | no.entries.keys():
            old = E.at(self.expression(self.named(name, s), s), E.idx(loop.index))  # where it is not set it is as it was
            loop.entries[name] = E.cases(((yes.entries.get(name, old), condition),), no.entries.get(name, old))
        for name in yes.added.keys() | no.added.keys():
            loop.added[name] = E.cases(((yes.added.get(name, E.ZERO), condition),), no.added.get(name, E.ZERO))
        for name in yes.listed.keys() | no.listed.keys():
            if name not in yes.listed or name not in no.listed:
                self.fail(s, "A list grows in one branch only.")
            loop.listed[name] = E.cases(((yes.listed[name], condition),), no.listed[name])
        if yes.marked or no.marked or yes.rows or no.rows:
            self.fail(s, "An entry is set in a choice in a way that is not followed.")
        if not (yes.entries or no.entries or yes.added or no.added or yes.listed or no.listed):
            self.fail(s, "A choice in a loop that is not followed.")

    def _appends(self, node: ast.expr) -> bool:
        """out.append(x) in a loop; True if the statement was of this kind."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append" and self.loops):
            return False
        name = name_of(node.func.value)
        if len(node.args) != 1:
            self.fail(node, "One value is appended.")
        self.loops[-1].listed[name] = self.expression(self.value(node.args[0]), node)
        return True


def _shown(e: ast.expr) -> ast.expr:
    """What print shows; any other expression is itself."""
    if isinstance(e, ast.Call) and name_of(e.func) == "print" and e.args:
        values = [a for a in e.args if not (isinstance(a, ast.Constant) and isinstance(a.value, str))] or e.args
        return values[0] if len(values) == 1 else ast.copy_location(ast.Tuple(values, ast.Load()), e)
    return e


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


def _targets(s: ast.AST) -> list[str]:
    """The names that a statement sets."""
    if isinstance(s, ast.Assign):
        found = [x for t in s.targets for x in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    elif isinstance(s, ast.AugAssign | ast.AnnAssign):
        found = [s.target]
    elif isinstance(s, ast.For | ast.If):
        return [n for inner in s.body for n in _targets(inner)]
    else:
        return []
    return [n for x in found if (n := x.id if isinstance(x, ast.Name) else x.value.id if isinstance(x, ast.Subscript) and isinstance(x.value, ast.Name) else "")]
