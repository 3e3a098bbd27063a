"""Worker processes: order, and that an item that kills, hangs, raises or swallows memory takes no other with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

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
    if item == "unsendable":
        return lambda: None
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


def test_a_death_is_told_however_busy_the_caller_is() -> None:
    """Processes that die at once, while other threads of the caller leave it hardly a moment to look: each death is its item's, and work goes on."""
    over = threading.Event()

    def busy() -> None:
        while not over.is_set():
            sum(range(10_000))

    others = [threading.Thread(target=busy, daemon=True) for _ in range(4)]
    for thread in others:
        thread.start()
    try:
        with Workers(_make, workers=2) as pool:
            found = [r for batch in pool.map([["kill"], ["kill"], ["kill"], [1, 2], [3]]) for r in batch]
    finally:
        over.set()
    assert [r.why for r in found[:3] if isinstance(r, Lost)] == ["died"] * 3 and found[3:] == [(1, "done"), (2, "done"), (3, "done")]


def test_what_cannot_be_sent_is_an_item_lost() -> None:
    """An item or a result that does not travel between processes loses itself only."""
    with Workers(_make, workers=1) as pool:
        found = [r for batch in pool.map([[1, "unsendable", 2], [3, lambda: None]]) for r in batch]
    assert [r.why if isinstance(r, Lost) else r[0] for r in found] == [1, "error", 2, 3, "error"]


def test_an_error_of_the_caller_ends_the_processes() -> None:
    """The item that sleeps a minute is not waited for: its process is stopped."""
    before = set(multiprocessing.active_children())
    with pytest.raises(ZeroDivisionError), Workers(_make, workers=1) as pool:
        for batch in pool.map([[1], ["hang"]]):
            assert batch == [(1, "done")]
            raise ZeroDivisionError
    assert set(multiprocessing.active_children()) <= before


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
