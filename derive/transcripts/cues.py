"""Lines that say who speaks: times, thinking marks, role labels. One line at a time, no state."""

from __future__ import annotations

import re
from typing import Literal

Label = Literal["user", "assistant", "assistant-thinking", "annotator"]

_DATE = (
    r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}"
    r"|(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?"
    r"|sun)(?:day)?,?\s+)?[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?"
    r"|\d{1,2}\.?\s+[A-Z][a-z]{2,8}\.?\s+\d{4}|today|yesterday)"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AP]\.?M\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_TIME = rf"(?:{_DATE}(?:,|\s+at|T)?\s*{_CLOCK}|{_DATE}T{_CLOCK})"
TIMESTAMP = re.compile(rf"^[\s*_>(\[]*{_TIME}[\s*_)\]]*$", re.IGNORECASE)

_SPAN = r"(?:a|an|about|less|over|few|couple|\d)[^.!?]{0,40}?"
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|moments?|hours?|(?<=\d)\s?[smh])\b"
# The whole line, decoration apart: a sentence that merely mentions thinking is no mark.
THOUGHT_FOR = re.compile(
    rf"^[^\w(\"]*(?:(?:thought|reasoned|pondered|reflected)\s+for\s+{_SPAN}{_UNIT}[^\w]*"
    r"|thought process|show(?:n)? thinking|hide thinking|thinking\s*(?:\.{3}|…)|thinking completed|已(?:深度)?思考\s*[(（]用时\s*\d+\s*秒[)）])[^\w]*$",
    re.IGNORECASE,
)
THOUGHT_SUMMARY = re.compile(r"^[\s>*_]*Thought(?:s| process)?[*_]*:[*_]*\s+\S")
THINK_OPEN = re.compile(r"^\s*<(think|thinking|thought|reasoning)>\s*", re.IGNORECASE)
THINK_CLOSE = re.compile(r"\s*</(think|thinking|thought|reasoning)>\s*", re.IGNORECASE)

_USER = r"user|human|you|you said|you asked|me|prompt|my prompt|user prompt|student|questioner"
_MODEL = (
    r"assistant|ai|ai assistant|model|bot|llm|chat\s?gpt|gpt(?:-?[\w.]+)?|claude(?: [\w.]+){0,2}"
    r"|deepseek(?:[- ]\w+)?"
    r"|gemini(?: [\w.]+){0,2}|qwen[\w.-]*|grok|copilot|mistral|llama[\w.-]*|kimi|perplexity|response"
    r"|ai response"
    r"|model response|llm response"
)
_THINKS = r"thinking|thoughts|thought process|reasoning|chain of thought|internal reasoning"
_NOTES = (
    r"annotations?|annotator(?:'s)?(?: (?:notes?|comments?))?|commentary|comments?"
    r"|(?:my|student(?:'s)?|author(?:'s)?)\s+(?:own\s+)?(?:notes?|comments?|commentary|analysis|annotations?"
    r"|observations?|remarks?|reflections?|thoughts)"
)
_WHO = (
    rf"(?P<user>{_USER})|(?P<model>(?:{_MODEL})(?: (?:said|responded|replied|answered))?)"
    rf"|(?P<thinks>{_THINKS})|(?P<notes>{_NOTES})"
)
_TAIL = rf"(?:\s*[(\[–—-]?\s*{_TIME}\s*[)\]]?|\s+\d{{1,3}}|\s*#\d{{1,3}})?"
_HEADING = re.compile(
    rf"^\s*#{{1,6}}\s*[^\w\s#]*\s*[*_]*(?:{_WHO})[*_]*{_TAIL}\s*:?\s*[*_]*\s*$", re.IGNORECASE
)
_BOLD = re.compile(
    rf"^\s*(?:[-*]\s+)?[^\w\s*_]*\s*(?:\*\*|__)[^\w\s]*\s*(?:{_WHO}){_TAIL}\s*(?::\s*(?:\*\*|__)|(?:\*\*"
    rf"|__)\s*:?)\s*(?P<said>.*)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"^\s*[^\w\s\"'`$\\|(\[]*\s*(?:{_WHO}){_TAIL}\s*:(?:\s+(?P<said>.*))?$", re.IGNORECASE)
_BARE = re.compile(
    r"^\s*(?:(?P<user>you said)|(?P<model>[\w.-]+(?: [\w.]+)? (?:said|responded"
    r"|replied)))\s*:?\s*$",
    re.IGNORECASE,
)
_BRACKET = re.compile(
    rf"^\s*(?:\[(?:{_WHO})\]\s*:?"
    rf"|<\|?(?:im_start\|>)?(?:{_WHO.replace('?P<', '?P<b_')})\|?>)\s*(?P<said>.*)$",
    re.IGNORECASE,
)
# These words open ordinary sentences and lists too; alone they are labels only as headings or in bold.
_ONLY_MARKED = frozenset(
    ("me", "prompt", "response", "model", "bot", "comment", "comments", "thinking", "thoughts", "reasoning")
)


def role_label(line: str) -> tuple[Label, str] | None:
    """The role that a line announces, and what is said on the rest of that line.

    Forms: `## User`, `**Assistant:** text`, `Human: text`, `You said:`, `[assistant] text`.
    """
    for pattern in (_HEADING, _BOLD, _BARE, _PLAIN, _BRACKET):
        match = pattern.match(line)
        if match is None:
            continue
        found = match.groupdict()
        if pattern is _PLAIN and _who(found)[1].lower() in _ONLY_MARKED:
            continue
        label, _ = _who(found)
        return label, (found.get("said") or "").strip()
    return None


def _who(found: dict[str, str | None]) -> tuple[Label, str]:
    names: tuple[tuple[str, Label], ...] = (
        ("user", "user"),
        ("model", "assistant"),
        ("thinks", "assistant-thinking"),
        ("notes", "annotator"),
    )
    for name, label in names:
        said = found.get(name) or found.get(f"b_{name}")
        if said:
            return label, said
    return "annotator", ""


def is_timestamp(line: str) -> bool:
    """Whether a line is nothing but a date with a time of day."""
    return len(line) < 80 and TIMESTAMP.match(line) is not None
