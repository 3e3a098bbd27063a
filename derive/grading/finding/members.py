"""Statements -> what they claim the answer to be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive import patterns as re
from derive.grading.cases.branches import joined_branches
from derive.grading.cases.by_entries import Chosen, bare_list, componentwise, named_entries, numbered_entries, spread_list
from derive.grading.cases.piecewise import by_whole_conditions, piecewise
from derive.grading.conditions.ranges import as_condition
from derive.grading.finding.asked import (
    difference_of_iterates,
    gradients_of,
    index_of_entry,
    is_asked,
    is_told,
    iterate_of,
    multiple_of_asked,
    step_from,
)
from derive.grading.finding.named_parts import named_parts, names_of_parts
from derive.grading.finding.wanted import Interpretation, Member, Wanted
from derive.grading.letters.matrix_entries import places_of_entries
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.bigops import OVER_ANOTHER
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import Reading
from derive.maths.subscripts import INDEX_LETTERS


def members(reading: Reading, wanted: Wanted, prose: str = "") -> Interpretation | None:
    """What a reading claims the answer to be; None where it is about something else."""
    statements = joined_branches(_told_of_asked(_joined(reading.statements), wanted))
    notes = list(reading.notes)
    if wanted.condition:
        return as_condition(statements, notes, wanted)
    branches = piecewise(statements, wanted, reading.text)
    if branches is not None:
        return Interpretation(tuple(Member(b) for b in branches), tuple(notes), kind="asked")
    entries = componentwise(statements, wanted) or named_entries(statements, wanted)
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
    equations = _answering(_without_definitions(chosen, statements), [c for c in chosen if not c[2]], wanted)
    kind = "bare"
    spread = spread_list(chosen, wanted)
    if spread is not None:
        return Interpretation((spread,), (*notes, "the list is read as a vector"), kind="asked")
    if equations:
        kind = "named" if all(c[0].terms[0].op == "new" for c in equations) else "asked"
        behind = _behind(reading.text, statements, chosen, equations[-1], wanted)
        if behind is None:
            return None
        picked = _standing_statements(equations) + _joined_by_or(chosen, equations[-1], wanted) + behind
    else:
        clause = next((s.position for k, s in enumerate(statements) if k and s.lead in ("where", "with")), len(reading.text))
        bare = _without_remarks([c for c in chosen if not c[2]], wanted, clause) or chosen
        listed = bare_list(bare, wanted)
        if listed is not None:
            return Interpretation((Member(listed),), (*notes, "the list is read as a vector"))
        picked = [c[1] for c in bare]
    members = [m for group in picked for m in group]
    explicit = [m for m in members if not E.has(m.expr, "restate")]
    barred = {*wanted.unknowns, *((wanted.asked,) if not wanted.label else ())}
    solved = [m for m in explicit if not any(n in barred or ("@" in n and not is_told(n.partition("@")[0], wanted)) for n in E.symbols_in(m.expr))]
    explicit = solved or explicit  # u = θ_new - θ = -(α/2) g: the step through u itself is no second answer
    if not explicit:
        orders = tuple(x.args[0] for m in members for x in E.walk(m.expr) if x.op == "restate" and x.data == "asymptotic")
        if orders:
            notes.append("asymptotic")
        if all(any(x.op == "restate" and x.data == OVER_ANOTHER for x in E.walk(m.expr)) for m in members):
            notes.append(OVER_ANOTHER)
        return Interpretation((), tuple(notes), restated=True, kind=kind, orders=orders)
    places = places_of_entries(reading.text, wanted) if len(wanted.shape) == 2 else ()
    shaped = tuple(_shaped(m, wanted, notes, prose, places) for m in explicit)
    return Interpretation(shaped, tuple(dict.fromkeys(notes)), kind=kind, said=said, conditions=conditions)


_COUNTERS = frozenset(("t", "T", "s", "N", "iter", "step", "steps"))
_CONDITIONAL = frozenset(("if", "when", "only", "while", "for", "iff"))


_ORDERED = frozenset(("<", "<=", ">", ">=", "!="))


def beside(statements: list[Statement], wanted: Wanted) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Equations that a text states beside its answer, and conditions that it puts on it."""
    said: list[Expr] = []
    conditions: list[Expr] = []
    given = numbered_entries(statements, wanted)
    before = ""
    for place, s in enumerate(statements):
        known = len(s.terms) == 2 and not any(x.op in ("new", "blank", "restate") or (x.op == "sym" and ("@" in str(x.data) or str(x.data) in (wanted.asked, *wanted.unknowns)))
                        for t in s.terms for x in E.walk(t))
        if known and s.ops == ("=",) and s.terms[0].shape != s.terms[1].shape and all(len(t.shape) == 2 for t in s.terms):
            said.append(E.truth(False))  # A^T = U S V^T of an m x n matrix A = U S V^T
        elif known and s.terms[0].shape == s.terms[1].shape:
            a, b = s.terms
            if given and s.ops[0] in _ORDERED and _of_the_rest(E.rel(s.ops[0], a, b), given):
                pass
            elif s.ops[0] == "!=" and a.op == "idx" and b.op == "num" and wanted.shape and before in _CONDITIONAL:
                conditions.append(E.comp(str(a.data), E.rel("!=", a, b), wanted.shape[0]))  # u_i = ... for i != 1 only
            elif s.ops == ("=",) and a.op not in ("num", "idx", "argopt", "div") and not _of_iterate(a, wanted) and not E.free_indices(a) | E.free_indices(b):
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
                before in ("for", "if", "when", "at") or _goes_on_to(statements[place:])) and not _covers(statements[place:], wanted, given):
            conditions.append(E.truth(False))  # u_i = ... for i = 1 only, or at one step
        before = s.after
    return tuple(said), tuple(conditions)


