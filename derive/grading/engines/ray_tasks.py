"""The engine of a Ray cluster: batches of lines as Ray core tasks, on this machine or on many (extra `ray`).

A task that falls with its worker is tried again, at last line by line, so that only the line that fells its worker is
undecided. Results come back in order, and what is under way is bounded, so memory does not grow with the number of lines. Ray
is imported when the engine runs.
"""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from derive.errors import UsageError
from derive.grading.engines.lines import Engine, Graded, Make, brought_back
from derive.grading.engines.workers import Lost, guarded

RETRIES = 3  # of a batch whose worker or machine falls
AHEAD = 4  # batches a core that are under way at once


def on_ray(make: Make, workers: int | None = None, address: str | None = None) -> Engine:
    """The engine of a Ray cluster.

    address: of a running cluster ('auto' for the one of this machine); None reads RAY_ADDRESS, and without that starts Ray here
    with `workers` cores (all of them for None). The machines need this package, as installed as here.
    """

    def run(batches: Iterator[list[str]]) -> Iterator[list[Graded]]:
        ray = _ray()
        where = address or os.environ.get("RAY_ADDRESS")
        started = not ray.is_initialized()
        if started:
            _start(ray, where, workers)
        try:
            yield from _run(ray, make, batches, workers)
        finally:
            if started:
                ray.shutdown()

    return run


def _ray() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ray
    except ImportError:
        raise UsageError("--engine ray", "Ray is not installed.", "Install the extra: pip install 'ray>=2.40,<3'.") from None
    return ray


def _start(ray: Any, address: str | None, workers: int | None) -> None:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # tasks without a GPU leave the environment as it is
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if address is not None:
                ray.init(address=address, log_to_driver=False, logging_level="warning")
            else:
                ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="warning")
        except ConnectionError as err:
            raise UsageError(address or "ray", f"this cluster cannot be reached: {err}.", "Start it with `ray start --head`, or leave the address out.") from None


def _run(ray: Any, make: Make, batches: Iterator[list[str]], workers: int | None) -> Iterator[list[Graded]]:
    run = os.urandom(16).hex()
    shared = [ray.put(make)]  # in a list: fetched where it is needed, not with every task
    task = ray.remote(max_retries=RETRIES)(_graded)
    once = ray.remote(max_retries=0)(_graded)
    window = AHEAD * max(1, workers or int(ray.cluster_resources().get("CPU", 1)))
    under_way: deque[tuple[list[str], Any]] = deque()
    for batch in batches:
        under_way.append((batch, task.remote(run, shared, batch)))
        if len(under_way) >= window:
            yield _result(ray, partial(once.remote, run, shared), *under_way.popleft())
    while under_way:
        yield _result(ray, partial(once.remote, run, shared), *under_way.popleft())


def _result(ray: Any, once: Callable[[list[str]], Any], batch: list[str], answer: Any) -> list[Graded]:
    try:
        return brought_back(batch, ray.get(answer))
    except ray.exceptions.RayError as err:
        if len(batch) == 1:
            return brought_back(batch, [Lost("died", f"the Ray worker that worked on it ended ({type(err).__name__}).")])
        return [g for line in batch for g in _result(ray, once, [line], once([line]))]


_made: dict[str, Callable[[str], Graded]] = {}  # of this worker process, the run at hand only


def _graded(run: str, shared: list[Any], batch: list[str]) -> list[Graded | Lost]:
    """In a worker: the function is made once a run, then used for every batch of it."""
    if run not in _made:
        import ray

        _made.clear()
        _made[run] = ray.get(shared[0])()
    return [guarded(_made[run], line) for line in batch]
