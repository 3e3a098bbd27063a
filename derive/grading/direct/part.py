"""What belongs to a part in the direct lane, made once: words, notations, the required value, instances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.aliases import own_notations
from derive.maths.batches import NotEvaluable
from derive.maths.direct.floats import MARGIN, At, compiled
from derive.maths.direct.forms import LIST, ROW, SCALAR, VECTOR, Algebra, Beyond, Value
from derive.maths.direct.trees import place_of, value_of
from derive.maths.direct.wide_floats import Entries
from derive.maths.direct.words import ALIAS, END, END_TOKEN, INDICES, LETTER, UNIT, VALUE, VECTOR_NAME, Token, Words, cores, spellings
from derive.maths.exact import Undefined, exact
from derive.maths.signs import GREEK_CHARS, NICKNAMES

BLANK = re.compile(r"[\s~]+|\\[,;:! ]")
MAX_WORLDS = 6
MAX_TIES = 2
_POSITIVE = frozenset(("positive", "count", "unit"))


def _signs(node: dict[Any, Any]) -> Iterator[str]:
    """All signs of a tree of notations."""
    for sign, below in node.items():
        if sign is not None:
            yield sign
            yield from _signs(below)


class DirectPart:
    """A part, made ready for the direct lane: its words, its required value, instances that refute."""

    def __init__(self, key: Key) -> None:
        wanted, scope = key.wanted, key.wanted.scope
        self.key = key
        self.algebra = Algebra()
        dimension: str | int = wanted.shape[0] if wanted.shape else next((s.shape[0] for s in scope.symbols.values() if len(s.shape) == 1), "")
        self.words = Words(dimension, INDICES - {*scope.symbols, *scope.dims})
        self.asked_names = {wanted.asked, *wanted.unknowns} - {""}
        self._declare()
        answer = key.derivation.answer
        assert answer is not None
        self.required = value_of(E.as_column(answer), self.algebra)
        if self.required[0] not in (SCALAR, VECTOR, LIST):
            raise Beyond
        self.constants = self._constants(self.required)
        self.ratios = [c.as_integer_ratio() for c in self.constants or ()]
        self.heads = self._heads()
        self.steps = self._steps()
        self.places_of_heads = self._places_of_heads()
        self.unknown_heads = not wanted.asked
        self.names_of_counts = frozenset(c for c in ascii_uppercase if self.words.known.get(c, END_TOKEN)[0] in (END, LETTER) and not scope.writes(c))
        self.counts_messages = key.part.what == "messages"
        self.worlds = self._worlds()
        self.least: dict[tuple[str, str], bool] = {}  # of a limit: (method, norm) -> whether it is false that the one leads to the least of the other
        self.misnamed: dict[str, bool] = {}  # of an update: the name of an optimizer -> whether it is none of its
        self.required_at: list[Entries | None] = [None] * len(self.worlds)
        self.worse = self._objective() if key.derivation.kind == "point" and key.derivation.unique != "always" else None

    def _declare(self) -> None:
        scope, a, words = self.key.wanted.scope, self.algebra, self.words
        taken = {*scope.symbols, *scope.dims}
        tokens: dict[str, Token] = {}
        for name, s in scope.symbols.items():
            if name in self.asked_names:
                continue
            if s.kind == "value" and s.let is None and not s.shape and s.given is None:
                m = a.atom("scalar", name, positive=s.domain in _POSITIVE)
                if s.domain in _POSITIVE:
                    a.sizes[m] = m
                tokens[name] = (VALUE, (SCALAR, {m: 1}, 1), False, name)
            elif s.kind == "value" and s.let is None and s.given is not None and not s.shape:
                tokens[name] = (VALUE, value_of(s.given, a), False, name)
            elif s.kind == "value" and s.let is None and s.shape == (self.words.dimension,) and s.domain in ("real", "nonzero"):
                if s.given is not None:
                    words.vectors[name] = a.lists[name] = value_of(s.given, a)
                    a.vector(name)  # under an index
                elif isinstance(self.words.dimension, int):
                    continue
                else:
                    words.vectors[name] = (VECTOR, {a.vector(name): 1}, 1)
                tokens[name] = (VECTOR_NAME, name, False, name)
                value = words.vectors[name]
                if value[0] == VECTOR:
                    words.put(f"{name}.T", VALUE, (ROW, *value[1:]))
        for d in scope.dims:
            tokens.setdefault(d, (VALUE, (SCALAR, {a.atom("dim", d, positive=True): 1}, 1), False, d))
        for name, s in scope.symbols.items():
            vector = place_of(s.let) if s.kind == "index" and s.let is not None else None
            if vector is not None and ("vector", vector) in a.units:
                a.places[vector, name] = a.entry(vector, name)[0]
                a.declared[name] = vector
                for k in (name, name + "-"):
                    a.atom("unit", k, entrywise=True, idempotent=True)
                tokens[name] = (LETTER, name, False, name)
        sequences: dict[str, dict[Any, Any]] = {}
        alone = dict(tokens)
        for name, s in scope.symbols.items():
            token = tokens.get(name)
            for written in (*s.aliases, *own_notations(name, scope)):
                self._notation(written, token, sequences, alone)
            if s.kind == "function" and s.gradient in tokens and s.of is not None:
                for nabla in (r"\nabla ", rf"\nabla_{s.of}", rf"\nabla_{{{s.of}}}"):
                    for at in ("", f"({s.of})"):
                        self._notation(f"{nabla} {name}{at}", tokens[s.gradient], sequences, alone)
                words.partial = name, s.of, s.gradient
                for k in {k for v, k in a.places if v == s.gradient} | words.letters:
                    for at in (f"_{k} {name}", f"_{k} {name}({s.of})", f"_{{{k}}} {name}", f"_{{{k}}} {name}({s.of})"):
                        for sign in ("\\partial", "\\nabla"):
                            self._notation(sign + at, (LETTER, (s.gradient, k), False, ""), sequences, alone)
        for core, token in alone.items():
            if core not in sequences:
                for written in spellings(core):
                    words.put(written, token[0], token[1])
        parts = {c for found in sequences.values() for c in _signs(found)}
        for core, found in sequences.items():
            for written in (*spellings(core), *(("∇",) if core == "\\nabla" else ("∂",) if core == "\\partial" else ())):
                words.put(written, ALIAS, (found, alone.get(core)))
        words.single = {c: words.known[c] for c in words.known if len(c) == 1 and c.isalpha() and c.isascii() and words.known[c][0] in (VALUE, VECTOR_NAME)}
        for letter in self.words.letters | {"T", "L", "ord", "c", "l", "r", *_UPPERS} | parts:
            for written in spellings(letter):
                if written not in words.known:  # of no value by itself
                    words.put(written, LETTER, letter)
        if "e" not in words.known and "e" not in taken:
            words.put("e", UNIT, None)
        words.uppers = frozenset({str(self.words.dimension), *(c for c in _UPPERS if c not in taken and not any(
            w.lstrip("\\").startswith(c) for s in scope.symbols.values() for w in s.aliases))})

    @staticmethod
    def _notation(written: str, token: Token | None, sequences: dict[str, dict[Any, Any]], alone: dict[str, Token]) -> None:
        """Enter a declared notation; one of what is not of the lane ends it wherever it begins."""
        found = cores(written)
        if not found:
            return
        token = token or (LETTER, None, False, "")
        if len(found) == 1:
            alone.setdefault(found[0], token)
        else:
            node = sequences.setdefault(found[0], {})
            for core in found[1:]:
                node = node.setdefault(core, {})
            node.setdefault(None, token)

    @staticmethod
    def _constants(value: Value) -> list[Fraction] | None:
        """The entries of a required value that is constant."""
        entries = value[1] if value[0] == LIST else [value] if value[0] == SCALAR else []
        if not entries or any(m for e in entries for m in e[1]):
            return None
        return [Fraction(e[1].get(0, 0), e[2]) for e in entries]

    def _heads(self) -> dict[str, str]:
        """Left sides that are the unknown -> '', its entry under an index -> the index."""
        asked, scope = self.key.wanted.asked, self.key.wanted.scope
        if not asked or asked not in scope.symbols:
            return {}
        marks = ["", "*", "^*", "^{*}", "^\\star", "^{\\star}"]
        if self.key.problem.iteration is not None:
            marks += ["_\\infty", "_{\\infty}", "∞", "_∞", "_inf", "^\\infty", "^{\\infty}", "^{(\\infty)}", "^∞"]
        out: dict[str, str] = {}
        for base in (*spellings(asked), *spellings(NICKNAMES.get(asked, asked)), *scope.symbols[asked].aliases):
            base = BLANK.sub("", base)
            for written in dict.fromkeys((base, _in_greek(base))):
                out.update((written + m, "") for m in marks)
                if self.key.problem.iteration is not None:
                    out.update({f"\\lim_{{t\\to\\infty}}{written}_{t}": "" for t in ("t", "{t}")})
                if self.key.wanted.shape:
                    for i in self.words.letters:
                        out.update({f"{w}_{i}": i for w in (written, f"({written})")} | {f"{w}_{{{i}}}": i for w in (written, f"({written})")}
                                   | {w + _LOWERED[i]: i for w in (written, f"({written})") if i in _LOWERED})
        return out

    def _steps(self) -> dict[str, re.Pattern[str]]:
        """Left sides that are the next iterate -> the current one, with which the right side begins."""
        scope, out = self.key.wanted.scope, {}
        for name in self.key.wanted.iterates:
            for base in (*spellings(name), *scope.symbols[name].aliases):
                for t in {"t", "k"} - {*scope.symbols, *scope.dims}:
                    out[f"{BLANK.sub('', base)}_{{{t}+1}}"] = re.compile(rf"\s*{re.escape(base)}\s?_(?:{t}|\{{{t}\}})(?:\s|\\[,;:! ])*(?=[-+−–])")
        return out

    def _places_of_heads(self) -> dict[str, str]:
        """Left sides that are one entry of the unknown, at a number, a declared place or an index -> which."""
        asked, scope = self.key.wanted.asked, self.key.wanted.scope
        if not asked or asked not in scope.symbols or not self.key.wanted.shape:
            return {}
        out: dict[str, str] = {}
        size = self.words.dimension
        numbers = [str(j + 1) for j in range(size)] if isinstance(size, int) and 1 < size < 10 else []
        for base in (*spellings(asked), *spellings(NICKNAMES.get(asked, asked)), *scope.symbols[asked].aliases):
            base = BLANK.sub("", base)
            for written in dict.fromkeys((base, f"({base})", _in_greek(base), f"({_in_greek(base)})")):
                for i in (*numbers, *self.words.letters, *(k for _, k in self.algebra.places)):
                    out.update({f"{written}_{i}": i, f"{written}_{{{i}}}": i, written + (_LOWERED.get(i) or (LOWERED_DIGITS[int(i)] if i.isdecimal() else f"_{i}")): i})
        return out

    def _worlds(self) -> list[At]:
        places = {k + least: v for v, k in self.algebra.places for least in ("", "-")}
        by_size = sorted(self.key.generic, key=lambda ws: abs(max(ws.batch.dims.values(), default=3) - 3))
        found = [w for ws in by_size for w in ws.worlds[1:MAX_WORLDS]][:MAX_WORLDS]
        if self.key.derivation.kind == "point":  # there more than one point may be optimal: only the objective tells
            found += [w for ws in self.key.edges if ws.kind == "ties" for w in ws.worlds[:1]][:MAX_TIES]
        size = self.words.dimension
        return [At(self.algebra, w, size if isinstance(size, int) else w.dims.get(size, 1), places) for w in found]

    def _objective(self) -> Callable[[list[float], int], bool]:
        """Whether a point is worse than the optimum in a world by more than rounding can do."""
        program, d = self.key.program, self.key.derivation
        if program is None or program.constraints or d.value is None or len(program.over) != 1 or not d.point.keys() <= {self.key.wanted.asked}:
            raise Beyond
        terms = [compiled(t) for t in (program.objective.args if program.objective.op == "add" else (program.objective,))]
        name, side = self.key.wanted.asked, 1 if program.sense == "min" else -1
        at: list[tuple[dict[str, Any], float]] = []
        for w in self.worlds:
            try:
                best = exact(d.value, w.world)
            except (Undefined, NotEvaluable):
                raise Beyond from None
            at.append(({n: _floats(v) for n, v in w.world.values.items()}, float(best)))

        def worse(point: list[float], k: int) -> bool:
            values, best = at[k]
            here = {**values, name: point}
            parts = [t(here) for t in terms]
            scale = sum(map(abs, parts)) + abs(best)
            return bool(side * (sum(parts) - best) > MARGIN * scale)

        return worse


_LOWERED = {"i": "ᵢ", "j": "ⱼ", "k": "ₖ", "l": "ₗ", "m": "ₘ"}
LOWERED_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_UPPERS = "ndpmNDMK"


def _in_greek(written: str) -> str:
    """\\Delta\\theta as Δθ."""
    for name, sign in (*((f"\\{n}", c) for c, n in GREEK_CHARS.items()), ("\\Delta", "Δ"), ("\\nabla", "∇")):
        written = written.replace(name, sign)
    return written


def _floats(v: Any) -> Any:
    return [_floats(x) for x in v] if isinstance(v, list) else float(v)