def _of_iterate(a: Expr, wanted: Wanted) -> bool:
    """θ or θ_k, which an update overwrites; the list of all unknowns."""
    if a.op == "vec" and is_asked(a, wanted):
        return True
    base = a.args[0] if a.op == "at" else a
    return base.op == "sym" and base.data in wanted.iterates


def _goes_on_to(range_of: list[Statement]) -> bool:
    """Whether an 'i = 1' goes on to a last index: 'i = 1, ..., n'."""
    return len(range_of) > 1 and range_of[0].after in (",", "…", ".") and not range_of[1].ops and (
        (E.has(range_of[1].terms[0], "dim") or (range_of[1].terms[0].op == "num" and range_of[1].after == "end")) and not range_of[1].terms[0].shape and not E.symbols_in(range_of[1].terms[0]))


def _of_the_rest(needed: Expr, given: frozenset[int]) -> bool:
    """Whether 'i >= 2', 'i > 1' or 'i != 1' leaves out no entry but those that are given by their numbers."""
    op, (a, b) = needed.data, needed.args
    if a.op == "num" and b.op == "idx":
        a, b, op = b, a, {"<": ">", "<=": ">="}.get(op, op)
    if a.op != "idx" or b.op != "num" or op not in (">", ">=", "!="):
        return False
    last = int(b.data) - (op == ">=")
    return {last} <= given if op == "!=" else set(range(1, last + 1)) <= given


def _covers(range_of: list[Statement], wanted: Wanted, given: frozenset[int] = frozenset()) -> bool:
    """Whether 'i = 1, 2, 3', 'i = 1, ..., n' names every entry of what is asked but for those that are given by their numbers; the first statement is 'i = 1'."""
    places = [range_of[0].terms[1]]
    after = range_of[0].after
    for s in range_of[1:]:
        if after not in (",", "and", "…", ".") or s.ops or s.terms[0].shape or s.terms[0].op not in ("num", "dim", "add", "new"):
            break
        places.append(s.terms[0])
        if s.after in ("…", "."):
            return True
        after = s.after
    size = wanted.shape[0] if wanted.shape else None
    if any(x.op != "num" for x in places):
        low, high = places[0], next(x for x in places if x.op != "num")
        ends = () if size is None else (E.dim(size), E.sym(str(size)))
        if given and low.op == "num" and low.data > 1 and set(range(1, int(low.data))) <= given:
            return high in ends
        return (E.is_number(low, 1) and high in ends) or (E.is_number(low, 0) and any(proved_equal(high, E.sub(end, E.ONE)) for end in ends))
    if after in ("…", "."):
        return True
    shown = {int(x.data) for x in places}
    shown |= given
    return isinstance(size, int) and shown in (set(range(1, size + 1)), set(range(size)))


