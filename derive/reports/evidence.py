"""The evidence of a claim as HTML: verdict, reason, witness, correction, strength."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from derive.reports.spoken import SIGNS
from derive.reports.terminal import shown
from derive.reports.typeset import typeset, typeset_line
from derive.transcripts.claims.claim import Claim, Override

SAYS = {
    "true": "true", "false": "false", "convention": "true under another convention", "definition": "a definition or the problem restated",
    "hypothetical": "what-if: judged under its own premise", "undecided": "could not be decided", "unreadable": "could not be read",
}
_AT = {"left": "left side", "right": "right side", "submitted": "as claimed", "required": "required"}
_LATEX = re.compile(r"(?:\\[A-Za-z]+(?:\{(?:[^{}]|\{[^{}]*\})*\})*)+")
_LIST = re.compile(r"\[('[^'\[\]]*'(?:, '[^'\[\]]*')*)\]")
_FRACTION = re.compile(r"(-?\d{1,300})/([1-9]\d{0,300})(?!\d)")
_IN_WORDS = ("qualitative", "identification")


def evidence(claim: Claim, prefix: str, command: str) -> str:
    """A card with all that is known of a claim. command: how a person decides otherwise, for the shell."""
    lines = f"line {claim.line_start}" if claim.line_start == claim.line_end else f"lines {claim.line_start}–{claim.line_end}"
    role = {"assistant": "answer", "assistant-thinking": "thinking"}.get(claim.role, claim.role)
    rows = [("claim", _claimed(claim)), ("verdict", f"{SAYS[claim.verdict]}{person(claim.override)}"), ("because", reason(claim.reason))]
    if claim.witness is not None:
        rows += _witness(claim.witness)
    if claim.correction:
        rows.append(("right is", typeset(claim.correction)))
    if claim.convention:
        rows.append(("convention", f"penalty weight {typeset(claim.convention)}"))
    if claim.strength:
        rows.append(("strength", escape(claim.strength)))
    rows += [("modality", escape(claim.modality)), ("about", escape(claim.part)), ("as it stands", f"<pre>{escape(claim.text)}</pre>")]
    if claim.lossy:
        rows.append(("lossy", "put together again from pieces that the text layer had displaced"))
    rows.append(("not right?", f"<code>{escape(command)}</code>"))
    body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    place = claim.place[0] if claim.place is not None else claim.line_start
    return (f'<article class="evidence v-{claim.verdict}" id="e-{escape(prefix + claim.id)}" data-verdict="{claim.verdict}" data-part="{escape(claim.part.partition("#")[0], quote=True)}" '
            f'data-role="{escape(claim.role)}" data-modality="{escape(claim.modality)}"><h4 tabindex="-1"><span class="sign" aria-hidden="true">{SIGNS[claim.verdict]}</span> '
            f'<span class="verdict v-{claim.verdict}">{claim.verdict}</span> <span class="where">claim {escape(claim.id)}, turn {claim.turn}, {role}, '
            f'<a href="#{prefix}L{place}" data-line="{place}" data-in="{prefix}">{lines}</a></span></h4><dl>{body}</dl></article>')


def reason(text: str) -> str:
    """A reason with the LaTeX in it typeset, and lists of values as tuples."""
    text = _LIST.sub(lambda m: f"({m.group(1).replace(chr(39), '')})", text)
    return typeset_line(text if "$" in text else _LATEX.sub(lambda m: f"${m.group()}$", text))


def _claimed(claim: Claim) -> str:
    return typeset_line(" ".join(claim.text.split())) if claim.type in _IN_WORDS else typeset(claim.latex)


def person(o: Override | None) -> str:
    """Who decided otherwise than the engine, and why; nothing where nobody did."""
    if o is None:
        return ""
    why = f": {escape(o.why)}" if o.why else ""
    return f' <strong class="person">decided by {escape(o.by or "a person")}{why}</strong> <span class="soft">(the engine says {escape(o.was)})</span>'


def _witness(witness: dict[str, Any]) -> list[tuple[str, str]]:
    """The instance and the two values at it."""
    rows = []
    at = witness.get("at")
    if isinstance(at, dict) and at:
        said = "".join(f"<li><var>{escape(str(k))}</var> = {value(v)}</li>" for k, v in at.items())
        rows.append(("witness", f'<ul class="witness">{said}</ul>'))
    for key, name in _AT.items():
        if key in witness:
            rows.append((name, f'<span class="value">{value(witness[key])}</span>'))
    return rows


def value(v: object) -> str:
    """A value of a witness; where its fractions are long their decimals too."""
    said = shown(v)
    decimals = _FRACTION.sub(lambda m: f"{int(m.group(1)) / int(m.group(2)):.6g}", said)
    long = any(len(m.group(2)) > 2 for m in _FRACTION.finditer(said))
    return escape(said) + (f' <span class="soft">≈ {escape(decimals)}</span>' if long else "")
