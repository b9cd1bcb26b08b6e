"""One cell's year judged meeting by meeting, with all its figures. Shares are per mille."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from meeting_server.store import supervision_rules
from meeting_server.store.supervision_rules import Rules

HOUR, DAY = 3_600_000, 86_400_000
VIETNAM = timedelta(hours=7)


class Month(NamedTuple):
    """A cell's month. ``regular``, ``thematic``: held; ``due``: a regular one was to be held by now; ``late``: its
    minutes or documents were. Shares are None where nothing was held; ``computed`` of ``Rules.computed_max``."""

    month: int
    regular: bool
    thematic: bool
    due: bool
    late: bool
    attendance: int | None
    spoke: int | None
    concluded: int | None
    self_points: int | None
    computed: int | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellYear:
    """``problems``: problem → its months (quarters for "thematic"); ``reasons``: the same in sentences, by rule."""

    cell: str
    months: tuple[Month, ...]
    regular: int
    due: int
    thematic: int
    tasks: int
    tasks_done: int
    problems: dict[str, list[int]]
    reasons: tuple[str, ...]


class Held(NamedTuple):
    """A meeting that was held, in figures: shares per mille, ``minutes`` it took, ms from its close to the approval
    (till now when there is none), ms that documents came before it (None: none were given out here)."""

    cell: str
    month: int
    kind: str
    attendance: int
    spoke: int
    concluded: int
    minutes: int
    delay: int
    ahead: int | None
    tasks: int
    tasks_done: int
    self_points: int | None


HELD = """
SELECT cell, CAST(SUBSTR(period, 6, 2) AS INTEGER), kind,
  CASE WHEN eligible > 0 THEN
    (CASE WHEN present < eligible THEN present ELSE eligible END) * 1000 / eligible ELSE 0 END,
  CASE WHEN present > 0 THEN (CASE WHEN spoke < present THEN spoke ELSE present END) * 1000 / present ELSE 0 END,
  CASE WHEN items > 0 THEN concluded * 1000 / items ELSE 1000 END,
  COALESCE((closed_at - opened_at) / 60000, 0), COALESCE(approved_at, :now) - closed_at, starts_at - documents_at,
  tasks, tasks_done, self_points
FROM meeting_summary
WHERE period >= :first AND period <= :last AND cell = :cell AND closed_at IS NOT NULL
  AND kind <> 'practice'
