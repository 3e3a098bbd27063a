"""Counts as assignments whose names are words for the quantities: 'fwd = T*a*b', 'bwd = 2*fwd', 'total_flops = 2*(fwd + bwd)  # two for each multiply-add'.

Nothing is run: a name stands for its formula in what follows. Of several names for one quantity the total counts, else the plainest; a name or a comment that says that it is of a part, or that
may change it, leaves the program unread.
"""

from __future__ import annotations

import ast

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.counts.answer import holds, label_of, quantities_of
from derive.grading.counts.vocabulary import AGAINST, kind_of
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.read import readings

MAX_TEXT = 1_500
_FENCE = re.compile(r"^\s*```[a-z]*\s*$", re.M | re.I)
_LINE = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>[^#=\n]{1,300}?)\s*;?\s*(?:#\s*(?P<said>.*))?")
_COMMENT = re.compile(r"\s*#\s*(?P<said>.*)")
_MODULE = re.compile(r"(?<![\w.])(?:math|np|numpy)\.(?=[a-z])")
_SPOKEN = {
    "params": "parameters", "param": "parameters", "trained": "parameters", "trainable": "parameters", "msgs": "messages", "msg": "message", "fwd": "forward", "bwd": "backward", "h": "height",
    "out": "output", "mult": "multiply", "muls": "multiply", "mul": "multiply", "add": "adds", "madds": "macs", "num": "number", "n": "number", "nr": "number", "tot": "total", "len": "length",
    "kv": "cache", "ops": "operations",
}
_PLAIN = frozenset("number of total count all the output pass size length message image conv weights cache entries layer block in step both".split())
_RESTRICTED = frozenset("per each one single half old wrong naive approx guess not without worker rank token pixel round phase bad".split())


def told_in_code(text: str, key: Key) -> tuple[str, ...]:
    """The counts that assignments tell, in the order asked; none for other texts."""
    asked = quantities_of(key) or (str(key.part.what),)
    lines = [line for line in _FENCE.sub("", text).splitlines() if line.strip()] if len(text) <= MAX_TEXT else []
    values: dict[str, str] = {}
    for line in lines:
        m = _LINE.fullmatch(line)
        comment = m if m is not None else _COMMENT.fullmatch(line)
        if comment is None or _changes(comment["said"] or "", m is not None, key):
            return ()
        if m is None:
            continue
        value = _value(m["value"], values, key)
        if not value or m["name"] in values or (key.wanted.scope.writes(m["name"]) and not holds(f"{m['name']} = {value}", key)):
            return ()
        if (said := (m["said"] or "").strip(" =")) and re.search(r"[\d^*]", said) and _reads(said, key) and not holds(f"{value} = {said}", key):
            return ()
        values[m["name"]] = value
    if not values:
        return ()
    if len(asked) == 1:
        name = list(values)[-1]
        return (values[name],) if _RESTRICTED.isdisjoint(_words(name)) else ()
    names = [_name_of(what, asked, values) for what in asked]
    return tuple(values[name] for name in names) if all(names) and len({*names}) == len(asked) else ()


def _words(name: str) -> list[str]:
    """The words of a name: 'num_params', 'messageSize', 'H_out'."""
    return [_SPOKEN.get(w.lower(), w.lower()) for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def _name_of(what: str, asked: tuple[str, ...], values: dict[str, str]) -> str:
    """The name of a quantity: that of its total, else the one that says nothing else; '' where there is none or several."""
    found = {}
    for name in values:
        words = _words(name)
        if _quantity(words, asked) == what and _RESTRICTED.isdisjoint(words):
            label = label_of(what)
            found[name] = [w for w in words if w not in _PLAIN and not label.search(w) and w not in ("multiply", "adds", "macs", "height")], "total" in words
    plain = [name for name, (more, _) in found.items() if not more]
    totals = [name for name in plain if found[name][1]]
    return totals[0] if len(totals) == 1 else plain[0] if len(plain) == 1 else ""


def _quantity(words: list[str], asked: tuple[str, ...]) -> str:
    """The quantity that the words of a name tell: the size of a message and the backward pass before what these are made of, else the longest label."""
    said = " ".join(words)
    for first, needed in (("size", ("size", "length")), ("backward_multiply_adds", ("backward",))):
        if first in asked and any(w in words for w in needed):
            return first
    found = sorted((max(len(m[0]) for m in label_of(what).finditer(said)), kind_of(what) == "ratio", what) for what in asked if label_of(what).search(said))
    return found[-1][2] if found else ""


def _value(value: str, names: dict[str, str], key: Key) -> str:
    """A formula with what earlier names stand for put in; '' where it is none of declared letters."""
    value = _MODULE.sub("", value)
    for name in sorted(names, key=len, reverse=True):
        value = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", lambda _, told=names[name]: f"({told})", value)  # type: ignore[misc]
    if "//" in value:
        value = _with_floors(value)
    return value if value and _reads(value, key) else ""


def _with_floors(value: str) -> str:
    """A Python expression with 'a // b' as 'floor((a)/(b))'; '' where it is none."""
    try:
        tree = ast.parse(value.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""

    class Floors(ast.NodeTransformer):
        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            self.generic_visit(node)
            return ast.Call(ast.Name("floor"), [ast.BinOp(node.left, ast.Div(), node.right)], []) if isinstance(node.op, ast.FloorDiv) else node

    return ast.unparse(ast.fix_missing_locations(Floors().visit(tree)))


def _reads(formula: str, key: Key) -> bool:
    try:
        return not any(E.has(t, "new") for r in readings(formula, key.wanted.scope) for s in r.statements for t in s.terms)
    except ReadError:
        return False


_COUNTED_OF = re.compile(r"(?:\w+\s+){0,2}(?:per|(?:for|of|by|in)\s+(?:each|every|one))\s+\w+", re.I)


def _changes(said: str, beside: bool, key: Key) -> bool:
    """Whether a comment may change what stands beside it, or says of what it is counted."""
    counted = _COUNTED_OF.fullmatch(said.strip()) is not None
    of_one = {"size": "message", "sent": "worker"}.get(str(key.part.what))
    return AGAINST.search(said) is not None or (beside and counted and not (of_one and re.search(rf"\bper\s+{of_one}\b", said)))
