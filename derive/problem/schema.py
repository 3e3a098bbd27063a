"""The JSON Schema of a spec, for editors: made from the keys of the language and from what each ask needs."""

from __future__ import annotations

from typing import Any

from derive.maths.symbols import DOMAINS
from derive.problem.language import KEYS
from derive.problem.load import NEEDS
from derive.problem.nouns.asks import ASKS, OF_EIGENVALUES
from derive.problem.nouns.credit import CREDITS

ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_FORMULA = {"type": ["string", "number"]}
_INNER: dict[str, dict[str, Any]] = {"formula": _FORMULA, "range": {"anyOf": [_FORMULA, {"$ref": "#/$defs/window"}]}}
_PLAIN: dict[str, dict[str, Any]] = {
    "text": {"type": "string"}, "texts": _TEXTS, "formula": _FORMULA, "formulas": {"type": "array", "items": _FORMULA}, "number": {"type": "number"},
    "whole": {"type": "integer", "minimum": 1}, "flag": {"type": "boolean"}, "share": {"type": "number", "minimum": 0, "maximum": 1}, "any": {},
}
_REQUIRED = {
    "spec": ("schema", "id", "title", "parts"), "symbol": ("type",), "part": ("id", "ask"), "iteration": ("over", "update"), "residual": ("symbol", "is"),
    "noise": ("variance",), "modes": ("symbol", "from", "to"), "schedule": ("id", "title", "workers", "parameters"), "send": ("from", "to", "size"),
    "stage": ("run",), "tensor": ("id", "shape"), "operation": ("id", "product", "output", "ranges"), "window": ("window", "over"),
    "misconception": ("part", "answer", "says"), "variants": ("draw",),
}


def json_schema() -> dict[str, Any]:
    """The schema: it accepts every spec that loads; what only mathematics can tell (shapes, names) is left to `derive check`."""
    defs = {name: _table(name) for name in KEYS if name != "spec"}
    defs["credit"] = {"type": "object", "additionalProperties": False, "properties": {k: _share(v) for k, v in CREDITS.items()}}
    return {"$schema": ADDRESS, "title": "derive spec", "description": "A problem for derive: stated, never answered. See docs/specs.md.", **_table("spec"), "$defs": defs}


def _table(name: str) -> dict[str, Any]:
    out: dict[str, Any] = {"type": "object", "additionalProperties": False,
                           "properties": {k: {**_value(kind), "description": says} for k, (kind, says) in KEYS[name].items()}}
    if name in _REQUIRED:
        out["required"] = list(_REQUIRED[name])
    if name == "part":
        out["properties"]["ask"] = {"oneOf": [{"const": k, "description": v} for k, v in ASKS.items()], "description": KEYS["part"]["ask"][1]}
        out["properties"]["quantities"] = {"type": "array", "items": {"enum": list(OF_EIGENVALUES)}, "description": KEYS["part"]["quantities"][1]}
        out["allOf"] = [{"if": {"properties": {"ask": {"const": ask}}, "required": ["ask"]}, "then": {"required": list(needs)}}
                        for ask, needs in NEEDS.items() if needs]
    if name == "symbol":
        word = "|".join(DOMAINS)
        out["properties"]["type"]["pattern"] = rf"^\s*((({word})\s+)?(vector|matrix|scalar|function)\b.*|{word}|dimension|index)\s*$"
    return out


def _value(kind: str) -> dict[str, Any]:
    what, _, rest = kind.partition(":")
    if what == "words":
        return {"enum": rest.split("|")}
    if what == "const":
        return {"const": int(rest)}
    if what == "table":
        return {"$ref": f"#/$defs/{rest}"}
    if what == "tables":
        return {"type": "array", "items": {"$ref": f"#/$defs/{rest}"}}
    if what == "named":
        return {"type": "object", "additionalProperties": _INNER.get(rest, {"$ref": f"#/$defs/{rest}"})}
    return _PLAIN[what]


def _share(says: str) -> dict[str, Any]:
    return {"type": "number", "minimum": 0, "maximum": 1, "description": says}
