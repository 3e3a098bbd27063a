"""Statements -> what they claim the answer to be."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from derive.grading.branches import joined_branches
from derive.grading.named_parts import named_parts, names_of_parts
from derive.grading.piecewise import piecewise
from derive.grading.wanted import Interpretation, Member, Wanted
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.bigops import OVER_ANOTHER
from derive.maths.dots import general_entry
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import Reading
from derive.maths.subscripts import INDEX_LETTERS


def members(reading: Reading, wanted: Wanted, prose: str = "") -> Interpretation | None:
    """What a reading claims the answer to be; None where it is about something else."""
    statements = joined_branches(_joined(reading.statements))
    notes = list(reading.notes)
    if wanted.condition:
        return _conditions(statements, notes, wanted)
    branches = piecewise(statements, wanted)
    if branches is not None:
        return Interpretation(tuple(Member(b) for b in branches), tuple(notes), kind="asked")
    entries = _componentwise(statements, wanted) or _named_entries(statements, wanted)
    said, conditions = beside(statements, wanted)
    parts = named_parts(statements, wanted)
    if parts is not None:
        said = tuple(c for c in said if not names_of_parts(wanted) & E.symbols_in(c))
        return Interpretation((parts,), tuple(notes), kind="asked", said=said, conditions=conditions)
    if entries is not None:
        return Interpretation((Member(entries),), tuple(notes), kind="asked", said=said, conditions=conditions)
    chosen: list[tuple[Statement, list[Member], bool]] = []
    # h = ... with its own definition put in says nothing but itself.
    telling = [s for s in statements if not (s.ops == ("=",) and s.terms[0] == s.terms[1])]
    for s in telling or statements:
        found = _of_statement(s, wanted)
        if found is not None:
            chosen.append((s, *found))
    if not chosen:
        return None
    equations = _answering([c for c in chosen if c[2]], [c for c in chosen if not c[2]], wanted)
    kind = "bare"
    spread = _spread_list(chosen, wanted)
    if spread is not None:
        return Interpretation((spread,), (*notes, "the list is read as a vector"), kind="asked")
    if equations:
        kind = "named" if all(c[0].terms[0].op == "new" for c in equations) else "asked"
        picked = _standing_statements(equations) + _joined_by_or(chosen, equations[-1], wanted)
    else:
        bare = _without_remarks([c for c in chosen if not c[2]], wanted) or chosen
        listed = _bare_list(bare, wanted)
        if listed is not None:
            return Interpretation((Member(listed),), (*notes, "the list is read as a vector"))
        picked = [c[1] for c in bare]
    members = [m for group in picked for m in group]
    explicit = [m for m in members if not E.has(m.expr, "restate")]
    barred = {*wanted.unknowns, *((wanted.asked,) if not wanted.label else ())}
    solved = [m for m in explicit if not any(n in barred or "@" in n for n in E.symbols_in(m.expr))]
    explicit = solved or explicit  # u = θ_new - θ = -(α/2) g: the step through u itself is no second answer
    if not explicit:
        orders = tuple(x.args[0] for m in members for x in E.walk(m.expr) if x.op == "restate" and x.data == "asymptotic")
        if orders:
            notes.append("asymptotic")
        if all(any(x.op == "restate" and x.data == OVER_ANOTHER for x in E.walk(m.expr)) for m in members):
            notes.append(OVER_ANOTHER)
        return Interpretation((), tuple(notes), restated=True, kind=kind, orders=orders)
    shaped = tuple(_shaped(m, wanted, notes, prose) for m in explicit)
    return Interpretation(shaped, tuple(dict.fromkeys(notes)), kind=kind, said=said, conditions=conditions)


_COUNTERS = frozenset(("t", "T", "s", "N", "iter", "step", "steps"))
_CONDITIONAL = frozenset(("if", "when", "only", "while", "for", "iff"))


def beside(statements: list[Statement], wanted: Wanted) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Equations that a text states beside its answer, and conditions that it puts on it."""
    said: list[Expr] = []
    conditions: list[Expr] = []
    before = ""
    for place, s in enumerate(statements):
        known = len(s.terms) == 2 and not any(x.op in ("new", "blank", "restate") or (x.op == "sym" and ("@" in str(x.data) or str(x.data) in (wanted.asked, *wanted.unknowns)))
                        for t in s.terms for x in E.walk(t))
        if known and s.terms[0].shape == s.terms[1].shape:
            a, b = s.terms
            if s.ops == ("=",) and a.op not in ("num", "idx", "argopt", "div") and not _of_iterate(a, wanted) and not E.free_indices(a) | E.free_indices(b):
                said.append(E.rel("=", a, b))
            elif s.ops[0] in ("<", "<=", ">", ">=") and len(E.free_indices(a) | E.free_indices(b)) == 1 and not a.shape and wanted.shape and (
                    before not in _CONDITIONAL):
                letter = next(iter(E.free_indices(a) | E.free_indices(b)))
                if "(" not in letter:  # |g_k| >= |g_i| for all i
                    said.append(E.comp(letter, E.rel(s.ops[0], a, b), wanted.shape[0]))
            elif s.ops[0] in ("<", "<=", ">", ">=") and before in _CONDITIONAL and not a.shape:
                free = sorted(E.free_indices(a) | E.free_indices(b))
                needed = E.rel(s.ops[0], a, b)
                conditions.append(E.comp(free[0], needed, wanted.shape[0]) if len(free) == 1 and wanted.shape and "(" not in free[0] else needed)
        elif known and len(s.terms[0].shape) == 1 and E.is_number(s.terms[1], 0) and s.ops[0] in ("<", "<=", ">", ">=") and before in _CONDITIONAL:
            conditions.append(E.rel(s.ops[0], s.terms[0], E.zeros(*s.terms[0].shape)))  # for g > 0
        a = s.terms[0]
        if s.ops == ("=",) and (a.op == "idx" or (a.op == "new" and (a.data in INDEX_LETTERS or a.data in _COUNTERS))) and s.terms[1].op == "num" and (
                before in ("for", "if", "when", "at")) and not _covers(statements[place:], wanted):
            conditions.append(E.truth(False))  # u_i = ... for i = 1 only, or at one step
        before = s.after
    return tuple(said), tuple(conditions)