ORDER BY starts_at, meeting
"""


def cell_year(session: Session, cell: str, number: int, now: int) -> CellYear:
    """``now`` in ms."""
    values = {"first": f"{number:04d}-01", "last": f"{number:04d}-12", "now": now, "cell": cell}
    rows = session.connection().execute(text(HELD), values).all()
    return Judge(number, now).year(cell, [Held._make(row) for row in rows])


class Judge:
    """One pass over a year by the rules; ``now`` decides what is due already."""

    def __init__(self, number: int, now: int) -> None:
        today = (datetime.fromtimestamp(now / 1000, UTC) + VIETNAM).date()
        self._rules = [supervision_rules.on(end_of(number, month)) for month in range(1, 13)]
        self._due = [is_due((number, month), today, rules) for month, rules in enumerate(self._rules, 1)]
        self._quarters = [(today.year, today.month) > (number, 3 * quarter) for quarter in (1, 2, 3, 4)]
        self._empty = [
            Month(month, False, False, due, False, None, None, None, None, None, ("missing",) if due else ())
            for month, due in enumerate(self._due, 1)
        ]

    def year(self, cell: str, meetings: Iterable[Held]) -> CellYear:
        by_month: list[list[Held]] = [[] for _ in range(12)]
        tasks = done = 0
        for meeting in meetings:
            by_month[meeting.month - 1].append(meeting)
            tasks, done = tasks + meeting.tasks, done + meeting.tasks_done
        months = tuple(self._month(at, here) if here else self._empty[at] for at, here in enumerate(by_month))
        problems = self._problems(months, tasks, done)
        return CellYear(
            cell, months, sum(month.regular for month in months), sum(month.due for month in months),
            sum(month.thematic for month in months), tasks, done, problems, sentences(self._rules[-1], problems),
        )  # fmt: skip

    def _month(self, at: int, held: Sequence[Held]) -> Month:
        """Problems of a month's regular meetings together, without one of its others; figures of the last of them."""
        judged = [meeting for meeting in held if meeting.kind == "regular"] or held
        regular, due, rules, last = judged[-1].kind == "regular", self._due[at], self._rules[at], judged[-1]
        found = {problem for meeting in judged for problem in self._faults(rules, meeting)}
        found |= {"missing"} if due and not regular else set()
        return Month(
            at + 1, regular, any(meeting.kind == "thematic" for meeting in held), due,
            bool(found & {"minutes", "documents"}), last.attendance, last.spoke, last.concluded, last.self_points,
            self._points(rules, last), tuple(name for name in rules.reasons if name in found),
        )  # fmt: skip

    def _faults(self, rules: Rules, held: Held) -> set[str]:
        points = self._points(rules, held)
        faults = {
            "minutes": held.delay > rules.minutes_days * DAY,
            "documents": held.ahead is not None and held.ahead < rules.documents_hours * HOUR,
            "attendance": held.attendance < rules.attendance,
            "spoke": held.spoke < rules.spoke,
            "concluded": held.concluded < rules.concluded,
            "score": (held.self_points or 0) >= rules.good_points and points < rules.computed_max,
        }
        return {name for name, there in faults.items() if there}

    def _points(self, rules: Rules, held: Held) -> int:
        """What can be computed of the scoring sheet: duration, attendance, speaking, minutes in time."""
        values = {
            "duration": held.minutes, "attendance": held.attendance, "spoke": held.spoke,
            "minutes": int(held.delay <= rules.minutes_days * DAY),
        }  # fmt: skip
        return sum(rules.scored(name, value) for name, value in values.items())

    def _problems(self, months: Sequence[Month], tasks: int, done: int) -> dict[str, list[int]]:
        """Problem → months (quarters for "thematic")."""
        found: dict[str, list[int]] = {}
        for month in months:
            for problem in month.problems:
                found.setdefault(problem, []).append(month.month)
        for quarter, over in enumerate(self._quarters):
            wanted = self._rules[3 * quarter + 2].thematic_a_quarter
            if over and sum(month.thematic for month in months[3 * quarter : 3 * quarter + 3]) < wanted:
                found.setdefault("thematic", []).append(quarter + 1)
        if tasks and done * 1000 < tasks * self._rules[-1].tasks:
            found["tasks"] = []
        return found


def sentences(rules: Rules, problems: dict[str, list[int]]) -> tuple[str, ...]:
    """Reasons in the order of the rule file."""
    limits = {"attendance": rules.attendance, "spoke": rules.spoke, "tasks": rules.tasks}
    return tuple(
        sentence.format(what=", ".join(map(str, problems[name])), limit=limits.get(name, 0) // 10)
        for name, sentence in rules.reasons.items()
        if name in problems
    )


def end_of(number: int, month: int) -> date:
    return date(number + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def is_due(month: tuple[int, int], today: date, rules: Rules) -> bool:
    here = (today.year, today.month)
    return month < here or (month == here and today.day >= rules.due_day)


def cell_as_json(cell: CellYear) -> dict[str, Any]:
    """One cell's year with all figures."""
    return {
        "id": cell.cell, "regular": cell.regular, "due": cell.due,
        "thematic": cell.thematic, "tasks": cell.tasks, "tasks_done": cell.tasks_done, "reasons": list(cell.reasons),
        "months": [month._asdict() | {"problems": list(month.problems)} for month in cell.months],
    }  # fmt: skip
