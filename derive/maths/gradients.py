"""Gradients: ∇f, ∂_k f, \\frac{\\partial f}{\\partial \\theta_k}, and in words."""

from __future__ import annotations

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths import subscripted, subscripts
from derive.maths.brackets import bracketed
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.differentials import differentiated
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.tokens import Token

_LOSSES = frozenset(("f", "L", "J", "F", "E", "ell", "loss", "R"))


def nabla(p: Grammar) -> Expr:
    """∇f, ∇_θ f(θ), ∂_k f: the declared gradient of a declared function, or a component of it."""
    component = p.tok.value == "∂"
    pos = p.tok.pos
    p.i += 1
    written = subscripts.take(p) if p.is_op("_") or p.tok.kind == "sub" else []
    if p.is_op("‖", "|"):
        return _gradient_of_formula(p, pos)
    variable = p.scope.symbols.get(str(written[0].value)) if len(written) == 1 and written[0].kind == "name" else None
    if variable is not None and variable.kind == "value" and not _is_function(p, p.tok):
        return differentiated(p, p.term(), E.sym(variable.name, variable.shape), pos)  # \nabla_x of a formula
    g = gradient_of(p, pos)
    if component and not written and p.is_op("/") and p.peek().kind == "op" and p.peek().value == "∂":  # ∂f/∂θ_k
        p.i += 2
        return _along(p, g, pos)
    if not component and len(written) == 1 and written[0].kind == "name" and (
            written[0].value in subscripts.INDEX_LETTERS or written[0].value in p.bound or (
                written[0].value in p.scope.symbols and p.scope.symbols[written[0].value].kind == "index")):
        component = True  # ∇_i f
    elif not component and written and not any(t.value == s.of for t in written for s in p.scope.symbols.values() if s.gradient):
        p.fail("the variable of the function below ∇", "A gradient in another variable.", pos=pos)
    if component:
        return p.build(E.at, g, subscripts.index_of(p, written, pos), pos=pos)
    return g


def _is_function(p: Grammar, t: Token) -> bool:
    """Whether the token at hand is the name of a function, or the bracket round one."""
    if t.kind == "op" and t.value == "(" and p.peek(2).kind == "op" and p.peek(2).value == ")":
        t = p.peek()
    s = p.scope.symbols.get(str(t.value)) if t.kind == "name" else None
    return t.kind == "mark" or (s is not None and s.kind == "function") or (s is None and t.kind == "name" and t.value in _LOSSES)


def _gradient_of_formula(p: Grammar, pos: int) -> Expr:
    """∇‖g‖_1 and kin: differentiated with respect to the only vector that stands in the formula."""
    f = p.factor()
    vectors = {x for x in E.walk(f) if x.op == "sym" and x.shape}
    if f.shape or len(vectors) != 1:
        p.fail("a scalar formula in one vector", pos=pos)
    try:
        return gradient(f, vectors.pop())
    except NotDifferentiable as err:
        raise ReadError(p.text, pos, f"The gradient cannot be taken: {err}.") from None


def gradient_of(p: Grammar, pos: int) -> Expr:
    """The gradient symbol of the function named at the token at hand, its argument stepped over."""
    opened = p.accept("(")
    if p.tok.kind == "mark":
        p.i += 1
    f = p.scope.symbols.get(str(p.tok.value)) if p.tok.kind == "name" else None
    if f is None and p.tok.kind == "name" and p.tok.value in _LOSSES:
        # One loss is declared: whatever letter stands for it, its gradient is meant.
        declared = [s for s in p.scope.symbols.values() if s.kind == "function" and s.gradient is not None]
        if len(declared) == 1:
            f = declared[0]
            p.notes.append(f"{p.tok.value} is read as {f.name}")
    if f is None or f.kind != "function" or f.gradient is None:
        p.fail("a declared function with a declared gradient", "The gradient of an undeclared function.", pos=pos)
        raise AssertionError
    p.i += 1
    if p.is_op("_") or p.tok.kind == "sub":
        subscripts.take(p)
    if p.is_op("(") and (not p.tok.spaced or p.peek().value == f.of):
        here = p.tok.pos
        point = bracketed(p, ")")
        if point.op == "at" and point.args[0].op == "sym":  # θ_k, the k-th iterate
            point = point.args[0]
        if point.op == "sym" and str(point.data) == f"{f.of}@prev":  # at the iterate before this one
            return E.sym(f"{f.gradient}@prev", p.scope.symbols[f.gradient].shape)
        if not (point.op == "sym" and str(point.data) == f.of) and not opened:
            p.fail(f"its value at {f.of}", "The gradient at another point.", pos=here)
    if opened:
        p.expect(")")
        if p.is_op("("):
            bracketed(p, ")")
    return E.sym(f.gradient, p.scope.symbols[f.gradient].shape)


def derivative(p: Grammar) -> Expr | None:
    """\\frac{\\partial f}{\\partial \\theta_k}."""
    if not (p.is_op("{") and p.peek().kind == "op" and p.peek().value == "∂"):
        return None
    close = next((j for j in range(p.i, len(p.tokens)) if p.tokens[j].kind == "op" and p.tokens[j].value == "}"), len(p.tokens) - 3)
    if not (p.tokens[close + 1].value == "{" and p.tokens[close + 2].value == "∂"):
        return None
    pos = p.tok.pos
    p.i += 2
    g = gradient_of(p, pos)
    p.expect("}")
    p.expect("{")
    p.expect("∂")
    found = _along(p, g, pos)
    p.expect("}")
    _at_the_variable(p, g)
    return found


def _at_the_variable(p: Grammar, g: Expr) -> None:
    """The point (θ) behind a derivative, stepped over where it is the variable itself."""
    of = {s.of for s in p.scope.symbols.values() if s.kind == "function" and s.gradient == g.data.partition("@")[0]}
    if p.is_op("(") and p.peek().kind == "name" and p.peek().value in of and p.peek(2).kind == "op" and p.peek(2).value == ")":
        p.i += 3


def _along(p: Grammar, g: Expr, pos: int) -> Expr:
    """The gradient, or its component, from the variable below a ∂ at hand: θ or θ_k."""
    while p.tok.kind == "mark":
        p.i += 1
    of = {s.of for s in p.scope.symbols.values() if s.kind == "function" and s.gradient == g.data.partition("@")[0]}
    if p.tok.kind == "name" and p.tok.value in p.scope.symbols and p.tok.value not in of:
        p.fail("the variable of the function below ∂", "A derivative in another variable.")
    p.i += 1
    written = subscripts.take(p) if p.is_op("_") or p.tok.kind == "sub" else []
    return p.build(E.at, g, subscripts.index_of(p, written, pos), pos=pos) if written else g


def spoken_gradient(p: Grammar) -> Expr | None:
    """grad f(theta), or grad alone as code names the gradient."""
    functions = [s for s in p.scope.symbols.values() if s.kind == "function" and s.gradient is not None]
    following = p.peek()
    if following.kind == "name" and any(s.name == following.value for s in functions):
        p.i += 1
        return gradient_of(p, p.tok.pos)
    if len(functions) == 1 and not (following.kind == "op" and following.value == "("):
        p.i += 1
        g = p.scope.symbols[str(functions[0].gradient)]
        p.notes.append(f"{p.tokens[p.i - 1].value} is read as {g.name}")
        return subscripted.symbol(p, g.name, p.tok.pos)
    return None
