"""Seconds to derive and to certify each part, by rule, and CVXPY on one instance of the same programs.

    python benchmarks/derivation.py [PATH...]        # default: every spec below problems/

A derivation is for every n and every value of the parameters at once; CVXPY solves one instance of given numbers, from the
statement to the optimum, canonicalisation included. CPU seconds, each once, nothing kept. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DERIVE_CACHE"] = "off"


def cvxpy_seconds(problem: Any, part: Any) -> float | None:
    """CPU seconds of one numerical optimum at a generic instance of the largest size; None where it is no convex program."""
    from derive.derivation.certify_worlds import sampled, satisfies
    from derive.derivation.truth import NotConvex, optimum
    from derive.maths.batches import NotEvaluable
    from derive.maths.exact import Undefined

    program = part.program or problem.base(part).program
    shapes = {n: problem.symbols[n].shape for n in program.over}
    worlds = [w for ws in sampled(problem, ("generic",)) for w in ws.worlds if satisfies(w, program.when)]
    try:
        optimum(program, worlds[-1], shapes)  # imports, and what CVXPY keeps
        start = time.process_time()
        optimum(program, worlds[-1], shapes)
        return time.process_time() - start
    except (NotConvex, NotEvaluable, Undefined, IndexError):
        return None


def main(paths: list[str]) -> None:
    """Derive and certify every part; a table by rule, then JSON."""
    from derive.derivation.certify import certify
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation
    from derive.problem.load import load_all

    by_rule: dict[str, list[float]] = defaultdict(list)
    derived, certified, against = [], [], []
    for problem in load_all(paths):
        for part in problem.parts:
            start = time.process_time()
            found = solve(problem, part)
            middle = time.process_time()
            if not isinstance(found, Derivation):
                print(f"not derived: {problem.id}#{part.id}")
                continue
            certify(found)
            derived.append(middle - start)
            certified.append(time.process_time() - middle)
            by_rule[found.steps[0].rule if found.steps else found.kind].append(middle - start)
            program = part.program or problem.base(part).program
            if part.program is not None and program is not None and part.ask in ("argmin", "argmax"):
                seconds = cvxpy_seconds(problem, part)
                if seconds:
                    against.append((middle - start, seconds))
    print(f"{'first rule':52} parts   median    most (s)")
    for rule, seconds in sorted(by_rule.items(), key=lambda pair: -max(pair[1])):
        print(f"{rule[:52]:52} {len(seconds):5} {statistics.median(seconds):8.3f} {max(seconds):9.3f}")
    out = {"parts": len(derived), "derive_median_s": statistics.median(derived), "derive_max_s": max(derived), "derive_total_s": sum(derived),
           "certify_median_s": statistics.median(certified), "certify_max_s": max(certified), "certify_total_s": sum(certified)}
    if against:
        out |= {"programs": len(against), "program_derive_median_s": statistics.median(a for a, _ in against), "cvxpy_median_s": statistics.median(c for _, c in against)}
    for name, value in out.items():
        print(f"{name:26} {value:.4g}")
    print(json.dumps({k: round(float(v), 5) for k, v in out.items()}))


if __name__ == "__main__":
    main(sys.argv[1:] or [str(ROOT / "problems")])
