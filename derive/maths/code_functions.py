"""Functions of a program and its choices: what a call returns, 'if' and 'else' as values by cases."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from derive.errors import TooBig
from derive.maths import expr as E
from derive.maths.code_calls import MAX_CALLS
from derive.maths.code_kinds import UNKNOWN, Func, Value
from derive.maths.code_setting import Setting
from derive.maths.expr import Expr

MAX_DEPTH = 12


class Functions(Setting):
    """Values, calls, entries that are set, and what functions and choices make."""

    @abstractmethod
    def statement(self, s: ast.stmt) -> None:
        """Follow one statement."""

    def apply(self, f: Func, args: list[Value], node: ast.AST | None, named: Mapping[str, Value] | None = None) -> Value:
        self._deeper()
        given = dict(zip(f.arguments, args, strict=False)) | dict(named or {})
        missing = [a for a in f.arguments if a not in given]
        for a in missing:
            given[a] = self.value(f.defaults[a]) if a in f.defaults and not self.scope.writes(a) else self.named(a, node)
        saved, loops = self.env, self.loops
        self.env, self.loops = {**saved, **given}, []
        try:
            out = self.value(f.body) if isinstance(f.body, ast.expr) else self.returned(f.body)
        finally:
            self.env, self.loops = saved, loops
            self.depth -= 1
        if out is None:
            self.fail(node, "A function that returns nothing.")
        return out

    def returned(self, body: Sequence[ast.stmt]) -> Value | None:
        """What the statements of a function return; None where they end without it."""
        for k, s in enumerate(body):
            if isinstance(s, ast.Return) and s.value is not None:
                return self.value(s.value)
            if isinstance(s, ast.If) and any(isinstance(x, ast.Return | ast.Raise) for x in ast.walk(s)):
                return self._by_cases(s, body[k + 1 :])
            self.statement(s)
        return None

    def _by_cases(self, s: ast.If, rest: Sequence[ast.stmt]) -> Expr:
        """if c: return A ... return B as cases; a branch that does not return goes on with what stands behind."""
        self._deeper()
        condition = self.operand(s.test)
        before: dict[str, Value] = dict(self.env)
        outcomes: list[Expr | None] = []
        for branch in (s.body, s.orelse):
            self.env = dict(before)
            if _raises(branch):
                outcomes.append(None)
                continue
            value = self.returned((*branch, *rest))
            if value is None:
                self.fail(s, "A choice that is not followed.")
            outcomes.append(self.expression(value, s))
        self.env = before
        self.depth -= 1
        yes, no = outcomes
        if yes is None:
            return E.cases(((no, E.logic("not", condition)),), None) if no is not None else self.fail(s, "A choice that is not followed.")
        return E.cases(((yes, condition),), no)

    def chosen(self, s: ast.If) -> None:
        """if and else that set names: each by cases."""
        condition = self.operand(s.test)
        before, after = dict(self.env), []
        for branch in (s.body, s.orelse):
            self.env = dict(before)
            for inner in branch:
                self.statement(inner)
            after.append(self.env)
        yes, no = after
        self.env = {n: v if n in no and n in yes and no[n] == yes[n] else UNKNOWN for n, v in {**yes, **no}.items()}
        for name in (n for n in yes if n in no and yes[n] != no[n]):
            self.env[name] = E.cases(((self.expression(yes[name], s), condition),), self.expression(no[name], s))

    def _deeper(self) -> None:
        self.calls += 1
        self.depth += 1
        if self.calls > MAX_CALLS or self.depth > MAX_DEPTH:
            raise TooBig(self.text[:200], 0, "The code is too long to be followed.")


def _raises(branch: Sequence[ast.stmt]) -> bool:
    """Whether a branch ends the program, so that there is no value."""
    return len(branch) == 1 and isinstance(branch[0], ast.Raise)
