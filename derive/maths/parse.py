"""Tokens -> statements: formulas, chains of relations, and the prose between them."""

from __future__ import annotations

from dataclasses import replace

from derive.errors import ReadError, TooBig
from derive.maths.calls import CALLS
from derive.maths.cursor import WORDS, Choices
from derive.maths.expr import Expr
from derive.maths.grammar import REL_NAME, RELATIONS, Grammar, Statement
from derive.maths.operands import primary
from derive.maths.postfix import postfix

__all__ = ["RELATIONS", "WORDS", "Choices", "Parser", "Statement"]


class Parser(Grammar):
    """One pass over the tokens of one formula."""

    def primary(self) -> Expr:
        """One operand without its postfixes."""
        return primary(self)

    def postfix(self, x: Expr, pos: int) -> Expr:
        """Powers, transposes, factorials, indices and methods that stand behind the operand x."""
        return postfix(self, x, pos)

    def statements(self) -> list[Statement]:
        """Everything in the text: formulas separated by commas, breaks and words."""
        out: list[Statement] = []
        first: ReadError | None = None
        lead = ""
        self.unwrap()
        while self.tok.kind != "end":
            if self.is_op(",", ";", "\\\\", "quad", ".", ":", "⇒", "⇔", "&", "$", "?", "∀", "…", "∧"):
                self.i += 1
                continue
            if self.at_word():
                lead = f"{lead} {self.tok.value}"
                self.i += 1
                continue
            if self.is_op("(") and self.peek().kind == "words":  # a remark in brackets
                while self.tok.kind != "end" and not self.is_op(")"):
                    self.i += 1
                continue
            if self.is_op(")") and out:
                self.i += 1
                continue
            start = self.i
            try:
                found = self.statement()
                out.append(replace(found, lead=lead.strip()) if lead else found)
                lead = ""
            except ReadError as err:
                # A line of working that cannot be read does not hide the lines after it.
                first = first or err
                self.skipped = True
                if isinstance(err, TooBig) or not self.next_line(start):
                    if out and self.tokens[start - 1].value in ("\\\\", "⇒"):
                        break
                    raise first from None
        if not out and first is not None:
            raise first
        return out

    def unwrap(self) -> None:
        """Braces round a whole equation, as \\color and \\underline leave them, carry no mathematics."""
        while self.is_op("{"):
            level = 0
            relates = False
            for j in range(self.i, len(self.tokens)):
                t = self.tokens[j]
                if t.kind == "op":
                    level += (t.value == "{") - (t.value == "}")
                    relates = relates or t.value in RELATIONS or (t.value == "{" and j > self.i)
                elif level == 1 and t.kind == "cmd" and t.value in ("over", "choose"):
                    return  # {a \\over b}: the braces hold a fraction
                if not level:
                    break
            if level or not relates or self.tokens[j + 1].kind != "end":
                return
            del self.tokens[j]
            self.i += 1

    def next_line(self, start: int) -> bool:
        """Go to after the next line break or arrow outside brackets; False if there is none."""
        level = 0
        for j in range(start, len(self.tokens)):
            t = self.tokens[j]
            if t.kind == "cmd" and t.value in ("begin", "end"):
                level += 1 if t.value == "begin" else -1
            if t.kind == "op":
                level += (t.value in ("(", "[", "{")) - (t.value in (")", "]", "}"))
                if level <= 0 and t.value in ("\\\\", "⇒"):
                    self.i, self.depth, self.bars, self.bound = j + 1, 0, [], []
                    return True
        return False

    def statement(self) -> Statement:
        """One formula or chain of relations."""
        start = self.tok.pos
        terms: list[Expr] = []
        ops: list[str] = []
        if self.is_op("=", "≈"):  # "= 2n": a continued line
            ops.append(REL_NAME.get(self.tok.value, self.tok.value))
            self.i += 1
            self.accept("&")
            terms.append(Expr("blank"))
        terms.append(self.new_name() or self.conditional(self.expression()))
        lives = False
        while self.tok.kind == "op" and (self.tok.value in RELATIONS or self.tok.value == "&"):
            if self.accept("&"):
                continue
            op = self.tok.value
            self.i += 1
            self.accept("&")
            if op == "→" and self.tok.kind == "end":
                break
            if op == "∈" and self.accept_number_set():
                lives = True
                continue
            ops.append(REL_NAME.get(op, op))
            closed = op == "∈" and self.is_op("[") and not terms[-1].shape
            terms.append(self.conditional(self.expression()))
            if closed and terms[-1].op == "vec" and len(terms[-1].args) == 2 and self.tokens[self.i - 1].value == "]":
                terms[-1] = Expr("interval", terms[-1].args, (), (True, True))  # a number in [a, b]: the ends belong to it
        t = self.tok
        if t.kind == "end":
            after = "end"
        elif (t.kind == "op" and t.value in (",", ";", "\\\\", "quad", ".", ":", "⇒", "⇔", "$", "?", "∀", "&", "…", "∧")) or self.at_word():
            after = str(t.value)
        elif t.kind == "op" and t.value == "(" and self.opens_condition():
            after = "if"
        elif t.kind == "op" and t.value == "(" and self.peek().kind == "words":
            after = "("
        else:
            self.fail_at_rest()
            after = ""
        return Statement(tuple(terms), tuple(ops), start, after, lives=lives and not ops)

    def new_name(self) -> Expr | None:
        """An undeclared name on the left of '=': the text defines it, or gives its answer that name."""
        j = self.i
        mark = ""
        while self.tokens[j].kind == "mark":
            mark = mark if self.tokens[j].value in ("bold", "hat") else str(self.tokens[j].value)
            j += 1
        t = self.tokens[j]
        key = f"{mark}_{t.value}" if mark else str(t.value)
        label = self.label_behind(j)
        if t.kind != "name" or "." in key or (self.is_known(key) and not label):
            return None
        key += label
        j += 1
        if self.tokens[j].kind == "num" and not self.tokens[j].spaced:
            key += str(self.tokens[j].value[1])
            j += 1
        if self.tokens[j].kind == "op" and self.tokens[j].value == "*" and self.tokens[j + 1].value == "=":
            j += 1
        if self.tokens[j].kind == "sub":
            key += "_" + str(self.tokens[j].value)
            j += 1
        elif self.tokens[j].kind == "op" and self.tokens[j].value in ("_", "^"):
            j += 1
            level = 0
            while self.tokens[j].kind != "end":
                level += (self.tokens[j].value == "{") - (self.tokens[j].value == "}")
                j += 1
                if level == 0:
                    break
        if self.tokens[j].kind == "op" and self.tokens[j].value == "(" and not mark:
            j = self.after_data(j, key)
        if self.tokens[j].kind == "op" and self.tokens[j].value in ("=", "≈") and self.tokens[j + 1].kind != "end":
            self.i = j
            return Expr("new", (), (), key)
        return None

    def label_behind(self, j: int) -> str:
        """The word below the name of a count that makes it another one, N_{msg} where N is declared; empty for any other subscript."""
        if self.tokens[j + 1].kind != "op" or self.tokens[j + 1].value != "_":
            return ""
        s = next((s for s in self.scope.symbols.values() if self.tokens[j].value in (s.name, *s.aliases)), None)
        if s is None or s.domain != "count":
            return ""
        k = j + 2 + (self.tokens[j + 2].value == "{")
        k += self.tokens[k].kind == "cmd" and self.tokens[k].value in ("text", "mathrm", "textrm", "operatorname")
        k += self.tokens[k].value == "{"
        word = self.tokens[k]
        return f"_{word.value}" if word.kind == "name" and len(str(word.value)) > 2 and word.value not in self.scope.symbols else ""

    def after_data(self, j: int, key: str) -> int:
        """The place after '(v, lambda)' in 'prox(v, lambda) = ...', where a name is applied to declared symbols other than the unknown."""
        if key in CALLS and key != "S":
            return j
        start, k = j, j + 1
        while self.tokens[k].kind == "name":
            name = str(self.tokens[k].value)
            if not (self.scope.writes(name) or self.scope.writes(f"\\{name}") or name in self.scope.dims) or name == self.scope.asked:
                return start
            k += 1
            if self.tokens[k].kind == "num" and not self.tokens[k].spaced:  # x0
                k += 1
            if self.tokens[k].value == ")":
                return k + 1 + self.entry_after(k + 1)
            if self.tokens[k].value not in (",", ";"):
                return start
            k += 1
        return start

    def entry_after(self, k: int) -> int:
        """How many tokens the index behind 'prox(v)' has in 'prox(v)_i = ...'."""
        if self.tokens[k].kind == "sub":
            return 1
        if self.tokens[k].kind != "op" or self.tokens[k].value != "_":
            return 0
        return 4 if self.tokens[k + 1].value == "{" and self.tokens[k + 3].value == "}" else 2

    def is_known(self, name: str) -> bool:
        """Whether a name is declared, bound, or begins an alias."""
        scope = self.scope
        if name in scope.symbols or name in scope.dims or name in self.bound or name in WORDS:
            return True
        heads = scope.cache.get("heads")
        if heads is None:
            heads = scope.cache["heads"] = frozenset(
                h[:k] for s in scope.symbols.values() for a in s.aliases for h in (a.lstrip("\\"),) for k in range(len(h) + 1))
        return name in heads  # type: ignore[operator]

    def fail_at_rest(self) -> None:
        """The formula is complete, but something stands after it that continues nothing."""
        closing = {")": "(", "]": "[", "}": "{", "\\}": "\\{", "⟩": "⟨"}
        value = str(self.tok.value)
        slip = f"A '{closing[value]}' seems to be missing." if value in closing else ""
        if value in ("‖", "|"):
            slip = "A bar is left over: it opens a norm or an absolute value that is not closed."
        self.fail("an operator or the end of the formula", slip=slip)

    def accept_number_set(self) -> bool:
        """Step over ℝ^n after ∈: it says where something lives, not what it is."""
        j = self.i
        if self.tokens[j].kind == "mark":
            j += 1
        t = self.tokens[j]
        if t.kind != "name" or t.value not in ("R", "N", "Z", "C", "Q") or t.value in self.scope.symbols:
            return False
        j += 1
        while self.tokens[j].kind == "op" and self.tokens[j].value in ("^", "_"):
            j += 1
            if self.tokens[j].value == "{":
                while self.tokens[j].kind != "end" and self.tokens[j].value != "}":
                    j += 1
            j += 1
        while self.tokens[j].kind == "sup":  # ℝⁿ
            j += 1
        self.i = min(j, len(self.tokens) - 1)
        return True
