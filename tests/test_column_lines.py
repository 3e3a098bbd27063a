"""Tables that prose tells column by column: rows by their names, or in the order of the column that names them."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from tests.bank import BANK

TABLE = load(BANK.parent / "cs182-hw2" / "comm-table.toml")
RIGHT = [
    "Messages: all-to-all n(n-1), parameter server 2n, ring 2n(n-1). Sizes: p, p, p/n",
    "Sizes: all-to-all p, ring p/n, parameter server p. Messages: n(n-1), 2n(n-1), 2n.",
    "Number of messages: $n(n-1)$ for all-to-all, $2n$ for the parameter server, and $2n(n-1)$ for ring all-reduce. Size of each message: $p$, $p$ and $p/n$, respectively.",
    "**Messages:** all-to-all: n(n-1); parameter server: 2n; ring: 2n(n-1)\n**Size:** all-to-all: p; parameter server: p; ring: p/n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_columns_first(text: str) -> None:
    assert grade(TABLE, "table", text).verdict == "correct"
    assert grade(TABLE, "ring-size", text).verdict == "correct"


@pytest.mark.parametrize("text", [
    "Messages: all-to-all n(n-1), parameter server 2n, ring 2n(n-1). Sizes: p, p/n, p",
    "Messages: all-to-all 2n, parameter server n(n-1), ring 2n(n-1). Sizes: p, p, p/n",
    "Messages: all-to-all n(n-1), ring 2n, parameter server 2n(n-1). Sizes: p, p, p/n",
    "Messages: all-to-all n(n-1), parameter server 2n, ring 2n(n-1). Sizes: p, p", "Messages: n(n-1), 2n, 2n(n-1). Sizes: p, p, p/n",
])
def test_another_order_is_another_table(text: str) -> None:
    assert grade(TABLE, "table", text).verdict != "correct"
