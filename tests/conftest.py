"""Selection of tests, and the installed problems loaded once."""

from __future__ import annotations

import ast
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.store import OFF, VARIABLE

ROOT = Path(__file__).resolve().parent.parent
SPECS = ROOT / "problems"


def source_trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every file of the package with its syntax tree, one after the other: kept, a million nodes slow every later collection of garbage."""
    for file in sorted(Path(derive.__file__).parent.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def half(cases: Sequence[Any]) -> list[Any]:
    """Like cases of one idea: every other one in every run, all of them with --long."""
    return [pytest.param(*(c if isinstance(c, tuple) else (c,)), marks=pytest.mark.long if k % 2 else ()) for k, c in enumerate(cases)]


def calls_of(work: Callable[[], object]) -> int:
    """How many Python functions are called: what work costs, the same on a busy machine and on an idle one."""
    counted = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


BROWSER = all(shutil.which(x) for x in ("chromium", "chromedriver"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long searches")


def pytest_configure(config: pytest.Config) -> None:
    """A run has a cache of its own, which its workers share: nothing depends on what somebody derived before."""
    if not hasattr(config, "workerinput"):
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="derive-tests-")


def pytest_collection_finish() -> None:
    """What is imported stays, and is not gone through again by every collection of garbage: that was a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_cache_of_what_is_patched(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that exchanges code must see it run, and must leave nothing of it to others."""
    if "monkeypatch" not in request.fixturenames:
        yield
        return
    before = os.environ[VARIABLE]
    os.environ[VARIABLE] = OFF
    yield
    os.environ[VARIABLE] = before


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that read the shared folder, or run an optional package, are deselected by name where it is not there."""
    dropped = [
        i for i in items
        if (i.get_closest_marker("shared") and "DERIVE_SHARED" not in os.environ)
        or (i.get_closest_marker("long") and not config.getoption("--long")) or _missing(i)
        or (i.get_closest_marker("browser") and not BROWSER)
    ]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [i for i in items if i not in dropped]


def _missing(item: pytest.Item) -> list[str]:
    """The packages that a test needs and that are not installed."""
    missing = [name for m in item.iter_markers("needs") for name in m.args if find_spec(name) is None]
    _NEEDED.update(missing)
    return missing


_NEEDED: set[str] = set()  # optional packages that were missed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in sorted(_NEEDED):
        terminalreporter.write_line(f"{name} is not installed: tests that run it are deselected")
    if "DERIVE_SHARED" not in os.environ:
        terminalreporter.write_line("DERIVE_SHARED is not set: tests marked 'shared' are deselected")
    if not BROWSER:
        terminalreporter.write_line("chromium and chromedriver are not installed: tests marked 'browser' are deselected")


@pytest.fixture(scope="session")
def problems() -> dict[str, Problem]:
    return {p.id: p for p in load_all([SPECS])}
