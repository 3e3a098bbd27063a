"""A derivation that its certificate refutes is shown as such wherever a key would stand, and marks nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli import main
from derive.derivation import solve as solving
from derive.derivation.certify import certify
from derive.derivation.steps import Derivation, Outcome
from derive.maths import expr as E
from derive.problem.load import load
from derive.problem.model import Part, Problem
from derive.reports.document import as_html, as_markdown, as_tex
from derive.reports.key import key_data, key_document
from derive.store import OFF, VARIABLE

SPEC = '''
schema = 1
id = "step"
title = "A step"

[symbols]
n = { type = "dimension" }
g = { type = "vector(n)" }
a = { type = "positive" }
u = { type = "vector(n)" }

[[parts]]
id = "right"
ask = "argmin"
over = "u"
minimize = "g^T u + (1/a)*norm(u, 2)^2"

[[parts]]
id = "wrong"
ask = "argmin"
over = "u"
minimize = "g^T u + (1/a)*norm(u, inf)^2"
'''
BANNER = "Not certified: this derivation is refuted"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec of whose second part half the minimiser is derived, with the value there; nothing of it is kept."""
    right = solving.solve

    def solve(problem: Problem, part: Part, seconds: float | None = 10.0) -> Outcome:
        d = right(problem, part, seconds)
        return replace(d, answer=E.mul(E.HALF, d.answer), value=E.mul(E.num(Fraction(3, 4)), d.value)) if part.id == "wrong" and isinstance(d, Derivation) and d.answer and d.value else d

    monkeypatch.setattr(solving, "solve", solve)
    monkeypatch.setenv(VARIABLE, OFF)
    file = tmp_path / "step.toml"
    file.write_text(SPEC, encoding="utf-8")
    return file


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


@pytest.mark.parametrize("form", ["md", "html", "tex"])
@pytest.mark.parametrize("command", ["key", "guide"])
def test_a_refuted_part_has_no_answer(spec: Path, command: str, form: str) -> None:
    out = run(command, str(spec), "--format", form)
    assert out.exit_code == 1
    right, wrong = re.split(r"(?:## |<h2>|section\*\{)wrong", out.stdout)
    assert BANNER not in right and BANNER in wrong
    assert "Answer" in right and "Answer" not in wrong.replace("Answers are judged", "")
    assert "step#wrong" in out.stderr and "gap to CVXPY" in out.stderr and "step#right" not in out.stderr
    assert "the formula gives" in wrong and "that CVXPY finds" in wrong and "proved" not in wrong.partition("The steps")[0]


def test_a_refuted_part_is_null_in_json(spec: Path) -> None:
    out = run("key", str(spec), "--format", "json")
    assert out.exit_code == 1
    right, wrong = json.loads(out.stdout)["parts"]
    assert right["certified"] and right["latex"] and "refuted" not in right
    assert not wrong["certified"]
    assert all(wrong[k] is None for k in ("latex", "text", "python", "strength"))
    assert wrong["refuted"]["text"] and any("CVXPY" in e["check"] for e in wrong["refuted"]["because"])


@pytest.mark.parametrize("form", ["gradescope", "prairielearn", "nbgrader"])
def test_nothing_is_exported_that_would_mark_by_it(spec: Path, form: str, tmp_path: Path) -> None:
    out = run("export", form, str(spec), "-o", str(tmp_path / "out"))
    assert out.exit_code == 2 and not (tmp_path / "out").exists()
    assert "step#wrong" in out.stderr and "gap to CVXPY" in out.stderr and "step#right" not in out.stderr


def test_what_is_certified_ends_with_0(spec: Path, tmp_path: Path) -> None:
    spec.write_text(SPEC.partition('[[parts]]\nid = "wrong"')[0], encoding="utf-8")
    for args in (("key", str(spec)), ("guide", str(spec)), ("export", "gradescope", str(spec), "-o", str(tmp_path / "out"))):
        assert run(*args).exit_code == 0


def test_a_key_without_a_certificate_claims_nothing_of_it(spec: Path) -> None:
    """Papers that are made without checks (as for a sample) show the answer, refuted ones never."""
    problem = load(spec)
    d = solving.solve(problem, problem.part("wrong"))
    assert isinstance(d, Derivation)
    certificate = certify(d)
    assert not certificate.holds
    doc = key_document(problem, [(d, certificate)])
    for text in (as_markdown(doc), as_html([doc]), as_tex([doc])):
        assert BANNER in text and "Typical mistakes" not in text
    assert key_data(problem, [(d, certificate)])["parts"][0]["latex"] is None
