"""Documents given out for a meeting, as its rules see them, out of what the store keeps of them."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session

from meeting_server.room.state import Paper
from meeting_server.store import papers
from meeting_server.store.kept_files import MARK, kept
from meeting_server.store.tables import StoredFile
from meeting_server.whole_file import write_whole
from transcription.keyring import Keyring

FORMS = {"pdf": "pdf", "png": "image", "jpg": "image", "webp": "image", "docx": "docx"}


def listed(session: Session, meeting: str) -> tuple[Paper, ...]:
    return tuple(paper_of(row) for row in papers.rows(session, meeting))


def paper_of(row: StoredFile) -> Paper:
    title, _, ending = row.name.rpartition(".")
    return Paper(row.id, title, FORMS[ending], row.size, row.created_at)


def encipher_old(folder: Path, keys: Keyring) -> int:
    """What lies there in the clear, from before files were enciphered, is written anew: how many."""
    count = 0
    for path in folder.glob("*/*.*"):
        if path.suffix == ".new":
            continue
        with path.open("rb") as file:
            clear = file.read(len(MARK)) != MARK
        if clear:
            write_whole(path, kept(keys, path.parent.name, path.stem, path.read_bytes()))
            count += 1
    return count