def _of_iterate(a: Expr, wanted: Wanted) -> bool:
    """θ or θ_k, which an update overwrites."""
    base = a.args[0] if a.op == "at" else a
    return base.op == "sym" and base.data in wanted.iterates


def _covers(range_of: list[Statement], wanted: Wanted) -> bool:
    """Whether 'i = 1, 2, 3', 'i = 1, ..., n' names every entry of what is asked; the first statement is 'i = 1'."""
    places = [range_of[0].terms[1]]
    after = range_of[0].after
    for s in range_of[1:]:
        if after not in (",", "and", "…", ".") or s.ops or s.terms[0].shape or s.terms[0].op not in ("num", "dim", "add", "new"):
            break
        places.append(s.terms[0])
        if s.after in ("…", "."):
            return True
        after = s.after
    if after in ("…", ".") or any(x.op != "num" for x in places):
        return True
    size = wanted.shape[0] if wanted.shape else None
    shown = {int(x.data) for x in places}
    return isinstance(size, int) and shown in (set(range(1, size + 1)), set(range(size)))


Chosen = tuple[Statement, list[Member], bool]


def _answering(equations: list[Chosen], bare: list[Chosen], wanted: Wanted) -> list[Chosen]:
    """Equations for the unknown, else those that give the answer a name of their own.

    A definition (eta = alpha/2) beside an equation or expression of the asked shape is no answer.
    """
    named = [c for c in equations if c[0].terms[0].op == "new"]
    asked = [c for c in equations if c[0].terms[0].op != "new"]
    if asked:
        return asked
    if any(E.as_column(m.expr).shape == wanted.shape or (E.free_indices(m.expr) and _shaped(m, wanted, []).expr.shape == wanted.shape)
           for c in bare if c[0].lead not in _REMARKS for m in c[1]):
        return []
    fitting = [c for c in named if any(E.as_column(m.expr).shape == wanted.shape for m in c[1])]
    return fitting or named


