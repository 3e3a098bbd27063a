"""The JSON formats of conversations: one small reader for each.

A message is a role and a text. System prompts, calls of tools and their results are no part of
what was said between the two; they are left out and counted among what is lost.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from derive.errors import SourceError

MessageRole = Literal["user", "assistant", "assistant-thinking"]
JsonKind = Literal["claude-json", "chatgpt-json", "sharegpt-json", "openai-json", "inspect-json"]

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
    "bard": "assistant",
    "bing": "assistant",
}
_KNOWN = "Known: Claude export, ChatGPT export, ShareGPT, OpenAI chat messages, Inspect logs."
_THINK = re.compile(r"<(think|thinking|thought|reasoning)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Message:
    """One message: who, the number of its first line, its text, and which conversation it is in."""

    role: MessageRole
    line: int
    text: str
    conversation: int = 1


@dataclass(frozen=True)
class Conversations:
    """What a JSON file holds, with the texts of the messages put into one text."""

    kind: JsonKind
    lines: tuple[str, ...]
    messages: tuple[Message, ...]
    lost: tuple[str, ...]


@dataclass
class _Tray:
    """Messages while they are collected."""

    messages: list[Message]
    lost: Counter[str]
    conversation: int = 1

    def put(self, role: str, text: str) -> None:
        """Add a message; `<think>` stretches of an assistant become messages of their own."""
        known = "assistant-thinking" if role == "assistant-thinking" else _ROLES.get(role.lower())
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
            self._add("user" if known == "user" else "assistant-thinking", text)

    def _add(self, role: MessageRole, text: str) -> None:
        if text.strip():
            self.messages.append(Message(role, 0, text.strip("\r\n"), self.conversation))


def read_json(text: str, name: str, sure: bool) -> Conversations | None:
    """Read JSON or JSON lines of a known shape.

    sure: the name says JSON, so what does not parse is an error; else it is None, for
    Markdown may well begin with a bracket.
    """
    data = _parse(text, name, sure)
    if data is None:
        return None
    tray = _Tray([], Counter())
    kind = _dispatch(data, tray)
    if kind is None:
        if not sure and not isinstance(data, dict) and not any(isinstance(item, dict) for item in data):
            return None
        raise SourceError(name, "the JSON has no known shape of a conversation.", _KNOWN)
    if not tray.messages:
        raise SourceError(name, "the file holds no message with text.", "Export the conversation again.")
    lines: list[str] = []
    placed: list[Message] = []
    for message in tray.messages:
        placed.append(replace(message, line=len(lines) + 1))
        lines.extend(_NEWLINE.split(message.text))
    lost = tuple(f"{what} × {count}" if count > 1 else what for what, count in sorted(tray.lost.items()))
    return Conversations(kind, tuple(lines), tuple(placed), lost)


def _parse(text: str, name: str, sure: bool) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise SourceError(name, "the JSON is nested too deeply.", _KNOWN) from error
    except ValueError as error:
        first: ValueError = error
    rows: list[Any] = []
    for number, line in enumerate(_NEWLINE.split(text), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            if sure or len(rows) > 1:
                where = f"{name}:{number}" if rows else name
                what = f"the line is not JSON ({error})." if rows else f"the file is not JSON ({first})."
                raise SourceError(where, what, "Export the conversation again.") from error
            return None
    return rows


def _dispatch(data: Any, tray: _Tray) -> JsonKind | None:
    """Find the shape and collect the messages; None when no reader knows it."""
    if isinstance(data, Mapping):
        for kind, accepts, read in _READERS:
            if accepts(data):
                read(data, tray)
                return kind
        for key in ("conversations", "data", "chats"):
            if isinstance(data.get(key), list):
                return _dispatch(data[key], tray)
        return None
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        return None
    if all(_is_message(item) for item in data):
        _read_openai({"messages": data}, tray)
        return "openai-json"
    if all(isinstance(item, Mapping) and "from" in item and "value" in item for item in data):
        _read_sharegpt({"conversations": data}, tray)
        return "sharegpt-json"
    kinds: list[JsonKind] = []
    for item in data:
        found = _dispatch(item, tray) if isinstance(item, Mapping) else None
        if found is None:
            return None
        kinds.append(found)
        tray.conversation += 1
    return kinds[0]


def _is_message(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("role"), str) and "content" in item


def _is_list_of(data: Mapping[str, Any], key: str, *fields: str) -> bool:
    rows = data.get(key)
    if not isinstance(rows, list):
        return False
    return all(isinstance(row, Mapping) and all(field in row for field in fields) for row in rows)


def _parts(content: Any, tray: _Tray) -> Iterator[tuple[str, str]]:
    """The parts of a message's content as (kind, text), kind being text or thinking."""
    if isinstance(content, str):
        yield "text", content
        return
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield "text", part
        elif isinstance(part, Mapping):
            kind = str(part.get("type") or part.get("content_type") or "text")
            if kind in ("thinking", "reasoning"):
                summary = part.get("summary")
                said = part.get("thinking") or part.get("reasoning") or part.get("text") or summary or ""
                yield "thinking", said if isinstance(said, str) else ""
            elif isinstance(part.get("text"), str) and kind in ("text", "input_text", "output_text"):
                yield "text", str(part["text"])
            else:
                tray.lost[kind.replace("_", " ")] += 1


