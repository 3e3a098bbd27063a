"""Inner products with a full stop, as notes write them: 'w.x0 + eps*||w||_1', 'b/(a.a) a', 'y - w.x'."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

MAX_TEXT = 6_000
_CODE = re.compile(r"\b(?:np|torch|jnp|scipy|math)\.|```|\bimport\b|\breturn\b|\bdef\b|\.(?:T|shape|sum|dot|mean|max|min|norm|abs)\b")
_DOTTED = re.compile(r"(?<![\w.\\/_^])(?P<a>[A-Za-z]\w{0,2}|\([A-Za-z]\w{0,2}\s*[-+]\s*[A-Za-z]\w{0,2}\))\.(?P<b>[A-Za-z]\w{0,2}|\([A-Za-z]\w{0,2}\s*[-+]\s*[A-Za-z]\w{0,2}\))(?![\w.(^])")
_NAME = re.compile(r"[A-Za-z]\w{0,2}")


def with_dotted_products(text: str, scope: Scope) -> str:
    """The text with 'a.b' of two declared vectors as 'a^T b'; unchanged where it is code or holds no such thing."""
    if "." not in text or len(text) > MAX_TEXT or _DOTTED.search(text) is None or _CODE.search(text) is not None:
        return text
    vectors = {n for s in scope.symbols.values() if len(s.shape) == 1 for n in (s.name, *s.aliases)}
    return _DOTTED.sub(lambda m: f"{m['a']}^T {m['b']}" if vectors.issuperset(_NAME.findall(m["a"]) + _NAME.findall(m["b"])) else m[0], text)