_REMARKS = frozenset(["where", "with", "for", "given", "since", "because", "as", "when", "if"])


def _without_remarks(bare: list[Chosen], wanted: Wanted) -> list[Chosen]:
    """Without what stands after 'where', and without scalars beside a vector that is asked."""
    if len(bare) == 1:
        return bare
    out: list[Chosen] = []
    remark = False
    for c in bare:
        if not remark or c[0].after in ("otherwise", "else"):
            out.append(c)
        remark = remark or c[0].after in _REMARKS
    fitting = [c for c in out if any(len(E.as_column(_shaped(m, wanted, []).expr).shape) == len(wanted.shape) for m in c[1])]
    return fitting or out


_EACH = re.compile(
    r"\b(?:each|every|all)\b(?![^.;\n]{0,60}\b(?:sum|add|total|average|multiply)\b)[^.;\n]{0,30}\b(?:component|coordinate|entr(?:y|ies)|element|weight|parameter)s?\b"
    r"|\b(?:entries|components|coordinates|elements|weights)\s+(?:are\s+|is\s+)?all\s+(?:of\s+them\s+)?(?:equal\w*|the\s+same|identical\w*|take|have)\b", re.I)


def _shaped(m: Member, wanted: Wanted, notes: list[str], prose: str = "") -> Member:
    """A componentwise expression (free index i) of a vector is the vector of its entries."""
    x = m.expr
    if not x.shape and len(wanted.shape) == 1 and not E.free_indices(x) and x.op != "restate" and _EACH.search(prose):
        notes.append("the same in every entry")
        return replace(m, expr=E.mul(x, E.ones(*wanted.shape)))
    if x.shape == wanted.shape[1:] and wanted.shape:  # an entry of a vector, or a row of a matrix
        free = sorted(E.free_indices(x))
        if len(free) == 1:
            notes.append(f"read for every {free[0]}")
            return replace(m, expr=E.comp(free[0], x, wanted.shape[0]))
    if len(wanted.shape) == 1 and x.shape == wanted.shape and len(E.free_indices(x)) == 1:
        letter = next(iter(E.free_indices(x)))
        if _only_in_cases(x, letter):
            notes.append(f"the indicator is read for every {letter}")  # g ⊙ 1[i = k]
            return replace(m, expr=E.comp(letter, E.at(x, E.idx(letter)), wanted.shape[0]))
    return m


def _only_in_cases(x: Expr, letter: str) -> bool:
    """Whether an index chooses between values and stands nowhere else."""
    return letter not in E.free_indices(x) or x.op == "cases" or (bool(x.args) and all(_only_in_cases(a, letter) for a in x.args))


def _joined(statements: tuple[Statement, ...]) -> list[Statement]:
    """Lines of an alignment that begin with '=' continue the statement before."""
    out: list[Statement] = []
    for s in (part for whole in statements for part in _concluded(whole)):
        if s.terms[0].op == "blank" and out:
            last = out[-1]
            out[-1] = Statement((*last.terms, *s.terms[1:]), (*last.ops, *s.ops), last.position, s.after)
        else:
            out.append(s)
    return out


def _concluded(s: Statement) -> list[Statement]:
    """'0 = g + (2/a) u -> u = ...': an arrow between two equations concludes, it does not go to a limit."""
    for k, op in enumerate(s.ops):
        if op == "to" and k and "=" in s.ops[k + 1 :]:
            return [replace(s, terms=s.terms[: k + 1], ops=s.ops[:k], after="⇒"), *_concluded(replace(s, terms=s.terms[k + 1 :], ops=s.ops[k + 1 :]))]
    return [s]


