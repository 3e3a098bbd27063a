"""The JSON formats of conversations: which reader a piece of JSON is for, and what it holds.

System prompts, calls of tools and their results are no part of what was said between the two;
they are left out and counted among what is lost.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from derive.errors import SourceError
from derive.transcripts.formats import chatgpt, claude, deepseek, inspect_log, notebook, openai_chat, sharegpt
from derive.transcripts.formats.tray import Message, Tray

JsonKind = Literal["claude-json", "chatgpt-json", "deepseek-json", "sharegpt-json", "openai-json", "inspect-json", "notebook"]

_KNOWN = "Known: exports of Claude, ChatGPT and DeepSeek, ShareGPT, OpenAI chat messages, Inspect logs, Jupyter notebooks."
_NEWLINE = re.compile(r"\r\n|\n|\r")
_CONTAINERS = ("conversations", "data", "chats")

_Accepts = Callable[[Mapping[str, Any]], bool]
_Read = Callable[[Mapping[str, Any], Tray], None]
# In order: the first that accepts reads. DeepSeek's tree is like ChatGPT's, but for what its messages hold.
_READERS: tuple[tuple[JsonKind, _Accepts, _Read], ...] = (
    ("claude-json", claude.accepts, claude.read),
    ("deepseek-json", deepseek.accepts, deepseek.read),
    ("chatgpt-json", chatgpt.accepts, chatgpt.read),
    ("sharegpt-json", sharegpt.accepts, sharegpt.read),
    ("openai-json", openai_chat.accepts, openai_chat.read),
)


@dataclass(frozen=True)
class Conversation:
    """One conversation of a file: the texts of its messages put into one text, with the lines where each begins.

    number: its place in the file, from 1; title, model: where the format states them.
    """

    kind: JsonKind
    number: int
    lines: tuple[str, ...]
    messages: tuple[Message, ...]
    lost: tuple[str, ...]
    title: str = ""
    model: str = ""


@dataclass(frozen=True)
class Found:
    """What a JSON file holds: its conversations, and an error for each that could not be read."""

    conversations: tuple[Conversation, ...]
    errors: tuple[SourceError, ...] = ()


@dataclass(frozen=True)
class _Item:
    """One candidate for a conversation: where it stands in the file, its data, and its reader if there is one."""

    where: str
    data: Any
    kind: JsonKind | None
    read: _Read | None


def read_json(text: str, name: str, sure: bool) -> Found | None:
    """Read JSON or JSON lines of a known shape.

    sure: the name says JSON, so what does not parse is an error; else it is None, for
    Markdown may well begin with a bracket. Raises SourceError where nothing in it is a conversation.
    """
    parsed = _parse(text, name, sure)
    if parsed is None:
        return None
    rows, errors = parsed
    single = len(rows) == 1 and not errors
    if single and isinstance(rows[0][1], Mapping) and notebook.accepts(rows[0][1]):
        return Found((_notebook(rows[0][1], name),))
    items = [item for where, data in rows for item in _items(where if not single else name, data, single)]
    if not any(item.read for item in items):
        plain = [data for _, data in rows if not (isinstance(data, Mapping) or (isinstance(data, list) and any(isinstance(x, Mapping) for x in data)))]
        if not sure and len(plain) == len(rows):
            return None
        raise SourceError(name, "the JSON has no known shape of a conversation.", _KNOWN)
    found: list[Conversation] = []
    for number, item in enumerate(items, 1):
        if item.read is None or item.kind is None:
            errors.append(SourceError(item.where, "this has no known shape of a conversation.", _KNOWN))
            continue
        tray = Tray()
        try:
            item.read(item.data, tray)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # fields of other types than the format's
            errors.append(SourceError(item.where, f"this is damaged ({type(error).__name__}: {error}).", "Export the conversation again."))
            continue
        if tray.messages:
            found.append(_laid_out(item.kind, number, tray))
    if not found:
        if errors:
            raise errors[0]
        raise SourceError(name, "the file holds no message with text.", "Export the conversation again.")
    return Found(tuple(found), tuple(errors))


def _laid_out(kind: JsonKind, number: int, tray: Tray) -> Conversation:
    lines: list[str] = []
    placed: list[Message] = []
    for message in tray.messages:
        placed.append(replace(message, line=len(lines) + 1, conversation=number))
        lines.extend(_NEWLINE.split(message.text))
    return Conversation(kind, number, tuple(lines), tuple(placed), _counted(tray.lost), tray.title, tray.model)


def _notebook(data: Mapping[str, Any], name: str) -> Conversation:
    lost: Counter[str] = Counter()
    try:
        text = notebook.read(data, lost)
    except (AttributeError, KeyError, TypeError) as error:
        raise SourceError(name, f"the notebook is damaged ({type(error).__name__}: {error}).", "Save it again.") from error
    if not text.strip():
        raise SourceError(name, "the notebook holds no text.", "Save it with its cells.")
    return Conversation("notebook", 1, tuple(_NEWLINE.split(text)), (), _counted(lost))


def _counted(lost: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{what} × {count}" if count > 1 else what for what, count in sorted(lost.items()))


def _parse(text: str, name: str, sure: bool) -> tuple[list[tuple[str, Any]], list[SourceError]] | None:
    """The JSON values of a file with where each stands: one, or one a line; lines that are not JSON are errors."""
    try:
        return [(name, json.loads(text))], []
    except RecursionError as error:
        raise SourceError(name, "the JSON is nested too deeply.", _KNOWN) from error
    except ValueError as error:
        first: ValueError = error
    rows: list[tuple[str, Any]] = []
    errors: list[SourceError] = []
    for number, line in enumerate(_NEWLINE.split(text), 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            errors.append(SourceError(where, f"the line is not JSON ({error}).", "Export the conversation again."))
            continue
        if isinstance(row, (Mapping, list)):
            rows.append((where, row))
    if not rows or len(errors) > len(rows):  # a file of one value that breaks off, or prose
        if not sure and len(rows) < 2:
            return None
        raise SourceError(name, f"the file is not JSON ({first}).", "Export the conversation again.") from first
    return rows, errors


def _items(where: str, data: Any, alone: bool) -> list[_Item]:
    """The conversations that a JSON value holds; with itself, without a reader, where no shape is known.

    alone: the value is the whole file, so that the elements of a list are told apart by their number.
    """
    if isinstance(data, Mapping):
        if inspect_log.accepts(data):
            return [_Item(f"{where}: sample {k}", row, "inspect-json", inspect_log.read) for k, row in enumerate(inspect_log.conversations(data), 1)]
        for kind, accepts, read in _READERS:
            if accepts(data):
                return [_Item(where, data, kind, read)]
        for key in _CONTAINERS:
            if isinstance(data.get(key), list):
                return _items(where, data[key], alone)
        return [_Item(where, data, None, None)]
    if isinstance(data, Sequence) and not isinstance(data, str) and data:
        if all(isinstance(x, Mapping) and isinstance(x.get("role"), str) and "content" in x for x in data):
            return [_Item(where, {"messages": data}, "openai-json", openai_chat.read)]
        if all(isinstance(x, Mapping) and "from" in x and "value" in x for x in data):
            return [_Item(where, {"conversations": data}, "sharegpt-json", sharegpt.read)]
        return [item for k, x in enumerate(data, 1) for item in _items(f"{where}: conversation {k}" if len(data) > 1 else where, x, False)]
    return [_Item(where, data, None, None)]
