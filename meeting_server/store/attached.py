"""Files that belong to no meeting's log: what a cell sends up with a submission, older minutes brought in.

They stand in the database, enciphered by their owner's key, so that a backup of it holds them; what they are is read
from their first bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from meeting_server.store import kept_files
from meeting_server.store.archive_tables import AttachedFile
from meeting_server.store.bodies import KEYS
from meeting_server.store.people import new_id

MIB = 1024 * 1024
MAX_FILE, MAX_FILES = 20 * MIB, 10
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {"application/pdf": ".pdf", DOCX: ".docx", "image/jpeg": ".jpg", "image/png": ".png"}


class NotAttachable(Exception):
    """``code``: size | kind | many; the message is a sentence."""

    status = 422

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class FileLine:
    id: str
    name: str
    media: str
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """A file as it was brought."""

    cell: str
    name: str
    media: str
    data: bytes


def media_of(data: bytes) -> str:
    """Empty when it is none of the kinds that are taken."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return DOCX if "word/document.xml" in archive.namelist() else ""
        except zipfile.BadZipFile:
            return ""
    return ""


def attach(session: Session, owner: str, cell: str, name: str, data: bytes, at: int) -> str:
    """The file's id. Raises NotAttachable."""
    media = media_of(data)
    if len(data) > MAX_FILE:
        raise NotAttachable("size", f"Tệp lớn hơn {MAX_FILE // MIB} MB.")
    if not media:
        raise NotAttachable("kind", "Không nhận loại tệp này. Đề nghị dùng PDF, DOCX, JPG hoặc PNG.")
    count = session.exec(select(func.count()).select_from(AttachedFile).where(AttachedFile.owner == owner)).one()
    if count >= MAX_FILES:
        raise NotAttachable("many", f"Mỗi lần chỉ kèm được {MAX_FILES} tệp.")
    key = new_id("f")
    row = AttachedFile(
        id=key, owner=owner, cell=cell, name=_named(name, media), media=media, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        data=kept_files.kept(session.info.get(KEYS), owner, key, data), created_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return key


def _named(name: str, media: str) -> str:
    """The last part of the name that was given, with the ending of what the file is."""
    last = "".join(letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable())
    stem = last.rsplit(".", 1)[0].strip()[:150] or "tep"
    return stem + ENDINGS[media]


def lines_of(session: Session, owners: Collection[str]) -> dict[str, list[FileLine]]:
    """owner → its files in the order they came."""
    columns = ("owner", "id", "name", "media", "size")
    wanted = sa_select(*(col(getattr(AttachedFile, name)) for name in columns))
    rows = session.connection().execute(
        wanted.where(col(AttachedFile.owner).in_(owners)).order_by(col(AttachedFile.created_at), col(AttachedFile.id))
    )
    found: dict[str, list[FileLine]] = {}
    for owner, *line in rows:
        found.setdefault(owner, []).append(FileLine(*line))
    return found


def one(session: Session, owner: str, key: str) -> Held | None:
    """Raises Unreadable when it was altered."""
    row = session.get(AttachedFile, key)
    if row is None or row.owner != owner:
        return None
    return Held(row.cell, row.name, row.media, kept_files.opened(session.info.get(KEYS), owner, key, row.data))
