"""A certificate is a file that states the problem and the claim; it is checked again from that file alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.cli import main
from derive.derivation.certificate_file import certificate_text, read_certificate, recheck
from derive.derivation.steps import Derivation
from derive.errors import DeriveError, SourceError
from derive.maths import expr as E
from derive.maths.nodes import MAX_DEPTH, MAX_DIGITS, Table, read_nodes
from derive.problem.load import load
from tests.conftest import SPECS
from tests.keys import certify, solve

# One of each kind of claim: points with and without a multiplier, of several unknowns, values, limits, ranges, names, tables.
PARTS = [
    "bank/mn_halfspace#answer", "bank/kkt_eq_qp#answer", "bank/prox_l1#answer", "bank/proj_consensus#answer",
    "cs182-hw2/penalty-l1#value", "cs182-hw2/penalty-l1#optimizer", "cs182-hw2/penalty-dual#dual", "cs182-hw2/penalty-linf-unsquared#status",
    "cs182-hw2/limit-rescaled#vector", "cs182-hw2/limit-sgd#step-size", "cs182-hw2/limit-sgd#residual", "cs182-hw2/limit-adam#norm",
    "cs182-hw2/comm-table#ring-messages", "cs182-hw2/comm-table#table",
]


SLOW = pytest.param("bank/conj_power#answer", marks=pytest.mark.long)


@cache
def written(name: str) -> str:
    path, _, part = name.partition("#")
    problem = load(SPECS / f"{path}.toml")
    d = solve(problem, problem.part(part))
    assert isinstance(d, Derivation), d
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    return certificate_text(d, certificate)


def data(name: str) -> Any:
    return json.loads(written(name))


@pytest.mark.parametrize("name", [*PARTS, SLOW])
def test_what_is_written_holds_again(name: str) -> None:
    found = recheck(data(name))
    assert found.holds, found.complaints
    assert found.certificate.problem == name.partition("#")[0].split("/")[1]


def test_it_is_checked_with_no_rule_imported(tmp_path: Path) -> None:
    files = []
    for i, name in enumerate(PARTS[::3]):
        files.append(tmp_path / f"{i}.json")
        files[-1].write_text(written(name), encoding="utf-8")
    code = ("import sys\nfrom derive.cli import main\ntry:\n    main(['verify', *sys.argv[1:]])\nexcept SystemExit as end:\n"
            "    rules = [m for m in sys.modules if m.startswith('derive.derivation.rules') or m == 'derive.derivation.solve']\n"
            "    print(end.code, rules)\n")
    out = subprocess.run([sys.executable, "-c", code, *map(str, files)], capture_output=True, text=True, check=True)
    assert out.stdout.strip().endswith("0 []"), out.stdout + out.stderr


# ------------------------------------------------------------------------------------------ what was changed afterwards

def wrapped(d: Any, of: str, around: Callable[[E.Expr], E.Expr]) -> None:
    """The claimed formula replaced by another, as a careful hand would do it: in the table, with the text to match."""
    from derive.maths.write import latex, plain

    nodes = read_nodes(d["nodes"], "nodes")
    table = Table()
    for e in nodes:
        table.add(e)
    place = d["claim"]["needs"] if of in d["claim"]["needs"] else d["claim"]
    other = around(nodes[place[of]["node"]])
    place[of] = {"node": table.add(other)}
    d["nodes"] = table.nodes
    if of == "answer":
        d["shown"] = {"latex": latex(other), "text": plain(other)}


def doubled(e: E.Expr) -> E.Expr:
    return E.Expr("and", (e, E.rel("<", E.sym("alpha"), E.num(Fraction(1, 10))))) if e.op in E.CONDITIONS else E.mul(E.TWO, e)


@pytest.mark.parametrize("name", [*(n for n in PARTS if n.partition("#")[2] not in ("table", "optimizer", "status", "norm")), SLOW])
def test_another_answer_fails(name: str) -> None:
    d = data(name)
    wrapped(d, "answer", doubled)
    found = recheck(d)
    assert not found.holds and found.complaints


@pytest.mark.parametrize(("name", "of"), [
    ("bank/mn_halfspace#answer", "value"), ("bank/mn_halfspace#answer", "multiplier"), ("bank/kkt_eq_qp#answer", "multiplier"),
    ("cs182-hw2/penalty-l1#optimizer", "update"), ("cs182-hw2/penalty-dual#dual", "direction"), ("cs182-hw2/limit-sgd#step-size", "upper"),
    ("cs182-hw2/limit-adam#norm", "limit"), ("cs182-hw2/penalty-linf-unsquared#status", "answer"),
])
@pytest.mark.parametrize("around", [E.neg, lambda e: E.mul(E.num(Fraction(1001, 1000)), e)])
def test_other_evidence_fails(name: str, of: str, around: Callable[[E.Expr], E.Expr]) -> None:
    d = data(name)
    wrapped(d, of, (lambda e: E.Expr("not", (e,))) if of == "answer" else around)
    found = recheck(d)
    assert not found.holds and found.complaints, of


@pytest.mark.parametrize(("name", "old", "new"), [
    ("bank/mn_halfspace#answer", "a^T x >= b", "a^T x >= 2*b"), ("bank/kkt_eq_qp#answer", "(1/2)*x^T Pm x", "x^T Pm x"),
    ("bank/prox_l1#answer", "(1/2)*norm", "(1/3)*norm"), ("bank/prox_l1#answer", "norm(x, 1)", "norm(x, 2)"),
    pytest.param("bank/conj_power#answer", "/p", "/(2*p)", marks=pytest.mark.long), ("cs182-hw2/penalty-l1#optimizer", "norm(u, 1)", "norm(u, 2)"),
    ("cs182-hw2/limit-rescaled#vector", "1 - ", "2 - "), ("cs182-hw2/limit-adam#norm", "1 - a", "3 - a"),
    ("cs182-hw2/comm-table#ring-messages", "0..n-2", "0..n-1"), ("cs182-hw2/comm-table#table", '"p/n"', '"p"'),
])
def test_another_statement_fails(name: str, old: str, new: str) -> None:
    d = data(name)
    said = json.dumps(d["problem"])
    assert old in said
    d["problem"] = json.loads(said.replace(old, new))
    try:
        found = recheck(d)
    except DeriveError:
        return
    assert not found.holds and found.complaints


def test_the_point_behind_a_value_is_checked() -> None:
    d = data("cs182-hw2/penalty-l1#value")
    (_, node), = (pair["tuple"] for pair in d["claim"]["needs"]["unknowns"]["tuple"])
    d["nodes"].append(["neg", [node["node"]], d["nodes"][node["node"]][2], None])
    node["node"] = len(d["nodes"]) - 1
    assert not recheck(d).holds


@pytest.mark.parametrize("name", ["cs182-hw2/penalty-l1#update", "cs182-hw2/ball-linf#update"])
def test_a_claim_of_uniqueness_is_checked(name: str) -> None:
    """At ties (or zeros) these minimisers are not alone: 'generic' holds, 'always' does not."""
    d = data(name)
    assert d["claim"]["unique"] == "generic"
    d["claim"]["unique"] = "always"
    assert any("no other optimum" in said for said in recheck(d).complaints)


@pytest.mark.parametrize("change", [
    lambda d: d["shown"].update(text="0"), lambda d: d["evidence"][0].update(strength="proved", check="first-order conditions, proved"),
    lambda d: d["evidence"].append({"check": "a proof", "strength": "proved", "holds": True, "detail": ""}),
    lambda d: d["evidence"][0].update(holds=False), lambda d: d["claim"].update(kind="condition"),
])
def test_a_record_that_does_not_come_out_again_is_said(change: Callable[[Any], Any]) -> None:
    d = data("bank/prox_l1#answer")
    change(d)
    assert not recheck(d).holds


def test_a_table_with_a_cell_left_out_fails() -> None:
    d = data("cs182-hw2/comm-table#table")
    d["claim"]["needs"]["cells"]["table"].pop()
    assert any("every cell" in said for said in recheck(d).complaints)


# ------------------------------------------------------------------------------------------ files that are none

@pytest.mark.parametrize("change", [
    lambda d: d.pop("problem"), lambda d: d.pop("nodes"), lambda d: d.update(schema=2), lambda d: d.update(more=1), lambda d: d.update(part="x"),
    lambda d: d["claim"].update(answer={"node": 10**9}), lambda d: d["claim"].update(answer={"node": True}), lambda d: d["claim"].update(answer="x"),
    lambda d: d["claim"].update(unique="surely"), lambda d: d["claim"].update(kind="__class__"), lambda d: d["nodes"].append(["eval", [], [], "1"]),
    lambda d: d["nodes"].append(["add", [10**6], [], None]), lambda d: d["nodes"].append(["sym", [], ["n"], "os.system"]),
    lambda d: d["nodes"].append(["num", [], [], "1" * (MAX_DIGITS + 1)]), lambda d: d["nodes"].append(["num", [], [], "1/0"]),
    lambda d: d["nodes"].append(["mul", [0, 0], ["q", "r"], None]), lambda d: d["nodes"].append(["fn", [0], [], "exec"]),
    lambda d: d["nodes"].extend([["neg", [len(d["nodes"]) - 1 + k], d["nodes"][-1][2], None] for k in range(MAX_DEPTH + 1)]),
    lambda d: d["nodes"].extend([["num", [], [], "2"]] + [["mul", [len(d["nodes"]) + k] * 2, [], None] for k in range(40)]),
    lambda d: d["problem"]["symbols"].pop("v"),
])
def test_what_is_no_certificate_is_refused_with_a_place(change: Callable[[Any], Any]) -> None:
    d = data("bank/prox_l1#answer")
    change(d)
    with pytest.raises(DeriveError, match="certificate"):
        recheck(d)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "{}", "3", '{"format": "derive-certificate"}', '{"format": NaN}', "\ud800".encode("utf-8", "surrogatepass")])
def test_any_file_is_read_or_refused(tmp_path: Path, text: Any) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DeriveError):
        recheck(read_certificate(file))
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 2


JSON = st.recursive(st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from(["n", "x", "add", "num", "sym", "1/2", "p"]), lambda c: st.lists(c, max_size=4), max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(JSON, max_size=6))
def test_any_table_is_read_or_refused(nodes: list[Any]) -> None:
    try:
        read_nodes(nodes, "nodes")
    except SourceError as err:
        assert "nodes" in str(err)


# ------------------------------------------------------------------------------------------ the table of nodes

def test_expressions_come_back_as_they_were() -> None:
    x, a = E.sym("x", ("n",)), E.sym("A", ("m", "n"))
    shared = E.matmul(a, x)
    all_of = [
        E.add(shared, shared), E.norm(shared, E.num(Fraction(3, 2))), E.transpose(x), E.as_column(E.matmul(E.transpose(shared), a)), E.dec(Fraction(1, 3), "0.333"),
        E.reduce_over("sum", "i", E.at(x, E.idx("i")), E.ONE, E.dim("n")), E.comp("i", E.mul(E.idx("i"), E.at(x, E.idx("i"))), "n"),
        E.cases(((x, E.rel(">", x, E.zeros("n"))),), E.neg(x)), E.basis(E.argopt("argmax", "k", E.fn("abs", E.at(x, E.idx("k"))), E.dim("n")), "n"),
        E.mat(((E.ONE, E.TWO), (E.INF, E.PI))), E.collection("interval", (E.ZERO, E.INF), (True, False)), E.sym("r@next"), E.truth(False), E.eye("n"),
    ]
    table = Table()
    places = [table.add(e) for e in all_of]
    back = read_nodes(json.loads(json.dumps(table.nodes)), "nodes")
    assert [back[p] for p in places] == all_of
    assert sum(n[0] == "matmul" for n in table.nodes) == 2  # A x once, x^T A^T A once


# ------------------------------------------------------------------------------------------ on the command line

def test_check_writes_and_verify_reads(tmp_path: Path) -> None:
    run = CliRunner()
    spec = str(SPECS / "bank" / "mn_halfspace.toml")
    assert run.invoke(main, ["check", spec, "--certificates", str(tmp_path / "c")]).exit_code == 0
    files = sorted(map(str, (tmp_path / "c").iterdir()))
    assert [Path(f).name for f in files] == ["mn_halfspace.answer.json", "mn_halfspace.value.json"]
    good = run.invoke(main, ["verify", *files])
    assert good.exit_code == 0 and good.output.count("holds") >= 2
    Path(files[0]).write_text(Path(files[0]).read_text(encoding="utf-8").replace("a^T x >= b", "a^T x <= b"), encoding="utf-8")
    bad = run.invoke(main, ["verify", files[0], "--json"])
    assert bad.exit_code == 1 and json.loads(bad.output)["complaints"]
