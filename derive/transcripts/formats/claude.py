"""Claude's export: `chat_messages` with `sender`, `text` and, where it is newer, `content`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.transcripts.formats.tray import Tray, is_list_of, of_branch


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a conversation of this export."""
    return is_list_of(data, "chat_messages", "sender")


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put its messages; what a user attached as text is a message of the user."""
    tray.say(data.get("name"), data.get("model"))
    for row in of_branch(data["chat_messages"], "uuid", "parent_message_uuid", data.get("current_leaf_message_uuid"), tray):
        role = str(row.get("sender", ""))
        content = [p for p in row.get("content") or () if isinstance(p, Mapping)]
        if not any(p.get("type") == "text" and str(p.get("text") or "").strip() for p in content):
            content = [*(p for p in content if p.get("type") != "text"), {"type": "text", "text": str(row.get("text") or "")}]
        tray.put_content(role, content)
        for attached in row.get("attachments") or ():
            said = attached.get("extracted_content") if isinstance(attached, Mapping) else None
            if isinstance(said, str) and said.strip():
                tray.put(role, said)
            else:
                tray.lost["attachment"] += 1
        for _ in row.get("files") or row.get("files_v2") or ():
            tray.lost["attachment"] += 1
