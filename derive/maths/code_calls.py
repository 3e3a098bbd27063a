"""Calls in code as mathematics: NumPy and its kin, array methods, sums over what a comprehension makes."""

from __future__ import annotations

import ast

from derive.errors import TooBig
from derive.maths import expr as E
from derive.maths.axes import along_axis
from derive.maths.call_arguments import NONE
from derive.maths.calls import CALLS
from derive.maths.code_blocks import Partitioned
from derive.maths.code_kinds import Column, Cut, Func, Items, Looped, Picked, Span, Value, length_of
from derive.maths.code_values import MODULES, name_of
from derive.maths.covariances import covariances
from derive.maths.einsum import einsum
from derive.maths.expr import Expr, ShapeError

MAX_CALLS = 1_200


class Calls(Partitioned):
    """Values, and what calls compute."""

    def call(self, node: ast.Call) -> Value:
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise TooBig(self.text[:200], 0, "The code is too long to be followed.")
        dotted = name_of(node.func)
        root, _, last = dotted.rpartition(".")
        if not root and last in self.env:
            f = self.env[last]
            if isinstance(f, Func):
                return self.apply(f, [self.value(a) for a in node.args], node, {k.arg: self.value(k.value) for k in node.keywords if k.arg})
        if not root and isinstance(node.func, ast.Lambda):
            f = self.value(node.func)
            assert isinstance(f, Func)
            return self.apply(f, [self.value(a) for a in node.args], node)
        if isinstance(node.func, ast.Attribute) and root.partition(".")[0] not in MODULES:
            return self.method(node.func, node)
        if not dotted and isinstance(node.func, ast.BinOp | ast.UnaryOp | ast.Constant):
            self.fail(node, "An operator is missing before the bracket.")
        return self.function(last, node, dotted)

    def method(self, func: ast.Attribute, node: ast.Call) -> Value:
        x = self.value(func.value)
        if func.attr not in _UNCHANGED or isinstance(x, Cut | Picked):
            found = self.factored(func.attr, "", [x, *(self.value(a) for a in node.args)], node)
            if found is not None:
                return found
        if func.attr in ("reshape", "view"):
            return self.reshaped(self.expression(x, node), node)
        name = _METHODS.get(func.attr, func.attr)
        if name == "numel" and not node.args:
            return self.length(x, node)
        if name in ("flatten", "ravel", "squeeze") and isinstance(x, Expr) and len(x.shape) == 2 and 1 in x.shape:
            return E.as_column(x)
        if name in _UNCHANGED:
            return x
        if name in _OPERATORS and len(node.args) == 1:
            return self.operator(name, [x, self.value(node.args[0])], node)
        if name not in CALLS:
            self.fail(node, f"'.{func.attr}()' is not read as mathematics.")
        return self.built(name, [x, *(self.value(a) for a in node.args)], node)

    def function(self, name: str, node: ast.Call, dotted: str = "") -> Value:
        if name == "cho_solve" and len(node.args) == 2 and isinstance(node.args[0], ast.Call) and name_of(node.args[0].func).rpartition(".")[2] == "cho_factor":
            factored, side = (self.expression(self.value(a), node) for a in (node.args[0].args[0], node.args[1]))
            return E.matmul(E.inverse(factored), side)
        if name == "einsum" and node.args and isinstance(node.args[0], ast.Constant):
            operands = [self.value(a) for a in node.args[1:]]
            listed = operands[0].values if len(operands) == 1 and isinstance(operands[0], Items) else operands
            return self.einsum(str(node.args[0].value), [self.expression(x, node) for x in listed])
        args = [self.value(a) for a in node.args if not isinstance(a, ast.Starred)]
        if name in ("zeros", "empty") and args:
            sizes = args[0].values if isinstance(args[0], Items) else args
            made = self.zeros_in_parts([self.expression(d, node) for d in sizes])
            if made is not None:
                return made
        found = self.factored(name, dotted, args, node)
        if found is not None:
            return found
        if name in _UNCHANGED and len(args) == 1 and not (name == "column_stack" and isinstance(args[0], Looped)):
            return args[0]
        if name in ("range", "len") and not args:
            self.fail(node, f"'{name}' of nothing.")
        if name == "range":
            ends = [self.expression(a, node) for a in args]
            return Span(E.ZERO if len(ends) == 1 else ends[0], ends[0] if len(ends) == 1 else ends[1])
        if name == "len":
            return self.length(args[0], node)
        if name == "map" and len(args) == 2 and isinstance(args[0], Func):
            k = self.new_index()
            item, count = self.entry(args[1], k, node)
            return Looped(k, self.apply(args[0], [item], node), count)
        if name in ("max", "min") and len(args) == 1 and node.keywords and node.keywords[0].arg == "key":
            return self.best(name, args[0], self.function_named(node.keywords[0].value), node)
        if name == "lstsq" and len(args) >= 2:
            a, b = (self.expression(x, node) for x in args[:2])
            return Items((E.matmul(E.pinv(a), b), E.ZERO, E.ZERO, E.ZERO), ("solution",))
        name = _FUNCTIONS.get(name, name)
        if name in ("stack", "vstack", "column_stack") and len(args) == 1 and isinstance(args[0], Looped):
            rows = self.expression(args[0], node)
            axis = next((ast.unparse(k.value) for k in node.keywords if k.arg in ("axis", "dim")), ast.unparse(node.args[1]) if len(node.args) == 2 else "0")
            if len(rows.shape) != 2 or axis not in ("0", "1", "-1"):
                self.fail(node, "A stack of something that is no vector.")
            return E.transpose(rows) if axis != "0" or name == "column_stack" else rows
        if name == "apply_along_axis" and len(node.args) == 3 and ast.unparse(node.args[1]) in ("0", "1"):
            return self.along(self.function_named(node.args[0]), self.expression(args[2], node), ast.unparse(node.args[1]) == "1", node)
        if name in _OPERATORS and len(args) == 2:
            return self.operator(name, args, node)
        if name in ("sum", "max", "min", "prod", "any", "all") and len(args) == 1 and isinstance(args[0], Looped):
            return self.reduced(name, args[0], node)
        if name == "arange" and 1 <= len(args) <= 2:
            k = self.new_index()
            first, stop = (E.ZERO, *args) if len(args) == 1 else args
            span = Span(self.expression(first, node), self.expression(stop, node))
            item, count = self.entry(span, k, node)
            return Looped(k, item, count)
        if name in ("where",) and len(args) == 3:
            return self.where(args[0], args[1], args[2], node)
        if name in ("full", "full_like"):
            base = self.expression(args[0], node)
            fill = self.expression(args[1], node)
            return E.mul(fill, E.ones(*base.shape)) if name == "full_like" else self.repeated(fill, base, node)
        if name == "cov" and args:
            return self.covariance([self.expression(a, node) for a in args], node)
        if name not in CALLS:
            self.fail(node, f"'{name}' is not read as mathematics.", "a NumPy function that is a formula")
        return self.built(name, args, node)

    def operator(self, name: str, args: list[Value], node: ast.Call) -> Value:
        """np.divide(a, b), and np.divide(a, b, out=c, where=m): c where m does not hold."""
        said = {k.arg: k.value for k in node.keywords if k.arg}
        out = self.combined(_OPERATORS[name](), args[0], args[1], node)
        if set(said) - {"out", "where", "dtype"} or ("where" in said and "out" not in said):
            self.fail(node, f"'{name}' with {', '.join(said)} is not followed.")
        return self.where(self.value(said["where"]), out, self.value(said["out"]), node) if "where" in said else out

    def function_named(self, node: ast.expr) -> Value:
        """A function given by name, as in key=abs and key=np.abs."""
        name = name_of(node)
        last = name.rpartition(".")[2]
        if name and name not in self.env and _FUNCTIONS.get(last, last) in CALLS:
            return Func(("x",), ast.Call(node, [ast.Name("x", ast.Load())], []))
        return self.value(node)

    def reshaped(self, x: Expr, node: ast.Call) -> Value:
        """reshape(1, -1) of a vector as a row, reshape(-1, 1) as a column, reshape(-1) as the vector itself."""
        args = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.Tuple | ast.List) else node.args
        sizes = [self.operand(a) for a in args]
        if len(sizes) == 1 and (len(x.shape) == 1 or 1 in x.shape):
            return E.as_column(x)
        if len(x.shape) == 1 and len(sizes) == 2 and any(E.is_number(d, 1) for d in sizes):
            return E.transpose(x) if E.is_number(sizes[0], 1) else Column(x)
        self.fail(node, "This change of shape is not followed.")

    def einsum(self, pattern: str, operands: list[Expr]) -> Value:
        """What einsum computes; an array with three indices as a matrix for each value of the first one."""
        left, arrow, out = "".join(pattern.split()).partition("->")
        if len(out) != 3 or not out.isalpha():
            return einsum(pattern, operands)
        if left.count(",") + 1 != len(operands):
            raise ShapeError(f"einsum of {len(operands)} arrays with another pattern")
        size = next((d for names, x in zip(left.split(","), operands, strict=False) for c, d in zip(names, x.shape, strict=False) if c == out[0]), None)
        if size is None or len(set(out)) != 3 or any(c == out[0] for c in out[1:]):
            raise ShapeError("a pattern of einsum whose result does not fit")
        picked = [x if out[0] not in names else self._with_index(x, names.index(out[0])) for names, x in zip(left.split(","), operands, strict=True)]
        return Looped("_e3", einsum(",".join(n.replace(out[0], "") for n in left.split(",")) + arrow + out[1:], picked), E.dim(size))

    def _with_index(self, x: Expr, axis: int) -> Expr:
        turned = E.transpose(x) if axis == 1 else x
        return E.as_column(E.at(turned, E.idx("_e3")))

    def along(self, f: Value, x: Expr, rows: bool, node: ast.AST) -> Expr:
        """f of each row, or column, of a matrix."""
        if not isinstance(f, Func) or len(x.shape) != 2:
            self.fail(node, "This is not followed along an axis.")
        x = x if rows else E.transpose(x)
        k = self.new_index()
        made = E.comp(k, self.expression(self.apply(f, [E.as_column(E.at(x, E.idx(k)))], node), node), x.shape[0])
        return made if rows or len(made.shape) == 1 else E.transpose(made)

    def over_first(self, name: str, v: Looped, node: ast.Call) -> Value | None:
        """The sum or mean over the first axis of an array that is a matrix for each value of an index; None for another call."""
        method = isinstance(node.func, ast.Attribute) and name_of(node.func).partition(".")[0] not in MODULES
        axis = next((ast.unparse(k.value) for k in node.keywords if k.arg in ("axis", "dim")), ast.unparse(node.args[-1]) if len(node.args) == 2 - method else None)
        if name not in ("sum", "mean") or axis != "0" or v.condition is not None or not isinstance(v.body, Expr) or len(v.body.shape) != 2:
            return None
        total = self.reduced("sum", v, node)
        return total if name == "sum" else E.div(total, v.count)

    def built(self, name: str, args: list[Value], node: ast.Call) -> Value:
        if name == "norm":  # norm(X, 'fro')
            args = [_named(x) if _is_text(x) else a for a, x in zip(args, node.args, strict=False)] if len(args) == len(node.args) else args
        if name in ("sum", "max", "min", "prod") and args and isinstance(args[0], Looped) and args[0].condition is not None:
            return self.reduced(name, args[0], node)
        if args and isinstance(args[0], Looped) and (whole := self.over_first(name, args[0], node)) is not None:
            return whole
        kw = {{"p": "ord", "dim": "axis"}.get(k.arg, k.arg): _named(k.value) if name == "norm" and _is_text(k.value) else self.expression(self.value(k.value), node)
              for k in node.keywords if k.arg is not None and k.arg not in ("dtype", "out", "keepdims", "keepdim", "rcond", "device", "initial", "assume_a", "check_finite")}
        stacked = self.stacked(name, args, kw, node)
        if stacked is not None:
            return stacked
        given = [NONE if name == "clip" and a == Items(()) else self.expression(a, node) for a in args]  # clip(x, 0, None)
        if name == "soft" and "lambd" in kw:  # softshrink(x, lambd=t)
            given.append(kw.pop("lambd"))
        rows = along_axis(name, given, kw)
        if rows is not None:
            return Column(rows) if _keeps_axes(node) and not _first_axis(kw["axis"]) else rows
        if name in ("var", "std"):
            return self.spread(name, given, kw, node)
        if name not in ("norm", "sum", "clip", "linspace", "logspace", "geomspace"):
            matrix = any(len(x.shape) == 2 for x in given)  # of a vector there is one axis only
            kw = {k: v for k, v in kw.items() if not (k == "axis" and (v == E.neg(E.ONE) or E.is_number(v, 1 if matrix else 0)) and (not matrix or name in _ROW_BY_ROW))}
            if kw.keys() - _KEYWORDS.get(name, set()):
                self.fail(node, f"'{name}' with {', '.join(kw)} is not followed.")
        elif name == "norm":
            kw.pop("axis", None)
        if name == "ones" and given and len(given) == 1 and given[0].op == "vec":
            given = list(given[0].args)
        if name in ("dot", "matmul") and len(given) == 2 and all(len(a.shape) == 2 for a in given):
            return E.matmul(*given)
        out = CALLS[name](given, kw)
        if any(isinstance(a, Column) for a in args) and name in _ENTRYWISE and len(out.shape) == 1:
            self.apart(args, node)
            return Column(out)
        if name == "sum" and "axis" in kw and len(given[0].shape) == 2 and _keeps_axes(node) and not _first_axis(kw["axis"]):
            return Column(out)
        return E.sub(out, E.ONE) if name in ("argmax", "argmin") else out

    def covariance(self, args: list[Expr], node: ast.Call) -> Expr:
        """np.cov(x, y), np.cov(X, rowvar=False): over n - 1 unless bias or ddof says otherwise, as in torch."""
        said = {k.arg: ast.unparse(k.value) for k in node.keywords if k.arg}
        lost = said.get("ddof", said.get("correction", "0" if said.get("bias") in ("True", "1") else "1"))
        if set(said) - {"ddof", "correction", "bias", "rowvar"} or lost not in ("0", "1"):
            self.fail(node, "This covariance is not followed.")
        return covariances(args, int(lost), said.get("rowvar") in ("False", "0"))

    def spread(self, name: str, given: list[Expr], kw: dict[str, Expr], node: ast.Call) -> Expr:
        """var and std, divided by n, or by n - 1 where the program says so or torch does without being told."""
        degrees = [v for k, v in kw.items() if k in ("ddof", "correction", "unbiased") or (k == "axis" and not (E.is_number(v, 0) or v == E.neg(E.ONE)))]
        if len(given) != 1 or len(given[0].shape) != 1 or len(degrees) > 1 or kw.keys() - {"ddof", "correction", "unbiased", "axis"}:
            self.fail(node, f"'{name}' is followed for one vector.")
        lost = degrees[0] if degrees else E.ONE if name_of(node.func).startswith("torch.") else E.ZERO
        lost = E.num(int(lost.data)) if lost.op == "bool" else lost
        n = E.dim(given[0].shape[0])
        out = CALLS["var"](given, {})
        out = out if E.is_number(lost, 0) else E.mul(E.div(n, E.sub(n, lost)), out)
        return E.fn("sqrt", out) if name == "std" else out

    def stacked(self, name: str, args: list[Value], kw: dict[str, Expr], node: ast.AST) -> Expr | None:
        """np.median([l, v, u], axis=0): entry by entry over vectors of one length."""
        first = args[0] if args else None
        if name not in ("median", "max", "min", "mean", "amax", "amin") or not isinstance(first, Items) or len(args) != 1 or "axis" not in kw or len(first.values) < 2:
            return None
        rows = [self.expression(v, node) for v in first.values]
        if not _first_axis(kw["axis"]) or any(len(r.shape) != 1 or r.shape != rows[0].shape for r in rows):
            return None
        k = self.new_index()
        entries = [E.at(r, E.idx(k)) for r in rows]
        whole = E.div(E.add(*entries), E.num(len(entries))) if name == "mean" else CALLS[name](entries, {})
        return E.comp(k, whole, rows[0].shape[0])

    def length(self, v: Value, node: ast.AST) -> Expr:
        if isinstance(v, Looped):
            counted = self.reduced("sum", _ones_of(v), node)
            return counted
        if isinstance(v, Items):
            return E.num(len(v.values))
        if isinstance(v, Span):
            return length_of(v)
        x = self.expression(v, node)
        if not x.shape:
            self.fail(node, "The length of a number.")
        return E.dim(x.shape[0])

    def best(self, kind: str, over: Value, key: Value, node: ast.AST) -> Expr:
        """max(range(n), key=f): the index at which f is largest; max(v, key=f): the entry."""
        if isinstance(key, Func) and isinstance(over, Expr) and len(over.shape) == 1:
            k = self.new_index()
            body = self.expression(self.apply(key, [E.at(over, E.idx(k))], node), node)
            return E.at(over, E.argopt("arg" + kind, k, body, E.dim(over.shape[0])))
        if not isinstance(key, Func) or not isinstance(over, Span) or not E.is_number(over.first, 0):
            self.fail(node, "This choice is not followed.")
        k = self.new_index()
        body = self.expression(self.apply(key, [E.sub(E.idx(k), E.ONE)], node), node)
        return E.sub(E.argopt("arg" + kind, k, body, over.stop), E.ONE)

    def reduced(self, name: str, v: Looped, node: ast.AST) -> Expr:
        """sum(... for ... if ...) and its kin."""
        body = self.reduced(name, v.body, node) if isinstance(v.body, Looped) else self.expression(v.body, node)
        if v.condition is not None:
            if name != "sum":
                self.fail(node, "A choice inside this is not followed.")
            body = E.cases(((body, v.condition),), E.ZERO)
        if name not in ("sum", "max", "min", "prod"):
            self.fail(node, f"'{name}' is not followed.")
        if v.index not in E.free_indices(body):
            return E.mul(v.count, body) if name == "sum" else body
        return E.reduce_over(name, v.index, body, E.ONE, v.count)


