"""The verdict on a plain formula, by its normal form: bound -> read -> decide, in one pass.

A normal form that equals that of the key proves an answer right. A wrong one differs from the key in an instance by more than
rounding can do; where other points than the key may be optimal, its objective is worse there. Everything else, and every text that is not
plainly one formula, is None here and goes the whole way (derive.grading.grade), which also says the reason when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.grading.diagnosis.credit import earns
from derive.grading.keys import UNTIED, Key, kept, not_gradable
from derive.maths import expr as E
from derive.maths.direct.floats import MARGIN, At, compiled
from derive.maths.direct.forms import BOUND, ENTRY, LIST, ROW, SCALAR, VECTOR, Algebra, Beyond, Value
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import place_of, value_of
from derive.maths.direct.words import ALIAS, INDICES, LETTER, MAX_CHARACTERS, UNIT, VALUE, VECTOR_NAME, Token, Words, cores, spellings
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.maths.names import own_notations
from derive.maths.signs import NICKNAMES

MAX_WORLDS = 6
MAX_TIES = 2
_POSITIVE = frozenset(("positive", "count", "unit"))
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)(?:\s?\{(\\?[A-Za-z]+)\}|\s(?=[A-Za-z]))")
_BLANK = re.compile(r"[\s~]+|\\[,;:! ]")
_DELIMITED = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"), ("\\begin{equation}", "\\end{equation}"), ("\\begin{equation*}", "\\end{equation*}"))
# What announces a delimited formula and says nothing else.
_LEAD = re.compile(
    r"(?:#{1,4} )?\*{0,2}(?:(?:the |my )?(?:final )?(?:answer|solution|result)(?: is)?|therefore|thus|hence|so|we (?:get|obtain)|it follows that|consequently)\*{0,2}[:,.]?\*{0,2}\s{1,3}"
    r"(?=\$|\\[(\[]|\\begin\{equation)", re.I)
_EITHER = re.compile(r"([^$]+)\$\s+or\s+\$([^$]+)")
_COMPUTED = re.compile(r"[-+*/^(−·×⋅]|\\(?:frac|cdot|times)")
_EVERYWHERE = re.compile(r",?\s*(?:\bfor (?:all|every|each) |∀\s?)\$?([a-z])\$?\.?\Z")
_LISTED = re.compile(r"[-*+–•]\s|\(?[A-Za-z0-9]\s*[).:]\s")


class Direct:
    """A part, made ready for the direct lane."""

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
        self.heads = self._heads()
        self.unknown_heads = not wanted.asked
        self.tail = self._tail()
        self.worlds = self._worlds()
        self.worse = self._objective() if key.derivation.kind == "point" and key.derivation.unique != "always" else None

    # -------------------------------------------------------------- what belongs to the part

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
                elif isinstance(self.words.dimension, int):
                    continue
                else:
                    words.vectors[name] = (VECTOR, {a.vector(name): 1}, 1)
                tokens[name] = (VECTOR_NAME, name, False, name)
        for d in scope.dims:
            tokens.setdefault(d, (VALUE, (SCALAR, {a.atom("dim", d, positive=True): 1}, 1), False, d))
        for name, s in scope.symbols.items():
            vector = place_of(s.let) if s.kind == "index" and s.let is not None else None
            if vector is not None and ("vector", vector) in a.units:
                a.places[vector, name] = a.entry(vector, name)[0]
                for k in (name, name + "-"):
                    a.atom("unit", k, entrywise=True, idempotent=True)
                tokens[name] = (LETTER, name, False, name)
        sequences: dict[str, list[tuple[tuple[str, ...], Token]]] = {}
        alone = dict(tokens)
        for name, s in scope.symbols.items():
            token = tokens.get(name)
            for written in (*s.aliases, *own_notations(name, scope)):
                self._notation(written, token, sequences, alone)
            if s.kind == "function" and s.gradient in tokens and s.of is not None:
                for nabla in (r"\nabla ", rf"\nabla_{s.of}", rf"\nabla_{{{s.of}}}"):
                    for at in ("", f"({s.of})"):
                        self._notation(f"{nabla} {name}{at}", tokens[s.gradient], sequences, alone)
                for v, k in a.places:
                    if v == s.gradient:
                        for at in ("", f"({s.of})"):
                            self._notation(rf"\partial_{k} {name}{at}", (LETTER, (v, k), False, ""), sequences, alone)
        for core, token in alone.items():
            if core not in sequences:
                for written in spellings(core):
                    words.put(written, token[0], token[1])
        parts = {c for found in sequences.values() for rest, _ in found for c in rest}
        for core, found in sequences.items():
            found.sort(key=lambda pair: -len(pair[0]))
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
    def _notation(written: str, token: Token | None, sequences: dict[str, list[tuple[tuple[str, ...], Token]]], alone: dict[str, Token]) -> None:
        """Enter a declared notation; one of what is not of the lane ends it wherever it begins."""
        found = cores(written)
        if not found:
            return
        token = token or (LETTER, None, False, "")
        if len(found) == 1:
            alone.setdefault(found[0], token)
        else:
            sequences.setdefault(found[0], []).append((tuple(found[1:]), token))

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
        marks = ["", "^*", "^{*}", "^\\star", "^{\\star}"]
        if self.key.problem.iteration is not None:
            marks += ["_\\infty", "_{\\infty}", "∞", "_∞"]
        out: dict[str, str] = {}
        for base in (*spellings(asked), *spellings(NICKNAMES.get(asked, asked)), *scope.symbols[asked].aliases):
            base = _BLANK.sub("", base)
            out.update((base + m, "") for m in marks)
            if self.key.wanted.shape:
                for i in self.words.letters:
                    out.update({f"{base}_{i}": i, f"{base}_{{{i}}}": i, base + _LOWERED.get(i, "_" + i): i})
        return out

    def _tail(self) -> tuple[re.Pattern[str], str] | None:
        """What says once more that a declared index is the place of the largest entry: ', k = argmax_i |g_i|'."""
        for v, k in self.algebra.places:
            names = "|".join(re.escape(w) for w in spellings(v))
            bars = rf"(?:\||\\lvert\s?|\\vert\s?|\\left\|)\s?(?:{names})(?:_[ij]|_\{{[ij]\}}|[ᵢⱼ])\s?(?:\||\\rvert|\\vert|\\right\|)"
            most = r"(?:\\arg\s?\\|arg\s?|\\operatorname\*?\{arg\s?|\\arg)(max|min)\}?\s?(?:_[ij]|_\{[ij]\}|[ᵢⱼ])?\s?"
            link = r"(?:\s?,\s?(?:\\q?quad(?![A-Za-z])|\\[ ,;])?|\$?\s(?:where|with)\s)"
            return re.compile(rf"{link}\s?\$?\s?{k}\s?=\s?{most}{bars}\Z"), k
        return None

    def _worlds(self) -> list[At]:
        places = {k + least: v for v, k in self.algebra.places for least in ("", "-")}
        by_size = sorted(self.key.generic, key=lambda ws: abs(max(ws.batch.dims.values(), default=3) - 3))
        found = [w for ws in by_size for w in ws.worlds[1:MAX_WORLDS]][:MAX_WORLDS]
        if self.key.derivation.kind == "point":  # there more than one point may be optimal: only the objective tells
            found += [w for ws in self.key.edges if ws.kind == "ties" for w in ws.worlds[:1]][:MAX_TIES]
        return [At(self.algebra, w, w.dims.get(str(self.words.dimension), 1), places) for w in found]

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
            parts = [t({**values, name: point}) for t in terms]
            scale = sum(map(abs, parts)) + abs(best)
            return bool(side * (sum(parts) - best) > MARGIN * scale)

        return worse

    # -------------------------------------------------------------- one answer

    def verdict(self, text: str) -> bool | None:
        """Whether an answer is right; None where that is not seen here."""
        if len(text) > MAX_CHARACTERS:
            return None
        text = text.strip()
        everywhere = ""
        if "for " in text or "∀" in text:
            found = _EVERYWHERE.search(text, max(0, len(text) - 24))
            if found is None:
                return None
            text, everywhere = text[: found.start()], found.group(1)
        lead = _LEAD.match(text)
        if lead is not None:
            text = text[lead.end() :]
            text = text[:-1] if text[-1:] == "." else text
        shown = text
        least = False
        if self.tail is not None and "=" in text and ("max" in text or "min" in text):
            text, least = self._without_tail(text)
        for begin, end in _DELIMITED:
            if text.startswith(begin):
                if not text.endswith(end) or len(text) < len(begin) + len(end):
                    return None
                text = text[len(begin) : len(text) - len(end)].strip()
                break
        else:
            if "\n" in text or _LISTED.match(shown):
                return None
        either = _EITHER.fullmatch(text) if " or " in text else None
        if either is not None and begin == "$":
            sides = [self._of_equation(side.strip()) for side in either.groups()]
            return None if None in sides else sides[0] and sides[1]
        return self._of_equation(text, least, everywhere)

    def _of_equation(self, text: str, least: bool = False, everywhere: str = "") -> bool | None:
        if text.startswith("\\boxed{") and text.endswith("}"):
            text = text[7:-1]
        index: str | None = None
        headless = False
        head, equals, rest = text.partition("=")
        approximate = False
        if not equals and ("≈" in text or "\\approx" in text):
            head, equals, rest = text.partition("≈" if "≈" in text else "\\approx")
            approximate = True
        if everywhere and not equals:
            return None
        if equals:
            index = self.heads.get(head.strip())
            if index is None:
                index = self.heads.get(_BLANK.sub("", _BOLD.sub(lambda m: m.group(1) or "", head)))
            if everywhere and index != everywhere:
                return None
            if index is None and (head.count("(") > head.count(")") or head.count("{") > head.count("}")):  # f(x, ord=1), \\sum_{i=1}
                rest = text
            elif index is None:
                head = head.strip()
                if len(head) == 1 and self.unknown_heads:
                    if not ("A" <= head <= "Z") or (head in self.words.known and self.words.known[head][0] != LETTER) or self.key.wanted.scope.writes(head):
                        return None
                elif approximate or head[:1] in ("+", "-", "−") or not _COMPUTED.search(head):
                    return None
                else:
                    rest, headless = text, True
            text = rest
        try:
            return self._of_chain(text, index, approximate, headless, least)
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):  # IndexError: the formula ends too early
            return None

    def of_tree(self, answer: Expr) -> bool | None:
        """Whether an expression is right; None where that is not seen here."""
        try:
            if self.constants is not None and E.has(answer, "dec"):
                return None
            return self._of_value(value_of(E.as_column(answer), self.algebra), False, False)
        except (Beyond, OverflowError, ZeroDivisionError):
            return None

    def _without_tail(self, text: str) -> tuple[str, bool]:
        """A text without what says which place k is, and whether it is that of the smallest entry."""
        assert self.tail is not None
        m = self.tail[0].search(text[:-1] if text.endswith("$") else text, max(0, len(text) - 120))
        if m is None:
            return text, False
        head = text[: m.start()].rstrip()
        return head + "$" if head.startswith("$") and not head.endswith("$") else head, m.group(1) == "min"

    def _of_chain(self, text: str, index: str | None, approximate: bool, headless: bool, least: bool) -> bool | None:
        right, met = self._as_read(text, index, approximate, headless, least, False, False)
        if not met:
            return right
        readings = [right] + [self._as_read(text, index, approximate, headless, least, lengths, slash)[0]
                              for lengths in (False, True)[: 1 + (met & 1)] for slash in (False, True)[: 1 + (met >> 1)] if lengths or slash]
        return None if None in readings else True in readings

    def _as_read(self, text: str, index: str | None, approximate: bool, headless: bool, least: bool, lengths: bool, slash: bool) -> tuple[bool | None, int]:
        """The verdict on one reading of a chain, and which notations could be read otherwise."""
        r = Reader(self.algebra, self.words, text, lengths, slash)
        r.free = index or ""
        r.least = least
        members = r.chain()
        if headless and len(members) > 1 and not self.unknown_heads:
            return None, 0
        if approximate:
            members[0] = members[0][0], True
        if len(members) == 1:
            return self._of_value(members[0][0], bool(index), members[0][1]), r.met
        exactly = [m for m in members if not m[1]]
        said = [self._of_value(v, bool(index), rounded) for v, rounded in (exactly or members)]
        return (False if False in said else None if None in said else True), r.met

    def _of_value(self, v: Value, entrywise: bool, approximate: bool) -> bool | None:
        kind, required = v[0], self.required
        if kind in (ROW, BOUND):
            return None
        if required[0] == LIST:
            if kind == SCALAR and entrywise:
                v = (LIST, [v] * len(required[1]), 1)
            elif kind == SCALAR:
                return False if v[1] and not (len(v) == 4 or approximate) else None
            elif kind != LIST:
                return None
            if len(v[1]) != len(required[1]):
                return False
            return self._of_numbers(v, approximate) if self.constants is not None else self._exactly(v, approximate)
        if required[0] == SCALAR:
            if kind != SCALAR:
                return None
            if self.constants is not None:
                return self._of_numbers((LIST, [v], 1), approximate)
            return None if approximate or len(v) == 4 else self._of_form(v)
        if approximate:
            return None
        if kind == SCALAR:
            if entrywise:
                return self._of_form((VECTOR, v[1], v[2]))
            return False if v[1] else None
        if kind == ENTRY or (kind == VECTOR and not entrywise):
            return self._of_form((VECTOR, v[1], v[2]))
        return None

    def _exactly(self, v: Value, approximate: bool) -> bool | None:
        return True if not approximate and self.algebra.same(v, self.required) else None

    def _of_numbers(self, v: Value, approximate: bool) -> bool | None:
        """Numbers beside numbers: exactly, or each decimal as its rounding interval."""
        constants = self.constants
        assert constants is not None
        decimals = sum(len(x) == 4 for x in v[1])
        if approximate or decimals:
            if decimals < len(constants):
                return None
            found = [_rounded(x, c, self.key.part.digits) for x, c in zip(v[1], constants, strict=True)]
            return False if False in found else None if None in found else True
        right = True
        for (_, terms, under), c in zip(v[1], constants, strict=True):
            if len(terms) > 1 or (terms and 0 not in terms):
                return None
            right = right and terms.get(0, 0) * c.denominator == c.numerator * under
        return right

    def _of_form(self, v: Value) -> bool | None:
        """A formula beside a formula."""
        if self.algebra.same(v, self.required):
            return True
        away = self.algebra.plus(v[:3], self.required, -1)
        for k, w in enumerate(self.worlds):
            gap, scale = w.value(away)
            if any(abs(x) > MARGIN * s for x, s in zip(gap, scale, strict=True)) and (self.worse is None or self.worse(w.value(v)[0], k)):
                return False
        return None


def _rounded(shown: Value, required: Fraction, digits: int) -> bool | None:
    """Whether a number lies in the closed rounding interval of a decimal; None where that shows too few digits to tell."""
    written, unit = shown[1].get(0, 0), shown[2]  # unit = 10^places
    away = abs(required.numerator * unit - written * required.denominator)
    if not away:
        return True
    if 2 * away > required.denominator:
        return False
    return True if len(shown[3].lstrip("-").replace(".", "").lstrip("0")) >= digits else None


_LOWERED = {"i": "ᵢ", "j": "ⱼ", "k": "ₖ", "l": "ₗ", "m": "ₘ"}
_UPPERS = "ndpmNDMK"


def _floats(v: Any) -> Any:
    return [_floats(x) for x in v] if isinstance(v, list) else float(v)


class Nothing:
    """The direct lane of a part that has none."""

    def verdict(self, text: str) -> bool | None:
        """Nothing is seen here."""
        return None

    def of_tree(self, answer: Expr) -> bool | None:
        """Nothing is seen here."""
        return None


def lane(key: Key) -> Direct | Nothing:
    """The direct lane of a part, made once."""
    return kept(key, LANE, lambda: direct_of(key) or Nothing())


LANE = "direct"


def direct_of(key: Key) -> Direct | None:
    """The direct lane of a part; None where its key is not of the kind."""
    d = key.derivation if not not_gradable(key) else None
    wanted = key.wanted
    if d is None or key.truth is not None or d.kind not in ("point", "expression") or d.outputs or d.answer is None or key.part.ask in ("dual", "status"):
        return None
    if wanted.label or wanted.supremum or wanted.eigenvalue or wanted.quantities or wanted.normalised or wanted.entries or wanted.condition or wanted.scope.expected:
        return None
    if (d.kind == "point" and d.unique not in ("always", "generic")) or key.part.derivative is not None or len(wanted.shape) > 1 or earns(key.problem, key.part.id):
        return None
    if key.cache.get(UNTIED) is True:
        return None
    if key.part.counted and len(key.part.counted) > 1:
        return None
    try:
        return Direct(key)
    except Beyond:
        return None


