"""What a cell should not forget before the month ends, by the rules of supervision and its own tasks."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from meeting_server.store import supervision_rules, tasks
from meeting_server.store.tables import MeetingSummary

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """``kind``: missing | thematic | minutes | tasks."""

    kind: str
    text: str


def of_cell(session: Session, cell: str, today: date, now: int) -> list[Reminder]:
    rules = supervision_rules.on(today)
    quarter = [f"{today.year:04d}-{3 * ((today.month - 1) // 3) + month:02d}" for month in (1, 2, 3)]
    wanted = select(MeetingSummary).where(MeetingSummary.cell == cell, MeetingSummary.kind != "practice")
    rows = list(session.exec(wanted.where(col(MeetingSummary.period).in_(quarter))))
    unapproved = wanted.where(col(MeetingSummary.closed_at).is_not(None), col(MeetingSummary.approved_at).is_(None))
    found: list[Reminder] = []
    if today.day >= rules.due_day:
        found += _month(rows, today) + _quarter(rows, today, rules.thematic_a_quarter)
    for row in session.exec(unapproved.order_by(col(MeetingSummary.closed_at))):
        late = (now - (row.closed_at or now)) // DAY - rules.minutes_days
        if late > 0:
            found.append(Reminder("minutes", f"Biên bản “{row.title}” chưa duyệt, đã quá hạn {late} ngày."))
    overdue = len(tasks.standing(session, [cell], today, which="overdue"))
    if overdue:
        found.append(Reminder("tasks", f"Có {overdue} nhiệm vụ quá hạn."))
    return found


def _month(rows: list[MeetingSummary], today: date) -> list[Reminder]:
    period = f"{today.year:04d}-{today.month:02d}"
    own = [row for row in rows if row.period == period and row.kind == "regular"]
    if any(row.closed_at for row in own):
        return []
    left = monthrange(today.year, today.month)[1] - today.day
    still = f"còn {left} ngày là hết tháng" if left else "hôm nay là ngày cuối tháng"
    planned = " (đã có lịch họp)" if own else ""
    return [Reminder("missing", f"Tháng {today.month} chưa họp thường kỳ{planned}; {still}.")]


def _quarter(rows: list[MeetingSummary], today: date, wanted: int) -> list[Reminder]:
    """Said in the last month of the quarter."""
    if today.month % 3 or sum(row.kind == "thematic" and bool(row.closed_at) for row in rows) >= wanted:
        return []
    return [Reminder("thematic", f"Quý {today.month // 3} chưa có sinh hoạt chuyên đề.")]
