"""Variants: what is drawn for a seed, the same for ever; constraints hold; the key follows what was drawn."""

from __future__ import annotations

import copy
import hashlib
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.errors import SpecError, UsageError
from derive.grading.grade import grade
from derive.grading.verdict import Verdict
from derive.maths.write import plain
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from derive.problem.seeded import variant_of
from tests.conftest import SPECS

DEMO = SPECS / "variants-demo"


@pytest.fixture(scope="module")
def penalty() -> Problem:
    return load(DEMO / "penalty.toml")


@pytest.fixture(scope="module")
def interpolation() -> Problem:
    return load(DEMO / "interpolation.toml")


def test_a_seed_draws_the_same_for_ever(penalty: Problem, interpolation: Problem) -> None:
    """These values were handed out: no change of the program may change them."""
    assert [variant_of(penalty, s).variant.key for s in (0, 1, 2, "ada")] == [  # type: ignore[union-attr]
        ("c=3", "h=2", "p=1"), ("c=1", "h=2", "p=1"), ("c=3", "h=1", "p=inf"), ADA]
    assert variant_of(interpolation, "anna").variant.to_dict() == {"p": "6", "q": "2", "r": "9", "b": "3"}  # type: ignore[union-attr]


ADA = ("c=3", "h=2", "p=1")