def _standing_statements(equations: list[tuple[Statement, list[Member], bool]]) -> list[list[Member]]:
    """The last equation stands; those joined to it by a comma, 'and' or 'or' stand with it."""
    picked = [equations[-1][1]]
    for s, members, _ in reversed(equations[:-1]):
        if s.after not in (",", ";", "and", "or"):
            break
        picked.insert(0, members)
    return picked


def _joined_by_or(chosen: list[Chosen], last: Chosen, wanted: Wanted) -> list[list[Member]]:
    """u = X or Y: the Y stands too."""
    out = []
    for c in chosen:
        words = c[0].lead.split()
        if c is not last and not c[2] and ("or" in words or "also" in words) and any(
                len(E.as_column(m.expr).shape) == len(wanted.shape) for m in c[1]):
            out.append(c[1])
    return out


def _is_asked(e: Expr, wanted: Wanted) -> bool:
    if e.op == "T":
        e = e.args[0]
    if wanted.shape and not wanted.label and (
            (e.op == "comp" and e.args[0] == E.at(E.sym(wanted.asked, wanted.shape), E.idx(str(e.data))))  # (u_1, ..., u_n)
            or (e.op == "vec" and e.args == tuple(E.at(E.sym(wanted.asked, wanted.shape), E.num(k + 1)) for k in range(len(e.args))))):
        return True
    if e.op != "sym" or not wanted.asked:
        return False
    name, _, label = str(e.data).partition("@")
    if name != wanted.asked:
        return False
    return label == wanted.label.lstrip("@") if wanted.label else label in ("", "limit", "next")


def _iterate(e: Expr, wanted: Wanted) -> Expr | None:
    """The S of an update written as S_{t+1} = ..., or S_{t+1} - S_t = ... (then zero)."""
    if e.op == "sym" and str(e.data).endswith("@next"):
        name = str(e.data).partition("@")[0]
        if name in wanted.iterates:
            return E.sym(name, e.shape)
    return None


def _of_statement(s: Statement, wanted: Wanted) -> tuple[list[Member], bool] | None:
    """Members of one statement and whether it is an equation for the asked unknown."""
    terms, ops = s.terms, s.ops
    if ops == ("in",) and _is_asked(terms[0], wanted):  # u in a set of minimisers: each of them is claimed
        inside = terms[1].args if terms[1].op in ("set", "list") else (terms[1],)
        return [Member(x) for x in inside], True
    if ops and ops[0] == "to" and _is_asked(head := terms[0], wanted):
        ops = ("=", *ops[1:])
    if ops == ("prop",) and wanted.normalised and _is_proportional(terms, wanted):
        shared = _shaped(Member(terms[1]), wanted, []).expr
        return [Member(E.div(shared, E.total(shared)))], True
    bound = next((k for k, op in enumerate(ops) if op in ("<", "<=", ">", ">=")), 0)
    if bound and set(ops[:bound]) <= {"=", "~"}:  # J = A <= B: what the answer is, and a bound for it
        terms, ops = terms[: bound + 1], ops[:bound]
    if any(op not in ("=", "~") for op in ops):
        return None
    if not ops:
        if terms[0].op == "set":
            return [Member(x) for x in terms[0].args], False
        return ([Member(terms[0])], False) if terms[0].op not in ("new", "blank") else None
    rest = [Member(x, op == "~") for op, t in zip(ops, terms[1:], strict=True) for x in (t.args if t.op == "set" else (t,))]
    head = terms[0]
    if _is_asked(head, wanted):
        if len(rest) > 1 and _is_asked(rest[0].expr, wanted):
            rest = rest[1:]  # u = Δθ = ...
        return rest, True
    if head.op == "sym" and head.data in wanted.iterates:  # θ_t = θ_{t-1} - ...
        earlier = {E.sym(f"{n}@prev", s.shape): E.sym(n, s.shape) for n, s in wanted.scope.symbols.items() if n == head.data or s.name in _gradients(wanted)}
        rest = [replace(m, expr=E.replace(m.expr, earlier)) for m in rest]
    base = _iterate(head, wanted)
    if base is not None:
        return [_step(m, base) for m in rest], True
    if head.op == "sym" and head.data in wanted.iterates and rest and head in set(E.walk(rest[0].expr)):
        return [_step(m, head) for m in rest], True
    moved = _difference(head, wanted)
    if moved:
        return [replace(m, expr=E.neg(m.expr)) for m in rest] if moved < 0 else rest, True
    factor = _multiple(head, wanted)
    if factor is not None and len(terms) == 2 and terms[1].shape == head.shape:
        return [replace(m, expr=E.div(m.expr, factor)) for m in rest], True
    if head.op == "new" and str(head.data).partition("_")[0] in ("tilde", "bar", "overline", "dot", "check", "breve") and (
            str(head.data) not in (f"bar_{wanted.asked}", f"overline_{wanted.asked}")):
        return None  # a decorated symbol is another quantity
    if head.op in ("new", "blank"):
        return rest, head.op == "new"
    if len(terms) == 2 and _is_asked(terms[1], wanted):
        return [Member(head)], True
    names = E.symbols_in(head)
    if wanted.asked in names or any(n.endswith("@next") for n in names):
        return None
    declared = wanted.scope.symbols.get(str(head.data)) if head.op == "sym" else None
    if declared is not None and declared.kind == "function" and not wanted.asked:
        return rest, True  # f* = ...: the name of a value
    if head.op in ("idx", "argopt") or (head.op == "add" and head.args[0].op == "argopt") or (head.op == "sym" and wanted.subject != head.data):
        return None  # an equation for something else
    if head.op == "restate":
        return rest, True
    if not any(wanted.asked and wanted.asked in E.symbols_in(t) for t in terms) and all(op in ("=", "~") for op in ops) and E.as_column(head).shape == wanted.shape:
        return [Member(head), *rest], False
    return None


