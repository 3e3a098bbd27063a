"""ChatGPT's export: `mapping`, a tree of messages; what was said last is the branch that ends in `current_node`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.transcripts.formats.tray import Tray, branch, is_model

_SAID = ("text", "multimodal_text")


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a conversation of this export: a tree whose messages have an author."""
    mapping = data.get("mapping")
    if not isinstance(mapping, Mapping):
        return False
    messages = [e["message"] for e in mapping.values() if isinstance(e, Mapping) and isinstance(e.get("message"), Mapping)]
    return "current_node" in data or any("author" in m for m in messages) or not messages


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put the messages of the current branch; edited and abandoned ones are not on it."""
    tray.say(data.get("title"), data.get("default_model_slug"))
    mapping = {k: e for k, e in data["mapping"].items() if isinstance(e, Mapping)}
    on = branch({k: e.get("parent") for k, e in mapping.items()}, data.get("current_node"))
    spoken = {k for k, e in mapping.items() if isinstance(e.get("message"), Mapping)}
    off = sum(1 for k in spoken - set(on) if _role(mapping[k]["message"]) != "system")
    if off:
        tray.lost["message on another branch"] += off
    for key in on:
        if key in spoken:
            _read_message(mapping[key]["message"], tray)


def _role(message: Mapping[str, Any]) -> str:
    author = message.get("author")
    return str(author.get("role", "")) if isinstance(author, Mapping) else ""


def _read_message(message: Mapping[str, Any], tray: Tray) -> None:
    content = message.get("content")
    if not isinstance(content, Mapping):
        return
    role = _role(message)
    metadata = message.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    if is_model(role):
        tray.say(model=metadata.get("model_slug"))
    kind = str(content.get("content_type", ""))
    if kind == "thoughts":
        for thought in content.get("thoughts") or ():
            if isinstance(thought, Mapping):
                said = [str(thought.get(k) or "") for k in ("summary", "content")]
                tray.put("assistant-thinking", "\n".join(part for part in said if part))
    elif kind == "reasoning_recap":
        return
    elif kind in _SAID:
        parts = content.get("parts") or []
        if role == "system" and not any(isinstance(p, str) and p.strip() for p in parts):
            return
        if metadata.get("is_visually_hidden_from_conversation") or message.get("recipient", "all") != "all":
            tray.lost["hidden message"] += 1
            return
        for _ in metadata.get("attachments") or ():
            tray.lost["attachment"] += 1
        tray.put_content(role, parts)
    else:
        tray.lost[f"{kind.replace('_', ' ') or 'nameless'} content"] += 1
