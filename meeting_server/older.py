"""Older minutes from the command line: the same reading and the same limits as in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import get_args

from sqlmodel import Session

from meeting_server.http.house import VIETNAM
from meeting_server.http.old import EARLIEST, Kind, old_of
from meeting_server.old_text import text_of
from meeting_server.store import old_minutes
from meeting_server.store.attached import MAX_FILE, MAX_FILES, NotAttachable
from meeting_server.store.database import Store
from meeting_server.store.tables import Unit

KINDS = get_args(Kind)


class CannotBringIn(Exception):
    """A sentence that says why; nothing was changed."""


def bring_in(store: Store, files: Sequence[Path], cell: str, day: date, title: str, kind: str, number: str) -> str:
    """The id of what was brought in; several files are pages of one evening. Raises CannotBringIn."""
    now = datetime.now(VIETNAM)
    if not EARLIEST <= day <= now.date():
        raise CannotBringIn("Ngày họp phải từ năm 1930 đến hôm nay.")
    if len(files) > MAX_FILES:
        raise CannotBringIn(f"Nhiều nhất {MAX_FILES} tệp một cuộc họp.")
    held = [(file.name, _read(file)) for file in files]
    told = old_of(title, kind, day, number[:40], "\n".join(text_of(data) for _, data in held))

    def work(session: Session) -> str:
        unit = session.get(Unit, cell)
        if unit is None or unit.kind != "cell":
            raise CannotBringIn(f"Không có chi bộ mang mã {cell}.")
        return old_minutes.bring_in(session, cell, told, held, int(now.timestamp() * 1000))

    try:
        return store.write_now(work)
    except NotAttachable as error:
        raise CannotBringIn(str(error)) from error


def take_back(store: Store, cell: str, old: str) -> str:
    """The title of what is gone. Raises CannotBringIn."""
    title = store.write_now(lambda session: old_minutes.take_back(session, cell, old))
    if title is None:
        raise CannotBringIn(f"Chi bộ này không có biên bản cũ mang mã {old}.")
    store.forget(old)
    return title


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise CannotBringIn(f"Tệp {file.name} quá lớn.")
        return file.read_bytes()
    except OSError as error:
        raise CannotBringIn(f"Không đọc được {file} ({error.strerror}).") from error
