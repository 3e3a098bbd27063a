"""What the tests of the bank's families share: specs with changes, instances, and the reference formulas."""

from __future__ import annotations

import importlib.util
import json
import os
import tomllib
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from derive.derivation.steps import Derivation
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.exact import World, exact
from derive.maths.worlds import as_array, world_sets
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from tests.conftest import SPECS
from tests.keys import solve

BANK = SPECS / "bank"


@cache
def stated(name: str) -> Problem:
    """A spec of the bank, with what is derived from it kept."""
    return load(BANK / f"{name}.toml")


def key(problem: Problem, part: str = "answer") -> Derivation:
    out = solve(problem, problem.part(part))
    assert isinstance(out, Derivation), out
    return out


def changed(name: str, pairs: dict[str, str]) -> Problem:
    """The spec with some of its text replaced: every replacement must apply."""
    text = (BANK / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in pairs.items():
        assert old in text, old
        text = text.replace(old, new)
    return from_data(tomllib.loads(text), name)


def instance(problem: Problem, seed: int = 0) -> tuple[dict[str, Any], dict[str, int]]:
    """One generic instance of a problem, as arrays."""
    sets = world_sets(problem.symbols, count=3, seed=seed + 5)
    ws = sets[min(2, len(sets) - 1)]
    return {n: v[:1] for n, v in ws.batch.values.items()}, dict(ws.batch.dims)


def at(d: Derivation, values: dict[str, Any], dims: dict[str, int]) -> np.ndarray[Any, Any]:
    assert d.answer is not None
    return np.asarray(evaluate(d.answer, Batch(values, dims, 1))[0])


def outputs_at(d: Derivation, values: dict[str, Any], dims: dict[str, int]) -> list[np.ndarray[Any, Any]]:
    """Every output of a derivation, in order."""
    return [np.asarray(evaluate(e, Batch(values, dims, 1))[0]) for _, e in d.outputs] or [at(d, values, dims)]


def flat(v: Any) -> np.ndarray[Any, Any]:
    """All numbers of an answer, one output after the other."""
    parts = v if isinstance(v, tuple) else (v,)
    return np.concatenate([np.ravel(np.asarray(x, dtype=float)) for x in parts])


@cache
def references() -> tuple[Any, dict[str, Any]]:
    """The bank's own checker and its records by id."""
    folder = Path(os.environ["DERIVE_SHARED"]) / "corpus"
    spec = importlib.util.spec_from_file_location("check_bank", folder / "check_bank.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():  # it silences all warnings for itself
        spec.loader.exec_module(module)
    lines = (folder / "bank.jsonl").read_text(encoding="utf-8").splitlines()
    return module, {r["id"]: r for r in map(json.loads, lines)}


def _size(dimension: str, symbols: Any, arrays: dict[str, Any]) -> int:
    """The size of a dimension that a spec names in its own way: that of a parameter."""
    return next(int(a.shape[1 + symbols[n].shape.index(dimension)]) for n, a in arrays.items() if dimension in symbols[n].shape)


def agrees_with_the_reference(name: str, derivations: list[Derivation]) -> None:
    """The derived answers, one after the other, equal the reference, and every listed mistake differs somewhere."""
    checker, records = references()
    record = records[name]
    rng = np.random.default_rng(3)
    refused = {w["error"]: False for w in record["wrong"]}
    symbols, dimensions = derivations[0].problem.symbols, derivations[0].problem.dims
    for _ in range(8):
        given = checker.sample(record, rng)
        reference = flat(checker.run_src(record["answer_src"], given))
        arrays = {n: np.asarray([given[n]], dtype=float) for n in symbols if n in given and symbols[n].kind == "value"}
        arrays |= {n: as_array([exact(s.given, World({}, {}))]) for n, s in symbols.items() if s.given is not None}
        dims = {n: int(given[n]) if n in given else _size(n, symbols, arrays) for n in dimensions}
        ours = np.concatenate([np.ravel(v) for d in derivations for v in outputs_at(d, arrays, dims)])
        assert np.allclose(ours, reference, rtol=1e-8, atol=1e-9), (name, ours, reference)
        for w in record["wrong"]:
            other = flat(checker.run_src(w["src"], given))
            refused[w["error"]] |= other.shape != ours.shape or not np.allclose(other, ours, rtol=1e-6, atol=1e-8)
    assert all(refused.values()), refused
