"""This project and math-verify mark the same answers in one run, alternating, one process each.

    DERIVE_SHARED=... python benchmarks/peers.py            # 242 labelled answers of $DERIVE_SHARED/corpus/answers.jsonl
    python benchmarks/peers.py --limit 600                  # without it: the bundled tests/data/answers.jsonl
    python benchmarks/peers.py --fresh 400                  # also generated right forms and near misses, other ones with --seed

Both sides have their keys prepared, judge every text once a round with nothing remembered (memo=False here), and use their
defaults. Texts differ from round to round by a space at the end. Ours is measured twice: `ours` gives the verdict, as math-verify
does, `explained` the whole grade as JSON, with diagnosis and witness. math-verify gets its formulas in $...$. Left out: answers labelled as bombs
(they stall it for 5 s each), and parts whose key is no formula. The last line is JSON. math-verify is wanted by this file only:
pip install math-verify.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "tests" / "data" / "answers.jsonl"
SIDES = ("ours", "explained", "theirs")  # ours: the verdict, which is what theirs gives; explained: the whole grade as JSON, with diagnosis and witness
DELIMITERS = ("$", r"\(", r"\[", r"\boxed", r"\begin{equation", r"\begin{align")
sys.path.insert(0, str(ROOT))


# ------------------------------------------------------------------------------------------ the answers

def corpus(limit: int) -> tuple[list[dict[str, Any]], str]:
    """Labelled answers without bombs and without repeated texts, with the key of their part in LaTeX; and where they are from."""
    shared = os.environ.get("DERIVE_SHARED")
    file = Path(shared) / "corpus" / "answers.jsonl" if shared else BUNDLED
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [r for r in rows if r.get("kind_of_error") != "resource"]
    golds = keys_in_latex({(r["problem"], r["part"]) for r in rows})
    seen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for r in rows:
        gold = r.get("gold_latex") or golds.get((r["problem"], r["part"]))
        if gold:
            seen.setdefault((r["problem"], r["part"], r["answer"]), {**{k: r[k] for k in ("problem", "part", "answer", "expected")}, "gold": gold})
    chosen = list(seen.values())
    if len(chosen) > limit:
        chosen = [chosen[i * len(chosen) // limit] for i in range(limit)]
    return chosen, "DERIVE_SHARED" if shared else "bundled"


def problems() -> dict[str, Any]:
    """The installed problems of the homework."""
    from derive.problem.load import load_all

    return {p.id: p for p in load_all([ROOT / "problems" / "cs182-hw2"])}


def keys_in_latex(parts: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The derived keys of parts, where they are formulas."""
    from derive.derivation.kept import kept_outcome
    from derive.derivation.steps import Derivation
    from derive.maths.write import latex

    out, known = {}, problems()
    for problem, part in sorted(parts):
        found = kept_outcome(known[problem], known[problem].part(part)) if problem in known else None
        if isinstance(found, Derivation) and found.answer is not None:
            out[problem, part] = latex(found.answer)
    return out


