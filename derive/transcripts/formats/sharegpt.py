"""ShareGPT: `conversations` with `from` and `value`; also the bare list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.transcripts.formats.tray import Tray, is_list_of


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a conversation of this format."""
    return is_list_of(data, "conversations", "from", "value")


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put its messages."""
    tray.say(data.get("title") or data.get("id"), data.get("model"))
    for row in data["conversations"]:
        if isinstance(row.get("value"), str):
            tray.put(str(row.get("from", "")), row["value"])