def _put_parts(role: str, content: Any, tray: _Tray) -> None:
    held: list[str] = []
    for kind, text in _parts(content, tray):
        if kind == "thinking" and _ROLES.get(role.lower()) == "assistant":
            if held:
                tray.put(role, "\n".join(held))
                held = []
            tray.put("assistant-thinking", text)
        elif kind == "text":
            held.append(text)
    if held:
        tray.put(role, "\n".join(held))


def _read_openai(data: Mapping[str, Any], tray: _Tray) -> None:
    for row in data["messages"]:
        role = str(row.get("role", ""))
        for key in ("reasoning_content", "reasoning", "thinking"):
            if isinstance(row.get(key), str) and _ROLES.get(role) == "assistant":
                tray.put("assistant-thinking", row[key])
                break
        if row.get("tool_calls"):
            tray.lost["tool call"] += 1
        if row.get("content") is not None:
            _put_parts(role, row["content"], tray)


def _read_inspect(data: Mapping[str, Any], tray: _Tray) -> None:
    for i, sample in enumerate(data["samples"]):
        tray.conversation += i > 0
        _read_openai(sample, tray)


def _read_sharegpt(data: Mapping[str, Any], tray: _Tray) -> None:
    for row in data["conversations"]:
        if isinstance(row.get("value"), str):
            tray.put(str(row.get("from", "")), row["value"])


def _read_claude(data: Mapping[str, Any], tray: _Tray) -> None:
    for row in data["chat_messages"]:
        role = str(row.get("sender", ""))
        content = row.get("content")
        texts = [t for k, t in _parts(content, _Tray([], Counter())) if k == "text"] if content else []
        if any(text.strip() for text in texts):
            _put_parts(role, content, tray)
        else:
            thoughts = [p for p in content or () if isinstance(p, Mapping) and p.get("type") == "thinking"]
            _put_parts(role, thoughts, tray)
            tray.put(role, str(row.get("text") or ""))
        for attached in row.get("attachments") or ():
            said = attached.get("extracted_content") if isinstance(attached, Mapping) else None
            if isinstance(said, str) and said.strip():
                tray.put(role, said)
            else:
                tray.lost["attachment"] += 1
        for _ in row.get("files") or row.get("files_v2") or ():
            tray.lost["attachment"] += 1


def _read_chatgpt(data: Mapping[str, Any], tray: _Tray) -> None:
    for message in _branch(data):
        content = message.get("content")
        if not isinstance(content, Mapping):
            continue
        author = message.get("author")
        role = str(author.get("role", "")) if isinstance(author, Mapping) else ""
        hidden = (message.get("metadata") or {}).get("is_visually_hidden_from_conversation")
        kind = str(content.get("content_type", ""))
        if kind == "thoughts":
            for thought in content.get("thoughts") or ():
                said = [str(thought.get(k) or "") for k in ("summary", "content")]
                tray.put("assistant-thinking", "\n".join(part for part in said if part))
        elif kind == "reasoning_recap":
            continue
        elif kind in ("text", "multimodal_text"):
            parts = content.get("parts") or []
            if role == "system" and not any(isinstance(p, str) and p.strip() for p in parts):
                continue
            if hidden or message.get("recipient", "all") != "all":
                tray.lost["hidden message"] += 1
                continue
            _put_parts(role, parts, tray)
        else:
            tray.lost[f"{kind.replace('_', ' ') or 'nameless'} content"] += 1


def _branch(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The messages from the root to the current node: edited and abandoned branches are not on it."""
    mapping: Mapping[str, Any] = data["mapping"]
    node = data.get("current_node")
    if node not in mapping:
        parents = {str(entry.get("parent")) for entry in mapping.values() if isinstance(entry, Mapping)}
        leaves = [key for key in mapping if key not in parents]
        node = leaves[-1] if leaves else None
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    while isinstance(node, str) and node in mapping and node not in seen:
        seen.add(node)
        entry = mapping[node]
        if not isinstance(entry, Mapping):
            break
        if isinstance(entry.get("message"), Mapping):
            found.append(entry["message"])
        node = entry.get("parent")
    return found[::-1]


_Accepts = Callable[[Mapping[str, Any]], bool]
_Read = Callable[[Mapping[str, Any], _Tray], None]
_READERS: tuple[tuple[JsonKind, _Accepts, _Read], ...] = (
    ("claude-json", lambda d: _is_list_of(d, "chat_messages", "sender"), _read_claude),
    ("chatgpt-json", lambda d: isinstance(d.get("mapping"), Mapping), _read_chatgpt),
    ("sharegpt-json", lambda d: _is_list_of(d, "conversations", "from", "value"), _read_sharegpt),
    ("inspect-json", lambda d: _is_list_of(d, "samples", "messages"), _read_inspect),
    ("openai-json", lambda d: _is_list_of(d, "messages", "role"), _read_openai),
)
