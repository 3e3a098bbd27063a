"""Which nouns name which declared symbol: what a spec says of it, and usual nouns where one symbol alone can be meant."""

from __future__ import annotations

from derive import patterns as re
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol

Phrase = tuple[str, ...]
_KEPT = "nouns of words"
_SAID = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
# Heads that say nothing by themselves: 'number of workers' is no 'number'.
_EMPTY_HEADS = frozenset("number numbers size point weight time index average sums height one x trial convention coefficients numbers value what".split())
_NO_NOUNS = frozenset(("larger", "invertible", "diag"))
_GRADIENT = ("gradient", "gradient vector", "gradient of the loss", "loss gradient", "slope vector", "partial derivatives", "partial derivative")
_SAME = {"step size": ("learning rate", "stepsize", "step length"), "learning rate": ("step size", "stepsize"), "design matrix": ("data matrix", "feature matrix"),
         "targets": ("target vector", "vector of targets"), "labels": ("label vector", "vector of labels"), "weights": ("weight vector",), "mean": ()}
# Nouns beside a letter that only say what it is: 'the budget delta', 'the vector a'.
APPOSITIVES = frozenset("""budget radius vector matrix scalar number factor weight parameter constant coefficient temperature gradient residual dimension exponent prior noise variance
coefficients targets entries weights probabilities""".split())


def nouns_of(scope: Scope) -> dict[Phrase, Expr]:
    """The phrases that name one declared symbol each, without articles."""
    kept = scope.cache.get(_KEPT)  # scopes with other letters may share what is kept
    if not isinstance(kept, tuple) or kept[0] is not scope.symbols or kept[1] != scope.asked:
        kept = scope.cache[_KEPT] = scope.symbols, scope.asked, _nouns(scope)
    found: dict[Phrase, Expr] = kept[2]
    return found


def gradient_name(scope: Scope) -> str:
    """The one symbol that is a gradient; '' where there is none, or more."""
    names = {s.gradient for s in scope.symbols.values() if s.gradient} | {s.name for s in scope.symbols.values() if s.says.lower().startswith("gradient")}
    return str(names.pop()) if len(names) == 1 else ""


def expr_of(name: str, scope: Scope) -> Expr:
    """A declared symbol or dimension as an expression."""
    s = scope.symbols.get(name)
    if s is None or s.kind == "dimension":
        return E.dim(name)
    return E.idx(name) if s.kind == "index" and s.let is None else E.sym(name, s.shape)


def _nouns(scope: Scope) -> dict[Phrase, Expr]:
    named: dict[str, set[str]] = {}
    for s in scope.symbols.values():
        if s.kind != "function":
            for phrase in _phrases(s):
                named.setdefault(phrase, set()).add(s.name)
    gradient = gradient_name(scope)
    for phrase in _GRADIENT if gradient and scope.symbols[gradient].shape else ():
        named.setdefault(phrase, set()).add(gradient)
    for phrase, names in _by_place(scope).items():
        if phrase not in named:
            named[phrase] = names
    return {tuple(p.replace("-", " ").split()): expr_of(next(iter(n)), scope) for p, n in named.items() if len(n) == 1}


def _phrases(s: Symbol) -> list[str]:
    """What a spec calls a symbol, its head, and other names of the same."""
    said = re.split(r"[,:(]", s.says.lower())[0].strip().removeprefix("the ").removeprefix("a ")
    if not _SAID.fullmatch(said) or " is " in said or said in _NO_NOUNS:
        return []
    out = [said]
    head = re.split(r" (?:of|in|at|on|from|per) ", said)[0]
    if head != said and head not in _EMPTY_HEADS and not said.startswith("number of") and not (head == "gradient" and " in " in said):
        out.append(head)
    if said.startswith("number of ") and said.count(" of ") > 1:  # 'number of parameters of the model'
        out.append(" of ".join(said.split(" of ")[:2]))
    if said.startswith(("rows of ", "columns of ")):
        out.append(f"number of {head}")
    for phrase in tuple(out):
        out += _SAME.get(phrase, ())
    return out


def _by_place(scope: Scope) -> dict[str, set[str]]:
    """Usual nouns for the one matrix of data, the one vector beside it, the one sample."""
    given = [s for s in scope.symbols.values() if s.kind == "value" and s.let is None and s.name != scope.asked]
    matrices = [s for s in given if len(s.shape) == 2]
    out: dict[str, set[str]] = {}
    if len(matrices) == 1 and matrices[0].shape[0] != matrices[0].shape[1] and matrices[0].name == "X":
        rows = [s.name for s in given if s.shape == matrices[0].shape[:1]]
        for phrase in ("design matrix", "data matrix", "feature matrix"):
            out[phrase] = {matrices[0].name}
        if len(rows) == 1:
            for phrase in ("target vector", "targets", "vector of targets", "response vector", "response", "responses"):
                out[phrase] = set(rows)
    vectors = [s for s in given if len(s.shape) == 1]
    for phrase in ("number of observations", "number of samples", "number of data points", "number of examples", "number of rows") if out else ():
        out[phrase] = {str(matrices[0].shape[0])}
    asked = scope.symbols.get(scope.asked or "")
    whole = asked is not None and not asked.shape and len(given) == 1 == len(vectors) and not any(s.domain == "count" for s in scope.symbols.values() if s.kind != "dimension")
    if whole and isinstance(vectors[0].shape[0], str):
        for phrase in ("sample size", "number of observations", "number of data points", "number of samples", "number of measurements", "number of points"):
            out[phrase] = {vectors[0].shape[0]}
    if whole:
        for phrase in ("observations", "samples", "data", "data points", "observed values", "measurements", "sample"):
            out[phrase] = {vectors[0].name}
    return out