def fresh(count: int, seed: int) -> list[dict[str, Any]]:
    """Generated right forms and near misses that no file holds, spread over the parts of the homework."""
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation
    from derive.grading.stress.run import distinct, streams
    from derive.maths.write import latex

    parts = [("penalty-l2", "update"), ("penalty-linf", "update"), ("penalty-l1", "update"), ("limit-sgd", "vector"), ("limit-rescaled", "vector"),
             ("comm-table", "a2a-messages"), ("comm-table", "ring-messages"), ("comm-table", "ps-messages"), ("comm-table", "ring-size")]
    known, out = problems(), []
    for problem, part in parts:
        found = solve(known[problem], known[problem].part(part))
        assert isinstance(found, Derivation) and found.answer is not None
        drawn = streams(found, seed)
        assert not isinstance(drawn, str), drawn
        for stream, expected in zip(drawn, ("correct", "incorrect"), strict=True):
            out += [{"problem": problem, "part": part, "answer": f.text, "expected": expected, "gold": latex(found.answer)}
                    for f in distinct(stream, max(1, count // (2 * len(parts))))]
    return out


def wrapped(text: str) -> str:
    """A formula as math-verify expects it; what has delimiters stays as it is."""
    return text if any(d in text for d in DELIMITERS) else f"${text}$"


# ------------------------------------------------------------------------------------------ the sides, each in its process

def ours(rows: list[dict[str, Any]], explained: bool) -> Callable[[dict[str, Any]], bool]:
    from derive.grading.grade import grade
    from derive.grading.keys import key_of

    known = problems()
    for problem, part in sorted({(r["problem"], r["part"]) for r in rows}):
        key_of(known[problem], known[problem].part(part))
        grade(known[problem], part, "1234567 + 1").to_dict()  # what a key works out at the first wrong answer belongs to it, too

    def judge(r: dict[str, Any]) -> bool:
        g = grade(known[r["problem"]], r["part"], r["answer"], memo=False)
        if explained:
            json.dumps(g.to_dict(), ensure_ascii=False)
        return bool(g.verdict == "correct")

    return judge


def theirs(rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], bool]:
    from math_verify import parse, verify

    golds = {g: parse(f"${g}$") for g in {r["gold"] for r in rows}}
    verify(parse("$1$"), parse("$1234567 + 1$"))

    def judge(r: dict[str, Any]) -> bool:
        return bool(verify(golds[r["gold"]], parse(wrapped(r["answer"]))))

    return judge


def peak_mb() -> float:
    """The largest memory of this process; Linux tells it without that of the process it was started from."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def serve(side: str) -> None:
    """Answer requests on stdin: the rows first, then one round a line."""
    import logging

    logging.disable(logging.CRITICAL)
    began = time.perf_counter()
    if side != "theirs":
        import derive.grading.grade  # noqa: F401
    else:
        import math_verify  # noqa: F401
    imported = time.perf_counter() - began
    sets = json.loads(sys.stdin.readline())
    every = [r for rows in sets.values() for r in rows]
    judge = theirs(every) if side == "theirs" else ours(every, side == "explained")
    print(json.dumps({"import_s": imported}), flush=True)
    for line in sys.stdin:
        name, number = json.loads(line)
        rows = [{**r, "answer": r["answer"] + " " * number} for r in sets[name]]
        seconds, right = [], []
        cpu = time.process_time()
        for r in rows:
            start = time.perf_counter()
            said = judge(r)
            seconds.append(time.perf_counter() - start)
            right.append(said)
        print(json.dumps({"seconds": seconds, "cpu": time.process_time() - cpu, "said": right, "peak_mb": peak_mb()}), flush=True)


class Side:
    """A process that judges, asked over its stdin."""

    def __init__(self, side: str, sets: dict[str, list[dict[str, Any]]]) -> None:
        self.process = subprocess.Popen([sys.executable, __file__, "--serve", side], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.import_s = self.ask(sets)["import_s"]

    def ask(self, what: Any) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


# ------------------------------------------------------------------------------------------ figures

def percentile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def figures(rows: list[dict[str, Any]], rounds: list[dict[str, Any]], clock: str) -> dict[str, float]:
    """Answers a second (the median of the rounds), latencies, accuracy and false accepts of one side."""
    rate = statistics.median(len(rows) / (r["cpu"] if clock == "cpu" else sum(r["seconds"])) for r in rounds)
    each = [min(r["seconds"][i] for r in rounds) for i in range(len(rows))] if clock == "best" else [s for r in rounds for s in r["seconds"]]
    expected = [r["expected"] == "correct" for r in rows]
    said = rounds[-1]["said"]
    return {"per_s": rate, "p50_ms": 1e3 * percentile(each, 0.5), "p95_ms": 1e3 * percentile(each, 0.95), "p99_ms": 1e3 * percentile(each, 0.99), "max_ms": 1e3 * max(each),
            "accuracy": sum(a == b for a, b in zip(said, expected, strict=True)) / len(rows),
            "false_accepts": sum(a and not b for a, b in zip(said, expected, strict=True)), "peak_mb": rounds[-1]["peak_mb"]}


def main() -> None:
    """Run the rounds, print a table, and JSON as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="alternations (at least 7 for figures to show)")
    parser.add_argument("--limit", type=int, default=600, help="labelled answers at most")
    parser.add_argument("--fresh", type=int, default=0, metavar="N", help="also N generated answers")
    parser.add_argument("--seed", type=int, default=1, help="of the generated answers")
    parser.add_argument("--clock", choices=("wall", "cpu", "best"), default="wall",
                        help="what answers/s is by: the wall (idle machine), CPU time (busy one); best: latency as the best of the rounds of each text")
    parser.add_argument("--serve", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    rows, source = corpus(options.limit)
    sets = {"labelled": rows, **({"fresh": fresh(options.fresh, options.seed)} if options.fresh else {})}
    sides = {s: Side(s, sets) for s in SIDES}
    found: dict[str, dict[str, list[dict[str, Any]]]] = {name: {s: [] for s in SIDES} for name in sets}
    for number in range(options.rounds):
        for name in sets:
            for s in SIDES if number % 2 == 0 else SIDES[::-1]:
                found[name][s].append(sides[s].ask([name, number]))
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    out: dict[str, Any] = {}
    for name, of in found.items():
        both = {s: figures(sets[name], of[s], options.clock) for s in SIDES}
        print(f"{name}: {len(sets[name])} distinct answers ({source if name == 'labelled' else 'generated'}), {options.rounds} rounds, {options.clock} clock")
        print(f"  {'':14}" + "".join(f"{s:>12}" for s in SIDES))
        for key in both["ours"]:
            print(f"  {key:14}" + "".join(f"{both[s][key]:12.3f}" for s in SIDES))
        print(f"  {'import_s':14}" + "".join(f"{sides[s].import_s:12.3f}" for s in SIDES))
        line = {"ratio": both["ours"]["per_s"] / both["theirs"]["per_s"],
                **{f"{k}_{s}" if k != "per_s" else f"{s}_per_s": both[s][k] for k in both["ours"] for s in SIDES}}
        out.update(line if name == "labelled" else {f"fresh_{k}": v for k, v in line.items()})
    for side in sides.values():
        side.close()
    print(json.dumps({k: round(float(v), 4) for k, v in out.items()} | {"answers": len(rows), "corpus": source, "rounds": options.rounds, "clock": options.clock}))


if __name__ == "__main__":
    main()
