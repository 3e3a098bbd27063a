"""The cache of keys: what is kept reads back equal, anything else is made anew, and nothing stale is found."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.derivation import kept
from derive.grading.grade import grade
from derive.grading.keys import Key, key_of
from derive.maths.plain_worlds import same_worlds
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from derive.store import BYTECODE, VARIABLE, Store

SPECS = Path(__file__).resolve().parent.parent / "problems"
KINDS = ("cs182-hw2/penalty-linf", "cs182-hw2/limit-sgd", "cs182-hw2/comm-table", "bank/heavy_ball_best_rate", "bank/proj_psd", "bank/cnt_conv")


def _key(problem: Problem, part: str, certified: bool = False) -> Key:
    return key_of(problem, problem.part(part), certified)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return Store(tmp_path / "cache")


def _spec(weight: str = "1/alpha", other: str = "g^T u") -> Problem:
    return from_data({
        "schema": 1, "id": "p", "title": "t",
        "symbols": {"n": {"type": "dimension"}, "g": {"type": "vector(n)"}, "alpha": {"type": "positive"}, "u": {"type": "vector(n)"}},
        "parts": [{"id": "a", "ask": "argmin", "over": "u", "minimize": f"g^T u + ({weight}) * norm(u, 2)^2"},
                  {"id": "b", "ask": "argmin", "over": "u", "minimize": other, "subject_to": ["norm(u, 2) <= alpha"]}],
    })


@pytest.mark.parametrize("name", KINDS)
def test_what_is_kept_reads_back_equal(name: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of a spec of each kind, read again where nothing can be derived."""
    file = SPECS / f"{name}.toml"
    problem = load(file)
    made = [_key(problem, p.id) for p in problem.parts]
    monkeypatch.setattr("derive.derivation.solve.solve", None)
    again = load(file)
    for key in made:
        read = _key(again, key.part.id)
        assert read.outcome == key.outcome
        assert same_worlds(read.generic + read.edges, key.generic + key.edges)
        assert read.wanted == key.wanted


def test_the_certificate_is_kept_with_every_figure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _key(_spec(), "a", True).certificate
    monkeypatch.setattr("derive.derivation.certify.certify", None)
    assert _key(_spec(), "a", True).certificate == made and made is not None and made.holds


def test_a_grade_from_the_store_is_the_grade_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = (r"-\frac{\alpha}{2} g", r"-\alpha g", r"u = -\|g\|", "?")
    cold = [grade(_spec(), "a", t).to_dict() for t in texts]
    assert cold == [grade(_spec(), "a", t).to_dict() for t in texts]
    monkeypatch.setenv(VARIABLE, "off")
    assert cold == [grade(_spec(), "a", t).to_dict() for t in texts]


def test_what_a_key_is_made_from_names_it() -> None:
    """A coefficient, another part, the part asked and the spec's own name change the name; the folder does not."""
    base = _spec()
    names = {kept.digest(p, p.part(part)) for p, part in ((base, "a"), (base, "b"), (_spec("2/alpha"), "a"), (_spec(other="2 * g^T u"), "a"),
                                                          (replace(base, symbols=base.without_given(), id="q"), "a"))}
    assert len(names) == 5
    assert kept.digest(replace(base, path=Path("/elsewhere.toml"), digest="x"), base.part("a")) == kept.digest(base, base.part("a"))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00" * 400, "cut", "flip", "foreign"])
def test_a_damaged_entry_is_made_anew(damage: bytes | str, store: Store) -> None:
    made = _key(_spec(), "a")
    files = [f for f in store.folder.rglob("*") if f.is_file()]
    assert files
    for file in files:
        content = file.read_bytes()
        if damage == "foreign":  # whole, but not of ours
            for name in (f"{what}\0{kept.digest(_spec(), _spec().part('a'))}" for what in ("outcome", "worlds generic", "worlds edges")):
                store.put(name, b'{"steps":[[1]],"kind":7,"nodes":[["exec",[],[],null]]}')
            continue
        file.write_bytes(damage if isinstance(damage, bytes) else content[:-9] if damage == "cut" else content[:60] + bytes([content[60] ^ 1]) + content[61:])
    again = _key(_spec(), "a")
    assert again.outcome == made.outcome and same_worlds(again.generic, made.generic)
    assert _key(_spec(), "a").outcome == made.outcome


def test_writers_who_meet_leave_one_whole_entry(store: Store) -> None:
    """Readers see nothing or one of the contents written, never a part of one or a mixture."""
    contents = [bytes([65 + i]) * (10_000 + i) for i in range(8)]

    def work(i: int) -> bool:
        store.put("one", contents[i % 8])
        return store.get("one") in (None, *contents)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert store.size()[0] == 1


def test_a_store_that_cannot_be_written_to_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    assert grade(_spec(), "a", r"-\frac{\alpha}{2} g").verdict == "correct"


def test_an_answer_from_a_warm_store_imports_no_solver(store: Store) -> None:
    """Right, wrong with a diagnosis, and a count: neither SymPy nor CVXPY nor SciPy."""
    code = """if True:
        import sys
        from derive.cli import main
        for part, text in (("penalty-l2#update", "-alpha/2 g"), ("penalty-l2#update", "-alpha g"), ("comm-table#ring-messages", "2n(n-1)")):
            try: main(["answer", "cs182-hw2/" + part, text, "--json"])
            except SystemExit: pass
        print([m for m in ("sympy", "cvxpy", "scipy", "derive.derivation.solve") if m in sys.modules])"""
    cold, warm = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout.splitlines() for _ in "12")
    assert warm[-1] == "[]" and warm[:-1] == cold[:-1]


def _answered(store: Store, **setting: str) -> list[Path]:
    """The bytecode in the store after a command, which must be right whatever stood there."""
    env = {**os.environ, **setting}
    out = subprocess.run([sys.executable, "-m", "derive", "answer", "cs182-hw2/penalty-l2#update", "-alpha/2 g"], capture_output=True, text=True, env=env, check=True)
    assert out.stdout.startswith("correct")
    return sorted((store.folder / BYTECODE).rglob("*.pyc"))


@pytest.mark.long
def test_bytecode_is_kept_where_python_keeps_none(store: Store, tmp_path: Path) -> None:
    """Only of this package, found again, made anew where it is damaged, and not at all without a store or where Python keeps it."""
    assert not _answered(store, PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=str(tmp_path / "own"))
    made = _answered(store, PYTHONDONTWRITEBYTECODE="1")
    assert made and all("derive" in f.parts for f in made) and not any("numpy" in f.parts for f in made)
    made[0].write_bytes(b"no bytecode")
    before = {f: f.stat().st_mtime_ns for f in made}
    again = _answered(store, PYTHONDONTWRITEBYTECODE="1")
    assert again == made and [f for f in made if f.stat().st_mtime_ns != before[f]] == made[:1]
    store.clear()
    assert not list((store.folder / BYTECODE).rglob("*.pyc"))


def test_the_command_tells_and_clears(store: Store) -> None:
    run = CliRunner()
    assert run.invoke(main, ["cache", "size"]).stdout == "0 entries, 0.0 MB\n"
    _key(_spec(), "a")
    (store.folder / "mine.txt").write_text("not an entry")
    assert run.invoke(main, ["cache", "path"]).stdout.strip() == str(store.folder)
    assert run.invoke(main, ["cache", "clear"]).stdout == "3 entries removed\n"
    assert store.size() == (0, 0) and (store.folder / "mine.txt").is_file()


def test_the_command_says_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    found = CliRunner().invoke(main, ["cache", "size"])
    assert found.exit_code == 2 and "There is no cache" in found.stderr
