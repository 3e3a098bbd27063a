"""The regular expressions of Python, whose patterns are compiled when they are first used: of the six hundred here one answer needs some forty.

A module that has many says `from derive import patterns as re`. Patterns made on the way, of the names of a part, are kept here: Python's own memory of 512 is soon full
when answers to many parts come in turn, and compiling costs more than judging.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from re import I, M, Match, Pattern, S, X, escape
from typing import Any, cast

__all__ = ["I", "M", "Match", "Pattern", "S", "X", "compile", "escape", "findall", "finditer", "fullmatch", "match", "search", "split", "sub"]

_METHODS = ("search", "match", "fullmatch", "sub", "subn", "finditer", "findall", "split")


class _Later:
    """A pattern that is not compiled yet; afterwards its methods are those of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(made, method))
        return getattr(made, name)


_KEPT = 8192


@lru_cache(_KEPT)
def compile(pattern: str, flags: int = 0) -> Pattern[str]:
    """A pattern, compiled at its first use; the same one for the same text, so that one made within a function costs no more than one of a module."""
    return cast(Pattern[str], _Later(pattern, flags))


_made = lru_cache(_KEPT)(re.compile)


def search(pattern: str, string: str, flags: int = 0) -> Match[str] | None:
    """As re.search."""
    return _made(pattern, flags).search(string)


def match(pattern: str, string: str, flags: int = 0) -> Match[str] | None:
    """As re.match."""
    return _made(pattern, flags).match(string)


def fullmatch(pattern: str, string: str, flags: int = 0) -> Match[str] | None:
    """As re.fullmatch."""
    return _made(pattern, flags).fullmatch(string)


def sub(pattern: str, repl: str | Callable[[Match[str]], str], string: str, count: int = 0, flags: int = 0) -> str:
    """As re.sub."""
    return _made(pattern, flags).sub(repl, string, count)


def split(pattern: str, string: str, maxsplit: int = 0, flags: int = 0) -> list[str | Any]:
    """As re.split."""
    return _made(pattern, flags).split(string, maxsplit)


def findall(pattern: str, string: str, flags: int = 0) -> list[Any]:
    """As re.findall."""
    return _made(pattern, flags).findall(string)


def finditer(pattern: str, string: str, flags: int = 0) -> Iterator[Match[str]]:
    """As re.finditer."""
    return _made(pattern, flags).finditer(string)
