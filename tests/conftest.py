"""Selection of tests, and the installed problems loaded once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.problem.load import load_all
from derive.problem.model import Problem

ROOT = Path(__file__).resolve().parent.parent
SPECS = ROOT / "problems"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long searches")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that read the shared folder are deselected by name where DERIVE_SHARED is not set."""
    dropped = [
        i for i in items
        if (i.get_closest_marker("shared") and "DERIVE_SHARED" not in os.environ) or (i.get_closest_marker("long") and not config.getoption("--long"))
    ]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [i for i in items if i not in dropped]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "DERIVE_SHARED" not in os.environ:
        terminalreporter.write_line("DERIVE_SHARED is not set: tests marked 'shared' are deselected")


@pytest.fixture(scope="session")
def problems() -> dict[str, Problem]:
    return {p.id: p for p in load_all([SPECS])}
