"""The commands as a user meets them: output, exit codes, clear errors, no traceback."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli import main
from tests.conftest import ROOT, SPECS

SET = SPECS / "cs182-hw2"
RIGHT, WRONG = r"-\frac{\alpha}{2} g", r"-\alpha g"


def run(*args: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(args), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_answer_exit_codes() -> None:
    assert run("answer", "--no-certify", "cs182-hw2/penalty-l2#update", RIGHT).exit_code == 0
    assert run("answer", "--no-certify", "cs182-hw2/penalty-l2#update", WRONG).exit_code == 1
    assert run("answer", "--no-certify", str(SET / "penalty-l2.toml") + "#update", "-", stdin=RIGHT).exit_code == 0


def test_answer_json_has_the_stable_keys() -> None:
    out = json.loads(run("answer", "--json", "--no-certify", "penalty-l2#update", WRONG).stdout)
    assert list(out) == ["id", "problem", "part", "verdict", "score", "read_as", "reason", "strength", "diagnosis", "witness"]
    assert out["verdict"] == "incorrect" and out["witness"]["submitted"] != out["witness"]["required"]


def test_a_hand_check_of_the_witness() -> None:
    """The witness can be checked by hand: the objective at the submitted point is above the one at the required point."""
    from fractions import Fraction as F

    w = json.loads(run("answer", "--json", "--no-certify", "penalty-l2#update", WRONG).stdout)["witness"]
    g, alpha = [F(x) for x in w["at"]["g"]], F(w["at"]["alpha"])

    def objective(u: list[F]) -> F:
        return sum((a * b for a, b in zip(g, u, strict=True)), F(0)) + sum(x * x for x in u) / alpha

    assert objective([F(x) for x in w["submitted"]]) > objective([F(x) for x in w["required"]])


@pytest.mark.parametrize(("target", "says"), [
    ("penalty-l2#upd", "there is no part 'upd'"), ("nowhere#x", "no such file"), ("penalty-l2", "which part"), ("cs182-hw2#update", "several problems"),
])
def test_bad_targets(target: str, says: str) -> None:
    result = run("answer", target, RIGHT)
    assert result.exit_code == 2 and says in result.stderr and "Traceback" not in result.stderr


SPEC = (SET / "penalty-l2.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "says"), [
    ('minimize = "g^T u + (1/alpha)', 'minimize = "g^T u + (1/lr)', "parts[0] ('update').minimize: 'lr' is not declared"),
    ('minimize = "g^T u', 'minimize = "g u', "shapes do not fit"),
    ("minimize =", "minimise =", "Did you mean 'minimize'"),
    ('of = "update"', 'of = "updaet"', "there is no earlier part 'updaet'"),
    ('type = "vector(n)", says = "gradient', 'type = "vectr(n)", says = "gradient', "is not a type"),
    ('type = "positive"', 'type = "positiv"', "Did you mean 'positive'"),
    ("norm(u, 2)^2", "nrom(u, 2)^2", "Did you mean 'norm'"),
    ("schema = 1\n", "", "the file names none"),
    ("schema = 1", "schema = 7", "reads schema 1"),
    ('over = "u"', 'over = "w"', "'w' is not declared"),
    ('ask = "argmin"', 'ask = "guess"', "not something a part can ask"),
    ("norm(u, 2)^2", "norm(u, 2)^2 +", "parts[0] ('update').minimize"),
    ('id = "penalty-l2"', "id = 3", "'id' must be text"),
    ("[[parts]]", "[parts", "not TOML"),
    ('n = { type = "dimension"', 'm = { type = "dimension"', "the dimension 'n' is not declared"),
    ("norm(u, 2)^2", "norm(u, 0)^2", "p must be at least 1"),
    ('alpha = { type = "positive"', 'alpha = { type = "positive", value = "-1"', "is not positive"),
    ("(1/alpha) * norm(u, 2)^2", "1/2alpha * norm(u, 2)^2", "ambiguous"),
])
def test_spec_errors_name_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SPEC
    file = tmp_path / "spec.toml"
    file.write_text(SPEC.replace(old, new, 1), encoding="utf-8")
    result = run("check", str(file))
    assert result.exit_code == 2 and says in result.stderr and "spec.toml" in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_a_nonconvex_objective_is_exit_1_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "spec.toml"
    file.write_text(SPEC.replace("+ (1/alpha)", "- (1/alpha)"), encoding="utf-8")
    result = run("check", str(file))
    assert result.exit_code == 1 and "not derived" in result.stdout and "curvature" in result.stdout


def test_check_and_key(tmp_path: Path) -> None:
    assert run("check", str(SET / "penalty-l2.toml")).exit_code == 0
    text = run("key", str(SET / "penalty-l1.toml")).stdout
    assert r"g_{k}" in text and "Certificate" in text and "Derivation" in text and "argmax" not in text.split("### Answer")[1].split("###")[0]
    target = tmp_path / "key.json"
    assert run("key", str(SET / "penalty-linf.toml"), "--format", "json", "-o", str(target)).exit_code == 0
    part = json.loads(target.read_text(encoding="utf-8"))["parts"][0]
    assert part["latex"] == r"-\frac{\alpha}{2}\, \|g\|_1 \operatorname{sign}(g)" and part["certified"]


def test_the_python_of_a_key_computes_the_minimiser() -> None:
    import numpy as np

    for name, want in (("penalty-l2", [-1.0, 2.0]), ("penalty-linf", [-3.0, 3.0]), ("penalty-l1", [0.0, 2.0])):
        source = json.loads(run("key", str(SET / f"{name}.toml"), "--format", "json").stdout)["parts"][0]["python"]
        space: dict[str, object] = {}
        exec(source, space)  # our own generated code
        assert np.allclose(space["answer"](np.array([1.0, -2.0]), 2.0), want)  # type: ignore[operator]


def test_batch_keeps_order_and_serves_the_neighbours(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "problem": "penalty-l2", "part": "update", "answer": RIGHT}, {"id": "2", "problem": "none", "part": "update", "answer": RIGHT},
        {"id": "3", "problem": "penalty-l2", "part": "none", "answer": RIGHT}, {"id": "4", "problem": "penalty-l2", "part": "update", "answer": 7},
        {"id": "5", "problem": "penalty-l2", "part": "update", "answer": WRONG}, {"id": "6", "problem": "penalty-l2", "part": "update", "answer": RIGHT},
    ]
    source, target, again = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    source.write_text("\n".join(json.dumps(x) for x in lines) + "\nno json\n[1]\n", encoding="utf-8")
    assert run("batch", "cs182-hw2", str(source), str(target)).exit_code == 0
    assert run("batch", "cs182-hw2", str(source), str(again)).exit_code == 0
    assert target.read_bytes() == again.read_bytes()
    got = [json.loads(x) for x in target.read_text(encoding="utf-8").splitlines()]
    assert [g["id"] for g in got] == ["1", "2", "3", "4", "5", "6", "", ""]
    assert [g["verdict"] for g in got] == ["correct", "unreadable", "unreadable", "unreadable", "incorrect", "correct", "unreadable", "unreadable"]


def test_transcript_of_the_bundled_conversation() -> None:
    out = run("transcript", "cs182-hw2", str(SET / "example-conversation.md"), "--json")
    assert out.exit_code == 0
    turns = json.loads(out.stdout)["turns"]
    got = {(t["turn"], *name.split("#")): p["verdict"] for t in turns for name, p in t["parts"].items()}
    assert got == {
        (1, "penalty-l2", "update"): "correct", (1, "penalty-l2", "optimizer"): "correct", (2, "penalty-linf", "update"): "correct",
        (2, "penalty-linf", "optimizer"): "partial", (3, "limit-sgd", "vector"): "correct", (3, "limit-sgd", "norm"): "correct",
        (4, "comm-table", "table"): "partial",
    }


@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"\x00\x01\x02" * 50, "binary")])
def test_transcript_of_no_conversation(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    result = run("transcript", "cs182-hw2", str(file))
    assert result.exit_code == 2 and says in result.stderr


def test_a_conversation_about_something_else_has_no_answers(tmp_path: Path) -> None:
    file = tmp_path / "file.md"
    file.write_text("**User:** How do I boil an egg?\n\n**Assistant:** Put it into boiling water for $8$ minutes.\n", encoding="utf-8")
    result = run("transcript", "cs182-hw2", str(file), "--json")
    assert result.exit_code == 0 and not any(t["parts"] for t in json.loads(result.stdout)["turns"])


def test_readme_shows_what_the_commands_print() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("$ derive answer cs182-hw2/penalty-l2#update '-\\alpha g'\n")[1].split("```")[0]
    assert run("answer", "cs182-hw2/penalty-l2#update", r"-\alpha g").stdout.strip() == shown.strip()
    blocks = [b.split("```")[0] for b in readme.split("```sh\n")[1:3]]
    assert "derive transcript" in blocks[0] and "pytest" in blocks[1]


@pytest.mark.parametrize(("cut", "expected"), [(r"-\frac{\alpha}{2", "'}'"), (r"-(\alpha/2 g", "')'"), (r"\alpha +", "a number, a symbol or a bracket")])
def test_a_formula_cut_in_half_is_shown_where_it_ends(cut: str, expected: str) -> None:
    from derive.grading.grade import grade
    from derive.problem.load import load

    found = grade(load(SET / "penalty-l2.toml"), "update", cut, certified=False)
    assert found.verdict == "unreadable"
    assert expected in found.reason
    assert found.reason.splitlines()[-1].index("^") >= len(cut)


def test_answers_are_not_overwritten_by_their_grades(tmp_path: Path) -> None:
    answers = tmp_path / "a.jsonl"
    answers.write_text(json.dumps({"id": "1", "problem": "penalty-l2", "part": "update", "answer": RIGHT}) + "\n", encoding="utf-8")
    before = answers.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(answers)
    for target in (answers, tmp_path / "link.jsonl"):
        result = run("batch", "cs182-hw2", str(answers), str(target))
        assert result.exit_code == 2 and "Name another file" in result.stderr and answers.read_bytes() == before


def test_a_broken_line_says_where_it_breaks(tmp_path: Path) -> None:
    source, target = tmp_path / "a.jsonl", tmp_path / "g.jsonl"
    source.write_text('{"id": 1,}\n{"id": 2, "answer": "g"}\n', encoding="utf-8")
    assert run("batch", "cs182-hw2", str(source), str(target)).exit_code == 0
    broken, nameless = [json.loads(line)["reason"] for line in target.read_text(encoding="utf-8").splitlines()]
    assert "character 10" in broken and "names no problem" in nameless


def _process(arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = f"set -o pipefail; {shlex.quote(sys.executable)} -m derive {arguments}"
    return subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", errors="replace", timeout=120, cwd=ROOT, env={**os.environ, **environment})


@pytest.mark.parametrize("arguments", ["schema", "transcript cs182-hw2/penalty-l2 LICENSE"])
def test_a_reader_that_has_seen_enough_is_no_failure(arguments: str) -> None:
    done = _process(f"{arguments} | true")
    assert done.returncode == 0 and "Traceback" not in done.stderr and "Exception" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_an_error_with_exit_2() -> None:
    for arguments in ("compare x x > /dev/full", "schema -o /dev/full"):
        done = _process(arguments)
        assert done.returncode == 2 and "No space left" in done.stderr and "Traceback" not in done.stderr and "Exception" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_greek_gets_codes(encoding: str) -> None:
    done = _process(r"answer --no-certify cs182-hw2/penalty-l2#update '-\alpha g/2'", PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and r"\u03b1" in done.stdout and done.stderr == ""


def test_a_spec_saved_with_a_mark_is_read_and_another_encoding_is_located(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SPEC.encode())
    assert run("sheet", str(file)).exit_code == 0
    file.write_bytes(b"# a\n# \xe9\n" + SPEC.encode())
    result = run("sheet", str(file))
    assert result.exit_code == 2 and f"{file}: line 2 is not text in UTF-8" in result.stderr


def test_an_unreadable_conversation_leaves_its_neighbours_served(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.mkdir()
    good = tmp_path / "good.md"
    good.write_text("What is the weather?\n", encoding="utf-8")
    result = run("transcript", "cs182-hw2", str(bad), str(good))
    assert result.exit_code == 2 and "bad.md" in result.stderr and "no answer found" in result.stdout


def test_the_ids_of_the_table_are_those_that_override_takes(tmp_path: Path) -> None:
    talk = tmp_path / "talk.md"
    talk.write_text("## User\n\nMinimise $g^T u + \\|u\\|^2/\\alpha$.\n\n## Assistant\n\nThe update is $u = -\\frac{\\alpha}{2} g$.\nIndeed $1 + 1 = 3$.\n", encoding="utf-8")
    shown = run("transcript", "cs182-hw2/penalty-l2", str(talk)).stdout
    row = next(line for line in shown.splitlines() if "false" in line and "1 + 1" in line)
    done = run("override", "cs182-hw2/penalty-l2", str(talk), row.split()[0], "hypothetical", "--why", "an example")
    assert done.exit_code == 0 and "hypothetical (the engine: false)" in done.stderr


def test_the_neighbours_of_a_bad_spec_are_checked(tmp_path: Path) -> None:
    good = (SPECS / "bank" / "pli_l2.toml").read_text(encoding="utf-8")
    (tmp_path / "good.toml").write_text(good, encoding="utf-8")
    (tmp_path / "bad.toml").write_text(good.replace("norm(", "nrom("), encoding="utf-8")
    result = run("check", str(tmp_path))
    assert result.exit_code == 2 and "nrom" in result.stderr and "bad.toml" in result.stderr
    assert "pli_l2" in result.stdout and "parts certified" in result.stderr


def test_a_part_behind_a_space_is_told_how_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(main, ["answer", str(SPECS / "cs182-hw2" / "penalty-l2.toml"), "update", r"-\frac{\alpha}{2} g"])
    assert result.exit_code == 2
    assert "PATH#PART" in result.output