def _is_proportional(terms: tuple[Expr, ...], wanted: Wanted) -> bool:
    """x ∝ y, or x_i ∝ y_i."""
    head = terms[0]
    return (_is_asked(head, wanted) or (_entry(head, wanted) is not None and E.free_indices(head) == E.free_indices(terms[1]))) and (
        _shaped(Member(terms[1]), wanted, []).expr.shape == wanted.shape)


def _gradients(wanted: Wanted) -> frozenset[str]:
    return frozenset(str(s.gradient) for s in wanted.scope.symbols.values() if s.gradient)


def _step(m: Member, base: Expr) -> Member:
    """The update behind an equation for the next iterate: what is added to the current one."""
    if m.expr.shape != base.shape:
        return m
    return replace(m, expr=simplify(E.sub(m.expr, base)))


def _difference(e: Expr, wanted: Wanted) -> int:
    """1 for θ_{t+1} - θ_t on the left of an update, -1 for θ_t - θ_{t+1}, else 0."""
    if e.op != "add" or len(e.args) != 2 or e.args[1].op != "neg":
        return 0
    first, second = e.args[0], e.args[1].args[0]
    for after, before, sign in ((first, second, 1), (second, first, -1)):
        if after.op == "sym" and after.data in wanted.iterates and before == E.sym(f"{after.data}@prev", after.shape):
            return sign
        base = _iterate(after, wanted)
        if base is not None and before == base:
            return sign
    return 0


def _multiple(e: Expr, wanted: Wanted) -> Expr | None:
    """The scalar c of 'c u = ...': the answer is then what stands on the right, divided by it."""
    if e.op == "neg" and _is_asked(e.args[0], wanted):
        return E.neg(E.ONE)
    if e.op not in ("mul", "div") or len(e.args) != 2:
        return None
    a, b = e.args
    if e.op == "mul" and not a.shape and _is_asked(b, wanted) and wanted.asked not in E.symbols_in(a):
        return a
    return E.div(E.ONE, b) if e.op == "div" and not b.shape and _is_asked(a, wanted) and wanted.asked not in E.symbols_in(b) else None


