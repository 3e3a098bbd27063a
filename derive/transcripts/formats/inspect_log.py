"""Inspect's logs in their JSON form: `samples`, each a conversation; its model is the log's, its title the task, sample and epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from derive.transcripts.formats import openai_chat
from derive.transcripts.formats.tray import Tray, is_list_of

_ATTACHED = "attachment://"


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a log with samples."""
    return is_list_of(data, "samples", "messages")


def conversations(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each sample as chat messages with a title and a model."""
    about = data.get("eval")
    about = about if isinstance(about, Mapping) else {}
    for sample in data["samples"]:
        output = sample.get("output")
        model = about.get("model") or (output.get("model") if isinstance(output, Mapping) else "")
        named = [str(about.get("task") or ""), str(sample.get("id") or "")]
        if sample.get("epoch") is not None:
            named.append(f"epoch {sample['epoch']}")
        yield {"messages": _restored(sample["messages"], sample.get("attachments")), "title": " ".join(n for n in named if n), "model": model}


def read(data: Mapping[str, Any], tray: Tray) -> None:
    """Put the messages of one sample."""
    openai_chat.read(data, tray)


def _restored(x: Any, attachments: Any, depth: int = 0) -> Any:
    """Messages with the long texts that the log keeps apart put back in their places."""
    if isinstance(x, str) and x.startswith(_ATTACHED) and isinstance(attachments, Mapping):
        return attachments.get(x.removeprefix(_ATTACHED), x)
    if isinstance(x, list) and depth < 6:
        return [_restored(y, attachments, depth + 1) for y in x]
    if isinstance(x, Mapping) and depth < 6:
        return {k: _restored(y, attachments, depth + 1) for k, y in x.items()}
    return x
