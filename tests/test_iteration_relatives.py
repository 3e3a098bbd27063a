"""Iterations beyond the bank: other coefficients, states, noise, ranges. Each key equals a formula written by hand."""

from __future__ import annotations

import tomllib

import pytest

from derive.derivation.certify_states import instances
from derive.derivation.steps import Derivation, NotDerived
from derive.maths.exact import compare, exact, flatten
from derive.maths.read import read_expr
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.keys import certify, solve

TYPES = {
    "n": "dimension", "m": "dimension", "a": "nonzero vector(n)", "w": "vector(n)", "v": "vector(n)", "u": "vector(n)", "w0": "vector(n)",
    "c": "vector(n)", "g": "nonzero vector(n)", "X": "frr matrix(m, n)", "Z": "fcr matrix(m, n)", "y": "vector(m)", "P": "spd matrix(n, n)",
    "H": "spd matrix(n, n)", "S": "spd matrix(m, m)", "N": "vector(n)", "F": "matrix(m, n)", "z": "real", "x": "real", "p": "real", "q": "real",
    "r": "real", "k": "nonzero", "x0": "nonzero", "y0": "nonzero", "eta": "positive", "lambda": "positive", "s": "positive", "h": "positive",
    "mu": "positive", "L": "positive", "beta": "unit", "b": "unit", "d": "unit", "eps": "unit", "T": "count", "t": "count", "M": "real", "end": "real",
}
GD = 'over = "w"\nstart = "{start}"\nupdate = "w - eta*grad(f, w)"\nstep = "eta"'
WIDE, TALL = "norm(X w - y, 2)^2", "(1/2)*norm(Z w - y, 2)^2"
NEAREST = "w0 + X^T inv(X X^T) (y - X w0)"
BALL = 'over = ["x", "p"]\nstart = { x = "1", p = "1" }\nupdate = { x = "x - eta*h*x + b*(x - p)", p = "x" }\norder = "simultaneous"\nstep = "eta"'
NESTEROV = ('over = ["x", "p"]\nstart = { x = "1", p = "1" }\nbefore = { z = "x + b*(x - p)" }\nupdate = { x = "z - eta*h*z", p = "x" }\n'
            'order = "simultaneous"\nstep = "eta"')
RANGE = '\nmodes = { symbol = "h", from = "mu", to = "L" }\nassume = ["L > mu"]'
LIMIT, AFTER = 'ask = "limit"', 'ask = "iterate"'


def stated(iteration: str, part: str, loss: str = "", of: str = "w") -> Problem:
    symbols = "".join(f'{n} = {{ type = "{t}" }}\n' for n, t in TYPES.items())
    function = f'f = {{ type = "function({of})", is = "{loss}" }}\n' if loss else ""
    text = f'schema = 1\nid = "r"\ntitle = "r"\n[symbols]\n{symbols}{function}[iteration]\n{iteration}\n[[parts]]\nid = "answer"\n{part}\n'
    return from_data(tomllib.loads(text), "r")


