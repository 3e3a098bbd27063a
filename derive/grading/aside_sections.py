"""Sections of a reply that by their label are about something else than its answer: '**Check.** ...', '### Common pitfalls', '**Numbers for $n=8$**', '**Compared to ...:**'.

Their formulas are examples, special cases, other methods and mistakes of others; what they say of the answer is looked at as remarks are (derive.grading.remarks_behind).
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re

MAX_TEXT = 16_000
_BLOCKS = re.compile(r"(\n[ \t]*\n|\n(?=[ \t]*#{1,6}\s)|\n(?=[ \t]*(?:[-*•]|\d{1,2}[.)])\s+(?:\*\*|__|\*(?!\*|\s)))|(?<=\n)(?=\*\*[A-Z]))")
_HEADING = re.compile(r"[ \t]*(?P<level>#{1,6})\s+(?P<label>[^\n]{2,100}?)\s*#*\s*(?:\n|\Z)")
_RUN_IN = re.compile(r"[ \t>]*(?P<item>(?:[-*•]|\d{1,2}[.)])\s+)?(?P<mark>\*\*|__|\*(?!\*)|_(?!_))(?P<label>[^*\n]{2,100}?)(?P=mark)(?P<stop>\s*[:.])?")
_OF_ANSWER = re.compile(
    r"\b(?:answer|result|final|conclusion|conclude|therefore|hence|thus|solution|total|sum|altogether|combined?|together|summary|limit|update|minimi[sz]er|maximi[sz]er|optimum|optimal|value"
    r"|put(?:ting)? together|assembl\w+|corrected|correction|wait|hold on)\b", re.I)
_ABOUT_ELSE = re.compile(
    r"\W*(?:(?:a|an|the|some|quick|short|small|simple|numerical|numeric|sanity|cross|worked|concrete|two|three|possible|typical|brief|one|final|further|other|more|first"
    r"|geometric\w*|physical|economic\w*|practical|intuitive)[\s-]+)*"
    r"(?:examples?|illustrations?|numerical\w*|numbers?|check\w*|cross-?check\w*|sanity|verif\w+|test\w*|special cases?|limiting cases?|limits? and|edge cases?|remarks?|notes?|observations?"
    r"|properties|pitfalls?|common|mistakes?|errors?|traps?|caveats?|warnings?|interpretation|intuition|meaning|readings?|reading (?:it|the)\b|geometr\w+|picture|connections?|relations? to|related"
    r"|link\w* to|comparison\w*|compared?|contrast|unlike|rules? of thumb|bonus|asides?|generali[sz]\w+|extensions?|effects?|consequences?|discussion|context|history|by hand|one step"
    r"|step by step, with|familiar|units?|dimension\w*|plausib\w+|continuity|bidual|take-?aways?|insights?|key (?:insight|idea|point|observation|take-?away)s?|in words|in one sentence"
    r"|code|implementation|in (?:python|numpy|code|pytorch)|python|numpy|pseudo-?code|uniqueness|it is not|not the|other|another|alternatives?|outlook|complexity|cost|best step"
    r"|convergence speed|rate of convergence|sparsity|ties|where the|sources?|references?|behaviou?r|sensitivity|monoton\w+|scaling|symmetry|if the|had the|for reference|at \$|special)\b", re.I)
_ASKS = re.compile(r"\W*(?:why|how|what|what's|does|do|is|are|can|could|should|when|which)\b", re.I)


class Parts(NamedTuple):
    """A reply without such sections, and the sections."""

    rest: str
    aside: str


def without_aside_sections(text: str) -> Parts | None:
    """The parts of a reply with sections that are about something else; None where it has none, or nothing else would be left."""
    if len(text) > MAX_TEXT or "\n" not in text or ("**" not in text and "#" not in text and "*" not in text):
        return None
    rest: list[str] = []
    aside: list[str] = []
    dropping, level = False, 0
    for block in _BLOCKS.split(text):
        if not block.strip():
            (aside if dropping else rest).append(block)
            continue
        if (m := _HEADING.match(block)) is not None:
            dropping, level = _is_about_else(m["label"]), len(m["level"]) if _is_about_else(m["label"]) else 0
        elif (m := _RUN_IN.match(block)) is not None and (m["stop"] or m["label"].rstrip()[-1:] in ".:?!" or not block[m.end() :].strip()):
            dropping = (dropping and level > 0) or _is_about_else(m["label"])  # a heading holds to the next one
        (aside if dropping else rest).append(block)
    kept, left = "".join(rest).strip(), "".join(aside).strip()
    return Parts(kept, left) if kept and left else None


def _is_about_else(label: str) -> bool:
    label = label.strip("*_ ")
    if _ASKS.match(label) is not None or label.rstrip(":. ").endswith("?"):
        return True
    return _ABOUT_ELSE.match(label) is not None and _OF_ANSWER.search(label) is None
