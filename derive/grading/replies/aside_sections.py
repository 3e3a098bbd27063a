"""Sections of a reply that by their label are about something else than its answer: '**Check.** ...', '### Common pitfalls', '**Numbers for $n=8$**', '**Compared to ...:**'.

Their formulas are examples, special cases, other methods and mistakes of others; what they say of the answer is looked at as remarks are (derive.grading.replies.remarks_behind).
"""

from __future__ import annotations

from collections.abc import Callable
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
_PLAINLY_ELSE = re.compile(
    r"\W*(?:[\w'$\\-]+\s+|[\w'-]+-){0,3}(?:examples?|checks?|illustrations?|verification|remarks?|pitfalls?|mistakes?|comparisons?|interpretation|intuition|special cases?|sanity|takeaways?)\b", re.I)
_ASKS = re.compile(r"\W*(?:why|how|what|what's|does|do|is|are|can|could|should|when|which)\b", re.I)


class Parts(NamedTuple):
    """A reply without such sections, and the sections."""

    rest: str
    aside: str

    @property
    def mistakes(self) -> str:
        """The sections about mistakes."""
        found = without_aside_sections(f"\n\n{self.aside}", _of_mistakes)
        return found.aside if found is not None else self.aside if _of_mistakes(_first_label(self.aside)) else ""

    @property
    def own(self) -> str:
        """What the sections say as the writer's own word: mistakes of others are not."""
        return _without(self.aside, _of_mistakes)


def without_other_methods(text: str) -> str:
    """A reply without the sections that set its answer beside another method, norm or problem."""
    return _without(text, _of_another)


def general(aside: str) -> str:
    """What sections about something else say of the answer in general: not of examples, checks and special cases, and of no other method."""
    return _without(_without(aside, _of_another), _of_numbers)


def _without(text: str, is_aside: Callable[[str], bool]) -> str:
    parts = without_aside_sections(f"\n\n{text}", is_aside)
    return (text if not is_aside(_first_label(text)) else "") if parts is None else parts.rest


def without_aside_sections(text: str, is_aside: Callable[[str], bool] | None = None) -> Parts | None:
    """The parts of a reply with sections that are about something else; None where it has none, or nothing else would be left. is_aside: by its label."""
    is_aside = is_aside or _is_about_else
    if len(text) > MAX_TEXT or "\n" not in text or ("**" not in text and "#" not in text and "*" not in text):
        return None
    rest: list[str] = []
    aside: list[str] = []
    dropping = heading = alone = False  # heading, alone: what is dropped goes on below its label
    for block in _BLOCKS.split(text):
        if not block.strip():
            (aside if dropping else rest).append(block)
            continue
        if (m := _HEADING.match(block)) is not None:
            dropping = heading = is_aside(m["label"]) and not _restates(m["label"], rest)
            alone = False
        elif (m := _RUN_IN.match(block)) is not None and (m["stop"] or m["label"].rstrip()[-1:] in ".:?!" or not block[m.end() :].strip()):
            if not (dropping and (heading or (alone and m["item"]))):
                dropping = is_aside(m["label"]) and not _restates(m["label"], rest)
                alone = not m["item"] and not block[m.end() :].strip(" .:\n")
        elif dropping and not heading and not alone and block.lstrip().startswith("|"):
            dropping = False  # a table of its own behind a labelled paragraph
        (aside if dropping else rest).append(block)
    kept, left = "".join(rest).strip(), "".join(aside).strip()
    return Parts(kept, left) if kept and left else None


def _restates(label: str, before: list[str]) -> bool:
    """Whether a label is the question once more, or a part of it: '**Which optimizer?**', '**Step size?**'."""
    return label.rstrip("*_: ").endswith("?") and (not any(b.strip() for b in before) or _ASKED.search(label) is not None)


_ASKED = re.compile(r"\b(?:optimi[sz]er|method|step size|learning rate|answer|update|minimi[sz]er|value|limit)\b", re.I)


_ANOTHER = re.compile(
    r"\b(?:compar\w+|contrast|unlike|versus|vs|other|another|alternatives?|different|difference|relations?|connections?"
    r"|related|differs?|variants?|instead|would|had|what if|if the|pitfalls?|mistakes?|squared|unsquared)\b", re.I)


_MISTAKES = re.compile(r"\b(?:pitfalls?|mistakes?|errors?|traps?|wrong|confus\w+|slips?|misconceptions?|caution)\b", re.I)


_NUMBERS = re.compile(
    r"\b(?:examples?|illustrations?|numerical\w*|numbers?|check\w*|sanity|verif\w+|tests?|special|limit\w*|edge|by hand|one step|plausib\w+|code|python|numpy|implementation|why|proof)\b", re.I)


def _of_numbers(label: str) -> bool:
    return _NUMBERS.search(label) is not None


def _of_mistakes(label: str) -> bool:
    return _MISTAKES.search(label) is not None


def _first_label(text: str) -> str:
    m = _HEADING.match(text) or _RUN_IN.match(text)
    return m["label"] if m is not None else ""


def _of_another(label: str) -> bool:
    return _ANOTHER.search(label) is not None and _is_about_else(label)


def _is_about_else(label: str) -> bool:
    label = label.strip("*_ ")
    if _ASKS.match(label) is not None or label.rstrip(":. ").endswith("?"):
        return True
    return (_ABOUT_ELSE.match(label) or _PLAINLY_ELSE.match(label)) is not None and _OF_ANSWER.search(label) is None