def _without_definitions(chosen: list[Chosen], statements: list[Statement]) -> list[Chosen]:
    """The equations, without what 'where' or 'with' introduces behind another one under a name of the text's own: 'R = K a with K = b' says what R is."""
    defining = [s for before, s in pairwise(statements) if before.after in ("where", "with") and s.ops and s.terms[0].op == "new"]
    equations = [c for c in chosen if c[2]]
    return [c for c in equations if not any(c[0] is s for s in defining)] or equations


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


def _without_remarks(bare: list[Chosen], wanted: Wanted, clause: int) -> list[Chosen]:
    """Without what stands after 'where', and without scalars beside a vector that is asked; clause: the place behind which 'where' rules."""
    if len(bare) == 1:
        return bare
    out: list[Chosen] = []
    remark = False
    for c in bare:
        remark = remark or (bool(out) and c[0].position >= clause)
        if not remark or c[0].after in ("otherwise", "else"):
            out.append(c)
        remark = remark or c[0].after in _REMARKS
    fitting = [c for c in out if any(len(E.as_column(_shaped(m, wanted, []).expr).shape) == len(wanted.shape) for m in c[1])]
    return fitting or out


_EACH = re.compile(
    r"\b(?:each|every|all)\b(?![^.;\n]{0,60}\b(?:sum|add|total|average|multiply)\b)[^.;\n]{0,30}\b(?:component|coordinate|entr(?:y|ies)|element|weight|parameter|unknown)s?\b(?!\s+(?:but|except|save)\b)"
    r"|\ball\s+(?:of\s+them|two|three|four|five|\d)\s+(?:are|equal|tend|converge|become|go|take|get|have\s+the\s+value)\b|\bfor\s+all\s+(?:of\s+them|two|three|four|five)(?=\W*$)"
    r"|\b(?:entries|components|coordinates|elements|weights)\s+(?:are\s+|is\s+)?all\s+(?:of\s+them\s+)?(?:equal\w*|the\s+same|identical\w*|take|have)\b", re.I)


def _shaped(m: Member, wanted: Wanted, notes: list[str], prose: str = "", places: tuple[str, ...] = ()) -> Member:
    """A componentwise expression (free index i) of a vector is the vector of its entries; of a matrix, with two that its left side names."""
    x = m.expr
    if not wanted.shape and x.op == "cases" and x.shape and (whole := by_whole_conditions(x)) is not None:
        return replace(m, expr=whole)
    if len(places) == 2 and places[0] != places[1] and not x.shape and E.free_indices(x) <= set(places) and x.op != "restate":
        notes.append(f"read for every {places[0]} and {places[1]}")
        return replace(m, expr=E.comp(places[0], E.comp(places[1], x, wanted.shape[1]), wanted.shape[0]))
    if not x.shape and len(wanted.shape) == 1 and not E.free_indices(x) and x.op != "restate" and _EACH.search(prose):
        notes.append("the same in every entry")
        return replace(m, expr=E.mul(x, E.ones(*wanted.shape)))
    if x.shape == wanted.shape[1:] and wanted.shape:  # an entry of a vector, or a row of a matrix
        free = sorted(E.free_indices(x))
        if len(free) == 1 and not free[0].endswith("*"):  # b^* is one index, not every
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
    for s in (part for whole in statements if not whole.lives or len(statements) == 1 for part in _concluded(whole)):
        if s.terms[0].op == "blank" and out:
            last = out[-1]
            out[-1] = Statement((*last.terms, *s.terms[1:]), (*last.ops, *s.ops), last.position, s.after)
        else:
            out.append(s)
    return out


def _told_of_asked(statements: list[Statement], wanted: Wanted) -> list[Statement]:
    """'F is half of u' as the equation for u that it is."""
    out = list(statements)
    for k, (a, b) in enumerate(pairwise(statements)):
        if a.after in ("is", "equals", "gives") and not a.ops and not b.ops and wanted.asked and wanted.asked in E.symbols_in(b.terms[0]) and wanted.asked not in E.symbols_in(a.terms[0]):
            out[k : k + 2] = [Statement((b.terms[0], a.terms[0]), ("=",), a.position, b.after, a.lead)]
            return out
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


