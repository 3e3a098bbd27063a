"""The scorer for Inspect, in an evaluation by the real package (where it is installed)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# In a process of its own: importing Inspect takes seconds, and its warnings are not ours.
EVALUATION = r"""
import json, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput
from inspect_ai.solver import solver
from derive.integrations.inspect_ai import derive_scorer

right, wrong = r"\boxed{-\frac{\alpha}{2} g}", r"\boxed{-\alpha g}"
texts = [right, wrong, "I do not know.", "<think>" + wrong + "</think>" + right, right]
targets = ["penalty-l2#update"] * 4 + [""]
@solver
def said():
    async def solve(state, generate):
        state.output = ModelOutput.from_content("mockllm/model", texts[state.sample_id - 1])
        return state
    return solve

task = Task(dataset=[Sample(input="Minimise over u.", target=t, metadata={"problem": "penalty-l2", "part": "update"}) for t in targets], solver=said(), scorer=derive_scorer("cs182-hw2"))
log = eval(task, model="mockllm/model", log_dir=sys.argv[1], display="none")[0]
scores = [list(s.scores.values())[0] for s in sorted(log.samples, key=lambda s: s.id)]
print(json.dumps({"status": log.status, "values": [s.value for s in scores], "diagnosis": scores[1].metadata["grade"]["diagnosis"],
                  "accuracy": log.results.scores[0].metrics["accuracy"].value, "name": log.results.scores[0].scorer}))
"""


@pytest.mark.needs("inspect_ai")
@pytest.mark.long
def test_an_evaluation_is_scored(tmp_path: Path) -> None:
    """Right, wrong, no answer, right after thinking, and a target by metadata."""
    done = subprocess.run([sys.executable, "-c", EVALUATION, str(tmp_path)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == "success" and found["values"] == ["C", "I", "N", "C", "C"]
    assert "constant factor 2" in found["diagnosis"] and found["accuracy"] == 0.6


def test_the_entry_point_names_the_scorer() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = project["entry-points"]["inspect_ai"]["derive"]
    assert "def derive_scorer(" in (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")
