"""What an answer is called: 'this is normalised gradient descent', 'the polar factor of G', 'soft thresholding at lambda/2'. A name that means something is held against the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import answer_words, compiled
from derive.grading.traits.settings import Setting, numbers, settings, with_value
from derive.maths import expr as E
from derive.maths.exact import Value, World
from derive.maths.expr import Expr

Array = np.ndarray[Any, np.dtype[np.float64]]
_CLOSE = 1e-8
_APART = (r"(?:(?P<negated>with the (?:opposite|reversed|other) sign)"
          r"|(?P<unsigned>(?:up to|apart from|except for) (?:the |a |its )?sign)"
          r"|(?P<scaled>(?:apart from|up to|except for) (?:the |a |its |the positive )?(?:scale|scaling|size|length|(?:\w+ )?factor|(?:step|learning)[- ](?:size|rate))))")
_CALLED = r"(?:is|are|gives?|recovers?|is (?:known as|called|what is called|nothing (?:but|else than)|the same as|just|simply|exactly)|is precisely)"
_TAIL = r"(?: (?:of|from|in|for|used (?:in|by|for)) (?:the )?(?:[\w-]+ ){0,2}?[\w-]+)?(?:,? (?:layer by layer|row by row|entry by entry|in each (?:row|layer)|for each (?:row|layer)))?"
_OF_ANOTHER = re.compile(r"\b(?:norms?|columns?|whole|matrix|spectral|frobenius|all rows)\b")
"""What would make of a name another one: 'in the 1-norm', 'of the whole matrix'."""
_NOUN = r"(?: (?:descent|step|update|method|rule|algorithm|iteration|direction|map|operator|flow|perturbation|attack))*"


class _Place(NamedTuple):
    """One instance, the answer there, and the gradient or point that it is made of."""

    setting: Setting
    answer: Array
    of: Array | None
    others: tuple[Array, ...]


Means = Callable[[Key, _Place, str], bool | None]


def _rows(a: Array) -> Array:
    return a.reshape(1, -1) if a.ndim == 1 else a


def _against(x: Array, g: Array) -> bool:
    """Whether each row is a negative multiple of the other's."""
    size = np.linalg.norm(x, axis=1) * np.linalg.norm(g, axis=1)
    return bool(np.all(size > 0) and np.allclose(np.sum(x * g, axis=1), -size, rtol=_CLOSE))


def _of_no_length(key: Key, p: _Place, told: str) -> bool | None:
    """The step goes against the gradient, and its length does not depend on that of the gradient."""
    symbol = _source(key)
    if p.of is None or symbol is None:
        return None
    again = numbers(key.derivation.answer, with_value(p.setting, symbol.data, Fraction(3)))  # type: ignore[arg-type]
    whole = _rows(p.answer.reshape(-1)), _rows(p.of.reshape(-1))
    return again is not None and bool(np.allclose(again, p.answer.reshape(-1), rtol=_CLOSE)) and (_against(_rows(p.answer), _rows(p.of)) or _against(*whole))


def _weighted(key: Key, p: _Place, told: str) -> bool | None:
    """Each entry of the gradient times a negative weight that does not depend on the gradient."""
    symbol = _source(key)
    if p.of is None or symbol is None or not np.all(p.of):
        return None
    factors = [Fraction((-1) ** k * (k + 2)) for k in range(p.of.size)]
    entries = iter(factors)
    other = World({**p.setting.world.values, str(symbol.data): _times(p.setting.world.values[str(symbol.data)], entries)}, p.setting.world.dims)
    again = numbers(key.derivation.answer, other)  # type: ignore[arg-type]
    return again is not None and bool(np.all(p.answer * p.of < 0) and np.allclose(again, p.answer.reshape(-1) * np.array(factors, dtype=np.float64), rtol=_CLOSE))


def _times(v: Value, factors: Iterator[Fraction]) -> Value:
    return [_times(x, factors) for x in v] if isinstance(v, list) else v * next(factors)


def _with_momentum(key: Key, p: _Place, told: str) -> bool | None:
    """A combination of the gradient, against it, and of another vector, along it."""
    if p.of is None or p.answer.ndim != 1:
        return None
    for other in p.others:
        a = np.stack([p.of, other], axis=1)
        if len(p.of) < 2 or np.linalg.matrix_rank(a) < 2:
            continue
        weights, *_ = np.linalg.lstsq(a, p.answer, rcond=None)
        if np.allclose(a @ weights, p.answer, rtol=_CLOSE) and weights[0] < 0 < weights[1]:
            return True
    return False


def _exponentiated(key: Key, p: _Place, told: str) -> bool | None:
    """Each entry is that of another vector times an exponential of that of the gradient, with one and the same negative rate."""
    if p.of is None or p.answer.ndim != 1 or len(p.answer) < 2:
        return None
    for before in p.others:
        if np.all(p.answer > 0) and np.all(before > 0):
            logs = np.log(p.answer / before)
            rate = (logs[0] - logs[-1]) / (p.of[0] - p.of[-1])
            if rate < 0 and np.allclose(logs - logs[0], rate * (p.of - p.of[0]), rtol=_CLOSE, atol=_CLOSE):
                return True
    return False


def _polar(key: Key, p: _Place, told: str) -> bool | None:
    """The singular vectors of the matrix with all singular values 1."""
    if p.of is None or p.answer.ndim != 2:
        return None
    u, _, v = np.linalg.svd(p.of, full_matrices=False)
    return bool(np.allclose(p.answer, u @ v, rtol=_CLOSE, atol=_CLOSE))


