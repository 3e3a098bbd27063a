"""Many answers: the same grades and bytes wherever they are graded, in order, with flat memory, taken up where a run ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.errors import UsageError
from derive.grading.engines import partial as partial_file
from derive.grading.engines.lines import MAX_LINE, brought_back, here, line_grader, lines_of, lost_line
from derive.grading.engines.partial import Partial, run_digest
from derive.grading.engines.workers import Lost, batched
from derive.grading.grade import grade
from derive.grading.many import grade_many
from derive.problem.model import Problem
from tests.conftest import ROOT

ITEMS: list[dict[str, Any]] = [
    {"id": "1", "problem": "penalty-l2", "part": "update", "answer": r"-\frac{\alpha}{2} g"},
    {"id": "2", "problem": "penalty-l2", "part": "update", "answer": r"-\alpha g"},
    {"id": "3", "problem": "penalty-l2", "part": "update", "answer": None},
    {"id": "4", "problem": "nowhere", "part": "update", "answer": "g"},
    {"id": "5", "problem": "penalty-l2", "part": "update", "answer": "-alpha/2 g"},
    {"id": "6", "problem": "penalty-l2", "part": "value", "answer": "-alpha/4 norm(g,2)^2"},
    {"id": "7", "problem": "penalty-l2", "part": "update", "answer": r"-\frac{\alpha}{2} g"},
]


@pytest.fixture(scope="module")
def at_hand(problems: dict[str, Problem]) -> dict[str, Problem]:
    return {"penalty-l2": problems["penalty-l2"]}


def _file(folder: Path, lines: list[str]) -> Path:
    file = folder / "in.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def _batch(source: Path, target: Path, *options: str) -> bytes:
    found = CliRunner().invoke(main, ["batch", "cs182-hw2", str(source), str(target), *options])
    assert found.exit_code == 0, found.output
    return target.read_bytes()


def test_grades_do_not_depend_on_workers_or_memory(at_hand: dict[str, Problem], tmp_path: Path) -> None:
    """In this process with and without memory, in two workers, and by the command: the same, in the order of the items."""
    once = [g.to_dict() for g in grade_many(ITEMS, at_hand)]
    assert [g["verdict"] for g in once] == ["correct", "incorrect", "unreadable", "unreadable", "correct", "correct", "correct"]
    assert [g["id"] for g in once] == list("1234567")
    assert once == [g.to_dict() for g in grade_many(ITEMS, at_hand, memo=False)] == [g.to_dict() for g in grade_many(ITEMS, at_hand, workers=2)]
    source = _file(tmp_path, [json.dumps(i) for i in ITEMS])
    whole = _batch(source, tmp_path / "one.jsonl")
    assert [json.loads(line)["verdict"] for line in whole.splitlines()] == [g["verdict"] for g in once]
    assert _batch(source, tmp_path / "two.jsonl", "--workers", "2", "--no-memo") == whole
    assert sorted(f.name for f in tmp_path.iterdir()) == ["in.jsonl", "one.jsonl", "two.jsonl"]


def test_ids_come_back_as_they_were_given(at_hand: dict[str, Problem], tmp_path: Path) -> None:
    """Numbers, null and lists keep their type, for equal answers too, wherever they are graded; an item without an id has the empty one."""
    ids: list[Any] = [1, "1", 1.0, True, None, [1, "a"], 2**70]
    answers = ["-alpha/2 g", None, "g("]
    items = [{"id": i, "problem": "penalty-l2", "part": "update", "answer": a} for a in answers for i in ids] + [{"problem": "penalty-l2", "part": "update", "answer": "g"}]
    wanted = [*ids * len(answers), ""]
    for memo in (True, False):
        found = [g.id for g in grade_many(items, at_hand, memo=memo)]
        assert found == wanted and [type(i) for i in found] == [type(i) for i in wanted]
    for lines in (_batch(_file(tmp_path, [json.dumps(i) for i in items]), tmp_path / f"{n}.jsonl", "--workers", n) for n in ("1", "2")):
        assert [json.dumps(json.loads(line)["id"]) for line in lines.splitlines()] == [json.dumps(i) for i in wanted]


def test_an_answer_that_is_no_text_is_told(at_hand: dict[str, Problem]) -> None:
    for answer, said in ((None, "NoneType"), (3, "int"), (["g"], "list")):
        with pytest.raises(UsageError, match=rf"penalty-l2#update: the answer is .*{said}.*string"):
            grade(at_hand["penalty-l2"], "update", answer)  # type: ignore[arg-type]  # what a caller may give
    assert grade(at_hand["penalty-l2"], "update", "").verdict == "unreadable"


def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path: Path) -> None:
    script = tmp_path / "all.py"
    body = 'from derive.grading.many import grade_many\n{}list(grade_many([{{"id": 1, "problem": "x", "part": "y", "answer": "z"}}], {{}}, workers=2))\n'
    for guard, code in (("", 1), ('if __name__ == "__main__":\n    ', 0)):
        script.write_text(body.format(guard), encoding="utf-8")
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        assert done.returncode == code and ('if __name__ == "__main__":' in done.stderr) == bool(code), done.stderr


def test_items_are_taken_as_needed(at_hand: dict[str, Problem]) -> None:
    """An endless stream gives grades."""
    def endless() -> Iterator[dict[str, Any]]:
        while True:
            yield ITEMS[0]

    stream = grade_many(endless(), at_hand)
    assert all(next(stream).verdict == "correct" for _ in range(300))


def test_a_run_goes_on_where_it_ended(at_hand: dict[str, Problem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted after two batches: a rerun grades the rest only, and the output is that of one run."""
    monkeypatch.setattr(partial_file, "EVERY", 0.0)
    lines = [json.dumps({**i, "id": str(k)}) for k, i in enumerate(ITEMS * 3)]
    grades, run = here(line_grader(at_hand.values())), run_digest(at_hand.values(), "")
    target = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt), Partial(target, run) as out:
        for number, batch in enumerate(batched(out.start(lambda: iter(lines)), 4)):
            if number == 2:
                raise KeyboardInterrupt
            out.write(batch, next(grades(iter([batch]))))
    assert not target.exists()
    with Partial(target, run) as out:
        left = list(out.start(lambda: iter(lines)))
        assert left == lines[8:] and out.done == 8
        out.write(left, next(grades(iter([left]))))
    whole = [text for _, text in next(grades(iter([lines])))]
    assert target.read_text(encoding="utf-8").splitlines() == whole
    assert sum(out.counts.values()) == len(lines)


