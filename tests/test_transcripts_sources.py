"""Each format is told by its content and read into lines, roles and what was lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from derive.errors import SourceError
from derive.transcripts.sources import MAX_BYTES, read_source, read_text
from derive.transcripts.turns import split_turns

Q, A = "How long is the\nlongest side?", "It is $\\sqrt{2}$."
CLAUDE = {
    "name": "sides",
    "chat_messages": [
        {
            "sender": "human",
            "text": "",
            "content": [{"type": "text", "text": Q}],
            "files": [{"file_name": "a.png"}],
        },
        {
            "sender": "assistant",
            "text": A,
            "content": [{"type": "thinking", "thinking": "unit square"}, {"type": "text", "text": A}],
        },
    ],
}
CHATGPT = {
    "title": "sides",
    "current_node": "d",
    "mapping": {
        "a": {
            "parent": None,
            "message": {"author": {"role": "system"}, "content": {"content_type": "text", "parts": [""]}},
        },
        "b": {
            "parent": "a",
            "message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": [Q]}},
        },
        "c": {
            "parent": "b",
            "message": {
                "author": {"role": "assistant"},
                "content": {
                    "content_type": "thoughts",
                    "thoughts": [{"summary": "", "content": "unit square"}],
                },
            },
        },
        "d": {
            "parent": "c",
            "message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": [A]}},
        },
        "x": {
            "parent": "b",
            "message": {
                "author": {"role": "assistant"},
                "content": {"content_type": "text", "parts": ["dropped"]},
            },
        },
    },
}
SHAREGPT = {
    "conversations": [
        {"from": "human", "value": Q},
        {"from": "gpt", "value": f"<think>unit square</think>{A}"},
    ]
}
OPENAI = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": Q},
        {"role": "assistant", "content": A, "reasoning_content": "unit square"},
    ]
}
INSPECT = {
    "version": 2,
    "eval": {},
    "samples": [
        {
            "messages": [
                {"role": "user", "content": Q},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "reasoning", "reasoning": "unit square"},
                        {"type": "text", "text": A},
                    ],
                },
            ]
        }
    ],
}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (CLAUDE, "claude-json"),
        (CHATGPT, "chatgpt-json"),
        (SHAREGPT, "sharegpt-json"),
        (OPENAI, "openai-json"),
        (INSPECT, "inspect-json"),
        ([CLAUDE], "claude-json"),
        (OPENAI["messages"], "openai-json"),
    ],
)
def test_the_same_exchange_in_every_format(data: Any, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    source = read_source(path)
    assert source.kind == kind
    (turn,) = split_turns(source).turns
    assert turn.text("user") == Q
    assert turn.text("assistant-thinking") == "unit square"
    assert turn.text("assistant") == A
    assert "dropped" not in source.text


def test_lines_of_json_count_in_the_texts_put_together() -> None:
    source = read_text(json.dumps(OPENAI))
    assert [(m.role, m.line) for m in source.messages] == [
        ("user", 1),
        ("assistant-thinking", 3),
        ("assistant", 4),
    ]
    assert source.lines[3] == A


def test_what_is_lost_is_said() -> None:
    assert read_text(json.dumps(CLAUDE)).lost == ("attachment",)
    assert read_text(json.dumps(OPENAI)).lost == ("system message",)


def test_json_lines_with_a_conversation_each() -> None:
    source = read_text("\n".join(json.dumps(OPENAI) for _ in range(3)), "talks.jsonl")
    transcript = split_turns(source)
    assert [(t.number, t.conversation) for t in transcript.turns] == [(1, 1), (2, 2), (3, 3)]


def test_a_conversation_that_begins_with_the_model_has_lost_its_prompt() -> None:
    transcript = split_turns(read_text(json.dumps([{"role": "assistant", "content": A}])))
    assert transcript.turns[0].prompt_lost
    assert transcript.lost == ("the prompt of turn 1",)


def test_a_cycle_in_the_tree_ends() -> None:
    looped = json.loads(json.dumps(CHATGPT))
    looped["mapping"]["b"]["parent"] = "d"
    assert split_turns(read_text(json.dumps(looped))).turns[0].text("assistant") == A


def test_markdown_may_begin_with_a_bracket() -> None:
    assert read_text("[1] a reference\n\n{not json}").kind == "text"
    assert read_text("[1, 2, 3]").kind == "text"


def test_pages_are_told_by_their_furniture() -> None:
    assert read_text("--- Page 1 ---\na\n1 / 2\n--- Page 2 ---\nb\n2 / 2").kind == "pdf-text"
    assert read_text("a\n1 / 2\nb").kind == "text"


def test_newlines_and_marks_of_other_systems(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes("\ufeffone\r\ntwo\r\nthree".encode())
    assert read_source(path).lines == ("one", "two", "three")
    path.write_text("one\ntwo", encoding="utf-16")
    assert read_source(path).lines == ("one", "two")
    path.write_bytes("caf\xe9".encode("latin-1"))
    assert read_source(path).lines == ("café",)
    assert "UTF-8" in read_source(path).lost[0]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.md", b"", "empty"),
        ("blank.md", b" \n\n", "empty"),
        ("raw.txt", b"ab\x00\x01\x02", "binary"),
        ("noise.txt", bytes(range(1, 9)) * 20 + b"\xff\xfa", "binary"),
        ("scan.pdf", b"%PDF-1.7 ...", "PDF"),
        ("all.zip", b"PK\x03\x04....", "zip"),
        ("page.md", b"<!doctype html><p>hi", "web page"),
        ("odd.json", b'{"a": 1}', "shape"),
        ("odd.json", b"[1, 2]", "shape"),
        ("odd.json", b"just words", "not JSON"),
        ("cut.json", b'{"messages": [', "not JSON"),
        ("odd.md", b'{"a": 1}', "shape"),
        ("none.json", b'{"messages": []}', "no message"),
        ("deep.json", b"[" * 200_000, "nested"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_what_and_what_next(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=says) as caught:
        read_source(path)
    assert name in caught.value.where
    assert caught.value.next_step


def test_a_broken_line_of_json_lines_is_named(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text(json.dumps(OPENAI) + "\n{oops\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"talks\.jsonl:2"):
        read_source(path)


def test_a_missing_file_a_folder_and_a_file_that_is_too_big(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    for path, says in ((tmp_path / "gone.md", "opened"), (tmp_path, "opened"), (big, "more than")):
        with pytest.raises(SourceError, match=says):
            read_source(path)


@pytest.mark.shared
def test_the_real_conversations_are_told_apart() -> None:
    folder = Path(os.environ["DERIVE_SHARED"]) / "transcripts"
    assert read_source(folder / "claude-hw2.txt").kind == "pdf-text"
    assert read_source(folder / "deepseek-hw2.md").kind == "text"
