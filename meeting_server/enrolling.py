"""Rosters from the command line: the same reading and the same faults as in the browser."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from meeting_server.http.house import VIETNAM
from meeting_server.store import roster_import
from meeting_server.store.database import Store
from meeting_server.store.enrolment import Enrolled, enrol
from meeting_server.store.tables import Unit
from transcription.terminal import reason


class _Faulty(Exception):
    """Rolls the transaction back."""

    def __init__(self, faults: list[roster_import.Fault]) -> None:
        super().__init__("faults in the roster")
        self.faults = faults


def enrol_file(database: str, file: Path, unit: str) -> tuple[int, list[str]]:
    """Exit code and sentences. With one fault nothing is changed."""
    today = datetime.now(VIETNAM).date()
    try:
        data = file.read_bytes()
    except OSError as error:
        return 2, [f"✗ Không đọc được {file}: {reason(error)}."]
    roster = roster_import.read(data, file.name, today)
    if roster.faults:
        return 1, _said(list(roster.faults))

    def work(session: Session) -> Enrolled:
        found = session.get(Unit, unit)
        if found is None:
            raise _Faulty([roster_import.Fault(0, "", f"Không có tổ chức mang mã {unit}.")])
        into = {"cell": unit} if found.kind == "cell" else {"commune": unit}
        enrolled, faults = enrol(session, roster.lines, today, **into)
        if faults:
            raise _Faulty(faults)
        return enrolled

    store = Store(database)
    try:
        done = store.write_now(work)
    except _Faulty as faulty:
        return 1, _said(faulty.faults)
    finally:
        store.close()
    told = [f"✓ Thêm {done.added}, sửa {done.changed}, giữ nguyên {done.unchanged}; lập mới {done.cells} chi bộ."]
    return 0, told + [f"! Cột “{title}” không dùng đến." for title in roster.unused]


def _said(faults: list[roster_import.Fault]) -> list[str]:
    where = [f"dòng {fault.row}, cột “{fault.column}”: " if fault.row else "" for fault in faults]
    return [f"✗ {place}{fault.message}" for place, fault in zip(where, faults, strict=True)]