def _orthogonalised(key: Key, p: _Place, told: str) -> bool | None:
    """A multiple of the polar factor of the gradient, against it."""
    if p.of is None or p.answer.ndim != 2:
        return None
    u, _, v = np.linalg.svd(p.of, full_matrices=False)
    q, a = (u @ v).reshape(-1), p.answer.reshape(-1)
    return bool(np.isclose(float(q @ a), -float(np.linalg.norm(q) * np.linalg.norm(a)), rtol=_CLOSE))


def _sign_ascent(key: Key, p: _Place, told: str) -> bool | None:
    """Entries of one size, with the signs of the gradient."""
    if p.of is None:
        return None
    size = np.abs(p.answer)
    return bool(np.allclose(size, size.flat[0], rtol=_CLOSE) and np.all(p.answer * p.of > 0))


def _soft(key: Key, p: _Place, told: str) -> bool | None:
    """sign(v) max(|v| - t, 0) with the threshold that is told, entry by entry."""
    level = formula(told, key) if told else None
    t = numbers(level, p.setting.world) if level is not None and len(level.shape) < 2 else None
    if t is None or p.answer.ndim != 1 or len(t) not in (1, len(p.answer)):
        return None
    return any(np.allclose(p.answer, np.sign(v) * np.maximum(np.abs(v) - np.array(t), 0), rtol=_CLOSE, atol=_CLOSE) for v in ([p.of] if p.of is not None else []) + list(p.others))


_MEANS: tuple[tuple[str, Means], ...] = (
    (rf"normali[sz]ed (?:gradient|steepest){_NOUN}", _of_no_length),
    (rf"(?:re)?scaled gradient{_NOUN}", _weighted),
    (rf"(?:polyak(?:'s)? )?heavy[- ]ball{_NOUN}|(?:polyak(?:'s)? )(?:heavy[- ]ball )?momentum{_NOUN}", _with_momentum),
    (rf"exponentiated(?:[- ]gradient)?{_NOUN}|multiplicative[- ]weights?{_NOUN}", _exponentiated),
    (r"(?:orthogonal |unitary |\(orthogonal\) )?polar factor", _polar),
    (rf"orthogonali[sz]ed (?:gradient|momentum|update|step){_NOUN}|muon{_NOUN}|muon's{_NOUN}", _orthogonalised),
    (rf"(?:fgsm|fast gradient sign){_NOUN}", _sign_ascent),
    (r"soft[- ]?thresholding(?: operator| map)? (?:at|with|by)(?: (?:the )?(?:level|threshold|parameter))?(?P<told> .{1,40})", _soft),
)
_BRACKETS = re.compile(r"\s*\(([^()]{3,40})\)")
_ANY = "|".join(re.sub(r"\?P<told>", "?:", p) for p, _ in _MEANS)
_SAID = rf"(?:(?:{_APART},? )?IT {_CALLED} (?:the |an? |our )?|the )(?P<name>{_ANY})"


def said_of_name(said: Said, key: Key) -> bool | None:
    """Whether an answer is what it is called; None where it is called nothing whose meaning is known."""
    if key.derivation.answer is None or not key.wanted.shape or key.wanted.condition or said.possible or said.not_always:
        return None
    body, others = _BRACKETS.sub("", said.body), [m[1] for m in _BRACKETS.finditer(said.body)]
    m = compiled(_SAID.replace("IT", answer_words(key)) + _TAIL).fullmatch(body)
    if m is None or _OF_ANOTHER.search(body, m.end("name")):
        return None
    signs = (1, -1) if m["unsigned"] else (-1,) if m["negated"] else (1,)
    found = [_any([_found(name, key, sign, bool(m["scaled"])) for sign in signs]) for name in (m["name"], *others)]
    return None if None in found else said.verdict([bool(x) for x in found])


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False


def _found(name: str, key: Key, sign: int, scaled: bool) -> bool | None:
    """Whether the answer, times a sign and perhaps up to a scale, is what the name means at all instances."""
    for pattern, means in _MEANS:
        m = compiled(pattern).fullmatch(name.strip())
        if m is None or (scaled and means is not _orthogonalised):
            continue
        told = (m.groupdict().get("told") or "").strip()
        seen = [means(key, p._replace(answer=sign * p.answer), told) for p in _places(key)]
        return None if not seen or None in seen else all(seen)
    return None


def _source(key: Key) -> Expr | None:
    """The gradient: what is said to be one, or the only other quantity of the shape of the answer."""
    asked = key.wanted.asked
    like = [s for s in key.problem.symbols.values() if s.kind == "value" and len(s.shape) == len(key.wanted.shape) and s.let is None and s.name != asked]
    told = [s for s in like if "gradient" in s.says] or [s for s in like if s.name in ("g", "G")] or (like if len(like) == 1 else [])
    return E.sym(told[0].name, told[0].shape) if len(told) == 1 else None


def _places(key: Key) -> list[_Place]:
    source, shape = _source(key), len(key.wanted.shape)
    out = []
    for s in settings(key):
        arrays = {n: np.array(v, dtype=np.float64) for n, v in s.world.values.items() if isinstance(v, list) and not _own(n, key)}
        a = np.array(s.answer, dtype=np.float64)
        of = arrays.get(str(source.data)) if source is not None else None
        like = of if of is not None else next((x for x in arrays.values() if x.ndim == shape and x.size == a.size), None)
        if like is None or like.size != a.size:
            continue
        a = a.reshape(like.shape)
        out.append(_Place(s, a, of, tuple(x for n, x in arrays.items() if x.shape == a.shape and (source is None or n != source.data))))
    return out


def _own(name: str, key: Key) -> bool:
    return bool(key.wanted.asked) and name.partition("@")[0] == key.wanted.asked
