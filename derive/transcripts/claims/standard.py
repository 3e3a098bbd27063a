"""Standard update rules that a text quotes: 'in SignSGD the update is -eta sign(g)'."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.derivation.rules.naming import setting_of as naming_of
from derive.derivation.steps import Derivation
from derive.derivation.stepsize import Setting as Naming
from derive.grading.keys import key_of
from derive.grading.naming.modifiers import named, rule_of
from derive.grading.naming.text import flatten
from derive.grading.naming.words import find_names
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import show_value
from derive.maths.exact import Undefined, Value, World, compare, exact
from derive.maths.exact import flatten as entries
from derive.maths.expr import Expr
from derive.transcripts.claims.families import Moment
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.letters import value
from derive.transcripts.claims.relations import EQUALITIES
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.verdicts import Judged

NEAR = 200  # characters before a formula in which the rule is named
STEP = Fraction(3, 8)


def quoted_rule(link: Link, lead: str, setting: Setting) -> Judged | None:
    """Whether a link in one undeclared letter is the rule that the words before it name, that letter its step; None where no rule can be told."""
    naming = _naming(setting)
    flat = flatten(lead[-NEAR:])
    mentions = find_names(flat)
    if naming is None or not mentions or link.op not in (*EQUALITIES, "<-"):
        return None
    rule = named(flat, mentions[-1], mentions)
    if rule.unclear or not rule.optimizer:
        return None
    found = [j for order in ((rule.order,) if rule.order or not rule.normalized else ("2", "1", "inf"))
             if (j := _compared(link, rule_of(replace(rule, order=order), naming).direction, setting, bool(rule_of(rule, naming).free))) is not None]
    return next((j for j in found if j.verdict == "true"), found[0] if found else None)


def _naming(setting: Setting) -> Naming | None:
    problem = setting.problem
    part = next((p for p in problem.parts if p.ask == "name"), None)
    key = key_of(problem, part, False) if part is not None else None
    if key is None or not isinstance(key.outcome, Derivation) or part is None:
        return None
    extra = key.derivation.extra
    return naming_of(problem, problem.base(part), extra["update"], extra["gradient"])


def _compared(link: Link, direction: Expr, setting: Setting, free: bool) -> Judged | None:
    """The link in worlds in which the update is the step times the direction of the rule."""
    try:
        pairs = sides_of(link, setting)
    except Unreadable:
        return None
    known = set(setting.lang.scope.symbols)
    if free or not {str(x.data) for x in E.walk(direction) if x.op == "sym"} <= known:
        return None
    out: Judged | None = None
    for a, b in pairs:
        letters = sorted(a.letters | b.letters)
        if len(letters) != 1:
            continue
        left, right = a.expr, b.expr
        if link.op == "<-" and left.op == "sym":
            left = E.sym(f"{left.data}@next", left.shape)
        tested = 0
        for m in setting.families[0].moments:
            try:
                world = _following(m.world, direction, setting)
                at: dict[str, Value] = {letters[0]: STEP}
                x, y = entries(value(left, Moment(world), at)), entries(value(right, Moment(world), at))
            except (Undefined, NotEvaluable, TypeError, ValueError):
                continue
            tested += 1
            if len(x) != len(y) or any(compare(p, q) != 0 for p, q in zip(x, y, strict=True)):
                witness = {"at": {letters[0].lstrip("\\"): show_value(STEP)}, "left": show_value(x), "right": show_value(y)}
                out = out or Judged("false", "It is not the standard rule that it is said to be.", "measured", witness, "rule", (left, right))
                tested = 0
                break
        if tested:
            return Judged("true", "It is the standard rule.", "measured", None, "rule", (left, right))
    return out


def _following(w: World, direction: Expr, setting: Setting) -> World:
    """A world in which the update, and the next iterate with it, follow a rule."""
    over = str(setting.lang.unknown.data)
    u = [STEP * x for x in entries(exact(direction, w))]
    values = {**w.values, over: u}
    for name in setting.key.wanted.iterates:
        if isinstance(values.get(name), list):
            values[f"{name}@next"] = [a + b for a, b in zip(values[name], u, strict=True)]
    return World(values, w.dims, w.kind)