@pytest.mark.parametrize("change", ["input", "run", "damage"])
def test_what_is_left_of_another_run_is_not_taken(change: str, tmp_path: Path) -> None:
    """Other input lines, another run (code, problems, options), a damaged note: all begins anew."""
    target, lines = tmp_path / "out.jsonl", ["a", "b", "c"]
    with pytest.raises(KeyboardInterrupt), Partial(target, "run") as out:
        out.start(lambda: iter(lines))
        out.write(["a"], [("correct", "A")])
        raise KeyboardInterrupt
    if change == "damage":
        out.note.write_text('{"lines": "many"')
    with Partial(target, "other" if change == "run" else "run") as out:
        now = ["x", "b", "c"] if change == "input" else lines
        assert list(out.start(lambda: iter(now))) == now and out.done == 0


def test_a_line_that_is_lost_is_undecided_and_its_neighbours_stand() -> None:
    line = json.dumps(ITEMS[0])
    found = brought_back([line, line], [("correct", "{}"), Lost("died", "the process that worked on it ended (signal SIGKILL).")])
    assert found[0] == ("correct", "{}") and found[1][0] == "undecided"
    grade = json.loads(found[1][1])
    assert (grade["id"], grade["problem"], grade["score"]) == ("1", "penalty-l2", None) and "SIGKILL" in grade["reason"]
    assert json.loads(lost_line("no JSON", Lost("time", "late."))[1])["verdict"] == "undecided"


def test_lines_are_bounded_and_surrogates_and_separators_pass(tmp_path: Path) -> None:
    """A line past all bounds is cut and unreadable; U+2028 is no end of a line; half a surrogate is written as JSON writes it."""
    odd = [json.dumps({**ITEMS[0], "id": "a\u2028b"}, ensure_ascii=False), "x" * (MAX_LINE + 10), '{"id": "\\ud800", "problem": "penalty-l2", "part": "update", "answer": "\\ud800"}']
    source = _file(tmp_path, odd)
    with open(source, encoding="utf-8") as file:
        read = list(lines_of(file))
    assert len(read) == 3 and len(read[1]) == MAX_LINE + 1
    rows = [json.loads(line) for line in _batch(source, tmp_path / "out.jsonl").split(b"\n")[:-1]]
    assert [r["verdict"] for r in rows] == ["correct", "unreadable", "unreadable"]
    assert rows[0]["id"] == "a\u2028b" and rows[2]["id"] == "\ud800"


def test_stdin_and_a_stream_to_write_to(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["batch", "cs182-hw2", "-", "/dev/stdout"], input=json.dumps(ITEMS[0]) + "\n")
    assert found.exit_code == 0 and "1 answers graded: 1 correct" in found.stderr
