"""Which of several problems of one kind is spoken of: by the method that is named (gradient descent, an adaptive one, features that are rescaled), or by the norm."""

from __future__ import annotations

import re

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem

_RESCALED = re.compile(r"\b(?:re-?scal\w+|(?:scaled|normali[sz]ed|standardi[sz]ed|whitened)\s+(?:features?|inputs?|problem|data|coordinates)|"
                       r"unit\s+second[- ]moment|feature\s+(?:scaling|normali[sz]ation)|"
                       r"convert(?:ed|ing)?\s+back)\b", re.I)
_ADAPTIVE = re.compile(r"\b(?:adam|rmsprop|adagrad|sign(?:ed)?[- ]?(?:sgd|gd|descent|gradient)|adaptive|per-coordinate)\b", re.I)
_PLAIN = re.compile(r"\b(?:sgd|gd|(?:plain|vanilla|ordinary|full-batch|stochastic)?\s*gradient\s+descent)\b", re.I)
_LABEL = re.compile(r"^\s*(?:(?:[-*•]|\d{1,2}[.)])\s+)?(?:\*\*(?P<bold>[^*\n]{2,60})\*\*|(?<=[-*•.)]\s)(?P<label>[A-Za-z$12∞][^:\n]{1,40}?)\s*:"
                    r"|(?P<norm>(?:[12]|\$\\infty\$|∞|[A-Za-z]+)-norm)\s*:)")


def _exponent(name: str) -> str:
    return rf"\{{?\s*(?P<{name}>1|2|\\infty|∞)\s*\}}?"


_NORM = re.compile(
    r"(?:\\ell|ℓ|(?<![A-Za-z])L)\s*[_-]?\s*" + _exponent("a") + r"|(?:\\\||\\[lr]?Vert|‖|\|)\s*(?:\\Delta\s*\\theta|Δ\s*θ|[udwx]|\\cdot|·)\s*(?:\\\||\\[lr]?Vert|‖|\|)\s*_\s*" + _exponent("b")
    + r"|(?<![\w.])(?P<c>1|2)[- ]norm|(?P<inf>(?:\b(?:max(?:imum)?|sup(?:remum)?|infinity|inf|chebyshev)[- ]norm|(?:\\infty\$?|∞)[- ]norm))"
    + r"|(?P<two>\beuclidean)|(?P<one>\b(?:manhattan|taxicab|one)[- ]norm)", re.I)
_OF_THE_GRADIENT = re.compile(r"\s*\}?\$?\s*[- ]?\s*norm\s+of\s+(?:the\s+)?(?:gradient|\$?g\b)", re.I)


def kind_of(problem: Problem) -> str:
    """'rescaled', 'adaptive' or 'plain': what an iteration does with the gradient; '' for a problem without one."""
    it = problem.iteration
    if it is None or isinstance(it.update, dict):
        return ""
    if it.rescale is not None:
        return "rescaled"
    return "adaptive" if any(x.op == "fn" and x.data in ("sqrt", "sign", "divide_or_zero", "abs") for x in E.walk(it.update)) else "plain"


def method_named(text: str) -> str:
    """The one kind of method that a text names; '' where it names none, or several. Gradient descent on rescaled features is of the rescaled kind."""
    if _RESCALED.search(text):
        return "" if _ADAPTIVE.search(text) else "rescaled"
    adaptive, plain = _ADAPTIVE.search(text) is not None, _PLAIN.search(text) is not None
    return "" if adaptive is plain else "adaptive" if adaptive else "plain"


def of_method(text: str, problems: list[Problem]) -> str | None:
    """The one of these problems whose method a text names; None where it names none of them, or several."""
    kind = method_named(text)
    found = [p.id for p in problems if kind and kind_of(p) == kind]
    return found[0] if len(found) == 1 else None


def siblings(problem: Problem, problems: list[Problem]) -> list[Problem]:
    """The problems with the loss of this one."""
    it = problem.iteration
    return [p for p in problems if it is not None and p.iteration is not None and p.iteration.loss == it.loss]


def of_label(line: str, problem: Problem, problems: list[Problem]) -> str | None:
    """The problem whose method, or norm, the label of an item or a paragraph names: '- Adam: ...', '**L1 penalty.** ...'."""
    m = _LABEL.match(line)
    if m is None:
        return None
    label = m["bold"] or m["label"] or m["norm"]
    return of_method(label, siblings(problem, problems)) or of_norm(label, problem, problems, norms_spoken_of(label) or _exponent_named(label))


_EXPONENT_NAMED = re.compile(r"\s*\$?\s*(?:for\s+|case\s+)?\$?\s*p\s*=\s*" + _exponent("p") + r"\s*\$?[.:]?\s*", re.I)


def _exponent_named(label: str) -> set[str]:
    """The exponent of 'p = 1:', '$p=\\infty$:'."""
    m = _EXPONENT_NAMED.fullmatch(label)
    return set() if m is None else {"inf" if m["p"] in ("\\infty", "∞") else m["p"]}


def norms_spoken_of(text: str) -> set[str]:
    """The exponents of the norms that a text names: 1, 2 or inf; that of the gradient says nothing of the problem."""
    out = set()
    for m in _NORM.finditer(text):
        if _OF_THE_GRADIENT.match(text, m.end()):
            continue
        written = m["a"] or m["b"] or m["c"] or ("2" if m["two"] else "1" if m["one"] else "inf")
        out.add("inf" if written in ("\\infty", "∞") else written)
    return out


def of_norm(text: str, problem: Problem, problems: list[Problem], named: set[str] | None = None) -> str | None:
    """The problem that differs from this one in its norm alone, which is the one norm that a text names; None where there is none, or it is this one."""
    named = norms_spoken_of(text) if named is None else named
    here = _frame(problem)
    if len(named) != 1 or here is None:
        return None
    found = [p.id for p in problems if (other := _frame(p)) is not None and other[0] == here[0] and other[1] == next(iter(named))]
    return found[0] if len(found) == 1 and found[0] != problem.id else None


def _frame(problem: Problem) -> tuple[tuple[Expr, ...], str] | None:
    """The objective, with the constraints, of a problem without the exponent of its only norm of the unknown, and that exponent."""
    program = next((p.program for p in problem.parts if p.program is not None), None)
    if program is None or len(program.over) != 1:
        return None
    said = (program.objective, *program.constraints)
    norms = {x for e in said for x in E.walk(e) if x.op == "norm" and x.args[0].op == "sym" and x.args[0].data == program.over[0]}
    if len(norms) != 1:
        return None
    norm = norms.pop()
    exponent = "inf" if norm.args[1] == E.INF else "1" if norm.args[1] == E.ONE else "2" if norm.args[1] == E.TWO else "p" if norm.args[1].op == "sym" else ""
    return (tuple(E.replace(e, {norm: E.sym("norm of the unknown")}) for e in said), exponent) if exponent else None
