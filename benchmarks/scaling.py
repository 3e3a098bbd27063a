"""How cost grows: with the number of answers, the length of a text, of a conversation, n, and with a second worker.

    python benchmarks/scaling.py [--only answers,text,formula,conversation,size,workers]

Each line: sizes, seconds, and the exponent e of seconds ~ size^e, fitted by least squares on the logarithms of the larger sizes
(where a start that does not grow no longer counts). Seconds are CPU time, and the best of a few runs; workers are by the wall.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RIGHT = r"-\frac{\alpha}{2} g"
BEST_OF = 3


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of log seconds over log size, by least squares on the larger half of the sizes (at least three)."""
    keep = max(3, len(sizes) // 2 + 1)
    x, y = ([math.log(v) for v in values[-keep:]] for values in (sizes, seconds))
    mx, my = sum(x) / keep, sum(y) / keep
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def best(run: Callable[[], Any], times: int = BEST_OF) -> float:
    """CPU seconds of the best run."""
    out = math.inf
    for _ in range(times):
        start = time.process_time()
        run()
        out = min(out, time.process_time() - start)
    return out


def shown(name: str, sizes: Sequence[float], seconds: Sequence[float]) -> dict[str, Any]:
    e = exponent(sizes, seconds)
    print(f"{name:13} " + "  ".join(f"{s:g}: {t:.4g} s" for s, t in zip(sizes, seconds, strict=True)) + f"   exponent {e:.2f}", flush=True)
    return {"sizes": list(sizes), "seconds": [round(t, 6) for t in seconds], "exponent": round(e, 3)}


def _problem() -> Any:
    from derive.problem.load import load

    return load(ROOT / "problems" / "cs182-hw2" / "penalty-l2.toml")


def _forms(count: int) -> list[str]:
    """Distinct right and wrong answers of about one length."""
    return [rf"-\frac{{{10_000_000 + i}\alpha}}{{{2 * (10_000_000 + i) + i % 2}}} g" for i in range(count)]


def answers() -> dict[str, Any]:
    """Distinct answers graded one after another, nothing remembered."""
    from derive.grading.many import grade_many

    problem, sizes = _problem(), (250, 500, 1000, 2000, 4000)

    def run(count: int) -> None:
        items = ({"problem": problem.id, "part": "update", "answer": t} for t in _forms(count))
        assert sum(g.score or 0 for g in grade_many(items, {problem.id: problem}, memo=False)) == count / 2

    run(2)
    return shown("answers", sizes, [best(lambda n=n: run(n)) for n in sizes])


def _of_text(name: str, texts: Callable[[int], str], sizes: Sequence[int], repeat: int) -> dict[str, Any]:
    from derive.grading.grade import grade

    problem = _problem()
    seconds = []
    for n in sizes:
        text = texts(n)
        assert grade(problem, "update", text).verdict == "correct", grade(problem, "update", text).reason
        seconds.append(best(lambda text=text: [grade(problem, "update", text, memo=False) for _ in range(repeat)]) / repeat)
    return shown(name, [len(texts(n)) for n in sizes], seconds)


def text() -> dict[str, Any]:
    """Prose of growing length before the answer."""
    line = "We set the gradient of the penalised objective to zero and look at what that says of each entry. "
    return _of_text("text", lambda n: line * n + rf"\boxed{{{RIGHT}}}", (2, 4, 8, 16, 32, 64, 128), 5)


def formula() -> dict[str, Any]:
    """A formula of growing length: - alpha/2 g + (g - g) + (g - g) + ..."""
    return _of_text("formula", lambda n: RIGHT + " + (3 g - 3 g)" * n, (2, 4, 8, 16, 32, 64), 3)


def conversation() -> dict[str, Any]:
    """The example conversation, its turns repeated."""
    from derive.problem.load import load_all
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.read import read_transcript

    example = (ROOT / "problems" / "cs182-hw2" / "example-conversation.md").read_text(encoding="utf-8")
    sizes, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        for copies in (1, 2, 4, 8, 16, 32):
            file = Path(folder) / f"{copies}.md"
            file.write_text("\n\n".join([example] * copies), encoding="utf-8")
            problems = load_all([ROOT / "problems" / "cs182-hw2"])
            judge_transcript(read_transcript(file), problems)  # keys
            sizes.append(file.stat().st_size)
            seconds.append(best(lambda file=file, problems=problems: judge_transcript(read_transcript(file), problems), 1))
    return shown("conversation", sizes, seconds)


def size() -> dict[str, Any]:
    """One world of n entries: the key of penalty-linf evaluated."""
    import numpy as np

    from derive.derivation.kept import kept_outcome
    from derive.derivation.steps import Derivation
    from derive.maths.batches import Batch
    from derive.maths.evaluate import evaluate
    from derive.problem.load import load

    problem = load(ROOT / "problems" / "cs182-hw2" / "penalty-linf.toml")
    found = kept_outcome(problem, problem.part("update"))
    assert isinstance(found, Derivation) and found.answer is not None
    sizes, seconds = (2, 10, 100, 1_000, 10_000, 100_000, 1_000_000), []
    for n in sizes:
        batch = Batch({"g": np.random.default_rng(1).normal(size=(1, n)), "alpha": np.array([2.0])}, {"n": n}, 1)
        seconds.append(best(lambda batch=batch: evaluate(found.answer, batch), 5))
    return shown("n", sizes, seconds)


def workers() -> dict[str, Any]:
    """Answers a second of one and two workers, from the difference of a long and a short run: their start is not counted."""
    from derive.grading.engines.lines import in_workers, line_grader
    from derive.grading.engines.workers import batched
    from derive.grading.many import BATCH

    problem, short, long = _problem(), 400, 2_400
    lines = [json.dumps({"id": str(i), "problem": problem.id, "part": "update", "answer": t}) for i, t in enumerate(_forms(long))]

    def took(count: int, processes: int) -> float:
        start = time.perf_counter()
        assert sum(len(b) for b in in_workers(line_grader([problem], memo=False), processes)(batched(lines[:count], BATCH))) == count
        return time.perf_counter() - start

    took(100, 1)  # keys
    rates = {p: (long - short) / (took(long, p) - took(short, p)) for p in (1, 2)}
    mine, theirs = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    took(long, 2)
    mine, theirs = time.process_time() - mine, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - theirs
    share = mine / (mine + theirs)  # of CPU that is spent outside the workers: what no number of them takes away
    print(f"workers       1: {rates[1]:.0f}/s  2: {rates[2]:.0f}/s   {rates[2] / rates[1]:.2f} times one, on {os.cpu_count()} cores; outside the workers {share:.1%} of CPU", flush=True)
    return {"per_s": {str(k): round(v, 1) for k, v in rates.items()}, "times": round(rates[2] / rates[1], 3), "outside_share": round(share, 4)}


ALL = {"answers": answers, "text": text, "formula": formula, "conversation": conversation, "size": size, "workers": workers}


def main() -> None:
    """Measure what is named, or all; a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ALL), help="names, with commas between")
    named = parser.parse_args().only.split(",")
    if unknown := set(named) - set(ALL):
        parser.error(f"{', '.join(sorted(unknown))}: known are {', '.join(ALL)}")
    print(json.dumps({name: ALL[name]() for name in named}))


if __name__ == "__main__":
    main()
