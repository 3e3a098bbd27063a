"""Worker processes: a function over many items, results in order, and no item that takes the others down.

    with Workers(make, workers=2, seconds=10, megabytes=1000) as pool:
        for batch in pool.map(batched(items, 200)):
            for result in batch:                     # in the order of the items
                ...                                  # what the function returned, or Lost(why, says)

`make` is called once in every process and returns the function of one item; both it and the items travel to new
processes, so `make` is a function of a module (or a functools.partial of one), and a script that starts workers keeps
its own work under `if __name__ == "__main__":`. It knows nothing of mathematics; whoever has another function to run
over many items uses it as it is.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from derive.errors import UsageError

if TYPE_CHECKING:
    from pebble import ProcessFuture

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 3
"""Batches a worker that are under way at once: what bounds memory, and keeps workers busy while results are written."""


@dataclass(frozen=True)
class Lost:
    """An item without a result. why: 'time', 'memory', 'died' or 'error'; says: a sentence for a person."""

    why: str
    says: str


class Workers(Generic[T, R]):
    """Processes that run one function over batches of items.

    make: called once a process, returns the function; workers: how many processes; seconds: the clock of one item, None for
    none; megabytes: what a process may take beyond what it has when it starts, None for any (where the system can
    limit it: not on macOS and Windows).

    An exception of the function, the clock, the memory limit or the death of a process loses the item that caused it and no
    other: a process that is killed is replaced, and the batch that it held is done again item by item. So an item may be
    run twice: the function changes nothing outside.
    """

    def __init__(self, make: Callable[[], Callable[[T], R]], *, workers: int, seconds: float | None = None, megabytes: int | None = None) -> None:
        from pebble import ProcessPool

        if getattr(multiprocessing.current_process(), "_inheriting", False):  # a worker that imports its caller's script, which starts workers: the caller is told
            raise SystemExit(1)
        self.workers, self.seconds = workers, seconds
        # New processes, not copies of this one: threads (progress bars, BLAS) do not survive a fork.
        self._pool = ProcessPool(workers, initializer=_start, initargs=(make, megabytes), context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Workers[T, R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def map(self, batches: Iterable[Sequence[T]]) -> Iterator[list[R | Lost]]:
        """The results of each batch, in order. Batches are taken as they are needed: memory does not grow with their number."""
        under_way: deque[tuple[Sequence[T], ProcessFuture[list[R | Lost]]]] = deque()
        for batch in batches:
            under_way.append((batch, self._ask(batch)))
            if len(under_way) >= AHEAD * self.workers:
                yield self._result(*under_way.popleft())
        while under_way:
            yield self._result(*under_way.popleft())

    def _ask(self, batch: Sequence[T]) -> ProcessFuture[list[R | Lost]]:
        try:
            return self._pool.schedule(_run, args=(batch,), timeout=self.seconds)
        except RuntimeError:  # all of them have ended
            raise _unstarted() from None

    def _result(self, batch: Sequence[T], answer: ProcessFuture[list[R | Lost]]) -> list[R | Lost]:
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        try:
            return answer.result()
        except BrokenProcessPool:
            raise _unstarted() from None
        except TimeoutError:
            lost = Lost("time", f"still open after {self.seconds:g} s by the clock.")
        except ProcessExpired as end:
            lost = Lost("died", f"the process that worked on it ended ({_ending(end.exitcode)}).")
        if len(batch) == 1:
            return [lost]
        return [r for item in batch for r in self._result((item,), self._ask((item,)))]


GUARD = """if __name__ == "__main__":
    for grade in grade_many(items, problems, workers=2):
        ..."""


def _unstarted() -> UsageError:
    """Workers that ended before their work began: they import the caller's script, which must not start workers when it is imported."""
    return UsageError("workers", "the worker processes ended before they began.",
                      f"A script that starts them is imported by each of them; its guard is probably missing. Write:\n\n{GUARD}\n\nor use workers=1.")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def beside(run: Callable[[Iterator[list[T]]], Iterator[R]], batches: Iterable[list[T]]) -> Iterator[tuple[list[T], R]]:
    """Each batch with what a run makes of it, where a run takes batches ahead and gives results in order."""
    under_way: deque[list[T]] = deque()

    def taken() -> Iterator[list[T]]:
        for batch in batches:
            under_way.append(batch)
            yield batch

    for result in run(taken()):
        yield under_way.popleft(), result


# ------------------------------------------------------------------------------------------ in the worker

_function: list[Callable[[Any], Any]] = []  # of this process


def _start(make: Callable[[], Callable[[Any], Any]], megabytes: int | None) -> None:
    _function[:] = [make()]
    if megabytes is not None:
        _limit_memory(megabytes)


def _limit_memory(megabytes: int) -> None:
    """Let this process map so much more than it has; past it an allocation fails, which is a MemoryError of the item."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as f:
            now = int(f.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + megabytes * 2**20, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        return  # the system knows no such limit


def _run(batch: Sequence[Any]) -> list[Any]:
    function = _function[0]
    return [guarded(function, item) for item in batch]


def guarded(function: Callable[[Any], Any], item: Any) -> Any:
    """What the function returns for an item, or how it was lost."""
    try:
        return function(item)
    except MemoryError:
        return Lost("memory", "it needs more memory than a worker may take.")
    except Exception as err:
        return Lost("error", f"{type(err).__name__}: {err}")


def _ending(code: int | None) -> str:
    """How a process ended, in words."""
    if code is not None and code < 0 and sys.platform != "win32":
        import signal

        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}"
