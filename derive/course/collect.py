"""One submission -> its documents, whose it is, and what was found in it for each part. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.course.documents import Document
from derive.course.doubts import At, Doubts, doubts_of
from derive.course.file_names import label_of_file
from derive.course.find import Answer, Sheet, Unplaced, find_answers, find_keyed, find_listed, merged
from derive.course.gather import Submission
from derive.course.label_forms import Label
from derive.course.labels import Labels
from derive.course.read import PREFERRED, read_file
from derive.course.readers.keyed import document_of_rows
from derive.course.roster import Matched, Roster


@dataclass(frozen=True)
class Collected:
    """What a submission holds. answers: by part, with the file; unplaced: texts in which nothing says the part, with the file;
    doubts: where an answer may stand that was not found.
    """

    submission: Submission
    documents: tuple[Document, ...]
    about: Mapping[str, str]
    whose: Matched
    answers: Mapping[At, tuple[str, Answer]]
    sheets: tuple[tuple[str, Sheet], ...]
    doubts: Doubts
    notes: tuple[str, ...]

    @property
    def unplaced(self) -> list[tuple[str, Unplaced]]:
        """Texts that no part could be given to."""
        return [(name, u) for name, sheet in self.sheets for u in sheet.unplaced]

    @property
    def unread(self) -> list[tuple[str, str]]:
        """The files that could not be read, and why."""
        return [(d.name, d.trouble) for d in self.documents if d.trouble]

    @property
    def lossy(self) -> frozenset[str]:
        """The files whose formulas may have lost signs."""
        return frozenset(d.name for d in self.documents if d.lossy)


def collect(s: Submission, top: Path, labels: Labels, roster: Roster) -> Collected:
    """Read the files of a submission, find whose it is and what it answers."""
    documents = [document_of_rows([list(r) for r in s.rows], s.id.rpartition(":")[0], [])] if s.rows else [read_file(top / name, name) for name in s.files]
    documents.sort(key=lambda d: PREFERRED.index(d.format) if d.format in PREFERRED else len(PREFERRED))
    about: dict[str, str] = {}
    for d in documents:
        for k, v in d.about.items():
            about.setdefault(k, v[:200])
    sheets = [(d.name, sheet_of(d, s, labels)) for d in documents if not d.trouble]
    answers, notes = merged(sheets)
    notes += [f"{name}: {n}" for name, sheet in sheets for n in dict.fromkeys(sheet.notes)]
    doubts = doubts_of(labels, answers, sheets)
    return Collected(s, tuple(documents), about, roster.match(s.name, about, s.given), answers, tuple(sheets), doubts, (*notes, *doubts.notes))


def sheet_of(d: Document, s: Submission, labels: Labels) -> Sheet:
    """What stands in one document; a file or folder that is called like a problem or a part is about that one, unless its text says otherwise."""
    about = Label(s.problem) if s.problem else None
    if about is None and (len(s.files) > 1 or "/" in d.name):
        path = Path(d.name)
        about = label_of_file(labels, path.stem, path.parent.name, [Path(f).stem for f in s.files if Path(f).parent == path.parent])
    own = about.problem if about is not None else ""
    if own and not s.problem and d.text and any(p != own for p, _ in find_answers(labels, d.text).answers):
        about, own = None, ""
    labels = Labels([labels.by_id[own]]) if own else labels
    if d.entries or d.turned:
        ways = [find_keyed(labels, entries, own) for entries in (d.entries, d.turned) if entries]
        return max(ways, key=lambda sheet: len(sheet.answers))
    if d.listed:
        return find_listed(labels, d.listed, own)
    sheet = find_answers(labels, d.text, own)
    if about is not None and about.part and d.text.strip() and all(not a.sure for a in sheet.answers.values()):
        sheet = Sheet()
        sheet.add(Answer(own, about.part, d.text.strip(), f"by the name of the file {Path(d.name).name!r}", 1))
    return sheet
