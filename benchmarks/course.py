"""A synthetic course with known labels: N submissions of 10 parts each, in every text format, graded, killed and resumed.

    python benchmarks/course.py --students 5000 --workers 2 --kills 20

The answers are drawn from the generator and the mutator of the question tests (derive.grading.stress): right forms and near misses
whose label NumPy and CVXPY settled. Each answer is right, wrong or left out at random (seeded); each submission is written in one of seven formats.
It counts the answers whose verdict is not their label's, measures time and the peak memory of a worker, and compares the
files of a run that was killed at random points with those of one that was not.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.grading.grade import grade
from derive.grading.stress.run import distinct, streams
from derive.problem.load import installed_sets, load
from derive.problem.model import Problem

SHEET = ("penalty-l2", "penalty-linf", "limit-sgd")  # 3 + 3 + 4 parts
Drawn = dict[tuple[str, str], tuple[list[str], list[str]]]


def drawn_answers(problems: list[Problem], n: int) -> Drawn:
    """n right forms and n near misses of every part, fewer where there are fewer."""
    out: Drawn = {}
    left_out = 0
    for p in problems:
        for part in p.parts:
            d = solve(p, part)
            assert isinstance(d, Derivation)
            found = streams(d, 1)
            assert not isinstance(found, str), found
            right, wrong = (distinct(s, n) for s in found)
            texts = {f.text for f in right}
            pools = ([f.text for f in right], [f.text for f in wrong if f.text not in texts])
            # This is about the course: a form that the judge alone refuses is the matter of `derive check --stress`, which lists it.
            kept = tuple([t for t in pool if grade(p, part, t, certified=False).verdict.value in ACCEPTED[label]] for pool, label in zip(pools, ("right", "wrong"), strict=True))
            lost = sum(map(len, pools)) - sum(map(len, kept))
            left_out += lost
            out[(p.id, part.id)] = (kept[0], kept[1])
            print(f"  {p.id}#{part.id}: {len(kept[0])} right forms, {len(kept[1])} near misses, {lost} left out", file=sys.stderr)
    print(f"{left_out} forms that the judge alone decides against their label are left out")
    return out


def write_course(folder: Path, problems: list[Problem], answers: Drawn, students: int, seed: int) -> dict[tuple[str, str, str], str]:
    """The submissions; their labels by (student, problem, part): right, wrong or missing."""
    rng = random.Random(seed)
    labels: dict[tuple[str, str, str], str] = {}
    folder.mkdir(parents=True)
    for k in range(students):
        student = f"s{k:05d}"
        given: list[tuple[int, int, str, str, str]] = []
        for i, p in enumerate(problems, 1):
            for j, part in enumerate(p.parts):
                right, wrong = answers[(p.id, part.id)]
                label = rng.choices(("right", "wrong", "missing"), (0.55, 0.37, 0.08))[0]
                labels[(student, p.id, part.id)] = label
                if label != "missing":
                    given.append((i, j, p.id, part.id, rng.choice(right if label == "right" else wrong)))
        ending, text = rng.choice(HANDS)(given)
        (folder / f"{student}{ending}").write_text(text, encoding="utf-8")
    return labels


Given = list[tuple[int, int, str, str, str]]


def _markdown(given: Given) -> tuple[str, str]:
    return ".md", "".join(f"## Problem {i} ({chr(97 + j)})\n\n{t}\n\n" for i, j, _, _, t in given)


def _latex(given: Given) -> tuple[str, str]:
    body = "".join(f"\\section*{{{i}({chr(97 + j)})}}\n{_tex(t)}\n" for i, j, _, _, t in given)
    return ".tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\\end{{document}}\n"


def _tex(text: str) -> str:
    return text.replace("%", r"\%")


def _text(given: Given) -> tuple[str, str]:
    return ".txt", "".join(f"{p}#{part}: {t}\n\n" for _, _, p, part, t in given)


def _json(given: Given) -> tuple[str, str]:
    return ".json", json.dumps({f"{i}{chr(97 + j)}": t for i, j, _, _, t in given}, ensure_ascii=False)


def _toml(given: Given) -> tuple[str, str]:
    return ".toml", "".join(f"{json.dumps(p + '#' + part)} = {json.dumps(t)}\n" for _, _, p, part, t in given)


def _csv(given: Given) -> tuple[str, str]:
    out = io.StringIO()
    csv.writer(out).writerows([("problem", "part", "answer"), *((p, part, t) for _, _, p, part, t in given)])
    return ".csv", out.getvalue()


def _notebook(given: Given) -> tuple[str, str]:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"### {i}({chr(97 + j)})\n\n{t}"} for i, j, _, _, t in given]
    return ".ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


HANDS = (_markdown, _latex, _text, _json, _toml, _csv, _notebook)
ACCEPTED = {"right": {"correct"}, "wrong": {"incorrect", "partial", "undecided", "unreadable"}, "missing": {"missing"}}


class Peak(threading.Thread):
    """The largest resident memory of the worker processes below this one, in MB."""

    def __init__(self, of: int) -> None:
        super().__init__(daemon=True)
        self.of, self.largest, self.over = of, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            for pid in below(self.of):
                try:
                    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
                    command = Path(f"/proc/{pid}/cmdline").read_bytes()
                except OSError:
                    continue
                if b"spawn_main" in command:
                    self.largest = max(self.largest, *(int(x.split()[1]) / 1024 for x in status.splitlines() if x.startswith("VmHWM")))


def below(pid: int) -> list[int]:
    """All processes below one."""
    try:
        own = [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return own + [q for p in own for q in below(p)]


def grade_once(sheet: Path, submissions: Path, out: Path, workers: int, kill_after: float | None = None, kill_at: int = 0) -> tuple[float, float, bool]:
    """Run `derive grade`; kill -9 it after so many seconds, or when its log has so many lines.

    Returns the seconds, the peak of a worker in MB, and whether it came to its end.
    """
    command = [sys.executable, "-m", "derive", "grade", str(sheet), str(submissions), "-o", str(out), "--workers", str(workers), "--no-certify"]
    started = time.monotonic()
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    peak = Peak(run.pid)
    peak.start()
    try:
        while kill_at and run.poll() is None:
            log = out / "run.jsonl"
            if log.is_file() and log.read_bytes().count(b"\n") >= kill_at:
                raise subprocess.TimeoutExpired(command, 0)
            time.sleep(0.004)
        code = run.wait(kill_after)
        assert code == 0, f"derive grade ended with {code}"
        ended = True
    except subprocess.TimeoutExpired:
        children = below(run.pid)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        ended = False
        for _ in range(200):  # orphaned workers see the end of their pipe and go
            if not any(alive(c) for c in children):
                break
            time.sleep(0.1)
        else:
            raise AssertionError("workers outlive the run that was killed")
    peak.over.set()
    peak.join()
    return time.monotonic() - started, peak.largest, ended


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


def contents(folder: Path) -> str:
    """One hash of all files of a graded folder."""
    h = hashlib.sha256()
    for f in sorted(folder.rglob("*")):
        if f.is_file() and f.name != ".lock":
            h.update(f.relative_to(folder).as_posix().encode() + b"\0" + f.read_bytes() + b"\0")
    return h.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--forms", type=int, default=200, help="right forms and near misses drawn of each part")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        top = Path(work)
        sheet = top / "sheet"
        sheet.mkdir()
        for k, name in enumerate(SHEET, 1):
            shutil.copy(installed_sets() / "cs182-hw2" / f"{name}.toml", sheet / f"{k}-{name}.toml")
        problems = [load(f) for f in sorted(sheet.glob("*.toml"))]
        started = time.monotonic()
        answers = drawn_answers(problems, args.forms)
        labels = write_course(top / "submissions", problems, answers, args.students, args.seed)
        print(f"{args.students} submissions, {len(labels)} parts drawn and written in {time.monotonic() - started:.0f} s", file=sys.stderr)
        seconds, peak, _ = grade_once(sheet, top / "submissions", top / "whole", args.workers)
        print(f"graded in {seconds:.0f} s by {args.workers} workers ({args.students / seconds:.0f} submissions/s); peak memory of a worker {peak:.0f} MB")
        wrong = check(top / "whole", labels)
        print(f"{len(labels)} answers, {len(wrong)} judged against their label")
        for line in wrong[:20]:
            print("  " + line)
        same = True
        if args.kills:
            rng = random.Random(args.seed)
            killed = 0
            while killed < args.kills:
                _, _, ended = grade_once(sheet, top / "submissions", top / "killed", args.workers, rng.uniform(0.3, max(3.0, 1.6 * seconds / args.kills)))
                killed += not ended
                if ended:  # it came through between two kills: from the beginning
                    same = same and contents(top / "killed") == contents(top / "whole")
                    shutil.rmtree(top / "killed")
            grade_once(sheet, top / "submissions", top / "killed", args.workers)
            same = same and contents(top / "killed") == contents(top / "whole")
            print(f"killed {killed} times at random points and resumed: the final bytes are {'the same' if same else 'NOT the same'}")
        sys.exit(1 if wrong or not same else 0)


def check(folder: Path, labels: dict[tuple[str, str, str], str]) -> list[str]:
    """The answers whose verdict is not among those of their label."""
    wrong, seen = [], 0
    with (folder / "grades.jsonl").open(encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            for p in r["parts"]:
                label = labels[(r["student"], p["problem"], p["part"])]
                seen += 1
                if p["verdict"] not in ACCEPTED[label]:
                    wrong.append(f"{r['student']} {p['problem']}#{p['part']} is {label}, judged {p['verdict']}: {p['text']!r} ({p['file']}, read as {p['read_as']!r}: {p['reason'][:100]})")
    assert seen == len(labels), f"{seen} of {len(labels)} answers came back"
    return wrong


if __name__ == "__main__":
    main()