def test_the_draw_is_the_documented_hash(penalty: Problem) -> None:
    assert penalty.variants is not None
    found = variant_of(penalty, 7).variant
    assert found is not None
    for k in range(100):
        values = {}
        for name, choices in penalty.variants.choices.items():
            text = f"derive variant 1\nvariant-penalty\n1\n7\n{k}\n{name}"
            values[name] = choices[int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big") % len(choices)]
        if values["c"].number != values["h"].number:
            break
    assert found.values == values


def test_a_seed_is_a_number_or_a_name(penalty: Problem) -> None:
    assert variant_of(penalty, 12) == variant_of(penalty, "12") == variant_of(penalty, " 12 ")
    assert variant_of(penalty, "Zo\u00eb").variant == variant_of(penalty, "Zoe\u0308").variant
    for bad in ("", "  ", "a\nb", True):
        with pytest.raises(UsageError):
            variant_of(penalty, bad)


def test_another_process_draws_the_same() -> None:
    code = f"from derive import load, variant_of; print([variant_of(load({str(DEMO / 'penalty.toml')!r}), s).variant.key for s in range(20)])"
    shown = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(shown) == 1


def test_every_admissible_combination_is_drawn_about_as_often_as_any_other(penalty: Problem) -> None:
    assert penalty.variants is not None
    combinations = list(penalty.variants.all())
    counts = Counter(variant_of(penalty, s).variant.key for s in range(1800))  # type: ignore[union-attr]
    assert len(combinations) == 18 == len(counts) and min(counts.values()) >= 60 and max(counts.values()) <= 145


def test_version_and_id_change_the_draw_and_the_order_of_parameters_does_not(penalty: Problem) -> None:
    def drawn(change: dict[str, Any]) -> list[Any]:
        assert penalty.template is not None
        return [variant_of(from_data({**penalty.template, **change}), s).variant.key for s in range(30)]  # type: ignore[union-attr]

    assert penalty.template is not None
    table = penalty.template["variants"]
    turned = {**table, "draw": dict(reversed(table["draw"].items()))}
    assert drawn({}) == drawn({"variants": turned})
    assert drawn({}) != drawn({"version": "2"}) and drawn({}) != drawn({"id": "other"})


def test_constraints_hold_and_keep_the_key_presentable(interpolation: Problem) -> None:
    for seed in range(40):
        v = variant_of(interpolation, seed).variant
        assert v is not None
        p, q, r, _ = (c.number for c in v.values.values())
        assert p and q and r and len({p, q, r}) == 3
        assert (p * p + q * q + r * r) in {k * k for k in range(20)}


def test_the_key_follows_what_was_drawn(penalty: Problem) -> None:
    """The key of a variant is that of the spec with the values written in, and right for nobody else's."""
    seen = {}
    for seed in (1, 2):
        own = variant_of(penalty, seed)
        assert own.variant is not None and own.id == penalty.id and "<<" not in str(own.data)
        d = solve(own, own.part("update"))
        by_hand = from_data(copy.deepcopy(dict(own.data)))
        e = solve(by_hand, by_hand.part("update"))
        assert isinstance(d, Derivation) and isinstance(e, Derivation) and d.answer == e.answer and d.answer is not None
        seen[seed] = plain(d.answer)
    assert seen[1] != seen[2]
    one, two = variant_of(penalty, 1), variant_of(penalty, 2)
    assert grade(one, "update", seen[1], certified=False).verdict is Verdict.CORRECT
    assert grade(two, "update", seen[1], certified=False).verdict is Verdict.INCORRECT


def test_equal_draws_share_what_is_derived(penalty: Problem) -> None:
    by_key: dict[Any, Problem] = {}
    for seed in range(40):
        own = variant_of(penalty, seed)
        assert own.variant is not None and own.variant.seed == str(seed)
        first = by_key.setdefault(own.variant.key, own)
        assert own.cache is first.cache and own.digest == first.digest
    assert len({p.digest for p in by_key.values()}) == len(by_key)


def test_without_draws_everyone_has_the_problem_itself() -> None:
    p = load(SPECS / "cs182-hw2" / "ball-l2.toml")
    assert variant_of(p, 3) is p


def _spec(variants: Any, **more: Any) -> dict[str, Any]:
    return {"schema": 1, "id": "p", "title": "t", "symbols": {"x": {"type": "real"}}, "variants": variants,
            "parts": [{"id": "a", "ask": "argmin", "over": "x", "minimize": "(x - <<b>>)^2"}], **more}


def test_values_are_written_so_that_formulas_read_them() -> None:
    p = from_data(_spec({"draw": {"b": {"in": ["-3/2", 0.25]}}}, statement="<<b>>, <<b.tex>>, <<b.says>>, <<2*b>>, <<(b^2).tex>>, a << b"))
    assert p.statement == r"(-3/2), -\tfrac{3}{2}, -3/2, (-3), \tfrac{9}{4}, a << b"
    d = solve(p, p.parts[0])
    assert isinstance(d, Derivation) and d.answer is not None and plain(d.answer) == "-3/2"


@pytest.mark.parametrize(("variants", "where", "what"), [
    ({}, "variants.draw", "nothing is drawn"), ({"draw": {}}, "variants.draw", "nothing is drawn"),
    ({"draw": {"b": {"in": []}}}, "variants.draw.b.in", "a list of values"), ({"draw": {"b": {"in": [1, 1]}}}, "variants.draw.b.in", "stands twice"),
    ({"draw": {"b": {"from": 3, "to": 1}}}, "variants.draw.b", "from at most to"), ({"draw": {"b": {"from": 1}}}, "variants.draw.b", "from at most to"),
    ({"draw": {"b": {"from": 1, "to": 1e9}}}, "variants.draw.b", "too many"), ({"draw": {"b-c": {"in": [1]}}}, "variants.draw.b-c", "no name"),
    ({"draw": {"b": {"in": [1]}}, "where": ["b > 1"]}, "variants", "no combination"), ({"draw": {"b": {"in": [1]}}, "where": ["d > 1"]}, "variants.where", "not declared"),
    ({"draw": {"b": {"in": ["x", 1]}}, "where": ["b > 1"]}, "variants.where", "not declared"), ({"draw": {"b": {"in": [1]}}, "where": ["b"]}, "variants.where", "a condition"),
    ({"draw": {"b": {"in": [True]}}}, "variants.draw.b.in", "no value"), ({"draw": {"c": {"in": [1]}}}, "parts[0].minimize", "not declared"),
    ({"draw": {"b": {"in": [1], "of": 2}}}, "variants.draw.b.of", "not a key"), ({"draw": {"b": {"in": [{"tex": "1"}]}}}, "variants.draw.b.in", "is missing"),
])
def test_an_error_names_file_and_key(variants: Any, where: str, what: str) -> None:
    with pytest.raises(SpecError) as err:
        from_data(_spec(variants))
    assert err.value.where == f"spec: {where}" and what in str(err.value)


def test_drawn_values_that_make_no_spec_are_named() -> None:
    p = from_data(_spec({"draw": {"b": {"in": [1, "nonsense"]}}}))
    with pytest.raises(SpecError, match=r"with b=nonsense: .*not declared"):
        for seed in range(9):
            variant_of(p, seed)
