"""Each look at a cell's content: written down as it happens, and shown to the cell itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from meeting_server.store.archive_tables import ContentAccess
from meeting_server.store.tables import Account, Meeting, Person

ACTIONS = {
    "document": "xem văn bản", "record": "tải hồ sơ", "transcript": "xem lời ghi", "sound": "nghe bản ghi âm",
    "submission": "mở nội dung chi bộ gửi lên", "export": "xuất danh sách", "search": "tìm trong biên bản",
    "list": "xem nhiệm vụ, lịch sử một việc", "desk": "vào phòng họp", "code": "in mã vào cho một tài khoản",
    "old": "mở biên bản cũ", "take_back": "rút biên bản cũ",
}  # fmt: skip
AGAIN_MS = 10 * 60_000
MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class Look:
    """``name``: the person's, else the account's."""

    at: int
    name: str
    action: str
    meeting: str
    detail: str


@dataclass(frozen=True, slots=True)
class Looking:
    """``detail`` names a file or list, never contents. Without ``cell`` it is the meeting's."""

    at: int
    account: str
    action: str
    cell: str = ""
    meeting: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise AssertionError(f"{self.action} is no look at contents")


def seen(session: Session, look: Looking) -> bool:
    """Whether the same look was written down within ten minutes (pages and ranges of one file are one look)."""
    same = select(ContentAccess.id).where(
        ContentAccess.cell == _cell(session, look), ContentAccess.at > look.at - AGAIN_MS,
        ContentAccess.account == look.account, ContentAccess.meeting == look.meeting,
        ContentAccess.action == look.action, ContentAccess.detail == look.detail[:200],
    )  # fmt: skip
    return session.exec(same).first() is not None


def write(session: Session, look: Looking) -> None:
    """Unless it was seen."""
    if not seen(session, look):
        row = ContentAccess(
            at=look.at, cell=_cell(session, look), meeting=look.meeting, account=look.account, action=look.action,
            detail=look.detail[:200],
        )  # fmt: skip
        session.add(row)
        session.flush()


def _cell(session: Session, look: Looking) -> str:
    head = session.get(Meeting, look.meeting) if look.meeting and not look.cell else None
    return head.cell if head else look.cell


def looks_at(session: Session, cell: str, *, since: int = 0, meeting: str = "") -> list[Look]:
    """Who looked at what of a cell, the newest first; at most MAX_LINES."""
    wanted = select(ContentAccess).where(ContentAccess.cell == cell, ContentAccess.at >= since)
    wanted = wanted.where(ContentAccess.meeting == meeting) if meeting else wanted
    rows = session.exec(wanted.order_by(col(ContentAccess.at).desc(), col(ContentAccess.id).desc()).limit(MAX_LINES))
    found = list(rows)
    names = _names(session, {row.account for row in found})
    return [
        Look(row.at, names.get(row.account, row.account), ACTIONS.get(row.action, row.action), row.meeting, row.detail)
        for row in found
    ]


def _names(session: Session, accounts: Iterable[str]) -> dict[str, str]:
    rows = session.exec(
        select(Account.id, Account.name, Person.name)
        .join(Person, col(Person.id) == col(Account.person), isouter=True)
        .where(col(Account.id).in_(set(accounts)))
    )
    return {account: person or name for account, name, person in rows}