KEYS = [
    # the solution nearest to the start, whatever the method that stays in the row space
    ("gradient descent", GD.format(start="w0"), LIMIT, WIDE, NEAREST),
    ("momentum", 'over = ["v", "w"]\nstart = { v = "0", w = "w0" }\nupdate = { v = "beta*v - eta*grad(f, w)", w = "w + v" }\norder = "sequential"\nstep = "eta"\noutput = "w"', LIMIT, WIDE, NEAREST),
    ("two-step form", 'over = ["w", "u"]\nstart = { w = "w0", u = "w0" }\nupdate = { w = "w - eta*grad(f, w) + beta*(w - u)", u = "w" }\norder = "simultaneous"\nstep = "eta"', LIMIT, WIDE, NEAREST),
    ("weights of equations", GD.format(start="w0"), LIMIT, "(X w - y)^T S (X w - y)", NEAREST),
    (
        "averaged iterates",
        ('over = ["w", "v"]\nstart = { w = "0", v = "0" }\nupdate = { w = "w - eta*grad(f, w)", v = "beta*v + (1 - beta)*w" }\n'
         'order = "sequential"\nstep = "eta"\noutput = "v"'),
        LIMIT,
        WIDE,
        "X^T inv(X X^T) y",
    ),
    ("preconditioned", 'over = "w"\nstart = "0"\nupdate = "w - eta*(P grad(f, w))"\nstep = "eta"', LIMIT, WIDE, "P X^T inv(X P X^T) y"),
    ("flow", 'over = "w"\nstart = "w0"\nupdate = "-grad(f, w)"\nflow = true', LIMIT, WIDE, NEAREST),
    ("residual", GD.format(start="0") + '\noutput = "norm(X w - y, 2)^2"', LIMIT, WIDE, "0"),
    ("projection onto an equation", 'over = "w"\nstart = "w0"\nupdate = "w + (k - a^T w)*a/norm(a, 2)^2"', LIMIT, "", "w0 + (k - a^T w0)*a/norm(a, 2)^2"),
    ("sign steps from a point", 'over = "w"\nstart = "w0"\nupdate = "w + eta*(k - a^T w)*sign(a)"\nstep = "eta"', LIMIT, "", "w0 + (k - a^T w0)*sign(a)/norm(a, 1)"),
    (
        "AdaGrad with cubes",
        ('over = ["v", "w"]\nstart = { v = "0", w = "0" }\nupdate = { v = "v + abs(grad(f, w))^3", w = "w - eta*grad(f, w)/v^(1/3)" }\n'
         'order = "sequential"\nstep = "eta"\noutput = "w"'),
        LIMIT,
        "(k - a^T w)^2",
        "k*sign(a)/norm(a, 1)",
    ),
    # contractions
    ("decoupled decay", 'over = "w"\nstart = "w0"\nupdate = "(1 - eta*lambda)*w - eta*grad(f, w)"\nstep = "eta"', LIMIT, TALL, "inv(Z^T Z + lambda*eye(n)) Z^T y"),
    ("quadratic", GD.format(start="w0"), LIMIT, "(1/2)*w^T H w - c^T w", "inv(H) c"),
    (
        "noise on inputs is a ridge",
        'over = "w"\nstart = "0"\nupdate = "w - eta*grad(f, w)"\nstep = "eta"\nnoise = { F = { mean = "0", variance = "s^2" } }',
        LIMIT,
        "norm((Z + F) w - y, 2)^2",
        "inv(Z^T Z + m*s^2*eye(n)) Z^T y",
    ),
    (
        "noise on gradients averages out",
        'over = "w"\nstart = "w0"\nupdate = "w - eta*(grad(f, w) + N)"\nstep = "eta"\nnoise = { N = { mean = "0", variance = "s^2" } }',
        LIMIT,
        "(1/2)*w^T H w - c^T w",
        "inv(H) c",
    ),
    # after T steps
    ("quadratic after T steps", GD.format(start="w0") + '\ncount = "T"', AFTER, "(1/2)*w^T H w - c^T w", "inv(H) c + (eye(n) - eta*H)^T (w0 - inv(H) c)"),
    ("wide system after T steps", GD.format(start="0") + '\ncount = "T"', AFTER, "(1/2)*norm(X w - y, 2)^2", "(eye(n) - (eye(n) - eta*X^\\\\top X)^T) (X^\\\\top inv(X X^\\\\top) y)"),
    ("average of a constant gradient", 'over = "v"\nstart = "0"\nupdate = "beta*v + (1 - beta)*g"\ncount = "T"', AFTER, "", "(1 - beta^T)*g"),
    (
        "two steps of Adam",
        ('over = ["u", "v", "w"]\nstart = { u = "0", v = "0", w = "0" }\n'
         'update = { u = "b*u + (1 - b)*g", v = "d*v + (1 - d)*g^2", w = "w - eta*(u/(1 - b^t))/sqrt(v/(1 - d^t))" }\norder = "sequential"\n'
         'clock = "t"\ncount = "2"\noutput = "w"'),
        AFTER,
        "",
        "-2*eta*sign(g)",
    ),
    ("random walk", 'over = "x"\nstart = "0"\nupdate = "x + M"\ncount = "T"\nnoise = { M = { mean = "0", variance = "s^2" } }\noutput = "x^2"', AFTER, "", "T*s^2"),
    (
        "multiplicative noise",
        'over = "x"\nstart = "x0"\nupdate = "(1 - d*M)*x"\ncount = "T"\nnoise = { M = { mean = "1", variance = "s^2" } }\noutput = "x^2"',
        AFTER,
        "",
        "((1 - d)^2 + d^2*s^2)^T*x0^2",
    ),
    (
        "implicit gradient descent and ascent",
        ('over = ["x", "p"]\nstart = { x = "x0", p = "y0" }\nupdate = { x = "(x - eta*p)/(1 + eta^2)", p = "(p + eta*x)/(1 + eta^2)" }\n'
         'order = "simultaneous"\nstep = "eta"\ncount = "T"\noutput = "x^2 + p^2"'),
        AFTER,
        "",
        "(x0^2 + y0^2)/(1 + eta^2)^T",
    ),
    (
        "an invariant of alternating steps",
        ('over = ["x", "p"]\nstart = { x = "x0", p = "y0" }\nupdate = { x = "x - eta*p", p = "p + eta*x" }\norder = "sequential"\nstep = "eta"\n'
         'count = "T"\noutput = "x^2 + p^2 - eta*x*p"'),
        AFTER,
        "",
        "x0^2 + y0^2 - eta*x0*y0",
    ),
    (
        "Fibonacci",
        'over = ["x", "p"]\nstart = { x = "1", p = "0" }\nupdate = { x = "x + p", p = "x" }\norder = "simultaneous"\ncount = "T"\noutput = "p"',
        AFTER,
        "",
        "(((1 + sqrt(5))/2)^T - ((1 - sqrt(5))/2)^T)/sqrt(5)",
    ),
    ("proximal steps", 'over = "x"\nstart = "0"\nupdate = { x = { over = "z", minimize = "(h/2)*(z - k)^2 + (z - x)^2/(2*eta)" } }\nstep = "eta"\ncount = "T"', AFTER, "", "k*(1 - 1/(1 + eta*h)^T)"),
    ("turning by an angle a step", 'over = ["x", "p"]\nstart = { x = "x0", p = "y0" }\nupdate = { x = "x - eta*p", p = "p + eta*x" }\norder = "simultaneous"\nstep = "eta"\ncount = "T"',
     AFTER, "", "(1 + eta^2)^(T/2)*(x0*cos(T*arctan(eta)) - y0*sin(T*arctan(eta)))"),
    # stationary variances
    ("first-order autoregression", 'over = "x"\nstart = "0"\nupdate = "(1 - d)*x + M"\nnoise = { M = { mean = "0", variance = "s^2" } }\noutput = "x^2"', LIMIT, "", "s^2/(1 - (1 - d)^2)"),
    (
        "noise floor of constant steps",
        'over = "x"\nstart = "x0"\nupdate = "x - eta*(h*x + M)"\nstep = "eta"\nnoise = { M = { mean = "0", variance = "s^2" } }\noutput = "x^2"',
        LIMIT,
        "",
        "eta*s^2/(h*(2 - eta*h))",
    ),
    # rates and stability
    ("stability of least squares", GD.format(start="0"), 'ask = "stability"', TALL, "2/norm(Z, 2)^2"),
    ("stability with decay", 'over = "x"\nstart = "1"\nupdate = "(1 - eta*lambda)*x - eta*h*x"\nstep = "eta"', 'ask = "stability"', "", "2/(h + lambda)"),
    (
        "stability of averaged momentum",
        'over = ["z", "x"]\nstart = { z = "0", x = "1" }\nupdate = { z = "(1 - b)*z + b*h*x", x = "x - eta*z" }\norder = "sequential"\nstep = "eta"\noutput = "x"',
        'ask = "stability"',
        "",
        "2*(2 - b)/(b*h)",
    ),
    ("stability of Nesterov's method", NESTEROV, 'ask = "stability"', "", "2*(1 + b)/(h*(1 + 2*b))"),
    ("critical step of the heavy ball", BALL, 'ask = "critical-step"', "", "(1 + sqrt(b))^2/h"),
    ("best step of gradient descent", GD.format(start="0"), 'ask = "best-step"\nchoose = ["eta"]', "(1/2)*w^T H w", "2/(norm(H, 2) + 1/norm(inv(H), 2))"),
    ("best heavy ball", BALL + RANGE, 'ask = "best-step"\nchoose = ["eta", "b"]', "", "[4/(sqrt(L) + sqrt(mu))^2, ((sqrt(L) - sqrt(mu))/(sqrt(L) + sqrt(mu)))^2]"),
    ("best rate of Nesterov's method", NESTEROV + RANGE, 'ask = "best-rate"\nchoose = ["eta", "b"]', "", "1 - 2/sqrt(3*L/mu + 1)"),
    ("rate of ridge descent", GD.format(start="0"), 'ask = "rate"', TALL + " + (lambda/2)*norm(w, 2)^2", "max(abs(1 - eta*lambda - eta/norm(inv(Z^T Z), 2)), abs(1 - eta*lambda - eta*norm(Z, 2)^2))"),
    # numbers of steps
    ("steps of an average", 'over = "x"\nstart = "0"\nupdate = "b*x + (1 - b)*k"\nend = "end"', 'ask = "steps"\nuntil = "abs(x - end) <= eps*abs(end)"', "", "ceil(log(eps)/log(b))"),
    ("steps to a loss", 'over = "x"\nstart = "x0"\nupdate = "x - d*x"', 'ask = "steps"\nuntil = "h*x^2 <= eps*h*x0^2"', "", "ceil(log(eps)/(2*log(1 - d)))"),
    # nonlinear updates of one number, and mirror maps
    ("Babylonian root", 'over = "x"\nstart = "1"\nupdate = "(x + s/x)/2"', LIMIT, "", "sqrt(s)"),
    ("division by multiplication", 'over = "x"\nstart = "1/(2*s)"\nupdate = "x*(2 - s*x)"', LIMIT, "", "1/s"),
    ("one weight squared", 'over = "x"\nstart = "1"\nupdate = "x - 4*eta*x*(x^2 - s)"\nstep = "eta"', LIMIT, "", "sqrt(s)"),
    ("mirror descent by squares", 'over = "v"\nstart = "0"\nbefore = { w = "sign(v)*abs(v)^2" }\nupdate = "v - eta*grad(f, w)"\nstep = "eta"\noutput = "w"',
     LIMIT, "(k - a^T w)^2", "k*sign(a)*abs(a)^2/norm(a, 3)^3"),
    # flows
    ("a flow at time q", 'over = "x"\nstart = "x0"\nupdate = "-h*(x - k)"\nflow = true\ncount = "lambda"', AFTER, "", "k + (x0 - k)*exp(-h*lambda)"),
    ("the loss of a flow", 'over = "x"\nstart = "x0"\nupdate = "-h*x"\nflow = true\ncount = "lambda"\noutput = "(h/2)*x^2"', AFTER, "", "(h/2)*x0^2*exp(-2*h*lambda)"),
    ("rotation", 'over = ["x", "p"]\nstart = { x = "x0", p = "y0" }\nupdate = { x = "-p", p = "x" }\norder = "simultaneous"\nflow = true\ncount = "lambda"\noutput = "x^2 + p^2"',
     AFTER, "", "x0^2 + y0^2"),
    (
        "unequal speeds of two layers",
        ('over = ["q", "r"]\nstart = { q = "b", r = "d" }\nupdate = { q = "-(q*r - 1)*r", r = "-4*(q*r - 1)*q" }\norder = "simultaneous"\n'
         'flow = true\noutput = "q*r"'),
        LIMIT,
        "",
        "1",
    ),
]