def _keeps_axes(node: ast.Call) -> bool:
    return any(k.arg in ("keepdims", "keepdim") and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords)


def _first_axis(axis: Expr) -> bool:
    """Whether an axis of a matrix is its first one: 0 or -2."""
    return E.is_number(axis, 0) or (axis.op == "neg" and E.is_number(axis.args[0], 2))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _named(node: ast.expr) -> Expr:
    assert isinstance(node, ast.Constant)
    return E.sym(str(node.value)[:20])


def _ones_of(v: Looped) -> Looped:
    return Looped(v.index, _ones_of(v.body) if isinstance(v.body, Looped) else E.ONE, v.count, v.condition)


_UNCHANGED = frozenset(
    "float int array asarray tensor as_tensor list tuple astype copy clone detach numpy item ravel flatten squeeze tolist cpu double print "
    "float64 float32 column_stack Tensor requires_grad_".split()
)
_KEYWORDS = {"one_hot": {"num_classes"}, "average": {"weights"}, "normalize": {"ord", "axis"}}
_ROW_BY_ROW = frozenset("softmax logsumexp".split())
_ENTRYWISE = frozenset("sqrt abs exp log square reciprocal rsqrt sign maximum minimum clip power pow cbrt".split())
_METHODS = {"neg": "negative", "mul": "multiply", "div": "divide", "add": "add", "sub": "subtract", "clamp": "clip", "matmul": "matmul", "t": "transpose"}
_FUNCTIONS = {"neg": "negative", "mul": "multiply", "div": "divide", "true_divide": "divide", "sub": "subtract", "clamp": "clip", "mv": "matmul", "mm": "matmul",
              "empty": "zeros", "empty_like": "zeros_like", "fabs": "abs", "fsum": "sum", "softshrink": "soft", "spsolve": "solve"}
_OPERATORS: dict[str, type[ast.operator]] = {"multiply": ast.Mult, "divide": ast.Div, "add": ast.Add, "subtract": ast.Sub}
