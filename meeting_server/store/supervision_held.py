"""One meeting that was held, in figures, and what the rules find fault with. Shares are per mille."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from meeting_server.store.supervision_rules import Rules

HOUR, DAY = 3_600_000, 86_400_000


class Held(NamedTuple):
    """Moments (ms) and counts as ``meeting_summary`` has them; None: not approved, no documents, no own score."""

    cell: str
    period: str
    kind: str
    starts_at: int
    opened_at: int | None
    closed_at: int
    approved_at: int | None
    documents_at: int | None
    eligible: int
    came: int
    speakers: int
    items: int
    ended: int
    tasks: int
    tasks_done: int
    self_points: int | None

    @property
    def month(self) -> int:
        return int(self.period[5:7])

    @property
    def attendance(self) -> int:
        return min(self.came, self.eligible) * 1000 // self.eligible if self.eligible > 0 else 0

    @property
    def spoke(self) -> int:
        return min(self.speakers, self.came) * 1000 // self.came if self.came > 0 else 0

    @property
    def concluded(self) -> int:
        return self.ended * 1000 // self.items if self.items > 0 else 1000

    @property
    def minutes(self) -> int:
        return (self.closed_at - self.opened_at) // 60_000 if self.opened_at is not None else 0

    def approved_by(self, rules: Rules) -> int:
        """Until when (ms) an approval is in time."""
        return self.closed_at + rules.minutes_days * DAY

    def late(self, rules: Rules, now: int) -> bool:
        """Whether the minutes were approved too late, or are too late by ``now``."""
        return (now if self.approved_at is None else self.approved_at) > self.approved_by(rules)

    def points(self, rules: Rules, now: int) -> int:
        """What can be computed of the scoring sheet: duration, attendance, speaking, minutes in time."""
        values = {
            "duration": self.minutes, "attendance": self.attendance, "spoke": self.spoke,
            "minutes": int(not self.late(rules, now)),
        }  # fmt: skip
        return sum(rules.scored(name, value) for name, value in values.items())

    def faults(self, rules: Rules, now: int) -> frozenset[str]:
        """Problems, of those that one meeting can have."""
        documents_by = self.starts_at - rules.documents_hours * HOUR
        there = {
            "minutes": self.late(rules, now),
            "documents": self.documents_at is not None and self.documents_at > documents_by,
            "attendance": self.attendance < rules.attendance,
            "spoke": self.spoke < rules.spoke,
            "concluded": self.concluded < rules.concluded,
            "score": (self.self_points or 0) >= rules.good_points and self.points(rules, now) < rules.computed_max,
        }
        return frozenset(name for name, found in there.items() if found)


def judged(month: Sequence[Held]) -> Sequence[Held]:
    """Of a month's meetings those by which it is judged: the regular ones, without one all."""
    return [meeting for meeting in month if meeting.kind == "regular"] or month


HELD = """
SELECT cell, period, kind, starts_at, opened_at, closed_at, approved_at, documents_at, eligible, present, spoke, items,
  concluded, tasks, tasks_done, self_points
FROM meeting_summary
WHERE closed_at IS NOT NULL AND kind <> 'practice' AND {among}
ORDER BY cell, period, starts_at, meeting
"""
OF_YEAR = text(HELD.format(among="cell = :cell AND period >= :first AND period <= :last"))
OF_ALL = text(HELD.format(among="TRUE"))


def of_year(session: Session, cell: str, year: int) -> list[Held]:
    """A cell's meetings of a year, month by month."""
    values = {"cell": cell, "first": f"{year:04d}-01", "last": f"{year:04d}-12"}
    return [Held._make(row) for row in session.connection().execute(OF_YEAR, values)]


def of_all(session: Session) -> list[Held]:
    """Every meeting that was held, cell by cell and month by month (a meeting of one year may be held in the next)."""
    return [Held._make(row) for row in session.connection().execute(OF_ALL)]
