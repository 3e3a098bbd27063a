"""A formula -> chains of relations, cut at the level of the text.

Each side is read on its own afterwards, so that one side that cannot be read spoils only its own links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_RELATIONS = (
    (re.compile(r"\\(?:Rightarrow|implies|Longrightarrow|iff|Leftrightarrow|Longleftrightarrow)(?![A-Za-z])|⇒|⟹|⇔"), ";"),
    (re.compile(r":=|\\coloneqq(?![A-Za-z])|\\triangleq(?![A-Za-z])|\\equiv(?![A-Za-z])|≡|≜|≔"), ":="),
    (re.compile(r"\\(?:approx|simeq|thickapprox)(?![A-Za-z])|≈|≃"), "~"),
    (re.compile(r"\\(?:leq?|leqslant)(?![A-Za-z])|≤|⩽|<="), "<="),
    (re.compile(r"\\(?:geq?|geqslant)(?![A-Za-z])|≥|⩾|>="), ">="),
    (re.compile(r"\\neq?(?![A-Za-z])|≠|!="), "!="),
    (re.compile(r"\\propto(?![A-Za-z])|∝"), "propto"),
    (re.compile(r"\\in(?![A-Za-z])|∈"), "in"),
    (re.compile(r"\\(?:leftarrow|gets)(?![A-Za-z])|←"), "<-"),
    (re.compile(r"\\(?:to|rightarrow|longrightarrow)(?![A-Za-z])|→"), "to"),
    (re.compile(r"\\lt(?![A-Za-z])|<"), "<"),
    (re.compile(r"\\gt(?![A-Za-z])|>"), ">"),
    (re.compile(r"="), "="),
    (re.compile(r"\\\\|\\q?quad(?![A-Za-z])|[,;]|"
                r"\\(?:text|mathrm|textrm|mbox)\{\s*(?P<word>and|or|so|for|where|if|when(?:ever)?|unless|subject to|such that|s\.t\.|otherwise|else|with|,)(?![A-Za-z])[^{}]*\}"), ";"),
)
_OPEN, _CLOSE = "([{", ")]}"
_SKIP = re.compile(r"\\[{}|,;!: ]|\\[A-Za-z]+")
_SPACE = re.compile(r"(?<!\\)\\[,;!: ]|~|\\(?:displaystyle|textstyle|limits|nolimits|nonumber|notag)(?![A-Za-z])")
_CASES = re.compile(r"(\\begin\{(?:cases|[pbvVB]?(?:small)?matrix|array)\}.*?\\end\{(?:cases|[pbvVB]?(?:small)?matrix|array)\})", re.S)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:aligned|align|split|gathered|equation|gather)\*?\}")


@dataclass(frozen=True)
class Chain:
    """terms[0] ops[0] terms[1] ops[1] ...; opened: the word of the formula that leads to it; rest: 'otherwise' stands behind it."""

    terms: tuple[str, ...]
    ops: tuple[str, ...]
    opened: str = ""
    rest: bool = False


def chains(latex: str) -> list[Chain]:
    """The chains of relations in a formula; a bare expression is a chain of one term.

    A line that begins with '=' continues the chain before it.
    """
    text = "".join(t if k % 2 else t.replace("&", " ") for k, t in enumerate(_CASES.split(_ENVIRONMENT.sub(" ", _SPACE.sub(" ", latex)))))
    out: list[Chain] = []
    terms: list[str] = []
    ops: list[str] = []
    held = opened = ""
    depth = 0
    i = 0

    def close() -> None:
        nonlocal terms, ops, held, opened
        terms.append(_trimmed(held))
        if len(terms) > 1 and not terms[0] and out:
            out[-1] = replace(out[-1], terms=(*out[-1].terms, *terms[1:]), ops=(*out[-1].ops, *ops))
        elif any(terms):
            out.append(Chain(tuple(terms), tuple(ops), opened))
        terms, ops, held, opened = [], [], "", ""

    while i < len(text):
        c = text[i]
        if depth == 0:
            relation = next(((m, op) for pattern, op in _RELATIONS if (m := pattern.match(text, i))), None)
            if relation is not None:
                m, op = relation
                if op == ";":
                    close()
                    opened = m.groupdict().get("word") or ""
                    if opened in ("otherwise", "else") and out:
                        out[-1] = replace(out[-1], rest=True)
                else:
                    terms.append(_trimmed(held))
                    ops.append(op)
                    held = ""
                i = m.end()
                continue
        if c == "\\":
            m2 = _SKIP.match(text, i)
            step = m2.group() if m2 else c
            depth += (step in ("\\{", "\\begin")) - (step in ("\\}", "\\end"))
            held += step
            i += len(step)
            continue
        depth = max(0, depth + (c in _OPEN) - (c in _CLOSE))
        held += c
        i += 1
    close()
    return [c for c in out if c.terms]


def _trimmed(text: str) -> str:
    text = text.strip().rstrip(".?!:").strip()
    return text
