"""Parameters as PyTorch has them: p.grad is the gradient at p, p.data is p, 'p.add_(g, alpha=c)' is p += c*g, and a loop over the parameters is about one of them."""

from __future__ import annotations

import ast

from derive import patterns as re
from derive.grading.text.brackets import closing
from derive.grading.worded.nouns import gradient_name
from derive.maths.symbols import Scope

_GRADIENT = re.compile(r"(?<![\w.])(?P<of>[A-Za-z_]\w*)\.grad(?:\.data|\.detach\(\)|\.clone\(\))?(?![\w(])")
_IN_PLACE = re.compile(r"(?<![\w.])(?P<name>[A-Za-z_]\w*)(?:\.data|\.detach\(\))?\.(?P<what>add|sub|mul|div|copy)_(?=\()")
_AROUND = re.compile(r"(?P<indent>[ \t]*)(?:with torch\.(?:no_grad|inference_mode)\(\)|for (?P<one>\w+) in [\w.]*param\w*(?:\(\))?)\s*:\s*(?P<rest>.*)")
_SIGNS = {"add": "+=", "sub": "-=", "mul": "*=", "div": "/=", "copy": "="}
_PLACES = ("add", "sub")  # whose alpha= multiplies what is added


def with_parameters(text: str, scope: Scope) -> str:
    """A text in which parameters, their gradients and what is done to them in place stand as plain Python."""
    gradient = gradient_name(scope) if ".grad" in text else ""
    if "_(" in text:
        text = _assigned(text)
    if not gradient:
        return text
    told = {m["of"] for m in _GRADIENT.finditer(text)}
    variable = next((s.of for s in scope.symbols.values() if s.kind == "function" and s.gradient == gradient and s.of in scope.symbols), "")
    text = _GRADIENT.sub(gradient, text)
    if "for " in text or "torch." in text:
        text = _without_rounds(text)
    for name in told:
        text = re.sub(rf"(?<![\w.]){name}\.(?:data|detach\(\))(?![\w(])", name, text)
        if variable and not scope.writes(name):
            text = re.sub(rf"(?<![\w.]){name}(?![\w.(])", variable, text)
    return text


def _assigned(text: str) -> str:
    """'p.add_(g, alpha=c)' as 'p += c*(g)'."""
    out, at = "", 0
    for m in _IN_PLACE.finditer(text):
        end = closing(text, m.end())
        if m.start() < at or end < 0:
            continue
        try:
            call = ast.parse(f"f{text[m.end() : end + 1]}", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if not isinstance(call, ast.Call) or len(call.args) != 1 or any(k.arg != "alpha" for k in call.keywords) or (call.keywords and m["what"] not in _PLACES):
            continue
        scale = f"({ast.unparse(call.keywords[0].value)})*" if call.keywords else ""
        out += f"{text[at : m.start()]}{m['name']} {_SIGNS[m['what']]} {scale}({ast.unparse(call.args[0])})"
        at = end + 1
    return out + text[at:]


def _without_rounds(text: str) -> str:
    """A program without 'with torch.no_grad():' and 'for p in model.parameters():', whose lines stand one step further to the left."""
    if not _AROUND.search(text):
        return text
    out: list[str] = []
    depths: list[int] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip())
        while line.strip() and depths and depth <= depths[-1]:
            depths.pop()
        m = _AROUND.fullmatch(line)
        if m is None:
            out.append(line[4 * len(depths) :] if not line[: 4 * len(depths)].strip() else line.lstrip())
            continue
        if m["rest"]:
            out.append(line[: max(depth - 4 * len(depths), 0)] + m["rest"])
        else:
            depths.append(depth)
    return "\n".join(out)