@pytest.mark.parametrize(("iteration", "part", "loss", "formula"), [
    pytest.param(*k[1:], id=k[0], marks=[pytest.mark.long] if n % 2 or k[0] == "best rate of Nesterov's method" else []) for n, k in enumerate(KEYS)])
def test_the_key_is_the_formula_of_the_field_and_is_certified(iteration: str, part: str, loss: str, formula: str) -> None:
    """Every other iteration, all with --long."""
    problem = stated(iteration, part, loss)
    d = solve(problem, problem.part("answer"))
    assert isinstance(d, Derivation), d
    assert d.answer is not None
    expected = read_expr(formula.replace("\\\\", "\\"), problem.scope())
    for w in instances(problem):
        ours, theirs = (flatten(exact(e, w)) for e in (d.answer, expected))
        theirs = theirs * len(ours) if len(theirs) == 1 else theirs
        assert all(compare(x, y, 40) == 0 or abs(float(x) - float(y)) < 1e-12 for x, y in zip(ours, theirs, strict=True))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()


OPEN = [
    (
        "RMSprop does not settle",
        ('over = ["v", "w"]\nstart = { v = "1*ones(n)", w = "0" }\n'
         'update = { v = "beta*v + (1 - beta)*grad(f, w)^2", w = "w - eta*grad(f, w)/sqrt(v)" }\norder = "sequential"\nstep = "eta"\n'
         'output = "w"'),
        LIMIT,
        "(1 - a^T w)^2",
        "does not start at 0",
    ),
    ("complex roots", 'over = ["x", "p"]\nstart = { x = "x0", p = "y0" }\nupdate = { x = "x - eta*p", p = "p + eta*x" }\norder = "sequential"\nstep = "eta"\ncount = "T"', AFTER, "", "complex"),
    ("two attracting points", 'over = "x"\nstart = "x0"\nupdate = "x - 4*eta*x*(x^2 - s)"\nstep = "eta"', LIMIT, "", "start is not known"),
    ("ascent", 'over = "w"\nstart = "0"\nupdate = "w + eta*grad(f, w)"\nstep = "eta"', LIMIT, WIDE, "certain"),
    ("a fixed step that may be too large", 'over = "w"\nstart = "0"\nupdate = "w - grad(f, w)"', LIMIT, WIDE, "certain|decided"),
    (
        "three layers",
        ('over = ["q", "r"]\nstart = { q = "b", r = "d" }\nupdate = { q = "-2*(q^2*r - 1)*q*r", r = "-(q^2*r - 1)*q^2" }\n'
         'order = "simultaneous"\nflow = true\noutput = "[q, r]"'),
        LIMIT,
        "",
        "degree 3",
    ),
    ("stable at every step", 'over = "x"\nstart = "1"\nupdate = "x/(1 + eta*h)"\nstep = "eta"', 'ask = "stability"', "", "no supremum"),
    ("unknown moments", 'over = "x"\nstart = "x0"\nupdate = "(1 - M^2)*x"\ncount = "T"\nnoise = { M = { mean = "0", variance = "s^2" } }\noutput = "x^2"', AFTER, "", "moment of order"),
]


@pytest.mark.parametrize(("iteration", "part", "loss", "reason"), [k[1:] for k in OPEN], ids=[k[0] for k in OPEN])
def test_what_cannot_be_closed_is_said(iteration: str, part: str, loss: str, reason: str) -> None:
    import re

    problem = stated(iteration, part, loss)
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and re.search(reason, out.reason), out


def test_a_limit_that_is_not_reached_is_never_certified() -> None:
    problem = stated('over = ["v", "w"]\nstart = { v = "0", w = "0" }\nupdate = { v = "beta*v + (1 - beta)*grad(f, w)^2", w = "w - eta*grad(f, w)/sqrt(v)" }\n'
                     'order = "sequential"\noutput = "w"', LIMIT, "(1 - a^T w)^2")
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) or not certify(out).holds
