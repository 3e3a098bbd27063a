"""Programs as mathematics: what is read has the value that the program computes when it is run."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import ReadError, TooBig
from derive.grading.text.cleaning import is_program
from derive.maths.code import read_code
from derive.maths.evaluate import evaluate
from derive.maths.symbols import Scope, Symbol
from derive.maths.worlds import world_sets

SYMBOLS = {"g": Symbol("g", ("n",)), "h": Symbol("h", ("n",)), "alpha": Symbol("alpha", domain="positive"), "A": Symbol("A", ("n", "n"))}
SCOPE = Scope(SYMBOLS, frozenset({"n"}), "n", "u")
SETS = world_sets(SYMBOLS, ("generic",), sizes=(3, 4), count=2)

PROGRAMS = [
    "m = np.abs(g).sum()\nu = -alpha / 2 * m * np.sign(g)",
    "import numpy as np\n\ndef step(g, alpha):\n    norm_g = np.linalg.norm(g, 1)\n    return -alpha / 2 * norm_g * np.sign(g)\n\nu = step(g, alpha)",
    "k = np.argmax(np.abs(g))\nu = np.zeros_like(g)\nu[k] = -alpha / 2 * g[k]",
    "k = max(range(len(g)), key=lambda i: abs(g[i]))\nu = [-(alpha / 2) * g[i] if i == k else 0.0 for i in range(len(g))]",
    "u = np.zeros(len(g))\nfor i in range(len(g)):\n    u[i] = -alpha * g[i] * h[i]",
    "s = 0.0\nfor x in g:\n    s += abs(x)\nu = -alpha / 2 * s * np.sign(g)",
    "s = 0\nfor a, b in zip(g, h):\n    s = s + a * b\nu = s * g",
    "u = []\nfor x in g:\n    if x > 0:\n        u.append(-alpha)\n    else:\n        u.append(alpha)\nu = np.array(u)",
    "u = g.copy()\nfor i in range(len(g)):\n    u[i] *= -alpha",
    "u = A @ g\nu = u - alpha",
    "def f(x):\n    if g[0] > 0:\n        return x\n    return -x\nu = f(alpha) * g",
    "mask = np.arange(g.size) == np.abs(g).argmax()\nu = np.where(mask, -alpha * g, 0.0)",
    "c = lambda t: 3 * t\nu = np.array(list(map(c, g)))",
    "u = len([(i, j) for i in range(len(g)) for j in range(len(g)) if i != j]) * g",
    "s = (g > 0).astype(float) - (g < 0).astype(float)\nu = -alpha * s",
    "u = g.copy()\nu[u < 0] = 0",
    "u = np.zeros(len(g))\nu[g > alpha] = g[g > alpha] - alpha",
    "m = np.abs(g) <= alpha\nu = np.sign(g)\nu[m] = -g[m]",
    "m = max(g, key=abs)\nu = m * np.ones(len(g))",
    "top = np.max(g)\nu = alpha * g * (g == top)",
    "u = (A.T.dot(A)).dot(g)\nu = -u",
    "u = A @ g.reshape(-1, 1)\nu = u.reshape(-1)",
    "r = np.array([1, 10, 100]).reshape(1, -1)\nu = np.linalg.pinv(r).flatten()",
    "lo, hi = g.min(), g.max()\nu = np.clip(g, lo / 2, hi / 2)",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_read_is_what_the_program_computes(program: str) -> None:
    assert is_program(program)
    e = read_code(program, SCOPE)
    for ws in SETS:
        for k in range(len(ws.worlds)):
            values = {n: np.array(v[k]) for n, v in ws.batch.values.items()}
            space: dict[str, object] = {"np": np, **values, "alpha": float(values["alpha"])}
            exec(program, space)  # our own programs, to compare with
            assert np.allclose(np.asarray(evaluate(e, ws.batch))[k], np.asarray(space["u"], dtype=float))


@pytest.mark.parametrize(("program", "says"), [
    ("s = 0\nu = np.zeros(len(g))\nfor i in range(len(g)):\n    s += abs(g[i])\n    u[i] = s\nu", "changes itself"),
    ("x = 1\nwhile x < 3:\n    x += 1\nx * g", "not followed"), ("w = g\nfor _ in range(500):\n    w = w - alpha * w\nw", "not followed"),
    ("import os\nu = os.system(1)", "not"), ("t = 0\nfor x in g:\n    t = x\nt * g", "loop leaves behind"), ("u = beta * g\nu[0] = 1", "'beta' is not declared"),
    ("u = g[g > 0]\nu", "mask"), ("u = g.copy()\nu[g > 0] = g[g < 0]", "mask"), ("u = g.reshape(2, -1)\nu", "shape"), ("u = g[1:]\nu", "slice"),
    ("s = 0\nfor i in range(len(g)):\n    s = s * 2 + g[i]\ns * g", "loop"),
    ("best = 0\nfor i in range(len(g)):\n    if g[i] > g[best]:\n        best = i\nu = g[best] * g", "not followed"),
])
def test_what_is_not_followed_is_said(program: str, says: str) -> None:
    with pytest.raises(ReadError, match=says) as raised:
        read_code(program, SCOPE)
    assert raised.value.caret()


@pytest.mark.parametrize("program", [
    "y = g\n" + "y = y * y\n" * 60 + "y", "y = g\n" + "y = y + y\n" * 60 + "y", "def f(x):\n    return f(x)\nu = f(g)", "x = 1\n" * 4_000,
    "f = lambda x: x + x\ny = g\n" + "y = f(y)\n" * 50 + "y", "u = [1] * 10 ** 9\nu", "u = " + "(" * 300 + "g" + ")" * 300 + "\nu",
])
def test_code_is_bounded(program: str) -> None:
    with pytest.raises((ReadError, TooBig)):
        read_code(program, SCOPE)
