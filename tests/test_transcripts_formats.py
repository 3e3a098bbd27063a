"""Every format of a conversation, by small examples of our own: what is said, by whom, in which line, and what is lost."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.errors import SourceError
from derive.transcripts.read import read_transcript, read_transcripts
from derive.transcripts.sources import read_source, read_sources, read_texts
from derive.transcripts.turns import Transcript, split_turns

DATA = Path(__file__).parent / "data" / "conversations"
ANSWER = "$$u = -\\frac{\\alpha}{2} g$$"


def pdf_of(pages: list[list[str]]) -> bytes:
    """A PDF file with a line of text a line, in Helvetica, written by hand."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = b"".join(b"(" + line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("latin-1") + b") Tj T*\n" for line in lines)
        stream = zlib.compress(b"BT /F1 11 Tf 14 TL 60 780 Td\n" + shown + b"ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table, len(objects) + 1, len(out))


def first(name: str) -> Transcript:
    return read_transcripts(DATA / name).found[0]


@pytest.mark.parametrize(("name", "kind", "model", "lost"), [
    ("chatgpt.json", "chatgpt-json", "model-a", "message on another branch"),
    ("claude.json", "claude-json", "model-b", "attachment"),
    ("deepseek.json", "deepseek-json", "model-c", "message on another branch"),
    ("sharegpt.json", "sharegpt-json", "model-d", "system message"),
    ("openai.jsonl", "openai-json", "model-e", "developer message"),
    ("inspect.json", "inspect-json", "house/model-f", ""),
    ("notebook.ipynb", "notebook", "", "picture"),
    ("deepseek.md", "text", "", ""),
    ("labels.md", "text", "", ""),
])
def test_the_first_exchange_is_the_same_in_every_format(name: str, kind: str, model: str, lost: str) -> None:
    transcript = first(name)
    assert (transcript.kind, transcript.model) == (kind, model)
    turn = transcript.turns[0]
    assert turn.text("user").startswith("Minimize $g^T u") or turn.text("user").startswith("**User")
    assert ANSWER in turn.text("assistant")
    assert "Smooth and convex" not in turn.text("assistant")
    assert "Smooth and convex" in turn.text("assistant-thinking") or name in ("notebook.ipynb", "labels.md")
    assert not lost or lost in transcript.lost
    for segment in turn.segments:  # a line's number is its place in the lines of the source
        assert transcript.lines[segment.line_start - 1].strip() and transcript.lines[segment.line_end - 1].strip()
    line = next(n for n, text in enumerate(transcript.lines, 1) if ANSWER in text)
    assert any(s.role == "assistant" and s.line_start <= line <= s.line_end for s in turn.segments)


@pytest.mark.parametrize("name", ["chatgpt.json", "claude.json", "deepseek.json"])
def test_only_the_newest_branch_is_what_was_said(name: str) -> None:
    said = "\n".join(t.text() for x in read_transcripts(DATA / name).found for t in x.turns)
    assert "-\\frac{\\alpha}{2} \\|g\\|_1" in said
    assert "-\\alpha \\operatorname{sign}" not in said


def test_a_file_with_many_conversations_gives_each_its_own_lines() -> None:
    found = read_transcripts(DATA / "openai.jsonl").found
    assert [(t.number, t.count, t.lines_are) for t in found] == [(k, 3, "lines of the messages' texts") for k in (1, 2, 3)]
    assert all(t.turns[0].number == 1 and t.turns[0].segments[0].line_start == 1 for t in found)
    merged = read_transcript(DATA / "openai.jsonl")
    assert len(merged.lines) == sum(len(t.lines) for t in found)
    assert [t.conversation for t in merged.turns] == [1, 1, 2, 3]


def test_conversations_without_a_message_are_passed_over_and_keep_their_numbers() -> None:
    assert [(t.number, t.title) for t in read_transcripts(DATA / "claude.json").found] == [(1, "A penalised step"), (3, "The other norm")]


def test_inspect_samples_are_named_by_task_sample_and_epoch_and_their_long_texts_put_back() -> None:
    one, two = read_transcripts(DATA / "inspect.json").found
    assert (one.title, two.title) == ("steps one epoch 1", "steps one epoch 2")
    assert "thinking that was not exported" in two.lost


def test_what_deepseek_hands_out_itself_is_the_same_conversation() -> None:
    rows = [
        {"message_id": 1, "parent_id": None, "role": "USER", "fragments": [{"type": "REQUEST", "content": "Q"}], "files": [{}]},
        {"message_id": 2, "parent_id": 1, "role": "ASSISTANT", "content": "old", "thinking_content": None},
        {"message_id": 3, "parent_id": 1, "role": "ASSISTANT", "content": "new", "thinking_content": "hm"},
    ]
    (source,) = read_texts(json.dumps({"data": {"biz_data": {"chat_session": {"title": "T", "current_message_id": 3}, "chat_messages": rows}}})).found
    assert (source.kind, source.title) == ("deepseek-json", "T")
    assert [(m.role, m.text) for m in source.messages] == [("user", "Q"), ("assistant-thinking", "hm"), ("assistant", "new")]
    assert source.lost == ("attachment", "message on another branch")


def test_a_broken_line_or_item_leaves_its_neighbours_served() -> None:
    good = json.dumps({"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]})
    found = read_texts(f"{good}\n{{oops\n{good}\n{good}", "talks.jsonl")
    assert len(found.found) == 3
    assert [e.where for e in found.errors] == ["talks.jsonl:2"]
    found = read_texts(f"[{good}, {{\"a\": 1}}, {good}]", "talks.json")
    assert [s.number for s in found.found] == [1, 3]
    assert [e.where for e in found.errors] == ["talks.json: conversation 2"]
    found = read_texts(json.dumps([{"chat_messages": [{"sender": "human", "content": 3}]}, json.loads(good)]))
    assert [s.number for s in found.found] == [2] and "damaged" in str(found.errors[0])


def test_half_a_character_in_json_is_no_error() -> None:
    (source,) = read_texts('[{"role": "user", "content": "a \\ud83d b"}]').found
    source.text.encode("utf-8")


def test_a_pdf_file_is_read_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "talk.pdf"
    path.write_bytes(pdf_of([["User: Minimize the penalised step.", "Assistant: The update is u = -(alpha/2) g."], ["It is gradient descent."]]))
    source = read_source(path)
    assert source.kind == "pdf"
    assert source.lines_are == "lines of the PDF's text layer"
    assert source.lines == ("--- Page 1 ---", "User: Minimize the penalised step.", "Assistant: The update is u = -(alpha/2) g.",
                            "--- Page 2 ---", "It is gradient descent.")
    assert "attachments" in source.lost
    (turn,) = read_transcript(path).turns
    assert turn.text("user") == "Minimize the penalised step."
    assert turn.text("assistant") == "The update is u = -(alpha/2) g.\nIt is gradient descent."


def test_a_pdf_without_text_and_a_damaged_one(tmp_path: Path) -> None:
    for data, says in ((pdf_of([[]]), "no text layer"), (pdf_of([["a"]])[:60], "damaged|no text")):
        path = tmp_path / "scan.pdf"
        path.write_bytes(data)
        with pytest.raises(SourceError, match=says):
            read_source(path)


def test_an_export_may_be_larger_than_a_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.transcripts.sources.MAX_BYTES", 1500)
    assert len(read_sources(DATA / "openai.jsonl").found) == 3
    path = tmp_path / "long.json"
    path.write_text(json.dumps([[{"role": "user", "content": "x" * 2000}], [{"role": "user", "content": "y"}]]), encoding="utf-8")
    found = read_sources(path)
    assert [s.number for s in found.found] == [2] and "more than" in str(found.errors[0])


def test_what_cannot_be_read_leaves_its_neighbours_served_and_ends_with_2(tmp_path: Path) -> None:
    empty, binary, other = tmp_path / "empty.md", tmp_path / "raw.md", tmp_path / "other.md"
    empty.write_bytes(b"")
    binary.write_bytes(b"\x00\x01" * 50)
    other.write_text("**User:** How do I bake bread?\n\n**Assistant:** Mix 500 g of flour with $350$ ml of water; $500 > 350$. Wait an hour.", encoding="utf-8")
    run = CliRunner().invoke(main, ["transcript", "cs182-hw2/penalty-l2", str(empty), str(other), str(binary), str(tmp_path), str(tmp_path / "gone"), "--json"])
    assert run.exit_code == 2
    (line,) = run.stdout.splitlines()
    judged = json.loads(line)
    assert judged["claims"] == [] and not any(t.get("answers") for t in judged["turns"])
    for said in ("is empty", "is binary", "is a folder", "cannot be opened", "no turn answers a part"):
        assert said in run.stderr
    assert CliRunner().invoke(main, ["transcript", "cs182-hw2/penalty-l2", str(other)]).exit_code == 0


def test_a_long_binary_file_is_said_to_be_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.transcripts.sources.MAX_BYTES", 100)
    path = tmp_path / "raw.bin"
    path.write_bytes(bytes(range(256)) * 2)
    with pytest.raises(SourceError, match="more than 100, and the file is binary"):
        read_sources(path)
    path.write_bytes(pdf_of([["Assistant: u = -(alpha/2) g", "x"]]))  # a PDF may be longer than its text
    assert path.stat().st_size > 100 and len(read_sources(path).found) == 1


def test_thinking_is_announced_in_chinese_too() -> None:
    (turn,) = split_turns(read_texts("最小化 $u^2$\n\n已深度思考（用时 12 秒）\n\nLet me think. Wait, yes.\n\n## Answer\n\n$u = 0$\n").found[0]).turns
    assert "Let me think" in turn.text("assistant-thinking") and "$u = 0$" in turn.text("assistant")
