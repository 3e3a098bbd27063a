"""Worker processes: order, and that an item that kills, hangs, raises or swallows memory takes no other with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

from derive.grading.engines.workers import Lost, Workers, batched


def _make() -> Callable[[object], object]:
    return _work


def _work(item: object) -> object:
    if item == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "hang":
        time.sleep(60)
    if item == "raise":
        raise ValueError("no")
    if item == "swallow":
        return len(bytearray(4_000_000_000))
    return (item, "done")


def test_only_the_item_that_does_harm_is_lost() -> None:
    """Items 0..99 in batches of 10 on two workers, four of them poisoned: the others come back, each in its place."""
    poison = {13: ("kill", "died"), 37: ("hang", "time"), 58: ("raise", "error"), 91: ("swallow", "memory")}
    items = [poison[i][0] if i in poison else i for i in range(100)]
    with Workers(_make, workers=2, seconds=3.0, megabytes=500) as pool:
        found = [r for batch in pool.map(batched(items, 10)) for r in batch]
    assert len(found) == 100
    for i, r in enumerate(found):
        if i in poison:
            assert isinstance(r, Lost) and r.why == poison[i][1] and r.says
        else:
            assert r == (i, "done")


def test_batches_are_taken_as_they_are_needed() -> None:
    """No more than a few batches ahead of the results, however many there are."""
    taken = 0

    def stream() -> Iterator[list[int]]:
        nonlocal taken
        for i in range(50):
            taken += 1
            yield [i]

    with Workers(_make, workers=1) as pool:
        for done, _ in enumerate(pool.map(stream()), 1):
            assert taken - done < 6
    assert taken == 50


def test_batches_keep_order_and_size() -> None:
    assert list(batched(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batched([], 3)) == []
