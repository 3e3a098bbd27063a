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
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from derive.errors import UsageError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 3
"""Batches a worker that are under way at once: what bounds memory, and keeps workers busy while results are written."""

ENDING = 5.0
"""Seconds that a process whose pipe is closed has for its end before it is killed."""


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

    Each process has a pipe and a thread of the caller's of its own, so that which batch a process held when it ended is
    known and never inferred.
    """

    def __init__(self, make: Callable[[], Callable[[T], R]], *, workers: int, seconds: float | None = None, megabytes: int | None = None) -> None:
        if getattr(multiprocessing.current_process(), "_inheriting", False):  # a worker that imports its caller's script, which starts workers: the caller is told
            raise SystemExit(1)
        self.workers, self.seconds = workers, seconds
        self._start = partial(_Process, make, megabytes)
        self._asked: SimpleQueue[tuple[Sequence[T], Future[list[R | Lost]]] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._processes: set[_Process[T, R]] = set()
        self._given_up = False

    def __enter__(self) -> Workers[T, R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._given_up = kind is not None
        for _ in self._threads:
            self._asked.put(None)
        if self._given_up:  # what is under way is of no use
            for process in tuple(self._processes):
                process.stop()
        for thread in self._threads:
            thread.join()

    def map(self, batches: Iterable[Sequence[T]]) -> Iterator[list[R | Lost]]:
        """The results of each batch, in order. Batches are taken as they are needed: memory does not grow with their number."""
        under_way: deque[Future[list[R | Lost]]] = deque()
        try:
            for batch in batches:
                under_way.append(self._ask(batch))
                if len(under_way) >= AHEAD * self.workers:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for answer in under_way:
                answer.cancel()

    def _ask(self, batch: Sequence[T]) -> Future[list[R | Lost]]:
        answer: Future[list[R | Lost]] = Future()
        self._asked.put((batch, answer))
        if len(self._threads) < self.workers:
            self._threads.append(Thread(target=self._serve, daemon=True))
            self._threads[-1].start()
        return answer

    def _serve(self) -> None:
        """One process's thread: batches in, results out, and a new process where one has ended."""
        process: _Process[T, R] | None = None
        try:
            while (asked := self._asked.get()) is not None and not self._given_up:
                batch, answer = asked
                if not answer.set_running_or_notify_cancel():
                    continue
                try:
                    process, results = self._done(process, batch)
                    answer.set_result(results)
                except BaseException as err:
                    answer.set_exception(err)
        finally:
            if process is not None:
                process.end()

    def _done(self, process: _Process[T, R] | None, batch: Sequence[T]) -> tuple[_Process[T, R] | None, list[R | Lost]]:
        """The results of a batch, and the process that is there for the next one."""
        if process is None or not process.alive():
            process = self._new(process)
        found = process.run(batch, self.seconds)
        if isinstance(found, list):
            return process, found
        if len(batch) == 1 or self._given_up:
            return process, [found]
        results: list[R | Lost] = []
        for item in batch:
            if self._given_up:
                break
            process, one = self._done(process, (item,))
            results += one
        return process, results

    def _new(self, old: _Process[T, R] | None) -> _Process[T, R]:
        if old is not None:
            self._processes.discard(old)
        new = self._start()
        self._processes.add(new)
        if self._given_up:  # meanwhile
            new.stop()
        return new


class _Process(Generic[T, R]):
    """A worker process and the pipe to it. UsageError where it ends before it begins."""

    _lock = Lock()  # multiprocessing asks for ended children when it starts one: two threads must not wait for one child at once

    def __init__(self, make: Callable[[], Callable[[T], R]], megabytes: int | None) -> None:
        # A new process, not a copy of this one: threads (progress bars, BLAS) do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, make, megabytes), daemon=True)
        with self._lock:
            self._process.start()
        theirs.close()  # so that its end is the end of the pipe
        try:
            self._pipe.recv()
        except (EOFError, OSError):
            self._kill()
            raise _unstarted() from None

    def alive(self) -> bool:
        with self._lock:
            return self._process.is_alive()

    def run(self, batch: Sequence[T], seconds: float | None) -> list[R | Lost] | Lost:
        """What the function made of each item; or one Lost, where the batch as a whole came to nothing."""
        try:
            self._pipe.send(batch)
        except (EOFError, OSError):
            return self._died()
        except Exception as err:  # an item that cannot be sent
            return Lost("error", f"{type(err).__name__}: {err}")
        try:
            if not self._pipe.poll(seconds):
                self._kill()
                return Lost("time", f"still open after {seconds:g} s by the clock.")
            results: list[R | Lost] | Lost = self._pipe.recv()
            return results
        except (EOFError, OSError):
            return self._died()

    def stop(self) -> None:
        """End it at once; its thread, which holds the pipe, finds that out."""
        with self._lock:
            self._process.kill()

    def end(self) -> None:
        """Let it end: it waits for nothing but the pipe."""
        self._pipe.close()
        with self._lock:
            self._process.join(ENDING)
        self._kill()

    def _died(self) -> Lost:
        with self._lock:
            self._process.join(ENDING)
            code = self._process.exitcode
        self._kill()
        return Lost("died", f"the process that worked on it ended ({_ending(code)}).")

    def _kill(self) -> None:
        with self._lock:
            self._process.kill()
            self._process.join()
        self._pipe.close()


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


def _work(pipe: Connection, make: Callable[[], Callable[[Any], Any]], megabytes: int | None) -> None:
    """The life of a worker: batches from the pipe, results into it, until the caller's end of it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who then ends this
    function = make()
    if megabytes is not None:
        _limit_memory(megabytes)
    try:
        pipe.send(None)  # begun
        while True:
            batch = pipe.recv()
            results = [guarded(function, item) for item in batch]
            try:
                pipe.send(results)
            except (EOFError, OSError):
                raise
            except Exception as err:  # a result that cannot be sent
                pipe.send(Lost("error", f"{type(err).__name__}: {err}"))
    except (EOFError, OSError):
        return  # the caller has gone


def _limit_memory(megabytes: int) -> None:
    """Let this process map so much more than it has; past it an allocation fails, which is a MemoryError of the item."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as f:
            now = int(f.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + megabytes * 2**20, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        return  # the system knows no such limit


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
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}"