_SIGNED = re.compile(r"(?:\\text\s*\{\s*)?(?:[+−–-]|plus\b|minus\b)")


_DIRECTLY = re.compile(r"(?:[,;.]|\\q?quad)(?:\s|\\[,;:! ]|\\q?quad|\\text\s*\{)*\Z")  # and no "for all"


def _behind(text: str, statements: list[Statement], chosen: list[Chosen], last: Chosen, wanted: Wanted) -> list[list[Member]] | None:
    """'u = A, B': the B stands, too. None for 'u = A, + b', which is one formula that is cut in two, or none."""
    at = next((k for k, s in enumerate(statements) if s is last[0]), len(statements))
    out = []
    for before, s in pairwise(statements[at:]):
        if before.after not in (",", ";", "quad", ".") or not _DIRECTLY.search(text[: s.position]) or s.ops or s.lead or s.after in (*_CONDITIONAL, "otherwise", "else", "…"):
            break
        found = next((c[1] for c in chosen if c[0] is s), None)
        fits = found is not None and all(E.as_column(m.expr).shape == wanted.shape for m in found)
        signed = _SIGNED.match(text, s.position) is not None
        if signed and not fits:
            return None
        if not fits or not (signed or wanted.shape) or found is None:
            break
        out.append(found)
    return out


def _joined_by_or(chosen: list[Chosen], last: Chosen, wanted: Wanted) -> list[list[Member]]:
    """u = X or Y: the Y stands too."""
    out = []
    for c in chosen:
        words = c[0].lead.split()
        if c is not last and not c[2] and ("or" in words or "also" in words) and any(
                len(E.as_column(m.expr).shape) == len(wanted.shape) for m in c[1]):
            out.append(c[1])
    return out


def _of_statement(s: Statement, wanted: Wanted) -> tuple[list[Member], bool] | None:
    """Members of one statement and whether it is an equation for the asked unknown."""
    terms, ops = s.terms, s.ops
    if ops == ("in",) and is_asked(terms[0], wanted):  # u in a set of minimisers: each of them is claimed
        inside = terms[1].args if terms[1].op in ("set", "list") else (terms[1],)
        return [Member(x) for x in inside], True
    if ops and ops[0] == "to" and is_asked(head := terms[0], wanted):
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
    if is_asked(head, wanted):
        if len(rest) > 1 and is_asked(rest[0].expr, wanted):
            rest = rest[1:]  # u = Δθ = ...
        return rest, True
    if head.op == "sym" and head.data in wanted.iterates:  # θ_t = θ_{t-1} - ...
        earlier = {E.sym(f"{n}@prev", s.shape): E.sym(n, s.shape) for n, s in wanted.scope.symbols.items() if n == head.data or s.name in gradients_of(wanted)}
        rest = [replace(m, expr=E.replace(m.expr, earlier)) for m in rest]
    base = iterate_of(head, wanted)
    if base is not None:
        return [step_from(m, base) for m in rest], True
    if head.op == "sym" and head.data in wanted.iterates and rest and head in set(E.walk(rest[0].expr)):
        return [step_from(m, head) for m in rest], True
    moved = difference_of_iterates(head, wanted)
    if moved:
        return [replace(m, expr=E.neg(m.expr)) for m in rest] if moved < 0 else rest, True
    factor = multiple_of_asked(head, wanted)
    if factor is not None and len(terms) == 2 and terms[1].shape == head.shape:
        return [replace(m, expr=E.div(m.expr, factor)) for m in rest], True
    if head.op == "new" and str(head.data).partition("_")[0] in ("tilde", "bar", "overline", "dot", "check", "breve") and (
            str(head.data) not in (f"bar_{wanted.asked}", f"overline_{wanted.asked}")):
        return None  # a decorated symbol is another quantity
    if head.op in ("new", "blank"):
        return rest, head.op == "new"
    if len(terms) == 2 and is_asked(terms[1], wanted):
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
    return (is_asked(head, wanted) or (index_of_entry(head, wanted) is not None and E.free_indices(head) == E.free_indices(terms[1]))) and (
        _shaped(Member(terms[1]), wanted, []).expr.shape == wanted.shape)
