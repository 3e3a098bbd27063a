"""OpenAI chat messages: `messages` with `role` and `content`, one conversation a file or a line; also the bare list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.transcripts.formats.tray import Tray, is_list_of, is_model

_THINKS = ("reasoning_content", "reasoning", "thinking")


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a conversation of this format."""
    return is_list_of(data, "messages", "role")


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put its messages; reasoning that stands beside the content comes before it."""
    metadata = data.get("metadata")
    tray.say(data.get("title") or data.get("id") or data.get("custom_id"), data.get("model") or (metadata.get("model") if isinstance(metadata, Mapping) else ""))
    for row in data["messages"]:
        role = str(row.get("role", ""))
        for key in _THINKS:
            if isinstance(row.get(key), str) and is_model(role):
                tray.put("assistant-thinking", row[key])
                break
        if row.get("tool_calls"):
            tray.lost["tool call"] += 1
        if row.get("content") is not None:
            tray.put_content(role, row["content"])