def _spread_list(chosen: list[Chosen], wanted: Wanted) -> Member | None:
    """θ = 1/3, 10/3, 100/3: an equation for the vector whose list has lost its brackets."""
    if len(wanted.shape) != 1 or len(chosen) != wanted.shape[0] or len(chosen) < 2 or not chosen[0][2] or any(c[2] for c in chosen[1:]):
        return None
    entries = [c[1][-1].expr for c in chosen]
    if any(len(c[1]) != 1 for c in chosen[1:]) or any(x.shape for x in entries) or any(c[0].after not in (",", ";", "end") for c in chosen):
        return None
    return Member(E.vec(tuple(entries)), chosen[0][1][-1].approximate)


def _bare_list(chosen: list[tuple[Statement, list[Member], bool]], wanted: Wanted) -> Expr | None:
    """1/3, 10/3, 100/3 without brackets, for a vector of that length."""
    if len(wanted.shape) != 1 or len(chosen) != wanted.shape[0] or len(chosen) < 2:
        return None
    entries = [c[1][0].expr for c in chosen]
    if any(len(c[1]) != 1 or c[1][0].expr.shape for c in chosen) or any(s.after not in (",", ";", "and", "end") for s, _, _ in chosen):
        return None
    return E.vec(tuple(entries))


def _componentwise(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """θ_1 = ..., θ_2 = ..., or u_k = ... and 0 otherwise, or u_i = ... for every i."""
    if not wanted.shape or not wanted.asked:
        return None
    by_entry: dict[Any, Expr] = {}
    general: tuple[str, Expr] | None = None
    chosen: tuple[Expr, Expr] | None = None
    otherwise: Expr | None = None
    for s in (_entry_step(each, wanted) for each in statements):
        heads = [t for t in s.terms if _entry(t, wanted) is not None]
        if not heads:
            if chosen is not None and s.ops == ("=",) and s.after in ("elsewhere", "otherwise", "else") and _is_asked(s.terms[0], wanted):
                otherwise = s.terms[1]  # u[k] = ...; u = 0 elsewhere
                continue
            if chosen is not None and not s.ops and s.terms[0].shape in ((), wanted.shape[1:]):
                otherwise = s.terms[0]
            continue
        if any(op not in ("=", "~") for op in s.ops) or heads[0] is not s.terms[0] or not s.ops:
            return None
        exact = [t for op, t in zip(("=", *s.ops), s.terms, strict=True) if op == "=" and _entry(t, wanted) is None]
        value = exact[-1] if exact else s.terms[-1]
        value = E.as_column(value)
        if wanted.shape[1:] and (E.is_number(value, 0) or (value.op == "mul" and E.is_number(value.args[0], 0))):
            value = E.zeros(*wanted.shape[1:])
        if value.shape != wanted.shape[1:] or _entry(value, wanted) is not None:
            return None
        if any(wanted.asked in E.symbols_in(t) for t in exact):
            return None
        for h in heads:
            i = _entry(h, wanted)
            assert i is not None
            free = E.free_indices(i)
            if i.op == "num":
                by_entry[int(i.data)] = value
            elif i.op == "idx" and len(free) == 1:
                general = (str(i.data), value)
            elif not free:
                chosen = (i, value)
            else:
                return None
    size = wanted.shape[0]
    if 1 in by_entry and chosen is not None and chosen[0] == E.dim(size) and general is None:  # u_1 = ..., ..., u_n = ...
        try:
            body, top = general_entry(by_entry[1], chosen[1])
        except E.ShapeError:
            return None
        same = all(E.replace(body, {E.idx("_d"): E.num(i)}) == x for i, x in by_entry.items())
        return E.comp("_d", body, size) if same and top == chosen[0] else None
    if by_entry and isinstance(size, int) and len(wanted.shape) == 1:
        if set(by_entry) == set(range(1, size + 1)):
            return E.vec(tuple(by_entry[i] for i in range(1, size + 1)))
        return None
    based = next((s.terms[-1] for s in statements if s.ops == ("=",) and _is_asked(s.terms[0], wanted) and s.terms[-1].op == "zeros"), None)
    if chosen is not None and based is not None and general is None:  # u = zeros(n); u[k] = ...
        otherwise = E.ZERO
    if chosen is not None and (general is not None or otherwise is not None):
        index, rest = general if general is not None else ("_i", otherwise)
        assert rest is not None
        i = E.idx(index)
        return E.comp(index, E.cases(((chosen[1], E.rel("=", i, chosen[0])),), rest), size)
    if general is not None:
        index, value = general
        if E.free_indices(value) <= {index}:
            return E.comp(index, value, size)
    return None


_AXES = ("x", "y", "z")


def _named_entries(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """x = ..., y = ..., z = ... or w1 = ..., w2 = ...: the entries of a short vector under names of the text's own."""
    if len(wanted.shape) != 1 or len(statements) != wanted.shape[0] or len(statements) < 2:
        return None
    if any(s.ops not in (("=",), ("~",)) or s.terms[0].op != "new" or s.terms[1].shape for s in statements):
        return None
    names = [re.sub(r"[_{}]", "", str(s.terms[0].data)) for s in statements]
    numbered = [f"{names[0][:-1]}{k + 1}" for k in range(len(names))] if names[0].endswith("1") and len(names[0]) > 1 else []
    if names != numbered and tuple(names) != _AXES[: len(names)]:
        return None
    return E.vec(tuple(s.terms[1] for s in statements))


def _entry_step(s: Statement, wanted: Wanted) -> Statement:
    """θ_k ← θ_k - x as u_k = -x: the step of one entry of an iterate."""
    head = s.terms[0]
    if s.ops != ("=",) or head.op != "at" or len(head.args) != 2 or head.args[0].op != "sym" or head.shape:
        return s
    name = str(head.args[0].data).partition("@")[0]
    before = E.at(E.sym(name, head.args[0].shape), head.args[1])
    if name not in wanted.iterates or before not in set(E.walk(s.terms[1])):
        return s
    step = simplify(E.sub(s.terms[1], before))
    return replace(s, terms=(E.at(E.sym(wanted.asked, wanted.shape), head.args[1]), step))


def _entry(t: Expr, wanted: Wanted) -> Expr | None:
    """The index i of u_i."""
    if t.op == "at" and len(t.args) == 2 and _is_asked(t.args[0], wanted):
        return t.args[1]
    return None


def _conditions(statements: list[Statement], notes: list[str], wanted: Wanted) -> Interpretation | None:
    """Inequalities, joined: 0 < α, α < 1; a bare interval is that of the variable that is asked for."""
    parts: list[Expr] = []
    for s in statements:
        for k, op in enumerate(s.ops):
            a, b = s.terms[k], s.terms[k + 1]
            if op in ("<", "<=", ">", ">=", "!=") or (op == "in" and b.op in ("interval", "vec", "union")):
                parts.append(E.rel(op, a, b) if op != "in" else _inside(a, b))
            elif op == "=" and a.op == "new":
                return None
        bare = s.terms[0]
        if not s.ops and wanted.subject and (bare.op == "interval" or (bare.op in ("vec", "list") and len(bare.args) == 2)):
            parts.append(_inside(E.sym(wanted.subject), bare))
        elif not s.ops and bare.op in ("interval", *E.CONDITIONS):
            parts.append(bare)
    if not parts:
        return None
    condition = parts[0] if len(parts) == 1 else Expr("and", tuple(parts))
    return Interpretation((Member(condition),), tuple(notes))


def _inside(x: Expr, interval: Expr) -> Expr:
    """x in (a, b) as inequalities; two values in round brackets are an open interval here."""
    if interval.op == "union":
        return Expr("or", tuple(_inside(x, a) for a in interval.args))
    if len(interval.args) != 2:
        return E.truth(False)
    closed = interval.data if interval.op == "interval" else (False, False)
    low = E.rel("<=" if closed[0] else "<", interval.args[0], x)
    high = E.rel("<=" if closed[1] else "<", x, interval.args[1])
    return Expr("and", (low, high))
