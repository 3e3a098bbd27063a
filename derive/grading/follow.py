"""Follow-through: a wrong value that is right for the person's own earlier minimiser."""

from __future__ import annotations

from collections.abc import Mapping

from derive.grading.finding.reply import find_reply
from derive.grading.finding.wanted import Reply
from derive.grading.keys import Key, key_of
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.equality import Equal, agree
from derive.maths.expr import Expr
from derive.maths.write import plain


def followed(reply: Reply, key: Key, earlier: Mapping[str, str]) -> Judgement | None:
    """Partial credit where the value is the objective at the answer given to the earlier part; else None.

    An earlier answer that makes the question trivial (zero, or a value without the data) earns nothing.
    """
    base = key.problem.base(key.part)
    program = key.program
    if program is None or base.id not in earlier or base.id == key.part.id:
        return None
    own = _only(find_reply(earlier[base.id], key_of(key.problem, base, False).wanted))
    claimed = _only(reply)
    if own is None or claimed is None:
        return None
    name = program.over[0]
    unknown = E.sym(name, key.problem.symbols[name].shape)
    own = E.as_column(own)
    if own.shape != unknown.shape or name in E.symbols_in(own):
        return None
    value = simplify(E.replace(program.objective, {unknown: own}))
    if E.is_number(value) or not any(key.problem.symbols[n].shape for n in E.symbols_in(value) if n in key.problem.symbols):
        return None
    if not isinstance(agree(claimed, value, key.generic), Equal):
        return None
    return Judgement(Verdict.PARTIAL, f"It is wrong, but it is the value at the answer given to part {base.id} ({plain(own)}).", "measured",
                     diagnosis="followed through")


def _only(reply: Reply) -> Expr | None:
    """The one exact expression that a reply claims, if it is one."""
    found = {m.expr for a in reply.alternatives for i in a.interpretations[:1] for m in i.members if not m.approximate}
    return found.pop() if len(found) == 1 else None
