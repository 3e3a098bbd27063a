"""Question tests: right forms are not refused, near misses are not accepted, and a broken judge is caught."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import derive.grading.stress as package
from derive.grading.grade import grade
from derive.grading.stress import stress
from derive.grading.stress.run import Judge, by_grade, stress_files, stress_part
from derive.grading.stress.subject import Subject
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import SPECS, half
from tests.stress_subjects import derived

PARTS = [(p.id, part.id) for p in load_all([SPECS / "cs182-hw2"]) for part in p.parts]
READER = (
    "derive.maths.read",
    "derive.maths.lex",
    "derive.maths.tokens",
    "derive.maths.parse",
    "derive.maths.operands",
    "derive.maths.applications",
    "derive.maths.bars",
    "derive.maths.brackets",
    "derive.maths.commands",
    "derive.maths.comprehensions",
    "derive.maths.cursor",
    "derive.maths.dots",
    "derive.maths.environments",
    "derive.maths.gradients",
    "derive.maths.grammar",
    "derive.maths.marks",
    "derive.maths.postfix",
    "derive.maths.sets",
    "derive.maths.signs",
    "derive.maths.names",
    "derive.maths.aliases",
    "derive.maths.calls",
    "derive.maths.call_arguments",
    "derive.maths.reductions",
    "derive.maths.write",
    "derive.maths.writing",
    "derive.maths.subscripts",
    "derive.maths.subscripted",
    "derive.maths.bigops",
    "derive.maths.evaluate",
    "derive.maths.batches",
    "derive.maths.float_entries",
    "derive.maths.exact",
    "derive.maths.exact_spectra",
    "derive.maths.equality",
    "derive.maths.algebra",
    "derive.maths.monomials",
    "derive.maths.normal_rules",
    "derive.maths.spectra",
    "derive.maths.differentials",
    "derive.maths.roots",
    "derive.derivation.truth",
    "derive.derivation.lowering",
    "derive.grading.judging.judge",
    "derive.grading.finding.reply",
    "derive.grading.finding.selection",
    "derive.grading.tables.answer",
    "derive.grading.norms.named",
    "derive.grading.naming.judgement",
    "derive.grading.conditions.statuses",
    "derive.grading.judging.decimals",
)


# ---------------------------------------------------------------- the installed set


@pytest.mark.parametrize(("problem", "part"), half(PARTS))
def test_nothing_is_found_in_the_installed_set(problems: dict[str, Problem], problem: str, part: str) -> None:
    """Every other part, all with --long."""
    report = stress_part(problems[problem], problems[problem].part(part), 12)
    assert not report.skipped
    assert report.forms_tried >= 10
    assert report.misses_tried >= 10
    assert [f.text for f in report.refused] == []
    assert [f.text for f in report.accepted] == []


@pytest.mark.long
@pytest.mark.parametrize(("problem", "part"), PARTS)
def test_nothing_is_found_in_a_long_search(problems: dict[str, Problem], problem: str, part: str) -> None:
    report = stress_part(problems[problem], problems[problem].part(part), 2000, seed=2)
    assert [f.text for f in report.refused] == []
    assert [f.text for f in report.accepted] == []


# ---------------------------------------------------------------- no circle


def test_the_generator_imports_neither_reader_nor_judge() -> None:
    wrong = []
    for file in sorted(Path(package.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            wrong += [f"{file.name} imports {n}" for n in names if n in READER or any(n.startswith(f"{r}.") for r in READER)]
            if file.name != "run.py":  # the run calls the judge that it tests
                wrong += [f"{file.name} imports {n}" for n in names if n.startswith("derive.grading.grade")]
    assert wrong == []


def test_the_key_passes_the_direct_check(problems: dict[str, Problem]) -> None:
    """NumPy and CVXPY, which know nothing of the rules, agree with every derived expression."""
    for problem, part in PARTS:
        d = derived(problems, problem, part)
        if d.answer is not None and d.kind != "norm":
            assert Subject(d).sound, f"{problem}#{part}"


# ---------------------------------------------------------------- a broken judge is caught


def broken(change: Callable[[str], str]) -> Judge:
    return lambda problem, part, text: by_grade(problem, part, change(text))


@pytest.mark.parametrize("part", ["update", "value"])
def test_a_judge_that_calls_everything_right_is_caught(problems: dict[str, Problem], part: str) -> None:
    (report,) = stress(problems["penalty-l2"], 10, parts=(part,), judge=lambda problem, part, text: ("correct", str))
    assert len(report.accepted) == report.misses_tried > 0
    assert not report.clean


def test_a_judge_that_loses_minus_signs_is_caught(problems: dict[str, Problem]) -> None:
    (report,) = stress(problems["penalty-l2"], 60, parts=("update",), judge=broken(lambda t: t.replace("-", "").replace("−", "")))
    assert len(report.refused) > report.forms_tried / 2


def test_a_judge_that_takes_every_norm_for_the_same_is_caught(problems: dict[str, Problem]) -> None:
    def same_norm(text: str) -> str:
        for two, one in (("_2", "_1"), ("₂", "₁"), ("_{2}", "_{1}"), ("(g, 2)", "(g, 1)"), ("ord=2", "ord=1"), ("norm(g)", "norm(g, 1)")):
            text = text.replace(two, one)
        return text

    (report,) = stress(problems["penalty-linf"], 400, parts=("update",), judge=broken(same_norm))
    assert any("another norm" in f.how for f in report.accepted)


def test_a_judge_that_falls_over_is_caught(problems: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.grading import grade as module

    def falls(*_: object, **__: object) -> None:
        raise ZeroDivisionError("bad")

    monkeypatch.setattr(module, "grade", falls)
    (report,) = stress(problems["penalty-l2"], 3, parts=("update",))
    assert {f.verdict for f in report.refused} == {"crash"}
    assert len(report.accepted) == 3


# ---------------------------------------------------------------- the command


def test_the_command_prints_the_figures() -> None:
    from click.testing import CliRunner

    from derive.cli import main

    result = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "5"])
    assert "ball-linf#update" in result.output
    assert "accepted" in result.output
    lines = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "5", "--json"]).stdout.splitlines()
    report, whole = json.loads(lines[-2])["stress"], json.loads(lines[-1])["stress_totals"]
    assert report["forms_tried"] == report["misses_tried"] == report["wanted"] == 5 and report["seed"] == 1
    assert (whole["parts"], whole["tried"], whole["forms"], whole["refused"], whole["accepted"], whole["not_tried"]) == (1, 1, 5, 0, 0, {})


def test_the_command_fails_where_a_right_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from derive.cli import main
    from derive.grading import grade as module

    monkeypatch.setattr(module, "grade", lambda problem, part, text, **_: grade(problem, part, "0", certified=False))
    result = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "3"])
    assert result.exit_code == 1
    assert "right, but incorrect" in result.output


# ---------------------------------------------------------------- the run


def test_an_unknown_kind_of_part_says_that_nothing_was_tried(problems: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.grading.stress import run
    from derive.grading.stress.values import Unvalued

    def cannot(*_: object) -> None:
        raise Unvalued("iterates")

    monkeypatch.setattr(run, "streams", cannot)
    report = stress_part(problems["penalty-l2"], problems["penalty-l2"].part("update"), 3)
    assert "iterates" in report.skipped
    assert not report.clean


def test_several_processes_find_the_same() -> None:
    paths = [str(SPECS / "cs182-hw2" / f"{name}.toml") for name in ("ball-l2", "ball-linf")]
    assert list(stress_files(paths, 2, workers=2)) == list(stress_files(paths, 2))
