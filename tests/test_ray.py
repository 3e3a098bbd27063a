"""The engine of Ray, run on this machine by the real package (where it is installed): the same bytes, and one lost line only."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main

ROOT = Path(__file__).resolve().parent.parent
LINES = [json.dumps({"id": str(i), "problem": "penalty-l2", "part": "update", "answer": rf"-\frac{{\alpha}}{{{i % 4 + 1}}} g"}) for i in range(12)]

# A line that kills its worker, in batches of four, and what comes back; Ray starts once, in a process of its own.
POISON = r"""
import json, os, signal, sys
from derive.grading.engines.ray_tasks import on_ray
from derive.grading.engines.workers import batched

def make():
    def one(line):
        if line == '"poison"':
            os.kill(os.getpid(), signal.SIGKILL)
        return "correct", line
    return one

lines = [json.dumps(i) for i in range(9)]
lines[5] = '"poison"'
print(json.dumps([g for batch in on_ray(make, workers=1)(batched(lines, 4)) for g in batch]))
"""


@pytest.mark.needs("ray")
@pytest.mark.long
def test_ray_gives_the_bytes_of_the_local_engine(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(LINES), encoding="utf-8")
    for name, options in (("local", []), ("ray", ["--engine", "ray", "--workers", "1"])):
        done = subprocess.run([sys.executable, "-m", "derive", "batch", "cs182-hw2/penalty-l2", str(source), str(tmp_path / name), *options], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "local").read_bytes() == (tmp_path / "ray").read_bytes() != b""


@pytest.mark.needs("ray")
@pytest.mark.long
def test_only_the_line_that_fells_its_worker_is_lost() -> None:
    done = subprocess.run([sys.executable, "-c", POISON], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert [v for v, _ in found] == ["correct"] * 5 + ["undecided"] + ["correct"] * 3
    assert "Ray worker" in json.loads(found[5][1])["reason"]


def test_without_ray_the_error_says_how_to_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    source = tmp_path / "in.jsonl"
    source.write_text(LINES[0], encoding="utf-8")
    found = CliRunner().invoke(main, ["batch", "cs182-hw2/penalty-l2", str(source), str(tmp_path / "out"), "--engine", "ray"])
    assert found.exit_code == 2 and "pip install 'ray>=2.40,<3'" in found.stderr
