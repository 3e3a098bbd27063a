"""DeepSeek's export: `mapping`, a tree whose messages hold `fragments` (REQUEST, THINK, RESPONSE); and the same as `chat_messages`
with `role`, as the site itself hands it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.transcripts.formats.tray import Tray, branch, is_list_of, of_branch

_FRAGMENTS = {"REQUEST": "user", "THINK": "assistant-thinking", "RESPONSE": "assistant"}
_ROLES = {"USER": "user", "ASSISTANT": "assistant"}


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a conversation of this export."""
    return _is_tree(data) or _is_list(_inner(data))


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put the messages of the newest branch."""
    if _is_tree(data):
        tray.say(data.get("title"))
        mapping = {k: e for k, e in data["mapping"].items() if isinstance(e, Mapping)}
        on = branch({k: e.get("parent") for k, e in mapping.items()}, data.get("current_node"))
        spoken = [k for k in mapping if isinstance(mapping[k].get("message"), Mapping)]
        if len(set(spoken) - set(on)):
            tray.lost["message on another branch"] += len(set(spoken) - set(on))
        rows = [mapping[k]["message"] for k in on if k in spoken]
    else:
        data = _inner(data)
        session = data.get("chat_session")
        session = session if isinstance(session, Mapping) else {}
        tray.say(session.get("title"), session.get("model"))
        rows = of_branch(data["chat_messages"], "message_id", "parent_id", session.get("current_message_id"), tray)
    for row in rows:
        _read_message(row, tray)


def _is_tree(data: Mapping[str, Any]) -> bool:
    mapping = data.get("mapping")
    if not isinstance(mapping, Mapping):
        return False
    return any(isinstance(e, Mapping) and isinstance(e.get("message"), Mapping) and "fragments" in e["message"] for e in mapping.values())


def _is_list(data: Mapping[str, Any]) -> bool:
    return is_list_of(data, "chat_messages", "role", "message_id")


def _inner(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of an answer of the site that holds the conversation."""
    for key in ("data", "biz_data"):
        if isinstance(data.get(key), Mapping):
            data = data[key]
    return data


def _read_message(row: Mapping[str, Any], tray: Tray) -> None:
    tray.say(model=row.get("model"))
    for _ in row.get("files") or ():
        tray.lost["attachment"] += 1
    fragments = row.get("fragments")
    if isinstance(fragments, list) and fragments:
        for f in fragments:
            kind = str(f.get("type", "")) if isinstance(f, Mapping) else ""
            if kind in _FRAGMENTS and isinstance(f.get("content"), str):
                tray.put(_FRAGMENTS[kind], f["content"])
            else:
                tray.lost[f"{kind.lower().replace('_', ' ') or 'nameless'} fragment"] += 1
        return
    role = str(row.get("role", ""))
    if isinstance(row.get("thinking_content"), str):
        tray.put("assistant-thinking", row["thinking_content"])
    if isinstance(row.get("content"), str):
        tray.put(_ROLES.get(role, role), row["content"])
