"""The language of specs: its schema, its starts, the watch, and that all of them know the keys that the loader knows."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.commands.new import KINDS
from derive.commands.watching import changed, stamps, watch
from derive.derivation.steps import Derivation
from derive.errors import SpecError
from derive.problem import declarations, iterations, load, schedules, sizes, variants
from derive.problem.language import KEYS
from derive.problem.load import from_data
from derive.problem.nouns.asks import ASKS
from derive.problem.nouns.schedule import GOALS
from derive.problem.policy import Policy
from derive.problem.schema import json_schema
from tests.conftest import ROOT, SPECS
from tests.keys import certify, solve

SPEC_FILES = sorted(SPECS.rglob("*.toml"))


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    found = json_schema()
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def run(*args: str) -> Any:
    return CliRunner().invoke(main, list(args))


def test_the_language_has_the_keys_that_the_loader_accepts() -> None:
    own = {
        "spec": load._TOP, "part": load._PART, "symbol": declarations._SYMBOL, "iteration": iterations._ITERATION, "noise": iterations._NOISE, "modes": iterations._MODES,
        "schedule": schedules._SCHEDULE, "send": schedules._SEND, "stage": schedules._STAGE, "tensor": sizes._TENSOR, "operation": sizes._OPERATION, "window": sizes._WINDOW,
        "misconception": load._MISCONCEPTION, "draw": variants._DRAW, "policy": set(Policy.__dataclass_fields__),
    }
    for name, keys in own.items():
        assert set(KEYS[name]) == set(keys), name
    assert KEYS["schedule"]["goal"][0] == "words:" + "|".join(GOALS) and KEYS["part"]["ask"][0] == "words:" + "|".join(ASKS)


def test_the_committed_schema_is_that_of_the_program() -> None:
    assert json.loads((ROOT / "docs" / "derive-spec.schema.json").read_text(encoding="utf-8")) == json_schema()
    assert json.loads(run("schema").stdout) == json_schema()


def test_every_shipped_spec_is_valid(schema: jsonschema.Draft202012Validator) -> None:
    assert len(SPEC_FILES) > 140
    for f in SPEC_FILES:
        wrong = [f"{list(e.path)}: {e.message}" for e in schema.iter_errors(tomllib.loads(f.read_text(encoding="utf-8")))]
        assert not wrong, (f.name, wrong)


BASE = """
schema = 1
id = "p"
title = "t"
[symbols]
n = { type = "dimension" }
g = { type = "vector(n)" }
u = { type = "vector(n)" }
[[parts]]
id = "a"
ask = "argmin"
over = "u"
minimize = "g^T u + norm(u, 2)^2"
"""
MISTAKES = [
    ("schema = 1", "schema = 2"), ("schema = 1\n", ""), ('id = "p"', 'ID = "p"'), ("[symbols]", "[symbol]"), ('title = "t"', "title = 3"),
    ('type = "dimension"', 'type = "dimensions"'), ('type = "vector(n)"', 'tpye = "vector(n)"'), ('ask = "argmin"', 'ask = "minimum"'), ('over = "u"\n', ""),
    ("minimize =", "minimise ="), ("[[parts]]", "[parts]"), ('over = "u"', 'over = "u"\ndigits = 0'), ('over = "u"', 'over = "u"\npoints = "two"'),
    ('over = "u"', 'over = "u"\ncredit = { sing = 0.5 }'), ('over = "u"', 'over = "u"\ncredit = { sign = 2 }'),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES)
def test_a_typical_mistake_is_refused_by_the_schema_and_by_the_loader(schema: jsonschema.Draft202012Validator, old: str, new: str) -> None:
    good = tomllib.loads(BASE)
    assert not list(schema.iter_errors(good)) and from_data(good).parts
    assert old in BASE
    bad = tomllib.loads(BASE.replace(old, new, 1))
    assert list(schema.iter_errors(bad))
    with pytest.raises(SpecError):
        from_data(bad)


# ------------------------------------------------------------------------------------------ new


@pytest.mark.parametrize("kind", KINDS)
def test_a_start_passes_as_it_stands(kind: str, tmp_path: Path, schema: jsonschema.Draft202012Validator) -> None:
    out = run("new", str(tmp_path / "hw" / f"my-{kind}"), "--kind", kind)
    assert out.exit_code == 0 and "--watch" in out.stderr
    file = tmp_path / "hw" / f"my-{kind}.toml"
    text = file.read_text(encoding="utf-8")
    assert text.startswith("#:schema ./derive-spec.schema.json\n") and (tmp_path / "hw" / "derive-spec.schema.json").is_file() and "NAME" not in text.replace("of NAME", "")
    assert not list(schema.iter_errors(tomllib.loads(text)))
    problem = load.load(file)
    assert problem.id == f"my-{kind}"
    for part in problem.parts:
        d = solve(problem, part)
        assert isinstance(d, Derivation), d
        assert certify(d).holds


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("mine", encoding="utf-8")
    out = run("new", str(path))
    assert out.exit_code == 2 and "--force" in out.stderr and path.read_text(encoding="utf-8") == "mine"
    assert run("new", str(path), "--force", "--no-schema").exit_code == 0 and not path.read_text(encoding="utf-8").startswith("#:schema")
    assert run("new", str(tmp_path / "a b")).exit_code == 2


# ------------------------------------------------------------------------------------------ watch


def test_changed_new_and_gone_files_are_seen(tmp_path: Path) -> None:
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    a = write("a.toml", "x")
    first = stamps([str(tmp_path), str(tmp_path / "gone.toml")])
    assert list(first) == [a] and changed(first, first) == []
    b = write("b.toml", "y")
    write("a.toml", "xx")
    write("note.txt", "z")
    assert changed(first, stamps([str(tmp_path)])) == [a, b]
    a.unlink()
    assert changed(stamps([str(tmp_path)]), stamps([str(tmp_path)])) == []


def test_a_watch_looks_at_what_changed_and_goes_on_after_an_error(tmp_path: Path) -> None:
    edits = iter([BASE.replace("minimize", "minimise"), BASE.replace('"p"', '"q"')])
    file, seen = tmp_path / "p.toml", []
    file.write_text(BASE, encoding="utf-8")

    def sleep(_: float) -> None:
        text = next(edits, None)
        if text is not None:
            file.write_text(text, encoding="utf-8")

    watch((str(tmp_path),), lambda files: seen.append([f.name for f in files]), stamps([str(tmp_path)]), looks=4, sleep=sleep)
    assert seen == [["p.toml"], ["p.toml"]]


def test_the_command_watches_until_it_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "p.toml"
    file.write_text(BASE.replace("minimize", "minimise"), encoding="utf-8")
    edits = iter([BASE])

    def sleep(_: float) -> None:
        text = next(edits, None)
        if text is None:
            raise KeyboardInterrupt
        file.write_text(text, encoding="utf-8")

    monkeypatch.setattr(watch, "__defaults__", (None, sleep))
    out = run("check", str(tmp_path), "--watch")
    assert out.exit_code == 0 and "Did you mean 'minimize'" in out.stderr and "1 of 1 parts certified" in out.stderr
    assert run("check", str(tmp_path), "--watch", "--stress", "3").exit_code == 2
    assert run("check", str(tmp_path / "none"), "--watch").exit_code == 2
