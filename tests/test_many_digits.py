"""mpmath is imported when a number is not rational, and then works with the digits that were asked for."""

from __future__ import annotations

import subprocess
import sys

CODE = """if True:
    import sys
    from fractions import Fraction
    from derive.maths import expr as E
    from derive.maths.exact import World, exact
    x = World({"x": Fraction(9, 4), "y": Fraction(2)}, {})
    rational = E.div(E.fn("sqrt", E.sym("x")), E.norm(E.vec((E.sym("x"), E.num(-3))), E.INF))
    print(exact(rational, x), "mpmath" in sys.modules)
    print(exact(E.sub(E.power(E.fn("sqrt", E.sym("y")), E.num(3)), E.mul(E.TWO, E.fn("sqrt", E.sym("y")))), x))
    import mpmath
    print(mpmath.nstr(exact(E.fn("sqrt", E.sym("y")), x), 58), mpmath.mp.dps)
"""


def test_mpmath_is_imported_when_it_is_needed() -> None:
    out = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout.splitlines()
    assert out[0] == "1/2 False"
    assert out[1] == "0"  # sqrt(2)^3 - 2 sqrt(2): the terms cancel to the digits that are worked with
    assert out[2] == "1.414213562373095048801688724209698078569671875376948073177 15"
