"""The letters that a rule brings in: lengths, directions, multipliers, substituted variables.

A rule writes a letter of its own between « and »: "Write $x = -«m» «d»$", or in formulas as the symbol own("m"), whose name no spec
can declare, so that no formula confuses the two. When a derivation is finished, each such letter gets the first of its kind that means
nothing else: that is neither declared by the spec (a symbol, a dimension, another notation of one) nor stands elsewhere in the steps.
fresh() chooses the same way for an unknown of an inner problem, which has to be declared there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from derive import patterns as re
from derive.derivation.steps import NotDerived, Outcome
from derive.maths import expr as E
from derive.maths.expr import Expr, Shape
from derive.maths.write import latex
from derive.maths.writing.style import OWN
from derive.problem.model import Problem

LOSS = "loss"  # that an iteration minimises: the declared function, where there is one
OBJECTIVE = "J"  # of the program at hand, in a derivation within another, too
KINDS = (
    ("nu", "lambda", "mu", "xi", "eta", "zeta", "omega"),  # multipliers
    ("mu", "nu", "xi", "omega", "sigma"),  # magnitudes
    ("sigma", "tau", "mu", "omega"),  # singular values
    ("tau", "lambda", "nu", "kappa", "xi"),  # levels
    ("rho", "kappa", "sigma", "omega"),  # factors and costs
    ("gamma", "kappa", "beta", "delta"),
    ("omega", "kappa", "xi", "zeta"),
    ("m", "ell", "r", "h", "t", "s"),  # lengths
    ("d", "e", "h", "p", "v"),  # directions
    ("s", "t", "r", "z", "h", "q"),  # numbers
    ("y", "z", "h", "v", "w", "p"),  # vectors
    ("J", "V", "F", "Phi"),  # objectives
    ("L", "Lambda", "Phi", "F"),  # Lagrangians
    ("M", "B", "N", "K", "R"),  # matrices
    ("Q", "P", "R", "W"),
    ("U", "P", "W", "R"),
    ("V", "R", "Q", "K"),
    ("A", "B", "S", "I"),  # sets
    ("h", "q", "z", "ell"),  # curvatures
    ("w", "z", "v", "q"),  # weights
    ("f", "F", "phi", "psi"),  # functions
    ("loss", "f", "F", "Phi"),
    ("p", "q", "chi", "F"),  # polynomials
    ("phi", "psi", "chi", "omega"),
    ("a", "b", "w", "p"),
    ("b", "a", "q", "z"),
    ("c", "a", "b", "q"),
    ("o", "z", "q", "v"),  # outputs
    ("H", "T", "R", "K"),
    ("k", "l", "q"),  # places
)
LETTERS = (*"rhzqvwpcbaABCDEFGHKNQRUVWXYZ", "kappa", "xi", "zeta", "omega", "chi", "psi", "Psi", "Omega", "Gamma")
_MARK = re.compile(r"«\\?([^«»]+)»")
_LETTER = re.compile(r"\\([A-Za-z]+)|([A-Za-z])")
_WORDS = re.compile(r"\\(?:text|operatorname|mathrm|begin|end|tilde|mathbf|mathbb)\s*(?:\{[^{}$]*\}|[A-Za-z0-9])")
_ONE = re.compile(r"\\?([A-Za-z]+)(?:_(?:\{[^{}]*\}|\w))?")
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")


def own(name: str, shape: Shape = E.SCALAR) -> Expr:
    """The symbol of a letter that a rule brings in."""
    return E.sym(f"{name}@{OWN}", shape)


def fresh(problem: Problem, *preferred: str) -> str:
    """A name that the problem does not declare: the first of the preferred ones that is free."""
    return _first(preferred, _declared(problem))


def lettered(out: Outcome) -> Outcome:
    """The derivation with its own letters chosen."""
    texts = list(_texts(out))
    marked = dict.fromkeys(m for t in texts for m in _MARK.findall(t))
    if not marked:
        return out
    declared = _declared(out.problem)
    taken = declared | {x for t in texts for x in _letters(_MARK.sub(" ", t))}
    chosen: dict[str, str] = {}
    for mark in marked:
        name = _loss(out.problem) if mark == LOSS else ""
        name = name or _first(_kind(mark), declared if mark == OBJECTIVE else taken)
        taken |= {name}
        chosen[mark] = latex(E.sym(name))

    def told(text: str) -> str:
        return _MARK.sub(lambda m: chosen[m[1]], text)

    steps = tuple(replace(s, says=told(s.says), before=told(s.before), after=told(s.after), requires=tuple(map(told, s.requires))) for s in out.steps)
    if isinstance(out, NotDerived):
        return replace(out, reason=told(out.reason), steps=steps)
    return replace(out, steps=steps, says=tuple(told(s) for s in out.says))


def _texts(out: Outcome) -> Iterator[str]:
    for s in out.steps:
        yield from (s.says, s.before, s.after, *s.requires)
    yield from (out.reason,) if isinstance(out, NotDerived) else out.says


def _declared(problem: Problem) -> frozenset[str]:
    """The names that are declared, and the letters that they are written with."""
    names = {*problem.symbols, *problem.dims}
    written = {a for s in problem.symbols.values() for a in s.aliases} | {latex(E.sym(n)) for n in names}
    return frozenset(names | {m[1] for x in written if (m := _ONE.fullmatch(x))})


def _letters(text: str) -> Iterator[str]:
    """The letters in the formulas of a text; what has words outside its dollars is prose."""
    text = _WORDS.sub(" ", text)
    if _PROSE.search(text) or "$" in text:
        text = " ".join(text.split("$")[1::2])
    return (a or b for a, b in _LETTER.findall(text))


def _kind(mark: str) -> Iterable[str]:
    """A letter, and what stands for it where it is taken."""
    kind = next((k for k in KINDS if k[0] == mark), next((k for k in KINDS if mark in k), (mark,)))
    return kind if mark == LOSS else (mark, *kind)


def _loss(problem: Problem) -> str:
    functions = [s.name for s in problem.symbols.values() if s.kind == "function"]
    return functions[0] if len(functions) == 1 else ""


def _first(preferred: Iterable[str], taken: frozenset[str]) -> str:
    """The first that is not taken; at last any letter, or a numbered one."""
    names = tuple(preferred)
    numbered = (f"{names[0]}{k}" for k in range(1, 1000))
    free: Iterator[str] = (n for group in (names, LETTERS, numbered) for n in group if n not in taken)
    return next(free)
