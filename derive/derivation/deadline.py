"""A deadline for what may run long: past it the work is ended, and what was open is told.

Limits elsewhere are counted operations. SymPy offers none to count, so here a clock (of the seconds that this thread
computed) ends the work, and what comes of it says so: it is no verdict about the problem. A watchdog thread raises OutOfTime in the working thread at its next
Python instruction, but not inside an import; a single call into C (a huge integer power) ends first.
"""

from __future__ import annotations

import ctypes
import inspect
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

SECONDS = 10.0  # for the derivation of one part
_FEW = 100  # instructions that look for an exception from outside
_AGAIN = 0.25  # seconds until the watchdog asks again, where the work caught its exception


class OutOfTime(BaseException):
    """The clock ended the work. No Exception, so that no 'except Exception' on the way takes it for a failed attempt."""


_active = threading.local()


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTime in this thread once it computed for `seconds` inside. None: no limit. Inside another: the outer one counts."""
    if nested():
        yield
        return
    if seconds is None:
        _active.on = True
        try:
            yield
        finally:
            _active.on = False
        return
    import sympy  # noqa: F401  # not inside: an import that is broken off leaves half a package behind

    worker, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    spent = _computing_time(worker)
    start = spent()
    asked = False

    def watch() -> None:
        nonlocal asked
        wait = seconds
        while not over.wait(wait):
            left = seconds - (spent() - start)
            if left <= 0:
                with lock:
                    if not over.is_set() and not _importing(worker):
                        asked = True
                        _raise_in(worker, OutOfTime)
            wait = max(left, _AGAIN)

    watchdog = threading.Thread(target=watch, name="deadline", daemon=True)
    report = sys.unraisablehook
    sys.unraisablehook = _not_what_is_asked_again(report)
    _active.on = True
    try:
        watchdog.start()
        yield
    finally:
        while not over.is_set():
            try:
                with lock:
                    over.set()
                    # One that was asked for and has not arrived arrives within these few instructions, and no later.
                    # It is not taken back: the interpreter would go on looking for it at every call, and stand still under a profiler.
                    for _ in range(_FEW if asked else 0):
                        pass
            except OutOfTime:  # it arrived in these very lines
                continue
        sys.unraisablehook = report
        _active.on = False


def _not_what_is_asked_again(report: Callable[[sys.UnraisableHookArgs], object]) -> Callable[[sys.UnraisableHookArgs], object]:
    """Reports what a finaliser or the callback of a weak reference cannot raise, but OutOfTime, which is swallowed there and asked for again."""
    return lambda found: None if found.exc_type is OutOfTime else report(found)


def _computing_time(thread: int) -> Callable[[], float]:
    """The seconds that a thread has computed, where the system tells them: a busy machine must not decide. Else those that passed."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    own = time.pthread_getcpuclockid(thread)
    return lambda: time.clock_gettime(own)


def _importing(thread: int) -> bool:
    """Whether a thread is inside an import, which must run to its end."""
    frame = sys._current_frames().get(thread)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("importlib"):
            return True
        frame = frame.f_back
    return False


def forget_sympy() -> None:
    """Drop SymPy's cache after an interruption: a fact that it was about to deduce would stay 'unknown' there."""
    if "sympy" in sys.modules:
        from sympy.core.cache import clear_cache

        clear_cache()


def nested() -> bool:
    """Whether a deadline is running in this thread."""
    return bool(getattr(_active, "on", False))


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


def open_at(trace: TracebackType | None, package: str) -> str:
    """What was open in a package when the clock struck: the innermost function of it, with the first line of its docstring."""
    found = ""
    while trace is not None:
        frame = trace.tb_frame
        module, name = str(frame.f_globals.get("__name__", "")), frame.f_code.co_name
        if module.startswith(package) and not name.startswith("<"):
            function = frame.f_globals.get(name)
            said = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".") if function is not None else ""
            found = f"{module.rsplit('.', 1)[-1]}.{name}" + (f" ({said})" if said else "")
        trace = trace.tb_next
    return found
