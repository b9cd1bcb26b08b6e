"""The calendar of all cells' evenings with who follows each, and the sheet of whom to phone before a month ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from meeting_server.store import supervision_rules
from meeting_server.store.contacts import followers, leaders, names_above
from meeting_server.store.people import cells_below
from meeting_server.store.tables import MeetingSummary

MAX_EVENINGS = 20_000


@dataclass(frozen=True, slots=True)
class Evening:
    """A meeting planned or held; ``followers`` by name."""

    cell: str
    cell_name: str
    parent_name: str
    meeting: str
    kind: str
    starts_at: int
    state: str
    followers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A cell to phone. ``planned_at``: its meeting of the month that is planned and not yet held, if there is one."""

    cell: str
    cell_name: str
    parent_name: str
    why: str
    leader: str
    phone: str
    followers: tuple[str, ...]
    planned_at: int | None = None


def evenings(session: Session, unit: str, since: int, until: int) -> list[Evening]:
    """Every meeting of the cells below ``unit`` that starts in [since, until) ms, in order of time."""
    below = cells_below(session, unit)
    cells, above = {cell.id: cell.name for cell in below}, names_above(session, below)
    rows = session.exec(
        select(MeetingSummary)
        .where(
            col(MeetingSummary.cell).in_(list(cells)), MeetingSummary.starts_at >= since,
            MeetingSummary.starts_at < until, MeetingSummary.kind != "practice", MeetingSummary.state != "imported",
        )
        .order_by(col(MeetingSummary.starts_at), col(MeetingSummary.meeting))
        .limit(MAX_EVENINGS)
    )  # fmt: skip
    own = list(rows)
    following = followers(session, {row.cell for row in own})
    return [
        Evening(
            row.cell, cells[row.cell], above[row.cell], row.meeting, row.kind, row.starts_at, row.state,
            following.get(row.cell, ()),
        )
        for row in own
    ]  # fmt: skip


def calls(session: Session, unit: str, today: date, now: int) -> list[Call]:
    """Whom to phone: from the rules' day on, cells without a regular meeting this month; any day, cells whose
    minutes are late. By name of the cell."""
    rules = supervision_rules.on(today)
    below = cells_below(session, unit)
    cells, above = {cell.id: cell.name for cell in below}, names_above(session, below)
    month = f"{today.year:04d}-{today.month:02d}"
    rows = list(
        session.exec(
            select(MeetingSummary).where(
                col(MeetingSummary.cell).in_(list(cells)),
                or_(MeetingSummary.period == month, col(MeetingSummary.approved_at).is_(None)),
                MeetingSummary.kind != "practice", MeetingSummary.state != "imported",
            )
        )
    )  # fmt: skip
    why = _late_minutes(rows, now, rules.minutes_days)
    if today.day >= rules.remind_from_day:
        held = {row.cell for row in rows if row.period == month and row.kind == "regular" and row.closed_at}
        why = {cell: f"Chưa họp thường kỳ tháng {today.month}" for cell in cells if cell not in held} | why
    planned = {row.cell: row.starts_at for row in rows if row.period == month and row.closed_at is None}
    wanted = [cell for cell in cells if cell in why]
    reached, following = leaders(session, wanted, today), followers(session, wanted)
    return [
        Call(
            cell, cells[cell], above[cell], why[cell], *reached.get(cell, ("", "")), following.get(cell, ()),
            planned.get(cell),
        )
        for cell in wanted
    ]  # fmt: skip


def _late_minutes(rows: Iterable[MeetingSummary], now: int, days: int) -> dict[str, str]:
    late = [
        row for row in rows if row.closed_at and row.approved_at is None and now - row.closed_at > days * 86_400_000
    ]
    return {row.cell: f"Biên bản kỳ {row.period[5:]}/{row.period[:4]} chưa duyệt" for row in late}
