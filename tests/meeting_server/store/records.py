"""Vocabulary: cells, and records beside the log without a log (search and supervision read nothing else)."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from meeting_server.store import beside, log
from meeting_server.store.beside import Beside, Task
from meeting_server.store.people import add_unit
from meeting_server.store.tables import MeetingSummary

HOUR, DAY = 3_600_000, 86_400_000


def moment(year: int, month: int, day: int, hour: int = 19) -> int:
    """ms of an hour in Việt Nam."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000) - 7 * HOUR


def organisation(session: Session) -> None:
    """A province with two communes of two cells each."""
    add_unit(session, kind="province", name="Tỉnh ủy Thanh Hóa", key="p")
    for commune, name in (("k1", "Đảng ủy xã Một"), ("k2", "Đảng ủy xã Hai")):
        add_unit(session, kind="commune", name=name, parent="p", key=commune)
    for cell, commune in (("c1", "k1"), ("c2", "k1"), ("c3", "k2"), ("c4", "k2")):
        add_unit(session, kind="cell", name=f"Chi bộ thôn {cell[1]}", parent=commune, term="2025-2027", key=cell)


def summary(meeting: str, cell: str, at: int, **changes: object) -> MeetingSummary:
    """A sealed regular meeting of ninety-five minutes in which everything was in order."""
    day = datetime.fromtimestamp((at + 7 * HOUR) / 1000, UTC)
    row: dict[str, object] = {
        "meeting": meeting, "cell": cell, "kind": "regular", "period": f"{day.year}-{day.month:02d}",
        "title": f"Sinh hoạt chi bộ tháng {day.month}/{day.year}", "state": "sealed", "starts_at": at,
        "opened_at": at, "closed_at": at + 95 * 60_000, "chair": "bt", "secretary": "tk", "total": 22, "eligible": 20,
        "present": 19, "remote": 4, "excused": 1, "absent": 0, "number": "01", "sha256": "a" * 64, "seq": 9,
        "official": 20, "spoke": 12, "items": 4, "concluded": 4, "motions": 1, "tasks": 0, "petitions": 0,
        "submitted_at": at + DAY, "approved_at": at + DAY, "sealed_at": at + DAY, "self_points": None,
    }  # fmt: skip
    return MeetingSummary(**(row | changes))


def keep(
    session: Session, head: MeetingSummary, *lines: tuple[str, str], people: tuple[tuple[str, str], ...] = (),
    tasks: tuple[Task, ...] = (),
) -> None:  # fmt: skip
    """A meeting as an append would have left it."""
    if not session.get(MeetingSummary, head.meeting):
        log.create(session, head.meeting, head.cell, head.starts_at)
    head.tasks = max(head.tasks, len(tasks))
    beside.write(session, Beside(head, (("title", head.title), *lines), frozenset(people), tasks))
