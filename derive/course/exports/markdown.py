"""What a student is told about a part, as Markdown."""

from __future__ import annotations

import re
from typing import Any

from derive.course.collate import points_text
from derive.course.feedback import shown


def feedback_markdown(part: dict[str, Any], level: str) -> str:
    """The feedback of one part at a level (full, hint, verdict)."""
    p = shown(part, level)
    reason, _, place = str(p["says"]).partition("\n")
    out = [f"**{p['verdict']}** {reason}"]
    if place:
        out.append("```\n" + place.replace("```", "'''") + "\n```")
    if p.get("read_as"):
        out.append(f"Read as {_code(p['read_as'])}.")
    if p.get("diagnosis"):
        out.append(f"The mistake: {_plain(str(p['diagnosis']))}")
    witness = p.get("witness")
    if witness:
        at = ", ".join(f"{k} = {_value(v)}" for k, v in witness["at"].items())
        said = f"For example at {_code(at)}: your" if at else "Your"
        said += f" answer gives {_code(_value(witness['submitted']))}"
        out.append(said + (f", required is {_code(_value(witness['required']))}." if "required" in witness else "."))
    if p["decision"] is not None:
        out.append(f"A person looked at it: {points_text(100 * p['decision']['credit'])} %. {_plain(p['decision']['says'])}".rstrip())
    if p["variant"]:
        out.append(f"Marked against your own numbers: {_code(', '.join(p['variant']))}.")
    return "\n\n".join(out)


def _value(v: Any) -> str:
    return "(" + ", ".join(map(_value, v)) + ")" if isinstance(v, (list, tuple)) else "undefined" if v is None else str(v)


def _code(text: str) -> str:
    """A text as code, whatever stands in it."""
    flat = " ".join(str(text).split())
    ticks = "`" * (1 + max((len(m) for m in re.findall(r"`+", flat)), default=0))
    return f"{ticks} {flat} {ticks}" if ticks != "`" else f"`{flat}`"


def _plain(text: str) -> str:
    """A text whose signs mean nothing to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
