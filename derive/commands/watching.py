"""Files that are looked at again when they change: by their time and size, which every file system has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from derive.errors import UsageError

EVERY = 0.5  # seconds between two looks

Stamp = tuple[int, int]


def stamps(paths: Iterable[str]) -> dict[Path, Stamp]:
    """Every spec file below the paths, with its time and size. A path that is gone, or holds no spec any more, has none."""
    from derive.problem.load import find

    out: dict[Path, Stamp] = {}
    for p in paths:
        try:
            files = find(p)
        except UsageError:
            continue
        for f in files:
            try:
                s = f.stat()
            except OSError:  # gone between two looks, as some editors write
                continue
            out[f] = (s.st_mtime_ns, s.st_size)
    return out


def changed(before: dict[Path, Stamp], now: dict[Path, Stamp]) -> list[Path]:
    """The files that are new or other than before, in order."""
    return sorted(f for f, s in now.items() if before.get(f) != s)


def watch(paths: tuple[str, ...], look: Callable[[list[Path]], None], before: dict[Path, Stamp], looks: int | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
    """Call look with the files that changed, again and again: `looks` times, or until Ctrl-C."""
    done = 0
    while looks is None or done < looks:
        sleep(EVERY)
        now = stamps(paths)
        again = changed(before, now)
        if again:
            look(again)
        before = now
        done += 1
