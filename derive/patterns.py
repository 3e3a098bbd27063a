"""The regular expressions of Python, whose patterns are compiled when they are first used: of the six hundred here one answer needs some forty.

A module that has many says `from derive import patterns as re`.
"""

from __future__ import annotations

import re
from re import I, M, Match, Pattern, S, X, escape, findall, finditer, fullmatch, match, search, split, sub
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


def compile(pattern: str, flags: int = 0) -> Pattern[str]:
    """A pattern, compiled at its first use."""
    return cast(Pattern[str], _Later(pattern, flags))
