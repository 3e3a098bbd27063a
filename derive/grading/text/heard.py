"""Which words a text holds, by their first letters: patterns that need one of some words are tried only where one of them stands.

A pattern of forty phrases costs more on a sentence without any of them than all the rest of looking at it. Each such pattern stands beside
a set made by `needs`: words one of which begins in every match, at a place where no letter stands before it (tests/test_heard.py takes the sets from the patterns).
"""

from __future__ import annotations

from functools import lru_cache

from derive import patterns as re

LETTERS = 6
"""How much of a word is compared."""

_WORD = re.compile(r"[a-z]+")
_UNUSUAL = str.maketrans("İıſ", "iis")  # what matches i and s where case does not count, and has another form in lower case


def needs(words: str) -> frozenset[str]:
    """The beginnings of some words."""
    return frozenset(w[:LETTERS] for w in words.split())


@lru_cache(maxsize=8)
def stems(text: str) -> frozenset[str]:
    """The beginnings of all words of a text, in lower case. The texts of one answer ask for it several times."""
    low = (text if text.isascii() else text.translate(_UNUSUAL)).lower()
    return frozenset([w[:LETTERS] for w in _WORD.findall(low)])
