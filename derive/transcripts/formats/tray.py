"""What the readers of message formats put their messages into, and what they share: roles, parts of a content, branches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

MessageRole = Literal["user", "assistant", "assistant-thinking"]

_ROLES: dict[str, MessageRole] = {
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "ai": "assistant",
    "chatgpt": "assistant",
    "claude": "assistant",
    "deepseek": "assistant",
    "bard": "assistant",
    "bing": "assistant",
    "assistant-thinking": "assistant-thinking",
}
_THINK = re.compile(r"<(think|thinking|thought|reasoning)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_TEXTS = ("text", "input_text", "output_text")
_THOUGHTS = ("thinking", "reasoning")


@dataclass(frozen=True)
class Message:
    """One message: who, the number of its first line, its text, and which conversation it is in."""

    role: MessageRole
    line: int
    text: str
    conversation: int = 1


@dataclass
class Tray:
    """One conversation while it is collected: its messages, what is left out of it by kind, its title and model."""

    messages: list[Message] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    title: str = ""
    model: str = ""

    def put(self, role: str, text: str) -> None:
        """Add a message; `<think>` stretches of an assistant become messages of their own."""
        known = _ROLES.get(role.lower())
        if known is None:
            self.lost[f"{role or 'nameless'} message"] += 1
        elif known == "assistant":
            place = 0
            for match in _THINK.finditer(text):
                self._add("assistant", text[place : match.start()])
                self._add("assistant-thinking", match.group(2))
                place = match.end()
            self._add("assistant", text[place:])
        else:
            self._add(known, text)

    def put_content(self, role: str, content: Any) -> None:
        """Add a content that may be a text or a list of parts, its thinking apart."""
        held: list[str] = []
        for kind, text in self._parts(content):
            if kind == "thinking" and is_model(role):
                if held:
                    self.put(role, "\n".join(held))
                    held = []
                self.put("assistant-thinking", text)
            elif kind == "text":
                held.append(text)
        if held:
            self.put(role, "\n".join(held))

    def say(self, title: Any = "", model: Any = "") -> None:
        """Keep a title and a model where the format states them; what was stated first stays."""
        self.title = self.title or (title.strip() if isinstance(title, str) else "")
        self.model = self.model or (model.strip() if isinstance(model, str) else "")

    def _add(self, role: MessageRole, text: str) -> None:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # JSON can hold half a character
        if text.strip():
            self.messages.append(Message(role, 0, text.strip("\r\n")))

    def _parts(self, content: Any) -> Iterator[tuple[str, str]]:
        """The parts of a content as (kind, text), kind being text or thinking; other parts are counted as lost."""
        if isinstance(content, str):
            yield "text", content
            return
        for part in content if isinstance(content, list) else [content]:
            if isinstance(part, str):
                yield "text", part
            elif isinstance(part, Mapping):
                kind = str(part.get("type") or part.get("content_type") or "text")
                if kind in _THOUGHTS:
                    said = next((part[k] for k in ("thinking", "reasoning", "text", "summary") if part.get(k)), "")
                    if isinstance(said, str) and said.strip():
                        yield "thinking", said
                    else:
                        self.lost["thinking that was not exported"] += 1
                elif isinstance(part.get("text"), str) and kind in _TEXTS:
                    yield "text", str(part["text"])
                else:
                    self.lost[kind.replace("_", " ")] += 1


def is_model(role: str) -> bool:
    """Whether a role's name is one of a model's."""
    return _ROLES.get(role.lower()) == "assistant"


def is_list_of(data: Mapping[str, Any], key: str, *fields: str) -> bool:
    """Whether data[key] is a list of objects that have all the fields."""
    rows = data.get(key)
    return isinstance(rows, list) and all(isinstance(row, Mapping) and all(f in row for f in fields) for row in rows)


def branch(parents: Mapping[str, Any], leaf: Any) -> list[str]:
    """The nodes of a tree from its root to a leaf. parents: each node's parent; leaf: where to begin, else the last leaf.

    A cycle ends where it closes.
    """
    node = leaf
    if node not in parents:
        inner = {str(p) for p in parents.values()}
        leaves = [n for n in parents if n not in inner]
        node = leaves[-1] if leaves else None
    found: list[str] = []
    seen: set[str] = set()
    while isinstance(node, str) and node in parents and node not in seen:
        seen.add(node)
        found.append(node)
        node = parents[node]
    return found[::-1]


def of_branch(rows: Sequence[Mapping[str, Any]], name: str, parent: str, leaf: Any, tray: Tray) -> list[Mapping[str, Any]]:
    """The rows of a list that lie on the branch to the leaf; all of them where they do not name their parents.

    name, parent: the fields with a row's own name and that of the row before it.
    """
    if not all(row.get(name) is not None and parent in row for row in rows):
        return list(rows)
    table = {str(row[name]): row for row in rows}
    on = branch({n: None if row[parent] is None else str(row[parent]) for n, row in table.items()}, None if leaf is None else str(leaf))
    if len(on) < len(table):
        tray.lost["message on another branch"] += len(table) - len(on)
    return [table[n] for n in on]
