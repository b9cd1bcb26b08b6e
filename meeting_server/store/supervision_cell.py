"""One cell's year judged meeting by meeting, with all its figures. Shares are per mille."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import Session

from meeting_server.store import supervision_held
from meeting_server.store.supervision_held import Held, judged
from meeting_server.store.supervision_months import Months
from meeting_server.store.supervision_rules import Rules
from meeting_server.store.tables import Unit


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


def cell_year(session: Session, cell: str, number: int, now: int) -> CellYear:
    """``now`` in ms."""
    unit, calendar = session.get(Unit, cell), Months.of(number, now)
    before = calendar.before(unit.since if unit else None)
    return _judged(cell, supervision_held.of_year(session, cell, number), calendar, before, now)


def _judged(cell: str, meetings: Iterable[Held], calendar: Months, before: int, now: int) -> CellYear:
    by_month: list[list[Held]] = [[] for _ in range(12)]
    tasks = done = 0
    for meeting in meetings:
        by_month[meeting.month - 1].append(meeting)
        tasks, done = tasks + meeting.tasks, done + meeting.tasks_done
    months = tuple(_month(calendar, at, before, held, now) for at, held in enumerate(by_month))
    problems = _problems(calendar, months, before, tasks, done)
    return CellYear(
        cell, months, sum(month.regular for month in months), sum(month.due for month in months),
        sum(month.thematic for month in months), tasks, done, problems, sentences(calendar.rules[-1], problems),
    )  # fmt: skip


def _month(calendar: Months, at: int, before: int, held: Sequence[Held], now: int) -> Month:
    """Problems of the judged meetings together; figures of the last of them."""
    rules, due = calendar.rules[at], calendar.due_of(at, before, any(one.kind == "regular" for one in held))
    if not held:
        missing = ("missing",) if due else ()
        return Month(at + 1, False, False, due, False, None, None, None, None, None, missing)
    counted = judged(held)
    regular, last = counted[-1].kind == "regular", counted[-1]
    found = {problem for meeting in counted for problem in meeting.faults(rules, now)}
    found |= {"missing"} if due and not regular else set()
    return Month(
        at + 1, regular, any(meeting.kind == "thematic" for meeting in held), due,
        bool(found & {"minutes", "documents"}), last.attendance, last.spoke, last.concluded, last.self_points,
        last.points(rules, now), tuple(name for name in rules.reasons if name in found),
    )  # fmt: skip


def _problems(calendar: Months, months: Sequence[Month], before: int, tasks: int, done: int) -> dict[str, list[int]]:
    """Problem → months (quarters for "thematic")."""
    found: dict[str, list[int]] = {}
    for month in months:
        for problem in month.problems:
            found.setdefault(problem, []).append(month.month)
    for quarter in range(4):
        held = sum(month.thematic for month in months[3 * quarter : 3 * quarter + 3])
        if calendar.lacks_thematic(quarter, held, before):
            found.setdefault("thematic", []).append(quarter + 1)
    if calendar.lacks_tasks(tasks, done):
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


def cell_as_json(cell: CellYear) -> dict[str, Any]:
    """One cell's year with all figures."""
    return {
        "id": cell.cell, "regular": cell.regular, "due": cell.due,
        "thematic": cell.thematic, "tasks": cell.tasks, "tasks_done": cell.tasks_done, "reasons": list(cell.reasons),
        "months": [month._asdict() | {"problems": list(month.problems)} for month in cell.months],
    }  # fmt: skip
