"""Numbers that the user's own words give to what a problem leaves open: 'check with g = (3, -1), alpha = 2', 'we have 8 workers and p = 10^6'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.transcripts.claims.examples import value_given
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link

MOST_TEXT = 20_000
_NUMBER = r"[-−+]?\d+(?:[.,]\d+)*(?:\s*(?:\\cdot|\\times|\*|·|×)\s*10\s*\^\s*\{?\s*-?\d+\s*\}?|[eE][-+]?\d+)?|10\s*\^\s*\{?\s*-?\d+\s*\}?|\\[dt]?frac\s*\{\d+\}\s*\{\d+\}|\d+/\d+"
_VECTOR = rf"(?:\\left\s*)?[(\[]\s*(?:{_NUMBER})(?:\s*,\s*(?:{_NUMBER}))+\s*(?:\\right\s*)?[)\]]"
_GIVEN = re.compile(rf"(?<![A-Za-z\\_^])(?P<name>\\[A-Za-z]+(?:\s+f\(\\?[a-z]+\))?|[A-Za-z]+|[α-ω])\s*=\s*\$?\s*(?P<value>{_VECTOR}|{_NUMBER})(?![\w^/*(])")
_COUNTED = re.compile(r"(?<![\w.^])(?P<value>\d+(?:[.,]\d+)?(?:\s*\\cdot\s*10\^\d+)?|two|three|four|five|six|seven|eight|ten)\s+(?P<of>workers?|machines?|gpus?|nodes?|param(?:eter)?s)\b", re.I)
_WORDS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ten": "10"}


def numbers_told(text: str) -> Iterator[tuple[str, str]]:
    """The names, or what is counted, and the numbers that a text gives them."""
    if len(text) > MOST_TEXT:
        return
    text = re.sub(r"(\d+(?:\.\d+)?)\s*(thousand|million|billion)\b", lambda m: f"{m[1]} \\cdot 10^{ {'t': 3, 'm': 6, 'b': 9}[m[2][0]] }", text)
    for m in _GIVEN.finditer(text):
        yield m["name"].strip(), re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", m["value"]) if m["value"][0] not in "([\\" else m["value"]
    for m in _COUNTED.finditer(text):
        yield m["of"].lower(), _WORDS.get(m["value"].lower(), m["value"])


def numbers_of(told: Mapping[str, str], setting: Setting) -> dict[str, Expr]:
    """What these numbers are given to in a problem."""
    out: dict[str, Expr] = {}
    for name, written in told.items():
        for said in (name, *_counted(name, setting.problem)):
            found = value_given(Link(said, "=", written), setting)
            if found is not None:
                out[found[0]] = found[1]
                break
    return out


def _counted(noun: str, problem: Problem) -> list[str]:
    """The letters of a problem that count what a noun names: n for workers."""
    noun = {"machines": "workers", "machine": "workers", "gpus": "workers", "gpu": "workers", "nodes": "workers", "node": "workers", "worker": "workers", "params": "parameters"}.get(noun, noun)
    return [s.name for s in problem.symbols.values() if s.domain == "count" and noun in s.says] if noun in ("workers", "parameters") else []
