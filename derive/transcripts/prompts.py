"""Where a prompt begins that nothing announces: between an answer and the next `Thought for`.

Each block gets a weight: how much it speaks like someone who asks, minus how much like
someone who concludes. The prompt is the suffix of the stretch with the largest sum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.transcripts.blocks import Block

ENOUGH = 1.5  # a smaller sum is no prompt: it was lost
_READ_AT_MOST = 4000  # characters of a block that are scored
_GAP = 2  # empty lines that an author leaves between two things

_LABEL = re.compile(
    r"^\W*(?:\(?[a-h1-9]\)|(?:part|problem|question|exercise|task|q)\s*\(?[a-h\d]"
    r"|\d{1,2}\.\s+[A-Z])",
    re.IGNORECASE,
)
_ASKS: tuple[tuple[str, float], ...] = (
    (r"\?\s*$", 2.0),
    (r"\?", 0.8),
    (r"\b(?:you|your|you're|yours)\b", 1.2),
    (r"\bplease\b", 2.0),
    ((r"^(?:great|ok(?:ay)?|good|thanks?|thank you|nice|cool|perfect|no|hmm|now|next|then|and"
     r"|but)\b[,.! ]"), 0.6),
    ((r"^(?:now,? |next,? |then,? |also,? |so,? )?(?:solve|find|derive|show|prove|compute|calculate|explain"
      r"|fill|rethink|try"
     r"|check|consider|suppose|assume|give|write|answer|determine|describe|what|which|how|why|can|could|are"
     r"|is|do|does"
     r"|would|should)\b"), 1.2),
    ((r"\b(?:recall that|our (?:objective|goal|task) is|in this (?:problem|question|case|part)|we wish to"
      r"|you will|hint:"
     r"|let's assume|in lecture|we want you to|is defined as)\b"), 1.0),
    (r"\b(?:analytical solution|which optimizer|what specific|the problem attached|attached)\b", 0.5),
    ((r"^(?:thus|therefore|hence|so the|substituting|since|setting|where|which|in vector form|corresponds"
      r"|this (?:recovers"
     r"|corresponds|is|gives|means|shows|update|yields|matches|completes)|the (?:minimum|solution|update"
     r"|result|optimal"
     r"|answer|final|key)|if |for |and this|both)\b"), -1.8),
    (r"\b(?:would you like|do you want me|let me know|shall i|feel free|i hope|happy to)\b", -5.0),
    (r"\\boxed|✅", -3.0),
    (r"\*\*", -1.0),
    (r"\b(?:final answers?|in summary|to summarize|in conclusion)\b", -2.0),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in _ASKS)


def asks(block: Block) -> float:
    """How much a block speaks like a prompt (positive) or like an answer (negative)."""
    if block.kind == "heading":
        return 0.5 if _LABEL.match(re.sub(r"^[#*\s]+", "", block.text)) else -4.0
    if block.kind == "formula":
        return -0.3
    if block.kind in ("rule", "code", "table"):
        return -0.2
    text = block.text[:_READ_AT_MOST].replace("’", "'")
    score = sum(weight for pattern, weight in _COMPILED if pattern.search(text)) - 0.2
    return score + (1.5 if _LABEL.match(text) and block.kind == "prose" else 0.0)


def prompt_start(blocks: Sequence[Block], notes: set[int]) -> int | None:
    """Index of the first block of the prompt that ends a stretch, or None when there is none.

    The first block of the stretch belongs to the answer. Notes count for nothing, but a
    prompt likes to follow one, or a wide gap, or a rule.
    """
    best: tuple[float, int] | None = None
    total = 0.0
    for i in range(len(blocks) - 1, 0, -1):
        if i in notes:
            continue
        block = blocks[i]
        total += asks(block)
        if block.kind not in ("prose", "heading", "list"):
            continue
        start = 1.5 if block.gap >= _GAP or blocks[i - 1].kind == "rule" else 0.0
        if i - 1 in notes:
            start += 1.0
        if _LABEL.match(re.sub(r"^[#*\s]+", "", block.text)):
            start += 1.0
        if best is None or total + start >= best[0]:
            best = (total + start, i)
    return best[1] if best is not None and best[0] >= ENOUGH else None
